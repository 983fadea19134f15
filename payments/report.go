package payments

import (
	"encoding/json"
	"strconv"

	"fundbook/ledger"
)

// Vouchers (凭证追溯) are the entries behind a row, by sequence number: the way down
// from a figure to its vouchers.
type Vouchers []int64

// MarshalJSON writes no vouchers as an empty list.
func (v Vouchers) MarshalJSON() ([]byte, error) {
	if v == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]int64(v))
}

func (v Vouchers) count() string { return strconv.Itoa(len(v)) }

// span prints the first and the last, or nothing.
func (v Vouchers) span() string {
	if len(v) == 0 {
		return ""
	}
	return strconv.FormatInt(v[0], 10) + "–" + strconv.FormatInt(v[len(v)-1], 10)
}

func column(zh, key string) ledger.Column { return ledger.Column{ZH: zh, Key: key} }
func number(zh, key string) ledger.Column { return ledger.Column{ZH: zh, Key: key, Figures: true} }

// sumColumns adds amounts up for the foot of a table; texts stay empty.
func sumRow(label string, columns int, sums map[int]ledger.Amount) []string {
	out := make([]string, columns)
	out[0] = label
	for i, a := range sums {
		out[i] = a.String()
	}
	return out
}

func reportNotes(county int32, asOf ledger.Date, known int64) []string {
	return []string{"县 " + strconv.Itoa(int(county)) + "    截至 " + asOf.String() + "    按序号 " + strconv.FormatInt(known, 10) + " 时的账    单位：元"}
}

// ProjectMoney (项目资金行) is one project in one lot, with the project's own words.
type ProjectMoney struct {
	ledger.ProjectRow
	Name     string        `json:"name"`
	State    string        `json:"state"`
	Unit     string        `json:"unit"`
	Category string        `json:"category"`
	Plan     ledger.Amount `json:"plan"` // planned + committed + payable + paid
	RateBP   int           `json:"paid_bp"`
	Vouchers Vouchers      `json:"vouchers"`
}

// ProjectsTable (项目资金表) is the report of projects.
type ProjectsTable struct {
	County int32          `json:"county"`
	AsOf   ledger.Date    `json:"as_of"`
	Known  int64          `json:"known_at"`
	Rows   []ProjectMoney `json:"rows"`
}

// Items returns the rows.
func (t ProjectsTable) Items() any { return t.Rows }

// Table lays the report out.
func (t ProjectsTable) Table() ledger.Table {
	out := ledger.Table{Title: "项目资金表", Notes: reportNotes(t.County, t.AsOf, t.Known), Columns: []ledger.Column{
		column("项目", "project"), column("名称", "name"), column("状态", "state"), column("单位", "unit"), column("批次", "lot"),
		number("计划", "plan"), number("已约束", "committed"), number("应付", "payable"), number("已付", "paid"), number("已列支", "executed"),
		number("待收回", "recovered"), number("支付率", "paid_rate"), number("凭证数", "vouchers"), column("凭证序号", "voucher_span"),
	}}
	sums := map[int]ledger.Amount{}
	for i := range t.Rows {
		x := &t.Rows[i]
		for c, a := range map[int]ledger.Amount{5: x.Plan, 6: x.Committed, 7: x.Payable, 8: x.Paid, 9: x.Executed, 10: x.Recovered} {
			sums[c] += a
		}
		out.Rows = append(out.Rows, []string{
			x.Project, x.Name, x.State, x.Unit, x.Lot, x.Plan.String(), x.Committed.String(), x.Payable.String(), x.Paid.String(), x.Executed.String(),
			x.Recovered.String(), percent(x.RateBP), x.Vouchers.count(), x.Vouchers.span(),
		})
	}
	out.Foot = [][]string{sumRow("合计", len(out.Columns), sums)}
	return out
}

// ProgressRow (支出进度行) is the progress of a scope: a budget year, a tier within it,
// or a lot.
type ProgressRow struct {
	Scope     string        `json:"scope"` // year tier lot
	Year      int           `json:"budget_year"`
	Tier      ledger.Tier   `json:"tier,omitempty"`
	Lot       string        `json:"lot,omitempty"`
	Authority ledger.Amount `json:"authority"`
	Arrived   ledger.Amount `json:"arrived"`
	Planned   ledger.Amount `json:"planned"` // in plan or further
	Committed ledger.Amount `json:"committed"`
	Paid      ledger.Amount `json:"paid"`
	RateBP    int           `json:"paid_bp"`
	TargetBP  int           `json:"target_bp,omitempty"` // of the latest node that has passed
	Node      ledger.Date   `json:"node,omitzero"`
	Vouchers  Vouchers      `json:"vouchers"` // those that paid
}

// ProgressTable (支出进度表) is the report of progress.
type ProgressTable struct {
	County int32         `json:"county"`
	AsOf   ledger.Date   `json:"as_of"`
	Known  int64         `json:"known_at"`
	Rows   []ProgressRow `json:"rows"`
}

// Items returns the rows.
func (t ProgressTable) Items() any { return t.Rows }

// Table lays the report out.
func (t ProgressTable) Table() ledger.Table {
	out := ledger.Table{Title: "支出进度表", Notes: reportNotes(t.County, t.AsOf, t.Known), Columns: []ledger.Column{
		column("范围", "scope"), column("年度", "budget_year"), column("层级", "tier"), column("批次", "lot"), number("指标", "authority"),
		number("已到位", "arrived"), number("已计划", "planned"), number("已约束", "committed"), number("已支付", "paid"), number("支付率", "paid_rate"),
		number("应达", "target"), column("节点", "node"), number("凭证数", "vouchers"), column("凭证序号", "voucher_span"),
	}}
	for i := range t.Rows {
		x := &t.Rows[i]
		target := ""
		if x.TargetBP > 0 {
			target = percent(x.TargetBP)
		}
		out.Rows = append(out.Rows, []string{
			x.Scope, strconv.Itoa(x.Year), x.Tier.Chinese(), x.Lot, x.Authority.String(), x.Arrived.String(), x.Planned.String(), x.Committed.String(),
			x.Paid.String(), percent(x.RateBP), target, x.Node.String(), x.Vouchers.count(), x.Vouchers.span(),
		})
	}
	return out
}

// SettlementTable (结算清理表) is what a settlement run would propose as of a day: the
// lines per project and lot and the proposals, each with its vouchers.
type SettlementTable struct {
	County int32               `json:"county"`
	AsOf   ledger.Date         `json:"as_of"`
	Known  int64               `json:"known_at"`
	Lines  []SettleLineVouched `json:"lines"`
	Rows   []SettleRowVouched  `json:"proposals"`
}

// SettleLineVouched is a line of a settlement with its vouchers.
type SettleLineVouched struct {
	SettleLine
	Vouchers Vouchers `json:"vouchers"`
}

// SettleRowVouched is a proposal with its vouchers.
type SettleRowVouched struct {
	SettleRow
	Vouchers Vouchers `json:"vouchers"`
}

// Items returns lines and proposals.
func (t SettlementTable) Items() any { return t }

// Table lays the proposals out under the lines.
func (t SettlementTable) Table() ledger.Table {
	out := ledger.Table{Title: "结算清理表", Notes: reportNotes(t.County, t.AsOf, t.Known), Columns: []ledger.Column{
		column("事项", "reason"), column("批次", "lot"), column("层级", "tier"), column("项目", "project"), column("合同", "contract"), column("科目", "from"),
		number("计划", "plan"), number("已约束", "committed"), number("已付", "paid"), number("应付", "payable"), number("未到期质保金", "retention_not_due"),
		number("结余", "saving"), number("建议金额", "amount"), column("起始", "since"), number("凭证数", "vouchers"), column("凭证序号", "voucher_span"),
	}}
	sums := map[int]ledger.Amount{}
	for i := range t.Lines {
		x := &t.Lines[i]
		for c, a := range map[int]ledger.Amount{6: x.Plan, 7: x.Committed, 8: x.Paid, 9: x.Payable, 10: x.RetentionNotDue, 11: x.Saving} {
			sums[c] += a
		}
		out.Rows = append(out.Rows, []string{
			"明细", x.LotCode, x.Tier.Chinese(), x.Project, "", "", x.Plan.String(), x.Committed.String(), x.Paid.String(), x.Payable.String(),
			x.RetentionNotDue.String(), x.Saving.String(), "", "", x.Vouchers.count(), x.Vouchers.span(),
		})
	}
	for i := range t.Rows {
		x := &t.Rows[i]
		if !x.Duty {
			sums[12] += x.Amount
		}
		out.Rows = append(out.Rows, []string{
			x.Reason.Chinese(), x.LotCode, x.Tier.Chinese(), x.Project, x.Contract, string(x.From), "", "", "", "", "", "", x.Amount.String(), x.Since.String(),
			x.Vouchers.count(), x.Vouchers.span(),
		})
	}
	out.Foot = [][]string{sumRow("合计（不含提示）", len(out.Columns), sums)}
	return out
}

// LotMoney (批次资金行) is one lot with its age and its vouchers.
type LotMoney struct {
	ledger.LotRow
	Issued   ledger.Date   `json:"issued,omitzero"`
	Months   int           `json:"months"` // whole months since
	Idle     ledger.Amount `json:"idle"`   // no project has it: unallocated, pooled, allocated
	RateBP   int           `json:"paid_bp"`
	Vouchers Vouchers      `json:"vouchers"`
}

// LotsTable (批次资金表) is the report of lots, extended by age and vouchers.
type LotsTable struct {
	County int32       `json:"county"`
	AsOf   ledger.Date `json:"as_of"`
	Known  int64       `json:"known_at"`
	Rows   []LotMoney  `json:"rows"`
}

// Items returns the rows.
func (t LotsTable) Items() any { return t.Rows }

// Table lays the report out.
func (t LotsTable) Table() ledger.Table {
	out := ledger.Table{Title: "批次资金表", Notes: reportNotes(t.County, t.AsOf, t.Known), Columns: []ledger.Column{
		column("批次", "lot"), column("文号", "document"), column("层级", "tier"), column("资金名称", "source"), column("下达", "issued"), number("月龄", "months"),
		number("指标", "authority"), number("已到位", "arrived"), number("闲置", "idle"), number("在计划", "planned"), number("已约束", "committed"),
		number("应付", "payable"), number("已付", "paid"), number("收回", "recovered"), number("支付率", "paid_rate"), number("凭证数", "vouchers"), column("凭证序号", "voucher_span"),
	}}
	sums := map[int]ledger.Amount{}
	for i := range t.Rows {
		x := &t.Rows[i]
		for c, a := range map[int]ledger.Amount{
			6: x.Authority, 7: x.Arrived, 8: x.Idle, 9: x.Planned, 10: x.Committed, 11: x.Payable, 12: x.Paid, 13: x.Recovered,
		} {
			sums[c] += a
		}
		out.Rows = append(out.Rows, []string{
			x.Lot, x.Document, x.Tier.Chinese(), x.Source, x.Issued.String(), strconv.Itoa(x.Months), x.Authority.String(), x.Arrived.String(), x.Idle.String(),
			x.Planned.String(), x.Committed.String(), x.Payable.String(), x.Paid.String(), x.Recovered.String(), percent(x.RateBP), x.Vouchers.count(), x.Vouchers.span(),
		})
	}
	out.Foot = [][]string{sumRow("合计", len(out.Columns), sums)}
	return out
}
