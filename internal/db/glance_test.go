package db_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"

	"github.com/uptrace/bun"
)

// TestReadersDoNotWaitForEachOther holds as many reads of one moment open as the
// pool has connections, and lets each run a statement that is not prepared yet:
// preparing must not want another connection.
func TestReadersDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := d.Read.DB.Stats().MaxOpenConnections
		for round := range 2 { // the second finds the statements prepared
			var open, done sync.WaitGroup
			open.Add(n)
			errs := make([]error, n)
			for i := range n {
				done.Add(1)
				go func() {
					defer done.Done()
					errs[i] = d.ReadTx(t.Context(), func(ctx context.Context, q bun.IDB) error {
						open.Done()
						open.Wait()
						var got []struct{ N int64 }
						if err := db.Fetch(ctx, q, &got, fmt.Sprintf("SELECT %d + count(*) AS n FROM head WHERE county = ?", i), 7); err != nil {
							return err
						}
						if len(got) != 1 || got[0].N != int64(i) {
							return fmt.Errorf("round %d, reader %d: %v", round, i, got)
						}
						return nil
					})
				}()
			}
			done.Wait()
			for _, err := range errs {
				if err != nil {
					t.Error(err)
				}
			}
		}
	})
}

// TestFetchBindsLists reads by lists of every length, in and outside a read of one
// moment.
func TestFetchBindsLists(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		read := func(ctx context.Context, q bun.IDB) error {
			for n := 1; n <= 9; n++ {
				list := make([]int64, n)
				for i := range list {
					list[i] = int64(i)
				}
				marks, args := db.In(list)
				var got []struct{ ID int64 }
				if err := db.Fetch(ctx, q, &got, "SELECT id FROM store WHERE id IN "+marks, args...); err != nil {
					return err
				}
				if want := min(n-1, 1); len(got) != want {
					return fmt.Errorf("%d values: %d rows, want %d", n, len(got), want)
				}
			}
			return nil
		}
		for range 2 {
			if err := d.ReadTx(t.Context(), read); err != nil {
				t.Error(err)
			}
		}
		if err := read(t.Context(), d.Read); err != nil {
			t.Error(err)
		}
	})
}
