package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// TestABackDatedVoucherEscapesNoFourEyes: who proposed a correction approved it alone
// by dating its voucher before the policy began.
func TestABackDatedVoucherEscapesNoFourEyes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.fourEyes()
		c := w.lot("C", "80000.00")
		w.must("correct.replace", payments.ReplaceSourceCmd{
			CorrectionPaper: because("G1", "2026-03-31"),
			SourceChange:    payments.SourceChange{Contract: "H1", Project: w.j1, From: w.a, To: c, Unexecuted: fen("100.00")},
		})
		w.refused(finance, payments.ErrCorrectMaker, "correct.approve", payments.ApproveCorrectionCmd{Code: "G1"})
		out, err := w.op(second, "correct.approve", payments.ApproveCorrectionCmd{Code: "G1"})
		if err != nil {
			t.Fatal(err)
		}
		if e := w.entry(out.Records[0].Seq); e.Maker != ledger.ID(finance.ID) || e.Checker != ledger.ID(second.ID) {
			t.Errorf("the voucher is made by %v, checked by %v", e.Maker, e.Checker)
		}
	})
}

// TestRowsOfLastYearComeBackOneByOne: rows of a batch of last year that came back one
// after another were spread as if none had come back before, so that a lot got more
// than it had paid and the last row was refused.
func TestRowsOfLastYearComeBackOneByOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "300.01"): "300.01", s.lot("K2", "99.99"): "99.99"})
		s.confirmedRoster("R1", p, households(0, 4, "1", "100.00"))
		s.paidBatch(finance, payments.BatchCmd{Code: "B1", Roster: "R1"})
		s.clock.Store(at("2027-01-20"))
		for m := ledger.Period(202601); m <= 202611; m++ {
			s.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: m})
		}
		s.must("settle.carry_over", payments.CarryOverCmd{Code: "N2026", Year: 2026})
		for n := 1; n <= 4; n++ {
			s.must("batch.returned", cameBack("2027-01-20", fmt.Sprintf("TH-%d", n), n))
		}
		s.holds(map[string]string{"2002": "-400.00", "7203": "400.00", "6202.Y": "-400.00", "1001": "400.00"})
		s.sound()
	})
}

// TestARowPaidOnTheLastDayOfAYearComesBack: what a batch had paid on 31 December was
// refused when it came back, since the year-end close of that day had taken it.
func TestARowPaidOnTheLastDayOfAYearComesBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "400.00"): "400.00"})
		s.confirmedRoster("R1", p, households(0, 4, "1", "100.00"))
		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1"}, "2026-04-14")
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.clock.Store(at("2026-12-31"))
		s.must("batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-12-31"), File: s.resultOf("B1", nil)})
		s.clock.Store(at("2027-01-20"))
		for m := ledger.Period(202601); m <= 202611; m++ {
			s.must("settle.close_month", payments.CloseMonthCmd{Book: ledger.County, Period: m})
		}
		s.must("settle.carry_over", payments.CarryOverCmd{Code: "N2026", Year: 2026})
		s.must("batch.returned", cameBack("2027-01-20", "TH-1", 1, 2))
		s.holds(map[string]string{"2002": "-200.00", "7203": "200.00", "6202.Y": "-200.00", "1001": "200.00"})
		s.sound()
	})
}

// TestALoadedNegativeListHoldsForAReplacement: a lot that a list of the county keeps
// from a project paid for it all the same when it replaced another (E26).
func TestALoadedNegativeListHoldsForAReplacement(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		c := w.lot("C", "80000.00")
		w.must("plan.negative_list", projects.NegativeListCmd{
			Version: "样例〔2026〕9号", Name: "样例负面清单", Document: "样例〔2026〕9号", From: day("2026-01-01"), Classes: []ledger.Class{ledger.ClassXJ},
			Items: []projects.NegativeListItem{{Clause: "第三条", Text: "公路", Words: []string{"公路"}}},
		})
		w.refused(finance, projects.ErrIneligible, "correct.replace", payments.ReplaceSourceCmd{
			CorrectionPaper: because("G1", "2026-05-06"),
			SourceChange:    payments.SourceChange{Contract: "H1", Project: w.j1, From: w.a, To: c, Unexecuted: fen("100.00")},
		}, "样例〔2026〕9号", "第三条")
	})
}

// TestAClaimTellsATownshipNothingOfAnothersContract: before it was refused as another's,
// a claim said who the contract pays, and in what state another's claim is.
func TestAClaimTellsATownshipNothingOfAnothersContract(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.paidClaim("B1", "H1", "2026-04-20", "100000.00", "97000.00")
		office := auth.Who{ID: [16]byte{15: 21}, Name: "乡镇财政所", Role: auth.Township, County: county, Unit: ourTown}
		c := payments.ClaimCmd{
			Code: "B9", Kind: payments.ClaimProgress, Mode: payments.ModeCounty, Contract: "H1", Payee: "某人", Date: day("2026-05-06"),
			Parts: []payments.ClaimPart{{Project: w.j1, Amount: fen("1.00")}},
		}
		for code, contract := range map[string]string{"B9": "H1", "B1": "H2"} {
			c.Code, c.Contract = code, contract
			_, err := w.op(office, "claim.submit", c)
			if f := fault.From(err); !f.Is(payments.ErrNotOwn) || strings.Contains(f.Message("zh"), builder) || strings.Contains(f.Message("zh"), "PAID") {
				t.Errorf("%s of %s: %v", code, contract, err)
			}
		}
	})
}

// TestATownshipReadsNoCorrectionOfAnother: corrections and settlement runs name the
// projects and lots of many townships, and every township's account could read them.
func TestATownshipReadsNoCorrectionOfAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.must("correct.replace", payments.ReplaceSourceCmd{
			CorrectionPaper: because("G1", "2026-05-06"),
			SourceChange:    payments.SourceChange{Contract: "H2", Project: w.j2, From: w.a, To: w.lot("C", "80000.00"), Unexecuted: fen("100.00")},
		})
		office := auth.Who{ID: [16]byte{15: 22}, Name: "孔田镇财政所", Role: auth.Township, County: county, Unit: "孔田镇"}
		for who, want := range map[string]struct {
			auth.Who
			rows int
			err  error
		}{"another township": {office, 0, dossier.ErrUnknown}, "the county": {finance, 1, nil}} {
			items, err := w.Dossiers(t.Context(), want.Who, county, "correction", dossier.Filter{Limit: 9})
			if err != nil || len(items) != want.rows {
				t.Errorf("%s lists %d corrections, %v", who, len(items), err)
			}
			if _, _, err = w.Dossier(t.Context(), want.Who, county, "correction", "G1"); !errors.Is(err, want.err) {
				t.Errorf("%s reads a correction: %v", who, err)
			}
		}
	})
}
