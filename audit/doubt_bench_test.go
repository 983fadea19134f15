package audit_test

import (
	"fmt"
	"testing"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// fillCounty posts n payments of four lines each: 40 lots, 200 projects that draw on
// one lot each, 50 contractors.
func fillCounty(s *store, n int) {
	lots := make([]ledger.LotID, 40)
	for i := range lots {
		lots[i] = s.lot(fmt.Sprintf("P%04d", i), "90000000000.00")
	}
	pay := make([]ledger.Posting, 200)
	for i := range pay {
		w := works(lots[i%len(lots)], fmt.Sprintf("J%d", i), "8000000000.00")
		for k := range w {
			if w[k].Payee != "" {
				w[k].Payee = fmt.Sprintf("公司%d", i%50)
			}
		}
		s.post(w[:4]...)
		pay[i] = w[4]
	}
	for at := 0; at < n; {
		var items []ledger.Posting
		for len(items) < 1000 && at < n {
			p := pay[(at*7919)%len(pay)]
			p.Parts = []ledger.Part{{Lot: p.Parts[0].Lot, Amount: ledger.Amount(1 + at%100_000)}}
			p.Date = p.Date.AddDays(at % 75)
			items = append(items, p)
			at++
		}
		s.post(items...)
	}
}

// BenchmarkDoubts runs every rule over 50,000 payments of four lines.
func BenchmarkDoubts(b *testing.B) {
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			d := benchStore(b, engine)
			s := newStore(b, d)
			fillCounty(s, 50_000)
			for b.Loop() {
				if len(s.doubts()) == 0 {
					b.Fatal("no doubt at all")
				}
			}
		})
	}
}
