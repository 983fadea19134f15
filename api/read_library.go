package api

import (
	"context"
	"net/url"

	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/projects"
)

type yearIn struct {
	InCounty
	Year int `query:"year" minimum:"1990" maximum:"2199" doc:"This year unless given"`
}

type planIn struct {
	InCounty
	Moment
	Code string `path:"code" maxLength:"80"`
}

// UnfundedList is what of the contracts nobody pays for yet.
type UnfundedList struct {
	County string              `json:"county"`
	AsOf   ledger.Date         `json:"as_of"`
	Rows   []projects.Unfunded `json:"rows"`
}

// libraryRoutes are the computed figures of projects, plans, contracts and loans.
func (s *server) libraryRoutes() {
	const county = "/api/v1/counties/{county}"
	get(s, operation{
		path: county + "/reports/library", id: "report-library", summary: "项目库汇总 · the library of a year in figures",
		details: "Reserve and plan apart: county-run and by township, the share of the deep-poverty villages, that of each function code, and projects that cross townships.",
	}, yearOf(s, projects.LibraryReport))
	get(s, operation{
		path: county + "/reports/year-figures", id: "report-year-figures", summary: "年度投入与整合指标 · the figures of a year: investment and integration",
		details: "County share and its increment (A26), pooled by need and in full, donations: each with formula, clause, both sides and the rows behind them. Inputs are stated by plan.year_input; a figure that lacks one says which.",
	}, yearOf(s, projects.ReportYearFigures))
	get(s, operation{
		path: county + "/reports/loans", id: "report-loans", summary: "贷款余额 · the loan book and the risk pool of a year",
	}, yearOf(s, projects.LoanBookOf))
	get(s, operation{
		path: county + "/reports/unfunded", id: "report-unfunded", summary: "未落实资金 · parts of contracts that nobody pays for yet, with their age",
	}, func(ctx context.Context, in *asOfIn) (out UnfundedList, _ url.Values, err error) {
		out.County = in.County
		err = s.onDay(ctx, in, func(ctx context.Context, v app.View, day ledger.Date) error {
			out.AsOf = day
			out.Rows, err = projects.UnfundedParts(ctx, v.Q, v.County.County, day)
			return err
		})
		return out, nil, err
	})
	get(s, operation{
		path: county + "/plans/{code}/execution", id: "plan-execution", summary: "计划执行情况 · a plan with what the ledger says of its projects",
	}, func(ctx context.Context, in *planIn) (out projects.PlanExecution, _ url.Values, err error) {
		at, err := in.at()
		if err != nil {
			return out, nil, err
		}
		err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
			out, err = projects.PlanExecutionOf(ctx, v.Q, v.County.County, in.Code, at)
			return err
		})
		return out, nil, err
	})
}

// yearOf makes a route of the figures of a year.
func yearOf[T any](s *server, read app.YearReport[T]) func(ctx context.Context, in *yearIn) (T, url.Values, error) {
	return func(ctx context.Context, in *yearIn) (out T, _ url.Values, err error) {
		if in.Year == 0 {
			in.Year = ledger.DateAt(s.app.Now()).Year()
		}
		err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
			out, err = read(ctx, v.Q, v.County.County, in.Year)
			return err
		})
		return out, nil, err
	}
}
