package payments

import (
	"errors"
	"testing"

	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestReconciliationComesOutEven makes any movements, puts each into the books, the
// bank or both, on days of its own, and matches what is in both: adjusted both ways,
// nothing is left, at the end of every month.
func TestReconciliationComesOutEven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		opening := ledger.Amount(rapid.Int64Range(0, 1_000_000).Draw(t, "opening"))
		list := []Statement{{Code: "C-1001-2026-01", Period: 202601, Opening: opening}, {Code: "C-1001-2026-02", Period: 202602}}
		moves := []CashMove{{Seq: 1, Date: on("2025-12-31"), Amount: opening}}
		for i := range rapid.IntRange(0, 20).Draw(t, "moves") {
			amount := ledger.Amount(rapid.Int64Range(-9999, 9999).Filter(func(n int64) bool { return n != 0 }).Draw(t, "amount"))
			side := rapid.IntRange(0, 2).Draw(t, "side") // bank, books, both
			bank, books := on("2026-01-01").AddDays(rapid.IntRange(0, 58).Draw(t, "bank day")), on("2026-01-01").AddDays(rapid.IntRange(0, 58).Draw(t, "book day"))
			s := &list[bank.Month()-1]
			if side != 0 {
				moves = append(moves, CashMove{Seq: int64(i + 2), Date: books, Amount: amount})
			}
			if side == 1 {
				continue
			}
			s.Lines = append(s.Lines, StatementLine{No: len(s.Lines) + 1, Date: bank, Amount: amount})
			if side == 2 {
				s.Links = append(s.Links, StatementLink{No: len(s.Links) + 1, Lines: []int{len(s.Lines)}, Entries: []LinkedEntry{{int64(i + 2), books, amount}}})
				s.Lines[len(s.Lines)-1].Link = len(s.Links)
			}
		}
		for i := range list {
			if i > 0 {
				list[i].Opening = list[i-1].Closing
			}
			list[i].Closing = list[i].Opening
			for _, l := range list[i].Lines {
				list[i].Closing += l.Amount
			}
			end := lastDay(ledger.Period(list[i].Period))
			var known []CashMove
			for _, m := range moves {
				if m.Date <= end {
					known = append(known, m)
				}
			}
			if r := reconcile(list[:i+1], known, end); r.Difference != 0 || r.StartGap != 0 {
				t.Fatalf("%s: difference %s, gap at the start %s", list[i].Code, r.Difference, r.StartGap)
			}
		}
	})
}

// TestAGapBeforeTheFirstStatementShows: what stood out before is a difference until it
// is explained or matched.
func TestAGapBeforeTheFirstStatementShows(t *testing.T) {
	t.Parallel()
	s := Statement{Code: "C-1001-2026-01", Period: 202601, Opening: 130, Closing: 130}
	moves := []CashMove{{Seq: 1, Date: on("2025-12-01"), Amount: 130}, {Seq: 2, Date: on("2025-12-31"), Amount: -30}}
	if r := reconcile([]Statement{s}, moves, on("2026-01-31")); r.Difference != -30 || r.StartGap != -30 {
		t.Errorf("difference %s, gap %s; want -0.30", r.Difference, r.StartGap)
	}
	s.Notes = []StatementNote{{LinkedEntry{2, on("2025-12-31"), -30}, "在途", on("2026-02-10")}}
	if r := reconcile([]Statement{s}, moves, on("2026-01-31")); r.Difference != 0 || r.StartGap != 0 || r.BookOut != 30 {
		t.Errorf("explained: %+v", r)
	}
}

func TestMatchesAreProposedByReferenceThenByAmount(t *testing.T) {
	t.Parallel()
	line := func(no int, day, ref string, amount ledger.Amount) StatementLine {
		return StatementLine{No: no, Date: on(day), Reference: ref, Amount: amount}
	}
	move := func(seq int64, day, ref string, amount ledger.Amount) CashMove {
		return CashMove{Seq: seq, Date: on(day), Reference: ref, Amount: amount}
	}
	for name, c := range map[string]struct {
		lines []StatementLine
		moves []CashMove
		want  []LinkCmd
	}{
		"one transfer, two entries": {
			[]StatementLine{line(1, "2026-04-03", "G1", -100)},
			[]CashMove{move(7, "2026-04-03", "G1", -60), move(8, "2026-04-03", "G1", -40)},
			[]LinkCmd{{[]int{1}, []int64{7, 8}, "reference"}},
		},
		"the reference does not add up": {
			[]StatementLine{line(1, "2026-04-03", "G1", -100)}, []CashMove{move(7, "2026-04-03", "G1", -60)}, nil,
		},
		"the nearest day": {
			[]StatementLine{line(1, "2026-04-03", "", 50)},
			[]CashMove{move(7, "2026-04-07", "", 50), move(8, "2026-04-02", "", 50)},
			[]LinkCmd{{[]int{1}, []int64{8}, "amount"}},
		},
		"outside the days":  {[]StatementLine{line(1, "2026-04-03", "", 50)}, []CashMove{move(7, "2026-04-09", "", 50)}, nil},
		"another reference": {[]StatementLine{line(1, "2026-04-03", "G1", 50)}, []CashMove{move(7, "2026-04-03", "G2", 50)}, nil},
		"matched already": {
			[]StatementLine{{No: 1, Date: on("2026-04-03"), Amount: 50, Link: 1}, line(2, "2026-04-03", "", 50)},
			[]CashMove{move(7, "2026-04-03", "", 50)},
			[]LinkCmd{{[]int{2}, []int64{7}, "amount"}},
		},
	} {
		if diff := cmp.Diff(c.want, proposeMatches(c.lines, c.moves, 5)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestAMatchMustHold(t *testing.T) {
	t.Parallel()
	s := &Statement{Code: "S", Lines: []StatementLine{{No: 1, Amount: 50}, {No: 2, Amount: -50}, {No: 3, Amount: 30, Link: 1}, {No: 4, Amount: 20}}}
	entry := func(seq int64, amount ledger.Amount) LinkedEntry { return LinkedEntry{Seq: seq, Amount: amount} }
	for name, c := range map[string]struct {
		link StatementLink
		want error
	}{
		"1:1":                 {StatementLink{Lines: []int{1}, Entries: []LinkedEntry{entry(1, 50)}}, nil},
		"1:N":                 {StatementLink{Lines: []int{1}, Entries: []LinkedEntry{entry(1, 20), entry(2, 30)}}, nil},
		"N:1":                 {StatementLink{Lines: []int{1, 4}, Entries: []LinkedEntry{entry(1, 70)}}, nil},
		"two lines cancel":    {StatementLink{Lines: []int{1, 2}}, nil},
		"two entries cancel":  {StatementLink{Entries: []LinkedEntry{entry(1, 5), entry(2, -5)}}, nil},
		"N:M":                 {StatementLink{Lines: []int{1, 4}, Entries: []LinkedEntry{entry(1, 20), entry(2, 50)}}, ErrStatementMatch},
		"a fen less":          {StatementLink{Lines: []int{1}, Entries: []LinkedEntry{entry(1, 49)}}, ErrStatementMatch},
		"one line alone":      {StatementLink{Lines: []int{1}}, ErrStatementMatch},
		"no such line":        {StatementLink{Lines: []int{5}, Entries: []LinkedEntry{entry(1, 50)}}, ErrStatementMatch},
		"a line matched":      {StatementLink{Lines: []int{3}, Entries: []LinkedEntry{entry(1, 30)}}, ErrStatementMatched},
		"a line listed twice": {StatementLink{Lines: []int{1, 1}, Entries: []LinkedEntry{entry(1, 100)}}, ErrStatementMatched},
		"lines do not cancel": {StatementLink{Lines: []int{1, 4}}, ErrStatementMatch},
	} {
		if err := s.checkLink(&c.link, map[int]bool{}, "links[0]"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestCounterpartiesAreMasked(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"李小明": "李＊明", "王芳": "王＊", "欧阳小明": "欧＊＊明", "赣南建设有限公司": "赣南建设有限公司", "6222 0000 1111 2222": "****2222",
		"张三 6222000011112222": "张三 ****2222", "": "", "12345": "12345", "３６０７２６１９９００１０１１２３４": "****1234",
	} {
		if got := maskParty(in); got != want {
			t.Errorf("%q is kept as %q, want %q", in, got, want)
		}
	}
}
