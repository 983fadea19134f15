package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"

	"fundbook/bench/rig"
)

// The figures of the parts stage.
const (
	pageName   = "notice of one page, CPU ms"
	demoName   = "demo, seconds" // the notices alone: what the service waits for
	countyName = "demo with the sample county, seconds"
	sizeName   = "binary, bytes"
)

// parts measures what needs no load: the notice, the demo, the binary.
func (b *bench) parts(ctx context.Context) error {
	size, err := b.program.Size()
	if err != nil {
		return err
	}
	all := &b.report.Samples
	all.add(Key{StageParts, "", sizeName}, 0, float64(size))
	b.say("  binary %.1f MB", float64(size)/1e6)
	if err := b.demo(ctx, demoName, "--no-county"); err != nil {
		return err
	}
	if err := b.demo(ctx, countyName); err != nil {
		return err
	}
	ms, err := b.page(ctx)
	if err != nil {
		return err
	}
	all.add(Key{StageParts, "", pageName}, 0, ms)
	b.say("  one page %.1f ms of CPU", ms)
	return nil
}

// demo builds the demo's store in each round, as a newcomer's first command does.
func (b *bench) demo(ctx context.Context, name string, flags ...string) error {
	for round := range b.plan.Rounds {
		dir := filepath.Join(b.dir, fmt.Sprintf("demo-%d-%d", len(flags), round))
		r, err := b.program.Run(ctx, append([]string{"demo", "--no-serve", "--data", dir}, flags...)...)
		if err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(dir, "fundbook.db")); err != nil {
			return fmt.Errorf("the demo made no store: %w", err)
		}
		b.report.Samples.add(Key{StageParts, sqlite, name}, round, r.Took.Seconds())
		b.say("  %s %.2f s", name, r.Took.Seconds())
	}
	return nil
}

// page runs the benchmark of the room that sets notices.
func (b *bench) page(ctx context.Context) (float64, error) {
	root, err := rig.Root()
	if err != nil {
		return 0, err
	}
	runs := "200x"
	if b.plan.Quick {
		runs = "20x"
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", "^BenchmarkOnePage$", "-benchtime", runs, "./publicity")
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("the benchmark of notices: %w\n%s", err, out)
	}
	return ParseCPU(string(out))
}

var cpuMetric = regexp.MustCompile(`([0-9.]+) cpu-ms/op`)

// ParseCPU reads the processor time of one operation from what a Go benchmark
// printed, in milliseconds.
func ParseCPU(out string) (float64, error) {
	m := cpuMetric.FindStringSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("the benchmark reports no cpu-ms/op:\n%s", out)
	}
	return strconv.ParseFloat(m[1], 64)
}
