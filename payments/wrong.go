package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// WrongCmd deals with a transfer that reached somebody else, step by step:
// identify names who got it, receive takes it back, write_off gives it up by a
// decision, pay_again owes the creditor anew after a write-off.
type WrongCmd struct {
	Request   string        `json:"request" validate:"required,max=80"`
	Step      string        `json:"step" validate:"required,oneof=identify receive write_off pay_again"`
	On        ledger.Date   `json:"on" validate:"required"`
	Period13  bool          `json:"period13,omitempty"`
	Payee     int           `json:"payee,omitempty" validate:"min=0,max=200"` // identify: which receiver
	Amount    ledger.Amount `json:"amount,omitempty"`                         // identify: 0 is the whole transfer
	Debtor    string        `json:"debtor,omitempty" validate:"max=64"`       // identify: who got it
	No        int           `json:"no,omitempty" validate:"min=0,max=200"`    // the other steps: which wrong payment
	Reference string        `json:"reference,omitempty" validate:"max=80"`    // receive
	Cash      ledger.Code   `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
	Decision  string        `json:"decision,omitempty" validate:"max=80"` // write_off
	Document  ledger.Digest `json:"document,omitzero"`
}

// WrongPayment runs one step of a wrong payment (E12w, E16w, E12x).
func WrongPayment(ctx context.Context, tx *db.Tx, c WrongCmd) error {
	r, w, err := loadRequest(ctx, tx, c.Request)
	if err != nil {
		return err
	}
	var x WrongPay
	if c.Step == "identify" {
		x, err = r.identifyWrong(&c)
	} else {
		x, err = r.nextWrong(&c)
	}
	if err != nil {
		return err
	}
	back := x.State == WrongReceived || x.State == WrongRepayable
	if back {
		if err := w.claim.may(evUnpay); err != nil {
			return err
		}
	}
	if x.State == WrongReceived {
		if err := useReference(ctx, tx, Transfer{c.Reference, r.Code, "wrong", c.On, x.Amount, r.Town}); err != nil {
			return err
		}
	}
	if err := ledger.Post(ctx, tx, r.wrongPosts(&c, &x)); err != nil {
		return err
	}
	if err := wrongRequest.Record(ctx, tx, r.Code, &r, requestWrong{x, c.On}); err != nil {
		return err
	}
	if !back {
		return nil
	}
	move := claimMoved{Request: r.Code, Amount: x.Amount, Lines: x.Lines}
	if r.Payees[x.Payee-1].Kind == ToWages {
		move.Wage = x.Amount
	}
	return unpaid.Record(ctx, tx, r.Claim, &w.claim, move)
}

// identifyWrong decides whether a transfer may be called wrong.
func (r *Request) identifyWrong(c *WrongCmd) (WrongPay, error) {
	if r.Event != "E12" && r.Event != "E14" {
		return WrongPay{}, ErrRequest.With("错付只用于县级支付的进度款与质保金（E12、E14）；预付款请转应追回（E10x），乡镇支付请审减（E25x）")
	}
	if c.Payee == 0 {
		return WrongPay{}, ErrRequest.With("须指明误收的是第几个收款方的款项(payee)")
	}
	p, err := r.paidTo(c.Payee, c.On)
	if err != nil {
		return WrongPay{}, err
	}
	amount := c.Amount
	if amount == 0 {
		amount = p.Amount
	}
	switch {
	case amount < 0 || amount > p.Amount:
		return WrongPay{}, ErrRequest.With("错付金额 %s 超出所付 %s", amount, p.Amount)
	case c.Debtor == "" || c.Debtor == r.Payee:
		return WrongPay{}, ErrRequest.With("须填误收款人(debtor)，且不是合同收款方 %s", r.Payee)
	}
	return WrongPay{
		No: len(r.Wrong) + 1, Payee: p.No, Debtor: c.Debtor, State: WrongIdentified, Amount: amount, Year: p.PaidOn.Year(),
		Lines: takeLines(r.linesOf([]int{p.No}), amount),
	}, nil
}

// nextWrong decides whether a wrong payment may take its next step.
func (r *Request) nextWrong(c *WrongCmd) (WrongPay, error) {
	if c.No < 1 || c.No > len(r.Wrong) {
		return WrongPay{}, ErrRequest.With("支付申请 %s 没有第 %d 笔错付", r.Code, c.No)
	}
	x := r.Wrong[c.No-1]
	steps := map[string][2]string{
		"receive": {WrongIdentified, WrongReceived}, "write_off": {WrongIdentified, WrongWrittenOff}, "pay_again": {WrongWrittenOff, WrongRepayable},
	}
	at := steps[c.Step]
	switch {
	case x.State != at[0]:
		return WrongPay{}, ErrRequestState.With("第 %d 笔错付现为 %s，%s 须在 %s 时办理", x.No, x.State, c.Step, at[0])
	case c.Step == "receive" && c.Reference == "":
		return WrongPay{}, ErrRequest.With("收回须填银行（国库）流水号(reference)")
	case c.Step == "write_off" && c.Decision == "":
		return WrongPay{}, ErrRequest.With("核销须填决定文号(decision)（4.3 E16w）")
	}
	x.State = at[1]
	if c.Decision != "" {
		x.Decision = c.Decision
	}
	return x, nil
}

// wrongPosts is what a step posts.
func (r *Request) wrongPosts(c *WrongCmd, x *WrongPay) []ledger.Posting {
	h := r.posting(c.On, c.Period13)
	h.Memo += " 错付：" + x.Debtor
	if c.Document != (ledger.Digest{}) {
		h.Attachments = []ledger.Digest{c.Document}
	}
	switch x.State {
	case WrongIdentified:
		h.event, h.To = "E12w", &ledger.Target{Payee: x.Debtor}
		return h.lines("identify", x.Lines)
	case WrongReceived:
		h.event, h.To, h.Cash = "E12w", &ledger.Target{Payee: x.Debtor}, c.Cash
		if x.Year < c.On.Year() {
			h.OriginYear = x.Year
		}
		return h.lines("receive", x.Lines)
	case WrongWrittenOff:
		h.event, h.Payee, h.Unit, h.Decision = "E16w", x.Debtor, "", c.Decision
		return h.lines("", x.Lines)
	default:
		h.event = "E12x"
		return h.lines("", x.Lines)
	}
}
