package payments

import (
	"context"

	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// ClosedCards returns those of the cards (by their keyed index) that a bank has sent
// back as closed, with the last batch, in order of code, in which it did. It is what
// rosters and batches ask of a card before they take it (projects.Desk). It reads the
// batches of the rosters that name one of the cards, and no others.
func ClosedCards(ctx context.Context, q bun.IDB, county int32, cards []ledger.Digest) (map[ledger.Digest]string, error) {
	rows, err := projects.CardRows(ctx, q, county, cards)
	if err != nil {
		return nil, err
	}
	type version struct{ n, rev int }
	named := map[string]map[version]ledger.Digest{} // by roster
	for _, r := range rows {
		if named[r.Roster] == nil {
			named[r.Roster] = map[version]ledger.Digest{}
		}
		named[r.Roster][version{r.N, r.Rev}] = r.Card
	}
	out := map[ledger.Digest]string{}
	for roster, of := range named {
		list, err := batchFile.List(ctx, q, county, dossier.Filter{Parent: roster})
		if err != nil {
			return nil, err
		}
		for i := range list {
			b := &list[i].State
			for _, r := range b.Rows {
				if card, asked := of[version{r.N, r.Rev}]; asked && r.Reason == reasonClosed {
					out[card] = max(out[card], b.Code)
				}
			}
		}
	}
	return out, nil
}
