package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/internal/db"
)

// Operation (办理事项) is a command of a room whose work is one function over the
// body it was given. The table of operations makes the API's routes, the command
// line's `do`, the OpenAPI document and docs/commands.md.
type Operation struct {
	Spec
	// Township: a township's account may run it. What it touches is held to its
	// own dossiers by the room (db.Call.Unit).
	Township bool
	// Body is a value of the body's type, for documents.
	Body any
	// Decode makes the command of a body that fill writes into the pointer it gets.
	Decode func(fill func(body any) error) (Command, error)
}

// townshipMay marks the operations that a township's account may run on what is
// its own.
const (
	townshipMay = true
	countyOnly  = false
)

// operation declares a room's command.
func operation[T any](s Spec, township bool, do func(ctx context.Context, tx *db.Tx, body T) error) Operation {
	var zero T
	return Operation{s, township, zero, func(fill func(any) error) (Command, error) {
		c := roomCmd[T]{spec: s, township: township, do: do}
		if err := fill(&c.body); err != nil {
			return nil, err
		}
		return c, nil
	}}
}

// roomCmd runs one operation.
type roomCmd[T any] struct {
	spec     Spec
	township bool
	body     T
	do       func(ctx context.Context, tx *db.Tx, body T) error
}

func (c roomCmd[T]) Spec() Spec                     { return c.spec }
func (c roomCmd[T]) check() error                   { return validate(c.body) }
func (c roomCmd[T]) permissions() []auth.Permission { return []auth.Permission{c.spec.Permission} }

func (c roomCmd[T]) within(string) error {
	if !c.township {
		return auth.ErrForbidden.With("乡镇账户不能执行 %s", c.spec.Name)
	}
	return nil
}

func (c roomCmd[T]) run(ctx context.Context, tx *db.Tx) error { return c.do(ctx, tx, c.body) }

// Operations returns the table of the rooms' commands. The caller must not change
// it.
func Operations() []Operation { return operations }

// FindOperation returns the operation of a name.
func FindOperation(name string) (Operation, bool) {
	for i := range operations {
		if operations[i].Name == name {
			return operations[i], true
		}
	}
	return Operation{}, false
}

// Run runs an operation from Go: body is a value of its type.
func (a *App) Run(ctx context.Context, r Request, name string, body any) (Outcome, error) {
	op, ok := FindOperation(name)
	if !ok {
		return Outcome{}, ErrOperation.With("%q", name)
	}
	if r.Raw == nil {
		r.Raw = rawOf(body)
	}
	cmd, err := op.Decode(func(to any) error { return assign(to, body) })
	if err != nil {
		return Outcome{}, err
	}
	return a.Do(ctx, r, cmd)
}
