package audit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// fillMany posts n payments of four lines each to 200 contracts in batches of
// 1,000, on dates of three months.
func fillMany(s *store, n int) {
	var pay []ledger.Posting
	for i := range 200 {
		lot := s.lot(fmt.Sprintf("P%04d", i), "90000000000.00")
		w := works(lot, fmt.Sprintf("J%d", i), "80000000000.00")
		s.post(w[:4]...)
		pay = append(pay, w[4])
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for n > 0 {
		items := make([]ledger.Posting, min(n, app.MaxItems))
		for k := range items {
			p := pay[rng.IntN(len(pay))]
			p.Parts = []ledger.Part{{Lot: p.Parts[0].Lot, Amount: ledger.Amount(1 + rng.Int64N(100_000))}}
			p.Date = p.Date.AddDays(rng.IntN(75))
			items[k] = p
		}
		s.post(items...)
		n -= len(items)
	}
}

// BenchmarkVerifyFull verifies 100,000 entries of four lines (AUDIT_BENCH_ENTRIES
// sets another number).
func BenchmarkVerifyFull(b *testing.B) {
	n := 100_000
	if v, err := strconv.Atoi(os.Getenv("AUDIT_BENCH_ENTRIES")); err == nil {
		n = v
	}
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			d := benchStore(b, engine)
			s := newStore(b, d)
			fillMany(s, n)
			if _, err := s.SignHead(b.Context(), county); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			cpu := cpuTime(b)
			for range b.N {
				r, err := audit.Verify(b.Context(), d, audit.Options{Full: true})
				if err != nil || !r.OK {
					b.Fatalf("%v %+v", err, r.Bad)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric((cpuTime(b)-cpu).Seconds()/float64(b.N), "cpu-s/op") // of this process: not PostgreSQL's
		})
	}
}

// cpuTime is what this process has used, whatever else the machine does.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchStore(b *testing.B, engine db.Engine) *db.DB {
	if engine == db.SQLite {
		return dbtest.SQLite(b)
	}
	return dbtest.Postgres(b)
}
