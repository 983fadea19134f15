package app_test

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"

	"github.com/uptrace/bun"
)

// loggedTables are the tables whose rows are never changed (law 3).
var loggedTables = map[string]string{
	"store": "id", "account_key": "book", "record": "kind", "line": "fen", "voucher_series": "book", "voucher": "no",
	"lot": "code", "policy": "value",
}

func fill(t *testing.T, d *db.DB) *store {
	s := newStore(t, d)
	s.lot("K1", "1000.00")
	return s
}

// TestDirectSQLCannotChangeTheLog tries UPDATE, DELETE and TRUNCATE on every
// logged table as the owner.
func TestDirectSQLCannotChangeTheLog(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		for table, column := range loggedTables {
			for _, q := range []string{
				"UPDATE " + table + " SET " + column + " = " + column,
				"DELETE FROM " + table,
				"TRUNCATE " + table + " CASCADE",
			} {
				if strings.HasPrefix(q, "TRUNCATE") && d.Engine == db.SQLite {
					continue // SQLite has no such statement
				}
				if _, err := d.Write.ExecContext(t.Context(), q); err == nil || db.ClassOf(err) != db.Broken {
					t.Errorf("%s: %v (class %d), want a refusal by trigger", q, err, db.ClassOf(err))
				}
			}
		}
	})
}

// badEntries are statements that would leave a record without its balanced
// lines, or lines without their record. The first county is 360726.
var badEntries = map[string]string{
	"unbalanced": `INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 900, 100, KEY1, 20260301, 0, 1), (360726, 900, 99, KEY2, 20260301, 1, -1);
INSERT INTO record (county, seq, at, lines, day, actor, kind, body) VALUES (360726, 900, 1, 2, 20260301, zero16, 'entry', zero16)`,
	"one line": `INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 901, 100, KEY1, 20260301, 0, 1);
INSERT INTO record (county, seq, at, lines, day, actor, kind, body) VALUES (360726, 901, 1, 1, 20260301, zero16, 'entry', zero16)`,
	"empty entry": `INSERT INTO record (county, seq, at, lines, day, actor, kind, body) VALUES (360726, 902, 1, 0, 20260301, zero16, 'entry', zero16)`,
	"wrong count": `INSERT INTO record (county, seq, at, lines, day, actor, kind, body) VALUES (360726, 903, 1, 4, 20260301, zero16, 'entry', zero16)`,
	"unsealed":    `INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 904, 100, KEY1, 20260301, 0, 1), (360726, 904, 100, KEY2, 20260301, 1, -1)`,
	"no line 0":   `INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 908, 100, KEY1, 20260301, 1, 1), (360726, 908, 100, KEY2, 20260301, 2, -1)`,
	"late line":   `INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, (SELECT max(seq) FROM record WHERE kind = 'entry'), 100, KEY1, 20260301, 77, 1)`,
	"unknown key": `INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 905, 100, 12345, 20260301, 0, 1), (360726, 905, 100, 12345, 20260301, 1, -1);
INSERT INTO record (county, seq, at, lines, day, actor, kind, body) VALUES (360726, 905, 1, 2, 20260301, zero16, 'entry', zero16)`,
	"other day": `INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 906, 100, KEY1, 20260302, 0, 1), (360726, 906, 100, KEY1, 20260302, 1, -1);
INSERT INTO record (county, seq, at, lines, day, actor, kind, body) VALUES (360726, 906, 1, 2, 20260301, zero16, 'entry', zero16)`,
}

// TestDirectSQLCannotAddABadEntry runs each statement in a transaction of its
// own, as the owner; a balanced and sealed pair must pass, or the test is blind.
func TestDirectSQLCannotAddABadEntry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		fill(t, d)
		zero := "zeroblob(16)"
		if d.Engine == db.PostgreSQL {
			zero = `'\x00000000000000000000000000000000'::bytea`
		}
		run := func(script string) error {
			tx, err := d.Write.BeginTx(t.Context(), nil)
			if err != nil {
				return err
			}
			defer func() { _ = tx.Rollback() }()
			for _, q := range strings.Split(strings.NewReplacer("zero16", zero, "KEY1", "(SELECT min(id) FROM account_key)", "KEY2", "(SELECT min(id) + 1 FROM account_key)").Replace(script), ";") {
				if _, err := tx.ExecContext(t.Context(), q); err != nil {
					return err
				}
			}
			return tx.Commit()
		}
		for name, script := range badEntries {
			if err := run(script); err == nil || db.ClassOf(err) != db.Broken {
				t.Errorf("%s: %v (class %d), want a refusal", name, err, db.ClassOf(err))
			}
		}
		// Of these the head has moved past the last, as the service moves it first.
		good := `UPDATE head SET next_seq = 908 WHERE county = 360726;
INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 907, 100, KEY1, 20260301, 0, 1), (360726, 907, 100, KEY1, 20260301, 1, -1);
INSERT INTO record (county, seq, at, lines, day, actor, kind, body) VALUES (360726, 907, 1, 2, 20260301, zero16, 'entry', zero16)`
		if err := run(good); err != nil {
			t.Errorf("control: a balanced sealed entry is refused: %v", err)
		}
	})
}

// TestAppRoleMayOnlyAdd connects as the service's role on PostgreSQL.
func TestAppRoleMayOnlyAdd(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	fill(t, d)
	conn, err := d.Write.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "SET ROLE fundbook_app"); err != nil {
		t.Fatal(err)
	}
	for table, column := range loggedTables {
		for _, q := range []string{
			"UPDATE " + table + " SET " + column + " = " + column,
			"DELETE FROM " + table,
			"TRUNCATE " + table,
			"ALTER TABLE " + table + " DISABLE TRIGGER ALL",
		} {
			if _, err := conn.ExecContext(t.Context(), q); db.ClassOf(err) != db.Denied {
				t.Errorf("%s as fundbook_app: %v, want denied", q, err)
			}
		}
	}
	for _, q := range []string{"SET session_replication_role = replica", "DELETE FROM head", "DELETE FROM day_total"} {
		if _, err := conn.ExecContext(t.Context(), q); db.ClassOf(err) != db.Denied {
			t.Errorf("%s as fundbook_app: %v, want denied", q, err)
		}
	}
	if _, err := conn.ExecContext(t.Context(), "SELECT count(*) FROM record"); err != nil {
		t.Errorf("control: the role cannot even read: %v", err)
	}
}

// TestSQLiteShellCannotReplace uses the sqlite3 shell, whose connections know
// none of our pragmas.
func TestSQLiteShellCannotReplace(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		needed(t, "the sqlite3 shell is not installed")
	}
	d := dbtest.SQLite(t)
	fill(t, d)
	path := strings.TrimPrefix(d.URL, "sqlite://")
	run := func(q string) (string, error) {
		out, err := exec.CommandContext(context.Background(), shell, path, q).CombinedOutput()
		return string(out), err
	}
	for _, q := range []string{
		"UPDATE line SET fen = fen + 1",
		"DELETE FROM record",
		"INSERT OR REPLACE INTO record SELECT * FROM record LIMIT 1",
		"INSERT OR REPLACE INTO record (county, seq, at, lines, actor, kind, slot, body) SELECT county, 999, at, 0, actor, 'lot', slot, body FROM record WHERE slot IS NOT NULL LIMIT 1",
		"REPLACE INTO account_key SELECT * FROM account_key LIMIT 1",
		"INSERT OR REPLACE INTO account_key SELECT 9999, county, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool FROM account_key LIMIT 1",
		"INSERT OR REPLACE INTO lot SELECT seq, amount, county, line + 1, budget_year, id, code, document, tier, class, doc_no, name FROM lot LIMIT 1",
		"INSERT INTO line (seq, fen, county, key, day, n, side) SELECT seq, fen, county, key, day, 99, side FROM line LIMIT 1",
		"INSERT OR REPLACE INTO record (rowid, county, seq, at, lines, actor, kind, body) SELECT rowid, county, 999, at, 0, actor, 'lot', body FROM record LIMIT 1",
		"INSERT OR REPLACE INTO lot (rowid, seq, amount, county, line, budget_year, id, code, document, tier, class, doc_no, name) SELECT rowid, 999, amount, county, line + 1, budget_year, zeroblob(16), 'K9', document, tier, class, doc_no, name FROM lot LIMIT 1",
	} {
		if out, err := run(q); err == nil {
			t.Errorf("sqlite3 %q was accepted: %s", q, out)
		}
	}
	if out, err := run("SELECT count(*) FROM record"); err != nil || strings.TrimSpace(out) == "0" {
		t.Errorf("control: the shell cannot read: %s %v", out, err)
	}
}

// TestRowidsCannotBeReplaced: INSERT OR REPLACE with the rowid of a row deleted it,
// since a rowid is a unique key that no table names. A logged table needs a trigger
// for it, unless it has no rowid, or one that is its own key.
func TestRowidsCannotBeReplaced(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	var open []string
	err := d.Read.NewRaw(`SELECT t.name FROM sqlite_master t WHERE t.type = 'table' AND t.sql NOT LIKE '%WITHOUT ROWID%'
 AND EXISTS (SELECT 1 FROM sqlite_master g WHERE g.type = 'trigger' AND g.tbl_name = t.name AND g.name = t.name || '_no_delete')
 AND NOT EXISTS (SELECT 1 FROM sqlite_master g WHERE g.type = 'trigger' AND g.tbl_name = t.name AND g.name = t.name || '_no_replace_rowid') ORDER BY t.name`).Scan(t.Context(), &open)
	if err != nil || !slices.Equal(open, []string{"account_key", "store"}) {
		t.Errorf("tables whose rows a rowid replaces: %v %v, want account_key (its id is its rowid) and store (one row) only", open, err)
	}
}

// TestNoRecordOverLinesOfAnotherSession: while one session held lines that were not
// sealed, another added a record of their number that has none, and both committed.
func TestNoRecordOverLinesOfAnotherSession(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	fill(t, d)
	lines, err := d.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lines.Rollback() }()
	_, err = lines.ExecContext(t.Context(), `INSERT INTO line (county, seq, fen, key, day, n, side)
 SELECT 360726, 950, 100, min(id), 20260301, n, 1 - 2 * n FROM account_key, generate_series(0, 1) n GROUP BY n`)
	if err != nil {
		t.Fatal(err)
	}
	other, err := d.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Rollback() }()
	if _, err := other.ExecContext(t.Context(), "SET LOCAL lock_timeout = '50ms'"); err != nil {
		t.Fatal(err)
	}
	_, err = other.ExecContext(t.Context(), `INSERT INTO record (county, seq, at, lines, actor, kind, body)
 SELECT county, 950, at, 0, actor, 'note', body FROM record WHERE county = 360726 AND seq = 1`)
	if db.ClassOf(err) != db.Retry {
		t.Errorf("a record over lines that another session holds: %v, want it to wait for the head row", err)
	}
	if err := other.Commit(); err == nil {
		t.Error("the record was committed")
	}
	if err := lines.Commit(); db.ClassOf(err) != db.Broken {
		t.Errorf("lines without a record of their own: %v (class %d), want a refusal", err, db.ClassOf(err))
	}
}

// TestSealReadsOnlyItsOwnLines: a batch of hundreds of entries took seconds. When
// autovacuum had looked at some of the tables, the session planned the seal anew and
// went through the whole index of lines, comparing each with each entry of the batch.
func TestSealReadsOnlyItsOwnLines(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	fill(t, d)
	conn, err := d.Write.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, q := range manyKeys {
		if _, err := conn.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	const few, batch, many = 40, 700, 10_000 // entries of four lines
	for _, c := range []struct {
		then    string // what makes the session plan again
		entries int
	}{
		{"DISCARD PLANS", few},
		{"SELECT 1", many},
		{"SELECT 1", many},
		{"SELECT 1", many},
		{"DISCARD PLANS", batch},
		{"VACUUM ANALYZE account_key", batch},
		{"VACUUM ANALYZE record", batch},
		{"VACUUM ANALYZE line", batch},
		{"SELECT 1", few},
	} {
		if _, err := conn.ExecContext(t.Context(), c.then); err != nil {
			t.Fatal(err)
		}
		read, lines := sealBatch(t, conn, c.entries)
		if read > 8*lines+50 {
			t.Errorf("after %s: %d lines were added and %d rows read, want at most 8 a line", c.then, lines, read)
		}
	}
}

// manyKeys are accounts, so that a plan could go by them.
var manyKeys = []string{
	`INSERT INTO account_key (id, county, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool)
 SELECT 360726::bigint << 32 | (100000 + n), 360726, k.lot, k.peer, k.grp, k.book, k.account, k.sub, 'J' || n, k.contract, k.payee, k.unit, k.pool
 FROM (SELECT * FROM account_key WHERE county = 360726 ORDER BY id LIMIT 1) k, generate_series(1, 4000) n`,
}

// sealBatch adds n balanced entries of four lines after the last record and
// returns how many rows the triggers read from the tables, and the lines added.
func sealBatch(t *testing.T, conn bun.Conn, n int) (read, lines int) {
	t.Helper()
	tx, err := conn.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	var last int64
	if err := tx.NewRaw("SELECT max(seq) FROM record WHERE county = 360726").Scan(t.Context(), &last); err != nil {
		t.Fatal(err)
	}
	const rows = "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables WHERE relname IN ('line', 'account_key', 'record', 'head')"
	var before, after int
	if err := tx.NewRaw(rows).Scan(t.Context(), &before); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"UPDATE head SET next_seq = ?0 + ?1 + 1 WHERE county = 360726",
		`INSERT INTO line (county, seq, fen, key, day, n, side)
 SELECT 360726, ?0 + s, 100, 360726::bigint << 32 | (100001 + (s * 7 + l) % 4000), 20260301, l, CASE WHEN l % 2 = 0 THEN 1 ELSE -1 END
 FROM generate_series(1, ?1) s, generate_series(0, 3) l`,
		`INSERT INTO record (county, seq, at, lines, day, actor, kind, body)
 SELECT 360726, ?0 + s, 1, 4, 20260301, '\x00', 'entry', '\x00' FROM generate_series(1, ?1) s`,
	} {
		if _, err := tx.NewRaw(q, last, n).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.NewRaw(rows).Scan(t.Context(), &after); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return after - before, 4 * n
}
