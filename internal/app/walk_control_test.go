package app_test

import (
	"slices"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// only runs a command on one engine, unseen by the walk.
func (w *walk) only(i int, c app.Command) {
	w.keys++
	key := w.name("only-on-one-engine-")
	who := finance
	if _, err := w.pair.engines[i].app.Do(w.pair.ctx, app.Request{County: w.county, Who: who, Key: key, Raw: []byte(key)}, c); err != nil {
		w.failf("the control itself: %v %s", err, fault.From(err).Detail)
	}
}

// fenIntoPool moves one fen from 7101 to the pool, as no command of the walk did.
func (w *walk) fenIntoPool() app.RawPost {
	return app.RawPost{Items: []ledger.Posting{{
		Event: "E05", Date: w.today(), From: "7101", Pool: "P", Parts: []ledger.Part{{Lot: w.books.lots[0].ID, Amount: 1}},
	}}}
}

// fen is a line of one fen on a balance that the leaves hold.
func (w *walk) fen(account ledger.Code, side ledger.Side) ledger.Line {
	for _, b := range w.books.leaves.Balances() {
		if b.Key.Account == account && b.Net != 0 {
			return ledger.Line{Key: b.Key, Side: side, Amount: 1}
		}
	}
	w.failf("the control itself: nothing on %s", account)
	return ledger.Line{}
}

// force folds lines into a ledger in memory that no record has, and looks at the laws.
func (w *walk) force(m *ledger.Model, lines ...ledger.Line) {
	if err := m.Force(w.today(), lines); err != nil {
		w.failf("the control itself: %v", err)
	}
	w.books.from = w.today()
	if at, known := slices.BinarySearch(w.books.days, w.today()); !known {
		w.books.days = slices.Insert(w.books.days, at, w.today())
	}
	if err := w.laws(); err != nil {
		w.failf("after a forced line: %v", err)
	}
	w.compareBalances()
}

// walkControls break one rule each, half way through a sequence, and say how the walk
// must fail.
var walkControls = []struct {
	name  string
	broke func(w *walk)
	want  string
}{
	{"an entry in one store only", func(w *walk) { w.only(1, w.fenIntoPool()) }, "record"},
	{"an entry in both stores that no command of the walk posted", func(w *walk) {
		for i := range w.pair.engines {
			w.only(i, w.fenIntoPool())
		}
	}, "has other balances than the leaves fold to"},
	{"a lot that one store knows already", func(w *walk) {
		l := ledger.Lot{ID: ledger.LotID{0: 8}, Code: "LX", Tier: ledger.TierCity, Class: ledger.ClassZX, Document: "文件X", Line: 1, Name: "样例", Year: 2026}
		w.only(0, app.LotCmd{Lot: l})
		w.do(walkStep{who: finance, name: "ledger.register_lot", body: app.LotCmd{Lot: l}})
	}, "ledger.register_lot: SQLite"},
	{"an unbalanced fen in the leaves", func(w *walk) { w.force(w.books.leaves, w.fen("1001", ledger.Debit)) }, "I1"},
	{"a fen of authority out of nothing", func(w *walk) { w.force(w.books.leaves, w.fen("7101", ledger.Debit), w.fen("6101", ledger.Credit)) }, "I8"},
	{"a balanced fen in the leaves that no store has", func(w *walk) { w.force(w.books.leaves, w.fen("7101", ledger.Credit), w.fen("7104", ledger.Debit)) }, "the leaves fold to other balances"},
	{"another figure in the rules", func(w *walk) { w.force(w.books.rules, w.fen("7101", ledger.Credit), w.fen("7104", ledger.Debit)) }, "the leaves fold to other balances"},
	{"a fen more in the pool than went in", func(w *walk) {
		w.books.poolIn[ledger.TierCentral]++
		w.force(w.books.leaves, w.fen("7101", ledger.Debit), w.fen("7101", ledger.Credit))
	}, "pool of central"},
	{"rules that take what the stores refuse", func(w *walk) {
		lot := w.books.lots[1].ID
		w.books.rules = ledger.NewModel()
		for _, l := range w.books.lots {
			if err := w.books.rules.AddLot(l); err != nil {
				w.failf("the control itself: %v", err)
			}
		}
		w.books.rules.SetNext(1)
		if _, err := w.books.rules.Do(ledger.Posting{Event: "E01", Date: day("2026-01-05"), Parts: []ledger.Part{{Lot: lot, Amount: 90_000_000_00}}}); err != nil {
			w.failf("the control itself: %v", err)
		}
		w.do(walkStep{who: finance, name: "ledger.post", body: app.PostCmd{Items: []ledger.Posting{{
			Event: "E04", Date: w.today(), Into: "7103", Unit: bureau, Parts: []ledger.Part{{Lot: lot, Amount: 80_000_000_00}},
		}}}})
	}, "the stores say"},
	{"rules that refuse what the stores take", func(w *walk) {
		w.books.rules = ledger.NewModel()
		w.do(walkStep{who: finance, name: "ledger.post", body: app.PostCmd{Items: []ledger.Posting{{
			Event: "E01", Date: w.today(), Parts: []ledger.Part{{Lot: w.books.lots[0].ID, Amount: 1}},
		}}}})
	}, "accepted by the stores, in memory"},
	{"an auditor who ran a command", func(w *walk) { w.mayHave(&walkStep{who: walkReaders[0], name: "plan.pool"}) }, "审计 (auditor) ran plan.pool"},
	{"a township that ran another's", func(w *walk) {
		w.mayHave(&walkStep{who: walkTowns[townA], owner: townB, name: "claim.submit", body: payments.ClaimCmd{}})
	}, "ran claim.submit of \"" + townB},
	{"a contract beyond what the log says", func(w *walk) {
		for _, b := range w.books.leaves.Balances() {
			if b.Key.Account[0] == '7' && b.Key.Contract != "" && b.Net > 0 {
				w.compareStanding([]projects.Contract{{Code: b.Key.Contract}})
			}
		}
	}, "in the ledger"},
	{"a stored balance that somebody changed", func(w *walk) {
		if _, err := w.pair.engines[0].db.Write.ExecContext(w.pair.ctx, "UPDATE day_total SET debit = debit + 1 WHERE key IN (SELECT id FROM account_key WHERE county = ?)", w.no); err != nil {
			w.failf("the control itself: %v", err)
		}
	}, "SQLite has other balances"},
}

// TestTheWalkSeesABrokenRule is the negative control of the walk: whatever is broken
// half way is seen, and named.
func TestTheWalkSeesABrokenRule(t *testing.T) {
	t.Parallel()
	pair := newWalkPair(t)
	for i, c := range walkControls {
		w := pair.begin(9_000 + uint64(i)*5) // a county of works
		err := w.guard(func() {
			w.settle()
			w.broken = func() { c.broke(w) }
			w.live(24)
			w.finish()
		})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "the control itself") {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

// TestTheChainIsHeld gives balances that pass each link of the chain by a fen.
func TestTheChainIsHeld(t *testing.T) {
	t.Parallel()
	lot := ledger.LotID{0: 1}
	of := func(account ledger.Code, project string, n ledger.Amount) ledger.Balance {
		return ledger.Balance{Key: ledger.Key{Book: ledger.County, Account: account, Lot: lot, Project: project}, Net: n}
	}
	sound := []ledger.Balance{of("6101", "", -100), of("7101", "", 10), of("7102", "", 20), of("7201", "J", 30), of("7202", "J", 25), of("7302", "J", 15)}
	if err := chainHolds(sound); err != nil {
		t.Errorf("a sound chain: %v", err)
	}
	for name, more := range map[string]ledger.Balance{
		"decomposed beyond issued": of("7104", "", 11), "planned beyond decomposed": of("7102", "", -21), "contracted beyond planned": of("7201", "J", -31),
		"paid beyond contracted": of("7202", "J", -26), "paid below nothing": of("7302", "J", -16),
	} {
		if err := chainHolds(append(slices.Clone(sound), more)); err == nil {
			t.Errorf("%s was not seen", name)
		}
	}
}

// TestAWalkIsItsSeed runs a sequence twice: the same commands, the same answers.
func TestAWalkIsItsSeed(t *testing.T) {
	t.Parallel()
	var scripts [2][]string
	for i := range scripts {
		w := newWalkPair(t).begin(4)
		err := w.guard(func() {
			w.settle()
			w.live(30)
		})
		if err != nil {
			t.Fatal(err)
		}
		for k := range w.steps {
			scripts[i] = append(scripts[i], w.steps[k].String())
		}
	}
	if !slices.Equal(scripts[0], scripts[1]) {
		t.Errorf("two runs of a seed differ:\n%s\n%s", strings.Join(scripts[0], "\n"), strings.Join(scripts[1], "\n"))
	}
}
