package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"fundbook/bench/rig"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

const (
	clients = 24
	// rounds bounds how often a control that must fail is tried: what a kill hits
	// is chance.
	rounds = 12
)

// programs are built once for all tests: the product, and the control that
// answers before COMMIT.
var programs struct {
	dir  string
	once [2]sync.Once
	list [2]rig.Program
	errs [2]error
}

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "fundbook-crash-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() { _ = os.RemoveAll(dir) }() // temporary
		programs.dir = dir
		return m.Run()
	}())
}

const (
	product     = 0
	answerEarly = 1
)

func program(t *testing.T, which int) rig.Program {
	t.Helper()
	p := &programs
	p.once[which].Do(func() {
		var tags []string
		if which == answerEarly {
			tags = []string{"fundbook_answer_early"}
		}
		p.list[which], p.errs[which] = rig.Build(context.WithoutCancel(t.Context()), p.dir, tags...)
	})
	if p.errs[which] != nil {
		t.Fatal(p.errs[which])
	}
	return p.list[which]
}

// scene is a store under load in one test.
type scene struct {
	t     *testing.T
	store *rig.Store
	pg    *dbtest.Cluster // nil on SQLite
	crew  *Crew
	ours  []*rig.Server
}

// newScene makes a small funded county and serves it once.
func newScene(t *testing.T, engine db.Engine, which int) *scene {
	t.Helper()
	s := &scene{t: t}
	url := ""
	if engine == db.PostgreSQL {
		s.pg = dbtest.StartOwn(t, dbtest.Options{Durable: true})
		url = s.pg.DSN("postgres", s.pg.NewDatabase(t, "crash"))
	}
	var err error
	if s.store, err = rig.NewStore(t.Context(), program(t, which), t.TempDir(), url); err != nil {
		t.Fatal(err)
	}
	s.store.Work.Lots, s.store.LogLevel = 5, "warn"
	v := s.serve()
	if err := s.store.Work.Fund(t.Context(), v.Target); err != nil {
		t.Fatal(err)
	}
	s.crew = &Crew{Work: s.store.Work, Token: s.store.Token}
	s.tell()
	return s
}

// serve starts one more server of the store.
func (s *scene) serve() *rig.Server {
	s.t.Helper()
	v, err := s.store.Serve(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	s.ours = append(s.ours, v)
	s.t.Cleanup(v.Kill)
	return v
}

// tell tells the crew where the servers are.
func (s *scene) tell() {
	var addrs []string
	for _, v := range s.ours {
		addrs = append(addrs, v.Addr)
	}
	s.crew.Serve(addrs...)
}

// killServer kills the i-th server and puts another in its place.
func (s *scene) killServer(i int) {
	s.t.Helper()
	s.ours[i].Kill()
	s.ours[i] = s.serve()
	s.ours = s.ours[:len(s.ours)-1]
	s.tell()
}

// stopAll stops the servers in good order.
func (s *scene) stopAll() {
	s.t.Helper()
	for _, v := range s.ours {
		if err := v.Stop(); err != nil {
			s.t.Error(err)
		}
	}
	s.ours = nil
}

// work lets the crew pay while fn does its harm, and then bring every payment to
// an end.
func (s *scene) work(fn func()) []*Payment {
	s.t.Helper()
	s.crew.Start(s.t.Context(), clients)
	fn()
	sent, err := s.crew.Rest()
	if err != nil {
		s.t.Fatalf("the crew: %v\n%s", err, s.ours[0].Log())
	}
	return sent
}

// compare reads the log as another process would.
func (s *scene) compare(sent []*Payment) Finding {
	s.t.Helper()
	var f Finding
	s.read(func(d *db.DB) (err error) {
		f, err = s.crew.Compare(s.t.Context(), d, sent)
		return err
	})
	s.t.Log(f.String())
	return f
}

func (s *scene) read(fn func(d *db.DB) error) {
	s.t.Helper()
	d, err := db.Open(s.t.Context(), s.store.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = d.Close() }() // only read
	if err := fn(d); err != nil {
		s.t.Fatal(err)
	}
}

// mustHold checks the laws of a crash: nothing acknowledged is lost, nothing
// stands twice, and the store verifies.
func (s *scene) mustHold(sent []*Payment) {
	s.t.Helper()
	f := s.compare(sent)
	if !f.Good() || f.Acked != f.Payments || f.Entries != f.Payments {
		s.t.Errorf("the log does not hold what was acknowledged: %s", f.String())
	}
	if wrong := s.crew.Wrong(); len(wrong) > 0 {
		s.t.Errorf("%d answers were neither 200 nor 503, first %s", len(wrong), wrong[0])
	}
	if f.Payments < 100 {
		s.t.Errorf("only %d payments: that is no load", f.Payments)
	}
	s.stopAll()
	s.read(func(d *db.DB) error { return Verify(s.t.Context(), d) })
}

// pause lets the load run for about a time.
func pause(d time.Duration) { time.Sleep(d/2 + rand.N(d)) }

// eachEngine runs fn on SQLite and on PostgreSQL.
func eachEngine(t *testing.T, fn func(t *testing.T, engine db.Engine)) {
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			fn(t, engine)
		})
	}
}

// TestServerKilled kills the server three times in the middle of load.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		s := newScene(t, engine, product)
		s.mustHold(s.work(func() {
			for range 3 {
				pause(500 * time.Millisecond)
				s.killServer(0)
			}
			pause(300 * time.Millisecond)
		}))
	})
}

// TestPostgresKilled kills PostgreSQL whole in the middle of load, twice, and
// once together with the server.
func TestPostgresKilled(t *testing.T) {
	t.Parallel()
	s := newScene(t, db.PostgreSQL, product)
	s.mustHold(s.work(func() {
		for i := range 3 {
			pause(500 * time.Millisecond)
			s.pg.Kill9()
			if i == 2 {
				s.ours[0].Kill()
			}
			s.pg.Restart()
		}
		s.killServer(0)
		pause(300 * time.Millisecond)
	}))
}

// TestTwoServers lets two servers write one store and kills each of them once.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		s := newScene(t, engine, product)
		s.serve()
		s.tell()
		s.mustHold(s.work(func() {
			pause(1500 * time.Millisecond)
			s.killServer(0)
			pause(700 * time.Millisecond)
			s.killServer(1)
			pause(700 * time.Millisecond)
		}))
	})
}

// control repeats a round of harm until the harness sees what it must see.
func (s *scene) control(what string, harm func(), seen func(*Finding) bool) {
	s.t.Helper()
	for range rounds {
		sent := s.work(func() {
			pause(300 * time.Millisecond)
			harm()
			pause(100 * time.Millisecond)
		})
		if f := s.compare(sent); seen(&f) {
			return
		}
	}
	s.t.Errorf("%s: the harness saw nothing in %d rounds", what, rounds)
}

func lost(f *Finding) bool    { return len(f.Lost) > 0 }
func doubled(f *Finding) bool { return len(f.Doubled) > 0 }

// TestControlAsynchronousCommit must lose acknowledged payments: PostgreSQL
// answers before its log is on disk, and is killed whole. The setting changes
// under the running server, which would refuse to start with it.
func TestControlAsynchronousCommit(t *testing.T) {
	t.Parallel()
	s := newScene(t, db.PostgreSQL, product)
	s.control("synchronous_commit=off", func() {
		s.pg.SetConf("wal_writer_delay", "10s")
		s.pg.SetConf("synchronous_commit", "off")
		pause(300 * time.Millisecond)
		s.pg.Kill9()
		s.pg.SetConf("synchronous_commit", "on")
		s.pg.Restart()
	}, lost)
}

// TestControlAnswerEarly must lose acknowledged payments: the server answers
// before COMMIT, and is killed.
func TestControlAnswerEarly(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		s := newScene(t, engine, answerEarly)
		s.control("answers before COMMIT", func() { s.killServer(0) }, lost)
	})
}

// TestControlFreshKeys must double payments: what is sent again has another key.
func TestControlFreshKeys(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		s := newScene(t, engine, product)
		s.crew.FreshKeys = true
		s.control("another key on retry", func() { s.killServer(0) }, doubled)
	})
}
