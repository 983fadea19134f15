package projects

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// FindContract returns a contract as q shows it; unit is the township that asks.
func FindContract(ctx context.Context, q bun.IDB, county int32, code, unit string) (Contract, error) {
	it, err := contractFile.Find(ctx, q, county, code, unit)
	return it.State, err
}

// ListContracts lists contracts in order of code.
func ListContracts(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]Contract, error) {
	return statesOf(contractFile.List(ctx, q, county, f))
}

// ListLoans lists loans in order of code.
func ListLoans(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]Loan, error) {
	return statesOf(loanFile.List(ctx, q, county, f))
}

// ListPlans lists plans in order of code.
func ListPlans(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]Plan, error) {
	return statesOf(planFile.List(ctx, q, county, f))
}

func statesOf[S any](list []dossier.Item[S], err error) ([]S, error) {
	if err != nil {
		return nil, err
	}
	out := make([]S, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, nil
}

// Unfunded (未落实资金) is a part of a contract that nobody pays for yet, with its
// age on a day.
type Unfunded struct {
	Contract string        `json:"contract"`
	Name     string        `json:"name"`
	Payee    string        `json:"payee"`
	Project  string        `json:"project"`
	Unit     string        `json:"unit"`
	Amount   ledger.Amount `json:"amount"`
	Since    ledger.Date   `json:"since"`
	Days     int           `json:"days"`
}

// UnfundedParts lists what of the contracts is not funded on a day, the oldest first.
func UnfundedParts(ctx context.Context, q bun.IDB, county int32, day ledger.Date) ([]Unfunded, error) {
	list, err := ListContracts(ctx, q, county, dossier.Filter{})
	if err != nil {
		return nil, err
	}
	return unfundedOf(list, day), nil
}

func unfundedOf(list []Contract, day ledger.Date) []Unfunded {
	out := []Unfunded{}
	for i := range list {
		c := &list[i]
		for _, f := range c.Funding {
			if f.Source != sourceUnfunded || f.Since > day {
				continue
			}
			out = append(out, Unfunded{c.Code, c.Name, c.Payee, f.Project, c.Unit, f.Amount, f.Since, int(day - f.Since)})
		}
	}
	slices.SortFunc(out, func(a, b Unfunded) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), strings.Compare(a.Contract, b.Contract), strings.Compare(a.Project, b.Project))
	})
	return out
}

// PlanRow (计划执行行) is one project of a plan with what the ledger says of it:
// per lot, over all plans of the project.
type PlanRow struct {
	Project   string        `json:"project"`
	Name      string        `json:"name"`
	Unit      string        `json:"unit"`
	Approved  ledger.Amount `json:"approved"`
	Amount    ledger.Amount `json:"amount"`    // of this plan
	Ceiling   ledger.Amount `json:"ceiling"`   // of all plans of the project
	Planned   ledger.Amount `json:"planned"`   // still in plan, not committed
	Committed ledger.Amount `json:"committed"` // in contract or roster
	Payable   ledger.Amount `json:"payable"`
	Paid      ledger.Amount `json:"paid"`
	Executed  ledger.Amount `json:"executed"`
	Recovered ledger.Amount `json:"recovered"`
	Lots      []PlanLotRow  `json:"lots"`
}

// PlanLotRow (计划批次行) is one lot of a project.
type PlanLotRow struct {
	Ceiling ledger.Amount `json:"ceiling"`
	ledger.ProjectRow
}

// PlanExecution (计划执行情况) is a plan with its projects and what became of them.
type PlanExecution struct {
	Plan Plan      `json:"plan"`
	At   ledger.At `json:"at"`
	Rows []PlanRow `json:"rows"`
}

// MarshalJSON writes an empty list as one, never as null.
func (p PlanExecution) MarshalJSON() ([]byte, error) {
	type bare PlanExecution
	return dossier.JSON(bare(p))
}

// PlanExecutionOf reads a plan with its execution from the ledger, at a moment.
func PlanExecutionOf(ctx context.Context, q bun.IDB, county int32, code string, at ledger.At) (PlanExecution, error) {
	it, err := planFile.Find(ctx, q, county, code, "")
	if err != nil {
		return PlanExecution{}, err
	}
	money, err := ledger.ProjectsReport(ctx, q, county, ledger.ProjectsQuery{At: at})
	if err != nil {
		return PlanExecution{}, err
	}
	out := PlanExecution{Plan: it.State, At: money.At, Rows: []PlanRow{}}
	byProject := map[string][]ledger.ProjectRow{}
	for _, r := range money.Rows {
		byProject[r.Project] = append(byProject[r.Project], r)
	}
	for _, item := range it.State.Items {
		p, err := projectFile.Find(ctx, q, county, item.Project, "")
		if err != nil {
			return PlanExecution{}, err
		}
		f, err := fundingFile.Find(ctx, q, county, item.Project, "")
		if err != nil {
			return PlanExecution{}, err
		}
		row := PlanRow{Project: item.Project, Name: p.State.Name, Unit: item.Unit, Approved: item.Approved, Amount: item.Amount}
		row.fill(&f.State, byProject[item.Project])
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// fill adds up what the ledger says of a project, lot by lot.
func (r *PlanRow) fill(f *Funding, money []ledger.ProjectRow) {
	r.Ceiling, r.Lots = f.Total(), []PlanLotRow{}
	for _, m := range money {
		r.Planned += m.Planned
		r.Committed += m.Committed
		r.Payable += m.Payable
		r.Paid += m.Paid
		r.Executed += m.Executed
		r.Recovered += m.Recovered
		r.Lots = append(r.Lots, PlanLotRow{f.Ceiling(m.LotID), m})
	}
}

// YearFigures computes the figures of a year (A26, 因需而整, 应整尽整, donations) with
// the rows behind each, from the ledger as it stands and the newest inputs.
func YearFigures(ctx context.Context, q bun.IDB, county int32, year int) ([]Figure, error) {
	facts := yearFacts{}
	var err error
	if facts.day, err = ledger.NewDate(year, 12, 31); err != nil {
		return nil, err
	}
	it, err := yearInputFile.List(ctx, q, county, dossier.Filter{Year: year})
	if err != nil {
		return nil, err
	}
	if len(it) > 0 {
		facts.inputs = it[0].State
	}
	lots, err := ledger.LotsReport(ctx, q, county, ledger.LotsQuery{})
	if err != nil {
		return nil, err
	}
	ofYear := map[ledger.LotID]ledger.LotRow{}
	for _, l := range lots.Rows {
		if l.Year == year {
			facts.lots = append(facts.lots, l)
			ofYear[l.LotID] = l
		}
	}
	funding, err := statesOf(fundingFile.List(ctx, q, county, dossier.Filter{}))
	if err != nil {
		return nil, err
	}
	facts.drawn = poolDrawn(funding, ofYear)
	policies, err := ledger.LoadPolicies(ctx, q, county)
	if err != nil {
		return nil, err
	}
	facts.policies = policies
	return yearFigures(&facts)
}

// ReportYearFigures is YearFigures as a report.
func ReportYearFigures(ctx context.Context, q bun.IDB, county int32, year int) (YearFigureTable, error) {
	rows, err := YearFigures(ctx, q, county, year)
	return YearFigureTable{Year: year, Rows: rows}, err
}

// LoanBook (贷款余额) is what a county's loans stand at, beside the risk pool as its
// document states it: a memo, for the pool is another book's money.
type LoanBook struct {
	Loans       int           `json:"loans"`
	Outstanding ledger.Amount `json:"outstanding"`
	Overdue     ledger.Amount `json:"overdue"`
	RiskPool    ledger.Amount `json:"risk_pool"`
	Document    string        `json:"document,omitempty"`
}

// LoanBookOf reads the loans that are not closed and the risk pool of a year.
func LoanBookOf(ctx context.Context, q bun.IDB, county int32, year int) (LoanBook, error) {
	var out LoanBook
	loans, err := ListLoans(ctx, q, county, dossier.Filter{})
	if err != nil {
		return out, err
	}
	for i := range loans {
		l := &loans[i]
		if !l.Closed.IsZero() {
			continue
		}
		out.Loans++
		out.Outstanding += l.Outstanding()
		if !l.OverdueOn.IsZero() {
			out.Overdue += l.Outstanding()
		}
	}
	it, err := yearInputFile.List(ctx, q, county, dossier.Filter{Year: year})
	if err != nil {
		return out, err
	}
	if len(it) > 0 {
		if in, ok := it[0].State.of(InputRiskPool); ok {
			out.RiskPool, out.Document = in.Amount, in.Document
		}
	}
	return out, nil
}
