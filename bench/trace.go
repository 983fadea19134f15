package bench

import (
	"context"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"

	"fundbook/bench/load"
)

// traceTime bounds the loads of traces: each is one person's question.
const traceTime = 2 * time.Second

// traced are the questions: one way, and the three back.
var traced = []struct {
	name string
	ask  func(s *site, r *rand.Rand, size int) string
}{
	{"a document to its recipients", func(s *site, r *rand.Rand, _ int) string { return "document=" + load.DocumentCode(r.IntN(s.Work.Lots)) }},
	{"a payee to the documents", func(_ *site, r *rand.Rand, _ int) string {
		return "payee=" + url.QueryEscape(load.Payee(r.IntN(load.Payees)))
	}},
	{"a project to its document", func(s *site, r *rand.Rand, _ int) string { return "project=" + s.Work.Project(s.Work.Spread(r)) }},
	{"an entry to its document", func(_ *site, r *rand.Rand, size int) string { return "entry=" + strconv.Itoa(size/2+r.IntN(size/2)) }},
}

func traceKey(engine, name string, size int) Key {
	return growth(engine, "trace "+name+" at "+strconv.Itoa(size))
}

// traces asks where money went and where it came from, in a ledger of so many
// entries.
func (s *site) traces(ctx context.Context, size int) error {
	for round := range s.b.plan.Rounds {
		for _, x := range traced {
			spec := load.Spec{Clients: 1, For: min(traceTime, s.b.plan.Each), Next: func(r *rand.Rand, q *load.Request) {
				q.Path = s.county() + "/trace?" + x.ask(s, r, size)
			}}
			if err := s.load(ctx, traceKey(s.engine, x.name, size), round, spec); err != nil {
				return err
			}
		}
	}
	return nil
}
