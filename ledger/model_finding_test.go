package ledger

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/fault"
)

// Finding 7 of LEDGERS.md: elsewhere a back-dated posting rewrites every later
// move of the account. Here it writes one cell per key and guard and reads days,
// not moves, so its cost is the same after 10 or 20,000 later postings.
func TestFinding7BackDatingCostDoesNotGrow(t *testing.T) {
	t.Parallel()
	cost := func(later int) (read, written int64) {
		m := testModel(t)
		claimed(t, m, day1, 100_000_000_00)
		for i := range later {
			if err := m.PostLines(day1.AddDays(10+i%30), payLines(1_00)); err != nil {
				t.Fatal(err)
			}
		}
		for d := range 30 { // the same days, whatever the number of postings
			if err := m.PostLines(day1.AddDays(10+d), payLines(1)); err != nil {
				t.Fatal(err)
			}
		}
		r0, w0 := m.Cells()
		if err := m.PostLines(day1.AddDays(5), payLines(77)); err != nil {
			t.Fatal(err)
		}
		r1, w1 := m.Cells()
		return r1 - r0, w1 - w0
	}
	r0, w0 := cost(10)
	r1, w1 := cost(20_000)
	if r0 != r1 || w0 != w1 {
		t.Errorf("a back-dated posting cost %d reads and %d writes after 10 later postings, %d and %d after 20,000", r0, w0, r1, w1)
	}
	if w0 > 12 || r0 > 4*32 {
		t.Errorf("a back-dated posting cost %d reads and %d writes, want at most a cell per day and guard", r0, w0)
	}
}

// Finding 8: a check of the current balance only lets a back-dated spend make an
// account negative on a past date. Receive 100 on the 1st, spend 100 on the
// 10th, receive 100 on the 20th: the balance is 100, yet nothing may be spent
// between the 10th and the 20th.
func TestFinding8BackDatedSpendCannotGoBelowZeroOnAPastDate(t *testing.T) {
	t.Parallel()
	m := testModel(t)
	claimed(t, m, day1, 200_00)
	spend := func(day Date, fen Amount) error { return m.PostLines(day, payLines(fen)) }
	// Cash alone is what is short: the second half of it arrives on the 20th.
	mustPost(t, m, day1, dr("C 1001 K1", -100_00), cr("C 4001.02 K1", -100_00),
		dr("C 6101.02.N K1", -100_00), cr("C 6101.02.Y K1", -100_00))
	if err := spend(day1.AddDays(9), 100_00); err != nil {
		t.Fatal(err)
	}
	mustPost(t, m, day1.AddDays(19), dr("C 1001 K1", 100_00), cr("C 4001.02 K1", 100_00),
		dr("C 6101.02.N K1", 100_00), cr("C 6101.02.Y K1", 100_00))
	if got := m.Balance(testKey("C 1001 K1")); got != 100_00 {
		t.Fatalf("balance = %s, want 100.00", got)
	}
	before := m.StateHash()
	err := spend(day1.AddDays(14), 0o_01)
	if !errors.Is(err, ErrOverdraw) || !strings.Contains(fault.From(err).Detail, "1001") {
		t.Errorf("back-dated spend = %v, want %s on 1001", err, ErrOverdraw.Code)
	}
	if m.StateHash() != before {
		t.Error("the refused spend changed the ledger")
	}
	if err := spend(day1.AddDays(19), 100_00); err != nil {
		t.Errorf("the same money on the 20th: %v", err)
	}
	if err := m.CheckAll(); err != nil {
		t.Error(err)
	}
}

// Finding 4: engines that pass through doubles turn 9007199254740992 −
// 9007199254740993 into a large positive number and let it pass.
func TestFinding4ExactBeyondDoubles(t *testing.T) {
	t.Parallel()
	const big = Amount(9007199254740993) // 2^53 + 1 fen, in parts that a line can hold
	for _, total := range []Amount{big - 1, big, big + 1, MaxSum - 1} {
		m := testModel(t)
		rest := total
		for rest > 0 {
			part := min(rest, MaxLine)
			if err := m.PostLines(day1, []Line{dr("C 7101 K1", part), cr("C 6101.02.N K1", part)}); err != nil {
				t.Fatal(err)
			}
			rest -= part
		}
		if got := m.Balance(testKey("C 7101 K1")); got != total {
			t.Fatalf("balance = %d fen, want %d", got, total)
		}
		var plan, unplan []Line
		for rest = total; rest > 0; rest -= min(rest, MaxLine) {
			plan = append(plan, dr("C 7102 K1", min(rest, MaxLine)), cr("C 7101 K1", min(rest, MaxLine)))
		}
		unplan = append(plan[:len(plan):len(plan)], dr("C 7102 K1", 1), cr("C 7101 K1", 1))
		err := m.PostLines(day1, unplan)
		if !errors.Is(err, ErrOverdraw) || !strings.Contains(fault.From(err).Detail, "差 0.01") {
			t.Errorf("pooling %d + 1 fen of %d: %v, want short by 0.01", total, total, err)
		}
		if err := m.PostLines(day1, plan); err != nil {
			t.Errorf("pooling %d fen of %d: %v", total, total, err)
		}
		if got := m.Balance(testKey("C 7101 K1")); got != 0 {
			t.Errorf("left = %d fen, want 0", got)
		}
	}
	m := testModel(t)
	for range 10_000 {
		if err := m.PostLines(day1, []Line{dr("C 7101 K1", MaxLine), cr("C 6101.02.N K1", MaxLine)}); err != nil {
			if !errors.Is(err, ErrAmountOverflow) {
				t.Errorf("beyond MaxSum: %v, want %s", err, ErrAmountOverflow.Code)
			}
			return
		}
	}
	t.Error("a balance grew beyond MaxSum")
}

// Finding 6: elsewhere an "atomic" batch posts one by one and compensates. Here
// a batch of which any entry fails leaves nothing, wherever the bad one stands.
func TestFinding6BatchIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for bad := range 50 {
		m := testModel(t)
		claimed(t, m, day1, 1000_00)
		before := m.StateHash()
		var unit []Entry
		for i := range 50 {
			x := Amount(1_00)
			if i == bad {
				x = 1000_00
			}
			unit = append(unit, mustEntry(t, day1.AddDays(i%3), payLines(x)...))
		}
		if err := m.Post(unit...); !errors.Is(err, ErrOverdraw) {
			t.Fatalf("bad entry at %d: Post = %v, want %s", bad, err, ErrOverdraw.Code)
		}
		if m.StateHash() != before {
			t.Fatalf("bad entry at %d: a refused batch changed the ledger", bad)
		}
		unit[bad] = mustEntry(t, day1, payLines(1_00)...)
		if err := m.Post(unit...); err != nil {
			t.Fatalf("the whole batch: %v", err)
		}
	}
}
