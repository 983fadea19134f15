package projects

import (
	"slices"
	"strings"
	"testing"

	"fundbook/internal/region"
	"fundbook/ledger"
)

// divisions are two townships with a village of one name in both.
var divisions = region.NewSet([]region.Division{
	{Code: "360726101", Name: "欣山镇"},
	{Code: "360726102", Name: "孔田镇"},
	{Code: "360726101201", Name: "濂江村"},
	{Code: "360726102201", Name: "上魏村"},
	{Code: "360726101202", Name: "新塘村"},
	{Code: "360726102202", Name: "新塘村"},
})

const planHead = "序号,县名,乡镇,行政村及责任单位,组名,单位属性,建设性质,项目名称,项目类别,建设内容,建设规模,单位,项目总投资（万元）,财政衔接资金（万元）,其他资金（万元）,覆盖户数,覆盖脱贫户数,覆盖人数,覆盖脱贫人口数,绩效目标,备注\n"

// planRow is a good row; changes replace its cells by column number from 1.
func planRow(changes ...string) string {
	cells := []string{"1", "安远县", "欣山镇", "濂江村", "", "行政村", "新建", "通组路硬化", "030101", "硬化道路", "2", "公里", "12.5", "10", "2.5", "60", "10", "230", "40", "新建道路2公里", ""}
	for i := 0; i+1 < len(changes); i += 2 {
		n := 0
		for _, r := range changes[i] {
			n = n*10 + int(r-'0')
		}
		cells[n-1] = changes[i+1]
	}
	return strings.Join(cells, ",") + "\n"
}

func planImport(rows string) ImportCmd {
	start, _ := ledger.ParseDate("2026-03-01")
	finish, _ := ledger.ParseDate("2026-10-31")
	return ImportCmd{
		File: []byte(planHead + rows), Year: 2026, Source: "central", Start: start, Finish: finish, Participation: "村民会议讨论", Mechanism: "改善出行",
	}
}

func TestReadPlan(t *testing.T) {
	t.Parallel()
	c := planImport(planRow() + planRow("3", "", "4", "县交通局", "8", "县道改造") + planRow("4", "新塘村", "8", "水渠") + planRow("1", "合计", "3", "", "13", "37.5"))
	list, report, err := ReadPlan(&c, TableReader{County: "360726", Places: divisions})
	if err != nil || report.Errors > 0 {
		t.Fatalf("%v %+v", err, report)
	}
	if len(list) != 3 || report.Rows != 3 || report.Total != 37_500_000 {
		t.Fatalf("%d projects, %d rows, %s", len(list), report.Rows, report.Total)
	}
	p := list[0]
	if p.Village != "360726101201" || p.Town != "欣山镇" || p.Budget != 12_500_000 || p.RaisedBy != RaisedByVillage || p.Category != "030101" || p.Beneficiaries.PoorPersons != 40 {
		t.Errorf("%+v", p)
	}
	if len(p.Financing) != 2 || p.Financing[0] != (Financing{"central", 10_000_000}) || p.Financing[1] != (Financing{"other", 2_500_000}) {
		t.Errorf("financing %+v", p.Financing)
	}
	if list[1].Tier != TierCounty || list[1].Unit != "县交通局" {
		t.Errorf("%+v", list[1])
	}
	if list[2].Village != "360726101202" {
		t.Errorf("新塘村 of 欣山镇 is %s", list[2].Village)
	}
}

// TestReadPlanFinds: what is wrong gives a row, a column, a reason and a remedy.
func TestReadPlanFinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, row, column, code string
	}{
		{"unknown township", planRow("3", "乌有镇"), "乡镇", "town_unknown"},
		{"unknown village", planRow("4", "乌有村"), "行政村及责任单位", "village_unknown"},
		{"village of another township", planRow("4", "上魏村"), "行政村及责任单位", "village_unknown"},
		{"county-run without a unit", planRow("3", "", "4", ""), "行政村及责任单位", "unit_missing"},
		{"unknown category", planRow("9", "开饭馆"), "项目类别", "category_unknown"},
		{"no category", planRow("9", ""), "项目类别", "category_missing"},
		{"negative amount", planRow("14", "-10"), "财政衔接资金（万元）", "amount_negative"},
		{"amount with words", planRow("14", "约10"), "财政衔接资金（万元）", "amount_form"},
		{"sum", planRow("15", "3"), "项目总投资（万元）", "sum"},
		{"blank total", planRow("13", "", "14", "", "15", ""), "项目总投资（万元）", "amount_zero"},
		{"more poor than all", planRow("19", "231"), "覆盖脱贫人口数", "count_part"},
		{"negative count", planRow("16", "-1"), "覆盖户数", "count_negative"},
		{"no goals", planRow("20", ""), "绩效目标", "goals_missing"},
		{"nature", planRow("7", ""), "项目名称", "project.field"},
		{"twice", planRow() + planRow(), "项目名称", "project_repeated"},
	} {
		cmd := planImport(c.row)
		_, report, err := ReadPlan(&cmd, TableReader{County: "360726", Places: divisions})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		ok := slices.ContainsFunc(report.Findings, func(f RowFinding) bool {
			return f.Column == c.column && strings.HasPrefix(f.Code, c.code) && f.Row >= 2 && f.Why != "" && f.Remedy != ""
		})
		if !ok || report.Fault() == nil {
			t.Errorf("%s: %+v", c.name, report.Findings)
		}
	}
	missing := planImport(planRow())
	missing.Start, missing.Mechanism, missing.Source = 0, "", ""
	_, report, err := ReadPlan(&missing, TableReader{County: "360726", Places: divisions})
	if err != nil || report.Errors != 3 {
		t.Errorf("what the 21 columns lack: %v %+v", err, report.Findings)
	}
	other := planImport(planRow())
	_, report, err = ReadPlan(&other, TableReader{County: "360726", Places: divisions, Town: "孔田镇"})
	if err != nil || report.Errors == 0 || report.Findings[0].Code != "town_other" {
		t.Errorf("a project of another township: %v %+v", err, report.Findings)
	}
}

// TestReadPlanUnits: the unit of money is one, and stated.
func TestReadPlanUnits(t *testing.T) {
	t.Parallel()
	none := planImport(planRow())
	none.File = []byte(strings.ReplaceAll(string(none.File), "（万元）", ""))
	if _, _, err := ReadPlan(&none, TableReader{County: "360726", Places: divisions}); err == nil {
		t.Error("a table without a unit was read")
	}
	none.Unit = "元"
	none.File = []byte(strings.NewReplacer("12.5", "125000", ",10,2.5", ",100000,25000").Replace(string(none.File)))
	list, report, err := ReadPlan(&none, TableReader{County: "360726", Places: divisions})
	if err != nil || report.Errors > 0 || list[0].Budget != 12_500_000 {
		t.Errorf("yuan by the command: %v %+v", err, report.Findings)
	}
	mixed := planImport(planRow())
	mixed.File = []byte(strings.Replace(string(mixed.File), "其他资金（万元）", "其他资金（元）", 1))
	if _, _, err := ReadPlan(&mixed, TableReader{County: "360726", Places: divisions}); err == nil {
		t.Error("mixed units were read")
	}
}
