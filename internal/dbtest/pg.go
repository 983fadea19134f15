package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience bounds every wait for a server: recovery after a kill included.
const patience = 60 * time.Second

// Options says what kind of cluster StartOwn and Make make.
type Options struct {
	// Durable turns fsync and full page writes on, as in production, and leaves
	// autovacuum running. Crash tests and everything that calls DB.CheckSafe
	// need it; other tests are faster without.
	Durable bool
	// Parent is the folder in which its directory lies; "" is the system's for
	// temporary files.
	Parent string
	// Settings are set beside those that every cluster has.
	Settings [][2]string
}

// Cluster is a throw-away PostgreSQL server in a directory of its own, reached
// over a Unix socket that only its owner can open. It is gone, files and all,
// soon after the test process ends, however that ends.
//
// Methods that return no error report failures to the test that they serve, so they
// belong in that test's own goroutine.
type Cluster struct {
	bin   string // the folder of the server's programs
	dir   string // everything below: data, socket, log
	owner owner
	watch *watchdog
	count atomic.Uint64 // numbers the databases

	mu   sync.Mutex // guards proc
	proc *process   // nil while stopped
	t    testing.TB // of StartOwn; nil for the shared cluster
}

var shared struct {
	once sync.Once
	c    *Cluster
	err  error
}

// Start returns the cluster that the tests of this process share, starting it
// at first use. It is not durable (see Options). Where PostgreSQL is not
// installed the test is skipped, and fails when CI=true.
func Start(t testing.TB) *Cluster {
	t.Helper()
	bin := needPrograms(t)
	shared.once.Do(func() { shared.c, shared.err = create(bin, Options{}) })
	if shared.err != nil {
		t.Fatalf("start the shared PostgreSQL: %v", shared.err)
	}
	return shared.c
}

// StartOwn starts a cluster for this test alone, which may kill it. It ends
// with the test.
func StartOwn(t testing.TB, o Options) *Cluster {
	t.Helper()
	c, err := create(needPrograms(t), o)
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	c.t = t
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the end of the server's log:\n%s", c.logTail())
		}
		c.Close()
	})
	return c
}

// Make starts a cluster for a program that measures, which ends it with Close; also
// are programs that it needs of the same version, such as pgbench.
func Make(o Options, also ...string) (*Cluster, error) {
	bin, err := findPrograms(also)
	if err != nil {
		return nil, err
	}
	return create(bin, o)
}

// DSN is the URL with which user opens db; pgx, psql and pgbench all take it.
// No password is asked.
func (c *Cluster) DSN(user, db string) string {
	q := url.Values{"host": {c.dir}, "port": {"5432"}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.User(user), Path: "/" + db, RawQuery: q.Encode()}
	return u.String()
}

// NewDatabase makes an empty database whose name begins with name, and returns
// the whole name. It stays until the cluster ends, so that it can serve as the
// template of CloneDatabase.
func (c *Cluster) NewDatabase(t testing.TB, name string) string {
	t.Helper()
	return c.createDatabase(t, name, "template0")
}

// CloneDatabase copies the database template, to which nobody may be connected,
// and returns the copy's name. The copy is dropped when the test ends.
func (c *Cluster) CloneDatabase(t testing.TB, template string) string {
	t.Helper()
	name := c.createDatabase(t, template, template)
	t.Cleanup(func() {
		if !c.running() {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := c.exec(ctx, "DROP DATABASE "+quote(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database of this test: %v", err)
		}
	})
	return name
}

func (c *Cluster) createDatabase(t testing.TB, prefix, template string) string {
	t.Helper()
	name := prefix + "_" + strconv.FormatUint(c.count.Add(1), 10)
	if err := c.exec(t.Context(), "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(template)); err != nil {
		t.Fatalf("create a database from %s: %v", template, err)
	}
	return name
}

// Kill9 ends the server as a power cut would: SIGKILL to the postmaster and to
// every process it started, at one moment and without warning.
func (c *Cluster) Kill9() {
	c.own().Helper()
	if err := c.end(kill9); err != nil {
		c.t.Fatalf("kill PostgreSQL: %v", err)
	}
}

// Stop ends the server in good order, breaking off what is under way.
func (c *Cluster) Stop() {
	c.own().Helper()
	if err := c.end(stopFast); err != nil {
		c.t.Fatalf("stop PostgreSQL: %v", err)
	}
}

// Restart brings the server up again, after Stop if it runs, and returns once
// it takes connections: recovery is over then.
func (c *Cluster) Restart() {
	c.own().Helper()
	if err := c.end(stopFast); err != nil {
		c.t.Fatalf("stop PostgreSQL: %v", err)
	}
	if err := c.launch(); err != nil {
		c.t.Fatalf("restart PostgreSQL: %v", err)
	}
}

// SetConf sets one server setting for good. New connections see it at once;
// settings that need a restart wait for Restart.
func (c *Cluster) SetConf(name, value string) {
	c.own().Helper()
	if err := c.setConf(name, value); err != nil {
		c.t.Fatalf("set %s = %s: %v", name, value, err)
	}
}

// own is the test that owns c. The invariant is that the shared cluster belongs
// to nobody, so that nobody stops it under the others or changes its settings.
func (c *Cluster) own() testing.TB {
	if c.t == nil {
		panic("dbtest: only a cluster of StartOwn is stopped or changed")
	}
	return c.t
}

func (c *Cluster) setConf(name, value string) error {
	if err := appendConf(c.data(), name, value); err != nil {
		return err
	}
	if !c.running() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	before, err := c.loadedAt(ctx)
	if err != nil {
		return err
	}
	if err := c.exec(ctx, "SELECT pg_reload_conf()"); err != nil {
		return err
	}
	return poll(ctx, func() (bool, error) {
		now, err := c.loadedAt(ctx)
		return now.After(before), err
	})
}

// loadedAt is when the server last read its settings, as a new connection sees it.
func (c *Cluster) loadedAt(ctx context.Context) (at time.Time, err error) {
	err = c.Scan(ctx, superuser, "SELECT pg_conf_load_time()", &at)
	return at, err
}

// exec runs one statement in the superuser's own database.
func (c *Cluster) exec(ctx context.Context, sql string) error { return c.Exec(ctx, superuser, sql) }

// Exec runs one statement as the superuser, on a connection of its own.
func (c *Cluster) Exec(ctx context.Context, db, sql string) error {
	conn, err := pgx.Connect(ctx, c.DSN(superuser, db))
	if err != nil {
		return err
	}
	defer closeConn(conn)
	_, err = conn.Exec(ctx, sql)
	return err
}

// Scan runs one query as the superuser, on a connection of its own, and scans its
// one row.
func (c *Cluster) Scan(ctx context.Context, db, query string, into ...any) error {
	conn, err := pgx.Connect(ctx, c.DSN(superuser, db))
	if err != nil {
		return err
	}
	defer closeConn(conn)
	return conn.QueryRow(ctx, query).Scan(into...)
}

func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx) // the statement's own error has been reported
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func appendConf(data, name, value string) error {
	f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s = '%s'\n", name, value)
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	return err
}
