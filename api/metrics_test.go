package api

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

func (m *Metrics) text(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody))
	if w.Code != http.StatusOK {
		t.Fatalf("/metrics: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// TestMetricsCountWhatHappened posts, is refused, replays and asks for what is
// not there, and reads the counters.
func TestMetricsCountWhatHappened(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFront(t, d)
		m := NewMetrics(f.app)
		f.h = New(f.app, Options{Version: "test", Metrics: m})
		q := request{path: "/postings", body: f.posting("E01", "1.00"), key: f.nextKey()}
		f.send(q)
		f.send(q)
		f.send(request{path: "/postings", body: f.posting("E02", "900.00")})
		f.send(request{path: "/postings", body: "{}", token: "-"})
		f.get(inOurs("/lots"))
		f.get("/nowhere/at/all")
		got := m.text(t)
		for _, want := range []string{
			`fundbook_http_requests_total{route="post",status="200"} 2`,
			`fundbook_http_requests_total{route="post",status="422"} 1`,
			`fundbook_http_requests_total{route="post",status="401"} 1`,
			`fundbook_http_requests_total{route="lots",status="200"} 1`,
			`fundbook_http_requests_total{route="none",status="404"} 1`,
			`fundbook_http_request_seconds_count{route="post"} 4`,
			`fundbook_commands_replayed_total 1`,
			`fundbook_commands_refused_total{code="ledger.overdraw"} 1`,
			`fundbook_writer_retries_total 0`,
			`fundbook_writer_queued_commands 0`,
			`fundbook_writer_counties 3`,
			`go_sql_open_connections{db_name="read"}`,
			`go_goroutines `,
		} {
			if !strings.Contains(got, want) {
				t.Errorf("no %s in:\n%s", want, grep(got, "fundbook_"))
			}
		}
		if !regexp.MustCompile(`fundbook_writer_batch_commands_count [1-9]`).MatchString(got) ||
			!regexp.MustCompile(`fundbook_writer_commit_seconds_sum [0-9.e-]+[1-9]`).MatchString(got) {
			t.Errorf("the writer's batches are not counted:\n%s", grep(got, "fundbook_writer"))
		}
	})
}

func grep(text, what string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, what) && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// TestMetricsTellNothingOfPeople sends names, tokens, counties and paths of
// strangers, and looks for them in the labels.
func TestMetricsTellNothingOfPeople(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	m := NewMetrics(f.app)
	f.h = New(f.app, Options{Version: "test", Metrics: m})
	f.get(inOurs("/lots?find=510921199001011234"))
	f.get("/api/v1/counties/510921199001011234/lots")
	f.get("/v/510921199001011234")
	f.get("/510921199001011234")
	f.send(request{path: "/postings", token: "fb_secretsecretsecretsecretsecret", body: f.posting("E01", "1.00")})
	f.send(request{path: "/postings", body: strings.Replace(f.posting("E99", "1.00"), "E99", "510921199001011234", 1)})
	got := m.text(t)
	for _, secret := range []string{"510921199001011234", "secret", county, "u-finance", f.tokens[auth.Finance]} {
		if strings.Contains(got, secret) {
			t.Errorf("the metrics hold %q:\n%s", secret, grep(got, secret))
		}
	}
}

// TestMetricsAreNotOnTheServedListener: what strangers reach does not show them,
// and their own listener shows nothing else.
func TestMetricsAreNotOnTheServedListener(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	m := NewMetrics(f.app)
	f.h = New(f.app, Options{Version: "test", Metrics: m})
	if got := f.send(request{method: http.MethodGet, path: "/metrics", token: "-"}); got.status != http.StatusNotFound {
		t.Errorf("/metrics on the served listener: %d", got.status)
	}
	for _, path := range []string{"/", "/api/v1/counties", "/debug/pprof/"} {
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s on the listener of metrics: %d", path, w.Code)
		}
	}
}
