package audit_test

import (
	"fmt"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/projects"
)

// stateNeed records what the projects of 2026 need, version by version, and
// returns the number of the first record.
func (s *store) stateNeed(amounts ...string) (first int64) {
	s.t.Helper()
	for i, amount := range amounts {
		in := projects.YearInputCmd{Year: 2026, Name: projects.InputNeed, Amount: fen(amount), Document: "县报〔2026〕7号", On: day("2026-06-01")}
		r := app.Request{County: county, Who: finance, Key: fmt.Sprintf("audit-test-need-%06d", i)}
		out, err := s.Run(s.t.Context(), r, "plan.year_input", in)
		if err != nil {
			s.t.Fatal(err)
		}
		if i == 0 {
			first = out.Records[0].Seq
		}
	}
	return first
}

// TestDossiersChangeUnseen: the state, the place in lists and the history of a
// dossier are folded from the log again and compared.
func TestDossiersChangeUnseen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		first := s.stateNeed("100.00", "200.00")
		s.Close()
		r := verify(t, d)
		if !r.OK || len(r.Counties[0].Unknown) != 0 {
			t.Fatalf("before any edit: %+v, unknown %v", r.Bad, r.Counties[0].Unknown)
		}
		for _, table := range []string{"dossier", "dossier_fact"} {
			tamper(t, d, "CREATE TABLE keep_"+table+" AS SELECT * FROM "+table)
		}
		for _, edit := range []string{
			"UPDATE dossier SET body = " + blob(d, 8), "UPDATE dossier SET amount = amount + 1", "UPDATE dossier SET status = 'x'",
			"UPDATE dossier SET unit = '欣山镇'", "UPDATE dossier SET title = 'x'", "UPDATE dossier SET seq = seq - 1",
			"UPDATE dossier SET code = '2027'", "DELETE FROM dossier",
			"UPDATE dossier_fact SET code = '2027'", "DELETE FROM dossier_fact", fmt.Sprintf("DELETE FROM dossier_fact WHERE seq = %d", first),
		} {
			tamper(t, d, edit)
			r, err := audit.Verify(t.Context(), d, audit.Options{Full: true, County: county})
			if err != nil {
				t.Fatal(err)
			}
			mustName(t, r, "table.dossier", 6, "案卷 yearinput")
			for _, b := range named(r, "table.dossier") {
				if b.Seq < first || b.Seq > first+1 {
					t.Errorf("%s: record %d is named, want %d or %d", edit, b.Seq, first, first+1)
				}
			}
			restore(t, d, "dossier", "dossier_fact")
		}
		for _, table := range []string{"dossier", "dossier_fact"} {
			tamper(t, d, "UPDATE "+table+" SET county = 7")
			mustName(t, verify(t, d), "county.unknown", 4, "表 "+table)
			restore(t, d, table)
		}
		if r := verify(t, d); !r.OK {
			t.Errorf("undone edits leave the store not ok: %+v", r.Bad)
		}
	})
}

// restore puts back the rows of tables that a test has kept.
func restore(t *testing.T, d *db.DB, tables ...string) {
	t.Helper()
	for _, table := range tables {
		tamper(t, d, "DELETE FROM "+table, "INSERT INTO "+table+" SELECT * FROM keep_"+table)
	}
}
