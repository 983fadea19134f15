package app_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
)

// walkEngine is one of the two stores.
type walkEngine struct {
	name string
	app  *app.App
	db   *db.DB
}

// walkPair is a SQLite and a PostgreSQL store under one clock; sequences run in it
// one after the other, each in a county of its own.
type walkPair struct {
	ctx     context.Context
	clock   atomic.Int64
	engines [2]walkEngine
}

func newWalkPair(t testing.TB) *walkPair {
	t.Helper()
	p := &walkPair{ctx: t.Context()}
	p.clock.Store(at("2026-06-15"))
	for i, e := range []walkEngine{{name: "SQLite", db: dbtest.SQLite(t)}, {name: "PostgreSQL", db: dbtest.Postgres(t)}} {
		e.app = app.Open(app.Options{DB: e.db, Data: t.TempDir(), Clock: p.clock.Load})
		t.Cleanup(e.app.Close)
		p.engines[i] = e
	}
	return p
}

// walkStep is one command of a sequence, as it was given.
type walkStep struct {
	at    int64 // the clock
	who   auth.Who
	owner string // the township whose own the command is about; "" the county's
	name  string
	body  any
	fault string // code of the refusal; "" accepted
	why   string // its words
}

// longZero are digests, which say nothing to a reader.
var longZero = regexp.MustCompile(`\[(\d+ ){31}\d+\]`)

func (s *walkStep) String() string {
	out := "accepted"
	if s.fault != "" {
		out = "refused: " + s.fault + " " + s.why
	}
	body := longZero.ReplaceAllString(fmt.Sprintf("%+v", s.body), "[…]")
	if len(body) > 600 {
		body = body[:600] + "…"
	}
	return fmt.Sprintf("%s %s %s %s → %s", time.UnixMicro(s.at).UTC().Format(time.DateOnly), s.who.Name, s.name, body, out)
}

// answer is what one engine said.
type answer struct {
	out    app.Outcome
	err    error
	posted []posted
}

// posted is a posting as ledger.Post was given it.
type posted struct {
	posting ledger.Posting
	first   int64
	err     error
}

// walkError ends a sequence: a difference, or a law that does not hold.
type walkError struct{ why string }

func (f walkError) Error() string { return f.why }

func (w *walk) failf(format string, args ...any) { panic(walkError{fmt.Sprintf(format, args...)}) }

// guard runs fn and returns the failure that ended it.
func (w *walk) guard(fn func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case walkError:
			err = x
		default:
			panic(x)
		}
	}()
	fn()
	return nil
}

// open makes the county of a sequence in both stores.
func (p *walkPair) open(code string) error {
	p.clock.Store(at("2026-06-15"))
	list := region.List{County: region.Code(code), Name: "样例县", File: "divisions.csv", Source: "样例"}
	for _, x := range [][2]string{{"", "样例县"}, {"101", townA}, {"101201", "甲村"}, {"102", townB}, {"102201", "乙村"}} {
		c := region.Code(code + x[0])
		list.Rows = append(list.Rows, region.Division{Code: c, Name: x[1], Level: c.Level(), Parent: c.Parent(), From: 20200101})
	}
	for i := range p.engines {
		e := &p.engines[i]
		if err := e.app.InitCounty(p.ctx, auth.LocalOperator, app.NewCounty{Code: code, Name: "样例县", OpenMonths: 16}); err != nil {
			return err
		}
		if err := e.app.ImportDivisions(p.ctx, auth.LocalOperator, "divisions-of-"+code, list); err != nil {
			return err
		}
	}
	return nil
}

// ask runs a step on both engines at once.
func (w *walk) ask(s *walkStep) (answers [2]answer) {
	w.pair.clock.Store(s.at)
	w.keys++
	key := fmt.Sprintf("walk-%s-%06d", w.county, w.keys)
	done := make(chan struct{})
	run := func(i int) {
		a := &answers[i]
		begin := func() { a.posted = nil }
		tell := func(p ledger.Posting, first int64, err error) { a.posted = append(a.posted, posted{p, first, err}) }
		r := app.Request{County: w.county, Who: s.who, Key: key}
		if _, command := s.body.(app.Command); command {
			r.Raw = []byte(key)
		}
		a.out, a.err = w.pair.engines[i].app.RunWatched(w.pair.ctx, r, s.name, s.body, begin, tell)
	}
	go func() { defer close(done); run(1) }()
	run(0)
	<-done
	return answers
}

// do runs a step on both engines, compares what they answer and record, lets the
// ledgers in memory follow, and holds the laws. It reports whether the command was
// accepted.
func (w *walk) do(s walkStep) bool {
	if s.at == 0 {
		s.at = w.now
	}
	w.steps = append(w.steps, s)
	last := &w.steps[len(w.steps)-1]
	a := w.ask(last)
	if a[0].err != nil || a[1].err != nil {
		last.fault, last.why = w.refusal(a), a[0].err.Error()
	} else if err := sameRecords(a[0].out.Records, a[1].out.Records); err != nil {
		w.failf("%s: %v", s.name, err)
	}
	if last.fault == "" {
		w.mayHave(last)
	}
	if err := w.books.follow(w, last, &a[1]); err != nil {
		w.failf("%s: %v", s.name, err)
	}
	if last.fault == "" {
		if err := w.laws(); err != nil {
			w.failf("after %s: %v", s.name, err)
		}
	}
	if w.count++; w.count%8 == 0 {
		w.compareBalances()
	}
	return last.fault == ""
}

// refusal compares two refusals and returns their code.
func (w *walk) refusal(a [2]answer) string {
	var codes [2]string
	for i := range a {
		if a[i].err == nil {
			w.failf("%s: SQLite %v, PostgreSQL %v", w.steps[len(w.steps)-1].name, a[0].err, a[1].err)
		}
		var f *fault.Error
		if !errors.As(a[i].err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
			w.failf("%s on %s: %v", w.steps[len(w.steps)-1].name, w.pair.engines[i].name, a[i].err)
		}
		codes[i] = f.Code
	}
	if codes[0] != codes[1] {
		w.failf("%s: SQLite %v, PostgreSQL %v", w.steps[len(w.steps)-1].name, a[0].err, a[1].err)
	}
	return codes[0]
}

// strange says that somebody has no business with the money of the walk.
func strange(who auth.Who) bool {
	return who.Role == auth.Auditor || who.Role == auth.Village || who.Role == auth.Admin
}

// mayHave fails when somebody ran what they may not: a reader, the administrator, a
// township what is the county's or another's.
func (w *walk) mayHave(s *walkStep) {
	if strange(s.who) {
		w.failf("%s (%s) ran %s", s.who.Name, s.who.Role, s.name)
	}
	if s.who.Role != auth.Township {
		return
	}
	op, known := app.FindOperation(s.name)
	if own := s.owner == s.who.Unit || s.name == "evidence.add"; !own || known && !op.Township {
		w.failf("%s ran %s of %q", s.who.Name, s.name, s.owner)
	}
}

// sameRecords compares what the engines recorded for a command: entries in full;
// of facts, whose identifiers, salts and keyed digests are each store's own, their
// kinds, actors and days.
func sameRecords(a, b []db.Record) error {
	if len(a) != len(b) {
		return fmt.Errorf("SQLite recorded %d, PostgreSQL %d", len(a), len(b))
	}
	for i := range a {
		x, y := &a[i], &b[i]
		if x.Seq != y.Seq || x.At != y.At || x.Lines != y.Lines || x.Day != y.Day || x.Actor != y.Actor || x.Kind != y.Kind || x.Command != y.Command || x.Slot != y.Slot {
			return fmt.Errorf("record %d: SQLite %s by %x on %d, PostgreSQL %d %s by %x on %d", x.Seq, x.Kind, x.Actor, x.Day, y.Seq, y.Kind, y.Actor, y.Day)
		}
		if x.Kind != ledger.KindEntry {
			continue
		}
		e, err := ledger.EntryOf(x)
		f, errF := ledger.EntryOf(y)
		if err != nil || errF != nil || !reflect.DeepEqual(e, f) {
			return fmt.Errorf("entry %d: SQLite %+v (%w), PostgreSQL %+v (%w)", x.Seq, e, err, f, errF)
		}
	}
	return nil
}

// numbers are the county's numbers in both stores; they are equal.
func (p *walkPair) number(code string) (int32, error) {
	var nos []int32
	for i := range p.engines {
		row, err := db.FindCounty(p.ctx, p.engines[i].db.Read, code)
		if err != nil {
			return 0, err
		}
		nos = append(nos, row.County)
	}
	if len(slices.Compact(nos)) != 1 {
		return 0, fmt.Errorf("county %s has the numbers %v", code, nos)
	}
	return nos[0], nil
}
