package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
)

// fields decodes an answer.
func fields[T any](t *testing.T, r reply) T {
	t.Helper()
	var v T
	if r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	return v
}

func inOurs(path string) string { return "/api/v1/counties/" + county + path }

// TestReads walks every read as each role; may lists the roles that do. What a
// township may read, but of others, it does not find: scope_test.go.
func TestReads(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	all := []auth.Role{auth.Finance, auth.Township, auth.Auditor, auth.Village, auth.Admin}
	ledgerRoles := []auth.Role{auth.Finance, auth.Auditor}
	for path, may := range map[string][]auth.Role{
		"/api/v1/events":         all,
		"/api/v1/chart":          all,
		"/api/v1/commands":       all,
		"/api/v1/users/me":       all,
		"/api/v1/counties":       all,
		inOurs("/lots"):          {auth.Finance, auth.Auditor, auth.Township},
		inOurs("/lots?find=A1"):  {auth.Finance, auth.Auditor, auth.Township},
		inOurs("/journal"):       ledgerRoles,
		inOurs("/trace?lot=A1"):  ledgerRoles,
		inOurs("/trial-balance"): {auth.Finance, auth.Auditor, auth.Township},
		inOurs("/trial-balance?totals=true&subs=true&as_of=2026-06-01"): {auth.Finance, auth.Auditor, auth.Township},
		inOurs("/lots-report"):                    ledgerRoles,
		inOurs("/balances?account=C:1001"):        ledgerRoles,
		inOurs("/statement?account=C:1001:A1"):    ledgerRoles,
		inOurs("/vouchers?book=C&period=2026-06"): ledgerRoles,
		inOurs("/verify"):                         ledgerRoles,
		inOurs("/reports/library"):                ledgerRoles,
		inOurs("/reports/loans?year=2026"):        ledgerRoles,
		inOurs("/reports/year-figures?year=2026"): ledgerRoles,
		inOurs("/reports/unfunded"):               ledgerRoles,
		inOurs("/imports/projects/template"):      {auth.Finance, auth.Township},
		inOurs("/imports/payees/template"):        {auth.Finance, auth.Township},
		inOurs("/heads/latest"):                   all,
		inOurs("/proofs/6"):                       ledgerRoles,
		inOurs("/proofs/consistency?old=2"):       all,
		inOurs("/notices"):                        all,
		inOurs("/entries/" + lastSeq(t, f)):       ledgerRoles,
	} {
		for role, token := range f.tokens {
			got := f.send(request{method: http.MethodGet, path: path, token: token})
			want := http.StatusForbidden
			if role == auth.Township && regexp.MustCompile(`/(balances|statement|vouchers|entries)\b`).MatchString(path) {
				want = http.StatusNotFound
			}
			for _, r := range may {
				if r == role {
					want = http.StatusOK
				}
			}
			if got.status != want {
				t.Errorf("GET %s as %s: %d %s, want %d", path, role, got.status, got.body, want)
			}
		}
		if got := f.send(request{method: http.MethodGet, path: path, token: "-"}); got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("GET %s without a token: %d", path, got.status)
		}
		if strings.Contains(path, county) {
			if got := f.send(request{method: http.MethodGet, path: path, token: f.other}); got.status != http.StatusForbidden {
				t.Errorf("GET %s by another county: %d %s", path, got.status, got.body)
			}
		}
	}
}

func lastSeq(t *testing.T, f *front) string {
	t.Helper()
	entries := fields[ledger.JournalPage](t, f.get(inOurs("/journal"))).Rows
	return fmt.Sprint(entries[len(entries)-1].Seq)
}

func TestReadIsRefused(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	everywhere := f.userEverywhere("auditor-all", auth.Auditor)
	for path, want := range map[string]int{
		inOurs("/journal?after=-1"):       400,
		inOurs("/journal?limit=1001"):     400,
		inOurs("/journal?limit=x"):        400,
		inOurs("/journal?colour=red"):     400,
		inOurs("/entries/0"):              400,
		inOurs("/entries/1"):              404, // record 1 is no entry
		inOurs("/entries/999999"):         404,
		inOurs("/proofs/999999"):          404,
		inOurs("/proofs/consistency"):     400,
		inOurs("/trace"):                  400,
		inOurs("/trace?lot=nobody"):       404,
		"/api/v1/counties/999999/journal": 404,
		"/api/v1/counties/nobody/journal": 400,
		"/.well-known/fundbook/999999":    404,
		"/v/0000000000000":                404,
		"/v/nobody":                       404,
	} {
		got := f.send(request{method: http.MethodGet, path: path, token: everywhere})
		if got.status != want || got.codeOf(t) == "" || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s: %d %s, want %d", path, got.status, got.body, want)
		}
	}
}

func (f *front) userEverywhere(name string, r auth.Role) string {
	f.t.Helper()
	_, token, err := f.app.AddUser(f.t.Context(), auth.LocalOperator, "test-user-key-"+name+"-0000", app.NewUser{Name: name, Role: r})
	if err != nil {
		f.t.Fatal(err)
	}
	return token
}

func TestEntryShowsItsLines(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	e := fields[ledger.EntryView](t, f.get(inOurs("/entries/"+lastSeq(t, f))))
	if e.Event != "E02" || len(e.Lines) != 4 || len(e.Vouchers) != 1 {
		t.Errorf("entry = %+v", e)
	}
	var debit, credit ledger.Amount
	for _, l := range e.Lines {
		if l.Side == "debit" {
			debit += l.Amount
		} else {
			credit += l.Amount
		}
	}
	if debit != 200_000 || credit != debit {
		t.Errorf("debit %s, credit %s", debit, credit)
	}
}

// TestJournalPages follows the Link headers and must meet every entry once, also
// while more is posted.
func TestJournalPages(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	for range 5 {
		f.mustPost("/postings", f.posting("E01", "1.00"))
		f.mustPost("/lots", fmt.Sprintf(`{"code":%q,"tier":"central","class":"XJ","document":%q,"line":1,"name":"x","budget_year":2026,"amount":"1.00"}`, f.nextKey(), f.nextKey()))
	}
	whole := fields[ledger.JournalPage](t, f.get(inOurs("/journal?limit=500"))).Rows
	var paged []ledger.EntryView
	for path := inOurs("/journal?limit=2"); path != ""; {
		r := f.get(path)
		paged = append(paged, fields[ledger.JournalPage](t, r).Rows...)
		next, ok := strings.CutPrefix(r.header.Get("Link"), "<?")
		path = ""
		if ok {
			query, _, _ := strings.Cut(next, ">")
			path = inOurs("/journal?" + query)
		}
		if len(paged) > 100 {
			t.Fatal("the pages do not end")
		}
	}
	if diff := cmp.Diff(whole, paged); diff != "" || len(whole) != 7 {
		t.Errorf("%d entries; pages differ: %s", len(whole), diff)
	}
}

// TestProofsHold checks what the service hands out with the public key alone.
func TestProofsHold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFront(t, d)
		head := fields[Head](t, f.send(request{method: http.MethodGet, path: "/.well-known/fundbook/" + county, token: "-"}))
		keys, err := translog.NewVerifiers(translog.PublicKey{VKey: head.Keys[0]})
		if err != nil {
			t.Fatal(err)
		}
		older, err := translog.Open([]byte(head.Note), keys)
		if err != nil || older.Size != head.Size {
			t.Fatalf("head: %v %+v", err, older)
		}
		for seq := int64(1); seq <= head.Size; seq++ {
			p := fields[Inclusion](t, f.get(inOurs(fmt.Sprintf("/proofs/%d", seq))))
			b, err := translog.ParseBundle([]byte(p.Proof))
			if err != nil {
				t.Fatal(err)
			}
			if h, _, err := translog.VerifyInclusion(b, p.Leaf, keys); err != nil || h.Seq != seq || h.Kind != p.Kind {
				t.Errorf("record %d: %v %+v", seq, err, h)
			}
		}
		f.mustPost("/postings", f.posting("E01", "1.00"))
		c := fields[Consistency](t, f.get(inOurs(fmt.Sprintf("/proofs/consistency?old=%d", head.Size))))
		newer, err := translog.Open([]byte(c.Note), keys)
		if err != nil {
			t.Fatal(err)
		}
		var hashes []translog.Hash
		for _, h := range c.Hashes {
			b, err := base64.StdEncoding.DecodeString(h)
			if err != nil {
				t.Fatal(err)
			}
			hashes = append(hashes, tlog.Hash(b))
		}
		if err := translog.VerifyConsistency(older, newer, hashes); err != nil || newer.Size != head.Size+1 {
			t.Errorf("consistency: %v, size %d", err, newer.Size)
		}
	})
}

func TestHealth(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	if got := f.send(request{method: http.MethodGet, path: "/healthz", token: "-"}); got.status != 200 {
		t.Errorf("healthz: %d %s", got.status, got.body)
	}
	if got := f.send(request{method: http.MethodGet, path: "/readyz", token: "-"}); got.status != 200 || !strings.Contains(got.body, `"keys":"ok"`) {
		t.Errorf("readyz: %d %s", got.status, got.body)
	}
	lost := newFrontWithoutKeys(t, f)
	if got := lost.send(request{method: http.MethodGet, path: "/readyz", token: "-"}); got.status != 503 || !strings.Contains(got.body, app.ErrSigningKey.Code) {
		t.Errorf("readyz without keys: %d %s", got.status, got.body)
	}
	if got := f.send(request{method: http.MethodGet, path: "/healthz", token: "-"}); got.status != 200 {
		t.Errorf("healthz: %d", got.status)
	}
}

func newFrontWithoutKeys(t *testing.T, f *front) *front {
	t.Helper()
	a := app.Open(app.Options{DB: f.app.DB(), Data: t.TempDir()})
	t.Cleanup(a.Close)
	return &front{t: t, app: a, h: New(a, Options{Version: "test"}), log: f.log, tokens: f.tokens}
}

// TestInternalErrorsTellNothing breaks the store under the front.
func TestInternalErrorsTellNothing(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	if err := f.app.DB().Read.Close(); err != nil {
		t.Fatal(err)
	}
	got := f.get("/api/v1/counties")
	var p Problem
	if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.status < 500 || strings.Contains(got.body, "sql") {
		t.Fatalf("%d %s", got.status, got.body)
	}
	id := strings.TrimPrefix(p.Instance, "urn:fundbook:request:")
	if len(id) != 16 || !strings.Contains(f.log.String(), id) {
		t.Errorf("instance %q is not in the log:\n%s", p.Instance, f.log)
	}
}

func TestOpenAPIGolden(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	got := f.send(request{method: http.MethodGet, path: "/openapi.json", token: "-"})
	golden := filepath.Join("testdata", "openapi.json")
	if os.Getenv("UPDATE") == "1" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got.body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.body); diff != "" {
		t.Errorf("the OpenAPI document changed (UPDATE=1 writes it): %s", diff)
	}
	for _, must := range []string{`"openapi": "3.1.0"`, `-?[0-9]{1,16}`, `application/problem+json`} {
		if !strings.Contains(got.body, must) {
			t.Errorf("the document does not say %s", must)
		}
	}
	yaml := f.send(request{method: http.MethodGet, path: "/openapi.yaml", token: "-"})
	if yaml.status != http.StatusOK || !strings.HasPrefix(yaml.body, "components:") && !strings.Contains(yaml.body, "openapi: 3.1.0") {
		t.Errorf("openapi.yaml: %d %.100s", yaml.status, yaml.body)
	}
	if got := f.get("/docs"); got.status != http.StatusNotFound {
		t.Errorf("/docs: %d; there is no page from a CDN", got.status)
	}
}

// TestTheDescriptionIsSeenToBeChecked: an answer that breaks the document must
// be noticed, or every other test is blind.
func TestTheDescriptionIsSeenToBeChecked(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	for body, broken := range map[string]bool{
		`[{"code":"360726","name":"x","records":1}]`:   false,
		`[{"code":"360726","name":"x","records":"1"}]`: true,
		`[{"code":"360726","name":"x"}]`:               true,
		`{"code":"360726"}`:                            true,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/counties", http.NoBody)
		resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader([]byte(body))), Request: r}
		if got := len(breaches(t, f.h, r, resp)) > 0; got != broken {
			t.Errorf("breaches in %s: %v, want %v", body, got, broken)
		}
	}
}
