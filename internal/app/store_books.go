package app

import (
	"context"
	"fmt"

	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// lotsOf returns the lots in which a township has an account: in its own book, or
// under its name in that of the county.
func lotsOf(ctx context.Context, q bun.IDB, county int32, unit string) (map[ledger.LotID]bool, error) {
	var ids [][]byte
	err := q.NewRaw("SELECT DISTINCT lot FROM account_key WHERE county = ? AND (book = ? OR (book = ? AND unit = ?))",
		county, unit, string(ledger.County), unit).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find the lots of a township: %w", err)
	}
	out := make(map[ledger.LotID]bool, len(ids))
	for _, id := range ids {
		out[ledger.LotID(id)] = true
	}
	return out, nil
}
