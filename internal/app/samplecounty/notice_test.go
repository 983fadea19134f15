package samplecounty_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/app/samplecounty"
	"fundbook/internal/auth"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"
	"fundbook/publicity"
)

// subjects finds in the built county something to announce for every type of notice.
func (b *built) subjects() map[publicity.NoticeType]string {
	b.t.Helper()
	ctx, q := b.t.Context(), b.db.Read
	out := map[publicity.NoticeType]string{publicity.N12: fmt.Sprint(year)}
	list, err := projects.ListProjects(ctx, q, b.no, projects.ProjectFilter{})
	if err != nil {
		b.t.Fatal(err)
	}
	for i := range list {
		p := &list[i]
		if p.Reached(projects.StateEvaluated) && p.Route() == projects.RouteWorks && p.Village != "" {
			out[publicity.N5], out[publicity.N6], out[publicity.N10], out[publicity.N11] = p.Code, p.Code, p.Code, p.Code
			out[publicity.N9] = p.Village + "/2025Q4"
			out[publicity.N7] = p.Department + "/2025Q4"
		}
	}
	out[publicity.N4] = "2025/county"
	plans, err := projects.ListPlans(ctx, q, b.no, dossier.Filter{})
	if err != nil || len(plans) == 0 {
		b.t.Fatalf("plans: %v, %v", plans, err)
	}
	out[publicity.N2], out[publicity.N3] = plans[0].Code, plans[0].Code
	rosters, err := projects.ListRosters(ctx, q, b.no, dossier.Filter{})
	if err != nil || len(rosters) == 0 {
		b.t.Fatalf("rosters: %v, %v", rosters, err)
	}
	out[publicity.N8] = rosters[0].Code
	lots, err := ledger.LotsReport(ctx, q, b.no, ledger.LotsQuery{})
	if err != nil || len(lots.Rows) == 0 {
		b.t.Fatalf("lots: %v", err)
	}
	out[publicity.N1] = lots.Rows[0].Notice
	return out
}

const year = samplecounty.Year

// announces issues a notice of each type and derives it again. Each paper passes qpdf,
// gives its text back, and holds no number of a person. With FUNDBOOK_TEST_NOTICES the
// papers are kept in that directory, to be looked at.
func (b *built) announces() {
	b.t.Helper()
	day := ledger.DateAt(b.app.Now())
	subjects := b.subjects()
	for _, row := range publicity.Types() {
		about, ok := subjects[row.Type]
		if !ok || about == "" {
			b.t.Errorf("%s: nothing to announce", row.Type)
			continue
		}
		w := publicity.Wording{Published: day, From: day, Host: "https://fund.example.gov.cn", Sample: true}
		if row.Days > 0 {
			w.To = day.AddDays(row.Days)
		}
		item, err := b.app.Issue(b.t.Context(), app.Request{County: b.County, Who: auth.LocalOperator, Key: "sample-notice-" + string(row.Type) + "-00"},
			app.IssueNotice{Type: row.Type, About: about, Wording: w})
		if err != nil {
			b.t.Errorf("%s of %s: %v", row.Type, about, err)
			continue
		}
		b.readable(row.Type, item.ID)
	}
}

// personal is what no paper may hold.
var personal = regexp.MustCompile(`\d{17}[\dXx]|(^|\D)1[3-9]\d{9}(\D|$)`)

func (b *built) readable(typ publicity.NoticeType, id string) {
	b.t.Helper()
	first, err := b.app.NoticePDF(b.t.Context(), b.County, id)
	if err != nil {
		b.t.Errorf("%s: %v", typ, err)
		return
	}
	again, err := b.app.NoticePDF(b.t.Context(), b.County, id)
	if err != nil || !bytes.Equal(first, again) {
		b.t.Errorf("%s: other bytes the second time, %v", typ, err)
	}
	dir := b.t.TempDir()
	if keep := os.Getenv("FUNDBOOK_TEST_NOTICES"); keep != "" {
		dir = filepath.Join(keep, fmt.Sprint(b.db.Engine))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.t.Fatal(err)
		}
	}
	path := filepath.Join(dir, string(typ)+".pdf")
	if err := os.WriteFile(path, first, 0o644); err != nil {
		b.t.Fatal(err)
	}
	if out, err := exec.CommandContext(b.t.Context(), "qpdf", "--check", path).CombinedOutput(); err != nil {
		b.t.Errorf("%s: qpdf: %v\n%s", typ, err, out)
	}
	text, err := exec.CommandContext(b.t.Context(), "pdftotext", "-raw", path, "-").Output()
	if err != nil {
		b.t.Fatal(err)
	}
	if !strings.Contains(string(text), "监督方式") || personal.Match(text) {
		b.t.Errorf("%s: the paper says %s", typ, text)
	}
}
