package app

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// entriesOf lists the entries of the command that begins with a record, at most limit.
func entriesOf(ctx context.Context, q bun.IDB, county int32, first db.Record, limit int) (seqs []int64, err error) {
	err = q.NewRaw("SELECT seq FROM record WHERE county = ? AND seq >= ? AND seq < ? AND kind = ? ORDER BY seq LIMIT ?",
		county, first.Seq, first.Seq+int64(first.Count), ledger.KindEntry, limit).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("list the entries of a command: %w", err)
	}
	return seqs, nil
}
