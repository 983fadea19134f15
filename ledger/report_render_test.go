package ledger_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/internal/db"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

func TestTextWidth(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{
		"":         0,
		"abc 12":   6,
		"批次":       4,
		"批次K1":     6,
		"（一）":      6, // full-width brackets
		"ａ１":       4,
		"〔2018〕":   8,
		"坋坵塅筜":     8, // rare characters of place names
		"𡌶":        2, // beyond the Basic Multilingual Plane
		"e\u0301":  1, // a mark that combines
		"a\u200Bb": 2, // shows as nothing
		"½":        1,
		"ｱ":        1, // half-width
	} {
		if got := ledger.TextWidth(s); got != want {
			t.Errorf("TextWidth(%q) = %d, want %d", s, got, want)
		}
	}
}

// TestTextColumnsAlign: every row is as wide as the rule above it, counted in
// places of a terminal.
func TestTextColumnsAlign(t *testing.T) {
	t.Parallel()
	table := ledger.Table{
		Title: "表\x1b[31m", Notes: []string{"注\n二"},
		Columns: []ledger.Column{{ZH: "名称", Key: "name"}, {ZH: "金额", Key: "amount", Figures: true}, {ZH: "备注", Key: "note"}},
		Rows:    [][]string{{"坋坑村公路", "1.00", "x"}, {"road", "-123456.78", "末\u202E反"}, {"𡌶\t\n", "0.00", "末"}},
		Foot:    [][]string{{"合计", "-123455.78", ""}},
	}
	var b bytes.Buffer
	if err := table.Text(&b); err != nil {
		t.Fatal(err)
	}
	want := `表[31m
注 二
名称              金额  备注
----------  ----------  ----
坋坑村公路        1.00  x
road        -123456.78  末反
𡌶                0.00  末
----------  ----------  ----
合计        -123455.78
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestCSVComputesNothing: text that a spreadsheet would take for a formula is
// guarded, figures stay figures, and the file reads back.
func TestCSVComputesNothing(t *testing.T) {
	t.Parallel()
	texts := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "＝1", "＠x", "-", "——", "甲,\"乙\"", "两\n行", "'x", ""}
	table := ledger.Table{Columns: []ledger.Column{{ZH: "摘要", Key: "memo"}, {ZH: "金额", Key: "amount", Figures: true}}}
	for _, s := range texts {
		table.Rows = append(table.Rows, []string{s, "-1.00"})
	}
	var b bytes.Buffer
	if err := table.CSV(&b); err != nil {
		t.Fatal(err)
	}
	written := b.String()
	got, err := sheet.Read("x.csv", &b)
	if err != nil {
		t.Fatalf("its own CSV does not read back: %v\n%s", err, written)
	}
	if diff := cmp.Diff([]string{"memo", "amount"}, got.Header); diff != "" {
		t.Error(diff)
	}
	for i := range got.Rows {
		row := got.Rows[i].Cells
		first := strings.TrimSpace(row[0])
		if first != "" && strings.ContainsAny(first[:1], "=+@") || strings.HasPrefix(first, "＝") || (strings.HasPrefix(first, "-") && first != "-") {
			t.Errorf("%q came out as %q", texts[i], row[0])
		}
		if row[1] != "-1.00" {
			t.Errorf("a figure came out as %q", row[1])
		}
	}
}

// TestRenderGoldens prints every report of one worked case in every format.
// UPDATE=1 go test writes the files anew.
func TestRenderGoldens(t *testing.T) {
	t.Parallel()
	lots := worldLots()[:2]
	part := func(fen ledger.Amount) []ledger.Part {
		return []ledger.Part{{Lot: lots[0].ID, Amount: fen, Note: "坋坑村公路"}}
	}
	day := func(s string) ledger.Date { return mustDate(t, s) }
	run := func(p ledger.Posting) ledger.Posting {
		p.Project, p.Contract, p.Payee, p.Unit = "J1", "H1", "甲公司", "交通局"
		return p
	}
	h := smallHistory(t, "样例", lots,
		ledger.Posting{Event: "E01", Date: day("2018-03-01"), Parts: part(1000_00), Memo: "下达"},
		ledger.Posting{Event: "E02", Date: day("2018-03-02"), Parts: part(1000_00), Memo: "=到位"},
		ledger.Posting{Event: "E07", Date: day("2018-03-03"), From: "7101", Project: "J1", Unit: "交通局", Parts: part(600_00)},
		run(ledger.Posting{Event: "E08", Date: day("2018-03-04"), Parts: part(500_00)}),
		run(ledger.Posting{Event: "E11", Date: day("2018-03-05"), Parts: part(300_50)}),
		ledger.Posting{Event: "E23", Date: day("2018-03-06"), Reverses: 11, Memo: "红字"},
	)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 1)
		for name, r := range goldenReports(t, s, no) {
			for _, format := range []string{"text", "csv", "json"} {
				var b bytes.Buffer
				if err := ledger.Render(&b, format, r); err != nil {
					t.Fatal(err)
				}
				compareGolden(t, s.db.Engine, filepath.Join("testdata", "report", name+"."+format), b.Bytes())
			}
			if err := ledger.Render(new(bytes.Buffer), "xml", r); codeOf(err) != "ledger.report_format" {
				t.Errorf("Render as xml: %v", err)
			}
		}
	})
}

func goldenReports(t *testing.T, s *reportStore, no int32) map[string]ledger.Tabular {
	t.Helper()
	ctx, q := t.Context(), s.db.Read
	out := map[string]ledger.Tabular{}
	add := func(name string, r ledger.Tabular, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = r
	}
	trial, err := ledger.TrialBalance(ctx, q, no, ledger.TrialQuery{})
	add("trial-balance", trial, err)
	balances, err := ledger.Balances(ctx, q, no, ledger.KeyQuery{Project: "J1"}, ledger.At{})
	add("balances", balances, err)
	statement, err := statementOf(ctx, q, no, "C:7202", ledger.Page{})
	add("statement", statement, err)
	lots, err := ledger.LotsReport(ctx, q, no, ledger.LotsQuery{})
	add("lots", lots, err)
	tiers, err := ledger.TierStatement(ctx, q, no, ledger.At{})
	add("tiers", tiers, err)
	projects, err := ledger.ProjectsReport(ctx, q, no, ledger.ProjectsQuery{})
	add("projects", projects, err)
	vouchers, err := ledger.Vouchers(ctx, q, no, ledger.VoucherQuery{Book: "C", Period: 201803}, ledger.Page{})
	for i := range vouchers.Rows {
		vouchers.Rows[i].Maker = ledger.ID{}
	}
	add("vouchers", vouchers, err)
	return out
}

func compareGolden(t *testing.T, engine db.Engine, file string, got []byte) {
	t.Helper()
	if os.Getenv("UPDATE") == "1" {
		if engine == db.SQLite {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-file +got); UPDATE=1 writes it anew\n%s", file, diff)
	}
}

// TestReportJSONHasItsFields holds the names that DESIGN 6 promises.
func TestReportJSONHasItsFields(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		row  any
		want string
	}{
		"lots":          {ledger.LotRow{}, "county lot notice document tier source authority arrived unallocated pooled allocated planned committed payable paid executed recovered"},
		"trial-balance": {ledger.TrialLine{}, "county book group code name lot debit credit balance"},
	} {
		b, err := json.Marshal(c.row)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		for _, f := range strings.Fields(c.want) {
			v, ok := got[f]
			if !ok {
				t.Errorf("%s has no %q", name, f)
			}
			if _, text := v.(string); !text {
				t.Errorf("%s: %q is %T, want a string", name, f, v)
			}
		}
	}
}
