package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"fundbook/bench/load"
	"fundbook/bench/rig"
	"fundbook/internal/db"
)

// Conditions are what the figures depend on.
type Conditions struct {
	Date       string  `json:"date"`
	CPU        string  `json:"cpu"`
	Cores      int     `json:"cores"`
	Memory     int64   `json:"memory_bytes"`
	Kernel     string  `json:"kernel"`
	Flush      float64 `json:"flush_ms"` // of 8 kB to disk
	Load       string  `json:"load"`     // before the run
	Go         string  `json:"go"`
	PostgreSQL string  `json:"postgresql"`
	SQLite     string  `json:"sqlite"`
	Settings   string  `json:"settings"`
}

func (b *bench) conditions(ctx context.Context) (Conditions, error) {
	c := Conditions{
		Date: time.Now().UTC().Format(time.DateOnly), Cores: runtime.NumCPU(), Go: runtime.Version(),
		CPU: procField("/proc/cpuinfo", "model name"), Kernel: firstWord("/proc/sys/kernel/osrelease", 1), Load: firstWord("/proc/loadavg", 1),
	}
	var mem int64
	if _, err := fmt.Sscanf(procField("/proc/meminfo", "MemTotal"), "%d kB", &mem); err == nil {
		c.Memory = mem << 10
	}
	var settings []string
	for _, s := range rig.Settings {
		settings = append(settings, s[0]+"="+s[1])
	}
	c.Settings = strings.Join(settings, " ")
	if err := b.pg.Scan(ctx, rig.PgbenchDB, "SHOW server_version", &c.PostgreSQL); err != nil {
		return c, err
	}
	d, err := db.Open(ctx, "sqlite://"+filepath.Join(b.dir, "version.db"))
	if err != nil {
		return c, err
	}
	defer func() { _ = d.Close() }() // empty
	if err := d.Read.NewRaw("SELECT sqlite_version()").Scan(ctx, &c.SQLite); err != nil {
		return c, err
	}
	c.Flush, err = flushTime(filepath.Join(b.dir, "flush"))
	return c, err
}

// procField returns the value of the first line "name: value" of a file.
func procField(path, name string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if key, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(v)
		}
	}
	return "unknown"
}

func firstWord(path string, n int) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	f := strings.Fields(string(b))
	return strings.Join(f[:min(n, len(f))], " ")
}

// flushTime is the median time in which 8 kB written at the end of a file are on
// disk, in milliseconds: what one COMMIT alone must wait for.
func flushTime(path string) (float64, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }() // deleted with its folder
	var xs []float64
	page := make([]byte, 8<<10)
	for range 100 {
		start := time.Now()
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		xs = append(xs, millis(time.Since(start)))
	}
	return load.Median(xs), nil
}
