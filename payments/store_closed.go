package payments

import (
	"context"

	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// ClosedCards returns the cards (by their keyed index) that a bank has sent back as
// closed, with the batch in which it did. It is what rosters and batches ask of a card
// before they take it (projects.Desk).
func ClosedCards(ctx context.Context, q bun.IDB, county int32) (map[ledger.Digest]string, error) {
	list, err := batchFile.List(ctx, q, county, dossier.Filter{})
	if err != nil {
		return nil, err
	}
	out := map[ledger.Digest]string{}
	for i := range list {
		b := &list[i].State
		var lines []projects.RosterLine
		for _, r := range b.Rows {
			if r.Reason == reasonClosed {
				lines = append(lines, projects.RosterLine{N: r.N, Rev: r.Rev, Amount: r.Amount})
			}
		}
		cards, err := projects.CardsOf(ctx, q, county, b.Roster, lines)
		if err != nil {
			return nil, err
		}
		for _, c := range cards {
			out[c] = b.Code
		}
	}
	return out, nil
}
