package intake

import (
	"fmt"

	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// Severity (程度) says what a finding does: an error refuses its notice, a warning
// asks a person to look, an info only says how something was taken.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

var severityZH = map[Severity]string{Error: "拒绝", Warning: "警告", Info: "说明"}

// Finding (发现) is one oddity of a notice or a file, with its place and figure.
type Finding struct {
	Code     FindingCode    `json:"code"`
	Severity Severity       `json:"severity"`
	File     string         `json:"file"`
	Row      int            `json:"row,omitempty"`
	Column   string         `json:"column,omitempty"`
	Amount   *ledger.Amount `json:"amount,omitempty"`
	Detail   string         `json:"detail"`
}

// Place returns where the finding stands.
func (f Finding) Place() sheet.Place { return sheet.Place{File: f.File, Row: f.Row, Column: f.Column} }

// String prints the finding for people: [警告] 文号残缺 sources.csv 第 24 行 … 10,000.00 元：….
func (f Finding) String() string {
	s := fmt.Sprintf("[%s] %s %s", severityZH[f.Severity], f.Code.Chinese(), f.Place())
	if f.Amount != nil {
		s += " " + f.Amount.Grouped() + " 元"
	}
	return s + "：" + f.Detail
}

// FindingCode names a kind of finding; codes are stable, texts may change.
type FindingCode string

// The codes. Those of the first group refuse the notice.
const (
	LibraryTotals       FindingCode = "library_totals"
	SourceMissing       FindingCode = "source_missing"
	SourceAmountMissing FindingCode = "source_amount_missing"
	AmountContradiction FindingCode = "amount_contradiction"
	AmountNegative      FindingCode = "amount_negative"
	LinesExceedSources  FindingCode = "lines_exceed_sources"
	LinesExceedLot      FindingCode = "lines_exceed_source"
	FundYearMissing     FindingCode = "fund_year_missing"
	DivisionInvalid     FindingCode = "division_code_invalid"
	UnitMissing         FindingCode = "unit_missing"
	PersonalData        FindingCode = "personal_data"
	TooLarge            FindingCode = "notice_too_large"

	ControlMismatch   FindingCode = "control_mismatch"
	TotalMismatch     FindingCode = "stated_total_mismatch"
	Unallocated       FindingCode = "unallocated"
	Inferred          FindingCode = "inferred"
	TierContradiction FindingCode = "tier_contradiction"
	TierMissing       FindingCode = "tier_not_stated"
	TierUnknown       FindingCode = "tier_unknown"
	TierMerged        FindingCode = "tier_merged"
	ClassUnclear      FindingCode = "class_unclear"
	DocNoMissing      FindingCode = "doc_no_not_stated"
	DocNoDamaged      FindingCode = "doc_no_damaged"
	DocNoAmbiguous    FindingCode = "doc_no_ambiguous"
	DocNoUnreadable   FindingCode = "doc_no_unreadable"
	DocNoSeveral      FindingCode = "doc_no_several"
	DocNoYear         FindingCode = "doc_no_year"
	DocNoTwice        FindingCode = "doc_no_twice"
	DocNoElsewhere    FindingCode = "doc_no_in_other_notice"
	AmountCell        FindingCode = "amount_cell_mismatch"
	AmountCellText    FindingCode = "amount_cell_text"
	AmountMissing     FindingCode = "amount_missing"
	AmountZero        FindingCode = "amount_zero"
	SplitMismatch     FindingCode = "split_mismatch"
	LabelUnmatched    FindingCode = "source_label_unmatched"
	UnitUnnamed       FindingCode = "unit_unnamed"
	UnitAmbiguous     FindingCode = "unit_ambiguous"
	UnitNoCode        FindingCode = "unit_without_code"
	DateMissing       FindingCode = "published_missing"
	DateIncomplete    FindingCode = "published_incomplete"
	DateYear          FindingCode = "published_year"
	DateFuture        FindingCode = "published_in_future"
	Blank             FindingCode = "blank"
	RowsIncomplete    FindingCode = "rows_incomplete"
	Cumulative        FindingCode = "cumulative"
	NotOfficial       FindingCode = "not_official"
	LocalCode         FindingCode = "local_code"
	DamagedText       FindingCode = "damaged_text"
	Remark            FindingCode = "transcriber_note"

	ColumnMissing FindingCode = "column_missing"
	ColumnUnknown FindingCode = "column_unknown"
	FileOpen      FindingCode = "file_not_terminated"
	TextComposed  FindingCode = "text_composed"
)

var findingZH = map[FindingCode]string{
	LibraryTotals: "项目库合计不是资金", SourceMissing: "没有资金来源", SourceAmountMissing: "来源金额未列明",
	AmountContradiction: "两列金额不符", AmountNegative: "金额为负", LinesExceedSources: "支出超过来源",
	LinesExceedLot: "支出超过其所列来源", FundYearMissing: "资金年度未列明", DivisionInvalid: "区划代码不合要求",
	UnitMissing: "发布单位未列明", PersonalData: "含个人信息", TooLarge: "公告过大",
	ControlMismatch: "公布的合计不符", TotalMismatch: "来源合计与公布总额不符", Unallocated: "未分配余额", Inferred: "来源推定",
	TierContradiction: "层级矛盾", TierMissing: "层级未列明", TierUnknown: "层级名称不识别", TierMerged: "合并层级",
	ClassUnclear: "资金类别不明", DocNoMissing: "未列明文号", DocNoDamaged: "文号残缺", DocNoAmbiguous: "文号有歧义",
	DocNoUnreadable: "文号不合格式", DocNoSeveral: "一格多个文号", DocNoYear: "文号年份异常", DocNoTwice: "同号异年",
	DocNoElsewhere: "文号已见于其他公告", AmountCell: "金额单元格不符", AmountCellText: "金额单元格另有文字",
	AmountMissing: "金额空白", AmountZero: "金额为零", SplitMismatch: "印刷的拆分不等于金额", LabelUnmatched: "所列来源对不上",
	UnitUnnamed: "未指明单位", UnitAmbiguous: "单位不能确定", UnitNoCode: "单位没有区划代码", DateMissing: "发布日期空白",
	DateIncomplete: "发布日期不完整", DateYear: "发布日期与资金年度不一致", DateFuture: "发布日期在将来", Blank: "空白",
	RowsIncomplete: "明细不全", Cumulative: "累计数", NotOfficial: "非官方原文", LocalCode: "本地代码",
	DamagedText: "文字残缺", Remark: "录入说明",
	ColumnMissing: "缺少列", ColumnUnknown: "多余的列", FileOpen: "文件末行没有换行", TextComposed: "文字已规范",
}

// Chinese returns the name of the code. A code of another room, which stands where
// a rule of the ledger refused the notice, is its own name.
func (c FindingCode) Chinese() string {
	if zh, ok := findingZH[c]; ok {
		return zh
	}
	return string(c)
}

// FindingCodes lists every code with its Chinese name, in no order.
func FindingCodes() map[FindingCode]string {
	out := make(map[FindingCode]string, len(findingZH))
	for c, zh := range findingZH {
		out[c] = zh
	}
	return out
}

// find makes a finding about a place.
func find(c FindingCode, s Severity, at sheet.Place) Finding {
	return Finding{Code: c, Severity: s, File: at.File, Row: at.Row, Column: at.Column}
}

// of adds the figure.
func (f Finding) of(a ledger.Amount) Finding { f.Amount = &a; return f }

// figured adds the figure of a row, unless it states none.
func (f Finding) figured(x Figure) Finding {
	if x.Stated {
		return f.of(x.Amount)
	}
	return f
}

// say adds what was found.
func (f Finding) say(format string, args ...any) Finding {
	f.Detail = fmt.Sprintf(format, args...)
	return f
}

// at returns the place of a column of the row.
func (n *Notice) at(column string) sheet.Place {
	return sheet.Place{File: FileNotices, Row: n.Row, Column: column}
}

func (s *Source) at(column string) sheet.Place {
	return sheet.Place{File: FileSources, Row: s.Row, Column: column}
}

func (l *Line) at(column string) sheet.Place {
	return sheet.Place{File: FileLines, Row: l.Row, Column: column}
}

func (c *Check) at(column string) sheet.Place {
	return sheet.Place{File: FileChecks, Row: c.Row, Column: column}
}

// placer returns the place of a column of one row.
type placer func(column string) sheet.Place
