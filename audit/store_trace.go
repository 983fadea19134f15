package audit

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// Trace (资金追踪) follows money through the books of a county, from a document to
// its recipients and from a recipient back to its documents: both are the same
// parcels seen from two sides, so an edge has the same amount in both. q shows one
// moment of the store. It returns ErrSelector, ErrNoFlow, or the database's error.
func Trace(ctx context.Context, q bun.IDB, county int32, from Selector) (Graph, error) {
	if from.Empty() {
		return Graph{}, ErrSelector
	}
	x, err := resolveQuery(ctx, q, county, from)
	if err != nil {
		return Graph{}, err
	}
	lots, err := lotsOf(ctx, q, county, &x)
	if err != nil {
		return Graph{}, err
	}
	f, err := foldLots(ctx, q, county, lots, &x)
	if err != nil {
		return Graph{}, err
	}
	g, err := f.graphOf(&x)
	if err == nil && len(g.Nodes) == 0 && (x.Entry != 0 || x.entries != nil) {
		// The entries moved no authority, or what they moved went back: show their lots.
		x.Entry, x.entries = 0, nil
		if f, err = foldLots(ctx, q, county, lots, &x); err == nil {
			g, err = f.graphOf(&x)
		}
	}
	if err == nil && len(g.Nodes) == 0 {
		err = ErrNoFlow.With("%s", from)
	}
	if err == nil {
		err = g.addFiles(ctx, q, county)
	}
	return g, err
}

// resolveQuery turns a voucher number and a file into entries.
func resolveQuery(ctx context.Context, q bun.IDB, county int32, from Selector) (query, error) {
	x := query{Selector: from}
	if from.Voucher != "" {
		seq, err := voucherEntry(ctx, q, county, from.Voucher)
		if err != nil {
			return x, err
		}
		if from.Entry != 0 && from.Entry != seq {
			return x, ErrNoFlow.With("%s", from)
		}
		x.Entry = seq
	}
	if from.File == "" {
		return x, nil
	}
	seqs, err := fileEntries(ctx, q, county, from.File)
	if err != nil {
		return x, err
	}
	if len(seqs) == 0 {
		return x, ErrNoFlow.With("%s 没有记账", from)
	}
	x.entries = make(map[int64]bool, len(seqs))
	for _, s := range seqs {
		x.entries[s] = true
	}
	return x, nil
}

// voucherEntry finds the entry that took a voucher number.
func voucherEntry(ctx context.Context, q bun.IDB, county int32, text string) (int64, error) {
	v, err := parseVoucher(text)
	if err != nil {
		return 0, err
	}
	var seqs []int64
	err = q.NewRaw(`SELECT v.seq FROM voucher_series s JOIN voucher v ON v.county = s.county AND v.series = s.id
 WHERE s.county = ? AND s.book = ? AND s.period = ? AND s.word = ? AND v.no = ?`, county, string(v.Book), int32(v.Period), v.Word, v.No).Scan(ctx, &seqs)
	if err != nil {
		return 0, fmt.Errorf("find a voucher: %w", err)
	}
	if len(seqs) == 0 {
		return 0, ErrNoFlow.With("凭证 %s", v)
	}
	return seqs[0], nil
}

// lotsOf returns the lots that the query can speak of.
func lotsOf(ctx context.Context, q bun.IDB, county int32, s *query) ([]ledger.Lot, error) {
	for _, text := range []string{s.Lot, s.Document} {
		if text != "" {
			return ledger.FindLots(ctx, q, county, text)
		}
	}
	var ids [][]byte
	var err error
	switch {
	case s.Entry != 0 || s.entries != nil:
		err = q.NewRaw(`SELECT DISTINCT k.lot FROM line l JOIN account_key k ON k.id = l.key
 WHERE l.county = ? AND l.seq IN (?)`, county, bun.List(s.seqs())).Scan(ctx, &ids)
	default:
		where, args := anyOf(s.Project, s.Unit, s.Payee)
		if s.Payee != "" {
			where += " OR account = '7106'" // whose label it may be
		}
		err = q.NewRaw("SELECT DISTINCT lot FROM account_key WHERE county = ? AND ("+where+")", append([]any{county}, args...)...).Scan(ctx, &ids)
	}
	if err != nil {
		return nil, fmt.Errorf("find the lots of a trace: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var seqs []int64
	if err := q.NewRaw("SELECT seq FROM lot WHERE county = ? AND id IN (?) ORDER BY seq", county, bun.List(ids)).Scan(ctx, &seqs); err != nil {
		return nil, fmt.Errorf("find the lots of a trace: %w", err)
	}
	recs, err := db.RecordsBySeq(ctx, q, county, seqs)
	if err != nil {
		return nil, err
	}
	out := make([]ledger.Lot, len(recs))
	for i := range recs {
		d := translog.NewDecoder(recs[i].Body)
		translog.DecodeHeader(d)
		if out[i], err = ledger.DecodeLot(d); err != nil {
			return nil, ledger.ErrEncoding.With("记录 %d", recs[i].Seq).Because(err)
		}
	}
	return out, nil
}

// seqs are the entries that the query names.
func (s *query) seqs() []int64 {
	if s.entries == nil {
		return []int64{s.Entry}
	}
	return slices.Sorted(maps.Keys(s.entries))
}

// anyOf is the condition that an account is one of the project, the unit or the
// payee: of those that are named, so that an index serves where there is one.
func anyOf(project, unit, payee string) (where string, args []any) {
	for _, x := range []struct{ column, value string }{{"project", project}, {"unit", unit}, {"payee", payee}} {
		if x.value == "" {
			continue
		}
		if where != "" {
			where += " OR "
		}
		where += x.column + " = ?"
		args = append(args, x.value)
	}
	return where, args
}

// foldLots folds what the query needs of the entries that move authority of the
// lots.
func foldLots(ctx context.Context, q bun.IDB, county int32, lots []ledger.Lot, x *query) (*flow, error) {
	n := &narrowing{lots: lots}
	ids := make([][]byte, 0, len(lots))
	for i := range lots {
		ids = append(ids, lots[i].ID[:])
	}
	n.read = func(r reach) ([]moved, error) {
		if len(ids) == 0 {
			return nil, nil
		}
		return readEntries(ctx, q, county, ids, within{r, n.entries})
	}
	start, narrow, err := startProjects(ctx, q, county, x)
	if err != nil {
		return nil, err
	}
	if !narrow {
		return n.whole()
	}
	return n.flow(start, x)
}

// startProjects returns the projects that a query is about, or narrow false when it
// is about whole lots.
func startProjects(ctx context.Context, q bun.IDB, county int32, x *query) (list []string, narrow bool, err error) {
	switch {
	case x.Project != "":
		return []string{x.Project}, true, nil
	case x.Payee != "" || x.Unit != "":
		where, args := anyOf("", x.Unit, x.Payee)
		err = q.NewRaw("SELECT DISTINCT project FROM account_key WHERE county = ? AND project <> '' AND ("+where+") ORDER BY project",
			append([]any{county}, args...)...).Scan(ctx, &list)
		narrow = true
	case x.Entry != 0 || x.entries != nil:
		err = q.NewRaw(`SELECT DISTINCT k.project FROM line l JOIN account_key k ON k.id = l.key
 WHERE l.county = ? AND l.seq IN (?) AND k.project <> '' ORDER BY k.project`, county, bun.List(x.seqs())).Scan(ctx, &list)
		narrow = len(list) > 0
	}
	if err != nil {
		err = fmt.Errorf("find the projects of a trace: %w", err)
	}
	return list, narrow, err
}

// within is what is read, but for the entries that there are already.
type within struct {
	reach
	have map[int64]moved
}

// readEntries reads the entries within reach, in order.
func readEntries(ctx context.Context, q bun.IDB, county int32, lots [][]byte, r within) ([]moved, error) {
	where, args := "1 = 1", []any{county, county, bun.List(lots)}
	switch {
	case r.all:
	case len(r.projects) == 0:
		where = "k.project = ''"
	default:
		where = "k.project IN (?)"
		args = append(args, bun.List(r.projects))
	}
	rows, err := q.QueryContext(ctx, `SELECT r.seq, r.body FROM record r WHERE r.county = ? AND r.seq IN (
 SELECT l.seq FROM account_key k JOIN line l ON l.key = k.id WHERE k.county = ? AND k.grp = 'B' AND k.lot IN (?) AND `+where+`) ORDER BY r.seq`, args...)
	if err != nil {
		return nil, fmt.Errorf("read the entries of a trace: %w", err)
	}
	defer func() { _ = rows.Close() }() // what went wrong, rows.Err tells
	var out []moved
	var rec db.Record
	var reader ledger.AuthorityReader
	for rows.Next() {
		if err := rows.Scan(&rec.Seq, (*sql.RawBytes)(&rec.Body)); err != nil {
			return nil, fmt.Errorf("read the entries of a trace: %w", err)
		}
		if _, have := r.have[rec.Seq]; have {
			continue
		}
		h, lines, err := reader.Read(&rec)
		if err != nil {
			return nil, err
		}
		out = append(out, moved{rec.Seq, h.Event, h.Reverses, lines})
	}
	return out, rows.Err()
}
