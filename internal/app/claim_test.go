package app_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
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
		w.run("payment.request", pay("Q1", "B1", "2026-04-02", "270000.00"))
		w.wantBalances(map[string]string{"7204.A H1": "270000.00", "7202 H1": "630000.00", "1201 H1": "0.00"})
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.wantBalances(map[string]string{"7204.A H1": "0.00", "7301 H1": "270000.00", "1201 H1": "270000.00"})

		w.accepted(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-20")}, "500000.00", "150000.00", progressPapers))
		w.wantBalances(map[string]string{"1301 H1": "500000.00", "1201 H1": "120000.00", "2003 H1": "-15000.00", "2001 H1": "-335000.00", "7203 H1": "350000.00"})
		q := pay("Q2", "B2", "2026-04-21", "300000.00")
		q.Payees = append(q.Payees, payments.ReceiverCmd{Kind: payments.ToWages, Name: "农民工工资专户", Account: "6222000099998888", Amount: fen("35000.00")})
		w.run("payment.request", q)
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-22"), Reference: "GK-2", Payees: []int{1}})
		if got := w.find("B2"); got.State != payments.ClaimPartPaid || got.Paid != fen("300000.00") {
			t.Errorf("B2 is %s with %s paid, want part paid", got.State, got.Paid)
		}
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-22"), Reference: "GK-3", Payees: []int{2}})
		w.wantBalances(map[string]string{"2001 H1": "0.00", "7203 H1": "15000.00", "7302 H1": "485000.00"})

		final := w.claim(payments.ClaimCmd{Code: "B3", Kind: payments.ClaimFinal, Contract: "H1", Date: day("2026-05-20")}, "400000.00", "120000.00",
			append([]payments.DocType{payments.DocAcceptance, payments.DocFinalAccount, payments.DocWorkPhotos, payments.DocPosting}, progressPapers...))
		w.accepted(final)
		w.refuse(payments.ErrGate, "payment.request", pay("Q3", "B3", "2026-05-21", "268000.00"))
		k := w.loadContract("H1")
		k.State, k.AcceptedOn, k.DefectUntil = projects.ContractAccepted, day("2026-05-15"), day("2026-06-01")
		w.contract(k)
		p := w.loadProject("J1")
		p.Posted = append(p.Posted, projects.Posted{Type: "N6", From: day("2026-05-16"), To: day("2026-05-30")})
		w.project(p)
		w.run("payment.request", pay("Q3", "B3", "2026-05-21", "268000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q3", On: day("2026-05-22"), Reference: "GK-4", Cash: "1001"})
		w.wantBalances(map[string]string{"7202 H1": "0.00", "1201 H1": "0.00", "2001 H1": "0.00", "2003 H1": "-27000.00"})

		retention := w.claim(payments.ClaimCmd{Code: "B4", Kind: payments.ClaimRetention, Contract: "H1", Date: day("2026-06-01")}, "27000.00", "",
			[]payments.DocType{payments.DocClaimForm, payments.DocDefectCheck})
		w.reviewed(retention)
		w.refuse(payments.ErrGate, "claim.accept", payments.AcceptCmd{Claim: "B4", On: day("2026-06-01")}) // the last day of the defect period
		w.run("claim.accept", payments.AcceptCmd{Claim: "B4", On: day("2026-06-02")})
		w.run("payment.request", pay("Q4", "B4", "2026-06-02", "27000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q4", On: day("2026-06-03"), Reference: "GK-5"})
		w.wantBalances(map[string]string{"2003 H1": "0.00", "7203 H1": "0.00", "7302 H1": "900000.00", "1301 H1": "900000.00"})
		w.verified()
	})
}

// TestATownshipPaysAndTheCountyApproves runs township mode: cash within authority,
// advance, claim with set-off, payment, disallowance, approval, retention.
func TestATownshipPaysAndTheCountyApproves(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		fund := payments.FundCmd{
			Code: "F1", Township: town, On: day("2026-04-01"), Lots: []payments.FundLot{{Lot: w.a, Amount: fen("200000.01")}},
			Account: "3600001234567890", Reference: "GK-10", Document: "安财农〔2026〕1号",
		}
		w.refuse(payments.ErrGate, "township.fund", fund) // one fen beyond I10
		fund.Lots[0].Amount = fen("200000.00")
		fund.Document = ""
		w.refuse(payments.ErrGate, "township.fund", fund)
		fund.Document = "安财农〔2026〕1号"
		w.run("township.fund", fund)
		w.wantBalances(map[string]string{"1101": "200000.00", "1002 " + town: "200000.00"})

		in := payments.ClaimCmd{Code: "T1", Kind: payments.ClaimAdvance, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-04-02")}
		w.reviewed(w.claim(in, "60000.00", "", advancePapers))
		w.refuse(payments.ErrRequest, "payment.request", pay("R1", "T1", "2026-04-03", "60000.00"))
		w.run("township.request", pay("R1", "T1", "2026-04-03", "60000.00"))
		w.run("township.pay", payments.ConfirmCmd{Request: "R1", On: day("2026-04-04"), Reference: "XS-1"})
		w.wantBalances(map[string]string{"1201 " + town: "60000.00", "7301 H2": "60000.00"})

		in = payments.ClaimCmd{Code: "T2", Kind: payments.ClaimProgress, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-05-02")}
		w.reviewed(w.claim(in, "150000.00", "60000.00", townPapers))
		w.refuse(payments.ErrClaimState, "claim.accept", payments.AcceptCmd{Claim: "T2", On: day("2026-05-03")})
		w.run("township.request", pay("R2", "T2", "2026-05-03", "85500.00"))
		w.refuse(payments.ErrClaimState, "township.approve", payments.ApproveTownshipCmd{Claim: "T2", On: day("2026-05-04")})
		w.run("township.pay", payments.ConfirmCmd{Request: "R2", On: day("2026-05-04"), Reference: "XS-2"})
		w.wantBalances(map[string]string{"1303 " + town: "145500.00", "1201 " + town: "0.00", "1002 " + town: "54500.00"})

		w.run("township.disallow", payments.DisallowCmd{Claim: "T2", On: day("2026-05-06"), Amount: fen("5500.00"), Reason: "超计量"})
		w.run("township.approve", payments.ApproveTownshipCmd{Claim: "T2", On: day("2026-05-07")})
		w.wantBalances(map[string]string{"1303 " + town: "0.00", "1301 H2": "144500.00", "2003 H2": "-4500.00", "1211 " + town: "5500.00", "7203 H2": "4500.00"})
		w.run("township.paid_back", payments.PaidBackCmd{Claim: "T2", On: day("2026-05-08"), Reference: "XS-3"})
		w.refuse(payments.ErrRequestBeyond, "township.paid_back", payments.PaidBackCmd{Claim: "T2", On: day("2026-05-08"), Reference: "XS-4"})
		w.wantBalances(map[string]string{"1211 " + town: "0.00", "7202 H2": "55500.00", "1002 " + town: "60000.00"})

		k := w.loadContract("H2")
		k.AcceptedOn, k.DefectUntil = day("2026-05-01"), day("2026-05-20")
		w.contract(k)
		in = payments.ClaimCmd{Code: "T3", Kind: payments.ClaimRetention, Mode: payments.ModeTownship, Contract: "H2", Date: day("2026-05-21")}
		w.reviewed(w.claim(in, "4500.00", "", []payments.DocType{payments.DocClaimForm, payments.DocDefectCheck}))
		w.run("township.request", pay("R3", "T3", "2026-05-21", "4500.00"))
		w.run("township.pay", payments.ConfirmCmd{Request: "R3", On: day("2026-05-22"), Reference: "XS-5"})
		w.wantBalances(map[string]string{"2003 H2": "0.00", "1101": "55500.00", "1002 " + town: "55500.00"})
		w.run("payment.returned", payments.ReturnedCmd{Request: "R3", Payee: 1, On: day("2026-05-23"), Reference: "XS-6", Reason: "账号有误"})
		w.wantBalances(map[string]string{"2003 H2": "-4500.00", "1002 " + town: "60000.00", "7204.P H2": "4500.00"})
		w.run("township.pay", payments.ConfirmCmd{Request: "R3", On: day("2026-05-24"), Reference: "XS-7"})
		w.wantBalances(map[string]string{"2003 H2": "0.00", "7204.P H2": "0.00"})
		w.verified()
	})
}

// TestMoneyThatComesBack runs void, return, wrong payment, refund, recovery.
func TestMoneyThatComesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "200000.00", "", advancePapers))
		w.run("payment.request", pay("Q1", "B1", "2026-04-02", "200000.00"))
		w.run("payment.void", payments.VoidCmd{Request: "Q1", On: day("2026-04-02"), Reason: "账号写错"})
		w.refuse(payments.ErrRequestState, "payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.wantBalances(map[string]string{"7204.A H1": "0.00", "7202 H1": "900000.00"})
		w.run("payment.request", pay("Q2", "B1", "2026-04-03", "200000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-04"), Reference: "GK-1"})
		w.run("payment.returned", payments.ReturnedCmd{Request: "Q2", Payee: 1, On: day("2026-04-05"), Reference: "GK-2", Reason: "户名不符"})
		w.wantBalances(map[string]string{"1201 H1": "0.00", "7202 H1": "900000.00"})
		w.run("payment.request", pay("Q3", "B1", "2026-04-06", "200000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q3", On: day("2026-04-07"), Reference: "GK-3"})
		w.run("payment.refund_advance", payments.RefundCmd{Claim: "B1", On: day("2026-04-08"), Amount: fen("50000.00"), Reference: "GK-4"})
		w.run("payment.advance_to_recover", payments.AdvanceLostCmd{Code: "V1", Claim: "B1", On: day("2026-04-09"), Amount: fen("30000.00"), Reason: "未开工"})
		w.wantBalances(map[string]string{"1201 H1": "120000.00", "1211 H1": "30000.00"})
		w.run("recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-04-10"), Amount: fen("10000.00"), Reference: "GK-5"})
		w.refuse(payments.ErrRecovery, "recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-04-10"), Amount: fen("20000.01"), Reference: "GK-6"})
		w.run("recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-04-11"), Reference: "GK-6"})
		w.wantBalances(map[string]string{"1211 H1": "0.00", "7301 H1": "120000.00"})

		w.accepted(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-20")}, "100000.00", "", progressPapers))
		w.run("payment.request", pay("Q4", "B2", "2026-04-21", "97000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q4", On: day("2026-04-22"), Reference: "GK-7"})
		w.run("payment.returned", payments.ReturnedCmd{Request: "Q4", Payee: 1, On: day("2026-04-23"), Reference: "GK-8", Reason: "销户"})
		w.wantBalances(map[string]string{"2001 H1": "-97000.00", "7203 H1": "100000.00"})
		w.run("payment.request", pay("Q5", "B2", "2026-04-24", "97000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q5", On: day("2026-04-25"), Reference: "GK-9"})
		w.run("payment.wrong", payments.WrongCmd{Request: "Q5", Step: "identify", Payee: 1, Amount: fen("40000.00"), Debtor: "某商贸行", On: day("2026-04-26")})
		w.wantBalances(map[string]string{"2005 H1": "-40000.00", "1211 H1": "40000.00"})
		w.refuse(payments.ErrRequestState, "payment.returned", payments.ReturnedCmd{Request: "Q5", Payee: 1, On: day("2026-04-26"), Reference: "GK-10", Reason: "再退"})
		w.run("payment.wrong", payments.WrongCmd{Request: "Q5", Step: "receive", No: 1, Reference: "GK-10", On: day("2026-04-27")})
		w.wantBalances(map[string]string{"2005 H1": "0.00", "1211 H1": "0.00", "2001 H1": "-40000.00"})
		w.run("payment.request", pay("Q6", "B2", "2026-04-28", "40000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q6", On: day("2026-04-28"), Reference: "GK-11"})
		w.run("payment.wrong", payments.WrongCmd{Request: "Q6", Step: "identify", Payee: 1, Amount: fen("10000.00"), Debtor: "某商贸行", On: day("2026-04-29")})
		w.refuse(payments.ErrRequest, "payment.wrong", payments.WrongCmd{Request: "Q6", Step: "write_off", No: 1, On: day("2026-04-30")})
		w.run("payment.wrong", payments.WrongCmd{Request: "Q6", Step: "write_off", No: 1, On: day("2026-04-30"), Decision: "安府决〔2026〕3号"})
		w.run("payment.wrong", payments.WrongCmd{Request: "Q6", Step: "pay_again", No: 1, On: day("2026-04-30")})
		w.run("payment.request", pay("Q7", "B2", "2026-05-06", "10000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q7", On: day("2026-05-06"), Reference: "GK-12"})
		w.wantBalances(map[string]string{"2001 H1": "0.00", "2005 H1": "0.00", "1211 H1": "0.00"})

		w.run("recover.identify", payments.IdentifyCmd{
			Code: "V2", On: day("2026-05-07"), Contract: "H1", Project: "J1", Cost: "1301", Amount: fen("9000.00"), Reason: "虚报工程量",
		})
		w.wantBalances(map[string]string{"1211 H1": "9000.00", "1301 H1": "91000.00"})
		w.run("recover.receive", payments.ReceiveCmd{Recovery: "V2", On: day("2026-05-08"), Reference: "GK-13"})
		w.wantBalances(map[string]string{"1211 H1": "0.00"})
		w.verified()
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
		w.run("payment.request", first)
		w.run("payment.request", pay("Q2", "B1", "2026-04-02", "50000.00"))
		w.run("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		w.refuse(payments.ErrReference, "payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-04-03"), Reference: "GK-1"})
		w.refuse(payments.ErrRequestState, "payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-2"})
		w.refuse(payments.ErrRequestBeyond, "payment.request", pay("Q3", "B1", "2026-04-03", "0.01"))
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
		w.run("claim.submit", one)
		two := w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H2", Date: day("2026-04-02")}, "50.01", "", progressPapers)
		two.Invoices[0] = one.Invoices[0]
		two.Invoices[0].Draw = fen("50.01")
		w.refuse(payments.ErrInvoiceSpent, "claim.submit", two)
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
		w.run("claim.withdraw", payments.EndClaimCmd{Claim: "B1", Reason: "重报"})
		w.run("claim.submit", two) // what B1 drew is free again
		if got := w.find("B2").Invoices; len(got) != 1 || got[0].Amount != fen("50.01") {
			t.Errorf("B2 draws %+v", got)
		}
	})
}

func (w *claimWorld) loadContract(code string) projects.Contract {
	w.t.Helper()
	var out projects.Contract
	w.do(readBack(code, &out, projects.LoadContract))
	return out
}

func (w *claimWorld) loadProject(code string) projects.Project {
	w.t.Helper()
	var out projects.Project
	w.do(readBack(code, &out, projects.LoadProject))
	return out
}
