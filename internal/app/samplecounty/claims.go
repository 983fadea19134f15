package samplecounty

import (
	"fmt"
	"slices"

	"fundbook/internal/auth"
	"fundbook/ledger"
	"fundbook/payments"
)

// claim is a claim as the builder states it.
type claim struct {
	code, contract string
	kind           payments.ClaimKind
	payee, payeeID string
	parts          []payments.ClaimPart
	kept           int // retention in basis points
	wage           int // of the net, in basis points
	category       string
	inTown         bool
	who            auth.Who
	waiver         string
	decision       string
	audit          bool // the contract makes the last payment wait for an audit
}

// net is what a claim asks to be paid; the room keeps retention back by the same
// rule.
func (c *claim) net() ledger.Amount {
	var sum ledger.Amount
	for _, p := range c.parts {
		sum += p.Amount - p.Offset - cut(p.Amount, c.kept)
	}
	return sum
}

func (c *claim) amount() ledger.Amount {
	var sum ledger.Amount
	for _, p := range c.parts {
		sum += p.Amount
	}
	return sum
}

// cut is basis points of an amount, cut to whole fen as the room does.
func cut(a ledger.Amount, points int) ledger.Amount {
	return a/10_000*ledger.Amount(points) + a%10_000*ledger.Amount(points)/10_000
}

// papers are the documents that a claim of a kind must bring.
func (c *claim) papers() []payments.DocType {
	var out []payments.DocType
	switch c.kind {
	case payments.ClaimAdvance:
		return []payments.DocType{payments.DocClaimForm, payments.DocContract, payments.DocAdvanceAsk}
	case payments.ClaimRetention:
		return []payments.DocType{payments.DocClaimForm, payments.DocDefectCheck}
	case payments.ClaimEmergency:
		return []payments.DocType{payments.DocClaimForm, payments.DocDecision}
	case payments.ClaimFee:
		return []payments.DocType{payments.DocClaimForm, payments.DocExpense, payments.DocInvoice, payments.DocApproval}
	case payments.ClaimProgress:
		out = []payments.DocType{payments.DocClaimForm, payments.DocExpense, payments.DocInvoice, payments.DocMeasurement}
	default:
		out = []payments.DocType{payments.DocClaimForm, payments.DocExpense, payments.DocInvoice, payments.DocAcceptance, payments.DocPosting}
		if c.category == "works" {
			out = append(out, payments.DocFinalAccount, payments.DocWorkPhotos)
		}
	}
	if c.inTown {
		out = append(out, payments.DocApproval)
	}
	if c.audit && c.kind == payments.ClaimFinal {
		out = append(out, payments.DocAudit)
	}
	return out
}

// submit records a claim's documents, submits and signs it; the county accepts what
// it pays itself.
func (b *builder) submit(c *claim) {
	b.state(c)
	b.as(c.who, "claim.review", payments.ReviewCmd{Claim: c.code, Opinion: "情况属实，同意报账（样例）", Signer: "样例签字人", On: b.today})
	if !c.inTown {
		b.run("claim.accept", payments.AcceptCmd{Claim: c.code, On: b.today})
	}
}

// state submits a claim with its documents.
func (b *builder) state(c *claim) {
	cmd := payments.ClaimCmd{
		Code: c.code, Kind: c.kind, Mode: payments.ModeCounty, Contract: c.contract, Date: b.today, Parts: c.parts, Decision: c.decision, Memo: "样例数据",
	}
	if c.inTown {
		cmd.Mode = payments.ModeTownship
	}
	kinds := c.papers()
	for _, k := range kinds {
		d := paper("%s %s %s %d", c.code, k, b.today, b.serial)
		b.as(c.who, "evidence.add", payments.EvidenceCmd{
			Digest: d, Type: k, Title: "样例 " + k.Chinese(), Date: b.today, Contract: c.contract, Pages: 1, Size: 2048, Quantity: "见表", Passed: true,
		})
		cmd.Documents = append(cmd.Documents, d)
	}
	if i := slices.Index(kinds, payments.DocInvoice); i >= 0 {
		cmd.Invoices = []payments.InvoiceUse{{
			Number: fmt.Sprintf("2500%016d", b.serial), Issuer: c.payee, IssuerID: c.payeeID, Date: b.today, Amount: c.amount(),
			File: cmd.Documents[i], Draw: c.amount(),
		}}
	}
	b.as(c.who, "claim.submit", cmd)
}

// request asks for the payment of a claim's net amount, part of it to the wage
// account where the contract says so.
func (b *builder) request(c *claim, code string, amount ledger.Amount) {
	name, who := "payment.request", finance
	if c.inTown {
		name, who = "township.request", c.who
	}
	cmd := payments.RequestCmd{Code: code, Claim: c.code, On: b.today, Waiver: c.waiver}
	wages := ledger.Amount(0)
	if c.wage > 0 && amount == c.net() {
		wages = cut(amount, c.wage)
		cmd.Payees = append(cmd.Payees, payments.ReceiverCmd{
			Kind: payments.ToWages, Name: "样例农民工工资专户", Bank: "样例银行", Account: "9999000000000001", Amount: wages,
		})
	}
	cmd.Payees = append(cmd.Payees, payments.ReceiverCmd{
		Kind: payments.ToContractor, Name: c.payee, Bank: "样例银行", Account: "9999" + c.payeeID[6:17], Amount: amount - wages,
	})
	b.as(who, name, cmd)
}

// confirm records that a request was paid.
func (b *builder) confirm(c *claim, code string) {
	name, who := "payment.confirm", finance
	if c.inTown {
		name, who = "township.pay", c.who
	}
	b.as(who, name, payments.ConfirmCmd{Request: code, On: b.today, Reference: "LS-" + code})
}

// pay requests a claim and pays it.
func (b *builder) pay(c *claim) {
	code := "ZF" + c.code[2:]
	b.request(c, code, c.net())
	b.confirm(c, code)
}

// claimed is a claim that is submitted on one day and paid on another; the county
// approves what a township paid a week later. The claim is made on the day, when
// the codes of projects are known.
func (b *builder) claimed(on, payOn ledger.Date, made func() *claim) {
	b.on(on, func() { b.submit(made()) })
	b.on(payOn, func() { b.pay(made()) })
	b.approved(payOn.AddDays(7), made)
}

// approved lets the county approve what a township has paid.
func (b *builder) approved(on ledger.Date, made func() *claim) {
	b.on(on, func() {
		if c := made(); c.inTown && c.kind != payments.ClaimAdvance && c.kind != payments.ClaimRetention {
			b.run("township.approve", payments.ApproveTownshipCmd{Claim: c.code, On: b.today})
		}
	})
}
