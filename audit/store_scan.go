package audit

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"fundbook/internal/db"
)

// rawRecord is a row of record as the driver gives it; body is valid until the
// next row.
type rawRecord struct {
	seq, at, lines int64
	day            any // int64 or nil
	actor, body    []byte
	kind           string
	slot           any // []byte or nil
}

// rawLine is a row of line.
type rawLine struct{ seq, fen, key, day, n, side int64 }

// scanConn is one connection that reads rows without the reflection of
// database/sql: on SQLite and PostgreSQL alike it costs half.
type scanConn struct {
	conn   *sql.Conn
	engine db.Engine
}

func openScan(ctx context.Context, d *db.DB) (*scanConn, error) {
	conn, err := d.Read.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("take a connection for reading: %w", err)
	}
	return &scanConn{conn, d.Engine}, nil
}

func (c *scanConn) close() { _ = c.conn.Close() } // a pooled connection: closing only hands it back

// rows runs a query with integer arguments and calls fn with each row; the
// values are valid until it returns.
func (c *scanConn) rows(ctx context.Context, query string, args []int64, fn func(v []driver.Value) error) error {
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return c.conn.Raw(func(dc any) error {
		q, ok := dc.(driver.QueryerContext)
		if !ok {
			return errors.New("invariant: the driver runs no plain queries")
		}
		rows, err := q.QueryContext(ctx, query, named)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // what went wrong, Next tells
		v := make([]driver.Value, len(rows.Columns()))
		for {
			switch err := rows.Next(v); {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			}
			if err := fn(v); err != nil {
				return err
			}
		}
	})
}

// The hot streams. Literal %s are the parameters of the engine.
const (
	recordQuery = "SELECT seq, at, lines, day, actor, kind, slot, body FROM record WHERE county = %s AND seq >= %s AND seq < %s ORDER BY seq"
	lineQuery   = "SELECT seq, fen, key, day, n, side FROM line WHERE county = %s AND seq >= %s AND seq < %s ORDER BY seq, n"
)

func (c *scanConn) query(q string) string {
	if c.engine == db.PostgreSQL {
		return fmt.Sprintf(q, "$1", "$2", "$3")
	}
	return fmt.Sprintf(q, "?", "?", "?")
}

// errColumn says that a column holds a value of a type its table does not have.
var errColumn = errors.New("a column holds a value of another type")

func (c *scanConn) records(ctx context.Context, county int32, from, to int64, fn func(*rawRecord) error) error {
	var r rawRecord
	err := c.rows(ctx, c.query(recordQuery), []int64{int64(county), from, to}, func(v []driver.Value) error {
		ok := asInts(v[:3], &r.seq, &r.at, &r.lines)
		r.day, r.slot = v[3], v[6]
		var good [3]bool
		r.actor, good[0] = v[4].([]byte)
		r.kind, good[1] = v[5].(string)
		r.body, good[2] = v[7].([]byte)
		if !ok || good != [3]bool{true, true, true} {
			return errColumn
		}
		return fn(&r)
	})
	if err != nil {
		return fmt.Errorf("read records %d to %d: %w", from, to-1, err)
	}
	return nil
}

func (c *scanConn) lines(ctx context.Context, county int32, from, to int64, buf []rawLine) ([]rawLine, error) {
	err := c.rows(ctx, c.query(lineQuery), []int64{int64(county), from, to}, func(v []driver.Value) error {
		var l rawLine
		if !asInts(v, &l.seq, &l.fen, &l.key, &l.day, &l.n, &l.side) {
			return errColumn
		}
		buf = append(buf, l)
		return nil
	})
	if err != nil {
		return buf, fmt.Errorf("read the lines of records %d to %d: %w", from, to-1, err)
	}
	return buf, nil
}

func asInts(v []driver.Value, out ...*int64) bool {
	for i := range out {
		n, ok := v[i].(int64)
		if !ok {
			return false
		}
		*out[i] = n
	}
	return true
}
