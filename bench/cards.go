package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"fundbook/bench/load"
	"fundbook/bench/rig"
	"fundbook/internal/db"
	"fundbook/payments"
	"fundbook/projects"
)

// The figures of the cards stage, in milliseconds.
const (
	rosterName = "roster imported"
	reportName = "roster reported, a tenth of its rows wrong"
	batchOfAll = "card batch, from its making to its entry"
)

// cards measures what a county does for its households: a roster judged, sealed and
// recorded, the report of one that has errors, and a card batch made, checked,
// frozen, reviewed, exported and posted as one entry.
func (b *bench) cards(ctx context.Context) error {
	for _, engine := range engines {
		b.say("cards on %s: a roster of %d, batches of %d", engine, b.plan.Roster, b.plan.Cards)
		s, err := b.newStore(ctx, engine, rig.Bare)
		if err != nil {
			return err
		}
		w, err := s.households(ctx)
		if err != nil {
			return err
		}
		if err := s.Account(ctx); err != nil {
			return err
		}
		if err := s.serve(ctx); err != nil {
			return err
		}
		for round := range b.plan.Rounds {
			if err := s.cardsOf(ctx, w, round); err != nil {
				return err
			}
		}
		if err := s.close(); err != nil {
			return err
		}
	}
	return nil
}

// households makes the county in the store, with a roster that is owed.
func (s *site) households(ctx context.Context) (*load.Households, error) {
	d, err := db.Open(ctx, s.URL)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }() // everything is on disk
	if err := d.Migrate(ctx); err != nil {
		return nil, err
	}
	w, err := load.NewHouseholds(ctx, d, s.Dir)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	return w, w.Confirm(ctx, s.b.plan.Cards)
}

// cardsOf is one round. The bank refuses every row of the batch, so that the next
// round can pay the roster again.
func (s *site) cardsOf(ctx context.Context, w *load.Households, round int) error {
	c, err := s.desk(ctx)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	people := w.People(s.b.plan.Cards+round*s.b.plan.Roster, s.b.plan.Roster)
	c.begin()
	said := c.do("/rosters/preview", w.Roster(fmt.Sprintf("V%d", round), load.Wrong(people, 10)))
	c.done(reportName, round)
	c.wants(said, s.b.plan.Roster, s.b.plan.Roster/10)
	c.begin()
	c.do("/roster/create", w.Roster(fmt.Sprintf("N%d", round), people))
	c.done(rosterName, round)

	code := fmt.Sprintf("B%d", round)
	step, dated := payments.BatchStepCmd{Code: code}, payments.BatchDateCmd{Code: code, Date: w.PaidOn}
	c.begin()
	c.do("/batch/create", payments.BatchCmd{Code: code, Roster: load.Owed})
	c.do("/batch/check", step)
	c.do("/batch/freeze", step)
	c.do("/batch/send", step)
	c.do("/batch/approve", dated)
	c.do("/batch/export", payments.ExportCmd{Code: code})
	file := bytes.Clone(c.do("/batches/"+code+"/bank-file", nil))
	c.do("/batch/pay_out", dated)
	c.done(batchOfAll, round)
	if c.err != nil {
		return c.err
	}
	answer, err := load.RefuseAll(file)
	if err != nil {
		return err
	}
	c.do("/batch/result", payments.ResultCmd{Code: code, Date: w.PaidOn, File: answer})
	return c.err
}

// desk is one person at work: one request after another, until one is refused.
type desk struct {
	s     *site
	conn  *load.Conn
	rng   *rand.Rand
	start time.Time
	err   error
}

func (s *site) desk(ctx context.Context) (*desk, error) {
	conn, err := load.Dial(ctx, s.server.Target)
	return &desk{s: s, conn: conn, rng: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}, err
}

func (c *desk) begin() { c.start = time.Now() }

// done keeps what went by since begin.
func (c *desk) done(name string, round int) {
	if c.err != nil {
		return
	}
	took := millis(time.Since(c.start))
	c.s.b.report.Samples.add(c.s.key(StageCards, name), round, took)
	c.s.b.say("  %-9s %-42s %9.0f ms", c.s.engine, name, took)
}

// wants reads a report: how many rows and how many errors it must have found.
func (c *desk) wants(report []byte, rows, errors int) {
	if c.err != nil {
		return
	}
	var r projects.RosterReport
	if c.err = json.Unmarshal(report, &r); c.err == nil && (r.Rows != rows || r.Errors != errors || len(r.Findings) < errors) {
		c.err = fmt.Errorf("the report tells of %d rows, %d errors, %d findings; want %d and %d", r.Rows, r.Errors, len(r.Findings), rows, errors)
	}
}

// do sends a command, or asks when there is no body, and returns the answer.
func (c *desk) do(path string, body any) []byte {
	if c.err != nil {
		return nil
	}
	q := load.Request{Path: c.s.county() + path, Key: load.NewKey(c.rng)}
	if body != nil {
		if q.Body, c.err = json.Marshal(body); c.err != nil {
			return nil
		}
	}
	status, answer, err := c.conn.Do(&q)
	if c.err = err; err == nil && status != 200 {
		c.err = fmt.Errorf("%s: status %d: %.400s", path, status, answer)
	}
	return answer
}
