package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"

	"github.com/google/go-cmp/cmp"
)

// TestErrorsAreClassedByCode provokes each class on both engines.
func TestErrorsAreClassedByCode(t *testing.T) {
	t.Parallel()
	const headRow = "INSERT INTO head (county, code, name, next_seq, next_key, next_series, last_at, epoch, frontier) VALUES (1, 'X-1', 'n', 1, 1, 1, 0, 0, %s)"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		empty := "x''"
		if d.Engine == db.PostgreSQL {
			empty = `'\x'`
		}
		row := strings.ReplaceAll(headRow, "%s", empty)
		if _, err := d.Write.ExecContext(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]db.Class{
			row: db.Unique,
			"UPDATE head SET next_seq = CASE WHEN next_seq = 7 THEN 8 END": db.NotNull,
			"UPDATE head SET next_seq = 0":                                 db.Broken,
			"DELETE FROM store":                                            db.Broken,
			"SELEC":                                                        db.Other,
		} {
			_, err := d.Write.ExecContext(t.Context(), q)
			if got := db.ClassOf(err); err == nil || got != want {
				t.Errorf("%s: class %d (%v), want %d", q, got, err, want)
			}
		}
		if _, err := d.Read.ExecContext(t.Context(), row); db.ClassOf(err) != db.ReadOnly {
			t.Errorf("a write through the read pool: %v, want read-only", err)
		}
		full := []string{"DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$"}
		if d.Engine == db.SQLite {
			full = []string{"PRAGMA max_page_count = 1", "CREATE TABLE big AS SELECT zeroblob(1000000) AS x"} // never below the pages there are
		}
		var err error
		for _, q := range full {
			_, err = d.Write.ExecContext(t.Context(), q)
		}
		if db.ClassOf(err) != db.Retry {
			t.Errorf("a full disk: class %d (%v), want %d", db.ClassOf(err), err, db.Retry)
		}
	})
	if db.ClassOf(nil) != db.Other {
		t.Error("no error has a class")
	}
}

// TestOpenRefusesOtherAddresses names the form that is wanted and shows no
// password.
func TestOpenRefusesOtherAddresses(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "mysql://root:secret@h/x", "sqlite://", "sqlite://a?mode=memory", "/some/where/x.db", "postgres://u:secret@[::1/x"} {
		_, err := db.Open(t.Context(), url)
		if !errors.Is(err, db.ErrURL) {
			t.Errorf("Open(%q) = %v, want ErrURL", url, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("Open(%q) shows the password: %v", url, err)
		}
	}
}

// TestUnsafeServerIsRefused turns each setting off that keeps a commit, and the one
// under which triggers fire.
func TestUnsafeServerIsRefused(t *testing.T) {
	t.Parallel()
	c := dbtest.StartOwn(t, dbtest.Options{Durable: true})
	url := c.DSN("postgres", c.NewDatabase(t, "safe"))
	check := func() error {
		d, err := db.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		return d.CheckSafe(t.Context())
	}
	if err := check(); err != nil {
		t.Fatalf("control: %v", err)
	}
	for _, name := range []string{"synchronous_commit", "full_page_writes", "fsync"} {
		c.SetConf(name, "off")
		if err := check(); !errors.Is(err, db.ErrUnsafe) {
			t.Errorf("%s = off: %v, want ErrUnsafe", name, err)
		}
		c.SetConf(name, "on")
	}
	c.SetConf("session_replication_role", "replica")
	if err := check(); !errors.Is(err, db.ErrUnguarded) {
		t.Errorf("session_replication_role = replica: %v, want ErrUnguarded", err)
	}
	c.SetConf("session_replication_role", "origin")
	lite := dbtest.SQLite(t)
	if err := lite.CheckSafe(t.Context()); err != nil {
		t.Errorf("SQLite: %v", err)
	}
}

// TestOtherSchemasAreRefused changes what the store says of its migrations.
func TestOtherSchemasAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, change string
		want         error
	}{
		{"a changed file", "UPDATE schema_file SET sha256 = 'x' WHERE name = '00001_core.sql'", db.ErrSchemaChanged},
		{"a newer file", "INSERT INTO schema_file VALUES ('99999_later.sql', 'x')", db.ErrSchemaNewer},
		{"another file", "UPDATE schema_file SET name = '00001_other.sql' WHERE name = '00001_core.sql'", db.ErrSchemaChanged},
		{"a missing file", "DELETE FROM schema_file WHERE name = (SELECT max(name) FROM schema_file)", db.ErrSchemaOld},
	} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			if _, err := d.Write.ExecContext(t.Context(), c.change); err != nil {
				t.Fatal(err)
			}
			if err := d.CheckSchema(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
			if err := d.Migrate(t.Context()); !errors.Is(c.want, db.ErrSchemaOld) && !errors.Is(err, c.want) {
				t.Errorf("Migrate with %s: %v, want %v", c.name, err, c.want)
			}
		})
	}
}

// TestSchemaIsTheGolden dumps the migrated schema of each engine. UPDATE=1
// writes it anew.
func TestSchemaIsTheGolden(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		got, err := d.DumpSchema(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("..", "..", "migrations", "testdata", "schema."+string(d.Engine)+".sql")
		if os.Getenv("UPDATE") == "1" {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("the schema differs from %s (-want +got):\n%s", path, diff)
		}
	})
}
