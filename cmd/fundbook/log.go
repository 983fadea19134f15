package main

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"fundbook/internal/config"
)

// logDelay is how long a line of the log may wait for company: a write of its own for
// every request is a tenth of what a read costs. Warnings and errors never wait.
const (
	logDelay = 200 * time.Millisecond
	logRoom  = 64 << 10 // bytes
)

// logWriter gathers lines.
type logWriter struct {
	mu      sync.Mutex
	out     io.Writer
	buf     []byte
	waiting bool
}

// Write keeps a line for a moment. A log that cannot be written stops nobody.
func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = append(w.buf, line...)
	switch {
	case len(w.buf) >= logRoom:
		w.flush()
	case !w.waiting:
		w.waiting = true
		time.AfterFunc(logDelay, w.Flush)
	}
	return len(line), nil
}

// Flush writes what waits.
func (w *logWriter) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = false
	w.flush()
}

func (w *logWriter) flush() {
	if len(w.buf) > 0 {
		_, _ = w.out.Write(w.buf) // there is nowhere to say that the log is lost
		w.buf = w.buf[:0]
	}
}

// promptHandler writes at once what somebody should see now.
type promptHandler struct {
	slog.Handler
	w *logWriter
}

// Handle writes the record, and all before it when it is a warning or worse.
func (h promptHandler) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.w.Flush()
	}
	return err
}

// WithAttrs and WithGroup keep the promptness.
func (h promptHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return promptHandler{h.Handler.WithAttrs(attrs), h.w}
}

// WithGroup is WithAttrs for a group.
func (h promptHandler) WithGroup(name string) slog.Handler {
	return promptHandler{h.Handler.WithGroup(name), h.w}
}

// newLog returns the log that the settings ask for, and what writes its last lines.
func newLog(out io.Writer, c *config.Config) (log *slog.Logger, flush func()) {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // one of the enumeration
	w := &logWriter{out: out}
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(w, o)
	if c.LogFormat == "json" {
		h = slog.NewJSONHandler(w, o)
	}
	return slog.New(promptHandler{h, w}), w.Flush
}
