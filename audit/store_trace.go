package audit

import (
	"context"
	"fmt"

	"fundbook/internal/db"
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
	if from.Voucher != "" {
		seq, err := voucherEntry(ctx, q, county, from.Voucher)
		if err != nil {
			return Graph{}, err
		}
		if from.Entry != 0 && from.Entry != seq {
			return Graph{}, ErrNoFlow.With("%s", from)
		}
		from.Entry = seq
	}
	lots, err := lotsOf(ctx, q, county, from)
	if err != nil {
		return Graph{}, err
	}
	f := newFlow(lots)
	if err := foldLots(ctx, q, county, f); err != nil {
		return Graph{}, err
	}
	g, err := f.graph(from)
	if err == nil && len(g.Nodes) == 0 && from.Entry != 0 {
		// The entry moved no authority, or what it moved went back: show its lots.
		from.Entry = 0
		g, err = f.graph(from)
	}
	if err == nil && len(g.Nodes) == 0 {
		err = ErrNoFlow.With("%s", from)
	}
	return g, err
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

// lotsOf returns the lots that the selector can speak of.
func lotsOf(ctx context.Context, q bun.IDB, county int32, s Selector) ([]ledger.Lot, error) {
	for _, text := range []string{s.Lot, s.Document} {
		if text != "" {
			return ledger.FindLots(ctx, q, county, text)
		}
	}
	var ids [][]byte
	var err error
	if s.Entry != 0 {
		err = q.NewRaw(`SELECT DISTINCT k.lot FROM line l JOIN account_key k ON k.id = l.key
 WHERE l.county = ? AND l.seq = ?`, county, s.Entry).Scan(ctx, &ids)
	} else {
		err = q.NewRaw(`SELECT DISTINCT lot FROM account_key WHERE county = ?
 AND (project = ? OR unit = ? OR payee = ? OR (account = '7106' AND ? <> ''))`, county, or(s.Project), or(s.Unit), or(s.Payee), s.Payee).Scan(ctx, &ids)
	}
	if err != nil {
		return nil, fmt.Errorf("find the lots of a trace: %w", err)
	}
	wanted := make(map[ledger.LotID]bool, len(ids))
	for _, id := range ids {
		if len(id) == 16 {
			wanted[ledger.LotID(id)] = true
		}
	}
	all, err := ledger.Lots(ctx, q, county)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, l := range all {
		if wanted[l.ID] {
			out = append(out, l)
		}
	}
	return out, nil
}

// or makes an empty text match no column.
func or(s string) string {
	if s == "" {
		return "\x01"
	}
	return s
}

const traceChunk = 500 // records of one query

// foldLots folds every entry that moves authority of the flow's lots.
func foldLots(ctx context.Context, q bun.IDB, county int32, f *flow) error {
	if len(f.lots) == 0 {
		return nil
	}
	ids := make([][]byte, 0, len(f.lots))
	for id := range f.lots {
		ids = append(ids, id[:])
	}
	var seqs []int64
	err := q.NewRaw(`SELECT DISTINCT l.seq FROM account_key k JOIN line l ON l.key = k.id
 WHERE k.county = ? AND k.grp = 'B' AND k.lot IN (?) ORDER BY l.seq`, county, bun.List(ids)).Scan(ctx, &seqs)
	if err != nil {
		return fmt.Errorf("find the entries of a trace: %w", err)
	}
	for len(seqs) > 0 {
		n := min(traceChunk, len(seqs))
		recs, err := db.RecordsBySeq(ctx, q, county, seqs[:n])
		if err != nil {
			return err
		}
		for i := range recs {
			e, err := ledger.EntryOf(&recs[i])
			if err != nil {
				return err
			}
			f.add(recs[i].Seq, &e)
		}
		seqs = seqs[n:]
	}
	return nil
}
