package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
)

// TestScripts runs the worked cases: the county cases (testdata/cases), the
// events added below E24 (testdata/more) and the reference scenario
// (testdata/sim). Outcomes and stated balances are written by people after
// DOMAIN; the 借 and 贷 lines are goldens: UPDATE=1 go test writes them anew.
func TestScripts(t *testing.T) {
	t.Parallel()
	for _, file := range scripts(t) {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(file, "testdata/"), ".txtar"), func(t *testing.T) {
			t.Parallel()
			runScript(t, file)
		})
	}
}

func runScript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledgertest.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(s.Comment, "\n"); n < 3 || !strings.Contains(s.Comment, "DOMAIN ") {
		t.Errorf("%s: begins with a Chinese sentence, an English one and the row of DOMAIN", file)
	}
	m := newModel(t, s.Lots)
	before := m.StateHash()
	wrong := s.Run(ledgertest.ModelBooks(m), func(it *ledgertest.Item) {
		if _, _, refused := it.Refusal(); refused && m.StateHash() != before {
			t.Errorf("%s: a refused posting changed the ledger: %s", file, it.Text)
		}
		if err := m.CheckAll(); err != nil {
			t.Errorf("%s: after %s: %s", file, it.Text, s.Plain(err.Error()))
		}
		before = m.StateHash()
	})
	for _, err := range wrong {
		t.Errorf("%s: %v", file, err)
	}
	got := s.Format()
	if os.Getenv("UPDATE") == "1" && !bytes.Equal(got, data) {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(data), string(got)); diff != "" {
		t.Errorf("%s differs (-file +ledger); UPDATE=1 writes it anew\n%s", file, diff)
	}
}

// TestScriptsCoverEveryEvent: each step of the event table, in each of its modes,
// is accepted in at least one script, so that the cookbook shows it.
func TestScriptsCoverEveryEvent(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, file := range scripts(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ledgertest.Parse(file, data)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.Items {
			if p := &s.Items[i].Posting; s.Items[i].Outcome == "ok" {
				seen[mode(p.Event, p.Step, p.Township != "")] = true
			}
		}
	}
	for _, e := range ledger.Events() {
		for _, st := range e.Steps {
			must := st.Required&ledger.FieldTownship != 0
			if may := st.Optional&ledger.FieldTownship != 0; (must || may) && !seen[mode(e.Code, st.Name, true)] {
				t.Errorf("no script has %s", mode(e.Code, st.Name, true))
			}
			if !must && !seen[mode(e.Code, st.Name, false)] {
				t.Errorf("no script has %s", mode(e.Code, st.Name, false))
			}
		}
	}
}

func mode(e ledger.EventCode, step string, township bool) string {
	return fmt.Sprintf("%s %s, township %t", e, step, township)
}

func scripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	return files
}

// TestReferenceScenario compares the trial balances of the reference scenario
// with those that the Python reference gives, to the fen per (book, account).
func TestReferenceScenario(t *testing.T) {
	t.Parallel()
	want := referenceBalances(t)
	data, err := os.ReadFile("testdata/sim/scenario.txtar")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ledgertest.Parse("scenario", data)
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(t, s.Lots)
	for _, err := range s.Run(ledgertest.ModelBooks(m), func(it *ledgertest.Item) {
		mark, ok := strings.CutPrefix(it.Text, "# = ")
		if !ok {
			return
		}
		if diff := cmp.Diff(want[mark], perAccount(m)); diff != "" {
			t.Errorf("%s (-python +ledger)\n%s", mark, diff)
		}
		delete(want, mark)
	}) {
		t.Error(err)
	}
	if len(want) != 0 {
		t.Errorf("not compared: %d trial balances", len(want))
	}
}

// referenceBalances reads reference.txt: lines by section.
func referenceBalances(t *testing.T) map[string][]string {
	data, err := os.ReadFile("testdata/sim/reference.txt")
	if err != nil {
		t.Fatal(err)
	}
	out, section := map[string][]string{}, ""
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if name, ok := strings.CutPrefix(line, "-- "); ok {
			section = strings.TrimSuffix(name, " --")
		} else if section != "" {
			out[section] = append(out[section], line)
		}
	}
	return out
}

// perAccount prints the balances per (book, account) that are not zero, without
// the memo accounts, which the reference does not know.
func perAccount(m *ledger.Model) []string {
	sums := map[[2]string]ledger.Amount{}
	for _, r := range m.TrialBalance(ledger.MaxDate) {
		if r.Group != ledger.Memo {
			sums[[2]string{string(r.Book), string(r.Account)}] += r.Net()
		}
	}
	var out []string
	for k, v := range sums {
		switch {
		case v > 0:
			out = append(out, fmt.Sprintf("%s %s 借 %s", k[0], k[1], v.Grouped()))
		case v < 0:
			out = append(out, fmt.Sprintf("%s %s 贷 %s", k[0], k[1], (-v).Grouped()))
		}
	}
	slices.Sort(out)
	return out
}

func newModel(t testing.TB, lots []ledger.Lot) *ledger.Model {
	t.Helper()
	m := ledger.NewModel()
	for _, l := range lots {
		if err := m.AddLot(l); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// TestCase19FeeCap is case 19 of ledger_cases.py: in the reference scenario the
// fee of 4,500.00 on lot K2 is 0.90 % of what was issued, but 1.125 % of what is
// left after the recall, so the cap of 1 % of the net authority is passed.
func TestCase19FeeCap(t *testing.T) {
	t.Parallel()
	const issued, recalled, fee = ledger.Amount(500_000_00), ledger.Amount(100_000_00), ledger.Amount(4_500_00)
	if err := ledger.FeeCap(10, issued, 0, fee); err != nil {
		t.Errorf("before the recall: %v", err)
	}
	err := ledger.FeeCap(10, issued-recalled, 0, fee)
	if !errors.Is(err, ledger.ErrFeeCap) || !strings.Contains(err.Error(), "500.00") {
		t.Errorf("after the recall: %v, want %s by 500.00", err, ledger.ErrFeeCap.Code)
	}
}

// TestParseRefuses is the refused table of the script parser.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ section, line, want string }{
		{"lots", "K1 colour=red", "unknown field"},
		{"lots", "K1 year=x", "invalid syntax"},
		{"postings", "2018-13-01 E01 lot=K1 amount=1", "没有这一天"},
		{"postings", "2018-01-01", "a posting is"},
		{"postings", "2018-01-01 E01 lot=K1 amount=1.234", "金额"},
		{"postings", "2018-01-01 E01 amount=1", "before any lot"},
		{"postings", "2018-01-01 E01 lot=K1 colour=red", "unknown field"},
		{"postings", "2018-01-01 E01 step more", "is not a field"},
		{"postings", "2018-01-01 E07 to.colour=red", "unknown field"},
		{"postings", "2018-01-01 E07 total=5", "without draw"},
		{"postings", "  => ok", "below no posting"},
		{"postings", "2018-01-01 E01\n  => fine", "neither ok nor refused"},
		{"postings", "2018-01-01 E01\n  zzz", "cannot read"},
		{"postings", "2018-01-01 E00\n  + C", "want book and account"},
		{"postings", "2018-01-01 E00\n  + C 1001 colour=red", "unknown dimension"},
		{"postings", "? C 1001", "a stated balance"},
		{"postings", "? C 1001 lot=K1 = x", "金额"},
		{"postings", "? C 1001 colour=red = 5", "unknown dimension"},
	} {
		_, err := ledgertest.Parse("test", fmt.Appendf(nil, "-- %s --\n%s\n", c.section, c.line))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Parse(%q) = %v, want %q", c.line, err, c.want)
		}
	}
}
