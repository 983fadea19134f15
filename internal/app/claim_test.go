package app_test

import (
	"errors"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// TestAContractIsPaidFromAdvanceToRetention runs a contract of the county: advance,
// progress with set-off, final claim, retention after the defect period.
func TestAContractIsPaidFromAdvanceToRetention(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "270000.00", "", advancePapers))
		w.must("payment.request", pay("Q1", "B1", "2026-04-02", "270000.00"))
		w.wantBalances(map[string]string{"7204.A H1": "270000.00", "7202 H1": "630000.00", "1201 H1": "0.00"})
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.wantBalances(map[string]string{"7204.A H1": "0.00", "7301 H1": "270000.00", "1201 H1": "270000.00"})

		w.accepted(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-20")}, "500000.00", "150000.00", progressPapers))
		w.wantBalances(map[string]string{"1301 H1": "500000.00", "1201 H1": "120000.00", "2003 H1": "-15000.00", "2001 H1": "-335000.00", "7203 H1": "350000.00"})
		q := pay("Q2", "B2", "2026-04-21", "300000.00")
		q.Payees = append(q.Payees, payments.ReceiverCmd{Kind: payments.ToWages, Name: "农民工工资专户", Account: "6222000099998888", Amount: fen("35000.00")})
		w.must("payment.request", q)
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-22"), Reference: "GK-2", Payees: []int{1}})
		if got := w.find("B2"); got.State != payments.ClaimPartPaid || got.Paid != fen("300000.00") {
			t.Errorf("B2 is %s with %s paid, want part paid", got.State, got.Paid)
		}
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-22"), Reference: "GK-3", Payees: []int{2}})
		w.wantBalances(map[string]string{"2001 H1": "0.00", "7203 H1": "15000.00", "7302 H1": "485000.00"})

		final := w.claim(payments.ClaimCmd{Code: "B3", Kind: payments.ClaimFinal, Contract: "H1", Date: day("2026-05-20")}, "400000.00", "120000.00",
			append([]payments.DocType{payments.DocAcceptance, payments.DocFinalAccount, payments.DocWorkPhotos, payments.DocPosting}, progressPapers...))
		w.accepted(final)
		w.refused(finance, payments.ErrGate, "payment.request", pay("Q3", "B3", "2026-05-21", "268000.00"))
		w.finished("H1", "2026-05-01") // defect period to 1 June
		w.must("project.post_notice", projects.PostNoticeCmd{Project: w.j1, Type: "N6", From: day("2026-05-16"), To: day("2026-05-30"), Evidence: paper})
		w.must("payment.request", pay("Q3", "B3", "2026-05-21", "268000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q3", On: day("2026-05-22"), Reference: "GK-4", Cash: "1001"})
		w.wantBalances(map[string]string{"7202 H1": "0.00", "1201 H1": "0.00", "2001 H1": "0.00", "2003 H1": "-27000.00"})
		w.must("contract.settle", projects.ContractSettleCmd{
			Code: "H1", On: day("2026-05-25"), Date: day("2026-05-25"), Amount: fen("900000.00"), Document: "审计报告", Report: ledger.Digest{5},
		})
		if s := w.project(w.j1).State; s != projects.StateSettled {
			t.Errorf("settled, and paid but for retention: %s", s)
		}
		w.must("project.advance", stepOf(w.j1, projects.EventPostPost, "2026-05-26"))
		if s := w.project(w.j1).State; s != projects.StateReimbursed {
			t.Errorf("all but retention is paid, and N6 is posted: %s", s)
		}

		retention := w.claim(payments.ClaimCmd{Code: "B4", Kind: payments.ClaimRetention, Contract: "H1", Date: day("2026-06-01")}, "27000.00", "",
			[]payments.DocType{payments.DocClaimForm, payments.DocDefectCheck})
		w.reviewed(retention)
		w.refused(finance, payments.ErrGate, "claim.accept", payments.AcceptCmd{Claim: "B4", On: day("2026-06-01")}) // the last day of the defect period
		w.must("claim.accept", payments.AcceptCmd{Claim: "B4", On: day("2026-06-02")})
		w.must("payment.request", pay("Q4", "B4", "2026-06-02", "27000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q4", On: day("2026-06-03"), Reference: "GK-5"})
		w.wantBalances(map[string]string{"2003 H1": "0.00", "7203 H1": "0.00", "7302 H1": "900000.00", "1301 H1": "0.00"})
		w.intact()
	})
}

// TestATownshipPaysAndTheCountyApproves runs township mode: cash within authority,
// advance, claim with set-off, payment, disallowance, approval, retention.
func TestATownshipPaysAndTheCountyApproves(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		fund := payments.FundCmd{
			Code: "F1", Township: ourTown, On: day("2026-04-01"), Lots: []payments.FundLot{{Lot: w.a, Amount: fen("200000.01")}},
			Account: "3600001234567890", Reference: "GK-10", Document: "安财农〔2026〕1号",
		}
		w.refused(finance, payments.ErrGate, "township.fund", fund) // one fen beyond I10
		fund.Lots[0].Amount = fen("200000.00")
		fund.Document = ""
		w.refused(finance, payments.ErrGate, "township.fund", fund)
		fund.Document = "安财农〔2026〕1号"
		w.must("township.fund", fund)
		w.wantBalances(map[string]string{"1101": "200000.00", "1002 " + ourTown: "200000.00"})

		in := payments.ClaimCmd{Code: "T1", Kind: payments.ClaimAdvance, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-04-02")}
		w.reviewed(w.claim(in, "60000.00", "", advancePapers))
		w.refused(finance, payments.ErrRequest, "payment.request", pay("R1", "T1", "2026-04-03", "60000.00"))
		w.must("township.request", pay("R1", "T1", "2026-04-03", "60000.00"))
		w.must("township.pay", payments.ConfirmCmd{Request: "R1", On: day("2026-04-04"), Reference: "XS-1"})
		w.wantBalances(map[string]string{"1201 " + ourTown: "60000.00", "7301 H2": "60000.00"})

		in = payments.ClaimCmd{Code: "T2", Kind: payments.ClaimProgress, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-05-02")}
		w.reviewed(w.claim(in, "150000.00", "60000.00", townPapers))
		w.refused(finance, payments.ErrClaimState, "claim.accept", payments.AcceptCmd{Claim: "T2", On: day("2026-05-03")})
		w.must("township.request", pay("R2", "T2", "2026-05-03", "85500.00"))
		w.refused(finance, payments.ErrClaimState, "township.approve", payments.ApproveTownshipCmd{Claim: "T2", On: day("2026-05-04")})
		w.must("township.pay", payments.ConfirmCmd{Request: "R2", On: day("2026-05-04"), Reference: "XS-2"})
		w.wantBalances(map[string]string{"1303 " + ourTown: "145500.00", "1201 " + ourTown: "0.00", "1002 " + ourTown: "54500.00"})

		w.must("township.disallow", payments.DisallowCmd{Claim: "T2", On: day("2026-05-06"), Amount: fen("5500.00"), Reason: "超计量"})
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T2", On: day("2026-05-07")})
		w.wantBalances(map[string]string{"1303 " + ourTown: "0.00", "1301 H2": "144500.00", "2003 H2": "-4500.00", "1211 " + ourTown: "5500.00", "7203 H2": "4500.00"})
		w.must("township.paid_back", payments.PaidBackCmd{Claim: "T2", On: day("2026-05-08"), Reference: "XS-3"})
		w.refused(finance, payments.ErrRequestBeyond, "township.paid_back", payments.PaidBackCmd{Claim: "T2", On: day("2026-05-08"), Reference: "XS-4"})
		w.wantBalances(map[string]string{"1211 " + ourTown: "0.00", "7202 H2": "55500.00", "1002 " + ourTown: "60000.00"})

		w.finished("H2", "2026-04-20") // defect period to 20 May
		in = payments.ClaimCmd{Code: "T3", Kind: payments.ClaimRetention, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-05-21")}
		w.reviewed(w.claim(in, "4500.00", "", []payments.DocType{payments.DocClaimForm, payments.DocDefectCheck}))
		w.must("township.request", pay("R3", "T3", "2026-05-21", "4500.00"))
		w.must("township.pay", payments.ConfirmCmd{Request: "R3", On: day("2026-05-22"), Reference: "XS-5"})
		w.wantBalances(map[string]string{"2003 H2": "0.00", "1101": "55500.00", "1002 " + ourTown: "55500.00"})
		w.must("payment.returned", payments.ReturnedCmd{Request: "R3", Payee: 1, On: day("2026-05-23"), Reference: "XS-6", Reason: "账号有误"})
		w.wantBalances(map[string]string{"2003 H2": "-4500.00", "1002 " + ourTown: "60000.00", "7204.P H2": "4500.00"})
		w.must("township.pay", payments.ConfirmCmd{Request: "R3", On: day("2026-05-24"), Reference: "XS-7"})
		w.wantBalances(map[string]string{"2003 H2": "0.00", "7204.P H2": "0.00"})
		w.intact()
	})
}

// TestMoneyThatComesBack runs void, return, wrong payment, refund, recovery.
func TestMoneyThatComesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "200000.00", "", advancePapers))
		w.must("payment.request", pay("Q1", "B1", "2026-04-02", "200000.00"))
		w.must("payment.void", payments.VoidCmd{Request: "Q1", On: day("2026-04-02"), Reason: "账号写错"})
		w.refused(finance, payments.ErrRequestState, "payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.wantBalances(map[string]string{"7204.A H1": "0.00", "7202 H1": "900000.00"})
		w.must("payment.request", pay("Q2", "B1", "2026-04-03", "200000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-04"), Reference: "GK-1"})
		w.must("payment.returned", payments.ReturnedCmd{Request: "Q2", Payee: 1, On: day("2026-04-05"), Reference: "GK-2", Reason: "户名不符"})
		w.wantBalances(map[string]string{"1201 H1": "0.00", "7202 H1": "900000.00"})
		w.must("payment.request", pay("Q3", "B1", "2026-04-06", "200000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q3", On: day("2026-04-07"), Reference: "GK-3"})
		w.must("payment.refund_advance", payments.RefundCmd{Claim: "B1", On: day("2026-04-08"), Amount: fen("50000.00"), Reference: "GK-4"})
		w.must("payment.advance_to_recover", payments.AdvanceLostCmd{Code: "V1", Claim: "B1", On: day("2026-04-09"), Amount: fen("30000.00"), Reason: "未开工"})
		w.wantBalances(map[string]string{"1201 H1": "120000.00", "1211 H1": "30000.00"})
		w.must("recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-04-10"), Amount: fen("10000.00"), Reference: "GK-5"})
		w.refused(finance, payments.ErrRecovery, "recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-04-10"), Amount: fen("20000.01"), Reference: "GK-6"})
		w.must("recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-04-11"), Reference: "GK-6"})
		w.wantBalances(map[string]string{"1211 H1": "0.00", "7301 H1": "120000.00"})

		w.accepted(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-20")}, "100000.00", "", progressPapers))
		w.must("payment.request", pay("Q4", "B2", "2026-04-21", "97000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q4", On: day("2026-04-22"), Reference: "GK-7"})
		w.must("payment.returned", payments.ReturnedCmd{Request: "Q4", Payee: 1, On: day("2026-04-23"), Reference: "GK-8", Reason: "销户"})
		w.wantBalances(map[string]string{"2001 H1": "-97000.00", "7203 H1": "100000.00"})
		w.must("payment.request", pay("Q5", "B2", "2026-04-24", "97000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q5", On: day("2026-04-25"), Reference: "GK-9"})
		w.must("payment.wrong", payments.WrongCmd{Request: "Q5", Step: "identify", Payee: 1, Amount: fen("40000.00"), Debtor: "某商贸行", On: day("2026-04-26")})
		w.wantBalances(map[string]string{"2005 H1": "-40000.00", "1211 H1": "40000.00"})
		w.refused(finance, payments.ErrRequestState, "payment.returned", payments.ReturnedCmd{Request: "Q5", Payee: 1, On: day("2026-04-26"), Reference: "GK-10", Reason: "再退"})
		w.must("payment.wrong", payments.WrongCmd{Request: "Q5", Step: "receive", No: 1, Reference: "GK-10", On: day("2026-04-27")})
		w.wantBalances(map[string]string{"2005 H1": "0.00", "1211 H1": "0.00", "2001 H1": "-40000.00"})
		w.must("payment.request", pay("Q6", "B2", "2026-04-28", "40000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q6", On: day("2026-04-28"), Reference: "GK-11"})
		w.must("payment.wrong", payments.WrongCmd{Request: "Q6", Step: "identify", Payee: 1, Amount: fen("10000.00"), Debtor: "某商贸行", On: day("2026-04-29")})
		w.refused(finance, payments.ErrRequest, "payment.wrong", payments.WrongCmd{Request: "Q6", Step: "write_off", No: 1, On: day("2026-04-30")})
		w.must("payment.wrong", payments.WrongCmd{Request: "Q6", Step: "write_off", No: 1, On: day("2026-04-30"), Decision: "安府决〔2026〕3号"})
		w.must("payment.wrong", payments.WrongCmd{Request: "Q6", Step: "pay_again", No: 1, On: day("2026-04-30")})
		w.must("payment.request", pay("Q7", "B2", "2026-05-06", "10000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q7", On: day("2026-05-06"), Reference: "GK-12"})
		w.wantBalances(map[string]string{"2001 H1": "0.00", "2005 H1": "0.00", "1211 H1": "0.00"})

		w.must("recover.identify", payments.IdentifyCmd{
			Code: "V2", On: day("2026-05-07"), Contract: "H1", Project: w.j1, Cost: "1301", Amount: fen("9000.00"), Reason: "虚报工程量",
		})
		w.wantBalances(map[string]string{"1211 H1": "9000.00", "1301 H1": "91000.00"})
		w.must("recover.receive", payments.ReceiveCmd{Recovery: "V2", On: day("2026-05-08"), Reference: "GK-13"})
		w.wantBalances(map[string]string{"1211 H1": "0.00"})
		w.intact()
	})
}

// TestAReferenceConfirmsOneThingOnce uses a bank reference twice.
func TestAReferenceConfirmsOneThingOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "200000.00", "", advancePapers))
		first := pay("Q1", "B1", "2026-04-02", "150000.00")
		first.Amount = fen("150000.00")
		w.must("payment.request", first)
		w.must("payment.request", pay("Q2", "B1", "2026-04-02", "50000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.refused(finance, payments.ErrReference, "payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-03"), Reference: "GK-1"})
		w.refused(finance, payments.ErrRequestState, "payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-2"})
		w.refused(finance, payments.ErrRequestBeyond, "payment.request", pay("Q3", "B1", "2026-04-03", "0.01"))
		w.wantBalances(map[string]string{"1201 H1": "150000.00"})
	})
}

// TestInvoicesAreDrawnOnceAndAlike draws on one invoice by two claims (A14).
func TestInvoicesAreDrawnOnceAndAlike(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		one := w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-01")}, "100.00", "", progressPapers)
		one.Invoices[0].Number, one.Invoices[0].Amount = "24362000000000000001", fen("150.00")
		w.must("claim.submit", one)
		two := w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H2", Date: day("2026-04-02")}, "50.01", "", progressPapers)
		two.Invoices[0] = one.Invoices[0]
		two.Invoices[0].Draw = fen("50.01")
		w.refused(finance, payments.ErrInvoiceSpent, "claim.submit", two)
		for name, change := range map[string]func(*payments.InvoiceUse){
			"issuer": func(u *payments.InvoiceUse) { u.Issuer = "他人" },
			"amount": func(u *payments.InvoiceUse) { u.Amount = fen("500.00") },
			"file":   func(u *payments.InvoiceUse) { u.File[0]++ },
			"day":    func(u *payments.InvoiceUse) { u.Date = day("2026-03-31") },
		} {
			bad := two
			bad.Invoices = append([]payments.InvoiceUse(nil), two.Invoices...)
			bad.Invoices[0].Draw = fen("1.00")
			change(&bad.Invoices[0])
			if err := w.as(finance, "claim.submit", bad); err == nil {
				t.Errorf("another %s was accepted", name)
			}
		}
		w.must("claim.withdraw", payments.EndClaimCmd{Claim: "B1", Reason: "重报"})
		w.must("claim.submit", two) // what B1 drew is free again
		if got := w.find("B2").Invoices; len(got) != 1 || got[0].Amount != fen("50.01") {
			t.Errorf("B2 draws %+v", got)
		}
	})
}

// TestAWrongAcceptanceIsTakenBack reverses an acceptance and an approval.
func TestAWrongAcceptanceIsTakenBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		in := w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-01")}, "100.00", "", progressPapers)
		w.accepted(in)
		w.must("payment.request", pay("Q1", "B1", "2026-04-02", "97.00"))
		w.refused(finance, payments.ErrClaimState, "claim.revoke", payments.RevokeClaimCmd{Claim: "B1", On: day("2026-04-03"), Reason: "计量有误"})
		w.must("payment.void", payments.VoidCmd{Request: "Q1", On: day("2026-04-03"), Reason: "计量有误"})
		w.must("claim.revoke", payments.RevokeClaimCmd{Claim: "B1", On: day("2026-04-03"), Reason: "计量有误"})
		w.wantBalances(map[string]string{"1301 H1": "0.00", "2001 H1": "0.00", "7202 H1": "900000.00"})
		w.accepted(in) // the same claim, the same invoice
		w.wantBalances(map[string]string{"1301 H1": "100.00"})

		w.must("township.fund", payments.FundCmd{
			Code: "F1", Township: ourTown, On: day("2026-04-01"), Lots: []payments.FundLot{{Lot: w.a, Amount: fen("1000.00")}},
			Account: "3600001234567890", Reference: "GK-10", Document: "安财农〔2026〕1号",
		})
		w.reviewed(w.claim(payments.ClaimCmd{Code: "T1", Kind: payments.ClaimProgress, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-04-02")}, "500.00", "", townPapers))
		w.must("township.request", pay("R1", "T1", "2026-04-03", "485.00"))
		w.must("township.pay", payments.ConfirmCmd{Request: "R1", On: day("2026-04-04"), Reference: "XS-1"})
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T1", On: day("2026-04-05")})
		w.must("claim.revoke", payments.RevokeClaimCmd{Claim: "T1", On: day("2026-04-06"), Reason: "应审减"})
		w.must("township.disallow", payments.DisallowCmd{Claim: "T1", On: day("2026-04-06"), Amount: fen("85.00"), Reason: "超计量"})
		w.must("township.approve", payments.ApproveTownshipCmd{Claim: "T1", On: day("2026-04-07")})
		w.wantBalances(map[string]string{"1301 H2": "415.00", "1211 " + ourTown: "85.00", "1303 " + ourTown: "0.00"})
		w.intact()
	})
}

// TestProgressDoesNotReachTheEnd pays progress up to nine tenths of the contract;
// the rest waits for acceptance and notice as the final payment.
func TestProgressDoesNotReachTheEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.policy("books_lag", "off")
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-01")}, "850000.00", "", progressPapers))
		q := pay("Q1", "B1", "2026-04-02", "810000.01")
		q.Amount = fen("810000.01")
		w.refused(finance, payments.ErrGate, "payment.request", q)
		small := pay("Q0", "B1", "2026-04-02", "10000.00") // less than the law's four fifths: a warning on the request
		small.Amount = fen("10000.00")
		w.must("payment.request", small)
		r, err := dossierOf[payments.Request](t.Context(), w.db.Read, w.row().County, "request", "Q0")
		if err != nil || len(r.Gates) != 1 || r.Gates[0].Gate != payments.GateProgress || r.Gates[0].Outcome != payments.Warns {
			t.Errorf("the request notes %+v, %v", r.Gates, err)
		}
		q = pay("Q1", "B1", "2026-04-02", "800000.00")
		q.Amount = fen("800000.00")
		w.must("payment.request", q)
	})
}

// TestAnEmergencyNeedsItsWaiver pays an emergency: refused until two approvers
// have released it, however good the project is.
func TestAnEmergencyNeedsItsWaiver(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		in := w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimEmergency, Contract: "H1", Date: day("2026-06-01"), Decision: "安府〔2026〕9号"}, "5000.00", "",
			[]payments.DocType{payments.DocClaimForm, payments.DocDecision})
		w.accepted(in)
		q := pay("Q1", "B1", "2026-06-02", "5000.00")
		w.refused(finance, payments.ErrGate, "payment.request", q)
		one, two := finance, finance
		one.ID, two.ID = [16]byte{15: 21}, [16]byte{15: 22}
		w.must("waiver.grant", payments.WaiverCmd{
			Code: "M1", Decision: "安府〔2026〕9号", Reason: "抢险", Approvers: []ledger.ID{one.ID, two.ID}, Kind: payments.PayEmergency,
			Gates: []payments.Gate{payments.GateOrdinary}, Project: w.j1, Limit: fen("5000.00"), Expires: day("2026-06-30"),
		})
		for _, who := range []auth.Who{one, two} {
			if err := w.as(who, "waiver.approve", payments.ApproveWaiverCmd{Code: "M1"}); err != nil {
				t.Fatal(err)
			}
		}
		q.Waiver = "M1"
		w.must("payment.request", q)
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-06-03"), Reference: "GK-1"})
		w.wantBalances(map[string]string{"2001 H1": "0.00", "7302 H1": "5000.00"})
	})
}

// TestAClaimOverTwoProjects splits one contract's claim over two projects and
// takes the lots that have arrived.
func TestAClaimOverTwoProjects(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		late := ledger.LotID{0: 9, 15: 9}
		w.do(app.LotCmd{Lot: ledger.Lot{ID: late, Code: "C", Tier: ledger.TierCity, Class: ledger.ClassZX, Document: "doc-C", Line: 1, Name: "未到位", Year: 2026, Amount: fen("1000.00")}})
		w.post(ledger.Posting{Event: "E01", Date: day("2026-03-01"), Parts: part(late, "1000.00")})
		j3 := w.planned(projects.Project{Name: "通组公路", Category: "030101", Unit: bureau, Budget: fen("1000.00")}, lotPart(w.b, "500.00"), lotPart(late, "500.00"))
		w.procured(j3)
		w.signed("H3", bureau, projects.Terms{RetentionBP: 300}, funded(w.j1, w.a, "1000.00"), funded(j3, w.b, "500.00"), funded(j3, late, "500.00"))
		in := w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H3", Date: day("2026-04-01")}, "300.00", "", progressPapers)
		in.Parts = []payments.ClaimPart{{Project: w.j1, Amount: fen("100.00")}, {Project: j3, Amount: fen("200.00")}}
		w.accepted(in)
		w.refused(finance, ledger.ErrDraw, "payment.request", pay("Q1", "B1", "2026-04-02", "291.00")) // half of J3 has not come
		q := pay("Q1", "B1", "2026-04-02", "145.50")
		q.Amount = fen("145.50")
		w.must("payment.request", q)
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.post(ledger.Posting{Event: "E02", Date: day("2026-04-04"), Parts: part(late, "1000.00")})
		w.must("payment.request", pay("Q2", "B1", "2026-04-05", "145.50"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-05"), Reference: "GK-2"})
		w.wantBalances(map[string]string{"2001 H3": "0.00", "2003 H3": "-9.00", "7302 H3": "291.00"})
		w.intact()
	})
}

// TestWhatIsOverdueAndWhatLacks asks when a claim is overdue; a claim that lacks papers
// is not accepted, and the refusal names them.
func TestWhatIsOverdueAndWhatLacks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "100.00", "", advancePapers))
		first := w.find("B1")
		for on, want := range map[string]bool{"2026-05-01": false, "2026-05-02": true} {
			if got := first.Overdue(day(on)); got != want {
				t.Errorf("overdue on %s: %v", on, got)
			}
		}
		w.reviewed(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "100.00", "", advancePapers[:2]))
		w.refused(finance, payments.ErrGate, "claim.accept", payments.AcceptCmd{Claim: "B2", On: day("2026-04-01")}, payments.DocAdvanceAsk.Chinese())
		w.must("claim.return", payments.EndClaimCmd{Claim: "B2", Reason: "缺预付款申请"})
		w.must("claim.submit", w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-02")}, "100.00", "", advancePapers))
	})
}

// TestReceiversAreNamedAndProven tries receivers that a request must refuse.
func TestReceiversAreNamedAndProven(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "100.00", "", advancePapers))
		for name, c := range map[string]struct {
			change func(p *payments.ReceiverCmd)
			want   error
		}{
			"not the creditor": {func(p *payments.ReceiverCmd) { p.Name = "他人" }, payments.ErrRequest},
			"no assignment":    {func(p *payments.ReceiverCmd) { p.Kind, p.Name = payments.ToAssignee, "材料商" }, payments.ErrRequest},
			"another paper": {func(p *payments.ReceiverCmd) {
				p.Kind, p.Document = payments.ToAssignee, w.doc(payments.DocInvoice, "2026-04-01")
			}, payments.ErrRequest},
			"a fen less":            {func(p *payments.ReceiverCmd) { p.Amount-- }, payments.ErrRequest},
			"an account of letters": {func(p *payments.ReceiverCmd) { p.Account = "六二二二零零" }, app.ErrInvalid},
		} {
			q := pay("Q1", "B1", "2026-04-02", "100.00")
			if c.change(&q.Payees[0]); !errors.Is(w.as(finance, "payment.request", q), c.want) {
				t.Errorf("%s: %v", name, w.as(finance, "payment.request", q))
			}
		}
		q := pay("Q1", "B1", "2026-04-02", "100.00")
		q.Payees[0].Kind, q.Payees[0].Name, q.Payees[0].Document = payments.ToAssignee, "材料商", w.doc(payments.DocAssignment, "2026-04-01")
		w.must("payment.request", q)
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		if got := w.balance(func(k *ledger.Key) bool { return k.Account == "1201" && k.Payee == builder }); got != "100.00" {
			t.Errorf("the creditor's advance is %s: the ledger must keep the contract's creditor", got)
		}
		recs, err := db.RecordsOfKind(t.Context(), w.db.Read, w.row().County, ledger.KindEntry)
		if err != nil {
			t.Fatal(err)
		}
		drawn := 0
		for i := range recs {
			if e, err := ledger.EntryOf(&recs[i]); err == nil && e.Event == "E10" && e.Step == "reserve" && e.Draw == ledger.DrawProRata {
				drawn++
			}
		}
		if drawn != 1 {
			t.Errorf("the draw rule stands on %d requests, want 1", drawn)
		}
	})
}

// TestAReturnOfLastYearComesBackToItsYear pays in December and gets the transfer
// back in January (rule Y).
func TestAReturnOfLastYearComesBackToItsYear(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.clock.Store(at("2026-12-21"))
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-12-18")}, "100.00", "", progressPapers))
		w.must("payment.request", pay("Q1", "B1", "2026-12-19", "97.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-12-20"), Reference: "GK-1"})
		w.clock.Store(at("2027-01-10"))
		w.must("payment.returned", payments.ReturnedCmd{Request: "Q1", Payee: 1, On: day("2027-01-08"), Reference: "GK-2", Reason: "销户"})
		w.wantBalances(map[string]string{"7302 H1": "97.00", "6202": "-97.00", "2001 H1": "-97.00", "7203 H1": "100.00"})
		w.must("payment.request", pay("Q2", "B1", "2027-01-09", "97.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2027-01-10"), Reference: "GK-3"})
		w.wantBalances(map[string]string{"2001 H1": "0.00", "7203 H1": "3.00"})
		w.intact()
	})
}
