package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"modernc.org/sqlite" // the driver
)

// liteDriverConn is what a connection of the SQLite driver can do; hiding any of
// it would make database/sql fall back to calls that know no context.
type liteDriverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// liteConn is a connection that keeps the statements of the flush prepared:
// preparing an INSERT compiles every trigger of its table, which costs more than
// the rows of a small batch.
type liteConn struct {
	liteDriverConn
	prepared map[string]driver.StmtExecContext
}

// Unwrap returns the driver's own connection.
func (c *liteConn) Unwrap() driver.Conn { return c.liteDriverConn }

// Close finalizes what was prepared, so that the file is let go of.
func (c *liteConn) Close() error {
	var all error
	for query, st := range c.prepared {
		all = errors.Join(all, st.(driver.Stmt).Close())
		delete(c.prepared, query)
	}
	return errors.Join(all, c.liteDriverConn.Close())
}

// statement returns a prepared statement, preparing it at first use. SQLite
// itself prepares it again when the schema has changed.
func (c *liteConn) statement(ctx context.Context, query string) (driver.StmtExecContext, error) {
	if st, ok := c.prepared[query]; ok {
		return st, nil
	}
	st, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	run, ok := st.(driver.StmtExecContext)
	if !ok {
		return nil, errors.Join(fmt.Errorf("invariant: a statement of %T cannot run", c.liteDriverConn), st.Close())
	}
	c.prepared[query] = run
	return run, nil
}

// liteConnector opens liteConns.
type liteConnector struct{ driver.Connector }

// Connect opens one connection.
func (l liteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := l.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := conn.(liteDriverConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("invariant: the driver's %T is no full connection", conn), conn.Close())
	}
	return &liteConn{full, map[string]driver.StmtExecContext{}}, nil
}

// newLiteConnector returns what opens the connections of a pool at dsn.
func newLiteConnector(dsn string) (driver.Connector, error) {
	base, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	// As SQLite does by itself on Linux: the data and the size reach the disk, the
	// time of the last change may come later.
	if _, err := sqlite.Fdatasync(true); err != nil && !errors.Is(err, sqlite.ErrFdatasyncUnavailable) {
		return nil, err
	}
	return liteConnector{base}, nil
}

// liteWriter runs prepared statements on one connection and keeps the first
// error. Its argument list is used again for every row.
type liteWriter struct {
	ctx  context.Context
	conn *liteConn
	args []driver.NamedValue
	err  error
}

// each runs one statement n times; fill appends the arguments of the i-th run.
func (w *liteWriter) each(query string, n int, fill func(i int)) {
	if n == 0 || w.err != nil {
		return
	}
	st, err := w.conn.statement(w.ctx, query)
	if err != nil {
		w.err = err
		return
	}
	for i := range n {
		w.args = w.args[:0]
		fill(i)
		if _, err := st.ExecContext(w.ctx, w.args); err != nil {
			w.err = err
			return
		}
	}
}

// run runs a statement without arguments.
func (w *liteWriter) run(query string) { w.each(query, 1, func(int) {}) }

func (w *liteWriter) add(v driver.Value) {
	w.args = append(w.args, driver.NamedValue{Ordinal: len(w.args) + 1, Value: v})
}

func (w *liteWriter) ints(list ...int64) {
	for _, v := range list {
		w.add(v)
	}
}

func (w *liteWriter) texts(list ...string) {
	for _, v := range list {
		w.add(v)
	}
}
