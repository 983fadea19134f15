package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// RequestCmd asks for a payment on a claim; amount 0 is all that is left.
type RequestCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	Claim    string        `json:"claim" validate:"required,max=80"`
	On       ledger.Date   `json:"on" validate:"required"` // voucher date
	Period13 bool          `json:"period13,omitempty"`
	Amount   ledger.Amount `json:"amount,omitempty"`
	Payees   []ReceiverCmd `json:"payees" validate:"required,min=1,max=200,dive"`
	Waiver   string        `json:"waiver,omitempty" validate:"max=64"`
}

// ReceiverCmd is one receiver of a payment, with the whole account number, of
// which only the last four digits and a keyed digest are kept.
type ReceiverCmd struct {
	Kind     ReceiverKind  `json:"kind" validate:"required,oneof=contractor wages assignee"`
	Name     string        `json:"name" validate:"required,max=100"`
	Bank     string        `json:"bank,omitempty" validate:"max=100"`
	Account  string        `json:"account" validate:"required,min=6,max=34,alphanum"`
	Amount   ledger.Amount `json:"amount"`
	Document ledger.Digest `json:"document,omitzero"` // of an assignee: the assignment
}

// OpenRequest asks treasury to pay a claim in county mode.
func OpenRequest(ctx context.Context, tx *db.Tx, c RequestCmd) error {
	return openRequest(ctx, tx, &c, ModeCounty)
}

// openRequest holds a payment against its gates and takes the authority for it.
func openRequest(ctx context.Context, tx *db.Tx, c *RequestCmd, mode string) error {
	w, err := loadPaying(ctx, tx, c.Claim)
	if err != nil {
		return err
	}
	r, err := w.request(c, mode)
	if err != nil {
		return err
	}
	if err := receivers(ctx, tx, r, c.Payees); err != nil {
		return err
	}
	wage := r.wagesOf(r.open())
	f, err := w.facts(ctx, tx, c.On, r.Amount, wage)
	if err != nil {
		return err
	}
	o := Occasion{Kind: r.Kind, Projects: w.claim.projectsOf(), Contract: r.Contract, Amount: r.Amount, Day: c.On, Waiver: c.Waiver, Book: ledger.Book(r.Township)}
	leave, err := Clear(ctx, tx, &o, &f)
	if err != nil {
		return err
	}
	r.Gates = leave.Results
	d, err := newDrawer(ctx, tx, &w.claim, c.On)
	if err != nil {
		return err
	}
	done := claimRequested{Request: c.Code, Amount: r.Amount, Wage: wage, Payable: r.Payable}
	if done.Lines, done.Lots, err = d.drawRequest(ctx, tx, r); err != nil {
		return err
	}
	r.Lines = allot(r.Payees, done.Lines)
	head := r.posting(c.On, c.Period13)
	head.Prepared, r.Maker = w.claim.Reviewer, tx.Actor
	if err := ledger.Post(ctx, tx, d.stamped(head.lines("reserve", done.Lines))); err != nil {
		return err
	}
	if err := leave.Use(ctx, tx, c.Code); err != nil {
		return err
	}
	var s Request
	if err := openedRequest.Open(ctx, tx, c.Code, &s, *r); err != nil {
		return err
	}
	return requested.Record(ctx, tx, c.Claim, &w.claim, done)
}

// request decides whether a claim may be asked for, how much and by which event.
func (w *paying) request(c *RequestCmd, mode string) (*Request, error) {
	k := &w.claim
	if k.Mode != mode {
		return nil, ErrRequest.With("报账单 %s 为%s；%s", k.Code, modeName(k.Mode),
			map[string]string{ModeCounty: "请用 payment.request", ModeTownship: "请用 township.request"}[k.Mode])
	}
	if err := k.may(evRequest); err != nil {
		return nil, err
	}
	due := max(k.AcceptedOn, k.OpinionOn)
	if c.On < due {
		return nil, ErrRequest.With("支付申请日期 %s 早于报账单 %s 的受理（意见）日期 %s", c.On, k.Code, due)
	}
	r := &Request{
		Code: c.Code, State: RequestOpen, Claim: k.Code, Kind: payKindOf(k.Kind), Event: w.event(), Contract: k.Contract, Payee: k.Payee,
		Unit: k.Unit, Town: k.Town, On: c.On, Amount: c.Amount, Waiver: c.Waiver, Decision: k.Decision,
	}
	if mode == ModeTownship {
		r.Township = k.Town
	}
	left := k.Left()
	if k.Kind == ClaimRetention && k.Payable > 0 {
		left = min(left, k.Payable)
	}
	if r.Amount == 0 {
		r.Amount = left
	}
	switch {
	case r.Amount <= 0 || r.Amount > left:
		return nil, ErrRequestBeyond.With("报账单 %s：应付 %s，已申请 %s，本次可申请 %s，所填 %s", k.Code, k.Net(), k.Requested, left, r.Amount)
	case r.Event == "E25" && r.Amount != k.Net():
		return nil, ErrRequest.With("乡级报账单 %s 一次申请全部应付 %s，所填 %s", k.Code, k.Net(), r.Amount)
	}
	if k.Kind == ClaimRetention && k.Payable > 0 {
		r.Payable = r.Amount
	}
	return r, nil
}

// event is what the request posts: E10 advances, E12 payables, E14 retention; in
// township mode E10, E25, E14t. Retention that the bank sent back is a payable.
func (w *paying) event() string {
	k := &w.claim
	town := k.Mode == ModeTownship
	switch {
	case k.Kind == ClaimAdvance:
		return "E10"
	case k.Kind == ClaimRetention && town:
		return "E14t"
	case k.Kind == ClaimRetention && k.Payable == 0:
		return "E14"
	case town:
		return "E25"
	default:
		return "E12"
	}
}

// receivers checks and seals the receivers of a request.
func receivers(ctx context.Context, tx *db.Tx, r *Request, list []ReceiverCmd) error {
	var sum ledger.Amount
	for i := range list {
		p := &list[i]
		switch {
		case p.Amount <= 0 || p.Amount > ledger.MaxLine:
			return ErrRequest.With("第 %d 个收款方：金额 %s 须大于零", i+1, p.Amount)
		case p.Kind == ToContractor && p.Name != r.Payee:
			return ErrRequest.With("第 %d 个收款方 %s 不是合同的收款方 %s；付给他人须按受托（assignee）并附委托收款书", i+1, p.Name, r.Payee)
		case p.Kind == ToAssignee && p.Document == (ledger.Digest{}):
			return ErrRequest.With("第 %d 个收款方 %s：须附委托收款书", i+1, p.Name)
		}
		if p.Kind == ToAssignee {
			e, err := evidenceFile.Load(ctx, tx, codeOf(p.Document))
			if err != nil {
				return err
			}
			if e.Type != DocAssignment {
				return ErrRequest.With("第 %d 个收款方 %s：所附材料是%s，不是委托收款书", i+1, p.Name, e.Type.Chinese())
			}
		}
		sum += p.Amount
		r.Payees = append(r.Payees, Receiver{
			No: i + 1, Kind: p.Kind, Name: p.Name, Bank: p.Bank, Tail: p.Account[len(p.Account)-4:],
			Account: tx.Keyed("account", p.Account), Amount: p.Amount, Document: p.Document, State: ReceiverOpen,
		})
	}
	if sum != r.Amount {
		return ErrRequest.With("各收款方合计 %s，申请金额 %s，差 %s", sum, r.Amount, r.Amount-sum)
	}
	return nil
}

// drawRequest finds the lots that pay: those of the claim whose money has arrived,
// by the project's rule. For a township's claim it also finds how its lots bear
// it.
func (d *drawer) drawRequest(ctx context.Context, tx *db.Tx, r *Request) ([]PayLine, []ClaimLot, error) {
	c := d.claim
	shares, err := d.shares(r.Amount)
	if err != nil {
		return nil, nil, err
	}
	var lines []PayLine
	var lots []ClaimLot
	for i, p := range c.Parts {
		if r.Event == "E25" {
			borne, err := d.bear(ctx, tx, p)
			if err != nil {
				return nil, nil, err
			}
			for _, l := range borne {
				if l.net() > 0 {
					lines = append(lines, PayLine{l.Project, l.Lot, l.net()})
				}
			}
			lots = append(lots, borne...)
			continue
		}
		mode, err := d.mode(ctx, tx, p.Project)
		if err != nil {
			return nil, nil, err
		}
		parts, err := d.paid(ctx, tx, ledger.Draw{Mode: mode, Amount: shares[i]}, d.payable(p.Project))
		if err != nil {
			return nil, nil, err
		}
		for _, x := range parts {
			lines = append(lines, PayLine{p.Project, x.Lot, x.Amount})
		}
	}
	return lines, lots, nil
}

// shares splits a request over the projects of the claim by what each is still
// owed.
func (d *drawer) shares(amount ledger.Amount) ([]ledger.Amount, error) {
	c := d.claim
	left := make([]ledger.Amount, len(c.Parts))
	for i, p := range c.Parts {
		left[i] = p.Amount - p.Offset - p.Retention
		for j := range c.Lots {
			if c.Lots[j].Project == p.Project {
				left[i] -= c.Lots[j].Requested
			}
		}
		left[i] = max(left[i], 0)
	}
	return ledger.Split(amount, left)
}

// payable is what the lots of a project can pay: of an advance what the contract
// has committed, of retention paid by a township what is kept back, of everything
// else what the claim has made due and not requested.
func (d *drawer) payable(project string) []ledger.Holding {
	c := d.claim
	switch {
	case c.Kind == ClaimAdvance:
		return d.pot(ledger.County, "7202", project)
	case c.lotsByRequest():
		return d.pot(ledger.County, "2003", project)
	}
	var out []ledger.Holding
	for i := range c.Lots {
		if l := &c.Lots[i]; l.Project == project && l.net() > l.Requested {
			left := l.net() - l.Requested
			out = append(out, ledger.Holding{Lot: l.Lot, Pot: left, Limit: left})
		}
	}
	return out
}

// bear finds how lots bear a township's claim: what is set off by its advances,
// what it pays now by lots whose money it holds, and what is kept back.
func (d *drawer) bear(ctx context.Context, tx *db.Tx, p ClaimPart) ([]ClaimLot, error) {
	mode, err := d.mode(ctx, tx, p.Project)
	if err != nil {
		return nil, err
	}
	c := Claim{}
	set, err := d.split(ctx, tx, ledger.Draw{Mode: ledger.DrawProRata, Amount: p.Offset}, d.pot(ledger.Book(d.claim.Town), "1201", p.Project))
	if err != nil {
		return nil, err
	}
	for _, x := range set {
		l := c.lotOf(p.Project, x.Lot)
		l.Amount += x.Amount
		l.Offset += x.Amount
	}
	pot := d.pot(ledger.County, "7202", p.Project)
	now, err := d.paid(ctx, tx, ledger.Draw{Mode: mode, Amount: p.Amount - p.Offset - p.Retention}, append([]ledger.Holding(nil), pot...))
	if err != nil {
		return nil, err
	}
	for _, x := range now {
		c.lotOf(p.Project, x.Lot).Amount += x.Amount
		for i := range pot {
			if pot[i].Lot == x.Lot {
				pot[i].Pot -= x.Amount
				pot[i].Limit -= x.Amount
			}
		}
	}
	kept, err := d.split(ctx, tx, ledger.Draw{Mode: mode, Amount: p.Retention}, pot)
	for _, x := range kept {
		l := c.lotOf(p.Project, x.Lot)
		l.Amount += x.Amount
		l.Retention += x.Amount
	}
	return c.Lots, err
}

// head is what the postings of one payment have in common.
type head struct {
	ledger.Posting
	event string
}

// posting makes the head of a request's postings.
func (r *Request) posting(on ledger.Date, period13 bool) head {
	p := ledger.Posting{
		Date: on, Period13: period13, Memo: "支付申请 " + r.Code, Waiver: r.Waiver, Contract: r.Contract, Payee: r.Payee, Unit: r.Unit,
		Township: ledger.Book(r.Township), Prepared: r.Maker,
	}
	if r.Claim != "" {
		p.Memo = "报账单 " + r.Claim + " " + p.Memo
	}
	return head{p, r.Event}
}

// lines makes one posting per project. The step named reserve is the event's own
// word for a request.
func (h head) lines(step string, lines []PayLine) []ledger.Posting {
	if h.event == "E25" && step == "reserve" {
		step = "request"
	}
	var out []ledger.Posting
	index := map[string]int{}
	for _, l := range lines {
		at, ok := index[l.Project]
		if !ok {
			at = len(out)
			index[l.Project] = at
			p := h.Posting
			p.Event, p.Step, p.Project = ledger.EventCode(h.event), step, l.Project
			out = append(out, p)
		}
		out[at].Parts = append(out[at].Parts, ledger.Part{Lot: l.Lot, Amount: l.Amount})
	}
	return out
}
