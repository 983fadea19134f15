package ledger

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// dateOfNumber reads yyyymmdd.
func dateOfNumber(n int32) Date {
	if n == 0 {
		return 0
	}
	d, err := NewDate(int(n/10000), int(n/100%100), int(n%100))
	if err != nil {
		return 0
	}
	return d
}

// The things that a county's memory holds for this room.
type (
	lotThing     LotID
	lotCodeThing string
	lotDocThing  docLine
	issueThing   LotID
	calThing     struct {
		book  Book
		today Date // a policy may come into force
	}
	policyThing struct{}
	redThing    int64
)

// lotOf returns a registered lot.
func lotOf(ctx context.Context, tx *db.Tx, id LotID) (Lot, error) {
	v, err := tx.Recall(ctx, lotThing(id), func(ctx context.Context, q bun.IDB) (any, error) {
		return LoadLot(ctx, q, tx.CountyNo(), id)
	})
	if err != nil {
		return Lot{}, err
	}
	return v.(Lot), nil
}

// LoadLot reads a lot from its record.
func LoadLot(ctx context.Context, q bun.IDB, county int32, id LotID) (Lot, error) {
	var seqs []int64
	if err := q.NewRaw("SELECT seq FROM lot WHERE county = ? AND id = ?", county, id[:]).Scan(ctx, &seqs); err != nil {
		return Lot{}, fmt.Errorf("find a lot: %w", err)
	}
	lots, err := loadLots(ctx, q, county, seqs)
	if err != nil {
		return Lot{}, err
	}
	if len(lots) == 0 {
		return Lot{}, ErrLotUnknown.With("%s", id)
	}
	return lots[0], nil
}

// Lots returns every lot of a county in order of registration.
func Lots(ctx context.Context, q bun.IDB, county int32) ([]Lot, error) {
	recs, err := db.RecordsOfKind(ctx, q, county, KindLot)
	if err != nil {
		return nil, err
	}
	return decodeLots(recs)
}

// LotsOfDocument returns the lots of a document, by its key, that were registered up
// to record last, in order of registration.
func LotsOfDocument(ctx context.Context, q bun.IDB, county int32, document string, last int64) ([]Lot, error) {
	var seqs []int64
	err := q.NewRaw("SELECT seq FROM lot WHERE county = ? AND document = ? AND seq <= ? ORDER BY seq", county, document, last).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("find the lots of a document: %w", err)
	}
	return loadLots(ctx, q, county, seqs)
}

func loadLots(ctx context.Context, q bun.IDB, county int32, seqs []int64) ([]Lot, error) {
	recs, err := db.RecordsBySeq(ctx, q, county, seqs)
	if err != nil {
		return nil, err
	}
	return decodeLots(recs)
}

func decodeLots(recs []db.Record) ([]Lot, error) {
	out := make([]Lot, 0, len(recs))
	for i := range recs {
		d := translog.NewDecoder(recs[i].Body)
		translog.DecodeHeader(d)
		l, err := DecodeLot(d)
		if err != nil {
			return nil, ErrEncoding.With("记录 %d", recs[i].Seq).Because(err)
		}
		out = append(out, l)
	}
	return out, nil
}

// FindLots returns the lots whose code, document key or document number is
// text, or whose identifier it is.
func FindLots(ctx context.Context, q bun.IDB, county int32, text string) ([]Lot, error) {
	var seqs []int64
	id, err := ParseID(text)
	if err != nil {
		id = LotID{}
	}
	err = q.NewRaw("SELECT seq FROM lot WHERE county = ? AND (code = ? OR document = ? OR doc_no = ? OR id = ?) ORDER BY seq",
		county, text, text, text, id[:]).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("find lots: %w", err)
	}
	return loadLots(ctx, q, county, seqs)
}

// insertLot stores the row by which a lot is found; what it is stands in its
// record.
func insertLot(tx *db.Tx, l Lot, seq int64) {
	no := tx.CountyNo()
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw(`INSERT INTO lot (county, id, seq, amount, line, budget_year, code, document, tier, class, doc_no, name)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, no, l.ID[:], seq, int64(l.Amount), l.Line, l.Year, l.Code, l.Document,
			string(l.Tier), string(l.Class), string(l.DocNo), l.Name).Exec(ctx)
		return err
	})
}

// lotTaken reports whether a lot with the code, or with the line of the
// document, is registered already.
func lotTaken(ctx context.Context, tx *db.Tx, l Lot) (bool, error) {
	for _, c := range []struct {
		thing any
		query string
		args  []any
	}{
		{lotCodeThing(l.Code), "SELECT count(*) FROM lot WHERE county = ? AND code = ?", []any{tx.CountyNo(), l.Code}},
		{lotDocThing{l.Document, l.Line}, "SELECT count(*) FROM lot WHERE county = ? AND document = ? AND line = ?", []any{tx.CountyNo(), l.Document, l.Line}},
	} {
		v, err := tx.Recall(ctx, c.thing, func(ctx context.Context, q bun.IDB) (any, error) {
			var n int
			err := q.NewRaw(c.query, c.args...).Scan(ctx, &n)
			return n > 0, err
		})
		if err != nil {
			return false, fmt.Errorf("look for a lot: %w", err)
		}
		if v.(bool) {
			return true, nil
		}
	}
	return false, nil
}

// issueYear returns the fiscal year in which a lot's authority first moved, or
// 0.
func issueYear(ctx context.Context, tx *db.Tx, lot LotID) (int, error) {
	v, err := tx.Recall(ctx, issueThing(lot), func(ctx context.Context, q bun.IDB) (any, error) {
		var day int32
		err := q.NewRaw(`SELECT coalesce(min(d.day), 0) FROM account_key k JOIN day_total d ON d.key = k.id
 WHERE k.county = ? AND k.lot = ? AND k.account >= '6' AND k.account < '7'`, tx.CountyNo(), lot[:]).Scan(ctx, &day)
		return int(day / 10000), err
	})
	if err != nil {
		return 0, fmt.Errorf("find a lot's year of issue: %w", err)
	}
	return v.(int), nil
}

// PoliciesOf returns the county's dated policies in the order of recording. The
// caller must not change them.
func PoliciesOf(ctx context.Context, tx *db.Tx) ([]Policy, error) {
	v, err := tx.Recall(ctx, policyThing{}, func(ctx context.Context, q bun.IDB) (any, error) {
		return LoadPolicies(ctx, q, tx.CountyNo())
	})
	if err != nil {
		return nil, err
	}
	return v.([]Policy), nil
}

// LoadPolicies reads a county's policies in the order of recording.
func LoadPolicies(ctx context.Context, q bun.IDB, county int32) ([]Policy, error) {
	var rows []struct {
		Name, Value, Basis string
		ValidFrom          int32
	}
	err := q.NewRaw("SELECT name, value, basis, valid_from FROM policy WHERE county = ? ORDER BY seq", county).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read the policies: %w", err)
	}
	out := make([]Policy, len(rows))
	for i, r := range rows {
		out[i] = Policy{r.Name, r.Value, dateOfNumber(r.ValidFrom), r.Basis}
	}
	return out, nil
}

func insertPolicy(tx *db.Tx, p Policy, seq int64) {
	no := tx.CountyNo()
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw("INSERT INTO policy (county, seq, valid_from, name, value, basis) VALUES (?, ?, ?, ?, ?, ?)",
			no, seq, p.ValidFrom.Number(), p.Name, p.Value, p.Basis).Exec(ctx)
		return err
	})
}

// CalendarOf returns the periods of a book as the command sees them.
func CalendarOf(ctx context.Context, tx *db.Tx, b Book) (Calendar, error) {
	v, err := tx.Recall(ctx, calThing{b, DateAt(tx.Now)}, func(ctx context.Context, q bun.IDB) (any, error) {
		ps, err := PoliciesOf(ctx, tx)
		if err != nil {
			return nil, err
		}
		cal, err := CalendarFrom(ps, b, DateAt(tx.Now))
		if err != nil {
			return nil, err
		}
		var closed int32
		err = q.NewRaw("SELECT coalesce(max(period), 0) FROM period_close WHERE county = ? AND book = ?", tx.CountyNo(), string(b)).Scan(ctx, &closed)
		cal.Closed = Period(closed)
		return cal, err
	})
	if err != nil {
		return Calendar{}, err
	}
	return v.(Calendar), nil
}

func insertPeriodClose(tx *db.Tx, p PeriodClose, seq int64) {
	no := tx.CountyNo()
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw("INSERT INTO period_close (county, seq, period, book) VALUES (?, ?, ?, ?)", no, seq, int32(p.Period), string(p.Book)).Exec(ctx)
		return err
	})
}

// booksBegun reports whether a voucher or a close stands in any book.
func booksBegun(ctx context.Context, tx *db.Tx) (bool, error) {
	q, err := tx.DB(ctx)
	if err != nil {
		return false, err
	}
	var n int
	err = q.NewRaw(`SELECT (SELECT count(*) FROM (SELECT 1 FROM voucher_series WHERE county = ? LIMIT 1) v)
 + (SELECT count(*) FROM (SELECT 1 FROM period_close WHERE county = ? LIMIT 1) c)`, tx.CountyNo(), tx.CountyNo()).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for vouchers: %w", err)
	}
	begun := n > 0
	err = tx.BufferedRecords(func(_ int64, kind string, _ []byte) error {
		begun = begun || kind == KindEntry || kind == KindPeriod
		return nil
	})
	return begun, err
}

// originalOf returns the entry with a sequence number, and whether it has been
// reversed.
func originalOf(ctx context.Context, tx *db.Tx, seq int64) (*Entry, bool, error) {
	red, err := tx.Recall(ctx, redThing(seq), func(ctx context.Context, q bun.IDB) (any, error) {
		var n int
		err := q.NewRaw("SELECT count(*) FROM reversal WHERE county = ? AND original = ?", tx.CountyNo(), seq).Scan(ctx, &n)
		return n > 0, err
	})
	if err != nil {
		return nil, false, fmt.Errorf("look for a reversal: %w", err)
	}
	if kind, payload, ok := tx.Buffered(seq); ok {
		if kind != KindEntry {
			return nil, false, ErrEntryUnknown.With("记录 %d 不是凭证", seq)
		}
		e, err := DecodeEntry(translog.NewDecoder(payload))
		return &e, red.(bool), err
	}
	q, err := tx.DB(ctx)
	if err != nil {
		return nil, false, err
	}
	recs, err := db.RecordsBySeq(ctx, q, tx.CountyNo(), []int64{seq})
	if err != nil {
		return nil, false, err
	}
	if len(recs) == 0 || recs[0].Kind != KindEntry {
		return nil, false, ErrEntryUnknown.With("记录 %d", seq)
	}
	e, err := EntryOf(&recs[0])
	if err != nil {
		return nil, false, err
	}
	return &e, red.(bool), nil
}

func insertReversal(tx *db.Tx, original, seq int64) {
	no := tx.CountyNo()
	tx.Remember(redThing(original), true)
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw("INSERT INTO reversal (county, original, seq) VALUES (?, ?, ?)", no, original, seq).Exec(ctx)
		return err
	})
}

// EntryOf decodes an entry's record.
func EntryOf(r *db.Record) (Entry, error) {
	d := translog.NewDecoder(r.Body)
	translog.DecodeHeader(d)
	e, err := DecodeEntry(d)
	if err != nil {
		return Entry{}, ErrEncoding.With("记录 %d", r.Seq).Because(err)
	}
	return e, nil
}

// HeadOf decodes what an entry's record says before its lines; they are neither
// read nor judged.
func HeadOf(r *db.Record) (Head, error) {
	d := translog.NewDecoder(r.Body)
	translog.DecodeHeader(d)
	h := decodeHead(d)
	if err := d.Err(); err != nil {
		return Head{}, ErrEncoding.With("记录 %d", r.Seq).Because(err)
	}
	return h, nil
}

// BalancesAt returns the balances other than zero, at the end of a day, of the
// accounts in a set as a command sees them: what it and earlier commands of its
// batch have posted included. They are in the order of their keys.
func BalancesAt(ctx context.Context, tx *db.Tx, day Date, f Filter) ([]Balance, error) {
	q, err := tx.DB(ctx)
	if err != nil {
		return nil, err
	}
	where, args := f.where()
	keys, err := db.KeysWhere(ctx, q, tx.CountyNo(), where, args...)
	if err != nil {
		return nil, err
	}
	tx.NewKeys(func(id int64, k *db.KeyRow) { keys[id] = *k })
	var rows []struct {
		Key int64
		Net int64
	}
	err = q.NewRaw("SELECT d.key, sum(d.debit - d.credit) AS net FROM account_key k JOIN day_total d ON d.key = k.id"+
		" WHERE k.county = ? AND d.day <= ? AND "+where+" GROUP BY d.key", append([]any{tx.CountyNo(), day.Number()}, args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read balances: %w", err)
	}
	nets := make(map[int64]int64, len(rows))
	for _, r := range rows {
		nets[r.Key] = r.Net
	}
	tx.BufferedLines(func(l *db.LineRow) {
		if l.Day <= day.Number() {
			nets[l.Key] += int64(l.Side) * l.Fen
		}
	})
	out := make([]Balance, 0, len(nets))
	for id, net := range nets {
		row, ok := keys[id]
		if !ok || net == 0 {
			continue
		}
		if k := keyOfRow(&row); f.Match(&k) {
			out = append(out, Balance{k, Amount(net)})
		}
	}
	slices.SortFunc(out, func(a, b Balance) int { return CompareKeys(&a.Key, &b.Key) })
	return out, nil
}
