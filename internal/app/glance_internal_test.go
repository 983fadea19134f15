package app

import (
	"strconv"
	"testing"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// TestAnswersKeptAreBounded: the last used stay, the others go.
func TestAnswersKeptAreBounded(t *testing.T) {
	t.Parallel()
	var g glances
	q := func(i int) glance { return glance{county: "360726", query: ledger.KeyQuery{Lot: strconv.Itoa(i)}} }
	for i := range 3 * glancesKept {
		g.keep(q(i), glanced{head: db.Head{Last: int64(i)}})
		if a, ok := g.kept(q(0)); !ok || a.head.Last != 0 {
			t.Fatalf("the answer used all the time went at %d", i)
		}
		if n := len(g.young) + len(g.old); n > glancesKept {
			t.Fatalf("%d answers are kept, at most %d", n, glancesKept)
		}
	}
	if _, ok := g.kept(q(1)); ok {
		t.Error("an answer used once stays for ever")
	}
}
