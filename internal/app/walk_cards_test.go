package app_test

import (
	"fmt"
	"strconv"
	"strings"

	"fundbook/internal/dbtest"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// people makes households of a project's township, none twice.
func (w *walk) people(n int, village string) []byte {
	hs := households(w.householdN, n, "1", fmt.Sprintf("%d.%02d", 20+w.r.IntN(60), w.r.IntN(100)))
	w.householdN += n
	file := strings.ReplaceAll(string(csvOf(hs)), ","+village360+",", ","+village+",")
	return []byte(file)
}

// village360 is the village that csvOf writes.
const village360 = village

// roster makes a roster of a household project and takes it to confirmation,
// stopping anywhere.
func (w *walk) roster() {
	var list []walkProject
	for _, p := range w.projects {
		if p.household {
			list = append(list, p)
		}
	}
	if len(list) == 0 || len(w.rosters) > 3 {
		w.batch()
		return
	}
	p, code := one(w, list), w.name("R")
	at := w.county + "101201"
	create := projects.RosterCmd{
		Code: code, Name: "名册", Kind: projects.RosterHousehold, Project: p.code, Programme: code, Year: 2026, Measure: "亩", Policy: "样例〔2026〕1号",
		File: w.people(2+w.r.IntN(5), at),
	}
	if !w.run("roster.create", p.town, create) {
		return
	}
	w.rosters = append(w.rosters, walkMade{code, p.code, p.town})
	if w.oneIn(4) {
		w.run("roster.amend", p.town, projects.AmendCmd{Code: code, Strike: []int{1}, File: w.people(1, at), Date: w.today(), Document: "名册更正"})
	}
	if w.oneIn(8) || !w.run("roster.commit", "", projects.CommitCmd{Code: code, Date: w.today(), Mode: w.mode()}) {
		return
	}
	if !w.run("project.post_notice", p.town, projects.PostNoticeCmd{Project: p.code, Type: "N8", Subject: code, From: w.today(), To: w.today().AddDays(10), Evidence: paper}) {
		return
	}
	if !w.oneIn(6) {
		w.wait(12)
	}
	if w.run("roster.confirm", "", projects.ConfirmCmd{Code: code, Date: w.today()}) && !w.oneIn(5) {
		w.makeBatch(walkMade{code, p.code, p.town}, "")
	}
}

// rosterRows blocks, releases or strikes a row, or gives it another card.
func (w *walk) rosterRows() {
	if len(w.rosters) == 0 {
		w.roster()
		return
	}
	r, line := latest(w, w.rosters), 1+w.r.IntN(3)
	switch w.r.IntN(4) {
	case 0:
		if w.run("roster.block_row", "", projects.LineCmd{Code: r.code, Line: line, Decision: "异议受理"}) && !w.oneIn(3) {
			w.run("roster.release_row", "", projects.LineCmd{Code: r.code, Line: line, Decision: "异议不成立"})
		}
	case 1:
		w.run("roster.strike", "", projects.StrikeCmd{Code: r.code, Lines: []int{line}, Date: w.date(), Decision: "取消资格"})
	case 2:
		w.run("roster.confirm", "", projects.ConfirmCmd{Code: r.code, Date: w.date()})
	default:
		w.correct(r, line)
	}
}

// correct gives a row another card of the same person, as its file named it.
func (w *walk) correct(r walkMade, line int) {
	_, payees, err := w.pair.engines[0].app.RosterPayees(w.pair.ctx, finance, w.county, r.code)
	if !w.found(err) {
		return
	}
	for _, p := range payees {
		if p.N == line {
			w.run("roster.correct", r.town, projects.CorrectCmd{Code: r.code, Rows: []projects.CardFix{{Line: line, ID: p.Person.ID, Card: dbtest.CardNumber(90_000 + w.householdN + w.count)}}, Document: "换卡"})
		}
	}
}

// batch makes a card batch of a roster.
func (w *walk) batch() {
	if len(w.rosters) == 0 {
		return
	}
	r := latest(w, w.rosters)
	x, err := projects.FindRoster(w.pair.ctx, w.pair.engines[0].db.Read, w.no, r.code, "")
	switch {
	case !w.found(err):
	case x.State == projects.RosterConfirmed || w.oneIn(8):
		w.makeBatch(r, "")
	case x.State == projects.RosterCommitted:
		w.run("roster.confirm", "", projects.ConfirmCmd{Code: r.code, Date: w.today()})
	default:
		w.run("roster.commit", "", projects.CommitCmd{Code: r.code, Date: w.today(), Mode: w.mode()})
	}
}

// makeBatch makes a batch and takes it to its review, or further.
func (w *walk) makeBatch(r walkMade, reissues string) {
	cmd := payments.BatchCmd{Code: w.name("C"), Roster: r.code, Reissues: reissues}
	if r.town != "" && !w.oneIn(3) {
		cmd.Book = ledger.Book(r.town)
		w.fundHouseholds(r)
	}
	if !w.run("batch.create", r.town, cmd) {
		return
	}
	w.batches = append(w.batches, walkMade{cmd.Code, r.code, r.town})
	for range 7 {
		if w.oneIn(9) {
			return
		}
		w.batchStep(w.batches[len(w.batches)-1])
	}
}

// fundHouseholds sends a township the cash that a roster needs, as far as it may.
func (w *walk) fundHouseholds(r walkMade) {
	for _, b := range w.books.leaves.Balances() {
		if b.Key.Contract == r.code && b.Key.Account == "7203" && b.Net > 0 && !w.oneIn(6) {
			w.fund(r.town, b.Key.Lot, b.Net)
		}
	}
}

// batchOn takes a batch one step on, or aside.
func (w *walk) batchOn() {
	if len(w.batches) == 0 {
		w.roster()
		return
	}
	b := latest(w, w.batches)
	on := w.date()
	switch w.r.IntN(9) {
	case 0:
		w.run("batch.return", "", payments.BatchStepCmd{Code: b.code, Note: "退回"})
	case 1:
		w.run("batch.exclude", "", payments.ExcludeCmd{Code: b.code, Lines: []int{1 + w.r.IntN(4)}, Date: on})
	case 2:
		w.run("batch.cancel", "", payments.CancelCmd{Code: b.code, Date: on, Decision: "撤销决定"})
	case 3:
		for _, r := range w.rosters {
			if r.code == b.of {
				w.makeBatch(r, b.code)
				return
			}
		}
	case 4, 5:
		w.cameBack()
	default:
		w.batchStep(b)
	}
}

// cameBack takes rows back that the bank had reported as paid, those of the latest
// batch that has some, and mostly pays them again.
func (w *walk) cameBack() {
	for i := len(w.batches) - 1; i >= 0; i-- {
		b := w.batches[i]
		x, err := payments.FindBatch(w.pair.ctx, w.pair.engines[0].db.Read, w.no, b.code, "")
		if !w.found(err) {
			continue
		}
		cmd := payments.BatchReturnCmd{Code: b.code, Date: w.today(), Reference: w.name("TH")}
		if w.oneIn(5) {
			cmd.Date = w.date()
		}
		for _, r := range x.Rows {
			if r.Result == payments.ResultPaid && (len(cmd.Rows) == 0 || w.oneIn(2)) {
				cmd.Rows = append(cmd.Rows, payments.ReturnedRow{Line: r.N, Reason: "账户已销户"})
			}
		}
		if len(cmd.Rows) == 0 && !w.oneIn(6) {
			continue
		}
		if len(cmd.Rows) == 0 || w.oneIn(12) { // one that is not paid, or twice
			cmd.Rows = append(cmd.Rows, payments.ReturnedRow{Line: 1, Reason: "账户已销户"})
		}
		if w.run("batch.returned", b.town, cmd) && !w.oneIn(3) {
			w.makeBatch(walkMade{b.of, "", b.town}, b.code)
		}
		return
	}
	w.batch()
}

// batchStep takes the step that is due.
func (w *walk) batchStep(b walkMade) {
	x, err := payments.FindBatch(w.pair.ctx, w.pair.engines[0].db.Read, w.no, b.code, "")
	if !w.found(err) {
		return
	}
	step := payments.BatchStepCmd{Code: b.code}
	if (x.State == payments.BatchChecked || x.State == payments.BatchFrozen || x.State == payments.BatchReview) && w.oneIn(8) {
		w.run("batch.return", "", payments.BatchStepCmd{Code: b.code, Note: "退回"})
		return
	}
	on := payments.BatchDateCmd{Code: b.code, Date: w.today()}
	switch x.State {
	case payments.BatchDraft:
		w.run("batch.check", b.town, step)
	case payments.BatchChecked:
		w.run("batch.freeze", b.town, step)
	case payments.BatchFrozen:
		w.run("batch.send", b.town, step)
	case payments.BatchReview:
		w.run("batch.approve", "", on)
	case payments.BatchApproved:
		w.run("batch.export", b.town, payments.ExportCmd{Code: b.code})
	case payments.BatchExported:
		w.run("batch.pay_out", b.town, on)
	case payments.BatchPaidOut:
		w.run("batch.result", b.town, payments.ResultCmd{Code: b.code, Date: w.today(), File: w.bankAnswer(b.code)})
	default:
	}
}

// bankAnswer is the bank's result of a batch's file, with some rows refused.
func (w *walk) bankAnswer(batch string) []byte {
	file, err := w.pair.engines[0].app.BankFile(w.pair.ctx, finance, w.county, batch)
	if err != nil {
		w.failf("%v", err)
	}
	out := []string{"批次,序号,账号,金额,结果,原因"}
	for _, l := range strings.Split(strings.TrimSpace(strings.TrimPrefix(string(file), "\uFEFF")), "\r\n")[1:] {
		f := strings.Split(l, ",")
		if f[0] == "合计" {
			out = append(out, strings.Join([]string{f[0], f[1], "", f[4], "", ""}, ","))
			continue
		}
		if _, err := strconv.Atoi(f[1]); err != nil {
			w.failf("%v", err)
		}
		result := "成功,"
		if w.oneIn(3) {
			result = "失败,账号有误"
		}
		out = append(out, strings.Join([]string{f[0], f[1], f[3], f[4], result}, ","))
	}
	return []byte(strings.Join(out, "\n") + "\n")
}
