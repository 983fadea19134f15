package intake

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// Status (入账结果) is what became of a notice.
type Status string

// The statuses.
const (
	Posted    Status = "posted"
	Refused   Status = "refused"
	Unchanged Status = "unchanged"
)

var statusZH = map[Status]string{Posted: "已入账", Refused: "拒绝", Unchanged: "未变"}

// Chinese returns the printed name of the status.
func (s Status) Chinese() string { return statusZH[s] }

// Result (导入结果) is what became of one notice, and what was found in it.
type Result struct {
	ID          string        `json:"id"`
	County      string        `json:"county"`
	CountyName  string        `json:"county_name"`
	Title       string        `json:"title"`
	Status      Status        `json:"status"`
	Seq         int64         `json:"seq"` // of the document's record, 0 when there is none
	Lots        int           `json:"lots"`
	Entries     int           `json:"entries"`
	Sources     ledger.Amount `json:"sources"`     // money in
	Allocated   ledger.Amount `json:"allocated"`   // of it to units
	Unallocated ledger.Amount `json:"unallocated"` // of it to nobody yet
	Inferred    ledger.Amount `json:"inferred"`    // of Allocated: split by a draw rule, 推定
	Findings    []Finding     `json:"findings"`
}

// Result sums the plan up as a result of the status given.
func (p *Plan) Result(s Status, seq int64) Result {
	r := Result{
		ID: p.Document.ID, County: p.County, CountyName: p.CountyName, Title: p.Document.Title, Status: s, Seq: seq,
		Lots: len(p.Lots), Entries: len(p.Moves), Findings: p.Document.Findings,
	}
	for i := range p.Moves {
		m := &p.Moves[i]
		for _, x := range m.Parts {
			switch m.Event {
			case "E01":
				r.Sources += x.Amount
			default:
				r.Allocated += x.Amount
				if x.Inferred {
					r.Inferred += x.Amount
				}
			}
		}
	}
	r.Unallocated = r.Sources - r.Allocated
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	return r
}

func statusOf(err error) Status {
	switch {
	case err == nil:
		return Posted
	case fault.From(err).Is(ErrUnchanged):
		return Unchanged
	}
	return Refused
}

// refusedBy makes a result of a fault that a rule of the ledger or an earlier
// import raised against the notice; other errors come back.
func (p *Plan) refusedBy(err error) (Result, error) {
	f := fault.From(err)
	switch f.Kind {
	case fault.Refused, fault.Conflict, fault.Invalid, fault.TooLarge:
	default:
		return Result{}, err
	}
	r := p.Result(Refused, 0)
	r.Findings = append(append([]Finding(nil), r.Findings...),
		Finding{Code: FindingCode(f.Code), Severity: Error, File: FileNotices, Row: p.Document.Row, Detail: f.Message("zh")})
	return r, nil
}

// Report (导入报告) is the outcome of a directory of notices.
type Report struct {
	Items    []Result  `json:"items"`
	Controls []Control `json:"controls"`
	Files    []Finding `json:"files"` // about whole files
}

// NewReport begins the report of a directory.
func NewReport(d Data) *Report {
	return &Report{Items: []Result{}, Controls: []Control{}, Files: append([]Finding{}, d.Findings...)}
}

// Add enters a notice.
func (r *Report) Add(p *Plan, res Result) {
	r.Items = append(r.Items, res)
	r.Controls = append(r.Controls, p.Controls...)
}

// Count returns how many notices have the status.
func (r *Report) Count(s Status) int {
	n := 0
	for i := range r.Items {
		if r.Items[i].Status == s {
			n++
		}
	}
	return n
}

// JSON writes the report as DESIGN 6 documents it: amounts are strings of yuan.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// CSV writes one row for each finding and each control, so that a spreadsheet can
// sort them; a notice without findings has one row too.
func (r *Report) CSV(w io.Writer) error {
	rows := [][]string{{"公告", "结果", "记录", "程度", "代码", "说明", "文件", "行", "列", "金额（元）", "详情"}}
	add := func(id, status, seq string, f *Finding) {
		row := ""
		if f.Row > 0 {
			row = strconv.Itoa(f.Row)
		}
		amount := ""
		if f.Amount != nil {
			amount = f.Amount.String()
		}
		rows = append(rows, []string{
			id, status, seq, string(f.Severity), string(f.Code), f.Code.Chinese(), f.File, row, f.Column, amount, f.Detail,
		})
	}
	for i := range r.Files {
		add("", "", "", &r.Files[i])
	}
	for i := range r.Items {
		x := &r.Items[i]
		if len(x.Findings) == 0 {
			add(x.ID, x.Status.Chinese(), fmt.Sprint(x.Seq), &Finding{File: FileNotices})
		}
		for j := range x.Findings {
			add(x.ID, x.Status.Chinese(), fmt.Sprint(x.Seq), &x.Findings[j])
		}
	}
	for i := range r.Controls {
		k := &r.Controls[i]
		rows = append(rows, []string{
			k.ID, k.Result.Chinese(), "", "", string(k.Result), "控制数 " + k.Check, FileChecks, strconv.Itoa(k.Row), "stated", "",
			"公布 " + k.Stated + "，计算 " + k.Computed + "；" + k.Detail,
		})
	}
	return sheet.Write(w, rows)
}

// findingLines prints findings for people. Without details, infos are left out and
// the blank cells of one column stand in one line, with their rows and their sum.
func findingLines(list []Finding, details bool) []string {
	var out []string
	for i := 0; i < len(list); i++ {
		f := list[i]
		if details {
			out = append(out, f.String())
			continue
		}
		if f.Severity == Info {
			continue
		}
		rows, sum := strconv.Itoa(f.Row), ledger.Amount(0)
		same := func(g Finding) bool {
			return f.Code == Blank && g.Code == Blank && g.File == f.File && g.Column == f.Column
		}
		for ; i+1 < len(list) && same(list[i+1]); i++ {
			rows += "、" + strconv.Itoa(list[i+1].Row)
			sum += amountOf(list[i+1])
		}
		if rows == strconv.Itoa(f.Row) {
			out = append(out, f.String())
			continue
		}
		out = append(out, fmt.Sprintf("[%s] %s %s 第 %s 行 %s 列 合计 %s 元", severityZH[f.Severity], f.Code.Chinese(), f.File, rows, f.Column,
			(sum+amountOf(f)).Grouped()))
	}
	return out
}

func amountOf(f Finding) ledger.Amount {
	if f.Amount == nil {
		return 0
	}
	return *f.Amount
}

// Text writes the report for people: a line for each notice, its errors and
// warnings below, then the controls that do not hold. With details it lists infos,
// every blank cell by itself, and the controls that hold as well.
func (r *Report) Text(w io.Writer, details bool) error {
	var b strings.Builder
	for i := range r.Files {
		fmt.Fprintf(&b, "%s\n", r.Files[i])
	}
	for i := range r.Items {
		x := &r.Items[i]
		fmt.Fprintf(&b, "%s  %s  %s（%s）  批次 %d  凭证 %d  来源 %s 万元  已分解 %s 万元  待分配 %s 万元",
			x.Status.Chinese(), x.ID, x.CountyName, x.County, x.Lots, x.Entries, x.Sources.Wan(), x.Allocated.Wan(), x.Unallocated.Wan())
		if x.Inferred != 0 {
			fmt.Fprintf(&b, "  其中推定 %s 万元", x.Inferred.Wan())
		}
		if x.Seq != 0 {
			fmt.Fprintf(&b, "  记录 %d", x.Seq)
		}
		b.WriteByte('\n')
		for _, line := range findingLines(x.Findings, details) {
			b.WriteString("    " + line + "\n")
		}
	}
	counts := map[Verdict]int{}
	for i := range r.Controls {
		k := &r.Controls[i]
		counts[k.Result]++
		if details || k.Result != Equal {
			fmt.Fprintf(&b, "控制数 %s  %s：公布 %s，计算 %s，%s；%s\n", k.ID, k.Check, k.Stated, k.Computed, k.Result.Chinese(), k.Detail)
		}
	}
	fmt.Fprintf(&b, "公告 %d：已入账 %d，拒绝 %d，未变 %d。控制数 %d：相符 %d，不符 %d，不能计算 %d。\n", len(r.Items),
		r.Count(Posted), r.Count(Refused), r.Count(Unchanged), len(r.Controls), counts[Equal], counts[Mismatch], counts[NotEvaluable])
	_, err := io.WriteString(w, b.String())
	return err
}
