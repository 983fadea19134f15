package ledger_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/internal/app"
	"fundbook/ledger"
)

func appPost(ps ...ledger.Posting) app.Command { return app.RawPost{Items: ps} }

// TestJournalIsEverythingInOrder reads the journal page by page and compares it
// with the entries posted, lines and links included.
func TestJournalIsEverythingInOrder(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 31, 300)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 60)
		reversed := map[int64]int64{}
		for i := range h.entries {
			if o := h.entries[i].entry.Reverses; o != 0 {
				reversed[o] = h.entries[i].seq
			}
		}
		var got []ledger.EntryView
		page := ledger.Page{Limit: 37}
		for {
			p, err := ledger.Journal(t.Context(), s.db.Read, no, ledger.At{}, page)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, p.Rows...)
			if page.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if len(got) != len(h.entries) {
			t.Fatalf("%d entries, want %d", len(got), len(h.entries))
		}
		for i := range got {
			h.checkView(t, &got[i], &h.entries[i], reversed[h.entries[i].seq])
			one, err := ledger.EntryBySeq(t.Context(), s.db.Read, no, got[i].Seq)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got[i], one); diff != "" {
				t.Fatalf("EntryBySeq(%d) differs from the journal\n%s", got[i].Seq, diff)
			}
			for _, v := range one.Vouchers {
				byNo, err := ledger.Voucher(t.Context(), s.db.Read, no, v)
				if err != nil || byNo.Seq != one.Seq {
					t.Fatalf("Voucher(%s) = %d, %v, want %d", v, byNo.Seq, err, one.Seq)
				}
			}
		}
		known, err := ledger.Journal(t.Context(), s.db.Read, no, ledger.At{KnownAt: 20}, ledger.Page{Limit: 500})
		if err != nil || known.Next != "" || known.Rows[len(known.Rows)-1].Seq != 20 {
			t.Errorf("the journal as known at 20 ends at %+v, %v", known.Rows[len(known.Rows)-1].Seq, err)
		}
	})
}

func (h *history) checkView(t *testing.T, v *ledger.EntryView, want *recorded, reversedBy int64) {
	t.Helper()
	e := &want.entry
	if v.Seq != want.seq || v.Event != e.Event || v.Step != e.Step || v.Date != e.Date || v.Memo != e.Memo || v.Decision != e.Decision ||
		v.Reverses != e.Reverses || v.ReversedBy != reversedBy || v.EventName == "" || len(v.Lines) != len(e.Lines()) {
		t.Fatalf("entry %d: %+v, want %+v, reversed by %d", want.seq, v, e.Head, reversedBy)
	}
	for i, l := range e.Lines() {
		x := &v.Lines[i]
		side := map[ledger.Side]string{ledger.Debit: "debit", ledger.Credit: "credit"}[l.Side]
		q := mustKeyQuery(t, x.Account)
		peer := h.codeOf(l.Key.Peer)
		if x.Line != i+1 || x.Side != side || x.Amount != l.Amount || x.Note != l.Note || x.Inferred != l.Inferred || x.LotID != l.Key.Lot ||
			q != ledger.KeyQueryOf(l.Key, h.codeOf(l.Key.Lot), peer) || x.Peer != peer {
			t.Fatalf("entry %d line %d: %+v, want %+v", want.seq, i+1, x, l)
		}
	}
}

// TestVouchersRunInOrder lists every series and compares it with the numbers that
// the rule 4.7 gives: 1..n per book and period in order of recording.
func TestVouchersRunInOrder(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 32, 300)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 60)
		type series struct {
			book   ledger.Book
			period ledger.Period
		}
		want := map[series][]int64{}
		for i := range h.entries {
			e := &h.entries[i].entry
			for _, b := range e.Books() {
				at := series{b, ledger.PeriodOf(e.Date, e.Period13)}
				want[at] = append(want[at], h.entries[i].seq)
			}
		}
		for at, seqs := range want {
			var got []int64
			page := ledger.Page{Limit: 7}
			for {
				p, err := ledger.Vouchers(t.Context(), s.db.Read, no, ledger.VoucherQuery{Book: at.book, Period: at.period}, page)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range p.Rows {
					got = append(got, x.Seq)
					if x.No != int64(len(got)) {
						t.Fatalf("%v: number %d in place %d", at, x.No, len(got))
					}
				}
				if page.Cursor = p.Next; p.Next == "" {
					break
				}
			}
			if !slices.Equal(got, seqs) {
				t.Errorf("%v: %v, want %v", at, got, seqs)
			}
		}
		empty, err := ledger.Vouchers(t.Context(), s.db.Read, no, ledger.VoucherQuery{Book: "C", Period: 209901}, ledger.Page{})
		if err != nil || empty.Rows == nil || len(empty.Rows) != 0 {
			t.Errorf("a period without vouchers: %+v, %v", empty, err)
		}
	})
}

// TestVoucherHeadTotals: the totals are of the book listed.
func TestVoucherHeadTotals(t *testing.T) {
	t.Parallel()
	lots := worldLots()[:1]
	part := []ledger.Part{{Lot: lots[0].ID, Amount: 100_00}}
	h := smallHistory(t, "合计", lots,
		ledger.Posting{Event: "E01", Date: mustDate(t, "2018-03-01"), Parts: part},
		ledger.Posting{Event: "E02", Date: mustDate(t, "2018-03-01"), Parts: part},
		ledger.Posting{Event: "E04", Date: mustDate(t, "2018-03-02"), Into: "7104", Unit: "T1", Parts: part},
		ledger.Posting{Event: "E04c", Date: mustDate(t, "2018-03-03"), Township: "T1", Parts: part},
	)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 1)
		list := func(b ledger.Book) []ledger.VoucherHead {
			p, err := ledger.Vouchers(t.Context(), s.db.Read, no, ledger.VoucherQuery{Book: b, Period: 201803}, ledger.Page{})
			if err != nil {
				t.Fatal(err)
			}
			return p.Rows
		}
		county, town := list("C"), list("T1")
		if len(county) != 4 || len(town) != 1 {
			t.Fatalf("%d and %d vouchers, want 4 and 1", len(county), len(town))
		}
		if x := county[1]; x.Money != 100_00 || x.Authority != 100_00 || x.Lines != 4 {
			t.Errorf("E02: %+v", x)
		}
		if x := town[0]; x.Money != 100_00 || x.Authority != 0 || x.Lines != 2 || x.No != 1 || x.Seq != county[3].Seq {
			t.Errorf("E04c in the township: %+v", x)
		}
	})
}
