package audit

import (
	"math/rand/v2"
	"slices"
	"testing"

	"fundbook/ledger"
	"fundbook/ledger/ledgertest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// memory reads entries of a history as the store does: by the keys that they touch.
func memory(list []moved, read *int) func(reach) ([]moved, error) {
	return func(r reach) ([]moved, error) {
		var out []moved
		for _, x := range list {
			if r.all || slices.ContainsFunc(x.lines, func(l ledger.Line) bool {
				return ledger.GroupOf(l.Key.Account) == ledger.Authority &&
					(len(r.projects) == 0 && l.Key.Project == "" || slices.Contains(r.projects, l.Key.Project) && l.Key.Project != "")
			}) {
				out = append(out, x)
				*read++
			}
		}
		return out, nil
	}
}

// TestNarrowTraceIsTheWholeTrace posts random histories of every event and asks for
// projects, payees, units and entries: what is folded from few entries is what is
// folded from all.
func TestNarrowTraceIsTheWholeTrace(t *testing.T) {
	t.Parallel()
	saved := 0
	rapid.Check(t, func(t *rapid.T) {
		m := ledger.NewModel()
		lots := ledgertest.Lots()
		for _, l := range lots {
			if err := m.AddLot(l); err != nil {
				t.Fatal(err)
			}
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		start := rapid.IntRange(0, 300).Draw(t, "start")
		var list []moved
		projects, payees, units := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for i := range rapid.IntRange(50, 500).Draw(t, "events") {
			first := m.Next()
			unit, err := m.Do(ledgertest.RandomPosting(r, m, ledger.Date(20500+start+i/3)))
			if err != nil {
				continue
			}
			for j := range unit {
				list = append(list, movedBy(first+int64(j), &unit[j]))
				for _, l := range unit[j].Lines() {
					projects[l.Key.Project], payees[l.Key.Payee], units[l.Key.Unit] = true, true, true
				}
			}
		}
		all := 0
		whole, err := (&narrowing{lots: lots, read: memory(list, &all)}).whole()
		if err != nil {
			t.Fatal(err)
		}
		for name, names := range map[string]map[string]bool{"project": projects, "payee": payees, "unit": units} {
			for v := range names {
				if v == "" {
					continue
				}
				x := query{Selector: map[string]Selector{"project": {Project: v}, "payee": {Payee: v}, "unit": {Unit: v}}[name]}
				checkNarrow(t, lots, list, whole, &x, &saved)
			}
		}
		for range min(5, len(list)) {
			x := query{Selector: Selector{Entry: list[r.IntN(len(list))].seq}}
			checkNarrow(t, lots, list, whole, &x, &saved)
		}
	})
	if saved == 0 {
		t.Error("no question read less than everything")
	}
}

// checkNarrow compares both folds of a question.
func checkNarrow(t *rapid.T, lots []ledger.Lot, list []moved, whole *flow, x *query, saved *int) {
	var start []string
	for i := range list {
		for _, l := range list[i].lines {
			k := &l.Key
			if k.Project != "" && ledger.GroupOf(k.Account) == ledger.Authority &&
				(k.Project == x.Project || x.Payee != "" && k.Payee == x.Payee || x.Unit != "" && k.Unit == x.Unit || list[i].seq == x.Entry) {
				start = append(start, k.Project)
			}
		}
	}
	want, err := whole.graphOf(x)
	if err != nil {
		t.Fatal(err)
	}
	if x.Entry != 0 && len(start) == 0 {
		return // about whole lots
	}
	read := 0
	n := &narrowing{lots: lots, read: memory(list, &read)}
	f, err := n.flow(start, x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.graphOf(x)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s: the narrow trace differs (-whole +narrow)\n%s", x, diff)
	}
	if len(n.entries) < len(list) {
		*saved++
	}
}
