package audit

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

func date(s string) ledger.Date {
	d, err := ledger.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// TestEveryStateAndEventOfAFinding holds the whole table: every pair is allowed with
// the state that follows, or refused.
func TestEveryStateAndEventOfAFinding(t *testing.T) {
	t.Parallel()
	want := map[findingEvent]map[FindingState]FindingState{
		findingProgress: {FindingFiled: FindingRectifying, FindingRectifying: FindingRectifying, FindingReturned: FindingRectifying},
		findingApply:    {FindingRectifying: FindingApplied},
		findingVerify:   {FindingApplied: FindingVerifying},
		findingClose:    {FindingVerifying: FindingClosed},
		findingReturn:   {FindingApplied: FindingReturned, FindingVerifying: FindingReturned},
		findingLook:     {FindingClosed: FindingClosed},
		findingRelapse:  {FindingClosed: FindingReturned},
	}
	if len(want) != len(findingTable) {
		t.Fatalf("the table has %d events, the test %d", len(findingTable), len(want))
	}
	for event, states := range want {
		for _, s := range FindingStates() {
			f := Finding{Code: "W1", State: s}
			got, err := f.may(event)
			switch to, allowed := states[s]; {
			case allowed && (err != nil || got != to):
				t.Errorf("%s at %s: %s, %v, want %s", event, s, got, err, to)
			case !allowed && !errors.Is(err, ErrFindingState):
				t.Errorf("%s at %s: %v, want a refusal", event, s, err)
			}
		}
	}
	f := Finding{State: FindingFiled}
	if _, err := f.may("fly"); !errors.Is(err, ErrFindingState) {
		t.Errorf("an unknown event: %v", err)
	}
	for _, s := range FindingStates() {
		if s.Chinese() == string(s) {
			t.Errorf("%s has no name", s)
		}
	}
}

func opening() FindingCmd {
	return FindingCmd{
		Code: "W1", Source: SourceAudit, Reference: "审计报告〔2026〕3号第2项", FoundOn: date("2026-05-10"), Type: "V02", Text: "以拨代支",
		Amount: 10_000, Return: 6_000, Unit: "县水利局", Post: "分管副局长", Measures: "追回", Deadline: date("2026-07-10"), LookBack: date("2026-12-10"),
	}
}

func TestFindingsThatAreRefused(t *testing.T) {
	t.Parallel()
	today := date("2026-06-15")
	for name, c := range map[string]struct {
		change func(*FindingCmd)
		want   *fault.Error
	}{
		"as it should be":               {func(*FindingCmd) {}, nil},
		"an unknown kind":               {func(c *FindingCmd) { c.Type = "V00" }, ErrFinding},
		"found tomorrow":                {func(c *FindingCmd) { c.FoundOn = today + 1 }, ErrFindingDate},
		"deadline before it was found":  {func(c *FindingCmd) { c.Deadline = c.FoundOn - 1 }, ErrFinding},
		"look-back on the deadline":     {func(c *FindingCmd) { c.LookBack = c.Deadline }, ErrFinding},
		"a negative amount":             {func(c *FindingCmd) { c.Amount = -1 }, ErrFinding},
		"more to return than concerned": {func(c *FindingCmd) { c.Return = c.Amount + 1 }, ErrFinding},
	} {
		c2 := opening()
		c.change(&c2)
		f, err := c2.finding(today)
		if c.want == nil && (err != nil || f.State != FindingFiled) || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %+v %v", name, f, err)
		}
	}
}

// TestClosingNeedsEvidenceAndMoney holds what a finding may be closed with.
func TestClosingNeedsEvidenceAndMoney(t *testing.T) {
	t.Parallel()
	lot, paper := ledger.LotID{15: 1}, ledger.Digest{1}
	applicant, other := ledger.ID{15: 1}, ledger.ID{15: 2}
	good := receipt{Entry: 7, Event: "E16", Step: "receive", Amount: 6_000, Lots: []ledger.LotID{lot}, Codes: []string{"A"}, Projects: []string{"J1"}}
	with := func(change func(*receipt)) []receipt {
		r := good
		change(&r)
		return []receipt{r}
	}
	base := Finding{
		Code: "W1", State: FindingVerifying, Since: date("2026-06-01"), Applicant: applicant, Evidence: []ledger.Digest{paper}, Amount: 10_000, Return: 6_000,
		Projects: []string{"J1"}, Funds: []string{"A"},
	}
	for name, c := range map[string]struct {
		change   func(*Finding)
		who      ledger.ID
		on       string
		receipts []receipt
		want     *fault.Error
	}{
		"covered":                         {nil, other, "2026-06-10", []receipt{good}, nil},
		"E16p":                            {nil, other, "2026-06-10", with(func(r *receipt) { r.Event = "E16p" }), nil},
		"E16t":                            {nil, other, "2026-06-10", with(func(r *receipt) { r.Event, r.Step = "E16t", "" }), nil},
		"E25x":                            {nil, other, "2026-06-10", with(func(r *receipt) { r.Event, r.Step = "E25x", "paid_back" }), nil},
		"no money to return":              {func(f *Finding) { f.Return = 0 }, other, "2026-06-10", nil, nil},
		"returned before it came again":   {func(f *Finding) { f.Returned = 6_000 }, other, "2026-06-10", nil, nil},
		"by who applied":                  {nil, applicant, "2026-06-10", []receipt{good}, ErrFindingOwn},
		"without evidence":                {func(f *Finding) { f.Evidence = nil }, other, "2026-06-10", []receipt{good}, ErrFindingEvidence},
		"with a blank digest":             {func(f *Finding) { f.Evidence = []ledger.Digest{{}} }, other, "2026-06-10", []receipt{good}, ErrFindingEvidence},
		"no receipt":                      {nil, other, "2026-06-10", nil, ErrFindingMoney},
		"a fen short":                     {nil, other, "2026-06-10", with(func(r *receipt) { r.Amount-- }), ErrFindingMoney},
		"identified, not received":        {nil, other, "2026-06-10", with(func(r *receipt) { r.Step = "identify" }), ErrFindingReceipt},
		"disallowed, not paid back":       {nil, other, "2026-06-10", with(func(r *receipt) { r.Event, r.Step = "E25x", "disallow" }), ErrFindingReceipt},
		"a payment":                       {nil, other, "2026-06-10", with(func(r *receipt) { r.Event, r.Step = "E12", "confirm" }), ErrFindingReceipt},
		"reversed":                        {nil, other, "2026-06-10", with(func(r *receipt) { r.Reversed = true }), ErrFindingReceipt},
		"of another project":              {nil, other, "2026-06-10", with(func(r *receipt) { r.Projects = []string{"J2"} }), ErrFindingReceipt},
		"into another lot":                {nil, other, "2026-06-10", with(func(r *receipt) { r.Codes = []string{"B"} }), ErrFindingReceipt},
		"used by another finding":         {nil, other, "2026-06-10", with(func(r *receipt) { r.Used = r.Amount }), ErrFindingReceipt},
		"partly used":                     {nil, other, "2026-06-10", with(func(r *receipt) { r.Used = 1 }), ErrFindingMoney},
		"the same twice":                  {nil, other, "2026-06-10", append(with(func(r *receipt) { r.Amount = 3_000 }), with(func(r *receipt) { r.Amount = 3_000 })...), ErrFindingReceipt},
		"more than is to return":          {nil, other, "2026-06-10", append([]receipt{good}, with(func(r *receipt) { r.Entry = 8 })...), ErrFindingReceipt},
		"before it was verified":          {nil, other, "2026-05-31", []receipt{good}, ErrFindingDate},
		"tomorrow":                        {nil, other, "2026-06-16", []receipt{good}, ErrFindingDate},
		"from a state that is not verify": {func(f *Finding) { f.State = FindingApplied }, other, "2026-06-10", []receipt{good}, ErrFindingState},
	} {
		f := base
		if c.change != nil {
			c.change(&f)
		}
		x, err := f.ended(&FindingCloseCmd{Code: "W1", On: date(c.on)}, c.who, date("2026-06-15"), c.receipts)
		switch {
		case c.want == nil && err != nil, c.want != nil && !errors.Is(err, c.want):
			t.Errorf("%s: %v, want %v", name, err, c.want)
		case c.want == nil && len(c.receipts) > 0 && (len(x.Receipts) != 1 || x.Receipts[0].Amount != 6_000 || x.Receipts[0].Lots[0] != lot):
			t.Errorf("%s: %+v", name, x)
		}
	}
}

func TestOtherStepsOfAFinding(t *testing.T) {
	t.Parallel()
	today, paper := date("2026-06-15"), []ledger.Digest{{1}}
	me, you := ledger.ID{15: 1}, ledger.ID{15: 2}
	f := Finding{Code: "W1", State: FindingRectifying, Since: date("2026-06-01"), Deadline: date("2026-07-01"), LookBack: date("2026-12-01")}
	if _, err := f.applied(&FindingApplyCmd{On: today}, today); !errors.Is(err, ErrFindingEvidence) {
		t.Errorf("applied without evidence: %v", err)
	}
	if x, err := f.applied(&FindingApplyCmd{On: today, Evidence: paper}, today); err != nil || len(x.Evidence) != 1 {
		t.Errorf("applied: %+v %v", x, err)
	}
	f.State, f.Applicant = FindingApplied, me
	if _, err := f.verified(&FindingVerifyCmd{On: today}, me, today); !errors.Is(err, ErrFindingOwn) {
		t.Errorf("own work verified: %v", err)
	}
	if _, err := f.verified(&FindingVerifyCmd{On: today}, you, today); err != nil {
		t.Errorf("verified: %v", err)
	}
	if _, err := f.sentBack(&FindingReturnCmd{On: today, Deadline: today - 1}, today); !errors.Is(err, ErrFinding) {
		t.Errorf("sent back with a deadline that is past: %v", err)
	}
	if x, err := f.sentBack(&FindingReturnCmd{On: today}, today); err != nil || x.Deadline != f.Deadline {
		t.Errorf("sent back: %+v %v", x, err)
	}
	f.State = FindingClosed
	for name, c := range map[string]struct {
		cmd  FindingLookCmd
		want *fault.Error
	}{
		"passed":                    {FindingLookCmd{On: today, Passed: true}, nil},
		"next on the same day":      {FindingLookCmd{On: today, Passed: true, Next: today}, ErrFinding},
		"relapse without deadline":  {FindingLookCmd{On: today}, ErrFinding},
		"relapse without next look": {FindingLookCmd{On: today, Deadline: today + 30}, ErrFinding},
		"relapse":                   {FindingLookCmd{On: today, Deadline: today + 30, Next: today + 60}, nil},
	} {
		if _, err := f.looked(&c.cmd, today); c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if f.Overdue(date("2026-12-01")) || !f.Overdue(date("2026-12-02")) {
		t.Error("a closed finding is overdue after its look-back")
	}
	f.State = FindingFiled
	if f.Overdue(f.Deadline) || !f.Overdue(f.Deadline+1) {
		t.Error("an open finding is overdue after its deadline")
	}
}

func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("s%d", *n))
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*n % 256))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		v.SetInt(int64(*n))
	}
}

// TestBytesOfAuditFacts holds the format of every fact and state of findings and
// doubts: UPDATE=1 writes it anew, which is a new version.
func TestBytesOfAuditFacts(t *testing.T) {
	t.Parallel()
	each := func(v reflect.Value) {
		var n int
		fill(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "facts_audit.golden", Format: "%s %x\n"}, each,
		&Finding{}, &findingProgressed{}, &findingApplied{}, &findingVerified{}, &findingEnded{}, &findingSentBack{}, &findingLooked{},
		&FindingOrigin{}, &ReceiptUse{}, &receiptTaken{}, &DoubtFile{}, &doubtResolved{},
	)
}
