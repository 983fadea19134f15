package projects

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// State is where a project stands in its life cycle.
type State string

var projectFile = dossier.NewKind("project", func(p *Project) dossier.Index {
	return dossier.Index{Status: string(p.State), Unit: p.Town, Village: p.Village, Title: p.Name, Year: p.Year, Amount: int64(p.Budget)}
})

var projectStub = dossier.On(projectFile, "project.stub", func(p, f *Project, _ dossier.Stamp) { *p = *f })

// EnterStub records a project as it is given.
func EnterStub(ctx context.Context, tx *db.Tx, p Project) error {
	var s Project
	known, err := projectFile.Exists(ctx, tx, p.Code)
	if err != nil {
		return err
	}
	if known {
		if s, err = projectFile.Load(ctx, tx, p.Code); err != nil {
			return err
		}
		p.Rosters = s.Rosters
		return projectStub.Record(ctx, tx, p.Code, &s, p)
	}
	return projectStub.Open(ctx, tx, p.Code, &s, p)
}

// PeriodOver reports whether a notice of the type about the subject was posted
// for at least minDays, all before day, and the last day of its period.
func (p *Project) PeriodOver(noticeType, subject string, day ledger.Date, minDays int) (bool, ledger.Date) {
	var last ledger.Date
	for _, x := range p.Posted {
		if x.Type == noticeType && x.Subject == subject && !x.Withdrawn {
			last = max(x.To, x.From.AddDays(minDays))
			if day > last {
				return true, last
			}
		}
	}
	return false, last
}

// DrawModeOf returns the rule by which payments of a project take its lots.
func DrawModeOf(context.Context, *db.Tx, string) (ledger.DrawMode, error) {
	return ledger.DrawProRata, nil
}
