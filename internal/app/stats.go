package app

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"fundbook/internal/fault"
)

// stats are the counters of a running store. They are atomics that their owners
// add to as they work; nobody waits for a reader.
type stats struct {
	batchSize  histogram // commands of one database transaction
	commitTime histogram // microseconds from sealed to on disk
	replayed   atomic.Int64
	retries    atomic.Int64
	signed     atomic.Int64 // heads
	unsigned   atomic.Int64 // attempts that failed
	refused    sync.Map     // code of a fault → *atomic.Int64
}

func newStats() *stats {
	return &stats{
		batchSize:  newHistogram(1, 2, 4, 8, 16, 32, 64, 128, 256, maxBatch),
		commitTime: newHistogram(250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000),
	}
}

// failed counts a command that was not recorded, by its code. Codes are those of
// docs/errors.md, so there are few.
func (s *stats) failed(err error) {
	code := fault.From(err).Code
	n, ok := s.refused.Load(code)
	if !ok {
		n, _ = s.refused.LoadOrStore(code, new(atomic.Int64))
	}
	n.(*atomic.Int64).Add(1)
}

// committed counts a batch that is on disk.
func (s *stats) committed(jobs []*job, took time.Duration) {
	s.batchSize.add(int64(len(jobs)))
	s.commitTime.add(took.Microseconds())
}

// histogram counts observations by size: at[i] those of at most bounds[i] and
// more than the bound before, the last one those beyond all bounds.
type histogram struct {
	bounds []int64
	at     []atomic.Int64
	sum    atomic.Int64
}

func newHistogram(bounds ...int64) histogram {
	return histogram{bounds: bounds, at: make([]atomic.Int64, len(bounds)+1)}
}

func (h *histogram) add(v int64) {
	i := 0
	for i < len(h.bounds) && v > h.bounds[i] {
		i++
	}
	h.at[i].Add(1)
	h.sum.Add(v)
}

// Histogram is a reading of how often values of each size occurred.
type Histogram struct {
	Bounds []int64 // ascending, inclusive
	Counts []int64 // of values up to each bound and beyond the one before
	Count  int64   // of all values, those beyond the last bound too
	Sum    int64
}

func (h *histogram) read() Histogram {
	out := Histogram{Bounds: h.bounds, Sum: h.sum.Load()}
	for i := range h.at {
		n := h.at[i].Load()
		out.Count += n
		if i < len(h.bounds) {
			out.Counts = append(out.Counts, n)
		}
	}
	return out
}

// Stats are the figures of the door and its writers since the process began. They
// hold neither names nor tokens nor amounts.
type Stats struct {
	BatchSize  Histogram        // commands of one database transaction
	CommitTime Histogram        // microseconds a sealed batch took to the disk
	Queued     int              // commands that wait for a writer now
	Writers    int              // counties written since the start
	Refused    map[string]int64 // commands not recorded, by code of the fault
	Replayed   int64            // commands whose key was known
	Retries    int64            // batches run again
	Signed     int64            // heads signed
	Unsigned   int64            // attempts to sign that failed
	HeadAge    time.Duration    // for how long the oldest grown head has waited to be signed
}

// Stats reads the counters.
func (a *App) Stats() Stats {
	s := a.stats
	out := Stats{
		BatchSize: s.batchSize.read(), CommitTime: s.commitTime.read(), Refused: map[string]int64{},
		Replayed: s.replayed.Load(), Retries: s.retries.Load(), Signed: s.signed.Load(), Unsigned: s.unsigned.Load(),
		HeadAge: a.heads.age(),
	}
	s.refused.Range(func(code, n any) bool {
		out.Refused[code.(string)] = n.(*atomic.Int64).Load()
		return true
	})
	a.mu.Lock()
	writers := maps.Clone(a.writers)
	a.mu.Unlock()
	out.Writers = len(writers)
	for _, w := range writers {
		out.Queued += len(w.queue)
	}
	return out
}
