package app

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// TestDepartmentNamedLikeATownshipInOneBatch binds a name in one command and in one
// batch: what comes later gives it no second kind, and a refused command binds
// nothing.
func TestDepartmentNamedLikeATownshipInOneBatch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "issue-some-fen-01", issue(lot.ID, 100_000))
		one := RawPost{Items: []ledger.Posting{allot(lot.ID, 10, "7103", "安乐镇"), allot(lot.ID, 10, "7104", "安乐镇")}}
		if err := a.attempt(t, "both-kinds-at-once", one); !errors.Is(err, ledger.ErrUnitKind) || fault.KindOf(err) != fault.Refused {
			t.Errorf("both kinds in one command: %v, want %s", err, ledger.ErrUnitKind.Code)
		}
		release := a.hold(t)
		var wg sync.WaitGroup
		var errs [2]error
		for i, into := range []ledger.Code{"7104", "7103"} {
			wg.Add(1)
			go func() {
				defer wg.Done()
				errs[i] = a.attempt(t, fmt.Sprintf("kind-in-a-batch-%d", i), RawPost{Items: []ledger.Posting{allot(lot.ID, 10, into, "安乐镇")}})
			}()
			a.waitQueued(t, i+1)
		}
		release()
		wg.Wait()
		if errs[0] != nil || !errors.Is(errs[1], ledger.ErrUnitKind) {
			t.Errorf("township, then department in one batch: %v, %v; want nil, %s", errs[0], errs[1], ledger.ErrUnitKind.Code)
		}
		cold := Open(Options{DB: d, Data: t.TempDir(), Clock: june15})
		defer cold.Close()
		if err := cold.attempt(t, "kind-after-restart", RawPost{Items: []ledger.Posting{allot(lot.ID, 10, "7103", "安乐镇")}}); !errors.Is(err, ledger.ErrUnitKind) {
			t.Errorf("department after a restart: %v, want %s", err, ledger.ErrUnitKind.Code)
		}
	})
}

// TestMergedTownshipStaysClosedAfterARestart posts on a merged township by a
// process that did not see the merger.
func TestMergedTownshipStaysClosedAfterARestart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot := testLot(1)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "issue-some-fen-01", issue(lot.ID, 100_000))
		a.must(t, "allot-to-township", RawPost{Items: []ledger.Posting{allot(lot.ID, 10, "7104", "甲镇")}})
		merge := onJune("E28", "", lot.ID, 1, func(p *ledger.Posting) {
			p.Parts, p.Unit, p.To, p.Decision = nil, "甲镇", &ledger.Target{Unit: "乙镇"}, "省民政〔2026〕1号"
		})
		again := allot(lot.ID, 10, "7104", "甲镇")
		if err := a.attempt(t, "merged-in-a-command", RawPost{Items: []ledger.Posting{merge, again}}); !errors.Is(err, ledger.ErrUnitMerged) {
			t.Errorf("in the command of the merger: %v, want %s", err, ledger.ErrUnitMerged.Code)
		}
		if err := a.attempt(t, "before-the-merger-1", RawPost{Items: []ledger.Posting{again}}); err != nil {
			t.Errorf("after a merger that was refused: %v", err)
		}
		out := a.must(t, "the-merger-itself-1", RawPost{Items: []ledger.Posting{merge}})
		cold := Open(Options{DB: d, Data: t.TempDir(), Clock: june15})
		defer cold.Close()
		if err := cold.attempt(t, "after-the-merger-01", RawPost{Items: []ledger.Posting{again}}); !errors.Is(err, ledger.ErrUnitMerged) {
			t.Errorf("after a restart: %v, want %s", err, ledger.ErrUnitMerged.Code)
		}
		undo := ledger.Posting{Event: "E23", Date: again.Date, Reverses: out.Records[0].Seq}
		cold.must(t, "the-merger-undone-1", RawPost{Items: []ledger.Posting{undo, again}})
		if err := a.attempt(t, "open-again-elsewhere", RawPost{Items: []ledger.Posting{again}}); err != nil {
			t.Errorf("after the merger was turned red, by the other process: %v", err)
		}
	})
}
