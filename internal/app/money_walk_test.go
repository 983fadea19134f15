package app_test

import (
	"crypto/sha256"
	"fmt"
	"maps"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/payments"
	"fundbook/projects"

	"pgregory.net/rapid"
)

// moneyWalk is what the walk knows of claims and payments, and the ledger in memory
// that follows the log.
type moneyWalk struct {
	model      *ledger.Model
	seen       int64 // newest entry that the model has
	papers     map[payments.DocType]ledger.Digest
	claims     []string
	requests   []string
	recoveries []walkRecovery
	back       map[string]ledger.Amount // what was recovered, by contract
}

type walkRecovery struct{ code, contract string }

// beginMoney records one paper of each kind that claims bring, and begins the ledger
// in memory.
func (w *planWalk) beginMoney() {
	w.money = moneyWalk{model: ledger.NewModel(), papers: map[payments.DocType]ledger.Digest{}, back: map[string]ledger.Amount{}}
	for _, l := range w.lots {
		if err := w.money.model.AddLot(l); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, list := range [][]payments.DocType{advancePapers, progressPapers} {
		for _, kind := range list {
			if _, known := w.money.papers[kind]; known {
				continue
			}
			d := ledger.Digest(sha256.Sum256([]byte(w.code + string(kind))))
			w.money.papers[kind] = d
			w.always("evidence.add", payments.EvidenceCmd{
				Digest: d, Type: kind, Title: kind.Chinese(), Date: day("2026-03-01"), Pages: 1, Size: 1000, Quantity: "1 项", Passed: true,
			})
		}
	}
}

// begin makes a county in which every action may succeed: a pool, a plan of two
// lots, a contract on them, and claims of which one is paid.
func (w *planWalk) begin() {
	on, p := day("2026-02-10"), w.projects[0]
	w.always("plan.pool", projects.PoolCmd{
		Date: on, Pool: "P", Account: "7101", Document: "d", Parts: []projects.LotPart{{Lot: w.lots[0].ID, Amount: 300_00}, {Lot: w.lots[1].ID, Amount: 300_00}},
	})
	w.in[w.lots[0].Tier] += 300_00
	w.in[w.lots[1].Tier] += 300_00
	w.always("plan.adopt", projects.PlanAdoptCmd{
		Code: "A0", Name: "计划", Kind: "annual", Year: 2026, Document: "d", AdoptedOn: on, Date: on, Meeting: "m",
		Items: []projects.PlanAsk{{Project: p, Sources: []projects.PlanSource{
			{From: "7102", Pool: "P", Mode: ledger.DrawProRata, Amount: 400_01},
			{From: "7101", Parts: []projects.LotPart{{Lot: w.lots[2].ID, Amount: 300_00}}},
		}}},
	})
	w.plans = append(w.plans, "A0")
	w.prepare(p)
	w.always("contract.sign", projects.ContractSignCmd{
		Code: "H0", Name: "合同", Kind: "works", Payee: "甲", PayeeID: rightUSCI, Unit: "交通局", SignedOn: day("2026-02-11"), Date: day("2026-02-11"),
		Amount: 450_00, Digest: ledger.Digest{1}, Terms: projects.Terms{AdvanceBP: 3000, RetentionBP: 300},
		Projects: []projects.ProjectPart{{Project: p, Amount: 450_00}},
		Funding: []projects.FundingPart{
			{Project: p, Source: "lot", Lot: w.lots[0].ID, Amount: 150_00},
			{Project: p, Source: "lot", Lot: w.lots[2].ID, Amount: 250_00},
			{Project: p, Source: "unfunded", Amount: 50_00},
		},
	})
	w.contracts = append(w.contracts, walkContract{"H0", p})
	w.submit()
	w.request()
	w.submit()
}

// payDay is a day after the period of notice N5.
func (w *planWalk) payDay() ledger.Date {
	return day("2026-03-01").AddDays(rapid.IntRange(0, 1).Draw(w.t, "pay day"))
}

// near is a part of an amount, mostly the whole or half, give or take a fen,
// sometimes a tenth more.
func (w *planWalk) near(most ledger.Amount) ledger.Amount {
	tenths := rapid.SampledFrom([]ledger.Amount{5, 10, 3, 7, 11, 1}).Draw(w.t, "tenths")
	return max(most*tenths/10-ledger.Amount(rapid.IntRange(0, 1).Draw(w.t, "fen")), 1)
}

// held is what an account of a contract holds, debit positive.
func (w *planWalk) held(account ledger.Code, contract string) (sum ledger.Amount) {
	list, err := ledgertest.CountyBalances(w.s.t.Context(), w.s.db.Read, w.no)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, b := range list {
		if b.Key.Account == account && b.Key.Contract == contract {
			sum += b.Net
		}
	}
	return sum
}

// newest picks one of a list, mostly of the last ones.
func (w *planWalk) newest(list []string) string {
	return list[len(list)-1-rapid.IntRange(0, len(list)-1).Draw(w.t, "back")]
}

func (w *planWalk) likely() bool { return rapid.IntRange(0, 4).Draw(w.t, "on") < 4 }

// submit submits a claim for an advance or for work done, and mostly takes it to
// acceptance.
func (w *planWalk) submit() {
	if len(w.contracts) == 0 {
		return
	}
	c, on, code := rapid.SampledFrom(w.contracts).Draw(w.t, "contract"), w.payDay(), w.name("B")
	cmd := payments.ClaimCmd{Code: code, Kind: payments.ClaimProgress, Mode: payments.ModeCounty, Contract: c.code, Date: on}
	part := payments.ClaimPart{Project: c.project, Amount: w.near(w.held("7202", c.code))}
	papers := progressPapers
	if rapid.IntRange(0, 3).Draw(w.t, "advance") == 3 {
		cmd.Kind, papers, part.Amount = payments.ClaimAdvance, advancePapers, w.near(part.Amount/4)
	} else if advanced := w.held("1201", c.code); advanced > 0 && w.likely() {
		part.Amount += advanced
		part.Offset = min(w.near(advanced), part.Amount)
	}
	cmd.Parts = []payments.ClaimPart{part}
	for _, kind := range papers {
		cmd.Documents = append(cmd.Documents, w.money.papers[kind])
	}
	if cmd.Kind == payments.ClaimProgress {
		cmd.Invoices = []payments.InvoiceUse{{
			Number: "2436200000" + code, Issuer: "甲", Date: on, Amount: part.Amount, File: cmd.Documents[0], Draw: part.Amount,
		}}
	}
	if !w.run("claim.submit", cmd) {
		return
	}
	w.money.claims = append(w.money.claims, code)
	if w.likely() && w.run("claim.review", payments.ReviewCmd{Claim: code, Opinion: "同意", Signer: "张某", On: on}) && w.likely() {
		w.run("claim.accept", payments.AcceptCmd{Claim: code, On: on})
	}
}

// claim picks a claim as it stands.
func (w *planWalk) claim() (payments.Claim, bool) {
	if len(w.money.claims) == 0 {
		return payments.Claim{}, false
	}
	code := w.newest(w.money.claims)
	c, err := dossierOf[payments.Claim](w.s.t.Context(), w.s.db.Read, w.no, "claim", code)
	if err != nil {
		w.t.Fatal(err)
	}
	return c, true
}

// handle takes any step of a claim, whether or not it is due.
func (w *planWalk) handle() {
	c, ok := w.claim()
	if !ok {
		return
	}
	on := w.payDay()
	switch rapid.IntRange(0, 4).Draw(w.t, "step") {
	case 0:
		w.run("claim.review", payments.ReviewCmd{Claim: c.Code, Opinion: "同意", Signer: "张某", On: on})
	case 1:
		w.run("claim.accept", payments.AcceptCmd{Claim: c.Code, On: on})
	case 2:
		w.run("claim.return", payments.EndClaimCmd{Claim: c.Code, Reason: "退回"})
	case 3:
		w.run("claim.withdraw", payments.EndClaimCmd{Claim: c.Code, Reason: "撤回"})
	default:
		w.run("claim.revoke", payments.RevokeClaimCmd{Claim: c.Code, On: on, Reason: "撤销"})
	}
}

// request asks for a part of what a claim is owed, sometimes for more, and mostly
// confirms it.
func (w *planWalk) request() {
	c, ok := w.claim()
	if !ok {
		return
	}
	q := payments.RequestCmd{Code: w.name("Q"), Claim: c.Code, On: max(w.payDay(), c.AcceptedOn), Amount: w.near(c.Left())}
	q.Payees = []payments.ReceiverCmd{{Kind: payments.ToContractor, Name: "甲", Account: "6222000011112222", Amount: q.Amount}}
	if w.run("payment.request", q) {
		w.money.requests = append(w.money.requests, q.Code)
		if w.likely() {
			w.run("payment.confirm", payments.ConfirmCmd{Request: q.Code, On: q.On, Reference: w.name("GK")})
		}
	}
}

// confirm confirms a request, voids it or gets its transfer back.
func (w *planWalk) confirm() {
	if len(w.money.requests) == 0 {
		return
	}
	code, on := w.newest(w.money.requests), w.payDay()
	switch rapid.IntRange(0, 2).Draw(w.t, "what") {
	case 0:
		w.run("payment.returned", payments.ReturnedCmd{Request: code, Payee: 1, On: on, Reference: w.name("GK"), Reason: "退票"})
	case 1:
		w.run("payment.void", payments.VoidCmd{Request: code, On: on, Reason: "撤销"})
	default:
		w.run("payment.confirm", payments.ConfirmCmd{Request: code, On: on, Reference: w.name("GK")})
	}
}

// undo gets an advance back, or makes it a debt.
func (w *planWalk) undo() {
	c, ok := w.claim()
	if !ok {
		return
	}
	amount := w.near(w.held("1201", c.Contract))
	if rapid.Bool().Draw(w.t, "lost") {
		code := w.name("V")
		if w.run("payment.advance_to_recover", payments.AdvanceLostCmd{Code: code, Claim: c.Code, On: w.payDay(), Amount: amount, Reason: "未开工"}) {
			w.money.recoveries = append(w.money.recoveries, walkRecovery{code, c.Contract})
		}
		return
	}
	w.run("payment.refund_advance", payments.RefundCmd{Claim: c.Code, On: w.payDay(), Amount: amount, Reference: w.name("GK")})
}

// identify names money of a contract that must come back.
func (w *planWalk) identify() {
	if len(w.contracts) == 0 {
		return
	}
	c, code := rapid.SampledFrom(w.contracts).Draw(w.t, "contract"), w.name("V")
	amount := w.near(w.held("1301", c.code))
	if executed := w.held("7302", c.code); w.likely() {
		amount = w.near(min(amount, executed))
	}
	if w.run("recover.identify", payments.IdentifyCmd{
		Code: code, On: w.payDay(), Contract: c.code, Project: c.project, Cost: "1301", Amount: amount, Reason: "虚报",
	}) {
		w.money.recoveries = append(w.money.recoveries, walkRecovery{code, c.code})
		if w.likely() {
			w.receive()
		}
	}
}

// receive receives a part of a recovery, or a little more than is left.
func (w *planWalk) receive() {
	if len(w.money.recoveries) == 0 {
		return
	}
	v := w.money.recoveries[len(w.money.recoveries)-1-rapid.IntRange(0, len(w.money.recoveries)-1).Draw(w.t, "back")]
	amount := w.near(w.held("1211", v.contract))
	if w.run("recover.receive", payments.ReceiveCmd{Recovery: v.code, On: w.payDay(), Amount: amount, Reference: w.name("GK")}) {
		w.money.back[v.contract] += amount
	}
}

// standing is where the authority of one lot stands, or of one project in it.
type standing struct {
	issued, decomposed, planned, contracted, paid ledger.Amount
}

// checkMoney lets the ledger in memory follow the log and recomputes the guards and
// I1–I10 of every day from its balances; they are those of the store. On every day
// and in every lot, what is decomposed is within what was issued, what is planned
// within that, and in every project what is contracted within what is planned and
// what is paid within what is contracted.
func (w *planWalk) checkMoney(d *db.DB) {
	ctx, m := w.s.t.Context(), w.money.model
	recs, err := db.RecordsOfKind(ctx, d.Read, w.no, ledger.KindEntry)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range recs {
		if recs[i].Seq <= w.money.seen {
			continue
		}
		e, err := ledger.EntryOf(&recs[i])
		if err == nil {
			err = m.Post(e)
		}
		if err != nil {
			w.t.Fatalf("entry %d: %v", recs[i].Seq, err)
		}
		w.money.seen = recs[i].Seq
	}
	if err := m.CheckAll(); err != nil {
		w.t.Fatal(err)
	}
	stored, err := ledgertest.CountyBalances(ctx, d.Read, w.no)
	if err != nil {
		w.t.Fatal(err)
	}
	if got, want := netOf(stored), netOf(m.Balances()); !maps.Equal(got, want) {
		w.t.Fatalf("the store has %v, the ledger in memory %v", got, want)
	}
	for _, on := range []string{"2026-02-10", "2026-02-11", "2026-03-01", "2026-03-02", "2026-06-15"} {
		w.checkChain(on, m.BalancesOn(day(on)))
	}
}

func (w *planWalk) checkChain(on string, list []ledger.Balance) {
	type place struct {
		lot     ledger.LotID
		project string
	}
	at := map[place]standing{}
	for _, b := range list {
		var x standing
		switch a := b.Key.Account; {
		case a[0] == '6':
			x.issued = -b.Net
		case a == "7101":
		case a == "7102" || a == "7103" || a == "7104":
			x.decomposed = b.Net
		case a == "7201" || a == "7401":
			x.decomposed, x.planned = b.Net, b.Net
		case a == "7202" || a == "7203" || a == "7204":
			x.decomposed, x.planned, x.contracted = b.Net, b.Net, b.Net
		case a == "7301" || a == "7302":
			x = standing{0, b.Net, b.Net, b.Net, b.Net}
		}
		for _, p := range []place{{b.Key.Lot, ""}, {b.Key.Lot, b.Key.Project}}[:1+min(len(b.Key.Project), 1)] {
			s := at[p]
			at[p] = standing{s.issued + x.issued, s.decomposed + x.decomposed, s.planned + x.planned, s.contracted + x.contracted, s.paid + x.paid}
		}
	}
	for p, s := range at {
		whole := p.project == "" && (s.decomposed > s.issued || s.planned > s.decomposed)
		if whole || s.contracted > s.planned || s.paid > s.contracted || s.paid < 0 {
			w.t.Fatalf("on %s lot %s project %q: %+v", on, p.lot, p.project, s)
		}
	}
}

// netOf are the balances other than zero, by key.
func netOf(list []ledger.Balance) map[string]ledger.Amount {
	out := map[string]ledger.Amount{}
	for i := range list {
		if list[i].Net != 0 {
			out[fmt.Sprint(list[i].Key)] += list[i].Net
		}
	}
	return out
}
