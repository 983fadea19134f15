// Package dbtest gives tests a migrated store on every engine: SQLite as a copy
// of a template file, PostgreSQL as a copy of a template database on a
// throw-away cluster that this package starts itself.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"fundbook/internal/db"
)

// Each runs fn as one parallel subtest per engine, with a fresh migrated store.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		fn(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		fn(t, Postgres(t))
	})
}

var liteTemplate struct {
	sync.Once
	body []byte
	err  error
}

// SQLite returns a migrated store in a file of its own.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	liteTemplate.Do(func() { liteTemplate.body, liteTemplate.err = makeTemplate(t.TempDir()) })
	if liteTemplate.err != nil {
		t.Fatalf("make the SQLite template: %v", liteTemplate.err)
	}
	path := filepath.Join(t.TempDir(), "fundbook.db")
	if err := os.WriteFile(path, liteTemplate.body, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite://"+path)
}

func makeTemplate(dir string) ([]byte, error) {
	path := filepath.Join(dir, "template.db")
	ctx := context.Background()
	d, err := db.Open(ctx, "sqlite://"+path)
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, err
	}
	if _, err := d.Write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

var pgTemplate struct {
	sync.Once
	name string
	err  error
}

// Postgres returns a migrated store in a database of its own, opened as the
// superuser, who owns the tables.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL returns the URL of a migrated database of its own.
func PostgresURL(t testing.TB) string {
	t.Helper()
	c := Start(t)
	pgTemplate.Do(func() {
		pgTemplate.name = c.NewDatabase(t, "template")
		pgTemplate.err = migrate(c.DSN(superuser, pgTemplate.name))
	})
	if pgTemplate.err != nil {
		t.Fatalf("make the PostgreSQL template: %v", pgTemplate.err)
	}
	return c.DSN(superuser, c.CloneDatabase(t, pgTemplate.name))
}

func migrate(url string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	return d.Close()
}

// open opens a migrated store and closes it when the test ends.
func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("open %s: %v", strings.SplitN(url, ":", 2)[0], err)
	}
	if err := d.CheckSchema(t.Context()); err != nil {
		t.Fatalf("check the schema: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return d
}
