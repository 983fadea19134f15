// Command fundbench measures fundbook and writes docs/benchmarks.md. See package
// bench for how; -h lists the flags.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"fundbook/bench"
	"fundbook/bench/rig"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fundbench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	out := flag.String("out", "", "write the report to this file instead of the terminal")
	quick := flag.Bool("quick", false, "a smoke run of a minute")
	only := flag.String("only", "", "stages to run, with commas between them; all by default")
	roundsFlag := flag.Int("rounds", 0, "rounds of each comparison (default 3, quick 1)")
	each := flag.Duration("each", 0, "length of each load (default 6s)")
	level := flag.String("log-level", "", "log level of the service; its own default by default")
	dir := flag.String("dir", "", "folder on the disk to measure; the system's for temporary files by default")
	from := flag.String("from", "", "write the report of this kept run (bench/results/*.json) and measure nothing")
	flag.Parse()
	plan := bench.Official()
	if *quick {
		plan = bench.Smoke()
	}
	if *roundsFlag > 0 {
		plan.Rounds = *roundsFlag
	}
	if *each > 0 {
		plan.Each = *each
	}
	plan.LogLevel, plan.Dir = *level, *dir
	if err := plan.SetOnly(*only); err != nil {
		return err
	}
	if *from != "" {
		report, err := kept(*from)
		if err != nil {
			return err
		}
		return write(*out, report)
	}
	start := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, "%6.1fs "+format+"\n", append([]any{time.Since(start).Seconds()}, args...)...)
	}
	report, err := bench.Run(ctx, plan, say)
	if errRaw := writeRaw(report); err == nil {
		err = errRaw
	}
	if err != nil {
		return err
	}
	return write(*out, report)
}

// kept reads a run that was kept.
func kept(path string) (*bench.Report, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r bench.Report
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &r, nil
}

// write writes the report to a file, or to the terminal.
func write(path string, report *bench.Report) error {
	if path == "" {
		_, err := fmt.Print(report.Markdown())
		return err
	}
	return os.WriteFile(path, []byte(report.Markdown()), 0o644)
}

// writeRaw keeps every figure of every round, whatever became of the run. The
// folder is not kept in the repository.
func writeRaw(r *bench.Report) error {
	if r == nil {
		return nil
	}
	root, err := rig.Root()
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	dir := filepath.Join(root, "bench", "results")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, time.Now().UTC().Format("20060102-150405")+".json"), append(body, '\n'), 0o644)
}
