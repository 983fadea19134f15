package ledger

import (
	"context"
	"errors"

	"fundbook/internal/db"
	"fundbook/internal/fault"
)

// What commands of the rooms to the right may know of the ledger, beside
// BalancesAt, PoliciesOf and CalendarOf: each as the command sees it, earlier ones of its batch included.

// LotOf returns a registered lot with what the ledger knows of it.
// ErrLotUnknown when there is none.
func LotOf(ctx context.Context, tx *db.Tx, id LotID) (LotFacts, error) {
	lot, err := lotOf(ctx, tx, id)
	if err != nil {
		return LotFacts{}, err
	}
	year, err := issueYear(ctx, tx, id)
	return LotFacts{Lot: lot, IssueYear: year}, err
}

// PolicyOn returns the value of a policy that was in force on a day: that of the
// latest validity, of two with the same the one recorded later. ok is false when
// the county has set none by then.
func PolicyOn(ps []Policy, name string, day Date) (p Policy, ok bool) {
	for _, x := range ps {
		if x.Name == name && x.ValidFrom <= day && (!ok || x.ValidFrom >= p.ValidFrom) {
			p, ok = x, true
		}
	}
	return p, ok
}

// EntryAt returns the entry that a record is, and whether it has been reversed.
// ErrEntryUnknown when the record is none.
func EntryAt(ctx context.Context, tx *db.Tx, seq int64) (e Entry, reversed bool, err error) {
	p, reversed, err := originalOf(ctx, tx, seq)
	if err != nil {
		return Entry{}, false, err
	}
	return *p, reversed, nil
}

// ExecutedBefore returns what a project executed of a lot, in these books, in the years
// before one, less what of it has come back since. What was executed before a lot was
// taken over (E00) is not in it: where such money came back too, the figure is 0.
func ExecutedBefore(ctx context.Context, tx *db.Tx, lot LotID, project string, year int) (Amount, error) {
	h, err := originHistory(ctx, tx, lot, project)
	if err != nil {
		return 0, err
	}
	_, before, returned, err := h.originFigures(lot, project, year, year)
	return max(before-returned, 0), err
}

// EventOfEntry returns the event of an entry that the command sees, by its
// sequence number. ErrEntryUnknown when there is none.
func EventOfEntry(ctx context.Context, tx *db.Tx, seq int64) (EventCode, error) {
	e, _, err := originalOf(ctx, tx, seq)
	if err != nil {
		return "", err
	}
	return e.Event, nil
}

// hideLot answers a township whose event is refused like one that names a lot which
// does not exist, when the event names a lot in which the township has no account: no
// refusal tells it of another's (law 8). What it has is its own book, and the accounts
// of the county book that carry its name. An event that is accepted tells nothing, so
// the first interest of a lot needs no account.
func hideLot(ctx context.Context, tx *db.Tx, p *Posting, refused error) error {
	var f *fault.Error
	if tx.Unit == "" || !errors.As(refused, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return refused
	}
	need, err := p.Need()
	if err != nil {
		return refused // of the event's own fields; no lot was looked at
	}
	for _, id := range need.Lots {
		keys, err := tx.LotKeys(ctx, id)
		if err != nil {
			return err
		}
		own := false
		for _, k := range keys {
			own = own || k.Book == tx.Unit || k.Book == string(County) && k.Unit == tx.Unit
		}
		if !own {
			return ErrLotUnknown.With("%s", id)
		}
	}
	return refused
}
