package payments

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// ConfirmCmd records that bank or treasury has paid receivers of a request; none
// named means all that are not paid yet.
type ConfirmCmd struct {
	Request   string      `json:"request" validate:"required,max=80"`
	On        ledger.Date `json:"on" validate:"required"`
	Period13  bool        `json:"period13,omitempty"`
	Reference string      `json:"reference" validate:"required,max=80"` // bank or treasury reference, used once
	Cash      ledger.Code `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
	Payees    []int       `json:"payees,omitempty" validate:"max=200,dive,min=1"`
}

// ConfirmRequest records a payment in county mode.
func ConfirmRequest(ctx context.Context, tx *db.Tx, c ConfirmCmd) error {
	return confirm(ctx, tx, &c, ModeCounty)
}

// confirm records a payment: the reference once, the money, the receivers, the
// claim.
func confirm(ctx context.Context, tx *db.Tx, c *ConfirmCmd, mode string) error {
	r, w, err := loadRequest(ctx, tx, c.Request)
	if err != nil {
		return err
	}
	if w.claim.Mode != mode {
		return ErrRequest.With("支付申请 %s 属%s", r.Code, modeName(w.claim.Mode))
	}
	payees, err := r.toPay(c)
	if err != nil {
		return err
	}
	lines := r.linesOf(payees)
	move := claimMoved{Request: r.Code, Amount: sumLines(lines), Wage: r.wagesOf(payees), Lines: lines}
	if err := w.claim.may(evPay); err != nil {
		return err
	}
	if err := useReference(ctx, tx, Transfer{c.Reference, r.Code, "pay", c.On, move.Amount, r.Town}); err != nil {
		return err
	}
	head := r.posting(c.On, c.Period13)
	if mode == ModeCounty {
		head.Cash = c.Cash
	}
	posts := head.lines("confirm", lines)
	if r.Event == "E25" {
		posts = append(head.offsets(w.claim.Lots), head.lines("pay", lines)...)
	}
	first := tx.NextSeq()
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	done := requestPaid{On: c.On, Reference: c.Reference, Cash: c.Cash, Payees: payees}
	for i := range posts {
		done.Entries = append(done.Entries, first+int64(i))
	}
	if err := paidRequest.Record(ctx, tx, r.Code, &r, done); err != nil {
		return err
	}
	if err := paid.Record(ctx, tx, r.Claim, &w.claim, move); err != nil {
		return err
	}
	return w.reimburse(ctx, tx, c.On)
}

// loadRequest loads a request with its claim.
func loadRequest(ctx context.Context, tx *db.Tx, code string) (Request, *paying, error) {
	r, err := requestFile.Load(ctx, tx, code)
	if err != nil {
		return r, nil, err
	}
	if r.Claim == "" {
		return r, nil, ErrRequest.With("支付申请 %s 不是报账单的支付申请", code)
	}
	w, err := loadPaying(ctx, tx, r.Claim)
	if err == nil {
		err = w.payer(tx.Unit)
	}
	return r, w, err
}

// payer refuses a township's account what the county pays.
func (w *paying) payer(unit string) error {
	if unit != "" && w.claim.Mode != ModeTownship {
		return ErrNotOwn.With("报账单 %s 由县级支付", w.claim.Code)
	}
	return nil
}

// toPay decides which receivers a confirmation pays.
func (r *Request) toPay(c *ConfirmCmd) ([]int, error) {
	open := r.open()
	switch {
	case len(open) == 0:
		return nil, ErrRequestState.With("支付申请 %s 现为 %s，没有待支付的收款方", r.Code, r.State)
	case c.On < r.On:
		return nil, ErrRequest.With("支付日期 %s 早于申请日期 %s", c.On, r.On)
	case r.Township != "" && c.Cash != "":
		return nil, ErrRequest.With("乡镇支付只用乡镇专户，不填资金账户 %s", c.Cash)
	case len(c.Payees) == 0:
		return open, nil
	case r.Township != "" && len(c.Payees) != len(open):
		return nil, ErrRequest.With("乡镇支付 %s 一次确认全部收款方", r.Code)
	}
	var out []int
	for _, no := range c.Payees {
		if !slices.Contains(open, no) || slices.Contains(out, no) {
			return nil, ErrRequestState.With("支付申请 %s 的第 %d 个收款方不存在、已支付或列了两次", r.Code, no)
		}
		out = append(out, no)
	}
	return out, nil
}

// offsets sets a township's advances off when it pays (E25 offset).
func (h head) offsets(lots []ClaimLot) []ledger.Posting {
	var lines []PayLine
	for i := range lots {
		if lots[i].Offset > 0 {
			lines = append(lines, PayLine{lots[i].Project, lots[i].Lot, lots[i].Offset})
		}
	}
	return h.lines("offset", lines)
}

// useReference records a bank or treasury reference. ErrReference when it was used
// before, for whatever.
func useReference(ctx context.Context, tx *db.Tx, t Transfer) error {
	used, err := transferFile.Exists(ctx, tx, t.Reference)
	if err != nil {
		return err
	}
	if used {
		return ErrReference.With("流水号 %s；请核对银行（国库）回单", t.Reference)
	}
	var s Transfer
	return usedTransfer.Open(ctx, tx, t.Reference, &s, t)
}

// VoidCmd voids what of a request is not paid.
type VoidCmd struct {
	Request  string      `json:"request" validate:"required,max=80"`
	On       ledger.Date `json:"on" validate:"required"`
	Period13 bool        `json:"period13,omitempty"`
	Reason   string      `json:"reason" validate:"required,max=200"`
}

// VoidRequest voids the receivers of a request that are not paid (E10v, E12v); what
// a waiver gave for a request void as a whole is free again.
func VoidRequest(ctx context.Context, tx *db.Tx, c VoidCmd) error {
	r, w, err := loadRequest(ctx, tx, c.Request)
	if err != nil {
		return err
	}
	open := r.open()
	switch {
	case len(open) == 0:
		return ErrRequestState.With("支付申请 %s 现为 %s，没有可撤销的部分", r.Code, r.State)
	case c.On < r.On:
		return ErrRequest.With("撤销日期 %s 早于申请日期 %s", c.On, r.On)
	}
	if err := w.claim.may(evVoid); err != nil {
		return err
	}
	lines := r.linesOf(open)
	move := claimMoved{Request: r.Code, Amount: sumLines(lines), Wage: r.wagesOf(open), Lines: lines}
	if r.Payable > 0 {
		move.Payable = move.Amount
	}
	head := r.posting(c.On, c.Period13)
	head.Township, head.Memo = "", head.Memo+" 撤销："+clip(c.Reason)
	head.event = "E12v"
	if r.Event == "E10" || r.Event == "E25" {
		head.event = "E10v"
	}
	if err := ledger.Post(ctx, tx, head.lines("", lines)); err != nil {
		return err
	}
	if err := voidedRequest.Record(ctx, tx, r.Code, &r, requestVoid{c.Reason}); err != nil {
		return err
	}
	if r.State == RequestVoid {
		if err := releaseWaiver(ctx, tx, r.Waiver, r.Code); err != nil {
			return err
		}
	}
	return voided.Record(ctx, tx, r.Claim, &w.claim, move)
}

// clip shortens a reason for a memo.
func clip(s string) string {
	if r := []rune(s); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return s
}

// ReturnedCmd records a transfer that the bank sent back.
type ReturnedCmd struct {
	Request   string      `json:"request" validate:"required,max=80"`
	Payee     int         `json:"payee" validate:"min=1,max=200"`
	On        ledger.Date `json:"on" validate:"required"`
	Period13  bool        `json:"period13,omitempty"`
	Reference string      `json:"reference" validate:"required,max=80"`
	Cash      ledger.Code `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
	Reason    string      `json:"reason" validate:"required,max=200"`
}

// ReturnTransfer records that a transfer came back: the creditor is owed again
// (E12e), an advance is committed again (E10r), a township's payment is reversed
// and its request stands again (E23 of E25 or E14t).
func ReturnTransfer(ctx context.Context, tx *db.Tx, c ReturnedCmd) error {
	r, w, err := loadRequest(ctx, tx, c.Request)
	if err != nil {
		return err
	}
	p, err := r.paidTo(c.Payee, c.On)
	if err != nil {
		return err
	}
	if err := w.claim.may(evUnpay); err != nil {
		return err
	}
	payees, reverse := []int{p.No}, r.Event == "E25" || r.Event == "E14t"
	if reverse {
		if payees = r.paidWith(p); w.claim.Disallowed > 0 {
			return ErrRequestState.With("报账单 %s 已审减 %s，不能整笔退票；请办理审减退回", w.claim.Code, w.claim.Disallowed)
		}
	}
	lines := r.linesOf(payees)
	move := claimMoved{Request: r.Code, Amount: sumLines(lines), Wage: r.wagesOf(payees), Lines: lines}
	if err := useReference(ctx, tx, Transfer{c.Reference, r.Code, "return", c.On, move.Amount, r.Town}); err != nil {
		return err
	}
	if err := ledger.Post(ctx, tx, r.returning(&c, p, lines)); err != nil {
		return err
	}
	if err := returnedRequest.Record(ctx, tx, r.Code, &r, requestReturned{p.No, c.On, c.Reference, c.Reason, reverse}); err != nil {
		return err
	}
	if reverse {
		return unconfirmed.Record(ctx, tx, r.Claim, &w.claim, move)
	}
	return unpaid.Record(ctx, tx, r.Claim, &w.claim, move)
}

// paidTo returns a receiver that was paid, and has no wrong payment open.
func (r *Request) paidTo(no int, on ledger.Date) (*Receiver, error) {
	if no > len(r.Payees) || r.Payees[no-1].State != ReceiverPaid {
		return nil, ErrRequestState.With("支付申请 %s 的第 %d 个收款方未支付", r.Code, no)
	}
	p := &r.Payees[no-1]
	if on < p.PaidOn {
		return nil, ErrRequest.With("日期 %s 早于支付日期 %s", on, p.PaidOn)
	}
	for i := range r.Wrong {
		if r.Wrong[i].Payee == no {
			return nil, ErrRequestState.With("支付申请 %s 的第 %d 个收款方已按错付办理（第 %d 笔）", r.Code, no, r.Wrong[i].No)
		}
	}
	return p, nil
}

// paidWith lists the receivers that the same entries paid.
func (r *Request) paidWith(p *Receiver) []int {
	var out []int
	for i := range r.Payees {
		if q := &r.Payees[i]; q.State == ReceiverPaid && slices.Equal(q.Entries, p.Entries) {
			out = append(out, q.No)
		}
	}
	return out
}

// returning is what a transfer that came back posts.
func (r *Request) returning(c *ReturnedCmd, p *Receiver, lines []PayLine) []ledger.Posting {
	head := r.posting(c.On, c.Period13)
	head.Memo += " 退票：" + clip(c.Reason)
	switch r.Event {
	case "E25", "E14t":
		out := make([]ledger.Posting, len(p.Entries))
		for i, seq := range p.Entries {
			out[i] = ledger.Posting{Event: "E23", Date: c.On, Period13: c.Period13, Memo: head.Memo, Waiver: r.Waiver, Reverses: seq}
		}
		return out
	case "E10":
		head.event = "E10r"
		if r.Township == "" {
			head.Cash = c.Cash
		}
		return head.lines("", lines)
	default:
		head.event, head.Cash = "E12e", c.Cash
		head.OriginYear = earlier(p.PaidOn, c.On)
		return head.lines("", lines)
	}
}

// earlier is the year in which something was executed, when it is not that of the
// voucher date (rule Y); else 0.
func earlier(executed, on ledger.Date) int {
	if executed.Year() < on.Year() {
		return executed.Year()
	}
	return 0
}
