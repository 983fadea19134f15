package app_test

import (
	"fundbook/audit"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// second is another account of finance, for four eyes.
var second = auth.Who{ID: [16]byte{15: 10}, Name: "复核", Role: auth.Finance}

// because is the paper of a correction.
func because(code, date string) payments.CorrectionPaper {
	return payments.CorrectionPaper{Code: code, Decision: "安财农〔2026〕28号", Document: paper, Reason: "核对发现", Date: day(date)}
}

// corrected proposes and approves a correction.
func (b *store) corrected(name, code string, body any) {
	b.t.Helper()
	b.must(name, body)
	b.must("correct.approve", payments.ApproveCorrectionCmd{Code: code})
}

// verified verifies the whole store: log, equations, guards, dossiers.
func (b *store) verified() {
	b.t.Helper()
	r, err := audit.Verify(b.t.Context(), b.db, audit.Options{Full: true})
	if err != nil {
		b.t.Fatal(err)
	}
	if !r.OK || len(r.Counties[0].Unknown) > 0 {
		b.t.Errorf("verify: %+v, kinds that nobody knows: %v", r.Bad, r.Counties[0].Unknown)
	}
}

// entry returns an entry of the log.
func (b *store) entry(seq int64) ledger.Entry {
	b.t.Helper()
	recs, err := db.RecordsBySeq(b.t.Context(), b.db.Read, b.row().County, []int64{seq})
	if err != nil || len(recs) != 1 {
		b.t.Fatalf("record %d: %v, %d found", seq, err, len(recs))
	}
	e, err := ledger.EntryOf(&recs[0])
	if err != nil {
		b.t.Fatal(err)
	}
	return e
}

// contract returns a contract as it stands.
func (b *store) contract(code string) projects.Contract {
	b.t.Helper()
	c, err := projects.FindContract(b.t.Context(), b.db.Read, b.row().County, code, "")
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// ceilings are what the lots give to a project, by lot.
func (b *store) lotCeilings(project string) map[ledger.LotID]ledger.Amount {
	b.t.Helper()
	f, err := dossierOf[projects.Funding](b.t.Context(), b.db.Read, b.row().County, "funding", project)
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[ledger.LotID]ledger.Amount{}
	for _, l := range f.Lines {
		out[l.Lot] += l.Amount
	}
	return out
}

// pays are what the lots pay of a contract, by lot.
func (b *store) pays(code string) map[ledger.LotID]ledger.Amount {
	b.t.Helper()
	out := map[ledger.LotID]ledger.Amount{}
	for _, f := range b.contract(code).Funding {
		if f.Source == "lot" {
			out[f.Lot] += f.Amount
		}
	}
	return out
}

// paidClaim runs a progress claim of the county from submission to payment.
func (w *claimWorld) paidClaim(code, contract, date, amount, net string) {
	w.t.Helper()
	on := day(date)
	w.accepted(w.claim(payments.ClaimCmd{Code: code, Kind: payments.ClaimProgress, Contract: contract, Date: on}, amount, "", progressPapers))
	w.must("payment.request", pay("Q-"+code, code, date, net))
	w.must("payment.confirm", payments.ConfirmCmd{Request: "Q-" + code, On: on, Reference: "GK-" + code})
}

// townPaid brings a township's claim to the payment by the township.
func (w *claimWorld) townPaid(code, contract, date, amount, net string) {
	w.t.Helper()
	on := day(date)
	w.reviewed(w.claim(payments.ClaimCmd{Code: code, Kind: payments.ClaimProgress, Mode: payments.ModeTownship, Contract: contract, Date: on}, amount, "", townPapers))
	w.must("township.request", pay("R-"+code, code, date, net))
	w.must("township.pay", payments.ConfirmCmd{Request: "R-" + code, On: on, Reference: "XS-" + code})
}
