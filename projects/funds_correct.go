package projects

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// ErrCorrectFunding refuses a correction that the funding of a contract or project
// does not bear.
var ErrCorrectFunding = fault.New(fault.Refused, "correct.funding", "合同或项目的资金来源不足以更正（4.3 E23p、E26、E27）", "the funding of the contract or project does not bear the correction (E23p, E26, E27)")

// rosterReplaced says on which lots a roster may draw from now on.
type rosterReplaced struct {
	Document string
	Lots     []ledger.LotID
}

var (
	didReplace = dossier.On(contractFile, "contract.replaced", func(c *Contract, f *contractFunded, _ dossier.Stamp) { c.Funding = f.Funding })

	factRosterReplaced = dossier.On(rosterFile, "roster.replaced", func(r *Roster, f *rosterReplaced, _ dossier.Stamp) { r.Lots = f.Lots })
)

// Charge (列支对象) is what money of a project is charged to: a contract, or a roster,
// which is its own payee.
type Charge struct {
	Project string
	Code    string // of the contract or roster
	Roster  bool
	Payee   string
	Unit    string
}

// ChargeOf finds the contract or roster of a code, and refuses a project that it
// does not serve.
func ChargeOf(ctx context.Context, tx *db.Tx, code, project string) (Charge, error) {
	r, found, err := loadOr(ctx, tx, rosterFile, code)
	if err != nil {
		return Charge{}, err
	}
	if found {
		if r.Project != project {
			return Charge{}, ErrCorrectFunding.With("名册 %s 属项目 %s，不是 %s", code, r.Project, project).At("project", "not of the roster", project)
		}
		return Charge{Project: project, Code: code, Roster: true, Payee: r.Code, Unit: r.Unit}, nil
	}
	c, err := contractFile.Load(ctx, tx, code)
	if err != nil {
		return Charge{}, err
	}
	if !slices.ContainsFunc(c.Projects, func(p ProjectPart) bool { return p.Project == project }) {
		return Charge{}, ErrCorrectFunding.With("合同 %s 不含项目 %s", code, project).At("project", "not of the contract", project)
	}
	return Charge{Project: project, Code: code, Payee: c.Payee, Unit: c.Unit}, nil
}

// Replacement (来源置换) is a change of the lot that pays for a contract or roster of
// a project (E26).
type Replacement struct {
	Charge   Charge
	From, To ledger.LotID
	Amount   ledger.Amount
	On       ledger.Date
	Document string
}

// Check refuses a lot that may not be used for the project, and a contract that the
// old lot does not fund so far.
func (x *Replacement) Check(ctx context.Context, tx *db.Tx) error {
	p, err := projectFile.Load(ctx, tx, x.Charge.Project)
	if err != nil {
		return err
	}
	lot, err := ledger.LotOf(ctx, tx, x.To)
	if err != nil {
		return err
	}
	use, err := useOf(ctx, tx, &p)
	if err != nil {
		return err
	}
	use.Contract, use.Confirmed = !x.Charge.Roster, x.Document
	if err := CheckUse(&lot.Lot, &use); err != nil || x.Charge.Roster {
		return err
	}
	c, err := contractFile.Load(ctx, tx, x.Charge.Code)
	if err != nil {
		return err
	}
	_, err = c.replace(x)
	return err
}

// replace changes the funding table: what one lot paid, another pays.
func (c *Contract) replace(x *Replacement) (contractFunded, error) {
	var have ledger.Amount
	for _, f := range lotSums(c.Funding) {
		if f.Project == x.Charge.Project && f.Lot == x.From {
			have += f.Amount
		}
	}
	if x.Amount > have {
		return contractFunded{}, ErrCorrectFunding.With("合同 %s 项目 %s：原批次承担 %s，须置换 %s，超出 %s；请按合同资金来源填列",
			c.Code, x.Charge.Project, have, x.Amount, x.Amount-have)
	}
	row := FundingPart{Project: x.Charge.Project, Source: sourceLot, Lot: x.From, Amount: -x.Amount}
	moved := []FundingPart{row, row}
	moved[1].Lot, moved[1].Amount = x.To, x.Amount
	after, err := addFunding(c.Funding, moved)
	return contractFunded{On: x.On, Document: x.Document, Moved: moved, Funding: after}, err
}

// Follow records the replacement at the contract or roster and in the project's
// funding.
func (x *Replacement) Follow(ctx context.Context, tx *db.Tx) error {
	if x.Charge.Roster {
		if err := widenRoster(ctx, tx, x.Charge.Code, x); err != nil {
			return err
		}
	} else {
		c, err := contractFile.Load(ctx, tx, x.Charge.Code)
		if err != nil {
			return err
		}
		f, err := c.replace(x)
		if err != nil {
			return err
		}
		if err := didReplace.Record(ctx, tx, c.Code, &c, f); err != nil {
			return err
		}
	}
	f, found, err := loadOr(ctx, tx, fundingFile, x.Charge.Project)
	if err != nil || !found {
		return err // taken over without a plan: there is no ceiling to move
	}
	lines, err := f.swap(x.From, x.To, x.Amount)
	if err != nil || len(lines) == 0 {
		return err
	}
	return didPlanFunding.Record(ctx, tx, x.Charge.Project, &f, fundingPlanned{f.Project, f.Unit, f.Town, x.Document, lines})
}

// swap moves an amount of a lot's lines, in proportion to them, to lines of the
// same plans that another lot fills out of the unallocated authority (7101). Lines
// that do not hold so much give what they have: a plan may have been cut since.
func (f *Funding) swap(from, to ledger.LotID, amount ledger.Amount) ([]FundingLine, error) {
	amount = min(amount, f.Ceiling(from))
	if amount <= 0 {
		return nil, nil
	}
	var mine []FundingLine
	var weights []ledger.Amount
	for i := range f.Lines {
		if l := f.Lines[i]; l.Lot == from {
			mine, weights = append(mine, l), append(weights, l.Amount)
		}
	}
	parts, err := ledger.Split(amount, weights)
	if err != nil {
		return nil, err
	}
	var out []FundingLine
	for i, l := range mine {
		if parts[i] == 0 {
			continue
		}
		l.Amount = -parts[i]
		out = append(out, l, FundingLine{Plan: l.Plan, Lot: to, From: "7101", Amount: parts[i]})
	}
	return out, nil
}

// widenRoster lets a roster that may draw on named lots alone draw on another one.
func widenRoster(ctx context.Context, tx *db.Tx, code string, x *Replacement) error {
	r, err := rosterFile.Load(ctx, tx, code)
	if err != nil || len(r.Lots) == 0 || slices.Contains(r.Lots, x.To) || !slices.Contains(r.Lots, x.From) {
		return err
	}
	return factRosterReplaced.Record(ctx, tx, code, &r, rosterReplaced{x.Document, append(slices.Clone(r.Lots), x.To)})
}

// ReduceContract takes from a contract what E23p gave back to the plan or to be
// recovered: cost of an earlier year that another contract bears.
func ReduceContract(ctx context.Context, tx *db.Tx, ch Charge, change Change, lots []LotPart) error {
	c, err := contractFile.Load(ctx, tx, ch.Code)
	if err != nil {
		return err
	}
	f, err := c.reduced(ch.Project, change, lots)
	if err != nil {
		return err
	}
	return didChange.Record(ctx, tx, c.Code, &c, f)
}

// CheckReduction refuses a reduction that the contract's funding does not bear.
func CheckReduction(ctx context.Context, tx *db.Tx, ch Charge, lots []LotPart) error {
	c, err := contractFile.Load(ctx, tx, ch.Code)
	if err == nil {
		_, err = c.reduced(ch.Project, Change{}, lots)
	}
	return err
}

func (c *Contract) reduced(project string, change Change, lots []LotPart) (contractChanged, error) {
	var rows []FundingPart
	change.Kind, change.Amount = "supplement", 0
	for _, l := range lots {
		rows = append(rows, FundingPart{Project: project, Source: sourceLot, Lot: l.Lot, Amount: -l.Amount})
		change.Amount -= l.Amount
	}
	funding, err := addFunding(c.Funding, rows)
	if err != nil {
		return contractChanged{}, err
	}
	parts, err := addProjects(c.Projects, []ProjectPart{{project, change.Amount}})
	return contractChanged{Change: change, Projects: parts, Funding: funding}, err
}

// Division (批次拆分) is how E27 moved the balances of a lot. Before and Moved are
// balances of the old lot on the day, under the same keys.
type Division struct {
	From, Into    ledger.LotID
	Part, Base    ledger.Amount
	On            ledger.Date
	Document      string
	Before, Moved []ledger.Balance
}

// Sum adds up what stood, and what moved, on the accounts of authority that keep a
// project and contract.
func (d *Division) sum(project, contract string, planned bool) (stood, moved ledger.Amount) {
	of := func(list []ledger.Balance) (sum ledger.Amount) {
		for i := range list {
			switch k := &list[i].Key; {
			case k.Project != project || contract != "" && k.Contract != contract:
			case k.Account == "7201" && planned, k.Account >= "7202" && k.Account <= "7204", k.Account == "7301", k.Account == "7302":
				sum += list[i].Net
			}
		}
		return sum
	}
	return of(d.Before), of(d.Moved)
}

// rest is the share of what the accounts no longer show: executed in years that are
// closed.
func (d *Division) rest(of ledger.Amount) ledger.Amount {
	return ledger.Amount(mulDiv(int64(of), int64(d.Part), int64(d.Base)))
}

// Follow lets contracts, rosters and the funding of projects follow the division:
// each by what moved on its own accounts, and what closed years executed in
// proportion.
func (d *Division) Follow(ctx context.Context, tx *db.Tx) error {
	closed := map[string]ledger.Amount{}
	codes, err := contractFile.Codes(ctx, tx)
	if err != nil {
		return err
	}
	for _, code := range codes {
		c, err := contractFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		f, any, err := d.contract(&c, closed)
		if err != nil {
			return err
		}
		if !any {
			continue
		}
		if err := didReplace.Record(ctx, tx, code, &c, f); err != nil {
			return err
		}
	}
	if codes, err = fundingFile.Codes(ctx, tx); err != nil {
		return err
	}
	for _, code := range codes {
		if err := d.funding(ctx, tx, code, closed[code]); err != nil {
			return err
		}
	}
	if codes, err = rosterFile.Codes(ctx, tx); err != nil {
		return err
	}
	for _, code := range codes {
		if err := widenRoster(ctx, tx, code, &Replacement{From: d.From, To: d.Into, Document: d.Document}); err != nil {
			return err
		}
	}
	return nil
}

// contract divides the rows of a funding table; it notes per project what of closed
// years moves with them.
func (d *Division) contract(c *Contract, closed map[string]ledger.Amount) (contractFunded, bool, error) {
	out := contractFunded{On: d.On, Document: d.Document, Funding: c.Funding}
	for _, row := range lotSums(c.Funding) {
		if row.Lot != d.From {
			continue
		}
		stood, moved := d.sum(row.Project, c.Code, false)
		rest := d.rest(max(row.Amount-stood, 0))
		closed[row.Project] += rest
		if moved = min(moved+rest, row.Amount); moved <= 0 {
			continue
		}
		away := row
		away.Amount = -moved
		row.Lot, row.Amount = d.Into, moved
		out.Moved = append(out.Moved, away, row)
	}
	if len(out.Moved) == 0 {
		return out, false, nil
	}
	var err error
	out.Funding, err = addFunding(c.Funding, out.Moved)
	return out, true, err
}

// funding divides the lines of a project's funding; closed is what of closed years
// its contracts have moved already.
func (d *Division) funding(ctx context.Context, tx *db.Tx, project string, closed ledger.Amount) error {
	f, err := fundingFile.Load(ctx, tx, project)
	if err != nil {
		return err
	}
	stood, moved := d.sum(project, "", true)
	whole := f.Ceiling(d.From)
	moved += max(closed, d.rest(max(whole-stood, 0)))
	lines, err := f.divide(d.From, d.Into, min(moved, whole))
	if err != nil || len(lines) == 0 {
		return err
	}
	return didPlanFunding.Record(ctx, tx, project, &f, fundingPlanned{f.Project, f.Unit, f.Town, d.Document, lines})
}

// divide moves an amount of a lot's lines to another lot, each line where it is: the
// places of authority are divided too.
func (f *Funding) divide(from, into ledger.LotID, amount ledger.Amount) ([]FundingLine, error) {
	lines, err := f.swap(from, into, amount)
	for i := 1; i < len(lines); i += 2 {
		away := lines[i-1]
		away.Lot, away.Amount = into, lines[i].Amount
		lines[i] = away
	}
	return lines, err
}
