package app_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// ceilings are what the plans and the ceiling of a lot say of a project.
func (w *claimWorld) ceilings(project string, lot ledger.LotID, plan string) (inPlan, ceiling ledger.Amount) {
	w.t.Helper()
	f, err := dossierOf[projects.Funding](w.t.Context(), w.db.Read, countyNo, "funding", project)
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := projects.ListPlans(w.t.Context(), w.db.Read, countyNo, dossier.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, p := range list {
		for _, it := range p.Items {
			if p.Code == plan && it.Project == project {
				inPlan = it.Amount
			}
		}
	}
	return inPlan, f.Ceiling(lot)
}

// TestWhatIsRecoveredFromAPlanLeavesThePlan recovers from a plan's unspent part, from a
// contract that is reduced and from one that ends: the ceilings of the projects follow
// each time, so that the same money may be planned again and is never planned twice.
func TestWhatIsRecoveredFromAPlanLeavesThePlan(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		s := w.propose("S1")
		hold := func(r payments.SettleRow, amount string) payments.SettleTake {
			return payments.SettleTake{Row: r.No, Amount: fen(amount), Outcome: payments.OutcomeHold}
		}
		h1 := w.rowOf(&s, "7202", w.b, w.j1)
		w.must("settle.decide", decision("S1", hold(w.rowOf(&s, "7201", w.b, w.j3), "40000.00"), hold(h1, "50000.00")))
		w.wantCeiling(w.j3, w.b, "60000.00", "60000.00")
		w.wantCeiling(w.j1, w.b, "910000.00", "260000.00")
		w.wantCeiling(w.j1, w.a, "910000.00", "650000.00")

		s = w.propose("S2")
		again := hold(w.rowOf(&s, "7201", w.b, w.j3), "60000.00")
		again.Outcome, again.Into = payments.OutcomeReallocate, "7101"
		w.must("settle.decide", decision("S2", again))
		w.wantCeiling(w.j3, w.b, "0.00", "0.00")
		if p := w.project(w.j3); p.State != projects.StateInLibrary {
			t.Errorf("the project of which nothing is planned is %s", p.State)
		}
		anew := annualPlan("JH-again", w.j3, projects.PlanSource{From: "7101", Parts: []projects.LotPart{lotPart(w.b, "60000.00")}})
		anew.AdoptedOn, anew.Date = day("2026-06-15"), day("2026-06-15")
		w.must("plan.adopt", anew)

		w.must("contract.terminate", projects.ContractTerminateCmd{
			Code: "H1", On: day("2026-06-15"), Date: day("2026-06-15"), Decision: "终止1号", Reason: "停建", Digest: ledger.Digest{1},
		})
		w.wantCeiling(w.j1, w.a, "60000.00", "50000.00")
		w.wantCeiling(w.j1, w.b, "60000.00", "10000.00")
		w.intact()
	})
}

func (w *claimWorld) wantCeiling(project string, lot ledger.LotID, inPlan, ceiling string) {
	w.t.Helper()
	if p, c := w.ceilings(project, lot, "JH-"+project); p != fen(inPlan) || c != fen(ceiling) {
		w.t.Errorf("project %s: in plan %s, ceiling of the lot %s, want %s and %s", project, p, c, inPlan, ceiling)
	}
}
