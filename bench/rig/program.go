package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Program is the fundbook program, built as `make build` builds it.
type Program struct {
	Path string
}

// Root is the root of the repository, found from the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("not inside the repository: no go.mod above the working directory")
		}
		dir = up
	}
}

// rawEvents is the build tag that lets a load confirm payments by itself, without
// the commands that own the gates: what is measured is the ledger.
const rawEvents = "fundbook_raw_events"

// Build builds the program into a folder, with further build tags or none.
func Build(ctx context.Context, into string, tags ...string) (Program, error) {
	root, err := Root()
	if err != nil {
		return Program{}, err
	}
	path := filepath.Join(into, strings.Join(append([]string{"fundbook"}, tags...), "-"))
	args := []string{"build", "-trimpath", "-ldflags", "-s -w", "-tags", strings.Join(append([]string{rawEvents}, tags...), ","), "-o", path, "./cmd/fundbook"}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return Program{}, fmt.Errorf("build fundbook: %w\n%s", err, out)
	}
	return Program{path}, nil
}

// Size is the size of the file in bytes.
func (p Program) Size() (int64, error) {
	st, err := os.Stat(p.Path)
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

// Run is what one run of the program took.
type Run struct {
	Out     []byte
	Took    time.Duration
	CPU     time.Duration
	PeakRSS int64 // bytes
}

// Run runs one command to its end. A failed command is an error with its words.
func (p Program) Run(ctx context.Context, args ...string) (Run, error) {
	cmd := exec.CommandContext(ctx, p.Path, args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	cmd.Env = environment()
	start := time.Now()
	err := cmd.Run()
	r := Run{Out: out.Bytes(), Took: time.Since(start)}
	if cmd.ProcessState != nil {
		r.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			r.PeakRSS = u.Maxrss << 10
		}
	}
	if err != nil {
		return r, fmt.Errorf("fundbook %s: %w\n%s%s", strings.Join(args[:min(2, len(args))], " "), err, out.Bytes(), errOut.Bytes())
	}
	return r, nil
}

// environment is ours without settings of fundbook, so that flags decide.
func environment() []string {
	var out []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "FUNDBOOK_") {
			out = append(out, kv)
		}
	}
	return out
}
