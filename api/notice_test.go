package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"fundbook/intake/sample"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/publicity"
)

// A county and a document of the sample.
const (
	tenant   = "430511"
	document = "HN-BEITA-2020-1"
)

// TestCodeOfANotice scans the QR of a notice without signing in.
func TestCodeOfANotice(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	d, err := ledger.ParseDate("2026-06-15")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.app.ImportNotices(t.Context(), auth.LocalOperator, sample.Notices(), false); err != nil {
		t.Fatal(err)
	}
	item, err := f.app.Issue(t.Context(), app.Request{County: tenant, Who: auth.LocalOperator, Key: "test-issue-0000001"},
		app.IssueNotice{Type: publicity.N1, About: document, Wording: publicity.Wording{Published: d, From: d, Sample: true}})
	if err != nil {
		t.Fatal(err)
	}
	for query, digest := range map[string]string{"": "not_given", "?h=" + item.Hash[:24]: "match", "?h=" + strings.Repeat("0", 24): "mismatch", "?h=" + item.Hash[:3]: "mismatch"} {
		got := f.send(request{method: http.MethodGet, path: "/v/" + strings.ToLower(item.Code) + query, token: "-"})
		v := fields[Verification](t, got)
		if v.Verdict.Verdict != "与台账一致" || v.Digest != digest || v.County != tenant || v.About != document {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	list := fields[[]publicity.ListItem](t, f.send(request{method: http.MethodGet, path: "/api/v1/counties/" + tenant + "/notices", token: f.userEverywhere("v-all", auth.Auditor)}))
	if len(list) != 1 || list[0].Code != item.Code {
		t.Errorf("notices = %+v", list)
	}
}

// TestIssueNotice issues one over HTTP, twice under one key, and fetches it.
func TestIssueNotice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFront(t, d)
		f.h = New(f.app, Options{Version: "test", PublicURL: "https://fund.example.gov.cn"})
		if _, err := f.app.ImportNotices(t.Context(), auth.LocalOperator, sample.Notices(), false); err != nil {
			t.Fatal(err)
		}
		const notices = "/api/v1/counties/" + tenant + "/notices"
		q := request{
			path: notices, token: f.userEverywhere("f-all", auth.Finance), key: f.nextKey(),
			body: `{"type":"N1","about":"` + document + `","number":"样例〔2026〕1号","hotline":"12317","contacts":[{"label":"地址","text":"样例路1号"}],"to":"2026-06-30"}`,
		}
		first := f.send(q)
		rec := fields[Recorded](t, first)
		if rec.Count != 2 || len(rec.Notices) != 1 || len(rec.Notices[0].Code) != 13 {
			t.Fatalf("answer = %s", first.body)
		}
		if again := f.send(q); again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("replay = %s %v, want the bytes of %s", again.body, again.header, first.body)
		}
		reader := f.userEverywhere("v-all", auth.Auditor)
		list := fields[[]publicity.ListItem](t, f.send(request{method: http.MethodGet, path: notices, token: reader}))
		if len(list) != 1 || list[0].Code != rec.Notices[0].Code || list[0].ID != rec.Notices[0].ID.String() || list[0].From != "2026-06-15" || list[0].To != "2026-06-30" {
			t.Errorf("list = %+v, want one of %+v", list, rec.Notices)
		}
		paper, err := f.app.NoticePDF(t.Context(), tenant, list[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{list[0].ID, list[0].Code, strings.ToLower(list[0].Code)} {
			got := f.send(request{method: http.MethodGet, path: notices + "/" + name + "/pdf", token: reader})
			if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/pdf" || got.body != string(paper) || !strings.HasPrefix(got.body, "%PDF-") {
				t.Errorf("PDF by %s: %d %v, %d bytes", name, got.status, got.header, len(got.body))
			}
		}
		v := fields[Verification](t, f.send(request{method: http.MethodGet, path: "/v/" + list[0].Code, token: "-"}))
		if v.Verdict.Verdict != "与台账一致" {
			t.Errorf("verdict = %+v", v)
		}
	})
}

// TestIssueNoticeIsRefused tries who may not, what is unknown, and what an issuer
// has no say in.
func TestIssueNoticeIsRefused(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	if _, err := f.app.ImportNotices(t.Context(), auth.LocalOperator, sample.Notices(), false); err != nil {
		t.Fatal(err)
	}
	const notices = "/api/v1/counties/" + tenant + "/notices"
	finance := f.userEverywhere("f-all", auth.Finance)
	good := `{"type":"N1","about":"` + document + `"}`
	with := func(field string) string { return strings.Replace(good, "}", ","+field+"}", 1) }
	for name, c := range map[string]struct {
		q    request
		want *fault.Error
	}{
		"nobody":             {request{token: "-", body: good}, auth.ErrUnauthenticated},
		"auditor":            {request{token: f.userEverywhere("a-all", auth.Auditor), body: good}, auth.ErrForbidden},
		"admin":              {request{token: f.userEverywhere("s-all", auth.Admin), body: good}, auth.ErrForbidden},
		"township":           {request{token: f.tokens[auth.Township], body: good}, auth.ErrForbidden},
		"another county":     {request{token: f.other, body: good}, auth.ErrForbidden},
		"no key":             {request{key: "-", body: good}, errNoKey},
		"a short key":        {request{key: "short", body: good}, app.ErrKey},
		"no document":        {request{body: "{}"}, app.ErrInvalid},
		"an unknown one":     {request{body: `{"type":"N1","about":"nobody"}`}, publicity.ErrNoAllocation},
		"a host":             {request{body: with(`"host":"https://evil.example"`)}, errJSON},
		"no sample mark":     {request{body: with(`"sample":false`)}, errJSON},
		"a date of its own":  {request{body: with(`"published":"2020-01-01"`)}, errJSON},
		"an end before":      {request{body: with(`"from":"2026-06-10","to":"2026-06-01"`)}, publicity.ErrNotice},
		"eleven contacts":    {request{body: with(`"contacts":[` + strings.TrimSuffix(strings.Repeat(`{"label":"a","text":"b"},`, 11), ",") + `]`)}, app.ErrInvalid},
		"a title of a novel": {request{body: with(`"title":"` + strings.Repeat("长", 201) + `"`)}, app.ErrInvalid},
	} {
		c.q.path = notices
		if c.q.token == "" {
			c.q.token = finance
		}
		if got := f.send(c.q); got.codeOf(t) != c.want.Code {
			t.Errorf("%s: %d %s, want %s", name, got.status, got.body, c.want.Code)
		}
	}
	if got := f.send(request{method: http.MethodGet, path: notices, token: finance}); got.body != "[]\n" {
		t.Errorf("refused notices are listed: %s", got.body)
	}
}

// TestNoNoticeLeadsToThisMachine: the QR code of a notice that is no sample never
// carries an address that a citizen cannot open.
func TestNoNoticeLeadsToThisMachine(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	if _, err := f.app.ImportNotices(t.Context(), auth.LocalOperator, sample.Notices(), false); err != nil {
		t.Fatal(err)
	}
	finance := f.userEverywhere("f-all", auth.Finance)
	for i, c := range []struct {
		url    string
		sample bool
		ok     bool
	}{
		{"", false, true},
		{"https://fund.example.gov.cn", false, true},
		{"https://fund.example.gov.cn:8443/base", false, true},
		{"http://localhost:8726", false, false},
		{"http://LOCALHOST.:8726", false, false},
		{"http://a.localhost", false, false},
		{"http://127.0.0.1:8726", false, false},
		{"http://127.8.8.8", false, false},
		{"http://[::1]:8726", false, false},
		{"http://0.0.0.0:8726", false, false},
		{"javascript:alert(1)", false, false},
		{"http://127.0.0.1:8726", true, true},
	} {
		f.h = New(f.app, Options{Version: "test", PublicURL: c.url, Sample: c.sample})
		got := f.send(request{path: "/api/v1/counties/" + tenant + "/notices", token: finance, body: fmt.Sprintf(`{"type":"N1","about":%q,"number":"%d"}`, document, i)})
		if (got.status == http.StatusOK) != c.ok || (!c.ok && got.codeOf(t) != app.ErrHost.Code) {
			t.Errorf("PublicURL %q, sample %v: %d %s", c.url, c.sample, got.status, got.body)
		}
	}
}
