package publicity

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fundbook/ledger"
	"fundbook/projects"
)

// yearPlan is an annual plan with its projects, as the log has them up to a record.
type yearPlan struct {
	plan  projects.Plan
	works []work // the projects of the plan that has items, in its order
}

// field is a group of projects of one category, as a plan lists them (DOMAIN 5.3).
type field struct {
	name  string
	works []*work
}

// fields groups projects by the first level of their category, in order of code.
func fields(works []work) []field {
	by := map[string]*field{}
	var codes []string
	for i := range works {
		p := &works[i].p
		code, name := "99", "其他"
		if len(p.Category) >= 2 {
			if c, ok := projects.CategoryOf(p.Category[:2], p.Year); ok {
				code, name = c.Code, c.Name
			}
		}
		if by[code] == nil {
			by[code] = &field{name: name}
			codes = append(codes, code)
		}
		by[code].works = append(by[code].works, &works[i])
	}
	slices.Sort(codes)
	out := make([]field, len(codes))
	for i, c := range codes {
		out[i] = *by[c]
	}
	return out
}

// funds adds the money of projects up by tier.
func funds(works []work, amount func(*lotMoney) ledger.Amount) Grid {
	g := Grid{Columns: []GridColumn{{"资金层级", CellShort}, {"资金名称", CellText}, {"文件依据", CellText}, {"金额", CellMoney}}}
	at := map[string]int{}
	for i := range works {
		for j := range works[i].money {
			m := &works[i].money[j]
			n, known := at[m.Lot]
			if !known {
				n = len(g.Rows)
				at[m.Lot] = n
				g.Rows = append(g.Rows, GridRow{Cells: []Cell{text(m.tier), text(m.fund), text(m.document), {}}})
			}
			g.Rows[n].Cells[3].N += int64(amount(m))
		}
	}
	slices.SortStableFunc(g.Rows, func(a, b GridRow) int {
		return cmp.Or(tierRank(a.Cells[0].Text)-tierRank(b.Cells[0].Text), cmp.Compare(a.Cells[2].Text, b.Cells[2].Text))
	})
	return g
}

// announced is notice N2 (年度项目计划公告).
func (y *yearPlan) announced() (Sheet, error) {
	p := &y.plan
	approved := Part{Name: "批复文件", Facts: stated([]Fact{
		{"计划名称", p.Name}, {"批复文件", p.Document}, {"研究会议", p.Meeting}, {"批复日期", p.AdoptedOn.Chinese()},
	})}
	recoveries, recovered := 0, ledger.Amount(0)
	for i := range p.Adjustments {
		a := &p.Adjustments[i]
		if a.Level == "recovery" { // one line for what contracts and rosters came to less
			recoveries, recovered = recoveries+1, recovered+a.Cut-a.Raised
			continue
		}
		approved.Facts = append(approved.Facts, Fact{"调整方案", fmt.Sprintf("%s　%s，调增%s元，调减%s元：%s", a.Document, a.On.Chinese(), a.Raised.Grouped(), a.Cut.Grouped(), a.Reason)})
	}
	if recoveries > 0 {
		approved.Facts = append(approved.Facts, Fact{"结余收回", fmt.Sprintf("按收回决定调整%d次，共调减%s元", recoveries, recovered.Grouped())})
	}
	money := Part{Name: "资金来源与规模", Table: funds(y.works, (*lotMoney).plan)}
	if err := money.Table.sum(); err != nil {
		return Sheet{}, err
	}
	arranged, err := y.arranged()
	title := p.Name
	if !strings.Contains(title, "公告") {
		title += "公告"
	}
	return Sheet{
		Title: title, Number: p.Document, Publisher: "县乡村振兴领导小组办公室",
		Lead:  []string{"根据扶贫资金、衔接资金和项目公告公示的规定，现将“" + p.Name + "”予以公告。"},
		Parts: []Part{approved, money, arranged},
	}, err
}

// arranged lists the projects of the plan with all that DOMAIN 6.3 asks of N2.
func (y *yearPlan) arranged() (Part, error) {
	part := Part{Name: "项目安排", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount},
		{"类别", CellShort},
		{"项目名称", CellText},
		{"实施地点", CellText},
		{"建设内容", CellText},
		{"计划资金", CellMoney},
		{"实施时间", CellText},
		{"责任单位", CellText},
		{"受益对象", CellText},
		{"绩效目标", CellText},
		{"带贫减贫机制", CellText},
	}}}
	var words []string
	n := 0
	for _, f := range fields(y.works) {
		var sum ledger.Amount
		for _, w := range f.works {
			n++
			item := y.item(w.p.Code)
			sum += item.Amount
			part.Table.Rows = append(part.Table.Rows, GridRow{Cells: []Cell{
				count(n), text(f.name), text(w.p.Name), text(join(w.place, w.p.Place)), text(w.p.Task), money(item.Amount),
				text(w.p.Start.Chinese() + "至" + w.p.Finish.Chinese()), text(w.p.Unit), text(served(&w.p)), text(w.firstGoals()), text(w.p.Mechanism),
			}})
		}
		words = append(words, fmt.Sprintf("%s%d项%s元", f.name, len(f.works), sum.Grouped()))
	}
	part.Text = []string{fmt.Sprintf("共安排项目%d项，其中%s。", n, strings.Join(words, "，"))}
	return part, part.Table.sum()
}

func (y *yearPlan) item(code string) projects.PlanItem {
	i := slices.IndexFunc(y.plan.Items, func(x projects.PlanItem) bool { return x.Project == code })
	if i < 0 {
		return projects.PlanItem{}
	}
	return y.plan.Items[i]
}

// served says in a few words whom a project serves.
func served(p *projects.Project) string {
	b := &p.Beneficiaries
	if b.Households == 0 && b.Persons == 0 {
		return b.Text
	}
	return fmt.Sprintf("%d户%d人（脱贫户%d户）", b.Households, b.Persons, b.PoorHouseholds)
}

// firstGoals are the first goals of a project, in a few words.
func (w *work) firstGoals() string {
	var out []string
	for i := range w.p.Goals {
		if g := &w.p.Goals[i]; g.Level1 == "产出" && len(out) < 2 {
			out = append(out, g.Level3+target(g))
		}
	}
	return strings.Join(out, "；")
}

// completed is notice N3 (年度计划完成情况公告): what the plan came to.
func (y *yearPlan) completed() (Sheet, error) {
	p := &y.plan
	built := Part{Name: "项目建设完成情况", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount}, {"项目名称", CellText}, {"实施地点", CellText}, {"建设内容", CellText}, {"完成情况", CellShort},
	}}}
	spent := Part{Name: "资金使用情况", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount}, {"项目名称", CellText}, {"计划资金", CellMoney}, {"已支付", CellMoney}, {"支付率", CellShort},
	}}}
	goals := Part{Name: "绩效目标完成情况", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount}, {"项目名称", CellText}, {"自评得分", CellShort}, {"等级", CellShort},
	}}}
	done := 0
	var plan, paid, households, persons int64
	for i := range y.works {
		w := &y.works[i]
		finished := w.p.Reached(projects.StateAccepted)
		if finished {
			done++
			households += int64(w.p.Beneficiaries.Households)
			persons += int64(w.p.Beneficiaries.Persons)
		}
		var out ledger.Amount
		for j := range w.money {
			out += w.money[j].Paid
		}
		amount := y.item(w.p.Code).Amount
		plan, paid = plan+int64(amount), paid+int64(out)
		built.Table.Rows = append(built.Table.Rows, GridRow{Cells: []Cell{count(i + 1), text(w.p.Name), text(join(w.place, w.p.Place)), text(w.p.Task), text(w.p.State.Chinese())}})
		spent.Table.Rows = append(spent.Table.Rows, GridRow{Cells: []Cell{count(i + 1), text(w.p.Name), money(amount), money(out), text(percent(ledger.RatioBP(out, amount)))}})
		goals.Table.Rows = append(goals.Table.Rows, GridRow{Cells: append([]Cell{count(i + 1), text(w.p.Name)}, w.score()...)})
	}
	built.Text = []string{fmt.Sprintf("计划项目%d项，已完工验收%d项。", len(y.works), done)}
	rate := ledger.RatioBP(ledger.Amount(paid), ledger.Amount(plan))
	spent.Text = []string{fmt.Sprintf("计划资金%s元，已支付%s元，支付率%s。", ledger.Amount(plan).Grouped(), ledger.Amount(paid).Grouped(), percent(rate))}
	reach := Part{Name: "减贫机制实现情况", Text: []string{fmt.Sprintf("已完工项目受益%d户%d人。", households, persons)}}
	for i := range y.works {
		if w := &y.works[i]; w.p.Mechanism != "" && w.p.Reached(projects.StateAccepted) {
			reach.Facts = append(reach.Facts, Fact{w.p.Name, w.p.Mechanism})
		}
	}
	return Sheet{
		Title: strconv.Itoa(p.Year) + "年度" + "项目计划完成情况公告", Number: p.Document + "-N3", Publisher: "县乡村振兴领导小组办公室",
		Lead:  []string{"现将“" + p.Name + "”的完成情况予以公告。"},
		Parts: []Part{built, spent, goals, reach},
	}, spent.Table.sum()
}

// score is what a project's self-evaluation came to.
func (w *work) score() []Cell {
	n := len(w.results.Evaluations)
	if n == 0 {
		return []Cell{text("尚未自评"), {}}
	}
	e := &w.results.Evaluations[n-1]
	return []Cell{text(hundredths(e.Total)), text(string(e.Grade))}
}
