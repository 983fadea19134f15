package projects

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// learnGrade reads the performance of a project and of the one that it was rolled
// from: a failure is not left behind with the old code.
func (k *known) learnGrade(ctx context.Context, tx *db.Tx, p *Project) error {
	for i, code := range []string{p.Code, p.RolledFrom} {
		if code == "" {
			continue
		}
		exists, err := performanceFile.Exists(ctx, tx, code)
		if err != nil {
			return err
		}
		if !exists {
			continue
		}
		perf, err := performanceFile.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		k.failed = k.failed || perf.Failed
		k.graded = k.graded || (i == 0 && len(perf.Evaluations) > 0)
	}
	return nil
}

// FindPerformance returns the performance of a project; town as in ProjectFilter.
func FindPerformance(ctx context.Context, q bun.IDB, county int32, project, town string) (Performance, error) {
	item, err := performanceFile.Find(ctx, q, county, project, town)
	return item.State, err
}

// FailedGrades returns the performances whose latest grade is below the threshold:
// what does not roll over and opens a finding (DOMAIN 7, 结果应用).
func FailedGrades(ctx context.Context, q bun.IDB, county int32, town string) ([]Performance, error) {
	list, err := performanceFile.List(ctx, q, county, dossier.Filter{Unit: town})
	if err != nil {
		return nil, err
	}
	out := []Performance{}
	for i := range list {
		if list[i].State.Failed {
			out = append(out, list[i].State)
		}
	}
	return out, nil
}

// MissingEvaluations returns the projects of a library year that were planned and
// have no self-evaluation of that year although its due day is past (rule A18).
func MissingEvaluations(ctx context.Context, q bun.IDB, county int32, year int, day ledger.Date) ([]Project, error) {
	out := []Project{}
	if day <= EvaluationDue(year) {
		return out, nil
	}
	list, err := performanceFile.List(ctx, q, county, dossier.Filter{})
	if err != nil {
		return nil, err
	}
	done := map[string]bool{}
	for i := range list {
		if _, ok := list[i].State.evaluation(year); ok {
			done[list[i].Code] = true
		}
	}
	ps, err := ListProjects(ctx, q, county, ProjectFilter{Year: year})
	if err != nil {
		return nil, err
	}
	for i := range ps {
		if ps[i].Reached(StatePlanned) && !done[ps[i].Code] {
			out = append(out, ps[i])
		}
	}
	return out, nil
}

// ListAssets returns the assets of a project, or all of them; town as in
// ProjectFilter.
func ListAssets(ctx context.Context, q bun.IDB, county int32, project, town string) ([]Asset, error) {
	list, err := assetFile.List(ctx, q, county, dossier.Filter{Parent: project, Unit: town})
	out := make([]Asset, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, err
}

// Spotchecks returns the samples drawn of a year.
func Spotchecks(ctx context.Context, q bun.IDB, county int32, year int) ([]Spotcheck, error) {
	list, err := spotcheckFile.List(ctx, q, county, dossier.Filter{Year: year})
	out := make([]Spotcheck, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, err
}
