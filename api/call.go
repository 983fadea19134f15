package api

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"fundbook/internal/auth"
	"fundbook/internal/fault"
)

// call is one request on its way: the writer of its answer, and what the log
// will say of it. Nothing of a body, a token or a query gets into it.
type call struct {
	http.ResponseWriter
	id      string
	status  int
	command string // of the route
	county  string
	role    auth.Role
	rows    bool   // a table of a file is asked for: a refusal lists its rows
	code    string // of the fault, when refused
	cause   error  // of an internal one, for the log alone
}

// WriteHeader notes the status.
func (c *call) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

// Write notes the status of an answer that sets none.
func (c *call) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	return c.ResponseWriter.Write(b) //nolint:gosec // G705: every answer is JSON or a file, and says so in its Content-Type
}

// Unwrap serves http.ResponseController.
func (c *call) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// callOf returns the call that ServeHTTP made.
func callOf(w http.ResponseWriter) *call {
	c, ok := w.(*call)
	if !ok { // invariant: every handler runs under ServeHTTP
		panic("invariant: a handler runs outside ServeHTTP")
	}
	return c
}

// Values of headers, shared by all answers.
var (
	headJSON    = []string{"application/json"}
	headProblem = []string{"application/problem+json"}
	headNoSniff = []string{"nosniff"}
	headCSP     = []string{"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"}
	headNoStore = []string{"no-store"}
	headNoRef   = []string{"no-referrer"}
	headTrue    = []string{"true"}
	headSample  = []string{"sample-data"}
)

// ServeHTTP runs one request and logs one line about it.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := s.app.Now()
	c := &call{ResponseWriter: w, id: newRequestID()}
	h := w.Header()
	h["X-Request-Id"] = []string{c.id}
	h["X-Content-Type-Options"] = headNoSniff
	h["Content-Security-Policy"] = headCSP
	h["Cache-Control"] = headNoStore
	h["Referrer-Policy"] = headNoRef
	if s.sample {
		h["X-Fundbook-Data"] = headSample
	}
	defer s.finish(c, r, start)
	if !plain(r.URL) {
		s.fail(c, r, errAddress)
		return
	}
	s.mux.ServeHTTP(c, r)
}

// plain reports whether path and query are text that a database can be asked for.
func plain(u *url.URL) bool {
	query := u.RawQuery
	if query != "" {
		var err error
		if query, err = url.QueryUnescape(query); err != nil {
			return false
		}
	}
	text := u.Path + query
	return utf8.ValidString(text) && !strings.Contains(text, "\x00")
}

// finish counts the request and logs it. A panic is a defect: it is logged with the
// request's id and answered as an internal error.
func (s *server) finish(c *call, r *http.Request, start int64) {
	if p := recover(); p != nil {
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p) // invariant: net/http's own way to cut a connection
		}
		s.log.LogAttrs(r.Context(), slog.LevelError, "panic", slog.String("request", c.id), slog.Any("panic", p), slog.String("stack", stack()))
		if c.status == 0 {
			s.fail(c, r, fault.ErrInternal)
		}
	}
	took := time.Duration(s.app.Now()-start) * time.Microsecond
	s.metrics.observe(c.command, c.status, took)
	level := slog.LevelInfo
	if c.status >= http.StatusInternalServerError && c.status != http.StatusServiceUnavailable {
		level = slog.LevelError
	}
	if !s.log.Enabled(r.Context(), level) {
		return
	}
	if c.cause != nil {
		s.log.LogAttrs(r.Context(), level, "internal error", slog.String("request", c.id), slog.String("error", c.cause.Error()))
	}
	s.log.LogAttrs(r.Context(), level, "request",
		slog.String("request", c.id), slog.String("method", r.Method), slog.String("command", c.command),
		slog.String("county", c.county), slog.String("role", string(c.role)), slog.Int("status", c.status),
		slog.String("code", c.code), slog.Duration("took", took))
}

// newRequestID returns an identifier that says nothing.
func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}
