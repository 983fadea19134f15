package ledger

import (
	"context"

	"fundbook/internal/daysum"
	"fundbook/internal/db"
)

// Executed authority (7302) is closed at the end of its fiscal year. A later
// year may take back only what it executed itself; what an earlier year executed
// comes back by rule Y, with the origin year stated. Otherwise a credit of
// January could eat the balance that the close of December still needs, and the
// close could never be posted.

type executedBack struct {
	Key    Key
	Amount Amount
}

// executedBack lists what an entry takes back of 7302, per key. The close (E24)
// and the division of a lot (E27) move whole balances and are left out.
func (e *Entry) executedBack() []executedBack {
	if e.Event == "E24" || e.Event == "E27" {
		return nil
	}
	var out []executedBack
lines:
	for i := range e.lines {
		l := &e.lines[i]
		if l.Key.Account != "7302" {
			continue
		}
		for j := range out {
			if out[j].Key == l.Key {
				out[j].Amount -= l.Net()
				continue lines
			}
		}
		if l.Net() < 0 {
			out = append(out, executedBack{l.Key, -l.Net()})
		}
	}
	return out
}

// checkYear refuses to take back more than the entry's own fiscal year has
// executed at its lowest from the entry's day on, when only an earlier year's
// balance would cover it. Where nothing covers it the guard of 7302 speaks.
func (e *Entry) checkYear(x executedBack, v *daysum.Vector, day func(Date) int32) error {
	executed := Amount(v.MinBetween(day(yearEndBefore(e.Date)), day(e.Date), day(yearEnd(e.Date))))
	if all, _ := v.MinFrom(day(e.Date)); x.Amount <= executed || x.Amount > Amount(all) {
		return nil
	}
	return ErrOriginNeeded.With("%s 批次 %s：%d 年度在 %s 之后列支最低为 %s，须退回 %s；属以前年度的请填 origin_year",
		x.Key, x.Key.Lot, e.Date.Year(), e.Date, executed, x.Amount)
}

func yearEnd(d Date) Date { return lastDay(d.Year()) }

func yearEndBefore(d Date) Date { return lastDay(d.Year() - 1) }

func lastDay(year int) Date {
	d, err := NewDate(year, 12, 31)
	if err != nil { // outside the calendar: nothing was executed before it
		return MinDate
	}
	return d
}

// checkExecuted judges what a unit takes back against the day vectors.
func checkExecuted(ctx context.Context, tx *db.Tx, unit []Entry) error {
	for i := range unit {
		e := &unit[i]
		for _, x := range e.executedBack() {
			row := rowOfKey(&x.Key)
			id, err := tx.Intern(ctx, &row)
			if err != nil {
				return err
			}
			v, err := tx.Vector(ctx, id, 1)
			if err != nil {
				return err
			}
			if err := e.checkYear(x, v, Date.Number); err != nil {
				return err
			}
		}
	}
	return nil
}
