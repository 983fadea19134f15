package app_test

import (
	"errors"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestClosedPeriodStaysClosedWhenTheClockStepsBack: a command refused on the next day
// had left that day's calendar in memory; the clock stepped back, a period was closed,
// and on the next day it was open again.
func TestClosedPeriodStaysClosedWhenTheClockStepsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.lot("K1", "1000.00")
		arrive := func(date, amount string) error {
			_, err := s.try(app.PostCmd{Items: []ledger.Posting{{Event: "E02", Date: day(date), Parts: part(lot, amount)}}})
			return err
		}
		s.clock.Store(at("2026-06-16"))
		if err := arrive("2026-06-16", "1.00"); !errors.Is(err, ledger.ErrOverdraw) {
			t.Fatalf("money beyond the authority: %v, want %s", err, ledger.ErrOverdraw.Code)
		}
		s.clock.Store(at("2026-06-15"))
		s.do(app.ClosePeriodCmd{PeriodClose: ledger.PeriodClose{Book: ledger.County, Period: 202601}})
		s.clock.Store(at("2026-06-16"))
		_, err := s.try(app.PostCmd{Items: []ledger.Posting{{Event: "E01", Date: day("2026-01-20"), Parts: part(lot, "1.00")}}})
		if !errors.Is(err, ledger.ErrPeriodClosed) {
			t.Errorf("a voucher in the closed period: %v, want %s", err, ledger.ErrPeriodClosed.Code)
		}
	})
}
