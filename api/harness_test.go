package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

const county = "360726"

// front is a served store on 2026-06-15, whose books began in 2026-01, with one
// account of each role and one lot of 1000 yuan that has come.
type front struct {
	t      testing.TB
	app    *app.App
	h      http.Handler
	log    *lockedBuffer
	tokens map[auth.Role]string
	other  string // finance of another county
	keys   atomic.Int64
	lot    ledger.LotID
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newFront(t testing.TB, d *db.DB) *front {
	t.Helper()
	now := time.Date(2026, 6, 15, 2, 0, 0, 0, time.UTC).UnixMicro()
	f := &front{t: t, log: &lockedBuffer{}, tokens: map[auth.Role]string{}}
	log := slog.New(slog.NewTextHandler(f.log, nil))
	f.app = app.Open(app.Options{DB: d, Data: t.TempDir(), Log: log, Clock: func() int64 { return now }})
	t.Cleanup(f.app.Close)
	for _, c := range []app.NewCounty{{Code: county, Name: "安远县", OpenMonths: 6}, {Code: "360727", Name: "龙南县", OpenMonths: 6}} {
		if err := f.app.InitCounty(t.Context(), auth.LocalOperator, c); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range auth.Roles() {
		f.tokens[r] = f.user(string(r), r, county)
	}
	f.other = f.user("other", auth.Finance, "360727")
	f.h = New(f.app, Options{Log: log, Version: "test"})
	f.lot = ledger.LotID{0: 1, 15: 1}
	f.mustPost("/lots", fmt.Sprintf(`{"id":%q,"code":"A1","tier":"central","class":"XJ","document":"doc-1","line":1,"name":"样例资金","budget_year":2026,"amount":"1000.00"}`, f.lot))
	f.mustPost("/postings", f.posting("E01", "1000.00"))
	f.mustPost("/postings", f.posting("E02", "1000.00"))
	return f
}

func (f *front) user(name string, r auth.Role, county string) string {
	f.t.Helper()
	unit := ""
	if r == auth.Township || r == auth.Village {
		unit = "T1"
	}
	_, token, err := f.app.AddUser(f.t.Context(), auth.LocalOperator, "test-user-key-"+name+"-0000", app.NewUser{Name: "u-" + name, Role: r, County: county, Unit: unit})
	if err != nil {
		f.t.Fatal(err)
	}
	return token
}

// posting is the body of an event on the front's lot.
func (f *front) posting(event, amount string) string {
	return fmt.Sprintf(`{"event":%q,"date":"2026-06-01","parts":[{"lot":%q,"amount":%q}]}`, event, f.lot, amount)
}

// request is one request of a scenario. Its zero value for key is a fresh one,
// for token that of finance; "-" leaves the header out.
type request struct {
	method, path, body string
	token, key, accept string
	contentType        string
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (f *front) nextKey() string { return fmt.Sprintf("test-key-%012d", f.keys.Add(1)) }

func (f *front) send(q request) reply {
	f.t.Helper()
	if q.method == "" {
		q.method = http.MethodPost
	}
	if !strings.HasPrefix(q.path, "/api/") && q.method == http.MethodPost {
		q.path = "/api/v1/counties/" + county + q.path
	}
	var body io.Reader = http.NoBody
	if q.body != "" {
		body = strings.NewReader(q.body)
	}
	r := httptest.NewRequestWithContext(f.t.Context(), q.method, q.path, body)
	set := func(name, value, usual string) {
		if value == "" {
			value = usual
		}
		if value != "-" && value != "" {
			r.Header.Set(name, value)
		}
	}
	set("Authorization", bearerOf(q.token), "Bearer "+f.tokens[auth.Finance])
	set("Accept-Language", q.accept, "")
	if q.method == http.MethodPost {
		set("Content-Type", q.contentType, "application/json")
		set("Idempotency-Key", q.key, f.nextKey())
	}
	w := httptest.NewRecorder()
	f.h.ServeHTTP(w, r)
	resp := w.Result()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(out))
	conforms(f.t, f.h, r, resp)
	if q.method == http.MethodPost && resp.StatusCode == http.StatusOK {
		r.Body = io.NopCloser(strings.NewReader(q.body))
		if ok, errs := description.v.ValidateHttpRequest(r); !ok {
			f.t.Errorf("POST %s is accepted against the OpenAPI document: %v", q.path, errs[0])
		}
	}
	return reply{resp.StatusCode, resp.Header, string(out)}
}

// raw sends a request as it is.
func (f *front) raw(r *http.Request) reply {
	f.t.Helper()
	w := httptest.NewRecorder()
	f.h.ServeHTTP(w, r)
	return reply{w.Code, w.Result().Header, w.Body.String()}
}

// server is the front behind the handler.
func (f *front) server() *server { return f.h.(*server) }

func bearerOf(token string) string {
	if token == "" || token == "-" {
		return token
	}
	return "Bearer " + token
}

func (f *front) mustPost(path, body string) reply {
	f.t.Helper()
	got := f.send(request{path: path, body: body})
	if got.status != http.StatusOK {
		f.t.Fatalf("POST %s: %d %s", path, got.status, got.body)
	}
	return got
}

func (f *front) get(path string) reply {
	f.t.Helper()
	return f.send(request{method: http.MethodGet, path: path})
}

var description struct {
	sync.Once
	v   validator.Validator
	err error
}

// conforms holds an answer to the served OpenAPI document.
func conforms(t testing.TB, h http.Handler, r *http.Request, resp *http.Response) {
	t.Helper()
	if resp.StatusCode == http.StatusMethodNotAllowed || described(r.URL.Path) == "" {
		return
	}
	for _, why := range breaches(t, h, r, resp) {
		t.Errorf("%s %s answers %d against the OpenAPI document: %s", r.Method, r.URL.Path, resp.StatusCode, why)
	}
}

// breaches says where an answer is not what the document promises.
func breaches(t testing.TB, h http.Handler, r *http.Request, resp *http.Response) (out []string) {
	t.Helper()
	description.Do(func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/openapi.json", http.NoBody))
		doc, err := libopenapi.NewDocument(w.Body.Bytes())
		if err != nil {
			description.err = err
			return
		}
		v, errs := validator.NewValidator(doc)
		if len(errs) > 0 {
			description.err = errs[0]
			return
		}
		description.v = v
	})
	if description.err != nil {
		t.Fatalf("the OpenAPI document: %v", description.err)
	}
	_, errs := description.v.ValidateHttpResponse(r, resp)
	for _, e := range errs {
		out = append(out, e.Message+": "+e.Reason)
		for _, s := range e.SchemaValidationErrors {
			out = append(out, s.FieldPath+" "+s.Reason)
		}
	}
	return out
}

// described says of a path whether the document has it.
func described(path string) string {
	for _, prefix := range []string{"/api/v1/", "/v/", "/.well-known/fundbook/"} {
		if strings.HasPrefix(path, prefix) && !strings.Contains(path, "nowhere") {
			return prefix
		}
	}
	return ""
}

func onSQLite(t *testing.T) *front {
	t.Helper()
	return newFront(t, dbtest.SQLite(t))
}
