package audit_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// TestAnAdvanceByCommandsAges: A10 of an advance that claim, request and payment made:
// nothing while it is young, a doubt with its voucher once it is old.
func TestAnAdvanceByCommandsAges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		w.policy("doubt_advance_days", "10")
		if got := shown(w.doubtsAsOf("2026-06-10", "A10")); len(got) != 0 {
			t.Errorf("a young advance: %v", got)
		}
		got := w.doubtsAsOf("2026-06-25", "A10")
		if len(got) != 1 || got[0].Subject != "1201/"+w.sound+"/H1" || got[0].Amount != fen("45000.00") || len(got[0].Rows) == 0 || got[0].Rows[0].Seq == 0 {
			t.Errorf("an old advance: %+v", got)
		}
	})
}
