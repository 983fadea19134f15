package ledger

import (
	"fmt"
	"strconv"
)

// Period (会计期间) is a month of a fiscal year, or its period 13 (整理期), as
// year × 100 + number.
type Period int32

// PeriodOf returns the month of a date, or period 13 of its year.
func PeriodOf(d Date, thirteenth bool) Period {
	if thirteenth {
		return Period(d.Year()*100 + 13)
	}
	return Period(d.Year()*100 + d.Month())
}

// ParsePeriod reads 2026-05 or 2026-13.
func ParsePeriod(s string) (Period, error) {
	if len(s) == 7 && s[4] == '-' {
		y, ok1 := dateDigits(s[:4])
		m, ok2 := dateDigits(s[5:])
		if ok1 && ok2 && y >= 1990 && y <= 2199 && m >= 1 && m <= 13 {
			return Period(y*100 + m), nil
		}
	}
	return 0, ErrPeriodForm.With("%q 不是 2026-05 或 2026-13 样式的期间", s)
}

// Year returns the fiscal year.
func (p Period) Year() int { return int(p) / 100 }

// Number returns 1 to 13.
func (p Period) Number() int { return int(p) % 100 }

// String prints 2026-05.
func (p Period) String() string {
	if p == 0 {
		return ""
	}
	b, _ := p.AppendText(make([]byte, 0, 7)) // never fails
	return string(b)
}

// AppendText appends 2026-05.
func (p Period) AppendText(b []byte) ([]byte, error) {
	y, n := p.Year(), p.Number()
	switch {
	case p == 0:
		return b, nil
	case y < 1000 || y > 9999:
		return fmt.Appendf(b, "%04d-%02d", y, n), nil
	}
	b = strconv.AppendInt(b, int64(y), 10)
	return append(b, '-', byte('0'+n/10), byte('0'+n%10)), nil
}

// Next returns the following period; period 13 stands between December and
// January, and is closed before January.
func (p Period) Next() Period {
	if p.Number() == 13 {
		return Period((p.Year()+1)*100 + 1)
	}
	return p + 1
}

// months counts calendar months, so that distances can be taken.
func (p Period) months() int { return p.Year()*12 + min(p.Number(), 12) }

// MarshalText prints 2026-05.
func (p Period) MarshalText() ([]byte, error) { return p.AppendText(make([]byte, 0, 7)) }

// UnmarshalText reads 2026-05.
func (p *Period) UnmarshalText(b []byte) error {
	v, err := ParsePeriod(string(b))
	if err == nil {
		*p = v
	}
	return err
}

// Calendar is the state of one book's periods: everything from First on that
// is not yet closed may be open. Closed is the last closed period, or 0.
type Calendar struct {
	Book   Book
	First  Period
	Closed Period
	// OpenMonths is the policy: how many months may be open at once, the current
	// one included (2 unless the county says otherwise).
	OpenMonths int
}

// Check refuses a voucher date that does not lie in an open period of the book
// (DOMAIN 4.7): a date after today, before the books began, in a closed period,
// or in a month older than policy keeps open. Period 13 of the old year is open
// from 1 January until it is closed, for entries dated 31 December.
func (c Calendar) Check(d Date, thirteenth bool, today Date) error {
	p := PeriodOf(d, thirteenth)
	switch {
	case d > today:
		return ErrPeriodFuture.With("凭证日期 %s，今天 %s", d, today)
	case p < c.First:
		return ErrPeriodOpen.With("账套 %s 自 %s 起记账，凭证日期 %s", c.Book, c.First, d)
	case p <= c.Closed:
		return ErrPeriodClosed.With("账套 %s 期间 %s 已结账（已结至 %s）；更正请记入开放期间", c.Book, p, c.Closed)
	}
	age := PeriodOf(today, false).months() - p.months()
	if thirteenth {
		if d.Month() != 12 || d.AddDays(1).Year() == d.Year() || today.Year() <= d.Year() {
			return ErrPeriodOpen.With("整理期凭证日期须为上年 12 月 31 日，且须在次年记入；凭证日期 %s，今天 %s", d, today)
		}
		if today.Year() > d.Year()+1 && age >= c.OpenMonths {
			return ErrPeriodOpen.With("期间 %s 只在次年开放，今天 %s", p, today)
		}
		return nil
	}
	if age >= c.OpenMonths {
		return ErrPeriodOpen.With("账套 %s 同时开放 %d 个月（含本月），凭证日期 %s 已超出", c.Book, c.OpenMonths, d)
	}
	return nil
}

// Close returns the calendar after period p is closed. Periods close in order
// and never open again; a month closes only after it has ended.
func (c Calendar) Close(p Period, today Date) (Calendar, error) {
	want := c.First
	if c.Closed != 0 {
		want = c.Closed.Next()
	}
	switch {
	case p <= c.Closed:
		return c, ErrPeriodClosed.With("账套 %s 期间 %s", c.Book, p)
	case p != want:
		return c, ErrPeriodOrder.With("账套 %s 下一个应结账的期间是 %s，不是 %s", c.Book, want, p)
	case p.months() >= PeriodOf(today, false).months():
		return c, ErrPeriodFuture.With("期间 %s 尚未结束，今天 %s", p, today)
	}
	c.Closed = p
	return c, nil
}
