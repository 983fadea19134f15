package dbtest_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// TestEachGivesAMigratedStore reads the schema of a fresh store of each engine.
func TestEachGivesAMigratedStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var n int
		if err := d.Read.NewRaw("SELECT count(*) FROM record").Scan(t.Context(), &n); err != nil || n != 0 {
			t.Fatalf("count of records = %d, %v; want 0", n, err)
		}
		if len(d.Secret()) != 32 {
			t.Errorf("secret has %d bytes, want 32", len(d.Secret()))
		}
		if err := d.Migrate(t.Context()); err != nil {
			t.Errorf("a second Migrate: %v", err)
		}
	})
}
