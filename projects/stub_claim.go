package projects

// STUB of the project library and of contracts, until those branches are merged:
// the integrator deletes this file and makes contract tests of payments use the
// commands (internal/app/claim_world_test.go). Names and signatures are the
// library's.

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// State (状态) is where a project stands in its life cycle (DOMAIN 5.2).
type State string

// The states that payments ask about.
const (
	StateInLibrary State = "IN_LIBRARY"
	StatePlanned   State = "PLANNED"
	StateSuspended State = "SUSPENDED"
)

// Route (办理路径) is the way a project of a category takes.
type Route string

// RouteFee is the management fee.
const RouteFee Route = "fee"

// Route returns the way that the project takes.
func (p *Project) Route() Route {
	if p.Category == "07" {
		return RouteFee
	}
	return ""
}

// Reached reports whether the project has come to a state or gone beyond it.
func (p *Project) Reached(s State) bool {
	order := map[State]int{
		"IN_LIBRARY": 1, "PLANNED": 2, "PRE_POSTED": 3, "PROCURED": 4, "CONTRACTED": 5, "STARTED": 6, "COMPLETED": 7, "ACCEPTED": 8,
	}
	at := p.State
	if at == StateSuspended {
		at = p.Before
	}
	return order[at] >= order[s]
}

var projectFile = dossier.NewKind("project", func(p *Project) dossier.Index {
	return dossier.Index{Status: string(p.State), Unit: p.Town, Village: p.Village, Title: p.Name, Year: p.Year, Amount: int64(p.Budget)}
})

var contractFile = dossier.NewKind("contract", func(c *Contract) dossier.Index {
	return dossier.Index{Status: string(c.State), Unit: c.Town, Title: c.Name, Year: c.SignedOn.Year(), Amount: int64(c.Amount)}
})

var (
	stubProject  = dossier.On(projectFile, "project.stub", func(p *Project, f *Project, _ dossier.Stamp) { *p = *f })
	stubContract = dossier.On(contractFile, "contract.stub", func(c *Contract, f *Contract, _ dossier.Stamp) { *c = *f })
)

// LoadProject returns a project as the command sees it.
func LoadProject(ctx context.Context, tx *db.Tx, code string) (Project, error) {
	return projectFile.Load(ctx, tx, code)
}

// LoadContract returns a contract as the command sees it.
func LoadContract(ctx context.Context, tx *db.Tx, code string) (Contract, error) {
	return contractFile.Load(ctx, tx, code)
}

// DrawModeOf returns the rule by which payments of a project take its lots (DOMAIN
// 4.4): that of its plan.
func DrawModeOf(context.Context, *db.Tx, string) (ledger.DrawMode, error) {
	return ledger.DrawProRata, nil
}

func (p *Project) notice(typ, subject string) (Posted, bool) {
	for i := len(p.Posted) - 1; i >= 0; i-- {
		if n := p.Posted[i]; n.Type == typ && n.Subject == subject && !n.Withdrawn {
			return n, true
		}
	}
	return Posted{}, false
}

// PeriodOver reports whether the period of a notice is over on a day.
func (p *Project) PeriodOver(typ, subject string, day ledger.Date, minDays int) (ok bool, until ledger.Date) {
	n, found := p.notice(typ, subject)
	if !found {
		return false, 0
	}
	until = max(n.To, n.From.AddDays(minDays))
	return day > until, until
}

// Published reports whether a notice of a type and subject stands on a day.
func (p *Project) Published(typ, subject string, day ledger.Date) bool {
	n, found := p.notice(typ, subject)
	return found && n.From <= day
}

// StubProject records a project as it is given, for tests.
func StubProject(ctx context.Context, tx *db.Tx, p Project) error {
	return stub(ctx, tx, stubProject, stubPlace{projectFile.Name(), p.Code}, p)
}

// StubContract records a contract as it is given, for tests.
func StubContract(ctx context.Context, tx *db.Tx, c Contract) error {
	return stub(ctx, tx, stubContract, stubPlace{contractFile.Name(), c.Code}, c)
}

type stubPlace struct{ kind, code string }

func stub[S any](ctx context.Context, tx *db.Tx, f *dossier.Fact[S, S], at stubPlace, s S) error {
	var old S
	err := f.Record(ctx, tx, at.code, &old, s)
	if err == nil {
		return nil
	}
	return f.Open(ctx, tx, at.code, &old, s)
}
