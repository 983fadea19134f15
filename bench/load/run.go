package load

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// maxErrors ends a run that has gone wrong.
const maxErrors = 1000

// Spec is one closed loop: each client sends its next request when it has the
// answer to the last.
type Spec struct {
	To      Target
	Clients int
	For     time.Duration
	// Requests ends the run after that many instead of after For.
	Requests int
	// Entries are the entries of one request; 0 means a read.
	Entries int
	// Next makes a request, reusing q.Body. It runs in the client's goroutine,
	// outside the latency but within the loop.
	Next func(r *rand.Rand, q *Request)
}

// Result is what a run measured.
type Result struct {
	Requests   int           `json:"requests"`
	Entries    int           `json:"entries"` // recorded; of reads, the answers
	Errors     int           `json:"errors"`
	FirstError string        `json:"first_error,omitempty"`
	Took       time.Duration `json:"took_ns"`
	P50        time.Duration `json:"p50_ns"`
	P99        time.Duration `json:"p99_ns"`
	Max        time.Duration `json:"max_ns"`
}

// Rate is the entries, or the answers, a second.
func (r *Result) Rate() float64 { return Rate(r.Entries, r.Took) }

// client is one of the closed loops.
type client struct {
	s    *Spec
	conn *Conn
	rng  *rand.Rand
	lat  []time.Duration
	seqs []int64
	errs int
	err  error // the first one
}

// Run runs a closed loop and checks every answer: status, number of records, and
// that no sequence number was given twice.
func Run(ctx context.Context, s Spec) (Result, error) {
	clients := make([]*client, s.Clients)
	for i := range clients {
		clients[i] = &client{s: &s, rng: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
		conn, err := Dial(ctx, s.To)
		if err != nil {
			return Result{}, err
		}
		clients[i].conn = conn
	}
	start := time.Now()
	var wg sync.WaitGroup
	for i, c := range clients {
		n := 0
		if s.Requests > 0 {
			n = (s.Requests*(i+1))/s.Clients - (s.Requests*i)/s.Clients
		}
		wg.Go(func() { c.loop(ctx, start.Add(s.For), n) })
	}
	wg.Wait()
	res := Result{Took: time.Since(start)}
	return res, res.gather(clients, s.Entries)
}

// loop sends until the end, or n requests when n is not 0.
func (c *client) loop(ctx context.Context, end time.Time, n int) {
	defer func() { c.conn.Close() }()
	var q Request
	for done := 0; ctx.Err() == nil && c.errs < maxErrors; done++ {
		if (n > 0 && done == n) || (n == 0 && !time.Now().Before(end)) || (c.s.Requests > 0 && n == 0) {
			return
		}
		c.s.Next(c.rng, &q)
		start := time.Now()
		seq, err := c.send(&q)
		if err != nil {
			c.errs++
			if c.err == nil {
				c.err = err
			}
			if c.reopen(ctx) != nil {
				return
			}
			continue
		}
		c.lat = append(c.lat, time.Since(start))
		if c.s.Entries > 0 {
			c.seqs = append(c.seqs, seq)
		}
	}
}

func (c *client) send(q *Request) (seq int64, err error) {
	status, answer, err := c.conn.Do(q)
	if err != nil {
		return 0, err
	}
	if c.s.Entries == 0 {
		return 0, Read(status, answer)
	}
	return Posted(status, answer, c.s.Entries)
}

func (c *client) reopen(ctx context.Context) error {
	c.conn.Close()
	conn, err := Dial(ctx, c.s.To)
	if err == nil {
		c.conn = conn
	}
	return err
}

func (r *Result) gather(clients []*client, entries int) error {
	var lat []time.Duration
	var seqs []int64
	for _, c := range clients {
		lat, seqs = append(lat, c.lat...), append(seqs, c.seqs...)
		r.Errors += c.errs
		if c.err != nil && r.FirstError == "" {
			r.FirstError = c.err.Error()
		}
	}
	slices.Sort(lat)
	r.Requests, r.Entries = len(lat), len(lat)*max(1, entries)
	r.P50, r.P99, r.Max = Percentile(lat, 50), Percentile(lat, 99), Percentile(lat, 100)
	if r.Errors > 0 {
		return fmt.Errorf("%d of %d requests failed, first: %s", r.Errors, r.Errors+len(lat), r.FirstError)
	}
	if len(lat) == 0 {
		return fmt.Errorf("no request was answered")
	}
	slices.Sort(seqs)
	for i := 1; i < len(seqs); i++ {
		if seqs[i]-seqs[i-1] < int64(entries) {
			return fmt.Errorf("sequence number %d was given twice", seqs[i])
		}
	}
	return nil
}

// NewKey returns a random idempotency key.
func NewKey(r *rand.Rand) string {
	var b [12]byte
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return hex.EncodeToString(b[:])
}
