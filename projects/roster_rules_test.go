package projects

import (
	"errors"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sampleRoster has a row in each state: 1 owed, 2 batched, 3 paid, 4 struck, 5
// blocked.
func sampleRoster(s RosterState) *Roster {
	r := &Roster{Code: "R1", State: s, Town: "甲镇", ChangedOn: 13_000}
	for i, st := range []LineState{LineOwed, LineBatched, LinePaid, LineStruck, LineOwed} {
		r.Lines = append(r.Lines, RosterLine{N: i + 1, Rev: 1, Amount: 100, State: st})
	}
	r.Lines[1].Batch, r.Lines[2].Batch, r.Lines[4].Blocked = "B1", "B0", "异议1号"
	return r
}

func TestWhichRowsMayBeStruckBlockedReleasedAndPaid(t *testing.T) {
	t.Parallel()
	r := sampleRoster(RosterConfirmed)
	for _, c := range []struct {
		line                                 int
		struck, blocked, released, beingPaid *fault.Error
	}{
		{1, nil, nil, ErrRosterLine, nil},
		{2, ErrRosterLine, nil, ErrRosterLine, ErrRosterLine},
		{3, ErrRosterLine, ErrRosterLine, ErrRosterLine, ErrRosterLine},
		{4, ErrRosterLine, ErrRosterLine, ErrRosterLine, ErrRosterLine},
		{5, nil, ErrRosterLine, nil, ErrRosterLine},
		{0, ErrRosterLineNo, ErrRosterLineNo, ErrRosterLineNo, ErrRosterLineNo},
		{6, ErrRosterLineNo, ErrRosterLineNo, ErrRosterLineNo, ErrRosterLineNo},
	} {
		_, struck := r.strike([]int{c.line})
		_, paid := r.Payable([]int{c.line})
		for what, got := range map[string]struct {
			err  error
			want *fault.Error
		}{"strike": {struck, c.struck}, "block": {r.block(c.line), c.blocked}, "release": {r.release(c.line), c.released}, "pay": {paid, c.beingPaid}} {
			if (got.want == nil) != (got.err == nil) || got.want != nil && !errors.Is(got.err, got.want) {
				t.Errorf("row %d, %s: %v, want %v", c.line, what, got.err, got.want)
			}
		}
	}
	if _, err := r.strike([]int{1, 1}); !errors.Is(err, ErrRosterLineNo) {
		t.Errorf("a row named twice: %v", err)
	}
	all, err := r.Payable(nil)
	if err != nil || len(all) != 1 || all[0].N != 1 {
		t.Errorf("all that may be paid: %+v, %v", all, err)
	}
	r.Lines[0].State = LinePaid
	if _, err := r.Payable(nil); !errors.Is(err, ErrRosterLine) {
		t.Errorf("nothing to pay: %v", err)
	}
	for _, s := range []RosterState{RosterDraft, RosterCommitted, RosterClosed} {
		if _, err := sampleRoster(s).Payable(nil); !errors.Is(err, ErrRosterState) {
			t.Errorf("pay in %s: %v", s, err)
		}
	}
	if got := r.Total(); got != 400 {
		t.Errorf("total %s, want the rows that are not struck", got)
	}
	if got := r.Blocked([]int{1, 5, 9}); !cmp.Equal(got, []int{5}) {
		t.Errorf("blocked %v", got)
	}
}

func TestRosterClosesWhenNothingIsOwed(t *testing.T) {
	t.Parallel()
	r := sampleRoster(RosterConfirmed)
	r.close()
	if r.State != RosterConfirmed {
		t.Errorf("closed with rows owed")
	}
	for i := range r.Lines {
		if r.Lines[i].State != LineStruck {
			r.Lines[i].State = LinePaid
		}
	}
	r.close()
	if r.State != RosterClosed {
		t.Errorf("state %s, want closed", r.State)
	}
}

func TestProjectsThatMayHaveRosters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		p        Project
		township string
		want     *fault.Error
	}{
		{"a planned household project", Project{Household: true, State: "PLANNED"}, "", nil},
		{"the township's own", Project{Household: true, State: "CONTRACTED", Town: "甲镇"}, "甲镇", nil},
		{"another township's", Project{Household: true, State: "PLANNED", Town: "乙乡"}, "甲镇", ErrRosterForeign},
		{"the county's, by a township", Project{Household: true, State: "PLANNED"}, "甲镇", ErrRosterForeign},
		{"a road", Project{State: "PLANNED"}, "", ErrRosterProject},
		{"suspended", Project{Household: true, State: "SUSPENDED"}, "", ErrRosterProject},
		{"removed", Project{Household: true, State: "REMOVED"}, "", ErrRosterProject},
		{"rolled", Project{Household: true, State: "ROLLED"}, "", ErrRosterProject},
	} {
		if err := mayHaveRoster(&c.p, c.township); (c.want == nil) != (err == nil) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestNoticeMustShowTheRosterAsItIs holds the gate against notices that are old, too
// short, withdrawn or about another roster.
func TestNoticeMustShowTheRosterAsItIs(t *testing.T) {
	t.Parallel()
	r := &Roster{Code: "R1", ChangedOn: dayFor(t, "2026-04-01")}
	post := func(from, to, subject string) Posted {
		return Posted{Type: "N8", Subject: subject, From: dayFor(t, from), To: dayFor(t, to)}
	}
	withdrawn := post("2026-04-02", "2026-04-12", "R1")
	withdrawn.Withdrawn = true
	for name, c := range map[string]struct {
		posted []Posted
		day    string
		ok     bool
	}{
		"over":                     {[]Posted{post("2026-04-02", "2026-04-12", "R1")}, "2026-04-13", true},
		"its last day":             {[]Posted{post("2026-04-02", "2026-04-12", "R1")}, "2026-04-12", false},
		"none":                     {nil, "2026-06-01", false},
		"of another roster":        {[]Posted{post("2026-04-02", "2026-04-12", "R2")}, "2026-06-01", false},
		"before the rows changed":  {[]Posted{post("2026-03-02", "2026-03-12", "R1")}, "2026-06-01", false},
		"withdrawn":                {[]Posted{withdrawn}, "2026-06-01", false},
		"old and new, new not yet": {[]Posted{post("2026-03-02", "2026-03-12", "R1"), post("2026-04-02", "2026-04-12", "R1")}, "2026-04-10", false},
	} {
		_, why := r.NoticeOver(&Project{Posted: c.posted}, dayFor(t, c.day), 10)
		if (why == "") != c.ok {
			t.Errorf("%s: %q, want over %v", name, why, c.ok)
		}
	}
}

// TestSpreadTakesNoFenTooMany divides an amount again and again over what is left,
// as several result files do, until nothing is left.
func TestSpreadTakesNoFenTooMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		held := make([]ledger.Balance, rapid.IntRange(1, 8).Draw(t, "lots"))
		var total ledger.Amount
		for i := range held {
			held[i].Key.Lot = ledger.LotID{15: byte(i + 1)}
			held[i].Net = ledger.Amount(rapid.Int64Range(0, 1e12).Draw(t, "held"))
			total += held[i].Net
		}
		if _, err := Spread(total+1, held, "test"); !errors.Is(err, ErrRosterShort) {
			t.Fatalf("one fen more than there is: %v", err)
		}
		for total > 0 {
			amount := ledger.Amount(rapid.Int64Range(1, int64(total)).Draw(t, "amount"))
			if rapid.Bool().Draw(t, "all") {
				amount = total
			}
			parts, err := Spread(amount, held, "test")
			if err != nil {
				t.Fatal(err)
			}
			var sum ledger.Amount
			for _, p := range parts {
				h := &held[p.Lot[15]-1]
				if p.Amount <= 0 || p.Amount > h.Net {
					t.Fatalf("takes %s of %s", p.Amount, h.Net)
				}
				h.Net -= p.Amount
				sum += p.Amount
			}
			if sum != amount {
				t.Fatalf("parts add up to %s, not %s", sum, amount)
			}
			total -= amount
		}
	})
}
