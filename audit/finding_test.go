package audit_test

import (
	"context"
	"testing"

	"fundbook/audit"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"

	"github.com/uptrace/bun"
)

func opening(code string, source audit.FindingSource, reference string) audit.FindingCmd {
	return audit.FindingCmd{
		Code: code, Source: source, Reference: reference, FoundOn: day("2026-05-10"), Type: "V02", Text: "多付工程款", Unit: bureau, Post: "分管副局长",
		Measures: "追回多付款项", Deadline: day("2026-07-10"), LookBack: day("2026-12-10"),
	}
}

// TestAFindingFromOpeningToLookBack walks a finding about money through every state;
// it closes only when the money is back in its lot, by entries of the ledger.
func TestAFindingFromOpeningToLookBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantDoubts(t, d)
		paid := w.paidSeq(w.early)
		c := opening("W1", audit.SourceAudit, "审计报告〔2026〕3号第2项")
		c.Funds, c.Projects, c.Vouchers, c.Amount, c.Return = []string{"A"}, []string{w.early}, []int64{paid}, fen("10000.00"), fen("4000.00")
		bad := c
		bad.Vouchers = []int64{1}
		w.refuse(finance, ledger.ErrEntryUnknown, "finding.open", bad)
		bad = c
		bad.Funds = []string{"ZZ"}
		w.refuse(finance, ledger.ErrLotUnknown, "finding.open", bad)
		w.run("finding.open", c)
		again := c
		again.Code = "W2"
		w.refuse(finance, audit.ErrFindingTwice, "finding.open", again)
		again.Reference = "审计报告〔2026〕3号第3项"
		again.Code = "W1"
		w.refuse(finance, dossier.ErrExists, "finding.open", again)

		apply := audit.FindingApplyCmd{Code: "W1", On: day("2026-06-12"), Result: "已追回", Evidence: []ledger.Digest{paper}}
		w.refuse(finance, audit.ErrFindingState, "finding.apply_close", apply)
		w.run("finding.progress", audit.FindingProgressCmd{Code: "W1", On: day("2026-05-20"), Text: "已发函"})
		w.refuse(finance, audit.ErrFindingDate, "finding.progress", audit.FindingProgressCmd{Code: "W1", On: day("2026-05-19"), Text: "补记"})
		w.run("finding.apply_close", apply)
		w.run("finding.return", audit.FindingReturnCmd{Code: "W1", On: day("2026-06-12"), Reason: "款未到账", Deadline: day("2026-07-20")})
		w.refuse(finance, audit.ErrFindingState, "finding.close", audit.FindingCloseCmd{Code: "W1", On: day("2026-06-12")})

		w.run("recover.identify", payments.IdentifyCmd{
			Code: "V1", On: day("2026-06-12"), Contract: "H2", Project: w.early, Cost: "1301", Amount: fen("4000.00"), Reason: "多计工程量",
		})
		identified := w.next() - 2
		w.run("recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-06-13"), Amount: fen("3000.00"), Reference: "GK-V1"})
		first := w.receipt("V1", 0)
		w.run("recover.receive", payments.ReceiveCmd{Recovery: "V1", On: day("2026-06-13"), Reference: "GK-V2"})
		second := w.receipt("V1", 1)

		w.run("finding.progress", audit.FindingProgressCmd{Code: "W1", On: day("2026-06-13"), Text: "款已到账"})
		apply.On = day("2026-06-13")
		w.run("finding.apply_close", apply)
		check := audit.FindingVerifyCmd{Code: "W1", On: day("2026-06-14"), Post: "纪检监察员", Opinion: "属实"}
		w.refuse(finance, audit.ErrFindingOwn, "finding.verify", check)
		if err := w.as(other, "finding.verify", check); err != nil {
			t.Fatal(err)
		}
		end := audit.FindingCloseCmd{Code: "W1", On: day("2026-06-15"), Punished: 1}
		w.refuse(other, audit.ErrFindingMoney, "finding.close", end)
		end.Receipts = []int64{first}
		w.refuse(other, audit.ErrFindingMoney, "finding.close", end)
		end.Receipts = []int64{first, paid}
		w.refuse(other, audit.ErrFindingReceipt, "finding.close", end)
		end.Receipts = []int64{first, identified}
		w.refuse(other, audit.ErrFindingReceipt, "finding.close", end)
		end.Receipts = []int64{first, second}
		w.refuse(finance, audit.ErrFindingOwn, "finding.close", end)
		if err := w.as(other, "finding.close", end); err != nil {
			t.Fatal(err)
		}
		f := w.finding("W1")
		if f.State != audit.FindingClosed || f.Returned != fen("4000.00") || len(f.Receipts) != 2 || f.Receipts[1].Amount != fen("1000.00") ||
			f.Receipts[0].Lots[0] != w.lot || f.Deadline != day("2026-07-20") || f.Punished != 1 || len(f.Evidence) != 1 {
			t.Errorf("%+v", f)
		}

		// The same receipts close no second finding.
		two := opening("W3", audit.SourceInspection, "巡视反馈第7条")
		two.Amount, two.Return = fen("1.00"), fen("1.00")
		w.run("finding.open", two)
		w.run("finding.progress", audit.FindingProgressCmd{Code: "W3", On: day("2026-06-14"), Text: "已整改"})
		w.run("finding.apply_close", audit.FindingApplyCmd{Code: "W3", On: day("2026-06-14"), Result: "已退", Evidence: []ledger.Digest{paper}})
		if err := w.as(other, "finding.verify", audit.FindingVerifyCmd{Code: "W3", On: day("2026-06-14"), Post: "督查员", Opinion: "属实"}); err != nil {
			t.Fatal(err)
		}
		w.refuse(other, audit.ErrFindingReceipt, "finding.close", audit.FindingCloseCmd{Code: "W3", On: day("2026-06-15"), Receipts: []int64{second}})

		w.run("finding.look_back", audit.FindingLookCmd{Code: "W1", On: day("2026-06-15"), Passed: true, Text: "未反弹", Next: day("2026-12-20")})
		w.run("finding.look_back", audit.FindingLookCmd{Code: "W1", On: day("2026-06-15"), Text: "又发现多付", Deadline: day("2026-08-01"), Next: day("2026-12-20")})
		if f := w.finding("W1"); f.State != audit.FindingReturned || len(f.Looks) != 2 || f.Deadline != day("2026-08-01") || f.Returned != fen("4000.00") {
			t.Errorf("after it came up again: %+v", f)
		}
		overdue := read(w.store, func(ctx context.Context, q bun.IDB) ([]audit.Finding, error) {
			return audit.OverdueFindings(ctx, q, countyNo, "", day("2026-07-11"))
		})
		if len(overdue) != 1 || overdue[0].Code != "W3" {
			t.Errorf("overdue: %+v", overdue)
		}
		events := read(w.store, func(ctx context.Context, q bun.IDB) ([]dossier.Event, error) {
			_, events, err := dossier.Look(ctx, q, dossier.Ref{County: countyNo, Kind: "finding", Code: "W1"})
			return events, err
		})
		if len(events) != 10 {
			t.Errorf("%d facts", len(events))
		}
		w.refolds()
	})
}

func (s *store) finding(code string) audit.Finding {
	s.t.Helper()
	return read(s, func(ctx context.Context, q bun.IDB) (audit.Finding, error) {
		return audit.FindFinding(ctx, q, countyNo, code, "")
	})
}

// receipt returns the n-th receipt entry of a recovery.
func (s *store) receipt(recovery string, n int) int64 {
	s.t.Helper()
	list := read(s, func(ctx context.Context, q bun.IDB) ([]dossier.Item[any], error) {
		return dossier.Browse(ctx, q, countyNo, "recovery", dossier.Filter{})
	})
	for i := range list {
		if r := list[i].State.(*payments.Recovery); list[i].Code == recovery && n < len(r.Entries) {
			return r.Entries[n]
		}
	}
	s.t.Fatalf("recovery %s has no receipt %d", recovery, n)
	return 0
}

// paidSeq returns the entry of a project's first payment.
func (s *store) paidSeq(project string) int64 {
	s.t.Helper()
	for _, d := range s.doubts("A05") {
		for _, r := range d.Rows {
			if r.Kind == "entry" && d.Subject == project+"/H2" {
				return r.Seq
			}
		}
	}
	s.t.Fatalf("project %s has no payment", project)
	return 0
}

// TestATownshipReportsOnItsOwnFindings: it sees its own and works on no other; to
// open, verify and close is the county's.
func TestATownshipReportsOnItsOwnFindings(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		mine, theirs, county := opening("W1", audit.SourceSelf, "自查1"), opening("W2", audit.SourceSelf, "自查2"), opening("W3", audit.SourceSelf, "自查3")
		mine.Town, theirs.Town = ourTown, "孔田镇"
		for _, c := range []audit.FindingCmd{mine, theirs, county} {
			s.run("finding.open", c)
		}
		step := func(code string) audit.FindingProgressCmd {
			return audit.FindingProgressCmd{Code: code, On: day("2026-06-01"), Text: "整改中"}
		}
		if err := s.as(xinshan, "finding.progress", step("W1")); err != nil {
			t.Fatal(err)
		}
		s.refuse(xinshan, dossier.ErrUnknown, "finding.progress", step("W2"))
		s.refuse(xinshan, audit.ErrFindingForeign, "finding.progress", step("W3"))
		s.refuse(xinshan, auth.ErrForbidden, "finding.open", opening("W4", audit.SourceSelf, "自查4"))
		s.refuse(xinshan, auth.ErrForbidden, "finding.close", audit.FindingCloseCmd{Code: "W1", On: day("2026-06-02")})
		s.refuse(auth.Who{ID: [16]byte{15: 30}, Role: auth.Auditor}, auth.ErrForbidden, "finding.progress", step("W1"))
		list := read(s, func(ctx context.Context, q bun.IDB) ([]audit.Finding, error) {
			return audit.Findings(ctx, q, countyNo, dossier.Filter{Unit: ourTown})
		})
		if len(list) != 2 || list[0].Code != "W1" || list[1].Code != "W3" {
			t.Errorf("%+v", list)
		}
		s.refolds()
	})
}

// TestAGradeThatFailedOpensAFinding: only a grade below the threshold is a source.
func TestAGradeThatFailedOpensAFinding(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		s.refuse(finance, audit.ErrFindingSource, "finding.open", opening("W1", audit.SourcePerformance, "J1"))
		s.refuse(finance, dossier.ErrUnknown, "finding.open", opening("W1", audit.SourcePerformance, "J1/2026"))
	})
}
