package projects

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// LoadContract returns a contract as the command sees it.
func LoadContract(ctx context.Context, tx *db.Tx, code string) (Contract, error) {
	return contractFile.Load(ctx, tx, code)
}

// SignContract signs a contract and commits what lots pay of it (E08).
func SignContract(ctx context.Context, tx *db.Tx, cmd ContractSignCmd) error {
	limits, err := limitsOn(ctx, tx, cmd.Date)
	if err != nil {
		return err
	}
	c, err := cmd.contract(limits)
	if err != nil {
		return err
	}
	taken, err := contractFile.Exists(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if taken {
		return dossier.ErrExists.With("合同 %s", c.Code)
	}
	if taken, err = rosterFile.Exists(ctx, tx, c.Code); err != nil {
		return err
	}
	if taken {
		return ErrRosterCode.With("编号 %s 已用于名册；请另编合同号", c.Code)
	}
	list, err := projectsOf(ctx, tx, &c, cmd.Date)
	if err != nil {
		return err
	}
	if err := c.checkUnits(list); err != nil {
		return err
	}
	if err := c.checkBudgets(list, c.Projects, limits.over); err != nil {
		return err
	}
	if err := checkLots(ctx, tx, &c, list, c.Funding); err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, c.commitments("E08", cmd.Date, c.Funding, "")); err != nil {
		return err
	}
	for _, p := range c.Projects {
		step := Step{Event: EventContract, On: cmd.SignedOn, Document: cmd.Procurement, Subject: c.Code, Evidence: []ledger.Digest{cmd.Digest}}
		if err := Advance(ctx, tx, p.Project, step); err != nil {
			return err
		}
	}
	var state Contract
	return didSign.Open(ctx, tx, c.Code, &state, contractSigned{
		Code: c.Code, Name: c.Name, Kind: c.Kind, Payee: c.Payee, PayeeID: c.PayeeID, Unit: c.Unit, Town: townOf(list), SignedOn: c.SignedOn,
		Amount: c.Amount, Projects: c.Projects, Funding: c.Funding, Terms: c.Terms, Digest: c.Digest, Procurement: cmd.Procurement, VoucherDate: cmd.Date,
	})
}

func limitsOn(ctx context.Context, tx *db.Tx, day ledger.Date) (*contractLimits, error) {
	ps, err := policiesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	return ps.contractLimits(day)
}

// projectsOf loads what a contract must know of its projects: what their plans hold
// uncommitted, and their other contracts.
func projectsOf(ctx context.Context, tx *db.Tx, c *Contract, day ledger.Date) ([]contractProject, error) {
	out := make([]contractProject, len(c.Projects))
	for i, part := range c.Projects {
		p, err := projectFile.Load(ctx, tx, part.Project)
		if err != nil {
			return nil, err
		}
		out[i] = contractProject{project: p, planned: map[ledger.LotID]ledger.Amount{}}
		plan, err := ledger.BalancesAt(ctx, tx, day, ledger.Filter{Book: ledger.County, Account: "7201", Project: p.Code, Unit: p.Unit})
		if err != nil {
			return nil, err
		}
		for _, b := range plan {
			out[i].planned[b.Key.Lot] += b.Net
		}
		for _, code := range p.Contracts {
			if code == c.Code {
				continue
			}
			other, err := contractFile.Load(ctx, tx, code)
			if err != nil {
				return nil, err
			}
			for _, x := range other.Projects {
				if x.Project == p.Code {
					out[i].contracted += x.Amount
				}
			}
		}
	}
	return out, nil
}

// checkLots holds every lot that newly pays to the plan, and to what it may be used
// for.
func checkLots(ctx context.Context, tx *db.Tx, c *Contract, list []contractProject, funding []FundingPart) error {
	if err := c.checkPlanned(list, funding); err != nil {
		return err
	}
	for _, f := range lotSums(funding) {
		if f.Amount <= 0 {
			continue
		}
		lot, err := ledger.LotOf(ctx, tx, f.Lot)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(p contractProject) bool { return p.project.Code == f.Project })
		use, err := useOf(ctx, tx, &list[i].project)
		if err != nil {
			return err
		}
		use.Contract, use.Words = true, use.Words+"\n"+c.Name
		use.Confirmed = "计划" // the purpose was judged when the lot was planned for the project
		if err := CheckUse(&lot.Lot, &use); err != nil {
			return err
		}
	}
	return nil
}

// ChangeContract changes a contract by ± (E09).
func ChangeContract(ctx context.Context, tx *db.Tx, cmd ContractChangeCmd) error {
	c, err := contractFile.Load(ctx, tx, cmd.Code)
	if err != nil {
		return err
	}
	limits, err := limitsOn(ctx, tx, cmd.Date)
	if err != nil {
		return err
	}
	fact, err := c.change(&cmd, limits)
	if err != nil {
		return err
	}
	after := c
	after.Projects, after.Funding = fact.Projects, fact.Funding
	list, err := projectsOf(ctx, tx, &after, cmd.Date)
	if err != nil {
		return err
	}
	if err := after.checkBudgets(list, cmd.Projects, limits.over); err != nil {
		return err
	}
	if err := checkLots(ctx, tx, &c, list, rises(cmd.Funding)); err != nil {
		return err
	}
	if err := c.checkFalls(ctx, tx, cmd.Date, cmd.Funding); err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, c.commitments("E09", cmd.Date, cmd.Funding, cmd.Document)); err != nil {
		return err
	}
	return didChange.Record(ctx, tx, c.Code, &c, fact)
}

func rises(parts []FundingPart) []FundingPart {
	return slices.DeleteFunc(slices.Clone(parts), func(f FundingPart) bool { return f.Amount <= 0 })
}

// checkFalls refuses to take more from a lot than is committed and not yet claimed.
func (c *Contract) checkFalls(ctx context.Context, tx *db.Tx, day ledger.Date, parts []FundingPart) error {
	list, err := StandingOf(ctx, tx, c.Code, day)
	if err != nil {
		return err
	}
	for _, f := range lotSums(parts) {
		var committed ledger.Amount
		for i := range list {
			if list[i].Project == f.Project && list[i].Lot == f.Lot {
				committed = list[i].Committed
			}
		}
		if -f.Amount > committed {
			return ErrContractCut.With("合同 %s 项目 %s 批次 %s：减少 %s，尚未报账的合同约束 %s，差 %s；已报账、已预付的部分请先退回或更正",
				c.Code, f.Project, f.Lot, -f.Amount, committed, -f.Amount-committed)
		}
	}
	return nil
}

// FundContract lets lots pay what nobody paid for yet (E08).
func FundContract(ctx context.Context, tx *db.Tx, cmd ContractFundCmd) error {
	c, err := contractFile.Load(ctx, tx, cmd.Code)
	if err != nil {
		return err
	}
	fact, err := c.fund(&cmd)
	if err != nil {
		return err
	}
	list, err := projectsOf(ctx, tx, &c, cmd.Date)
	if err != nil {
		return err
	}
	if err := checkLots(ctx, tx, &c, list, fact.Moved); err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, c.commitments("E08", cmd.Date, fact.Moved, cmd.Document)); err != nil {
		return err
	}
	return didFund.Record(ctx, tx, c.Code, &c, fact)
}

// StartContract records that works have begun.
func StartContract(ctx context.Context, tx *db.Tx, cmd ContractStartCmd) error {
	c, err := ownContract(ctx, tx, cmd.Code)
	if err != nil {
		return err
	}
	if err := c.require(cmd.On, ContractSigned); err != nil {
		return err
	}
	fact := contractStep{State: ContractStarted, On: cmd.On, Document: cmd.Document, Evidence: cmd.Evidence}
	if err := didStep.Record(ctx, tx, c.Code, &c, fact); err != nil {
		return err
	}
	return advanceAll(ctx, tx, &c, Step{Event: EventStart, On: cmd.On, Document: cmd.Document, Evidence: cmd.Evidence})
}

// CompleteContract records that what the contract asks for is finished.
func CompleteContract(ctx context.Context, tx *db.Tx, cmd ContractCompleteCmd) error {
	c, err := ownContract(ctx, tx, cmd.Code)
	if err != nil {
		return err
	}
	if err := c.require(cmd.On, ContractStarted); err != nil {
		return err
	}
	fact := contractStep{State: ContractCompleted, On: cmd.On, Document: cmd.Document, Evidence: cmd.Evidence}
	if err := didStep.Record(ctx, tx, c.Code, &c, fact); err != nil {
		return err
	}
	return advanceAll(ctx, tx, &c, Step{Event: EventComplete, On: cmd.On, Document: cmd.Document, Evidence: cmd.Evidence})
}

// AcceptContract records an acceptance.
func AcceptContract(ctx context.Context, tx *db.Tx, cmd ContractAcceptCmd) error {
	c, err := contractFile.Load(ctx, tx, cmd.Code)
	if err != nil {
		return err
	}
	fact, err := c.accept(&cmd)
	if err != nil {
		return err
	}
	if err := didAccept.Record(ctx, tx, c.Code, &c, fact); err != nil || !fact.Pass {
		return err
	}
	step := Step{Event: EventAccept, On: cmd.On, Document: cmd.Document, Opinion: cmd.Opinion, Evidence: []ledger.Digest{cmd.Form}}
	return advanceAll(ctx, tx, &c, step)
}

// ownContract loads a contract that the account may work on: a township's its own
// only.
func ownContract(ctx context.Context, tx *db.Tx, code string) (Contract, error) {
	c, err := contractFile.Load(ctx, tx, code)
	if err == nil && tx.Unit != "" && c.Town != tx.Unit {
		return Contract{}, dossier.ErrUnknown.With("contract %s", code)
	}
	return c, err
}

// stage says when a project follows its contracts in a step: from which states, and
// in which states each of them must be by then; nil where one contract is enough.
type stage struct {
	from []State
	done []ContractState
}

var (
	worksStages = map[Event]stage{
		EventStart:    {[]State{StateContracted}, nil},
		EventComplete: {[]State{StateStarted}, []ContractState{ContractCompleted, ContractAccepted, ContractSettled, ContractClosed, ContractTerminated}},
		EventAccept:   {[]State{StateCompleted}, []ContractState{ContractAccepted, ContractSettled, ContractClosed, ContractTerminated}},
		EventSettle:   {[]State{StateAccepted}, []ContractState{ContractSettled, ContractClosed, ContractTerminated}},
	}
	serviceStages = map[Event]stage{
		EventAccept: {[]State{StateContracted}, []ContractState{ContractAccepted, ContractSettled, ContractClosed, ContractTerminated}},
	}
)

// stageOf returns the stage of a step on the way of a project; ok is false where the
// way has no such step.
func stageOf(r Route, e Event) (s stage, ok bool) {
	switch r {
	case RouteWorks:
		s, ok = worksStages[e]
	case RouteService:
		s, ok = serviceStages[e]
	default: // households go by roster, fees have no such steps
	}
	return s, ok
}

// advanceAll moves the projects of a contract on: with the first of its contracts
// where one is enough (start), else with the last. A project that has come further,
// or whose way does not take the step, stays.
func advanceAll(ctx context.Context, tx *db.Tx, c *Contract, step Step) error {
	for _, part := range c.Projects {
		p, err := projectFile.Load(ctx, tx, part.Project)
		if err != nil {
			return err
		}
		contracts := make([]Contract, len(p.Contracts))
		for i, code := range p.Contracts {
			if contracts[i], err = contractFile.Load(ctx, tx, code); err != nil {
				return err
			}
		}
		if !follows(&p, c, contracts, step.Event) {
			continue
		}
		if err := Advance(ctx, tx, p.Code, step); err != nil {
			return err
		}
	}
	return nil
}

// follows reports whether a project takes a step with a contract. Where it has
// contracts for works, those count and no others: supervision or design may end
// later.
func follows(p *Project, c *Contract, contracts []Contract, e Event) bool {
	s, ok := stageOf(p.Route(), e)
	if !ok || !slices.Contains(s.from, p.State) {
		return false
	}
	works := slices.ContainsFunc(contracts, func(x Contract) bool { return x.Kind == "works" })
	if works && c.Kind != "works" {
		return false
	}
	return s.done == nil || !slices.ContainsFunc(contracts, func(x Contract) bool {
		return (!works || x.Kind == "works") && !slices.Contains(s.done, x.State)
	})
}
