package payments

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/workday"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

var holidays2026 = ledger.Policy{
	Name: "workdays.2026", Value: "off 0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007; on 0104 0214 0228 0509 0920 1010",
}

func TestTheUnitClockScoresLinearly(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]int{0: 6000, 25: 6000, 26: 5760, 37: 3120, 49: 240, 50: 0, 51: 0, 400: 0} {
		if got := UnitScore(days, 25, 50); got != want {
			t.Errorf("%d working days score %d thousandths, want %d", days, got, want)
		}
	}
}

// county2026 is a county with one lot of 2026.
func county2026(day string, authority, paid ledger.Amount, moves ...DayMove) MonitorFacts {
	return MonitorFacts{
		Day: on(day), Policies: []ledger.Policy{holidays2026}, Issued: map[ledger.LotID]ledger.Date{{1}: on("2026-03-02")}, Moves: moves,
		Lots: []ledger.LotRow{{LotID: ledger.LotID{1}, Lot: "K1", Year: 2026, LotFigures: ledger.LotFigures{Authority: authority, Paid: paid}}},
	}
}

func stands(account ledger.Code, since string, amount ledger.Amount) DayMove {
	return DayMove{Key: ledger.Key{Book: ledger.County, Account: account, Lot: ledger.LotID{1}, Project: "J1"}, Day: on(since), Net: amount}
}

func TestRulesOfMonitoring(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		facts MonitorFacts
		rule  string
		level AlertLevel // "" for none
		days  int
	}{
		{"75 % on the node's day", county2026("2026-09-30", 1000, 750), "progress", "", 0},
		{"a fen less", county2026("2026-09-30", 100_000, 74_999), "progress", AlertRed, 0},
		{"a month before, half of it", county2026("2026-09-01", 1000, 400), "progress", AlertYellow, 0},
		{"a month before, less than half", county2026("2026-09-01", 1000, 374), "progress", AlertOrange, 0},
		{"in August nothing is asked", county2026("2026-08-30", 1000, 0), "progress", "", 0},
		{"unallocated for 15 days", county2026("2026-03-17", 0, 0, stands("7101", "2026-03-02", 5)), "allocate", "", 0},
		{"for 16 days", county2026("2026-03-18", 0, 0, stands("7101", "2026-03-02", 5)), "allocate", AlertYellow, 16},
		{"for 31 days", county2026("2026-04-02", 0, 0, stands("7101", "2026-03-02", 5)), "allocate", AlertOrange, 31},
		{"for 91 days", county2026("2026-06-01", 0, 0, stands("7101", "2026-03-02", 5)), "A07", AlertRed, 91},
		{"25 working days", county2026("2026-04-07", 0, 0, stands("7102", "2026-03-02", 5)), "unit", "", 0},
		{"26 working days", county2026("2026-04-08", 0, 0, stands("7102", "2026-03-02", 5)), "unit", AlertOrange, 26},
		{"an advance of 180 days", county2026("2026-08-29", 0, 0, stands("1201", "2026-03-02", 5)), "A10", "", 0},
		{"of 181 days", county2026("2026-08-30", 0, 0, stands("1201", "2026-03-02", 5)), "A10", AlertOrange, 181},
		{"a township payment of 181 days", county2026("2026-08-30", 0, 0, stands("1303", "2026-03-02", 5)), "A10", AlertOrange, 181},
		{"a batch of 11 days", county2026("2026-03-13", 0, 0, stands("1203", "2026-03-02", 5)), "A10", AlertOrange, 11},
		{"a batch of 21 days", county2026("2026-03-23", 0, 0, stands("1203", "2026-03-02", 5)), "A10", AlertRed, 21},
		{"idle beyond 9 months", county2026("2026-12-03", 0, 0, stands("7104", "2026-03-02", 5)), "A08", AlertYellow, 276},
		{"recovered and not planned again", county2026("2026-05-02", 0, 0, stands("7401", "2026-03-02", 5)), "A27", AlertOrange, 61},
		{"township and county differ", county2026("2026-03-03", 0, 0, stands("1101", "2026-03-02", 5)), "A21", AlertRed, 0},
	} {
		list, err := Monitor(c.facts)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []Alert
		for _, a := range list {
			if a.Rule == c.rule {
				got = append(got, a)
			}
		}
		switch {
		case c.level == "" && len(got) > 0:
			t.Errorf("%s: %+v", c.name, got)
		case c.level != "" && (len(got) != 1 || got[0].Level != c.level || got[0].Days != c.days || got[0].Clause == "" || got[0].Remedy == "" || got[0].Text == ""):
			t.Errorf("%s: %+v, want %s after %d", c.name, got, c.level, c.days)
		}
		again, err := Monitor(c.facts)
		if diff := cmp.Diff(list, again); diff != "" || err != nil {
			t.Errorf("%s: another answer the second time: %v\n%s", c.name, err, diff)
		}
	}
}

// TestTheClockFromIssueToArrival counts from the upper tier's document to the money.
func TestTheClockFromIssueToArrival(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		day      string
		tier     ledger.Tier
		document string // "" where it states no day: the first authority is of 2026-03-02
		arrived  ledger.Amount
		level    AlertLevel // "" for none
		days     int
	}{
		{"15 days after the document", "2026-03-16", ledger.TierCentral, "2026-03-01", 0, "", 0},
		{"16 days", "2026-03-17", ledger.TierCentral, "2026-03-01", 0, AlertYellow, 16},
		{"16 days after the authority where the document states no day", "2026-03-18", ledger.TierProvince, "", 0, AlertYellow, 16},
		{"30 days", "2026-03-31", ledger.TierProvince, "2026-03-01", 0, AlertYellow, 30},
		{"31 days", "2026-04-01", ledger.TierCity, "2026-03-01", 0, AlertOrange, 31},
		{"60 days", "2026-04-30", ledger.TierCentralProvince, "2026-03-01", 0, AlertOrange, 60},
		{"61 days and all but a fen has come", "2026-05-01", ledger.TierCentral, "2026-03-01", 999, AlertRed, 61},
		{"all has come", "2026-12-01", ledger.TierCentral, "2026-03-01", 1000, "", 0},
		{"the county's own money", "2026-12-01", ledger.TierCounty, "2026-03-01", 0, "", 0},
		{"a donation", "2026-12-01", ledger.TierDonor, "2026-03-01", 0, "", 0},
		{"a document of a later day", "2026-03-17", ledger.TierCentral, "2026-04-01", 0, "", 0},
	} {
		f := county2026(c.day, 1000, 900)
		f.Lots[0].Tier, f.Lots[0].Arrived = c.tier, c.arrived
		if c.document != "" {
			f.Documents = map[ledger.LotID]ledger.Date{{1}: on(c.document)}
		}
		list, err := Monitor(f)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		switch {
		case c.level == "" && len(list) > 0:
			t.Errorf("%s: %+v", c.name, list)
		case c.level != "" && (len(list) != 1 || list[0].Rule != "arrive" || list[0].Level != c.level || list[0].Days != c.days ||
			list[0].Amount != 1000-c.arrived || list[0].Base != 1000 || !strings.Contains(list[0].Clause, "DOMAIN 1.5") || list[0].Remedy == ""):
			t.Errorf("%s: %+v, want %s after %d", c.name, list, c.level, c.days)
		}
	}
	f := county2026("2026-03-17", 1000, 900)
	f.Lots[0].Tier, f.Documents = ledger.TierCentral, map[ledger.LotID]ledger.Date{{1}: on("2026-03-01")}
	f.Policies = append(f.Policies, ledger.Policy{Name: "arrive_days", Value: "10", ValidFrom: on("2026-01-01"), Basis: "赣财农〔2026〕1号"})
	if list, err := Monitor(f); err != nil || len(list) != 1 || list[0].Clause != "赣财农〔2026〕1号" || list[0].Limit != 10 {
		t.Errorf("the county's own limit: %+v, %v", list, err)
	}
	f.Policies[1].Value = "soon"
	if _, err := Monitor(f); !errors.Is(err, ErrPolicyValue) {
		t.Errorf("a limit that is no number: %v", err)
	}
}

func TestAYearWithoutHolidaysIsRefused(t *testing.T) {
	t.Parallel()
	f := county2026("2026-06-01", 0, 0, stands("7101", "2026-03-02", 5))
	f.Policies = nil
	if _, err := Monitor(f); !errors.Is(err, workday.ErrYear) {
		t.Errorf("no table: %v", err)
	}
	f.Policies = []ledger.Policy{{Name: "workdays.2026", Value: "sometimes"}}
	if _, err := Monitor(f); !errors.Is(err, workday.ErrTable) {
		t.Errorf("a table that cannot be read: %v", err)
	}
}

func TestNodesOfProgressArePolicy(t *testing.T) {
	t.Parallel()
	f := county2026("2026-06-30", 1000, 400)
	f.Policies = append(f.Policies, ledger.Policy{Name: "progress_target.06", Value: "5000", ValidFrom: on("2026-01-01"), Basis: "赣财农〔2026〕1号"})
	list, err := Monitor(f)
	if err != nil || len(list) != 1 || list[0].Level != AlertRed || list[0].Clause != "赣财农〔2026〕1号" || list[0].Limit != 5000 {
		t.Errorf("half by the end of June: %+v, %v", list, err)
	}
	f.Policies[1].Value = "half"
	if _, err := Monitor(f); !errors.Is(err, ErrPolicyValue) {
		t.Errorf("a node that is no number: %v", err)
	}
}
