package ledger

import (
	"context"

	"fundbook/internal/db"
)

// loadFacts loads what a posting's rule may know of the ledger.
func loadFacts(ctx context.Context, tx *db.Tx, p *Posting, need *Need) (Facts, error) {
	f := Facts{Lots: make(map[LotID]LotFacts, len(need.Lots))}
	for _, id := range need.Lots {
		if err := f.addLot(ctx, tx, id); err != nil {
			return Facts{}, err
		}
	}
	for i := range need.Balances {
		list, err := BalancesAt(ctx, tx, p.Date, need.Balances[i])
		if err != nil {
			return Facts{}, err
		}
		f.Balances = append(f.Balances, list...)
		if p.Event == "E28" {
			if list, err = BalancesAt(ctx, tx, MaxDate, need.Balances[i]); err != nil {
				return Facts{}, err
			}
			f.Later = append(f.Later, list...)
		}
	}
	for i := range f.Balances {
		if err := f.addLot(ctx, tx, f.Balances[i].Key.Lot); err != nil {
			return Facts{}, err
		}
	}
	if p.Event == "E00" {
		for id, lot := range f.Lots {
			keys, err := tx.LotKeys(ctx, id)
			if err != nil {
				return Facts{}, err
			}
			lot.Moved = len(keys) > 0
			f.Lots[id] = lot
		}
	}
	if need.Reverses != 0 {
		var err error
		if f.Original, f.Reversed, err = originalOf(ctx, tx, need.Reverses); err != nil {
			return Facts{}, err
		}
		if f.Merger, err = mergerOf(ctx, tx, need.Reverses, f.Original); err != nil {
			return Facts{}, err
		}
		for i := range f.Original.lines {
			if err := f.addLot(ctx, tx, f.Original.lines[i].Key.Lot); err != nil {
				return Facts{}, err
			}
		}
	}
	return f, nil
}

func (f *Facts) addLot(ctx context.Context, tx *db.Tx, id LotID) error {
	if _, ok := f.Lots[id]; ok {
		return nil
	}
	lot, err := lotOf(ctx, tx, id)
	if err != nil {
		return err
	}
	year, err := issueYear(ctx, tx, id)
	if err != nil {
		return err
	}
	f.Lots[id] = LotFacts{Lot: lot, IssueYear: year}
	return nil
}

// where turns a filter into a condition on the columns of account_key, named k.
func (f *Filter) where() (cond string, args []any) {
	cond = "1 = 1"
	add := func(column string, value any) {
		cond += " AND k." + column + " = ?"
		args = append(args, value)
	}
	if !f.Lot.IsZero() {
		add("lot", f.Lot[:])
	}
	for _, c := range []struct{ column, value string }{
		{"book", string(f.Book)},
		{"account", string(f.Account)},
		{"project", f.Project},
		{"contract", f.Contract},
		{"payee", f.Payee},
		{"unit", f.Unit},
		{"pool", f.Pool},
	} {
		if c.value != "" {
			add(c.column, c.value)
		}
	}
	return cond, args
}
