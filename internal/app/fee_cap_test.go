package app

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestFeeCapFollowsThePolicyAndIsReported spends a fee under a dated rate and
// recalls the authority below it: the recall is accepted, and the report tells.
func TestFeeCapFollowsThePolicyAndIsReported(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot, other := testLot(1), testLot(2)
		other.Year = 2025
		a.must(t, "register-lot-0001", lot)
		a.must(t, "register-lot-0002", other)
		a.must(t, "issue-some-fen-01", issue(lot.ID, 100_000))
		a.must(t, "issue-some-fen-02", issue(other.ID, 900_000))
		rate := ledger.Policy{Name: ledger.PolicyFeeRate, Value: "20", Basis: "县办法"}
		if err := a.attempt(t, "a-rate-that-is-none", PolicyCmd{Policy: ledger.Policy{Name: rate.Name, Value: "1%", Basis: "县办法"}}); !errors.Is(err, ledger.ErrPolicy) {
			t.Errorf("a rate of 1%%: %v, want %s", err, ledger.ErrPolicy.Code)
		}
		run := func(p *ledger.Posting) {
			p.Project, p.Contract, p.Payee, p.Unit = "JM", "HM", "监理公司", "乡村振兴局"
		}
		a.must(t, "plan-and-contract-1", RawPost{Items: []ledger.Posting{
			onJune("E07", "", lot.ID, 5_000, func(p *ledger.Posting) { p.From, p.Project, p.Unit = "7101", "JM", "乡村振兴局" }),
			onJune("E08", "", lot.ID, 5_000, run),
		}})
		fee := func(fen ledger.Amount) RawPost {
			return RawPost{Items: []ledger.Posting{onJune("E22", "", lot.ID, fen, run)}}
		}
		if err := a.attempt(t, "one-per-cent-and-a-fen", fee(1_001)); !errors.Is(err, ledger.ErrFeeCap) {
			t.Errorf("1,001 fen of 100,000: %v, want %s", err, ledger.ErrFeeCap.Code)
		}
		a.must(t, "two-per-cent-policy", PolicyCmd{Policy: rate})
		twice := fee(1_001)
		twice.Items = append(twice.Items, twice.Items[0])
		if err := a.attempt(t, "twice-in-one-command", twice); !errors.Is(err, ledger.ErrFeeCap) || !strings.Contains(err.Error(), "超出 0.02") {
			t.Errorf("2 × 1,001 fen: %v, want %s by 0.02", err, ledger.ErrFeeCap.Code)
		}
		a.must(t, "two-per-cent-of-fee", fee(2_000))
		a.must(t, "recall-after-the-fee", RawPost{Items: []ledger.Posting{onJune("E01r", "unarrived", lot.ID, 60_000, nil)}})
		var got []ledger.FeeFigures
		err := d.ReadTx(t.Context(), func(ctx context.Context, q bun.IDB) error {
			row, err := db.FindCounty(ctx, q, testCounty)
			if err == nil {
				got, err = ledger.FeeCaps(ctx, q, row.County, fee(1).Items[0].Date)
			}
			return err
		})
		if err != nil || len(got) != 2 {
			t.Fatalf("%d groups, %v; want 2", len(got), err)
		}
		want := ledger.FeeFigures{
			Year: 2026, Class: ledger.ClassXJ, Tier: ledger.TierCentral, Rate: 20, Received: 40_000, Cap: 800, Spent: 2_000, Over: 1_200,
		}
		if got[1] != want {
			t.Errorf("figures = %+v, want %+v", got[1], want)
		}
	})
}

// TestFeeCapIsNotWidenedByRed: a cost that came back under the account of the fee
// made room for more fees, and so did the red reversal of a fee that had come back.
func TestFeeCapIsNotWidenedByRed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "issue-some-fen-01", issue(lot.ID, 100_000))
		on := func(project string) func(*ledger.Posting) {
			return func(p *ledger.Posting) {
				p.Project, p.Contract, p.Payee, p.Unit = project, "HM", "监理公司", "乡村振兴局"
			}
		}
		fee := func(fen ledger.Amount) RawPost {
			return RawPost{Items: []ledger.Posting{onJune("E22", "", lot.ID, fen, on("JM"))}}
		}
		back := func(project string, fen ledger.Amount) RawPost {
			p := onJune("E16", "identify", lot.ID, fen, on(project))
			p.Cost = "5005"
			return RawPost{Items: []ledger.Posting{p}}
		}
		a.must(t, "plan-and-contract-1", RawPost{Items: []ledger.Posting{
			onJune("E07", "", lot.ID, 5_000, func(p *ledger.Posting) { p.From, p.Project, p.Unit = "7101", "JM", "乡村振兴局" }),
			onJune("E08", "", lot.ID, 5_000, on("JM")),
		}})
		a.must(t, "one-per-cent-of-fee", fee(1_000))
		a.must(t, "another-project-cost", back("J2", 500))
		if err := a.attempt(t, "a-fen-beyond-the-cap", fee(1)); !errors.Is(err, ledger.ErrFeeCap) {
			t.Errorf("after another project's cost came back as a fee: %v, want %s", err, ledger.ErrFeeCap.Code)
		}
		out := a.must(t, "a-fee-that-came-back", back("JM", 400))
		a.must(t, "a-fee-in-its-place", fee(400))
		red := onJune("E23", "", lot.ID, 0, nil)
		red.Parts, red.Reverses = nil, out.Records[0].Seq
		if err := a.attempt(t, "it-did-not-come-back", RawPost{Items: []ledger.Posting{red}}); !errors.Is(err, ledger.ErrFeeCap) || !strings.Contains(err.Error(), "超出 4.00") {
			t.Errorf("the red reversal of a fee that came back: %v, want %s by 4.00", err, ledger.ErrFeeCap.Code)
		}
	})
}

// TestWrongRateBeforeARightOneIsRefused: a rate that is none, dated before one in
// force, was accepted, and every later fee of its days was refused for it.
func TestWrongRateBeforeARightOneIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		rate := ledger.Policy{Name: ledger.PolicyFeeRate, Value: "20", Basis: "县办法", ValidFrom: onJune("E22", "", ledger.LotID{}, 0, nil).Date}
		a.must(t, "a-rate-since-june-1", PolicyCmd{Policy: rate})
		rate.Value, rate.ValidFrom = "2%", rate.ValidFrom.AddDays(-30)
		if err := a.attempt(t, "a-rate-that-is-none", PolicyCmd{Policy: rate}); !errors.Is(err, ledger.ErrPolicy) {
			t.Errorf("a rate of 2%% in May: %v, want %s", err, ledger.ErrPolicy.Code)
		}
	})
}
