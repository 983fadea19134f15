package publicity

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"fundbook/ledger"
	"fundbook/projects"
)

// work is what the log says of one project up to a record: its own words, its money
// per lot, its contracts, results and assets.
type work struct {
	p         projects.Project
	place     string // the village's name beside its code
	money     []lotMoney
	contracts []projects.Contract
	results   projects.Performance
	assets    []projects.Asset
}

// lotMoney is a project's money of one lot (DOMAIN 6.5).
type lotMoney struct {
	tier, fund, document string
	ledger.ProjectRow
}

// plan is what the lot has bound for the project in all: planned, contracted, owed and
// paid.
func (m *lotMoney) plan() ledger.Amount { return m.Planned + m.Committed + m.Payable + m.Paid }

// overview names the project and what is to be built.
func (w *work) overview() Part {
	p := &w.p
	facts := []Fact{
		{"项目名称", p.Name},
		{"项目编码", p.Code},
		{"实施地点", join(w.place, p.Place)},
		{"建设性质", p.Nature},
		{"建设内容", p.Task},
		{"项目预算", p.Budget.Grouped() + "元"},
		{"实施期限", p.Start.Chinese() + "至" + p.Finish.Chinese()},
		{"责任单位", p.Unit},
		{"实施单位", cmp.Or(p.Implementer, p.Unit)},
		{"负责人", unnumbered(p.Contact)},
		{"主管部门", p.Department},
		{"补助标准", p.Standard},
	}
	var parties []string
	for i := range w.contracts {
		parties = append(parties, w.contracts[i].Name+"："+w.contracts[i].Payee)
	}
	facts = append(facts, Fact{"施工（供应）单位", strings.Join(parties, "\n")})
	return Part{Name: "项目概况", Facts: stated(facts)}
}

// stated drops the facts that say nothing.
func stated(list []Fact) []Fact {
	var out []Fact
	for _, f := range list {
		if strings.TrimSpace(f.Text) != "" {
			out = append(out, f)
		}
	}
	return out
}

// join puts two names side by side, unless one holds the other.
func join(a, b string) string {
	switch {
	case strings.Contains(b, a):
		return b
	case strings.Contains(a, b):
		return a
	}
	return a + "　" + b
}

// unnumbered is a text up to its first figure: of a contact the name, not the number.
func unnumbered(s string) string {
	if i := strings.IndexFunc(s, func(r rune) bool { return (r >= '0' && r <= '9') || (r >= '０' && r <= '９') }); i >= 0 {
		s = s[:i]
	}
	return strings.Trim(s, " 　,，、:：(（")
}

// sources is where the money comes from: the lots once it is planned, before that what
// the project was entered with.
func (w *work) sources() (Part, error) {
	p := Part{Name: "资金来源"}
	if len(w.money) == 0 {
		p.Table.Columns = []GridColumn{{"资金来源", CellText}, {"金额", CellMoney}}
		for _, f := range w.p.Financing {
			p.Table.Rows = append(p.Table.Rows, GridRow{Cells: []Cell{text(financingName(f.Source)), money(f.Amount)}})
		}
		return p, p.Table.sum()
	}
	p.Table.Columns = []GridColumn{{"资金层级", CellShort}, {"资金名称", CellText}, {"文件依据", CellText}, {"金额", CellMoney}}
	for i := range w.money {
		m := &w.money[i]
		p.Table.Rows = append(p.Table.Rows, GridRow{Cells: []Cell{text(m.tier), text(m.fund), text(m.document), money(m.plan())}})
	}
	return p, p.Table.sum()
}

// financingName says who finances.
func financingName(source string) string {
	names := map[string]string{ //nolint:gosec // G101: words, no credentials
		"central": "中央财政资金", "province": "省级财政资金", "city": "市级财政资金", "county": "县级财政资金",
		"bond": "债券资金", "donor": "社会捐赠", "own": "自筹资金", "credit": "信贷资金", "other": "其他资金",
	}
	return cmp.Or(names[source], source)
}

// goals is the table of goals, with what was reached where that is known and asked for.
func (w *work) goals(name string, results bool) Part {
	p := Part{Name: name, Table: Grid{Columns: []GridColumn{
		{"一级指标", CellShort}, {"二级指标", CellShort}, {"三级指标", CellText}, {"指标值", CellShort}, {"实际完成值", CellShort}, {"偏差原因及改进措施", CellText},
	}}}
	reached := map[string]projects.ScoredRow{}
	if n := len(w.results.Evaluations); n > 0 && results {
		for _, r := range w.results.Evaluations[n-1].Rows {
			reached[r.Goal] = r
		}
	}
	for i := range w.p.Goals {
		g := &w.p.Goals[i]
		row := GridRow{Cells: []Cell{text(g.Level1), text(g.Level2), text(g.Level3), text(target(g)), {}, {}}}
		if r, ok := reached[g.Code]; ok {
			row.Cells[4], row.Cells[5] = text(actual(g, &r.Actual)), text(join(r.Reason, r.Measure))
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	return p
}

// target prints a goal: ≥2公里.
func target(g *projects.Goal) string {
	if g.Op == "text" {
		return g.Text
	}
	sign := map[string]string{">=": "≥", "<=": "≤", "=": ""}[g.Op]
	return sign + thousandths(g.Milli) + g.Unit
}

// actual prints what a goal came to.
func actual(g *projects.Goal, a *projects.Actual) string {
	if g.Op == "text" {
		return cmp.Or(a.Text, strconv.Itoa(a.LevelBP/100)+"%")
	}
	return thousandths(a.Milli) + g.Unit
}

// thousandths prints a number of thousandths without needless zeros.
func thousandths(n int64) string {
	s := fmt.Sprintf("%d.%03d", n/1000, n%1000)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// served says whom the project serves, and how.
func (w *work) served() Part {
	p := &w.p
	b := &p.Beneficiaries
	people := b.Text
	if b.Households > 0 || b.Persons > 0 {
		people = join(people, fmt.Sprintf("受益%d户%d人，其中脱贫户%d户%d人", b.Households, b.Persons, b.PoorHouseholds, b.PoorPersons))
	}
	return Part{Name: "受益对象和带贫减贫机制", Facts: stated([]Fact{{"受益对象", people}, {"带贫减贫机制", p.Mechanism}, {"群众参与", p.Participation}})}
}

// spent is the money beside its ceilings.
func (w *work) spent() (Part, error) {
	p := Part{Name: "资金使用情况", Table: Grid{Columns: []GridColumn{
		{"资金层级", CellShort}, {"资金名称", CellText}, {"计划", CellMoney}, {"已支付", CellMoney}, {"待付（含质保金）", CellMoney},
	}}}
	for i := range w.money {
		m := &w.money[i]
		p.Table.Rows = append(p.Table.Rows, GridRow{Cells: []Cell{text(m.tier), text(m.fund), money(m.plan()), money(m.Paid), money(m.Committed + m.Payable)}})
	}
	if err := p.Table.sum(); err != nil {
		return p, err
	}
	var signed, settled ledger.Amount
	for i := range w.contracts {
		for _, x := range w.contracts[i].Projects {
			if x.Project == w.p.Code {
				signed += x.Amount
			}
		}
		settled += w.contracts[i].Settled
	}
	words := "项目预算" + w.p.Budget.Grouped() + "元"
	if signed > 0 {
		words += "，合同金额" + signed.Grouped() + "元"
	}
	if settled > 0 {
		words += "，结算审定" + settled.Grouped() + "元"
	}
	p.Text = []string{words + "。"}
	return p, nil
}

// built lists what was accepted.
func (w *work) built() Part {
	p := Part{Name: "实施结果", Table: Grid{Columns: []GridColumn{{"合同", CellText}, {"内容", CellText}, {"计划", CellShort}, {"完成", CellShort}}}}
	for i := range w.contracts {
		k := &w.contracts[i]
		for _, q := range k.Quantities {
			p.Table.Rows = append(p.Table.Rows, GridRow{Cells: []Cell{text(k.Name), text(q.Item), text(thousandths(q.Planned) + q.Unit), text(thousandths(q.Done) + q.Unit)}})
		}
	}
	if len(p.Table.Rows) == 0 {
		p.Text = []string{w.p.Task}
	}
	return p
}

// accepted says when and how the works were checked.
func (w *work) accepted() Part {
	p := Part{Name: "检查验收结果"}
	for i := range w.contracts {
		k := &w.contracts[i]
		if k.AcceptedOn.IsZero() {
			continue
		}
		words := k.Name + "：" + k.AcceptedOn.Chinese() + "验收合格"
		if !k.SettledOn.IsZero() {
			words += "，" + k.SettledOn.Chinese() + "决算审定" + k.Settled.Grouped() + "元"
		}
		p.Facts = append(p.Facts, Fact{"验收", words})
	}
	if len(p.Facts) == 0 && w.p.Reached(projects.StateAccepted) {
		p.Text = []string{"项目已通过验收（" + w.p.Since.Chinese() + "）。"}
	}
	return p
}

// upkeep says who keeps what was built.
func (w *work) upkeep() Part {
	p := Part{Name: "后续管护"}
	for i := range w.assets {
		a := &w.assets[i]
		p.Facts = append(p.Facts, Fact{a.Name, "产权归" + a.Owner + "，管护责任人" + a.Manager})
	}
	if len(p.Facts) == 0 {
		p.Text = []string{"资产移交之前，由" + cmp.Or(w.p.Implementer, w.p.Unit) + "负责管护。"}
	}
	return p
}

// before is notice N5 (项目实施前公示).
func (w *work) before() (Sheet, error) {
	from, err := w.sources()
	return Sheet{
		Title: w.p.Name + "项目实施前公示", Number: w.p.Code + "-N5", Publisher: cmp.Or(w.p.Implementer, w.p.Unit),
		Lead:  []string{"根据扶贫资金项目公告公示制度，现将拟实施的“" + w.p.Name + "”项目有关情况予以公示，接受群众监督。"},
		Parts: []Part{w.overview(), from, w.goals("绩效目标", false), w.served()},
	}, err
}

// after is notice N6 (项目完工公示).
func (w *work) after() (Sheet, error) {
	spent, err := w.spent()
	return Sheet{
		Title: w.p.Name + "项目完工公示", Number: w.p.Code + "-N6", Publisher: cmp.Or(w.p.Implementer, w.p.Unit),
		Lead:  []string{"“" + w.p.Name + "”项目已经完工并通过验收，现将资金使用和实施结果予以公示，接受群众监督。"},
		Parts: []Part{spent, w.built(), w.accepted(), w.goals("绩效目标实现情况", true), w.upkeep()},
	}, err
}

// plate is notice N10 (项目公示牌).
func (w *work) plate() (Sheet, error) {
	p := &w.p
	var fund ledger.Amount
	var tiers []string
	for i := range w.money {
		fund += w.money[i].plan()
		tiers = append(tiers, w.money[i].tier+w.money[i].plan().Grouped()+"元")
	}
	var builders, others []string
	finished := p.Finish
	for i := range w.contracts {
		k := &w.contracts[i]
		if k.Kind == "works" {
			builders = append(builders, k.Payee)
		} else {
			others = append(others, k.Name+"："+k.Payee)
		}
		finished = max(finished, k.CompletedOn)
	}
	facts := stated([]Fact{
		{"项目名称", p.Name},
		{"实施地点", join(w.place, p.Place)},
		{"总投资", p.Budget.Grouped() + "元"},
		{"财政资金", fund.Grouped() + "元"},
		{"其中", strings.Join(tiers, "，")},
		{"建设规模", p.Task},
		{"完成时间", finished.Chinese()},
		{"责任单位", p.Unit},
		{"施工单位", strings.Join(builders, "，")},
		{"监理及其他", strings.Join(others, "，")},
	})
	return Sheet{
		Title: p.Name + "公示牌", Number: p.Code + "-N10", Publisher: cmp.Or(p.Implementer, p.Unit),
		Lead:  []string{"本项目由财政资金支持建设，欢迎社会监督。"},
		Parts: []Part{{Name: "项目标牌", Facts: facts}},
	}, nil
}

// performance is notice N11 (绩效目标和自评结果公开).
func (w *work) performance() (Sheet, error) {
	s := Sheet{
		Title: w.p.Name + "项目绩效目标公开", Number: w.p.Code + "-N11", Publisher: cmp.Or(w.p.Department, w.p.Unit),
		Lead:  []string{"根据财政资金绩效管理的规定，现将“" + w.p.Name + "”项目的绩效目标予以公开。"},
		Parts: []Part{w.overview(), w.goals("绩效目标", true)},
	}
	if n := len(w.results.Evaluations); n > 0 {
		e := &w.results.Evaluations[n-1]
		s.Title, s.Lead = w.p.Name+"项目绩效目标和自评结果公开", []string{"根据财政资金绩效管理的规定，现将“" + w.p.Name + "”项目的绩效目标和自评结果予以公开。"}
		facts := []Fact{
			{"自评年度", strconv.Itoa(e.Year)},
			{"计划资金", e.Money.Plan.Grouped() + "元"},
			{"已支付", e.Money.Paid.Grouped() + "元"},
			{"预算执行率", percent(e.Money.RateBP)},
			{"自评得分", hundredths(e.Total)},
			{"等级", string(e.Grade)},
		}
		if !e.Review.On.IsZero() {
			facts = append(facts, Fact{"抽查得分", hundredths(e.Review.Total)}, Fact{"抽查等级", string(e.Review.Grade)})
		}
		s.Parts = append(s.Parts, Part{Name: "自评结果", Facts: facts})
	}
	return s, nil
}

// percent prints basis points; hundredths prints a score.
func percent(bp int) string   { return fmt.Sprintf("%d.%02d%%", bp/100, bp%100) }
func hundredths(c int) string { return fmt.Sprintf("%d.%02d分", c/100, c%100) }
