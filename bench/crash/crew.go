package crash

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"fundbook/bench/load"
)

// Payment is one payment that a client decided on. Its memo is its own, so it is
// found in the log whatever key it came under.
type Payment struct {
	Memo string
	Pick load.Pick
	Fen  int64
	Seq  int64 // as acknowledged; 0 until then
	Sent int   // how often it was sent
}

// Crew is a number of clients that pay, each one payment at a time.
type Crew struct {
	Work  load.Work
	Token string
	// FreshKeys sends a payment again under another key: the control that must
	// double some.
	FreshKeys bool

	addrs atomic.Pointer[[]string] // of the servers
	stop  chan struct{}
	wg    sync.WaitGroup

	mu    sync.Mutex
	list  []*Payment // of all clients; a payment is its client's until Rest
	errs  []error
	wrong []string
}

// patience bounds how long one payment is sent again and again.
const patience = 60 * time.Second

// Serve tells the clients where the servers are now.
func (c *Crew) Serve(addrs ...string) { c.addrs.Store(&addrs) }

// Start starts n clients.
func (c *Crew) Start(ctx context.Context, n int) {
	c.stop = make(chan struct{})
	for i := range n {
		c.wg.Go(func() {
			if err := c.client(ctx, i); err != nil {
				c.mu.Lock()
				c.errs = append(c.errs, err)
				c.mu.Unlock()
			}
		})
	}
}

// note keeps an answer that no payment of the crew deserves: all are right, so a
// service that cannot record one now has only 503 to say.
func (c *Crew) note(answer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = append(c.wrong, answer)
}

// Wrong returns the answers that were neither 200 nor 503.
func (c *Crew) Wrong() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.wrong...)
}

// Rest lets each client bring its payment to an end, and returns all payments of
// the crew, past ones included. A payment that is never acknowledged is an error.
func (c *Crew) Rest() ([]*Payment, error) {
	close(c.stop)
	c.wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]*Payment(nil), c.list...), errors.Join(c.errs...)
}

func (c *Crew) client(ctx context.Context, number int) error {
	rng := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	line := &telephone{crew: c, number: number}
	defer line.hangUp()
	for n := 0; ; n++ {
		select {
		case <-c.stop:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		p := &Payment{
			Memo: strconv.Itoa(number) + "-" + strconv.Itoa(n) + "-" + load.NewKey(rng),
			Pick: c.Work.Recent(rng), Fen: 1 + rng.Int64N(99_999),
		}
		c.mu.Lock()
		c.list = append(c.list, p)
		c.mu.Unlock()
		if err := c.pay(ctx, line, p, rng); err != nil {
			return err
		}
	}
}

// pay sends one payment until it is acknowledged.
func (c *Crew) pay(ctx context.Context, line *telephone, p *Payment, rng *rand.Rand) error {
	q := load.Request{Path: c.Work.Posts(), Key: load.NewKey(rng), Body: c.Work.AppendPayment(nil, p.Pick, p.Fen, p.Memo)}
	for deadline := time.Now().Add(patience); ; {
		p.Sent++
		status, answer, err := line.send(ctx, &q)
		switch {
		case err == nil && status == 200:
			p.Seq, err = load.Posted(status, answer, 1)
			return err
		case err == nil && status != 503:
			c.note(fmt.Sprintf("payment %s: status %d: %.300s", p.Memo, status, answer))
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("payment %s is not acknowledged after %s: status %d %.300s: %w", p.Memo, patience, status, answer, err)
		}
		if c.FreshKeys {
			q.Key = load.NewKey(rng)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(5+rng.IntN(20)) * time.Millisecond):
		}
	}
}

// telephone is a client's connection to one of the servers.
type telephone struct {
	crew   *Crew
	number int
	conn   *load.Conn
	addr   string
}

// send sends on the connection at hand, or on a new one; when that breaks the
// next server is tried next time.
func (l *telephone) send(ctx context.Context, q *load.Request) (status int, answer []byte, err error) {
	addrs := *l.crew.addrs.Load()
	if l.conn == nil {
		l.addr = addrs[l.number%len(addrs)]
		if l.conn, err = load.Dial(ctx, load.Target{Addr: l.addr, Token: l.crew.Token}); err != nil {
			l.conn = nil
			l.number++
			return 0, nil, err
		}
	}
	status, answer, err = l.conn.Do(q)
	if err != nil {
		l.hangUp()
		l.number++
	}
	return status, answer, err
}

func (l *telephone) hangUp() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
}
