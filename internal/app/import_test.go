package app_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"fundbook/intake"
	"fundbook/intake/sample"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/projects"
	"fundbook/publicity"
)

// TestSampleFromDocumentToNotice imports the sample notices, imports them again,
// issues N1 of each posted document and derives it again after more was posted.
func TestSampleFromDocumentToNotice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		report, err := s.ImportNotices(t.Context(), auth.LocalOperator, sample.Notices(), false)
		if err != nil {
			t.Fatal(err)
		}
		if report.Count(intake.Posted) < 20 || report.Count(intake.Refused) == 0 {
			t.Errorf("posted %d, refused %d", report.Count(intake.Posted), report.Count(intake.Refused))
		}
		again, err := s.ImportNotices(t.Context(), auth.LocalOperator, sample.Notices(), false)
		if err != nil {
			t.Fatal(err)
		}
		if again.Count(intake.Unchanged) != report.Count(intake.Posted) || again.Count(intake.Posted) != 0 {
			t.Errorf("again: unchanged %d, posted %d; want %d, 0", again.Count(intake.Unchanged), again.Count(intake.Posted), report.Count(intake.Posted))
		}
		for _, r := range report.Items {
			if r.Status != intake.Posted {
				continue
			}
			in := app.IssueNotice{Type: publicity.N1, About: r.ID, Wording: publicity.Wording{Published: day("2026-06-15"), From: day("2026-06-15"), Sample: true}}
			item, err := s.Issue(t.Context(), app.Request{County: r.County, Who: finance, Key: s.nextKey()}, in)
			if err != nil {
				t.Errorf("issue %s: %v", r.ID, err)
				continue
			}
			first, err := s.NoticePDF(t.Context(), r.County, item.ID)
			if err != nil {
				t.Fatalf("render %s: %v", r.ID, err)
			}
			v, err := s.VerifyCode(t.Context(), strings.ToLower(item.Code))
			if err != nil || v.Verdict != "与台账一致" || v.County != r.County || !says(v.Content, r.Sources, r.Allocated) {
				t.Errorf("verify %s: %+v, %v; want sources %s, allocated %s", r.ID, v.ListItem, err, r.Sources, r.Allocated)
			}
			s.moreLater(t, r.County)
			later, err := s.NoticePDF(t.Context(), r.County, item.Code)
			if err != nil || !bytes.Equal(first, later) {
				t.Errorf("render %s later: %v, same bytes: %v", r.ID, err, bytes.Equal(first, later))
			}
		}
	})
}

// TestATemplateIsATableOfItsImport imports each template as it is: nothing of it is
// refused but that it has no rows.
func TestATemplateIsATableOfItsImport(t *testing.T) {
	t.Parallel()
	s := newRosterStore(t, dbtest.SQLite(t))
	p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "300.00"): "300.00"})
	for what, table := range map[string]func(file []byte) (body any, empty error){
		"projects": func(file []byte) (any, error) {
			return projects.ImportCmd{FileName: "a.xlsx", File: file, Year: 2026, Unit: "元"}, projects.ErrImportEmpty
		},
		"payees": func(file []byte) (any, error) {
			return projects.RosterCmd{
				Code: "R1", Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩", Policy: "样例〔2026〕1号",
				FileName: "a.xlsx", File: file,
			}, projects.ErrRosterEmpty
		},
	} {
		var file bytes.Buffer
		if err := app.TableTemplate(&file, what); err != nil {
			t.Fatal(err)
		}
		body, empty := table(file.Bytes())
		if _, err := s.PreviewTable(t.Context(), finance, county, body); !errors.Is(err, empty) {
			t.Errorf("%s: %v, want %v", what, err, empty)
		}
	}
	if err := app.TableTemplate(new(bytes.Buffer), "lots"); !errors.Is(err, app.ErrKind) {
		t.Errorf("a table that has no template: %v", err)
	}
}

// moreLater posts something after a notice was issued.
func (b *store) moreLater(t *testing.T, county string) {
	t.Helper()
	_, err := b.Do(t.Context(), app.Request{County: county, Who: finance, Key: b.nextKey()}, app.LotCmd{Lot: ledger.Lot{
		Code: b.nextKey(), Tier: ledger.TierCounty, Class: ledger.ClassZC, Document: b.nextKey(), Line: 1, Name: "样例", Year: 2026,
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// says tells whether notice N1 gives these totals of its sources and allocations.
func says(s publicity.Sheet, sources, allocated ledger.Amount) bool {
	total := func(i int) ledger.Amount {
		if t := s.Parts[i].Table.Total; len(t) > 0 {
			return ledger.Amount(t[len(t)-1].N)
		}
		return 0
	}
	return total(0) == sources && total(1) == allocated
}
