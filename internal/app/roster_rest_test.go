package app_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
)

// TestARosterNotPaidOutStandsInTheSettlementRun: a roster that was confirmed and of
// which no batch issued anything for longer than the policy is named by the run, with
// its rule; it is a duty, and the refusal to recover it says what to do.
func TestARosterNotPaidOutStandsInTheSettlementRun(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		lot := s.lot("K1", "700.00")
		p := s.householdProject("", map[ledger.LotID]string{lot: "700.00"})
		s.confirmedRoster("R1", p, households(0, 7, "1", "100.00"))
		w := &settleWorld{claimWorld: &claimWorld{store: s}}
		run := w.propose("S1")
		for i := range run.Rows {
			if run.Rows[i].Contract == "R1" {
				t.Errorf("within the policy's days: %+v", run.Rows[i])
			}
		}
		w.policy("settle_contract_idle_days", "60")
		run = w.propose("S2")
		row := w.rowOf(&run, "7203", lot, p.Code)
		if row.Reason != payments.ReasonRosterOwed || !row.Duty || row.Amount != fen("700.00") || row.Contract != "R1" || row.Clause == "" || row.Since != day("2026-04-13") {
			t.Errorf("%+v", row)
		}
		take := payments.SettleTake{Row: row.No, Amount: row.Amount, Outcome: payments.OutcomeHold}
		w.refused(finance, payments.ErrSettleRow, "settle.decide", decision("S2", take), "batch.create")
		w.intact()
	})
}
