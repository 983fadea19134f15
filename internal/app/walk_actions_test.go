package app_test

import (
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// live runs n commands or a few more: actions of one or several commands, those of
// the sequence's theme more often.
func (w *walk) live(n int) {
	everyday := []func(){
		w.fundingDocument, w.decompose, w.pool, w.adopt, w.adjust, func() { w.sign(false) }, w.change, w.works, w.finishWorks, w.claim, w.claim, w.handleClaim,
		w.pay, w.pay, w.afterPayment, w.wrong, w.identify, w.receive, w.emergency, w.settlement, w.closeMonth, w.pass, w.townFund, w.approveTown,
	}
	themes := [][]func(){
		{w.claim, w.pay, w.wrong, w.finishWorks, w.retention, w.retention, w.undoAdvance, w.identify, w.receive, w.change},
		{w.claim, w.pay, w.approveTown, w.approveTown, w.undoAdvance, w.finishWorks, w.retention, w.afterPayment, w.change},
		{w.roster, w.roster, w.rosterRows, w.batch, w.batch, w.batchOn, w.batchOn},
		{w.townFund, w.roster, w.batch, w.batchOn, w.batchOn, w.rosterRows, w.settlement},
		{w.yearEnd, w.closeMonth, w.settlement, w.claim, w.pay, w.identify, w.receive, w.afterPayment},
	}
	theme := themes[w.seed%5]
	for until := w.count + n; w.count < until; {
		if w.broken != nil && w.count > until-n/2 {
			w.breakIt()
		}
		if w.oneIn(3) {
			one(w, everyday)()
		} else {
			one(w, theme)()
		}
	}
	w.breakIt()
}

// breakIt does what a negative control breaks, once.
func (w *walk) breakIt() {
	if broken := w.broken; broken != nil {
		w.broken = nil
		broken()
	}
}

// pass lets some days pass.
func (w *walk) pass() { w.wait(1 + w.r.IntN(25)) }

// post posts direct events.
func (w *walk) post(ps ...ledger.Posting) bool {
	return w.run("ledger.post", "", app.PostCmd{Items: ps})
}

// fundingDocument issues, recalls or receives, as a document of the upper tiers says.
func (w *walk) fundingDocument() {
	lots := w.books.lots
	p := ledger.Posting{Date: w.date(), Parts: []ledger.Part{{Lot: one(w, lots[:3]).ID, Amount: w.amount()}}}
	switch w.r.IntN(8) {
	case 0, 1:
		p.Event = "E01"
	case 2, 3:
		p.Event, p.Parts[0].Lot, p.Parts[0].Amount = "E02", lots[2].ID, w.near(1000_00)
	case 4:
		p.Event, p.Step, p.Decision = "E01r", one(w, []string{"unarrived", "arrived"}), "核减文件"
	case 5:
		p.Event, p.Step, p.Parts[0].Lot = "E20", one(w, []string{"keep", "remit_in", "remit_out"}), lots[3].ID
		if p.Step != "remit_out" && w.oneIn(2) {
			p.Township = ledger.Book(one(w, []string{townA, townB}))
		}
	case 6:
		p.Event, p.Step, p.Decision, p.Due, p.To = "E03", "lend", "垫付决定", w.today().AddDays(60), &ledger.Target{Lot: lots[2].ID}
		if w.oneIn(3) {
			p.Step, p.Decision, p.Due = "repay", "", 0
		}
	default: // two documents at once, the second perhaps refused: all or nothing
		q := p
		p.Event, q.Event, q.Parts = "E01", "E02", []ledger.Part{{Lot: p.Parts[0].Lot, Amount: w.near(p.Parts[0].Amount)}}
		w.post(p, q)
		return
	}
	w.post(p)
}

// decompose allocates authority to a department or a township, or takes it back.
func (w *walk) decompose() {
	p := ledger.Posting{Event: "E04", Date: w.date(), Into: "7104", Unit: one(w, []string{townA, townB}), Parts: []ledger.Part{{Lot: one(w, w.books.lots[:3]).ID, Amount: w.amount()}}}
	if w.oneIn(3) {
		p.Into, p.Unit = "7103", bureau
	}
	if w.oneIn(3) {
		p.Event, p.From, p.Into = "E04r", p.Into, ""
	}
	w.post(p)
}

func (w *walk) pool() {
	name := "plan.pool"
	if w.oneIn(3) {
		name = "plan.unpool"
	}
	w.run(name, "", projects.PoolCmd{Date: w.date(), Pool: "P", Account: "7101", Document: "整合方案", Parts: []projects.LotPart{{Lot: one(w, w.books.lots[:3]).ID, Amount: w.amount()}}})
}

func (w *walk) mode() ledger.DrawMode {
	return one(w, []ledger.DrawMode{ledger.DrawProRata, ledger.DrawFIFO, ledger.DrawRestrictedFirst})
}

func (w *walk) source(p walkProject) projects.PlanSource {
	src := projects.PlanSource{From: "7101"}
	switch {
	case w.oneIn(2):
		src.From, src.Pool = "7102", "P"
	case p.town != "" && w.oneIn(2):
		src.From, src.Holder = "7104", p.town
	}
	if w.oneIn(2) {
		src.Parts = []projects.LotPart{{Lot: one(w, w.books.lots[:3]).ID, Amount: w.amount()}}
	} else {
		src.Mode, src.Amount = w.mode(), w.amount()
	}
	return src
}

func (w *walk) adopt() {
	p, on, code := one(w, w.projects), w.date(), w.name("A")
	cmd := projects.PlanAdoptCmd{
		Code: code, Name: "计划", Kind: "annual", Year: on.Year(), Document: "计划文件", AdoptedOn: on, Date: on, Meeting: "常务会",
		Items: []projects.PlanAsk{{Project: p.code, Sources: []projects.PlanSource{w.source(p)}}},
	}
	if w.run("plan.adopt", "", cmd) {
		w.plans = append(w.plans, code)
	}
}

func (w *walk) adjust() {
	i, on := w.r.IntN(len(w.projects)), w.date()
	p, plan := w.projects[i], w.plans[i] // the first plans are of one project each
	if w.oneIn(6) {
		plan = one(w, w.plans)
	}
	cmd := projects.PlanAdjustCmd{Plan: plan, Document: "调整文件", Level: "county", On: on, Date: on, Reason: "调整"}
	cut := projects.PlanCut{Project: p.code, Mode: w.mode(), Amount: w.amount() / 2}
	if list := w.inPlan(p.code); len(list) > 0 {
		cut.Amount = w.near(one(w, list).Net)
	}
	switch w.r.IntN(3) {
	case 0:
		cmd.Cuts = []projects.PlanCut{cut}
	case 1:
		cmd.Moves = []projects.PlanShift{{PlanCut: cut, To: one(w, w.projects).code}}
	default:
		cmd.Raises = []projects.PlanAsk{{Project: p.code, Sources: []projects.PlanSource{w.source(p)}}}
	}
	w.run("plan.adjust", "", cmd)
}

// sign signs a contract on lots that stand in a project's plan, a part of it not
// funded yet; the first of a project must be accepted.
func (w *walk) sign(first bool) {
	p := w.projects[len(w.projects)-1]
	if !first {
		p = one(w, w.projects)
	}
	list := w.inPlan(p.code)
	if len(list) == 0 {
		return
	}
	b, code, on := one(w, list), w.name("H"), w.date()
	lots, open := w.near(b.Net), ledger.Amount(1+w.r.IntN(100_00))
	unit := bureau
	if p.town != "" {
		unit = p.town
	}
	if first {
		on, lots = day("2026-03-25"), b.Net*9/10
	}
	cmd := projects.ContractSignCmd{
		Code: code, Name: "合同", Kind: "works", Payee: builder, PayeeID: rightUSCI, Unit: unit, SignedOn: on, Date: on, Amount: lots + open, Digest: w.digest(code),
		Terms: projects.Terms{AdvanceBP: 3000, RetentionBP: 300, DefectMonths: 1}, Procurement: "中标通知书",
		Projects: []projects.ProjectPart{{Project: p.code, Amount: lots + open}},
		Funding:  []projects.FundingPart{{Project: p.code, Source: "lot", Lot: b.Key.Lot, Amount: lots}, {Project: p.code, Source: "unfunded", Amount: open}},
	}
	if first {
		w.must("contract.sign", cmd)
		w.must("contract.start", projects.ContractStartCmd{Code: code, On: on.AddDays(1), Evidence: []ledger.Digest{paper}})
	} else if !w.run("contract.sign", "", cmd) {
		return
	} else if !w.oneIn(4) {
		w.run("contract.start", p.town, projects.ContractStartCmd{Code: code, On: on, Evidence: []ledger.Digest{paper}})
	}
	w.contracts = append(w.contracts, walkContract2{code, p.code, p.town})
}

// contract picks a contract as it stands.
func (w *walk) contract() (walkContract2, projects.Contract, bool) {
	if len(w.contracts) == 0 {
		return walkContract2{}, projects.Contract{}, false
	}
	k := one(w, w.contracts)
	c, err := projects.FindContract(w.pair.ctx, w.pair.engines[0].db.Read, w.no, k.code, "")
	return k, c, w.found(err)
}

// lotOf is a lot that pays a contract, or any where none does any more.
func lotOf(w *walk, c *projects.Contract) ledger.LotID {
	for _, f := range c.Funding {
		if f.Source == "lot" {
			return f.Lot
		}
	}
	return w.books.lots[0].ID
}

// change changes a contract, funds what nobody paid yet, or ends it.
func (w *walk) change() {
	k, c, ok := w.contract()
	if !ok {
		return
	}
	on, lot := w.date(), lotOf(w, &c)
	if list := w.inPlan(k.project); len(list) > 0 && w.oneIn(2) {
		lot = one(w, list).Key.Lot
	}
	switch w.r.IntN(6) {
	case 0, 1:
		amount := min(w.amount()/10, w.near(max(c.Unfunded(), 1)))
		w.run("contract.fund", "", projects.ContractFundCmd{Code: k.code, On: on, Date: on, Document: "落实资金", Parts: []projects.ContractFund{{Project: k.project, Lot: lot, Amount: amount}}})
	case 2:
		if w.run("contract.terminate", "", projects.ContractTerminateCmd{Code: k.code, On: on, Date: on, Decision: "领导小组纪要", Reason: "承包方退出", Digest: ledger.Digest{1}}) && !w.oneIn(3) {
			w.closeContract(k, &c, w.today())
		}
	default:
		amount := w.near(max(c.Amount/20, 1))
		if w.oneIn(2) {
			amount = -amount
		}
		w.run("contract.change", "", projects.ContractChangeCmd{
			Code: k.code, On: on, Date: on, Kind: "supplement", Amount: amount, Document: "补充协议", Reason: "工程量变化", Digest: ledger.Digest{1},
			Projects: []projects.ProjectPart{{Project: k.project, Amount: amount}}, Funding: []projects.FundingPart{{Project: k.project, Source: "lot", Lot: lot, Amount: amount}},
		})
	}
}

// works takes any step of a contract's works, due or not.
func (w *walk) works() {
	k, c, ok := w.contract()
	if !ok {
		return
	}
	on := w.date()
	switch w.r.IntN(6) {
	case 0:
		w.run("contract.start", k.town, projects.ContractStartCmd{Code: k.code, On: on, Evidence: []ledger.Digest{paper}})
	case 1:
		w.run("contract.complete", k.town, projects.ContractCompleteCmd{Code: k.code, On: on, Evidence: []ledger.Digest{paper}})
	case 2:
		w.accepted(k, on, !w.oneIn(3))
	case 3:
		w.closeContract(k, &c, on)
	case 4:
		w.run("contract.defect", k.town, projects.ContractDefectCmd{Code: k.code, On: on, Open: true, Note: "渗漏"})
	default:
		cut := []projects.FundingPart{{Project: k.project, Source: "lot", Lot: lotOf(w, &c), Amount: w.near(max(w.held("7202", k.code), 1))}}
		w.run("contract.settle", "", projects.ContractSettleCmd{Code: k.code, On: on, Date: on, Amount: c.Amount - cut[0].Amount, Document: "审计报告", Report: ledger.Digest{5}, Cut: cut})
	}
}

func (w *walk) accepted(k walkContract2, on ledger.Date, pass bool) bool {
	return w.run("contract.accept", "", projects.ContractAcceptCmd{
		Code: k.code, On: on, Form: ledger.Digest{4}, Pass: pass, Opinion: "验收", Quantities: []projects.AcceptedItem{{Item: "路面", Unit: "公里", Planned: 2000, Done: 2000, Pass: pass}},
	})
}

// finishWorks takes a contract through completion and acceptance to the final claim,
// stopping anywhere.
func (w *walk) finishWorks() {
	k, c, ok := w.contract()
	if !ok {
		return
	}
	if c.State == projects.ContractStarted && !w.run("contract.complete", k.town, projects.ContractCompleteCmd{Code: k.code, On: w.today(), Evidence: []ledger.Digest{paper}}) {
		return
	}
	if c.State == projects.ContractStarted || c.State == projects.ContractCompleted {
		if !w.accepted(k, w.today(), true) || w.oneIn(8) {
			return
		}
		w.run("project.post_notice", k.town, projects.PostNoticeCmd{Project: k.project, Type: "N6", From: w.today(), To: w.today().AddDays(10), Evidence: paper})
	}
	if w.oneIn(6) {
		return
	}
	if claim, claimed := w.claimOf(k, payments.ClaimFinal); claimed && !w.oneIn(10) {
		w.payClaim(claim)
	} else if code, ok := w.submit(k, payments.ClaimFinal); ok && !w.oneIn(8) {
		w.payClaim(code)
	}
	if w.oneIn(2) {
		w.settled(k)
	}
}

// settled records the audited amount of a contract: what its lots have not claimed
// comes back.
func (w *walk) settled(k walkContract2) {
	if cost := w.held("1301", k.code); cost > 0 && w.oneIn(3) {
		w.run("contract.transfer", "", projects.ContractTransferCmd{
			Code: k.code, Project: k.project, On: w.today(), Date: w.today(), Amount: w.near(cost), Document: "分段验收", Form: ledger.Digest{6},
		})
	}
	c, err := projects.FindContract(w.pair.ctx, w.pair.engines[0].db.Read, w.no, k.code, "")
	if !w.found(err) {
		return
	}
	cmd := projects.ContractSettleCmd{Code: k.code, On: w.today(), Date: w.today(), Amount: c.Amount, Document: "审计报告", Report: ledger.Digest{5}}
	for _, f := range c.Funding {
		left := w.sum(func(b *ledger.Key) bool {
			return b.Account == "7202" && b.Contract == k.code && b.Lot == f.Lot && b.Project == f.Project
		})
		if f.Source == "unfunded" {
			left = f.Amount
		}
		if f.Source != "lot" && f.Source != "unfunded" || left <= 0 {
			continue
		}
		f.Amount, f.Since = min(left, f.Amount), 0
		cmd.Amount -= f.Amount
		cmd.Cut = append(cmd.Cut, f)
	}
	w.run("contract.settle", "", cmd)
}

// closeContract closes a contract; what its lots still hold is released by a paper.
func (w *walk) closeContract(k walkContract2, c *projects.Contract, on ledger.Date) {
	cmd := projects.ContractCloseCmd{Code: k.code, On: on, Date: on, Evidence: []ledger.Digest{paper}}
	if w.held("7202", c.Code) > 0 {
		cmd.Release = "释放约束决定"
	}
	w.run("contract.close", "", cmd)
}

// retention works on what a contract keeps back: a guarantee in its place, a defect
// and its repair, or its return after the defect period.
func (w *walk) retention() {
	k, c, ok := w.contract()
	kept := -w.held("2003", k.code)
	if !ok || kept <= 0 {
		w.finishWorks()
		return
	}
	on := w.today()
	switch w.r.IntN(4) {
	case 0:
		g := projects.ContractGuaranteeCmd{
			Code: k.code, On: on, Date: on, Amount: w.near(kept), Bank: "农商行", Document: "保函", Until: max(c.DefectUntil, on), Digest: ledger.Digest{9},
		}
		if w.run("contract.guarantee", "", g) {
			w.due(k, payments.ClaimReleased, builder, g.Amount)
		}
	case 1:
		if c.DefectUntil < on && !w.oneIn(3) || !w.run("contract.defect", k.town, projects.ContractDefectCmd{Code: k.code, On: on, Open: true, Note: "开裂"}) {
			return
		}
		r := projects.ContractRepairCmd{Code: k.code, On: on, Date: on, Amount: w.near(kept / 2), Payee: walkMender, Document: "维修协议", Digest: ledger.Digest{6}}
		if w.run("contract.repair", "", r) || w.oneIn(6) {
			w.due(k, payments.ClaimRepair, walkMender, r.Amount)
		}
		if !w.oneIn(3) {
			w.run("contract.defect", k.town, projects.ContractDefectCmd{Code: k.code, On: on, No: len(c.Defects) + 1, Note: "已修复"})
		}
	default:
		if c.DefectUntil >= on && !w.oneIn(4) {
			w.wait(int(c.DefectUntil-on) + 1)
		}
		if code, ok := w.submit(k, payments.ClaimRetention); ok && w.payClaim(code) && !w.oneIn(3) {
			w.settled(k)
			w.closeContract(k, &c, w.today())
		}
	}
}

// emergency pays an emergency by a waiver that two approvers confirm, each by its
// own account; some waivers are revoked, and one approver is not enough.
func (w *walk) emergency() {
	k, _, ok := w.contract()
	if !ok || k.town != "" {
		return
	}
	code, on := w.name("B"), w.today()
	amount := w.near(max(w.held("7202", k.code)/4, 1))
	claim := payments.ClaimCmd{
		Code: code, Kind: payments.ClaimEmergency, Mode: payments.ModeCounty, Contract: k.code, Date: on, Decision: "抢险决定",
		Parts: []payments.ClaimPart{{Project: k.project, Amount: amount}}, Documents: w.docs(payments.DocClaimForm, payments.DocDecision),
	}
	if !w.run("claim.submit", "", claim) {
		return
	}
	w.claims = append(w.claims, code)
	if !w.reviewed(code, "") {
		return
	}
	m := w.name("M")
	grant := payments.WaiverCmd{
		Code: m, Decision: "抢险决定", Reason: "抢险", Approvers: []ledger.ID{walkApprovers[0].ID, walkApprovers[1].ID}, Kind: payments.PayEmergency,
		Gates: []payments.Gate{payments.GateOrdinary}, Contract: k.code, Limit: w.near(amount), Expires: on.AddDays(10),
	}
	if !w.run("waiver.grant", "", grant) {
		return
	}
	w.waivers = append(w.waivers, m)
	for i, who := range walkApprovers {
		if w.oneIn(10) {
			who = one(w, []auth.Who{finance, walkApprovers[1-i], walkTowns[townA]})
		}
		w.do(walkStep{who: who, name: "waiver.approve", body: payments.ApproveWaiverCmd{Code: m}})
	}
	if w.oneIn(4) {
		w.run("waiver.revoke", "", payments.RevokeWaiverCmd{Code: m, Reason: "情况解除"})
	}
	w.request(code, m)
}
