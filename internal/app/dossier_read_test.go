package app_test

import (
	"context"

	"fundbook/internal/dossier"

	"github.com/uptrace/bun"
)

// dossierOf reads the state of a dossier, as the fronts find it.
func dossierOf[S any](ctx context.Context, q bun.IDB, county int32, kind, code string) (out S, err error) {
	item, _, err := dossier.Look(ctx, q, dossier.Ref{County: county, Kind: kind, Code: code})
	if err != nil {
		return out, err
	}
	return *item.State.(*S), nil
}

// dossiersOf reads the states of a kind, as the fronts list them.
func dossiersOf[S any](ctx context.Context, q bun.IDB, county int32, kind string) ([]S, error) {
	items, err := dossier.Browse(ctx, q, county, kind, dossier.Filter{})
	var out []S
	for i := range items {
		out = append(out, *items[i].State.(*S))
	}
	return out, err
}
