package dbtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatalf("connect to %s: %v", dsn, err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func run(t *testing.T, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := conn.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func show[T any](t *testing.T, conn *pgx.Conn, query string) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func TestClonesAreCopiesAndApart(t *testing.T) {
	t.Parallel()
	c := Start(t)
	template := c.NewDatabase(t, "template")
	conn := connect(t, c.DSN(superuser, template))
	run(t, conn, "CREATE TABLE x (n BIGINT)", "INSERT INTO x VALUES (7)")
	if err := conn.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	var names []string
	for i := range 4 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			name := c.CloneDatabase(t, template)
			names = append(names, name)
			conn := connect(t, c.DSN(superuser, name))
			run(t, conn, "INSERT INTO x VALUES (1)")
			if got := show[int64](t, conn, "SELECT sum(n)::bigint FROM x"); got != 8 {
				t.Errorf("sum in a clone = %d, want 7 copied + 1 of its own", got)
			}
		})
	}
	conn = connect(t, c.DSN(superuser, superuser))
	for _, name := range names {
		if show[bool](t, conn, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = '"+name+"')") {
			t.Errorf("database %s outlives its test", name)
		}
	}
}

func TestClonesInParallel(t *testing.T) {
	t.Parallel()
	c := Start(t)
	template := c.NewDatabase(t, "many")
	for i := range 8 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, c.DSN(superuser, c.CloneDatabase(t, template)))
			run(t, conn, "CREATE TABLE mine (n BIGINT)")
		})
	}
}

func TestSharedClusterIsOne(t *testing.T) {
	t.Parallel()
	if a, b := Start(t), Start(t); a != b {
		t.Error("two calls of Start gave two clusters")
	}
}

func TestRolesConnectByName(t *testing.T) {
	t.Parallel()
	c := Start(t)
	db := c.NewDatabase(t, "roles")
	run(t, connect(t, c.DSN(superuser, db)), "CREATE ROLE dbtest_clerk LOGIN", "CREATE TABLE ours (n BIGINT)")
	clerk := connect(t, c.DSN("dbtest_clerk", db))
	if got := show[string](t, clerk, "SELECT current_user::text"); got != "dbtest_clerk" {
		t.Errorf("current_user = %s, want dbtest_clerk", got)
	}
	_, err := clerk.Exec(t.Context(), "SELECT * FROM ours")
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "42501" {
		t.Errorf("a role without grants reads the table: %v, want SQLSTATE 42501", err)
	}
}

func TestKill9KeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	c := StartOwn(t, Options{Durable: true})
	dsn := c.DSN(superuser, c.NewDatabase(t, "durable"))
	conn, other := connect(t, dsn), connect(t, dsn)
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit", "data_checksums"} {
		if got := show[string](t, conn, "SHOW "+name); got != "on" {
			t.Errorf("%s = %s, want on", name, got)
		}
	}
	run(t, conn, "CREATE TABLE kept (n BIGINT PRIMARY KEY)", "INSERT INTO kept SELECT generate_series(1, 1000)")
	run(t, other, "BEGIN", "INSERT INTO kept VALUES (2000)")
	backend := show[int](t, conn, "SELECT pg_backend_pid()")
	c.Kill9()
	if s := procState(backend); !gone(s) {
		t.Errorf("backend %d is still in state %c after Kill9", backend, s)
	}
	if _, err := conn.Exec(t.Context(), "SELECT 1"); err == nil {
		t.Error("a connection survives Kill9")
	}
	c.Restart()
	conn = connect(t, dsn)
	if got := show[int64](t, conn, "SELECT count(*) FROM kept"); got != 1000 {
		t.Errorf("rows after the kill = %d, want the 1000 committed and not the open one", got)
	}
	c.Kill9()
	c.Kill9() // twice is once
	c.Restart()
	if got := show[int64](t, connect(t, dsn), "SELECT max(n) FROM kept"); got != 1000 {
		t.Errorf("max after the second kill = %d, want 1000", got)
	}
}

func TestSetConfHoldsAtOnceAndAfterRestart(t *testing.T) {
	t.Parallel()
	c := StartOwn(t, Options{})
	dsn := c.DSN(superuser, superuser)
	c.SetConf("work_mem", "7MB")
	if got := show[string](t, connect(t, dsn), "SHOW work_mem"); got != "7MB" {
		t.Errorf("work_mem after SetConf = %s, want 7MB", got)
	}
	c.SetConf("max_connections", "50")
	c.Stop()
	c.SetConf("statement_timeout", "9s")
	c.Restart()
	conn := connect(t, dsn)
	for name, want := range map[string]string{"max_connections": "50", "statement_timeout": "9s", "work_mem": "7MB", "fsync": "off"} {
		if got := show[string](t, conn, "SHOW "+name); got != want {
			t.Errorf("%s after Restart = %s, want %s", name, got, want)
		}
	}
}

// TestServerDiesWithItsProcess kills a test process without warning and waits
// until its server and its files are gone.
func TestServerDiesWithItsProcess(t *testing.T) {
	t.Parallel()
	needPrograms(t)
	const mark = "DBTEST_HANG"
	if os.Getenv(mark) != "" {
		c := Start(t)
		fmt.Printf("\n%s %d %s\n", mark, c.proc.cmd.Process.Pid, c.dir)
		select {}
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), mark+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	pid, dir := 0, ""
	for lines := bufio.NewScanner(out); pid == 0 && lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 3 && f[0] == mark {
			pid, _ = strconv.Atoi(f[1])
			dir = f[2]
		}
	}
	if pid == 0 || gone(procState(pid)) {
		t.Fatalf("the child started no server (pid %d)", pid)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // killed
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err = poll(ctx, func() (bool, error) {
		_, err := os.Stat(dir)
		return os.IsNotExist(err) && gone(procState(pid)), nil
	})
	if err != nil {
		t.Errorf("the server %d or its folder %s outlives the killed test process", pid, dir)
	}
}

// TestSharedClusterIsNotStopped shows that the shared cluster cannot be stopped
// under the other tests.
func TestSharedClusterIsNotStopped(t *testing.T) {
	t.Parallel()
	c := Start(t)
	for name, stop := range map[string]func(){
		"Stop": c.Stop, "Kill9": c.Kill9, "Restart": c.Restart,
		"SetConf": func() { c.SetConf("fsync", "on") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s works on the shared cluster", name)
				}
			}()
			stop()
		}()
	}
}
