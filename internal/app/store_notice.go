package app

import (
	"context"

	"github.com/uptrace/bun"

	"fundbook/internal/fault"
	"fundbook/publicity"
)

// VerifyCode finds a notice by the code printed on it and derives its content
// from the ledger again.
func (a *App) VerifyCode(ctx context.Context, code string) (Verdict, error) {
	var out Verdict
	persons, err := a.persons.ifAny()
	if err != nil {
		return out, err
	}
	err = a.db.ReadTx(ctx, func(ctx context.Context, q bun.IDB) error {
		item, n, err := publicity.ByCode(ctx, q, code)
		if err != nil {
			return err
		}
		out.ListItem = item
		out.Content, err = publicity.Content(ctx, publicity.Store{Q: q, County: item.County, Persons: persons}, n)
		switch {
		case err == nil:
			out.Verdict = "与台账一致"
		case fault.From(err).Is(publicity.ErrDigest):
			out.Verdict = "不一致"
		default:
			return err
		}
		out.County, err = countyCode(ctx, q, item.County)
		return err
	})
	return out, err
}

// knownNotice returns publicity.ErrNoticeUnknown unless a notice with a code is issued.
func (a *App) knownNotice(ctx context.Context, code string) error {
	return a.db.ReadTx(ctx, func(ctx context.Context, q bun.IDB) error {
		_, _, err := publicity.ByCode(ctx, q, code)
		return err
	})
}
