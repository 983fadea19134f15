package projects

import (
	"context"

	"fundbook/internal/db"

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
