package audit

import (
	"context"
	"slices"

	"fundbook/ledger"
)

// accountDays is the refold of day_total for one account, in order of day.
type accountDays []dayTurnover

type dayTurnover struct {
	day           int32
	debit, credit int64
}

func (a *accountDays) add(day int32, side ledger.Side, fen int64) {
	list := *a
	i := len(list) - 1
	if i < 0 || list[i].day < day {
		list = append(list, dayTurnover{day: day})
		i++
	} else if list[i].day != day {
		var found bool
		i, found = slices.BinarySearchFunc(list, day, func(d dayTurnover, t int32) int { return int(d.day) - int(t) })
		if !found {
			list = slices.Insert(list, i, dayTurnover{day: day})
		}
	}
	if side == ledger.Debit {
		list[i].debit += fen
	} else {
		list[i].credit += fen
	}
	*a = list
}

// addDays folds the leaf's lines into the days of their accounts. Where a row of
// the line table differs, the account is looked up by its meaning.
func (x *fold) addDays(it *item) {
	day := it.entry.Date.Number()
	lines := it.entry.Lines()
	for i := range lines {
		var id int32
		if it.ids != nil {
			id = it.ids[i]
		} else if n, ok := x.c.idOf(&lines[i].Key); ok {
			id = n
			x.c.keys.used[id] = true
		} else {
			continue // the account is missing from the table, which is named already
		}
		x.days[id].add(day, lines[i].Side, int64(lines[i].Amount))
	}
}

// checkDayTotals compares the stored day totals with the refold.
func (x *fold) checkDayTotals(ctx context.Context) error {
	at, next := 0, 0 // the refold's next day of the account under way
	type off struct {
		key, day int64
		why      string
	}
	var bad []off
	note := func(key, day int64, why string) {
		if len(bad) < 1000 {
			bad = append(bad, off{key, day, why})
		} else {
			x.f.more++
		}
	}
	missing := func(toKey int64, toDay int32) {
		for at < len(x.days) && (int64(at) < toKey || int64(at) == toKey && next < len(x.days[at]) && x.days[at][next].day < toDay) {
			if next == len(x.days[at]) {
				at, next = at+1, 0
				continue
			}
			note(int64(at), int64(x.days[at][next].day), "缺")
			next++
		}
	}
	err := eachDayTotal(ctx, x.c.q, x.c.head.County, func(key, day, debit, credit int64) {
		missing(key, int32(min(day, 99999999)))
		if int64(at) != key || next == len(x.days[at]) || int64(x.days[at][next].day) != day {
			note(key, day, "多出")
			return
		}
		if d := x.days[at][next]; d.debit != debit || d.credit != credit {
			note(key, day, "借 "+ledger.Amount(debit).String()+" 贷 "+ledger.Amount(credit).String()+
				"，应为借 "+ledger.Amount(d.debit).String()+" 贷 "+ledger.Amount(d.credit).String())
		}
		next++
	})
	if err != nil {
		return err
	}
	missing(int64(len(x.days)), 0)
	for _, b := range bad {
		name := ""
		if k, ok := x.c.keys.get(b.key); ok {
			name = k.String()
		}
		x.f.addf(firstLine(ctx, x.c.q, x.c.head.County, b.key, b.day), "day_total", "账户编号 %d（%s）在 %d：%s", b.key, name, b.day, b.why)
	}
	return nil
}

// checkVouchers compares the voucher tables with the numbers in the leaves.
func (x *fold) checkVouchers(ctx context.Context) error {
	rows, err := loadSeries(ctx, x.c.q, x.c.head.County)
	if err != nil {
		return err
	}
	byID := map[int64]*seriesFold{}
	seen := map[seriesKey]bool{}
	for i, r := range rows {
		k := seriesKey{ledger.Book(r.Book), ledger.Period(r.Period), r.Word}
		s := x.series[k]
		if s == nil || seen[k] || r.ID != int64(i)+1 {
			x.f.addf(0, "voucher_series.row", "凭证序列 %d（%s %s %s）没有凭证、重复或编号不连续", r.ID, k.book, k.period, k.word)
		}
		seen[k] = true
		byID[r.ID] = s
	}
	if int64(len(rows)) != x.c.head.NextSeries-1 {
		x.f.addf(0, "voucher_series.number", "凭证序列有 %d 个，日志头的下一编号为 %d", len(rows), x.c.head.NextSeries)
	}
	for k, s := range x.series {
		if !seen[k] {
			x.f.addf(s.seqs[0], "voucher_series.missing", "缺凭证序列 %s %s %s", k.book, k.period, k.word)
		}
	}
	next := map[*seriesFold]int64{}
	missing := func(s *seriesFold, series, to int64) {
		for no := next[s] + 1; no < to; no++ {
			x.f.addf(s.seqs[no-1], "voucher.missing", "缺序列 %d 第 %d 号的行", series, no)
		}
	}
	err = eachVoucher(ctx, x.c.q, x.c.head.County, func(series, no, seq int64) {
		s := byID[series]
		switch {
		case s == nil:
			x.f.addf(seq, "voucher.stray", "凭证号行属于不存在的序列 %d", series)
			return
		case no < 1 || no > int64(len(s.seqs)):
			x.f.addf(seq, "voucher.stray", "序列 %d 没有第 %d 号", series, no)
			return
		}
		missing(s, series, no)
		if next[s] = no; s.seqs[no-1] != seq {
			x.f.addf(s.seqs[no-1], "voucher.row", "序列 %d 第 %d 号指向第 %d 条记录，应为第 %d 条", series, no, seq, s.seqs[no-1])
		}
	})
	for id, s := range byID {
		if s != nil {
			missing(s, id, int64(len(s.seqs))+1)
		}
	}
	return err
}
