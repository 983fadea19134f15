package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// A county's figures are a fold of its log, so an answer that was computed at a head
// holds for as long as the head stands: another process that writes moves the same
// row. glances keeps such answers. Before one is given again the head is asked for,
// at a moment after the question came, so nobody is told less than has been
// acknowledged to anybody.
type glances struct {
	looks headLooks
	mu    sync.Mutex
	young map[glance]glanced // the last used; when full they become the old
	old   map[glance]glanced
}

// glancesKept bounds both halves together: about a kilobyte each.
const glancesKept = 4096

// glance is a question about balances.
type glance struct {
	county string
	query  ledger.KeyQuery
	at     ledger.At
}

type glanced struct {
	head db.Head
	rows ledger.AccountList
}

// balances answers what ledger.GlanceBalances can; ok is its ok.
func (g *glances) balances(ctx context.Context, d *db.DB, q glance) (out ledger.AccountList, ok bool, err error) {
	if kept, ok := g.kept(q); ok {
		head, err := g.looks.now(ctx, d, q.county)
		if err != nil {
			return out, false, err
		}
		if head == kept.head {
			return copied(kept.rows), true, nil
		}
	}
	out, head, ok, err := ledger.GlanceBalances(ctx, d, q.county, q.query, q.at)
	if err != nil || !ok {
		return out, ok, err
	}
	g.keep(q, glanced{head, out})
	return copied(out), true, nil
}

// copied gives the caller rows of his own.
func copied(l ledger.AccountList) ledger.AccountList {
	l.Rows = slices.Clone(l.Rows)
	return l
}

func (g *glances) kept(q glance) (glanced, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if a, ok := g.young[q]; ok {
		return a, true
	}
	a, ok := g.old[q]
	if ok {
		g.put(q, a)
	}
	return a, ok
}

func (g *glances) keep(q glance, a glanced) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.put(q, a)
}

func (g *glances) put(q glance, a glanced) {
	if len(g.young) >= glancesKept/2 {
		g.old, g.young = g.young, nil
	}
	if g.young == nil {
		g.young = map[glance]glanced{}
	}
	g.young[q] = a
}

// headLooks asks for heads. Questions that come while one is under way share the
// next, which begins after they came.
type headLooks struct {
	mu   sync.Mutex
	busy map[string]bool
	next map[string]*headLook
}

type headLook struct {
	done chan struct{}
	head db.Head
	err  error
}

// headLookTime bounds a look, which no single caller may end: others wait for it.
const headLookTime = 10 * time.Second

// now returns the head of a county as it is at some moment after the call began.
func (h *headLooks) now(ctx context.Context, d *db.DB, county string) (db.Head, error) {
	h.mu.Lock()
	look := h.next[county]
	if look == nil {
		look = &headLook{done: make(chan struct{})}
		if h.next == nil {
			h.next, h.busy = map[string]*headLook{}, map[string]bool{}
		}
		h.next[county] = look
	}
	first := !h.busy[county]
	if first {
		h.busy[county] = true
		delete(h.next, county)
	}
	h.mu.Unlock()
	if first {
		look.run(ctx, d, county)
		h.end(ctx, d, county)
	}
	select {
	case <-look.done:
		return look.head, look.err
	case <-ctx.Done():
		return db.Head{}, ctx.Err()
	}
}

// end takes the look that others wait for meanwhile, if there is one.
func (h *headLooks) end(ctx context.Context, d *db.DB, county string) {
	h.mu.Lock()
	look := h.next[county]
	if look == nil {
		delete(h.busy, county)
	}
	delete(h.next, county)
	h.mu.Unlock()
	if look != nil {
		go func() {
			look.run(ctx, d, county)
			h.end(ctx, d, county)
		}()
	}
}

func (l *headLook) run(ctx context.Context, d *db.DB, county string) {
	defer close(l.done)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), headLookTime)
	defer cancel()
	l.head, l.err = db.HeadNow(ctx, d, county)
}
