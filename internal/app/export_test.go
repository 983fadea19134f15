package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/internal/db"
)

// inside is a command of a test that does in the county's transaction what
// commands of other rooms do.
type inside struct {
	everywhere
	do func(ctx context.Context, tx *db.Tx) error
}

// Inside makes a command of a function.
func Inside(do func(ctx context.Context, tx *db.Tx) error) Command { return inside{do: do} }

func (inside) Spec() Spec                                 { return Spec{Name: "test.inside"} }
func (inside) check() error                               { return nil }
func (inside) permissions() []auth.Permission             { return nil }
func (c inside) run(ctx context.Context, tx *db.Tx) error { return c.do(ctx, tx) }
