package ledger

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// pastEntries returns the entries that touch the accounts which want takes: the
// committed ones by a condition on the columns of account_key (named k), which
// selects the same accounts, and those of the batch.
func pastEntries(ctx context.Context, tx *db.Tx, want func(*Key) bool, where string, args ...any) (history, error) {
	q, err := tx.DB(ctx)
	if err != nil {
		return nil, err
	}
	out, err := entriesOn(ctx, q, tx.CountyNo(), where, args...)
	if err != nil {
		return nil, err
	}
	err = tx.BufferedRecords(func(seq int64, kind string, payload []byte) error {
		if kind != KindEntry {
			return nil
		}
		e, err := DecodeEntry(translog.NewDecoder(payload))
		if err == nil && e.touches(want) {
			out = append(out, past{seq, &e})
		}
		return err
	})
	return out, err
}

// entriesOn returns the committed entries on the accounts that a condition on
// the columns of account_key (named k) selects, in order.
func entriesOn(ctx context.Context, q bun.IDB, county int32, where string, args ...any) (history, error) {
	var seqs []int64
	err := q.NewRaw("SELECT DISTINCT l.seq FROM account_key k JOIN line l ON l.key = k.id WHERE k.county = ? AND ("+where+") ORDER BY l.seq",
		append([]any{county}, args...)...).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("find the entries of accounts: %w", err)
	}
	recs, err := db.RecordsBySeq(ctx, q, county, seqs)
	if err != nil {
		return nil, err
	}
	out := make(history, len(recs))
	for i := range recs {
		e, err := EntryOf(&recs[i])
		if err != nil {
			return nil, err
		}
		out[i] = past{recs[i].Seq, &e}
	}
	return out, nil
}

// firstEntry returns the first entry of a lot, or nil.
func firstEntry(ctx context.Context, tx *db.Tx, lot LotID) (*Entry, error) {
	q, err := tx.DB(ctx)
	if err != nil {
		return nil, err
	}
	var seq int64
	err = q.NewRaw("SELECT coalesce(min(l.seq), 0) FROM account_key k JOIN line l ON l.key = k.id WHERE k.county = ? AND k.lot = ?",
		tx.CountyNo(), lot[:]).Scan(ctx, &seq)
	if err != nil {
		return nil, fmt.Errorf("find the first entry of a lot: %w", err)
	}
	if seq != 0 {
		e, _, err := originalOf(ctx, tx, seq)
		return e, err
	}
	var first *Entry
	err = tx.BufferedRecords(func(_ int64, kind string, payload []byte) error {
		if kind != KindEntry || first != nil {
			return nil
		}
		e, err := DecodeEntry(translog.NewDecoder(payload))
		if err == nil && e.touches(func(k *Key) bool { return k.Lot == lot }) {
			first = &e
		}
		return err
	})
	return first, err
}

// sameGroup returns the lots of a county with the year, class and tier of a lot,
// those of the batch included.
func sameGroup(ctx context.Context, tx *db.Tx, of *Lot) (map[LotID]bool, error) {
	q, err := tx.DB(ctx)
	if err != nil {
		return nil, err
	}
	var ids [][]byte
	err = q.NewRaw("SELECT id FROM lot WHERE county = ? AND budget_year = ? AND class = ? AND tier = ?",
		tx.CountyNo(), of.Year, string(of.Class), string(of.Tier)).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("find the lots of a group: %w", err)
	}
	out := map[LotID]bool{}
	for _, id := range ids {
		out[LotID(id)] = true
	}
	err = tx.BufferedRecords(func(_ int64, kind string, payload []byte) error {
		if kind != KindLot {
			return nil
		}
		l, err := DecodeLot(translog.NewDecoder(payload))
		if err == nil && l.group() == of.group() {
			out[l.ID] = true
		}
		return err
	})
	return out, err
}

// feeHistory returns the entries that the fee cap of a group of lots counts.
func feeHistory(ctx context.Context, tx *db.Tx, lots map[LotID]bool) (history, error) {
	ids := make([][]byte, 0, len(lots))
	for id := range lots {
		ids = append(ids, append([]byte(nil), id[:]...))
	}
	return pastEntries(ctx, tx, func(k *Key) bool { return lots[k.Lot] && feeAccount(k.Account) != 0 },
		"k.lot IN (?) AND "+feeAccounts, bun.List(ids))
}

const feeAccounts = "(k.account IN ('5005', '6201', '7403', '7404') OR k.account LIKE '61%')"

// FeeCaps returns every group of lots of a county that has received authority or
// spent a management fee, with the cap in force on a day: by year, class, tier. A
// group whose authority was recalled after the fee was spent shows in Over.
func FeeCaps(ctx context.Context, q bun.IDB, county int32, day Date) ([]FeeFigures, error) {
	lots, err := Lots(ctx, q, county)
	if err != nil {
		return nil, err
	}
	ps, err := LoadPolicies(ctx, q, county)
	if err != nil {
		return nil, err
	}
	rate, err := FeeRate(ps, day)
	if err != nil {
		return nil, err
	}
	h, err := entriesOn(ctx, q, county, feeAccounts)
	if err != nil {
		return nil, err
	}
	return feeReport(lots, h, rate)
}

// originHistory returns the entries that say what earlier years have executed on
// a project of a lot and what of it came back.
func originHistory(ctx context.Context, tx *db.Tx, lot LotID, project string) (history, error) {
	return pastEntries(ctx, tx, func(k *Key) bool { return originAccount(k, lot, project) },
		"k.lot = ? AND (k.account = '6202' OR k.account = '7302' AND (k.project = ? OR ? = ''))", lot[:], project, project)
}
