package audit_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// loggedColumns are the columns of the tables that Verify answers for. county is
// left out where a change makes the row another county's; "moved to another
// county" covers it.
var loggedColumns = map[string][]string{
	"record":          {"seq", "at", "lines", "day", "actor", "kind", "slot", "body"},
	"line":            {"seq", "fen", "key", "day", "n", "side"},
	"account_key":     {"id", "lot", "peer", "grp", "book", "account", "sub", "project", "contract", "payee", "unit", "pool"},
	"day_total":       {"debit", "credit", "key", "day"},
	"voucher_series":  {"id", "period", "book", "word"},
	"voucher":         {"seq", "series", "no"},
	"reversal":        {"original", "seq"},
	"tile":            {"n", "level", "data"},
	"signed_head":     {"size", "note"},
	"lot":             {"seq", "amount", "line", "budget_year", "id", "code", "document", "tier", "class", "doc_no", "name"},
	"period_close":    {"seq", "period", "book"},
	"policy":          {"seq", "valid_from", "name", "value", "basis"},
	"user_account":    {"seq", "id", "name", "role", "county", "unit", "token_hash"},
	"user_token":      {"seq", "id", "replaces", "token_hash"},
	"user_revocation": {"seq", "id"},
	"head":            {"next_seq", "next_key", "next_series", "last_at", "frontier", "name"},
}

// edit changes one row by plain SQL; seq is the record it hits, 0 when it hits
// none.
type edit struct {
	name string
	sql  []string
	seq  int64
}

// editor makes random edits of the store it reads.
type editor struct {
	t   *testing.T
	q   *sql.DB
	rng *rand.Rand
}

func (e *editor) ints(query string) (out []int64) {
	e.t.Helper()
	rows, err := e.q.QueryContext(context.Background(), query)
	if err != nil {
		e.t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	cols, _ := rows.Columns()
	for rows.Next() {
		v := make([]int64, len(cols))
		p := make([]any, len(cols))
		for i := range p {
			p[i] = &v[i]
		}
		if err := rows.Scan(p...); err != nil {
			e.t.Fatal(err)
		}
		out = append(out, v...)
	}
	if err := rows.Err(); err != nil {
		e.t.Fatal(err)
	}
	return out
}

func (e *editor) pick(query string) int64 {
	all := e.ints(query)
	if len(all) == 0 {
		e.t.Fatalf("nothing to edit: %s", query)
	}
	return all[e.rng.IntN(len(all))]
}

// column makes an edit of one cell of a random row. SQLite's rowid names the row;
// tables without one are named by their key.
func (e *editor) column(table, column string) edit {
	x := edit{name: table + "." + column}
	where := "rowid = "
	switch table {
	case "line":
		seq := e.pick("SELECT seq FROM line")
		x.seq, where = seq, fmt.Sprintf("n = 1 AND seq = %d", seq)
	case "voucher":
		seq := e.pick("SELECT seq FROM voucher")
		x.seq, where = seq, fmt.Sprintf("seq = %d", seq)
	case "day_total":
		k := e.pick("SELECT key FROM day_total")
		where = fmt.Sprintf("key = %d AND day = (SELECT min(day) FROM day_total WHERE key = %d)", k, k)
	default:
		cond := ""
		if table == "record" && column == "slot" {
			cond = " WHERE slot IS NOT NULL AND kind = 'entry'"
		} else if table == "record" && column == "day" {
			cond = " WHERE day IS NOT NULL"
		}
		row := e.pick("SELECT rowid FROM " + table + cond)
		where += fmt.Sprint(row)
		if strings.Contains(" record lot policy period_close user_account user_token user_revocation reversal ", " "+table+" ") {
			x.seq = e.ints(fmt.Sprintf("SELECT seq FROM %s WHERE %s", table, where))[0]
		}
	}
	x.sql = []string{fmt.Sprintf("UPDATE %s SET %s = %s WHERE %s", table, column, e.other(table, column), where)}
	return x
}

// other is an expression that differs from the cell's value and has its type.
func (e *editor) other(table, column string) string {
	n := 1 + e.rng.IntN(9)
	switch table + "." + column {
	case "day_total.key":
		return fmt.Sprintf("key + %d", 100_000+n)
	case "day_total.day":
		return fmt.Sprintf("day + %d", 500+n)
	case "line.side":
		return "-side"
	case "line.key":
		return "CASE WHEN key = 360726 * 4294967296 + 1 THEN key + 1 ELSE 360726 * 4294967296 + 1 END"
	case "voucher.series":
		return "CASE WHEN series = 1 THEN 2 ELSE 1 END"
	case "record.seq", "line.seq", "voucher.seq", "lot.seq", "signed_head.size", "tile.n", "tile.level", "account_key.id", "voucher_series.id", "line.n", "voucher.no":
		return fmt.Sprintf("%s + %d", column, 100_000+n)
	}
	switch column {
	case "period":
		return fmt.Sprintf("period + %d", 100*n)
	case "at", "lines", "day", "count", "fen", "debit", "credit", "key", "original", "amount", "line", "budget_year",
		"valid_from", "seq", "next_seq", "next_key", "next_series", "last_at":
		return fmt.Sprintf("%s + %d", column, n)
	case "id", "actor", "slot", "body", "lot", "peer", "data", "token_hash", "replaces", "frontier":
		// one byte, anywhere
		return fmt.Sprintf("CAST(substr(%[1]s, 1, length(%[1]s) - %[2]d) || CASE WHEN hex(substr(%[1]s, length(%[1]s) - %[2]d + 1, 1)) = '41' THEN x'42' ELSE x'41' END || substr(%[1]s, length(%[1]s) - %[2]d + 2) AS BLOB)", column, n)
	case "grp":
		return "CASE grp WHEN 'F' THEN 'B' ELSE 'F' END"
	case "account":
		return "CASE account WHEN '9101' THEN '9102' ELSE '9101' END"
	case "note":
		return "replace(note, '\n— ', '\n— x')"
	}
	return column + " || 'x'"
}

// rows makes an edit that is more than a cell.
func (e *editor) rows() []edit {
	last := e.ints("SELECT max(seq) FROM record WHERE county = 360726")[0]
	entry := e.pick("SELECT seq FROM record WHERE kind = 'entry'")
	other := e.pick(fmt.Sprintf("SELECT seq FROM record WHERE kind = 'entry' AND seq <> %d", entry))
	n := int64(1 + e.rng.IntN(20))
	cut := last - n
	tail := []string{
		fmt.Sprintf("DELETE FROM line WHERE county = 360726 AND seq > %d", cut),
		fmt.Sprintf("DELETE FROM voucher WHERE county = 360726 AND seq > %d", cut),
		fmt.Sprintf("DELETE FROM record WHERE county = 360726 AND seq > %d", cut),
	}
	swap := func(col string) []string {
		return []string{
			fmt.Sprintf("CREATE TABLE swap AS SELECT seq, %s AS v FROM record WHERE county = 360726 AND seq IN (%d, %d)", col, entry, other),
			fmt.Sprintf("UPDATE record SET %s = (SELECT v FROM swap WHERE seq = %d) WHERE county = 360726 AND seq = %d", col, other, entry),
			fmt.Sprintf("UPDATE record SET %s = (SELECT v FROM swap WHERE seq = %d) WHERE county = 360726 AND seq = %d", col, entry, other),
		}
	}
	one := func(name string, seq int64, q string, args ...any) edit {
		return edit{name, []string{fmt.Sprintf(q, args...)}, seq}
	}
	return []edit{
		{"the tail is cut", tail, cut + 1},
		{"the tail is cut and the head set back", append(append([]string(nil), tail...), fmt.Sprintf("UPDATE head SET next_seq = %d WHERE county = 360726", cut+1)), cut + 1},
		{"two bodies are swapped", swap("body"), min(entry, other)},
		one("an entry is deleted", entry, "DELETE FROM record WHERE county = 360726 AND seq = %d", entry),
		{"an entry is deleted with its lines", []string{
			fmt.Sprintf("DELETE FROM line WHERE seq = %d", entry), fmt.Sprintf("DELETE FROM voucher WHERE seq = %d", entry),
			fmt.Sprintf("DELETE FROM record WHERE county = 360726 AND seq = %d", entry),
		}, entry},
		one("a line is deleted", entry, "DELETE FROM line WHERE seq = %d AND n = 0", entry),
		one("a stray line of an entry", entry, "INSERT INTO line (county, seq, fen, key, day, n, side) SELECT county, seq, fen, key, day, 77, side FROM line WHERE seq = %d AND n = 0", entry),
		one("a stray line without a record", last+5, "INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, %d, 5, 1549306372816897, 20260301, 0, 1)", last+5),
		one("lines of a record that is no entry", 2, "INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 2, 5, 1549306372816897, 20260301, 0, 1)"),
		one("a record without lines", last+1, "INSERT INTO record (county, seq, at, lines, day, actor, kind, body) SELECT county, %d, at, lines, day, actor, kind, body FROM record WHERE county = 360726 AND seq = %d", last+1, last),
		{"a record without lines, the head moved on", []string{
			fmt.Sprintf("INSERT INTO record (county, seq, at, lines, day, actor, kind, body) SELECT county, %d, at, lines, day, actor, kind, body FROM record WHERE county = 360726 AND seq = %d", last+1, last),
			"UPDATE head SET next_seq = next_seq + 1 WHERE county = 360726",
		}, last + 1},
		one("a record moves to another county", entry, "UPDATE record SET county = 0 WHERE seq = %d AND county = 360726", entry),
		one("a record moves to an unknown county", entry, "UPDATE record SET county = 7 WHERE seq = %d AND county = 360726", entry),
		one("a day total of an unknown county", 0, "INSERT INTO day_total (key, day, debit, credit) VALUES (30064771073, 20260103, 5, 5)"),
		one("a day total is deleted", 0, "DELETE FROM day_total WHERE key = (SELECT max(key) FROM day_total)"),
		one("a day total is invented", 0, "INSERT INTO day_total (key, day, debit, credit) VALUES (1549306372816897, 20260103, 5, 5)"),
		one("a voucher number is deleted", entry, "DELETE FROM voucher WHERE seq = %d", entry),
		one("a reversal is deleted", 0, "DELETE FROM reversal"),
		one("a reversal is invented", 0, "INSERT INTO reversal (county, original, seq) VALUES (360726, %d, %d)", entry, other),
		one("a period is opened again", 0, "DELETE FROM period_close"),
		one("a tile is deleted", 1, "DELETE FROM tile WHERE n = 0"),
		one("an account is added", 0, "INSERT INTO account_key (county, id, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool) SELECT county, id + 99999, lot, peer, grp, book, account, sub, 'JX', contract, payee, unit, pool FROM account_key WHERE id = 1549306372816897"),
		one("a replaced token is valid again", 0, "DELETE FROM user_token WHERE seq = (SELECT max(seq) FROM user_token)"),
		one("a revocation is taken back", 0, "DELETE FROM user_revocation"),
		one("a lot is deleted", 0, "DELETE FROM lot WHERE rowid = 1"),
		one("a policy is deleted", 0, "DELETE FROM policy WHERE rowid = 1"),
	}
}

// honest is a filled SQLite store, as bytes.
func honest(t *testing.T) []byte {
	t.Helper()
	d := dbtest.SQLite(t)
	s := newStore(t, d)
	fillRich(s)
	s.Close()
	if _, err := d.Write.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	return readFile(t, strings.TrimPrefix(d.URL, "sqlite://"))
}

// triggers lists the triggers of a store with what makes them.
func triggers(t testing.TB, q *sql.DB) (names, bodies []string) {
	t.Helper()
	rows, err := q.QueryContext(context.Background(), "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n, s string
		if err := rows.Scan(&n, &s); err != nil {
			t.Fatal(err)
		}
		names, bodies = append(names, n), append(bodies, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names, bodies
}

// disarm drops the triggers of a store in a transaction; rearm makes them again
// and commits, so that the schema is as it was.
func disarm(t testing.TB, q *sql.DB) (rearm func()) {
	t.Helper()
	exec := func(s string) {
		t.Helper()
		if _, err := q.ExecContext(context.Background(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	exec("BEGIN IMMEDIATE")
	names, bodies := triggers(t, q)
	for _, n := range names {
		exec("DROP TRIGGER " + n)
	}
	return func() {
		t.Helper()
		for _, s := range bodies {
			exec(s)
		}
		exec("COMMIT")
	}
}

// foreign opens a store as a stranger would: none of our pragmas, no foreign keys.
func foreign(t testing.TB, path string) *sql.DB {
	t.Helper()
	q, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=ignore_check_constraints(1)")
	if err != nil {
		t.Fatal(err)
	}
	q.SetMaxOpenConns(1)
	return q
}

func writeStore(t testing.TB, dir, name string, body []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func verifyPath(t testing.TB, path string, o audit.Options) audit.Report {
	t.Helper()
	d, err := db.Open(t.Context(), "sqlite://"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	r, err := audit.Verify(t.Context(), d, o)
	if err != nil {
		t.Fatalf("Verify: %v", err)
	}
	return r
}

// edits makes all edits of rows and, in turn, edits of every column, n in all.
func (e *editor) edits(n int) []edit {
	var out []edit
	for round := 0; len(out) < n; round++ {
		for _, table := range slices.Sorted(maps.Keys(loggedColumns)) {
			for _, c := range loggedColumns[table] {
				out = append(out, e.column(table, c))
			}
		}
		out = append(out, e.rows()...)
	}
	return out
}

// TestEveryTamperingIsNamed is R14, quick set: each random edit of a copy of an
// honest store, the triggers put back after it, is found, and where it hits a record, located.
func TestEveryTamperingIsNamed(t *testing.T) {
	t.Parallel()
	body := honest(t)
	dir := t.TempDir()
	control := writeStore(t, dir, "control.db", body)
	full := audit.Options{Full: true}
	if r := verifyPath(t, control, full); !r.OK {
		t.Fatalf("control: the honest store is not ok: %+v", r.Bad)
	}
	q := foreign(t, control)
	e := &editor{t, q, rand.New(rand.NewPCG(20261123, 14))}
	list := e.edits(200)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if len(list) < 200 {
		t.Fatalf("only %d edits", len(list))
	}
	for i, x := range list {
		path := writeStore(t, dir, fmt.Sprintf("edit%d.db", i), body)
		if !apply(t, path, x) {
			continue
		}
		r := verifyPath(t, path, full)
		if r.OK {
			t.Errorf("%s is not noticed: %s", x.name, x.sql)
			continue
		}
		located := x.seq == 0
		for _, b := range r.Bad {
			located = located || b.Seq == x.seq
		}
		if !located {
			t.Errorf("%s is noticed but not located at %d: %+v\n%s", x.name, x.seq, r.Bad, x.sql)
		}
		_ = os.Remove(path)
	}
}

// apply runs an edit; an edit that a unique key refuses or that changes nothing
// is no tampering.
func apply(t *testing.T, path string, x edit) bool {
	t.Helper()
	q := foreign(t, path)
	defer q.Close()
	rearm := disarm(t, q)
	for _, s := range x.sql {
		res, err := q.ExecContext(t.Context(), s)
		if err != nil {
			t.Errorf("%s: %s: %v", x.name, s, err)
			return false
		}
		if n, _ := res.RowsAffected(); n == 0 && !strings.HasPrefix(s, "CREATE") {
			t.Errorf("%s changes nothing: %s", x.name, s)
			return false
		}
	}
	rearm()
	return true
}
