package app_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

const repairer = "样例维修队"

// dueClaim asks for what stands due under a contract of one project.
func (w *claimWorld) dueClaim(code string, kind payments.ClaimKind, contract, project, amount string, papers ...payments.DocType) payments.ClaimCmd {
	w.t.Helper()
	on := day("2026-06-10")
	c := payments.ClaimCmd{
		Code: code, Kind: kind, Mode: payments.ModeCounty, Contract: contract, Date: on, Parts: []payments.ClaimPart{{Project: project, Amount: fen(amount)}},
		Documents: w.papers("2026-06-10", append([]payments.DocType{payments.DocClaimForm}, papers...)...),
	}
	if kind == payments.ClaimRepair {
		c.Payee = repairer
		c.Invoices = []payments.InvoiceUse{{
			Number: "24362000000" + code, Issuer: repairer, Date: on, Amount: fen(amount), File: c.Documents[0], Draw: fen(amount),
		}}
	}
	return c
}

// TestRepairAndReleasedRetentionArePaidByClaim takes a third party's repair out of the
// retention and puts a guarantee in the place of the rest: each is claimed, requested
// and paid, to nobody else and not a fen beyond, also while another claim stands open.
func TestRepairAndReleasedRetentionArePaidByClaim(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B2", Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-04-20")}, "400000.00", "", progressPapers))
		w.finished("H1", "2026-06-01")
		w.must("contract.defect", projects.ContractDefectCmd{Code: "H1", On: day("2026-06-04"), Open: true, Note: "路面开裂"})
		early := w.dueClaim("B3", payments.ClaimRepair, "H1", w.j1, "2000.00", payments.DocExpense, payments.DocInvoice)
		w.refused(finance, payments.ErrClaim, "claim.submit", early, "contract.repair")
		w.must("contract.repair", projects.ContractRepairCmd{
			Code: "H1", On: day("2026-06-05"), Date: day("2026-06-05"), Amount: fen("2000.00"), Payee: repairer, Document: "维修协议", Digest: ledger.Digest{6},
		})
		w.must("contract.guarantee", projects.ContractGuaranteeCmd{
			Code: "H1", On: day("2026-06-07"), Date: day("2026-06-07"), Amount: fen("10000.00"), Bank: "样例银行", Document: "保函1", Until: day("2027-05-29"), Digest: ledger.Digest{9},
		})
		w.wantBalances(map[string]string{"2003 H1": "0.00", "2001 H1": "-400000.00", "7203 H1": "400000.00"})

		w.refused(finance, payments.ErrClaimBeyond, "claim.submit", w.dueClaim("B4", payments.ClaimRepair, "H1", w.j1, "2000.01", payments.DocExpense, payments.DocInvoice), "0.01")
		w.refused(finance, payments.ErrClaimBeyond, "claim.submit", w.dueClaim("B5", payments.ClaimOpening, "H1", w.j1, "0.01", payments.DocExpense))
		w.refused(finance, payments.ErrClaimBeyond, "claim.submit", w.dueClaim("B6", payments.ClaimReleased, "H1", w.j1, "10000.01", payments.DocGuarantee))
		bare := w.dueClaim("B7", payments.ClaimReleased, "H1", w.j1, "10000.00")
		w.reviewed(bare)
		w.refused(finance, payments.ErrGate, "claim.accept", payments.AcceptCmd{Claim: "B7", On: bare.Date}, "保函")
		w.must("claim.return", payments.EndClaimCmd{Claim: "B7", Reason: "缺保函"})
		w.accepted(early)
		w.accepted(w.dueClaim("B8", payments.ClaimReleased, "H1", w.j1, "10000.00", payments.DocGuarantee))
		w.refused(finance, payments.ErrClaimBeyond, "claim.submit", w.dueClaim("B9", payments.ClaimRepair, "H1", w.j1, "0.01", payments.DocExpense, payments.DocInvoice))

		w.refused(finance, payments.ErrRequest, "payment.request", pay("Q3", "B3", "2026-06-11", "2000.00"), builder)
		q := pay("Q3", "B3", "2026-06-11", "2000.00")
		q.Payees[0].Name = repairer
		w.must("payment.request", q)
		w.must("payment.request", pay("Q8", "B8", "2026-06-11", "10000.00"))
		w.refused(finance, payments.ErrClaimBeyond, "claim.submit", w.dueClaim("B10", payments.ClaimRepair, "H1", w.j1, "0.01", payments.DocExpense, payments.DocInvoice))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q3", On: day("2026-06-12"), Reference: "GK-3"})
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q8", On: day("2026-06-12"), Reference: "GK-8"})
		w.wantBalances(map[string]string{"2001 H1": "-388000.00", "7203 H1": "388000.00", "7302 H1": "12000.00"})
		w.must("payment.returned", payments.ReturnedCmd{Request: "Q3", Payee: 1, On: day("2026-06-13"), Reference: "GK-9", Reason: "户名不符"})
		q.Code, q.On = "Q4", day("2026-06-13")
		w.must("payment.request", q)
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q4", On: day("2026-06-14"), Reference: "GK-10"})
		w.must("payment.request", pay("Q2", "B2", "2026-06-13", "388000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-06-14"), Reference: "GK-11"})
		w.wantBalances(map[string]string{"2001 H1": "0.00", "7203 H1": "0.00", "7204.P H1": "0.00", "7302 H1": "400000.00"})
		w.intact()
	})
}

// TestATakenOverCountyPaysItsOldPayables pays what was owed when the county was taken
// over, by claim, request and confirmation.
func TestATakenOverCountyPaysItsOldPayables(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &claimWorld{store: newStore(t, d)}
		c := runningCounty().cmd()
		w.must("takeover.prepare", c)
		if err := w.as(confirmer, "takeover.confirm", c); err != nil {
			t.Fatalf("confirm: %v %+v", err, fault.From(err).Fields)
		}
		project := w.contract("H003").Projects[0].Project
		amount := fen("100000.00") + 3*12_300
		due := amount / 4
		w.wantBalances(map[string]string{"2001 H003": (-due).String(), "2003 H003": (-amount / 100).String()})
		w.refused(finance, payments.ErrClaimBeyond, "claim.submit", w.dueClaim("B1", payments.ClaimOpening, "H003", project, (due+1).String(), payments.DocExpense))
		w.accepted(w.dueClaim("B2", payments.ClaimOpening, "H003", project, (due - fen("1.00")).String(), payments.DocExpense))
		w.refused(finance, payments.ErrClaimBeyond, "claim.submit", w.dueClaim("B3", payments.ClaimOpening, "H003", project, "1.01", payments.DocExpense))
		w.must("payment.request", pay("Q2", "B2", "2026-06-11", (due-fen("1.00")).String()))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q2", On: day("2026-06-12"), Reference: "GK-2"})
		w.wantBalances(map[string]string{"2001 H003": "-1.00", "7302 H003": (due - fen("1.00")).String()})
		w.accepted(w.dueClaim("B4", payments.ClaimOpening, "H003", project, "1.00", payments.DocExpense))
		w.intact()
	})
}
