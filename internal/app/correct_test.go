package app_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// TestAnotherLotPays replaces the source of a contract (E26): what is executed, with
// its cash, and what is only committed; contract and project follow, to the fen.
func TestAnotherLotPays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		c := w.lot("C", "80000.00")
		w.paidClaim("B1", "H1", "2026-04-10", "90000.00", "87300.00") // A 60000, B 30000; retention 2700
		was := w.lotCeilings(w.j1)
		swap := payments.SourceChange{Contract: "H1", Project: w.j1, From: w.a, To: c, Executed: fen("50000.00"), Unexecuted: fen("20000.01")}
		ask := func(change func(*payments.ReplaceSourceCmd)) payments.ReplaceSourceCmd {
			x := payments.ReplaceSourceCmd{CorrectionPaper: because("G1", "2026-05-06"), SourceChange: swap}
			change(&x)
			return x
		}
		w.refused(finance, payments.ErrCorrect, "correct.replace", ask(func(x *payments.ReplaceSourceCmd) { x.Executed, x.Unexecuted = 0, 0 }))
		w.refused(finance, payments.ErrCorrect, "correct.replace", ask(func(x *payments.ReplaceSourceCmd) { x.To = x.From }))
		w.refused(finance, payments.ErrCorrectFigure, "correct.replace", ask(func(x *payments.ReplaceSourceCmd) { x.Unexecuted = fen("30000.01") }), "80000.01", "差 0.01")
		w.refused(finance, projects.ErrCorrectFunding, "correct.replace", ask(func(x *payments.ReplaceSourceCmd) { x.From, x.To = c, w.a }), "70000.01")
		w.refused(finance, projects.ErrCorrectFunding, "correct.replace", ask(func(x *payments.ReplaceSourceCmd) { x.Project = w.j2 }), w.j2)
		w.refused(finance, dossier.ErrUnknown, "correct.replace", ask(func(x *payments.ReplaceSourceCmd) { x.Contract = "H9" }))

		w.corrected("correct.replace", "G1", ask(func(*payments.ReplaceSourceCmd) {}))
		if got := w.pays("H1"); got[w.a] != fen("529999.99") || got[c] != fen("70000.01") || got[w.b] != fen("300000.00") {
			t.Errorf("the contract is paid by %v", got)
		}
		if got := w.lotCeilings(w.j1); got[w.a] != was[w.a]-fen("70000.01") || got[c] != fen("70000.01") || got[w.b] != was[w.b] {
			t.Errorf("the project is funded by %v, was %v", got, was)
		}
		if got := w.contract("H1"); got.Amount != fen("900000.00") {
			t.Errorf("the contract comes to %s", got.Amount)
		}
		of := func(lot ledger.LotID, account ledger.Code) string {
			return w.balance(func(k *ledger.Key) bool { return k.Lot == lot && k.Account == account })
		}
		for _, x := range []struct {
			lot     ledger.LotID
			account ledger.Code
			want    string
		}{
			{w.a, "7302", "8200.00"},
			{c, "7302", "50000.00"},
			{w.a, "7401", "50000.00"},
			{c, "7202", "20000.01"},
			{c, "7101", "9999.99"},
			{w.a, "1301", "10000.00"},
			{c, "1301", "50000.00"},
			{c, "1001", "30000.00"},
		} {
			if got := of(x.lot, x.account); got != x.want {
				t.Errorf("lot %v %s = %s, want %s", x.lot == c, x.account, got, x.want)
			}
		}
		w.refused(finance, payments.ErrCorrectState, "correct.approve", payments.ApproveCorrectionCmd{Code: "G1"}, "DONE")
		w.verified()
	})
}

// TestACorrectionTakesTwoPersons: under four eyes nobody approves what they proposed,
// the voucher names both, and a dropped proposal is posted by nobody.
func TestACorrectionTakesTwoPersons(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.fourEyes()
		c := w.lot("C", "80000.00")
		ask := payments.ReplaceSourceCmd{
			CorrectionPaper: because("G1", "2026-05-06"),
			SourceChange:    payments.SourceChange{Contract: "H1", Project: w.j1, From: w.a, To: c, Unexecuted: fen("100.00")},
		}
		w.must("correct.replace", ask)
		w.refused(finance, payments.ErrCorrectMaker, "correct.approve", payments.ApproveCorrectionCmd{Code: "G1"})
		for _, who := range []auth.Who{
			{ID: [16]byte{15: 41}, Name: "乡镇", Role: auth.Township, Unit: ourTown},
			{ID: [16]byte{15: 42}, Name: "审计", Role: auth.Auditor},
			{ID: [16]byte{15: 43}, Name: "管理员", Role: auth.Admin},
		} {
			w.refused(who, auth.ErrForbidden, "correct.approve", payments.ApproveCorrectionCmd{Code: "G1"})
		}
		out, err := w.op(second, "correct.approve", payments.ApproveCorrectionCmd{Code: "G1"})
		if err != nil {
			t.Fatal(err)
		}
		e := w.entry(out.Records[0].Seq)
		if e.Maker != ledger.ID(finance.ID) || e.Checker != ledger.ID(second.ID) || e.Decision != ask.Decision {
			t.Errorf("the voucher is made by %v, checked by %v, by %q", e.Maker, e.Checker, e.Decision)
		}
		ask.Code = "G2"
		w.must("correct.replace", ask)
		w.must("correct.drop", payments.DropCorrectionCmd{Code: "G2", Reason: "重复"})
		if _, err := w.op(second, "correct.approve", payments.ApproveCorrectionCmd{Code: "G2"}); !errors.Is(err, payments.ErrCorrectState) {
			t.Errorf("a dropped correction: %v", err)
		}
		w.verified()
	})
}

// TestALotIsDivided divides a merged lot (E27): contracts and the funding of projects
// follow to the fen; a lot with a payment under way is refused.
func TestALotIsDivided(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		part := ledger.LotID{0: 9, 1: 'P'}
		w.do(app.LotCmd{Lot: ledger.Lot{
			ID: part, Code: "A2", Tier: ledger.TierProvince, Class: ledger.ClassXJ, Document: "doc-A2", Line: 1, Name: "样例资金", Year: 2026, Amount: fen("333333.33"),
		}})
		in := w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-10")}, "90000.01", "", progressPapers)
		w.accepted(in)
		ask := payments.DivideLotCmd{CorrectionPaper: because("F1", "2026-05-06"), LotDivision: payments.LotDivision{Lot: w.a, Into: part, Amount: fen("333333.33")}}
		w.refused(finance, payments.ErrCorrectPending, "correct.divide", ask, "B1")
		net := w.find("B1")
		w.must("payment.request", pay("Q1", "B1", "2026-04-11", net.Net().String()))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-12"), Reference: "GK-1"})
		same := ask
		same.Into = w.a
		w.refused(finance, payments.ErrCorrect, "correct.divide", same)
		contract, project, other := w.pays("H1"), w.lotCeilings(w.j1), w.pays("H2")
		w.corrected("correct.divide", "F1", ask)
		sum := func(lot ledger.LotID, contract string) ledger.Amount {
			return fen(w.balance(func(k *ledger.Key) bool {
				return k.Lot == lot && k.Contract == contract && k.Account >= "7202" && k.Account <= "7302"
			}))
		}
		for _, code := range []string{"H1", "H2"} {
			was, now := contract, w.pays(code)
			if code == "H2" {
				was = other
			}
			if now[w.a]+now[part] != was[w.a] || now[w.b] != was[w.b] || now[part] <= 0 {
				t.Errorf("contract %s is paid by %v, was %v", code, now, was)
			}
			for _, lot := range []ledger.LotID{w.a, part} {
				if got := sum(lot, code); got != now[lot] {
					t.Errorf("contract %s: its table has %s of a lot, the ledger %s", code, now[lot], got)
				}
			}
		}
		if now := w.lotCeilings(w.j1); now[w.a]+now[part] != project[w.a] || now[part] < w.pays("H1")[part] {
			t.Errorf("the project is funded by %v, was %v", now, project)
		}
		w.verified()
	})
}

// TestCostOfLastYearMovesToItsProject corrects a cost that another project bears
// (E23p): never more than the contract executed, and the contract that gives it up
// shrinks unless it is committed anew.
func TestCostOfLastYearMovesToItsProject(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.signed("H3", bureau, projects.Terms{}, funded(w.j1, w.a, "50000.00"))
		w.paidClaim("B1", "H1", "2026-04-10", "90000.00", "87300.00")
		w.clock.Store(at("2027-01-20"))
		w.must("settle.carry_over", payments.CarryOverCmd{Code: "NZ", Year: 2026, Period13: true})
		ask := payments.MoveCostCmd{CorrectionPaper: because("M1", "2027-01-18"), CostMove: payments.CostMove{
			Contract: "H1", Project: w.j1, ToContract: "H3", ToProject: w.j1, Into: "7201", Lots: []projects.LotPart{lotPart(w.a, "30000.00")},
		}}
		more := ask
		more.Lots = []projects.LotPart{lotPart(w.a, "58200.01")}
		w.refused(finance, payments.ErrCorrectFigure, "correct.move", more, "58200.00", "超出 0.01")
		same := ask
		same.ToContract = "H1"
		w.refused(finance, payments.ErrCorrect, "correct.move", same)
		now := ask
		now.Date = day("2026-12-31") // of the year itself nothing is executed earlier
		w.refused(finance, payments.ErrCorrectFigure, "correct.move", now, "claim.revoke")

		w.corrected("correct.move", "M1", ask)
		if c := w.contract("H1"); c.Amount != fen("870000.00") || w.pays("H1")[w.a] != fen("570000.00") {
			t.Errorf("H1 comes to %s, paid by %v", c.Amount, c.Funding)
		}
		w.wantBalances(map[string]string{"7202 H3": "20000.00"})
		again := ask
		again.Code, again.Lots = "M2", []projects.LotPart{lotPart(w.a, "28200.01")}
		w.refused(finance, payments.ErrCorrectFigure, "correct.move", again, "28200.00")
		again.Into, again.Lots = "7202", []projects.LotPart{lotPart(w.a, "20000.00")}
		w.corrected("correct.move", "M2", again)
		if c := w.contract("H1"); c.Amount != fen("870000.00") {
			t.Errorf("committed anew, H1 comes to %s", c.Amount)
		}
		w.wantBalances(map[string]string{"7202 H3": "0.00"})
		w.verified()
	})
}

// TestAnEntryOfNoDossierIsReversed undoes an allocation, in its own year red and
// later blue; what a dossier stands for is left to its command.
func TestAnEntryOfNoDossierIsReversed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		allot := ledger.Posting{Event: "E04", Date: day("2026-04-01"), Into: "7104", Unit: ourTown, Parts: part(w.a, "10.00")}
		first := w.post(allot).Records[0].Seq
		later := w.post(allot).Records[0].Seq
		ask := func(code, date string, entry int64) payments.ReverseCmd {
			return payments.ReverseCmd{CorrectionPaper: because(code, date), EntryReversal: payments.EntryReversal{Entry: entry}}
		}
		w.corrected("correct.reverse", "C1", ask("C1", "2026-04-02", first))
		w.refused(finance, ledger.ErrReversed, "correct.reverse", ask("C2", "2026-04-02", first))
		w.refused(finance, ledger.ErrEntryUnknown, "correct.reverse", ask("C2", "2026-04-02", 1_000_000))
		own := w.post(ledger.Posting{
			Event: "E09", Date: day("2026-04-01"), Project: w.j1, Contract: "H1", Payee: builder, Unit: bureau, Parts: part(w.a, "-1.00"),
		}).Records[0].Seq
		w.refused(finance, payments.ErrCorrectOwner, "correct.reverse", ask("C2", "2026-04-02", own), "contract.change")
		w.clock.Store(at("2027-01-20"))
		w.corrected("correct.reverse", "C3", ask("C3", "2027-01-18", later))
		if e := w.entry(w.head() - 2); e.Event != "E23p" || e.Reverses != later {
			t.Errorf("the entry of January is %s of %d", e.Event, e.Reverses)
		}
		w.verified()
	})
}

// TestTheListOfCorrectionsHasWhatNobodyProposed: cash lent between lots (E03), an entry
// turned red by hand and what a claim's command reversed stand in the list beside the
// proposed corrections, each once, with the command that posted it.
func TestTheListOfCorrectionsHasWhatNobodyProposed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		allot := ledger.Posting{Event: "E04", Date: day("2026-04-01"), Into: "7104", Unit: ourTown, Parts: part(w.a, "10.00")}
		first := w.post(allot).Records[0].Seq
		second := w.post(allot).Records[0].Seq
		w.corrected("correct.reverse", "C1", payments.ReverseCmd{CorrectionPaper: because("C1", "2026-04-02"), EntryReversal: payments.EntryReversal{Entry: first}})
		lent := w.post(ledger.Posting{
			Event: "E03", Step: "lend", Date: day("2026-04-02"), Decision: "垫付决定1号", Due: day("2026-06-30"), Parts: part(w.a, "20.00"), To: &ledger.Target{Lot: w.b},
		}).Records[0].Seq
		red := w.post(ledger.Posting{Event: "E23", Date: day("2026-04-03"), Memo: "录入有误", Reverses: second}).Records[0].Seq
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-10")}, "90000.00", "", progressPapers))
		claim := w.must("claim.revoke", payments.RevokeClaimCmd{Claim: "B1", On: day("2026-04-11"), Reason: "计量有误"}).Records[0].Seq

		code := func(seq int64) string { return fmt.Sprintf("seq-%019d", seq) }
		list := func(who auth.Who, f dossier.Filter) (out []string) {
			items, err := w.Dossiers(t.Context(), who, county, "correction", f)
			if err != nil {
				t.Fatal(err)
			}
			for i := range items {
				out = append(out, items[i].Code+" "+items[i].Index.Parent+" "+ledger.Amount(items[i].Index.Amount).String())
			}
			return out
		}
		lend, hand, revoked := code(lent)+" lend 20.00", code(red)+" reverse 0.00", code(claim)+" reverse 0.00"
		for _, x := range []struct {
			what string
			f    dossier.Filter
			want []string
		}{
			{"all", dossier.Filter{}, []string{"C1 reverse 0.00", lend, hand, revoked}},
			{"a page", dossier.Filter{After: "C1", Limit: 2}, []string{lend, hand}},
			{"the next page", dossier.Filter{After: code(red), Limit: 2}, []string{revoked}},
			{"a kind", dossier.Filter{Parent: "lend"}, []string{lend}},
			{"another year", dossier.Filter{Year: 2025}, nil},
			{"proposed ones", dossier.Filter{Status: "PROPOSED"}, nil},
		} {
			if got := list(finance, x.f); !slices.Equal(got, x.want) {
				t.Errorf("%s: %v, want %v", x.what, got, x.want)
			}
		}
		if got := list(auth.Who{ID: [16]byte{15: 41}, Name: "乡镇", Role: auth.Township, Unit: ourTown}, dossier.Filter{}); got != nil {
			t.Errorf("a township reads %v", got)
		}

		item, steps, err := w.Dossier(t.Context(), finance, county, "correction", code(claim))
		if err != nil {
			t.Fatal(err)
		}
		c := item.State.(*payments.Correction)
		if len(steps) != 1 || steps[0].Command != "claim.revoke" || len(steps[0].Vouchers) == 0 || c.Kind != payments.CorrectReverse || c.Reverse.Entry == 0 {
			t.Errorf("the revoked claim stands as %+v with %+v", c, steps)
		}
		for _, none := range []string{code(first), code(1_000_000), "seq-1"} {
			if _, _, err := w.Dossier(t.Context(), finance, county, "correction", none); !errors.Is(err, dossier.ErrUnknown) {
				t.Errorf("%s: %v, want %s", none, err, dossier.ErrUnknown.Code)
			}
		}
		w.refused(finance, payments.ErrCorrect, "correct.reverse", payments.ReverseCmd{CorrectionPaper: because(code(lent), "2026-04-12"), EntryReversal: payments.EntryReversal{Entry: lent}})
	})
}
