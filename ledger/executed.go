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

// originAccount reports whether an account tells what was executed on a project
// of a lot, or what of earlier years came back.
func originAccount(k *Key, lot LotID, project string) bool {
	return k.Lot == lot && (k.Account == "6202" || k.Account == "7302" && (project == "" || k.Project == project))
}

// originBooks is what checkOrigin asks of the ledger.
type originBooks struct {
	first   func(LotID) (*Entry, error)
	history func(lot LotID, project string) (history, error)
	label   func(LotID) string
}

// checkOrigin refuses an origin year (rule Y) which has not executed what the
// event gives back of it: per lot and project, no more than the year executed,
// and with everything that came back of earlier years no more than they all did
// (ErrOriginYear). What stood before the lot was taken over (E00) or divided from
// another (E27) is not in its books and is not judged.
func (p *Posting) checkOrigin(unit []Entry, b originBooks) error {
	if p.OriginYear == 0 || p.OriginYear >= p.Date.Year() {
		return nil
	}
	back := map[LotID]Amount{}
	for i := range unit {
		for j := range unit[i].lines {
			if l := &unit[i].lines[j]; l.Key.Account == "6202" {
				back[l.Key.Lot] -= l.Net()
			}
		}
	}
	for i := range unit {
		for j := range unit[i].lines {
			lot := unit[i].lines[j].Key.Lot
			amount := back[lot]
			delete(back, lot)
			if amount <= 0 {
				continue
			}
			if err := p.checkOriginOf(lot, amount, b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Posting) checkOriginOf(lot LotID, amount Amount, b originBooks) error {
	first, err := b.first(lot)
	if err != nil {
		return err
	}
	if first != nil && (first.Event == "E00" || first.Event == "E27") && p.OriginYear <= first.Date.Year() {
		return nil
	}
	h, err := b.history(lot, p.Project)
	if err != nil {
		return err
	}
	inYear, before, returned, err := h.originFigures(lot, p.Project, p.OriginYear, p.Date.Year())
	if err != nil {
		return err
	}
	if left := min(inYear, before-returned); amount > left {
		return ErrOriginYear.With("批次 %s 项目 %s：%d 年度列支 %s，以前年度共列支 %s、已退回 %s，本次 %s，超出 %s；请核对原列支年度",
			b.label(lot), p.Project, p.OriginYear, inYear, before, returned, amount, amount-max(left, 0)).
			At("origin_year", "the year did not execute it", "")
	}
	return nil
}

// originFigures returns what a project of a lot executed in a year, what it
// executed in all years before another, and what of those came back. Cost that
// E23p moved to the project counts as executed by it.
func (h history) originFigures(lot LotID, project string, year, now int) (inYear, before, returned Amount, err error) {
	executed := func(until func(int) bool) (Amount, error) {
		return h.sum(func(e *Entry, k *Key) bool {
			return k.Account == "7302" && originAccount(k, lot, project) && until(e.Date.Year())
		})
	}
	if inYear, err = executed(func(y int) bool { return y == year }); err != nil {
		return 0, 0, 0, err
	}
	if before, err = executed(func(y int) bool { return y < now }); err != nil {
		return 0, 0, 0, err
	}
	moved, err := h.sum(func(e *Entry, k *Key) bool {
		return e.Event == "E23p" && e.Step == "move" && k.Account == "7202" && k.Lot == lot && k.Project == project
	})
	if err != nil {
		return 0, 0, 0, err
	}
	if moved < 0 {
		inYear, before = inYear-moved, before-moved
	}
	returned, err = h.sum(func(e *Entry, k *Key) bool {
		return k.Account == "6202" && k.Lot == lot && !(e.Event == "E23p" && e.Step == "move") &&
			(project == "" || e.touches(func(k *Key) bool { return k.Lot == lot && k.Project == project }))
	})
	return inYear, before, -returned, err
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
