package samplecounty

import (
	"slices"

	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// The plans of the year: what is drawn on the pool, and what is not.
const (
	planPool   = "ZH-2025"
	planAnnual = "JH-2025"
)

// plans adopts the integration plan and the annual plan, learns which lots each
// project got, sends the townships their cash, and adjusts in mid-year.
func (b *builder) plans() {
	on := date(Year, 2, 14)
	b.on(on, func() {
		pool := projects.PlanAdoptCmd{
			Code: planPool, Name: "2025年统筹整合使用财政涉农资金实施方案（样例）", Kind: "integration", Year: Year, Document: decision1,
			AdoptedOn: on, Meeting: "样例县政府常务会议", Date: on,
		}
		annual := pool
		annual.Code, annual.Name, annual.Kind, annual.Document = planAnnual, "2025年度巩固拓展衔接项目计划（样例）", "annual", "样例计划〔2025〕1号"
		for _, it := range b.items {
			switch {
			case it.from == fromPool:
				pool.Items = append(pool.Items, projects.PlanAsk{Project: it.code, Sources: []projects.PlanSource{
					{From: "7102", Pool: poolName, Mode: ledger.DrawProRata, Amount: it.budget},
				}})
			case it.from.account != "":
				annual.Items = append(annual.Items, projects.PlanAsk{Project: it.code, Sources: []projects.PlanSource{
					{From: it.from.account, Parts: []projects.LotPart{{Lot: b.lots[it.from.lot].ID, Amount: it.budget}}},
				}})
			}
		}
		b.run("plan.adopt", pool)
		b.run("plan.adopt", annual)
		b.planned()
	})
	b.on(date(Year, 3, 5), b.fundTownships)
	b.on(date(Year, 7, 15), b.adjust)
}

// planned computes which lots the plans give to each project, as the room does: by
// itself, so that a build that goes on after a stop states the same contracts.
func (b *builder) planned() {
	lots := map[ledger.LotID]ledger.LotFacts{}
	var pots []ledger.Holding
	for _, code := range lotOrder {
		l := b.lots[code]
		lots[l.ID] = ledger.LotFacts{Lot: l.Lot}
		pots = append(pots, ledger.Holding{Lot: l.ID, Pot: l.pooled, Limit: l.pooled})
	}
	for _, it := range b.items {
		switch {
		case it.from == fromPool:
			parts, err := ledger.Draw{Mode: ledger.DrawProRata, Amount: it.budget}.Parts(pots, lots)
			if err != nil {
				b.err = err
				return
			}
			for _, p := range parts {
				it.plan = append(it.plan, projects.LotPart{Lot: p.Lot, Amount: p.Amount})
				i := slices.IndexFunc(pots, func(h ledger.Holding) bool { return h.Lot == p.Lot })
				pots[i].Pot -= p.Amount
				pots[i].Limit -= p.Amount
			}
		case it.from.account != "":
			it.plan = []projects.LotPart{{Lot: b.lots[it.from.lot].ID, Amount: it.budget}}
		}
	}
}

// split divides an amount over the lots of an item's plan, in proportion.
func (b *builder) split(it *item, amount ledger.Amount) []projects.LotPart {
	weights := make([]ledger.Amount, len(it.plan))
	for i := range it.plan {
		weights[i] = it.plan[i].Amount
	}
	shares, err := ledger.Split(amount, weights)
	if err != nil {
		b.err = err
		return nil
	}
	var out []projects.LotPart
	for i, s := range shares {
		if s > 0 {
			out = append(out, projects.LotPart{Lot: it.plan[i].Lot, Amount: s})
		}
	}
	return out
}

// fundTownships sends each township the cash of what it will pay itself (E04c).
func (b *builder) fundTownships() {
	for i, name := range b.order {
		c := payments.FundCmd{
			Code: "BK-" + b.tag(i), Township: name, On: b.today, Account: "36072600000" + b.tag(i), Bank: "样例银行", Reference: "GK-BK-" + b.tag(i),
			Document: "样例分解〔2025〕1号",
		}
		for _, code := range lotOrder {
			if amount := b.books[name][code]; amount > 0 {
				c.Lots = append(c.Lots, payments.FundLot{Lot: b.lots[code].ID, Amount: amount})
			}
		}
		b.run("township.fund", c)
	}
}

// adjust cuts the plan of a project that has not begun and raises another's, within
// what a department may.
func (b *builder) adjust() {
	var idle *item
	for _, it := range b.items {
		if it.road != nil && it.road.kind == unstarted && it.from == fromPool {
			idle = it
		}
	}
	busy := b.ofWorks(func(it *item) bool { return it.from == fromPool && !it.inTown && it.budget > wan(40) }, 3)
	if idle == nil {
		return
	}
	raise := bp(busy.budget, 200)
	b.run("plan.adjust", projects.PlanAdjustCmd{
		Plan: planPool, Document: "样例调整〔2025〕2号", Level: "county", On: b.today, Date: b.today, Reason: "未开工项目调减，用于进度快的项目（样例）",
		Cuts: []projects.PlanCut{{Project: idle.code, Mode: ledger.DrawProRata, Amount: idle.budget / 2}},
		Raises: []projects.PlanAsk{{Project: busy.code, Sources: []projects.PlanSource{
			{From: "7102", Pool: poolName, Mode: ledger.DrawProRata, Amount: raise},
		}}},
	})
}
