package publicity

import (
	"fmt"
	"strings"

	"fundbook/ledger"
	"fundbook/projects"
)

// villageQuarter is a village with its projects at the end of a quarter (notice N9).
type villageQuarter struct {
	village, quarter string
	from, to         ledger.Date
	works            []work
	rosters          []projects.Roster
	replies          []Fact // what was objected to and how it ended (6.4)
}

// sheet is notice N9 (村级综合公示), without a word of accounting.
func (v *villageQuarter) sheet() (Sheet, error) {
	arranged := Part{Name: "本村项目安排", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount}, {"项目", CellText}, {"内容", CellText}, {"安排资金", CellMoney}, {"进度", CellShort},
	}}}
	account := Part{Name: "本村资金收支", Table: Grid{Columns: []GridColumn{
		{"项目", CellText}, {"安排", CellMoney}, {"已支出", CellMoney}, {"还剩", CellMoney},
	}}}
	for i := range v.works {
		w := &v.works[i]
		var plan, paid ledger.Amount
		for j := range w.money {
			plan, paid = plan+w.money[j].plan(), paid+w.money[j].Paid
		}
		arranged.Table.Rows = append(arranged.Table.Rows, GridRow{Cells: []Cell{count(i + 1), text(w.p.Name), text(w.p.Task), money(plan), text(w.p.State.Chinese())}})
		account.Table.Rows = append(account.Table.Rows, GridRow{Cells: []Cell{text(w.p.Name), money(plan), money(paid), money(plan - paid)}})
	}
	if err := arranged.Table.sum(); err != nil {
		return Sheet{}, err
	}
	if err := account.Table.sum(); err != nil {
		return Sheet{}, err
	}
	parts := []Part{arranged, account}
	if len(v.rosters) > 0 {
		given := Part{Name: "到户补助摘要", Table: Grid{Columns: []GridColumn{{"名册", CellText}, {"户（人）数", CellCount}, {"金额", CellMoney}}}}
		for i := range v.rosters {
			r := &v.rosters[i]
			n := 0
			for j := range r.Lines {
				if r.Lines[j].State != projects.LineStruck {
					n++
				}
			}
			given.Table.Rows = append(given.Table.Rows, GridRow{Cells: []Cell{text(r.Name), count(n), money(r.Total())}})
		}
		if err := given.Table.sum(); err != nil {
			return Sheet{}, err
		}
		parts = append(parts, given)
	}
	replies := Part{Name: "群众意见处理结果", Facts: v.replies}
	if len(v.replies) == 0 {
		replies.Text = []string{"本季度没有收到群众异议。"}
	}
	return Sheet{
		Title: fmt.Sprintf("%s%s扶贫（衔接）项目和资金公示", v.village, v.quarter), Number: v.quarter + "-N9-" + v.village, Publisher: committee(v.village),
		Lead:  []string{fmt.Sprintf("现将本村截至%s的项目安排和资金收支予以公示，请村民监督。", v.to.Chinese())},
		Parts: append(parts, replies),
	}, nil
}

// committee is the village's committee: divisions are often listed by its name.
func committee(village string) string {
	if strings.HasSuffix(village, "委会") || strings.HasSuffix(village, "委员会") {
		return village
	}
	return village + "民委员会"
}

// departmentUse is what a department's projects have used (notice N7).
type departmentUse struct {
	department, quarter string
	to                  ledger.Date
	works               []work
}

// sheet is notice N7 (资金使用情况公告).
func (d *departmentUse) sheet() (Sheet, error) {
	used := Part{Name: "项目资金使用情况", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount},
		{"项目名称", CellText},
		{"实施地点", CellText},
		{"实施单位", CellText},
		{"资金规模", CellMoney},
		{"已支付", CellMoney},
		{"带贫减贫机制", CellText},
		{"绩效目标", CellText},
	}}}
	for i := range d.works {
		w := &d.works[i]
		var plan, paid ledger.Amount
		for j := range w.money {
			plan, paid = plan+w.money[j].plan(), paid+w.money[j].Paid
		}
		used.Table.Rows = append(used.Table.Rows, GridRow{Cells: []Cell{
			count(i + 1), text(w.p.Name), text(join(w.place, w.p.Place)), text(w.p.Unit), money(plan), money(paid), text(w.p.Mechanism), text(w.firstGoals()),
		}})
	}
	if err := used.Table.sum(); err != nil {
		return Sheet{}, err
	}
	sources := Part{Name: "资金来源", Table: funds(d.works, (*lotMoney).plan)}
	if len(sources.Table.Rows) > 0 {
		if err := sources.Table.sum(); err != nil {
			return Sheet{}, err
		}
	}
	return Sheet{
		Title: fmt.Sprintf("%s%s资金使用情况公告", d.department, d.quarter), Number: d.quarter + "-N7-" + d.department, Publisher: d.department,
		Lead:  []string{fmt.Sprintf("现将%s主管的项目截至%s的资金使用情况予以公告。", d.department, d.to.Chinese())},
		Parts: []Part{sources, used},
	}, nil
}

// loanYear is the small loans and their interest subsidies of a year (notice N12).
type loanYear struct {
	year      int
	loans     []projects.Loan
	subsidies []projects.SubsidyRow
	towns     map[string]string // of a loan's code
}

// sheet is notice N12 (扶贫小额信贷与贴息情况公告): by township, never by borrower.
func (l *loanYear) sheet() (Sheet, error) {
	lent := Part{Name: "贷款情况", Table: Grid{Columns: []GridColumn{
		{"乡镇", CellShort}, {"承贷银行", CellText}, {"笔数", CellCount}, {"贷款金额", CellMoney}, {"余额", CellMoney}, {"其中逾期", CellMoney},
	}}}
	at := map[[2]string]int{}
	for i := range l.loans {
		x := &l.loans[i]
		k := [2]string{x.Town, x.Bank}
		n, known := at[k]
		if !known {
			n = len(lent.Table.Rows)
			at[k] = n
			lent.Table.Rows = append(lent.Table.Rows, GridRow{Cells: []Cell{text(orCounty(x.Town)), text(x.Bank), {}, {}, {}, {}}})
		}
		c := lent.Table.Rows[n].Cells
		c[2].N++
		c[3].N += int64(x.Principal)
		c[4].N += int64(x.Outstanding())
		if !x.OverdueOn.IsZero() {
			c[5].N += int64(x.Outstanding())
		}
	}
	if err := lent.Table.sum(); err != nil {
		return Sheet{}, err
	}
	lent.Text = []string{fmt.Sprintf("截至%d年末，登记扶贫小额信贷%d笔。单户不超过5万元、期限不超过3年，用于发展生产。", l.year, len(l.loans))}
	given := Part{Name: "贴息情况", Table: Grid{Columns: []GridColumn{{"乡镇", CellShort}, {"笔数", CellCount}, {"贴息金额", CellMoney}}}}
	towns := map[string]int{}
	for i := range l.subsidies {
		s := &l.subsidies[i]
		town := l.towns[s.Loan]
		n, known := towns[town]
		if !known {
			n = len(given.Table.Rows)
			towns[town] = n
			given.Table.Rows = append(given.Table.Rows, GridRow{Cells: []Cell{text(orCounty(town)), {}, {}}})
		}
		given.Table.Rows[n].Cells[1].N++
		given.Table.Rows[n].Cells[2].N += int64(s.Amount)
	}
	if len(given.Table.Rows) == 0 {
		given.Text = []string{"本年度没有应贴息的贷款。"}
	} else if err := given.Table.sum(); err != nil {
		return Sheet{}, err
	}
	return Sheet{
		Title: fmt.Sprintf("%d年度扶贫小额信贷与贴息情况公告", l.year), Number: fmt.Sprintf("%d-N12", l.year), Publisher: "县金融工作办公室",
		Lead:  []string{fmt.Sprintf("现将%d年度扶贫小额信贷及其贴息情况予以公告。", l.year)},
		Parts: []Part{lent, given},
	}, nil
}

func orCounty(town string) string {
	if town == "" {
		return "县直"
	}
	return town
}
