package db_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"

	"github.com/uptrace/bun"
)

// TestReadsOfOneMomentDoNotWaitForEachOther: after a start, as many reads at once as
// the pool has connections hung for ever, and with them the writer when it answered a
// replay. Each held its connection and waited for another one to prepare a text.
func TestReadsOfOneMomentDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // ends a hang, measures nothing
		defer cancel()
		for round := range 3 { // the texts are new, then being prepared, then kept
			n := d.Read.Stats().MaxOpenConnections
			var held, done sync.WaitGroup
			held.Add(n)
			for i := range n {
				done.Add(1)
				go func() {
					defer done.Done()
					var got []int
					err := d.ReadTx(ctx, func(ctx context.Context, q bun.IDB) error {
						held.Done()
						held.Wait() // everybody has a connection
						return db.Fetch(ctx, q, &got, fmt.Sprintf("SELECT count(*) FROM head WHERE county <> ? AND code <> ? AND %d = %d", i, i), -1, "none")
					})
					if err != nil || len(got) != 1 || got[0] != 0 {
						t.Errorf("round %d, read %d: %v %v", round, i, got, err)
					}
				}()
			}
			done.Wait()
		}
	})
}
