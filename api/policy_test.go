package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// route is one operation of the served OpenAPI document.
type route struct {
	method, path, id string
	open             bool // needs no token
	params           []param
}

type param struct {
	name, in, kind string
}

// routes reads the document.
func (f *front) routes() []route {
	f.t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string
			Security    []map[string][]string
			Parameters  []struct {
				Name, In string
				Schema   struct{ Type string }
			}
		}
	}
	body := f.send(request{method: http.MethodGet, path: "/openapi.json", token: "-"}).body
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		f.t.Fatal(err)
	}
	var out []route
	for path, methods := range doc.Paths {
		for method, op := range methods {
			r := route{method: strings.ToUpper(method), path: path, id: op.OperationID, open: op.Security != nil && len(op.Security) == 0}
			for _, p := range op.Parameters {
				r.params = append(r.params, param{p.Name, p.In, p.Schema.Type})
			}
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b route) int { return strings.Compare(a.id, b.id) })
	return out
}

// policies says of every operation which roles may use it in their own county. A
// route that is not here fails the test.
var policies = func() map[string][]auth.Role {
	all := auth.Roles()
	books := []auth.Role{auth.Finance, auth.Auditor, auth.Township}
	whole := []auth.Role{auth.Finance, auth.Auditor}
	finance := []auth.Role{auth.Finance}
	town, village := []auth.Role{auth.Finance, auth.Township}, []auth.Role{auth.Finance, auth.Township, auth.Village}
	out := map[string][]auth.Role{
		"events": all, "chart": all, "commands": all, "me": all, "counties": all,
		"head": all, "consistency": all, "notices": all, "notice-pdf": all, "notice-proof": all,
		"lots": books, "entry": books, "balances": books, "statement": books, "vouchers": books, "trial-balance": books,
		"journal": whole, "lots-report": whole, "fee-caps": whole, "trace": whole, "verify": whole, "inclusion": whole,
		"post": {auth.Finance, auth.Township}, "post-batch": {auth.Finance, auth.Township},
		"register-lot": finance, "close-period": finance, "issue-notice": town, "set-policy": {auth.Admin},
		"well-known": nil, "verify-notice": nil, // open to all
		"report-projects": whole, "report-progress": whole, "report-settlement": whole, "report-lots": whole, "report-monitor": whole, "report-doubts": whole,
		"report-library": whole, "report-year-figures": whole, "report-loans": whole, "report-unfunded": whole, "plan-execution": whole,
		"template-projects": {auth.Finance, auth.Township}, "template-payees": {auth.Finance, auth.Township},
		"evidence-file": books, "upload-evidence": {auth.Finance, auth.Township}, "preview-roster": {auth.Finance, auth.Township},
		"upload-projects": {auth.Finance, auth.Township}, "upload-payees": {auth.Finance, auth.Township}, "upload-bank": {auth.Finance, auth.Township},
		"upload-statement": {auth.Finance, auth.Township}, "upload-indicators": finance, "upload-payments": finance,
		"preview-projects": {auth.Finance, auth.Township}, "preview-payees": {auth.Finance, auth.Township}, "preview-bank": {auth.Finance, auth.Township},
		"preview-statement": {auth.Finance, auth.Township}, "preview-indicators": finance, "preview-payments": finance,
		"reconciliation": books, "statement-proposals": {auth.Finance, auth.Township},
		"report-duties": whole, "report-coverage": whole,
		"notice-post": village, "notice-sign": village, "objection-register": village,
		"notice-take_down": village, "notice-withdraw": town, "objection-assign": town, "objection-accept": town, "objection-reject": town,
		"objection-prolong": town, "objection-lapse": town, "objection-answer": town, "objection-publish": town, "objection-hand_over": finance,
		"batch-bank-file": {auth.Finance, auth.Township}, "roster-payees": {auth.Finance, auth.Township},
	}
	for _, k := range app.DossierKinds() {
		id := strings.ReplaceAll(k.Path, "-", "_")
		out["list-"+id], out["show-"+id] = books, books
	}
	return out
}()

// fitting are values that fit the parameters, so that a refusal is about who asks.
var fitting = map[string]string{
	"county": county, "seq": "6", "code": "0000000000000", "id": "0000000000000", "old": "2", "account": "T1:1002", "book": "T1",
	"period": "2026-06", "lot": "A1",
}

const keepInterest = `{"event":"E20","step":"keep","date":"2026-06-01","township":"T1","parts":[{"lot":"01980f3e-6a00-7000-8000-00000000dead","amount":"1.00"}]}`

// fittingBodies are bodies that pass the check of shape, for the same reason. A
// township posts in its own book.
var fittingBodies = map[string]string{
	"post":         keepInterest,
	"post-batch":   `{"items":[` + keepInterest + `]}`,
	"register-lot": `{"code":"P1","tier":"county","class":"ZC","document":"doc-p","line":1,"name":"样例","budget_year":2026,"amount":"1.00"}`,
	"close-period": `{"book":"C","period":"2026-03"}`,
	"set-policy":   `{"name":"open_months","value":"3","basis":"样例"}`,
	"issue-notice": `{"type":"N1","about":"nobody"}`,
}

func (r *route) fill(values map[string]string) string {
	path, query := r.path, url.Values{}
	for _, p := range r.params {
		v := values[p.name]
		switch {
		case v == "":
		case p.in == "path":
			path = strings.ReplaceAll(path, "{"+p.name+"}", url.PathEscape(v))
		case p.in == "query":
			query.Set(p.name, v)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path
}

// TestEveryRouteHasAPolicy asks every route of the document as nobody, as every
// role, and as every role of another county.
func TestEveryRouteHasAPolicy(t *testing.T) {
	t.Parallel()
	f := onSQLite(t)
	strangers := map[auth.Role]string{}
	for _, r := range auth.Roles() {
		strangers[r] = f.user("stranger-"+string(r), r, "360727")
	}
	seen := map[string]bool{}
	for _, r := range f.routes() {
		seen[r.id] = true
		may, known := policies[r.id]
		if !known {
			may, known = operationPolicy(r.id)
		}
		if !known {
			t.Errorf("%s %s (%s) has no policy", r.method, r.path, r.id)
			continue
		}
		ask := func(token string) reply {
			q := request{method: r.method, path: r.fill(fitting), token: token}
			if r.method == http.MethodPost {
				q.body = fittingBodies[r.id]
			}
			return f.send(q)
		}
		if got := ask("-"); (got.status == http.StatusUnauthorized) == r.open {
			t.Errorf("%s by nobody: %d %s, open %v", r.id, got.status, got.body, r.open)
		}
		if r.open {
			continue
		}
		for _, role := range auth.Roles() {
			got := ask(f.tokens[role])
			if forbidden := got.status == http.StatusForbidden; forbidden == slices.Contains(may, role) || got.status >= 500 {
				t.Errorf("%s as %s: %d %s, allowed %v", r.id, role, got.status, got.body, slices.Contains(may, role))
			}
			if got := ask(strangers[role]); strings.Contains(r.path, "{county}") && got.status != http.StatusForbidden {
				t.Errorf("%s as %s of another county: %d %s", r.id, role, got.status, got.body)
			}
		}
	}
	for id := range maps.Keys(policies) {
		if !seen[id] {
			t.Errorf("the policy of %s is of no route", id)
		}
	}
}

// hostile are values that break out of texts, numbers and paths.
var hostile = []string{
	"'", "''", `"`, "';--", "' OR '1'='1", "1 OR 1=1", "1; DROP TABLE record", "') OR ('1'='1", "' UNION SELECT body FROM record--",
	"1' AND sleep(5)--", "'||pg_sleep(5)||'", "%27%20OR%201=1", "?", "$1", ":x", "\\", "\x00", "a\x00b", "%", "_", "%%", "{}", "[]", "../..", "..%2f",
	"/etc/passwd", "-1", "0", "9223372036854775808", "1e9", "NaN", "０", "＇", "𠮷", "\u202e", "\ufeff", strings.Repeat("a", 5000), "\xff\xfe",
	"<script>alert(1)</script>", "${jndi:ldap://x}", "=1+1",
}

// TestHostileParametersAreRefusedOrFindNothing puts each value in place of every
// parameter of every read. None may be a defect, or tell of the database.
func TestHostileParametersAreRefusedOrFindNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFront(t, d)
		for _, r := range f.routes() {
			if r.method != http.MethodGet {
				continue
			}
			for _, p := range r.params {
				for _, v := range hostile {
					values := maps.Clone(fitting)
					values["account"], values["book"] = "C:1001", "C"
					if p.name == "cursor" || p.name == "document" {
						delete(values, "lot")
					}
					values[p.name] = v
					req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.fill(values), http.NoBody)
					if err != nil {
						continue // no client can send it
					}
					req.Header.Set("Authorization", "Bearer "+f.tokens[auth.Finance])
					got := f.raw(req)
					text := strings.ToLower(got.body)
					if got.status >= 500 || strings.Contains(text, "sqlite") || strings.Contains(text, "sqlstate") || strings.Contains(text, "pgx") {
						t.Errorf("%s with %s=%q: %d %s", r.id, p.name, v, got.status, got.body)
					}
				}
			}
		}
	})
}

// TestHostileTextsInBodies puts each value in place of every text of every write,
// on both engines: none may be a defect, and what is stored must verify.
func TestHostileTextsInBodies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newFront(t, d)
		quoted := regexp.MustCompile(`:"[^"]*"`)
		bodies := map[string][]string{
			"/lots":          {strings.Replace(fittingBodies["register-lot"], `"class"`, `"remark":"x","purpose":"x","func_code":"x","class"`, 1)},
			"/periods/close": {fittingBodies["close-period"]},
			"/notices":       {`{"type":"N1","about":"x","number":"x","title":"x","publisher":"x","hotline":"x","supervision":"x","contacts":[{"label":"x","text":"x"}]}`},
			"/postings": {
				fittingBodies["post"],
				`{"event":"E01","date":"2026-06-01","memo":"x","decision":"x","parts":[{"lot":"` + f.lot.String() + `","amount":"1.00","note":"x"}]}`,
				`{"event":"E04","date":"2026-06-01","into":"7104","unit":"x","parts":[{"lot":"` + f.lot.String() + `","amount":"0.01","note":"x"}]}`,
				`{"event":"E06","date":"2026-06-01","project":"x","unit":"x","from":"7101","parts":[{"lot":"` + f.lot.String() + `","amount":"0.01"}]}`,
			},
		}
		for path, list := range bodies {
			for _, body := range list {
				for _, at := range quoted.FindAllStringIndex(body, -1) {
					for _, v := range hostile {
						value, err := json.Marshal(v)
						if err != nil {
							t.Fatal(err)
						}
						bad := body[:at[0]+1] + string(value) + body[at[1]:]
						if got := f.send(request{path: path, body: bad}); got.status >= 500 {
							t.Errorf("POST %s %s: %d %s", path, bad, got.status, got.body)
						}
					}
				}
			}
		}
		report, err := audit.Verify(t.Context(), d, audit.Options{Full: true})
		if err != nil || !report.OK {
			t.Errorf("verify: %v %+v", err, report.Bad)
		}
	})
}

// townshipOperations are the operations of the rooms that a township's account may
// run, each on its own dossiers only; finance may run every one, others none.
var townshipOperations = strings.Fields(`
 project-enter project-amend project-advance project-post_notice project-withdraw_notice project-remove
 performance-monitor performance-evaluate asset-register asset-hand_over
 contract-start contract-complete contract-defect
 roster-create roster-amend roster-correct
 batch-create batch-check batch-freeze batch-send batch-export batch-pay_out batch-result batch-returned
 evidence-add claim-submit claim-review claim-withdraw
 payment-void payment-returned payment-refund_advance recover-receive
 township-request township-pay township-paid_back
 import-projects statement-import statement-match statement-unmatch statement-explain statement-withdraw finding-progress finding-apply_close`)

// operationRooms are the first words of the rooms' operations.
var operationRooms = strings.Fields(`
 project performance asset plan contract loan roster batch evidence claim payment township recover waiver
 import takeover treasury settle statement finding doubt correct unit cards`)

// operationPolicy says who may run an operation of a room that its prefix names.
func operationPolicy(id string) (may []auth.Role, known bool) {
	room, _, _ := strings.Cut(id, "-")
	if !slices.Contains(operationRooms, room) {
		return nil, false
	}
	if slices.Contains(townshipOperations, id) {
		return []auth.Role{auth.Finance, auth.Township}, true
	}
	return []auth.Role{auth.Finance}, true
}
