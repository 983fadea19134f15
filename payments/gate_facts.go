package payments

import (
	"context"
	"slices"
	"time"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// dayOf is the business day of a command.
func dayOf(tx *db.Tx) ledger.Date { return ledger.DateOf(time.UnixMicro(tx.Now)) }

// paying is what a command about a claim works with.
type paying struct {
	claim    Claim
	contract projects.Contract
	standing standing
	policies paySet
	today    ledger.Date
}

// loadPaying loads a claim and what belongs to it. A township's account changes
// only its own.
func loadPaying(ctx context.Context, tx *db.Tx, code string) (*paying, error) {
	c, err := claimFile.Load(ctx, tx, code)
	if err != nil {
		return nil, err
	}
	if tx.Unit != "" && c.Town != tx.Unit {
		return nil, ErrNotOwn.With("报账单 %s 属 %s，账户属 %s", code, orCounty(c.Town), tx.Unit)
	}
	w := &paying{claim: c, today: dayOf(tx)}
	if w.contract, err = projects.LoadContract(ctx, tx, c.Contract); err != nil {
		return nil, err
	}
	if w.policies, err = policiesOf(ctx, tx); err != nil {
		return nil, err
	}
	w.standing, err = loadStanding(ctx, tx, &w.contract, c.Mode)
	return w, err
}

// loadStanding loads the other claims of a contract and its balances.
func loadStanding(ctx context.Context, tx *db.Tx, k *projects.Contract, mode string) (standing, error) {
	st := standing{committed: map[string]ledger.Amount{}, advanced: map[string]ledger.Amount{}, retained: map[string]ledger.Amount{}}
	known, err := payFile.Exists(ctx, tx, k.Code)
	if err != nil {
		return st, err
	}
	if known {
		file, err := payFile.Load(ctx, tx, k.Code)
		if err != nil {
			return st, err
		}
		for _, code := range file.Claims {
			c, err := claimFile.Load(ctx, tx, code)
			if err != nil {
				return st, err
			}
			st.claims = append(st.claims, c)
		}
	}
	balances, err := ledger.BalancesAt(ctx, tx, dayOf(tx), ledger.Filter{Contract: k.Code})
	if err != nil {
		return st, err
	}
	for i := range balances {
		b := &balances[i]
		switch {
		case b.Key.Account == "7202":
			st.committed[b.Key.Project] += b.Net
		case b.Key.Account == "1201" && b.Key.Book == advanceBook(mode, k.Town):
			st.advanced[b.Key.Project] += b.Net
		case b.Key.Account == "2003":
			st.retained[b.Key.Project] -= b.Net
		}
	}
	return st, nil
}

// advanceBook is the book that keeps the advances of a mode.
func advanceBook(mode, town string) ledger.Book {
	if mode == ModeTownship {
		return ledger.Book(town)
	}
	return ledger.County
}

// payKindOf is the row of the gate table for a claim.
func payKindOf(k ClaimKind) PayKind {
	switch k {
	case ClaimAdvance:
		return PayAdvance
	case ClaimFinal:
		return PayFinal
	case ClaimRetention:
		return PayRetention
	case ClaimFee:
		return PayFee
	case ClaimEmergency:
		return PayEmergency
	case ClaimRepair, ClaimReleased, ClaimOpening:
		return PayDue
	default:
		return PayProgress
	}
}

// projectsOf lists the projects of the claim.
func (c *Claim) projectsOf() []string {
	out := make([]string, len(c.Parts))
	for i := range c.Parts {
		out[i] = c.Parts[i].Project
	}
	return out
}

// facts loads what the gates look at, for a payment of amount on a day, of which
// wage goes to the wage account.
func (w *paying) facts(ctx context.Context, tx *db.Tx, day ledger.Date, amount, wage ledger.Amount) (Facts, error) {
	c, k := &w.claim, &w.contract
	f := Facts{
		Day: day, Amount: amount, Contract: k.Code, First: w.first(), Lacking: c.Lacking, Net: c.Net(), Invoiced: c.invoiced(), Measured: c.Measured,
		Checked: k.AcceptedOn, AuditAsked: k.Terms.Audit, Audited: c.Audited || k.Settled > 0, SelfRated: c.SelfRated,
		WageDue: min(c.Wage, c.Requested+amount), WageSent: c.WageAsked + wage, Advances: w.standing.advances(""),
		DefectUntil: k.DefectUntil, OpenDefect: k.Defect, Decision: c.Decision, Ordinary: c.Kind != ClaimEmergency, Funded: funded(k),
	}
	f.ContractOpen = k.State != projects.ContractTerminated && k.State != "" && k.SignedOn != 0
	for _, p := range c.Parts {
		f.ContractOpen = f.ContractOpen && covers(k, p.Project)
	}
	f.ClaimReady = !c.dead() && c.State != ClaimSubmitted && (c.Mode == ModeTownship || c.State != ClaimReviewed)
	for _, v := range c.Invoices {
		if v.Issuer != c.Payee {
			f.Issuers = append(f.Issuers, v.Issuer)
		}
	}
	w.workDone(&f)
	var err error
	if f.NoticeDays, err = projects.NoticeDaysOn(w.policies, "N5", day); err != nil {
		return f, err
	}
	if f.ProgressBP, _, err = w.policies.on(policyProgressMin, day); err != nil {
		return f, err
	}
	if f.ProgressMax, _, err = w.policies.on(policyProgressMax, day); err != nil {
		return f, err
	}
	s := submission{contract: *k, policies: w.policies}
	if f.AdvanceLimit, _, err = s.advanceLimit(day); err != nil {
		return f, err
	}
	if f.Projects, err = projectFacts(ctx, tx, c.projectsOf(), day, f.NoticeDays); err != nil {
		return f, err
	}
	if c.Kind == ClaimFee {
		f.FeeOver, err = w.feeOver(ctx, tx, day)
	}
	return f, err
}

// first reports whether nothing has been paid under the contract yet.
func (w *paying) first() bool {
	return !slices.ContainsFunc(w.standing.claims, func(c Claim) bool { return c.Paid > 0 })
}

// workDone adds up what was measured under the contract, what of it will not have
// been paid after this payment, and what will have been paid in all.
func (w *paying) workDone(f *Facts) {
	f.PaidOut = f.Amount
	for i := range w.standing.claims {
		c := &w.standing.claims[i]
		if c.dead() || c.State == ClaimSubmitted {
			continue
		}
		f.PaidOut += c.Requested
		if c.Kind == ClaimProgress || c.Kind == ClaimFinal || c.Kind == ClaimOther {
			f.WorkDone += c.Amount
			f.StillOwed += c.Amount - c.Offset - c.Requested
		}
	}
	f.StillOwed -= f.Amount
}

// funded is what of the contract this county's lots bear: all of it where no table
// of funding says otherwise.
func funded(k *projects.Contract) ledger.Amount {
	if len(k.Funding) == 0 {
		return k.Amount
	}
	var sum ledger.Amount
	for i := range k.Funding {
		if k.Funding[i].Source == "lot" {
			sum += k.Funding[i].Amount
		}
	}
	return sum
}

// projectFacts reads the projects of a payment.
func projectFacts(ctx context.Context, tx *db.Tx, codes []string, day ledger.Date, noticeDays int) ([]ProjectFacts, error) {
	out := make([]ProjectFacts, len(codes))
	for i, code := range codes {
		p, err := projects.LoadProject(ctx, tx, code)
		if err != nil {
			return nil, err
		}
		over, _ := p.PeriodOver("N5", "", day, noticeDays)
		active := p.State != projects.StateSuspended
		out[i] = ProjectFacts{
			Code: code, State: string(p.State), InLibrary: active && p.Reached(projects.StateInLibrary), Planned: active && p.Reached(projects.StatePlanned),
			Fee: p.Route() == projects.RouteFee, PeriodOver: over, Published: p.Published("N6", "", day),
		}
	}
	return out, nil
}

// feeOver is by how much the fees of a group of lots pass their cap, this claim
// included (E22): the lots of the same class and year, of central and provincial
// money.
func (w *paying) feeOver(ctx context.Context, tx *db.Tx, day ledger.Date) (ledger.Amount, error) {
	rate, err := ledger.FeeRate(w.policies, day)
	if err != nil {
		return 0, err
	}
	var worst ledger.Amount
	groups := map[feeGroup]*feeSum{}
	for _, account := range []ledger.Code{"6101", "6201", "5005"} {
		balances, err := ledger.BalancesAt(ctx, tx, day, ledger.Filter{Book: ledger.County, Account: account})
		if err != nil {
			return 0, err
		}
		if err := addFees(ctx, tx, groups, balances); err != nil {
			return 0, err
		}
	}
	pending, err := w.feeParts(ctx, tx)
	if err != nil {
		return 0, err
	}
	for g, add := range pending {
		s := groups[g]
		if s == nil {
			s = &feeSum{}
		}
		limit := max(s.base, 0) / 1000 * ledger.Amount(rate)
		limit += max(s.base, 0) % 1000 * ledger.Amount(rate) / 1000
		worst = max(worst, s.spent+add-limit)
	}
	return worst, nil
}

type feeGroup struct {
	class ledger.Class
	year  int
}

type feeSum struct{ base, spent ledger.Amount }

// capped reports whether the cap speaks of a lot, and of which group it is.
func capped(l *ledger.LotFacts) (feeGroup, bool) {
	upper := l.Tier == ledger.TierCentral || l.Tier == ledger.TierProvince || l.Tier == ledger.TierCentralProvince
	return feeGroup{l.Class, l.Year}, upper
}

func addFees(ctx context.Context, tx *db.Tx, groups map[feeGroup]*feeSum, balances []ledger.Balance) error {
	for i := range balances {
		b := &balances[i]
		lot, err := ledger.LotOf(ctx, tx, b.Key.Lot)
		if err != nil {
			return err
		}
		g, ok := capped(&lot)
		if !ok {
			continue
		}
		if groups[g] == nil {
			groups[g] = &feeSum{}
		}
		if b.Key.Account == "5005" {
			groups[g].spent += b.Net
		} else {
			groups[g].base -= b.Net
		}
	}
	return nil
}

// feeParts is what the claim will still add to the fees spent, by group: nothing
// once it is accepted.
func (w *paying) feeParts(ctx context.Context, tx *db.Tx) (map[feeGroup]ledger.Amount, error) {
	out := map[feeGroup]ledger.Amount{}
	for i := range w.claim.Lots {
		l := &w.claim.Lots[i]
		lot, err := ledger.LotOf(ctx, tx, l.Lot)
		if err != nil {
			return nil, err
		}
		g, ok := capped(&lot)
		if !ok {
			continue
		}
		out[g] += 0
		if w.claim.AcceptedOn == 0 {
			out[g] += l.Amount
		}
	}
	return out, nil
}

// Occasion (支付事由) is the payment that a clearance is asked for.
type Occasion struct {
	Kind     PayKind
	Projects []string
	Contract string // or roster
	Amount   ledger.Amount
	Day      ledger.Date
	Waiver   string      // code of a waiver, or ""
	Book     ledger.Book // township's book that pays, or "" for the county's
}

// Clearance (放行) is the leave to pay: what the gates said, and the waiver that
// released some of them.
type Clearance struct {
	Results []GateResult // warnings and what was waived
	waiver  Waiver
	gates   []Gate
	on      *Occasion
}

// Clear holds a payment against the gates of its kind. ErrGate when one blocks,
// ErrWaiverUse when the waiver named does not cover the payment or is not needed.
// After the payment is recorded, call Use.
func Clear(ctx context.Context, tx *db.Tx, o *Occasion, f *Facts) (Clearance, error) {
	return clearSome(ctx, tx, o, f, nil)
}

// clearSome looks at the gates in only, or at all when it is nil.
func clearSome(ctx context.Context, tx *db.Tx, o *Occasion, f *Facts, only []Gate) (Clearance, error) {
	policies, err := policiesOf(ctx, tx)
	if err != nil {
		return Clearance{}, err
	}
	facts := *f
	if only == nil || slices.Contains(only, GateBooks) {
		if err := o.lag(ctx, tx, &facts); err != nil {
			return Clearance{}, err
		}
	}
	results := Check(o.Kind, o.Day, &facts, policies)
	if only != nil {
		results = slices.DeleteFunc(results, func(r GateResult) bool { return !slices.Contains(only, r.Gate) })
	}
	c := Clearance{on: o}
	if o.Waiver != "" {
		if c.waiver, err = waiverFile.Load(ctx, tx, o.Waiver); err != nil {
			return Clearance{}, err
		}
		at := occasion{kind: o.Kind, projects: o.Projects, contract: o.Contract, amount: o.Amount, today: dayOf(tx)}
		if err := c.waiver.covers(&at); err != nil {
			return Clearance{}, err
		}
		if c.gates = c.waiver.release(results); len(c.gates) == 0 {
			return Clearance{}, ErrWaiverUse.With("豁免 %s 所列条件 %v 本次均无须豁免；请不引用", o.Waiver, c.waiver.Gates)
		}
	}
	if err := Blocked(o.Kind, results); err != nil {
		return Clearance{}, err
	}
	c.Results = noted(results)
	return c, nil
}

// lag reads whether the books of a payment are closed in time: the county's, and the
// township's that pays.
func (o *Occasion) lag(ctx context.Context, tx *db.Tx, f *Facts) error {
	books := []ledger.Book{ledger.County}
	if o.Book != "" && o.Book != ledger.County {
		books = append(books, o.Book)
	}
	for _, b := range books {
		lag, err := BooksLagOf(ctx, tx, b)
		if err != nil {
			return err
		}
		if lag.Effect == EffectNone {
			continue
		}
		if f.Lag != "" {
			f.Lag += "；"
		}
		f.Lag += lag.Detail
		f.LagBlocks = f.LagBlocks || lag.Effect == EffectBlock
	}
	return nil
}

// Use records that the waiver, if there is one, released the payment of that code.
func (c *Clearance) Use(ctx context.Context, tx *db.Tx, payment string) error {
	if c.on.Waiver == "" {
		return nil
	}
	return usedWaiver.Record(ctx, tx, c.on.Waiver, &c.waiver, WaiverUse{Request: payment, On: c.on.Day, Amount: c.on.Amount, Gates: c.gates})
}

// releaseWaiver gives back what a void payment took of a waiver's limit.
func releaseWaiver(ctx context.Context, tx *db.Tx, waiver, payment string) error {
	if waiver == "" {
		return nil
	}
	w, err := waiverFile.Load(ctx, tx, waiver)
	if err != nil {
		return err
	}
	return releasedWaiver.Record(ctx, tx, waiver, &w, waiverReleased{payment})
}
