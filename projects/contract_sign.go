package projects

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"fundbook/ledger"
)

// ContractSignCmd signs a contract (签订合同): its amount, its split over projects,
// who pays each part, and its terms. Only what lots of the county pay is committed
// (E08); it must stand in the plan of the project and lot.
type ContractSignCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	Name     string        `json:"name" validate:"required,max=120"`
	Kind     string        `json:"kind" validate:"required,oneof=works goods service fee order"`
	Payee    string        `json:"payee" validate:"required,max=64"`
	PayeeID  string        `json:"payee_id,omitempty" validate:"max=18"`
	Unit     string        `json:"unit" validate:"required,max=64"`
	SignedOn ledger.Date   `json:"signed_on" validate:"required"`
	Date     ledger.Date   `json:"date" validate:"required"` // of the vouchers
	Amount   ledger.Amount `json:"amount" validate:"gt=0"`
	Projects []ProjectPart `json:"projects" validate:"required,min=1,max=100,dive"`
	Funding  []FundingPart `json:"funding" validate:"required,min=1,max=1000,dive"`
	Terms    Terms         `json:"terms"`
	Digest   ledger.Digest `json:"digest" validate:"required"` // of the contract
	// Procurement is the paper by which the contractor was chosen: award, quotation,
	// village decision.
	Procurement string `json:"procurement,omitempty" validate:"max=120"`
}

// contractLimits are the policies that a contract is held to.
type contractLimits struct {
	advanceMin, advanceMax, retention int64
	defectMonths, payDays             int64
	over                              int64
	change                            ChangeLimits
}

func (ps policySet) contractLimits(day ledger.Date) (*contractLimits, error) {
	v, err := ps.several(day, policyAdvanceMin, policyAdvanceMax, policyRetention, policyDefectMonths, policyPayDays, policyBudgetOver)
	if err != nil {
		return nil, err
	}
	change, err := ChangeLimitsOn(ps, day)
	return &contractLimits{v[0], v[1], v[2], v[3], v[4], v[5], change}, err
}

// contract decides what is signed; it refuses what does not add up, terms beyond
// the policies, and a payee whose credit code is none.
func (c *ContractSignCmd) contract(l *contractLimits) (Contract, error) {
	if c.Date < c.SignedOn {
		return Contract{}, ErrContractOrder.With("凭证日期 %s 早于签订日期 %s", c.Date, c.SignedOn).At("date", "before signing", c.Date.String())
	}
	if err := checkParts(c.Projects, c.Funding, c.Amount); err != nil {
		return Contract{}, err
	}
	if err := c.checkPayee(); err != nil {
		return Contract{}, err
	}
	terms, err := checkTerms(c.Terms, l)
	if err != nil {
		return Contract{}, err
	}
	funding := slices.Clone(c.Funding)
	for i := range funding {
		if funding[i].Source == sourceUnfunded && funding[i].Since.IsZero() {
			funding[i].Since = c.SignedOn
		}
	}
	return Contract{
		Code: c.Code, Name: c.Name, Kind: c.Kind, State: ContractSigned, Payee: c.Payee, PayeeID: c.PayeeID, Unit: c.Unit,
		SignedOn: c.SignedOn, Signed: c.Amount, Amount: c.Amount, Projects: c.Projects, Funding: funding, Terms: terms, Digest: c.Digest,
	}, nil
}

// checkParts refuses a contract whose split or funding does not add up to it.
func checkParts(projects []ProjectPart, funding []FundingPart, amount ledger.Amount) error {
	var sum ledger.Amount
	for i, p := range projects {
		if p.Amount <= 0 {
			return ErrContractParts.With("项目 %s 分摊 %s：须大于零", p.Project, p.Amount).At("projects["+strconv.Itoa(i)+"].amount", "must be above zero", p.Amount.String())
		}
		var err error
		if sum, err = ledger.Add(sum, p.Amount); err != nil {
			return err
		}
	}
	if sum != amount {
		return ErrContractParts.With("合同金额 %s，各项目分摊合计 %s，差 %s", amount, sum, amount-sum).At("projects", "does not add up", sum.String())
	}
	for i := range funding {
		f := &funding[i]
		at := "funding[" + strconv.Itoa(i) + "]"
		if f.Amount <= 0 || f.Amount > ledger.MaxLine {
			return ErrContractParts.With("项目 %s 来源 %s 金额 %s：须大于零，不超过 %s", f.Project, f.Source, f.Amount, ledger.MaxLine).At(at+".amount", "must be above zero", f.Amount.String())
		}
		if f.Source != sourceUnfunded && !f.Since.IsZero() {
			return ErrContractParts.With("项目 %s 来源 %s：起始日期只用于未落实资金", f.Project, f.Source).At(at+".since", "of unfunded only", f.Since.String())
		}
	}
	return checkFunding(projects, funding)
}

// checkPayee holds works, goods and services to a payee with a credit code; an order
// or fee may go to one that has none.
func (c *ContractSignCmd) checkPayee() error {
	for _, s := range []struct{ field, text string }{{"code", c.Code}, {"payee", c.Payee}, {"unit", c.Unit}} { // they become accounts
		if strings.TrimSpace(s.text) != s.text || strings.ContainsFunc(s.text, unicode.IsControl) {
			return ErrContractParts.With("%s %q：不得含首尾空格或控制字符", s.field, s.text).At(s.field, "blanks at its ends", s.text)
		}
	}
	if c.PayeeID == "" && (c.Kind == "fee" || c.Kind == "order") {
		return nil
	}
	return checkCreditCode(c.PayeeID)
}

// checkTerms holds the terms to the policies (DOMAIN 2.3) and fills in those left
// out: 30 days to pay, a year of defect period where there is retention.
func checkTerms(t Terms, l *contractLimits) (Terms, error) {
	bad := func(field, format string, args ...any) (Terms, error) {
		f := ErrContractTerms.With(format, args...)
		return t, f.AtText("terms."+field, f.DetailText(), "")
	}
	if t.PayDays == 0 {
		t.PayDays = 30
	}
	if t.RetentionBP > 0 && t.DefectMonths == 0 {
		t.DefectMonths = 12
	}
	switch {
	case t.AdvanceBP != 0 && (int64(t.AdvanceBP) < l.advanceMin || int64(t.AdvanceBP) > l.advanceMax):
		return bad("advance_bp", "预付款 %s，须为合同的 %s 至 %s，或不预付", ledger.PercentBP(int64(t.AdvanceBP)), ledger.PercentBP(l.advanceMin), ledger.PercentBP(l.advanceMax))
	case int64(t.RetentionBP) > l.retention:
		return bad("retention_bp", "质量保证金 %s，不得超过结算的 %s", ledger.PercentBP(int64(t.RetentionBP)), ledger.PercentBP(l.retention))
	case int64(t.DefectMonths) > l.defectMonths:
		return bad("defect_months", "缺陷责任期 %d 个月，最长 %d 个月", t.DefectMonths, l.defectMonths)
	case int64(t.PayDays) > l.payDays:
		return bad("pay_days", "付款期限 %d 日，最长 %d 日", t.PayDays, l.payDays)
	}
	return t, nil
}

// contractProject is what a contract must know of one of its projects.
type contractProject struct {
	project    Project
	contracted ledger.Amount // by its other contracts, all sources
	planned    map[ledger.LotID]ledger.Amount
}

// checkUnits refuses a contract whose unit is not that of its projects: authority is
// kept by unit.
func (c *Contract) checkUnits(list []contractProject) error {
	for i := range list {
		if p := &list[i].project; p.Unit != c.Unit {
			return ErrContractUnit.With("合同 %s 的单位 %s，项目 %s 的责任单位 %s；指标按单位核算，请按单位分别签订", c.Code, c.Unit, p.Code, p.Unit)
		}
	}
	return nil
}

// checkBudgets refuses a contract with which those of a project that it raises would
// pass its budget by more than is allowed (批小建大).
func (c *Contract) checkBudgets(list []contractProject, raised []ProjectPart, overBP int64) error {
	for i := range list {
		p := &list[i].project
		if !slices.ContainsFunc(raised, func(x ProjectPart) bool { return x.Project == p.Code && x.Amount > 0 }) {
			continue
		}
		sum := list[i].contracted
		for _, x := range c.Projects {
			if x.Project == p.Code {
				sum += x.Amount
			}
		}
		if most := p.Budget + ledger.PartBP(p.Budget, overBP); sum > most {
			return ErrContractBudget.With("项目 %s：资金规模 %s，合同合计 %s，超过允许的 %s（上浮 %s）%s 元；请先按程序调整项目资金规模",
				p.Code, p.Budget, sum, most, ledger.PercentBP(overBP), sum-most)
		}
	}
	return nil
}

// checkPlanned refuses what passes the plan of a project in a lot (合同不得超过计划):
// more is what the contract newly takes.
func (c *Contract) checkPlanned(list []contractProject, more []FundingPart) error {
	for _, f := range lotSums(more) {
		i := slices.IndexFunc(list, func(p contractProject) bool { return p.project.Code == f.Project })
		if left := list[i].planned[f.Lot]; f.Amount > left {
			return ErrContractOverPlan.With("合同 %s 项目 %s 批次 %s：合同 %s，计划未签合同余额 %s，差 %s；请调增计划，或将差额列为未落实（unfunded）",
				c.Code, f.Project, f.Lot, f.Amount, max(left, 0), f.Amount-max(left, 0))
		}
	}
	return nil
}

// townOf is the township whose own a contract is: that of all its projects.
func townOf(list []contractProject) string {
	town := list[0].project.Town
	for i := range list {
		if list[i].project.Town != town {
			return ""
		}
	}
	return town
}

// ContractChangeCmd changes a contract (合同变更): its amount by ±, with the changes
// of its split and funding. A change within the amount alters the sources only.
type ContractChangeCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	On       ledger.Date   `json:"on" validate:"required"`
	Date     ledger.Date   `json:"date" validate:"required"` // of the vouchers
	Kind     string        `json:"kind" validate:"required,oneof=supplement engineering settlement"`
	Amount   ledger.Amount `json:"amount"` // ±
	Document string        `json:"document" validate:"required,max=80"`
	Reason   string        `json:"reason" validate:"required,max=400"`
	Digest   ledger.Digest `json:"digest" validate:"required"` // of the supplement or the approval
	Projects []ProjectPart `json:"projects" validate:"max=100,dive"`
	Funding  []FundingPart `json:"funding" validate:"required,min=1,max=1000,dive"`
}

// change decides a change: the fact, with the tables after it. It refuses what
// does not add up, and supplements beyond the law (DOMAIN 2.3 c).
func (c *Contract) change(cmd *ContractChangeCmd, l *contractLimits) (contractChanged, error) {
	var none contractChanged
	if err := c.require(cmd.On, ContractSigned, ContractStarted, ContractCompleted, ContractAccepted); err != nil {
		return none, err
	}
	if cmd.Date < cmd.On {
		return none, ErrContractOrder.With("凭证日期 %s 早于变更日期 %s", cmd.Date, cmd.On).At("date", "before the change", cmd.Date.String())
	}
	changes := slices.Clone(cmd.Projects)
	for _, f := range cmd.Funding { // a change of the sources alone needs no split
		if !slices.ContainsFunc(changes, func(p ProjectPart) bool { return p.Project == f.Project }) {
			changes = append(changes, ProjectPart{Project: f.Project})
		}
	}
	var sum ledger.Amount
	for _, p := range changes {
		sum += p.Amount
	}
	if sum != cmd.Amount {
		return none, ErrContractParts.With("变更金额 %s，各项目分摊合计 %s，差 %s", cmd.Amount, sum, cmd.Amount-sum).At("projects", "does not add up", sum.String())
	}
	if err := checkFunding(changes, cmd.Funding); err != nil {
		return none, err
	}
	funding := slices.Clone(cmd.Funding)
	for i := range funding {
		f := &funding[i]
		if f.Source == sourceUnfunded && f.Amount > 0 && f.Since.IsZero() {
			f.Since = cmd.On
		}
	}
	f := contractChanged{
		Change: Change{On: cmd.On, Amount: cmd.Amount, Kind: cmd.Kind, Document: cmd.Document, Reason: cmd.Reason}, Digest: cmd.Digest,
	}
	if cmd.Amount != 0 { // of the sources alone, nothing is more or less
		if err := l.change.CheckChange(c, f.Change); err != nil {
			return none, err
		}
	}
	var err error
	if f.Projects, err = addProjects(c.Projects, changes); err != nil {
		return none, err
	}
	f.Funding, err = addFunding(c.Funding, fallsFirst(funding))
	return f, err
}

// fallsFirst puts what falls before what rises.
func fallsFirst(parts []FundingPart) []FundingPart {
	out := slices.Clone(parts)
	slices.SortStableFunc(out, func(a, b FundingPart) int { return cmp.Compare(min(a.Amount, 0), min(b.Amount, 0)) })
	return out
}

// require refuses what the contract's state does not allow, and a day before what
// happened last.
func (c *Contract) require(on ledger.Date, states ...ContractState) error {
	if !slices.Contains(states, c.State) {
		return ErrContractState.With("合同 %s 现为 %s；此事项只能在 %v 办理", c.Code, c.State, states)
	}
	last := max(c.SignedOn, c.StartedOn, c.CompletedOn, c.AcceptedOn, c.SettledOn)
	for i := range c.Changes {
		last = max(last, c.Changes[i].On)
	}
	if c.State == ContractTerminated {
		last = max(last, c.EndedOn)
	}
	if on < last {
		return ErrContractOrder.With("合同 %s：日期 %s 早于上一事项的日期 %s", c.Code, on, last).At("on", "before what happened last", on.String())
	}
	return nil
}

// ContractFundCmd gives lots to what nobody paid for yet (落实资金).
type ContractFundCmd struct {
	Code     string         `json:"code" validate:"required,max=64"`
	On       ledger.Date    `json:"on" validate:"required"`
	Date     ledger.Date    `json:"date" validate:"required"`
	Document string         `json:"document" validate:"required,max=80"`
	Parts    []ContractFund `json:"parts" validate:"required,min=1,max=200,dive"`
}

// ContractFund (落实资金行) is a lot that takes over a part of a project.
type ContractFund struct {
	Project string        `json:"project" validate:"required,max=64"`
	Lot     ledger.LotID  `json:"lot" validate:"required"`
	Amount  ledger.Amount `json:"amount" validate:"gt=0"`
}

func (c *Contract) fund(cmd *ContractFundCmd) (contractFunded, error) {
	var none contractFunded
	if err := c.require(cmd.On, ContractSigned, ContractStarted, ContractCompleted, ContractAccepted, ContractSettled); err != nil {
		return none, err
	}
	if cmd.Date < cmd.On {
		return none, ErrContractOrder.With("凭证日期 %s 早于落实日期 %s", cmd.Date, cmd.On).At("date", "before it was funded", cmd.Date.String())
	}
	f := contractFunded{On: cmd.On, Document: cmd.Document}
	var moves []FundingPart
	for _, p := range cmd.Parts {
		add := FundingPart{Project: p.Project, Source: sourceLot, Lot: p.Lot, Amount: p.Amount}
		f.Moved = append(f.Moved, add)
		moves = append(moves, FundingPart{Project: p.Project, Source: sourceUnfunded, Amount: -p.Amount}, add)
	}
	var err error
	f.Funding, err = addFunding(c.Funding, moves)
	return f, err
}
