package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// Read runs fn over one moment of the store for somebody who may read it.
func (a *App) Read(ctx context.Context, who auth.Who, county string, p auth.Permission, fn func(ctx context.Context, v View) error) error {
	if err := who.May(p, county); err != nil {
		return err
	}
	return a.view(ctx, county, fn)
}

// view runs fn over one moment of a county, for what is public or has been
// permitted.
func (a *App) view(ctx context.Context, county string, fn func(ctx context.Context, v View) error) error {
	return db.Passing(a.db.ReadTx(ctx, func(ctx context.Context, q bun.IDB) error {
		row, err := db.FindCounty(ctx, q, county)
		if err != nil {
			return err
		}
		return fn(ctx, View{Q: q, County: row})
	}))
}

// View is one moment of one county, read-only.
type View struct {
	Q      bun.IDB
	County db.CountyRow
}

// Edge returns the right edge of a county's log at this moment.
func (v View) Edge(ctx context.Context) (*translog.Edge, error) {
	return db.LoadEdge(ctx, v.Q, v.County.County, v.County.Frontier)
}

func countyCode(ctx context.Context, q bun.IDB, no int32) (code string, err error) {
	err = q.NewRaw("SELECT code FROM head WHERE county = ?", no).Scan(ctx, &code)
	return code, err
}
