package audit_test

import (
	"errors"
	"fmt"
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
