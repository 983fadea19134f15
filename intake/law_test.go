package intake

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// fataler is a test, a fuzz target or a rapid check.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkPlan holds a plan to the laws of the intake: what it posts is what the
// notice states, to the fen, and what it does not post it reports.
func checkPlan(t fataler, p *Plan) {
	t.Helper()
	d := &p.Document
	if p.Refused() {
		if len(p.Lots)+len(p.Moves) != 0 {
			t.Fatalf("a refused notice plans something:\n%s", p.Text())
		}
	} else {
		checkPosted(t, p)
	}
	for _, f := range d.Findings {
		if f.Detail == "" || f.Severity == "" || f.File == "" || findingZH[f.Code] == "" {
			t.Fatalf("finding %+v is incomplete", f)
		}
	}
	body, err := d.encode()
	if err != nil {
		return // a text beyond the limits of the log: Import refuses it
	}
	back, err := DecodeDocument(translog.NewDecoder(body))
	if err != nil {
		t.Fatalf("the document does not decode: %v", err)
	}
	if diff := cmp.Diff(*d, back, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("decode ∘ encode (-planned +decoded):\n%s", diff)
	}
}

func checkPosted(t fataler, p *Plan) {
	t.Helper()
	rest := make([]ledger.Amount, len(p.Lots))
	lines := map[int]ledger.Amount{}
	for _, m := range p.Moves {
		var sum ledger.Amount
		inferred := false
		for _, s := range m.Parts {
			if s.Amount <= 0 {
				t.Fatalf("%s row %d: amount %s", m.Event, m.Row, s.Amount)
			}
			sum += s.Amount
			inferred = inferred || s.Inferred
			if m.Event == "E01" {
				rest[s.Lot] += s.Amount
			} else {
				rest[s.Lot] -= s.Amount
			}
		}
		if inferred != (m.Draw == ledger.DrawProRata) {
			t.Fatalf("row %d: 推定 %v, draw rule %q", m.Row, inferred, m.Draw)
		}
		if m.Event == "E04" {
			lines[m.Row] = sum
			if (m.Into == toUnnamed) != (m.Unit == "") {
				t.Fatalf("row %d: %s with unit %q", m.Row, m.Into, m.Unit)
			}
		}
	}
	var left ledger.Amount
	for i, r := range rest {
		if r < 0 {
			t.Fatalf("lot %s is overdrawn by %s", p.Lots[i].Code, -r)
		}
		left += r
	}
	var total ledger.Amount
	for i := range p.Document.Sources {
		total += p.Document.Sources[i].Amount
	}
	for i := range p.Document.Lines {
		l := &p.Document.Lines[i]
		if lines[l.Row] != l.Amount {
			t.Fatalf("line %d states %s, posted %s", l.Row, l.Amount, lines[l.Row])
		}
		total -= l.Amount
	}
	if total != left {
		t.Fatalf("sources less lines %s, lots keep %s", total, left)
	}
	reported := ledger.Amount(0)
	for _, f := range p.Document.Findings {
		if f.Code == Unallocated {
			reported += *f.Amount
		}
	}
	if len(p.Lots) > 0 && reported != left {
		t.Fatalf("the remainder is %s, reported %s", left, reported)
	}
}

func TestSamplePlansKeepTheLaws(t *testing.T) {
	t.Parallel()
	for _, p := range samplePlans(t) {
		checkPlan(t, &p)
	}
}

// Notices of other counties and years keep the laws too, whatever they leave out.
func TestGeneratedNoticesKeepTheLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		data, err := ReadDir(generated(t))
		if err != nil {
			t.Fatalf("ReadDir: %v", err)
		}
		for i := range data.Notices {
			p := NewPlan(&data.Notices[i], nil)
			checkPlan(t, &p)
			again := NewPlan(&data.Notices[i], nil)
			if diff := cmp.Diff(p, again); diff != "" {
				t.Fatalf("a plan is not a function of its notice:\n%s", diff)
			}
		}
	})
}

// generated is a directory of a few notices with the oddities of real pages.
func generated(t *rapid.T) fstest.MapFS {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	amount := func(label string) string {
		fen := rapid.Int64Range(1, 1e10).Draw(t, label)
		if rapid.Bool().Draw(t, label+" in whole 万元") {
			fen = fen/1_000_000*1_000_000 + 1_000_000
		}
		return ledger.Amount(fen).Wan()
	}
	var notices, sources, lines, checks strings.Builder
	for i := range rapid.IntRange(1, 3).Draw(t, "notices") {
		id := fmt.Sprintf("N-%d", i)
		fmt.Fprintf(&notices, "%s,%s,安远县,%s,,%s,%s,%s,%s\n", id, pick("code", "360726", "411400", "", "360726104"),
			pick("title", "中央财政衔接资金公告", "资金公示", "2022年中省财政资金"), pick("published", "2022-03-01", "2022年3月", ""),
			pick("year", "2018", "2022", "2023"), pick("total", "", "100"), pick("kind", "分配公示", "市到县分配", "累计公示"))
		for j := range rapid.IntRange(0, 5).Draw(t, "sources") {
			fmt.Fprintf(&sources, "%s,%d,%s,%s,%s,%s,,\n", id, j+1, pick("tier", "中央", "省级", "市级", "县级", "债券", "其他", "中央及省级", "州级", "", "省市级"),
				pick("name", "衔接资金", "扶贫资金", "多方筹措"), pick("doc", "", "财农〔2022〕5号", "财农〔20225号", "会议纪要"), amount("source"))
		}
		for range rapid.IntRange(0, 8).Draw(t, "lines") {
			fmt.Fprintf(&lines, "%s,,%s,%s,%s,%s,,%s,%s,\n", id, pick("group", "", "中央", "小计1"), pick("project", "道路", "", "睢县"),
				pick("township", "", "龙布镇", "甲镇、乙镇"), pick("blank", amount("line"), amount("line"), ""),
				pick("label", "", "", "中央", "省级", "中央1;省级2", "衔接资金", "某基金"), pick("unit", "", "交通局", "龙布镇人民政府"))
		}
		fmt.Fprintf(&checks, "%s,total,%s,%s\n", id, pick("check", "sum(projects)", "sum(sources)", "count(projects)", "x"), pick("stated", "1", "100", "5%"))
	}
	return small(notices.String(), sources.String(), lines.String(), checks.String())
}
