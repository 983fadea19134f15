package app_test

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestMergerLeavesNothingBehind: a merger dated before the last voucher of the unit
// left what came later with a unit that takes no more entries; after the year's end
// nobody could have moved it.
func TestMergerLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.lot("K1", "1000.00")
		allot := func(date, amount string) ledger.Posting {
			return ledger.Posting{Event: "E04", Date: day(date), Into: "7104", Unit: "甲镇", Parts: part(lot, amount)}
		}
		s.post(
			allot("2026-03-10", "500.00"),
			ledger.Posting{Event: "E04c", Date: day("2026-04-01"), Township: "甲镇", Parts: part(lot, "100.00")},
			allot("2026-05-10", "30.00"),
		)
		merge := ledger.Posting{
			Event: "E28", Date: day("2026-05-01"), Decision: "省民政〔2026〕1号", Unit: "甲镇", To: &ledger.Target{Unit: "乙镇"},
		}
		if _, err := s.try(app.RawPost{Items: []ledger.Posting{merge}}); !errors.Is(err, ledger.ErrMergerDate) || !strings.Contains(err.Error(), "30.00") {
			t.Errorf("a merger before the last voucher: %v, want %s by 30.00", err, ledger.ErrMergerDate.Code)
		}
		merge.Date = day("2026-05-10")
		s.post(merge)
	})
}
