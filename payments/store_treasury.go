package payments

import (
	"context"
	"errors"
	"slices"
	"strings"

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
	taken, err := matchedBefore(ctx, q, at.No, c.What)
	if err != nil {
		return PreparedTreasury{}, err
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
		if err := taken.once(ctx, q, at.No, t); err != nil {
			return PreparedTreasury{}, err
		}
		out.Items[i] = *t
	}
	return out, nil
}

// takenBy says which numbers a lot, or a payment of an amount, is matched to.
type takenBy map[takenKey][]string

type takenKey struct {
	what, code string
	amount     ledger.Amount // of a payment: a request may have several
}

func keyOf(t *TreasuryItem, code string) takenKey {
	k := takenKey{what: t.What, code: code}
	if t.What == TreasuryPayments {
		k.amount = t.Amount
	}
	return k
}

// matchedBefore reads what earlier exports were matched to.
func matchedBefore(ctx context.Context, q bun.IDB, county int32, what string) (takenBy, error) {
	list, err := treasuryFile.List(ctx, q, county, dossier.Filter{Status: TreasuryMatched, Parent: what})
	out := takenBy{}
	for i := range list {
		out.add(&list[i].State)
	}
	return out, err
}

func (b takenBy) add(t *TreasuryItem) {
	for _, code := range t.Matches {
		b[keyOf(t, code)] = append(b[keyOf(t, code)], t.Number)
	}
}

// once takes a match back whose lot or payment another number is matched to: one yuan
// of this store answers to one row of the treasury's.
func (b takenBy) once(ctx context.Context, q bun.IDB, county int32, t *TreasuryItem) error {
	for _, code := range t.Matches {
		others := slices.DeleteFunc(slices.Clone(b[keyOf(t, code)]), func(number string) bool { return number == t.Number })
		room := 1
		if len(others) > 0 && t.What == TreasuryPayments {
			list, err := transferFile.List(ctx, q, county, dossier.Filter{Parent: code})
			if err != nil {
				return err
			}
			room = 0
			for i := range list {
				if list[i].State.Amount == t.Amount {
					room++
				}
			}
		}
		if len(others) >= room {
			t.State, t.Matches, t.Why = TreasuryUnmatched, nil, code+" 已与 "+strings.Join(others, "、")+" 对上"
			return nil
		}
	}
	if t.State == TreasuryMatched {
		b.add(t)
	}
	return nil
}

// findTransfer returns the transfer of a reference, nil when there is none.
func findTransfer(ctx context.Context, q bun.IDB, county int32, reference string) (*Transfer, error) {
	item, err := transferFile.Find(ctx, q, county, reference, "")
	if errors.Is(err, dossier.ErrUnknown) {
		return nil, nil //nolint:nilnil // none is an answer here
	}
	return &item.State, err
}
