package samplecounty

import (
	"slices"

	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/projects"
)

// lot is a funding document's line of the year, and what of it the design uses.
type lot struct {
	ledger.Lot
	used   ledger.Amount // by plans outside the pool
	pooled ledger.Amount
	idle   ledger.Amount // left unallocated
	late   ledger.Amount // of idle: never arrives this year
	share  int           // of the pool, in hundredths
	issued ledger.Date
}

// The names of the pool and of the integration items.
const (
	poolName  = "2025年统筹整合资金池"
	itemXJ    = "财政衔接推进乡村振兴补助资金"
	itemFarm  = "农田建设补助"
	itemVill  = "农村综合改革转移支付"
	itemOwn   = "县级配套资金"
	decision1 = "样例整合〔2025〕1号"
)

// lotOrder is the order in which lots are registered.
var lotOrder = []string{"XJ-1", "XJ-2", "XJ-3", "ZH-1", "ZH-2", "ZC-1", "ZQ-1", "HZ-1", "SH-1", "TX-1", "JZ-1", "LX-1"}

// money registers the lots, issues them and lets their money come; what the design
// uses of each is known by now, and some stays idle, as it does.
func (b *builder) money() {
	jan, mar, apr := date(Year, 1, 6), date(Year, 3, 3), date(Year, 4, 7)
	for _, x := range []lot{
		{Lot: ledger.Lot{Code: "XJ-1", Tier: ledger.TierCentral, Class: ledger.ClassXJ, Name: "中央财政衔接推进乡村振兴补助资金", IntegrationItem: itemXJ, Direct: true}, idle: wan(86), share: 40, issued: jan},
		{Lot: ledger.Lot{Code: "XJ-2", Tier: ledger.TierProvince, Class: ledger.ClassXJ, Name: "省级财政衔接推进乡村振兴补助资金", IntegrationItem: itemXJ}, idle: wan(40), share: 20, issued: jan},
		{Lot: ledger.Lot{Code: "XJ-3", Tier: ledger.TierCity, Class: ledger.ClassXJ, Name: "市级财政衔接推进乡村振兴补助资金"}, idle: wan(12), issued: jan},
		{Lot: ledger.Lot{Code: "ZH-1", Tier: ledger.TierProvince, Class: ledger.ClassZH, Name: "农田建设补助资金", IntegrationItem: itemFarm}, share: 15, issued: jan},
		{Lot: ledger.Lot{Code: "ZH-2", Tier: ledger.TierCentral, Class: ledger.ClassZH, Name: "农村综合改革转移支付", IntegrationItem: itemVill}, idle: wan(100), late: wan(60), share: 15, issued: jan},
		{Lot: ledger.Lot{Code: "ZC-1", Tier: ledger.TierCounty, Class: ledger.ClassZC, Name: "县级财政安排资金", IntegrationItem: itemOwn}, idle: wan(30), share: 10, issued: jan},
		{Lot: ledger.Lot{Code: "ZQ-1", Tier: ledger.TierProvince, Class: ledger.ClassZQ, Name: "地方政府一般债券资金", Nature: "债券"}, issued: jan},
		{Lot: ledger.Lot{Code: "HZ-1", Tier: ledger.TierDonor, Class: ledger.ClassHZ, Name: "对口支援资金"}, idle: wan(10), issued: jan},
		{Lot: ledger.Lot{Code: "SH-1", Tier: ledger.TierDonor, Class: ledger.ClassSH, Name: "社会捐赠资金", Purpose: "类别:0502"}, idle: wan(140), issued: jan},
		{Lot: ledger.Lot{Code: "TX-1", Tier: ledger.TierProvince, Class: ledger.ClassTX, Name: "小额信贷贴息资金"}, idle: wan(4), issued: jan},
		{Lot: ledger.Lot{Code: "JZ-1", Tier: ledger.TierOther, Class: ledger.ClassJZ, Name: "上年收回结余再安排资金"}, idle: wan(50), issued: apr},
		{Lot: ledger.Lot{Code: "LX-1", Tier: ledger.TierOther, Class: ledger.ClassLX, Name: "专户存款利息", InterestPolicy: "keep"}, issued: mar},
	} {
		b.lot(x.Code).take(x)
	}
	b.fill()
	b.on(date(Year-1, 12, 30), func() {
		for i, code := range lotOrder {
			l := b.lots[code]
			l.ID = ledger.LotID{0: 0x5A, 1: 0x25, 15: byte(i + 1)}
			l.Document, l.Line, l.Year, l.Amount = "样例文件-"+code, 1, Year, l.total()
			l.DocNo = ledger.DocNumber("样例财农〔2025〕" + string(rune('1'+i%9)) + "号")
			l.DocDate, l.Received, l.Remark = date(Year-1, 12, 20), date(Year-1, 12, 30), "样例数据"
			b.do(finance, app.LotCmd{Lot: l.Lot})
		}
	})
	for _, code := range lotOrder {
		b.issue(b.lots[code])
	}
	b.catalogs()
	b.on(date(Year, 1, 20), b.integrate)
	b.on(date(Year, 1, 22), b.allocate)
}

func (l *lot) take(x lot) {
	used := l.used
	*l = x
	l.used = used
}

func (l *lot) total() ledger.Amount { return l.used + l.pooled + l.idle }

// lot returns a lot by its code; pool is the sum of what is planned out of it.
func (b *builder) lot(code string) *lot {
	if b.lots[code] == nil {
		b.lots[code] = &lot{}
	}
	return b.lots[code]
}

func (b *builder) pool() *lot { return b.lot("pool") }

// fill shares what the pool must hold out over its lots, and a tenth of a per cent
// that stays in it.
func (b *builder) fill() {
	sum := b.pool().used + wan(20)
	left := sum
	for _, code := range lotOrder {
		l := b.lots[code]
		l.pooled = sum / 100 * ledger.Amount(l.share)
		left -= l.pooled
	}
	b.lots["XJ-1"].pooled += left
}

// issue posts the authority of a lot and its money; what is late does not come.
func (b *builder) issue(l *lot) {
	if l.Class == ledger.ClassLX || l.total() == 0 {
		return
	}
	b.on(l.issued, func() {
		b.post(ledger.Posting{Event: "E01", Date: l.issued, Memo: "样例数据", Parts: []ledger.Part{{Lot: l.ID, Amount: l.total()}}})
	})
	come := l.issued.AddDays(9)
	b.on(come, func() {
		b.post(ledger.Posting{Event: "E02", Date: come, Memo: "样例数据", Parts: []ledger.Part{{Lot: l.ID, Amount: l.total() - l.late}}})
	})
}

// catalogs states what may be pooled, and the figures of the year.
func (b *builder) catalogs() {
	on := date(Year, 1, 10)
	b.on(on, func() {
		for _, x := range []struct {
			tier  ledger.Tier
			items []projects.CatalogItem
		}{
			{ledger.TierCentral, []projects.CatalogItem{{Item: itemXJ, Integrable: true}, {Item: itemVill, Integrable: true}, {Item: "农业生产者直接补贴", Note: "直接补贴农民，不整合"}}},
			{ledger.TierProvince, []projects.CatalogItem{{Item: itemXJ, Integrable: true}, {Item: itemFarm, Integrable: true}}},
			{ledger.TierCity, []projects.CatalogItem{{Item: itemXJ, Integrable: true}}},
			{ledger.TierCounty, []projects.CatalogItem{{Item: itemOwn, Integrable: true}}},
		} {
			b.run("plan.catalog", projects.CatalogCmd{Year: Year, Tier: x.tier, Document: "样例整合目录〔2025〕", On: on, Items: x.items})
		}
		for _, x := range []struct {
			name   projects.InputName
			amount ledger.Amount
		}{
			{projects.InputRevenue, wan(78_000)},
			{projects.InputIncrement, wan(3_600)},
			{projects.InputIntegrable, wan(6_800)},
			{projects.InputNeed, wan(9_500)},
			{projects.InputDonations, wan(210)},
		} {
			b.run("plan.year_input", projects.YearInputCmd{Year: Year, Name: x.name, Amount: x.amount, Document: "样例决算〔2025〕", On: on})
		}
	})
}

// integrate moves the pooled part of each lot into the pool (E05).
func (b *builder) integrate() {
	c := projects.PoolCmd{Date: b.today, Pool: poolName, Account: "7101", Document: decision1, Memo: "样例数据"}
	for _, code := range lotOrder {
		if l := b.lots[code]; l.pooled > 0 {
			c.Parts = append(c.Parts, projects.LotPart{Lot: l.ID, Amount: l.pooled})
		}
	}
	b.run("plan.pool", c)
}

// allocate gives departments and townships what the design plans out of 7103 and
// 7104 (E04).
func (b *builder) allocate() {
	type place struct {
		account   ledger.Code
		unit, lot string
	}
	var order []place
	sums := map[place]ledger.Amount{}
	for _, it := range b.items {
		if it.from.account != "7103" && it.from.account != "7104" {
			continue
		}
		p := place{it.from.account, it.unit, it.from.lot}
		if !slices.Contains(order, p) {
			order = append(order, p)
		}
		sums[p] += it.budget
	}
	var posts []ledger.Posting
	for _, p := range order {
		posts = append(posts, ledger.Posting{
			Event: "E04", Date: b.today, Into: p.account, Unit: p.unit, Memo: "样例分解下达", Parts: []ledger.Part{{Lot: b.lots[p.lot].ID, Amount: sums[p]}},
		})
	}
	b.post(posts...)
}
