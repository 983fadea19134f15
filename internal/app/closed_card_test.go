package app_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
)

// TestOnlyTheCardsAskedForAreLookedUp asks of cards whether a bank has closed them: the
// answer names the closed ones among those asked for, also after the row has another
// card, and nothing of a card that came back for another reason or was not asked for.
func TestOnlyTheCardsAskedForAreLookedUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "1400.00"): "1400.00"})
		hs := households(0, 4, "1.5", "66.66")
		s.confirmedRoster("R1", p, hs)
		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1"}, "2026-04-14")
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.must("batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-04-17"), File: s.resultOf("B1", map[int]string{
			2: "该账户已销户", 3: "收款人户名不符", 4: "该账户已销户",
		})})
		s.must("roster.correct", projects.CorrectCmd{Code: "R1", Document: "更正1号", Rows: []projects.CardFix{
			{Line: 2, ID: hs[1].id, Card: dbtest.CardNumber(102)},
		}})
		cards := map[[2]int]ledger.Digest{} // by row and version
		var rows []struct {
			N, Rev    int
			CardIndex []byte
		}
		if err := d.Read.NewRaw("SELECT n, rev, card_index FROM roster_row WHERE code = 'R1'").Scan(t.Context(), &rows); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			cards[[2]int{r.N, r.Rev}] = ledger.Digest(r.CardIndex)
		}
		if len(cards) != 5 {
			t.Fatalf("%d versions of rows, want 5", len(cards))
		}
		card := func(n, rev int) ledger.Digest { return cards[[2]int{n, rev}] }
		first, old, fresh, other, last := card(1, 1), card(2, 1), card(2, 2), card(3, 1), card(4, 1)
		for _, x := range []struct {
			asked []ledger.Digest
			want  map[ledger.Digest]string
		}{
			{nil, map[ledger.Digest]string{}},
			{[]ledger.Digest{first, other, fresh}, map[ledger.Digest]string{}},
			{[]ledger.Digest{first, old, fresh}, map[ledger.Digest]string{old: "B1"}},
			{[]ledger.Digest{old, last, old}, map[ledger.Digest]string{old: "B1", last: "B1"}},
		} {
			got, err := payments.ClosedCards(t.Context(), d.Read, s.row().County, x.asked)
			if err != nil {
				t.Fatal(err)
			}
			if !cmp.Equal(got, x.want) {
				t.Errorf("of %d cards %v are closed, want %v", len(x.asked), got, x.want)
			}
		}
	})
}
