package app

import (
	"fmt"
	"runtime"
	"testing"
	"weak"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// TestABatchHoldsNoneBeforeIt: each batch kept the one it had followed, so that under
// a load without a pause every batch since its beginning stayed in memory.
func TestABatchHoldsNoneBeforeIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		a.must(t, "register-lot-0001", testLot(1))
		w, err := a.writer(t.Context(), testCounty)
		if err != nil {
			t.Fatal(err)
		}
		lot := testLot(1)
		next := func(sent *flight, n int) *flight {
			c := issue(lot.ID, 100)
			key := fmt.Sprintf("one-of-a-chain-%d", n)
			j := &job{
				ctx: t.Context(), run: c.run, done: make(chan struct{}),
				call: db.Call{Actor: officer.ID, Command: c.Spec().Name, Key: key, MAC: d.BodyMAC(c.Spec().Name, []byte(key))},
			}
			return w.board(sent, j)
		}
		sent := next(nil, 0)
		first := weak.Make(sent.batch)
		for n := 1; n <= 3; n++ {
			sent = next(sent, n)
		}
		w.land(sent)
		runtime.GC()
		if first.Value() != nil {
			t.Error("the fourth batch still holds the first")
		}
		if sent.err != nil {
			t.Errorf("the last batch: %v", sent.err)
		}
		runtime.KeepAlive(sent)
	})
}
