package app_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// TestEveryBatchAddsUpToTheFen pays rosters of odd amounts from lots of odd amounts,
// with results in several files and refusals at random, until all is paid: each lot
// gives what it holds and no more, and every entry is what its rows add up to.
func TestEveryBatchAddsUpToTheFen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		rnd := rand.New(rand.NewPCG(7, 11))
		for round := range 4 {
			funds := map[ledger.LotID]string{}
			var total ledger.Amount
			hs := households(round*20, 9, "1", "1.00")
			for i := range hs {
				a := ledger.Amount(1 + rnd.Int64N(99_999))
				hs[i].standard = a.String()
				total += a
			}
			left := total
			for i := range 3 {
				a := left
				if i < 2 {
					a = 1 + ledger.Amount(rnd.Int64N(int64(left)/2))
				}
				funds[s.lot(fmt.Sprintf("K%d-%d", round, i), a.String())] = a.String()
				left -= a
			}
			code := fmt.Sprintf("R%d", round)
			p := s.householdProject("", funds)
			s.at("2026-04-01")
			s.confirmedRoster(code, p, hs)
			s.payAll(code, rnd)
			s.spent(funds)
		}
		got := s.balances()
		for _, k := range []string{"1001", "1203", "2002", "7201", "7202", "7203", "7204.P", "7301"} {
			if got[k] != 0 {
				t.Errorf("%s = %s is left", k, got[k])
			}
		}
		s.sound()
	})
}

// payAll pays a roster by batch after batch until no row comes back.
func (b *store) payAll(roster string, rnd *rand.Rand) {
	b.t.Helper()
	before := ""
	for n := 0; ; n++ {
		code := fmt.Sprintf("B-%s-%d", roster, n)
		b.approved(payments.BatchCmd{Code: code, Roster: roster, Reissues: before}, "2026-04-14")
		b.must("batch.export", payments.ExportCmd{Code: code})
		b.must("batch.pay_out", payments.BatchDateCmd{Code: code, Date: day("2026-04-14")})
		refusals := map[int]string{}
		for i := 1; n < 3 && i <= 9; i++ {
			if rnd.IntN(3) == 0 {
				refusals[i] = "账号不存在"
			}
		}
		rows := strings.Split(strings.TrimSpace(string(b.resultOf(code, refusals))), "\n")
		head, rows := rows[0], rows[1:len(rows)-1]
		rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for len(rows) > 0 {
			some := 1 + rnd.IntN(len(rows))
			file := head + "\n" + strings.Join(rows[:some], "\n") + "\n"
			rows = rows[some:]
			b.must("batch.result", payments.ResultCmd{Code: code, Date: day("2026-04-14"), File: []byte(file)})
		}
		made, err := b.Batch(b.t.Context(), finance, county, code)
		if err != nil || made.State != payments.BatchDone {
			b.t.Fatalf("batch %s is %s, %v", code, made.State, err)
		}
		before = ""
		for _, r := range made.Rows {
			if r.Result == payments.ResultFailed {
				before = code
			}
		}
		if before == "" {
			return
		}
	}
}

// spent checks that each lot has executed what it held.
func (b *store) spent(funds map[ledger.LotID]string) {
	b.t.Helper()
	err := b.db.ReadTx(b.t.Context(), func(ctx context.Context, q bun.IDB) error {
		list, err := ledgertest.CountyBalances(ctx, q, 360726)
		got := map[ledger.LotID]ledger.Amount{}
		for _, x := range list {
			if x.Key.Account == "7302" {
				got[x.Key.Lot] += x.Net
			}
		}
		for lot, amount := range funds {
			if got[lot] != fen(amount) {
				b.t.Errorf("lot %s has executed %s of %s", lot, got[lot], amount)
			}
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// TestTwoBatchesOfOneRosterAtOnce has two batches with the bank at the same time;
// their results come crosswise.
func TestTwoBatchesOfOneRosterAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "333.33"): "333.33", s.lot("K2", "266.67"): "266.67"})
		s.confirmedRoster("R1", p, households(0, 6, "1", "100.00"))
		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1", Lines: []int{1, 2}}, "2026-04-14")
		s.approved(payments.BatchCmd{Code: "B2", Roster: "R1"}, "2026-04-15")
		for _, code := range []string{"B1", "B2"} {
			s.must("batch.export", payments.ExportCmd{Code: code})
			s.must("batch.pay_out", payments.BatchDateCmd{Code: code, Date: day("2026-04-15")})
		}
		if got := s.balances(); got["1203"] != fen("600.00") || got["7204.P"] != 0 {
			t.Errorf("in transit %s, requested %s", got["1203"], got["7204.P"])
		}
		s.must("batch.result", payments.ResultCmd{Code: "B2", Date: day("2026-04-16"), File: s.resultOf("B2", map[int]string{4: "账户冻结"})})
		s.refused(finance, projects.ErrRosterLine, "batch.create", payments.BatchCmd{Code: "B3", Roster: "R1", Lines: []int{1}})
		s.approved(payments.BatchCmd{Code: "B3", Roster: "R1", Reissues: "B2"}, "2026-04-17")
		s.must("batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-04-17"), File: s.resultOf("B1", nil)})
		s.must("batch.export", payments.ExportCmd{Code: "B3"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B3", Date: day("2026-04-18")})
		s.must("batch.result", payments.ResultCmd{Code: "B3", Date: day("2026-04-18"), File: s.resultOf("B3", nil)})
		got := s.balances()
		if got["7302"] != fen("600.00") || got["1001"] != 0 || got["1203"] != 0 || got["2002"] != 0 || got["7204.P"] != 0 {
			t.Errorf("at the end %v", got)
		}
		s.sound()
	})
}

// TestSixteenBatchesOfTheSameRows are asked for at once: one is made.
func TestSixteenBatchesOfTheSameRows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "300.00"): "300.00"})
		s.confirmedRoster("R1", p, households(0, 3, "1", "100.00"))
		errs := make([]error, 16)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = s.op(finance, "batch.create", payments.BatchCmd{Code: fmt.Sprintf("B%d", i), Roster: "R1"})
			})
		}
		wg.Wait()
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else if !errors.Is(err, projects.ErrRosterLine) {
				t.Errorf("refused by %v, want ErrRosterLine", err)
			}
		}
		if made != 1 {
			t.Errorf("%d batches pay the same rows", made)
		}
		huge := projects.RosterCmd{
			Code: "R2", Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "x", Year: 2026, Measure: "亩", Policy: "样例", File: make([]byte, 100<<20),
		}
		s.refused(finance, app.ErrInvalid, "roster.create", huge)
		s.sound()
	})
}
