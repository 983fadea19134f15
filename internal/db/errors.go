package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Class is what a driver's error means, told by its code, never by its text.
type Class uint8

// The classes.
const (
	Other    Class = iota
	NotNull        // a NOT NULL column got NULL: how a moved head shows
	Unique         // a unique key exists
	Broken         // a trigger or another constraint said no
	Retry          // serialisation failure, deadlock, busy, or no room: run it again
	Lost           // the connection went away: the outcome is unknown
	Denied         // the role may not do this
	ReadOnly       // the database takes no writes now
	Range          // a sum is beyond what a column holds
)

// errDaySum says that the movements of one account and day do not fit their column.
var errDaySum = errors.New("the movements of one account on one day are beyond what their column holds")

// ClassOf classes err by its code.
func ClassOf(err error) Class {
	if err == nil {
		return Other
	}
	if errors.Is(err, errDaySum) {
		return Range
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return classPostgres(pg.Code)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return classSQLite(lite.Code())
	}
	var netErr net.Error
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &netErr) || errors.Is(err, context.DeadlineExceeded) ||
		pgconn.SafeToRetry(err) {
		return Lost
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return Lost
	}
	return Other
}

// Passing turns an error of a database that does not answer now into
// ErrUnavailable, so that a client learns to come again; others stay as they are.
func Passing(err error) error {
	switch ClassOf(err) {
	case Lost, Retry, ReadOnly:
		return ErrUnavailable.Because(err)
	default:
		return err
	}
}

func classPostgres(code string) Class {
	switch {
	case code == "23502":
		return NotNull
	case code == "23505":
		return Unique
	case code == "40001", code == "40P01", code == "55P03", len(code) == 5 && code[:2] == "53": // 53: no disk, memory or connection left
		return Retry
	case code == "22003":
		return Range
	case code == "42501":
		return Denied
	case code == "25006":
		return ReadOnly
	case len(code) == 5 && (code[:2] == "08" || code[:3] == "57P"):
		return Lost
	case len(code) == 5 && (code[:2] == "23" || code[:2] == "FB"):
		return Broken
	}
	return Other
}

// sqliteDatatype is SQLITE_CONSTRAINT_DATATYPE: a sum of integers that overflows is a
// real number, which a column of integers does not take.
const sqliteDatatype = sqlite3.SQLITE_CONSTRAINT | 12<<8

func classSQLite(code int) Class {
	switch code {
	case sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		return NotNull
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return Unique
	case sqlite3.SQLITE_CONSTRAINT_TRIGGER, sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return Broken
	}
	if code == sqliteDatatype {
		return Range
	}
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL:
		return Retry
	case sqlite3.SQLITE_READONLY:
		return ReadOnly
	case sqlite3.SQLITE_CONSTRAINT:
		return Broken
	}
	return Other
}
