package projects

// STUB of the project library, until that branch is merged: the integrator deletes
// this file. Names and signatures are those of the library.

import (
	"context"
	"math/bits"
	"slices"
	"strconv"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// State (状态) is where a project stands in its life cycle (DOMAIN 5.2).
type State string

// The states that plans and contracts ask about.
const (
	StateInLibrary  State = "IN_LIBRARY"
	StatePlanned    State = "PLANNED"
	StatePrePosted  State = "PRE_POSTED"
	StateProcured   State = "PROCURED"
	StateContracted State = "CONTRACTED"
	StateStarted    State = "STARTED"
	StateCompleted  State = "COMPLETED"
	StateAccepted   State = "ACCEPTED"
	StateSettled    State = "SETTLED"
)

// Event (事项) is what moves a project on.
type Event string

// The events that plans and contracts own, or bring about.
const (
	EventPlan     Event = "plan"
	EventUnplan   Event = "unplan"
	EventPrePost  Event = "pre_post"
	EventProcure  Event = "procure"
	EventContract Event = "contract"
	EventStart    Event = "start"
	EventComplete Event = "complete"
	EventAccept   Event = "accept"
	EventSettle   Event = "settle"
)

// Step (办理步骤) is one event with the papers that prove it.
type Step struct {
	Event    Event
	On       ledger.Date
	Document string
	Opinion  string
	Reason   string
	Evidence []ledger.Digest
	From     ledger.Date
	To       ledger.Date
	Subject  string
}

// Route (办理路径) is the way a project of a category takes.
type Route string

// The routes.
const (
	RouteWorks     Route = "works"
	RouteService   Route = "service"
	RouteHousehold Route = "household"
	RouteFee       Route = "fee"
)

// Route returns the way that the project takes.
func (p *Project) Route() Route {
	c, ok := CategoryOf(p.Category, p.Year)
	switch {
	case p.Household:
		return RouteHousehold
	case !ok:
		return RouteWorks
	}
	return c.Route
}

var errStubStep = fault.New(fault.Refused, "projects.step", "项目当前状态不能办理此事项（规则 5.2）", "the project's state does not permit this step (5.2)")

var projectFile = dossier.NewKind("project", (*Project).index)

func (p *Project) index() dossier.Index {
	return dossier.Index{Status: string(p.State), Unit: p.Town, Village: p.Village, Title: p.Name, Year: p.Year, Amount: int64(p.Budget)}
}

type stubEntered struct{ Project Project }

type stubStepped struct {
	To      State
	Subject string
}

var (
	stubEnter = dossier.On(projectFile, "project.entered", func(p *Project, f *stubEntered, _ dossier.Stamp) { *p = f.Project })
	stubStep  = dossier.On(projectFile, "project.advanced", func(p *Project, f *stubStepped, _ dossier.Stamp) {
		p.State = f.To
		if f.Subject != "" && !slices.Contains(p.Contracts, f.Subject) {
			p.Contracts = append(p.Contracts, f.Subject)
		}
	})
)

var stubTable = []struct {
	event    Event
	from, to State
}{
	{EventPlan, StateInLibrary, StatePlanned},
	{EventPlan, StatePlanned, StatePlanned},
	{EventPlan, StateContracted, StateContracted},
	{EventPlan, StateStarted, StateStarted},
	{EventPlan, StateAccepted, StateAccepted},
	{EventUnplan, StatePlanned, StateInLibrary},
	{EventUnplan, StateContracted, StateInLibrary},
	{EventPrePost, StatePlanned, StatePrePosted},
	{EventProcure, StatePrePosted, StateProcured},
	{EventContract, StateProcured, StateContracted},
	{EventContract, StateContracted, StateContracted},
	{EventContract, StateStarted, StateStarted},
	{EventStart, StateContracted, StateStarted},
	{EventComplete, StateStarted, StateCompleted},
	{EventAccept, StateCompleted, StateAccepted},
	{EventSettle, StateAccepted, StateSettled},
}

// Advance moves a project on by an event.
func Advance(ctx context.Context, tx *db.Tx, code string, s Step) error {
	p, err := projectFile.Load(ctx, tx, code)
	if err != nil {
		return err
	}
	for _, row := range stubTable {
		if row.event == s.Event && row.from == p.State {
			return stubStep.Record(ctx, tx, code, &p, stubStepped{row.to, s.Subject})
		}
	}
	return errStubStep.With("项目 %s 现为 %s，不能办理 %s", code, p.State, s.Event)
}

// StubEnter puts a project into the library, for tests.
func StubEnter(ctx context.Context, tx *db.Tx, p Project) error {
	var s Project
	return stubEnter.Open(ctx, tx, p.Code, &s, stubEntered{p})
}

// Eligibility (使用限制) is what plans ask about a category.
type Eligibility struct {
	Household bool
	Capital   bool
	Loan      bool
	Fee       bool
}

// Category (项目类别) is one node of the tree of an epoch.
type Category struct {
	Code, Name string
	Route      Route
	Eligible   Eligibility
}

// CategoryOf returns the category of a code in a library year.
func CategoryOf(code string, year int) (Category, bool) {
	for _, c := range []Category{
		{"01", "产业发展", RouteWorks, Eligibility{Capital: true}},
		{"0104", "到户产业奖补", RouteHousehold, Eligibility{Household: true}},
		{"010501", "小额信贷贴息", RouteHousehold, Eligibility{Household: true, Loan: true}},
		{"0202", "技能培训", RouteService, Eligibility{}},
		{"030101", "道路", RouteWorks, Eligibility{Capital: true}},
		{"030201", "学校", RouteWorks, Eligibility{Capital: true}},
		{"07", "项目管理费", RouteFee, Eligibility{Fee: true}},
	} {
		if c.Code == code && year >= 2021 {
			return c, true
		}
	}
	return Category{}, false
}

var (
	// ErrPlanRaise is the library's.
	ErrPlanRaise = fault.New(fault.Refused, "projects.plan_raise", "计划调增超过限额须重新审批并重新公告（规则 2.3(a)）", "a raise of the plan beyond the limit needs a new approval and notice N2 (2.3(a))")
	// ErrSupplement is the library's.
	ErrSupplement = fault.New(fault.Refused, "projects.contract_supplement", "补充合同累计超过原合同限额（规则 2.3(c)；政府采购法第四十九条）", "the supplements pass the limit of the original contract (2.3(c))")
	// ErrChangeKind is the library's.
	ErrChangeKind = fault.New(fault.Refused, "projects.contract_change", "合同变更不合要求（规则 2.3）", "the change of the contract is not allowed (2.3)")
)

func policyNumber(ps []ledger.Policy, name string, day ledger.Date, value int) (int, error) {
	p, ok := ledger.PolicyOn(ps, name, day)
	if !ok {
		return value, nil
	}
	return strconv.Atoi(p.Value)
}

// The policies of change limits (DOMAIN 2.3), and what holds where a county has set
// none.
const (
	// PolicyPlanRaise is by how much, in basis points of the approved plan, the
	// department may raise it.
	PolicyPlanRaise = "plan_raise_bp"
	// PolicySupplement is how much, in basis points of the original contract, its
	// supplements may come to where 政府采购法 art. 49 applies.
	PolicySupplement = "contract_supplement_bp"
	// PolicyEngineering is 1 when an engineering change with its approval document
	// may pass that limit, 0 when not.
	PolicyEngineering = "engineering_change"
)

// ChangeLimits (变更限额) are the limits of DOMAIN 2.3 in force on a day.
type ChangeLimits struct {
	PlanRaiseBP  int
	SupplementBP int
	Engineering  bool
}

// ChangeLimitsOn reads the limits in force on a day: 10 %, 10 %, and engineering
// changes allowed, where no policy says otherwise.
func ChangeLimitsOn(ps []ledger.Policy, day ledger.Date) (ChangeLimits, error) {
	var l ChangeLimits
	var err error
	if l.PlanRaiseBP, err = policyNumber(ps, PolicyPlanRaise, day, 1000); err != nil {
		return l, err
	}
	if l.SupplementBP, err = policyNumber(ps, PolicySupplement, day, 1000); err != nil {
		return l, err
	}
	n, err := policyNumber(ps, PolicyEngineering, day, 1)
	l.Engineering = n != 0
	return l, err
}

// PlanRaise (计划调增) is a plan to be raised: what the county approved first, what
// the plan comes to with this change, and the papers for it.
type PlanRaise struct {
	Project    string
	Approved   ledger.Amount // as first approved, or approved anew
	After      ledger.Amount
	Department string // approval of the department, enough within the limit
	Approval   string // new approval of the county, beyond it
	Republish  bool   // notice N2 is published again
}

// CheckPlanRaise holds rule 2.3(a): up to the limit over the approved plan the
// department approves; above it counts as a new approval, and N2 is published
// again. A plan that is not raised needs neither.
func (l ChangeLimits) CheckPlanRaise(r PlanRaise) error {
	if r.After <= r.Approved {
		return nil
	}
	limit := r.Approved + cutBP(r.Approved, l.PlanRaiseBP)
	switch {
	case r.After <= limit && r.Department == "" && r.Approval == "":
		return ErrPlanRaise.With("项目 %s：计划 %s 调至 %s，在限额 %s 内，须有主管部门批准文号", r.Project, r.Approved, r.After, limit)
	case r.After > limit && (r.Approval == "" || !r.Republish):
		return ErrPlanRaise.With("项目 %s：计划 %s 调至 %s，超过限额 %s（%s）%s；须重新审批并重新公告 N2",
			r.Project, r.Approved, r.After, limit, bpText(l.PlanRaiseBP), r.After-limit)
	}
	return nil
}

// CheckChange holds rules 2.3(c) and (d) for a change that is about to be added to
// the contract: every change names its document; where procurement law applies,
// supplements and raises at settlement together stay within the limit of the
// original contract, except an engineering change with its approval document; a
// settlement above the contract is such a change, and nothing else. That the
// contract stays within the plan (b) is the ledger's guard.
func (l ChangeLimits) CheckChange(c *Contract, ch Change) error {
	after := c.Amount + ch.Amount
	switch {
	case ch.Kind != "supplement" && ch.Kind != "engineering" && ch.Kind != "settlement":
		return ErrChangeKind.With("合同 %s：变更种类 %q 不是 supplement、engineering、settlement", c.Code, ch.Kind)
	case ch.Amount == 0 || ch.Amount > ledger.MaxLine || ch.Amount < -ledger.MaxLine:
		return ErrChangeKind.With("合同 %s：变更金额 %s", c.Code, ch.Amount)
	case ch.Document == "":
		return ErrChangeKind.With("合同 %s：变更 %s 须有补充协议或批准文号", c.Code, ch.Amount)
	case after < 0:
		return ErrChangeKind.With("合同 %s：金额 %s 变更 %s 后为负", c.Code, c.Amount, ch.Amount)
	case ch.Amount < 0 || !c.Terms.Procurement:
		return nil
	case ch.Kind == "engineering" && l.Engineering:
		return nil
	}
	sum := ch.Amount
	for _, old := range c.Changes {
		if old.Amount > 0 && !(old.Kind == "engineering" && l.Engineering) {
			sum += old.Amount
		}
	}
	if limit := cutBP(c.Signed, l.SupplementBP); sum > limit {
		return ErrSupplement.With("合同 %s：原合同 %s 的 %s 为 %s，补充累计 %s，超出 %s；须另行采购，或凭批准文件办理工程变更",
			c.Code, c.Signed, bpText(l.SupplementBP), limit, sum, sum-limit)
	}
	return nil
}

// cutBP is basis points of an amount, cut to a whole fen.
func cutBP(a ledger.Amount, bp int) ledger.Amount {
	return ledger.Amount(mulDiv(int64(a), int64(bp), 10_000))
}

// mulDiv is a·b/c for a, b ≥ 0 and c > 0, cut, without overflow on the way; at most
// the largest amount.
func mulDiv(a, b, c int64) int64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return int64(ledger.MaxSum)
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(min(q, uint64(ledger.MaxSum)))
}

// bpText prints basis points as a percentage.
func bpText(bp int) string { return centi(bp) + "%" }

// centi prints hundredths: 9050 is 90.50, 10000 is 100.
func centi(n int) string {
	s := ledger.Amount(n).String()
	if len(s) > 3 && s[len(s)-3:] == ".00" {
		return s[:len(s)-3]
	}
	return s
}
