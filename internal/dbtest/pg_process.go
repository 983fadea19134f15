package dbtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const superuser = "postgres"

// owner is the system user that runs the server; zero means ourselves.
type owner struct{ uid, gid int }

// process is one run of the postmaster.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended and was waited for
}

// needPrograms is the folder of initdb and postgres. A test that needs them
// where they are missing is skipped, except in CI, where that is a failure.
func needPrograms(t testing.TB) string {
	t.Helper()
	bin, err := findPrograms(nil)
	if err == nil {
		return bin
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%v: .ci/install must install it", err)
	}
	t.Skipf("%v: install the package postgresql to run this test on PostgreSQL too", err)
	return ""
}

// findPrograms looks for the server's programs, and those named also, in PATH, then
// where Debian keeps the versions side by side.
func findPrograms(also []string) (string, error) {
	var found []string
	if p, err := exec.LookPath("postgres"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			found = append(found, filepath.Dir(p))
		}
	}
	for version := 40; version >= 15; version-- {
		found = append(found, filepath.Join("/usr/lib/postgresql", strconv.Itoa(version), "bin"))
	}
	for _, dir := range found {
		ok := true
		for _, name := range append([]string{"initdb", "postgres"}, also...) {
			_, err := os.Stat(filepath.Join(dir, name))
			ok = ok && err == nil
		}
		if ok {
			return dir, nil
		}
	}
	return "", errors.New(strings.Join(append([]string{"no PostgreSQL server (15 or newer) is installed"}, also...), ", nor "))
}

// unprivileged names the user that runs the server: PostgreSQL refuses root.
func unprivileged() (owner, error) {
	if os.Geteuid() != 0 {
		return owner{}, nil
	}
	for _, name := range []string{superuser, "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.Atoi(u.Uid)
		gid, errGID := strconv.Atoi(u.Gid)
		if errUID == nil && errGID == nil {
			return owner{uid, gid}, nil
		}
	}
	return owner{}, errors.New("root needs a user postgres or nobody to run PostgreSQL as")
}

func create(bin string, o Options) (*Cluster, error) {
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(o.Parent, "fundbook-pg-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{bin: bin, dir: dir, owner: who}
	if c.watch, err = watch(dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err = c.setUp(o); err == nil {
		err = c.launch()
	}
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, c.logTail())
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// setUp makes the files of the cluster. Byte order is the collation, so both
// engines sort alike.
func (c *Cluster) setUp(o Options) error {
	if c.owner.uid != 0 {
		if err := os.Chown(c.dir, c.owner.uid, c.owner.gid); err != nil {
			return err
		}
	}
	out, err := c.Command(context.Background(), "initdb", "-D", c.data(), "-U", superuser, "-A", "trust",
		"-E", "UTF8", "--locale=C", "--data-checksums", "--no-sync", "--no-instructions").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	onOff := map[bool]string{true: "on", false: "off"}[o.Durable]
	for _, set := range append([][2]string{
		{"listen_addresses", ""},
		{"unix_socket_directories", c.dir},
		{"unix_socket_permissions", "0700"},
		{"max_connections", "200"},
		{"shared_buffers", "32MB"},
		{"max_wal_size", "256MB"},
		{"timezone", "UTC"},
		{"fsync", onOff},
		{"full_page_writes", onOff},
		{"autovacuum", onOff},
	}, o.Settings...) { // of two the later counts
		if err := appendConf(c.data(), set[0], set[1]); err != nil {
			return err
		}
	}
	return nil
}

// Command prepares one of the server's programs: as the cluster's owner, in its
// directory, in a session of its own so that Ctrl-C reaches the caller alone,
// and without the caller's PG* settings.
func (c *Cluster) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, name), args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if c.owner.uid != 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(c.owner.uid), Gid: uint32(c.owner.gid)}
	}
	return cmd
}

// launch starts the postmaster and waits until it answers.
func (c *Cluster) launch() error {
	log, err := os.OpenFile(c.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own copy
	cmd := c.Command(context.Background(), "postgres", "-D", c.data())
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended stands in its log
		close(p.done)
	}()
	c.watch.tell(cmd.Process.Pid)
	c.mu.Lock()
	c.proc = p
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return poll(ctx, func() (bool, error) {
		select {
		case <-p.done:
			return false, errors.New("the server ended by itself")
		default:
		}
		conn, err := pgx.Connect(ctx, c.DSN(superuser, superuser))
		if err != nil {
			return false, nil //nolint:nilerr // not up yet: ask again
		}
		closeConn(conn)
		return true, nil
	})
}

func (c *Cluster) running() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.proc != nil
}

// PID is the number of the postmaster, 0 while stopped.
func (c *Cluster) PID() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proc == nil {
		return 0
	}
	return c.proc.cmd.Process.Pid
}

// end stops the server in the given manner; it is nothing when none runs.
func (c *Cluster) end(how func(*process) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proc == nil {
		return nil
	}
	if err := how(c.proc); err != nil {
		return err
	}
	c.proc = nil
	c.watch.tell(0)
	return nil
}

// stopFast asks for a fast shutdown and insists in the end.
func stopFast(p *process) error {
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
		return errors.Join(errors.New("the server did not stop"), kill9(p))
	}
}

// kill9 halts the postmaster first, so that it can start no more children, and
// waits until all are truly gone: a live one holds the shared memory, and the
// next start would be refused.
func kill9(p *process) error {
	select {
	case <-p.done: // its number may belong to somebody else by now
		return nil
	default:
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pid := p.cmd.Process.Pid
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	err := poll(ctx, func() (bool, error) { s := procState(pid); return s == 'T' || gone(s), nil })
	if err != nil {
		return err
	}
	children := childrenOf(pid)
	for _, child := range append(children, pid) {
		if err := syscall.Kill(child, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	<-p.done
	return poll(ctx, func() (bool, error) {
		for _, child := range children {
			if !gone(procState(child)) {
				return false, nil
			}
		}
		return true, nil
	})
}

// childrenOf lists the processes whose parent is pid.
func childrenOf(pid int) []int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well formed
	var out []int
	for _, path := range stats {
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err != nil {
			continue
		}
		if f := procStat(child); len(f) > 1 && f[1] == strconv.Itoa(pid) {
			out = append(out, child)
		}
	}
	return out
}

// procStat is /proc/PID/stat after the program's name: state, parent, …
func procStat(pid int) []string {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
}

// procState is the kernel's letter for pid's state, 0 when there is none.
func procState(pid int) byte {
	if f := procStat(pid); len(f) > 0 {
		return f[0][0]
	}
	return 0
}

func gone(state byte) bool { return state == 0 || state == 'Z' || state == 'X' }

// Close ends the server at once and deletes its files.
func (c *Cluster) Close() {
	_ = c.end(kill9)         // nothing of it is kept
	_ = os.RemoveAll(c.dir)  // the watchdog does it again
	_ = c.watch.pipe.Close() // ends the watchdog
	_ = c.watch.cmd.Wait()
}

func (c *Cluster) logFile() string { return filepath.Join(c.dir, "log") }

func (c *Cluster) logTail() string {
	b, err := os.ReadFile(c.logFile())
	if err != nil {
		return ""
	}
	return string(b[max(0, len(b)-4000):])
}

// watchdog is a shell that outlives this process by a moment. It reads the
// postmaster's number from a pipe; when the pipe closes, because this process
// ended in whatever way, it ends the server and deletes the directory.
type watchdog struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser
}

const watchScript = `pid=0 lock=$1/data/postmaster.pid
while read -r line; do pid=$line; done
if [ "$pid" -gt 0 ] && [ "$(head -n 1 "$lock" 2>/dev/null)" = "$pid" ]; then
	kill -QUIT "$pid"
	n=0
	while [ -e "$lock" ] && [ "$n" -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
	[ -e "$lock" ] && kill -KILL "$pid"
fi 2>/dev/null
rm -rf "$1"
`

func watch(dir string) (*watchdog, error) {
	cmd := exec.Command("/bin/sh", "-c", watchScript, "sh", dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &watchdog{cmd: cmd, pipe: pipe}, nil
}

// tell names the postmaster to end; 0 is none.
func (w *watchdog) tell(pid int) {
	_, _ = fmt.Fprintln(w.pipe, pid) // without its reader the server lives on, which only costs memory
}

// poll asks until the answer is yes, an error, or ctx is over.
func poll(ctx context.Context, ready func() (bool, error)) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := ready(); ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
