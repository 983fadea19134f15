package samplecounty

import (
	"fmt"

	"fundbook/internal/auth"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// ownerOf is who acts for an item: its township, or the county.
func (b *builder) ownerOf(it *item) auth.Who {
	if it.own {
		return b.officeOf(it.town.name)
	}
	return finance
}

// buy is the way of a service: procured, accepted, paid at once.
func (b *builder) buy(it *item) {
	code := fmt.Sprintf("HT-%03d", it.no+1)
	price := bp(it.budget, 9500)
	on := date(Year, 2, 25).AddDays(it.shift)
	b.on(on, func() { b.step(it, projects.EventPrePost, true) })
	b.on(on.AddDays(12), func() { b.step(it, projects.EventProcure, false) })
	b.on(on.AddDays(17), func() {
		b.sign(it, projects.ContractSignCmd{
			Code: code, Name: it.title, Kind: "service", Payee: "样例服务公司", PayeeID: creditCode(41), Terms: projects.Terms{PayDays: 30, Procurement: true},
		}, price, 0)
	})
	done := date(Year, 10, 13).AddDays(it.shift)
	b.on(done, func() { b.accept(it, code) })
	b.on(done.AddDays(2), func() { b.step(it, projects.EventPostPost, true) })
	b.claimed(done.AddDays(5), done.AddDays(11), func() *claim {
		return &claim{
			code: fmt.Sprintf("BZ-%03d-3", it.no+1), contract: code, kind: payments.ClaimFinal, payee: "样例服务公司", payeeID: creditCode(41), category: "service",
			who: b.ownerOf(it), inTown: it.inTown, parts: []payments.ClaimPart{{Project: it.code, Amount: price}},
		}
	})
	b.on(done.AddDays(20), func() { b.settle(code, price) })
}

// payFee is the way of the management fee: one contract, two claims (E22).
func (b *builder) payFee(it *item) {
	code := fmt.Sprintf("HT-%03d", it.no+1)
	b.on(date(Year, 3, 16), func() {
		b.sign(it, projects.ContractSignCmd{
			Code: code, Name: it.title + "：设计与审计", Kind: "fee", Payee: "样例咨询公司", PayeeID: creditCode(51), Terms: projects.Terms{PayDays: 30},
		}, it.budget, 0)
	})
	for i, part := range []int{5500, 4000} {
		on := date(Year, 6+5*i, 18)
		b.claimed(on, on.AddDays(6), func() *claim {
			return &claim{
				code: fmt.Sprintf("BZ-%03d-%d", it.no+1, i+1), contract: code, kind: payments.ClaimFee, payee: "样例咨询公司", payeeID: creditCode(51),
				who: finance, parts: []payments.ClaimPart{{Project: it.code, Amount: bp(it.budget, part)}},
			}
		})
	}
}

// supervise lets one contract watch over all roads that the bond pays: several
// projects of one contract, each with its share.
func (b *builder) supervise() {
	const code, firm = "HT-JL", "样例监理公司"
	var roads []*item
	for _, it := range b.items {
		if it.road != nil && it.road.watched > 0 {
			roads = append(roads, it)
		}
	}
	b.on(date(Year, 3, 18), func() {
		c := projects.ContractSignCmd{
			Code: code, Name: "债券道路项目监理（样例）", Kind: "service", Payee: firm, PayeeID: creditCode(61), Unit: roads[0].unit, SignedOn: b.today, Date: b.today,
			Digest: paper("合同 %s", code), Procurement: "样例询价单", Terms: projects.Terms{PayDays: 30},
		}
		for _, it := range roads {
			c.Amount += it.road.watched
			c.Projects = append(c.Projects, projects.ProjectPart{Project: it.code, Amount: it.road.watched})
			c.Funding = append(c.Funding, projects.FundingPart{Project: it.code, Source: "lot", Lot: it.plan[0].Lot, Amount: it.road.watched})
		}
		b.run("contract.sign", c)
	})
	b.on(date(Year, 10, 8), func() { b.accept(roads[0], code) })
	b.claimed(date(Year, 10, 10), date(Year, 10, 16), func() *claim {
		c := &claim{code: "BZ-JL-1", contract: code, kind: payments.ClaimFinal, payee: firm, payeeID: creditCode(61), category: "service", who: finance}
		for _, it := range roads {
			c.parts = append(c.parts, payments.ClaimPart{Project: it.code, Amount: it.road.watched})
		}
		return c
	})
	b.on(date(Year, 10, 22), func() {
		var sum ledger.Amount
		for _, it := range roads {
			sum += it.road.watched
		}
		b.settle(code, sum)
	})
}
