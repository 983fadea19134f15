package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
)

// TestSumLimitIsARefusalNotInternal posts parts of the greatest amount until the
// sum would pass its limit.
func TestSumLimitIsARefusalNotInternal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		big := issue(lot.ID, ledger.MaxLine)
		for range 1999 {
			big.Items[0].Parts = append(big.Items[0].Parts, big.Items[0].Parts[0])
		}
		for i := range 4 {
			a.must(t, fmt.Sprintf("near-the-limit-%d", i), big)
		}
		check := func(what string, a *App, c PostCmd) {
			t.Helper()
			err := a.attempt(t, "past-"+what, c)
			if f := fault.From(err); !errors.Is(err, ledger.ErrAmountOverflow) || f.Kind != fault.Refused ||
				!strings.Contains(f.Detail, "7101") || !strings.Contains(f.Detail, ledger.MaxSum.String()) {
				t.Errorf("%s: %v, want %s that names account and limit", what, err, ledger.ErrAmountOverflow.Code)
			}
		}
		check("the-fifth-of-2000", a, big)
		cold := Open(Options{DB: d, Data: t.TempDir(), Clock: june15})
		defer cold.Close()
		check("by-a-cold-process", cold, big)
		many := PostCmd{}
		for range 46 {
			many.Items = append(many.Items, big.Items[0])
		}
		check("46-in-one-command", cold, many)
		last := big
		last.Items = []ledger.Posting{big.Items[0]}
		last.Items[0].Parts = last.Items[0].Parts[:1999]
		cold.must(t, "up-to-the-limit-01", last)
		check("one-yuan-too-many", cold, issue(lot.ID, ledger.MaxLine))
		cold.must(t, "the-limit-itself-1", issue(lot.ID, ledger.MaxLine-1))
		check("one-fen-too-many-1", cold, issue(lot.ID, 1))
		err := d.ReadTx(t.Context(), func(ctx context.Context, q bun.IDB) error {
			row, err := db.FindCounty(ctx, q, testCounty)
			if err != nil {
				return err
			}
			list, err := ledgertest.CountyBalances(ctx, q, row.County)
			for _, b := range list {
				if b.Net != ledger.MaxSum && b.Net != -ledger.MaxSum {
					t.Errorf("%s = %s, want the limit", b.Key, b.Net)
				}
			}
			if len(list) != 2 {
				t.Errorf("%d balances, want 2", len(list))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestDayTotalBeyondItsColumnIsTheLimit: what an account moves on one day, to and fro,
// can pass what a column holds while its balance is small; that answered an internal
// error. A neighbour of another day is not disturbed.
func TestDayTotalBeyondItsColumnIsTheLimit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		one := issue(lot.ID, 100)
		a.must(t, "a-first-movement-1", one)
		if _, err := d.Write.ExecContext(t.Context(), "UPDATE day_total SET debit = debit + 9223372036854775000, credit = credit + 9223372036854775000"); err != nil {
			t.Fatal(err)
		}
		next := issue(lot.ID, 100)
		next.Items[0].Date = next.Items[0].Date.AddDays(1)
		many := PostCmd{Items: []ledger.Posting{issue(lot.ID, 1000).Items[0]}}
		errs := make([]error, 4)
		a.together(t, len(errs), func(i int) {
			errs[i] = a.attempt(t, fmt.Sprintf("together-or-alone-%d", i), []PostCmd{many, next}[i%2])
		})
		for i, err := range errs {
			if i%2 == 1 && err != nil {
				t.Errorf("another day: %v", err)
			}
			if f := fault.From(err); i%2 == 0 && (!errors.Is(err, ledger.ErrAmountOverflow) || f.Kind != fault.Refused) {
				t.Errorf("beyond the day's column: %v, want %s", err, ledger.ErrAmountOverflow.Code)
			}
		}
	})
}
