package publicity

import (
	"strconv"

	"fundbook/ledger"
)

// DutyTable (公开义务表) is the report of what must be public, as of a day.
type DutyTable struct {
	County int32       `json:"county"`
	AsOf   ledger.Date `json:"as_of"`
	Rows   []Duty      `json:"rows"`
}

// Items returns the rows.
func (t DutyTable) Items() any { return t.Rows }

// Table lays the report out.
func (t DutyTable) Table() ledger.Table {
	out := ledger.Table{Title: "公开义务表", Notes: []string{"截至 " + t.AsOf.String()}, Columns: []ledger.Column{
		{ZH: "类型", Key: "type"},
		{ZH: "公告", Key: "title"},
		{ZH: "乡镇", Key: "town"},
		{ZH: "村", Key: "village"},
		{ZH: "对象", Key: "about"},
		{ZH: "名称", Key: "name"},
		{ZH: "起算日", Key: "trigger"},
		{ZH: "期限", Key: "due"},
		{ZH: "状态", Key: "status"},
		{ZH: "核验码", Key: "notice"},
		{ZH: "已张贴天数", Key: "days", Figures: true},
		{ZH: "依据", Key: "basis"},
	}}
	for i := range t.Rows {
		x := &t.Rows[i]
		due := x.Due.String()
		if x.Due.IsZero() {
			due = x.NoDue
		}
		out.Rows = append(out.Rows, []string{
			string(x.Type), x.Title, x.Town, x.Village, x.About, x.Name, x.Trigger.String(), due, x.Status.Chinese(), x.Notice, strconv.Itoa(x.Days), x.Basis,
		})
	}
	return out
}

// CoverageTable (公开覆盖表) is how many duties each village, township and the county has,
// by type.
type CoverageTable struct {
	County int32       `json:"county"`
	AsOf   ledger.Date `json:"as_of"`
	Rows   []Coverage  `json:"rows"`
}

// Items returns the rows.
func (t CoverageTable) Items() any { return t.Rows }

// Table lays the report out; its foot adds up what is still open.
func (t CoverageTable) Table() ledger.Table {
	out := ledger.Table{Title: "公开覆盖表", Notes: []string{"截至 " + t.AsOf.String() + "    未公开一栏全为 0 即全部公开"}, Columns: []ledger.Column{
		{ZH: "乡镇", Key: "town"},
		{ZH: "村", Key: "village"},
		{ZH: "类型", Key: "type"},
		{ZH: "应公开", Key: "all", Figures: true},
		{ZH: "已公开", Key: "done", Figures: true},
		{ZH: "公示期内", Key: "running", Figures: true},
		{ZH: "逾期", Key: "overdue", Figures: true},
		{ZH: "未公开", Key: "open", Figures: true},
	}}
	all, open := 0, 0
	for i := range t.Rows {
		x := &t.Rows[i]
		all, open = all+x.All, open+x.Open
		out.Rows = append(out.Rows, []string{
			x.Town, x.Village, string(x.Type), strconv.Itoa(x.All), strconv.Itoa(x.By[DutyDone] + x.By[DutyLate]), strconv.Itoa(x.By[DutyRunning]),
			strconv.Itoa(x.By[DutyOverdue]), strconv.Itoa(x.Open),
		})
	}
	out.Foot = [][]string{{"合计", "", "", strconv.Itoa(all), "", "", "", strconv.Itoa(open)}}
	return out
}
