package api

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// towns is a county with two townships that share one lot and one entry, each
// with a book, an allotment and a lot of its own; D1 is the county's alone.
type towns struct {
	*front
	tokens       map[string]string // T1, T2, and C for the county
	book, entry  map[string]string // an account in a township's book by number, and the entry behind it
	joint, whole string            // an entry of both townships, one of neither
}

func newTowns(t *testing.T, d *db.DB) *towns {
	t.Helper()
	f := newFront(t, d)
	x := &towns{front: f, book: map[string]string{}, entry: map[string]string{}}
	_, second, err := f.app.AddUser(t.Context(), auth.LocalOperator, "test-user-key-second-0000",
		app.NewUser{Name: "u-second", Role: auth.Township, County: county, Unit: "T2"})
	if err != nil {
		t.Fatal(err)
	}
	x.tokens = map[string]string{"T1": f.tokens[auth.Township], "T2": second, "C": f.tokens[auth.Finance]}
	x.lot("B1", "XJ")
	x.lot("D1", "XJ")
	x.post("", `{"event":"E01","date":"2026-06-01","parts":[{"lot":"B1","amount":"300.03"}]}`)
	x.whole = x.post("", `{"event":"E01","date":"2026-06-01","memo":"县级事项","parts":[{"lot":"D1","amount":"400.04"}]}`)
	x.post("", `{"event":"E04","date":"2026-06-01","into":"7104","unit":"T1","parts":[{"lot":"A1","amount":"100.01"}]}`)
	x.post("", `{"event":"E04","date":"2026-06-01","into":"7104","unit":"T2","parts":[{"lot":"B1","amount":"300.03"}]}`)
	x.joint = x.post("", `{"event":"E04","date":"2026-06-02","into":"7104","parts":[{"lot":"A1","amount":"10.10","unit":"T1"},{"lot":"A1","amount":"20.20","unit":"T2"}]}`)
	for unit, lot := range map[string]string{"T1": "LX1", "T2": "LX2"} {
		x.lot(lot, "LX")
		x.entry[unit] = x.post(unit, `{"event":"E20","step":"keep","date":"2026-06-02","township":"`+unit+`","parts":[{"lot":"`+lot+`","amount":"`+canaries[unit][0]+`"}]}`)
		rows := fields[ledger.AccountList](t, x.ask("C", "/balances?account="+unit+":1002")).Rows
		x.book[unit] = rows[0].ID
	}
	return x
}

// canaries are figures and names that only one township may see.
var canaries = map[string][]string{
	"T1": {"0.55", "100.01", `"10.10"`, "LX1", `"T1"`},
	"T2": {"0.77", "300.03", `"20.20"`, "LX2", `"T2"`, `"B1"`},
	"C":  {"400.04", "D1", "县级事项"},
}

func lotIDOf(code string) string {
	h := hex.EncodeToString([]byte(code))
	return "01980f3e-6a00-7000-8000-" + strings.Repeat("0", 12-len(h)) + h
}

func (x *towns) lot(code, class string) {
	x.t.Helper()
	tier := "central"
	if class == "LX" {
		tier = "county"
	}
	x.mustPost("/lots", fmt.Sprintf(`{"id":%q,"code":%q,"tier":%q,"class":%q,"document":"doc-%s","line":1,"name":"样例资金","budget_year":2026,"amount":"0.00"}`,
		lotIDOf(code), code, tier, class, code))
}

// post posts as a township, or as finance, with lots named by code, and returns
// the number of the entry.
func (x *towns) post(unit, body string) string {
	x.t.Helper()
	body = regexp.MustCompile(`"lot":"([A-Z0-9]+)"`).ReplaceAllStringFunc(body, func(m string) string {
		code := m[len(`"lot":"`) : len(m)-1]
		id := lotIDOf(code)
		if code == "A1" {
			id = x.front.lot.String()
		}
		return `"lot":"` + id + `"`
	})
	r := x.send(request{path: "/postings", body: body, token: x.tokens[unit]})
	if r.status != http.StatusOK {
		x.t.Fatalf("%s: %d %s", body, r.status, r.body)
	}
	return regexp.MustCompile(`"seq":(\d+)`).FindStringSubmatch(r.body)[1]
}

func (x *towns) ask(who, path string) reply {
	x.t.Helper()
	return x.send(request{method: http.MethodGet, path: inOurs(path), token: x.tokens[who]})
}

// TestTownshipReadsNoOther asks every read of the ledger as the township whose
// object it is, as the other township, and as the county.
func TestTownshipReadsNoOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		x := newTowns(t, d)
		for path, want := range map[string]struct{ own, other, county int }{
			"/lots":                                      {200, 200, 200},
			"/lots?find=A1":                              {200, 200, 200},
			"/lots?find=LX1":                             {200, 200, 200}, // a list: the other's is empty
			"/balances":                                  {200, 200, 200},
			"/balances?account=7104":                     {200, 200, 200},
			"/balances?account=T1:1002":                  {200, 404, 200},
			"/balances?account=1002:LX1":                 {200, 404, 200},
			"/balances?account=C:7104,unit=T1":           {200, 404, 200},
			"/balances?account=" + x.book["T1"]:          {200, 404, 200},
			"/balances?account=T1:1002&as_of=2026-05-01": {200, 404, 200},
			"/statement?account=T1:1002":                 {200, 404, 200},
			"/statement?account=" + x.book["T1"]:         {200, 404, 200},
			"/statement?account=C:7104:A1,unit=T1":       {200, 404, 200},
			"/vouchers?book=T1&period=2026-06":           {200, 404, 200},
			"/entries/" + x.entry["T1"]:                  {200, 404, 200},
			"/entries/" + x.joint:                        {200, 200, 200},
			"/trial-balance":                             {200, 200, 200},
			"/trial-balance?totals=true&subs=true":       {200, 200, 200},
			// The county's own, and what nobody has: the same answer.
			"/balances?account=C:1001":         {404, 404, 200},
			"/balances?account=C:7101:D1":      {404, 404, 200},
			"/balances?account=1002:D1":        {404, 404, 200},
			"/balances?account=C:7101:D1,only": {404, 404, 200},
			"/statement?account=C:1001:A1":     {404, 404, 200},
			"/vouchers?book=C&period=2026-06":  {404, 404, 200},
			"/vouchers?book=T9&period=2026-06": {404, 404, 404},
			"/entries/" + x.whole:              {404, 404, 200},
			"/entries/999999":                  {404, 404, 404},
			// Reports of the whole county.
			"/journal":       {403, 403, 200},
			"/lots-report":   {403, 403, 200},
			"/trace?lot=A1":  {403, 403, 200},
			"/trace?unit=T1": {403, 403, 200},
			"/verify":        {403, 403, 200},
			"/proofs/6":      {403, 403, 200},
		} {
			for who, status := range map[string]int{"T1": want.own, "T2": want.other, "C": want.county} {
				got := x.ask(who, path)
				if got.status != status {
					t.Errorf("GET %s as %s: %d %s, want %d", path, who, got.status, got.body, status)
				}
				for owner, list := range canaries {
					for _, c := range list {
						if got.status == 200 && who != "C" && owner != who && strings.Contains(got.body, c) {
							t.Errorf("GET %s as %s shows %s of %s: %s", path, who, c, owner, got.body)
						}
					}
				}
			}
		}
	})
}

// TestTownshipSeesWhatIsItsOwn is the other half: nothing of its own is missing.
func TestTownshipSeesWhatIsItsOwn(t *testing.T) {
	t.Parallel()
	x := newTowns(t, dbtest.SQLite(t))
	for path, want := range map[string][]string{
		"/lots":                   {`"A1"`, `"LX1"`},
		"/lots?find=doc-LX1":      {`"LX1"`},
		"/balances":               {`"C"`, `"T1"`, `"1101"`, `"7104"`, `"110.11"`, `"1002"`, `"0.55"`},
		"/trial-balance":          {`"balanced":true`, `"110.11"`, `"0.55"`, `"2102"`},
		"/entries/" + x.joint:     {`"10.10"`, `"7104"`},
		"/statement?account=1101": {`"0.55"`},
	} {
		got := x.ask("T1", path)
		for _, text := range want {
			if got.status != 200 || !strings.Contains(got.body, text) {
				t.Errorf("GET %s as T1: %d %s, want %s in it", path, got.status, got.body, text)
			}
		}
	}
	trial := fields[ledger.TrialReport](t, x.ask("T1", "/trial-balance"))
	if len(trial.Checks) != 1 || trial.Checks[0].Book != "T1" || trial.Checks[0].Debit != 55 {
		t.Errorf("checks = %+v, want one of T1's book", trial.Checks)
	}
	whole := fields[ledger.TrialReport](t, x.ask("C", "/trial-balance"))
	for _, mine := range trial.Rows {
		if mine.Book == "C" {
			continue // of the county's rows a township sees its share
		}
		found := false
		for _, l := range whole.Rows {
			found = found || l == mine
		}
		if !found {
			t.Errorf("row %+v is not in the county's trial balance", mine)
		}
	}
}

// TestTownshipTurnsPages follows the cursor of its own statement, and tries the
// cursors of others.
func TestTownshipTurnsPages(t *testing.T) {
	t.Parallel()
	x := newTowns(t, dbtest.SQLite(t))
	page := func(who, account string) ledger.StatementPage {
		return fields[ledger.StatementPage](t, x.ask(who, "/statement?limit=1&account="+account))
	}
	first := page("T1", "7104:A1")
	second := x.ask("T1", "/statement?limit=1&account=7104:A1&cursor="+first.Next)
	if rest := fields[ledger.StatementPage](t, second); len(rest.Rows) != 1 || rest.Rows[0].Amount != 1010 || rest.Balance != 11011 {
		t.Errorf("second page = %s", second.body)
	}
	others := page("C", "C:7104:A1").Next
	for path, want := range map[string]int{
		"/statement?limit=1&cursor=" + first.Next:                           400,
		"/statement?limit=1&cursor=" + others:                               400,
		"/statement?limit=1&account=7104:A1&cursor=" + others:               400,
		"/statement?limit=1&account=C:7104:A1,unit=T2&cursor=" + first.Next: 404,
	} {
		if got := x.ask("T1", path); got.status != want {
			t.Errorf("GET %s: %d %s, want %d", path, got.status, got.body, want)
		}
	}
}

// TestHiddenIsLikeMissing: what another has and what nobody has are refused in
// the same words, but for the number asked for.
func TestHiddenIsLikeMissing(t *testing.T) {
	t.Parallel()
	x := newTowns(t, dbtest.SQLite(t))
	numbers := regexp.MustCompile(`[0-9a-f]{16}|\d+`)
	for hidden, missing := range map[string]string{
		"/entries/" + x.entry["T2"]:            "/entries/999999",
		"/balances?account=" + x.book["T2"]:    "/balances?account=id:999999",
		"/statement?account=" + x.book["T2"]:   "/statement?account=id:999999",
		"/balances?account=T2:1002":            "/balances?account=T9:1002",
		"/balances?account=1002:LX2":           "/balances?account=1002:LX9",
		"/vouchers?book=T2&period=2026-06":     "/vouchers?book=T9&period=2026-06",
		"/lots?find=LX2":                       "/lots?find=LX9",
		"/statement?account=C:7104:B1,unit=T2": "/statement?account=C:7104:B9,unit=T9",
	} {
		a, b := x.ask("T1", hidden), x.ask("T1", missing)
		if a.status != b.status || numbers.ReplaceAllString(a.body, "N") != numbers.ReplaceAllString(b.body, "N") {
			t.Errorf("GET %s: %d %s\nGET %s: %d %s", hidden, a.status, a.body, missing, b.status, b.body)
		}
	}
}
