package projects

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

func day(t testing.TB, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func lotID(n byte) ledger.LotID { return ledger.LotID{15: n} }

// TestPlanSources: a source says where from, and either how much by which rule or
// which lots.
func TestPlanSources(t *testing.T) {
	t.Parallel()
	parts := []LotPart{{lotID(1), 300}, {lotID(2), 200}}
	for _, c := range []struct {
		name string
		s    PlanSource
		want ledger.Amount
		bad  string
	}{
		{"parts of the pool", PlanSource{From: "7102", Pool: "P", Parts: parts}, 500, ""},
		{"a draw", PlanSource{From: "7101", Mode: ledger.DrawFIFO, Amount: 700}, 700, ""},
		{"a department's", PlanSource{From: "7103", Holder: "水利局", Mode: ledger.DrawProRata, Amount: 1}, 1, ""},
		{"the pool without a name", PlanSource{From: "7102", Parts: parts}, 0, "资金池"},
		{"a pool that is none", PlanSource{From: "7101", Pool: "P", Parts: parts}, 0, "不从资金池"},
		{"a holder of the county's", PlanSource{From: "7101", Holder: "水利局", Parts: parts}, 0, "7103、7104"},
		{"neither", PlanSource{From: "7101"}, 0, "须写明"},
		{"both", PlanSource{From: "7101", Parts: parts, Amount: 5}, 0, "不再填"},
		{"no rule", PlanSource{From: "7101", Amount: 5}, 0, "须写明"},
		{"a lot twice", PlanSource{From: "7101", Parts: append(parts, parts[0])}, 0, "重复"},
	} {
		got, err := c.s.total("x")
		if c.bad == "" && (err != nil || got != c.want) || c.bad != "" && (!errors.Is(err, ErrPlanPart) || !strings.Contains(err.Error(), c.bad)) {
			t.Errorf("%s: %s, %v; want %s %q", c.name, got, err, c.want, c.bad)
		}
	}
}

// TestPlanFolds folds adjustments: amounts, what the county approved last, versions,
// projects that leave and enter.
func TestPlanFolds(t *testing.T) {
	t.Parallel()
	p := Plan{Code: "A", FormedOn: 10, Version: 1, Items: []PlanItem{{"J1", "U", 100, 100}, {"J2", "U", 50, 50}}}
	p.adjust(&planAdjusted{Adjustment: Adjustment{Level: levelDepartment, On: 20}, Changes: []planChange{{"J1", "U", 10}}})
	want := Plan{Code: "A", FormedOn: 10, Version: 1, Items: []PlanItem{{"J1", "U", 100, 110}, {"J2", "U", 50, 50}}, Adjustments: []Adjustment{{Level: levelDepartment, On: 20}}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("by the department (-want +got)\n%s", diff)
	}
	p.adjust(&planAdjusted{Adjustment: Adjustment{Level: levelCounty, On: 30}, Changes: []planChange{{"J1", "U", 40}, {"J2", "U", -50}, {"J3", "V", 7}}})
	want.FormedOn, want.Version = 30, 2
	want.Items = []PlanItem{{"J1", "U", 150, 150}, {"J3", "V", 7, 7}}
	want.Adjustments = append(want.Adjustments, Adjustment{Level: levelCounty, On: 30})
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("by the county (-want +got)\n%s", diff)
	}
}

// TestPlanBudget: a plan may pass the budget by the policy's share, not by a fen
// more.
func TestPlanBudget(t *testing.T) {
	t.Parallel()
	p := Project{Code: "J1", Budget: 100_05}
	if err := checkPlanBudget(&p, 110_05, 1000); err != nil {
		t.Errorf("at the limit: %v", err)
	}
	if err := checkPlanBudget(&p, 110_06, 1000); !errors.Is(err, ErrPlanBudget) || !strings.Contains(err.Error(), "0.01") {
		t.Errorf("a fen above: %v", err)
	}
}

// TestFundingAndCuts: the split is a ceiling per lot; a cut takes what is free and
// goes back where it came from.
func TestFundingAndCuts(t *testing.T) {
	t.Parallel()
	var f Funding
	for _, l := range []FundingLine{
		{"A", lotID(1), "7102", "P", "", ledger.DrawProRata, 300, ""},
		{"A", lotID(2), "7102", "P", "", ledger.DrawProRata, 100, ""},
		{"A", lotID(1), "7103", "", "水利局", "", 50, ""},
		{"B", lotID(1), "7101", "", "", "", 40, ""},
		{"A", lotID(2), "7102", "P", "", "", 5, ""},
		{"B", lotID(1), "7101", "", "", "", -40, ""},
	} {
		f.add(l)
	}
	if f.Total() != 455 || f.Ceiling(lotID(1)) != 350 || f.Ceiling(lotID(2)) != 105 || len(f.Lines) != 3 {
		t.Fatalf("funding %+v", f)
	}
	basis := cutBasis{
		free: map[ledger.LotID]ledger.Amount{lotID(1): 320, lotID(2): 1000},
		lots: map[ledger.LotID]ledger.LotFacts{lotID(1): {Lot: ledger.Lot{ID: lotID(1), Code: "L1"}}, lotID(2): {Lot: ledger.Lot{ID: lotID(2), Code: "L2"}}},
	}
	parts, err := cutParts(&PlanCut{Project: "J", Mode: ledger.DrawProRata, Amount: 425}, &f, "A", &basis)
	if err != nil {
		t.Fatal(err)
	}
	got := f.giveBack("A", parts)
	want := []FundingLine{
		{"A", lotID(1), "7102", "P", "", ledger.DrawProRata, 300, ""}, {"A", lotID(1), "7103", "", "水利局", "", 20, ""}, {"A", lotID(2), "7102", "P", "", ledger.DrawProRata, 105, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("given back (-want +got)\n%s", diff)
	}
	for name, c := range map[string]PlanCut{
		"more than is free":          {Project: "J", Mode: ledger.DrawProRata, Amount: 426},
		"more of a lot than is free": {Project: "J", Parts: []LotPart{{lotID(1), 321}}},
		"a lot that is not there":    {Project: "J", Parts: []LotPart{{lotID(9), 1}}},
	} {
		if _, err := cutParts(&c, &f, "A", &basis); !errors.Is(err, ErrPlanCut) {
			t.Errorf("%s: %v", name, err)
		}
	}
	posts := (&planMove{Plan: "A", Document: "D", Date: 5, Project: "J", Unit: "交通局", Lines: want, Cut: true}).postings()
	var events []string
	for _, p := range posts {
		to := ""
		if p.To != nil {
			to = p.To.Unit
		}
		events = append(events, string(p.Event)+" "+string(p.Into)+" "+p.Pool+" "+p.Unit+" "+to)
	}
	if diff := cmp.Diff([]string{"E06r  P 交通局 ", "E07r 7103  交通局 水利局"}, events); diff != "" {
		t.Errorf("postings (-want +got)\n%s", diff)
	}
	for _, p := range posts {
		if _, err := p.Need(); err != nil {
			t.Errorf("%s: %v", p.Event, err)
		}
	}
}

// TestAdjustmentsOutOfForm are refused before anything is read.
func TestAdjustmentsOutOfForm(t *testing.T) {
	t.Parallel()
	cut := PlanCut{Project: "J1", Mode: ledger.DrawProRata, Amount: 10}
	good := PlanAdjustCmd{On: 10, Date: 10, Cuts: []PlanCut{cut}, Moves: []PlanShift{{cut, "J2", ""}}, Raises: []PlanAsk{{"J3", []PlanSource{{From: "7101", Mode: ledger.DrawFIFO, Amount: 5}}}}}
	raised, less, err := good.check()
	if err != nil || raised != 15 || less != 20 {
		t.Errorf("raised %d, cut %d, %v; want 15, 20", raised, less, err)
	}
	for name, change := range map[string]func(*PlanAdjustCmd){
		"vouchers before it": func(c *PlanAdjustCmd) { c.Date = 9 },
		"empty":              func(c *PlanAdjustCmd) { c.Cuts, c.Moves, c.Raises = nil, nil, nil },
		"to itself":          func(c *PlanAdjustCmd) { c.Moves = []PlanShift{{cut, "J1", ""}} },
		"no amount":          func(c *PlanAdjustCmd) { c.Cuts = []PlanCut{{Project: "J1"}} },
		"twice raised":       func(c *PlanAdjustCmd) { c.Raises = append(c.Raises, c.Raises[0]) },
	} {
		c := good
		change(&c)
		if _, _, err := c.check(); fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPolicyValues: the newest value in force counts; a value out of range stops
// what asks for it.
func TestPolicyValues(t *testing.T) {
	t.Parallel()
	ps := policySet{
		{Name: policyRetention, Value: "200", ValidFrom: 10, Basis: "旧"},
		{Name: policyRetention, Value: "250", ValidFrom: 20, Basis: "新"},
		{Name: policyRetention, Value: "100", ValidFrom: 5, Basis: "补录"},
		{Name: policyAdvanceMax, Value: "x", ValidFrom: 1},
	}
	for on, want := range map[ledger.Date]int64{4: 300, 5: 100, 10: 200, 20: 250} {
		if got, err := ps.on(policyRetention, on); err != nil || got != want {
			t.Errorf("on day %d: %d %v, want %d", on, got, err, want)
		}
	}
	if _, err := ps.on(policyAdvanceMax, 9); !errors.Is(err, ErrPolicyNumber) {
		t.Errorf("no number: %v", err)
	}
	for _, r := range policyRows {
		if r.value < r.low || r.value > r.high || r.basis == "" {
			t.Errorf("policy %s: %d outside %d..%d, or without a basis", r.name, r.value, r.low, r.high)
		}
	}
}

func TestAddMonths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2026-12-15", 1, "2027-01-15"},
		{"2025-03-31", 12, "2026-03-31"},
		{"2024-02-29", 36, "2027-02-28"},
		{"2026-03-01", 0, "2026-03-01"},
	} {
		if got := addMonths(day(t, c.from), c.n); got != day(t, c.want) {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

// TestYearFigures: verdicts at their edges, and what cannot be evaluated.
func TestYearFigures(t *testing.T) {
	t.Parallel()
	lot := func(class ledger.Class, authority, pooled ledger.Amount) ledger.LotRow {
		return ledger.LotRow{Lot: string(class), Class: class, LotFigures: ledger.LotFigures{Authority: authority, Pooled: pooled}}
	}
	facts := func(inputs ...YearInput) *yearFacts {
		return &yearFacts{
			inputs: YearInputs{2026, inputs}, day: 20_000,
			lots:  []ledger.LotRow{lot(ledger.ClassZC, 10_000, 0), lot(ledger.ClassZH, 5_000, 3_000), lot(ledger.ClassSH, 77, 0)},
			drawn: []FigureRow{{Part: "numerator", Amount: 2_000}},
		}
	}
	for _, c := range []struct {
		name string
		in   YearInput
		code string
		want Verdict
		bp   int64
	}{
		{"exactly ten percent", YearInput{Name: InputRevenue, Amount: 100_000}, "county_share", VerdictMet, 1000},
		{"a fen short", YearInput{Name: InputRevenue, Amount: 100_001}, "county_share", VerdictUnmet, 999},
		{"exactly twenty percent", YearInput{Name: InputIncrement, Amount: 50_000}, "county_increment", VerdictMet, 2000},
		{"revenue fell", YearInput{Name: InputIncrement, Amount: -1}, "county_increment", VerdictUnknown, 0},
		{"no revenue stated", YearInput{Name: InputNeed, Amount: 1}, "county_share", VerdictUnknown, 0},
		{"pooled what is needed", YearInput{Name: InputNeed, Amount: 5_000}, "pooled_need", VerdictMet, 10_000},
		{"pooled more", YearInput{Name: InputNeed, Amount: 4_999}, "pooled_need", VerdictUnmet, 10_002},
		{"pooled without need", YearInput{Name: InputNeed}, "pooled_need", VerdictUnmet, 0},
		{"all that can be", YearInput{Name: InputIntegrable, Amount: 5_000}, "pooled_integrable", VerdictMet, 10_000},
		{"not all", YearInput{Name: InputIntegrable, Amount: 10_000}, "pooled_integrable", VerdictUnmet, 5_000},
		{"two millions", YearInput{Name: InputDonations, Amount: 200_000_000}, "donations", VerdictMet, 10_000},
		{"a fen less", YearInput{Name: InputDonations, Amount: 199_999_999}, "donations", VerdictUnmet, 9_999},
	} {
		list, err := yearFigures(facts(c.in))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			var top ledger.Amount
			for _, r := range f.Rows {
				if r.Part == "numerator" {
					top += r.Amount
				}
			}
			if f.Verdict != VerdictUnknown && top != f.Numerator {
				t.Errorf("%s: %s: rows add up to %s, not %s", c.name, f.Code, top, f.Numerator)
			}
			if f.Code == c.code && (f.Verdict != c.want || f.BP != c.bp || f.Formula == "") {
				t.Errorf("%s: %s %d, want %s %d", c.name, f.Verdict, f.BP, c.want, c.bp)
			}
		}
	}
	y := YearInputCmd{Year: 2026, Name: InputRevenue, Amount: -1}
	if _, err := y.decide(); !errors.Is(err, ErrYearInput) {
		t.Errorf("negative revenue: %v", err)
	}
}
