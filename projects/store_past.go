package projects

import (
	"context"

	"fundbook/internal/seal"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// Past (历史时点) reads what the library was up to record Seq: later facts do not
// exist. Notices are derived from it, so that they can be derived again (law 9).
type Past struct {
	Q      bun.IDB
	County int32
	Seq    int64
}

// Project returns a project as it was; dossier.ErrUnknown when it was not entered yet.
func (p Past) Project(ctx context.Context, code string) (Project, error) {
	return projectFile.AsOf(ctx, p.Q, p.County, code, p.Seq)
}

// Projects returns every project as it was, in order of code.
func (p Past) Projects(ctx context.Context) ([]Project, error) {
	return projectFile.ListAsOf(ctx, p.Q, p.County, p.Seq)
}

// Plan returns a plan as it was.
func (p Past) Plan(ctx context.Context, code string) (Plan, error) {
	return planFile.AsOf(ctx, p.Q, p.County, code, p.Seq)
}

// Contract returns a contract as it was.
func (p Past) Contract(ctx context.Context, code string) (Contract, error) {
	return contractFile.AsOf(ctx, p.Q, p.County, code, p.Seq)
}

// Performance returns what is on file of a project's results; dossier.ErrUnknown when
// there is nothing yet.
func (p Past) Performance(ctx context.Context, project string) (Performance, error) {
	return performanceFile.AsOf(ctx, p.Q, p.County, project, p.Seq)
}

// Performances returns what is on file of every project's results, by project.
func (p Past) Performances(ctx context.Context) (map[string]Performance, error) {
	list, err := performanceFile.ListAsOf(ctx, p.Q, p.County, p.Seq)
	out := make(map[string]Performance, len(list))
	for i := range list {
		out[list[i].Project] = list[i]
	}
	return out, err
}

// Asset returns an asset as it was registered.
func (p Past) Asset(ctx context.Context, code string) (Asset, error) {
	return assetFile.AsOf(ctx, p.Q, p.County, code, p.Seq)
}

// Roster returns a roster as it was, without its persons.
func (p Past) Roster(ctx context.Context, code string) (Roster, error) {
	return rosterFile.AsOf(ctx, p.Q, p.County, code, p.Seq)
}

// Loans returns the register of loans as it was, in order of code.
func (p Past) Loans(ctx context.Context) ([]Loan, error) {
	return loanFile.ListAsOf(ctx, p.Q, p.County, p.Seq)
}

// RosterPerson (名册行与人) is a row of a roster as it was, with the commitment to its
// person that the log holds. The person is opened where the key is at hand.
type RosterPerson struct {
	RosterLine
	Commitment ledger.Digest
	Village    string // division code
	Opened     bool
	Person     Person
}

// RosterPersons returns the rows of a roster that are not struck, in order, with their
// persons where box opens them. The caller shows of a person what the rules of notices
// allow, and nothing else.
func (p Past) RosterPersons(ctx context.Context, box *seal.Box, county string, r *Roster) ([]RosterPerson, error) {
	var lines []RosterLine
	for _, l := range r.Lines {
		if l.State != LineStruck {
			lines = append(lines, l)
		}
	}
	if len(lines) == 0 {
		return nil, nil
	}
	rows, err := loadSealed(ctx, p.Q, p.County, r.Code, lines)
	if err != nil {
		return nil, err
	}
	at := Desk{County: county, No: p.County, Box: box}
	out := make([]RosterPerson, len(rows))
	for i := range rows {
		out[i] = RosterPerson{RosterLine: lines[i], Commitment: rows[i].Commitment, Village: rows[i].Village}
		if box == nil {
			continue
		}
		if out[i].Person, err = rows[i].open(box, at.place(r.Code, rows[i].N, rows[i].Rev)); err != nil {
			return nil, err
		}
		out[i].Opened = true
	}
	return out, nil
}
