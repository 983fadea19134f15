package main

import (
	"cmp"
	"context"
	"strconv"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
	"fundbook/publicity"
)

// dayFlags are those of reports as of the end of a day.
type dayFlags struct {
	AsOf   string `help:"截至哪一天（缺省今天），如 2026-05-31" placeholder:"DATE"`
	County string `help:"县代码；空为各县"`
	Format string `enum:"text,csv,json,xlsx" default:"text" help:"text、csv、json、xlsx"`
	Out    string `help:"输出文件（缺省标准输出）" placeholder:"FILE"`
}

// onDay prints a report of each county, or of the one named.
func (s *session) onDay(f *dayFlags, read func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error)) error {
	day, err := dateFlag(f.AsOf)
	if err != nil {
		return err
	}
	if day.IsZero() {
		day = app.Today()
	}
	flags := reportFlags{County: f.County, Format: f.Format, Out: f.Out}
	return s.report(&flags, func(ctx context.Context, v app.View, _ ledger.At) (ledger.Tabular, error) { return read(ctx, v, day) })
}

type reportFeeCapsCmd struct{ dayFlags }

// Run prints the caps of the management fee by the rate in force on the day.
func (c *reportFeeCapsCmd) Run(s *session) error {
	return s.onDay(&c.dayFlags, func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error) {
		rows, err := ledger.FeeCaps(ctx, v.Q, v.County.County, day)
		return ledger.FeeCapList{County: v.County.Code, On: day, Rows: rows}, err
	})
}

type reportYearCmd struct {
	Year   int    `help:"年度（缺省今年），如 2026"`
	County string `help:"县代码；空为各县"`
	Format string `enum:"text,csv,json,xlsx" default:"text" help:"text、csv、json、xlsx"`
	Out    string `help:"输出文件（缺省标准输出）" placeholder:"FILE"`
}

// Run prints the figures of a year with the rows behind each.
func (c *reportYearCmd) Run(s *session) error {
	year := cmp.Or(c.Year, app.Today().Year())
	flags := reportFlags{County: c.County, Format: c.Format, Out: c.Out}
	return s.report(&flags, func(ctx context.Context, v app.View, _ ledger.At) (ledger.Tabular, error) {
		return projects.ReportYearFigures(ctx, v.Q, v.County.County, year)
	})
}

type reportProgressCmd struct{ dayFlags }

// Run prints how far money is paid.
func (c *reportProgressCmd) Run(s *session) error {
	return s.onDay(&c.dayFlags, func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error) {
		return payments.ReportProgress(ctx, v.Q, v.County.County, day)
	})
}

type reportDutiesCmd struct{ dayFlags }

// Run prints what must be public.
func (c *reportDutiesCmd) Run(s *session) error {
	return s.onDay(&c.dayFlags, func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error) {
		return publicity.ReportDuties(ctx, v.Q, v.County.County, day)
	})
}

type reportCoverageCmd struct{ dayFlags }

// Run prints the duties by township, village and type.
func (c *reportCoverageCmd) Run(s *session) error {
	return s.onDay(&c.dayFlags, func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error) {
		return publicity.ReportCoverage(ctx, v.Q, v.County.County, day)
	})
}

type reportSettlementCmd struct{ dayFlags }

// Run prints what a settlement run would propose.
func (c *reportSettlementCmd) Run(s *session) error {
	return s.onDay(&c.dayFlags, func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error) {
		return payments.ReportSettlement(ctx, v.Q, v.County.County, day)
	})
}

type reportMonitorCmd struct{ dayFlags }

// Run prints the alerts of dynamic monitoring.
func (c *reportMonitorCmd) Run(s *session) error {
	return s.onDay(&c.dayFlags, func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error) {
		list, err := payments.Alerts(ctx, v.Q, v.County.County, day)
		return alerts{day, list}, err
	})
}

type reportDoubtsCmd struct {
	dayFlags
	Rules []string `help:"疑点规则，如 A01,A02；空为全部"`
}

// Run prints what the doubt rules show.
func (c *reportDoubtsCmd) Run(s *session) error {
	return s.onDay(&c.dayFlags, func(ctx context.Context, v app.View, day ledger.Date) (ledger.Tabular, error) {
		list, err := audit.Doubts(ctx, v.Q, v.County.County, day, c.Rules)
		return doubts{day, list}, err
	})
}

// alerts is the report of monitoring.
type alerts struct {
	day  ledger.Date
	list []payments.Alert
}

// Items implements ledger.Tabular.
func (a alerts) Items() any { return a.list }

// Table implements ledger.Tabular.
func (a alerts) Table() ledger.Table {
	t := ledger.Table{Title: "动态监控（截至 " + a.day.String() + "）", Columns: []ledger.Column{
		{ZH: "级别", Key: "level"},
		{ZH: "规则", Key: "rule"},
		{ZH: "依据", Key: "clause"},
		{ZH: "对象", Key: "subject"},
		{ZH: "内容", Key: "text"},
		{ZH: "金额（元）", Key: "amount", Figures: true},
		{ZH: "天数", Key: "days", Figures: true},
		{ZH: "办法", Key: "remedy"},
	}}
	for i := range a.list {
		x := &a.list[i]
		t.Rows = append(t.Rows, []string{string(x.Level), x.Rule, x.Clause, x.Subject, x.Text, x.Amount.String(), strconv.Itoa(x.Days), x.Remedy})
	}
	return t
}

// doubts is the report of doubts.
type doubts struct {
	day  ledger.Date
	list []audit.Doubt
}

// Items implements ledger.Tabular.
func (d doubts) Items() any { return d.list }

// Table implements ledger.Tabular.
func (d doubts) Table() ledger.Table {
	t := ledger.Table{Title: "审计疑点（截至 " + d.day.String() + "）", Notes: []string{"疑点只是提示，须人工核实（规则 8.1）"}, Columns: []ledger.Column{
		{ZH: "规则", Key: "rule"},
		{ZH: "对象", Key: "subject"},
		{ZH: "内容", Key: "text"},
		{ZH: "金额（元）", Key: "amount", Figures: true},
		{ZH: "证据行", Key: "rows", Figures: true},
		{ZH: "状态", Key: "status"},
		{ZH: "整改", Key: "finding"},
		{ZH: "标识", Key: "id"},
	}}
	for i := range d.list {
		x := &d.list[i]
		t.Rows = append(t.Rows, []string{
			x.Rule, x.Subject, x.Text, x.Amount.String(), strconv.Itoa(len(x.Rows)), x.Status.Chinese(), cmp.Or(x.Finding, "-"), x.ID,
		})
	}
	return t
}
