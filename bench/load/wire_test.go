package load

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// serve answers by a handler and returns where.
func serve(t *testing.T, h http.HandlerFunc) Target {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return Target{Addr: srv.Listener.Addr().String(), Token: "a-token"}
}

func TestConnSpeaksHTTP(t *testing.T) {
	t.Parallel()
	to := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		said := fmt.Sprintf("%s %s %s %s %s", r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Idempotency-Key"), body)
		switch r.URL.Path {
		case "/chunks":
			for _, part := range strings.SplitAfter(said, " ") {
				_, _ = io.WriteString(w, part)
				w.(http.Flusher).Flush()
			}
		case "/refused":
			http.Error(w, said, http.StatusUnprocessableEntity)
		default:
			_, _ = io.WriteString(w, said)
		}
	})
	conn, err := Dial(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, c := range []struct {
		q      Request
		status int
		want   string
	}{
		{Request{Path: "/plain"}, 200, "GET /plain Bearer a-token  "},
		{Request{Path: "/chunks", Key: "k", Body: []byte("{}")}, 200, "POST /chunks Bearer a-token k {}"},
		{Request{Path: "/refused", Key: "k2", Body: []byte("{1}")}, 422, "POST /refused Bearer a-token k2 {1}\n"},
		{Request{Path: "/plain", Key: "k3", Body: []byte(strings.Repeat("x", 100_000))}, 200, "POST /plain Bearer a-token k3 " + strings.Repeat("x", 100_000)},
		{Request{Path: "/again"}, 200, "GET /again Bearer a-token  "},
	} {
		status, body, err := conn.Do(&c.q)
		if err != nil || status != c.status || string(body) != c.want {
			t.Errorf("%s: %d %.80q, %v; want %d %.80q", c.q.Path, status, body, err, c.status, c.want)
		}
	}
}

func TestPosted(t *testing.T) {
	t.Parallel()
	seq, err := Posted(200, []byte(`{"county":"360726","seq":42,"count":3,"entries":[{"seq":42}]}`), 3)
	if seq != 42 || err != nil {
		t.Errorf("Posted = %d, %v; want 42", seq, err)
	}
	for name, c := range map[string]struct {
		status int
		answer string
	}{
		"refused":    {422, `{"status":422}`},
		"wrong size": {200, `{"seq":42,"count":2}`},
		"no number":  {200, `{"seq":"x","count":3}`},
		"no answer":  {200, ``},
		"zero":       {200, `{"seq":0,"count":3}`},
	} {
		if seq, err := Posted(c.status, []byte(c.answer), 3); err == nil {
			t.Errorf("%s: %d is taken for an answer", name, seq)
		}
	}
}

func TestRunSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	next := func(_ *rand.Rand, q *Request) { q.Path, q.Key, q.Body = "/", "k", []byte("{}") }
	var n atomic.Int64
	for name, c := range map[string]struct {
		answer func() string
		want   string
	}{
		"a number given twice": {func() string { return `{"seq":7,"count":1}` }, "was given twice"},
		"a refusal": {func() string {
			if n.Add(1) == 3 {
				return `{"code":"x"}`
			}
			return fmt.Sprintf(`{"seq":%d,"count":1}`, n.Load())
		}, "1 of 6 requests failed"},
	} {
		to := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, c.answer()) })
		r, err := Run(t.Context(), Spec{To: to, Clients: 1, Requests: 6, Entries: 1, Next: next})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v; want an error with %q", name, r, err, c.want)
		}
	}
}
