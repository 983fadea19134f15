package ledger

import (
	"fundbook/internal/translog"
)

// StatementQuery says whose lines are wanted, and of which days: From (zero: from
// the first line) to AsOf (zero: to the last).
type StatementQuery struct {
	// Account selects one account, or the accounts of one code: 1001 of every lot,
	// 7202 of one project. It must not be empty.
	Account KeyQuery `json:"account"`
	At
	From Date `json:"from,omitzero"`
}

// StatementPage (明细账) is a page of the lines of an account in order of
// effective day, then record, then line, each with the running balance after it.
type StatementPage struct {
	County  string `json:"county"`
	Account string `json:"account"` // printed form of the query
	Code    Code   `json:"code"`
	Name    string `json:"name"`
	At      At     `json:"at"`
	From    Date   `json:"from,omitzero"`
	// Opening is the balance before the first day asked for (期初余额), Debit and
	// Credit the turnover (本期发生额) and Balance the balance (期末余额) of the whole
	// statement, not of the page. Debit positive, in fen.
	Opening Amount `json:"opening"`
	Debit   Amount `json:"debit"`
	Credit  Amount `json:"credit"`
	Balance Amount `json:"balance"`
	// Carried is the balance brought to the first row of this page (承前页).
	Carried Amount         `json:"carried"`
	Rows    []StatementRow `json:"rows"`
	Next    string         `json:"next,omitempty"` // cursor of the next page; empty on the last
}

// StatementRow (明细账行) is one line. Amount is in fen on the side of the line,
// red (红字) negative; Balance is the running balance, debit positive.
type StatementRow struct {
	Date     Date         `json:"date"`
	Seq      int64        `json:"seq"`
	Line     int          `json:"line"` // from 1
	Vouchers []VoucherNo  `json:"vouchers"`
	Event    EventCode    `json:"event"`
	Step     string       `json:"step,omitempty"`
	Memo     string       `json:"memo,omitempty"`
	Account  string       `json:"account"` // exactly, as ParseKeyQuery reads it
	Side     string       `json:"side"`    // debit or credit
	Amount   Amount       `json:"amount"`
	Counter  []AccountRef `json:"counter"` // 对方科目
	Note     string       `json:"note,omitempty"`
	Inferred bool         `json:"inferred,omitempty"` // 推定
	Reverses int64        `json:"reverses,omitempty"` // the entry this one turns red
	Balance  Amount       `json:"balance"`
}

// AccountRef names an account of the chart.
type AccountRef struct {
	Code Code   `json:"code"`
	Name string `json:"name"`
}

// check refuses a statement of nothing, and days in the wrong order.
func (q *StatementQuery) check() error {
	if err := q.Account.check(); err != nil {
		return err
	}
	switch {
	case q.Account.ID == 0 && len(q.Account.Account) != 4:
		return ErrStatement.With("%q：须写明账户编号或四位科目", q.Account.String())
	case q.AsOf != 0 && q.From > q.AsOf:
		return ErrStatement.With("起日 %s 晚于止日 %s", q.From, q.AsOf)
	}
	return nil
}

// lineRow is a line as stored: its place, its account by number and its amount.
type lineRow struct {
	Seq  int64
	Fen  int64
	Key  int64
	Day  int32
	N    int16
	Side int8
}

// linePlace is where a statement has got to; lines sort by day, seq, n.
type linePlace struct {
	day int32
	seq int64
	n   int16
}

func (l *lineRow) place() linePlace { return linePlace{l.Day, l.Seq, l.N} }

func (p linePlace) before(o linePlace) bool {
	switch {
	case p.day != o.day:
		return p.day < o.day
	case p.seq != o.seq:
		return p.seq < o.seq
	}
	return p.n < o.n
}

const cursorStatement = "statement"

// statementCursor writes the cursor after a line. The moment is pinned to the
// record that the first page was read at.
func statementCursor(county int32, q StatementQuery, after linePlace) (string, error) {
	return sealCursor(cursorStatement, county, func(e *translog.Encoder) {
		e.Text(q.Account.String())
		e.Day(int32(q.From))
		e.Day(int32(q.AsOf))
		e.Varint(q.KnownAt)
		e.Varint(int64(after.day))
		e.Varint(after.seq)
		e.Varint(int64(after.n))
	})
}

// resumeStatement returns the query that a cursor keeps and the place after
// which it goes on. A query given beside the cursor must be the same, or leave
// everything out.
func resumeStatement(county int32, given StatementQuery, cursor string) (q StatementQuery, after linePlace, err error) {
	var account string
	err = openCursor(cursorStatement, county, cursor, func(d *translog.Decoder) {
		account = d.Text()
		q.From, q.AsOf, q.KnownAt = Date(d.Day()), Date(d.Day()), d.Varint()
		after.day, after.seq, after.n = int32(d.Varint()), d.Varint(), int16(d.Varint())
	})
	if err != nil {
		return q, after, err
	}
	if q.Account, err = ParseKeyQuery(account); err != nil || q.KnownAt < 1 || after.seq < 1 || after.n < 0 || dateOfNumber(after.day) == 0 {
		return q, after, ErrCursor.With("内容不成立")
	}
	if given == (StatementQuery{}) {
		return q, after, nil
	}
	if given.KnownAt == 0 {
		given.KnownAt = q.KnownAt
	}
	if given != q {
		return q, after, ErrCursor.With("标记属于账户 %s（%s 至 %s，序号 %d）的明细账", account, q.From, q.AsOf, q.KnownAt)
	}
	return q, after, nil
}

// statementRow fills a row from the entry that a line belongs to. The line must
// be the entry's own, or the store contradicts its log.
func statementRow(e *Entry, l *lineRow, codes lotCodes) (StatementRow, error) {
	lines := e.Lines()
	if int(l.N) >= len(lines) {
		return StatementRow{}, ErrEncoding.With("记录 %d 没有第 %d 行；请运行 fundbook verify", l.Seq, l.N+1)
	}
	own := &lines[l.N]
	if int64(own.Amount) != l.Fen || int8(own.Side) != l.Side || e.Date.Number() != l.Day {
		return StatementRow{}, ErrEncoding.With("记录 %d 第 %d 行与分录表不符；请运行 fundbook verify", l.Seq, l.N+1)
	}
	return StatementRow{
		Date: e.Date, Seq: l.Seq, Line: int(l.N) + 1, Vouchers: e.Vouchers, Event: e.Event, Step: e.Step, Memo: e.Memo,
		Account: codes.text(&own.Key), Side: sideName(own.Side), Amount: own.Amount, Counter: counterAccounts(lines, own),
		Note: own.Note, Inferred: own.Inferred, Reverses: e.Reverses,
	}, nil
}

// counterAccounts (对方科目) are the accounts that the rest of the entry moves the
// other way, within the line's own book, group and lot, where it balances; in
// order of the entry.
func counterAccounts(lines []Line, own *Line) []AccountRef {
	out := []AccountRef{}
	for i := range lines {
		l := &lines[i]
		if l.Key.Lot != own.Key.Lot || l.Key.Book != own.Key.Book || (l.Net() < 0) == (own.Net() < 0) ||
			GroupOf(l.Key.Account) != GroupOf(own.Key.Account) {
			continue
		}
		ref := AccountRef{l.Key.Account, accountName(string(l.Key.Account))}
		seen := false
		for _, r := range out {
			seen = seen || r == ref
		}
		if !seen {
			out = append(out, ref)
		}
	}
	return out
}

// runBalances fills in the running balances of rows, from the balance brought
// to the first.
func runBalances(carried Amount, rows []StatementRow, lines []lineRow) {
	for i := range rows {
		carried += Amount(int64(lines[i].Side) * lines[i].Fen)
		rows[i].Balance = carried
	}
}
