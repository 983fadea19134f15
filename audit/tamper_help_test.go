package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/intake/sample"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/region"
	"fundbook/publicity"
)

// tamper edits a store as somebody with every right does: triggers and foreign
// keys are off meanwhile and on again after it.
func tamper(t *testing.T, d *db.DB, statements ...string) {
	t.Helper()
	if d.Engine == db.SQLite {
		q := foreign(t, strings.TrimPrefix(d.URL, "sqlite://"))
		defer q.Close()
		rearm := disarm(t, q)
		for _, s := range statements {
			if _, err := q.ExecContext(t.Context(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
		rearm()
		return
	}
	tx, err := d.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append([]string{"SET LOCAL session_replication_role = replica"}, statements...) {
		if _, err := tx.ExecContext(t.Context(), s); err != nil {
			_ = tx.Rollback()
			t.Fatalf("%s: %v", s, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// blob is n zero bytes in the engine's words.
func blob(d *db.DB, n int) string {
	if d.Engine == db.PostgreSQL {
		return fmt.Sprintf("decode(repeat('00', %d), 'hex')", n)
	}
	return fmt.Sprintf("zeroblob(%d)", n)
}

// named returns the breakages of a code.
func named(r audit.Report, code string) (out []audit.Bad) {
	for _, b := range r.Bad {
		if b.Code == code {
			out = append(out, b)
		}
	}
	return out
}

// mustName asks that a report names a code with its law and says in both
// languages what it is.
func mustName(t *testing.T, r audit.Report, code string, law int, words ...string) {
	t.Helper()
	list := named(r, code)
	if len(list) == 0 {
		t.Errorf("%s is not named: %+v", code, r.Bad)
		return
	}
	for _, b := range list {
		if b.Law != law || b.ZH == "" || b.EN == "" || b.Detail == "" {
			t.Errorf("law, want %d, or a language is wrong: %+v", law, b)
		}
		ok := true
		for _, w := range words {
			ok = ok && strings.Contains(b.Detail, w)
		}
		if ok {
			return
		}
	}
	t.Errorf("%s does not say %q: %+v", code, words, list)
}

// The county and the document of the sample of which a notice is issued.
const (
	tenant  = "430511"
	sampled = "HN-BEITA-2020-1"
)

// fillPublic records the sample's notices and divisions, and issues one notice.
func fillPublic(s *store) publicity.ListItem {
	s.t.Helper()
	ctx := s.t.Context()
	for i, name := range sample.DivisionFiles() {
		list, err := region.Read(sample.Divisions(), name, region.Cutoffs{})
		if err == nil {
			err = s.ImportDivisions(ctx, auth.LocalOperator, fmt.Sprintf("audit-divisions-%d", i), list)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if _, err := s.ImportNotices(ctx, auth.LocalOperator, sample.Notices(), false); err != nil {
		s.t.Fatal(err)
	}
	on := day("2026-06-15")
	item, err := s.Issue(ctx, app.Request{County: tenant, Who: finance, Key: "audit-test-issue-00001"},
		app.IssueNotice{Type: publicity.N1, About: sampled, Wording: publicity.Wording{Published: on, From: on, Sample: true}})
	if err != nil {
		s.t.Fatal(err)
	}
	return item
}

// both verifies fully and quickly.
func both(t *testing.T, d *db.DB, o audit.Options, fn func(r audit.Report)) {
	t.Helper()
	for _, full := range []bool{true, false} {
		o.Full = full
		r, err := audit.Verify(t.Context(), d, o)
		if err != nil {
			t.Fatalf("full %v: %v", full, err)
		}
		fn(r)
	}
}
