package audit_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestTamperingOnPostgresIsNamed edits as a superuser with triggers and foreign
// keys off.
func TestTamperingOnPostgresIsNamed(t *testing.T) {
	t.Parallel()
	d := dbtest.Postgres(t)
	s := newStore(t, d)
	fillRich(s)
	s.Close()
	if r := verify(t, d); !r.OK {
		t.Fatalf("control: %+v", r.Bad)
	}
	const entry = "(SELECT min(seq) + 20 FROM record WHERE kind = 'entry')"
	for _, q := range []struct{ name, sql, undo string }{
		{"amount", "UPDATE line SET fen = fen + 1 WHERE county = 360726 AND seq = " + entry + " AND n = 0", "UPDATE line SET fen = fen - 1 WHERE county = 360726 AND seq = " + entry + " AND n = 0"},
		{"body", "UPDATE record SET body = set_byte(body, 60, (get_byte(body, 60) + 1) % 256) WHERE county = 360726 AND seq = " + entry, "UPDATE record SET body = set_byte(body, 60, (get_byte(body, 60) + 255) % 256) WHERE county = 360726 AND seq = " + entry},
		{"day", "UPDATE line SET day = day + 1 WHERE county = 360726 AND seq = " + entry, "UPDATE line SET day = day - 1 WHERE county = 360726 AND seq = " + entry},
		{"meaning of a key", "UPDATE account_key SET project = project || 'x' WHERE id = 1549306372816899", "UPDATE account_key SET project = left(project, -1) WHERE id = 1549306372816899"},
		{"day total", "UPDATE day_total SET credit = credit + 1 WHERE key = 1549306372816898", "UPDATE day_total SET credit = credit - 1 WHERE key = 1549306372816898"},
		{"head set back", "UPDATE head SET next_seq = next_seq - 1 WHERE county = 360726", "UPDATE head SET next_seq = next_seq + 1 WHERE county = 360726"},
		{"orphan line", "INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (360726, 100000, 5, 1549306372816897, 20260301, 0, 1)", "DELETE FROM line WHERE seq = 100000"},
	} {
		replica(t, d, q.sql)
		if r := verify(t, d); r.OK {
			t.Errorf("%s is not noticed", q.name)
		}
		replica(t, d, q.undo)
	}
	if r := verify(t, d); !r.OK {
		t.Errorf("undone edits leave the store not ok: %+v", r.Bad)
	}
}

func replica(t *testing.T, d *db.DB, q string) {
	t.Helper()
	conn, err := d.Write.DB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, s := range []string{"SET session_replication_role = replica", q, "SET session_replication_role = origin"} {
		res, err := conn.ExecContext(context.Background(), s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if n, _ := res.RowsAffected(); n == 0 && s == q {
			t.Fatalf("%s changes nothing", s)
		}
	}
}

// TestFormanceAsyncBlocksMissLateCommits is LEDGERS finding 1: sequence numbers
// given before the commit leave records that no hash ever covers. Here many
// clients post at once; every record up to the head is a leaf, at its place.
func TestFormanceAsyncBlocksMissLateCommits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.lot("A1", "1000000.00")
		const clients, each = 16, 15
		errs := make(chan error, clients)
		for c := range clients {
			go func() {
				var last error
				for i := range each {
					key := fmt.Sprintf("late-commit-%03d-%06d", c, i)
					cmd := app.RawPost{Items: []ledger.Posting{{Event: "E01", Date: day("2026-05-01"), Parts: part(lot, "1.00")}}}
					if _, err := s.Do(t.Context(), app.Request{County: county, Who: finance, Key: key, Raw: []byte(key)}, cmd); err != nil {
						last = err
					}
				}
				errs <- last
			}()
		}
		for range clients {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		r := verify(t, d)
		if !r.OK || r.Counties[0].Entries != 2+clients*each {
			t.Errorf("%+v %+v", r.Counties, r.Bad)
		}
	})
}

// TestBlnkVerifyPassesAfterTheTailIsDeleted is LEDGERS finding 2: a chain that is
// compared with its own last row does not miss the rows after it. The frontier,
// the head and heads from outside all do, each alone.
func TestBlnkVerifyPassesAfterTheTailIsDeleted(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	s := newStore(t, d)
	lot := s.lot("A1", "1000000.00")
	// The state to which a forger would set the store back, with its own head.
	before := snapshot(t, d)
	for range 5 {
		s.post(ledger.Posting{Event: "E01", Date: day("2026-05-01"), Parts: part(lot, "1.00")})
	}
	note, err := s.SignHead(t.Context(), county)
	if err != nil {
		t.Fatal(err)
	}
	path := writeStore(t, t.TempDir(), "cut.db", before)
	for _, full := range []bool{true, false} {
		if r := verifyPath(t, path, audit.Options{Full: full}); !r.OK {
			t.Fatalf("control: an older copy of the store agrees with itself: %+v", r.Bad)
		}
		r := verifyPath(t, path, audit.Options{Full: full, Heads: []string{note}})
		if r.OK || r.Bad[0].Code != "head.truncated" {
			t.Errorf("full %v: a head from outside does not show the missing tail: %+v", full, r)
		}
	}
	last := lastSeq(t, path)
	q := foreign(t, path)
	for _, x := range []string{
		"DROP TRIGGER record_no_delete", "DROP TRIGGER line_no_delete", "DROP TRIGGER voucher_no_delete",
		"DELETE FROM line WHERE seq = %d", "DELETE FROM voucher WHERE seq = %d", "DELETE FROM record WHERE seq = %d",
	} {
		if strings.Contains(x, "%d") {
			x = fmt.Sprintf(x, last)
		}
		if _, err := q.Exec(x); err != nil {
			t.Fatal(err)
		}
	}
	_ = q.Close()
	for _, full := range []bool{true, false} {
		r := verifyPath(t, path, audit.Options{Full: full})
		if r.OK || r.Bad[0].Seq != last {
			t.Errorf("full %v: the cut tail is not named at %d: %+v", full, last, r.Bad)
		}
	}
}

func lastSeq(t *testing.T, path string) int64 {
	t.Helper()
	q := foreign(t, path)
	defer q.Close()
	e := &editor{t: t, q: q}
	return e.ints("SELECT max(seq) FROM record WHERE county = 360726")[0]
}

func snapshot(t *testing.T, d *db.DB) []byte {
	t.Helper()
	path := t.TempDir() + "/snapshot.db"
	if _, err := d.Write.ExecContext(t.Context(), "VACUUM INTO ?", path); err != nil {
		t.Fatal(err)
	}
	return readFile(t, path)
}

// TestBlnkEffectiveDateIsNeitherLockedNorHashed is LEDGERS finding 3: a column
// outside the hash rewrites balances as of a past day. Here every column of a
// line and of its record is named when it moves, and the balance on the day with
// it.
func TestBlnkEffectiveDateIsNeitherLockedNorHashed(t *testing.T) {
	t.Parallel()
	body := honest(t)
	path := writeStore(t, t.TempDir(), "day.db", body)
	e := &editor{t: t}
	e.q = foreign(t, path)
	seq := e.ints("SELECT max(seq) - 3 FROM record WHERE kind = 'entry'")[0]
	rearm := disarm(t, e.q)
	for _, x := range []string{"UPDATE line SET day = 20260401 WHERE seq = %d", "UPDATE record SET day = 20260401 WHERE seq = %d"} {
		if _, err := e.q.Exec(fmt.Sprintf(x, seq)); err != nil {
			t.Fatal(err)
		}
	}
	rearm()
	_ = e.q.Close()
	r := verifyPath(t, path, audit.Options{Full: true})
	codes := ""
	for _, b := range r.Bad {
		if b.Seq == seq {
			codes += " " + b.Code
		}
	}
	if !strings.Contains(codes, "line.day") || !strings.Contains(codes, "record.day") {
		t.Errorf("named at %d:%s; all: %+v", seq, codes, r.Bad)
	}
}

// TestUntrustedKeyIsNamed: a log that does not begin with a key the caller trusts
// is named, and an unknown county is an error.
func TestUntrustedKeyIsNamed(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	s := newStore(t, d)
	s.lot("A1", "1000.00")
	if _, err := s.SignHead(t.Context(), county); err != nil {
		t.Fatal(err)
	}
	for _, full := range []bool{true, false} {
		r, err := audit.Verify(t.Context(), d, audit.Options{Full: full, County: county, Trusted: []string{"fundbook/360726+00000000+AAAA"}})
		if err != nil || r.OK || r.Bad[0].Code != "head.untrusted" {
			t.Errorf("full %v: %v %+v", full, err, r)
		}
	}
	if _, err := audit.Verify(t.Context(), d, audit.Options{County: "999999"}); err == nil {
		t.Error("an unknown county is verified")
	}
}
