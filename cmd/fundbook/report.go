package main

import (
	"context"
	"encoding/json"
	"io"

	"fundbook/internal/app"
	"fundbook/ledger"
)

type reportCmd struct {
	TrialBalance reportTrialCmd      `cmd:"" help:"试算平衡表"`
	Lots         reportLotsCmd       `cmd:"" help:"批次表：每批资金到了哪一步"`
	Tiers        reportTiersCmd      `cmd:"" help:"分层级资金表"`
	Projects     reportProjectsCmd   `cmd:"" help:"项目资金表"`
	Progress     reportProgressCmd   `cmd:"" help:"支付进度表：与政策节点比较"`
	Duties       reportDutiesCmd     `cmd:"" help:"公开义务表：应公开的事项、期限与现状"`
	Coverage     reportCoverageCmd   `cmd:"" help:"公开覆盖表：按乡镇、村、类型"`
	Settlement   reportSettlementCmd `cmd:"" help:"结算清理表：各批次、项目的余额与建议"`
	Monitor      reportMonitorCmd    `cmd:"" help:"动态监控：逾期、闲置、预付未报账"`
	Doubts       reportDoubtsCmd     `cmd:"" help:"审计疑点：证据行，不作结论"`
	FeeCaps      reportFeeCapsCmd    `cmd:"" help:"管理费上限表：按年度、类别、层级，已列与超出"`
	YearFigures  reportYearCmd       `cmd:"" help:"年度投入与整合指标表：县本级投入、整合、捐赠，附公式与依据行"`
	Balances     reportBalancesCmd   `cmd:"" help:"账户余额表"`
	Statement    reportStatementCmd  `cmd:"" help:"明细账"`
}

// reportFlags are those of every report.
type reportFlags struct {
	AsOf    string `help:"截至哪一天的账（按凭证日期），如 2026-05-31" placeholder:"DATE"`
	KnownAt int64  `help:"记到第几条记录时的账（按记录次序）；须指明 --county" placeholder:"SEQ"`
	County  string `help:"县代码；空为各县"`
	Format  string `enum:"text,csv,json,xlsx" default:"text" help:"text、csv、json、xlsx"`
	Out     string `help:"输出文件（缺省标准输出）" placeholder:"FILE"`
}

// at reads the moment asked for.
func (f *reportFlags) at() (at ledger.At, err error) {
	if at.AsOf, err = dateFlag(f.AsOf); err != nil {
		return at, err
	}
	if f.KnownAt != 0 && f.County == "" {
		return at, errUsage.With("--known-at 是某一县的记录序号，须指明 --county")
	}
	at.KnownAt = f.KnownAt
	return at, nil
}

func dateFlag(text string) (ledger.Date, error) {
	if text == "" {
		return 0, nil
	}
	return ledger.ParseDate(text)
}

// report prints one report of each county, or of the one named: text one after
// the other, CSV and JSON as one list.
func (s *session) report(f *reportFlags, fn func(ctx context.Context, v app.View, at ledger.At) (ledger.Tabular, error)) error {
	at, err := f.at()
	if err != nil {
		return err
	}
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	if err := s.markSample(a, f.Format == "text" && f.Out == ""); err != nil {
		return err
	}
	var reports []ledger.Tabular
	err = s.each(a, f.County, func(ctx context.Context, v app.View) error {
		r, err := fn(ctx, v, at)
		reports = append(reports, r)
		return err
	})
	if err != nil {
		return err
	}
	w, finish, err := s.output(f.Out)
	if err != nil {
		return err
	}
	return finish(s.printReports(f, reports, w))
}

func (s *session) printReports(f *reportFlags, reports []ledger.Tabular, w io.Writer) error {
	switch {
	case f.Format == "xlsx" && len(reports) != 1:
		return errCounty.With("工作簿一次只写一个县，账簿有 %d 个县", len(reports))
	case f.Format == "xlsx":
		return writeXLSX(w, s.lang, reports[0])
	case len(reports) == 1 && (f.Out == "" || f.Format != "text"):
		return ledger.RenderIn(w, f.Format, s.lang, reports[0])
	case f.Format == "json":
		items, err := jsonItems(reports)
		if err != nil {
			return err
		}
		return ledger.WriteJSON(w, items)
	case f.Format == "csv":
		if len(reports) == 0 {
			return nil
		}
		all := reports[0].Table()
		for _, r := range reports[1:] {
			all.Rows = append(all.Rows, r.Table().Rows...)
		}
		return all.CSV(w)
	}
	for i, r := range reports {
		if err := s.printText(w, i, f.Out != "", r); err != nil {
			return err
		}
	}
	return nil
}

// printText prints one of several reports; a file says itself that it is a
// sample.
func (s *session) printText(w io.Writer, i int, file bool, r ledger.Tabular) error {
	head := ""
	switch {
	case i == 0 && file && s.sample:
		head = sampleMark.In(s.lang) + "\n"
	case i > 0:
		head = "\n"
	}
	if _, err := w.Write([]byte(head)); err != nil {
		return err
	}
	return ledger.RenderIn(w, "text", s.lang, r)
}

// jsonItems joins the rows of several reports into one list.
func jsonItems(reports []ledger.Tabular) ([]json.RawMessage, error) {
	all := []json.RawMessage{}
	for _, r := range reports {
		body, err := json.Marshal(r.Items())
		if err != nil {
			return nil, err
		}
		var rows []json.RawMessage
		if err := json.Unmarshal(body, &rows); err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

type reportTrialCmd struct {
	reportFlags
	Totals bool `help:"不分批次"`
	Subs   bool `help:"分明细"`
}

// Run prints the trial balance.
func (c *reportTrialCmd) Run(s *session) error {
	return s.report(&c.reportFlags, func(ctx context.Context, v app.View, at ledger.At) (ledger.Tabular, error) {
		return ledger.TrialBalance(ctx, v.Q, v.County.County, ledger.TrialQuery{At: at, Totals: c.Totals, Subs: c.Subs})
	})
}

type reportLotsCmd struct {
	reportFlags
	Lot string `help:"只看一个批次：代码或标识"`
}

// Run prints the lots.
func (c *reportLotsCmd) Run(s *session) error {
	return s.report(&c.reportFlags, func(ctx context.Context, v app.View, at ledger.At) (ledger.Tabular, error) {
		return ledger.LotsReport(ctx, v.Q, v.County.County, ledger.LotsQuery{At: at, Lot: c.Lot})
	})
}

type reportTiersCmd struct{ reportFlags }

// Run prints the figures by tier of funds.
func (c *reportTiersCmd) Run(s *session) error {
	return s.report(&c.reportFlags, func(ctx context.Context, v app.View, at ledger.At) (ledger.Tabular, error) {
		return ledger.TierStatement(ctx, v.Q, v.County.County, at)
	})
}

type reportProjectsCmd struct {
	reportFlags
	Project string `help:"只看一个项目"`
	Lot     string `help:"只看一个批次"`
	Unit    string `help:"只看一个单位"`
}

// Run prints the figures by project.
func (c *reportProjectsCmd) Run(s *session) error {
	return s.report(&c.reportFlags, func(ctx context.Context, v app.View, at ledger.At) (ledger.Tabular, error) {
		return ledger.ProjectsReport(ctx, v.Q, v.County.County, ledger.ProjectsQuery{At: at, Project: c.Project, Lot: c.Lot, Unit: c.Unit})
	})
}

type reportBalancesCmd struct {
	reportFlags
	Account string `help:"账户条件，如 7202，C:1001:批次，C:7202:批次,project=项目" placeholder:"KEY"`
}

// Run prints the balances.
func (c *reportBalancesCmd) Run(s *session) error {
	q, err := accountFlag(c.Account)
	if err != nil {
		return err
	}
	return s.report(&c.reportFlags, func(ctx context.Context, v app.View, at ledger.At) (ledger.Tabular, error) {
		return ledger.Balances(ctx, v.Q, v.County.County, q, at)
	})
}

func accountFlag(text string) (ledger.KeyQuery, error) {
	if text == "" {
		return ledger.KeyQuery{}, nil
	}
	return ledger.ParseKeyQuery(text)
}

type reportStatementCmd struct {
	reportFlags
	Account string `required:"" help:"账户，如 id:12，C:1001:批次，C:7202:批次,project=项目" placeholder:"KEY"`
	From    string `help:"起始日" placeholder:"DATE"`
}

// Run prints a statement whole. Without a county it is that of the only one.
func (c *reportStatementCmd) Run(s *session) error {
	q, err := ledger.ParseKeyQuery(c.Account)
	if err != nil {
		return err
	}
	from, err := dateFlag(c.From)
	if err != nil {
		return err
	}
	n := 0
	return s.report(&c.reportFlags, func(ctx context.Context, v app.View, at ledger.At) (ledger.Tabular, error) {
		if n++; n > 1 {
			return nil, errCounty.With("账簿不止一个县")
		}
		return wholeStatement(ctx, v, ledger.StatementQuery{Account: q, At: at, From: from})
	})
}

// wholeStatement joins the pages of a statement.
func wholeStatement(ctx context.Context, v app.View, q ledger.StatementQuery) (ledger.StatementPage, error) {
	all, err := ledger.Statement(ctx, v.Q, v.County.County, q, ledger.Page{Limit: ledger.MaxPage})
	for next := all.Next; err == nil && next != ""; {
		var page ledger.StatementPage
		page, err = ledger.Statement(ctx, v.Q, v.County.County, ledger.StatementQuery{}, ledger.Page{Cursor: next, Limit: ledger.MaxPage})
		all.Rows, next = append(all.Rows, page.Rows...), page.Next
	}
	all.Next = ""
	return all, err
}
