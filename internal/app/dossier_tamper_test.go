package app_test

import (
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// TestDossierChangedBySQLIsNamed: dossiers were left out of the verification, so a
// budget changed in its table passed.
func TestDossierChangedBySQLIsNamed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		s.enter(road())
		verify := func() audit.Report {
			r, err := audit.Verify(t.Context(), d, audit.Options{Full: true})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if r := verify(); !r.OK || len(r.Counties[0].Unknown) > 0 {
			t.Fatalf("control: %+v, kinds that nobody knows: %v", r.Bad, r.Counties[0].Unknown)
		}
		if _, err := d.Write.ExecContext(t.Context(), "UPDATE dossier SET amount = amount + 1"); err != nil {
			t.Fatal(err)
		}
		if r := verify(); len(r.Bad) != 1 || r.Bad[0].Code != "table.dossier" || r.Bad[0].Law != 6 || !strings.Contains(r.Bad[0].Detail, "索引") {
			t.Errorf("a changed amount: %+v, want one table.dossier", r.Bad)
		}
	})
}
