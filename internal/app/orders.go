package app

import (
	"cmp"
	"context"
	"fmt"

	"fundbook/internal/auth"
)

// Order is one of several commands that run in the order given: an operation by its
// name with its body, or a command.
type Order struct {
	Who     auth.Who
	Key     string
	Name    string
	Body    any
	Command Command // when Name is empty
}

// command is what the order runs, and the body that its key is sealed with.
func (o *Order) command() (Command, []byte, error) {
	if o.Name == "" {
		return o.Command, rawOf(o.Command), nil
	}
	op, ok := FindOperation(o.Name)
	if !ok {
		return nil, nil, ErrOperation.With("%q", o.Name)
	}
	c, err := op.Decode(func(to any) error { return assign(to, o.Body) })
	return c, rawOf(o.Body), err
}

// maxAhead is how many commands RunAll hands to a writer before it waits.
const maxAhead = 1000

// RunAll runs commands of one county in the order given, many to a commit: each is
// handed to the county's writer before those before it are answered, so that what
// is recorded, and in which order, is the same as one by one. A command that
// prepares reads what is committed; it waits for those before it, unless they
// prepare as well. RunAll returns the first refusal, when all that were handed over
// are answered; what comes after a refused command may have run.
func (a *App) RunAll(ctx context.Context, county string, list []Order) error {
	p := pipeline{app: a, county: county}
	for i := range list {
		if err := p.add(ctx, &list[i]); err != nil {
			return cmp.Or(p.wait(), err) // what was handed over came first
		}
	}
	return p.wait()
}

// pipeline is what RunAll has handed over and not seen answered.
type pipeline struct {
	app       *App
	county    string
	ahead     []flying
	preparing bool // the last one prepares
}

type flying struct {
	job  *job
	name string
}

func (p *pipeline) add(ctx context.Context, o *Order) error {
	c, raw, err := o.command()
	if err != nil {
		return fmt.Errorf("%s: %w", o.Name, err)
	}
	_, prepares := c.(preparing)
	if prepares && !p.preparing || len(p.ahead) >= maxAhead {
		if err := p.wait(); err != nil {
			return err
		}
	}
	p.preparing = prepares
	j, err := p.app.submit(ctx, Request{County: p.county, Who: o.Who, Key: o.Key, Raw: raw}, c)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Spec().Name, err)
	}
	p.ahead = append(p.ahead, flying{j, c.Spec().Name})
	return nil
}

// wait sees everything answered and returns the first refusal.
func (p *pipeline) wait() (first error) {
	for _, f := range p.ahead {
		if _, err := p.app.await(p.county, f.job); err != nil && first == nil {
			first = fmt.Errorf("%s: %w", f.name, err)
		}
	}
	p.ahead = p.ahead[:0]
	return first
}
