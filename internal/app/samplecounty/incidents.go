package samplecounty

import (
	"fmt"

	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// trouble is what goes wrong with an item's payments, and is put right.
type trouble int

const (
	returned   trouble = iota + 1 // the bank sends the last payment back; it is paid anew
	voided                        // a request is void before it is paid
	wrong                         // a part reaches somebody else and comes back
	refunded                      // a part of the advance is paid back
	overpaid                      // found after the final account, recovered
	sentBack                      // a claim is returned to its unit and submitted again
	disallowed                    // the county disallows a part of what a township paid
)

// choose decides who meets which trouble, before the ways of items are registered.
func (b *builder) choose() {
	county := func(it *item) bool { return !it.inTown && it.road.goods == 0 && it.road.terms.WageBP == 0 }
	for i, t := range []trouble{returned, voided, wrong, refunded, overpaid, sentBack} {
		b.goes[b.ofWorks(county, i+1)] = t
	}
	it := b.ofWorks(func(it *item) bool { return it.inTown && it.road.goods == 0 && it.road.own == 0 }, 2)
	b.goes[it] = disallowed
	it.road.terms.RetentionBP, it.road.rejected = 200, 300_000
	for it, t := range b.goes {
		if t == refunded {
			it.road.refund = bp(it.road.advance, 2000)
		}
	}
}

// lastClaim is the final claim of works, with what goes wrong.
func (b *builder) lastClaim(it *item, on ledger.Date) {
	made, pay := b.claimOf(it, 3), on.AddDays(7)
	code := func() string { return "ZF" + made().code[2:] }
	again := func(day ledger.Date, amount func() ledger.Amount) {
		b.on(day, func() {
			b.request(made(), code()+"-R", amount())
			b.confirm(made(), code()+"-R")
		})
	}
	all := func() ledger.Amount { return made().net() }
	switch b.goes[it] {
	case returned:
		b.claimed(on, pay, made)
		b.on(pay.AddDays(3), func() {
			b.run("payment.returned", payments.ReturnedCmd{Request: code(), Payee: 1, On: b.today, Reference: "TP" + code(), Reason: "账号已注销（样例）"})
		})
		again(pay.AddDays(5), all)
	case voided:
		b.on(on, func() { b.submit(made()) })
		b.on(pay, func() {
			b.request(made(), code(), all())
			b.run("payment.void", payments.VoidCmd{Request: code(), On: b.today, Reason: "开户行填写有误（样例）"})
		})
		again(pay.AddDays(1), all)
	case wrong:
		part := func() ledger.Amount { return bp(all(), 1000) }
		b.claimed(on, pay, made)
		b.on(pay.AddDays(2), func() {
			b.run("payment.wrong", payments.WrongCmd{Request: code(), Step: "identify", On: b.today, Payee: 1, Amount: part(), Debtor: "样例误收单位"})
		})
		b.on(pay.AddDays(6), func() {
			b.run("payment.wrong", payments.WrongCmd{Request: code(), Step: "receive", On: b.today, No: 1, Reference: "SH" + code()})
		})
		again(pay.AddDays(8), part)
	case overpaid:
		b.claimed(on, pay, made)
		b.overpaid(it, on.AddDays(50))
	case sentBack:
		b.on(on.AddDays(-4), func() {
			b.state(made())
			b.run("claim.return", payments.EndClaimCmd{Claim: made().code, Reason: "发票抬头有误（样例）"})
		})
		b.claimed(on, pay, made)
	case disallowed:
		b.on(on, func() { b.submit(made()) })
		b.on(pay, func() { b.pay(made()) })
		b.on(pay.AddDays(4), func() {
			b.run("township.disallow", payments.DisallowCmd{Claim: made().code, On: b.today, Amount: it.road.rejected, Reason: "超出计量（样例）"})
		})
		b.approved(pay.AddDays(6), made)
		b.on(pay.AddDays(9), func() {
			b.as(b.ownerOf(it), "township.paid_back", payments.PaidBackCmd{Claim: made().code, On: b.today, Reference: "TH" + code()})
		})
	default:
		b.claimed(on, pay, made)
	}
}

// overpaid recovers a part of finished works: what an audit found (E16).
func (b *builder) overpaid(it *item, on ledger.Date) {
	b.on(on, func() {
		b.run("recover.identify", payments.IdentifyCmd{
			Code: "ZH-001", On: b.today, Contract: it.road.code, Project: it.code, Cost: "5001", Amount: wan(1), Reason: "审计发现多计工程量（样例）",
		})
	})
	b.on(on.AddDays(14), func() {
		b.run("recover.receive", payments.ReceiveCmd{Recovery: "ZH-001", On: b.today, Reference: "SH-ZH-001"})
	})
}

// refundAdvance pays a part of an advance back (E10r).
func (b *builder) refundAdvance(it *item, on ledger.Date) {
	if it.road.refund == 0 {
		return
	}
	b.on(on, func() {
		b.run("payment.refund_advance", payments.RefundCmd{
			Claim: b.claimNow(it, 1).code, On: b.today, Amount: it.road.refund, Reference: fmt.Sprintf("TK-%03d", it.no+1),
		})
	})
}

// fail is the way of a contract whose contractor took the advance and did not begin:
// the advance is to be recovered, part of it comes, the contract ends (E10x, E17).
func (b *builder) fail(it *item) {
	r, paid := it.road, date(Year, 3, 27).AddDays(it.shift)
	b.claimed(paid.AddDays(-3), paid, b.claimOf(it, 1))
	if it.inTown {
		return // the township writes on to its contractor
	}
	code := fmt.Sprintf("ZH-%03d", it.no+1)
	b.on(date(Year, 5, 6), func() {
		b.run("payment.advance_to_recover", payments.AdvanceLostCmd{
			Code: code, Claim: b.claimNow(it, 1).code, On: b.today, Amount: r.advance, Reason: "逾期未开工（样例）",
		})
	})
	b.on(date(Year, 6, 3), func() {
		b.run("recover.receive", payments.ReceiveCmd{Recovery: code, On: b.today, Amount: bp(r.advance, 6000), Reference: "SH-" + code})
	})
	b.on(date(Year, 6, 10), func() {
		b.run("contract.terminate", projects.ContractTerminateCmd{
			Code: r.code, On: b.today, Date: b.today, Decision: "样例终止〔2025〕1号", Reason: "承包方逾期未开工（样例）", Digest: paper("%s 终止", r.code),
		})
	})
}

// relieve is the way of disaster relief: most of the contract is paid at once under
// a waiver that two approvers confirm, the rest after acceptance.
func (b *builder) relieve(it *item) {
	r, on := it.road, date(Year, 6, 6)
	first := bp(r.lots, 8000)
	made := func(no int, kind payments.ClaimKind, amount ledger.Amount) *claim {
		c := b.claimNow(it, no)
		c.kind, c.kept, c.parts = kind, 0, []payments.ClaimPart{{Project: it.code, Amount: amount}}
		return c
	}
	b.on(on, func() {
		b.step(it, projects.EventPrePost, true)
		b.step(it, projects.EventProcure, false)
		b.sign(it, projects.ContractSignCmd{Code: r.code, Name: it.title, Kind: "works", Payee: r.payee, PayeeID: r.payeeID, Terms: r.terms}, r.lots, 0)
		b.run("contract.start", projects.ContractStartCmd{Code: r.code, On: b.today, Evidence: []ledger.Digest{paper("%s 开工", r.code)}})
		b.run("waiver.grant", payments.WaiverCmd{
			Code: "HM-001", Decision: "样例抢险〔2025〕1号", Reason: "汛期道路水毁，先行支付抢修款（样例）", Approvers: []ledger.ID{approver[0].ID, approver[1].ID},
			Kind: payments.PayEmergency, Gates: []payments.Gate{payments.GateOrdinary}, Project: it.code, Limit: first, Expires: on.AddDays(30),
		})
		for _, who := range approver {
			b.as(who, "waiver.approve", payments.ApproveWaiverCmd{Code: "HM-001"})
		}
	})
	urgent := func() *claim {
		c := made(2, payments.ClaimEmergency, first)
		c.decision, c.waiver = "样例抢险〔2025〕1号", "HM-001"
		return c
	}
	b.claimed(on.AddDays(3), on.AddDays(4), urgent)
	b.on(date(Year, 7, 1), func() {
		b.run("contract.complete", projects.ContractCompleteCmd{Code: r.code, On: b.today, Evidence: []ledger.Digest{paper("%s 完工", r.code)}})
	})
	b.on(date(Year, 7, 4), func() {
		b.accept(it, r.code)
		b.run("project.post_notice", projects.PostNoticeCmd{Project: it.code, Type: "N6", From: b.today, To: b.today.AddDays(10), Evidence: paper("%s N6", it.title)})
	})
	b.claimed(date(Year, 7, 16), date(Year, 7, 22), func() *claim { return made(3, payments.ClaimFinal, r.final-first) })
	b.on(date(Year, 8, 1), func() { b.settle(r.code, r.final) })
	b.on(date(Year, 8, 4), func() { b.step(it, projects.EventPostPost, false) })
	b.on(date(Year, 9, 1), func() { b.register(it) })
}
