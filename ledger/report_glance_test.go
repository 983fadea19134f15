package ledger_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/ledger"
)

// TestGlanceAnswersWhatBalancesAnswer compares the one-statement read with the
// general one for every lot, book and account of a random county, on random days.
func TestGlanceAnswersWhatBalancesAnswer(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 5, 400)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 40)
		all, err := ledger.Balances(t.Context(), s.db.Read, no, ledger.KeyQuery{}, ledger.At{})
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(9, 9))
		answered := 0
		for i := range all.Rows {
			row := &all.Rows[i]
			kq := ledger.KeyQuery{Book: string(row.Book), Account: string(row.Code), Lot: row.Lot}
			if r.IntN(2) == 0 {
				kq.Project = row.Project
			}
			at := ledger.At{}
			if r.IntN(2) == 0 {
				at.AsOf = mustDate(t, "2023-12-25").AddDays(r.IntN(900))
			}
			got, _, ok, err := ledger.GlanceBalances(t.Context(), s.db, "360726", kq, at)
			if err != nil {
				t.Fatal(err)
			}
			want, err := ledger.Balances(t.Context(), s.db.Read, no, kq, at)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				if len(want.Rows) > 0 && row.Peer == "" {
					t.Errorf("%+v %+v: the glance finds nothing, Balances %d rows", kq, at, len(want.Rows))
				}
				continue
			}
			answered++
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%+v %+v (-balances +glance):\n%s", kq, at, diff)
			}
		}
		if answered < len(all.Rows)/2 {
			t.Errorf("the glance answered %d of %d", answered, len(all.Rows))
		}
		for _, kq := range []ledger.KeyQuery{
			{}, {Book: "C", Account: "10", Lot: all.Rows[0].Lot}, {Book: "C", Account: "1001"}, {ID: 1}, {Book: "C", Account: "1001", Lot: "nowhere"},
		} {
			if _, _, ok, err := ledger.GlanceBalances(t.Context(), s.db, "360726", kq, ledger.At{}); ok || err != nil {
				t.Errorf("%+v: answered %v, %v", kq, ok, err)
			}
		}
	})
}
