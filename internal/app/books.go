package app

import (
	"context"
	"errors"
	"slices"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// Books (账簿) is the ledger of a county at one moment, as far as one account may
// see it. It is the one place that keeps the scope of a township (law 8): its own
// book, the accounts of the county book that carry its name, and the lots in
// which it has any of these. What lies outside is answered like what does not
// exist, so that nobody learns of it by asking.
type Books struct {
	v    View
	unit string // of a township; "" sees the whole county
}

// Books runs fn over one moment of a county's ledger for somebody who may read
// all of it, or the part that is a township's own.
func (a *App) Books(ctx context.Context, who auth.Who, county string, fn func(ctx context.Context, b Books) error) error {
	if who.Role != auth.Township {
		return a.Read(ctx, who, county, "read.ledger", func(ctx context.Context, v View) error { return fn(ctx, Books{v: v}) })
	}
	if who.Unit == "" || who.Unit == string(ledger.County) {
		return auth.ErrForbidden.With("乡镇账户没有指明乡镇")
	}
	return a.Read(ctx, who, county, "read.township", func(ctx context.Context, v View) error { return fn(ctx, Books{v, who.Unit}) })
}

// sees reports whether an account of book and unit lies within the scope.
func (b Books) sees(book ledger.Book, unit string) bool {
	return b.unit == "" || string(book) == b.unit || (book == ledger.County && unit == b.unit)
}

// narrow splits a selection of accounts into those of it that lie within the
// scope: of the county book, then of the township's own. An account by number
// may stand anywhere; what is read of it is still asked for by sees.
func (b Books) narrow(q ledger.KeyQuery) (out []ledger.KeyQuery) {
	if b.unit == "" || q.ID != 0 {
		return []ledger.KeyQuery{q}
	}
	named := q.Unit == b.unit || (q.Unit == "" && !q.Exact) // exactly no unit is nobody's
	if named && (q.Book == "" || q.Book == string(ledger.County)) {
		c := q
		c.Book, c.Unit = string(ledger.County), b.unit
		out = append(out, c)
	}
	if q.Book == "" || q.Book == b.unit {
		q.Book = b.unit
		out = append(out, q)
	}
	return out
}

// hidden is how a selection is answered of which nothing lies within the scope.
func hidden(q ledger.KeyQuery) error {
	return ledger.ErrKeyUnknown.With("本账户的范围内没有 %s", q)
}

// Lots returns the lots, or those whose code, document key or number is find, or
// whose identifier it is.
func (b Books) Lots(ctx context.Context, find string) (out []ledger.Lot, err error) {
	if find == "" {
		out, err = ledger.Lots(ctx, b.v.Q, b.v.County.County)
	} else {
		out, err = ledger.FindLots(ctx, b.v.Q, b.v.County.County, find)
	}
	if err != nil || b.unit == "" {
		return out, err
	}
	own, err := lotsOf(ctx, b.v.Q, b.v.County.County, b.unit)
	return slices.DeleteFunc(out, func(l ledger.Lot) bool { return !own[l.ID] }), err
}

// Entry returns one entry. A township sees of an entry its own lines and voucher
// numbers, so what it sees need not balance.
func (b Books) Entry(ctx context.Context, seq int64) (ledger.EntryView, error) {
	e, err := ledger.EntryBySeq(ctx, b.v.Q, b.v.County.County, seq)
	if err != nil || b.unit == "" {
		return e, err
	}
	e.Lines = slices.DeleteFunc(e.Lines, func(l ledger.LineView) bool { return !b.sees(l.Book, l.Unit) })
	e.Vouchers = slices.DeleteFunc(e.Vouchers, func(v ledger.VoucherNo) bool { return string(v.Book) != b.unit })
	if len(e.Lines) == 0 {
		return ledger.EntryView{}, ledger.ErrEntryUnknown.With("序号 %d", seq)
	}
	return e, nil
}

// Balances returns the balances of the accounts selected.
func (b Books) Balances(ctx context.Context, q ledger.KeyQuery, at ledger.At) (ledger.AccountList, error) {
	if b.unit == "" {
		return ledger.Balances(ctx, b.v.Q, b.v.County.County, q, at)
	}
	if at.KnownAt == 0 {
		at.KnownAt = b.v.County.NextSeq - 1
	}
	out := ledger.AccountList{County: b.v.County.Code, At: at, Rows: []ledger.AccountRow{}}
	rows, err := b.rows(ctx, q, at)
	if err != nil {
		return ledger.AccountList{}, err
	}
	if len(rows) == 0 && q != (ledger.KeyQuery{}) { // nothing yet, or nothing ever?
		now, err := b.rows(ctx, q, ledger.At{})
		if err != nil {
			return ledger.AccountList{}, err
		}
		if len(now) == 0 {
			return ledger.AccountList{}, hidden(q)
		}
	}
	out.Rows = append(out.Rows, rows...)
	return out, nil
}

// rows reads the balances of a selection within the scope; what is not there
// gives none.
func (b Books) rows(ctx context.Context, q ledger.KeyQuery, at ledger.At) (out []ledger.AccountRow, err error) {
	for _, part := range b.narrow(q) {
		list, err := ledger.Balances(ctx, b.v.Q, b.v.County.County, part, at)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		for i := range list.Rows {
			if r := &list.Rows[i]; b.sees(r.Book, r.Unit) {
				out = append(out, *r)
			}
		}
	}
	return out, nil
}

// Statement returns a page of the lines of an account. A township repeats the
// account beside the cursor: a cursor alone could be of another's.
func (b Books) Statement(ctx context.Context, q ledger.StatementQuery, page ledger.Page) (ledger.StatementPage, error) {
	if b.unit == "" {
		return ledger.Statement(ctx, b.v.Q, b.v.County.County, q, page)
	}
	asked := q.Account
	if asked.ID != 0 {
		row, err := ledger.BalanceOf(ctx, b.v.Q, b.v.County.County, asked, ledger.At{})
		if (err != nil && fault.KindOf(err) == fault.NotFound) || (err == nil && !b.sees(row.Book, row.Unit)) {
			err = hidden(asked)
		}
		if err != nil {
			return ledger.StatementPage{}, err
		}
	}
	failed := hidden(asked)
	for _, part := range b.narrow(asked) {
		q.Account = part
		out, err := ledger.Statement(ctx, b.v.Q, b.v.County.County, q, page)
		switch {
		case err == nil:
			return out, nil
		case errors.Is(err, ledger.ErrCursor):
			failed = err // it may be of the other part
		case fault.KindOf(err) != fault.NotFound:
			return out, err
		}
	}
	return ledger.StatementPage{}, failed
}

// Vouchers returns a page of a series of vouchers. A township names its book on
// every page.
func (b Books) Vouchers(ctx context.Context, q ledger.VoucherQuery, page ledger.Page) (ledger.VoucherPage, error) {
	if b.unit != "" && string(q.Book) != b.unit {
		return ledger.VoucherPage{}, ledger.ErrBookUnknown.With("%q", q.Book).At("book", "no voucher in it", string(q.Book))
	}
	return ledger.Vouchers(ctx, b.v.Q, b.v.County.County, q, page)
}

// TrialBalance returns the trial balance. Of the county book a township sees
// only accounts that carry its name, which need not balance: the checks are those
// of its own book.
func (b Books) TrialBalance(ctx context.Context, q ledger.TrialQuery) (ledger.TrialReport, error) {
	if b.unit == "" {
		return ledger.TrialBalance(ctx, b.v.Q, b.v.County.County, q)
	}
	list, err := b.Balances(ctx, ledger.KeyQuery{}, q.At)
	if err != nil {
		return ledger.TrialReport{}, err
	}
	out := ledger.TrialReport{County: list.County, At: list.At, Balanced: true, Rows: b.trialLines(list.Rows, q), Checks: b.trialChecks(list.Rows)}
	for i := range out.Checks {
		out.Balanced = out.Balanced && out.Checks[i].Balanced
	}
	return out, nil
}

// trialLines adds accounts up as the query says.
func (b Books) trialLines(rows []ledger.AccountRow, q ledger.TrialQuery) []ledger.TrialLine {
	out, at := []ledger.TrialLine{}, map[ledger.TrialLine]int{}
	for i := range rows {
		r := &rows[i]
		l := ledger.TrialLine{County: r.County, Book: r.Book, Group: r.Group, Code: r.Code, Name: r.Name}
		if q.Subs {
			l.Sub = r.Sub
		}
		if !q.Totals {
			l.Lot, l.LotID = r.Lot, r.LotID
		}
		n, known := at[l]
		if !known {
			n = len(out)
			at[l] = n
			out = append(out, l)
		}
		x := &out[n]
		x.Debit, x.Credit, x.Balance = x.Debit+r.Debit, x.Credit+r.Credit, x.Balance+r.Balance
	}
	slices.SortStableFunc(out, func(x, y ledger.TrialLine) int { return ledger.CompareKeys(trialKey(&x), trialKey(&y)) })
	return out
}

func trialKey(l *ledger.TrialLine) *ledger.Key {
	return &ledger.Key{Book: l.Book, Account: l.Code, Sub: l.Sub, Lot: l.LotID}
}

// trialChecks says of each group and lot of the township's own book whether it
// balances.
func (b Books) trialChecks(rows []ledger.AccountRow) []ledger.TrialCheck {
	out, at := []ledger.TrialCheck{}, map[ledger.TrialCheck]int{}
	for i := range rows {
		r := &rows[i]
		if string(r.Book) != b.unit {
			continue
		}
		c := ledger.TrialCheck{Book: r.Book, Group: r.Group, Lot: r.Lot, LotID: r.LotID}
		n, known := at[c]
		if !known {
			n = len(out)
			at[c] = n
			out = append(out, c)
		}
		x := &out[n]
		x.Debit, x.Credit = x.Debit+r.Debit, x.Credit+r.Credit
		x.Balanced = x.Debit == x.Credit
	}
	return out
}

// Balances returns the balances of the accounts that a query selects, for somebody
// who may read them: those of one lot in one statement, others over one moment.
func (a *App) Balances(ctx context.Context, who auth.Who, county string, q ledger.KeyQuery, at ledger.At) (out ledger.AccountList, err error) {
	if who.May("read.ledger", county) == nil {
		out, ok, err := a.glances.balances(ctx, a.db, glance{county, q, at})
		if ok || err != nil {
			return out, db.Passing(err)
		}
	}
	err = a.Books(ctx, who, county, func(ctx context.Context, b Books) error {
		out, err = b.Balances(ctx, q, at)
		return err
	})
	return out, err
}
