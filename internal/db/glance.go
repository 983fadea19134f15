package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/uptrace/bun"
)

// maxGlances bounds the statements kept prepared; texts beyond it are prepared
// each time.
const maxGlances = 128

// glances are the prepared statements of the read pool by text, and the texts that
// reads of one moment want prepared.
type glances struct {
	mu     sync.RWMutex
	stmts  map[string]*sql.Stmt
	wanted map[string]bool
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
		defer func() { _ = stmt.Close() }() // it has been read
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer func() { _ = rows.Close() }() // ScanRows tells what went wrong
	if err := errors.Join(d.Read.ScanRows(ctx, rows, dest), rows.Err()); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// glanceRow is Glance for one row, without the way over names of columns: the rest of
// its cost is the query itself. sql.ErrNoRows when there is none.
func (d *DB) glanceRow(ctx context.Context, query string, args []any, dest ...any) error {
	stmt, keep, err := d.prepared(ctx, query)
	if err != nil {
		return fmt.Errorf("prepare a read: %w", err)
	}
	if !keep {
		defer func() { _ = stmt.Close() }() // it has been read
	}
	if err := stmt.QueryRowContext(ctx, args...).Scan(dest...); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

func (d *DB) prepared(ctx context.Context, query string) (stmt *sql.Stmt, keep bool, err error) {
	g := &d.glances
	g.mu.RLock()
	stmt = g.stmts[query]
	g.mu.RUnlock()
	if stmt != nil {
		return stmt, true, nil
	}
	if stmt, err = d.Read.DB.PrepareContext(ctx, d.numbered(query)); err != nil { //nolint:sqlclosecheck // it stays prepared for the reads to come
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

// kept returns the statement that is kept prepared for a text. When there is none
// the text is noted, to be prepared once the read that wants it is over: a read that
// waited for a second connection while it holds its own would wait for ever when all
// connections are held by reads like it.
func (d *DB) kept(query string) *sql.Stmt {
	g := &d.glances
	g.mu.RLock()
	stmt := g.stmts[query]
	g.mu.RUnlock()
	if stmt != nil {
		return stmt
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.stmts)+len(g.wanted) < maxGlances {
		if g.wanted == nil {
			g.wanted = map[string]bool{}
		}
		g.wanted[query] = true
	}
	return nil
}

// prepareWanted prepares what reads of one moment have noted. It is called without
// a connection in hand. What cannot be prepared now is noted again when next used.
func (d *DB) prepareWanted(ctx context.Context) {
	g := &d.glances
	g.mu.RLock()
	none := len(g.wanted) == 0
	g.mu.RUnlock()
	if none {
		return
	}
	g.mu.Lock()
	wanted := g.wanted
	g.wanted = nil
	g.mu.Unlock()
	for query := range wanted {
		if d.keep(ctx, query) != nil {
			return
		}
	}
}

// keep prepares a text, and lets it go where there is no room for more.
func (d *DB) keep(ctx context.Context, query string) (err error) {
	stmt, kept, err := d.prepared(ctx, query)
	if err != nil || kept {
		return err
	}
	defer func() { err = stmt.Close() }()
	return nil
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
	d *DB
}

// Fetch reads rows into the slice that dest points to, as q shows them. Within a
// read of one moment (ReadTx) the statement is kept prepared from its second use on,
// so query must be one of few texts: values are bound, a list of values goes through
// In.
func Fetch(ctx context.Context, q bun.IDB, dest any, query string, args ...any) error {
	s, ok := q.(snapshot)
	if !ok {
		return q.NewRaw(query, args...).Scan(ctx, dest)
	}
	stmt := s.d.kept(query)
	if stmt == nil {
		return q.NewRaw(query, args...).Scan(ctx, dest)
	}
	rows, err := s.StmtContext(ctx, stmt).QueryContext(ctx, args...) //nolint:sqlclosecheck // the transaction closes its own
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // ScanRows tells what went wrong
	return errors.Join(s.d.Read.ScanRows(ctx, rows, dest), rows.Err())
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
