package app

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
)

// TestForeignRowsEndNoProcess: a row with a short lot or a short seal, written past
// the program, ended the process at the next command that met it, and again after
// every start.
func TestForeignRowsEndNoProcess(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		met, other := testLot(1), testLot(2)
		a.must(t, "register-lot-0001", met)
		a.must(t, "register-lot-0002", other)
		write := func(query string, args ...any) {
			t.Helper()
			if _, err := d.Write.NewRaw(query, args...).Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		write(`INSERT INTO account_key (id, county, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool)
 VALUES (?, 360726, ?, ?, 'F', 'C', '1001', '', '', '', '', '', '')`, int64(360726)<<32|5000, met.ID[:], []byte{0})
		if d.Engine == db.PostgreSQL { // which refuses a record beyond the head
			write("ALTER TABLE record DISABLE TRIGGER record_seals")
		}
		slot := translog.Slot(officer.ID, "a-key-of-somebody")
		write(`INSERT INTO record (county, seq, at, lines, actor, kind, slot, body)
 VALUES (360726, 900, 1, 0, ?, 'note', ?, ?)`, officer.ID[:], slot[:], []byte{1})
		if err := a.attempt(t, "the-lot-of-the-account", issue(met.ID, 100)); fault.KindOf(err) != fault.Internal {
			t.Errorf("an account with a short lot: %v, want an internal fault", err)
		}
		if err := a.attempt(t, "a-key-of-somebody", issue(other.ID, 100)); fault.KindOf(err) != fault.Internal {
			t.Errorf("a key whose record cannot be read: %v, want an internal fault", err)
		}
		a.must(t, "another-key-of-mine", issue(other.ID, 100))
	})
}
