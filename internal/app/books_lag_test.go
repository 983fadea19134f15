package app_test

import (
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
)

// booksGate is what a request says of the books that pay it.
func (w *claimWorld) booksGate(request string) payments.Outcome {
	w.t.Helper()
	r, err := dossierOf[payments.Request](w.t.Context(), w.db.Read, countyNo, "request", request)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, g := range r.Gates {
		if g.Gate == payments.GateBooks {
			return g.Outcome
		}
	}
	return ""
}

// TestPaymentsStopWhileBooksLag warns where a county has set nothing, refuses where
// policy says block, lets a waiver through that shows on the request, and is silent
// once the months are closed, or where policy says off.
func TestPaymentsStopWhileBooksLag(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "50000.00", "", advancePapers))
		ask := func(code string) payments.RequestCmd {
			q := pay(code, "B1", "2026-06-14", "10000.00")
			q.Amount = fen("10000.00")
			return q
		}
		w.must("payment.request", ask("Q1"))
		if got := w.booksGate("Q1"); got != payments.Warns {
			t.Errorf("no policy: %q, want a warning", got)
		}
		w.policy("books_lag", "block")
		w.refused(finance, payments.ErrGate, "payment.request", ask("Q2"), "应结未结 4 个月", "settle.close_month")
		w.refused(finance, payments.ErrGate, "township.fund", payments.FundCmd{
			Code: "F1", Township: ourTown, On: day("2026-06-14"), Lots: []payments.FundLot{{Lot: w.a, Amount: fen("50000.00")}},
			Account: "3600001234567890", Reference: "GK-1", Document: "安财农〔2026〕1号",
		}, "应结未结")
		w.waived(payments.WaiverCmd{
			Code: "M1", Kind: payments.PayAdvance, Gates: []payments.Gate{payments.GateBooks}, Contract: "H1", Limit: fen("10000.00"), Expires: day("2026-06-30"),
		})
		q := ask("Q2")
		q.Waiver = "M1"
		w.must("payment.request", q)
		if got := w.booksGate("Q2"); got != payments.Waived {
			t.Errorf("under a waiver: %q", got)
		}
		for p := ledger.Period(202601); p <= 202604; p++ {
			w.refused(finance, payments.ErrGate, "payment.request", ask("Q3"))
			w.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: p})
		}
		w.must("payment.request", ask("Q3"))
		if got := w.booksGate("Q3"); got != "" {
			t.Errorf("closed in time: %q", got)
		}
		w.clock.Store(at("2026-08-01"))
		w.policy("books_lag", "off")
		q = ask("Q4")
		q.On = day("2026-06-30")
		w.must("payment.request", q)
		if got := w.booksGate("Q4"); got != "" {
			t.Errorf("switched off: %q", got)
		}
	})
}
