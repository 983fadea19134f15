package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"unicode"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// codeOf reads the code of a problem.
func (r reply) codeOf(t *testing.T) string {
	t.Helper()
	var p Problem
	if err := json.Unmarshal([]byte(r.body), &p); err != nil {
		t.Fatalf("not a problem: %q", r.body)
	}
	return p.Code
}

func TestPostAnswersWhatWasRecorded(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFront(t, d)
		key := f.nextKey()
		q := request{path: "/postings", body: f.posting("E01", "1.00"), key: key}
		first := f.send(q)
		var rec Recorded
		if err := json.Unmarshal([]byte(first.body), &rec); err != nil || first.status != http.StatusOK {
			t.Fatalf("%d %s", first.status, first.body)
		}
		if rec.County != county || rec.Count != 1 || len(rec.Entries) != 1 || rec.Entries[0].Event != "E01" || len(rec.Entries[0].Vouchers) != 1 {
			t.Errorf("answer = %s", first.body)
		}
		again := f.send(q)
		if again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
			t.Errorf("replay = %s %v, want the same bytes as %s", again.body, again.header, first.body)
		}
		q.body = f.posting("E01", "2.00")
		if got := f.send(q); got.status != http.StatusConflict || got.codeOf(t) != db.ErrKeyReused.Code {
			t.Errorf("another body under the key: %d %s", got.status, got.body)
		}
	})
}

func TestManyPostsWithOneKeyAreOneEntry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFront(t, d)
		q := request{path: "/postings", body: f.posting("E01", "3.00"), key: f.nextKey()}
		before := f.get("/api/v1/counties").body
		var wg sync.WaitGroup
		replies := make([]reply, 64)
		for i := range replies {
			wg.Go(func() { replies[i] = f.send(q) })
		}
		wg.Wait()
		for i, r := range replies {
			if r.status != http.StatusOK || r.body != replies[0].body {
				t.Fatalf("answer %d: %d %s, want %s", i, r.status, r.body, replies[0].body)
			}
		}
		var was, is []County
		if json.Unmarshal([]byte(before), &was) != nil || json.Unmarshal([]byte(f.get("/api/v1/counties").body), &is) != nil {
			t.Fatal("counties do not decode")
		}
		if is[0].Records != was[0].Records+1 {
			t.Errorf("the log grew by %d records, want 1", is[0].Records-was[0].Records)
		}
	})
}

func TestBatchCreatesThenUses(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	e01, e02 := f.posting("E01", "5.00"), f.posting("E02", "5.00")
	got := f.mustPost("/postings/batch", `{"items":[`+e01+","+e02+`]}`)
	var rec Recorded
	if err := json.Unmarshal([]byte(got.body), &rec); err != nil || rec.Count != 2 || rec.Entries[1].Seq != rec.Entries[0].Seq+1 {
		t.Errorf("answer = %s", got.body)
	}
	// The second item draws more than the first brought: neither is posted.
	bad := f.send(request{path: "/postings/batch", body: `{"items":[` + e01 + "," + f.posting("E02", "900.00") + `]}`})
	if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "items[1]") {
		t.Errorf("refused batch: %d %s", bad.status, bad.body)
	}
	var again Recorded
	if err := json.Unmarshal([]byte(f.mustPost("/postings", e01).body), &again); err != nil || again.Seq != rec.Seq+2 {
		t.Errorf("seq after a refused batch = %d, want %d", again.Seq, rec.Seq+2)
	}
}

func TestOtherWrites(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	f.mustPost("/periods/close", `{"book":"C","period":"2026-01"}`)
	lot := f.mustPost("/lots", `{"code":"B1","tier":"county","class":"ZC","document":"doc-2","line":1,"name":"样例","budget_year":2026,"amount":"1.00"}`)
	if !strings.Contains(lot.body, `"lots":[{"seq":`) {
		t.Errorf("answer = %s", lot.body)
	}
	if got := f.send(request{path: "/policies", token: f.tokens[auth.Admin], body: `{"name":"open_months","value":"3","basis":"样例"}`}); got.status != http.StatusOK {
		t.Errorf("policy: %d %s", got.status, got.body)
	}
}

func TestPostIsRefused(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	good := f.posting("E01", "1.00")
	amount := func(raw string) string { return strings.Replace(good, `"1.00"`, raw, 1) }
	batch := func(n int) string { return `{"items":[` + strings.TrimSuffix(strings.Repeat(good+",", n), ",") + `]}` }
	type refusal struct {
		q      request
		status int
		code   string
	}
	before := f.get("/api/v1/counties").body
	for name, c := range map[string]refusal{
		"no token":             {request{token: "-", body: good}, 401, auth.ErrUnauthenticated.Code},
		"wrong token":          {request{token: "fb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", body: good}, 401, auth.ErrUnauthenticated.Code},
		"auditor":              {request{token: f.tokens[auth.Auditor], body: good}, 403, auth.ErrForbidden.Code},
		"admin":                {request{token: f.tokens[auth.Admin], body: good}, 403, auth.ErrForbidden.Code},
		"village":              {request{token: f.tokens[auth.Village], body: good}, 403, auth.ErrForbidden.Code},
		"other county":         {request{token: f.other, body: good}, 403, auth.ErrForbidden.Code},
		"other township":       {request{token: f.tokens[auth.Township], body: `{"event":"E20","date":"2026-06-01","township":"T2","parts":[{"lot":"` + f.lot.String() + `","amount":"1.00"}]}`}, 403, auth.ErrForbidden.Code},
		"township in county":   {request{token: f.tokens[auth.Township], body: `{"event":"E20","date":"2026-06-01","parts":[{"lot":"` + f.lot.String() + `","amount":"1.00"}]}`}, 403, auth.ErrForbidden.Code},
		"unknown county":       {request{path: "/api/v1/counties/999999/postings", token: "", body: good}, 403, auth.ErrForbidden.Code},
		"missing key":          {request{key: "-", body: good}, 400, errNoKey.Code},
		"short key":            {request{key: "short", body: good}, 400, "idempotency.key"},
		"key with a space":     {request{key: "0123456789 0123456789", body: good}, 400, "idempotency.key"},
		"bad JSON":             {request{body: `{"event":`}, 400, errJSON.Code},
		"empty body":           {request{body: " "}, 400, errJSON.Code},
		"two values":           {request{body: good + good}, 400, errJSON.Code},
		"array":                {request{body: "[]"}, 400, errJSON.Code},
		"unknown field":        {request{body: strings.Replace(good, `"date"`, `"colour":"red","date"`, 1)}, 400, errJSON.Code},
		"field in capitals":    {request{body: strings.Replace(good, `"date"`, `"Date"`, 1)}, 400, errJSON.Code},
		"double field":         {request{body: strings.Replace(good, `"date"`, `"event":"E02","date"`, 1)}, 400, errJSON.Code},
		"double nested field":  {request{body: strings.Replace(good, `"amount"`, `"amount":"9.00","amount"`, 1)}, 400, errJSON.Code},
		"null":                 {request{body: amount("null")}, 400, errJSON.Code},
		"not UTF-8":            {request{body: strings.Replace(good, `"date"`, "\"memo\":\"\xff\",\"date\"", 1)}, 400, errJSON.Code},
		"half a character":     {request{body: strings.Replace(good, `"date"`, `"memo":"\ud800","date"`, 1)}, 400, errJSON.Code},
		"a NUL":                {request{body: strings.Replace(good, `"date"`, `"memo":"a\u0000b","date"`, 1)}, 400, errJSON.Code},
		"deep nesting":         {request{body: strings.Repeat(`[`, 40)}, 400, errJSON.Code},
		"100000 brackets":      {request{body: strings.Repeat(`{"a":[`, 100_000)}, 400, errJSON.Code},
		"50000 fields":         {request{body: `{` + manyFields(50_000) + `}`}, 400, errJSON.Code},
		"half a fen":           {request{body: amount(`"0.001"`)}, 400, ledger.ErrAmountText.Code},
		"1e30":                 {request{body: amount(`"1e30"`)}, 400, ledger.ErrAmountText.Code},
		"31 digits":            {request{body: amount(`"1000000000000000000000000000000"`)}, 422, ledger.ErrAmountOverflow.Code},
		"NaN":                  {request{body: amount(`"NaN"`)}, 400, ledger.ErrAmountText.Code},
		"bare NaN":             {request{body: amount(`NaN`)}, 400, errJSON.Code},
		"number":               {request{body: amount(`1.00`)}, 400, ledger.ErrAmountText.Code},
		"negative":             {request{body: amount(`"-1.00"`)}, 0, ""},
		"zero":                 {request{body: amount(`"0.00"`)}, 0, ""},
		"bad date":             {request{body: strings.Replace(good, "2026-06-01", "2026-02-30", 1)}, 400, ""},
		"no date":              {request{body: strings.Replace(good, `"date":"2026-06-01",`, "", 1)}, 400, "request.invalid"},
		"future":               {request{body: strings.Replace(good, "2026-06-01", "2026-06-16", 1)}, 422, ledger.ErrPeriodFuture.Code},
		"unknown event":        {request{body: strings.Replace(good, "E01", "E99", 1)}, 400, ledger.ErrEvent.Code},
		"unknown lot":          {request{body: strings.Replace(good, f.lot.String(), "01980f3e-6a00-7000-8000-00000000dead", 1)}, 404, ledger.ErrLotUnknown.Code},
		"beyond the authority": {request{body: f.posting("E02", "0.01")}, 422, ledger.ErrOverdraw.Code},
		"huge body":            {request{body: `{"memo":"` + strings.Repeat("x", maxBody) + `"}`}, 413, errTooBig.Code},
		"form":                 {request{contentType: "application/x-www-form-urlencoded", body: good}, 400, errType.Code},
		"GB18030":              {request{contentType: "application/json; charset=gb18030", body: good}, 400, errType.Code},
		"empty batch":          {request{path: "/postings/batch", body: `{"items":[]}`}, 400, "request.invalid"},
		"batch of 1001":        {request{path: "/postings/batch", body: batch(1001)}, 400, "request.invalid"},
		"huge batch":           {request{path: "/postings/batch", body: `{"memo":"` + strings.Repeat("x", maxBatch) + `"}`}, 413, errTooBig.Code},
		"lot by auditor":       {request{path: "/lots", token: f.tokens[auth.Auditor], body: `{"code":"x"}`}, 403, auth.ErrForbidden.Code},
		"policy by finance":    {request{path: "/policies", body: `{"name":"open_months","value":"3"}`}, 403, auth.ErrForbidden.Code},
		"close out of order":   {request{path: "/periods/close", body: `{"book":"C","period":"2026-03"}`}, 422, ledger.ErrPeriodOrder.Code},
		"close by township":    {request{path: "/periods/close", token: f.tokens[auth.Township], body: `{"book":"T1","period":"2026-01"}`}, 403, auth.ErrForbidden.Code},
	} {
		if c.q.path == "" {
			c.q.path = "/postings"
		}
		if name == "unknown county" {
			c.q.token = f.tokens[auth.Finance]
		}
		got := f.send(c.q)
		if c.status == 0 {
			if got.status != 400 && got.status != 422 {
				t.Errorf("%s: %d %s, want a refusal", name, got.status, got.body)
			}
			continue
		}
		if got.status != c.status || (c.code != "" && got.codeOf(t) != c.code) {
			t.Errorf("%s: %d %s, want %d %s", name, got.status, got.body, c.status, c.code)
		}
		if got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: content type %q", name, got.header.Get("Content-Type"))
		}
	}
	if after := f.get("/api/v1/counties").body; after != before {
		t.Errorf("refused requests changed the store: %s, was %s", after, before)
	}
}

// manyFields is a list of fields with distinct names.
func manyFields(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"f%d":1,`, i)
	}
	return strings.TrimSuffix(b.String(), ",")
}

func TestProblemsSpeakTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	over := f.posting("E02", "0.01")
	for accept, want := range map[string]string{
		"": ledger.ErrOverdraw.ZH, "en": ledger.ErrOverdraw.EN, "zh-CN,zh;q=0.9,en;q=0.8": ledger.ErrOverdraw.ZH,
		"en-GB,en;q=0.9,zh;q=0.2": ledger.ErrOverdraw.EN, "fr": ledger.ErrOverdraw.ZH, "en;q=0": ledger.ErrOverdraw.ZH,
	} {
		got := f.send(request{path: "/postings", body: over, accept: accept})
		var p Problem
		if err := json.Unmarshal([]byte(got.body), &p); err != nil || p.Title != want {
			t.Errorf("Accept-Language %q: title %q, want %q", accept, p.Title, want)
		}
		if p.Detail == "" || !strings.Contains(p.Detail, "0.01") {
			t.Errorf("the detail %q does not say by how much", p.Detail)
		}
	}
}

// TestProblemsAreEnglishThroughout asks for English and gets no word of Chinese:
// title, detail with place, figure and remedy, and the wrong fields.
func TestProblemsAreEnglishThroughout(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	for name, c := range map[string]struct{ body, detail, field string }{
		"a guard":       {f.posting("E02", "0.01"), "short by 0.01 yuan", ""},
		"a field":       {f.posting("E04", "1.00"), "missing: ", "missing"},
		"unknown field": {strings.Replace(f.posting("E02", "1.00"), `"date"`, `"colour":1,"date"`, 1), "unknown field", "unknown field"},
	} {
		for lang, chinese := range map[string]bool{"en": false, "zh": true} {
			var p Problem
			if err := json.Unmarshal([]byte(f.send(request{path: "/postings", body: c.body, accept: lang}).body), &p); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			said := p.Title + p.Detail
			for _, x := range p.Errors {
				said += x.Message
			}
			if got := strings.ContainsFunc(said, func(r rune) bool { return unicode.Is(unicode.Han, r) }); got != chinese {
				t.Errorf("%s in %s: %s", name, lang, said)
			}
			if lang == "en" && (!strings.Contains(p.Detail, c.detail) || c.field != "" && (len(p.Errors) == 0 || p.Errors[0].Message != c.field)) {
				t.Errorf("%s: detail %q, fields %v", name, p.Detail, p.Errors)
			}
		}
	}
}

func TestLogKeepsSecrets(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	f.mustPost("/postings", strings.Replace(f.posting("E01", "1.00"), `"date"`, `"memo":"不应入日志","date"`, 1))
	f.get("/api/v1/counties/" + county + "/lots?find=" + "不应入日志")
	got := f.log.String()
	for _, secret := range append([]string{"不应入日志", "%E4%B8%8D"}, f.tokens[auth.Finance]) {
		if strings.Contains(got, secret) {
			t.Errorf("the log holds %q:\n%s", secret, got)
		}
	}
	if !strings.Contains(got, "command=post ") || !strings.Contains(got, "status=200") {
		t.Errorf("the log does not say what was asked:\n%s", got)
	}
}

func TestEveryHeaderOfSafetyIsSet(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	for _, q := range []request{
		{method: http.MethodGet, path: "/healthz"},
		{method: http.MethodGet, path: "/nowhere"},
		{method: http.MethodGet, path: "/api/v1/counties"},
		{path: "/postings", body: "{}"},
	} {
		got := f.send(q)
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
			if got.header.Get(name) != want {
				t.Errorf("%s %s: %s = %q, want %q", q.method, q.path, name, got.header.Get(name), want)
			}
		}
		if got.header.Get("Content-Security-Policy") == "" || got.header.Get("X-Request-Id") == "" {
			t.Errorf("%s %s: headers %v", q.method, q.path, got.header)
		}
	}
}

func TestNoRoute(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	if got := f.get("/api/v1/nowhere"); got.status != 404 || got.codeOf(t) != errRoute.Code {
		t.Errorf("%d %s", got.status, got.body)
	}
	got := f.send(request{method: http.MethodDelete, path: "/api/v1/counties/" + county + "/lots"})
	if got.status != 405 || got.header.Get("Allow") != "GET, POST" {
		t.Errorf("DELETE: %d %v", got.status, got.header)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{benchPosting, `{"event":"E01","event":"E02"}`, `{"memo":"\ud83d\ude00"}`, `[`, `{"parts":[{"lot":null}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var p ledger.Posting
		if err := decode(raw, &p); err != nil {
			return
		}
		var loose ledger.Posting
		if err := json.Unmarshal(raw, &loose); err != nil {
			t.Errorf("decode accepts %q, encoding/json does not: %v", raw, err)
		}
		if strings.Contains(p.Memo, "\uFFFD") && !strings.Contains(string(raw), "\uFFFD") && !strings.Contains(strings.ToLower(string(raw)), `\ufffd`) {
			t.Errorf("decode(%q) replaced a character: %q", raw, p.Memo)
		}
		if fmt.Sprint(p) != fmt.Sprint(loose) {
			t.Errorf("decode(%q) = %v, encoding/json says %v", raw, p, loose)
		}
	})
}
