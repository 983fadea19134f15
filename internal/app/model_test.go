package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"

	gocmp "github.com/google/go-cmp/cmp"
)

// countyBooks is a county of a store as the scripts and the fuzz see it: its
// books began long ago and every month since is open.
type countyBooks struct {
	t    testing.TB
	a    *App
	code string
	keys int
}

func newCountyBooks(t testing.TB, a *App, code string) *countyBooks {
	t.Helper()
	first, err := ledger.ParsePeriod("2015-01")
	if err != nil {
		t.Fatal(err)
	}
	c := NewCounty{Code: code, Name: "样例县", FirstPeriod: first, OpenMonths: 400}
	if err := a.InitCounty(t.Context(), auth.LocalOperator, c); err != nil {
		t.Fatalf("InitCounty %s: %v", code, err)
	}
	return &countyBooks{t: t, a: a, code: code}
}

func (b *countyBooks) do(c Command) (Outcome, error) {
	b.keys++
	key := fmt.Sprintf("scripted-%09d", b.keys)
	return b.a.Do(b.t.Context(), Request{County: b.code, Who: whoFor(c), Key: key, Raw: []byte(key)}, c)
}

func (b *countyBooks) addLots(lots []ledger.Lot) {
	b.t.Helper()
	for _, l := range lots {
		if l.Year == 0 {
			l.Year = 2018
		}
		if _, err := b.do(LotCmd{Lot: l}); err != nil {
			b.t.Fatalf("lot %s: %v", l.Code, err)
		}
	}
}

// post posts through the writer and decodes what was stored.
func (b *countyBooks) post(p ledger.Posting) ([]ledger.Entry, int64, error) {
	out, err := b.do(RawPost{Items: []ledger.Posting{p}})
	if err != nil {
		return nil, 0, err
	}
	unit := make([]ledger.Entry, len(out.Records))
	for i := range out.Records {
		if unit[i], err = ledger.EntryOf(&out.Records[i]); err != nil {
			b.t.Fatal(err)
		}
	}
	return unit, out.Records[0].Seq, nil
}

func (b *countyBooks) setPolicies(ps []ledger.Policy) {
	b.t.Helper()
	for _, p := range ps {
		if _, err := b.do(PolicyCmd{Policy: p}); err != nil {
			b.t.Fatalf("policy %s: %v", p.Name, err)
		}
	}
}

// balances reads every balance other than zero from the day totals.
func (b *countyBooks) balances() []ledger.Balance {
	b.t.Helper()
	ctx := context.Background()
	row, err := db.FindCounty(ctx, b.a.db.Read, b.code)
	if err != nil {
		b.t.Fatal(err)
	}
	list, err := ledgertest.CountyBalances(ctx, b.a.db.Read, row.County)
	if err != nil {
		b.t.Fatal(err)
	}
	slices.SortFunc(list, func(x, y ledger.Balance) int { return ledger.CompareKeys(&x.Key, &y.Key) })
	return list
}

func openAt(t *testing.T, d *db.DB, day string) *App {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	a := Open(Options{DB: d, Data: t.TempDir(), Clock: at.UnixMicro})
	t.Cleanup(a.Close)
	return a
}

// TestScriptsThroughTheWriter runs every worked case of the ledger's goldens
// through the writer on both engines: outcomes, stated balances, the lines as
// stored, and the closing balances must be those of the model.
func TestScriptsThroughTheWriter(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "ledger", "testdata", "*", "*.txtar"))
	if err != nil || len(files) < 80 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openAt(t, d, "2035-12-31")
		for i, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			want, err := ledgertest.Parse(name, data)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got, err := ledgertest.Parse(name, data)
			if err != nil {
				t.Fatal(err)
			}
			b := newCountyBooks(t, a, fmt.Sprintf("X-CASE-%d", i))
			b.addLots(got.Lots)
			for _, err := range got.Run(ledgertest.Books{Do: b.post, Balances: b.balances, SetPolicies: b.setPolicies}, nil) {
				t.Errorf("%s: %v", name, err)
			}
			m := ledger.NewModel()
			for _, l := range want.Lots {
				if err := m.AddLot(l); err != nil {
					t.Fatal(err)
				}
			}
			want.Run(ledgertest.ModelBooks(m), nil)
			if diff := gocmp.Diff(string(want.Format()), string(got.Format())); diff != "" {
				t.Errorf("%s: the store differs from the model (-model +store):\n%s", name, diff)
			}
		}
	})
}

// TestRandomCountyEqualsTheModel posts one random county to the model, SQLite
// and PostgreSQL: every posting must have the same outcome, and in the end every
// balance must be equal and every law hold.
func TestRandomCountyEqualsTheModel(t *testing.T) {
	t.Parallel()
	n := 1200
	if testing.Short() {
		n = 200
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newCountyBooks(t, openAt(t, d, "2021-01-01"), "360726")
		m := ledger.NewModel()
		lots := ledgertest.Lots()
		for i := range lots {
			lots[i].Year = 2018
			if err := m.AddLot(lots[i]); err != nil {
				t.Fatal(err)
			}
		}
		b.addLots(lots)
		r := rand.New(rand.NewPCG(7, 20180101))
		first, err := ledger.NewDate(2018, 3, 15)
		if err != nil {
			t.Fatal(err)
		}
		accepted := 0
		for i := range n {
			p := ledgertest.RandomPosting(r, m, first.AddDays(i*280/n))
			_, seq, errStore := b.post(p)
			if errStore == nil {
				m.SetNext(seq)
				accepted++
			}
			if _, errModel := m.Do(p); !sameOutcome(errModel, errStore) {
				t.Fatalf("step %d: %+v\nmodel: %v\nstore: %v", i, p, errModel, errStore)
			}
		}
		if err := m.CheckAll(); err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(m.Balances(), b.balances()); diff != "" {
			t.Errorf("balances differ (-model +store):\n%s", diff)
		}
		if accepted < n/5 {
			t.Errorf("only %d of %d postings were accepted", accepted, n)
		}
	})
}

// sameOutcome compares faults by code.
func sameOutcome(a, b error) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return cmp.Compare(fault.From(a).Code, fault.From(b).Code) == 0 || errors.Is(a, b)
}
