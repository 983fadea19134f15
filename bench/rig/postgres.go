package rig

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const superuser = "postgres"

// patience bounds every wait for a server.
const patience = 60 * time.Second

// Settings are those of the throw-away server: durable as in production. They
// are printed with the figures.
var Settings = [][2]string{
	{"fsync", "on"},
	{"synchronous_commit", "on"},
	{"full_page_writes", "on"},
	{"shared_buffers", "512MB"},
	{"max_wal_size", "4GB"},
	{"checkpoint_timeout", "15min"},
	{"max_connections", "200"},
}

// Postgres is a throw-away server in a directory of its own, reached over a Unix
// socket. It is gone, files and all, soon after this process ends, however that
// ends.
type Postgres struct {
	Bin   string // the folder of its programs
	dir   string
	uid   int
	gid   int
	cmd   *exec.Cmd
	watch *watchdog
	count atomic.Uint64
}

// StartPostgres makes a server with Settings below the folder parent ("" is the
// system's for temporary files).
func StartPostgres(ctx context.Context, parent string) (*Postgres, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	p := &Postgres{Bin: bin}
	if os.Geteuid() == 0 {
		if p.uid, p.gid, err = unprivileged(); err != nil {
			return nil, err
		}
	}
	if p.dir, err = os.MkdirTemp(parent, "fundbench-pg-"); err != nil {
		return nil, err
	}
	if p.watch, err = watch(p.dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.dir))
	}
	if err := p.setUp(ctx); err != nil {
		log, _ := os.ReadFile(filepath.Join(p.dir, "log")) // missing when initdb failed
		p.Close()
		return nil, fmt.Errorf("start PostgreSQL: %w\n%s", err, log)
	}
	return p, nil
}

// findPostgres looks in PATH, then where Debian keeps the versions side by side.
func findPostgres() (string, error) {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	for version := 40; version >= 15; version-- {
		dirs = append(dirs, filepath.Join("/usr/lib/postgresql", strconv.Itoa(version), "bin"))
	}
	for _, dir := range dirs {
		ok := true
		for _, name := range []string{"initdb", "postgres", "pgbench"} {
			_, err := os.Stat(filepath.Join(dir, name))
			ok = ok && err == nil
		}
		if ok {
			return dir, nil
		}
	}
	return "", errors.New("no PostgreSQL server (15 or newer) with pgbench is installed")
}

// unprivileged is whom a server that root starts runs as: PostgreSQL refuses
// root.
func unprivileged() (uid, gid int, err error) {
	for _, name := range []string{superuser, "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil {
			return uid, gid, nil
		}
	}
	return 0, 0, errors.New("root needs a user postgres or nobody to run PostgreSQL as")
}

func (p *Postgres) setUp(ctx context.Context) error {
	if p.uid != 0 {
		if err := os.Chown(p.dir, p.uid, p.gid); err != nil {
			return err
		}
	}
	data := filepath.Join(p.dir, "data")
	out, err := p.command(ctx, "initdb", "-D", data, "-U", superuser, "-A", "trust", "-E", "UTF8", "--locale=C",
		"--data-checksums", "--no-sync", "--no-instructions").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	var conf strings.Builder
	fmt.Fprintf(&conf, "listen_addresses = ''\nunix_socket_directories = '%s'\nunix_socket_permissions = 0700\ntimezone = 'UTC'\n", p.dir)
	for _, s := range Settings {
		fmt.Fprintf(&conf, "%s = '%s'\n", s[0], s[1])
	}
	if err := appendFile(filepath.Join(data, "postgresql.conf"), conf.String()); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own copy
	p.cmd = p.command(context.WithoutCancel(ctx), "postgres", "-D", data)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		return err
	}
	p.watch.tell(p.cmd.Process.Pid)
	return p.waitUp(ctx)
}

func (p *Postgres) waitUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := p.Exec(ctx, superuser, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// command prepares one of the server's programs: as its owner, in a session of
// its own so that Ctrl-C reaches this process alone.
func (p *Postgres) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.Bin, name), args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if p.uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(p.uid), Gid: uint32(p.gid)}
	}
	return cmd
}

// URL is where a database is reached.
func (p *Postgres) URL(db string) string {
	q := url.Values{"host": {p.dir}, "port": {"5432"}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + db, RawQuery: q.Encode()}
	return u.String()
}

// NewDatabase makes an empty database and returns its name.
func (p *Postgres) NewDatabase(ctx context.Context) (string, error) {
	name := "bench_" + strconv.FormatUint(p.count.Add(1), 10)
	return name, p.Exec(ctx, superuser, "CREATE DATABASE "+name+" TEMPLATE template0")
}

// DropDatabase drops a database, cutting off who is connected.
func (p *Postgres) DropDatabase(ctx context.Context, name string) error {
	return p.Exec(ctx, superuser, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
}

// Exec runs one statement on a connection of its own.
func (p *Postgres) Exec(ctx context.Context, db, statement string) error {
	conn, err := pgx.Connect(ctx, p.URL(db))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	if errClose := conn.Close(ctx); err == nil {
		err = errClose
	}
	return err
}

// Scan runs one query and scans its one row.
func (p *Postgres) Scan(ctx context.Context, db, query string, into ...any) error {
	conn, err := pgx.Connect(ctx, p.URL(db))
	if err != nil {
		return err
	}
	err = conn.QueryRow(ctx, query).Scan(into...)
	if errClose := conn.Close(ctx); err == nil {
		err = errClose
	}
	return err
}

// Close ends the server and deletes its files.
func (p *Postgres) Close() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(syscall.SIGQUIT) // at once: nothing of it is kept
		_ = p.cmd.Wait()
	}
	_ = os.RemoveAll(p.dir) // the watchdog does it again
	p.watch.close()
}

func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	return err
}
