package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"fundbook/bench/load"
	"fundbook/bench/rig"
)

// Report is what a run measured, and under which conditions.
type Report struct {
	Plan    Plan       `json:"plan"`
	Machine Conditions `json:"machine"`
	Samples Samples    `json:"samples"`
	Notes   []string   `json:"notes,omitempty"` // what could not be measured, and why
}

// bench is one run.
type bench struct {
	plan    Plan
	dir     string
	pg      *rig.Postgres
	program rig.Program
	report  *Report
	say     func(format string, args ...any)
	stores  int
	closers []func() error
}

// Run measures what the plan names and tells by say what it is doing. What
// cannot be measured is noted; a wrong answer ends the run.
func Run(ctx context.Context, plan Plan, say func(format string, args ...any)) (*Report, error) {
	dir, err := os.MkdirTemp(plan.Dir, "fundbench-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL may run as another user
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	b := &bench{plan: plan, dir: dir, say: say, report: &Report{Plan: plan}}
	err = b.run(ctx)
	b.closeAll()
	if b.pg != nil {
		b.pg.Close()
	}
	return b.report, errors.Join(err, os.RemoveAll(dir))
}

func (b *bench) run(ctx context.Context) error {
	var err error
	b.say("build the program")
	if b.program, err = rig.Build(ctx, b.dir); err != nil {
		return err
	}
	b.say("start PostgreSQL, pgbench -i -s %d", b.plan.Scale)
	if b.pg, err = rig.StartPostgres(b.dir); err != nil {
		return err
	}
	if err := b.pg.InitPgbench(ctx, b.plan.Scale); err != nil {
		return err
	}
	if b.report.Machine, err = b.conditions(ctx); err != nil {
		return err
	}
	for _, s := range []struct {
		name string
		run  func(context.Context) error
	}{
		{StageRounds, b.rounds}, {StageSize, b.sizes}, {StagePrice, b.price}, {StageGrowth, b.growth}, {StageCards, b.cards}, {StageParts, b.parts},
	} {
		if !b.plan.has(s.name) {
			continue
		}
		if err := s.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		b.closeAll()
	}
	return nil
}

func (b *bench) closeAll() {
	for i := len(b.closers) - 1; i >= 0; i-- {
		if err := b.closers[i](); err != nil {
			b.note("%v", err)
		}
	}
	b.closers = nil
}

func (b *bench) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	b.say("note: %s", text)
	b.report.Notes = append(b.report.Notes, text)
}

// site is a store with a service on it.
type site struct {
	*rig.Store
	engine string
	server *rig.Server
	b      *bench
	pgName string
}

// newStore makes a store, in the way given: nothing serves it yet.
func (b *bench) newStore(ctx context.Context, engine string, make storeMaker) (*site, error) {
	b.stores++
	s := &site{engine: engine, b: b}
	dir := filepath.Join(b.dir, "store-"+strconv.Itoa(b.stores))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	url := ""
	if engine == postgres {
		var err error
		if s.pgName, err = b.pg.NewDatabase(ctx); err != nil {
			return nil, err
		}
		url = b.pg.URL(s.pgName)
	}
	var err error
	if s.Store, err = make(ctx, b.program, dir, url); err != nil {
		return nil, err
	}
	s.LogLevel, s.Work.Lots = b.plan.LogLevel, b.plan.Lots
	return s, nil
}

// storeMaker is rig.NewStore or rig.Bare.
type storeMaker func(ctx context.Context, p rig.Program, dir, url string) (*rig.Store, error)

// newSite makes a store, serves it and funds the county.
func (b *bench) newSite(ctx context.Context, engine string) (*site, error) {
	s, err := b.newStore(ctx, engine, rig.NewStore)
	if err != nil {
		return nil, err
	}
	return s, s.open(ctx)
}

// open serves the store and funds the county.
func (s *site) open(ctx context.Context) error {
	if err := s.serve(ctx); err != nil {
		return err
	}
	return s.Work.Fund(ctx, s.server.Target)
}

// serve serves the store.
func (s *site) serve(ctx context.Context) error {
	var err error
	if s.server, err = s.Serve(ctx); err != nil {
		return err
	}
	s.b.closers = append(s.b.closers, s.close)
	return nil
}

// close stops the service and deletes the store; twice is once.
func (s *site) close() error {
	if s.server == nil {
		return nil
	}
	err := s.server.Stop()
	s.server = nil
	if s.pgName != "" {
		err = errors.Join(err, s.b.pg.DropDatabase(context.Background(), s.pgName))
	}
	return errors.Join(err, os.RemoveAll(s.Dir))
}

// key names a figure of this site.
func (s *site) key(stage, name string) Key { return Key{stage, s.engine, name} }

// load runs one closed loop on the site and keeps its figures.
func (s *site) load(ctx context.Context, k Key, round int, spec load.Spec) error {
	spec.To = s.server.Target
	if spec.For == 0 && spec.Requests == 0 {
		spec.For = s.b.plan.Each
	}
	before := s.cpu()
	r, err := load.Run(ctx, spec)
	if err != nil {
		return fmt.Errorf("%s %s: %w", s.engine, k.Name, err)
	}
	all := &s.b.report.Samples
	all.addLoad(k, round, &r, s.cpu()-before)
	s.b.say("  %-9s %-26s %9.0f/s   p50 %8.2f ms   p99 %8.2f ms   %5.0f µs of CPU each",
		s.engine, k.Name, r.Rate(), millis(r.P50), millis(r.P99), (*all)[len(*all)-1].CPU)
	return nil
}

// cpu is the processor time of the service, and of the database where that is a
// process of its own.
func (s *site) cpu() time.Duration {
	sum := s.server.CPU()
	if s.engine == postgres {
		sum += s.b.pg.CPU()
	}
	return sum
}

// tpcb runs pgbench and keeps its figure.
func (b *bench) tpcb(ctx context.Context, stage string, round, clients int) error {
	before := b.pg.CPU()
	r, err := b.pg.RunPgbench(ctx, clients, b.plan.Each)
	if err != nil {
		return err
	}
	used := b.pg.CPU() - before // of the server alone
	if r.Failed > 0 {
		return fmt.Errorf("pgbench: %d transactions failed", r.Failed)
	}
	k := tpcbKey(stage, clients)
	b.report.Samples = append(b.report.Samples, Sample{
		Stage: stage, Name: k.Name, Round: round, Value: r.TPS, P50: r.LatencyMS, CPU: float64(used.Microseconds()) / float64(max(1, r.Transactions)),
	})
	b.say("  %-9s %-26s %9.0f/s", "pgbench", k.Name, r.TPS)
	return nil
}

func tpcbKey(stage string, clients int) Key {
	return Key{Stage: stage, Name: "tpcb-" + strconv.Itoa(clients)}
}
