package app

import (
	"errors"
	"fmt"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// TestFirstPeriodCannotMoveOnceBooksBegan moves the first period of books without
// and with a voucher, and with a closed period.
func TestFirstPeriodCannotMoveOnceBooksBegan(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		first := func(value string) PolicyCmd {
			return PolicyCmd{Policy: ledger.Policy{Name: ledger.PolicyFirstPeriod, Value: value, Basis: "县财政局通知"}}
		}
		a.must(t, "not-begun-may-move", first("2026-02"))
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "a-lot-is-no-entry1", first("2026-01"))
		period, err := ledger.ParsePeriod("2026-01")
		if err != nil {
			t.Fatal(err)
		}
		a.must(t, "close-january-0001", ClosePeriodCmd{PeriodClose: ledger.PeriodClose{Book: ledger.County, Period: period}})
		if err := a.attempt(t, "move-after-a-close", first("2026-02")); !errors.Is(err, ledger.ErrFirstPeriod) {
			t.Errorf("after a close: %v, want %s", err, ledger.ErrFirstPeriod.Code)
		}
		a.must(t, "issue-some-fen-001", issue(lot.ID, 100))
		later := first("2026-06")
		if later.ValidFrom, err = ledger.NewDate(2027, 1, 1); err != nil {
			t.Fatal(err)
		}
		for i, c := range []PolicyCmd{first("2025-01"), first("2026-06"), later} {
			if err := a.attempt(t, fmt.Sprintf("move-after-entry-%d", i), c); !errors.Is(err, ledger.ErrFirstPeriod) || fault.KindOf(err) != fault.Refused {
				t.Errorf("to %s: %v, want %s", c.Value, err, ledger.ErrFirstPeriod.Code)
			}
		}
		a.must(t, "the-same-once-more", first("2026-01"))
	})
}
