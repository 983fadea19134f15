package app_test

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/payments"
	"fundbook/projects"

	"pgregory.net/rapid"
)

// settleWorld is a claim world with ages short enough for half a year, and a project
// that never started.
type settleWorld struct {
	*claimWorld
	j3 string
}

func newSettleWorld(t testing.TB, d *db.DB) *settleWorld {
	t.Helper()
	w := &settleWorld{claimWorld: newClaimWorld(t, d)}
	w.j3 = w.planned(projects.Project{Name: "蓄水池", Category: "030103", Unit: bureau, Budget: fen("100000.00")}, lotPart(w.b, "100000.00"))
	w.policy("settle_not_started_days", "60")
	w.policy("settle_contract_idle_days", "60")
	w.policy("settle_idle_warn_months", "1")
	w.policy("settle_idle_recover_months", "2")
	return w
}

// policy sets a policy as the administrator does.
func (b *store) policy(name, value string) {
	b.t.Helper()
	key := b.nextKey()
	cmd := app.PolicyCmd{Policy: ledger.Policy{Name: name, Value: value, ValidFrom: day("2026-01-01"), Basis: "样例"}}
	if _, err := b.Do(b.t.Context(), app.Request{County: county, Who: auth.LocalOperator, Key: key, Raw: []byte(key)}, cmd); err != nil {
		b.t.Fatalf("policy %s: %v", name, err)
	}
}

// contract returns a contract as it stands.
func (w *claimWorld) contract(code string) projects.Contract {
	w.t.Helper()
	c, err := projects.FindContract(w.t.Context(), w.db.Read, countyNo, code, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// propose makes a settlement run and returns it.
func (w *settleWorld) propose(code string) payments.Settlement {
	w.t.Helper()
	w.must("settle.propose", payments.SettleProposeCmd{Code: code, On: day("2026-06-15")})
	s, err := payments.FindSettlement(w.t.Context(), w.db.Read, countyNo, code, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return s.State
}

// rowOf finds the row of an account in a run.
func (w *settleWorld) rowOf(s *payments.Settlement, from ledger.Code, lot ledger.LotID, project string) payments.SettleRow {
	w.t.Helper()
	for _, r := range s.Rows {
		if r.From == from && r.Lot == lot && r.Project == project {
			return r
		}
	}
	w.t.Fatalf("%s has no row of %s %s", s.Code, from, project)
	return payments.SettleRow{}
}

func decision(code string, takes ...payments.SettleTake) payments.SettleDecideCmd {
	return payments.SettleDecideCmd{
		Code: code, Decision: "安乡振组〔2026〕3号", Document: ledger.Digest{1}, On: day("2026-06-15"), Date: day("2026-06-15"), Takes: takes,
	}
}

// perLot adds the authority of every lot up, over all of 7xxx.
func (w *claimWorld) perLot() map[ledger.LotID]ledger.Amount {
	w.t.Helper()
	all, err := ledgertest.CountyBalances(w.t.Context(), w.db.Read, countyNo)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[ledger.LotID]ledger.Amount{}
	for _, b := range all {
		if b.Key.Account[0] == '7' {
			out[b.Key.Lot] += b.Net
		}
	}
	return out
}

// TestASettlementRecoversReallocatesAndGivesBack proposes by age and state, refuses
// what does not hold, and posts one decision.
func TestASettlementRecoversReallocatesAndGivesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		w.must("township.fund", payments.FundCmd{
			Code: "F1", Township: ourTown, On: day("2026-04-01"), Lots: []payments.FundLot{{Lot: w.a, Amount: fen("50000.00")}},
			Account: "3600001234567890", Reference: "GK-1", Document: "安财农〔2026〕1号",
		})
		s := w.propose("S1")
		idleA, idleB := w.rowOf(&s, "7101", w.a, ""), w.rowOf(&s, "7101", w.b, "")
		h1a := w.rowOf(&s, "7202", w.a, w.j1)
		j3 := w.rowOf(&s, "7201", w.b, w.j3)
		for reason, r := range map[payments.SettleReason]payments.SettleRow{
			payments.ReasonIdle: idleA, payments.ReasonContractIdle: h1a, payments.ReasonNotStarted: j3,
		} {
			if r.Reason != reason || r.Clause == "" || r.Since == 0 {
				t.Errorf("row %d is %s since %s, want %s", r.No, r.Reason, r.Since, reason)
			}
		}
		if idleA.Amount != fen("150000.00") || idleB.Amount != fen("90000.00") || h1a.Standing != fen("600000.00") || j3.Amount != fen("100000.00") {
			t.Errorf("amounts: %s %s %s %s", idleA.Amount, idleB.Amount, h1a.Standing, j3.Amount)
		}
		hold := func(r payments.SettleRow, amount string) payments.SettleTake {
			return payments.SettleTake{Row: r.No, Amount: fen(amount), Outcome: payments.OutcomeHold}
		}
		w.refused(finance, payments.ErrSettleRow, "settle.decide", decision("S1", payments.SettleTake{Row: 99, Amount: 1, Outcome: payments.OutcomeHold}))
		w.refused(finance, payments.ErrSettleBeyond, "settle.decide", decision("S1", hold(j3, "100000.01")))
		w.refused(finance, payments.ErrSettleBeyond, "settle.decide", decision("S1", hold(j3, "60000.00"), hold(j3, "40000.01")))
		w.refused(finance, payments.ErrSettle, "settle.decide", decision("S1", payments.SettleTake{Row: j3.No, Amount: 1, Outcome: payments.OutcomeGiveBack}))
		end := payments.SettleTake{Row: h1a.No, Amount: h1a.Standing, Outcome: payments.OutcomeHold, Terminate: true}
		w.refused(finance, payments.ErrSettle, "settle.decide", decision("S1", end)) // the contract's other lot is left
		w.post(ledger.Posting{Event: "E04", Date: day("2026-06-10"), Into: "7103", Unit: bureau, Parts: part(w.a, "50000.00")})
		w.refused(finance, payments.ErrSettleChanged, "settle.decide", decision("S1", hold(idleA, "1.00")))

		s = w.propose("S2")
		before := w.perLot()
		h1a = w.rowOf(&s, "7202", w.a, w.j1)
		h1b, h2 := w.rowOf(&s, "7202", w.b, w.j1), w.rowOf(&s, "7202", w.a, w.j2)
		c := decision(
			"S2",
			payments.SettleTake{Row: w.rowOf(&s, "7101", w.a, "").No, Amount: fen("100000.00"), Outcome: payments.OutcomeGiveBack, Counterparty: "upper"},
			payments.SettleTake{Row: w.rowOf(&s, "7101", w.b, "").No, Amount: fen("90000.00"), Outcome: payments.OutcomeReallocate, Into: "7102", Pool: "P1"},
			payments.SettleTake{Row: w.rowOf(&s, "7201", w.b, w.j3).No, Amount: fen("60000.00"), Outcome: payments.OutcomeReallocate, Into: "7101"},
			payments.SettleTake{Row: h1a.No, Amount: h1a.Standing, Outcome: payments.OutcomeHold, Terminate: true},
			payments.SettleTake{Row: h1b.No, Amount: h1b.Standing, Outcome: payments.OutcomeHold, Terminate: true},
			payments.SettleTake{Row: h2.No, Amount: fen("180000.00"), Outcome: payments.OutcomeReallocate, Into: "7101"},
		)
		c.Remit, c.Reference = true, "GK-9"
		w.refused(finance, ledger.ErrNoAuthority, "settle.decide", c) // the township would keep cash beyond its authority
		c.Cash = []payments.SettleCash{{Township: ourTown, Lot: w.a, Amount: fen("30000.00")}}
		w.must("settle.decide", c)
		w.wantBalances(map[string]string{"7202 H1": "0.00", "7202 H2": "20000.00", "1002 " + ourTown: "20000.00", "1101": "20000.00", "7403": "100000.00", "2201": "0.00", "7102": "90000.00"})
		if got := w.perLot(); got[w.a] != before[w.a] || got[w.b] != before[w.b] {
			t.Errorf("authority per lot %v, was %v", got, before)
		}
		if k := w.contract("H1"); k.State != projects.ContractTerminated || k.LotFunded() != 0 || k.Decision != c.Decision {
			t.Errorf("H1 is %s with %s funded by lots", k.State, k.LotFunded())
		}
		if k := w.contract("H2"); k.Amount != fen("20000.00") || k.LotFunded() != fen("20000.00") {
			t.Errorf("H2: %s, funded by lots %s; the ledger holds 20000.00", k.Amount, k.LotFunded())
		}
		w.refused(finance, payments.ErrSettleState, "settle.decide", c)
		w.intact()
	})
}

// TestARunKnowsItsCutOffAndWhatCameAfter freezes figures of a past day beside the
// present ones, and asks for a second person where the policy does.
func TestARunKnowsItsCutOffAndWhatCameAfter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		w.fourEyes()
		w.post(ledger.Posting{Event: "E04", Date: day("2026-06-10"), Into: "7103", Unit: bureau, Parts: part(w.a, "50000.00")})
		w.must("settle.propose", payments.SettleProposeCmd{Code: "S1", On: day("2026-05-31")})
		run, err := payments.FindSettlement(t.Context(), d.Read, countyNo, "S1", "")
		if err != nil {
			t.Fatal(err)
		}
		r := w.rowOf(&run.State, "7101", w.a, "")
		if r.Standing != fen("150000.00") || r.Now != fen("100000.00") || r.Amount != fen("100000.00") {
			t.Errorf("row: %s at the cut-off, %s now, %s proposed", r.Standing, r.Now, r.Amount)
		}
		c := decision("S1", payments.SettleTake{Row: r.No, Amount: fen("100000.00"), Outcome: payments.OutcomeHold})
		w.refused(finance, payments.ErrSettleMaker, "settle.decide", c)
		second := finance
		second.ID = [16]byte{15: 33}
		if err := w.as(second, "settle.decide", c); err != nil {
			t.Fatal(err)
		}
		all := w.entries()
		if e := all[len(all)-1]; e.Maker != ledger.ID(finance.ID) || e.Checker != ledger.ID(second.ID) || e.Decision != c.Decision {
			t.Errorf("the voucher was made by %s, checked by %s, decision %s", e.Maker, e.Checker, e.Decision)
		}
		w.refused(finance, payments.ErrSettle, "settle.propose", payments.SettleProposeCmd{Code: "S2", On: day("2026-06-16")})
	})
}

// TestWhatWasRecoveredIsRearrangedByTheNextRun takes 7401 up again, and a duty is
// never recovered.
func TestWhatWasRecoveredIsRearrangedByTheNextRun(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		s := w.propose("S1")
		w.must("settle.decide", decision("S1", payments.SettleTake{Row: w.rowOf(&s, "7201", w.b, w.j3).No, Amount: fen("100000.00"), Outcome: payments.OutcomeHold}))
		s = w.propose("S2")
		r := w.rowOf(&s, "7401", w.b, w.j3)
		if r.Reason != payments.ReasonRecovered || r.Unit != bureau {
			t.Errorf("row %d is %s of %s", r.No, r.Reason, r.Unit)
		}
		w.refused(finance, payments.ErrSettle, "settle.decide", decision("S2", payments.SettleTake{Row: r.No, Amount: 1, Outcome: payments.OutcomeHold}))
		w.must("settle.decide", decision("S2", payments.SettleTake{Row: r.No, Amount: fen("100000.00"), Outcome: payments.OutcomeReallocate, Into: "7101"}))
		w.wantBalances(map[string]string{"7401": "0.00"})
		w.policy("settle_idle_recover_months", "5")
		s = w.propose("S3")
		idle := w.rowOf(&s, "7101", w.b, "")
		if idle.Reason != payments.ReasonIdleWarn || !idle.Duty {
			t.Errorf("row %d is %s", idle.No, idle.Reason)
		}
		w.refused(finance, payments.ErrSettleRow, "settle.decide", decision("S3", payments.SettleTake{Row: idle.No, Amount: 1, Outcome: payments.OutcomeHold}))
		w.intact()
	})
}

// TestSettlementConservesEveryLot decides at random, also beyond balances: recovery
// and re-allocation leave the authority of every lot, and so of every tier, as it was,
// to the fen; what passes a balance is refused and changes nothing.
func TestSettlementConservesEveryLot(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			s := w.propose("R" + string(rune('A'+n/26/26%26)) + string(rune('A'+n/26%26)) + string(rune('A'+n%26)))
			before := w.perLot()
			over := rapid.IntRange(0, 4).Draw(rt, "over") == 0
			c := decision(s.Code)
			for _, r := range s.Rows {
				if r.Duty || r.From == "7202" && r.Unit == ourTown || !rapid.Bool().Draw(rt, "take") {
					continue
				}
				amount := ledger.Amount(rapid.Int64Range(1, int64(r.Standing)).Draw(rt, "amount"))
				if over && len(c.Takes) == 0 {
					amount = r.Standing + 1
				}
				take := payments.SettleTake{Row: r.No, Amount: amount, Outcome: payments.OutcomeReallocate, Into: "7101"}
				if r.From != "7401" && rapid.Bool().Draw(rt, "hold") {
					take.Outcome, take.Into = payments.OutcomeHold, ""
				}
				c.Takes = append(c.Takes, take)
			}
			if len(c.Takes) == 0 {
				return
			}
			err := w.as(finance, "settle.decide", c)
			if over && !errors.Is(err, payments.ErrSettleBeyond) || !over && err != nil {
				rt.Fatalf("decide (beyond: %v): %v", over, err)
			}
			for lot, sum := range w.perLot() {
				if sum != before[lot] {
					rt.Fatalf("lot %s has %s, had %s", lot, sum, before[lot])
				}
			}
			h1 := w.contract("H1")
			if got := w.balance(func(k *ledger.Key) bool { return k.Account == "7202" && k.Contract == "H1" }); got != h1.LotFunded().String() {
				rt.Fatalf("7202 of H1 is %s, its funding table says %s", got, h1.LotFunded())
			}
		})
		w.intact()
	})
}

// TestAYearIsCarriedOverAndClosed refuses period 13 before E24, posts it once, lists
// what is open, and closes the periods in their order.
func TestAYearIsCarriedOverAndClosed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "270000.00", "", advancePapers))
		w.must("payment.request", pay("Q1", "B1", "2026-04-02", "270000.00"))
		w.clock.Store(at("2027-01-10"))
		for p := ledger.Period(202601); p <= 202611; p++ {
			w.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: p})
		}
		w.refused(finance, ledger.ErrPeriodOrder, "settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: 202701})
		w.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: 202612})
		w.refused(finance, payments.ErrCloseOpen, "settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: 202613})
		w.must("settle.carry_over", payments.CarryOverCmd{Code: "N2026", Year: 2026, Period13: true})
		w.refused(finance, dossier.ErrExists, "settle.carry_over", payments.CarryOverCmd{Code: "N2026", Year: 2026, Period13: true})
		w.refused(finance, payments.ErrCarryOver, "settle.carry_over", payments.CarryOverCmd{Code: "N2026B", Year: 2026, Period13: true})
		s, err := payments.FindSettlement(t.Context(), d.Read, countyNo, "N2026", "")
		if err != nil {
			t.Fatal(err)
		}
		var requests ledger.Amount
		for _, o := range s.State.Open {
			if o.Account == "7204" {
				requests += o.Amount
			}
		}
		if s.State.Lots != 2 || requests != fen("270000.00") {
			t.Errorf("%d lots closed, requests open %s", s.State.Lots, requests)
		}
		w.wantBalances(map[string]string{"6101": "0.00", "6201": "-1500000.00", "3001": "-1500000.00", "7202 H1": "630000.00"})
		w.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: 202613})
		closes, err := dossiersOf[payments.BookClose](t.Context(), d.Read, countyNo, "bookclose")
		if err != nil || len(closes) != 13 || len(closes[12].Open) == 0 {
			t.Errorf("%d periods closed by their checklist, %v", len(closes), err)
		}
		w.must("settle.propose", payments.SettleProposeCmd{Code: "S2027", On: day("2027-01-10")})
		run, err := payments.FindSettlement(t.Context(), d.Read, countyNo, "S2027", "")
		if err != nil {
			t.Fatal(err)
		}
		c := decision("S2027", payments.SettleTake{Row: w.rowOf(&run.State, "7101", w.a, "").No, Amount: fen("1000.00"), Outcome: payments.OutcomeGiveBack, Counterparty: "county"})
		c.On, c.Date = day("2027-01-10"), day("2027-01-10")
		w.must("settle.decide", c)
		w.wantBalances(map[string]string{"3001": "-1499000.00", "2201": "-1000.00", "7404": "1000.00"}) // revenue of a closed year
		w.intact()
	})
}

// TestACheckListThatBlocksRefusesTheWholeList asks for the statement of a cash account
// where policy says block.
func TestACheckListThatBlocksRefusesTheWholeList(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		w.policy("close_checks", "block")
		for p := ledger.Period(202601); p <= 202602; p++ {
			w.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: p})
		}
		march := payments.CloseMonthCmd{Book: ledger.County, Period: 202603}
		err := w.as(finance, "settle.close_month", march)
		if f := fault.From(err); !errors.Is(err, payments.ErrCloseOpen) || len(f.Fields) != 1 || f.Fields[0].Location != "statement_1001" {
			t.Fatalf("March: %v, want the missing statement of 1001", err)
		}
		w.must("statement.import", payments.StatementCmd{
			Book: ledger.County, Account: "1001", Period: 202603, Digest: ledger.Digest{7}, Closing: fen("1500000.00"), Lines: []payments.StatementLineCmd{
				{Date: day("2026-03-02"), Amount: fen("1000000.00")}, {Date: day("2026-03-02"), Amount: fen("500000.00")},
			},
		})
		w.refused(finance, payments.ErrCloseOpen, "settle.close_month", march) // its lines are open
		if _, err := w.try(app.ClosePeriodCmd{PeriodClose: ledger.PeriodClose{Book: ledger.County, Period: 202603}}); !errors.Is(err, payments.ErrCloseOpen) {
			t.Errorf("the ledger's own command passes the checklist: %v", err)
		}
		links, err := w.ProposeMatches(t.Context(), finance, county, "C-1001-2026-03")
		if err != nil || len(links) != 2 {
			t.Fatalf("%d matches proposed, %v", len(links), err)
		}
		w.must("statement.match", payments.MatchCmd{Statement: "C-1001-2026-03", Links: links})
		w.must("settle.close_month", march)
	})
}

// TestAStatementIsHeldAgainstTheBooks imports, matches, explains and reconciles; it
// never posts.
func TestAStatementIsHeldAgainstTheBooks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "270000.00", "", advancePapers))
		w.must("payment.request", pay("Q1", "B1", "2026-04-02", "270000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.accepted(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-20")}, "400000.00", "120000.00", progressPapers))
		w.must("payment.request", pay("Q2", "B2", "2026-04-21", "268000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-30"), Reference: "GK-2"})
		april := payments.StatementCmd{
			Book: ledger.County, Account: "1001", Period: 202604, Digest: ledger.Digest{4}, Opening: fen("1500000.00"), Closing: fen("1230012.34"),
			Lines: []payments.StatementLineCmd{
				{Date: day("2026-04-03"), Reference: "GK-1", Amount: fen("-200000.00"), Counterparty: builder},
				{Date: day("2026-04-03"), Reference: "GK-1", Amount: fen("-70000.00"), Counterparty: "李小明", Memo: "账号 6222000011112222"},
				{Date: day("2026-04-20"), Amount: fen("12.34"), Memo: "结息"},
			},
		}
		wrong := april
		wrong.Closing += 1
		w.refused(finance, payments.ErrStatementSum, "statement.import", wrong)
		w.must("statement.import", april)
		w.refused(finance, payments.ErrStatementSame, "statement.import", april)
		april.Digest = ledger.Digest{5}
		w.refused(finance, payments.ErrStatementExists, "statement.import", april)
		const code = "C-1001-2026-04"
		s, err := payments.FindStatement(t.Context(), d.Read, countyNo, code, "")
		if err != nil || s.State.Lines[1].Counterparty != "李＊明" || s.State.Lines[1].Memo != "账号 ****2222" {
			t.Errorf("the masked line: %+v, %v", s.State.Lines[1], err)
		}
		may := payments.StatementCmd{Book: ledger.County, Account: "1001", Period: 202605, Digest: ledger.Digest{6}, Opening: fen("1230012.33"), Closing: fen("1230012.33")}
		w.refused(finance, payments.ErrStatementChain, "statement.import", may)

		links, err := w.ProposeMatches(t.Context(), finance, county, code)
		if err != nil || len(links) != 1 || len(links[0].Lines) != 2 || links[0].Basis != "reference" {
			t.Fatalf("proposed: %+v, %v; want the two lines of GK-1", links, err)
		}
		seq := links[0].Entries[0]
		w.refused(finance, payments.ErrStatementMatch, "statement.match", payments.MatchCmd{Statement: code, Links: []payments.LinkCmd{{Lines: []int{1}, Entries: []int64{seq}}}})
		w.must("statement.match", payments.MatchCmd{Statement: code, Links: links})
		w.refused(finance, payments.ErrStatementMatched, "statement.match", payments.MatchCmd{Statement: code, Links: links})
		w.must("statement.unmatch", payments.UnmatchCmd{Statement: code, Link: 1, Reason: "误勾"})
		w.must("statement.match", payments.MatchCmd{Statement: code, Links: links})
		w.must("statement.explain", payments.ExplainCmd{Statement: code, Line: 3, Reason: "利息未入账", Due: day("2026-05-31")})
		r, err := w.Reconciliation(t.Context(), finance, county, code)
		if err != nil {
			t.Fatal(err)
		}
		if r.Difference != 0 || r.Books != fen("962000.00") || r.BankIn != fen("12.34") || r.BookOut != fen("268000.00") || r.Unfinished != 1 {
			t.Errorf("reconciliation: %+v", r)
		}
		w.must("statement.explain", payments.ExplainCmd{Statement: code, Entry: r.BookOnly[0].Seq, Reason: "月末付款次日到账", Due: day("2026-05-01")})
		may.Opening, may.Closing = april.Closing, april.Closing-fen("268000.00")
		may.Lines = []payments.StatementLineCmd{{Date: day("2026-05-01"), Reference: "GK-2", Amount: fen("-268000.00")}}
		w.must("statement.import", may)
		if links, err = w.ProposeMatches(t.Context(), finance, county, "C-1001-2026-05"); err != nil || len(links) != 1 {
			t.Fatalf("May: %+v, %v", links, err)
		}
		w.must("statement.match", payments.MatchCmd{Statement: "C-1001-2026-05", Links: links})
		for _, c := range []string{code, "C-1001-2026-05"} {
			if r, err = w.Reconciliation(t.Context(), finance, county, c); err != nil || r.Difference != 0 || r.Unfinished != 0 {
				t.Errorf("%s: difference %s, %d without a reason, %v", c, r.Difference, r.Unfinished, err)
			}
		}
		if r.BookOut != 0 || r.AdjBooks != fen("962012.34") {
			t.Errorf("May: %+v", r)
		}
		w.intact()
	})
}

// TestATownshipReconcilesItsOwnAccountOnly.
func TestATownshipReconcilesItsOwnAccountOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		town := auth.Who{ID: [16]byte{15: 8}, Name: "财政所", Role: auth.Township, County: county, Unit: ourTown}
		c := payments.StatementCmd{Book: ledger.County, Account: "1002", Period: 202604, Digest: ledger.Digest{1}}
		if err := w.as(town, "statement.import", c); !errors.Is(err, payments.ErrNotOwn) {
			t.Errorf("the county's statement: %v", err)
		}
		w.must("statement.import", c)
		c.Book = ourTown
		if err := w.as(town, "statement.import", c); err != nil {
			t.Errorf("its own: %v", err)
		}
		list, err := payments.Statements(t.Context(), d.Read, countyNo, dossier.Filter{Unit: ourTown})
		if err != nil || len(list) != 1 || list[0].State.Book != ourTown {
			t.Errorf("it sees %d statements, %v", len(list), err)
		}
		if _, err := w.Reconciliation(t.Context(), town, county, "C-1002-2026-04"); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("the county's reconciliation: %v", err)
		}
		if r, err := w.Reconciliation(t.Context(), town, county, ourTown+"-1002-2026-04"); err != nil || r.Difference != 0 {
			t.Errorf("its own reconciliation: %+v, %v", r, err)
		}
		if err := w.as(town, "settle.propose", payments.SettleProposeCmd{Code: "S1", On: day("2026-06-15")}); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("a settlement run by a township: %v", err)
		}
	})
}

// TestReportsAndAlertsOfASettlementWorld reads the four reports and the alerts as of a
// day, each with its way to the vouchers.
func TestReportsAndAlertsOfASettlementWorld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newSettleWorld(t, d)
		w.policy("workdays.2026", "off 0101-0103 0215-0223 0404-0406 0501-0505 0619-0621; on 0104 0214 0228 0509")
		ctx, no, on := t.Context(), int32(countyNo), day("2026-06-15")
		p, err := payments.ReportProjects(ctx, d.Read, no, on)
		if err != nil || len(p.Rows) != 4 || p.Rows[0].Plan != fen("650000.00") || len(p.Rows[0].Vouchers) != 2 {
			t.Errorf("projects: %+v, %v", p.Rows, err)
		}
		g, err := payments.ReportProgress(ctx, d.Read, no, on)
		if err != nil || len(g.Rows) != 4 || g.Rows[0].Authority != fen("1500000.00") || g.Rows[0].RateBP != 0 {
			t.Errorf("progress: %+v, %v", g.Rows, err)
		}
		s, err := payments.ReportSettlement(ctx, d.Read, no, on)
		if err != nil || len(s.Lines) != 4 || len(s.Rows) != 8 {
			t.Errorf("settlement: %d lines, %d rows, %v", len(s.Lines), len(s.Rows), err)
		}
		l, err := payments.ReportLots(ctx, d.Read, no, on)
		if err != nil || len(l.Rows) != 2 || l.Rows[0].Months != 3 || l.Rows[0].Idle != fen("150000.00") || len(l.Rows[0].Vouchers) == 0 {
			t.Errorf("lots: %+v, %v", l.Rows, err)
		}
		for _, r := range []ledger.Tabular{p, g, s, l} {
			for _, format := range []string{"text", "csv", "json"} {
				var b strings.Builder
				if err := ledger.Render(&b, format, r); err != nil || !strings.Contains(b.String(), "1000000.00") && !strings.Contains(b.String(), "600000.00") {
					t.Errorf("%s as %s: %v\n%s", r.Table().Title, format, err, b.String())
				}
			}
			for i, row := range r.Table().Rows {
				if len(row) != len(r.Table().Columns) {
					t.Errorf("%s row %d has %d cells for %d columns", r.Table().Title, i, len(row), len(r.Table().Columns))
				}
			}
		}
		alerts, err := w.Alerts(ctx, finance, county, on)
		if err != nil {
			t.Fatal(err)
		}
		rules := map[string]int{}
		for _, a := range alerts {
			rules[a.Rule]++
		}
		if rules["A07"] == 0 || rules["unit"] != 2 || rules["A08"] != 2 || rules["A21"] != 0 {
			t.Errorf("alerts: %v", rules)
		}
		if _, err := w.Alerts(ctx, finance, county, day("2027-02-01")); fault.From(err).Code != "workday.year" {
			t.Errorf("2027, whose holidays are not loaded: %v", err)
		}
	})
}
