package publicity

import (
	"fmt"
	"strings"

	"fundbook/ledger"
)

// entries are the projects that a level puts before the public for the library of a
// year (notice N4).
type entries struct {
	year  int
	level string // 村、乡镇、县
	place string // whose
	works []work
}

// sheet is notice N4 (项目库公示).
func (e *entries) sheet() (Sheet, error) {
	asked := Part{Name: "申报内容", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount},
		{"项目名称", CellText},
		{"项目类别", CellShort},
		{"建设性质", CellShort},
		{"实施地点", CellText},
		{"时间进度", CellText},
		{"责任单位", CellText},
		{"建设任务", CellText},
		{"资金规模", CellMoney},
		{"筹资方式", CellText},
		{"受益对象", CellText},
		{"绩效目标", CellText},
		{"群众参与", CellText},
		{"带贫减贫机制", CellText},
	}}}
	result := Part{Name: "申报结果", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount}, {"项目名称", CellText}, {"项目编码", CellShort}, {"资金规模", CellMoney}, {"现状", CellShort},
	}}}
	n := 0
	for _, f := range fields(e.works) {
		for _, w := range f.works {
			n++
			p := &w.p
			var raised []string
			for _, x := range p.Financing {
				raised = append(raised, financingName(x.Source)+x.Amount.Grouped()+"元")
			}
			asked.Table.Rows = append(asked.Table.Rows, GridRow{Cells: []Cell{
				count(n), text(p.Name), text(f.name), text(p.Nature), text(join(w.place, p.Place)), text(p.Start.Chinese() + "至" + p.Finish.Chinese()),
				text(p.Unit), text(p.Task), money(p.Budget), text(strings.Join(raised, "，")), text(served(p)), text(w.firstGoals()), text(p.Participation), text(p.Mechanism),
			}})
			result.Table.Rows = append(result.Table.Rows, GridRow{Cells: []Cell{count(n), text(p.Name), text(p.Code), money(p.Budget), text(p.State.Chinese())}})
		}
	}
	if err := asked.Table.sum(); err != nil {
		return Sheet{}, err
	}
	if err := result.Table.sum(); err != nil {
		return Sheet{}, err
	}
	total := ledger.Amount(result.Table.Total[3].N)
	result.Text = []string{fmt.Sprintf("%s申报项目%d项，资金规模%s元。", e.place, n, total.Grouped())}
	return Sheet{
		Title: fmt.Sprintf("%s%d年度项目库%s级公示", e.place, e.year, e.level), Number: fmt.Sprintf("%d-N4-%s", e.year, e.place), Publisher: e.place,
		Lead: []string{fmt.Sprintf("根据项目库建设的规定，现将%s申报%d年度项目库的项目予以公示。没有绩效目标的项目不得入库。", e.place, e.year)},
		Parts: []Part{
			asked,
			{Name: "申报流程", Text: []string{"村申报（村民会议或者村民代表会议通过）、乡镇审核、县审定，逐级公示不少于十日。"}},
			result,
		},
	}, nil
}
