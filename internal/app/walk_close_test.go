package app_test

import (
	"fundbook/internal/app"
	"fundbook/ledger"
	"fundbook/payments"
)

// settlement proposes a run and decides about some of its rows.
func (w *walk) settlement() {
	if len(w.runs) == 0 || !w.oneIn(4) {
		code := w.name("S")
		if !w.run("settle.propose", "", payments.SettleProposeCmd{Code: code, On: w.today()}) {
			return
		}
		w.runs = append(w.runs, code)
		if w.oneIn(5) {
			return
		}
	}
	code := latest(w, w.runs)
	run, err := payments.FindSettlement(w.pair.ctx, w.pair.engines[0].db.Read, w.no, code, "")
	if !w.found(err) {
		return
	}
	cmd := payments.SettleDecideCmd{Code: code, Decision: "领导小组纪要" + code, Document: w.digest(code), On: w.today(), Date: w.today()}
	takes := 0
	for i := range run.State.Rows {
		r := &run.State.Rows[i]
		if r.Duty && !w.oneIn(25) || takes >= 3 || !w.oneIn(2) {
			continue
		}
		takes++
		cmd.Takes = append(cmd.Takes, w.take(r))
	}
	if len(cmd.Takes) == 0 {
		return
	}
	if w.oneIn(3) {
		cmd.Remit, cmd.Reference = true, w.name("GK")
	}
	w.run("settle.decide", "", cmd)
}

// take decides about a row: hold what is recovered, arrange it anew, or give it back.
func (w *walk) take(r *payments.SettleRow) payments.SettleTake {
	t := payments.SettleTake{Row: r.No, Amount: w.near(max(r.Now/2, 1)), Outcome: payments.OutcomeHold}
	switch k := w.r.IntN(4); {
	case r.From == "7401" || k == 1:
		t.Outcome, t.Into = payments.OutcomeReallocate, "7101"
		if w.oneIn(3) {
			t.Into, t.Pool = "7102", "P"
		}
	case k == 2:
		t.Outcome, t.Counterparty = payments.OutcomeGiveBack, one(w, []string{"upper", "county"})
	}
	if r.From == "7202" && w.oneIn(6) {
		t.Amount, t.Terminate = r.Now, true
	}
	return t
}

// closeMonth closes the next period of a book, by its checklist or at once; sometimes
// one that is not its turn.
func (w *walk) closeMonth() {
	book := one(w, []ledger.Book{ledger.County, ledger.County, townA, townB})
	n := w.closedTo[book] + 1
	if w.oneIn(8) {
		n++
	}
	if n > 3 && !w.books.closed && !w.oneIn(6) {
		return // leave some months open to go on with
	}
	p := ledger.Period(202600 + min(n, 13))
	var ok bool
	if w.oneIn(4) {
		ok = w.run("ledger.close_period", "", app.ClosePeriodCmd{PeriodClose: ledger.PeriodClose{Book: book, Period: p}})
	} else {
		ok = w.run("settle.close_month", "", payments.CloseMonthCmd{Book: book, Period: p})
	}
	if ok {
		w.closedTo[book] = n
	}
	if w.oneIn(2) { // into a closed period
		w.post(ledger.Posting{Event: "E01", Date: day("2026-01-20").AddDays(31 * w.r.IntN(3)), Parts: []ledger.Part{{Lot: w.books.lots[0].ID, Amount: w.amount()}}})
	}
}

// yearEnd goes on to January, carries the year over and closes it.
func (w *walk) yearEnd() {
	if w.books.closed {
		w.closeMonth()
		return
	}
	if w.oneIn(3) {
		return
	}
	if w.today() < day("2027-01-05") {
		w.now = at("2027-01-05")
	}
	for n := w.closedTo[ledger.County] + 1; n <= 12; n++ {
		if w.oneIn(40) || !w.run("settle.close_month", "", payments.CloseMonthCmd{Book: ledger.County, Period: ledger.Period(202600 + n)}) {
			return
		}
		w.closedTo[ledger.County] = n
	}
	if w.run("settle.carry_over", "", payments.CarryOverCmd{Code: w.name("N"), Year: 2026, Period13: true}) && w.oneIn(2) {
		w.run("settle.close_month", "", payments.CloseMonthCmd{Book: ledger.County, Period: 202613})
	}
}
