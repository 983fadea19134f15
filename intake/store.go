package intake

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// ErrUnknown says that the county has no document of that key.
var ErrUnknown = fault.New(fault.NotFound, "intake.unknown", "本县没有这份资金文件", "no such document in this county")

// Stored is a document that a county's log holds.
type Stored struct {
	Seq    int64
	Digest Digest
}

// Find returns what the county's log holds under a document key.
func Find(ctx context.Context, q bun.IDB, county int32, key string) (s Stored, found bool, err error) {
	var row struct {
		Seq    int64
		Digest []byte
	}
	err = q.NewRaw("SELECT seq, digest FROM document WHERE county = ? AND key = ?", county, key).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return Stored{}, false, nil
	}
	if err != nil {
		return Stored{}, false, fmt.Errorf("find a document: %w", err)
	}
	if len(row.Digest) != len(s.Digest) {
		return Stored{}, false, ErrEncoding.With("记录 %d 的摘要", row.Seq)
	}
	return Stored{row.Seq, Digest(row.Digest)}, true, nil
}

// Load reads a document from its record. ErrUnknown when the county has none of
// that key.
func Load(ctx context.Context, q bun.IDB, county int32, key string) (Document, Stored, error) {
	s, found, err := Find(ctx, q, county, key)
	if err != nil {
		return Document{}, Stored{}, err
	}
	if !found {
		return Document{}, Stored{}, ErrUnknown.With("%s", clip(key))
	}
	recs, err := db.RecordsBySeq(ctx, q, county, []int64{s.Seq})
	if err != nil {
		return Document{}, Stored{}, err
	}
	if len(recs) != 1 {
		return Document{}, Stored{}, ErrEncoding.With("记录 %d 不存在", s.Seq)
	}
	d, err := DocumentOf(&recs[0])
	return d, s, err
}

// Documents reads every document of a county in the order of the log, with the
// number of its record.
func Documents(ctx context.Context, q bun.IDB, county int32) ([]Document, []int64, error) {
	recs, err := db.RecordsOfKind(ctx, q, county, KindDocument)
	if err != nil {
		return nil, nil, err
	}
	docs, seqs := make([]Document, len(recs)), make([]int64, len(recs))
	for i := range recs {
		if docs[i], err = DocumentOf(&recs[i]); err != nil {
			return nil, nil, err
		}
		seqs[i] = recs[i].Seq
	}
	return docs, seqs, nil
}

// DocumentOf decodes a document's record.
func DocumentOf(r *db.Record) (Document, error) {
	dec := translog.NewDecoder(r.Body)
	translog.DecodeHeader(dec)
	d, err := DecodeDocument(dec)
	if err != nil {
		return Document{}, ErrEncoding.With("记录 %d", r.Seq).Because(err)
	}
	return d, nil
}

// documentThing is a stored document, or none, in the memory of the county's
// writer.
type documentThing string

func recallDocument(ctx context.Context, tx *db.Tx, key string) (Stored, bool, error) {
	v, err := tx.Recall(ctx, documentThing(key), func(ctx context.Context, q bun.IDB) (any, error) {
		s, _, err := Find(ctx, q, tx.CountyNo(), key)
		return s, err
	})
	if err != nil {
		return Stored{}, false, err
	}
	s := v.(Stored)
	return s, s.Seq != 0, nil
}

// earlier loads a document that the log or this batch holds.
func earlier(ctx context.Context, tx *db.Tx, key string, seq int64) (Document, error) {
	if _, payload, ok := tx.Buffered(seq); ok {
		return DecodeDocument(translog.NewDecoder(payload))
	}
	q, err := tx.DB(ctx)
	if err != nil {
		return Document{}, err
	}
	d, _, err := Load(ctx, q, tx.CountyNo(), key)
	return d, err
}

// insertDocument stores the row by which a document is found; what it says stands
// in its record.
func insertDocument(tx *db.Tx, d *Document, s Stored) {
	no, r := tx.CountyNo(), d.row(s)
	tx.Remember(documentThing(r.Key), s)
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw(`INSERT INTO document (county, key, seq, fund_year, published, title, issuer, kind, digest)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, no, r.Key, r.Seq, r.FundYear, r.Published, r.Title, r.Issuer, r.Kind, r.Digest).Exec(ctx)
		return err
	})
}

// documentRow is a row of document but for its county.
type documentRow struct {
	Seq                      int64
	FundYear, Published      int32
	Key, Title, Issuer, Kind string
	Digest                   []byte
}

// row is the row that a document's record calls for.
func (d *Document) row(s Stored) documentRow {
	return documentRow{
		Seq: s.Seq, FundYear: int32(yearOf(d.FundYear)), Published: d.PublishedOn.Number(), Key: d.ID, Title: d.Title,
		Issuer: d.Issuer, Kind: d.Kind, Digest: s.Digest[:],
	}
}

// differences names the columns in which two rows differ.
func (r *documentRow) differences(o *documentRow) (columns []string) {
	for _, c := range []struct {
		name string
		same bool
	}{
		{"key", r.Key == o.Key},
		{"fund_year", r.FundYear == o.FundYear},
		{"published", r.Published == o.Published},
		{"title", r.Title == o.Title},
		{"issuer", r.Issuer == o.Issuer},
		{"kind", r.Kind == o.Kind},
		{"digest", bytes.Equal(r.Digest, o.Digest)},
	} {
		if !c.same {
			columns = append(columns, c.name)
		}
	}
	return columns
}

// numberElsewhere is a lot of another document that carries the same number.
type numberElsewhere struct {
	DocNo    string
	Document string
	Amount   int64
}

// numbersElsewhere looks for the plan's document numbers in other documents of the
// county: the same money may have been announced twice.
func numbersElsewhere(ctx context.Context, tx *db.Tx, lots []ledger.Lot) ([]numberElsewhere, error) {
	var numbers []string
	for i := range lots {
		if lots[i].DocNo != "" {
			numbers = append(numbers, string(lots[i].DocNo))
		}
	}
	if len(numbers) == 0 {
		return nil, nil
	}
	q, err := tx.DB(ctx)
	if err != nil {
		return nil, err
	}
	var rows []numberElsewhere
	err = q.NewRaw("SELECT doc_no, document, amount FROM lot WHERE county = ? AND doc_no IN (?) ORDER BY seq", tx.CountyNo(), bun.List(numbers)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("look for document numbers: %w", err)
	}
	return rows, nil
}
