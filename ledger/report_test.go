package ledger_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

func codeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return fault.From(err).Code
}

// accepted counts the events of a history.
func (h *history) events() map[ledger.EventCode]int {
	out := map[ledger.EventCode]int{}
	for i := range h.entries {
		out[h.entries[i].entry.Event]++
	}
	return out
}

func TestReportWorldIsRich(t *testing.T) {
	t.Parallel()
	got := worldHistory(t, 5, 700).events()
	for _, e := range strings.Fields("E01 E02 E08 E12 E13 E16 E19 E23 E23p E24 E27") {
		if got[ledger.EventCode(e)] == 0 {
			t.Errorf("the random county has no %s: %v", e, got)
		}
	}
	if len(got) < 30 {
		t.Errorf("the random county has %d kinds of events: %v", len(got), got)
	}
}

// TestBalancesAtEveryMoment compares the balances of every account with the
// Model, at random pairs of effective day and record.
func TestBalancesAtEveryMoment(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 2, 500)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 40)
		r := rand.New(rand.NewPCG(3, 3))
		for range 15 {
			known := 1 + r.Int64N(h.last)
			m := h.modelAt(t, known)
			for range 15 {
				asOf := mustDate(t, "2023-12-25").AddDays(r.IntN(900))
				got, err := ledger.Balances(t.Context(), s.db.Read, no, ledger.KeyQuery{}, ledger.At{AsOf: asOf, KnownAt: known})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(m.BalancesOn(asOf), h.balancesOf(got)); diff != "" {
					t.Fatalf("Balances as of %s known at %d (-model +store)\n%s", asOf, known, diff)
				}
			}
		}
		h.compareSingles(t, s, no, r)
	})
}

// balancesOf turns a list into the Model's form.
func (h *history) balancesOf(l ledger.AccountList) []ledger.Balance {
	var out []ledger.Balance
	for i := range l.Rows {
		if x := &l.Rows[i]; x.Balance != 0 {
			out = append(out, ledger.Balance{Key: h.keyOf(x), Net: x.Balance})
		}
	}
	return out
}

func (h *history) keyOf(x *ledger.AccountRow) ledger.Key {
	var peer ledger.LotID
	for _, l := range h.lots {
		if l.Code == x.Peer {
			peer = l.ID
		}
	}
	return x.Key(peer)
}

// compareSingles reads one account at a time, by number and by name, at two
// thousand random moments.
func (h *history) compareSingles(t *testing.T, s *reportStore, no int32, r *rand.Rand) {
	t.Helper()
	all, err := ledger.Balances(t.Context(), s.db.Read, no, ledger.KeyQuery{}, ledger.At{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 {
		x := &all.Rows[r.IntN(len(all.Rows))]
		at := ledger.At{AsOf: mustDate(t, "2024-01-01").AddDays(r.IntN(800)), KnownAt: 1 + r.Int64N(h.last)}
		switch i % 4 {
		case 0:
			at.AsOf = 0
		case 1:
			at.KnownAt = 0
		}
		name := x.ID
		if i%2 == 0 {
			name = x.Text
		}
		kq, err := ledger.ParseKeyQuery(name)
		if err != nil {
			t.Fatalf("ParseKeyQuery(%q): %v", name, err)
		}
		got, err := ledger.BalanceOf(t.Context(), s.db.Read, no, kq, at)
		if err != nil {
			t.Fatalf("BalanceOf(%s, %+v): %v", name, at, err)
		}
		key := h.keyOf(x)
		debit, credit := h.net(at, func(k *ledger.Key) bool { return *k == key })
		if got.Debit != debit || got.Credit != credit || got.Balance != debit-credit || got.Text != x.Text {
			t.Fatalf("BalanceOf(%s, %+v) = %s / %s, want %s / %s", name, at, got.Debit, got.Credit, debit, credit)
		}
	}
}

// TestTrialBalance compares the trial balance with the Model's, in every form.
func TestTrialBalance(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 4, 400)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 40)
		r := rand.New(rand.NewPCG(5, 5))
		for range 60 {
			at := ledger.At{AsOf: mustDate(t, "2024-01-02").AddDays(r.IntN(800)), KnownAt: 1 + r.Int64N(h.last)}
			full, err := ledger.TrialBalance(t.Context(), s.db.Read, no, ledger.TrialQuery{At: at, Subs: true})
			if err != nil {
				t.Fatal(err)
			}
			var got []ledger.TrialRow
			for _, x := range full.Rows {
				got = append(got, ledger.TrialRow{Book: x.Book, Group: ledger.Group(x.Group[0]), Account: x.Code, Sub: x.Sub, Lot: x.LotID, Debit: x.Debit, Credit: x.Credit})
				if x.Balance != x.Debit-x.Credit || x.Lot != h.codeOf(x.LotID) || x.Name == "" || x.County != "360726" {
					t.Fatalf("row %+v", x)
				}
			}
			if diff := cmp.Diff(h.modelAt(t, at.KnownAt).TrialBalance(at.AsOf), got); diff != "" {
				t.Fatalf("TrialBalance(%+v) (-model +store)\n%s", at, diff)
			}
			if !full.Balanced {
				t.Fatalf("TrialBalance(%+v) does not balance: %+v", at, full.Checks)
			}
			totals, err := ledger.TrialBalance(t.Context(), s.db.Read, no, ledger.TrialQuery{At: at, Totals: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range totals.Rows {
				debit, credit := h.net(at, func(k *ledger.Key) bool { return k.Book == x.Book && k.Account == x.Code })
				if x.Debit != debit || x.Credit != credit || x.Lot != "" || !x.LotID.IsZero() {
					t.Fatalf("total %+v, want %s / %s", x, debit, credit)
				}
			}
			if diff := cmp.Diff(full.Checks, totals.Checks); diff != "" {
				t.Fatalf("the checks depend on the form\n%s", diff)
			}
		}
	})
}

// TestReadsRefused: an unknown thing is a fault, never an empty answer.
func TestReadsRefused(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 9, 120)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 40)
		ctx, q := t.Context(), s.db.Read
		balances := func(kq ledger.KeyQuery, at ledger.At) error {
			_, err := ledger.Balances(ctx, q, no, kq, at)
			return err
		}
		statement := func(sq ledger.StatementQuery, p ledger.Page) error {
			_, err := ledger.Statement(ctx, q, no, sq, p)
			return err
		}
		lots := func(lq ledger.LotsQuery) error { _, err := ledger.LotsReport(ctx, q, no, lq); return err }
		_, elsewhere := ledger.TrialBalance(ctx, q, no+1, ledger.TrialQuery{})
		_, many := ledger.BalanceOf(ctx, q, no, ledger.KeyQuery{Account: "7201"}, ledger.At{})
		_, noEntry := ledger.EntryBySeq(ctx, q, no, 2)
		_, noVoucher := ledger.Voucher(ctx, q, no, ledger.VoucherNo{Book: "C", Period: 202401, No: 99999})
		_, noBook := ledger.Vouchers(ctx, q, no, ledger.VoucherQuery{Book: "T9", Period: 202401}, ledger.Page{})
		_, noProject := ledger.ProjectsReport(ctx, q, no, ledger.ProjectsQuery{Project: "J9"})
		for _, c := range []struct {
			name string
			err  error
			want string
		}{
			{"county", elsewhere, "county.unknown"},
			{"lot", balances(ledger.KeyQuery{Lot: "K99"}, ledger.At{}), "ledger.lot_unknown"},
			{"account", balances(ledger.KeyQuery{Account: "1009"}, ledger.At{}), "ledger.account_unknown"},
			{"branch", balances(ledger.KeyQuery{Account: "8"}, ledger.At{}), "ledger.account_unknown"},
			{"sub", balances(ledger.KeyQuery{Account: "6102", Sub: "Z"}, ledger.At{}), "ledger.filter_value"},
			{"project", balances(ledger.KeyQuery{Project: "J99"}, ledger.At{}), "ledger.key_unknown"},
			{"book", balances(ledger.KeyQuery{Book: "T99"}, ledger.At{}), "ledger.key_unknown"},
			{"number", balances(ledger.KeyQuery{ID: 1 << 20}, ledger.At{}), "ledger.key_unknown"},
			{"number and more", balances(ledger.KeyQuery{ID: 1, Lot: "K1"}, ledger.At{}), "ledger.filter_value"},
			{"zero byte", balances(ledger.KeyQuery{Project: "J\x00"}, ledger.At{}), "ledger.filter_value"},
			{"not UTF-8", balances(ledger.KeyQuery{Project: "J\xff"}, ledger.At{}), "ledger.filter_value"},
			{"future record", balances(ledger.KeyQuery{}, ledger.At{KnownAt: h.last + 1}), "ledger.at"},
			{"negative record", balances(ledger.KeyQuery{}, ledger.At{KnownAt: -1}), "ledger.at"},
			{"many accounts", many, "ledger.key_many"},
			{"statement of nothing", statement(ledger.StatementQuery{}, ledger.Page{}), "ledger.statement"},
			{"statement of a branch", statement(ledger.StatementQuery{Account: ledger.KeyQuery{Account: "72"}}, ledger.Page{}), "ledger.statement"},
			{"statement of no account", statement(ledger.StatementQuery{Account: ledger.KeyQuery{ID: 9999}}, ledger.Page{}), "ledger.key_unknown"},
			{"days in disorder", statement(ledger.StatementQuery{Account: ledger.KeyQuery{Account: "1001"}, From: mustDay2024, At: ledger.At{AsOf: mustDay2024 - 1}}, ledger.Page{}), "ledger.statement"},
			{"page size", statement(ledger.StatementQuery{Account: ledger.KeyQuery{Account: "1001"}}, ledger.Page{Limit: 501}), "ledger.page"},
			{"cursor", statement(ledger.StatementQuery{}, ledger.Page{Cursor: "AAAA"}), "ledger.cursor"},
			{"lot of lots", lots(ledger.LotsQuery{Lot: "K99"}), "ledger.lot_unknown"},
			{"lot not registered yet", lots(ledger.LotsQuery{Lot: "K9", At: ledger.At{KnownAt: 5}}), "ledger.lot_unknown"},
			{"no entry", noEntry, "ledger.entry_unknown"},
			{"no voucher", noVoucher, "ledger.voucher_unknown"},
			{"no book", noBook, "ledger.book_unknown"},
			{"no project", noProject, "ledger.key_unknown"},
		} {
			if got := codeOf(c.err); got != c.want {
				t.Errorf("%s: %s (%v), want %s", c.name, got, c.err, c.want)
			}
		}
		// Known and unmoved is no fault.
		if err := balances(ledger.KeyQuery{Lot: "K1"}, ledger.At{KnownAt: 5}); err != nil {
			t.Errorf("a lot before its first entry: %v", err)
		}
		if err := lots(ledger.LotsQuery{Lot: "K9"}); err != nil {
			t.Errorf("a lot without an entry: %v", err)
		}
	})
}

func TestBalancesOfAnEmptyCounty(t *testing.T) {
	t.Parallel()
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		no := s.put("X-EMPTY", newHistory(t, "空县", nil), 1)
		trial, err := ledger.TrialBalance(t.Context(), s.db.Read, no, ledger.TrialQuery{})
		if err != nil || len(trial.Rows) != 0 || !trial.Balanced || trial.At.KnownAt != overhead {
			t.Errorf("TrialBalance = %+v, %v", trial, err)
		}
		lots, err := ledger.LotsReport(t.Context(), s.db.Read, no, ledger.LotsQuery{})
		if err != nil || lots.Rows == nil || len(lots.Rows) != 0 {
			t.Errorf("LotsReport = %+v, %v; want an empty list, not null", lots, err)
		}
	})
}
