package dossier

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

// AsOf returns a dossier as the log had it up to record seq: its facts until then,
// folded again. ErrUnknown when it had none yet.
func (k *Kind[S]) AsOf(ctx context.Context, q bun.IDB, county int32, code string, seq int64) (S, error) {
	var seqs []int64
	err := q.NewRaw("SELECT seq FROM dossier_fact WHERE county = ? AND kind = ? AND code = ? AND seq <= ? ORDER BY seq", county, k.name, code, seq).Scan(ctx, &seqs)
	if err != nil {
		var none S
		return none, fmt.Errorf("read a dossier's facts: %w", err)
	}
	if len(seqs) == 0 {
		var none S
		return none, ErrUnknown.With("%s %s（截至第 %d 号记录）", k.name, clip(code), seq)
	}
	states, err := k.fold(ctx, q, county, seqs)
	if err != nil {
		var none S
		return none, err
	}
	return *states[code], nil
}

// ListAsOf returns every dossier of the kind as the log had it up to record seq, in
// order of code. Those that have not changed since are read as they are.
func (k *Kind[S]) ListAsOf(ctx context.Context, q bun.IDB, county int32, seq int64) ([]S, error) {
	rows, err := listRows(ctx, q, county, k.name, Filter{})
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.Opened > seq })
	var seqs []int64
	err = q.NewRaw(`SELECT f.seq FROM dossier d JOIN dossier_fact f ON f.county = d.county AND f.kind = d.kind AND f.code = d.code
 WHERE d.county = ? AND d.kind = ? AND d.opened <= ? AND d.seq > ? AND f.seq <= ? ORDER BY f.seq`, county, k.name, seq, seq, seq).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("read the facts of dossiers: %w", err)
	}
	changed, err := k.fold(ctx, q, county, seqs)
	if err != nil {
		return nil, err
	}
	out := make([]S, len(rows))
	for i := range rows {
		if s, ok := changed[rows[i].Code]; ok {
			out[i] = *s
		} else if err := k.decode(rows[i].Body, rows[i].Code, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fold applies the facts of records in order, and returns the states by code.
func (k *Kind[S]) fold(ctx context.Context, q bun.IDB, county int32, seqs []int64) (map[string]*S, error) {
	recs, err := db.RecordsBySeq(ctx, q, county, seqs)
	if err != nil {
		return nil, err
	}
	states := map[string]*S{}
	state := func(code string) any {
		s, ok := states[code]
		if !ok {
			s = new(S)
			states[code] = s
		}
		return s
	}
	for i := range recs {
		if _, err := unfold(&recs[i], state); err != nil {
			return nil, err
		}
	}
	return states, nil
}
