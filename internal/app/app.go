// Package app is the one door to a store: every write of API, pages, command
// line and import goes through Do, every read through Read. It owns the writers
// (one goroutine per county), the clock, the signing keys, and the table of
// commands with their permissions.
package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
)

var (
	// ErrClosed says that the program is stopping.
	ErrClosed = fault.New(fault.Unavailable, "app.closed", "服务正在停止", "the service is stopping")
	// ErrGone says that the client went away before its command ran.
	ErrGone = fault.New(fault.Unavailable, "app.gone", "客户端已断开，命令未执行", "the client went away before the command ran")
	// ErrKey refuses an idempotency key out of form.
	ErrKey = fault.New(fault.Invalid, "idempotency.key", "幂等键须为 16 至 64 个可见 ASCII 字符", "an idempotency key is 16 to 64 visible ASCII characters")
)

// Options are what Open needs.
type Options struct {
	DB   *db.DB
	Data string // directory of keys and issued notices
	Log  *slog.Logger
	// Clock replaces the wall clock in tests: microseconds of UTC.
	Clock func() int64
	// Fonts is a directory whose fonts replace the built-in ones; may be empty.
	Fonts string
	// SigningKeyFile replaces the key files of a store with one county.
	SigningKeyFile string
	// RawEvents takes internal events by the door of direct ones, without their
	// gates: for load generators, never set by a front.
	RawEvents bool
}

// App is an open store.
type App struct {
	db    *db.DB
	data  string
	log   *slog.Logger
	clock func() int64
	keys  keyring

	mu      sync.Mutex
	writers map[string]*writer // by county code
	closed  bool
	stop    chan struct{}
	wg      sync.WaitGroup

	users userCache
	heads headSigner
	stats *stats
	fonts fontShelf

	glances glances
	persons boxShelf
	raw     bool
}

// Open starts the door of a migrated store.
func Open(o Options) *App {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = now
	}
	a := &App{
		db: o.DB, data: o.Data, log: o.Log, clock: o.Clock,
		writers: map[string]*writer{}, stop: make(chan struct{}), stats: newStats(),
		fonts: fontShelf{dir: o.Fonts}, persons: newBoxShelf(o.Data),
		raw:  o.RawEvents,
		keys: keyring{dir: filepath.Join(o.Data, "keys"), file: o.SigningKeyFile},
	}
	a.heads.start(a)
	return a
}

// Close stops the writers after the batch they are in.
func (a *App) Close() {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		return
	}
	a.closed = true
	close(a.stop)
	a.mu.Unlock()
	a.wg.Wait()
}

// DB returns the store's database, for reads by the fronts' reports.
func (a *App) DB() *db.DB { return a.db }

// Now returns the time in microseconds of UTC.
func (a *App) Now() int64 { return a.clock() }

// Outcome is what a command recorded. A replay yields the same records.
type Outcome struct {
	County   string
	Records  []db.Record
	Replayed bool
}

// Request is one command from one actor under one key. Raw is the body as it
// came, sealed by the store's secret to tell a replay from another body.
type Request struct {
	County string
	Who    auth.Who
	Key    string
	Raw    []byte
}

// Do runs a command: authorise, seal the body, hand it to the county's writer,
// wait until it is on disk.
func (a *App) Do(ctx context.Context, r Request, c Command) (Outcome, error) {
	out, err := a.do(ctx, r, c)
	switch {
	case err != nil:
		a.stats.failed(err)
	case out.Replayed:
		a.stats.replayed.Add(1)
	}
	return out, err
}

func (a *App) do(ctx context.Context, r Request, c Command) (Outcome, error) {
	j, err := a.submit(ctx, r, c)
	if err != nil {
		return Outcome{}, err
	}
	return a.await(r.County, j)
}

// submit authorises a command, seals its body and hands it to the county's writer.
func (a *App) submit(ctx context.Context, r Request, c Command) (*job, error) {
	if err := checkKey(r.Key); err != nil {
		return nil, err
	}
	if err := permit(r, c); err != nil {
		return nil, err
	}
	c = a.opened(c)
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := confine(r, c); err != nil {
		return nil, err
	}
	if err := a.db.CheckSecret(); err != nil {
		return nil, err
	}
	w, err := a.writer(ctx, r.County)
	if err != nil {
		return nil, db.Passing(err)
	}
	run := c.run
	if p, ok := c.(preparing); ok {
		if run, err = p.prepare(ctx, a, r); err != nil {
			return nil, err
		}
	}
	j := &job{
		ctx: ctx, run: run, done: make(chan struct{}),
		call: db.Call{Actor: r.Who.ID, Command: c.Spec().Name, Key: r.Key, MAC: a.db.BodyMAC(c.Spec().Name, r.Raw), Unit: r.Who.Scope()},
	}
	select {
	case w.queue <- j:
		return j, nil
	default:
		return nil, ErrBusy
	}
}

// await returns what became of a command, once that is on disk.
func (a *App) await(county string, j *job) (Outcome, error) {
	select {
	case <-j.done:
	case <-a.stop:
		// The writer may still be committing; only it knows.
		a.wg.Wait()
		select {
		case <-j.done:
		default:
			return Outcome{}, ErrClosed
		}
	}
	if j.err != nil {
		return Outcome{}, j.err
	}
	return Outcome{County: county, Records: j.records, Replayed: j.replayed}, nil
}

// permit holds a command to what the actor's role may do.
func permit(r Request, c Command) error {
	for _, p := range c.permissions() {
		if err := r.Who.May(p, r.County); err != nil {
			return err
		}
	}
	return nil
}

// confine holds a township to its own.
func confine(r Request, c Command) error {
	if r.Who.Role == auth.Township {
		return c.within(r.Who.Unit)
	}
	return nil
}

func checkKey(key string) error {
	if len(key) < 16 || len(key) > 64 {
		return ErrKey.With("%d 个字符", len(key))
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return ErrKey.With("第 %d 个字符", i+1)
		}
	}
	return nil
}

// writer returns the county's writer, starting it at first use.
func (a *App) writer(ctx context.Context, code string) (*writer, error) {
	a.mu.Lock()
	w, ok := a.writers[code]
	closed := a.closed
	a.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	if ok {
		return w, nil
	}
	row, err := db.FindCounty(ctx, a.db.Read, code)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if w, ok := a.writers[code]; ok {
		return w, nil
	}
	if a.closed {
		return nil, ErrClosed
	}
	w = &writer{
		db: a.db, county: db.NewCounty(row.County), queue: make(chan *job, maxQueue), clock: a.clock, log: a.log, stats: a.stats,
		after: func([]db.Record) { a.heads.wake(code) },
	}
	a.writers[code] = w
	a.wg.Add(1)
	go func() {
		defer a.wg.Done()
		w.loop(a.stop)
	}()
	return w, nil
}
