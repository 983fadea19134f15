package app

import (
	"context"
	"fmt"
	"io/fs"

	"fundbook/intake"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
)

var (
	specImport    = Spec{"intake.import_notice", "导入一份已公布的资金公告：文件、批次、下达与分解，全有或全无", "import one published funding notice, all or nothing", "import.notice"}
	specDivisions = Spec{"region.import_divisions", "导入区划表及其变更", "import divisions and their changes", "import.divisions"}
)

// importCmd posts the plan of one notice.
type importCmd struct {
	everywhere
	plan   *intake.Plan
	result *intake.Result
}

func (importCmd) Spec() Spec                     { return specImport }
func (importCmd) check() error                   { return nil }
func (importCmd) permissions() []auth.Permission { return []auth.Permission{specImport.Permission} }

func (c importCmd) run(ctx context.Context, tx *db.Tx) error {
	r, err := intake.Import(ctx, tx, c.plan, ledger.DateAt(tx.Now))
	*c.result = r
	return err
}

// ImportNotices imports the notices of a directory, each in the county of its
// publishing unit, whose log is opened when it is not. A refused notice leaves
// nothing behind and does not disturb the others. With dryRun nothing is
// recorded and every acceptable notice is reported as it would be posted.
func (a *App) ImportNotices(ctx context.Context, who auth.Who, dir fs.FS, dryRun bool) (*intake.Report, error) {
	data, err := intake.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	report := intake.NewReport(data)
	for i := range data.Notices {
		if err := ctx.Err(); err != nil { // told to stop: between two notices is the place
			return nil, err
		}
		plan, err := a.planNotice(ctx, &data.Notices[i])
		if err != nil {
			return nil, err
		}
		result, err := a.importNotice(ctx, who, &plan, dryRun)
		if err != nil {
			return nil, fmt.Errorf("import notice %s: %w", data.Notices[i].ID, err)
		}
		report.Add(&plan, result)
	}
	return report, nil
}

// planNotice plans a notice with the divisions of its county, where the store
// has them.
func (a *App) planNotice(ctx context.Context, n *intake.Notice) (intake.Plan, error) {
	plan := intake.NewPlan(n, nil)
	err := a.view(ctx, plan.County, func(ctx context.Context, v View) error {
		places, err := region.Load(ctx, v.Q, v.County.County)
		if err == nil {
			plan = intake.NewPlan(n, places)
		}
		return err
	})
	if err != nil && fault.KindOf(err) == fault.NotFound { // the county's log is not open yet
		err = nil
	}
	return plan, err
}

// previewNotice tells what an import would do, without recording anything.
func (a *App) previewNotice(ctx context.Context, plan *intake.Plan) (result intake.Result, err error) {
	err = a.view(ctx, plan.County, func(ctx context.Context, v View) error {
		result, err = intake.Preview(ctx, v.Q, v.County.County, plan)
		return err
	})
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return plan.Result(intake.Posted, 0), nil
	}
	return result, err
}

func (a *App) importNotice(ctx context.Context, who auth.Who, plan *intake.Plan, dryRun bool) (intake.Result, error) {
	if plan.Refused() {
		return plan.Result(intake.Refused, 0), nil
	}
	if dryRun {
		return a.previewNotice(ctx, plan)
	}
	if err := a.EnsureCounty(ctx, auth.LocalOperator, NewCounty{Code: plan.County, Name: plan.CountyName}); err != nil {
		return intake.Result{}, err
	}
	digest, err := plan.Document.Digest()
	if err != nil {
		return intake.Result{}, err
	}
	var result intake.Result
	req := Request{County: plan.County, Who: who, Key: "import-" + digest.String()[:48], Raw: digest[:]}
	out, err := a.Do(ctx, req, importCmd{plan: plan, result: &result})
	if err == nil && out.Replayed {
		return plan.Result(intake.Unchanged, out.Records[0].Seq), nil
	}
	return intake.Outcome(plan, result, err)
}

// divisionsCmd records a list of divisions.
type divisionsCmd struct {
	everywhere
	list region.List
}

func (divisionsCmd) Spec() Spec   { return specDivisions }
func (divisionsCmd) check() error { return nil }
func (divisionsCmd) permissions() []auth.Permission {
	return []auth.Permission{specDivisions.Permission}
}

func (c divisionsCmd) run(ctx context.Context, tx *db.Tx) error {
	_, err := region.Import(ctx, tx, c.list)
	return err
}

// ImportDivisions records a list of divisions in its county. region.ErrUnchanged
// says that nothing in it is new.
func (a *App) ImportDivisions(ctx context.Context, who auth.Who, key string, l region.List) error {
	name := l.Name
	if name == "" {
		name = string(l.County)
	}
	if err := a.EnsureCounty(ctx, auth.LocalOperator, NewCounty{Code: string(l.County), Name: name}); err != nil {
		return err
	}
	_, err := a.Do(ctx, Request{County: string(l.County), Who: who, Key: key, Raw: rawOf(l)}, divisionsCmd{list: l})
	return err
}
