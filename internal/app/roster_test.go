package app_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/internal/seal"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
)

// TestHouseholdMoneyReachesEveryCard goes from a file of persons to the last card:
// roster, commitment, notice, confirmation, batch, bank file, result with refusals,
// new cards, a second batch. In the end nothing is owed and nothing is in transit.
func TestHouseholdMoneyReachesEveryCard(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "700.00"): "700.00", s.lot("K2", "400.00"): "400.00", s.lot("K3", "300.00"): "300.00"})
		hs := households(0, 7, "1.5", "66.66") // 99.99 each: 699.93 over 7:4:3
		s.at("2026-04-01")
		create := projects.RosterCmd{
			Code: "R1", Name: "产业奖补名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩",
			Policy: "样例〔2026〕1号", File: csvOf(hs),
		}
		s.must("roster.create", create)
		s.refused(finance, projects.ErrRosterState, "roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-01")})
		s.must("roster.commit", projects.CommitCmd{Code: "R1", Date: day("2026-04-01")})
		s.at("2026-06-15")
		s.refused(finance, payments.ErrGate, "roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-20")})
		s.postN8(p, "R1", "2026-03-20", "2026-03-30") // before the roster was made: shows other rows
		s.refused(finance, payments.ErrGate, "roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-20")})
		s.withdrawN8(p, "R1")
		s.postN8(p, "R1", "2026-04-02", "2026-04-12")
		s.refused(finance, payments.ErrGate, "roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-12")})
		s.must("roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-13")})

		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1"}, "2026-04-14")
		s.refused(finance, payments.ErrBatchState, "batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.must("batch.export", payments.ExportCmd{Code: "B1", Encoding: "gb18030"})
		file, err := s.BankFile(t.Context(), finance, county, "B1")
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.BankFile(t.Context(), finance, county, "B1")
		if err != nil || !bytes.Equal(file, again) {
			t.Errorf("the file made again differs: %v", err)
		}
		s.refused(finance, payments.ErrBatchState, "batch.export", payments.ExportCmd{Code: "B1"})
		out := s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		if n := entriesIn(out); n != 1 {
			t.Errorf("paying out is %d entries, want one for the batch", n)
		}
		s.paidTwice(t, hs)
	})
}

// paidTwice takes the results of batch B1, whose file is in GB18030, and pays what
// came back by B2.
func (b *store) paidTwice(t *testing.T, hs []household) {
	t.Helper()
	rows := "批次,序号,账号,金额,结果,原因\n"
	for i, h := range hs {
		result := "成功,"
		switch i {
		case 2:
			result = "失败,收款人户名不符：" + h.name
		case 5:
			result = "失败,该账户已销户"
		}
		rows += "B1," + string(rune('1'+i)) + "," + h.card + ",99.99," + result + "\n"
	}
	result := payments.ResultCmd{Code: "B1", Date: day("2026-04-17"), File: []byte(rows + "合计,7,,699.93,,\n")}
	b.must("batch.result", result)
	b.refused(finance, payments.ErrResultRepeat, "batch.result", result)
	want := map[string]ledger.Amount{"2002": -fen("199.98"), "7203": fen("199.98"), "7302": fen("499.95"), "5003": fen("699.93")}
	for k, v := range want {
		if got := b.balances()[k]; got != v {
			t.Errorf("after the first result %s = %s, want %s", k, got, v)
		}
	}
	made, err := b.Batch(t.Context(), finance, county, "B1")
	if err != nil || made.State != payments.BatchDone || made.Rows[2].Reason != "name_mismatch" || made.Rows[5].Reason != "closed" {
		t.Errorf("batch %+v, %v", made, err)
	}

	fix := func(line int, id, card, name string) projects.CorrectCmd {
		return projects.CorrectCmd{Code: "R1", Document: "更正1号", Rows: []projects.CardFix{{Line: line, ID: id, Card: card, Name: name}}}
	}
	b.refused(finance, projects.ErrRosterIDCheck, "roster.correct", fix(3, hs[5].id, dbtest.CardNumber(103), ""))
	b.refused(finance, projects.ErrRosterRows, "roster.correct", fix(3, hs[2].id, "6228000000000001030", ""))
	b.refused(finance, projects.ErrRosterLine, "roster.correct", fix(1, hs[0].id, dbtest.CardNumber(101), "")) // paid
	b.must("roster.correct", fix(3, hs[2].id, dbtest.CardNumber(103), "样例丙戶"))
	b.must("roster.correct", fix(6, strings.ToLower(hs[5].id), dbtest.CardNumber(106), ""))
	b.refused(finance, payments.ErrBatchReissue, "batch.create", payments.BatchCmd{Code: "B2", Roster: "R1", Reissues: "B1", Lines: []int{1}})
	b.approved(payments.BatchCmd{Code: "B2", Roster: "R1", Reissues: "B1"}, "2026-04-20")
	b.must("batch.export", payments.ExportCmd{Code: "B2"})
	b.must("batch.pay_out", payments.BatchDateCmd{Code: "B2", Date: day("2026-04-21")})
	b.must("batch.result", payments.ResultCmd{Code: "B2", Date: day("2026-04-22"), File: b.resultOf("B2", nil)})
	if _, err := b.BankFile(t.Context(), finance, county, "B1"); err != nil {
		t.Errorf("the first file, after cards have changed: %v", err)
	}

	r, err := b.Roster(t.Context(), finance, county, "R1")
	if err != nil || r.State != projects.RosterClosed {
		t.Errorf("roster %s, %v, want closed", r.State, err)
	}
	if p := b.project(r.Project); p.State != projects.StateReimbursed {
		t.Errorf("every row is paid, the project is %s", p.State)
	}
	if want := []projects.RosterDoubt{{Rule: "A23", N: 3}}; !cmp.Equal(r.Doubts, want) {
		t.Errorf("doubts %v, want %v", r.Doubts, want)
	}
	got := b.balances()
	for _, k := range []string{"2002", "7202", "7203", "7204.P", "7301", "1203"} {
		if got[k] != 0 {
			t.Errorf("at the end %s = %s, want nothing", k, got[k])
		}
	}
	if got["7302"] != fen("699.93") || got["1001"] != fen("700.07") {
		t.Errorf("at the end 7302 = %s, 1001 = %s", got["7302"], got["1001"])
	}
	b.sound()
}

func entriesIn(out app.Outcome) (n int) {
	for i := range out.Records {
		if out.Records[i].Kind == ledger.KindEntry {
			n++
		}
	}
	return n
}

// TestTownshipPaysItsCardsFromItsOwnBook runs the township mode of E15: the
// township makes the batch and pays it, the county approves.
func TestTownshipPaysItsCardsFromItsOwnBook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		lot := s.lot("K1", "1000.00")
		s.post(ledger.Posting{Event: "E04", Date: day("2026-03-03"), Parts: part(lot, "1000.00"), Into: "7104", Unit: town})
		p := s.householdProject(town, map[ledger.LotID]string{lot: "1000.00"})
		s.post(ledger.Posting{Event: "E04c", Date: day("2026-03-11"), Parts: part(lot, "400.00"), Township: town})
		office := auth.Who{ID: [16]byte{15: 21}, Name: "乡镇财政所", Role: auth.Township, County: county, Unit: town}
		other := auth.Who{ID: [16]byte{15: 22}, Name: "另一乡", Role: auth.Township, County: county, Unit: "360726102"}
		hs := households(0, 4, "1", "100.00")
		s.confirmedRoster("R1", p, hs)
		run := func(who auth.Who, name string, body any) {
			t.Helper()
			if _, err := s.op(who, name, body); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if _, err := s.op(other, "batch.create", payments.BatchCmd{Code: "B0", Roster: "R1", Book: "360726102"}); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("another township: %v, want ErrUnknown", err)
		}
		s.refused(finance, payments.ErrBatchBook, "batch.create", payments.BatchCmd{Code: "B0", Roster: "R1", Book: "360726102"})
		run(office, "batch.create", payments.BatchCmd{Code: "B1", Roster: "R1", Book: town})
		run(office, "batch.check", payments.BatchStepCmd{Code: "B1"})
		run(office, "batch.freeze", payments.BatchStepCmd{Code: "B1"})
		run(office, "batch.send", payments.BatchStepCmd{Code: "B1"})
		if _, err := s.op(office, "batch.approve", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-14")}); !errors.Is(err, auth.ErrForbidden) {
			t.Errorf("a township approves its own batch: %v", err)
		}
		run(finance, "batch.approve", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-14")})
		run(office, "batch.export", payments.ExportCmd{Code: "B1"})
		run(office, "batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		if got := s.balances(); got["T1203"] != fen("400.00") || got["T1002"] != 0 {
			t.Errorf("paid out: T1203 %s, T1002 %s", got["T1203"], got["T1002"])
		}
		run(office, "batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-04-16"), File: s.resultOf("B1", map[int]string{2: "账户冻结"})})
		got := s.balances()
		want := map[string]ledger.Amount{
			"1101": fen("100.00"), "T2102": -fen("100.00"), "T1002": fen("100.00"), "2002": -fen("100.00"), "7203": fen("100.00"),
			"7302": fen("300.00"), "5003": fen("400.00"),
		}
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s = %s, want %s", k, got[k], v)
			}
		}
		s.sound()
	})
}

// TestObjectionBlocksItsOwnRowOnly blocks a row before a batch is made, one while it
// stands in a batch, releases one and strikes the other.
func TestObjectionBlocksItsOwnRowOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "300.01"): "300.01", s.lot("K2", "299.99"): "299.99"})
		s.confirmedRoster("R1", p, households(0, 6, "1", "100.00"))
		s.must("roster.block_row", projects.LineCmd{Code: "R1", Line: 2, Decision: "异议1号"})
		s.refused(finance, projects.ErrRosterLine, "roster.block_row", projects.LineCmd{Code: "R1", Line: 2, Decision: "异议1号"})
		s.refused(finance, projects.ErrRosterLineNo, "roster.block_row", projects.LineCmd{Code: "R1", Line: 7, Decision: "异议1号"})
		s.refused(finance, projects.ErrRosterLine, "batch.create", payments.BatchCmd{Code: "B1", Roster: "R1", Lines: []int{1, 2}})
		s.must("batch.create", payments.BatchCmd{Code: "B1", Roster: "R1"})
		b, err := s.Batch(t.Context(), finance, county, "B1")
		if err != nil || len(b.Rows) != 5 || b.Rows[1].N != 3 {
			t.Fatalf("the batch has %d rows (%v), want all but the blocked one", len(b.Rows), err)
		}
		s.must("batch.check", payments.BatchStepCmd{Code: "B1"})
		s.must("batch.freeze", payments.BatchStepCmd{Code: "B1"})
		s.must("batch.send", payments.BatchStepCmd{Code: "B1"})
		s.must("roster.block_row", projects.LineCmd{Code: "R1", Line: 5, Decision: "异议2号"})
		s.refused(finance, payments.ErrBatchBlocked, "batch.approve", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-14")})
		s.refused(finance, payments.ErrBatchLine, "batch.exclude", payments.ExcludeCmd{Code: "B1", Lines: []int{2}, Date: day("2026-04-14")})
		s.must("batch.exclude", payments.ExcludeCmd{Code: "B1", Lines: []int{5}, Date: day("2026-04-14")})
		s.must("batch.approve", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-14")})
		s.must("batch.exclude", payments.ExcludeCmd{Code: "B1", Lines: []int{6}, Date: day("2026-04-14")}) // approved: E12v
		if got := s.balances(); got["7204.P"] != fen("300.00") || got["7203"] != fen("300.00") {
			t.Errorf("7204.P %s, 7203 %s, want 300.00 each", got["7204.P"], got["7203"])
		}
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.must("batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-04-16"), File: s.resultOf("B1", nil)})

		s.must("roster.release_row", projects.LineCmd{Code: "R1", Line: 2, Decision: "答复1号"})
		s.refused(finance, projects.ErrRosterLine, "roster.release_row", projects.LineCmd{Code: "R1", Line: 2, Decision: "答复1号"})
		s.refused(finance, projects.ErrRosterLine, "roster.strike", projects.StrikeCmd{Code: "R1", Lines: []int{1}, Date: day("2026-05-01"), Decision: "决定1号"})
		s.must("roster.strike", projects.StrikeCmd{Code: "R1", Lines: []int{5}, Date: day("2026-05-01"), Decision: "决定1号"})
		s.approved(payments.BatchCmd{Code: "B2", Roster: "R1"}, "2026-05-06")
		s.must("batch.cancel", payments.CancelCmd{Code: "B2", Date: day("2026-05-07"), Decision: "银行退件"})
		s.approved(payments.BatchCmd{Code: "B3", Roster: "R1"}, "2026-05-08")
		s.must("batch.export", payments.ExportCmd{Code: "B3"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B3", Date: day("2026-05-09")})
		s.must("batch.result", payments.ResultCmd{Code: "B3", Date: day("2026-05-10"), File: s.resultOf("B3", nil)})
		got := s.balances()
		want := map[string]ledger.Amount{"7302": fen("500.00"), "5003": fen("500.00"), "7401": fen("100.00"), "1001": fen("100.00"), "2002": 0, "7203": 0, "7204.P": 0}
		for k, v := range want {
			if got[k] != v {
				t.Errorf("%s = %s, want %s", k, got[k], v)
			}
		}
		s.sound()
	})
}

// TestRosterChangesBeforeItIsConfirmed adds and strikes rows of a committed roster:
// what is bound follows, and the notice must be posted again.
func TestRosterChangesBeforeItIsConfirmed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProjectOf("010501", "", map[ledger.LotID]string{s.lot("K1", "500.00"): "500.00", s.lot("K2", "500.00"): "500.00"})
		hs := households(0, 6, "1", "100.00")
		s.at("2026-04-01")
		s.must("roster.create", projects.RosterCmd{
			Code: "R1", Name: "名册", Kind: projects.RosterSubsidy, Project: p.Code, Programme: "贴息", Year: 2026, Measure: "亩", Policy: "样例〔2026〕1号", File: csvOf(hs[:4]),
		})
		amend := projects.AmendCmd{Code: "R1", Strike: []int{2}, File: csvOf(hs[4:]), Date: day("2026-04-01"), Document: "增减1号"}
		s.must("roster.commit", projects.CommitCmd{Code: "R1", Date: day("2026-04-01")})
		s.postN8(p, "R1", "2026-04-01", "2026-04-11")
		s.at("2026-04-12")
		twice := amend
		twice.File = csvOf(hs[3:])
		s.refused(finance, projects.ErrRosterRows, "roster.amend", twice)
		amend.Date = day("2026-04-12")
		s.refused(finance, projects.ErrRosterPosted, "roster.amend", amend)
		s.withdrawN8(p, "R1")
		s.must("roster.amend", amend)
		if got := s.balances()["7202"]; got != fen("500.00") {
			t.Errorf("bound %s after two came and one went, want 500.00", got)
		}
		s.must("roster.amend", projects.AmendCmd{Code: "R1", Strike: []int{1, 3}, Date: day("2026-04-12"), Document: "增减2号"})
		if got := s.balances(); got["7202"] != fen("300.00") || got["7201"] != fen("700.00") {
			t.Errorf("bound %s, planned %s, want 300.00 and 700.00", got["7202"], got["7201"])
		}
		s.at("2026-06-15")
		s.refused(finance, payments.ErrGate, "roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-20")})
		s.postN8(p, "R1", "2026-04-13", "2026-04-23")
		s.refused(finance, payments.ErrGate, "roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-24")}, "应贴息 0.00")
		s.must("loan.register", projects.LoanRegisterCmd{
			Code: "DK-1", Borrower: ledger.Digest{1}, Bank: "农商行", Purpose: "脐橙种植", Principal: fen("50000.00"), From: day("2025-03-01"),
			Due: day("2026-03-01"), Rate: 43500, Base: 43500, Document: "借款合同",
		})
		s.must("roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-24")})
		if got := s.balances(); got["5004"] != fen("300.00") || got["2002"] != -fen("300.00") {
			t.Errorf("interest subsidy: 5004 %s, 2002 %s", got["5004"], got["2002"])
		}
		s.refused(finance, projects.ErrRosterState, "roster.amend", projects.AmendCmd{Code: "R1", Strike: []int{4}, Date: day("2026-04-25"), Document: "增减3号"})
		s.sound()
	})
}

// TestWhatIsDoneTwiceChangesNothing repeats commands with their key, with another,
// and pays the same rows again.
func TestWhatIsDoneTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "900.00"): "900.00"})
		hs := households(0, 3, "1", "100.00")
		hs[2].card = hs[0].card // one card in a household of two: A02
		create := projects.RosterCmd{
			Code: "R1", Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "产业奖补", Year: 2026, Measure: "亩", Policy: "样例〔2026〕1号", File: csvOf(hs),
		}
		s.at("2026-04-01")
		key := s.nextKey()
		first, err := s.Run(t.Context(), app.Request{County: county, Who: finance, Key: key}, "roster.create", create)
		if err != nil {
			t.Fatal(err)
		}
		before := s.head()
		again, err := s.Run(t.Context(), app.Request{County: county, Who: finance, Key: key}, "roster.create", create)
		if err != nil || !again.Replayed || !cmp.Equal(first.Records[0].Body, again.Records[0].Body) || s.head() != before {
			t.Errorf("a replay: replayed %v, %v, recorded %d", again.Replayed, err, s.head()-before)
		}
		s.refused(finance, dossier.ErrExists, "roster.create", create)
		other := create
		other.Code = "R2"
		report, err := s.PreviewRoster(t.Context(), finance, county, other)
		if err != nil || report.Errors != 0 || report.Warnings != 6 {
			t.Errorf("preview of the same people in the same programme: %+v, %v, want A02 in the file once, A01 three times, A02 across twice", report, err)
		}
		s.must("roster.create", other)
		r, err := s.Roster(t.Context(), finance, county, "R2")
		want := []projects.RosterDoubt{
			{Rule: "A02", N: 3, With: 1},
			{Rule: "A01", N: 1, Other: "R1", With: 1},
			{Rule: "A01", N: 2, Other: "R1", With: 2},
			{Rule: "A01", N: 3, Other: "R1", With: 3},
			{Rule: "A02", N: 3, Other: "R1", With: 1},
			{Rule: "A02", N: 1, Other: "R1", With: 3},
		}
		if err != nil || !cmp.Equal(r.Doubts, want) {
			t.Errorf("doubts %v, %v, want %v", r.Doubts, err, want)
		}

		s.must("roster.commit", projects.CommitCmd{Code: "R1", Date: day("2026-04-01")})
		s.postN8(p, "R1", "2026-04-02", "2026-04-12")
		s.at("2026-06-15")
		s.must("roster.confirm", projects.ConfirmCmd{Code: "R1", Date: day("2026-04-13")})
		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1"}, "2026-04-14")
		s.refused(finance, projects.ErrRosterLine, "batch.create", payments.BatchCmd{Code: "B1", Roster: "R1"})
		s.refused(finance, projects.ErrRosterLine, "batch.create", payments.BatchCmd{Code: "B2", Roster: "R1"})
		s.refused(finance, projects.ErrRosterLine, "batch.create", payments.BatchCmd{Code: "B2", Roster: "R1", Lines: []int{3}})
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.refused(finance, payments.ErrBatchState, "batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.refused(finance, payments.ErrBatchState, "batch.cancel", payments.CancelCmd{Code: "B1", Date: day("2026-04-15"), Decision: "决定"})

		// The second time the file is known, so what is prepared is a refusal; the key
		// says that it is a replay.
		result := payments.ResultCmd{Code: "B1", Date: day("2026-04-16"), File: s.resultOf("B1", nil)}
		key = s.nextKey()
		for i := range 2 {
			out, err := s.Run(t.Context(), app.Request{County: county, Who: finance, Key: key}, "batch.result", result)
			if err != nil || out.Replayed != (i == 1) {
				t.Errorf("result, time %d: replayed %v, %v", i+1, out.Replayed, err)
			}
		}
		s.refused(finance, payments.ErrResultRepeat, "batch.result", result)
		result.Date = day("2026-04-17")
		if _, err := s.Run(t.Context(), app.Request{County: county, Who: finance, Key: key}, "batch.result", result); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("the key with another body: %v, want ErrKeyReused", err)
		}
		s.sound()
	})
}

// TestNothingOfAPersonStandsInTheOpen looks for every name, number, card and
// telephone number of a roster in everything that is stored, beside the sealed
// bytes, and in what a refusal says.
func TestNothingOfAPersonStandsInTheOpen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "900.00"): "900.00"})
		hs := households(40, 3, "1", "100.00")
		s.confirmedRoster("R1", p, hs)
		s.approved(payments.BatchCmd{Code: "B1", Roster: "R1"}, "2026-04-14")
		s.must("batch.export", payments.ExportCmd{Code: "B1"})
		s.must("batch.pay_out", payments.BatchDateCmd{Code: "B1", Date: day("2026-04-15")})
		s.must("batch.result", payments.ResultCmd{Code: "B1", Date: day("2026-04-16"), File: s.resultOf("B1", map[int]string{1: hs[0].name + " 户名不符"})})
		secrets := []string{"0797-1234567", "第一组"}
		for _, h := range hs {
			secrets = append(secrets, h.name, h.id, h.card)
		}
		for _, q := range []string{"SELECT body FROM record", "SELECT body FROM dossier", "SELECT sealed FROM roster_row", "SELECT id_index FROM roster_row", "SELECT card_index FROM roster_row"} {
			var bodies [][]byte
			if err := d.Read.NewRaw(q).Scan(t.Context(), &bodies); err != nil || len(bodies) == 0 {
				t.Fatalf("%s: %d rows, %v", q, len(bodies), err)
			}
			for _, b := range bodies {
				for _, x := range secrets {
					if bytes.Contains(b, []byte(x)) {
						t.Errorf("%s shows %q", q, x)
					}
				}
			}
		}
		bad := append(households(40, 3, "1", "100.00"), households(40, 1, "-1", "abc")...)
		bad[1].card = bad[1].id // in the wrong column
		bad[2].quantity = bad[2].card
		_, err := s.op(finance, "roster.create", projects.RosterCmd{
			Code: "R9", Name: "名册", Kind: projects.RosterHousehold, Project: p.Code, Programme: "x", Year: 2026, Measure: "亩", Policy: "样例", File: csvOf(bad),
		})
		f := fault.From(err)
		if !f.Is(projects.ErrRosterRows) || len(f.Fields) < 5 {
			t.Fatalf("refused by %v with %d fields", err, len(f.Fields))
		}
		said := f.Error()
		for _, x := range f.Fields {
			said += x.Location + x.Message + x.Value
		}
		for _, x := range secrets {
			if strings.Contains(said, x) {
				t.Errorf("the refusal shows %q", x)
			}
		}
	})
}

// TestTamperedRowIsFound changes each column of a sealed row with the triggers off.
func TestTamperedRowIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "900.00"): "900.00"})
		s.confirmedRoster("R1", p, households(0, 3, "1", "100.00"))
		s.sound()
		if _, err := d.Write.ExecContext(t.Context(), "UPDATE roster_row SET amount = amount + 1"); db.ClassOf(err) != db.Broken {
			t.Errorf("a sealed row can be changed: %v", err)
		}
		off, on := []string{"DROP TRIGGER roster_row_no_update", "DROP TRIGGER roster_row_no_delete"}, []string(nil)
		if d.Engine == db.PostgreSQL {
			off, on = []string{"ALTER TABLE roster_row DISABLE TRIGGER ALL"}, []string{"ALTER TABLE roster_row ENABLE TRIGGER ALL"}
		}
		exec := func(qs ...string) {
			t.Helper()
			for _, q := range qs {
				if _, err := d.Write.ExecContext(t.Context(), q); err != nil {
					t.Fatalf("%s: %v", q, err)
				}
			}
		}
		exec(off...)
		for _, c := range []struct{ do, undo string }{
			{"UPDATE roster_row SET amount = amount + 1 WHERE n = 1", "UPDATE roster_row SET amount = amount - 1 WHERE n = 1"},
			{"UPDATE roster_row SET quantity = quantity + 1 WHERE n = 1", "UPDATE roster_row SET quantity = quantity - 1 WHERE n = 1"},
			{"UPDATE roster_row SET year = 2025 WHERE n = 1", "UPDATE roster_row SET year = 2026 WHERE n = 1"},
			{"UPDATE roster_row SET village = '360726101202' WHERE n = 1", "UPDATE roster_row SET village = '360726101201' WHERE n = 1"},
			{"UPDATE roster_row SET seq = seq + 1 WHERE n = 1", "UPDATE roster_row SET seq = seq - 1 WHERE n = 1"},
			{"UPDATE roster_row SET rev = 2 WHERE n = 1", "UPDATE roster_row SET rev = 1 WHERE n = 1"},
			{"UPDATE roster_row SET n = 9 WHERE n = 1", "UPDATE roster_row SET n = 1 WHERE n = 9"},
			{"UPDATE roster_row SET id_index = commitment WHERE n = 1", ""},
			{"UPDATE roster_row SET card_index = commitment WHERE n = 2", ""},
			{"UPDATE roster_row SET commitment = id_index WHERE n = 3", ""},
			{"DELETE FROM roster_row WHERE n = 2", ""},
		} {
			exec(c.do)
			bad, _, err := s.VerifyPersons(t.Context(), county)
			if err != nil || len(bad) == 0 {
				t.Errorf("after %q: %v, %v, want a finding", c.do, bad, err)
			}
			if c.undo != "" {
				exec(c.undo)
				s.sound()
			}
		}
		exec(on...)
	})
}

// TestLostKeyIsNotMadeAnew opens a store that holds sealed rows without its key.
func TestLostKeyIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newRosterStore(t, d)
		p := s.householdProject("", map[ledger.LotID]string{s.lot("K1", "900.00"): "900.00"})
		s.confirmedRoster("R1", p, households(0, 3, "1", "100.00"))
		elsewhere := t.TempDir()
		a := app.Open(app.Options{DB: d, Data: elsewhere, Clock: s.clock.Load})
		t.Cleanup(a.Close)
		_, _, err := a.RosterPayees(t.Context(), finance, county, "R1")
		if !errors.Is(err, seal.ErrKeyMissing) {
			t.Errorf("read without the key: %v, want ErrKeyMissing", err)
		}
		if _, err := os.Stat(filepath.Join(elsewhere, "keys", "person.key")); !os.IsNotExist(err) {
			t.Errorf("a key was made: %v", err)
		}
		if bad, opened, err := a.VerifyPersons(t.Context(), county); err != nil || opened || len(bad) != 0 {
			t.Errorf("verify without the key: %v, opened %v, %v", bad, opened, err)
		}
		_, payees, err := s.RosterPayees(t.Context(), finance, county, "R1")
		if err != nil || len(payees) != 3 || payees[1].Person.Card != dbtest.CardNumber(1) {
			t.Errorf("with the key: %d payees, %v", len(payees), err)
		}
	})
}
