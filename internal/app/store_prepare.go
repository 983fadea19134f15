package app

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/seal"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// preparing is a command part of whose work is done outside the county's writer:
// reading a file of persons, judging and sealing it. What comes of it is fixed
// before the command runs, so running it again records the same bytes. A replay is
// told by its key before anything is recorded, whatever was prepared.
type preparing interface {
	prepare(ctx context.Context, a *App, r Request) (run func(ctx context.Context, tx *db.Tx) error, err error)
}

// preparedOperation declares a command of two functions: prepare reads what is
// committed and does what needs the key of personal data, do records it.
func preparedOperation[T, P any](s Spec, prepare func(ctx context.Context, q bun.IDB, at projects.Desk, body T) (P, error), do func(ctx context.Context, tx *db.Tx, p P) error) Operation {
	var zero T
	return Operation{Spec: s, Township: true, Body: zero, Decode: func(fill func(any) error) (Command, error) {
		c := preparedCmd[T, P]{roomCmd: roomCmd[T]{spec: s, township: true}, first: prepare, then: do}
		if err := fill(&c.body); err != nil {
			return nil, err
		}
		return c, nil
	}}
}

type preparedCmd[T, P any] struct {
	roomCmd[T]
	first func(ctx context.Context, q bun.IDB, at projects.Desk, body T) (P, error)
	then  func(ctx context.Context, tx *db.Tx, p P) error
}

// prepare returns the command's work in the transaction. A refusal of what was
// prepared is given there too, because only there it is known whether the key has
// been used: a replay is answered as it was, whatever has changed since. What is no
// refusal (a database that does not answer, a key file that is missing) is returned
// at once: it must not trouble the writer and the commands beside it.
func (c preparedCmd[T, P]) prepare(ctx context.Context, a *App, r Request) (func(ctx context.Context, tx *db.Tx) error, error) {
	var p P
	err := a.desk(ctx, r.Who, r.County, func(ctx context.Context, q bun.IDB, at projects.Desk) (err error) {
		p, err = c.first(ctx, q, at, c.body)
		return err
	})
	if err != nil && (fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Unavailable) {
		return nil, err
	}
	return func(ctx context.Context, tx *db.Tx) error {
		if err != nil {
			return err
		}
		return c.then(ctx, tx, p)
	}, nil
}

// desk runs fn over one moment of a county with the key of personal data at hand.
func (a *App) desk(ctx context.Context, who auth.Who, county string, fn func(ctx context.Context, q bun.IDB, at projects.Desk) error) error {
	return a.view(ctx, county, func(ctx context.Context, v View) error {
		box, err := a.persons.open(ctx, v.Q)
		if err != nil {
			return err
		}
		return fn(ctx, v.Q, projects.Desk{
			County: v.County.Code, No: v.County.County, Unit: who.Scope(),
			Today: ledger.DateOf(time.UnixMicro(a.clock())), Box: box, Closed: payments.ClosedCards,
		})
	})
}

// boxShelf opens the key of personal data at first use.
type boxShelf struct {
	path string
	mu   sync.Mutex
	box  *seal.Box
}

func newBoxShelf(data string) boxShelf {
	return boxShelf{path: filepath.Join(data, "keys", "person.key")}
}

// open returns the box. The key is made the first time; when the store holds rows
// sealed under a key that is gone, it is not: nobody may think them replaced.
func (b *boxShelf) open(ctx context.Context, q bun.IDB) (*seal.Box, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.box != nil {
		return b.box, nil
	}
	box, err := seal.Open(b.path)
	if errors.Is(err, seal.ErrKeyMissing) {
		sealed, errSealed := projects.AnySealed(ctx, q)
		if errSealed != nil {
			return nil, errSealed
		}
		if sealed {
			return nil, err
		}
		if err = seal.Make(b.path); err == nil {
			box, err = seal.Open(b.path)
		}
	}
	if err == nil {
		b.box = box
	}
	return box, err
}

// ifAny returns the box, or nil when there is no key file. It never makes one.
func (b *boxShelf) ifAny() (*seal.Box, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.box != nil {
		return b.box, nil
	}
	box, err := seal.Open(b.path)
	if errors.Is(err, seal.ErrKeyMissing) {
		err = nil
	}
	b.box = box
	return box, err
}
