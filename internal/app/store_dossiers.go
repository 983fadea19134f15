package app

import (
	"context"
	"fmt"

	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// commandSpan is the first record of a command, and how many it has.
type commandSpan struct {
	Seq     int64
	Count   int64
	Command string
}

// commandOf finds the command that made a record.
func commandOf(ctx context.Context, q bun.IDB, county int32, seq int64) (commandSpan, error) {
	var s commandSpan
	err := q.NewRaw("SELECT seq, count, command FROM record WHERE county = ? AND seq <= ? AND command IS NOT NULL ORDER BY seq DESC LIMIT 1", county, seq).Scan(ctx, &s)
	if err != nil {
		return s, fmt.Errorf("find the command of a record: %w", err)
	}
	return s, nil
}

// entriesOf lists the entries that a command made, at most limit.
func entriesOf(ctx context.Context, q bun.IDB, county int32, s commandSpan, limit int) (seqs []int64, err error) {
	err = q.NewRaw("SELECT seq FROM record WHERE county = ? AND seq >= ? AND seq < ? AND kind = ? ORDER BY seq LIMIT ?",
		county, s.Seq, s.Seq+s.Count, ledger.KindEntry, limit).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("list the entries of a command: %w", err)
	}
	return seqs, nil
}
