package intake

import (
	"fundbook/ledger"
)

// The files of a directory of notices.
const (
	FileNotices = "notices.csv"
	FileSources = "sources.csv"
	FileLines   = "lines.csv"
	FileChecks  = "checks.csv"
)

// Notice (公告) is one published notice as transcribed. Texts are as printed, but
// for spaces around them; what is blank in the page is blank here.
type Notice struct {
	Row int // in notices.csv, the header being 1

	ID          string // key of the document in its county
	Province    string
	Division    string // 区划代码 of the publishing unit, "" where it has none
	Unit        string // the publishing unit
	Title       string
	Issuer      string
	Published   string
	FundYear    string // 资金年度
	StatedTotal string // 万元
	URL         string
	Grade       string // how near to the source the transcription is: A to D
	Complete    string // whether all rows of the page are there
	Kind        string // 公告种类

	// Of the transcriber, not of the page: reported, not kept in the log.
	Use, Layout, Oddities string

	Sources []Source
	Lines   []Line
	Checks  []Check
}

// Source (资金来源) is one line of money in.
type Source struct {
	Row     int
	No      int // line of the document, from 1
	Tier    string
	Name    string
	DocNo   string
	Wan     string // 万元
	Printed string // the amount cell as printed
	Fen     string // 分
	Figure
}

// Line (支出行) is one line of money out.
type Line struct {
	Row           int
	No            int
	Seq           string // 序号 as printed
	Group         string // heading or subtotal it stands under
	Project       string
	Township      string
	Village       string
	Content       string
	Wan           string
	Printed       string
	Source        string // where its money comes from, as printed
	Unit          string // 责任单位
	Beneficiaries string
	Note          string // of the transcriber
	Fen           string
	Figure
}

// Check (校验项) is one total, count or ratio that the page prints itself.
type Check struct {
	Row        int
	Name       string
	Expression string
	Stated     string
	Expected   string // what the transcriber found: equal, mismatch, rule, info
	Comment    string
}

// Figure (金额) is what the amount columns of a row say.
type Figure struct {
	Amount ledger.Amount
	Stated bool // false: both columns are blank
	// Other is the second column's amount when the two contradict each other.
	Other   ledger.Amount
	Differs bool
}

// cell pairs a column with the field that holds its text. The lists below are the
// one table of columns: reading, leaf, digest and comparison all follow them.
type cell struct {
	column string
	text   *string
}

func (n *Notice) cells() []cell {
	return []cell{
		{"notice_id", &n.ID},
		{"province", &n.Province},
		{"division_code", &n.Division},
		{"unit_name", &n.Unit},
		{"title", &n.Title},
		{"issuer", &n.Issuer},
		{"published", &n.Published},
		{"fund_year", &n.FundYear},
		{"stated_total_wan", &n.StatedTotal},
		{"url", &n.URL},
		{"provenance_grade", &n.Grade},
		{"rows_complete", &n.Complete},
		{"kind", &n.Kind},
	}
}

// editorial are the columns that are the transcriber's own.
func (n *Notice) editorial() []cell {
	return []cell{{"recommended_use", &n.Use}, {"layout", &n.Layout}, {"oddities", &n.Oddities}}
}

func (s *Source) cells() []cell {
	return []cell{
		{"tier_as_labelled", &s.Tier},
		{"source_name", &s.Name},
		{"doc_no_as_printed", &s.DocNo},
		{"amount_wan", &s.Wan},
		{"amount_as_printed", &s.Printed},
		{"amount_fen", &s.Fen},
	}
}

func (l *Line) cells() []cell {
	return []cell{
		{"seq_as_printed", &l.Seq},
		{"group", &l.Group},
		{"project_name", &l.Project},
		{"township", &l.Township},
		{"village", &l.Village},
		{"content", &l.Content},
		{"amount_wan", &l.Wan},
		{"amount_as_printed", &l.Printed},
		{"fund_source_as_labelled", &l.Source},
		{"responsible_unit", &l.Unit},
		{"beneficiaries", &l.Beneficiaries},
		{"note", &l.Note},
		{"amount_fen", &l.Fen},
	}
}

func (c *Check) cells() []cell {
	return []cell{
		{"check", &c.Name},
		{"expression", &c.Expression},
		{"stated", &c.Stated},
		{"expected_result", &c.Expected},
		{"comment", &c.Comment},
	}
}

// optional are the columns that a file may lack; they then read as blank. Of
// amount_wan and amount_fen one must be there.
var optional = map[string]bool{
	"province": true, "division_code": true, "issuer": true, "stated_total_wan": true, "url": true,
	"provenance_grade": true, "rows_complete": true, "recommended_use": true, "layout": true, "oddities": true,
	"doc_no_as_printed": true, "amount_wan": true, "amount_as_printed": true, "amount_fen": true,
	"seq_as_printed": true, "group": true, "township": true, "village": true, "content": true,
	"fund_source_as_labelled": true, "responsible_unit": true, "beneficiaries": true, "note": true,
	"expected_result": true, "comment": true, "line": true, "row": true,
}
