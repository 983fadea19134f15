package api

import (
	"context"
	"net/url"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/ledger"
)

// reportRoutes are the reports: figures of one moment.
func (s *server) reportRoutes() {
	const county = "/api/v1/counties/{county}"
	get(s, operation{path: county + "/trial-balance", id: "trial-balance", summary: "试算平衡表 · the trial balance"}, s.trialBalance)
	get(s, operation{path: county + "/lots-report", id: "lots-report", summary: "批次表 · where the authority of every lot stands"}, s.lotsReport)
	get(s, operation{
		path: county + "/fee-caps", id: "fee-caps", summary: "管理费上限表 · the caps of the management fee and what is spent",
		details: "By year, class and tier. The rate is the policy `fee_rate` (permille, 10 where none is set) in force on the day; POST /policies sets it.",
	}, s.feeCaps)
	get(s, operation{path: county + "/balances", id: "balances", summary: "账户余额表 · the balances of the accounts that fit"}, s.balances)
	get(s, operation{path: county + "/statement", id: "statement", summary: "明细账 · the lines of an account with the running balance"}, s.statement)
	get(s, operation{path: county + "/vouchers", id: "vouchers", summary: "凭证清单 · the vouchers of a book and period"}, s.vouchers)
	get(s, operation{path: county + "/trace", id: "trace", summary: "资金追踪 · where money came from and went"}, s.trace)
	get(s, operation{
		path: county + "/verify", id: "verify", summary: "核验概要 · a quick verification of the county",
		details: "The tail of the log, the tree, the counts and the totals. `fundbook verify --full` reads every record.",
	}, s.verify)
}

type trialIn struct {
	InCounty
	Moment
	Totals bool `query:"totals" doc:"One row per book and account, lots added up"`
	Subs   bool `query:"subs" doc:"Keep sub-accounts apart"`
}

func (s *server) trialBalance(ctx context.Context, in *trialIn) (out ledger.TrialReport, _ url.Values, err error) {
	at, err := in.at()
	if err != nil {
		return out, nil, err
	}
	err = s.books(ctx, in.County, func(ctx context.Context, b app.Books) error {
		out, err = b.TrialBalance(ctx, ledger.TrialQuery{At: at, Totals: in.Totals, Subs: in.Subs})
		return err
	})
	return out, nil, err
}

type lotsReportIn struct {
	InCounty
	Moment
	Lot string `query:"lot" maxLength:"80" doc:"Code or identifier of one lot"`
}

func (s *server) lotsReport(ctx context.Context, in *lotsReportIn) (out ledger.LotsList, _ url.Values, err error) {
	at, err := in.at()
	if err != nil {
		return out, nil, err
	}
	err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
		out, err = ledger.LotsReport(ctx, v.Q, v.County.County, ledger.LotsQuery{At: at, Lot: in.Lot})
		return err
	})
	return out, nil, err
}

type feeCapsIn struct {
	InCounty
	On string `query:"on" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"The day whose rate counts; today unless given"`
}

func (s *server) feeCaps(ctx context.Context, in *feeCapsIn) (out ledger.FeeCapList, _ url.Values, err error) {
	if out.On, err = parseDay(in.On); err != nil {
		return out, nil, err
	}
	if out.On.IsZero() {
		out.On = ledger.DateAt(s.app.Now())
	}
	err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
		out.County = v.County.Code
		out.Rows, err = ledger.FeeCaps(ctx, v.Q, v.County.County, out.On)
		return err
	})
	return out, nil, err
}

type balancesIn struct {
	InCounty
	Moment
	Account string `query:"account" maxLength:"4096" doc:"Conditions: 7202, C:1001:LOT, C:7202:LOT,project=P; empty for all"`
}

func (s *server) balances(ctx context.Context, in *balancesIn) (out ledger.AccountList, _ url.Values, err error) {
	at, err := in.at()
	if err != nil {
		return out, nil, err
	}
	var q ledger.KeyQuery
	if in.Account != "" {
		if q, err = ledger.ParseKeyQuery(in.Account); err != nil {
			return out, nil, err
		}
	}
	out, err = s.app.Balances(ctx, askerOf(ctx).who, in.County, q, at)
	return out, nil, err
}

type statementIn struct {
	InCounty
	Moment
	Paging
	Account string `query:"account" maxLength:"4096" doc:"id:12, or C:7202:LOT,project=P; needed on the first page"`
	From    string `query:"from" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`
}

func (s *server) statement(ctx context.Context, in *statementIn) (out ledger.StatementPage, _ url.Values, err error) {
	q := ledger.StatementQuery{}
	if q.At, err = in.at(); err != nil {
		return out, nil, err
	}
	if q.From, err = parseDay(in.From); err != nil {
		return out, nil, err
	}
	if in.Cursor == "" || in.Account != "" {
		if q.Account, err = ledger.ParseKeyQuery(in.Account); err != nil {
			return out, nil, err
		}
	}
	err = s.books(ctx, in.County, func(ctx context.Context, b app.Books) error {
		out, err = b.Statement(ctx, q, in.page())
		return err
	})
	return out, nextPage(ctx, out.Next), err
}

type vouchersIn struct {
	InCounty
	Moment
	Paging
	Book   string `query:"book" maxLength:"64" doc:"C, or a township; needed on the first page"`
	Period string `query:"period" pattern:"^[0-9]{4}-(0[1-9]|1[0-3])$" doc:"Needed on the first page"`
	Word   string `query:"word" maxLength:"8" doc:"记 unless given"`
}

func (s *server) vouchers(ctx context.Context, in *vouchersIn) (out ledger.VoucherPage, _ url.Values, err error) {
	q := ledger.VoucherQuery{Book: ledger.Book(in.Book), Word: in.Word}
	if q.At, err = in.at(); err != nil {
		return out, nil, err
	}
	if in.Period != "" {
		if q.Period, err = ledger.ParsePeriod(in.Period); err != nil {
			return out, nil, err
		}
	}
	if in.Cursor == "" && (in.Book == "" || in.Period == "") {
		return out, nil, app.ErrInvalid.With("须给出 book 与 period").At("query", "book and period are needed", "")
	}
	err = s.books(ctx, in.County, func(ctx context.Context, b app.Books) error {
		out, err = b.Vouchers(ctx, q, in.page())
		return err
	})
	return out, nextPage(ctx, out.Next), err
}

type traceIn struct {
	InCounty
	Lot      string `query:"lot" maxLength:"80" doc:"Code or identifier"`
	Document string `query:"document" maxLength:"200" doc:"Key or number"`
	Project  string `query:"project" maxLength:"64"`
	Payee    string `query:"payee" maxLength:"64"`
	Unit     string `query:"unit" maxLength:"64"`
	Voucher  string `query:"voucher" maxLength:"100" doc:"Such as 2026-05 记-0001"`
	Entry    int64  `query:"entry" minimum:"0"`
	File     string `query:"file" maxLength:"120" doc:"A dossier as kind/code (claim, request, batch, contract, roster, recovery, evidence), or the SHA-256 of a document"`
}

func (s *server) trace(ctx context.Context, in *traceIn) (out audit.Graph, _ url.Values, err error) {
	from := audit.Selector{
		Lot: in.Lot, Document: in.Document, Project: in.Project, Payee: in.Payee, Unit: in.Unit, Voucher: in.Voucher, Entry: in.Entry, File: audit.FileOf(in.File),
	}
	err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
		out, err = audit.Trace(ctx, v.Q, v.County.County, from)
		return err
	})
	return out, nil, err
}

func (s *server) verify(ctx context.Context, in *InCounty) (out audit.Report, _ url.Values, err error) {
	if err := askerOf(ctx).who.May("verify.quick", in.County); err != nil {
		return out, nil, err
	}
	out, err = audit.Verify(ctx, s.app.DB(), audit.Options{County: in.County})
	return out, nil, err
}
