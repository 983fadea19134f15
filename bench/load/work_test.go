package load

import (
	"encoding/json"
	"math/rand/v2"
	"net/http/httptest"
	"testing"
	"time"

	"fundbook/api"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/dbtest"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

// noon is a moment in the middle of a month.
var noon = time.Date(2026, 6, 15, 4, 0, 0, 0, time.UTC)

func testWork(t *testing.T) *Work {
	t.Helper()
	w, err := NewWork("360726", noon)
	if err != nil {
		t.Fatal(err)
	}
	w.Lots, w.Projects = 3, 2
	return &w
}

func TestWorkKnowsItsDays(t *testing.T) {
	t.Parallel()
	w := testWork(t)
	if w.Today.String() != "2026-06-15" || w.Funded.String() != "2026-05-01" || w.FirstPeriod() != "2026-05" {
		t.Errorf("today %s, funded %s, first period %s", w.Today, w.Funded, w.FirstPeriod())
	}
	r := rand.New(rand.NewPCG(1, 2))
	for name, c := range map[string]struct {
		pick        func(*rand.Rand) Pick
		first, last string
	}{
		"recent": {w.Recent, "2026-06-13", "2026-06-15"}, "hot": {w.Hot, "2026-06-13", "2026-06-15"},
		"current": {w.Current, "2026-06-15", "2026-06-15"}, "back": {w.Back, "2026-05-02", "2026-05-08"},
		"spread": {w.Spread, "2026-05-02", "2026-06-15"},
	} {
		for range 1000 {
			p := c.pick(r)
			if d := p.Date.String(); d < c.first || d > c.last {
				t.Fatalf("%s picks %s, want %s to %s", name, d, c.first, c.last)
			}
			if p.Lot < 0 || p.Lot >= w.Lots || p.Project < 0 || p.Project >= w.Projects || (name == "hot" && p.Lot != 0) {
				t.Fatalf("%s picks lot %d, project %d", name, p.Lot, p.Project)
			}
		}
	}
}

func TestPaymentIsAPosting(t *testing.T) {
	t.Parallel()
	w := testWork(t)
	var got ledger.Posting
	if err := json.Unmarshal(w.AppendPayment(nil, Pick{2, 1, w.Today}, 12_305, "样例"), &got); err != nil {
		t.Fatal(err)
	}
	want := ledger.Posting{
		Event: "E12", Step: "confirm", Date: w.Today, Memo: "样例", Project: "J0005", Contract: "H0005", Payee: Payee(5), Unit: unit,
		Parts: []ledger.Part{{Lot: lotID(2), Amount: 123_05}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTheServiceTakesTheLoad runs every shape of the load against the API.
func TestTheServiceTakesTheLoad(t *testing.T) {
	t.Parallel()
	w := testWork(t)
	d := dbtest.SQLite(t)
	a := app.Open(app.Options{DB: d, Data: t.TempDir(), Clock: noon.UnixMicro, RawEvents: true})
	t.Cleanup(a.Close)
	first, err := ledger.ParsePeriod(w.FirstPeriod())
	if err != nil {
		t.Fatal(err)
	}
	if err := a.InitCounty(t.Context(), auth.LocalOperator, app.NewCounty{Code: w.County, Name: "安远县", FirstPeriod: first}); err != nil {
		t.Fatal(err)
	}
	_, token, err := a.AddUser(t.Context(), auth.LocalOperator, "the-user-of-the-load", app.NewUser{Name: "load", Role: auth.Finance})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(api.New(a, api.Options{}))
	t.Cleanup(srv.Close)
	to := Target{Addr: srv.Listener.Addr().String(), Token: token}
	if err := w.Fund(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]Spec{
		"singles": {Clients: 4, Requests: 50, Entries: 1, Next: w.Singles(w.Recent)},
		"hot":     {Clients: 2, Requests: 10, Entries: 1, Next: w.Singles(w.Hot)},
		"back":    {Clients: 1, Requests: 5, Entries: 1, Next: w.Singles(w.Back)},
		"batches": {Clients: 2, Requests: 4, Entries: 20, Next: w.Many(20, w.Spread)},
		"big":     {Clients: 1, Requests: 1, Entries: 1, Next: w.Big(50)},
		"a while": {Clients: 2, For: 50 * time.Millisecond, Entries: 1, Next: w.Singles(w.Current)},
	} {
		s.To = to
		r, err := Run(t.Context(), s)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s.Requests > 0 && (r.Requests != s.Requests || r.Entries != s.Requests*s.Entries) {
			t.Errorf("%s: %d requests with %d entries, want %d with %d", name, r.Requests, r.Entries, s.Requests, s.Requests*s.Entries)
		}
		if r.P50 <= 0 || r.P99 < r.P50 || r.Max < r.P99 || r.Took <= 0 || r.Rate() <= 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
