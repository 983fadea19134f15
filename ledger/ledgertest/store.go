package ledgertest

import (
	"context"

	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// CountyBalances returns every balance of a stored county other than zero, over all
// days, in the order of their keys.
func CountyBalances(ctx context.Context, q bun.IDB, county int32) ([]ledger.Balance, error) {
	list, err := ledger.Balances(ctx, q, county, ledger.KeyQuery{}, ledger.At{})
	if err != nil {
		return nil, err
	}
	lots := map[string]ledger.LotID{} // a lot that is a peer has an account of its own
	for i := range list.Rows {
		lots[list.Rows[i].Lot] = list.Rows[i].LotID
	}
	var out []ledger.Balance
	for i := range list.Rows {
		if x := &list.Rows[i]; x.Balance != 0 {
			out = append(out, ledger.Balance{Key: x.Key(lots[x.Peer]), Net: x.Balance})
		}
	}
	return out, nil
}
