package app_test

import (
	"fundbook/ledger"
	"fundbook/payments"
)

// finalPapers are the documents of a final claim.
var finalPapers = append([]payments.DocType{payments.DocAcceptance, payments.DocFinalAccount, payments.DocWorkPhotos, payments.DocPosting}, townPapers...)

// claim submits a claim for an advance or for work done, and mostly takes it on to
// its payment.
func (w *walk) claim() {
	k, c, ok := w.contract()
	if !ok {
		return
	}
	if final, claimed := w.claimOf(k, payments.ClaimFinal); claimed && !w.oneIn(10) {
		w.payClaim(final)
		return
	}
	kind := payments.ClaimProgress
	if advanced := w.held("1201", k.code) != 0; !advanced && c.AcceptedOn.IsZero() && w.oneIn(2) || w.oneIn(12) {
		kind = payments.ClaimAdvance
	}
	if code, ok := w.submit(k, kind); ok && !w.oneIn(3) {
		w.payClaim(code)
	}
}

// submit submits a claim of a contract and takes it to acceptance or review.
func (w *walk) submit(k walkContract2, kind payments.ClaimKind) (string, bool) {
	code, on := w.name("B"), w.today()
	cmd := payments.ClaimCmd{Code: code, Kind: kind, Mode: payments.ModeCounty, Contract: k.code, Date: on}
	if k.town != "" && !w.oneIn(5) {
		cmd.Mode = payments.ModeTownship
	}
	committed, advanced := w.held("7202", k.code), w.held("1201", k.code)
	if !w.oneIn(8) {
		committed -= w.pending(k.code)
	}
	if cmd.Mode == payments.ModeTownship && !w.oneIn(6) {
		w.fundContract(k)
	}
	part := payments.ClaimPart{Project: k.project}
	switch kind {
	case payments.ClaimAdvance:
		part.Amount, cmd.Documents = w.near(max(committed/4, 1)), w.docs(advancePapers...)
	case payments.ClaimRetention:
		part.Amount, cmd.Documents = w.near(max(-w.held("2003", k.code), 1)), w.docs(payments.DocClaimForm, payments.DocDefectCheck)
	case payments.ClaimFinal:
		part.Amount, part.Offset, cmd.Documents = committed+advanced, advanced, w.docs(finalPapers...)
		if w.oneIn(6) {
			part.Amount = w.near(part.Amount)
		}
	default:
		part.Amount, cmd.Documents = w.near(max(committed*6/10, 1)), w.docs(townPapers...)
		if advanced > 0 && !w.oneIn(5) {
			part.Offset = min(w.near(advanced), part.Amount+advanced)
			part.Amount += part.Offset
		}
	}
	if kind == payments.ClaimProgress || kind == payments.ClaimFinal {
		cmd.Invoices = []payments.InvoiceUse{{Number: "2436200000" + code, Issuer: builder, Date: on, Amount: part.Amount, File: cmd.Documents[0], Draw: part.Amount}}
	}
	cmd.Parts = []payments.ClaimPart{part}
	if !w.run("claim.submit", k.town, cmd) {
		return code, false
	}
	w.claims = append(w.claims, code)
	if w.oneIn(10) {
		w.handleClaim()
		return code, false
	}
	if cmd.Mode == payments.ModeTownship {
		return code, w.run("claim.review", k.town, payments.ReviewCmd{Claim: code, Opinion: "同意", Signer: "张某", On: on})
	}
	return code, w.reviewed(code, k.town)
}

// walkMender is the third party that repairs.
const walkMender = "修缮队"

// due claims what is owed already: a third party's repair out of the retention, or
// retention that a guarantee replaced; mostly it is paid.
func (w *walk) due(k walkContract2, kind payments.ClaimKind, payee string, amount ledger.Amount) {
	code, on := w.name("B"), w.today()
	cmd := payments.ClaimCmd{
		Code: code, Kind: kind, Mode: payments.ModeCounty, Contract: k.code, Payee: payee, Date: on,
		Parts: []payments.ClaimPart{{Project: k.project, Amount: w.near(max(amount, 1))}},
	}
	if kind == payments.ClaimRepair {
		cmd.Documents = w.docs(payments.DocClaimForm, payments.DocExpense, payments.DocInvoice)
		cmd.Invoices = []payments.InvoiceUse{{
			Number: "2436200000" + code, Issuer: payee, Date: on, Amount: cmd.Parts[0].Amount, File: cmd.Documents[0], Draw: cmd.Parts[0].Amount,
		}}
	} else {
		cmd.Documents = w.docs(payments.DocClaimForm, payments.DocGuarantee)
	}
	if !w.run("claim.submit", k.town, cmd) {
		return
	}
	w.claims = append(w.claims, code)
	if !w.oneIn(6) && w.reviewed(code, k.town) && !w.oneIn(6) {
		w.payClaim(code)
	}
}

// reviewed signs the opinion on a claim of the county and accepts it; some
// acceptances are taken back at once.
func (w *walk) reviewed(code, town string) bool {
	ok := w.run("claim.review", town, payments.ReviewCmd{Claim: code, Opinion: "同意", Signer: "张某", On: w.today()}) &&
		!w.oneIn(12) && w.run("claim.accept", "", payments.AcceptCmd{Claim: code, On: w.today()})
	if ok && w.oneIn(12) {
		return !w.run("claim.revoke", "", payments.RevokeClaimCmd{Claim: code, On: w.today(), Reason: "附件有误"})
	}
	return ok
}

// find returns a claim as it stands.
func (w *walk) find(code string) payments.Claim {
	c, err := dossierOf[payments.Claim](w.pair.ctx, w.pair.engines[0].db.Read, w.no, "claim", code)
	if !w.found(err) {
		w.failf("%v", err)
	}
	return c
}

// pending is what claims of a contract ask for that are not accepted yet, out of what
// is committed.
func (w *walk) pending(contract string) (n ledger.Amount) {
	for _, code := range w.claims {
		c := w.find(code)
		owed := c.Kind == payments.ClaimRetention || c.Kind == payments.ClaimRepair || c.Kind == payments.ClaimReleased
		if c.Contract == contract && (c.State == payments.ClaimSubmitted || c.State == payments.ClaimReviewed) && !owed {
			n += c.Amount - c.Offset
		}
	}
	return n
}

// claimOf finds a claim of a kind that a contract has, if it stands.
func (w *walk) claimOf(k walkContract2, kind payments.ClaimKind) (string, bool) {
	for _, code := range w.claims {
		if c := w.find(code); c.Contract == k.code && c.Kind == kind && c.State != payments.ClaimReturned && c.State != payments.ClaimWithdrawn {
			return code, true
		}
	}
	return "", false
}

// fundContract sends a township the cash that a contract of its own needs.
func (w *walk) fundContract(k walkContract2) {
	seen := map[ledger.LotID]bool{}
	for _, b := range w.books.leaves.Balances() {
		if b.Key.Contract == k.code && b.Key.Account == "7202" && b.Net > 0 && !seen[b.Key.Lot] {
			seen[b.Key.Lot] = true
			if room := w.room(k.town, b.Key.Lot); room > 0 {
				w.fund(k.town, b.Key.Lot, min(room, b.Net))
			}
		}
	}
}

// fund sends cash of a lot to a township.
func (w *walk) fund(town string, lot ledger.LotID, amount ledger.Amount) bool {
	return w.run("township.fund", "", payments.FundCmd{
		Code: w.name("F"), Township: town, On: w.today(), Lots: []payments.FundLot{{Lot: lot, Amount: amount}},
		Account: "3600001234567890", Reference: w.name("GK"), Document: "拨款文件",
	})
}

// room is what a township's authority in a lot lets the county still send.
func (w *walk) room(town string, lot ledger.LotID) ledger.Amount {
	return w.sum(func(k *ledger.Key) bool {
		if k.Book != ledger.County || k.Unit != town || k.Lot != lot {
			return false
		}
		switch k.Account {
		case "7104", "7201", "7202", "7203", "7204", "7301", "7401":
			return true
		}
		return false
	}) - w.sum(func(k *ledger.Key) bool { return k.Account == "1101" && k.Unit == town && k.Lot == lot })
}

// latest picks one of a list, the last ones more often.
func latest[T any](w *walk, list []T) T {
	return list[len(list)-1-w.r.IntN(min(len(list), 1+w.r.IntN(len(list))))]
}

// handleClaim takes any step of a claim, due or not.
func (w *walk) handleClaim() {
	if len(w.claims) == 0 {
		w.claim()
		return
	}
	c, on := w.find(latest(w, w.claims)), w.date()
	step := w.r.IntN(6)
	switch { // mostly what may be done
	case w.oneIn(4):
	case c.State == payments.ClaimSubmitted || c.State == payments.ClaimReviewed:
		step = w.r.IntN(4)
	case c.State == payments.ClaimAccepted:
		step = 4
	}
	switch step {
	case 0:
		w.run("claim.review", c.Town, payments.ReviewCmd{Claim: c.Code, Opinion: "同意", Signer: "张某", On: on})
	case 1:
		w.run("claim.accept", "", payments.AcceptCmd{Claim: c.Code, On: on})
	case 2:
		w.run("claim.return", "", payments.EndClaimCmd{Claim: c.Code, Reason: "退回"})
	case 3:
		w.run("claim.withdraw", c.Town, payments.EndClaimCmd{Claim: c.Code, Reason: "撤回"})
	default:
		w.run("claim.revoke", "", payments.RevokeClaimCmd{Claim: c.Code, On: on, Reason: "撤销"})
	}
}

// pay pays a part of what a claim is owed.
func (w *walk) pay() {
	if len(w.claims) > 0 {
		w.payClaim(latest(w, w.claims))
	}
}

// payClaim requests and mostly confirms.
func (w *walk) payClaim(code string) bool {
	q, ok := w.request(code, "")
	return ok && !w.oneIn(6) && w.confirm(q)
}

// request asks for a part of what a claim is owed, to one receiver or two.
func (w *walk) request(claim, waiver string) (string, bool) {
	c := w.find(claim)
	q := payments.RequestCmd{Code: w.name("Q"), Claim: claim, On: max(w.today(), c.AcceptedOn), Amount: w.near(max(c.Left(), 1)), Waiver: waiver}
	name := "payment.request"
	if c.Mode == payments.ModeTownship {
		name = "township.request"
		if !w.oneIn(8) { // a township asks for a claim's whole amount
			q.Amount = max(c.Left(), 1)
		}
	}
	first := payments.ReceiverCmd{Kind: payments.ToContractor, Name: c.Payee, Account: "6222000011112222", Amount: q.Amount}
	q.Payees = []payments.ReceiverCmd{first}
	if q.Amount > 10 && c.Kind == payments.ClaimProgress && w.oneIn(3) {
		q.Payees[0].Amount -= q.Amount / 3
		q.Payees = append(q.Payees, payments.ReceiverCmd{Kind: payments.ToWages, Name: "工资专户", Account: "6222000099998888", Amount: q.Amount / 3})
	}
	ok := w.run(name, c.Town, q)
	if ok {
		w.requests = append(w.requests, q.Code)
	}
	return q.Code, ok
}

// asked returns a request as it stands.
func (w *walk) asked(code string) payments.Request {
	r, err := dossierOf[payments.Request](w.pair.ctx, w.pair.engines[0].db.Read, w.no, "request", code)
	if !w.found(err) {
		w.failf("%v", err)
	}
	return r
}

// confirm confirms a request, all of it or its first receiver.
func (w *walk) confirm(code string) bool {
	r := w.asked(code)
	cmd := payments.ConfirmCmd{Request: code, On: max(w.today(), r.On), Reference: w.name("GK")}
	if len(r.Payees) > 1 && w.oneIn(2) {
		cmd.Payees = []int{1 + w.r.IntN(len(r.Payees))}
	}
	name := "payment.confirm"
	if r.Township != "" {
		name = "township.pay"
	}
	return w.run(name, r.Town, cmd)
}

// afterPayment confirms, voids, or gets a transfer back.
func (w *walk) afterPayment() {
	if len(w.requests) == 0 {
		w.claim()
		return
	}
	r, on := w.asked(latest(w, w.requests)), w.date()
	what := w.r.IntN(5)
	if r.State == payments.RequestPaid && !w.oneIn(4) {
		what = 0
	} else if what < 2 && r.State == payments.RequestOpen && !w.oneIn(4) {
		what = 2
	}
	switch what {
	case 0, 1:
		w.run("payment.returned", r.Town, payments.ReturnedCmd{Request: r.Code, Payee: 1, On: on, Reference: w.name("GK"), Reason: "退票"})
	case 2:
		w.run("payment.void", r.Town, payments.VoidCmd{Request: r.Code, On: on, Reason: "撤销"})
	default:
		w.confirm(r.Code)
	}
}

// wrong finds that a transfer reached somebody else, and takes it back or writes it
// off and owes it anew.
func (w *walk) wrong() {
	if len(w.requests) == 0 {
		w.claim()
		return
	}
	r := w.asked(latest(w, w.requests))
	cmd := payments.WrongCmd{Request: r.Code, On: w.date(), No: max(len(r.Wrong), 1)}
	if n := len(r.Wrong); n == 0 || w.oneIn(3) {
		cmd.Step, cmd.Payee, cmd.Debtor, cmd.No = "identify", 1+w.r.IntN(len(r.Payees)), "误收人", 0
		cmd.Amount = w.near(r.Payees[cmd.Payee-1].Amount)
		if !w.run("payment.wrong", "", cmd) {
			return
		}
		cmd = payments.WrongCmd{Request: r.Code, On: max(cmd.On, w.today()), No: n + 1}
	}
	switch w.r.IntN(3) {
	case 0:
		cmd.Step, cmd.Reference = "receive", w.name("GK")
		w.run("payment.wrong", "", cmd)
	case 1:
		cmd.Step, cmd.Decision = "write_off", "核销决定"
		if w.run("payment.wrong", "", cmd) && !w.oneIn(4) {
			w.run("payment.wrong", "", payments.WrongCmd{Request: r.Code, On: cmd.On, No: cmd.No, Step: "pay_again"})
		}
	default:
		cmd.Step = "pay_again"
		w.run("payment.wrong", "", cmd)
	}
}

// undoAdvance gets an advance back, or makes it a debt.
func (w *walk) undoAdvance() {
	for i := len(w.claims) - 1; i >= 0; i-- {
		c := w.find(w.claims[i])
		advanced := w.held("1201", c.Contract)
		if c.Kind != payments.ClaimAdvance || advanced <= 0 && !w.oneIn(6) {
			continue
		}
		amount := w.near(max(advanced, 1))
		if w.oneIn(2) {
			w.run("payment.refund_advance", c.Town, payments.RefundCmd{Claim: c.Code, On: w.date(), Amount: amount, Reference: w.name("GK")})
			return
		}
		code := w.name("V")
		if w.run("payment.advance_to_recover", "", payments.AdvanceLostCmd{Code: code, Claim: c.Code, On: w.date(), Amount: amount, Reason: "未开工"}) {
			w.recoveries = append(w.recoveries, walkRecovery{code, c.Contract})
		}
		return
	}
	w.claim()
}

// identify names money of a contract or a roster that must come back.
func (w *walk) identify() {
	k, c, ok := w.contract()
	if !ok {
		return
	}
	code, on := w.name("V"), w.date()
	cost := ledger.Code("1301")
	if w.held(cost, k.code) <= 0 && w.held("5001", k.code) > 0 {
		cost = "5001"
	}
	most := min(w.held(cost, k.code), w.held("7302", k.code))
	if most <= 0 && !w.oneIn(6) {
		w.pay()
		return
	}
	amount := w.near(max(most, 1))
	cmd := payments.IdentifyCmd{Code: code, On: on, Contract: k.code, Project: k.project, Cost: cost, Amount: amount, Reason: "虚报"}
	if w.books.closed && on.Year() > 2026 && w.oneIn(2) {
		cmd.OriginYear, cmd.Amount = 2026, max(w.amount()/10, 1)
		if !w.oneIn(6) { // without its lots it is refused
			cmd.Lines = []payments.PayLine{{Project: k.project, Lot: lotOf(w, &c), Amount: cmd.Amount}}
		}
	}
	if w.run("recover.identify", "", cmd) {
		w.recoveries = append(w.recoveries, walkRecovery{code, k.code})
		if !w.oneIn(3) {
			w.receive()
		}
	}
}

// receive receives a part of a recovery, or a little more than is left.
func (w *walk) receive() {
	if len(w.recoveries) == 0 {
		return
	}
	v := latest(w, w.recoveries)
	town := ""
	for _, k := range w.contracts {
		if k.code == v.contract {
			town = k.town
		}
	}
	left := w.held("1211", v.contract)
	w.run("recover.receive", town, payments.ReceiveCmd{Recovery: v.code, On: w.date(), Amount: w.near(max(left, 1)), Reference: w.name("GK")})
}

// townFund sends cash to a township within its authority, or a little beyond.
func (w *walk) townFund() {
	town := one(w, []string{townA, townA, townB})
	lot := one(w, w.books.lots[:2]).ID
	w.fund(town, lot, w.near(max(w.room(town, lot), 1)))
}

// approveTown disallows a part of what a township paid, approves it, and gets back
// what was disallowed.
func (w *walk) approveTown() {
	for i := len(w.claims) - 1; i >= 0; i-- {
		if w.oneIn(6) {
			continue
		}
		c := w.find(w.claims[i])
		if c.Mode != payments.ModeTownship || c.Kind == payments.ClaimAdvance && !w.oneIn(8) {
			continue
		}
		if c.State != payments.ClaimPaid && c.State != payments.ClaimApproved && !w.oneIn(4) {
			if c.State != payments.ClaimReviewed || !w.payClaim(c.Code) {
				continue
			}
			c = w.find(c.Code)
		}
		if c.State != payments.ClaimApproved {
			if w.oneIn(2) {
				w.run("township.disallow", "", payments.DisallowCmd{Claim: c.Code, On: w.date(), Amount: w.near(max(c.Amount/10, 1)), Reason: "超计量"})
			}
			if !w.oneIn(5) {
				w.run("township.approve", "", payments.ApproveTownshipCmd{Claim: c.Code, On: w.today()})
			}
		}
		if w.oneIn(2) {
			w.run("township.paid_back", c.Town, payments.PaidBackCmd{Claim: c.Code, On: w.date(), Amount: w.near(max(c.Disallowed-c.PaidBack, 1)), Reference: w.name("XS")})
		}
		return
	}
	for _, k := range w.contracts {
		if k.town != "" {
			if code, ok := w.submit(k, payments.ClaimProgress); ok {
				w.payClaim(code)
			}
			return
		}
	}
}
