package app_test

import (
	"errors"
	"slices"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// boundRoster is a roster of the households, bound in the plan and posted nowhere.
func (b *store) boundRoster(code string, p *projects.Project, hs []household) {
	b.t.Helper()
	b.at("2026-04-01")
	b.must("roster.create", projects.RosterCmd{
		Code: code, Name: "产业奖补名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩",
		Policy: "样例〔2026〕1号", File: csvOf(hs),
	})
	b.must("roster.commit", projects.CommitCmd{Code: code, Date: day("2026-04-01")})
	b.at("2026-06-15")
}

// sent takes a batch from its making to its review.
func (b *store) sent(c payments.BatchCmd) {
	b.t.Helper()
	b.must("batch.create", c)
	b.must("batch.check", payments.BatchStepCmd{Code: c.Code})
	b.must("batch.freeze", payments.BatchStepCmd{Code: c.Code})
	b.must("batch.send", payments.BatchStepCmd{Code: c.Code})
}

// TestAWaiverReleasesAHouseholdPayment pays a roster that was never posted: the one
// table blocks it at each step, and the waiver that releases it stands on every
// entry and on the batch.
func TestAWaiverReleasesAHouseholdPayment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		s.policy("books_lag", "off")
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "300.00"): "300.00"})
		s.boundRoster("R1", p, households(0, 3, "1", "100.00"))
		confirm := projects.ConfirmCmd{Code: "R1", Date: day("2026-06-10")}
		s.refused(finance, payments.ErrGate, "roster.confirm", confirm, "没有张贴登记")
		s.waived(payments.WaiverCmd{
			Code: "M1", Kind: payments.PayHouseholdOnce, Gates: []payments.Gate{payments.GateN8}, Contract: "R1", Limit: fen("300.00"), Expires: day("2026-06-30"),
		})
		confirm.Waiver = "M1"
		s.must("roster.confirm", confirm)
		s.sent(payments.BatchCmd{Code: "B1", Roster: "R1"})
		approve := payments.BatchDateCmd{Code: "B1", Date: day("2026-06-11")}
		s.refused(finance, payments.ErrGate, "batch.approve", approve)
		approve.Waiver = "M1"
		s.must("batch.approve", approve)
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-06-12")})
		s.must("batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-06-13"), File: s.resultOf("B1", nil)})

		if got := s.waivedEntries(); !slices.Equal(got, []string{"E15a ", "E15b ", "E15c ", "E15d "}) {
			t.Errorf("the waiver stands on %q", got)
		}
		b, err := s.Batch(t.Context(), finance, county, "B1")
		if err != nil || b.Waiver != "M1" || len(b.Gates) != 1 || b.Gates[0].Gate != payments.GateN8 || b.Gates[0].Outcome != payments.Waived {
			t.Errorf("the batch says %s %+v, %v", b.Waiver, b.Gates, err)
		}
		s.sound()
	})
}

// TestASuspendedProjectPaysNoHouseholds suspends a project between the confirmation
// of its roster and the approval of a batch, and again before it is paid out.
func TestASuspendedProjectPaysNoHouseholds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "300.00"): "300.00"})
		s.confirmedRoster("R1", p, households(0, 3, "1", "100.00"))
		s.sent(payments.BatchCmd{Code: "B1", Roster: "R1"})
		approve := payments.BatchDateCmd{Code: "B1", Date: day("2026-04-20")}
		s.must("project.advance", stepOf(p.Code, projects.EventSuspend, "2026-04-15"))
		s.refused(finance, payments.ErrGate, "batch.approve", approve, p.Code, "SUSPENDED")
		s.must("project.advance", stepOf(p.Code, projects.EventResume, "2026-04-16"))
		s.must("batch.approve", approve)
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("project.advance", stepOf(p.Code, projects.EventSuspend, "2026-04-20"))
		s.refused(finance, payments.ErrGate, "batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-21")}, "SUSPENDED")
		s.must("project.advance", stepOf(p.Code, projects.EventResume, "2026-04-21"))
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-21")})
	})
}

// TestAPeriodicRosterWaitsForTheResultsBefore pays a second roster of a programme:
// not before the results of the first are published.
func TestAPeriodicRosterWaitsForTheResultsBefore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "500.00"): "500.00"})
		s.confirmedRoster("R1", p, households(0, 3, "1", "100.00"))
		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1"}, "2026-04-14")
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.must("batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-04-16"), File: s.resultOf("B1", nil)})
		if got := s.project(p.Code).State; got != projects.StateReimbursed {
			t.Errorf("every row is paid: %s", got)
		}
		s.at("2026-05-01")
		s.must("roster.create", projects.RosterCmd{
			Code: "R2", Name: "第二期名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩",
			Policy: "样例〔2026〕1号", File: csvOf(households(0, 2, "1", "100.00")),
		})
		s.must("roster.commit", projects.CommitCmd{Code: "R2", Date: day("2026-05-01")})
		if got := s.project(p.Code).State; got != projects.StateContracted {
			t.Errorf("another roster is bound: %s", got)
		}
		s.postN8(p, "R2", "2026-05-02", "2026-05-12")
		s.at("2026-06-15")
		s.must("roster.confirm", projects.ConfirmCmd{Code: "R2", Date: day("2026-05-13")})
		s.sent(payments.BatchCmd{Code: "B2", Roster: "R2"})
		s.refused(finance, payments.ErrGate, "batch.approve", payments.BatchDateCmd{Code: "B2", Date: day("2026-05-14")}, "R1")
		s.postN8(p, "R1/result", "2026-04-17", "2026-04-27")
		s.must("batch.approve", payments.BatchDateCmd{Code: "B2", Date: day("2026-05-14")})
		s.sound()
	})
}

// TestContractsAndRostersShareTheirCodes gives a code to a contract and then to a
// roster, and the other way round: both are the contract of the ledger.
func TestContractsAndRostersShareTheirCodes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.divisions()
		p := w.householdProject("", map[ledger.LotID]string{w.b: "300.00"})
		c := projects.RosterCmd{
			Code: "H1", Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩",
			Policy: "样例〔2026〕1号", File: csvOf(households(0, 3, "1", "100.00")),
		}
		w.refused(finance, projects.ErrRosterCode, "roster.create", c, "H1")
		c.Code = "R1"
		w.must("roster.create", c)
		w.refused(finance, projects.ErrRosterCode, "contract.sign", projects.ContractSignCmd{
			Code: "R1", Name: "合同", Kind: "works", Payee: builder, PayeeID: rightUSCI, Unit: bureau, SignedOn: day("2026-03-25"), Date: day("2026-03-25"),
			Amount: fen("1.00"), Projects: []projects.ProjectPart{{Project: w.j1, Amount: fen("1.00")}},
			Funding: []projects.FundingPart{funded(w.j1, w.a, "1.00")}, Digest: ledger.Digest{7},
		}, "R1")
	})
}

// TestBondsDoNotReachHouseholds plans bond money for households behind the plan's
// back: the roster refuses it by the same rule as the plan.
func TestBondsDoNotReachHouseholds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "100.00"): "100.00"})
		bond := ledger.LotID{0: 8, 15: 8}
		s.do(app.LotCmd{Lot: ledger.Lot{
			ID: bond, Code: "ZQ", Tier: ledger.TierProvince, Class: ledger.ClassZQ, Document: "doc-ZQ", Line: 1, Name: "一般债券", Year: 2026, Amount: fen("200.00"),
		}})
		s.post(
			ledger.Posting{Event: "E01", Date: day("2026-03-01"), Parts: part(bond, "200.00")},
			ledger.Posting{Event: "E07", Date: day("2026-03-11"), Parts: part(bond, "200.00"), Project: p.Code, Unit: p.Unit, From: "7101"},
		)
		s.at("2026-04-01")
		s.must("roster.create", projects.RosterCmd{
			Code: "R1", Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩",
			Policy: "样例〔2026〕1号", File: csvOf(households(0, 3, "1", "100.00")),
		})
		s.refused(finance, projects.ErrIneligible, "roster.commit", projects.CommitCmd{Code: "R1", Date: day("2026-04-01")}, "ZQ", "1.1 ZQ")
	})
}

// fourEyes makes the county ask for two persons.
func (b *store) fourEyes() {
	b.t.Helper()
	for value, want := range map[string]error{"checker": ledger.ErrPolicy, "maker_checker": nil} {
		c := app.PolicyCmd{Policy: ledger.Policy{Name: ledger.PolicyFourEyes, Value: value, ValidFrom: day("2026-04-01"), Basis: "人员到位"}}
		key := b.nextKey()
		_, err := b.Do(b.t.Context(), app.Request{County: county, Who: auth.LocalOperator, Key: key, Raw: []byte(key)}, c)
		if !errors.Is(err, want) {
			b.t.Fatalf("four_eyes = %s: %v", value, err)
		}
	}
}

// TestFourEyes turns the policy on: who submitted or reviewed a claim does not
// accept it, who made a batch does not approve it, and the entries name both. What
// one person posts alone is still printed as checked by nobody.
func TestFourEyes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.fourEyes()
		second := finance
		second.ID = [16]byte{15: 33}
		w.reviewed(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-02")}, "100.00", "", progressPapers))
		accept := payments.AcceptCmd{Claim: "B1", On: day("2026-04-02")}
		w.refused(finance, payments.ErrClaimMaker, "claim.accept", accept)
		if err := w.as(second, "claim.accept", accept); err != nil {
			t.Fatal(err)
		}
		w.divisions()
		p := w.householdProject("", map[ledger.LotID]string{w.b: "300.00"})
		w.confirmedRoster("R1", p, households(0, 3, "1", "100.00"))
		w.sent(payments.BatchCmd{Code: "S1", Roster: "R1"})
		approve := payments.BatchDateCmd{Code: "S1", Date: day("2026-04-20")}
		w.refused(finance, payments.ErrBatchMaker, "batch.approve", approve)
		if err := w.as(second, "batch.approve", approve); err != nil {
			t.Fatal(err)
		}
		named := 0
		for _, e := range w.entries() {
			checked := e.Event == "E11" || e.Event == "E15b"
			if checked && (e.Maker != finance.ID || e.Checker != second.ID) || !checked && !e.Checker.IsZero() {
				t.Errorf("%s %s: made by %s, checked by %s", e.Event, e.Step, e.Maker, e.Checker)
			}
			if checked {
				named++
			}
		}
		if named != 2 {
			t.Errorf("%d entries name a checker, want 2", named)
		}
	})
}
