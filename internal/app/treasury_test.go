package app_test

import (
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
)

// items are the rows of exports by number.
func (b *store) items(what string) map[string]payments.TreasuryItem {
	b.t.Helper()
	list, err := b.Dossiers(b.t.Context(), finance, county, "treasury", dossier.Filter{Parent: what})
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]payments.TreasuryItem{}
	for _, x := range list {
		item := x.State.(*payments.TreasuryItem)
		out[item.Number] = *item
	}
	return out
}

// TestTreasuryIndicatorsAreMatched: by document and amount, or the whole document; what
// is not matched says why, is matched once it can be, or is explained.
func TestTreasuryIndicatorsAreMatched(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := func(n byte, no ledger.DocNumber, amount string) {
			s.do(app.LotCmd{Lot: ledger.Lot{
				ID: ledger.LotID{0: 8, 15: n}, Code: "T" + string('0'+rune(n)), Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: "doc-T", Line: int(n), DocNo: no,
				Name: "样例资金", Year: 2026, Amount: fen(amount),
			}})
		}
		lot(1, "赣财农〔2026〕1号", "1000.00")
		lot(2, "赣财农〔2026〕1号", "500.00")
		lot(3, "赣财农〔2026〕2号", "70.00")
		lot(4, "赣财农〔2026〕2号", "70.00")
		const head = "指标编号,指标文号,下达日期,金额\n"
		file := func(rows ...string) payments.TreasuryCmd {
			return payments.TreasuryCmd{What: payments.TreasuryIndicators, FileName: "zb.csv", File: []byte(head + strings.Join(rows, "\n") + "\n")}
		}
		first := file("Z1,赣财农〔2026〕1号,2026-03-01,500.00", "Z2,赣财农〔2026〕1号,2026-03-01,1500.00", "Z3,赣财农〔2026〕1号,2026-03-01,900.00",
			"Z4,赣财农〔2026〕2号,2026-03-01,70.00", "Z5,赣财农〔2026〕9号,2026-03-01,10.00", "Z6,见附件,2026-03-01,10.00")
		s.must("treasury.import", first)
		got := s.items(payments.TreasuryIndicators)
		for number, want := range map[string]struct{ state, matches, why string }{
			"Z1": {payments.TreasuryMatched, "T2", ""}, "Z2": {payments.TreasuryUnmatched, "", "T2 已与 Z1 对上"},
			"Z3": {payments.TreasuryUnmatched, "", "合计 1500.00，相差 -600.00"}, "Z4": {payments.TreasuryUnmatched, "", "有 2 个批次同为此金额"},
			"Z5": {payments.TreasuryUnmatched, "", "没有文号为 赣财农〔2026〕9号"}, "Z6": {payments.TreasuryUnmatched, "", "见附件 不规范"},
		} {
			x := got[number]
			if x.State != want.state || strings.Join(x.Matches, " ") != want.matches || !strings.Contains(x.Why, want.why) || (x.Why == "") != (want.why == "") {
				t.Errorf("%s: %+v, want %+v", number, x, want)
			}
		}
		s.refused(finance, payments.ErrTreasuryEmpty, "treasury.import", first, "均已登记")
		s.refused(finance, payments.ErrTreasuryRows, "treasury.import", file("Z7,赣财农〔2026〕1号,2026-03-01,1.00", "Z7,赣财农〔2026〕1号,2026-03-01,2.00"))
		s.refused(finance, payments.ErrTreasuryRows, "treasury.import", file("Z8,赣财农〔2026〕1号,2026-03-01,1.00", "Z1,赣财农〔2026〕1号,2026-03-01,501.00"), "第 3 行 Z1", "500.00", "501.00")
		s.refused(finance, payments.ErrTreasuryMatched, "treasury.explain", payments.TreasuryExplainCmd{What: payments.TreasuryIndicators, Number: "Z1", Reason: "x"})
		s.must("treasury.explain", payments.TreasuryExplainCmd{What: payments.TreasuryIndicators, Number: "Z3", Reason: "上级更正中"})
		// The lot of Z5 is registered: the same file then matches it, and only it.
		lot(5, "赣财农〔2026〕9号", "10.00")
		s.must("treasury.import", first)
		s.must("treasury.import", file("Z8,赣财农〔2026〕2号,2026-03-01,140.00"))
		s.must("treasury.import", file("Z9,赣财农〔2026〕2号,2026-03-01,140.00"))
		got = s.items(payments.TreasuryIndicators)
		if strings.Join(got["Z8"].Matches, " ") != "T3 T4" || got["Z9"].Why != "T3 已与 Z8 对上" {
			t.Errorf("a whole document: %+v, and again under another number: %+v", got["Z8"], got["Z9"])
		}
		if got["Z5"].State != payments.TreasuryMatched || got["Z3"].State != payments.TreasuryExplained || got["Z3"].Reason != "上级更正中" || len(got) != 8 {
			t.Errorf("again: %+v", got)
		}
		s.intact()
	})
}

// TestTreasuryPaymentsAreMatchedByReference: a number is unique; amount and reference
// agree, or it is said what does not.
func TestTreasuryPaymentsAreMatchedByReference(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newClaimWorld(t, d)
		w.accepted(w.claim(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-04-01")}, "270000.00", "", advancePapers))
		w.must("payment.request", pay("Q1", "B1", "2026-04-02", "270000.00"))
		w.must("payment.confirm", payments.ConfirmCmd{Request: "Q1", On: day("2026-04-03"), Reference: "GK-1"})
		const head = "支付凭证号,支付日期,金额,流水号,收款人\n"
		file := func(rows ...string) payments.TreasuryCmd {
			return payments.TreasuryCmd{What: payments.TreasuryPayments, FileName: "zf.csv", File: []byte(head + strings.Join(rows, "\n") + "\n")}
		}
		before := w.balances()
		w.must("treasury.import", file("P1,2026-04-03,270000.00,GK-1,"+builder, "P2,2026-04-03,269999.99,GK-1,"+builder, "P3,2026-04-04,5.00,GK-9,"+builder, "GK-1,2026-04-03,270000.00,,"))
		got := w.items(payments.TreasuryPayments)
		for number, want := range map[string]struct{ state, matches, why string }{
			"P1": {payments.TreasuryMatched, "Q1", ""}, "GK-1": {payments.TreasuryUnmatched, "", "Q1 已与 P1 对上"},
			"P2": {payments.TreasuryUnmatched, "", "相差 -0.01"}, "P3": {payments.TreasuryUnmatched, "", "没有登记流水号 GK-9"},
		} {
			if x := got[number]; x.State != want.state || !strings.Contains(strings.Join(x.Matches, " "), want.matches) || !strings.Contains(x.Why, want.why) {
				t.Errorf("%s: %+v, want %+v", number, x, want)
			}
		}
		if after := w.balances(); len(after) != len(before) || after["1001"] != before["1001"] {
			t.Errorf("a comparison moved money: %v, then %v", before, after)
		}
		w.intact()
	})
}
