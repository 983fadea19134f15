package ledger

import (
	"fmt"
	"strconv"
	"strings"
)

// The reports as tables. Text shows what people read; its CSV has the fields of
// the JSON that fit in a cell.

func text(zh, key string) Column   { return Column{ZH: zh, Key: key} }
func figure(zh, key string) Column { return Column{ZH: zh, Key: key, Figures: true} }

// momentNotes say of which moment a report is.
func momentNotes(county string, at At) []string {
	day := "全部日期"
	if at.AsOf != 0 {
		day = "截至 " + at.AsOf.String()
	}
	return []string{fmt.Sprintf("县 %s    %s    按序号 %d 时的账    单位：元", county, day, at.KnownAt)}
}

// Items returns the rows, as `report trial-balance --format json` prints them.
func (r TrialReport) Items() any { return r.Rows }

// Table lays the trial balance out.
func (r TrialReport) Table() Table {
	t := Table{Title: "试算平衡表", Notes: momentNotes(r.County, r.At), Columns: []Column{
		text("县", "county"), text("账套", "book"), text("账组", "group"), text("科目", "code"), text("名称", "name"),
		text("明细", "sub"), text("批次", "lot"), figure("借方发生", "debit"), figure("贷方发生", "credit"), figure("余额", "balance"),
	}}
	for _, x := range r.Rows {
		t.Rows = append(t.Rows, []string{
			x.County, string(x.Book), x.Group, string(x.Code), x.Name, x.Sub, x.Lot, x.Debit.String(), x.Credit.String(), x.Balance.String(),
		})
	}
	var debit, credit Amount
	bad := 0
	for _, c := range r.Checks {
		debit, credit = debit+c.Debit, credit+c.Credit
		if !c.Balanced {
			bad++
			t.Notes = append(t.Notes, fmt.Sprintf("不平：账套 %s 账组 %s 批次 %s 借 %s 贷 %s", c.Book, c.Group, c.Lot, c.Debit, c.Credit))
		}
	}
	t.Foot = [][]string{{"合计", "", "", "", "", "", "", debit.String(), credit.String(), (debit - credit).String()}}
	if bad == 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("平衡：%d 组（账套 × 账组 × 批次）借贷相等", len(r.Checks)))
	}
	return t
}

// Items returns the rows.
func (l AccountList) Items() any { return l.Rows }

// Table lays the balances out.
func (l AccountList) Table() Table {
	t := Table{Title: "账户余额表", Notes: momentNotes(l.County, l.At), Columns: []Column{
		text("编号", "id"), text("账套", "book"), text("科目", "code"), text("名称", "name"), text("明细", "sub"), text("批次", "lot"),
		text("项目", "project"), text("合同/名册", "contract"), text("收款方", "payee"), text("单位", "unit"), text("资金池", "pool"),
		text("对方批次", "peer"), figure("借方发生", "debit"), figure("贷方发生", "credit"), figure("余额", "balance"),
	}}
	for _, x := range l.Rows {
		t.Rows = append(t.Rows, []string{
			x.ID, string(x.Book), string(x.Code), x.Name, x.Sub, x.Lot, x.Project, x.Contract, x.Payee, x.Unit, x.Pool, x.Peer,
			x.Debit.String(), x.Credit.String(), x.Balance.String(),
		})
	}
	return t
}

// Items returns the page whole: the rows mean little without what is brought
// forward.
func (p StatementPage) Items() any { return p }

// Table lays the statement out; amounts stand in the column of their side, red
// ones negative.
func (p StatementPage) Table() Table {
	name := p.Name
	if a := chartIndex[p.Code]; a != nil {
		name = a.EN
	}
	t := Table{Title: fmt.Sprintf("明细账  %s %s", p.Code, p.Name), TitleEN: "ledger of account " + string(p.Code) + " " + name, Columns: []Column{
		text("日期", "date"), figure("序号", "seq"), text("凭证", "vouchers"), text("事项", "event"), text("摘要", "memo"),
		text("对方科目", "counter"), text("附注", "note"), figure("借方", "debit"), figure("贷方", "credit"), figure("余额", "balance"),
	}}
	t.Notes = append(momentNotes(p.County, p.At), "账户 "+p.Account,
		fmt.Sprintf("期初 %s    本期借方 %s    本期贷方 %s    期末 %s", p.Opening, p.Debit, p.Credit, p.Balance))
	if p.Carried != p.Opening {
		t.Notes = append(t.Notes, "承前页 "+p.Carried.String())
	}
	for i := range p.Rows {
		x := &p.Rows[i]
		debit, credit := x.Amount.String(), ""
		if x.Side != "debit" {
			debit, credit = "", debit
		}
		t.Rows = append(t.Rows, []string{
			x.Date.String(), strconv.FormatInt(x.Seq, 10), voucherText(x.Vouchers), string(x.Event), x.Memo, refText(x.Counter),
			x.Note, debit, credit, x.Balance.String(),
		})
	}
	return t
}

func voucherText(list []VoucherNo) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = v.String()
	}
	return strings.Join(out, "、")
}

func refText(list []AccountRef) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = string(r.Code) + r.Name
	}
	return strings.Join(out, "、")
}

// Items returns the rows, as `report lots --format json` prints them.
func (l LotsList) Items() any { return l.Rows }

// figureColumns are the columns of LotFigures.
var figureColumns = []Column{
	figure("指标", "authority"), figure("到位", "arrived"), figure("待分配", "unallocated"), figure("整合池", "pooled"),
	figure("已分解", "allocated"), figure("计划", "planned"), figure("合同约束", "committed"), figure("应付", "payable"),
	figure("已付", "paid"), figure("已列支", "executed"), figure("收回", "recovered"),
}

func (f LotFigures) cells() []string {
	var out []string
	for _, a := range f.list() {
		out = append(out, a.String())
	}
	return out
}

// Table lays the lots out.
func (l LotsList) Table() Table {
	t := Table{Title: "批次执行情况表", Notes: momentNotes(l.County, l.At), Columns: append([]Column{
		text("县", "county"), text("批次", "lot"), text("公告/文件", "notice"), text("文号", "document"), text("层级", "tier"), text("资金来源", "source"),
	}, figureColumns...)}
	var total LotFigures
	for i := range l.Rows {
		x := &l.Rows[i]
		t.Rows = append(t.Rows, append([]string{x.County, x.Lot, x.Notice, x.Document, string(x.Tier), x.Source}, x.cells()...))
		total = total.plus(&x.LotFigures, 1)
	}
	t.Foot = [][]string{append([]string{"合计", "", "", "", "", ""}, total.cells()...)}
	return t
}

// Items returns the rows.
func (l TierList) Items() any { return l.Rows }

// Table lays the tiers out, each followed by what was left out of it.
func (l TierList) Table() Table {
	t := Table{Title: "分层级资金表", Notes: momentNotes(l.County, l.At), Columns: append([]Column{
		text("县", "county"), text("层级", "tier"), text("名称", "label"), text("部分", "part"), figure("批次数", "lots"), figure("行数", "lines"),
	}, figureColumns...)}
	for i := range l.Rows {
		x := &l.Rows[i]
		t.Rows = append(t.Rows, append([]string{x.County, string(x.Tier), x.Label, "列入", strconv.Itoa(x.Lots), ""}, x.cells()...))
		if x.LeftOutLines > 0 {
			t.Rows = append(t.Rows, append([]string{
				x.County, string(x.Tier), x.Label, "推定未列入", "", strconv.Itoa(x.LeftOutLines),
			}, x.LeftOut.cells()...))
		}
	}
	if l.LeftOutLines > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("%d 行分录的层级为推定，不列入各层级数", l.LeftOutLines))
	}
	return t
}

// Items returns the rows.
func (l ProjectsList) Items() any { return l.Rows }

// Table lays the projects out.
func (l ProjectsList) Table() Table {
	t := Table{Title: "项目资金表", Notes: momentNotes(l.County, l.At), Columns: []Column{
		text("县", "county"), text("项目", "project"), text("批次", "lot"), figure("计划", "planned"), figure("合同约束", "committed"),
		figure("应付", "payable"), figure("已付", "paid"), figure("已列支", "executed"), figure("收回", "recovered"),
	}}
	for _, x := range l.Rows {
		t.Rows = append(t.Rows, []string{
			x.County, x.Project, x.Lot, x.Planned.String(), x.Committed.String(), x.Payable.String(), x.Paid.String(),
			x.Executed.String(), x.Recovered.String(),
		})
	}
	return t
}

// Items returns the page whole.
func (p VoucherPage) Items() any { return p }

// Table lays the list of vouchers out.
func (p VoucherPage) Table() Table {
	t := Table{Title: fmt.Sprintf("凭证清单  账套 %s  %s  %s字", p.Book, p.Period, p.Word), Notes: momentNotes(p.County, p.At), Columns: []Column{
		figure("号", "no"), text("日期", "date"), figure("序号", "seq"), text("事项", "event"), text("名称", "event_name"), text("摘要", "memo"),
		text("决定文号", "decision"), figure("附件", "attachments"), figure("行数", "lines"), figure("资金借方", "money"), figure("指标借方", "authority"),
		text("冲销", "reverses"), text("被冲销", "reversed_by"),
	}}
	for i := range p.Rows {
		x := &p.Rows[i]
		t.Rows = append(t.Rows, []string{
			strconv.FormatInt(x.No, 10), x.Date.String(), strconv.FormatInt(x.Seq, 10), string(x.Event), x.EventName, x.Memo, x.Decision,
			strconv.Itoa(x.Attachments), strconv.Itoa(x.Lines), x.Money.String(), x.Authority.String(), seqText(x.Reverses), seqText(x.ReversedBy),
		})
	}
	return t
}

func seqText(seq int64) string {
	if seq == 0 {
		return ""
	}
	return strconv.FormatInt(seq, 10)
}

// Items returns the page whole.
func (p JournalPage) Items() any { return p }

// Table lays the journal out, one row a line.
func (p JournalPage) Table() Table {
	t := Table{Title: "序时账", Notes: momentNotes(p.County, p.At), Columns: journalColumns}
	for i := range p.Rows {
		t.Rows = append(t.Rows, p.Rows[i].cells()...)
	}
	return t
}

var journalColumns = []Column{
	figure("序号", "seq"), text("日期", "date"), text("凭证", "vouchers"), text("事项", "event"), text("摘要", "memo"), figure("行", "line"),
	text("账户", "account"), text("名称", "name"), figure("借方", "debit"), figure("贷方", "credit"), text("附注", "note"),
}

func (v *EntryView) cells() [][]string {
	out := make([][]string, len(v.Lines))
	for i := range v.Lines {
		l := &v.Lines[i]
		debit, credit := l.Amount.String(), ""
		if l.Side != "debit" {
			debit, credit = "", debit
		}
		out[i] = []string{
			strconv.FormatInt(v.Seq, 10), v.Date.String(), voucherText(v.Vouchers), string(v.Event), v.Memo, strconv.Itoa(l.Line),
			strings.TrimSuffix(l.Account, ",only"), l.Name, debit, credit, l.Note,
		}
	}
	return out
}

// Items returns the entry whole.
func (v EntryView) Items() any { return v }

// Table lays an entry out as a voucher.
func (v EntryView) Table() Table {
	t := Table{Title: fmt.Sprintf("凭证  序号 %d  %s %s", v.Seq, v.Event, v.EventName), TitleEN: fmt.Sprintf("entry  record %d  %s %s", v.Seq, v.Event, ownWords()[v.EventName]), Columns: journalColumns, Rows: v.cells()}
	checker := v.Checker.String()
	if v.Checker.IsZero() {
		checker = "未审核"
	}
	t.Notes = []string{
		fmt.Sprintf("县 %s    记录于 %s    制单 %s    审核 %s    附件 %d    单位：元", v.County, v.Recorded.Format("2006-01-02 15:04:05"),
			v.Maker, checker, len(v.Attachments)),
	}
	if v.Reverses != 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("冲销序号 %d", v.Reverses))
	}
	if v.ReversedBy != 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("已由序号 %d 冲销", v.ReversedBy))
	}
	return t
}
