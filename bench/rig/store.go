package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"fundbook/bench/load"
)

// Store is a store with one county under load and an account that may post.
type Store struct {
	Program Program
	Dir     string // data directory
	URL     string // of the database
	Work    load.Work
	Token   string
	// LogLevel of the servers; "" is the program's default.
	LogLevel string
	// Env are further variables of the servers, NAME=value.
	Env []string
}

// NewStore makes a store in a fresh data directory: the county's log opened and
// one account of the role finance. An empty url means a SQLite file.
func NewStore(ctx context.Context, p Program, dir, url string) (*Store, error) {
	s, err := Bare(ctx, p, dir, url)
	if err != nil {
		return nil, err
	}
	if _, err := s.Command(ctx, "county", "init", s.Work.County, "--name", "安远县", "--first-period", s.Work.FirstPeriod()); err != nil {
		return nil, err
	}
	return s, s.Account(ctx)
}

// Bare is a store in a fresh data directory, with nothing in it yet. An empty url
// means a SQLite file.
func Bare(_ context.Context, p Program, dir, url string) (*Store, error) {
	work, err := load.NewWork("360726", time.Now())
	if err != nil {
		return nil, err
	}
	if url == "" {
		url = "sqlite://" + filepath.Join(dir, "fundbook.db")
	}
	return &Store{Program: p, Dir: dir, URL: url, Work: work}, nil
}

// Account makes the account that may post.
func (s *Store) Account(ctx context.Context) error {
	r, err := s.Command(ctx, "user", "add", "bench", "--role", "finance")
	s.Token = strings.TrimSpace(string(r.Out))
	return err
}

// args puts the store's settings behind a command.
func (s *Store) args(command ...string) []string {
	return append(command, "--data", s.Dir, "--db", s.URL)
}

// Command runs one command of the program on the store.
func (s *Store) Command(ctx context.Context, command ...string) (Run, error) {
	return s.Program.Run(ctx, s.args(command...)...)
}

// Server is a running service.
type Server struct {
	load.Target
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended, once done is closed
	log  string
}

// started is what `fundbook serve` prints before its address.
const started = "http://"

// Serve starts the service on a free port of the loopback and waits until it
// takes requests. What it logs goes to a file in the data directory.
func (s *Store) Serve(ctx context.Context) (*Server, error) {
	args := s.args("serve", "--listen", "127.0.0.1:0", "--metrics-addr", "off")
	if s.LogLevel != "" {
		args = append(args, "--log-level", s.LogLevel)
	}
	log := filepath.Join(s.Dir, "serve.log")
	logFile, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = logFile.Close() }() // the server has its own copy
	v := &Server{cmd: exec.Command(s.Program.Path, args...), done: make(chan struct{}), log: log}
	said := &firstLine{got: make(chan string, 1)}
	v.cmd.Stdout, v.cmd.Stderr = said, logFile
	v.cmd.Env = append(environment(), s.Env...)
	if err := startBound(v.cmd); err != nil {
		return nil, err
	}
	go func() {
		v.err = v.cmd.Wait()
		close(v.done)
	}()
	select {
	case line := <-said.got:
		_, addr, ok := strings.Cut(strings.TrimSpace(line), started)
		if !ok {
			v.Kill()
			return nil, fmt.Errorf("serve: no address in %q", line)
		}
		v.Target = load.Target{Addr: addr, Token: s.Token}
		return v, nil
	case <-v.done:
		return nil, fmt.Errorf("serve: %w\n%s", v.err, v.Log())
	case <-ctx.Done():
		v.Kill()
		return nil, ctx.Err()
	case <-time.After(patience):
		v.Kill()
		return nil, errors.New("serve: it does not say that it is up")
	}
}

// firstLine catches the first line written to it.
type firstLine struct {
	buf  []byte
	done bool
	got  chan string
}

// Write keeps what comes until the first line is complete.
func (f *firstLine) Write(p []byte) (int, error) {
	if f.done {
		return len(p), nil
	}
	f.buf = append(f.buf, p...)
	if line, _, ok := strings.Cut(string(f.buf), "\n"); ok {
		f.got <- line
		f.done = true
	}
	return len(p), nil
}

// Stop stops the service in good order.
func (v *Server) Stop() error {
	_ = v.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself; Wait says how
	select {
	case <-v.done:
		if v.err != nil {
			return fmt.Errorf("serve: %w\n%s", v.err, v.Log())
		}
		return nil
	case <-time.After(patience):
		v.Kill()
		return errors.New("serve: it does not stop")
	}
}

// Kill ends the service as a power cut would, and waits until it is gone.
func (v *Server) Kill() {
	_ = v.cmd.Process.Kill() // it may be gone already
	<-v.done
}

// Log is the end of what the service logged.
func (v *Server) Log() string {
	b, err := os.ReadFile(v.log)
	if err != nil {
		return ""
	}
	return string(b[max(0, len(b)-4000):])
}

// Memory returns the resident memory of the service in bytes, now and at its
// highest.
func (v *Server) Memory() (now, peak int64, err error) {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(v.cmd.Process.Pid), "status"))
	if err != nil {
		return 0, 0, err
	}
	now, peak = ParseMemory(string(b))
	if now == 0 || peak == 0 {
		return 0, 0, errors.New("the kernel does not say how much memory the service holds")
	}
	return now, peak, nil
}

// ParseMemory reads VmRSS and VmHWM of /proc/PID/status, in bytes.
func ParseMemory(status string) (now, peak int64) {
	for line := range strings.SplitSeq(status, "\n") {
		name, rest, _ := strings.Cut(line, ":")
		kB, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		switch {
		case err != nil:
		case name == "VmRSS":
			now = kB << 10
		case name == "VmHWM":
			peak = kB << 10
		}
	}
	return now, peak
}
