package audit_test

import (
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
)

// TestQuickVerifySaysWhatItLeavesOut: a dossier changed by hand passes the quick check,
// which says that it folds none; the full one names it and leaves nothing out.
func TestQuickVerifySaysWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		s.divisions()
		code := s.library("好路", "030101", false)
		if _, err := d.Write.ExecContext(t.Context(), "UPDATE dossier SET title = 'another' WHERE kind = 'project' AND code = '"+code+"'"); err != nil {
			t.Fatal(err)
		}
		quick, err := audit.Verify(t.Context(), d, audit.Options{})
		if err != nil || !quick.OK {
			t.Fatalf("quick: %+v %v", quick.Bad, err)
		}
		said := ""
		for _, x := range quick.NotChecked {
			said += x.ZH + "\n" + x.EN + "\n"
		}
		if !strings.Contains(said, "案卷") || !strings.Contains(said, "dossiers") {
			t.Errorf("quick does not say that dossiers are not folded: %s", said)
		}
		full, err := audit.Verify(t.Context(), d, audit.Options{Full: true})
		if err != nil || full.OK || len(full.NotChecked) != 0 || full.Bad[0].Code != "table.dossier" {
			t.Errorf("full: %+v %v", full, err)
		}
	})
}
