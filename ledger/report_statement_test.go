package ledger_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"fundbook/ledger"
)

// wantRow is what the oracle knows of a row of a statement.
type wantRow struct {
	Date    ledger.Date
	Seq     int64
	Line    int
	Side    string
	Amount  ledger.Amount
	Balance ledger.Amount
	Event   ledger.EventCode
	Note    string
}

// statement folds the entries: the lines that match, in order of day, record and
// line, with the running balance from the beginning of the books.
func (h *history) statement(q ledger.StatementQuery, match func(*ledger.Key) bool) (opening ledger.Amount, rows []wantRow) {
	type placed struct {
		row wantRow
		net ledger.Amount
	}
	var list []placed
	h.each(q.At, func(seq int64, n int, e *ledger.Entry, l *ledger.Line) {
		if !match(&l.Key) {
			return
		}
		side := "debit"
		if l.Side == ledger.Credit {
			side = "credit"
		}
		list = append(list, placed{wantRow{e.Date, seq, n + 1, side, l.Amount, 0, e.Event, l.Note}, l.Net()})
	})
	slices.SortStableFunc(list, func(a, b placed) int { return int(a.row.Date) - int(b.row.Date) })
	var balance ledger.Amount
	for _, x := range list {
		balance += x.net
		if x.row.Date < q.From {
			opening = balance
			continue
		}
		x.row.Balance = balance
		rows = append(rows, x.row)
	}
	return opening, rows
}

// readStatement reads a statement page by page.
func (h *history) readStatement(t *testing.T, s *reportStore, no int32, q ledger.StatementQuery, limit int) (first ledger.StatementPage, rows []wantRow) {
	t.Helper()
	page := ledger.Page{Limit: limit}
	for i := 0; ; i++ {
		got, err := ledger.Statement(t.Context(), s.db.Read, no, q, page)
		if err != nil {
			t.Fatalf("Statement(%+v): %v", q, err)
		}
		if i == 0 {
			first = got
		}
		if len(got.Rows) > limit || (got.Next != "" && len(got.Rows) != limit) {
			t.Fatalf("page %d has %d rows of %d, next %q", i, len(got.Rows), limit, got.Next)
		}
		carried := first.Opening
		if len(rows) > 0 {
			carried = rows[len(rows)-1].Balance
		}
		if got.Carried != carried || got.Balance != first.Balance || got.At != first.At {
			t.Fatalf("page %d: carried %s, want %s; %+v", i, got.Carried, carried, got.At)
		}
		for _, x := range got.Rows {
			rows = append(rows, wantRow{x.Date, x.Seq, x.Line, x.Side, x.Amount, x.Balance, x.Event, x.Note})
		}
		if got.Next == "" {
			return first, rows
		}
		page.Cursor = got.Next
		if i%2 == 0 {
			q = ledger.StatementQuery{} // the cursor keeps the query
		} else {
			q = ledger.StatementQuery{Account: mustKeyQuery(t, got.Account), From: got.From, At: ledger.At{AsOf: got.At.AsOf}}
		}
	}
}

func mustKeyQuery(t *testing.T, text string) ledger.KeyQuery {
	t.Helper()
	q, err := ledger.ParseKeyQuery(text)
	if err != nil {
		t.Fatalf("ParseKeyQuery(%q): %v", text, err)
	}
	return q
}

// TestStatementEqualsTheFold pages through statements of one account and of many,
// at random moments and with random page sizes.
func TestStatementEqualsTheFold(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 21, 500)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 60)
		all, err := ledger.Balances(t.Context(), s.db.Read, no, ledger.KeyQuery{}, ledger.At{})
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(22, 22))
		for i := range 120 {
			x := &all.Rows[r.IntN(len(all.Rows))]
			q := ledger.StatementQuery{Account: mustKeyQuery(t, x.Text)}
			key := h.keyOf(x)
			match := func(k *ledger.Key) bool { return *k == key }
			switch i % 4 {
			case 1:
				q.Account = mustKeyQuery(t, x.ID)
			case 2:
				q.Account = ledger.KeyQuery{Account: string(x.Code)}
				match = func(k *ledger.Key) bool { return k.Account == x.Code }
			case 3:
				q.Account = ledger.KeyQuery{Account: string(x.Code), Lot: x.Lot, Book: string(x.Book)}
				match = func(k *ledger.Key) bool { return k.Account == x.Code && k.Lot == x.LotID && k.Book == x.Book }
			}
			if r.IntN(2) == 0 {
				q.From = mustDate(t, "2024-01-01").AddDays(r.IntN(300))
			}
			if r.IntN(2) == 0 {
				q.AsOf = max(q.From, mustDate(t, "2024-03-01").AddDays(r.IntN(500)))
			}
			if r.IntN(3) == 0 {
				q.KnownAt = h.last - r.Int64N(h.last/2)
			}
			opening, want := h.statement(q, match)
			first, got := h.readStatement(t, s, no, q, 1+r.IntN(40))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("Statement(%+v) (-fold +store)\n%s", q, diff)
			}
			debit, credit := h.net(q.At, match)
			if first.Opening != opening || first.Balance != debit-credit || first.Opening+first.Debit-first.Credit != first.Balance {
				t.Fatalf("Statement(%+v): opening %s, balance %s, want %s, %s", q, first.Opening, first.Balance, opening, debit-credit)
			}
		}
	})
}

// TestStatementIsOfOneMoment: what is posted while somebody pages, back-dated
// lines included, does not move the rest of the statement.
func TestStatementIsOfOneMoment(t *testing.T) {
	t.Parallel()
	lots := worldLots()[:1]
	part := []ledger.Part{{Lot: lots[0].ID, Amount: 100_00}}
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := newHistory(t, "翻页", lots)
		for d := range 10 {
			if _, err := h.do(ledger.Posting{Event: "E01", Date: mustDate(t, "2018-03-01").AddDays(d / 3), Parts: part}); err != nil {
				t.Fatal(err)
			}
		}
		no := s.put("360726", h, 100)
		first, err := statementOf(t.Context(), s.db.Read, no, "C:7101:K1,only", ledger.Page{Limit: 4})
		if err != nil {
			t.Fatal(err)
		}
		before, err := ledger.Statement(t.Context(), s.db.Read, no, ledger.StatementQuery{}, ledger.Page{Limit: 500, Cursor: first.Next})
		if err != nil {
			t.Fatal(err)
		}
		s.clock = max(s.clock, s.dayOf(&told{posting: ledger.Posting{Date: mustDate(t, "2018-03-20")}}))
		for _, day := range []string{"2018-03-01", "2018-03-02", "2018-03-03", "2018-03-09"} {
			for range 3 {
				s.command("360726", appPost(ledger.Posting{Event: "E01", Date: mustDate(t, day), Parts: part}))
			}
		}
		after, err := ledger.Statement(t.Context(), s.db.Read, no, ledger.StatementQuery{}, ledger.Page{Limit: 500, Cursor: first.Next})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("the second page moved (-before +after)\n%s", diff)
		}
		fresh, err := statementOf(t.Context(), s.db.Read, no, "C:7101:K1", ledger.Page{Limit: 500})
		if err != nil || len(fresh.Rows) != 22 || fresh.Balance != 2200_00 {
			t.Errorf("a fresh statement has %d rows, balance %s, %v; want 22, 2200.00", len(fresh.Rows), fresh.Balance, err)
		}
	})
}

// TestStatementRowsShowTheVoucher: number, event, memo, counter accounts, note.
func TestStatementRowsShowTheVoucher(t *testing.T) {
	t.Parallel()
	lots := worldLots()[:2]
	part := func(fen ledger.Amount) []ledger.Part {
		return []ledger.Part{{Lot: lots[0].ID, Amount: fen, Note: "村级公路"}, {Lot: lots[1].ID, Amount: fen}}
	}
	day := func(s string) ledger.Date { return mustDate(t, s) }
	h := smallHistory(t, "凭证", lots,
		ledger.Posting{Event: "E01", Date: day("2018-03-01"), Parts: part(1000_00)},
		ledger.Posting{Event: "E02", Date: day("2018-03-02"), Parts: part(1000_00), Memo: "到位"},
		ledger.Posting{Event: "E23", Date: day("2018-03-05"), Reverses: 8, Memo: "冲销"},
	)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		h := *h
		no := s.put("360726", &h, 1)
		got, err := statementOf(t.Context(), s.db.Read, no, "C:1001:K1", ledger.Page{})
		if err != nil {
			t.Fatal(err)
		}
		voucher := func(n int64) []ledger.VoucherNo {
			return []ledger.VoucherNo{{Book: "C", Period: 201803, Word: "记", No: n}}
		}
		counter := []ledger.AccountRef{{Code: "4001", Name: "上级补助收入"}}
		want := []ledger.StatementRow{
			{
				Date: day("2018-03-02"), Seq: 8, Line: 1, Vouchers: voucher(2), Event: "E02", Memo: "到位", Account: "C:1001:K1,only",
				Side: "debit", Amount: 1000_00, Counter: counter, Note: "村级公路", Balance: 1000_00,
			},
			{
				Date: day("2018-03-05"), Seq: 9, Line: 1, Vouchers: voucher(3), Event: "E23", Memo: "冲销", Account: "C:1001:K1,only",
				Side: "debit", Amount: -1000_00, Counter: counter, Note: "村级公路", Reverses: 8, Balance: 0,
			},
		}
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if got.Name != "国库待拨资金" || got.Debit != 0 || got.Credit != 0 {
			t.Errorf("head %+v; a reversal leaves no turnover on its side", got)
		}
	})
}

// TestCursorsRefused: a cursor that was changed, cut, or made for something else
// is a fault.
func TestCursorsRefused(t *testing.T) {
	t.Parallel()
	h := worldHistory(t, 23, 80)
	eachReportStore(t, func(t *testing.T, s *reportStore) {
		one, two := *h, *h
		no, other := s.put("360726", &one, 60), s.put("360727", &two, 60)
		ctx, q := t.Context(), s.db.Read
		sq := ledger.StatementQuery{Account: ledger.KeyQuery{Account: "7101"}}
		statement := func(county int32, sq ledger.StatementQuery, cursor string) error {
			_, err := ledger.Statement(ctx, q, county, sq, ledger.Page{Cursor: cursor, Limit: 3})
			return err
		}
		first, err := ledger.Statement(ctx, q, no, sq, ledger.Page{Limit: 3})
		if err != nil || first.Next == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		journal, err := ledger.Journal(ctx, q, no, ledger.At{}, ledger.Page{Limit: 3})
		if err != nil || journal.Next == "" {
			t.Fatal(err)
		}
		vouchers, err := ledger.Vouchers(ctx, q, no, ledger.VoucherQuery{Book: "C", Period: 202401}, ledger.Page{Limit: 3})
		if err != nil || vouchers.Next == "" {
			t.Fatal(err)
		}
		c := first.Next
		for name, err := range map[string]error{
			"other county":     statement(other, sq, c),
			"other list":       statement(no, sq, journal.Next),
			"other account":    statement(no, ledger.StatementQuery{Account: ledger.KeyQuery{Account: "1001"}}, c),
			"other days":       statement(no, ledger.StatementQuery{Account: sq.Account, From: mustDay2024}, c),
			"other moment":     statement(no, ledger.StatementQuery{Account: sq.Account, At: ledger.At{KnownAt: 7}}, c),
			"cut":              statement(no, sq, c[:len(c)-1]),
			"longer":           statement(no, sq, c+"A"),
			"new line in it":   statement(no, sq, c[:10]+"\n"+c[10:]),
			"not base64":       statement(no, sq, "ü"+c),
			"very long":        statement(no, sq, strings.Repeat("A", 10_000)),
			"vouchers as this": statement(no, sq, vouchers.Next),
		} {
			if codeOf(err) != "ledger.cursor" {
				t.Errorf("%s: %v, want ledger.cursor", name, err)
			}
		}
		for i := range len(c) {
			changed := []byte(c)
			if changed[i] == 'A' {
				changed[i] = 'B'
			} else {
				changed[i] = 'A'
			}
			if err := statement(no, sq, string(changed)); codeOf(err) != "ledger.cursor" {
				t.Errorf("character %d changed: %v", i, err)
			}
		}
		if _, err := ledger.Journal(ctx, q, no, ledger.At{}, ledger.Page{Cursor: c}); codeOf(err) != "ledger.cursor" {
			t.Errorf("a statement's cursor in the journal: %v", err)
		}
		if _, err := ledger.Vouchers(ctx, q, no, ledger.VoucherQuery{Book: "C", Period: 202402}, ledger.Page{Cursor: vouchers.Next}); codeOf(err) != "ledger.cursor" {
			t.Errorf("another period: %v", err)
		}
		if err := statement(no, sq, c); err != nil {
			t.Errorf("its own cursor: %v", err)
		}
	})
}
