package payments

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func on(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestLayersAgeFirstInFirstOut(t *testing.T) {
	t.Parallel()
	move := func(day string, net ledger.Amount) DayMove { return DayMove{Day: on(day), Net: net} }
	for name, c := range map[string]struct {
		moves []DayMove
		want  []Layer
	}{
		"what goes out is the oldest": {
			[]DayMove{move("2026-01-01", 100), move("2026-02-01", 50), move("2026-03-01", -120)}, []Layer{{on("2026-02-01"), 30}},
		},
		"what passes through in a day leaves no trace": {
			[]DayMove{move("2026-01-01", 100), move("2026-02-01", 70), move("2026-02-01", -70)}, []Layer{{on("2026-01-01"), 100}},
		},
		"days out of order": {
			[]DayMove{move("2026-03-01", -10), move("2026-01-01", 30)}, []Layer{{on("2026-01-01"), 20}},
		},
		"nothing is left": {[]DayMove{move("2026-01-01", 5), move("2026-01-02", -5)}, nil},
	} {
		got := Layers(c.moves)
		if len(got)+len(c.want) > 0 && !cmp.Equal(got, c.want) {
			t.Errorf("%s: %s", name, cmp.Diff(c.want, got))
		}
	}
}

// TestLayersAddUpToTheBalance holds for any movements that never pass below nothing.
func TestLayersAddUpToTheBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var moves []DayMove
		var balance ledger.Amount
		for d := range rapid.IntRange(0, 40).Draw(t, "days") {
			net := ledger.Amount(rapid.Int64Range(-int64(balance), 1000).Draw(t, "net"))
			balance += net
			moves = append(moves, DayMove{Day: on("2026-01-01").AddDays(d), Net: net})
		}
		if got := balanceOf(Layers(moves)); got != balance {
			t.Fatalf("layers have %s, the balance is %s", got, balance)
		}
	})
}

// settleCase is a county on 2027-07-01 with one account to judge.
func settleCase(t *testing.T, account ledger.Code, set func(k *ledger.Key), since string) *settleFacts {
	t.Helper()
	day := on("2027-07-01")
	limits, err := SettleLimitsOn(nil, day)
	if err != nil {
		t.Fatal(err)
	}
	k := ledger.Key{Book: ledger.County, Account: account, Lot: ledger.LotID{1}}
	if set != nil {
		set(&k)
	}
	return &settleFacts{
		day: day, limits: limits, lots: []ledger.LotRow{{LotID: ledger.LotID{1}, Lot: "K1", Tier: ledger.TierCentral}},
		issued: map[ledger.LotID]ledger.Date{{1}: on(since)}, aged: []Aged{{k, []Layer{{on(since), 900}}}},
		now: map[ledger.Key]ledger.Amount{k: 900}, projects: map[string]projects.Project{}, contracts: map[string]projects.Contract{},
	}
}

func TestProposalsByAgeAndState(t *testing.T) {
	t.Parallel()
	inPlan := func(k *ledger.Key) { k.Project, k.Unit = "J1", "水利局" }
	bound := func(k *ledger.Key) { k.Project, k.Contract, k.Payee, k.Unit = "J1", "H1", "甲公司", "水利局" }
	project := func(s projects.State, contracts ...string) func(*settleFacts) {
		return func(f *settleFacts) {
			f.projects["J1"] = projects.Project{Code: "J1", State: s, Year: 2026, Category: "030101", Contracts: contracts}
		}
	}
	contract := func(c projects.Contract) func(*settleFacts) {
		return func(f *settleFacts) { c.Code = "H1"; f.contracts["H1"] = c }
	}
	roster := func(s projects.RosterState) func(*settleFacts) {
		return func(f *settleFacts) {
			f.rosters = map[string]projects.Roster{"H1": {Code: "H1", State: s}}
		}
	}
	for _, c := range []struct {
		name    string
		account ledger.Code
		key     func(*ledger.Key)
		since   string
		more    []func(*settleFacts)
		want    SettleReason // "" for none
		duty    bool
		amount  ledger.Amount
	}{
		{"9 months to the day", "7101", nil, "2026-10-01", nil, "", false, 0},
		{"a day beyond 9 months", "7101", nil, "2026-09-30", nil, ReasonIdleWarn, true, 900},
		{"beyond 12 months", "7102", nil, "2026-06-30", nil, ReasonIdle, false, 900},
		{"24 months to the day", "7104", nil, "2025-07-01", nil, ReasonIdle, false, 900},
		{"beyond 24 months", "7103", nil, "2025-06-30", nil, ReasonSurplus, false, 900},
		{"planned 180 days ago", "7201", inPlan, "2027-01-02", nil, "", false, 0},
		{"planned 181 days ago", "7201", inPlan, "2027-01-01", nil, ReasonNotStarted, false, 900},
		{"the same with a contract", "7201", inPlan, "2027-01-01", []func(*settleFacts){project(projects.StateStarted, "H1")}, ReasonUncommitted, false, 900},
		{"settled, its contract too", "7201", inPlan, "2027-06-30", []func(*settleFacts){project(projects.StateSettled, "H1"), contract(projects.Contract{State: projects.ContractSettled})}, ReasonSaving, false, 900},
		{"settled, another contract open", "7201", inPlan, "2027-06-30", []func(*settleFacts){project(projects.StateSettled, "H1"), contract(projects.Contract{State: projects.ContractStarted})}, "", false, 0},
		{"contract idle", "7202", bound, "2026-12-01", []func(*settleFacts){contract(projects.Contract{State: projects.ContractSigned})}, ReasonContractIdle, false, 900},
		{"contract young", "7202", bound, "2027-06-01", []func(*settleFacts){contract(projects.Contract{State: projects.ContractSigned})}, "", false, 0},
		{"contract with a claim", "7202", bound, "2026-12-01", []func(*settleFacts){contract(projects.Contract{State: projects.ContractStarted}), func(f *settleFacts) {
			k := f.aged[0].Key
			k.Account = "1301"
			f.aged = append(f.aged, Aged{k, []Layer{{on("2027-01-01"), 1}}})
		}}, "", false, 0},
		{"contract settled with a rest", "7202", bound, "2027-06-01", []func(*settleFacts){contract(projects.Contract{State: projects.ContractSettled})}, ReasonContractRest, true, 900},
		{"neither contract nor roster", "7202", bound, "2020-06-01", nil, "", false, 0},
		{"a roster bound 180 days ago", "7202", bound, "2027-01-02", []func(*settleFacts){roster(projects.RosterCommitted)}, "", false, 0},
		{"a roster bound 181 days ago", "7202", bound, "2027-01-01", []func(*settleFacts){roster(projects.RosterCommitted)}, ReasonRosterIdle, true, 900},
		{"a confirmed roster with a rest", "7202", bound, "2027-06-30", []func(*settleFacts){roster(projects.RosterConfirmed)}, ReasonRosterRest, false, 900},
		{"a closed roster with a rest", "7202", bound, "2027-06-30", []func(*settleFacts){roster(projects.RosterClosed)}, ReasonRosterRest, false, 900},
		{"a roster owed for 180 days", "7203", bound, "2027-01-02", []func(*settleFacts){roster(projects.RosterConfirmed)}, "", false, 0},
		{"a roster owed for 181 days", "7203", bound, "2027-01-01", []func(*settleFacts){roster(projects.RosterConfirmed)}, ReasonRosterOwed, true, 900},
		{"a contract's claim of long ago", "7203", bound, "2020-01-01", []func(*settleFacts){contract(projects.Contract{State: projects.ContractStarted})}, "", false, 0},
		{"retention on the last day", "2003", bound, "2026-06-01", []func(*settleFacts){contract(projects.Contract{DefectUntil: on("2027-07-01")})}, "", false, 0},
		{"retention after it", "2003", bound, "2026-06-01", []func(*settleFacts){contract(projects.Contract{DefectUntil: on("2027-06-30")})}, ReasonRetention, true, 900},
		{"retention with an open defect", "2003", bound, "2026-06-01", []func(*settleFacts){contract(projects.Contract{DefectUntil: on("2027-06-01"), Defect: true})}, "", false, 0},
		{"recovered", "7401", inPlan, "2027-06-30", nil, ReasonRecovered, false, 900},
	} {
		f := settleCase(t, c.account, c.key, c.since)
		for _, more := range c.more {
			more(f)
		}
		rows := f.propose("S1").Rows
		switch {
		case c.want == "" && len(rows) > 0:
			t.Errorf("%s: %s proposed", c.name, rows[0].Reason)
		case c.want != "" && (len(rows) != 1 || rows[0].Reason != c.want || rows[0].Duty != c.duty || rows[0].Amount != c.amount || rows[0].LotCode != "K1"):
			t.Errorf("%s: %+v, want %s", c.name, rows, c.want)
		}
	}
}

// TestARosterRestIsRecoveredInOneEntry: what is bound for a confirmed roster beyond
// what it owes leaves by E17 from 7202, and there is no contract that ends.
func TestARosterRestIsRecoveredInOneEntry(t *testing.T) {
	t.Parallel()
	row := SettleRow{No: 1, Reason: ReasonRosterRest, Lot: ledger.LotID{1}, From: "7202", Project: "J1", Contract: "MC1", Unit: "水利局", Standing: 900, Now: 900, Amount: 900}
	take := SettleTake{Row: 1, Amount: 900, Outcome: OutcomeHold}
	s := Settlement{Rows: []SettleRow{row}}
	w := s.work(&SettleDecideCmd{Code: "S1", Takes: []SettleTake{take}}, func(ledger.LotID) int { return 0 })
	if len(w.change)+len(w.terminate) > 0 || len(w.postings) != 1 {
		t.Fatalf("%+v", w)
	}
	if p := w.postings[0]; p.Event != "E17" || p.From != "7202" || p.Contract != "MC1" || p.Payee != "MC1" || len(p.Parts) != 1 || p.Parts[0].Amount != 900 {
		t.Errorf("%+v", p)
	}
	take.Terminate = true
	if err := row.take(&take, "takes[0]"); !errors.Is(err, ErrSettle) {
		t.Errorf("a roster that ends like a contract: %v", err)
	}
	for _, reason := range []SettleReason{ReasonRosterIdle, ReasonRosterOwed} {
		duty := SettleRow{No: 1, Reason: reason, Duty: true}
		if err := duty.take(&SettleTake{Row: 1, Amount: 1, Outcome: OutcomeHold}, "takes[0]"); !errors.Is(err, ErrSettleRow) || !strings.Contains(err.Error(), "roster.") {
			t.Errorf("%s is a duty and names its command: %v", reason, err)
		}
	}
}

func TestBooksLagByPolicy(t *testing.T) {
	t.Parallel()
	today := on("2026-06-15")
	cal := func(closed ledger.Period) ledger.Calendar {
		return ledger.Calendar{Book: ledger.County, First: 202601, Closed: closed, OpenMonths: 2}
	}
	set := func(value string) []ledger.Policy { return []ledger.Policy{{Name: policyBooksLag, Value: value}} }
	for _, c := range []struct {
		name   string
		ps     []ledger.Policy
		closed ledger.Period
		effect Effect
		months int
		want   ledger.Period
	}{
		{"April is closed, May may wait", nil, 202604, EffectNone, 0, 202605},
		{"March is the last: warn", nil, 202603, EffectWarn, 1, 202604},
		{"nothing closed", set("block"), 0, EffectBlock, 4, 202601},
		{"off", set("off"), 0, EffectNone, 4, 202601},
		{"period 13 of last year", set("block"), 202513, EffectBlock, 4, 202601},
	} {
		got, err := BooksLag(c.ps, cal(c.closed), today)
		if err != nil || got.Effect != c.effect || got.Months != c.months || got.Want != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	if _, err := BooksLag(set("maybe"), cal(0), today); !errors.Is(err, ErrPolicyWord) {
		t.Errorf("a policy that means nothing: %v", err)
	}
}

// TestFactsOfSettlementKeepTheirBytes holds the format of the facts; UPDATE=1 writes
// it anew, which is a new version of the fact.
func TestFactsOfSettlementKeepTheirBytes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, f := range []any{
		&Settlement{}, &settleProposed{}, &settleDecided{}, &yearCarried{}, &BookClose{}, &Statement{}, &statementMatched{}, &statementUnmatched{},
		&statementExplained{}, &statementWithdrawn{}, &Cleared{},
	} {
		n := 0
		fill(reflect.ValueOf(f).Elem(), &n)
		var e translog.Encoder
		translog.AppendFields(&e, f)
		body, err := e.Finish()
		if err != nil {
			t.Fatalf("%T: %v", f, err)
		}
		back := reflect.New(reflect.TypeOf(f).Elem()).Interface()
		d := translog.NewDecoder(body)
		if translog.DecodeFields(d, back); d.Finish() != nil || !reflect.DeepEqual(back, f) {
			t.Errorf("%T is not read back as it was written", f)
		}
		fmt.Fprintf(&b, "%s %s\n", reflect.TypeOf(f).Elem().Name(), hex.EncodeToString(body))
	}
	golden := filepath.Join("testdata", "facts_settle.golden")
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the bytes of facts changed (-golden +code)\n%s", diff)
	}
}

func TestMonthsBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{{"2026-06-15", 9, "2025-09-15"}, {"2026-03-31", 1, "2026-02-28"}, {"2024-03-31", 1, "2024-02-29"}, {"2026-01-31", 24, "2024-01-31"}, {"1990-02-01", 9, "1990-01-01"}} {
		if got := monthsBefore(on(c.from), c.n); got != on(c.want) {
			t.Errorf("%d months before %s: %s, want %s", c.n, c.from, got, c.want)
		}
	}
}

func TestEveryReasonHasItsWords(t *testing.T) {
	t.Parallel()
	for r, words := range settleReasons {
		if words.zh == "" || words.clause == "" {
			t.Errorf("%s has no name or no clause", r)
		}
	}
	if fault.KindOf(ErrSettleChanged) != fault.Conflict {
		t.Error("a changed row is no conflict")
	}
}
