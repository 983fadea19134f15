package api

import (
	"context"
	"net/url"

	"fundbook/payments"
)

// StatementMatches are matches that the program proposes: what of them is taken goes to
// statement/match.
type StatementMatches struct {
	County    string             `json:"county"`
	Statement string             `json:"statement"`
	Links     []payments.LinkCmd `json:"links"`
}

// statementRoutes are the reads beside a statement's dossier.
func (s *server) statementRoutes() {
	const path = "/api/v1/counties/{county}/statements/{code}"
	get(s, operation{
		path: path + "/reconciliation", id: "reconciliation", summary: "余额调节表 · a cash account of the books held against its statement",
		details: "At the end of the statement's month. Adjusted both ways the balances are the same; what is in transit has its line or its voucher, and a reason where one was given.",
	}, func(ctx context.Context, in *dossierIn) (payments.Reconciliation, url.Values, error) {
		r, err := s.app.Reconciliation(ctx, askerOf(ctx).who, in.County, in.Code)
		return r, nil, err
	})
	get(s, operation{
		path: path + "/proposals", id: "statement-proposals", summary: "勾对建议 · matches proposed for what of a statement is open",
		details: "By reference, then by amount and day; nothing is recorded. Send what is right of it to statement/match.",
	}, func(ctx context.Context, in *dossierIn) (StatementMatches, url.Values, error) {
		links, err := s.app.ProposeMatches(ctx, askerOf(ctx).who, in.County, in.Code)
		return StatementMatches{in.County, in.Code, list(links)}, nil, err
	})
}
