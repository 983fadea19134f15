package app_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// rosterReads keeps the statements that look through the rows of rosters.
type rosterReads struct {
	mu   sync.Mutex
	list []string
}

func (l *rosterReads) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (l *rosterReads) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.HasPrefix(e.Query, "SELECT") && strings.Contains(e.Query, "_index IN (") {
		l.list = append(l.list, e.Query)
	}
}

// TestARosterIsNotComparedWithEveryOther asks SQLite, which plans without statistics,
// how it looks for the people and cards of a file in other rosters: by their indexes.
// It used to walk the rows of every roster for each five hundred people, for the sake
// of the order of what it finds.
func TestARosterIsNotComparedWithEveryOther(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	log := &rosterReads{}
	d.Read = d.Read.WithQueryHook(log)
	s := newRosterStore(t, d)
	p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "900.00"): "900.00"})
	s.must("roster.create", projects.RosterCmd{
		Code: "R1", Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩", Policy: "样例", File: csvOf(households(0, 3, "1", "100.00")),
	})
	seen := map[string]bool{}
	for _, q := range log.list {
		column := "id_index"
		if strings.Contains(q, "card_index IN (") {
			column = "card_index"
		}
		seen[column] = true
		var plan []struct {
			ID, Parent, Notused int
			Detail              string
		}
		if err := d.Read.NewRaw("EXPLAIN QUERY PLAN "+strings.ReplaceAll(q, "?", "\\?")).Scan(t.Context(), &plan); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if want := "(county=? AND " + column + "=?)"; len(plan) == 0 || !strings.Contains(plan[0].Detail, want) {
			t.Errorf("want %s, SQLite does %+v\n%.300s", want, plan, q)
		}
	}
	if !seen["id_index"] || !seen["card_index"] {
		t.Errorf("seen are only %v", seen)
	}
}
