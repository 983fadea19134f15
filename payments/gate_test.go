package payments

import (
	"errors"
	"slices"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

func testDay(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func yuan(s string) ledger.Amount {
	a, err := ledger.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return a
}

var today = testDay("2026-06-15")

// allHolds are facts with which every gate of every kind holds.
func allHolds() Facts {
	return Facts{
		Day: today, Amount: yuan("100.00"), Contract: "H1", ContractOpen: true, RosterFirm: true, First: true, NoticeDays: 10,
		ClaimReady: true, Net: yuan("100.00"), Invoiced: yuan("100.00"), Measured: true, Checked: testDay("2026-05-01"),
		AuditAsked: true, Audited: true, SelfRated: true, WageDue: yuan("20.00"), WageSent: yuan("20.00"), AdvanceLimit: yuan("300.00"),
		Advances: yuan("300.00"), WorkDone: yuan("500.00"), StillOwed: yuan("100.00"), ProgressBP: 8000, Funded: yuan("1000.00"), PaidOut: yuan("900.00"), ProgressMax: 9000, Ordinary: true, DefectUntil: testDay("2026-06-14"),
		Allocation: "文", Decision: "文",
		Projects: []ProjectFacts{{Code: "J1", State: "STARTED", InLibrary: true, Planned: true, Fee: true, PeriodOver: true, Published: true}},
	}
}

// breaks changes one fact so that one gate fails.
var breaks = map[Gate]func(f *Facts){
	GateLibrary:     func(f *Facts) { f.Projects[0].InLibrary = false },
	GatePlan:        func(f *Facts) { f.Projects[0].Planned = false },
	GateContract:    func(f *Facts) { f.ContractOpen = false },
	GateRoster:      func(f *Facts) { f.RosterFirm = false },
	GateN5:          func(f *Facts) { f.Projects[0].PeriodOver = false },
	GateN6:          func(f *Facts) { f.Projects[0].Published = false },
	GateN8:          func(f *Facts) { f.NoticeOpen = "公示未满" },
	GateResults:     func(f *Facts) { f.ResultsOpen = []string{"R0"} },
	GateClaim:       func(f *Facts) { f.ClaimReady = false },
	GateEvidence:    func(f *Facts) { f.Lacking = []DocType{DocInvoice} },
	GateInvoice:     func(f *Facts) { f.Invoiced-- },
	GateIssuer:      func(f *Facts) { f.Issuers = []string{"他人"} },
	GateMeasurement: func(f *Facts) { f.Measured = false },
	GateAcceptance:  func(f *Facts) { f.Checked = f.Day + 1 },
	GateAudit:       func(f *Facts) { f.Audited = false },
	GateSelfRating:  func(f *Facts) { f.SelfRated = false },
	GateWage:        func(f *Facts) { f.WageSent-- },
	GateAdvance:     func(f *Facts) { f.Advances++ },
	GateProgress:    func(f *Facts) { f.StillOwed++ },
	GateProgressMax: func(f *Facts) { f.PaidOut++ },
	GateOrdinary:    func(f *Facts) { f.Ordinary = false },
	GateDefect:      func(f *Facts) { f.DefectUntil = f.Day },
	GateOpenDefect:  func(f *Facts) { f.OpenDefect = true },
	GateObjection:   func(f *Facts) { f.Objections = 1 },
	GateLoan:        func(f *Facts) { f.LoanFaults = []string{"借款超过5万元"} },
	GateFeeCategory: func(f *Facts) { f.Projects[0].Fee = false },
	GateFeeCap:      func(f *Facts) { f.FeeOver = 1 },
	GateAllocation:  func(f *Facts) { f.Allocation = "" },
	GateAuthority:   func(f *Facts) { f.BeyondCash = 1 },
	GateDecision:    func(f *Facts) { f.Decision = "" },
	GateBooks:       func(f *Facts) { f.Lag = "应结未结 2 个月" },
}

func outcomeOf(results []GateResult, g Gate) Outcome {
	for _, r := range results {
		if r.Gate == g {
			return r.Outcome
		}
	}
	return ""
}

// inForce is a waiver for everything that a kind may waive.
func inForce(kind PayKind, gates ...Gate) Waiver {
	return Waiver{Code: "M1", State: WaiverInForce, Kind: kind, Gates: gates, Contract: "H1", Limit: yuan("100.00"), Expires: today}
}

// TestEveryKindAndGate tries every pair of the table: it holds, fails, and fails
// under a waiver. A gate that no row names never speaks.
func TestEveryKindAndGate(t *testing.T) {
	t.Parallel()
	for g := range gateRules {
		if breaks[g] == nil {
			t.Fatalf("no way to break gate %s", g)
		}
	}
	for _, kind := range PayKinds() {
		f := allHolds()
		results := Check(kind, today, &f, nil)
		if err := Blocked(kind, results); err != nil || len(results) == 0 || len(noted(results)) > 0 {
			t.Errorf("%s: all holds, got %v %v", kind, results, err)
		}
		for g, spoil := range breaks {
			f := allHolds()
			spoil(&f)
			results := Check(kind, today, &f, nil)
			at := slices.IndexFunc(gateTable, func(r GateRow) bool { return r.Kind == kind && r.Gate == g })
			if at < 0 {
				if got := outcomeOf(results, g); got != "" {
					t.Errorf("%s × %s: %s, but the table has no such row", kind, g, got)
				}
				continue
			}
			tryPair(t, gateTable[at], results)
		}
	}
}

func tryPair(t *testing.T, row GateRow, results []GateResult) {
	t.Helper()
	want := map[Effect]Outcome{EffectBlock: Blocks, EffectWarn: Warns, EffectNone: Ignored}[row.Effect]
	pair := string(row.Kind) + " × " + string(row.Gate)
	if got := outcomeOf(results, row.Gate); got != want {
		t.Errorf("%s fails: %s, want %s", pair, got, want)
	}
	for i := range results {
		if r := &results[i]; r.Outcome != Holds && (r.Gate != row.Gate || r.Detail == "" || r.Remedy == "" || r.Rule == "") {
			t.Errorf("%s: %+v names no detail, remedy or rule, or another gate fails", pair, *r)
		}
	}
	err := Blocked(row.Kind, results)
	if (row.Effect == EffectBlock) != errors.Is(err, ErrGate) {
		t.Errorf("%s: payment answers %v", pair, err)
	}
	if len(noted(results)) != map[Effect]int{EffectWarn: 1}[row.Effect] {
		t.Errorf("%s: noted %v", pair, noted(results))
	}
	w := inForce(row.Kind, row.Gate)
	released := w.release(results)
	if (row.Effect == EffectBlock) != slices.Equal(released, []Gate{row.Gate}) {
		t.Errorf("%s: a waiver releases %v", pair, released)
	}
	if err := Blocked(row.Kind, results); err != nil {
		t.Errorf("%s: waived, still blocked: %v", pair, err)
	}
	if row.Effect == EffectBlock && outcomeOf(noted(results), row.Gate) != Waived {
		t.Errorf("%s: what was waived is not noted", pair)
	}
}

func TestARowCountsFromItsDay(t *testing.T) {
	t.Parallel()
	f := allHolds()
	f.StillOwed++
	before, since := testDay("2022-07-31"), testDay("2022-08-01")
	if got := outcomeOf(Check(PayProgress, before, &f, nil), GateProgress); got != "" {
		t.Errorf("the row speaks before its day: %s", got)
	}
	if got := outcomeOf(Check(PayProgress, since, &f, nil), GateProgress); got != Warns {
		t.Errorf("the row on its first day: %q", got)
	}
}

func TestPolicyTightensAndNeverLoosens(t *testing.T) {
	t.Parallel()
	f := allHolds()
	f.Issuers, f.ContractOpen, f.SelfRated = []string{"他人"}, false, false
	set := func(gate Gate, value string) []ledger.Policy {
		return []ledger.Policy{{Name: "gate.final." + string(gate), Value: value, ValidFrom: testDay("2026-01-01")}}
	}
	for _, c := range []struct {
		gate  Gate
		value string
		want  Outcome
	}{
		{GateIssuer, "block", Blocks}, {GateIssuer, "none", Warns}, {GateContract, "warn", Blocks}, {GateContract, "none", Blocks}, {GateSelfRating, "block", Ignored},
	} {
		if got := outcomeOf(Check(PayFinal, today, &f, set(c.gate, c.value)), c.gate); got != c.want {
			t.Errorf("%s = %s: %s, want %s", c.gate, c.value, got, c.want)
		}
	}
}

func TestBlockedNamesEveryGate(t *testing.T) {
	t.Parallel()
	f := allHolds()
	f.ContractOpen, f.Measured = false, false
	err := Blocked(PayProgress, Check(PayProgress, today, &f, nil))
	if e := fault.From(err); len(e.Fields) != 2 || e.Fields[0].Location != string(GateContract) || e.Fields[1].Location != string(GateMeasurement) {
		t.Errorf("fields %+v", fault.From(err).Fields)
	}
}

func TestAWaiverCoversItsScopeOnly(t *testing.T) {
	t.Parallel()
	base := occasion{kind: PayAdvance, projects: []string{"J1"}, contract: "H1", amount: yuan("60.00"), today: today}
	w := inForce(PayAdvance, GateContract)
	w.Project, w.Used = "J1", yuan("40.00")
	if err := w.covers(&base); err != nil {
		t.Fatalf("within its scope: %v", err)
	}
	for name, change := range map[string]func(w *Waiver, o *occasion){
		"another kind":     func(_ *Waiver, o *occasion) { o.kind = PayFinal },
		"another contract": func(_ *Waiver, o *occasion) { o.contract = "H2" },
		"another project":  func(_ *Waiver, o *occasion) { o.projects = []string{"J2"} },
		"one project more": func(_ *Waiver, o *occasion) { o.projects = []string{"J1", "J2"} },
		"one fen more":     func(_ *Waiver, o *occasion) { o.amount++ },
		"the day after":    func(_ *Waiver, o *occasion) { o.today++ },
		"not yet approved": func(w *Waiver, _ *occasion) { w.State = WaiverProposed },
		"revoked":          func(w *Waiver, _ *occasion) { w.State = WaiverRevoked },
	} {
		o, x := base, w
		if change(&x, &o); !errors.Is(x.covers(&o), ErrWaiverUse) {
			t.Errorf("%s: %v", name, x.covers(&o))
		}
	}
}

func TestWhoMayGrantAWaiver(t *testing.T) {
	t.Parallel()
	maker, one, two := ledger.ID{15: 1}, ledger.ID{15: 2}, ledger.ID{15: 3}
	good := WaiverCmd{
		Code: "M1", Decision: "安扶组〔2026〕5号", Reason: "汛期抢险", Approvers: []ledger.ID{one, two}, Kind: PayEmergency, Gates: []Gate{GateLibrary},
		Contract: "H1", Limit: yuan("10.00"), Expires: today,
	}
	if _, err := good.grant(maker, today); err != nil {
		t.Fatalf("good: %v", err)
	}
	for name, c := range map[string]struct {
		change func(c *WaiverCmd)
		want   *fault.Error
	}{
		"approver twice":         {func(c *WaiverCmd) { c.Approvers = []ledger.ID{one, one} }, ErrWaiverPerson},
		"maker approves":         {func(c *WaiverCmd) { c.Approvers = []ledger.ID{maker, two} }, ErrWaiverPerson},
		"nobody approves":        {func(c *WaiverCmd) { c.Approvers = []ledger.ID{one, {}} }, ErrWaiverPerson},
		"no such kind":           {func(c *WaiverCmd) { c.Kind = "gift" }, ErrWaiver},
		"a gate of another kind": {func(c *WaiverCmd) { c.Gates = []Gate{GateFeeCap} }, ErrWaiver},
		"nothing":                {func(c *WaiverCmd) { c.Limit = 0 }, ErrWaiver},
		"over already":           {func(c *WaiverCmd) { c.Expires = today - 1 }, ErrWaiver},
		"for everything":         {func(c *WaiverCmd) { c.Contract = "" }, ErrWaiver},
	} {
		bad := good
		if c.change(&bad); true {
			if _, err := bad.grant(maker, today); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want.Code)
			}
		}
	}
	w, _ := good.grant(maker, today)
	if err := w.approve(maker, today); !errors.Is(err, ErrWaiverPerson) {
		t.Errorf("the maker approves: %v", err)
	}
	w.Approved = []ledger.ID{one}
	if err := w.approve(one, today); !errors.Is(err, ErrWaiverPerson) {
		t.Errorf("one approver twice: %v", err)
	}
	if err := w.approve(two, today); err != nil {
		t.Errorf("the second approver: %v", err)
	}
	if err := w.approve(two, today+1); !errors.Is(err, ErrWaiver) {
		t.Errorf("after its expiry: %v", err)
	}
}
