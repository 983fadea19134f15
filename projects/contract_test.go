package projects

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

func TestCreditCodes(t *testing.T) {
	t.Parallel()
	for code, ok := range map[string]bool{
		"91350100M000100Y43": true, "91350100M000100Y44": false, "91350100M000100y43": false, "91350100I000100Y43": false,
		"91350100M000100Y4": false, "": false, "91350100M000100Y431": false, "９１３５０１００Ｍ０": false,
	} {
		if err := checkCreditCode(code); (err == nil) != ok || err != nil && !errors.Is(err, ErrUSCI) {
			t.Errorf("%q: %v, want good %v", code, err, ok)
		}
	}
	const all = "91350100M000100Y4" // every single wrong character is seen
	for i := range len(all) {
		for _, c := range usciAlphabet {
			wrong := all[:i] + string(c) + all[i+1:]
			if check, _ := usciCheck(wrong); wrong != all && check == '3' {
				t.Errorf("%s has the check character of %s", wrong, all)
			}
		}
	}
}

func limits() *contractLimits {
	return &contractLimits{
		advanceMin: 1000, advanceMax: 3000, retention: 300, defectMonths: 24, payDays: 60, over: 1000,
		change: ChangeLimits{PlanRaiseBP: 1000, SupplementBP: 1000, Engineering: true},
	}
}

func goodSign() ContractSignCmd {
	return ContractSignCmd{
		Code: "HT", Kind: "works", Payee: "甲公司", PayeeID: "91350100M000100Y43", Unit: "U", SignedOn: 100, Date: 100, Amount: 1000,
		Projects: []ProjectPart{{"J1", 700}, {"J2", 300}},
		Funding: []FundingPart{
			{Project: "J1", Source: "lot", Lot: lotID(1), Amount: 500}, {Project: "J1", Source: "unfunded", Amount: 200}, {Project: "J2", Source: "credit", Amount: 300},
		},
		Terms: Terms{AdvanceBP: 3000, RetentionBP: 300, DefectMonths: 24, PayDays: 60},
	}
}

// TestSigning: what adds up is signed; everything else is refused by its name.
func TestSigning(t *testing.T) {
	t.Parallel()
	cmd := goodSign()
	c, err := cmd.contract(limits())
	if err != nil {
		t.Fatal(err)
	}
	if c.Unfunded() != 200 || c.LotFunded() != 500 || c.Funding[1].Since != 100 || c.State != ContractSigned {
		t.Errorf("signed %+v", c)
	}
	cmd.Terms = Terms{RetentionBP: 300}
	if c, err = cmd.contract(limits()); err != nil || c.Terms.DefectMonths != 12 || c.Terms.PayDays != 30 {
		t.Errorf("terms left out: %+v %v", c.Terms, err)
	}
	for name, x := range map[string]struct {
		change func(*ContractSignCmd)
		want   *fault.Error
	}{
		"vouchers before signing":    {func(c *ContractSignCmd) { c.Date = 99 }, ErrContractOrder},
		"split too small":            {func(c *ContractSignCmd) { c.Projects[0].Amount = 699 }, ErrContractParts},
		"project twice":              {func(c *ContractSignCmd) { c.Projects[1].Project = "J1" }, ErrContractParts},
		"negative part":              {func(c *ContractSignCmd) { c.Projects[0].Amount, c.Projects[1].Amount = 1300, -300 }, ErrContractParts},
		"funding too small":          {func(c *ContractSignCmd) { c.Funding[0].Amount = 499 }, ErrContractParts},
		"funding of another project": {func(c *ContractSignCmd) { c.Funding[0].Project = "J3" }, ErrContractParts},
		"funding twice":              {func(c *ContractSignCmd) { c.Funding = append(c.Funding, c.Funding[0]) }, ErrContractParts},
		"lot without a lot":          {func(c *ContractSignCmd) { c.Funding[0].Lot = ledger.LotID{} }, ErrContractParts},
		"credit with a lot":          {func(c *ContractSignCmd) { c.Funding[2].Lot = lotID(1) }, ErrContractParts},
		"negative funding":           {func(c *ContractSignCmd) { c.Funding[0].Amount, c.Funding[1].Amount = 900, -200 }, ErrContractParts},
		"since of a lot":             {func(c *ContractSignCmd) { c.Funding[0].Since = 5 }, ErrContractParts},
		"payee with a blank":         {func(c *ContractSignCmd) { c.Payee = "甲公司 " }, ErrContractParts},
		"no credit code":             {func(c *ContractSignCmd) { c.PayeeID = "" }, ErrUSCI},
		"advance too small":          {func(c *ContractSignCmd) { c.Terms.AdvanceBP = 999 }, ErrContractTerms},
		"advance too large":          {func(c *ContractSignCmd) { c.Terms.AdvanceBP = 3001 }, ErrContractTerms},
		"retention":                  {func(c *ContractSignCmd) { c.Terms.RetentionBP = 301 }, ErrContractTerms},
		"defect period":              {func(c *ContractSignCmd) { c.Terms.DefectMonths = 25 }, ErrContractTerms},
		"days to pay":                {func(c *ContractSignCmd) { c.Terms.PayDays = 61 }, ErrContractTerms},
	} {
		cmd := goodSign()
		x.change(&cmd)
		if _, err := cmd.contract(limits()); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %s", name, err, x.want.Code)
		}
	}
	order := goodSign()
	order.Kind, order.PayeeID = "order", ""
	if _, err := order.contract(limits()); err != nil {
		t.Errorf("an order to a payee without a code: %v", err)
	}
}

func signedContract() Contract {
	cmd := goodSign()
	c, _ := cmd.contract(limits())
	return c
}

// TestAgainstThePlan: never above the plan of a project in a lot, nor far above its
// budget with its other contracts.
func TestAgainstThePlan(t *testing.T) {
	t.Parallel()
	c := signedContract()
	list := func(planned, others ledger.Amount) []contractProject {
		return []contractProject{
			{Project{Code: "J1", Unit: "U", Budget: 1000, Town: "T"}, others, map[ledger.LotID]ledger.Amount{lotID(1): planned}},
			{Project{Code: "J2", Unit: "U", Budget: 1000, Town: "T"}, 0, nil},
		}
	}
	if err := c.checkPlanned(list(500, 0), c.Funding); err != nil {
		t.Errorf("at the plan: %v", err)
	}
	if err := c.checkPlanned(list(499, 0), c.Funding); !errors.Is(err, ErrContractOverPlan) || !strings.Contains(err.Error(), "0.01") {
		t.Errorf("above the plan: %v", err)
	}
	if err := c.checkBudgets(list(0, 400), c.Projects, 1000); err != nil {
		t.Errorf("at the budget: %v", err)
	}
	if err := c.checkBudgets(list(0, 401), c.Projects, 1000); !errors.Is(err, ErrContractBudget) || !strings.Contains(err.Error(), "0.01") {
		t.Errorf("above the budget: %v", err)
	}
	if err := c.checkBudgets(list(0, 401), []ProjectPart{{"J1", -5}, {"J2", 5}}, 1000); err != nil {
		t.Errorf("a reduction is not held to the budget: %v", err)
	}
	other := list(500, 0)
	other[1].project.Unit, other[1].project.Town = "V", "S"
	if err := c.checkUnits(other); !errors.Is(err, ErrContractUnit) {
		t.Errorf("another unit: %v", err)
	}
	if townOf(other) != "" || townOf(list(1, 1)) != "T" {
		t.Error("a contract over two townships is the county's, over one that one's")
	}
}

// TestChanges: amounts and tables after a change, and those that are refused.
func TestChanges(t *testing.T) {
	t.Parallel()
	cmd := func(amount ledger.Amount, projects []ProjectPart, funding ...FundingPart) ContractChangeCmd {
		return ContractChangeCmd{Code: "HT", On: 110, Date: 110, Kind: "supplement", Amount: amount, Document: "补1", Reason: "r", Projects: projects, Funding: funding}
	}
	lot := func(amount ledger.Amount) FundingPart {
		return FundingPart{Project: "J1", Source: "lot", Lot: lotID(1), Amount: amount}
	}
	open := func(amount ledger.Amount) FundingPart {
		return FundingPart{Project: "J1", Source: "unfunded", Amount: amount}
	}
	for _, x := range []struct {
		name    string
		prepare func(*Contract)
		cmd     ContractChangeCmd
		want    *fault.Error
		after   []FundingPart // of J1
	}{
		{"raised by the lot", nil, cmd(50, []ProjectPart{{"J1", 50}}, lot(50)), nil, []FundingPart{lot(550), {Project: "J1", Source: "unfunded", Amount: 200, Since: 100}}},
		{"reduced, nobody's part first", nil, cmd(-300, []ProjectPart{{"J1", -300}}, open(-200), lot(-100)), nil, []FundingPart{lot(400)}},
		{"from the lot to nobody", nil, cmd(0, nil, lot(-100), open(100)), nil, []FundingPart{lot(400), {Project: "J1", Source: "unfunded", Amount: 200, Since: 100}, {Project: "J1", Source: "unfunded", Amount: 100, Since: 110}}},
		{"does not add up", nil, cmd(50, []ProjectPart{{"J1", 50}}, lot(49)), ErrContractParts, nil},
		{"split does not add up", nil, cmd(50, []ProjectPart{{"J1", 49}}, lot(49)), ErrContractParts, nil},
		{"another project", nil, cmd(50, []ProjectPart{{"J9", 50}}, FundingPart{Project: "J9", Source: "own", Amount: 50}), ErrContractParts, nil},
		{"more than nobody's part", nil, cmd(-201, []ProjectPart{{"J1", -201}}, open(-201)), ErrContractCut, nil},
		{"more than the lot's part", nil, cmd(-501, []ProjectPart{{"J1", -501}}, lot(-501)), ErrContractCut, nil},
		{"before signing", nil, func() ContractChangeCmd {
			c := cmd(50, []ProjectPart{{"J1", 50}}, lot(50))
			c.On = 99
			return c
		}(), ErrContractOrder, nil},
		{"settled already", func(c *Contract) { c.State = ContractSettled }, cmd(50, []ProjectPart{{"J1", 50}}, lot(50)), ErrContractState, nil},
		{"beyond a tenth where the law applies", func(c *Contract) { c.Terms.Procurement = true }, cmd(101, []ProjectPart{{"J1", 101}}, lot(101)), ErrSupplement, nil},
	} {
		c := signedContract()
		if x.prepare != nil {
			x.prepare(&c)
		}
		f, err := c.change(&x.cmd, limits())
		if x.want != nil {
			if !errors.Is(err, x.want) {
				t.Errorf("%s: %v, want %s", x.name, err, x.want.Code)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		c.amend(f.Change, f.Projects, f.Funding)
		var got []FundingPart
		var sum ledger.Amount
		for _, p := range c.Funding {
			sum += p.Amount
			if p.Project == "J1" {
				got = append(got, p)
			}
		}
		if diff := cmp.Diff(x.after, got); diff != "" || sum != c.Amount {
			t.Errorf("%s: funding adds up to %s of %s (-want +got)\n%s", x.name, sum, c.Amount, diff)
		}
	}
}

// TestAcceptance: quantities, pass and fail agree; the state allows it.
func TestAcceptance(t *testing.T) {
	t.Parallel()
	item := func(done int64, pass bool) AcceptedItem {
		return AcceptedItem{Item: "路", Unit: "m", Planned: 5, Done: done, Pass: pass}
	}
	for _, x := range []struct {
		name  string
		kind  string
		state ContractState
		cmd   ContractAcceptCmd
		want  *fault.Error
	}{
		{"passed", "works", ContractCompleted, ContractAcceptCmd{Pass: true, Quantities: []AcceptedItem{item(5, true)}}, nil},
		{"failed", "works", ContractCompleted, ContractAcceptCmd{Quantities: []AcceptedItem{item(5, true), item(0, false)}}, nil},
		{"goods need no completion", "goods", ContractSigned, ContractAcceptCmd{Pass: true, Quantities: []AcceptedItem{item(5, true)}}, nil},
		{"works do", "works", ContractStarted, ContractAcceptCmd{Pass: true, Quantities: []AcceptedItem{item(5, true)}}, ErrContractState},
		{"passed with an item that failed", "works", ContractCompleted, ContractAcceptCmd{Pass: true, Quantities: []AcceptedItem{item(5, false)}}, ErrAcceptance},
		{"failed with none", "works", ContractCompleted, ContractAcceptCmd{Quantities: []AcceptedItem{item(5, true)}}, ErrAcceptance},
		{"nothing done", "works", ContractCompleted, ContractAcceptCmd{Pass: true, Quantities: []AcceptedItem{item(0, true)}}, ErrAcceptance},
	} {
		c := signedContract()
		c.Kind, c.State = x.kind, x.state
		x.cmd.On = 200
		f, err := c.accept(&x.cmd)
		if x.want != nil && !errors.Is(err, x.want) || x.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", x.name, err, x.want)
		}
		if err == nil && f.Pass != (f.DefectUntil == addMonths(200, 24)) {
			t.Errorf("%s: the defect period runs to %s", x.name, f.DefectUntil)
		}
	}
}

// TestSettlement: who saves what, when the saving is returned at once, and what is
// refused.
func TestSettlement(t *testing.T) {
	t.Parallel()
	lot := func(amount ledger.Amount) FundingPart {
		return FundingPart{Project: "J1", Source: "lot", Lot: lotID(1), Amount: amount}
	}
	for _, x := range []struct {
		name     string
		amount   ledger.Amount
		told     []FundingPart
		standing ContractStanding // of J1 and its lot
		want     *fault.Error
		cut      []FundingPart
		complete bool
		posts    []string
	}{
		{"as contracted, all claimed", 1000, nil, ContractStanding{Cost: 500}, nil, nil, true, []string{"E13 500"}},
		{"as contracted, not all claimed", 1000, nil, ContractStanding{Cost: 300, Committed: 200}, nil, nil, false, nil},
		{
			"below, nobody's part first", 850, nil,
			ContractStanding{Cost: 500},
			nil,
			[]FundingPart{{Project: "J1", Source: "unfunded", Amount: 150, Since: 100}},
			true,
			[]string{"E13 500"},
		},
		{
			"below, the rest by proportion", 760, nil,
			ContractStanding{Cost: 480, Committed: 20},
			nil,
			[]FundingPart{{Project: "J1", Source: "unfunded", Amount: 200, Since: 100}, lot(3), {Project: "J2", Source: "credit", Amount: 37}},
			false,
			[]string{"E09 -3"},
		},
		{"as told", 980, []FundingPart{lot(20)}, ContractStanding{Cost: 480, Committed: 20}, nil, []FundingPart{lot(20)}, true, []string{"E13 480"}},
		{"told without cost", 980, []FundingPart{lot(20)}, ContractStanding{Committed: 500}, nil, []FundingPart{lot(20)}, false, []string{"E09 -20"}},
		{"all of the lot, without cost", 500, []FundingPart{lot(500)}, ContractStanding{Committed: 500}, nil, []FundingPart{lot(500)}, true, []string{"E09 -500"}},
		{"an advance is out", 980, []FundingPart{lot(20)}, ContractStanding{Cost: 400, Committed: 20, Prepaid: 80}, nil, []FundingPart{lot(20)}, false, []string{"E09 -20"}},
		{"told more than is committed", 980, []FundingPart{lot(20)}, ContractStanding{Cost: 481, Committed: 19}, ErrContractCut, nil, false, nil},
		{"told another sum", 980, []FundingPart{lot(19)}, ContractStanding{Cost: 480, Committed: 20}, ErrContractParts, nil, false, nil},
		{"retention at the limit", 1000, nil, ContractStanding{Cost: 500, Retention: 30}, nil, nil, true, []string{"E13 500"}},
		{"retention above it", 1000, nil, ContractStanding{Cost: 500, Retention: 31}, ErrRetention, nil, false, nil},
		{"above the contract", 1001, nil, ContractStanding{Cost: 500}, ErrSettleOver, nil, false, nil},
		{"below the claims", 499, nil, ContractStanding{Cost: 500}, ErrSettleClaimed, nil, false, nil},
		{"the saving is out as an advance", 400, nil, ContractStanding{Committed: 0, Prepaid: 500}, ErrContractOpen, nil, false, nil},
	} {
		c := signedContract()
		c.State = ContractAccepted
		x.standing.Project, x.standing.Lot = "J1", lotID(1)
		list := []ContractStanding{x.standing}
		cmd := ContractSettleCmd{Code: "HT", On: 200, Date: 200, Amount: x.amount, Document: "审计", Cut: x.told}
		s, err := c.settle(&cmd, list, 300)
		if x.want != nil || err != nil {
			if x.want == nil || !errors.Is(err, x.want) {
				t.Errorf("%s: %v, want %v", x.name, err, x.want)
			}
			continue
		}
		if diff := cmp.Diff(x.cut, s.cut); diff != "" || s.complete != x.complete {
			t.Errorf("%s: complete %v, cut (-want +got)\n%s", x.name, s.complete, diff)
		}
		var posts []string
		for _, p := range c.settlePostings(&cmd, &s, list) {
			if _, err := p.Need(); err != nil {
				t.Errorf("%s: %v", x.name, err)
			}
			posts = append(posts, string(p.Event)+" "+strings.TrimSuffix((p.Parts[0].Amount*100).String(), ".00"))
		}
		if diff := cmp.Diff(x.posts, posts); diff != "" {
			t.Errorf("%s: postings (-want +got)\n%s", x.name, diff)
		}
		c.amend(s.fact.Change, s.fact.Projects, s.fact.Funding)
		if sum := c.Projects[0].Amount + c.Projects[1].Amount; c.Amount != x.amount || sum != c.Amount {
			t.Errorf("%s: contract %s, split %s, want %s", x.name, c.Amount, sum, x.amount)
		}
	}
}

// TestTerminationAndClosing: nothing open is left behind.
func TestTerminationAndClosing(t *testing.T) {
	t.Parallel()
	at := func(s ContractStanding) []ContractStanding {
		s.Project, s.Lot = "J1", lotID(1)
		return []ContractStanding{s}
	}
	stop := ContractTerminateCmd{Code: "HT", On: 200, Date: 200, Decision: "纪要"}
	for name, x := range map[string]struct {
		s    ContractStanding
		want *fault.Error
		left ledger.Amount
	}{
		"nothing claimed":     {ContractStanding{Committed: 500}, nil, 300},
		"half claimed":        {ContractStanding{Committed: 250, Cost: 250}, nil, 550},
		"a request under way": {ContractStanding{Committed: 400, Requested: 100}, ErrContractOpen, 0},
		"an advance out":      {ContractStanding{Committed: 400, Prepaid: 100}, ErrContractOpen, 0},
	} {
		c := signedContract()
		f, err := c.terminate(&stop, at(x.s))
		if x.want != nil {
			if !errors.Is(err, x.want) {
				t.Errorf("%s: %v, want %s", name, err, x.want.Code)
			}
			continue
		}
		c.amend(f.Change, f.Projects, f.Funding)
		if err != nil || c.Amount != x.left || c.Unfunded() != 0 {
			t.Errorf("%s: %v, left %s, want %s", name, err, c.Amount, x.left)
		}
	}
	for name, x := range map[string]struct {
		change func(*Contract)
		s      ContractStanding
		paper  string
		want   *fault.Error
	}{
		"nothing open":             {nil, ContractStanding{Cost: 500}, "", nil},
		"released":                 {nil, ContractStanding{Cost: 480, Committed: 20}, "函", nil},
		"committed still":          {nil, ContractStanding{Cost: 480, Committed: 20}, "", ErrContractOpen},
		"retention":                {nil, ContractStanding{Due: 15, Retention: 15}, "", ErrContractOpen},
		"unpaid":                   {nil, ContractStanding{Due: 15}, "", ErrContractOpen},
		"a request under way":      {nil, ContractStanding{Requested: 1}, "", ErrContractOpen},
		"paid wrongly":             {nil, ContractStanding{Wrong: 1}, "", ErrContractOpen},
		"to be recovered":          {nil, ContractStanding{Recover: 1}, "", ErrContractOpen},
		"a defect":                 {func(c *Contract) { c.Defect = true }, ContractStanding{}, "", ErrContractOpen},
		"not funded":               {func(c *Contract) { c.Funding = []FundingPart{{Source: "unfunded", Amount: 1}} }, ContractStanding{}, "", ErrContractOpen},
		"guarantee within its day": {func(c *Contract) { c.Guarantee, c.DefectUntil = 1, 300 }, ContractStanding{}, "", ErrContractOpen},
		"guarantee after":          {func(c *Contract) { c.Guarantee, c.DefectUntil = 1, 299 }, ContractStanding{}, "", nil},
		"not settled":              {func(c *Contract) { c.State = ContractAccepted }, ContractStanding{}, "", ErrContractState},
	} {
		c := signedContract()
		c.State, c.Funding = ContractSettled, nil
		if x.change != nil {
			x.change(&c)
		}
		err := c.closable(&ContractCloseCmd{Code: "HT", On: 300, Date: 300, Release: x.paper}, at(x.s))
		if x.want == nil && err != nil || x.want != nil && !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
}

// TestRetentionAndDefects: a repair needs an open defect and somebody else; a
// guarantee lasts as long as the defect period; neither takes more than is kept.
func TestRetentionAndDefects(t *testing.T) {
	t.Parallel()
	kept := []ContractStanding{{Project: "J1", Lot: lotID(1), Retention: 10}, {Project: "J1", Lot: lotID(2), Retention: 5}}
	c := signedContract()
	c.State, c.DefectUntil = ContractSettled, 400
	repair := ContractRepairCmd{On: 200, Date: 200, Amount: 12, Payee: "维修队"}
	if _, err := c.repair(&repair, kept); !errors.Is(err, ErrDefect) {
		t.Errorf("a repair without a defect: %v", err)
	}
	for name, x := range map[string]struct {
		cmd  ContractDefectCmd
		want *fault.Error
	}{
		"after the period":  {ContractDefectCmd{On: 401, Open: true}, ErrDefect},
		"close an unknown":  {ContractDefectCmd{On: 300, No: 1}, ErrDefect},
		"before acceptance": {ContractDefectCmd{On: 50, Open: true}, ErrContractOrder},
	} {
		if _, err := c.decideDefect(&x.cmd); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f, err := c.decideDefect(&ContractDefectCmd{On: 400, Open: true, Note: "裂缝"})
	if err != nil {
		t.Fatal(err)
	}
	c.defect(&f)
	taken, err := c.repair(&repair, kept)
	if want := []ContractStanding{{Project: "J1", Lot: lotID(1), Retention: 10}, {Project: "J1", Lot: lotID(2), Retention: 2}}; err != nil || !cmp.Equal(want, taken) {
		t.Errorf("taken %+v %v", taken, err)
	}
	repair.Amount = 16
	if _, err := c.repair(&repair, kept); !errors.Is(err, ErrRetention) {
		t.Errorf("more than is kept: %v", err)
	}
	repair.Amount, repair.Payee = 1, c.Payee
	if _, err := c.repair(&repair, kept); !errors.Is(err, ErrDefect) {
		t.Errorf("by the contractor itself: %v", err)
	}
	if f, err = c.decideDefect(&ContractDefectCmd{On: 410, No: 1, Note: "修复"}); err != nil {
		t.Fatal(err)
	}
	if c.defect(&f); c.Defect || c.Defects[0].ClosedOn != 410 {
		t.Errorf("mended: %+v", c.Defects)
	}
	if _, err := c.guarantee(&ContractGuaranteeCmd{On: 200, Date: 200, Amount: 15, Until: 400}, kept); err != nil {
		t.Errorf("a guarantee for all that is kept: %v", err)
	}
	if _, err := c.guarantee(&ContractGuaranteeCmd{On: 200, Date: 200, Amount: 15, Until: 399}, kept); !errors.Is(err, ErrRetention) {
		t.Errorf("a guarantee that ends too early: %v", err)
	}
}

// TestUnfundedIsAged lists what is not funded, the oldest first, with its days.
func TestUnfundedIsAged(t *testing.T) {
	t.Parallel()
	list := []Contract{
		{Code: "B", Funding: []FundingPart{{Project: "J1", Source: "unfunded", Amount: 5, Since: 90}, {Project: "J1", Source: "unfunded", Amount: 6, Since: 120}, {Project: "J1", Source: "lot", Amount: 1}}},
		{Code: "A", Funding: []FundingPart{{Project: "J2", Source: "unfunded", Amount: 7, Since: 100}}},
	}
	want := []Unfunded{{Contract: "B", Project: "J1", Amount: 5, Since: 90, Days: 20}, {Contract: "A", Project: "J2", Amount: 7, Since: 100, Days: 10}}
	if diff := cmp.Diff(want, unfundedOf(list, 110)); diff != "" {
		t.Errorf("on day 110 (-want +got)\n%s", diff)
	}
}

// TestProjectsFollowContracts: a project starts with its first contract for works and
// ends with its last; what is not works does not hold it up.
func TestProjectsFollowContracts(t *testing.T) {
	t.Parallel()
	works := func(s ContractState) Contract { return Contract{Kind: "works", State: s} }
	watch := func(s ContractState) Contract { return Contract{Kind: "service", State: s} }
	for _, x := range []struct {
		name     string
		category string
		state    State
		event    Event
		list     []Contract // the first one takes the step
		want     bool
	}{
		{"starts with its first", "030101", StateContracted, EventStart, []Contract{works(ContractStarted), works(ContractSigned)}, true},
		{"has started", "030101", StateStarted, EventStart, []Contract{works(ContractStarted)}, false},
		{"supervision starts", "030101", StateContracted, EventStart, []Contract{watch(ContractStarted), works(ContractSigned)}, false},
		{"completed with its last", "030101", StateStarted, EventComplete, []Contract{works(ContractCompleted), works(ContractAccepted), works(ContractTerminated)}, true},
		{"one is not complete", "030101", StateStarted, EventComplete, []Contract{works(ContractCompleted), works(ContractStarted)}, false},
		{"supervision goes on", "030101", StateStarted, EventComplete, []Contract{works(ContractCompleted), watch(ContractStarted)}, true},
		{"accepted", "030101", StateCompleted, EventAccept, []Contract{works(ContractAccepted)}, true},
		{"accepted before the project is complete", "030101", StateStarted, EventAccept, []Contract{works(ContractAccepted)}, false},
		{"settled", "030101", StateAccepted, EventSettle, []Contract{works(ContractSettled), works(ContractClosed)}, true},
		{"a service is accepted", "0202", StateContracted, EventAccept, []Contract{watch(ContractAccepted)}, true},
		{"one of two services", "0202", StateContracted, EventAccept, []Contract{watch(ContractAccepted), watch(ContractSigned)}, false},
		{"a service does not start", "0202", StateContracted, EventStart, []Contract{watch(ContractStarted)}, false},
		{"a fee takes no steps", "07", StateContracted, EventAccept, []Contract{{Kind: "fee", State: ContractAccepted}}, false},
	} {
		p := Project{Category: x.category, Year: 2026, State: x.state}
		if got := follows(&p, &x.list[0], x.list, x.event); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
}

// TestAPartIsTransferred: what is claimed of the project and not transferred, and
// nothing of another project; a settlement counts it as claimed.
func TestAPartIsTransferred(t *testing.T) {
	t.Parallel()
	lot := func(n byte) ledger.LotID { return ledger.LotID{n} }
	list := []ContractStanding{
		{Project: "J1", Lot: lot(1), Cost: 60, Committed: 5}, {Project: "J2", Lot: lot(1), Cost: 900}, {Project: "J1", Lot: lot(2), Cost: 40}, {Project: "J1", Lot: lot(3), Committed: 7},
	}
	for _, c := range []struct {
		name   string
		state  ContractState
		amount ledger.Amount
		date   ledger.Date
		want   []ContractStanding // nil: refused
		err    error
	}{
		{"a part of the first lot", ContractStarted, 50, 20_010, []ContractStanding{{Project: "J1", Lot: lot(1), Cost: 50}}, nil},
		{"over two lots", ContractCompleted, 61, 20_010, []ContractStanding{{Project: "J1", Lot: lot(1), Cost: 60}, {Project: "J1", Lot: lot(2), Cost: 1}}, nil},
		{"all of it", ContractAccepted, 0, 20_010, []ContractStanding{{Project: "J1", Lot: lot(1), Cost: 60}, {Project: "J1", Lot: lot(2), Cost: 40}}, nil},
		{"a fen more", ContractStarted, 101, 20_010, nil, ErrTransfer},
		{"before the acceptance", ContractStarted, 1, 20_009, nil, ErrContractOrder},
		{"not begun", ContractSigned, 1, 20_010, nil, ErrContractState},
		{"settled", ContractSettled, 1, 20_010, nil, ErrContractState},
	} {
		k := Contract{Code: "H1", State: c.state, SignedOn: 20_000}
		got, _, err := k.transfer(&ContractTransferCmd{Code: "H1", Project: "J1", On: 20_010, Date: c.date, Amount: c.amount}, list)
		if !errors.Is(err, c.err) || !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	k := Contract{Code: "H1", State: ContractStarted, SignedOn: 20_000}
	if _, _, err := k.transfer(&ContractTransferCmd{Project: "J9", On: 20_010, Date: 20_010}, list); !errors.Is(err, ErrTransfer) {
		t.Errorf("a project of no cost: %v", err)
	}
}
