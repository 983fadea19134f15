package samplecounty

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// townInterest lets three townships' accounts earn interest, which turns to
// principal (E20).
func (b *builder) townInterest() {
	on := date(Year, 12, 21)
	b.on(on, func() {
		for i, name := range b.order {
			if i == 3 {
				return
			}
			b.post(ledger.Posting{
				Event: "E20", Step: "keep", Date: on, Township: ledger.Book(name), Memo: "样例结息",
				Parts: []ledger.Part{{Lot: b.lots["LX-1"].ID, Amount: ledger.Amount(12_345 + 1_111*i)}},
			})
		}
	})
}

// register enters what an item has built in the asset register and hands it over.
// The values stay a hundredth below what was paid, so that no lot's fen is passed.
func (b *builder) register(it *item) {
	c, _ := projects.CategoryOf(it.category, Year)
	if c.Asset == projects.AssetNone {
		return
	}
	code := fmt.Sprintf("ZC-%03d", it.no+1)
	a := projects.RegisterAssetCmd{
		Code: code, Project: it.code, Name: it.title, Type: c.Asset, Owner: "样例村民委员会", Manager: "样例管护员", On: b.today, Evidence: paper("%s 资产", it.title),
	}
	if c.Asset == projects.AssetBusiness {
		a.Operator, a.Terms = "样例合作社", projects.IncomeTerms{RateBP: 600, PoorBP: 7000, Text: "按协议分红（样例）"}
	}
	for _, p := range b.split(it, bp(it.road.final-it.road.rejected, 9900)) {
		a.Values = append(a.Values, projects.AssetValue(p))
	}
	b.as(b.ownerOf(it), "asset.register", a)
	b.as(b.ownerOf(it), "asset.hand_over", projects.HandOverCmd{Asset: code, On: b.today, Document: "样例确权移交书", Evidence: paper("%s 移交", it.title)})
}

// clearing is the settlement run of the year's end (定期结算清理, DOMAIN 2.4): the savings
// of what is finished, and what was recovered, go back to what may be planned, lot by
// lot; townships send home the cash that stood for it. What never began waits at 7401.
func (b *builder) clearing() {
	const code = "QL-2025-12"
	b.on(date(Year, 12, 22), func() {
		b.run("settle.propose", payments.SettleProposeCmd{Code: code, On: b.today})
		b.read(func(ctx context.Context, v app.View) error {
			run, err := payments.FindSettlement(ctx, v.Q, v.County.County, code, "")
			if err != nil {
				return err
			}
			c := b.cleared(run.State.Rows)
			c.Code, c.Decision, c.Document, c.On, c.Date = code, "样例领导小组〔2025〕5号", paper("清理 %s", code), b.today, b.today
			b.run("settle.decide", c)
			return nil
		})
	})
}

// cleared decides a run's rows.
func (b *builder) cleared(rows []payments.SettleRow) payments.SettleDecideCmd {
	var c payments.SettleDecideCmd
	for _, r := range rows {
		t := payments.SettleTake{Row: r.No, Amount: r.Amount, Outcome: payments.OutcomeReallocate, Into: "7101"}
		switch {
		case r.Duty:
			continue
		case r.Reason == payments.ReasonSaving, r.Reason == payments.ReasonRecovered:
		case r.Reason == payments.ReasonNotStarted:
			t.Outcome, t.Into = payments.OutcomeHold, ""
		default:
			continue
		}
		c.Takes = append(c.Takes, t)
		if t.Outcome == payments.OutcomeHold || !b.paidInTown(r.Project) {
			continue
		}
		i := slices.IndexFunc(c.Cash, func(x payments.SettleCash) bool { return x.Township == r.Unit && x.Lot == r.Lot })
		if i < 0 {
			i = len(c.Cash)
			c.Cash = append(c.Cash, payments.SettleCash{Township: r.Unit, Lot: r.Lot})
		}
		c.Cash[i].Amount += r.Amount
	}
	return c
}

// paidInTown reports whether a project's cash lies with its township.
func (b *builder) paidInTown(project string) bool {
	i := slices.IndexFunc(b.items, func(it *item) bool { return it.code == project })
	return i >= 0 && b.items[i].inTown
}

// yearEnd closes the year book by book, evaluates it, and recovers something that
// belongs to it.
func (b *builder) yearEnd() {
	b.on(date(Year, 12, 28), func() { b.monitor(4) })
	b.on(date(Year, 7, 8), func() { b.monitor(2) })
	b.on(date(Year+1, 1, 12), func() { b.closeBooks(1, 12) })
	b.on(date(Year+1, 1, 15), b.carryOver)
	b.on(date(Year+1, 1, 20), func() { b.closeBooks(13, 13) })
	b.on(date(Year+1, 3, 20), b.evaluate)
	b.on(date(Year+1, 3, 23), b.finishLives)
	b.on(date(Year+1, 4, 2), b.closeWorks)
	b.on(date(Year+1, 3, 25), b.earlierYear)
	b.on(lastDay, func() {
		b.run("performance.spotcheck", projects.SpotcheckCmd{Year: Year, Document: "样例抽查〔2026〕1号"})
	})
}

// closeBooks closes periods of the county's book and of every township's that is in
// use.
func (b *builder) closeBooks(from, to int) {
	var books []ledger.Book // townships first: the county's vouchers are theirs too
	for _, name := range b.order {
		books = append(books, ledger.Book(name))
	}
	books = append(books, ledger.County)
	for _, book := range books {
		for n := from; n <= to; n++ {
			b.do(finance, app.ClosePeriodCmd{PeriodClose: ledger.PeriodClose{Book: book, Period: ledger.Period(Year*100 + n), Decision: "样例结账"}})
		}
	}
}

// carryOver is the year-end close of every lot, in the period after December (E24).
func (b *builder) carryOver() {
	b.run("settle.carry_over", payments.CarryOverCmd{Code: "NJ-2025", Year: Year, Period13: true})
}

// actuals reports an item's indicators, in hundredths of their targets.
func (it *item) actuals(percent int64) []projects.Actual {
	reason, measure := "", ""
	if percent < 100 {
		reason, measure = "雨季影响（样例）", "加快进度（样例）"
	}
	return []projects.Actual{
		{Goal: "1", Milli: it.quantity() * percent / 100, Reason: reason, Measure: measure},
		{Goal: "2", Milli: int64(it.people) * 1000 * percent / 100, Reason: reason, Measure: measure},
		{Goal: "3", Milli: 95_000},
	}
}

// monitor reports a quarter of every third project in plan.
func (b *builder) monitor(quarter int) {
	for _, it := range b.items {
		if it.no%3 != 0 || it.from.account == "" {
			continue
		}
		percent := int64(100)
		if quarter < 4 || !it.done() {
			percent = 40
		}
		b.as(b.ownerOf(it), "performance.monitor", projects.MonitorCmd{
			Project: it.code, Year: Year, Quarter: quarter, On: b.today, Actuals: it.actuals(percent),
		})
	}
}

// done reports whether an item has come to its end within the year.
func (it *item) done() bool {
	return it.from.account != "" && (it.road == nil || it.road.kind == whole || it.road.kind == late || it.road.kind == emergency)
}

// evaluate is the self-evaluation of what is done.
func (b *builder) evaluate() {
	for _, it := range b.items {
		if !it.done() {
			continue
		}
		percent := int64(100)
		if it.no%17 == 2 {
			percent = 88
		}
		b.as(b.ownerOf(it), "performance.evaluate", projects.EvaluateCmd{
			Project: it.code, Year: Year, On: b.today, Actuals: it.actuals(percent), Report: paper("%s 自评", it.title), Document: "样例自评〔2026〕",
		})
	}
}

// finishLives takes what is evaluated to its end: works whose assets are handed over,
// services and households that are all paid.
func (b *builder) finishLives() {
	for _, it := range b.items {
		c, _ := projects.CategoryOf(it.category, Year)
		switch {
		case !it.done() || c.Route == projects.RouteFee:
		case it.road != nil:
			b.step(it, projects.EventHandOver, false)
		case c.Asset == projects.AssetNone:
			b.step(it, projects.EventClose, false)
		}
	}
}

// closeWorks closes the works whose retention is returned: nothing of them is open.
func (b *builder) closeWorks() {
	for _, it := range b.items {
		if it.done() && it.road != nil && it.road.kind == whole && it.road.terms.DefectMonths < 12 {
			b.step(it, projects.EventClose, false)
		}
	}
}

// earlierYear recovers a subsidy of the closed year from the first household item of
// the county (E16p).
func (b *builder) earlierYear() {
	for _, it := range b.householdsOf() {
		if it.own || it.from.lot != "XJ-1" {
			continue
		}
		roster := fmt.Sprintf("MC-%03d-1", it.no+1)
		amount := it.house.standard
		b.run("recover.identify", payments.IdentifyCmd{
			Code: "ZH-900", On: b.today, OriginYear: Year, Contract: roster, Project: it.code, Payee: roster, Unit: it.unit, Cost: "5003", Amount: amount,
			Reason: "核查发现不符合条件（样例）", Lines: []payments.PayLine{{Project: it.code, Lot: it.plan[0].Lot, Amount: amount}},
		})
		b.run("recover.receive", payments.ReceiveCmd{Recovery: "ZH-900", On: b.today, Reference: "SH-ZH-900"})
		return
	}
}
