package intake

import (
	"errors"
	"strings"
	"testing"

	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

// rowsForTest is a notice with two tiers and three lines, 100 万元 in, 90.5 out.
func rowsForTest() *Notice {
	return &Notice{
		ID:      "T",
		Sources: []Source{{Row: 2, No: 1, Tier: "中央", Figure: wan(60)}, {Row: 3, No: 2, Tier: "省级", Figure: wan(40)}},
		Lines: []Line{
			{Row: 2, No: 1, Group: "小计（一）", Project: "甲", Figure: wan(50)},
			{Row: 3, No: 2, Group: "小计（一）", Project: "乙", Figure: Figure{Amount: 30_500_000 + 10_000_000, Stated: true}},
			{Row: 4, No: 3, Group: "小计2", Project: "丙"},
		},
	}
}

func wan(n int64) Figure { return Figure{Amount: ledger.Amount(n) * 1_000_000, Stated: true} }

func TestControls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		expr, stated string
		result       Verdict
		computed     string
	}{
		{"sum(sources)", "100", Equal, "100"},
		{"sum(sources)", "100万元", Equal, "100万元"},
		{"sum(sources)", "1000000元", Equal, "1000000元"},
		{"sum(sources)", "0.01亿元", Equal, "0.01亿元"},
		{"sum(sources)", "100.5", Mismatch, "100"},
		{"sum( sources [ tier = 中央 ] )", "60", Equal, "60"},
		{"sum(sources[tier_as_labelled=省级])", "40", Equal, "40"},
		{"sum(sources[tier=中央])+sum(sources[tier=省级])", "100", Equal, "100"},
		{"sum(projects[group=小计（一）])", "90.5", Equal, "90.5"},
		{"sum(projects[group=小计（一）,project=甲])", "50", Equal, "50"},
		{"sum(projects)", "90.5", Equal, "90.5"},
		{"count(projects)", "3", Equal, "3"},
		{"count(projects[group=小计2])", "1", Equal, "1"},
		{"count(sources)-1", "1", Equal, "1"},
		{"2*(3+4)-1", "13", Equal, "13"},
		{"2-3-4", "-5", Equal, "-5"},
		{"-(2-3)*4", "4", Equal, "4"},
		{"12/3/2", "2", Equal, "2"},
		{"（5273－385－258）×0.01", "46.3", Equal, "46.3"},
		{"4365/5000", "87.3%", Equal, "87.3%"},
		{"375/20388", "1.9%", Mismatch, "1.8%"},
		{"375/20388", "1.84%", Equal, "1.84%"},
		{"1/8", "12.5%", Equal, "12.5%"},
		{"1/8", "13%", Equal, "13%"}, // half goes up
		{"10/3", "3.33", Equal, "3.33"},
		{"10/3", "3.34", Mismatch, "3.33"},
		{"333.5*0.01", "3.34", Mismatch, "3.335"}, // no division: exact
		{"1/20;1/4", "5%;25%", Equal, "5%;25%"},
		{"1/20;1/4", "5%;26%", Mismatch, "5%;25%"},
		{"1/20；1/4", "5%；25%", Equal, "5%;25%"},
		{"48.57-48.5715", "2.3497", Mismatch, "-0.0015"},
		{"sum(projects)<=100", "100", Equal, "90.5"},
		{"sum(projects)≤90", "90", Mismatch, "90.5"},
		{"sum(projects)>=90.5", "90.5", Equal, "90.5"},
		{"1<1", "1", Mismatch, "1"},
		{"1,234", "1234", NotEvaluable, ""},
		{"1234", "1,234", Equal, "1234"},
		{"per_household<=2000元", "2000元", NotEvaluable, ""},
		{"amount/households", "~0.108-0.110", NotEvaluable, ""},
		{"sum(projects)", "", NotEvaluable, ""},
		{"sum(projects)", "约90", NotEvaluable, ""},
		{"sum(projects);1", "90.5", NotEvaluable, ""},
		{"sum(projects[group=没有])", "0", NotEvaluable, ""},
		{"sum(projects[color=red])", "0", NotEvaluable, ""},
		{"sum(payments)", "0", NotEvaluable, ""},
		{"1/0", "0", NotEvaluable, ""},
		{"1/(2-2)", "0", NotEvaluable, ""},
		{"(1+2", "3", NotEvaluable, ""},
		{"1+", "1", NotEvaluable, ""},
		{"", "1", NotEvaluable, ""},
		{"1.", "1", NotEvaluable, ""},
		{"sum(projects[group=小计2)", "0", NotEvaluable, ""},
		{"1e30", "1", NotEvaluable, ""},
		{"NaN", "1", NotEvaluable, ""},
		{strings.Repeat("(", 100) + "1" + strings.Repeat(")", 100), "1", NotEvaluable, ""},
		{strings.Repeat("9", 100), "1", NotEvaluable, ""},
		{"1" + strings.Repeat("*9999999999", 600), "1", NotEvaluable, ""},
		{strings.Repeat("1+", 3000) + "1", "1", NotEvaluable, ""},
	} {
		n := rowsForTest()
		n.Checks = []Check{{Row: 2, Name: "x", Expression: c.expr, Stated: c.stated}}
		got := n.controls()[0]
		if got.Result != c.result || got.Computed != c.computed {
			t.Errorf("%q against %q: %s, computed %q, want %s, %q (%s)", clip(c.expr), c.stated, got.Result, got.Computed, c.result, c.computed, got.Detail)
		}
		if got.Detail == "" {
			t.Errorf("%q against %q has no detail", clip(c.expr), c.stated)
		}
	}
}

// A blank amount is not zero: the control says that it was left out.
func TestControlNamesBlanks(t *testing.T) {
	t.Parallel()
	n := rowsForTest()
	n.Checks = []Check{{Name: "x", Expression: "sum(projects)", Stated: "90.5"}}
	if got := n.controls()[0].Detail; !strings.Contains(got, "1 行金额空白") {
		t.Errorf("detail %q", got)
	}
}

// Every equal control of the sample holds and every mismatch is reported with its
// place; rules and infos hold or cannot be evaluated.
func TestSampleControls(t *testing.T) {
	t.Parallel()
	data := sampleData(t)
	got := map[string]int{}
	for i := range data.Notices {
		n := &data.Notices[i]
		p := NewPlan(n, nil)
		for j, k := range p.Controls {
			want := n.Checks[j].Expected
			got[want+" "+string(k.Result)]++
			switch {
			case want == "equal" && k.Result != Equal, want == "mismatch" && k.Result != Mismatch, k.Result == Mismatch && want != "mismatch":
				t.Errorf("%s %s: %s, the transcriber found %s: %s", n.ID, k.Check, k.Result, want, k.Detail)
			}
			reported := false
			for _, f := range p.Document.Findings {
				reported = reported || f.Code == ControlMismatch && f.Row == k.Row && f.File == FileChecks
			}
			if reported != (k.Result == Mismatch) {
				t.Errorf("%s %s: %s, reported %v", n.ID, k.Check, k.Result, reported)
			}
		}
	}
	want := map[string]int{"equal equal": 49, "mismatch mismatch": 2, "info equal": 1, "rule equal": 1, "rule not_evaluable": 2}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("controls (-want +got):\n%s", d)
	}
}

func FuzzEvaluate(f *testing.F) {
	for _, s := range []string{"sum(projects)", "1/3;2*3", "sum(sources[tier=中央])<=5", "((1))", "-1--1", "87.3%", "1/0"} {
		f.Add(s, "1")
	}
	n := rowsForTest()
	f.Fuzz(func(t *testing.T, expr, stated string) {
		parts, err := evaluate(expr, noticeRows{n})
		var why notComputableError
		if err != nil && !errors.As(err, &why) && !errors.Is(err, errNumber) {
			t.Fatalf("evaluate(%q): %v", expr, err)
		}
		for _, c := range parts {
			if c.left.value == nil || c.op != "" && c.right.value == nil {
				t.Fatalf("evaluate(%q) yields no value", expr)
			}
		}
		var k Control
		k.judge(&Check{Expression: expr, Stated: stated}, noticeRows{n})
		if k.Result != Equal && k.Result != Mismatch && k.Result != NotEvaluable {
			t.Fatalf("judge(%q, %q): %q", expr, stated, k.Result)
		}
	})
}
