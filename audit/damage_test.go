package audit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestOrphanLineStopsPostingWithoutAWord: a line that a shell slipped in where the
// next record must go. The writer says what is damaged and what to do; verify
// names the place; once it is gone, posting goes on.
func TestOrphanLineStopsPostingWithoutAWord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.lot("A", "1000.00")
		next := s.post(ledger.Posting{Event: "E01", Date: day("2026-05-01"), Parts: part(lot, "1.00")}) + 1
		issue := app.PostCmd{Items: []ledger.Posting{{Event: "E01", Date: day("2026-05-01"), Parts: part(lot, "1.00")}}}
		for _, n := range []int{0, 77} {
			tamper(t, d, fmt.Sprintf("INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, %d, 5, 1549306372816897, 20260301, %d, 1)", next, n))
			for range 2 {
				_, err := s.try(finance, issue)
				if !errors.Is(err, db.ErrDamaged) || !strings.Contains(err.Error(), fmt.Sprintf("第 %d 条", next)) || !strings.Contains(err.Error(), "fundbook verify") {
					t.Errorf("line %d: %v, want db.damaged at %d", n, err, next)
				}
			}
			for _, full := range []bool{true, false} {
				r, err := audit.Verify(t.Context(), d, audit.Options{Full: full})
				if err != nil {
					t.Fatal(err)
				}
				mustName(t, r, "line.orphan", 3)
				if list := named(r, "line.orphan"); len(list) != 1 || list[0].Seq != next {
					t.Errorf("full %v: %+v, want record %d", full, r.Bad, next)
				}
			}
			tamper(t, d, fmt.Sprintf("DELETE FROM line WHERE seq = %d", next))
			if _, err := s.try(finance, issue); err != nil {
				t.Errorf("line %d is gone: %v", n, err)
			}
			next++
		}
		if r := verify(t, d); !r.OK {
			t.Errorf("%+v", r.Bad)
		}
	})
}

// sealedNote adds a record without lines at a number: a copy of record 1.
const sealedNote = `INSERT INTO record (county, seq, at, lines, actor, kind, body)
 SELECT county, %d, at, 0, actor, 'note', body FROM record WHERE county = 360726 AND seq = 1`

// TestSealedRecordBeyondTheHead: the role of the service could add a record where
// the next one must go, and no post of the county went through any more. PostgreSQL
// refuses it; where it is there all the same, on SQLite or since the head was moved
// too, the service says what is damaged and verify names it.
func TestSealedRecordBeyondTheHead(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.lot("A", "1000.00")
		issue := app.PostCmd{Items: []ledger.Posting{{Event: "E01", Date: day("2026-05-01"), Parts: part(lot, "1.00")}}}
		next := s.post(issue.Items[0]) + 1
		if d.Engine == db.PostgreSQL {
			if err := asRole(t, d, fmt.Sprintf(sealedNote, next)); db.ClassOf(err) != db.Broken {
				t.Errorf("a record beyond the head: %v, want a refusal", err)
			}
			if _, err := s.try(finance, issue); err != nil {
				t.Fatalf("a post after the refusal: %v", err)
			}
			next++
			if err := asRole(t, d, fmt.Sprintf("UPDATE head SET next_seq = %d WHERE county = 360726", next+1), fmt.Sprintf(sealedNote, next)); err != nil {
				t.Fatal(err)
			}
		} else if _, err := d.Write.ExecContext(t.Context(), fmt.Sprintf(sealedNote, next)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.try(finance, issue); !errors.Is(err, db.ErrDamaged) || !strings.Contains(err.Error(), fmt.Sprintf("第 %d 条", next-1)) {
				t.Errorf("a post on it: %v, want db.damaged that names record %d", err, next-1)
			}
		}
		both(t, d, audit.Options{}, func(r audit.Report) {
			if r.OK || !slices.ContainsFunc(r.Bad, func(b audit.Bad) bool { return b.Seq == next }) {
				t.Errorf("verify: %+v, want record %d named", r.Bad, next)
			}
		})
	})
}

// asRole runs statements in one transaction as the role of the service.
func asRole(t *testing.T, d *db.DB, statements ...string) error {
	t.Helper()
	tx, err := d.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, q := range append([]string{"SET LOCAL ROLE fundbook_app"}, statements...) {
		if _, err := tx.ExecContext(t.Context(), q); err != nil {
			return err
		}
	}
	return tx.Commit()
}
