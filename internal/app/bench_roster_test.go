package app_test

import (
	"fmt"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

func onEach(b *testing.B, fn func(b *testing.B, d *db.DB)) {
	b.Run("sqlite", func(b *testing.B) { fn(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { fn(b, dbtest.Postgres(b)) })
}

// BenchmarkRosterImport imports a roster of 10,000 people, judged row by row.
func BenchmarkRosterImport(b *testing.B) {
	onEach(b, func(b *testing.B, d *db.DB) {
		s := newRosterStore(b, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "900.00"): "900.00"})
		file := csvOf(households(0, 10_000, "1.5", "100.00"))
		for i := 0; b.Loop(); i++ {
			s.must("roster.create", projects.RosterCmd{
				Code: fmt.Sprintf("R%d", i), Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026,
				Measure: "亩", Policy: "样例〔2026〕1号", File: file,
			})
		}
	})
}

// BenchmarkCardBatch takes 5,000 payees from the making of a batch to its bank file
// and the one entry of its payment.
func BenchmarkCardBatch(b *testing.B) {
	onEach(b, func(b *testing.B, d *db.DB) {
		s := newRosterStore(b, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "7000000.00"): "7000000.00", s.lot("K2", "3000000.00"): "3000000.00"})
		s.confirmedRoster("R1", p, households(0, 5000, "1.5", "66.66"))
		for i := 0; b.Loop(); i++ {
			code := fmt.Sprintf("B%d", i)
			s.approved(payments.BatchCmd{Code: code, Roster: "R1"}, "2026-04-14")
			s.must("batch.export", payments.ExportCmd{Code: code})
			if _, err := s.BankFile(b.Context(), finance, county, code); err != nil {
				b.Fatal(err)
			}
			s.must("batch.pay_out", payments.BatchDateCmd{Code: code, Date: day("2026-04-14")})
			b.StopTimer()
			refusals := map[int]string{}
			for n := range 5001 {
				refusals[n] = "账号不存在"
			}
			s.must("batch.result", payments.ResultCmd{Code: code, Date: day("2026-04-14"), File: s.resultOf(code, refusals)})
			b.StartTimer()
		}
	})
}
