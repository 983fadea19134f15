package ledger

import (
	"context"
	"fmt"

	"fundbook/internal/daysum"
	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

type (
	unitThing    string
	mergersThing struct{}
)

// unitKind returns the kind that a name is bound to.
func unitKind(ctx context.Context, tx *db.Tx, name string) (UnitKind, error) {
	v, err := tx.Recall(ctx, unitThing(name), func(ctx context.Context, q bun.IDB) (any, error) {
		var account string
		err := q.NewRaw(`SELECT coalesce(min(account), '') FROM account_key
 WHERE county = ? AND unit = ? AND unit <> '' AND account IN ('1101', '7103', '7104', '7105')`, tx.CountyNo(), name).Scan(ctx, &account)
		_, kind := namedUnit(&Key{Book: County, Account: Code(account), Unit: name})
		return kind, err
	})
	if err != nil {
		return UnitUnbound, fmt.Errorf("look for a unit: %w", err)
	}
	return v.(UnitKind), nil
}

// mergersOf returns the mergers of units that stand.
func mergersOf(ctx context.Context, tx *db.Tx) (mergers, error) {
	v, err := tx.Recall(ctx, mergersThing{}, func(ctx context.Context, q bun.IDB) (any, error) {
		var rows []struct {
			Seq             int64
			Unit, Successor string
		}
		err := q.NewRaw(`SELECT m.seq, m.unit, m.successor FROM merger m WHERE m.county = ?
 AND NOT EXISTS (SELECT 1 FROM reversal r WHERE r.county = m.county AND r.original = m.seq) ORDER BY m.seq`, tx.CountyNo()).Scan(ctx, &rows)
		ms := make(mergers, len(rows))
		for i, r := range rows {
			ms[i] = merger{r.Seq, r.Unit, r.Successor}
		}
		return ms, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the mergers of units: %w", err)
	}
	return v.(mergers), nil
}

// names returns what the store knows of units' names.
func names(ctx context.Context, tx *db.Tx, ms mergers) unitNames {
	return unitNames{
		mergers: ms,
		kind:    func(name string) (UnitKind, error) { return unitKind(ctx, tx, name) },
		bind:    func(name string, kind UnitKind) { tx.Remember(unitThing(name), kind) },
	}
}

// noteMerger records that a unit was merged, or that a merger was turned red.
func noteMerger(ctx context.Context, tx *db.Tx, e *Entry, original *Entry, seq int64) error {
	unit, into, merging := e.Merger()
	undoing := original != nil && original.Event == "E28"
	if !merging && !undoing {
		return nil
	}
	ms, err := mergersOf(ctx, tx)
	if err != nil {
		return err
	}
	if undoing {
		tx.Remember(mergersThing{}, ms.without(e.Reverses))
		return nil
	}
	tx.Remember(mergersThing{}, append(ms[:len(ms):len(ms)], merger{seq, unit, into}))
	no := tx.CountyNo()
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw("INSERT INTO merger (county, seq, unit, successor) VALUES (?, ?, ?, ?)", no, seq, unit, into).Exec(ctx)
		return err
	})
	return nil
}

// mergerOf returns every entry of the merger that an original belongs to; none
// when it is no entry of a merger that stands.
func mergerOf(ctx context.Context, tx *db.Tx, seq int64, original *Entry) ([]MergerEntry, error) {
	if original.Event != "E28" {
		return nil, nil
	}
	ms, err := mergersOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []MergerEntry
	for _, no := range ms.whole(seq) {
		e, _, err := originalOf(ctx, tx, no)
		if err != nil {
			return nil, err
		}
		out = append(out, MergerEntry{no, e})
	}
	return out, nil
}

// executedLeft returns what the fiscal year of a day has executed under a key
// and has left from that day on. It numbers no account.
func executedLeft(ctx context.Context, tx *db.Tx, k *Key, day Date) (Amount, error) {
	keys, err := tx.LotKeys(ctx, k.Lot)
	if err != nil {
		return 0, err
	}
	row := rowOfKey(k)
	for id, have := range keys {
		if have == row {
			v, err := tx.Vector(ctx, id, 1)
			if err != nil {
				return 0, err
			}
			return leftOf(v, day, Date.Number), nil
		}
	}
	return 0, nil
}

// leftOf is the least that a vector of 7302 holds from a day to the end of its
// year, of what the year executed itself.
func leftOf(v *daysum.Vector, day Date, number func(Date) int32) Amount {
	year := v.MinBetween(number(yearEndBefore(day)), number(day), number(yearEnd(day)))
	all, _ := v.MinFrom(number(day))
	return Amount(max(min(year, all), 0))
}
