package api

import (
	"context"
	"net/url"

	"fundbook/audit"
	"fundbook/internal/app"
)

type traceIn struct {
	inCounty
	Lot      string `query:"lot" maxLength:"80" doc:"Code or identifier"`
	Document string `query:"document" maxLength:"200" doc:"Key or number"`
	Project  string `query:"project" maxLength:"64"`
	Payee    string `query:"payee" maxLength:"64"`
	Unit     string `query:"unit" maxLength:"64"`
	Voucher  string `query:"voucher" maxLength:"100" doc:"Such as 2026-05 记-0001"`
	Entry    int64  `query:"entry" minimum:"0"`
}

// reportRoutes are the reports.
func (s *server) reportRoutes() {
	get(s, operation{path: "/api/v1/counties/{county}/trace", id: "trace", summary: "资金追踪 · where money came from and went"}, s.trace)
	get(s, operation{
		path: "/api/v1/counties/{county}/verify", id: "verify", summary: "核验概要 · a quick verification of the county",
		details: "The tail of the log, the tree, the counts and the totals. `fundbook verify --full` reads every record.",
	}, s.verify)
}

func (s *server) trace(ctx context.Context, in *traceIn) (out audit.Graph, _ url.Values, err error) {
	from := audit.Selector{
		Lot: in.Lot, Document: in.Document, Project: in.Project, Payee: in.Payee, Unit: in.Unit, Voucher: in.Voucher, Entry: in.Entry,
	}
	err = s.view(ctx, in.County, readLedger, func(ctx context.Context, v app.View) error {
		out, err = audit.Trace(ctx, v.Q, v.County.County, from)
		return err
	})
	return out, nil, err
}

func (s *server) verify(ctx context.Context, in *inCounty) (out audit.Report, _ url.Values, err error) {
	if err := askerOf(ctx).who.May("verify.quick", in.County); err != nil {
		return out, nil, err
	}
	out, err = audit.Verify(ctx, s.app.DB(), audit.Options{County: in.County})
	return out, nil, err
}
