package samplecounty

import (
	"fmt"

	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// fate is what becomes of works within the year.
type fate int

const (
	whole     fate = iota // finished and settled by the autumn
	late                  // the same by December
	running               // goes on over the year's end
	unstarted             // planned, never begun
	ended                 // terminated: the contractor did not begin
	emergency             // disaster relief under a waiver
)

// works is the contract of an item and its money.
type works struct {
	kind           fate
	code           string
	payee, payeeID string
	terms          projects.Terms
	lots           ledger.Amount // what lots pay of the contract
	own            ledger.Amount // what the village pays itself
	goods          ledger.Amount // of lots: a contract of its own for pipes or apparatus
	watched        ledger.Amount // left for a supervision contract
	final          ledger.Amount // audited amount of what lots pay
	advance        ledger.Amount
	refund         ledger.Amount // of the advance
	progress       ledger.Amount
	rejected       ledger.Amount // disallowed by the county, paid back
}

// planWorks decides an item's contract before anything is registered.
func planWorks(it *item, n int) *works {
	r := &works{code: fmt.Sprintf("HT-%03d", it.no+1), payee: fmt.Sprintf("样例建设%02d公司", 1+it.no%12), payeeID: creditCode(1 + it.no%12)}
	r.terms = projects.Terms{AdvanceBP: 3000, RetentionBP: 300, DefectMonths: 12, PayDays: 30, Audit: it.no%6 == 0}
	switch {
	case it.category == "08":
		r.kind, r.terms.RetentionBP, r.terms.DefectMonths, r.terms.AdvanceBP = emergency, 0, 0, 0
	case n > 1 && it.no%11 == 5:
		r.kind = running
	case n > 1 && it.no%13 == 7:
		r.kind = unstarted
	case n > 1 && it.no%37 == 11:
		r.kind = ended
	case n > 1 && it.no%7 == 3:
		r.kind = late
	}
	if it.no%5 == 0 && r.kind != emergency {
		r.terms.WageBP = 2000
	}
	if r.kind == whole && it.no%4 < 2 {
		r.terms.DefectMonths = 3 * (1 + it.no%4) // retention comes back in December, or in March
	}
	r.amounts(it)
	return r
}

// amounts decides the figures of a contract within the item's budget.
func (r *works) amounts(it *item) {
	r.lots = bp(it.budget, 9600)
	if it.category == "030101" && !it.own && r.kind == whole {
		r.watched = bp(it.budget, 300)
		r.lots = bp(it.budget, 9300)
	}
	saving := bp(r.lots, 200)
	switch {
	case it.category == "030104" || it.category == "030203":
		r.goods = bp(r.lots, 2000)
	case it.no%9 == 4:
		r.own = bp(r.lots, 500)
	}
	if r.own > 0 || it.no%3 == 0 {
		saving = 0
	}
	r.lots -= r.goods
	if saving > 0 {
		saving = bp(r.lots, 200)
	}
	r.final = r.lots - saving
	if r.terms.AdvanceBP > 0 {
		r.advance = bp(r.lots, 2500)
	}
	if it.no%2 == 0 || r.kind == running {
		r.progress = bp(r.final, 5000)
	}
}

// build is the way of works from the notice before them to the final account.
func (b *builder) build(it *item) {
	r := it.road
	switch r.kind {
	case unstarted:
		return
	case emergency:
		b.relieve(it)
		return
	default:
	}
	b.commission(it, date(Year, 2, 24).AddDays(it.shift))
	if r.kind == ended {
		b.fail(it)
		return
	}
	start := date(Year, 3, 20).AddDays(it.shift)
	b.on(start, func() {
		b.as(b.ownerOf(it), "contract.start", projects.ContractStartCmd{Code: r.code, On: b.today, Evidence: []ledger.Digest{paper("%s 开工", r.code)}})
	})
	b.claimed(start.AddDays(4), start.AddDays(7), b.claimOf(it, 1))
	b.refundAdvance(it, date(Year, 4, 22))
	if r.progress > 0 {
		june := date(Year, 6, 10).AddDays(it.shift)
		b.claimed(june, june.AddDays(7), b.claimOf(it, 2))
	}
	if r.kind == running {
		return
	}
	done := date(Year, 8, 20).AddDays(it.shift)
	if r.kind == late {
		done = done.AddDays(74)
	}
	b.finish(it, done)
}

// commission takes a planned item to its contract.
func (b *builder) commission(it *item, on ledger.Date) {
	r := it.road
	b.on(on, func() { b.step(it, projects.EventPrePost, true) })
	b.on(on.AddDays(12), func() { b.step(it, projects.EventProcure, false) })
	b.on(on.AddDays(16), func() {
		b.sign(it, projects.ContractSignCmd{
			Code: r.code, Name: it.title + "施工", Kind: "works", Payee: r.payee, PayeeID: r.payeeID, Terms: r.terms,
		}, r.lots, r.own)
		if r.goods > 0 {
			b.sign(it, projects.ContractSignCmd{
				Code: r.code + "-H", Name: it.title + "材料设备采购", Kind: "goods", Payee: "样例物资公司", PayeeID: creditCode(31),
				Terms: projects.Terms{PayDays: 30, Procurement: true},
			}, r.goods, 0)
		}
	})
}

// sign signs a contract of one item: what lots pay in the proportions of its plan,
// and what the village pays itself.
func (b *builder) sign(it *item, c projects.ContractSignCmd, lots, own ledger.Amount) {
	c.Unit, c.SignedOn, c.Date, c.Digest, c.Procurement = it.unit, b.today, b.today, paper("合同 %s", c.Code), "样例中标通知书"
	c.Amount = lots + own
	c.Projects = []projects.ProjectPart{{Project: it.code, Amount: c.Amount}}
	for _, p := range b.split(it, lots) {
		c.Funding = append(c.Funding, projects.FundingPart{Project: it.code, Source: "lot", Lot: p.Lot, Amount: p.Amount})
	}
	if own > 0 {
		c.Funding = append(c.Funding, projects.FundingPart{Project: it.code, Source: "own", Amount: own})
	}
	b.run("contract.sign", c)
}

// claimOf makes the first (advance), second (progress), third (final) or fourth
// (retention) claim of an item's contract.
func (b *builder) claimOf(it *item, no int) func() *claim {
	return func() *claim { return b.claimNow(it, no) }
}

// claimNow is that claim, on the day on which it is asked for.
func (b *builder) claimNow(it *item, no int) *claim {
	r := it.road
	c := &claim{
		code: fmt.Sprintf("BZ-%03d-%d", it.no+1, no), contract: r.code, payee: r.payee, payeeID: r.payeeID, category: "works", inTown: it.inTown,
		who: b.ownerOf(it), wage: r.terms.WageBP, audit: r.terms.Audit,
	}
	part := payments.ClaimPart{Project: it.code}
	open := r.advance - r.refund
	set := ledger.Amount(0)
	if r.progress > 0 {
		set = bp(open, 5000)
	}
	switch no {
	case 1:
		c.kind, part.Amount = payments.ClaimAdvance, r.advance
	case 2:
		c.kind, c.kept = payments.ClaimProgress, r.terms.RetentionBP
		part.Amount, part.Offset = r.progress, set
	case 3:
		c.kind, c.kept = payments.ClaimFinal, r.terms.RetentionBP
		part.Amount, part.Offset = r.final-r.progress, open-set
	default:
		c.kind, c.wage = payments.ClaimRetention, 0
		part.Amount = cut(r.progress, r.terms.RetentionBP) + cut(r.final-r.progress, r.terms.RetentionBP)
	}
	c.parts = []payments.ClaimPart{part}
	return c
}

// finish completes works: acceptance and notice N6, the final claim, the audited
// amount, the asset, the retention where its time comes.
func (b *builder) finish(it *item, done ledger.Date) {
	r := it.road
	b.on(done, func() {
		b.as(b.ownerOf(it), "contract.complete", projects.ContractCompleteCmd{Code: r.code, On: b.today, Evidence: []ledger.Digest{paper("%s 完工", r.code)}})
	})
	accepted := done.AddDays(8)
	b.on(accepted, func() {
		b.accept(it, r.code)
		b.run("project.post_notice", projects.PostNoticeCmd{
			Project: it.code, Type: "N6", From: b.today, To: b.today.AddDays(10), Evidence: paper("%s N6", it.title),
		})
		if r.goods > 0 {
			b.accept(it, r.code+"-H")
		}
	})
	b.lastClaim(it, accepted.AddDays(8))
	if r.goods > 0 {
		b.payGoods(it, accepted.AddDays(9))
	}
	settled := accepted.AddDays(28)
	b.on(settled, func() {
		b.settle(r.code, r.final+r.own-r.rejected)
		if r.goods > 0 {
			b.settle(r.code+"-H", r.goods)
		}
	})
	b.on(settled.AddDays(3), func() { b.step(it, projects.EventPostPost, false) })
	b.on(settled.AddDays(20), func() { b.register(it) })
	if months := r.terms.DefectMonths; months < 12 && r.kind == whole {
		b.release(it, date(Year, 12, 5).AddDays(it.shift+31*(months-3)))
	}
}

// accept records that a contract's work was accepted.
func (b *builder) accept(it *item, contract string) {
	b.run("contract.accept", projects.ContractAcceptCmd{
		Code: contract, On: b.today, Form: paper("%s 验收", contract), Pass: true, Opinion: "合格（样例）", Document: "样例验收〔2025〕",
		Quantities: []projects.AcceptedItem{{Item: it.name, Unit: it.measure, Planned: it.quantity(), Done: it.quantity(), Pass: true}},
	})
}

// settle records the audited amount of a contract.
func (b *builder) settle(contract string, amount ledger.Amount) {
	b.run("contract.settle", projects.ContractSettleCmd{
		Code: contract, On: b.today, Date: b.today, Amount: amount, Document: "样例结算审核〔2025〕", Report: paper("%s 审核", contract),
	})
}

// payGoods pays a goods contract whole after its acceptance.
func (b *builder) payGoods(it *item, on ledger.Date) {
	b.claimed(on, on.AddDays(6), func() *claim {
		return &claim{
			code: fmt.Sprintf("BZ-%03d-5", it.no+1), contract: it.road.code + "-H", kind: payments.ClaimFinal, payee: "样例物资公司", payeeID: creditCode(31),
			category: "goods", inTown: it.inTown, who: b.ownerOf(it), parts: []payments.ClaimPart{{Project: it.code, Amount: it.road.goods}},
		}
	})
}

// release gives the retention back when the defect period is over, and closes the
// contract.
func (b *builder) release(it *item, on ledger.Date) {
	b.claimed(on, on.AddDays(4), b.claimOf(it, 4))
	b.on(on.AddDays(9), func() {
		b.run("contract.close", projects.ContractCloseCmd{
			Code: it.road.code, On: b.today, Date: b.today, Release: "样例结清确认", Evidence: []ledger.Digest{paper("%s 结清", it.road.code)},
		})
	})
}
