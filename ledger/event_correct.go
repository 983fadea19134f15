package ledger

import (
	"context"

	"fundbook/internal/db"
)

// MergedInto returns the unit into which a unit has been merged (E28), through
// every merger since, or "" while it stands.
func MergedInto(ctx context.Context, tx *db.Tx, unit string) (string, error) {
	ms, err := mergersOf(ctx, tx)
	if err != nil {
		return "", err
	}
	return ms.into(unit), nil
}

// EarlierExecuted (以前年度列支) is what a contract of a project has executed of a
// lot before a fiscal year and what of it is left: what came back, and what E23p
// has moved elsewhere, is taken off.
type EarlierExecuted struct {
	// Known is false where the lot was taken over (E00) or divided from another
	// (E27): what stood before is not in its books, and nothing can be judged.
	Known    bool
	Executed Amount // by the contract
	Left     Amount // of the contract
	Project  Amount // left of the project, over all its contracts
}

// EarlierExecutedOf reads what a contract of a project executed of a lot before the
// fiscal year of a day.
func EarlierExecutedOf(ctx context.Context, tx *db.Tx, at Filter, day Date) (EarlierExecuted, error) {
	first, err := firstEntry(ctx, tx, at.Lot)
	if err != nil || first == nil {
		return EarlierExecuted{Known: true}, err
	}
	if (first.Event == "E00" || first.Event == "E27") && first.Date.Year() <= day.Year() {
		return EarlierExecuted{}, nil
	}
	h, err := originHistory(ctx, tx, at.Lot, at.Project)
	if err != nil {
		return EarlierExecuted{}, err
	}
	return h.earlier(&at, day.Year())
}

// earlier adds up what a contract of a project, and the whole project, executed of
// a lot before a year and has left. What E23p moved out of a contract into 7401 or
// 7201 does not name the contract, and is taken off the project alone.
func (h history) earlier(at *Filter, year int) (EarlierExecuted, error) {
	out := EarlierExecuted{Known: true}
	move := func(e *Entry) bool { return e.Event == "E23p" && e.Step == "move" }
	project := func(k *Key) bool { return k.Lot == at.Lot && k.Project == at.Project }
	contract := func(k *Key) bool { return project(k) && k.Contract == at.Contract }
	back := func(own func(*Key) bool) func(*Entry, *Key) bool {
		return func(e *Entry, k *Key) bool {
			return k.Account == "6202" && k.Lot == at.Lot && !move(e) && e.touches(own)
		}
	}
	executed := func(own func(*Key) bool) func(*Entry, *Key) bool {
		return func(e *Entry, k *Key) bool { return k.Account == "7302" && own(k) && e.Date.Year() < year }
	}
	for _, x := range []struct {
		into *Amount
		sign Amount
		want func(*Entry, *Key) bool
	}{
		{&out.Executed, 1, executed(contract)},
		{&out.Left, 1, executed(contract)},
		{&out.Left, 1, back(contract)},
		{&out.Left, -1, func(e *Entry, k *Key) bool { return move(e) && k.Account == "7202" && contract(k) }},
		{&out.Project, 1, executed(project)},
		{&out.Project, 1, back(project)},
		{&out.Project, 1, func(e *Entry, k *Key) bool { return move(e) && k.Account == "3201" && project(k) }},
	} {
		sum, err := h.sum(x.want)
		if err != nil {
			return out, err
		}
		if *x.into, err = Add(*x.into, x.sign*sum); err != nil {
			return out, err
		}
	}
	return out, nil
}
