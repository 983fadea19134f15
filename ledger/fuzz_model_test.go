package ledger_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
)

// tallyOf counts what a run of random postings did.
type tallyOf struct {
	accepted, refused int
	events            map[string]int // accepted, by event and step
	codes             map[string]int // refused, by code
}

// county posts n random postings over two years, with the year-end close of the
// first, and checks the whole ledger after every step up to 300 and then at every
// 25th. Odd seeds close late, when January business stands in the books already.
func county(t *testing.T, seed uint64, n int) (*ledger.Model, tallyOf) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 20180101))
	m := newModel(t, ledgertest.Lots())
	first, err := ledger.NewDate(2018, 3, 15)
	if err != nil {
		t.Fatal(err)
	}
	sum := tallyOf{events: map[string]int{}, codes: map[string]int{}}
	year, before := first.Year(), m.StateHash()
	for i := range n {
		day := first.AddDays(i * 600 / n)
		late := int(seed%2) * 25
		if ended := day.AddDays(-late).Year(); ended != year {
			closeYear(t, m, year)
			year, before = ended, m.StateHash()
		}
		p := ledgertest.RandomPosting(r, m, day)
		_, err := m.Do(p)
		if err != nil {
			sum.refused++
			sum.codes[fault.From(err).Code]++
			if fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Invalid {
				t.Fatalf("seed %d step %d: %+v: %v", seed, i, p, err)
			}
			if m.StateHash() != before {
				t.Fatalf("seed %d step %d: a refused posting changed the ledger: %+v", seed, i, p)
			}
			continue
		}
		before = m.StateHash()
		sum.accepted++
		sum.events[string(p.Event)+" "+p.Step]++
		if i < 300 || i%25 == 0 || i == n-1 {
			if err := m.CheckAll(); err != nil {
				t.Fatalf("seed %d step %d: after %+v: %v", seed, i, p, err)
			}
		}
	}
	return m, sum
}

// closeYear posts E24 lot by lot; none is refused, whether the close is posted on
// time or while the new year runs already.
func closeYear(t *testing.T, m *ledger.Model, year int) {
	t.Helper()
	day, err := ledger.NewDate(year, 12, 31)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range m.Lots() {
		_, err := m.Do(ledger.Posting{Event: "E24", Date: day, Parts: []ledger.Part{{Lot: l.ID}}})
		switch {
		case err == nil || errors.Is(err, ledger.ErrNothing):
		default:
			t.Fatalf("close of %d, lot %s: %v", year, l.Code, err)
		}
	}
	if err := m.CheckAll(); err != nil {
		t.Fatalf("after the close of %d: %v", year, err)
	}
	for _, row := range m.TrialBalance(day) {
		if c := row.Account[0]; (c == '4' || c == '5' || row.Account == "3201" || row.Account == "7302") && row.Net() != 0 {
			t.Fatalf("after the close of %d: %s %s", year, row.Account, row.Net())
		}
	}
}

// TestRandomCounty is the fuzz of the reference on the Model: 20 counties, no
// violation, and every event of the mix accepted somewhere.
func TestRandomCounty(t *testing.T) {
	t.Parallel()
	seeds, n := 20, 4000
	if testing.Short() {
		seeds, n = 3, 1500
	}
	results := make(chan tallyOf, seeds)
	t.Run("seeds", func(t *testing.T) {
		for seed := range seeds {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				m, sum := county(t, uint64(seed), n)
				mergeTownship(t, m)
				results <- sum
			})
		}
	})
	close(results)
	total := tallyOf{events: map[string]int{}, codes: map[string]int{}}
	for sum := range results {
		total.accepted += sum.accepted
		total.refused += sum.refused
		for k, v := range sum.events {
			total.events[k] += v
		}
		for k, v := range sum.codes {
			total.codes[k] += v
		}
	}
	t.Logf("%d accepted, %d refused, 0 violations; refused by %v", total.accepted, total.refused, total.codes)
	t.Logf("accepted by event: %v", total.events)
	if testing.Short() {
		return
	}
	for _, e := range ledger.Events() {
		for _, s := range e.Steps {
			if e.Code == "E00" || e.Code == "E24" || e.Code == "E28" || e.Code == "E14t" && s.Name == "reserve" || e.Code == "E02u" && s.Name == "return" {
				continue
			}
			if total.events[string(e.Code)+" "+s.Name] == 0 {
				t.Errorf("no %s %s was ever accepted", e.Code, s.Name)
			}
		}
	}
}

// mergeTownship ends a random county with E28: the whole of T1 goes to T2.
func mergeTownship(t *testing.T, m *ledger.Model) {
	t.Helper()
	day, err := ledger.NewDate(2019, 12, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Do(ledger.Posting{
		Event: "E28", Date: day, Decision: "省民政〔2019〕1号", Unit: "T1", To: &ledger.Target{Unit: "T2"},
	}); err != nil {
		t.Fatalf("E28: %v", err)
	}
	if err := m.CheckAll(); err != nil {
		t.Fatalf("after E28: %v", err)
	}
	for _, b := range m.Balances() {
		if b.Key.Book == "T1" {
			t.Errorf("after E28 the book T1 still has %s %s", b.Key, b.Net)
		}
	}
}

// TestRefoldGivesTheSameLedger is law 6: the entries of a random county, folded
// in order of recording by each of the ways to post, give the same balances on
// every day and the same turnover.
func TestRefoldGivesTheSameLedger(t *testing.T) {
	t.Parallel()
	m, _ := county(t, 4, 1500)
	lines, moves := newModel(t, m.Lots()), newModel(t, m.Lots())
	for seq := int64(1); seq < m.Next(); seq++ {
		e, _, ok := m.Entry(seq)
		if !ok {
			t.Fatalf("no entry %d", seq)
		}
		if err := lines.PostLines(e.Date, e.Lines()); err != nil {
			t.Fatalf("entry %d: %v", seq, err)
		}
		var list []ledger.Move
		for _, l := range e.Lines() {
			ref, err := moves.Intern(&l.Key)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, ledger.Move{Ref: ref, Side: l.Side, Amount: l.Amount})
		}
		if err := moves.PostMoves(e.Date, list); err != nil {
			t.Fatalf("entry %d: %v", seq, err)
		}
	}
	for _, again := range []*ledger.Model{lines, moves} {
		if diff := cmp.Diff(m.Balances(), again.Balances()); diff != "" {
			t.Fatalf("balances (-posted +refolded)\n%s", diff)
		}
		for day := ledger.Date(17600); day < 18300; day += 50 {
			if diff := cmp.Diff(m.TrialBalance(day), again.TrialBalance(day)); diff != "" {
				t.Fatalf("trial balance of %s (-posted +refolded)\n%s", day, diff)
			}
			for _, b := range m.BalancesOn(day) {
				if got := again.BalanceOn(b.Key, day); got != b.Net {
					t.Fatalf("%s on %s = %s, want %s", b.Key, day, got, b.Net)
				}
			}
		}
	}
}

// TestSetNextKeepsStepWithAStore: the Model can number entries as a store does
// whose sequence counts other records too.
func TestSetNextKeepsStepWithAStore(t *testing.T) {
	t.Parallel()
	m := newModel(t, ledgertest.Lots())
	issue := ledger.Posting{Event: "E01", Date: 17600, Parts: []ledger.Part{{Lot: ledgertest.LotID("K1"), Amount: 5}}}
	for _, next := range []int64{7, 3, 20} {
		m.SetNext(next)
		if _, err := m.Do(issue); err != nil {
			t.Fatal(err)
		}
	}
	for seq, want := range map[int64]bool{1: false, 7: true, 8: true, 20: true, 21: false} {
		if _, _, ok := m.Entry(seq); ok != want {
			t.Errorf("Entry(%d) found = %t, want %t", seq, ok, want)
		}
	}
	undo := ledger.Posting{Event: "E23", Date: 17600, Reverses: 7}
	if _, err := m.Do(undo); err != nil {
		t.Fatal(err)
	}
	if _, reversed, _ := m.Entry(7); !reversed {
		t.Error("the entry does not know that it was reversed")
	}
	if _, err := m.Do(undo); !errors.Is(err, ledger.ErrReversed) {
		t.Errorf("the second reversal = %v, want %s", err, ledger.ErrReversed.Code)
	}
	undo.Reverses = 19
	if _, err := m.Do(undo); !errors.Is(err, ledger.ErrEntryUnknown) {
		t.Errorf("reversal of nothing = %v, want %s", err, ledger.ErrEntryUnknown.Code)
	}
}

// TestRandomCountyRepeats: one seed gives one ledger, so a failure can be run
// again.
func TestRandomCountyRepeats(t *testing.T) {
	t.Parallel()
	a, _ := county(t, 7, 500)
	b, _ := county(t, 7, 500)
	if a.StateHash() != b.StateHash() {
		t.Error("the same seed gave two ledgers")
	}
}

// TestRandomCountyWithoutGuardsIsCaught is the negative control: the same mix on
// a Model whose guards are off is caught by CheckAll, for every seed.
func TestRandomCountyWithoutGuardsIsCaught(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 20180101))
		m := newModel(t, ledgertest.Lots())
		m.Unguard()
		caught := false
		for i := range 400 {
			if _, err := m.Do(ledgertest.RandomPosting(r, m, ledger.Date(17600+i))); err == nil && m.CheckAll() != nil {
				caught = true
				break
			}
		}
		if !caught {
			t.Errorf("seed %d: 400 postings without guards and CheckAll found nothing", seed)
		}
	}
}

// TestRandomCountyRefusesOnlyWhatBreaks: whatever a guard refuses would really
// break a rule of 4.5 or 4.6 on some day, so nobody is refused for nothing.
func TestRandomCountyRefusesOnlyWhatBreaks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 20180101))
	m := newModel(t, ledgertest.Lots())
	judged := 0
	for i := range 1500 {
		p := ledgertest.RandomPosting(r, m, ledger.Date(17650+i/5))
		_, err := m.Do(p)
		if !errors.Is(err, ledger.ErrOverdraw) && !errors.Is(err, ledger.ErrNoAuthority) {
			continue
		}
		need, err := p.Need()
		if err != nil {
			t.Fatal(err)
		}
		unit, err := p.Entries(m.Facts(p, need))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range unit {
			if err := m.Force(e.Date, e.Lines()); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.CheckAll(); err == nil {
			t.Fatalf("step %d: refused, yet it breaks nothing: %+v", i, p)
		}
		for _, e := range unit {
			if err := m.Force(e.Date, e.Reversed()); err != nil {
				t.Fatal(err)
			}
		}
		judged++
	}
	if err := m.CheckAll(); err != nil || judged < 200 {
		t.Errorf("after judging %d refusals: %v", judged, err)
	}
}

// TestRandomCountyWithOneFenMovedIsCaught: one fen moved between an account that
// an equation watches and one that it does not is refused at the door, and found
// by CheckAll when forced.
func TestRandomCountyWithOneFenMovedIsCaught(t *testing.T) {
	t.Parallel()
	const watched = "1001 1002 1101 1201 1203 2001 2002 2003 2004 2006 2201 7203 7301 7403 7404"
	m, _ := county(t, 3, 1500)
	last, err := ledger.NewDate(2020, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	tried := map[ledger.Code]bool{}
	for _, b := range m.Balances() {
		if b.Key.Book != ledger.County || !strings.Contains(watched, string(b.Key.Account)) {
			continue
		}
		other := ledger.Key{Book: ledger.County, Account: "3001", Lot: b.Key.Lot}
		if ledger.GroupOf(b.Key.Account) == ledger.Authority {
			other.Account = "7101"
		}
		lines := []ledger.Line{{Key: b.Key, Side: ledger.Debit, Amount: 1}, {Key: other, Side: ledger.Credit, Amount: 1}}
		if err := m.PostLines(last, lines); err == nil {
			t.Errorf("one fen from %s to %s was accepted", other, b.Key)
		}
		if err := m.Force(last, lines); err != nil {
			t.Fatal(err)
		}
		if err := m.CheckAll(); err == nil {
			t.Errorf("one fen from %s to %s was not found", other, b.Key)
		}
		lines[0].Amount, lines[1].Amount = -1, -1
		if err := m.Force(last, lines); err != nil {
			t.Fatal(err)
		}
		tried[b.Key.Account] = true
	}
	if err := m.CheckAll(); err != nil || len(tried) < 8 {
		t.Errorf("after putting back fen on %d accounts: %v", len(tried), err)
	}
}
