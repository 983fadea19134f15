package app

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

const (
	maxBatch   = 512 // commands of one database transaction
	maxQueue   = 4096
	maxRetries = 5
)

// answer lets the caller go on.
func (j *job) answer() { j.once.Do(func() { close(j.done) }) }

// ErrBusy says that too many commands wait for a county's writer.
var ErrBusy = fault.New(fault.Unavailable, "app.busy", "记账请求过多，请稍后用同一幂等键重试", "too many commands are waiting; retry with the same key")

// job is one command waiting for its county's writer.
type job struct {
	ctx  context.Context // of the client
	call db.Call
	run  func(ctx context.Context, tx *db.Tx) error

	// The answer, set before done is closed.
	records  []db.Record
	replayed bool
	err      error
	done     chan struct{}
	once     sync.Once
	tried    bool // has run once: from then on its client's absence counts no more

	// Where the command's records stand in the batch, or in the table.
	first, count int
	seq          int64 // of a replay
}

// writer is the one goroutine of this process that writes a county. It runs
// commands as they come into the batch that is open, while the batch before it
// commits; when that one is on disk, the open batch is sealed and sent. So a lone
// client waits for nothing, and many share one commit.
type writer struct {
	db     *db.DB
	county *db.County // guarded by mu
	mu     sync.Mutex // held while commands run
	queue  chan *job
	clock  func() int64
	log    *slog.Logger
	stats  *stats
	after  func(records []db.Record)
}

// flight is a batch on its way to the disk, or about to be sent there.
type flight struct {
	batch  *db.Batch
	jobs   []*job
	err    error
	took   time.Duration // to the disk
	landed chan struct{} // closed when err and took are known
}

func (w *writer) loop(stop <-chan struct{}) {
	var sent *flight // commits now
	for {
		var landed chan struct{}
		if sent != nil {
			landed = sent.landed
		}
		select {
		case <-stop:
			w.land(sent)
			w.refuseAll()
			return
		case <-landed:
			w.land(sent)
			sent = nil
		case j := <-w.queue:
			sent = w.board(sent, j)
		}
	}
}

// board fills a batch from job j on until the batch before it has landed, seals
// it and sends it.
func (w *writer) board(sent *flight, j *job) *flight {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := &flight{batch: w.db.NewBatch(w.county), landed: make(chan struct{})}
	if sent != nil {
		next.batch.Follow(func() error { <-sent.landed; return sent.err })
	}
	err := next.batch.Load(context.Background())
	for err == nil {
		next.jobs = append(next.jobs, j)
		if err = w.runJob(next.batch, j, false); err != nil {
			break
		}
		if j = w.another(sent, len(next.jobs)); j == nil {
			break
		}
	}
	if len(next.jobs) == 0 {
		next.jobs = []*job{j}
	}
	if sent != nil {
		<-sent.landed
		next.batch.Follow(nil) // or each batch would hold the one before it, for as long as the load goes on
		w.landed(sent)
	}
	if err == nil && (sent == nil || sent.err == nil) {
		err = next.batch.Seal()
	}
	if err != nil || (sent != nil && sent.err != nil) {
		next.batch.Abandon(context.Background())
		w.process(next.jobs, false)
		return nil
	}
	go func() {
		defer close(next.landed)
		if next.err = answerEarly(next); next.err == nil {
			from := elapsed()
			next.err = next.batch.Commit(context.Background())
			next.took = elapsed() - from
		}
	}()
	return next
}

// another returns the next job for the open batch: one that waits, or, while the
// batch before it commits, one that comes. nil closes the batch.
func (w *writer) another(sent *flight, have int) *job {
	if have >= maxBatch {
		return nil
	}
	select {
	case j := <-w.queue:
		return j
	default:
	}
	if sent == nil {
		return nil
	}
	select {
	case j := <-w.queue:
		return j
	case <-sent.landed:
		return nil
	}
}

// land answers a batch that was sent.
func (w *writer) land(sent *flight) {
	if sent == nil {
		return
	}
	<-sent.landed
	w.mu.Lock()
	defer w.mu.Unlock()
	w.landed(sent)
}

// landed answers a batch whose outcome is known. One that failed is run again,
// command by command if need be, before anything else.
func (w *writer) landed(sent *flight) {
	if sent.err == nil {
		w.stats.committed(sent.jobs, sent.took)
		w.collect(context.Background(), sent.batch, sent.jobs)
		w.finish(sent.jobs, nil)
		return
	}
	w.county.Drop()
	w.process(sent.jobs, true) // some may be stored: after a loss nobody knows
}

func (w *writer) refuseAll() {
	for {
		select {
		case j := <-w.queue:
			j.err = ErrClosed
			j.answer()
		default:
			return
		}
	}
}

// process runs jobs to their end, one batch at a time, and answers them. A batch
// that a constraint refuses is run again one command at a time, so a poisonous
// command fails alone.
func (w *writer) process(jobs []*job, lookup bool) {
	err := w.attempt(jobs, lookup)
	if err != nil && len(jobs) > 1 && fault.KindOf(err) == fault.Internal {
		for _, j := range jobs {
			w.finish([]*job{j}, beyond(w.attempt([]*job{j}, true)))
		}
		return
	}
	w.finish(jobs, beyond(err))
}

// beyond makes the limit's fault of a sum that its column cannot hold: what one
// account moved on one day, either way.
func beyond(err error) error {
	if db.ClassOf(err) == db.Range {
		return ledger.ErrAmountOverflow.With("一个账户一天的借方或贷方发生额将超出可记范围；请核对金额单位，或分日记账").Because(err)
	}
	return err
}

func (w *writer) finish(jobs []*job, err error) {
	for _, j := range jobs {
		if err != nil {
			j.err = err
			j.records = nil
		}
		if j.err != nil && fault.KindOf(j.err) == fault.Internal {
			w.log.Error("command failed", slog.String("command", j.call.Command), slog.String("error", cause(j.err)))
		}
		j.answer()
	}
}

// cause prints the chain behind a fault for the log.
func cause(err error) string {
	if f := fault.From(err); f.Err != nil {
		return f.Error() + ": " + f.Err.Error()
	}
	return err.Error()
}

// attempt runs the batch until it is durable, at most maxRetries times after
// faults that pass: a moved head, serialisation, a busy file, a key that another
// process used first, a connection lost. After a loss the outcome is unknown, so
// every key is looked up before anything runs again.
func (w *writer) attempt(jobs []*job, lookup bool) error {
	ctx := context.Background()
	var err error
	for try := range maxRetries + 1 {
		if try > 0 {
			w.stats.retries.Add(1)
			pause(try)
		}
		if err = w.runBatch(ctx, jobs, lookup); err == nil {
			return nil
		}
		switch db.ClassOf(err) {
		case db.NotNull, db.Retry:
		case db.Unique, db.Lost:
			lookup = true
		case db.Broken:
			if lookup { // not a used key: on SQLite a trigger speaks before the index
				return w.damaged(ctx, err)
			}
			lookup = true
		default:
			if !db.IsMoved(err) {
				return db.Passing(err)
			}
		}
		w.log.Info("batch runs again", slog.Int("try", try+1), slog.String("error", err.Error()))
	}
	return db.Passing(w.damaged(ctx, err))
}

// damaged explains a refusal by the database's keys and seals when rows that
// nobody posted stand where the batch must go.
func (w *writer) damaged(ctx context.Context, err error) error {
	if c := db.ClassOf(err); c != db.Unique && c != db.Broken {
		return err
	}
	why := w.db.Damage(ctx, w.county.No)
	var f *fault.Error
	switch {
	case errors.As(why, &f):
		w.log.ErrorContext(ctx, "the store is damaged", slog.String("where", f.Detail), slog.String("error", err.Error()))
		return f.Because(err)
	case why != nil:
		return errors.Join(err, why)
	}
	return err
}

// pause waits a little longer each time, with jitter.
func pause(try int) {
	limit := int64(time.Millisecond) << try
	time.Sleep(time.Duration(limit/2 + rand.Int64N(limit)))
}

func (w *writer) runBatch(ctx context.Context, jobs []*job, lookup bool) (err error) {
	b := w.db.NewBatch(w.county)
	defer func() {
		if err != nil {
			b.Abandon(ctx)
		}
	}()
	if err := b.Load(ctx); err != nil {
		return err
	}
	err = w.runJobs(b, jobs, lookup)
	if db.IsMoved(err) {
		b.Restart()
		err = w.runJobs(b, jobs, lookup)
	}
	if err != nil {
		return err
	}
	from := elapsed()
	if err := b.Flush(ctx); err != nil {
		return err
	}
	w.stats.committed(jobs, elapsed()-from)
	w.collect(ctx, b, jobs)
	return nil
}

func (w *writer) runJobs(b *db.Batch, jobs []*job, lookup bool) error {
	for _, j := range jobs {
		if err := w.runJob(b, j, lookup); err != nil {
			return err
		}
	}
	return nil
}

// runJob runs one command in the batch. Only a fault of the batch itself is
// returned; a refused command keeps its own.
func (w *writer) runJob(b *db.Batch, j *job, lookup bool) error {
	ctx := context.Background()
	j.first, j.count, j.seq, j.err, j.replayed, j.records = 0, 0, 0, nil, false, nil
	if j.gone() {
		return nil
	}
	j.tried = true
	known, err := w.replay(ctx, b, j, lookup)
	if err == nil && !known {
		j.first, j.count, err = b.Run(ctx, j.call, w.clock(), j.run)
		if err != nil && !db.IsMoved(err) && !transient(err) && !lookup {
			// Refused; but the command may be stored already, under this key.
			known, errKey := w.replay(ctx, b, j, true)
			if known || errKey != nil {
				err = errKey
			}
		}
	}
	if db.IsMoved(err) || (err != nil && transient(err)) {
		return err
	}
	j.err = err
	return nil
}

// gone reports whether the caller went away before the command was ever tried, and
// then answers it so.
func (j *job) gone() bool {
	if j.tried || j.ctx.Err() == nil {
		return false
	}
	j.err = ErrGone.Because(j.ctx.Err())
	return true
}

// replay looks the command's key up and notes where its records stand.
func (w *writer) replay(ctx context.Context, b *db.Batch, j *job, lookup bool) (known bool, err error) {
	seq, count, known, err := b.Known(ctx, j.call, lookup)
	if known {
		j.seq, j.count, j.replayed = seq, int(count), true
	}
	return known, err
}

// transient reports whether an error belongs to the batch, not to the command.
func transient(err error) bool {
	switch db.ClassOf(err) {
	case db.Retry, db.Lost:
		return true
	default:
		return false
	}
}

// collect gives each job its records: from the batch, or for a replay from the
// table, so that both are rendered from the same bytes.
func (w *writer) collect(ctx context.Context, b *db.Batch, jobs []*job) {
	var fresh []db.Record
	for _, j := range jobs {
		switch {
		case j.err != nil:
		case j.replayed:
			recs, err := db.Records(ctx, w.db.Read, w.county.No, j.seq, j.count)
			if err == nil && len(recs) != j.count {
				err = errors.New("invariant: a used key has no records")
			}
			j.records, j.err = recs, db.Passing(err)
		default:
			j.records = b.Records(j.first, j.count)
			fresh = append(fresh, j.records...)
		}
	}
	if w.after != nil && len(fresh) > 0 {
		w.after(fresh)
	}
}
