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

// TestMoneyOfBeforeTheTakeoverLowersNoCeiling: what a taken-over project paid before
// the books began stands in no plan of the program. When it comes back (E16p), the
// ceiling stays at what still stands on it.
func TestMoneyOfBeforeTheTakeoverLowersNoCeiling(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &claimWorld{store: newStore(t, d)}
		c := runningCounty().cmd()
		for _, step := range []struct {
			name string
			by   func() error
		}{
			{"prepare", func() error { return runAs(w.store, finance, "takeover.prepare", c) }},
			{"confirm", func() error { return runAs(w.store, confirmer, "takeover.confirm", c) }},
		} {
			if err := step.by(); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
		}
		taken, err := dossierOf[projects.Takeover](t.Context(), d.Read, w.row().County, "takeover", c.Code)
		if err != nil {
			t.Fatal(err)
		}
		road := taken.Projects[0]
		f, err := dossierOf[projects.Funding](t.Context(), d.Read, w.row().County, "funding", road)
		if err != nil {
			t.Fatal(err)
		}
		lot := f.Lines[0].Lot
		w.wantPlan(road, lot, c.Code, "80000.00")
		w.must("recover.identify", payments.IdentifyCmd{
			Code: "ZH1", On: day("2026-03-02"), Contract: "H000", Project: road, Cost: "5001", OriginYear: 2025, Amount: fen("5000.00"),
			Lines: []payments.PayLine{{Project: road, Lot: lot, Amount: fen("5000.00")}}, Reason: "审计认定多付",
		})
		w.wantPlan(road, lot, c.Code, "80000.00")
		w.must("recover.receive", payments.ReceiveCmd{Recovery: "ZH1", On: day("2026-03-03"), Reference: "GK-1"})
		w.wantPlan(road, lot, c.Code, "80000.00")
		w.intact()
	})
}

// TestMoneyOfAnEarlierYearLowersItsCeilingOnce pays in one year and gets a part back in
// the next: naming the debt changes no ceiling, its receipt lowers that of its lot by
// what came, and never below what stands on it.
func TestMoneyOfAnEarlierYearLowersItsCeilingOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.clock.Store(at("2026-12-28"))
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-12-18")}, "100000.00", "", progressPapers))
		w.must("payment.request", pay("Q1", "B1", "2026-12-19", "97000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-12-20"), Reference: "GK-1"})
		inPlan, before := w.ceilings(w.j1, w.a, "JH-"+w.j1)
		w.clock.Store(at("2027-02-10"))
		debt := payments.IdentifyCmd{
			Code: "ZH1", On: day("2027-02-01"), Contract: "H1", Project: w.j1, Cost: "5001", OriginYear: 2026, Amount: fen("9000.00"),
			Lines: []payments.PayLine{{Project: w.j1, Lot: w.a, Amount: fen("9000.00")}}, Reason: "审计认定多付",
		}
		w.must("recover.identify", debt)
		if p, c := w.ceilings(w.j1, w.a, "JH-"+w.j1); p != inPlan || c != before {
			t.Errorf("naming the debt made plan %s and ceiling %s of %s and %s", p, c, inPlan, before)
		}
		w.must("recover.receive", payments.ReceiveCmd{Recovery: "ZH1", On: day("2027-02-02"), Reference: "GK-2"})
		if p, c := w.ceilings(w.j1, w.a, "JH-"+w.j1); p != inPlan-fen("9000.00") || c != before-fen("9000.00") {
			t.Errorf("the receipt made plan %s and ceiling %s of %s and %s", p, c, inPlan, before)
		}
		// More than the year executed is no money of that year, and moves nothing.
		debt.Code, debt.Amount, debt.Lines[0].Amount = "ZH2", fen("90000.00"), fen("90000.00")
		w.must("recover.identify", debt)
		w.refused(finance, ledger.ErrOriginYear, "recover.receive", payments.ReceiveCmd{Recovery: "ZH2", On: day("2027-02-03"), Reference: "GK-3"})
		stands := w.balance(func(k *ledger.Key) bool {
			switch k.Account {
			case "7201", "7202", "7203", "7204", "7301", "7302":
				return k.Lot == w.a && k.Project == w.j1
			}
			return false
		})
		// 7302 is not closed yet: what came back of it stands in 6202.
		if _, c := w.ceilings(w.j1, w.a, "JH-"+w.j1); c != fen(stands)-fen("9000.00") {
			t.Errorf("ceiling %s, on which %s less 9000.00 stand", c, stands)
		}
		w.intact()
	})
}

// wantPlan says what a plan and the ceiling of a lot give a project.
func (w *claimWorld) wantPlan(project string, lot ledger.LotID, plan, amount string) {
	w.t.Helper()
	list, err := projects.ListPlans(w.t.Context(), w.db.Read, w.row().County, dossier.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	var inPlan ledger.Amount
	for _, p := range list {
		for _, it := range p.Items {
			if p.Code == plan && it.Project == project {
				inPlan = it.Amount
			}
		}
	}
	f, err := dossierOf[projects.Funding](w.t.Context(), w.db.Read, w.row().County, "funding", project)
	if err != nil {
		w.t.Fatal(err)
	}
	if inPlan != fen(amount) || f.Ceiling(lot) != fen(amount) {
		w.t.Errorf("project %s: in plan %s, ceiling of the lot %s, want %s", project, inPlan, f.Ceiling(lot), amount)
	}
}
