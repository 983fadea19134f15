package audit_test

import (
	"context"
	"errors"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// TestStoreSecretChangesUnseen: record 1 keeps a MAC of a constant under the
// store's secret, so another secret shows; a missing one is not made again.
func TestStoreSecretChangesUnseen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.lot("A", "1000.00")
		s.Close()
		tamper(t, d, "UPDATE store SET mac_secret = "+blob(d, 32))
		both(t, d, audit.Options{}, func(r audit.Report) {
			mustName(t, r, "secret.changed", 10, "store")
			if list := named(r, "secret.changed"); len(list) == 0 || list[0].Seq != 1 || list[0].County != county {
				t.Errorf("%+v, want record 1 of %s", list, county)
			}
		})
		tamper(t, d, "UPDATE store SET mac_secret = "+blob(d, 31))
		both(t, d, audit.Options{}, func(r audit.Report) { mustName(t, r, "secret.malformed", 10, "31") })
		tamper(t, d, "DELETE FROM store")
		both(t, d, audit.Options{}, func(r audit.Report) { mustName(t, r, "secret.missing", 10, "store") })

		again, err := db.Open(t.Context(), d.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if err := again.CheckSchema(t.Context()); err != nil {
			t.Fatalf("a store without its secret cannot be opened: %v", err)
		}
		a := app.Open(app.Options{DB: again, Data: s.data, Clock: s.clock.Load})
		defer a.Close()
		cmd := app.PostCmd{Items: []ledger.Posting{{Event: "E01", Date: day("2026-05-01"), Parts: part(lot, "1.00")}}}
		_, err = a.Do(t.Context(), app.Request{County: county, Who: finance, Key: "audit-no-secret-0001", Raw: []byte("x")}, cmd)
		if !errors.Is(err, db.ErrSecret) {
			t.Errorf("posting without the secret: %v, want db.secret", err)
		}
		both(t, again, audit.Options{}, func(r audit.Report) { mustName(t, r, "secret.missing", 10) })
	})
}

// TestCountyRecordOfVersion1Verifies: logs that began before record 1 kept a MAC
// under the secret stay sound.
func TestCountyRecordOfVersion1Verifies(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	var empty translog.Frontier
	frontier, err := empty.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Write.NewRaw(`INSERT INTO head (county, code, name, next_seq, next_key, next_series, last_at, epoch, frontier)
 VALUES (360726, '360726', '安远县', 1, 1, 1, 0, 0, ?)`, frontier).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, vkey, err := translog.GenerateKey(translog.Origin(county))
	if err != nil {
		t.Fatal(err)
	}
	s := &store{t: t, db: d}
	s.clock.Store(at("2026-06-15"))
	s.forge(func(_ context.Context, tx *db.Tx) error {
		var enc translog.Encoder
		translog.AppendCounty(&enc, translog.County{Code: county, Name: "安远县", VKey: vkey})
		payload, err := enc.Finish()
		tx.AddRecord(translog.KindCounty, 0, 0, payload)
		return err
	})
	both(t, d, audit.Options{}, func(r audit.Report) {
		if !r.OK || r.Counties[0].Leaves != 1 {
			t.Errorf("%+v", r)
		}
	})
}
