package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// AcceptCmd accepts a claim into the county's books.
type AcceptCmd struct {
	Claim    string      `json:"claim" validate:"required,max=80"`
	On       ledger.Date `json:"on" validate:"required"` // voucher date
	Period13 bool        `json:"period13,omitempty"`
	Waiver   string      `json:"waiver,omitempty" validate:"max=64"`
}

// acceptGates are looked at when a claim is accepted already: what the claim
// itself must bring.
var acceptGates = []Gate{GateEvidence, GateMeasurement, GateInvoice, GateDefect, GateOpenDefect, GateFeeCategory, GateFeeCap}

// AcceptClaim accepts a claim in county mode: work done is accrued (E11), a fee
// charged (E22); advances, retention and what stands due already post nothing yet.
func AcceptClaim(ctx context.Context, tx *db.Tx, a AcceptCmd) error {
	w, err := loadPaying(ctx, tx, a.Claim)
	if err != nil {
		return err
	}
	c := &w.claim
	if err := c.may(evAccept); err != nil {
		return err
	}
	if err := c.apart(tx.Actor, ledger.FourEyes(w.policies, a.On, dayOf(tx))); err != nil {
		return err
	}
	if a.On < c.OpinionOn {
		return ErrClaimSequence.With("报账单 %s：受理日期 %s 早于意见日期 %s", c.Code, a.On, c.OpinionOn)
	}
	d, err := newDrawer(ctx, tx, c, a.On)
	if err != nil {
		return err
	}
	if c.Kind.standsDue() {
		if d.due, err = freeDue(ctx, tx, c.Contract, c.Payee, w.standing.claims); err != nil {
			return err
		}
	}
	lots, err := d.accrual(ctx, tx)
	if err != nil {
		return err
	}
	c.Lots = lots
	f, err := w.facts(ctx, tx, a.On, c.Net(), 0)
	if err != nil {
		return err
	}
	o := Occasion{Kind: payKindOf(c.Kind), Projects: c.projectsOf(), Contract: c.Contract, Amount: c.Net(), Day: a.On, Waiver: a.Waiver}
	leave, err := clearSome(ctx, tx, &o, &f, acceptGates)
	if err != nil {
		return err
	}
	done := claimAccepted{On: a.On, Lots: lots, Waiver: a.Waiver}
	if done.PayBy, done.WageBy, err = payBy(a.On, &w.contract, w.policies); err != nil {
		return err
	}
	if done.Entries, err = postAll(ctx, tx, d.stamped(w.accrual(&a, lots))); err != nil {
		return err
	}
	o.Amount = 0 // the payment itself takes the waiver's limit
	if err := leave.Use(ctx, tx, c.Code); err != nil {
		return err
	}
	if err := accepted.Record(ctx, tx, c.Code, c, done); err != nil {
		return err
	}
	return w.reimburse(ctx, tx, a.On)
}

// reimburse moves the projects of a claim on when this was the last of them to be
// paid.
func (w *paying) reimburse(ctx context.Context, tx *db.Tx, on ledger.Date) error {
	for _, code := range w.claim.projectsOf() {
		if err := projects.Reimburse(ctx, tx, code, on); err != nil {
			return err
		}
	}
	return nil
}

// postAll posts events and returns the sequence numbers of their entries: each of
// these events makes one.
func postAll(ctx context.Context, tx *db.Tx, posts []ledger.Posting) ([]int64, error) {
	first := tx.NextSeq()
	var out []int64
	for i := range posts {
		out = append(out, first+int64(i))
	}
	return out, ledger.Post(ctx, tx, posts)
}

// RevokeClaimCmd takes an acceptance or the county's approval back.
type RevokeClaimCmd struct {
	Claim    string      `json:"claim" validate:"required,max=80"`
	On       ledger.Date `json:"on" validate:"required"`
	Period13 bool        `json:"period13,omitempty"`
	Reason   string      `json:"reason" validate:"required,max=200"`
}

// RevokeClaim reverses the entries of an acceptance of which nothing is requested,
// and returns the claim; or those of the county's approval of a township's claim
// (E23, of an earlier year E23p).
func RevokeClaim(ctx context.Context, tx *db.Tx, r RevokeClaimCmd) error {
	w, err := loadPaying(ctx, tx, r.Claim)
	if err != nil {
		return err
	}
	c := &w.claim
	if err := c.may(evRevoke); err != nil {
		return err
	}
	was := max(c.AcceptedOn, c.ApprovedOn)
	if r.On < was {
		return ErrClaim.With("撤销日期 %s 早于受理（审核）日期 %s", r.On, was)
	}
	if c.Payable > 0 {
		return ErrClaimState.With("报账单 %s 有退票待付的质保金 %s，须重新支付", c.Code, c.Payable)
	}
	var posts []ledger.Posting
	for i := len(c.Entries) - 1; i >= 0; i-- {
		p := ledger.Posting{Event: "E23", Date: r.On, Period13: r.Period13, Memo: "报账单 " + c.Code + " 撤销：" + clip(r.Reason), Reverses: c.Entries[i]}
		if was.Year() < r.On.Year() {
			p.Event, p.Step = "E23p", "reverse"
		}
		posts = append(posts, p)
	}
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	if c.State == ClaimAccepted {
		if err := releaseInvoices(ctx, tx, c); err != nil {
			return err
		}
	}
	return revoked.Record(ctx, tx, c.Code, c, claimRevoked{r.On, r.Reason})
}

// accrual is what accepting a claim posts, one event per project.
func (w *paying) accrual(a *AcceptCmd, lots []ClaimLot) []ledger.Posting {
	c := &w.claim
	event := ledger.EventCode("E11")
	switch c.Kind {
	case ClaimAdvance, ClaimRetention, ClaimRepair, ClaimReleased, ClaimOpening:
		return nil
	case ClaimFee:
		event = "E22"
	default:
	}
	var out []ledger.Posting
	for _, p := range c.Parts {
		post := ledger.Posting{
			Event: event, Date: a.On, Period13: a.Period13, Memo: "报账单 " + c.Code, Waiver: a.Waiver, Attachments: c.Documents,
			Project: p.Project, Contract: c.Contract, Payee: c.Payee, Unit: c.Unit, Prepared: c.Reviewer,
		}
		for _, l := range lots {
			if l.Project == p.Project {
				post.Parts = append(post.Parts, ledger.Part{Lot: l.Lot, Amount: l.Amount, Offset: l.Offset, Retention: l.Retention})
			}
		}
		out = append(out, post)
	}
	return out
}

// accrual finds which lots bear the claim: what is set off by the advances, the rest
// by the project's draw rule over what the contract has committed, the retention in
// proportion to it (DOMAIN 4.4).
func (d *drawer) accrual(ctx context.Context, tx *db.Tx) ([]ClaimLot, error) {
	if d.claim.Kind == ClaimAdvance {
		return nil, nil
	}
	var out []ClaimLot
	for _, p := range d.claim.Parts {
		lots, err := d.accrue(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		out = append(out, lots...)
	}
	return out, nil
}

// drawer splits amounts of a claim over lots.
type drawer struct {
	claim    *Claim
	balances []ledger.Balance        // of the contract
	due      map[dueAt]ledger.Amount // of a claim for what stands due
	cash     map[ledger.LotID]ledger.Amount
	modes    map[string]ledger.DrawMode // by which projects took their lots
}

func newDrawer(ctx context.Context, tx *db.Tx, c *Claim, day ledger.Date) (*drawer, error) {
	d := &drawer{claim: c, cash: map[ledger.LotID]ledger.Amount{}, modes: map[string]ledger.DrawMode{}}
	var err error
	if d.balances, err = ledger.BalancesAt(ctx, tx, day, ledger.Filter{Contract: c.Contract}); err != nil {
		return nil, err
	}
	book := ledger.County
	if c.Mode == ModeTownship {
		book = ledger.Book(c.Town)
	}
	for _, account := range []ledger.Code{"1001", "1002"} {
		list, err := ledger.BalancesAt(ctx, tx, day, ledger.Filter{Book: book, Account: account})
		if err != nil {
			return nil, err
		}
		for i := range list {
			d.cash[list[i].Key.Lot] += list[i].Net
		}
	}
	return d, nil
}

// pot is what lots hold on an account of the contract for a project.
func (d *drawer) pot(book ledger.Book, account ledger.Code, project string) []ledger.Holding {
	var out []ledger.Holding
	for i := range d.balances {
		b := &d.balances[i]
		k := &b.Key
		if k.Book != book || k.Account != account || k.Project != project || k.Payee != d.claim.Payee {
			continue
		}
		net := b.Net
		if a, ok := ledger.AccountOf(account); ok && a.Normal == ledger.Credit {
			net = -net
		}
		if net > 0 {
			out = append(out, ledger.Holding{Lot: k.Lot, Pot: net, Limit: net})
		}
	}
	return out
}

// split draws an amount on holdings by a rule; zero draws nothing.
func (d *drawer) split(ctx context.Context, tx *db.Tx, draw ledger.Draw, from []ledger.Holding) ([]ledger.Part, error) {
	if draw.Amount == 0 {
		return nil, nil
	}
	lots := make(map[ledger.LotID]ledger.LotFacts, len(from))
	for _, h := range from {
		lot, err := ledger.LotOf(ctx, tx, h.Lot)
		if err != nil {
			return nil, err
		}
		lots[h.Lot] = lot
	}
	return draw.Parts(from, lots)
}

// paid limits holdings to what has arrived, and takes what is drawn from it.
func (d *drawer) paid(ctx context.Context, tx *db.Tx, draw ledger.Draw, from []ledger.Holding) ([]ledger.Part, error) {
	for i := range from {
		from[i].Limit = min(from[i].Limit, max(d.cash[from[i].Lot], 0))
	}
	parts, err := d.split(ctx, tx, draw, from)
	for _, p := range parts {
		d.cash[p.Lot] -= p.Amount
	}
	return parts, err
}

// mode is the rule by which a project takes its lots.
func (d *drawer) mode(ctx context.Context, tx *db.Tx, project string) (ledger.DrawMode, error) {
	m, err := projects.DrawModeOf(ctx, tx, project)
	d.modes[project] = m
	return m, err
}

// stamped puts the rule that was used on the vouchers (DOMAIN 4.4).
func (d *drawer) stamped(posts []ledger.Posting) []ledger.Posting {
	for i := range posts {
		posts[i].Drawn = d.modes[posts[i].Project]
	}
	return posts
}

// accrue finds the lots of one project's part in county mode.
func (d *drawer) accrue(ctx context.Context, tx *db.Tx, p ClaimPart) ([]ClaimLot, error) {
	mode, err := d.mode(ctx, tx, p.Project)
	if err != nil {
		return nil, err
	}
	c := Claim{}
	if d.claim.Kind == ClaimRetention || d.claim.Kind.standsDue() {
		from := d.pot(ledger.County, "2003", p.Project)
		if d.claim.Kind.standsDue() {
			from = d.duePot(p.Project)
		}
		parts, err := d.split(ctx, tx, ledger.Draw{Mode: ledger.DrawProRata, Amount: p.Amount}, from)
		for _, x := range parts {
			c.lotOf(p.Project, x.Lot).Amount += x.Amount
		}
		return c.Lots, err
	}
	set, err := d.split(ctx, tx, ledger.Draw{Mode: ledger.DrawProRata, Amount: p.Offset}, d.pot(ledger.County, "1201", p.Project))
	if err != nil {
		return nil, err
	}
	rest, err := d.split(ctx, tx, ledger.Draw{Mode: mode, Amount: p.Amount - p.Offset}, d.pot(ledger.County, "7202", p.Project))
	if err != nil {
		return nil, err
	}
	for _, x := range set {
		l := c.lotOf(p.Project, x.Lot)
		l.Amount += x.Amount
		l.Offset += x.Amount
	}
	weights := make([]ledger.Amount, len(rest))
	for i, x := range rest {
		c.lotOf(p.Project, x.Lot).Amount += x.Amount
		weights[i] = x.Amount
	}
	if p.Retention == 0 {
		return c.Lots, nil
	}
	kept, err := ledger.Split(p.Retention, weights)
	if err != nil {
		return nil, err
	}
	for i, x := range rest {
		c.lotOf(p.Project, x.Lot).Retention += kept[i]
	}
	return c.Lots, nil
}
