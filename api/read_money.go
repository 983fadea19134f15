package api

import (
	"context"
	"net/url"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/publicity"
)

// asOfIn is the day of a report of the whole county.
type asOfIn struct {
	InCounty
	AsOf string `query:"as_of" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"The end of this day; today unless given"`
}

type doubtsIn struct {
	InCounty
	AsOf  string   `query:"as_of" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"The end of this day; today unless given"`
	Rules []string `query:"rules" maxItems:"30" doc:"疑点规则, such as A01,A02; all unless given"`
}

// Alerts are what dynamic monitoring shows of a day.
type Alerts struct {
	County string           `json:"county"`
	AsOf   ledger.Date      `json:"as_of"`
	Rows   []payments.Alert `json:"rows"`
}

// DoubtList is what the doubt rules show of a day: evidence, never a verdict.
type DoubtList struct {
	County string        `json:"county"`
	AsOf   ledger.Date   `json:"as_of"`
	Rows   []audit.Doubt `json:"rows"`
}

// moneyRoutes are the reports of the rooms right of the ledger, each with the
// sequence numbers of the vouchers behind its figures.
func (s *server) moneyRoutes() {
	const reports = "/api/v1/counties/{county}/reports"
	const vouchers = "Every row names the vouchers behind it by sequence number: GET /entries/{seq}."
	get(s, operation{path: reports + "/projects", id: "report-projects", summary: "项目资金表 · the money of projects per lot", details: vouchers},
		reportOf(s, payments.ReportProjects))
	get(s, operation{path: reports + "/progress", id: "report-progress", summary: "支付进度表 · how far money is paid", details: vouchers},
		reportOf(s, payments.ReportProgress))
	get(s, operation{path: reports + "/settlement", id: "report-settlement", summary: "结算清理表 · what a settlement run would propose", details: vouchers},
		reportOf(s, payments.ReportSettlement))
	get(s, operation{path: reports + "/lots", id: "report-lots", summary: "批次资金表 · lots with age, idle money and vouchers", details: vouchers},
		reportOf(s, payments.ReportLots))
	get(s, operation{path: reports + "/duties", id: "report-duties", summary: "公开义务表 · what must be public, and how it stands"},
		reportOf(s, publicity.ReportDuties))
	get(s, operation{path: reports + "/coverage", id: "report-coverage", summary: "公开覆盖表 · duties by township, village and type"},
		reportOf(s, publicity.ReportCoverage))
	s.libraryRoutes()
	get(s, operation{path: reports + "/monitor", id: "report-monitor", summary: "动态监控 · alerts of a day, each with its rule and remedy"},
		func(ctx context.Context, in *asOfIn) (out Alerts, _ url.Values, err error) {
			out = Alerts{County: in.County}
			if out.AsOf, err = s.dayOf(in.AsOf); err == nil {
				out.Rows, err = s.app.Alerts(ctx, askerOf(ctx).who, in.County, out.AsOf)
			}
			out.Rows = list(out.Rows)
			return out, nil, err
		})
	get(s, operation{path: reports + "/doubts", id: "report-doubts", summary: "审计疑点 · what the doubt rules show, with evidence rows"},
		func(ctx context.Context, in *doubtsIn) (out DoubtList, _ url.Values, err error) {
			out = DoubtList{County: in.County}
			err = s.onDay(ctx, &asOfIn{in.InCounty, in.AsOf}, func(ctx context.Context, v app.View, day ledger.Date) error {
				out.AsOf = day
				out.Rows, err = audit.Doubts(ctx, v.Q, v.County.County, day, in.Rules)
				out.Rows = list(out.Rows)
				return err
			})
			return out, nil, err
		})
}

// dayOf reads the day asked for, today unless given.
func (s *server) dayOf(text string) (ledger.Date, error) {
	day, err := parseDay(text)
	if err == nil && day.IsZero() {
		day = ledger.DateAt(s.app.Now())
	}
	return day, err
}

// onDay runs fn over one moment of a county that the asker may read whole.
func (s *server) onDay(ctx context.Context, in *asOfIn, fn func(ctx context.Context, v app.View, day ledger.Date) error) error {
	day, err := s.dayOf(in.AsOf)
	if err != nil {
		return err
	}
	return s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error { return fn(ctx, v, day) })
}

// reportOf makes a route of a report.
func reportOf[T any](s *server, read app.DayReport[T]) func(ctx context.Context, in *asOfIn) (T, url.Values, error) {
	return func(ctx context.Context, in *asOfIn) (out T, _ url.Values, err error) {
		err = s.onDay(ctx, in, func(ctx context.Context, v app.View, day ledger.Date) error {
			out, err = read(ctx, v.Q, v.County.County, day)
			return err
		})
		return out, nil, err
	}
}
