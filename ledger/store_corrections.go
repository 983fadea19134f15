package ledger

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"
)

// CorrectingEntries returns, in order of record, the entries after a record that lend
// cash between lots (E03) or undo another entry (E23, E23p). Of the entries by which
// one command undid several, each is there.
func CorrectingEntries(ctx context.Context, q bun.IDB, county int32, after int64) ([]EntryView, error) {
	r, err := newReader(ctx, q, county, At{})
	if err != nil {
		return nil, err
	}
	var seqs []int64
	err = q.NewRaw(`SELECT seq FROM reversal WHERE county = ? AND seq > ? UNION
 SELECT l.seq FROM account_key k JOIN line l ON l.key = k.id WHERE k.county = ? AND k.account = '1102' AND l.seq > ? ORDER BY seq`,
		county, after, county, after).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("find the entries that correct: %w", err)
	}
	list, err := r.entries(ctx, seqs)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(s stored) bool { return !correcting(s.entry.Event, s.entry.Step) })
	return r.views(ctx, list)
}

// IsCorrecting reports whether CorrectingEntries returns the entry.
func (v *EntryView) IsCorrecting() bool { return correcting(v.Event, v.Step) }

func correcting(event EventCode, step string) bool {
	return event == "E03" || event == "E23" || event == "E23p" && step == "reverse"
}
