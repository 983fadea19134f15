package projects

import (
	"slices"
	"strconv"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

// ContractStartCmd records that works have begun (开工).
type ContractStartCmd struct {
	Code     string          `json:"code" validate:"required,max=64"`
	On       ledger.Date     `json:"on" validate:"required"`
	Document string          `json:"document,omitempty" validate:"max=80"`
	Evidence []ledger.Digest `json:"evidence" validate:"required,min=1,max=20"` // order to begin, photos
}

// ContractCompleteCmd records that what the contract asks for is finished.
type ContractCompleteCmd struct {
	Code     string          `json:"code" validate:"required,max=64"`
	On       ledger.Date     `json:"on" validate:"required"`
	Document string          `json:"document,omitempty" validate:"max=80"`
	Evidence []ledger.Digest `json:"evidence" validate:"required,min=1,max=20"` // report, photos before, during and after
}

// ContractAcceptCmd records an acceptance (验收), passed or failed. The defect period
// runs from one that passed.
type ContractAcceptCmd struct {
	Code       string         `json:"code" validate:"required,max=64"`
	On         ledger.Date    `json:"on" validate:"required"`
	Form       ledger.Digest  `json:"form" validate:"required"` // the acceptance form
	Pass       bool           `json:"pass"`
	Opinion    string         `json:"opinion" validate:"required,max=400"`
	Document   string         `json:"document,omitempty" validate:"max=80"`
	Quantities []AcceptedItem `json:"quantities" validate:"required,min=1,max=200,dive"`
}

// accept decides an acceptance: quantities and pass or fail agree (DOMAIN 2.2).
// Goods, services, fees and orders may be accepted without having been completed.
func (c *Contract) accept(cmd *ContractAcceptCmd) (contractAccepted, error) {
	states := []ContractState{ContractCompleted}
	if c.Kind != "works" {
		states = append(states, ContractSigned, ContractStarted)
	}
	if err := c.require(cmd.On, states...); err != nil {
		return contractAccepted{}, err
	}
	failed := -1
	for i, q := range cmd.Quantities {
		if q.Done == 0 && q.Pass {
			return contractAccepted{}, ErrAcceptance.With("合同 %s：“%s”完成数量为零却记为合格", c.Code, q.Item).At("quantities["+strconv.Itoa(i)+"]", "nothing done", "")
		}
		if !q.Pass && failed < 0 {
			failed = i
		}
	}
	if cmd.Pass && failed >= 0 {
		return contractAccepted{}, ErrAcceptance.With("合同 %s：“%s”不合格，结论不能为合格；整改后重新验收", c.Code, cmd.Quantities[failed].Item).
			At("quantities["+strconv.Itoa(failed)+"].pass", "failed", "")
	}
	if !cmd.Pass && failed < 0 {
		return contractAccepted{}, ErrAcceptance.With("合同 %s：各项均合格，结论却为不合格；请写明哪一项不合格", c.Code).At("pass", "no item failed", "")
	}
	f := contractAccepted{On: cmd.On, Form: cmd.Form, Pass: cmd.Pass, Opinion: cmd.Opinion, Quantities: cmd.Quantities}
	if cmd.Pass {
		f.DefectUntil = addMonths(cmd.On, c.Terms.DefectMonths)
	}
	return f, nil
}

// ContractSettleCmd records the audited final amount (结算审定). Cut says who saves
// what is below the contract; when it is empty, what is not funded goes first and
// the rest is shared by the sources in proportion.
type ContractSettleCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	On       ledger.Date   `json:"on" validate:"required"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Amount   ledger.Amount `json:"amount" validate:"min=0"`
	Document string        `json:"document" validate:"required,max=80"`
	Report   ledger.Digest `json:"report" validate:"required"`
	Cut      []FundingPart `json:"cut,omitempty" validate:"max=1000,dive"` // positive amounts
}

// settlement is what a settlement does.
type settlement struct {
	fact     contractSettled
	cut      []FundingPart // positive
	complete bool          // every lot is claimed: the saving is returned at once (E13)
}

// settle decides a settlement against what the ledger says of the contract. Above
// the contract it is refused: only a change of the contract leads there (2.3 d).
// Retention may not be more than the policy's share of the settlement.
func (c *Contract) settle(cmd *ContractSettleCmd, list []ContractStanding, retentionBP int64) (settlement, error) {
	var none settlement
	if err := c.require(cmd.On, ContractAccepted); err != nil {
		return none, err
	}
	claimed, kept := standingSum(list, costOf)+c.Transferred, standingSum(list, retentionOf)
	saving, most := c.Amount-cmd.Amount, ledger.PartBP(cmd.Amount, retentionBP)
	switch {
	case cmd.Date < cmd.On:
		return none, ErrContractOrder.With("凭证日期 %s 早于审定日期 %s", cmd.Date, cmd.On).At("date", "before the settlement", cmd.Date.String())
	case saving < 0:
		return none, ErrSettleOver.With("合同 %s：合同 %s，审定 %s，超过 %s；请先办合同变更（contract.change）", c.Code, c.Amount, cmd.Amount, -saving)
	case cmd.Amount < claimed:
		return none, ErrSettleClaimed.With("合同 %s：审定 %s，各批次已报账 %s，多报 %s；请先追回（E16）或更正", c.Code, cmd.Amount, claimed, claimed-cmd.Amount)
	case kept > most:
		return none, ErrRetention.With("合同 %s：已扣质量保证金 %s，超过审定金额的 %s（%s）%s；请先返还多扣的部分（E14）", c.Code, kept, ledger.PercentBP(retentionBP), most, kept-most)
	}
	cut, err := c.spread(cmd.Cut, saving, list)
	if err != nil {
		return none, err
	}
	s := settlement{cut: cut, complete: true}
	s.fact = contractSettled{On: cmd.On, Amount: cmd.Amount, Document: cmd.Document, Report: cmd.Report}
	if saving > 0 {
		s.fact.Change = Change{On: cmd.On, Amount: -saving, Kind: "settlement", Document: cmd.Document}
	}
	if s.fact.Projects, s.fact.Funding, err = c.without(cut); err != nil {
		return none, err
	}
	for _, at := range list {
		var here ledger.Amount
		for _, x := range lotSums(cut) {
			if x.Project == at.Project && x.Lot == at.Lot {
				here = x.Amount
			}
		}
		s.complete = s.complete && at.Committed == here && at.Requested == 0 && at.Prepaid == 0
	}
	return s, nil
}

// without returns the tables of the contract without a cut.
func (c *Contract) without(cut []FundingPart) ([]ProjectPart, []FundingPart, error) {
	var less []FundingPart
	var parts []ProjectPart
	for _, f := range cut {
		i := slices.IndexFunc(parts, func(p ProjectPart) bool { return p.Project == f.Project })
		if i < 0 {
			i = len(parts)
			parts = append(parts, ProjectPart{Project: f.Project})
		}
		parts[i].Amount -= f.Amount
		f.Amount = -f.Amount
		less = append(less, f)
	}
	projects, err := addProjects(c.Projects, parts)
	if err != nil {
		return nil, nil, err
	}
	funding, err := addFunding(c.Funding, less)
	return projects, funding, err
}

// spread decides who saves a saving: as told, or what is not funded first and then
// every source in proportion, a lot never more than what is committed and not yet
// claimed.
func (c *Contract) spread(told []FundingPart, saving ledger.Amount, list []ContractStanding) ([]FundingPart, error) {
	limit := func(f *FundingPart) ledger.Amount {
		if f.Source != sourceLot {
			return f.Amount
		}
		for i := range list {
			if list[i].Project == f.Project && list[i].Lot == f.Lot {
				return min(f.Amount, list[i].Committed)
			}
		}
		return 0
	}
	if len(told) > 0 {
		return told, c.checkTold(told, saving, limit)
	}
	var out []FundingPart
	take := func(f FundingPart, n ledger.Amount) {
		if f.Amount = n; n > 0 {
			out = append(out, f)
			saving -= n
		}
	}
	var rest []FundingPart
	for _, f := range c.Funding {
		if f.Source == sourceUnfunded {
			take(f, min(saving, f.Amount))
		} else if n := limit(&f); n > 0 {
			f.Amount = n
			rest = append(rest, f)
		}
	}
	if saving > 0 {
		weights := make([]ledger.Amount, len(rest))
		var most ledger.Amount
		for i := range rest {
			weights[i] = rest[i].Amount
			most += rest[i].Amount
		}
		if most >= saving { // so no share passes its weight
			shares, err := ledger.Split(saving, weights)
			if err != nil {
				return nil, err
			}
			for i := range rest {
				take(rest[i], shares[i])
			}
		}
	}
	if saving > 0 {
		return nil, ErrContractOpen.With("合同 %s：结余中有 %s 仍是预付未报账或支付申请中的资金；请先报账、退回或撤销申请", c.Code, saving)
	}
	return out, nil
}

func (c *Contract) checkTold(told []FundingPart, saving ledger.Amount, limit func(*FundingPart) ledger.Amount) error {
	var sum ledger.Amount
	for i := range told {
		f := &told[i]
		at := "cut[" + strconv.Itoa(i) + "]"
		if f.Amount <= 0 {
			return ErrContractParts.With("项目 %s 来源 %s：核减 %s 须大于零", f.Project, f.Source, f.Amount).At(at+".amount", "must be above zero", f.Amount.String())
		}
		most := c.fundingOf(f)
		most.Amount = min(most.Amount, limit(&most))
		if f.Amount > most.Amount {
			return ErrContractCut.With("合同 %s 项目 %s 来源 %s：核减 %s，最多 %s", c.Code, f.Project, f.Source, f.Amount, most.Amount).At(at+".amount", "too much", f.Amount.String())
		}
		sum += f.Amount
	}
	if sum != saving {
		return ErrContractParts.With("合同 %s：结余 %s，核减合计 %s，差 %s", c.Code, saving, sum, saving-sum).At("cut", "does not add up", sum.String())
	}
	return nil
}

// fundingOf is the row of the funding table that a part speaks of, unfunded rows of
// every day together.
func (c *Contract) fundingOf(f *FundingPart) FundingPart {
	out := FundingPart{Project: f.Project, Source: f.Source, Lot: f.Lot}
	for i := range c.Funding {
		x := &c.Funding[i]
		if x.Project == f.Project && x.Source == f.Source && x.Lot == f.Lot {
			out.Amount += x.Amount
		}
	}
	return out
}

// finalAccount are the postings of a contract that is claimed in full: cost goes to
// expenditure and what is left committed is saved (E13), per project; where a
// project has no cost, the contract is reduced only (E09) and the authority stands
// in its plan again. cut is what is left committed, positive.
func (c *Contract) finalAccount(date ledger.Date, document string, cut []FundingPart, list []ContractStanding) []ledger.Posting {
	posts := c.perProject(list, ledger.Posting{Event: "E13", Step: "complete", Date: date, Decision: document}, costOf)
	rest := slices.DeleteFunc(slices.Clone(cut), func(f FundingPart) bool {
		return slices.ContainsFunc(posts, func(p ledger.Posting) bool { return p.Project == f.Project })
	})
	return append(posts, c.commitments("E09", date, negative(rest), document)...)
}

// settlePostings are what a settlement posts: the final account where every lot is
// claimed, else only the reduction of the contract (E09).
func (c *Contract) settlePostings(cmd *ContractSettleCmd, s *settlement, list []ContractStanding) []ledger.Posting {
	if s.complete {
		return c.finalAccount(cmd.Date, cmd.Document, s.cut, list)
	}
	return c.commitments("E09", cmd.Date, negative(s.cut), cmd.Document)
}

// committedParts is what is committed and not claimed, as parts of the funding.
func committedParts(list []ContractStanding) []FundingPart {
	var out []FundingPart
	for i := range list {
		if s := &list[i]; s.Committed > 0 {
			out = append(out, FundingPart{Project: s.Project, Source: sourceLot, Lot: s.Lot, Amount: s.Committed})
		}
	}
	return out
}

func negative(parts []FundingPart) []FundingPart {
	out := slices.Clone(parts)
	for i := range out {
		out[i].Amount = -out[i].Amount
	}
	return out
}

// ContractTerminateCmd ends a contract before it is settled (终止合同): what is
// committed and not claimed comes back by the decision (E09− and E17), what was not
// funded is no more.
type ContractTerminateCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	On       ledger.Date   `json:"on" validate:"required"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Decision string        `json:"decision" validate:"required,max=80"`
	Reason   string        `json:"reason" validate:"required,max=400"`
	Digest   ledger.Digest `json:"digest" validate:"required"`
}

// terminate decides a termination. Payments under way and advances not accounted
// for are dealt with first.
func (c *Contract) terminate(cmd *ContractTerminateCmd, list []ContractStanding) (contractTerminated, error) {
	var none contractTerminated
	if err := c.require(cmd.On, ContractSigned, ContractStarted, ContractCompleted, ContractAccepted); err != nil {
		return none, err
	}
	if cmd.Date < cmd.On {
		return none, ErrContractOrder.With("凭证日期 %s 早于终止日期 %s", cmd.Date, cmd.On).At("date", "before the termination", cmd.Date.String())
	}
	requested := standingSum(list, func(s *ContractStanding) ledger.Amount { return s.Requested })
	prepaid := standingSum(list, func(s *ContractStanding) ledger.Amount { return s.Prepaid })
	if requested != 0 || prepaid != 0 {
		return none, ErrContractOpen.With("合同 %s：支付申请中 %s，预付未报账 %s；请先撤销申请，预付款报账、退回（E10r）或转应追回（E10x）", c.Code, requested, prepaid)
	}
	var cut []FundingPart
	var sum ledger.Amount
	for _, f := range c.Funding {
		if f.Source == sourceUnfunded {
			cut = append(cut, f)
			sum += f.Amount
		}
	}
	for _, p := range committedParts(list) {
		cut = append(cut, p)
		sum += p.Amount
	}
	f := contractTerminated{
		On: cmd.On, Decision: cmd.Decision, Reason: cmd.Reason,
		Change: Change{On: cmd.On, Amount: -sum, Kind: "termination", Document: cmd.Decision, Reason: cmd.Reason},
	}
	var err error
	f.Projects, f.Funding, err = c.without(cut)
	return f, err
}

// ContractCloseCmd closes a contract that is settled or terminated and has nothing
// open. Release is the paper by which the contractor claims no more, where lots are
// committed still: they come back as a saving (E13).
type ContractCloseCmd struct {
	Code     string          `json:"code" validate:"required,max=64"`
	On       ledger.Date     `json:"on" validate:"required"`
	Date     ledger.Date     `json:"date" validate:"required"`
	Release  string          `json:"release,omitempty" validate:"max=80"`
	Evidence []ledger.Digest `json:"evidence,omitempty" validate:"max=20"`
}

// closable refuses to close a contract that has something open.
func (c *Contract) closable(cmd *ContractCloseCmd, list []ContractStanding) error {
	if err := c.require(cmd.On, ContractSettled, ContractTerminated); err != nil {
		return err
	}
	open := func(format string, args ...any) error {
		return ErrContractOpen.With("合同 %s：%s", c.Code, fault.Say(format, args...))
	}
	var s ContractStanding
	for i := range list {
		x := &list[i]
		s.Committed += x.Committed
		s.Requested += x.Requested
		s.Due += x.Due
		s.Prepaid += x.Prepaid
		s.Cost += x.Cost
		s.Retention += x.Retention
		s.Wrong += x.Wrong
		s.Recover += x.Recover
	}
	switch {
	case cmd.Date < cmd.On:
		return ErrContractOrder.With("凭证日期 %s 早于办结日期 %s", cmd.Date, cmd.On).At("date", "before closing", cmd.Date.String())
	case c.Defect:
		return open("有未销的缺陷责任事项；维修、销号后再办结")
	case c.Unfunded() > 0:
		return open("未落实资金 %s；请先落实或变更合同", c.Unfunded())
	case s.Requested != 0 || s.Prepaid != 0:
		return open("支付申请中 %s，预付未报账 %s", s.Requested, s.Prepaid)
	case s.Due != 0 || s.Retention != 0:
		return open("应付未付 %s，其中质量保证金 %s；付清或以保函替代后再办结", s.Due, s.Retention)
	case s.Wrong != 0 || s.Recover != 0:
		return open("错付待恢复 %s，应追回 %s", s.Wrong, s.Recover)
	case s.Committed != 0 && cmd.Release == "":
		return open("仍有合同约束 %s 未报账；请报账，或附承包方不再主张的文件（release）转作结余", s.Committed)
	case c.Guarantee > 0 && cmd.On <= c.DefectUntil:
		return open("以保函替代质量保证金，缺陷责任期至 %s", c.DefectUntil)
	}
	return nil
}
