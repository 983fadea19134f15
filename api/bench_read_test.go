package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// BenchmarkRead is the reads of one account over the handler, without a network:
// a ledger of 20 lots with 100 arrivals each.
func BenchmarkRead(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *db.DB
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		b.Run(engine.name, func(b *testing.B) {
			s := readable(b, engine.open(b))
			for _, r := range []struct{ name, path string }{
				{"balance", "/balances?account=C:1001:L%d"},
				{"statement", "/statement?limit=20&account=C:1001:L%d"},
			} {
				b.Run(r.name, func(b *testing.B) {
					n := 0
					for b.Loop() {
						n++
						w := &counted{header: http.Header{}}
						req, _ := http.NewRequest(http.MethodGet, fmt.Sprintf("/api/v1/counties/360726"+r.path, n%20), nil)
						req.Header["Authorization"] = []string{"Bearer fb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
						s.ServeHTTP(w, req)
						if w.status >= 400 {
							b.Fatalf("%s: %d", r.name, w.status)
						}
					}
				})
			}
		})
	}
}

// counted is a response of which only the status counts.
type counted struct {
	header http.Header
	status int
}

func (c *counted) Header() http.Header         { return c.header }
func (c *counted) Write(b []byte) (int, error) { return len(b), nil }
func (c *counted) WriteHeader(status int)      { c.status = status }

func readable(b *testing.B, d *db.DB) *server {
	b.Helper()
	a := app.Open(app.Options{DB: d, Data: b.TempDir()})
	b.Cleanup(a.Close)
	if err := a.InitCounty(b.Context(), auth.LocalOperator, app.NewCounty{Code: "360726", Name: "安远县", OpenMonths: 12}); err != nil {
		b.Fatal(err)
	}
	who := auth.Who{ID: [16]byte{1}, Role: auth.Finance}
	today, err := ledger.ParseDate(isoToday(a))
	if err != nil {
		b.Fatal(err)
	}
	do := func(key string, c app.Command) {
		if _, err := a.Do(b.Context(), app.Request{County: "360726", Who: who, Key: "bench-read-" + key}, c); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 20 {
		lot := ledger.LotID{0: 1, 15: byte(i + 1)}
		no := strconv.Itoa(i)
		do("lot-"+no+"-00", app.LotCmd{Lot: ledger.Lot{ID: lot, Code: "L" + no, Tier: "central", Class: "XJ", Document: "d" + no, Line: 1, Name: "n", Year: today.Year(), Amount: 100_00}})
		items := []ledger.Posting{{Event: "E01", Date: today, Parts: []ledger.Part{{Lot: lot, Amount: 100_00}}}}
		for range 100 {
			items = append(items, ledger.Posting{Event: "E02", Date: today, Parts: []ledger.Part{{Lot: lot, Amount: 1_00}}})
		}
		do("post-"+no+"-00", app.PostCmd{Items: items})
	}
	s := newServer(a, Options{})
	s.authenticate = func(context.Context, string) (auth.Who, error) { return who, nil }
	return s
}
