package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/ledger"
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

// Tell hears every posting of a command: see ledger.Watch.
type Tell func(p ledger.Posting, first int64, err error)

// watched is a command whose postings are told; begin runs before each attempt.
type watched struct {
	Command
	begin func()
	tell  Tell
}

func (c watched) wrap(run func(ctx context.Context, tx *db.Tx) error) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		c.begin()
		return run(ledger.Watch(ctx, c.tell), tx)
	}
}

func (c watched) run(ctx context.Context, tx *db.Tx) error { return c.wrap(c.Command.run)(ctx, tx) }

// watchedPrepared is the same of a command that prepares.
type watchedPrepared struct {
	watched
	first preparing
}

func (c watchedPrepared) prepare(ctx context.Context, a *App, r Request) (func(ctx context.Context, tx *db.Tx) error, error) {
	run, err := c.first.prepare(ctx, a, r)
	if err != nil {
		return nil, err
	}
	return c.wrap(run), nil
}

// RunWatched runs an operation, or a command when body is one, and tells its
// postings.
func (a *App) RunWatched(ctx context.Context, r Request, name string, body any, begin func(), tell Tell) (Outcome, error) {
	cmd, isCommand := body.(Command)
	if !isCommand {
		op, ok := FindOperation(name)
		if !ok {
			return Outcome{}, ErrOperation.With("%q", name)
		}
		var err error
		if cmd, err = op.Decode(func(to any) error { return assign(to, body) }); err != nil {
			return Outcome{}, err
		}
	}
	if r.Raw == nil {
		r.Raw = rawOf(body)
	}
	w := watched{cmd, begin, tell}
	if p, ok := cmd.(preparing); ok {
		return a.Do(ctx, r, watchedPrepared{w, p})
	}
	return a.Do(ctx, r, w)
}
