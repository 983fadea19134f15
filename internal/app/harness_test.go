package app_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

const county = "360726"

// finance is an account with money rights for tests.
var finance = auth.Who{ID: [16]byte{15: 9}, Name: "财政", Role: auth.Finance}

// store is an open store with a clock that the test moves.
type store struct {
	*app.App
	t     testing.TB
	db    *db.DB
	clock atomic.Int64
	keys  atomic.Int64
}

func at(date string) int64 {
	v, err := time.ParseInLocation("2006-01-02 15:04", date+" 10:00", time.FixedZone("CST", 8*3600))
	if err != nil {
		panic(err)
	}
	return v.UnixMicro()
}

func day(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func fen(s string) ledger.Amount {
	a, err := ledger.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}

// newStore opens a store with county 360726, whose books began in 2026-01, on
// 2026-06-15.
func newStore(t testing.TB, d *db.DB) *store {
	t.Helper()
	b := &store{t: t, db: d}
	b.clock.Store(at("2026-06-15"))
	b.App = app.Open(app.Options{DB: d, Data: t.TempDir(), Clock: b.clock.Load})
	t.Cleanup(b.Close)
	err := b.InitCounty(t.Context(), auth.LocalOperator, app.NewCounty{Code: county, Name: "安远县", OpenMonths: 6})
	if err != nil {
		t.Fatalf("InitCounty: %v", err)
	}
	return b
}

func (b *store) nextKey() string { return fmt.Sprintf("test-key-%09d", b.keys.Add(1)) }

// do runs a command that must succeed.
func (b *store) do(c app.Command) app.Outcome {
	b.t.Helper()
	out, err := b.try(c)
	if err != nil {
		b.t.Fatalf("%s: %v", c.Spec().Name, err)
	}
	return out
}

func (b *store) try(c app.Command) (app.Outcome, error) {
	key := b.nextKey()
	return b.Do(b.t.Context(), app.Request{County: county, Who: finance, Key: key, Raw: []byte(key)}, c)
}

func (b *store) post(ps ...ledger.Posting) app.Outcome {
	b.t.Helper()
	return b.do(app.RawPost{Items: ps})
}

// lot registers a central lot and issues authority that has arrived.
func (b *store) lot(code, amount string) ledger.LotID {
	b.t.Helper()
	id := ledger.LotID{0: 1, 15: byte(b.keys.Load())}
	copy(id[1:], code)
	b.do(app.LotCmd{Lot: ledger.Lot{
		ID: id, Code: code, Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: "doc-" + code, Line: 1, Name: "样例资金",
		Year: 2026, Amount: fen(amount),
	}})
	b.post(
		ledger.Posting{Event: "E01", Date: day("2026-03-01"), Parts: part(id, amount)},
		ledger.Posting{Event: "E02", Date: day("2026-03-02"), Parts: part(id, amount)},
	)
	return id
}

func part(lot ledger.LotID, amount string) []ledger.Part {
	return []ledger.Part{{Lot: lot, Amount: fen(amount)}}
}

// op runs an operation as somebody.
func (b *store) op(who auth.Who, name string, body any) (app.Outcome, error) {
	return b.Run(b.t.Context(), app.Request{County: county, Who: who, Key: b.nextKey()}, name, body)
}

// as runs an operation as somebody, for its refusal.
func (b *store) as(who auth.Who, name string, body any) error {
	_, err := b.op(who, name, body)
	return err
}

// must runs an operation as finance; it must succeed.
func (b *store) must(name string, body any) app.Outcome {
	b.t.Helper()
	out, err := b.op(finance, name, body)
	if err != nil {
		b.t.Fatalf("%s %+v: %v %+v", name, body, err, fault.From(err).Fields)
	}
	return out
}

// refused runs an operation that must be refused with a fault that says the words,
// and must leave nothing in the log.
func (b *store) refused(who auth.Who, want *fault.Error, name string, body any, words ...string) {
	b.t.Helper()
	before := b.head()
	_, err := b.op(who, name, body)
	if !errors.Is(err, want) {
		b.t.Fatalf("%s: %v, want %s", name, err, want.Code)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			b.t.Errorf("%s: %q does not say %q", name, err, w)
		}
	}
	if after := b.head(); after != before {
		b.t.Errorf("%s: the refused command left %d records", name, after-before)
	}
}

// row is the county as it stands.
func (b *store) row() db.CountyRow {
	b.t.Helper()
	row, err := db.FindCounty(b.t.Context(), b.db.Read, county)
	if err != nil {
		b.t.Fatal(err)
	}
	return row
}

// head is the sequence number of the next record.
func (b *store) head() int64 { return b.row().NextSeq }

// intact folds every dossier from the log again and compares.
func (b *store) intact() {
	b.t.Helper()
	bad, err := dossier.Verify(b.t.Context(), b.db.Read, b.row().County)
	if err != nil || len(bad) > 0 {
		b.t.Errorf("dossiers disagree with the log: %v %v", bad, err)
	}
}
