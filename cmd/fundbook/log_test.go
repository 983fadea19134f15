package main

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"fundbook/internal/config"
)

// locked is a log file that several write to.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestTheLogIsWhole: lines that wait come out in order, whole and once: before a
// warning, when there are many, and at the end.
func TestTheLogIsWhole(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var out locked
		log, flush := newLog(&out, &config.Config{LogLevel: "info", LogFormat: format})
		log = log.With(slog.Int("a", 1)).WithGroup("g")
		log.Info("first")
		log.Warn("second")
		if got := out.String(); strings.Count(got, "\n") != 2 || strings.Index(got, "first") > strings.Index(got, "second") {
			t.Errorf("%s: after a warning the log says %q", format, got)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 500 {
					log.Info("one of many")
				}
			})
		}
		all.Wait()
		log.Debug("never")
		flush()
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != 4002 {
			t.Errorf("%s: %d lines, want 4002", format, len(lines))
		}
		for _, l := range lines[2:] {
			if strings.Count(l, "one of many") != 1 {
				t.Fatalf("%s: a line says %q", format, l)
			}
		}
	}
}
