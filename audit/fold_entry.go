package audit

import (
	"context"

	"fundbook/ledger"
)

// pending is an entry whose unit is not complete.
type pending struct {
	seq   int64
	entry ledger.Entry
	first error // why it cannot stand alone
}

// entry folds one entry: its numbers, its calendar, what it reverses, its days
// and its movements.
func (x *fold) entry(ctx context.Context, it *item) error {
	e := &it.entry
	x.entries++
	x.lines += int64(len(e.Lines()))
	x.vouchers(it)
	if !e.Date.IsZero() && e.Date > ledger.DateAt(it.head.At) {
		x.f.addf(it.seq, "entry.future", "凭证日期 %s 晚于记录时间", e.Date)
	}
	if e.Reverses != 0 {
		if err := x.reversal(ctx, it); err != nil {
			return err
		}
	}
	if unit, into, ok := e.Merger(); ok {
		x.rows.add(it.seq, Row{"merger", RowText(unit, into)})
	}
	x.addDays(it)
	x.post(it)
	return nil
}

// vouchers checks that the entry takes the next number in the series of each
// book it touches, and that none of their periods is closed.
func (x *fold) vouchers(it *item) {
	e := &it.entry
	books := e.Books()
	if len(books) != len(e.Vouchers) {
		x.f.addf(it.seq, "voucher.books", "凭证涉及 %d 个账套，却有 %d 个凭证号", len(books), len(e.Vouchers))
	}
	period := ledger.PeriodOf(e.Date, e.Period13)
	for i, v := range e.Vouchers {
		if i >= len(books) || v.Book != books[i] || v.Period != period || v.Word != ledger.VoucherWord {
			x.f.addf(it.seq, "voucher.series", "凭证号 %s 不合账套、日期 %s 或凭证字", v, e.Date)
		}
		if v.Period <= x.closed[v.Book] {
			x.f.addf(it.seq, "period.closed", "账套 %s 期间 %s 已结账（已结至 %s），之后又记入凭证", v.Book, v.Period, x.closed[v.Book])
		}
		k := seriesKey{v.Book, v.Period, v.Word}
		s := x.series[k]
		if s == nil {
			s = &seriesFold{}
			x.series[k] = s
		}
		s.seqs = append(s.seqs, it.seq)
		if want := int64(len(s.seqs)); v.No != want {
			x.f.addf(it.seq, "voucher.number", "凭证号 %s，该序列应为第 %d 号", v, want)
		}
	}
}

// reversal checks a link back: to an entry, an earlier one, once; and for E23 the
// same lines in red within one fiscal year.
func (x *fold) reversal(ctx context.Context, it *item) error {
	e := &it.entry
	if e.Reverses < 1 || e.Reverses >= it.seq {
		x.f.addf(it.seq, "reversal.link", "冲销第 %d 条记录，不是在前的凭证", e.Reverses)
		return nil
	}
	if other, dup := x.reversed[e.Reverses]; dup {
		x.f.addf(it.seq, "reversal.twice", "第 %d 条记录已由第 %d 条冲销", e.Reverses, other)
	}
	x.reversed[e.Reverses] = it.seq
	x.rows.add(it.seq, Row{"reversal", RowText(e.Reverses)})
	if e.Event != "E23" {
		return nil
	}
	old, ok, err := loadEntry(ctx, x.c.q, x.c.head.County, e.Reverses)
	if err != nil {
		return err
	}
	if !ok {
		x.f.addf(it.seq, "reversal.link", "冲销第 %d 条记录，不是凭证", e.Reverses)
		return nil
	}
	want, got := old.Reversed(), e.Lines()
	same := len(want) == len(got) && old.Date.Year() == e.Date.Year()
	for i := 0; same && i < len(want); i++ {
		same = want[i].Key == got[i].Key && want[i].Side == got[i].Side && want[i].Amount == got[i].Amount
	}
	if !same {
		x.f.addf(it.seq, "reversal.lines", "与第 %d 条凭证不是同年度、同科目、同方向的红字", e.Reverses)
	}
	return nil
}

// post judges laws 1 and 2. Entries do not say which unit they belong to, so
// each is judged by itself first; one that does not hold alone waits for its
// neighbours of the same command, event and date (E24 and whatever else posts
// several entries), and the unit is judged when it holds, or named when the
// neighbours end. A unit that holds is judged exactly as it was posted: guards
// that entry k of it lowers are judged at the end of the unit at the latest.
func (x *fold) post(it *item) {
	if n := len(x.unit); n > 0 {
		last := &x.unit[n-1].entry
		if last.Event == it.entry.Event && last.Step == it.entry.Step && last.Date == it.entry.Date {
			x.unit = append(x.unit, pending{seq: it.seq, entry: it.entry})
			x.tryUnit()
			return
		}
		x.settle()
	}
	if err := x.postOne(it); err != nil {
		x.unit = append(x.unit, pending{it.seq, it.entry, err})
	}
}

// postOne posts by account numbers when the table agrees with the leaf.
func (x *fold) postOne(it *item) error {
	lines := it.entry.Lines()
	if it.ids == nil {
		return x.model.PostLines(it.entry.Date, lines)
	}
	x.moves = x.moves[:0]
	for i, id := range it.ids {
		r := x.refs[id]
		if r < 0 {
			var err error
			if r, err = x.model.Intern(&lines[i].Key); err != nil {
				return err
			}
			x.refs[id] = r
			x.c.keys.used[id] = true
		}
		x.moves = append(x.moves, ledger.Move{Ref: r, Side: lines[i].Side, Amount: lines[i].Amount})
	}
	return x.model.PostMoves(it.entry.Date, x.moves)
}

func (x *fold) tryUnit() {
	unit := make([]ledger.Entry, len(x.unit))
	for i := range x.unit {
		unit[i] = x.unit[i].entry
	}
	if x.model.Post(unit...) == nil {
		x.unit = x.unit[:0]
	}
}

// settle names a unit that never held, and folds it all the same so that later
// entries are judged by the balances as they stand.
func (x *fold) settle() {
	if len(x.unit) == 0 {
		return
	}
	x.f.addf(x.unit[0].seq, "guard.unit", "%v", x.unit[0].first)
	for i := range x.unit {
		e := &x.unit[i].entry
		if err := x.model.Force(e.Date, e.Lines()); err != nil {
			x.f.addf(x.unit[i].seq, "entry.key", "%v", err)
		}
	}
	x.unit = x.unit[:0]
}
