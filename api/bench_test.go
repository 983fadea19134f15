package api

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

const benchPosting = `{"event":"E12","step":"confirm","date":"2026-05-20","business":"2026-05-19","memo":"样例项目第一期工程款","project":"P-2026-001","contract":"C-01","payee":"样例建设有限公司","parts":[{"lot":"01980f3e-6a00-7000-8000-000000000001","amount":"1234.50"},{"lot":"01980f3e-6a00-7000-8000-000000000002","amount":"765.50"}]}`

// stubbed is a front whose writer answers at once with the record of an entry
// that was really posted.
func stubbed(b *testing.B) *server {
	b.Helper()
	d := dbtest.SQLite(b)
	a := app.Open(app.Options{DB: d, Data: b.TempDir()})
	b.Cleanup(a.Close)
	if err := a.InitCounty(b.Context(), auth.LocalOperator, app.NewCounty{Code: "360726", Name: "安远县", OpenMonths: 12}); err != nil {
		b.Fatal(err)
	}
	who := auth.Who{ID: [16]byte{1}, Role: auth.Finance}
	lot := ledger.LotID{0: 1, 15: 1}
	today := ledger.Date(0)
	if err := today.UnmarshalText([]byte(isoToday(a))); err != nil {
		b.Fatal(err)
	}
	var out app.Outcome
	for i, c := range []app.Command{
		app.LotCmd{Lot: ledger.Lot{ID: lot, Code: "A", Tier: "central", Class: "XJ", Document: "d", Line: 1, Name: "n", Year: 2026, Amount: 100}},
		app.PostCmd{Items: []ledger.Posting{{Event: "E01", Date: today, Parts: []ledger.Part{{Lot: lot, Amount: 100}}}}},
		app.PostCmd{Items: []ledger.Posting{{Event: "E02", Date: today, Parts: []ledger.Part{{Lot: lot, Amount: 100}}}}},
	} {
		var err error
		out, err = a.Do(b.Context(), app.Request{County: "360726", Who: who, Key: "bench-key-000000" + strconv.Itoa(i)}, c)
		if err != nil {
			b.Fatal(err)
		}
	}
	s := newServer(a, Options{})
	s.do = func(context.Context, app.Request, app.Command) (app.Outcome, error) { return out, nil }
	s.authenticate = func(context.Context, string) (auth.Who, error) { return who, nil }
	return s
}

func isoToday(a *app.App) string { return ledger.DateAt(a.Now()).String() }

// BenchmarkFront is the front alone over loopback: 64 connections, a stubbed
// writer. Client and server share the processors.
func BenchmarkFront(b *testing.B) {
	s := stubbed(b)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := NewServer("", s)
	go func() { _ = srv.Serve(ln) }()
	b.Cleanup(func() { _ = srv.Close() })
	url := "http://" + ln.Addr().String() + "/api/v1/counties/360726/postings"
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128, MaxConnsPerHost: 128}}
	var n atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(benchPosting))
			if err != nil {
				b.Error(err)
				return
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer fb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
			req.Header.Set("Idempotency-Key", "bench-"+strconv.FormatInt(1e12+n.Add(1), 10))
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				b.Errorf("status %d", resp.StatusCode)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// null is a response that goes nowhere.
type null struct{ h http.Header }

func (n null) Header() http.Header         { return n.h }
func (n null) Write(b []byte) (int, error) { return len(b), nil }
func (n null) WriteHeader(int)             {}

// BenchmarkHandler is our own part of the front: no network.
func BenchmarkHandler(b *testing.B) { benchmarkHandler(b, stubbed(b)) }

// BenchmarkHandlerLogged adds the line of the log.
func BenchmarkHandlerLogged(b *testing.B) {
	s := stubbed(b)
	s.log = slog.New(slog.NewTextHandler(null{}, nil))
	benchmarkHandler(b, s)
}

func benchmarkHandler(b *testing.B, s *server) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		req, _ := http.NewRequest(http.MethodPost, "/api/v1/counties/360726/postings", strings.NewReader(benchPosting))
		req.Header["Content-Type"] = headJSON
		req.Header["Authorization"] = []string{"Bearer fb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
		req.Header["Idempotency-Key"] = []string{"bench-0000000000000"}
		s.ServeHTTP(null{http.Header{}}, req)
	}
}

func BenchmarkDecode(b *testing.B) {
	raw := []byte(benchPosting)
	b.ReportAllocs()
	for b.Loop() {
		var p ledger.Posting
		if err := decode(raw, &p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	raw := []byte(benchPosting)
	b.ReportAllocs()
	for b.Loop() {
		if err := scan(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	s := stubbed(b)
	out, _ := s.do(b.Context(), app.Request{}, nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := render(&out); err != nil {
			b.Fatal(err)
		}
	}
}
