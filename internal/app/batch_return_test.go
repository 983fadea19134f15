package app_test

import (
	"testing"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// paidBatch is a batch of a roster that the bank has reported as paid on 16 April.
func (b *store) paidBatch(who auth.Who, c payments.BatchCmd) {
	b.t.Helper()
	b.approved(c, "2026-04-14")
	b.must("batch.export", payments.ExportCmd{Code: c.Code})
	for name, body := range map[string]any{"batch.pay_out": payments.BatchDateCmd{Code: c.Code, Date: day("2026-04-15")}} {
		if err := b.as(who, name, body); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := b.as(who, "batch.result", payments.ResultCmd{Code: c.Code, Date: day("2026-04-16"), File: b.resultOf(c.Code, nil)}); err != nil {
		b.t.Fatal(err)
	}
}

func cameBack(date, reference string, lines ...int) payments.BatchReturnCmd {
	c := payments.BatchReturnCmd{Code: "B1", Date: day(date), Reference: reference}
	for _, n := range lines {
		c.Rows = append(c.Rows, payments.ReturnedRow{Line: n, Reason: "该账户已销户"})
	}
	return c
}

func (b *store) holds(want map[string]string) {
	b.t.Helper()
	got := b.balances()
	for k, v := range want {
		if got[k] != fen(v) {
			b.t.Errorf("%s = %s, want %s", k, got[k], v)
		}
	}
}

// TestAPaymentThatComesBackAfterItsSuccessIsOwedAgain takes rows back that the bank
// had reported as paid: in the same year, and in the next one, whose figures it does
// not touch. They are issued again.
func TestAPaymentThatComesBackAfterItsSuccessIsOwedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "300.01"): "300.01", s.lot("K2", "99.99"): "99.99"})
		s.confirmedRoster("R1", p, households(0, 4, "1", "100.00"))
		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1"}, "2026-04-14")
		s.refused(finance, payments.ErrBatchState, "batch.returned", cameBack("2026-04-20", "TH-1", 2))
		s.must("batch.cancel", payments.CancelCmd{Code: "B1", Date: day("2026-04-14"), Decision: "重编"})
		s.paidBatch(finance, payments.BatchCmd{Code: "B0", Roster: "R1", Lines: []int{1}})
		s.paidBatch(finance, payments.BatchCmd{Code: "B2", Roster: "R1"})
		back := func(date, reference string, lines ...int) payments.BatchReturnCmd {
			c := cameBack(date, reference, lines...)
			c.Code = "B2"
			return c
		}
		s.refused(finance, payments.ErrBatchLine, "batch.returned", back("2026-04-20", "TH-1", 1))
		s.refused(finance, payments.ErrBatchLine, "batch.returned", back("2026-04-20", "TH-1", 2, 2))
		s.refused(finance, payments.ErrBatchDate, "batch.returned", back("2026-04-15", "TH-1", 2))
		s.must("batch.returned", back("2026-04-20", "TH-1", 2))
		s.holds(map[string]string{"2002": "-100.00", "7203": "100.00", "7302": "300.00", "1001": "100.00", "5003": "400.00"})
		s.refused(finance, payments.ErrBatchReturn, "batch.returned", back("2026-04-20", "TH-2", 2))
		s.refused(finance, payments.ErrReference, "batch.returned", back("2026-04-20", "TH-1", 3))
		if r, err := s.Roster(t.Context(), finance, county, "R1"); err != nil || r.State != projects.RosterConfirmed {
			t.Errorf("roster %s, %v, want owed again", r.State, err)
		}
		b, err := s.Batch(t.Context(), finance, county, "B2")
		if err != nil || b.Rows[0].Result != payments.ResultFailed || b.Rows[0].Reason != "closed" {
			t.Errorf("row of the batch: %+v, %v", b.Rows[0], err)
		}
		s.must("roster.correct", projects.CorrectCmd{Code: "R1", Document: "换卡", Rows: []projects.CardFix{{Line: 2, ID: households(0, 4, "1", "100.00")[1].id, Card: dbtest.CardNumber(402)}}})
		s.approved(payments.BatchCmd{Code: "B3", Roster: "R1", Reissues: "B2"}, "2026-05-06")
		s.must("batch.export", payments.ExportCmd{Code: "B3"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B3", Date: day("2026-05-07")})
		s.must("batch.result", payments.ResultCmd{Code: "B3", Date: day("2026-05-08"), File: s.resultOf("B3", nil)})
		s.holds(map[string]string{"2002": "0.00", "7203": "0.00", "7302": "400.00", "1001": "0.00"})

		s.clock.Store(at("2027-01-20"))
		for m := ledger.Period(202601); m <= 202611; m++ {
			s.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: m})
		}
		s.must("settle.carry_over", payments.CarryOverCmd{Code: "N2026", Year: 2026})
		s.holds(map[string]string{"7302": "0.00", "6201": "0.00"})
		s.must("batch.returned", back("2027-01-20", "TH-3", 3, 4))
		s.holds(map[string]string{"2002": "-200.00", "7203": "200.00", "7302": "0.00", "6202.Y": "-200.00", "1001": "200.00"})
		s.must("roster.correct", projects.CorrectCmd{Code: "R1", Document: "换卡", Rows: []projects.CardFix{
			{Line: 3, ID: households(0, 4, "1", "100.00")[2].id, Card: dbtest.CardNumber(403)}, {Line: 4, ID: households(0, 4, "1", "100.00")[3].id, Card: dbtest.CardNumber(404)},
		}})
		s.approved(payments.BatchCmd{Code: "B4", Roster: "R1", Reissues: "B2"}, "2027-01-20")
		s.sound()
	})
}

// TestATownshipsCardPaymentComesBackIntoItsBook restores what the county had advanced
// to the township with what is owed.
func TestATownshipsCardPaymentComesBackIntoItsBook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		lot := s.lot("K1", "1000.00")
		s.post(ledger.Posting{Event: "E04", Date: day("2026-03-03"), Parts: part(lot, "1000.00"), Into: "7104", Unit: town})
		p := s.householdProject(town, map[ledger.LotID]string{lot: "1000.00"})
		s.post(ledger.Posting{Event: "E04c", Date: day("2026-03-11"), Parts: part(lot, "400.00"), Township: town})
		office := auth.Who{ID: [16]byte{15: 21}, Name: "乡镇财政所", Role: auth.Township, County: county, Unit: town}
		s.confirmedRoster("R1", p, households(0, 4, "1", "100.00"))
		s.paidBatch(office, payments.BatchCmd{Code: "B1", Roster: "R1", Book: town})
		s.holds(map[string]string{"1101": "0.00", "T1002": "0.00", "2002": "0.00", "7302": "400.00"})
		if err := s.as(office, "batch.returned", cameBack("2026-04-20", "TH-1", 2)); err != nil {
			t.Fatal(err)
		}
		s.holds(map[string]string{"1101": "100.00", "T2102": "-100.00", "T1002": "100.00", "2002": "-100.00", "7203": "100.00", "7302": "300.00"})
		s.sound()
	})
}
