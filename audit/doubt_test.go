package audit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"
)

// shown lists "subject: text" of doubts.
func shown(list []audit.Doubt) []string {
	out := []string{}
	for _, d := range list {
		out = append(out, d.Subject+": "+d.Text)
	}
	return out
}

// planted is a county with one sound road, paid by the commands, and beside it what
// the rules look for: by commands where they let it in, as imported history (posted
// past the gates, from Go only) where they do not.
type planted struct {
	*store
	lot                  ledger.LotID
	sound, early, noPost string // roads in library and plan
	unpaid, grant        string
}

func plantDoubts(t *testing.T, d *db.DB) *planted {
	s := newStore(t, d)
	s.divisions()
	w := &planted{store: s}
	w.lot = s.lot("A", "2000000.00")
	s.lot("B", "1000.00") // idle since March
	w.sound, w.early = s.library("好路", "030101", false), s.library("早付路", "030101", false)
	w.noPost, w.unpaid = s.library("未公示路", "030101", false), s.library("未付路", "030101", false)
	w.grant = s.library("产业奖补", "0104", true)
	s.plan(w.lot, "200000.00", w.sound, w.early, w.noPost, w.unpaid, w.grant)

	s.sign("H1", w.sound, w.lot, "150000.00")
	s.paid(payments.ClaimCmd{Code: "B1", Kind: payments.ClaimAdvance, Contract: "H1", Date: day("2026-06-01")}, w.sound, "45000.00", advancePapers...)

	// Paid on 1 April; its notice began on the 5th, its contract was signed on the 20th.
	early := func(event ledger.EventCode, step, on string) ledger.Posting {
		p := raw(event, step, on, w.early, part(w.lot, "10000.00"))
		p.Contract = "H2"
		return p
	}
	s.post(early("E08", "", "2026-04-01"), early("E11", "", "2026-04-01"), early("E12", "reserve", "2026-04-01"), early("E12", "confirm", "2026-04-01"))
	s.sign("H2", w.early, w.lot, "100000.00")
	s.post(
		raw("E08", "", "2026-05-04", w.noPost, part(w.lot, "1000.00")), raw("E11", "", "2026-05-04", w.noPost, part(w.lot, "1000.00")),
		raw("E12", "reserve", "2026-05-05", w.noPost, part(w.lot, "1000.00")), raw("E12", "confirm", "2026-05-05", w.noPost, part(w.lot, "1000.00")),
	)
	s.history("JX", "2026-04-10", w.lot, "2000.00")
	return w
}

// TestDoubtsOfPayments: A05, A17, A19, A07.
func TestDoubtsOfPayments(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		w.policy("doubt_unpaid_days", "60")
		for _, c := range []struct {
			rule string
			want []string
		}{
			{"A05", []string{w.early + "/H2: 付款早于合同签订；付款早于公示期满"}},
			{"A07", []string{"lot/B: 待分配超过 90 日", "project/" + w.grant + ": 列入计划 60 日未支付", "project/" + w.unpaid + ": 列入计划 60 日未支付"}},
			{"A17", []string{w.noPost + "/N5: N5 未公示", "N1/doc-A: 分配后 30 日未公告分配结果（N1）"}},
			{"A19", []string{"JX: 已付款的项目不在项目库"}},
		} {
			slices.Sort(c.want)
			got := shown(w.doubts(c.rule))
			slices.Sort(got)
			// A lot that was allocated in part lies idle with the rest.
			got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "lot/A:") })
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", c.rule, diff)
			}
		}
		first := w.doubts("A05")[0]
		if r := first.Rows; len(r) != 2 || r[0].Kind != "entry" || r[0].Seq == 0 || r[0].Amount != fen("10000.00") || r[0].On != day("2026-04-01") {
			t.Errorf("rows %+v", r)
		}
		if diff := cmp.Diff(w.doubts(), w.doubts()); diff != "" {
			t.Errorf("a second run differs:\n%s", diff)
		}
		before := read(w.store, func(ctx context.Context, q bun.IDB) ([]audit.Doubt, error) {
			return audit.Doubts(ctx, q, countyNo, day("2026-03-31"), []string{"A05", "A19"})
		})
		if len(before) != 0 {
			t.Errorf("as of March: %v", shown(before))
		}
		if _, err := audit.Doubts(t.Context(), d.Read, countyNo, day("2026-06-15"), []string{"A99"}); !errors.Is(err, audit.ErrDoubtRule) {
			t.Errorf("an unknown rule: %v", err)
		}
	})
}

// TestDoubtsOfSettling: A10, A11, A14.
func TestDoubtsOfSettling(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		w.policy("doubt_advance_days", "60")
		if got := shown(w.doubts("A10", "A11", "A14")); len(got) != 0 {
			t.Fatalf("before anything is planted: %v", got)
		}
		// An advance of March that nobody accounted for, 40 % of its contract.
		w.sign("H3", w.unpaid, w.lot, "100000.00")
		old := func(step string) ledger.Posting {
			p := raw("E10", step, "2026-04-21", w.unpaid, part(w.lot, "40000.00"))
			p.Contract = "H3"
			return p
		}
		w.post(old("reserve"), old("confirm"))
		// Retention of the sound road is kept; that of the early one is returned at once.
		for _, x := range []struct{ code, project string }{{"H1", w.sound}, {"H2", w.early}} {
			w.run("contract.start", projects.ContractStartCmd{Code: x.code, On: day("2026-04-25"), Evidence: []ledger.Digest{paper}})
			w.run("contract.complete", projects.ContractCompleteCmd{Code: x.code, On: day("2026-06-02"), Evidence: []ledger.Digest{paper}})
			w.run("contract.accept", projects.ContractAcceptCmd{
				Code: x.code, On: day("2026-06-03"), Form: paper, Pass: true, Opinion: "合格",
				Quantities: []projects.AcceptedItem{{Item: "道路", Unit: "公里", Planned: 1000, Done: 1000, Pass: true}},
			})
			kept := raw("E11", "", "2026-06-04", x.project, []ledger.Part{{Lot: w.lot, Amount: fen("10000.00"), Retention: fen("300.00")}})
			kept.Contract = x.code
			w.post(kept)
		}
		back := func(step string) ledger.Posting {
			p := raw("E14", step, "2026-06-05", w.early, part(w.lot, "300.00"))
			p.Contract = "H2"
			return p
		}
		w.post(back("reserve"), back("confirm"))
		want := []string{
			"1201/" + w.unpaid + "/H3: 1201 预付项目款 超过 60 日未结",
			"share/H3: 预付合计 40000.00，合同 100000.00，上限 30000.00",
			"H2: 质保金早于缺陷责任期满返还",
		}
		w.policy("doubt_advance_days_unused", "1") // a policy of another name changes nothing
		got := shown(w.doubtsAsOf("2026-06-25", "A10", "A11"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// doubtsAsOf runs rules as of a day.
func (s *store) doubtsAsOf(date string, rules ...string) []audit.Doubt {
	s.t.Helper()
	return read(s, func(ctx context.Context, q bun.IDB) ([]audit.Doubt, error) {
		return audit.Doubts(ctx, q, countyNo, day(date), rules)
	})
}

// TestDoubtsOfInvoices: A14 by commands. The gate only warns of another issuer; the
// same number with and without its series passes as two invoices.
func TestDoubtsOfInvoices(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		progress := func(code, amount string, invoices []payments.InvoiceUse) {
			w.paid(payments.ClaimCmd{Code: code, Kind: payments.ClaimProgress, Contract: "H1", Date: day("2026-06-05"), Invoices: invoices}, w.sound, amount, progressPapers...)
		}
		w.run("contract.start", projects.ContractStartCmd{Code: "H1", On: day("2026-04-25"), Evidence: []ledger.Digest{paper}})
		progress("B2", "20000.00", invoice("24362001", builder, "20000.00"))
		if got := shown(w.doubts("A14")); len(got) != 0 {
			t.Fatalf("a sound invoice: %v", got)
		}
		progress("B3", "10000.00", invoice("24362002", "另一公司", "10000.00"))
		again := invoice("24362001", builder, "5000.00")
		again[0].Series = "3600"
		progress("B4", "5000.00", again)
		want := []string{"24362002: 开票方与收款方不一致", "3600-24362001: 同一号码、同一开票方登记两次：24362001"}
		if diff := cmp.Diff(want, shown(w.doubts("A14"))); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// TestDoubtsOfPersons: A01, A02 over two rosters of one programme. No row says who.
func TestDoubtsOfPersons(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		s.divisions()
		grant := s.library("产业奖补", "0104", true)
		s.roster("M1", grant, [2]int{1, 1}, [2]int{2, 2}, [2]int{3, 3})
		if got := shown(s.doubts("A01", "A02")); len(got) != 0 {
			t.Fatalf("a sound roster: %v", got)
		}
		s.roster("M2", grant, [2]int{2, 2}, [2]int{4, 3}, [2]int{5, 5})
		people, cards := s.doubts("A01"), s.doubts("A02")
		if len(people) != 2 || len(cards) != 1 {
			t.Fatalf("A01 %v, A02 %v", shown(people), shown(cards))
		}
		where := func(d audit.Doubt) (out []string) {
			for _, r := range d.Rows {
				out = append(out, r.Code+" "+string(rune('0'+r.N)))
			}
			slices.Sort(out)
			return out
		}
		for _, x := range people {
			want := []string{"M1 2", "M2 1"}
			if strings.Contains(x.Subject, "card/") {
				want = []string{"M1 3", "M2 2"}
			}
			if diff := cmp.Diff(want, where(x)); diff != "" {
				t.Errorf("%s %s", x.Text, diff)
			}
		}
		if diff := cmp.Diff([]string{"M1 3", "M2 2"}, where(cards[0])); diff != "" {
			t.Error(diff)
		}
	})
}

// TestDoubtsOfBooks: A21, A22, A24, A25, A26. A township that does not agree with the
// county cannot come in through commands: a derived row is damaged.
func TestDoubtsOfBooks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		w.run("loan.register", loan("L1", ledger.Digest{1}, ledger.Digest{1}))
		w.post(
			ledger.Posting{Event: "E04", Date: day("2026-05-01"), Into: "7104", Unit: ourTown, Parts: part(w.lot, "5000.00")},
			ledger.Posting{Event: "E04c", Date: day("2026-05-02"), Township: ourTown, Parts: part(w.lot, "5000.00")},
		)
		w.policy("doubt_back_entries", "100") // the world is posted on one day
		if got := shown(w.doubts("A21", "A22", "A24", "A25", "A26")); len(got) != 0 {
			t.Fatalf("before anything is planted: %v", got)
		}
		w.run("loan.register", loan("L2", ledger.Digest{1}, ledger.Digest{2}))
		w.run("plan.year_input", projects.YearInputCmd{Year: 2026, Name: projects.InputRevenue, Amount: fen("1000000.00"), Document: "预算报告", On: day("2026-02-01")})
		fee := raw("E22", "", "2026-06-02", w.early, part(w.lot, "1500.00"))
		fee.Contract = "H2"
		w.post(fee)
		w.clock.Store(at("2026-06-15") + int64(13*60*60*1_000_000)) // 23:00
		w.post(ledger.Posting{Event: "E01r", Step: "unarrived", Date: day("2026-06-15"), Parts: part(w.issued("C", "100000.00"), "60000.00")})
		if _, err := w.db.Write.ExecContext(t.Context(), `UPDATE day_total SET credit = credit - 100 WHERE key IN
 (SELECT id FROM account_key WHERE county = 360726 AND account = '2102')`); err != nil {
			t.Fatal(err)
		}
		got := w.doubts("A21", "A22", "A24", "A25", "A26")
		var rules []string
		for _, x := range got {
			rules = append(rules, x.Rule+" "+x.Subject)
		}
		want := []string{
			"A21 A/" + ourTown, "A22 L2", "A24 night/" + ledger.ID(finance.ID).String() + "/2026-06-15", "A25 project/" + w.early, "A26 2026/county_share",
		}
		if diff := cmp.Diff(want, rules); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if got[0].Amount != fen("1.00") {
			t.Errorf("A21: %s", got[0].Amount)
		}
	})
}

// issued registers a lot whose authority has not arrived.
func (s *store) issued(code, amount string) ledger.LotID {
	s.t.Helper()
	id := s.register(ledger.Lot{Code: code, Tier: ledger.TierCity, Class: ledger.ClassXJ, Document: "doc-" + code, Amount: fen(amount)})
	s.post(ledger.Posting{Event: "E01", Date: day("2026-06-01"), Parts: part(id, amount)})
	return id
}

func loan(code string, borrower, user ledger.Digest) projects.LoanRegisterCmd {
	return projects.LoanRegisterCmd{
		Code: code, Borrower: borrower, User: user, Bank: "农商行", Purpose: "养殖", Principal: fen("50000.00"), From: day("2026-02-01"), Due: day("2029-02-01"),
		Rate: 36_500, Base: 36_500, Document: "借款合同",
	}
}

// TestFeeBeyondItsCapAfterARecall: A25 by the ledger's own report.
func TestFeeBeyondItsCapAfterARecall(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		lot := s.issued("C", "100000.00")
		plan := raw("E07", "", "2026-06-02", "JM", part(lot, "1000.00"))
		plan.From, plan.Contract, plan.Payee = "7101", "", ""
		s.post(plan, raw("E08", "", "2026-06-02", "JM", part(lot, "1000.00")), raw("E22", "", "2026-06-02", "JM", part(lot, "1000.00")))
		if got := shown(s.doubts("A25")); len(got) != 0 {
			t.Fatalf("a fee of one per cent: %v", got)
		}
		s.post(ledger.Posting{Event: "E01r", Step: "unarrived", Date: day("2026-06-03"), Parts: part(lot, "60000.00")})
		got := s.doubts("A25")
		if len(got) != 1 || got[0].Subject != "2026/XJ/city" || got[0].Amount != fen("600.00") {
			t.Errorf("%+v", got)
		}
	})
}

// TestADoubtIsResolved: the result stands when the rule runs again, is marked when
// its rows have changed, and only one that is true opens a finding, once.
func TestADoubtIsResolved(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		id := w.doubts("A19")[0].ID
		if id != "A19.1.JX" {
			t.Fatalf("identity %s", id)
		}
		find := opening("W1", audit.SourceDoubt, id)
		w.refuse(finance, audit.ErrFindingSource, "finding.open", find)
		w.refuse(finance, audit.ErrDoubtUnknown, "doubt.resolve", audit.DoubtCmd{ID: "A19.1.JY", Status: audit.DoubtExcluded, Note: "无"})
		w.refuse(finance, audit.ErrDoubtRule, "doubt.resolve", audit.DoubtCmd{ID: "A19.9.JX", Status: audit.DoubtExcluded, Note: "无"})
		w.run("doubt.resolve", audit.DoubtCmd{ID: id, Status: audit.DoubtExcluded, Note: "上年度项目，待补录"})
		w.refuse(finance, audit.ErrFindingSource, "finding.open", find)
		got := w.doubts("A19")[0]
		if got.Status != audit.DoubtExcluded || got.Handler != ledger.ID(finance.ID) || got.Changed || got.HandledOn != day("2026-06-15") {
			t.Errorf("%+v", got)
		}
		w.post(raw("E08", "", "2026-06-01", w.unpaid, part(w.lot, "1.00"))) // not about JX
		if got := w.doubts("A19")[0]; got.Changed {
			t.Errorf("changed by another project: %+v", got)
		}
		w.history("JX", "2026-06-10", w.lot, "5.00")
		if got := w.doubts("A19")[0]; !got.Changed || got.ID != id || got.Amount != fen("2005.00") {
			t.Errorf("after another payment: %+v", got)
		}
		w.run("doubt.resolve", audit.DoubtCmd{ID: id, Status: audit.DoubtConfirmed, Note: "未入库即付款"})
		w.run("finding.open", find)
		w.refuse(finance, audit.ErrFindingTwice, "finding.open", opening("W2", audit.SourceDoubt, id))
		if got := w.doubts("A19")[0]; got.Finding != "W1" || got.Changed || got.Status != audit.DoubtConfirmed {
			t.Errorf("%+v", got)
		}
		files := read(w.store, func(ctx context.Context, q bun.IDB) ([]audit.DoubtFile, error) {
			return audit.HandledDoubts(ctx, q, countyNo, dossier.Filter{})
		})
		if len(files) != 1 || len(files[0].Earlier) != 1 || files[0].Earlier[0].Status != audit.DoubtExcluded {
			t.Errorf("%+v", files)
		}
		w.refolds()
	})
}

// refolds checks that dossiers are those of the log.
func (s *store) refolds() {
	s.t.Helper()
	bad, err := dossier.Verify(s.t.Context(), s.db.Read, countyNo)
	if err != nil || len(bad) > 0 {
		s.t.Errorf("dossiers disagree with the log: %v %v", bad, err)
	}
}
