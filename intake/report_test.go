package intake

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"fundbook/internal/sheet"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

func sampleReport(t *testing.T) *Report {
	t.Helper()
	r := NewReport(sampleData(t))
	for i, p := range samplePlans(t) {
		status := Posted
		if p.Refused() {
			status = Refused
		}
		res, err := Outcome(&p, p.Result(status, int64(i)), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Add(&p, res)
	}
	return r
}

// The JSON form is documented in DESIGN 6 and stable.
func TestReportJSON(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := sampleReport(t).JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Items []struct {
			ID, Status string
			Seq        *int64
			Findings   []struct {
				Code, Severity, File, Column, Detail string
				Row                                  int
				Amount                               *string
			}
		}
		Controls []struct{ ID, Check, Stated, Computed, Result, Detail string }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Items) != 28 || len(got.Controls) != 55 {
		t.Fatalf("%d items, %d controls", len(got.Items), len(got.Controls))
	}
	status := map[string]int{}
	for _, x := range got.Items {
		status[x.Status]++
		if x.Seq == nil || x.Findings == nil {
			t.Errorf("%s: seq %v, findings %v", x.ID, x.Seq, x.Findings)
		}
		if x.ID != "FJ-XIALIN-2017" {
			continue
		}
		for _, f := range x.Findings {
			if f.Code == "doc_no_damaged" && (f.File != "sources.csv" || f.Row != 24 || f.Column != "doc_no_as_printed" || *f.Amount != "10000.00") {
				t.Errorf("damaged number: %+v, amount %s", f, *f.Amount)
			}
		}
	}
	if d := cmp.Diff(map[string]int{"posted": 26, "refused": 2}, status); d != "" {
		t.Errorf("statuses (-want +got):\n%s", d)
	}
}

func TestReportCSV(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	r := sampleReport(t)
	if err := r.CSV(&b); err != nil {
		t.Fatal(err)
	}
	table, err := sheet.Read("report.csv", &b)
	if err != nil {
		t.Fatal(err)
	}
	want := len(r.Controls)
	for _, x := range r.Items {
		want += max(1, len(x.Findings))
	}
	if len(table.Rows) != want {
		t.Errorf("%d rows, want %d", len(table.Rows), want)
	}
}

func TestReportText(t *testing.T) {
	t.Parallel()
	var short, long strings.Builder
	r := sampleReport(t)
	if err := r.Text(&short, false); err != nil {
		t.Fatal(err)
	}
	if err := r.Text(&long, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"拒绝  HL-FUJIN-2025", "公告 28：已入账 26，拒绝 2，未变 0。控制数 55：相符 51，不符 2，不能计算 2。",
		"未分配余额 notices.csv 第 22 行 6,131,000.00 元", "层级矛盾 sources.csv 第 26 行 tier_as_labelled 列 29,580,000.00 元",
		"空白 lines.csv 第 56、57、59 行 township 列 合计 3,620,000.00 元",
	} {
		if !strings.Contains(short.String(), want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if strings.Contains(short.String(), "[说明]") || !strings.Contains(long.String(), "[说明]") || long.Len() <= short.Len() {
		t.Error("infos belong to the details")
	}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	p := planOf(t, samplePlans(t), "FJ-XIALIN-2017")
	for _, c := range []struct {
		err  error
		want Status
	}{
		{nil, Posted},
		{ErrUnchanged.With("x"), Unchanged},
		{ErrRefused.With("x"), Refused},
		{ErrConflict.With("x"), Refused},
		{ledger.ErrPeriodClosed.With("x"), Refused},
	} {
		got, err := Outcome(p, Result{}, c.err)
		if err != nil || got.Status != c.want || got.ID != p.Document.ID {
			t.Errorf("Outcome of %v: %s %s, %v", c.err, got.ID, got.Status, err)
		}
	}
	if _, err := Outcome(p, Result{}, ErrEncoding.With("x")); err == nil {
		t.Error("an internal fault is no result")
	}
}

// Every code has a Chinese name, and none is a name twice.
func TestFindingCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]FindingCode{}
	for c, zh := range FindingCodes() {
		if zh == "" || seen[zh] != "" {
			t.Errorf("%s is called %q, as is %s", c, zh, seen[zh])
		}
		seen[zh] = c
	}
}
