package app

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"fundbook/internal/db"
	"fundbook/internal/fault"
)

const (
	maxBatch   = 512 // commands of one database transaction
	maxQueue   = 4096
	maxRetries = 5
)

// ErrBusy says that too many commands wait for a county's writer.
var ErrBusy = fault.New(fault.Unavailable, "app.busy", "记账请求过多，请稍后用同一幂等键重试", "too many commands are waiting; retry with the same key")

// job is one command waiting for its county's writer.
type job struct {
	ctx  context.Context
	call db.Call
	run  func(ctx context.Context, tx *db.Tx) error

	// The answer, set before done is closed.
	records  []db.Record
	replayed bool
	err      error
	done     chan struct{}

	// Where the command's records stand in the batch, or in the table.
	first, count int
	seq          int64 // of a replay
}

// writer is the one goroutine of this process that writes a county (on SQLite:
// that writes the file). It takes whatever waits as one batch, so a batch forms
// exactly while the previous one commits: a lone client loses nothing, and many
// share one commit.
type writer struct {
	db     *db.DB
	county *db.County
	queue  chan *job
	clock  func() int64
	log    *slog.Logger
	gate   chan struct{} // held while writing: one token on SQLite for all counties
	after  func(records []db.Record)
}

func (w *writer) loop(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			w.refuseAll()
			return
		case j := <-w.queue:
			w.process(w.gather(j))
		}
	}
}

func (w *writer) refuseAll() {
	for {
		select {
		case j := <-w.queue:
			j.err = ErrClosed
			close(j.done)
		default:
			return
		}
	}
}

// gather takes the commands that wait already.
func (w *writer) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch {
		select {
		case j := <-w.queue:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// process answers every job. A batch that a constraint refuses is run again one
// command at a time, so a poisonous command fails alone.
func (w *writer) process(jobs []*job) {
	w.gate <- struct{}{}
	defer func() { <-w.gate }()
	err := w.attempt(jobs)
	if err != nil && len(jobs) > 1 && fault.KindOf(err) == fault.Internal {
		for _, j := range jobs {
			w.finish([]*job{j}, w.attempt([]*job{j}))
		}
		return
	}
	w.finish(jobs, err)
}

func (w *writer) finish(jobs []*job, err error) {
	for _, j := range jobs {
		if err != nil {
			j.err = err
			j.records = nil
		}
		if j.err != nil && fault.KindOf(j.err) == fault.Internal {
			w.log.Error("command failed", "command", j.call.Command, "error", cause(j.err))
		}
		close(j.done)
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
func (w *writer) attempt(jobs []*job) error {
	ctx := context.Background()
	lookup := false
	var err error
	for try := range maxRetries + 1 {
		if try > 0 {
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
				return err
			}
			lookup = true
		default:
			if !db.IsMoved(err) {
				return err
			}
		}
		w.log.Info("batch runs again", "try", try+1, "error", err.Error())
	}
	if db.ClassOf(err) == db.Lost || db.ClassOf(err) == db.Retry {
		return db.ErrUnavailable.Because(err)
	}
	return err
}

// pause waits a little longer each time, with jitter.
func pause(try int) {
	limit := int64(time.Millisecond) << try
	time.Sleep(time.Duration(limit/2 + rand.Int64N(limit)))
}

func (w *writer) runBatch(ctx context.Context, jobs []*job, lookup bool) error {
	b := w.db.NewBatch(w.county)
	if err := b.Load(ctx); err != nil {
		b.Abandon(ctx)
		return err
	}
	err := w.runJobs(ctx, b, jobs, lookup)
	if db.IsMoved(err) {
		b.Restart()
		err = w.runJobs(ctx, b, jobs, lookup)
	}
	if err != nil {
		b.Abandon(ctx)
		return err
	}
	if err := answerEarly(b, jobs); err != nil {
		return err
	}
	if err := b.Flush(ctx); err != nil {
		return err
	}
	return w.collect(ctx, b, jobs)
}

// runJobs runs every command in the batch. Only a fault of the batch itself is
// returned; a refused command keeps its own.
func (w *writer) runJobs(ctx context.Context, b *db.Batch, jobs []*job, lookup bool) error {
	for _, j := range jobs {
		j.first, j.count, j.seq, j.err, j.replayed, j.records = 0, 0, 0, nil, false, nil
		if j.ctx.Err() != nil {
			j.err = ErrGone
			continue
		}
		seq, count, known, err := b.Known(ctx, j.call, lookup)
		if err == nil && !known {
			j.first, j.count, err = b.Run(ctx, j.call, w.clock(), j.run)
		} else if err == nil {
			j.seq, j.count, j.replayed = seq, int(count), true
		}
		if db.IsMoved(err) || (err != nil && transient(err)) {
			return err
		}
		j.err = err
	}
	return nil
}

// transient reports whether an error belongs to the batch, not to the command.
func transient(err error) bool {
	switch db.ClassOf(err) {
	case db.Retry, db.Lost:
		return true
	}
	return false
}

// collect gives each job its records: from the batch, or for a replay from the
// table, so that both are rendered from the same bytes.
func (w *writer) collect(ctx context.Context, b *db.Batch, jobs []*job) error {
	var fresh []db.Record
	for _, j := range jobs {
		switch {
		case j.err != nil:
		case j.replayed:
			recs, err := db.Records(ctx, w.db.Read, w.county.No, j.seq, j.count)
			if err == nil && len(recs) != j.count {
				err = errors.New("invariant: a used key has no records")
			}
			j.records, j.err = recs, err
		default:
			j.records = b.Records(j.first, j.count)
			fresh = append(fresh, j.records...)
		}
	}
	if w.after != nil && len(fresh) > 0 {
		w.after(fresh)
	}
	return nil
}
