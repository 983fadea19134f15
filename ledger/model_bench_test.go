package ledger

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// benchLog makes the log that the refold benchmark reads: payments of four
// lines on 2,000 contracts of 40 lots over a year, of which one in back is
// back-dated by up to 60 days.
func benchLog(b *testing.B, n, back int) (*Model, []Date, [][]Line) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	m := NewModel()
	var pays [][]Line
	for l := range 40 {
		lot := Lot{ID: lotID(fmt.Sprint("L", l)), Code: fmt.Sprint("L", l), Tier: TierProvince, Class: ClassZX}
		if err := m.AddLot(lot); err != nil {
			b.Fatal(err)
		}
		for p := range 50 {
			at := fmt.Sprintf(" L%d J%d", l, p)
			const much = 1e12
			if err := m.PostLines(day1, []Line{
				dr("C 1001"+at, much), cr("C 2001"+at, much), dr("C 7204.P"+at, much), cr("C 6201.Y"+at, much),
			}); err != nil {
				b.Fatal(err)
			}
			pays = append(pays, []Line{dr("C 2001"+at, 1), cr("C 1001"+at, 1), dr("C 7302"+at, 1), cr("C 7204.P"+at, 1)})
		}
	}
	days, log := make([]Date, n), make([][]Line, n)
	for i := range n {
		days[i] = day1.AddDays(60 + i*305/n)
		if back > 0 && i%back == 0 {
			days[i] = days[i].AddDays(-r.IntN(60))
		}
		log[i] = pays[r.IntN(len(pays))]
	}
	return m, days, log
}

// BenchmarkRefold folds payments of four lines, each with four guards that fall
// (account, cash, request, township authority).
func BenchmarkRefold(b *testing.B) {
	for _, c := range []struct {
		name string
		back int
		refs bool
	}{{"lines", 0, false}, {"lines,1 in 10 back-dated", 10, false}, {"moves", 0, true}, {"moves,1 in 10 back-dated", 10, true}} {
		b.Run(c.name, func(b *testing.B) {
			m, days, log := benchLog(b, b.N, c.back)
			moves := make([][]Move, len(log))
			for i := range log {
				for _, l := range log[i] {
					r, err := m.Intern(&l.Key)
					if err != nil {
						b.Fatal(err)
					}
					moves[i] = append(moves[i], Move{r, l.Side, l.Amount})
				}
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				var err error
				if c.refs {
					err = m.PostMoves(days[i], moves[i])
				} else {
					err = m.PostLines(days[i], log[i])
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

func BenchmarkCheckAll(b *testing.B) {
	m, days, log := benchLog(b, 1_000_000, 10)
	for i := range log {
		if err := m.PostLines(days[i], log[i]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := m.CheckAll(); err != nil {
			b.Fatal(err)
		}
	}
}
