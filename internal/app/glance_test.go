package app_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestABalanceIsNeverOlderThanWhatWasAcknowledged: answers are kept, so each read
// that begins after a post was acknowledged must show it, whichever process posted.
func TestABalanceIsNeverOlderThanWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		other := app.Open(app.Options{DB: d, Data: t.TempDir(), Clock: b.clock.Load}) // another process on the same store
		t.Cleanup(other.Close)
		id := b.lot("L1", "1000000.00")
		balance := func(a *app.App) ledger.AccountRow {
			t.Helper()
			l, err := a.Balances(t.Context(), finance, county, ledger.KeyQuery{Book: "C", Account: "7101", Lot: "L1"}, ledger.At{})
			if err != nil || len(l.Rows) != 1 {
				t.Fatalf("balances: %+v, %v", l, err)
			}
			return l.Rows[0]
		}
		posts := ledger.Posting{Event: "E02", Date: day("2026-03-02"), Parts: part(id, "1.00")}
		want := fen("1000000.00")
		_, err := b.Balances(t.Context(), finance, county, ledger.KeyQuery{Book: "C", Account: "1001", Lot: "L1"}, ledger.At{})
		if err != nil {
			t.Fatal(err)
		}
		before := balance(b.App)
		for range 5 {
			b.post(ledger.Posting{Event: "E01", Date: day("2026-03-01"), Parts: part(id, "1.00")}, posts)
			want += fen("1.00")
			var all sync.WaitGroup
			for range 16 {
				for _, a := range []*app.App{b.App, other} {
					all.Go(func() {
						l, err := a.Balances(t.Context(), finance, county, ledger.KeyQuery{Book: "C", Account: "7101", Lot: "L1"}, ledger.At{})
						if err != nil || len(l.Rows) != 1 || l.Rows[0].Debit+l.Rows[0].Credit != before.Debit+before.Credit+want-fen("1000000.00") {
							t.Errorf("after %v: %+v, %v", want, l.Rows, err)
						}
					})
				}
			}
			all.Wait()
		}
	})
}

// TestAReadOwnsItsRows: what one reader does to its answer is no other's.
func TestAReadOwnsItsRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.lot("L1", "10.00")
		ask := func() ledger.AccountList {
			t.Helper()
			l, err := b.Balances(t.Context(), finance, county, ledger.KeyQuery{Book: "C", Account: "7101", Lot: "L1"}, ledger.At{})
			if err != nil || len(l.Rows) != 1 {
				t.Fatalf("balances: %+v, %v", l, err)
			}
			return l
		}
		first := ask()
		want := first.Rows[0]
		for range 3 {
			got := ask()
			if got.Rows[0] != want {
				t.Fatalf("a reader sees another's changes: %+v", got.Rows[0])
			}
			got.Rows[0].Debit = 1
		}
	})
}

// TestACallerThatLeavesEndsNobodysRead: readers share the look at the head.
func TestACallerThatLeavesEndsNobodysRead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newStore(t, d)
		b.lot("L1", "10.00")
		q := ledger.KeyQuery{Book: "C", Account: "7101", Lot: "L1"}
		if _, err := b.Balances(t.Context(), finance, county, q, ledger.At{}); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				leaves := i%2 == 0
				if leaves {
					cancel()
				}
				_, err := b.Balances(ctx, finance, county, q, ledger.At{})
				if err != nil && !(leaves && errors.Is(err, context.Canceled)) {
					t.Errorf("reader %d: %v", i, err)
				}
			})
		}
		all.Wait()
	})
}
