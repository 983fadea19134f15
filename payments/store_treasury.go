package payments

import (
	"context"
	"errors"

	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// PrepareTreasury reads an export and compares it with lots and transfers as q shows
// them.
func PrepareTreasury(ctx context.Context, q bun.IDB, at projects.Desk, c TreasuryCmd) (PreparedTreasury, error) {
	rows, found, err := readTreasury(&c)
	if err != nil {
		return PreparedTreasury{}, err
	}
	if len(found) > 0 {
		return PreparedTreasury{}, projects.RowsFault(ErrTreasuryRows, c.FileName, len(rows), found)
	}
	var lots []ledger.Lot
	if c.What == TreasuryIndicators {
		if lots, err = ledger.Lots(ctx, q, at.No); err != nil {
			return PreparedTreasury{}, err
		}
	}
	out := PreparedTreasury{Items: make([]TreasuryItem, len(rows))}
	for i := range rows {
		t := &rows[i].item
		if c.What == TreasuryIndicators {
			t.matchLots(lots)
		} else {
			x, err := findTransfer(ctx, q, at.No, rows[i].reference)
			if err != nil {
				return PreparedTreasury{}, err
			}
			t.matchTransfer(x, rows[i].reference)
		}
		out.Items[i] = *t
	}
	return out, nil
}

// findTransfer returns the transfer of a reference, nil when there is none.
func findTransfer(ctx context.Context, q bun.IDB, county int32, reference string) (*Transfer, error) {
	item, err := transferFile.Find(ctx, q, county, reference, "")
	if errors.Is(err, dossier.ErrUnknown) {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	return &item.State, err
}
