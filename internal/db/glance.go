package db

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/uptrace/bun"
)

// maxGlances bounds the statements kept prepared; texts beyond it are prepared
// each time.
const maxGlances = 128

// glances are the prepared statements of the read pool by text.
type glances struct {
	mu    sync.RWMutex
	stmts map[string]*sql.Stmt
}

func (g *glances) find(query string) *sql.Stmt {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.stmts[query]
}

func (g *glances) full() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return len(g.stmts) >= maxGlances
}

// Glance reads with one prepared statement, outside a transaction: a statement is
// one moment by itself. query has ? for the bound values and must be one of few
// texts; dest points to a slice. It is for reads whose whole cost would otherwise
// be parsing and round trips.
func (d *DB) Glance(ctx context.Context, dest any, query string, args ...any) error {
	stmt, keep, err := d.prepared(ctx, query)
	if err != nil {
		return fmt.Errorf("prepare a read: %w", err)
	}
	if !keep {
		defer stmt.Close()
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer rows.Close()
	if err := d.Read.ScanRows(ctx, rows, dest); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

func (d *DB) prepared(ctx context.Context, query string) (stmt *sql.Stmt, keep bool, err error) {
	g := &d.glances
	stmt = g.find(query)
	if stmt != nil {
		return stmt, true, nil
	}
	if stmt, err = d.Read.DB.PrepareContext(ctx, d.numbered(query)); err != nil {
		return nil, false, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if had := g.stmts[query]; had != nil {
		return had, true, stmt.Close()
	}
	if len(g.stmts) >= maxGlances {
		return stmt, false, nil
	}
	if g.stmts == nil {
		g.stmts = map[string]*sql.Stmt{}
	}
	g.stmts[query] = stmt
	return stmt, true, nil
}

// numbered writes the placeholders as the engine wants them.
func (d *DB) numbered(query string) string {
	if d.Engine == SQLite {
		return query
	}
	parts := strings.Split(query, "?")
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(p)
	}
	return b.String()
}

// snapshot is a read-only transaction that can run prepared statements.
type snapshot struct {
	bun.Tx
	d      *DB
	missed *[]string // texts that were not prepared yet
}

// Fetch reads rows into the slice that dest points to, as q shows them. Within a
// read of one moment (ReadTx) the statement is kept prepared, so query must be one
// of few texts: values are bound, a list of values goes through In.
func Fetch(ctx context.Context, q bun.IDB, dest any, query string, args ...any) error {
	s, ok := q.(snapshot)
	if !ok {
		return q.NewRaw(query, args...).Scan(ctx, dest)
	}
	stmt := s.d.glances.find(query)
	if stmt == nil {
		// Preparing takes a connection of the pool. Whoever holds one must not wait
		// for another: when all do, nobody goes on. So it is done after the read.
		*s.missed = append(*s.missed, query)
		return q.NewRaw(query, args...).Scan(ctx, dest)
	}
	rows, err := s.StmtContext(ctx, stmt).QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return s.d.Read.ScanRows(ctx, rows, dest)
}

// prepareMissed prepares what a read has missed, for the next one. A statement
// that cannot be prepared now is run as text again.
func (d *DB) prepareMissed(ctx context.Context, texts []string) {
	for _, query := range texts {
		if d.glances.full() {
			return
		}
		stmt, keep, err := d.prepared(ctx, query)
		if err != nil {
			return
		}
		if !keep {
			_ = stmt.Close() // there are enough already
		}
	}
}

// In returns as many placeholders as values want, and the values, both padded to a
// power of two with the last value: lists of any length then make few texts. The
// list must not be empty.
func In[T any](values []T) (marks string, args []any) {
	n := 1
	for n < len(values) {
		n *= 2
	}
	args = make([]any, n)
	for i := range args {
		args[i] = values[min(i, len(values)-1)]
	}
	return "(?" + strings.Repeat(", ?", n-1) + ")", args
}
