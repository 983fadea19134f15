package audit

import (
	"context"
	"fmt"
	"io"

	"fundbook/internal/db"
	"fundbook/internal/sheet"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// ExportHledger writes the books of a county as a journal that `hledger check -s`
// accepts: one transaction an entry with its sequence number, voucher numbers and
// event as tags, one account a key, and at the end an assertion of the balance of
// every account. Debits are positive; a red line keeps its side and is negative
// there. q shows one moment of the store; memory does not grow with the number of
// entries. It returns the error of w or of the database.
func ExportHledger(ctx context.Context, q bun.IDB, county int32, w io.Writer) error {
	names, err := exportNames(ctx, q, county)
	if err != nil {
		return err
	}
	rows, err := db.Keys(ctx, q, county)
	if err != nil {
		return err
	}
	keys := make([]ledger.Key, 0, len(rows))
	for _, r := range rows {
		keys = append(keys, ledger.Key{
			Lot: r.Lot, Peer: r.Peer, Book: ledger.Book(r.Book), Account: ledger.Code(r.Account), Sub: r.Sub,
			Project: r.Project, Contract: r.Contract, Payee: r.Payee, Unit: r.Unit, Pool: r.Pool,
		})
	}
	var name string
	if err := q.NewRaw("SELECT code || ' ' || name FROM head WHERE county = ?", county).Scan(ctx, &name); err != nil {
		return fmt.Errorf("read the county's name: %w", err)
	}
	h := &hledgerWriter{w: buffered(w), names: names, balances: map[string]ledger.Amount{}}
	h.begin(name, keys)
	if err := eachEntry(ctx, q, county, h.entry); err != nil {
		return err
	}
	return h.end()
}

// ExportJournalCSV writes the journal (序时账) of a county as CSV in UTF-8 with a
// byte order mark and line ends CR LF, one row a line in order of recording. A text
// that a spreadsheet would compute gets an apostrophe in front; amounts are plain
// figures with two decimals. Errors and memory are as for ExportHledger.
func ExportJournalCSV(ctx context.Context, q bun.IDB, county int32, w io.Writer) error {
	names, err := exportNames(ctx, q, county)
	if err != nil {
		return err
	}
	j := &journalWriter{Writer: sheet.NewWriter(w), names: names}
	j.begin()
	if err := eachEntry(ctx, q, county, j.entry); err != nil {
		return err
	}
	return j.Flush()
}

func exportNames(ctx context.Context, q bun.IDB, county int32) (*accountNames, error) {
	lots, err := ledger.Lots(ctx, q, county)
	if err != nil {
		return nil, err
	}
	return newAccountNames(lots), nil
}

const exportChunk = 1000 // records of one query

// eachEntry calls fn with every entry in order of recording.
func eachEntry(ctx context.Context, q bun.IDB, county int32, fn func(seq int64, e *ledger.Entry)) error {
	for next := int64(1); ; {
		recs, err := db.Records(ctx, q, county, next, exportChunk)
		if err != nil {
			return err
		}
		for i := range recs {
			next = recs[i].Seq + 1
			if recs[i].Kind != ledger.KindEntry {
				continue
			}
			e, err := ledger.EntryOf(&recs[i])
			if err != nil {
				return err
			}
			fn(recs[i].Seq, &e)
		}
		if len(recs) < exportChunk {
			return nil
		}
	}
}
