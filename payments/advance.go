package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// RefundCmd records that a contractor pays an advance back, all or in part.
type RefundCmd struct {
	Claim     string        `json:"claim" validate:"required,max=80"` // of the advance
	On        ledger.Date   `json:"on" validate:"required"`
	Period13  bool          `json:"period13,omitempty"`
	Amount    ledger.Amount `json:"amount"`
	Reference string        `json:"reference" validate:"required,max=80"`
	Cash      ledger.Code   `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
}

// RefundAdvance takes an advance back (E10r): its authority is committed again.
func RefundAdvance(ctx context.Context, tx *db.Tx, c RefundCmd) error {
	w, err := loadPaying(ctx, tx, c.Claim)
	if err != nil {
		return err
	}
	if err := w.payer(tx.Unit); err != nil {
		return err
	}
	lines, err := w.advanceLines(ctx, tx, c.On, c.Amount)
	if err != nil {
		return err
	}
	if w.claim.Mode == ModeTownship && c.Cash != "" {
		return ErrRequest.With("乡镇收款只用乡镇专户，不填资金账户 %s", c.Cash)
	}
	if err := useReference(ctx, tx, Transfer{c.Reference, c.Claim, "refund", c.On, c.Amount, w.claim.Town}); err != nil {
		return err
	}
	h := w.advanceHead(c.On, c.Period13)
	h.event, h.Cash, h.Memo = "E10r", c.Cash, h.Memo+" 预付款退回"
	if err := ledger.Post(ctx, tx, h.lines("", lines)); err != nil {
		return err
	}
	return refunded.Record(ctx, tx, c.Claim, &w.claim, claimRefunded{c.Amount, lines})
}

// AdvanceLostCmd turns an advance that nobody accounts for into a debt to recover.
type AdvanceLostCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`  // of the recovery it opens
	Claim    string        `json:"claim" validate:"required,max=80"` // of the advance
	On       ledger.Date   `json:"on" validate:"required"`
	Period13 bool          `json:"period13,omitempty"`
	Amount   ledger.Amount `json:"amount"`
	Reason   string        `json:"reason" validate:"required,max=200"`
	Document ledger.Digest `json:"document,omitzero"`
}

// RecoverAdvance turns an advance into a debt to recover (E10x) and opens the
// recovery; what comes back is received there (E16).
func RecoverAdvance(ctx context.Context, tx *db.Tx, c AdvanceLostCmd) error {
	w, err := loadPaying(ctx, tx, c.Claim)
	if err != nil {
		return err
	}
	lines, err := w.advanceLines(ctx, tx, c.On, c.Amount)
	if err != nil {
		return err
	}
	h := w.advanceHead(c.On, c.Period13)
	h.event, h.Memo = "E10x", h.Memo+" 转应追回："+clip(c.Reason)
	if c.Document != (ledger.Digest{}) {
		h.Attachments = []ledger.Digest{c.Document}
	}
	if err := ledger.Post(ctx, tx, h.lines("", lines)); err != nil {
		return err
	}
	k := &w.claim
	var s Recovery
	return identifiedDebt.Open(ctx, tx, c.Code, &s, Recovery{
		Code: c.Code, State: RecoveryOpen, Event: "E10x", Contract: k.Contract, Payee: k.Payee, Unit: k.Unit, Debtor: k.Payee,
		Township: string(h.Township), Town: k.Town, Year: c.On.Year(), On: c.On, Amount: c.Amount, Lines: lines, Reason: c.Reason, Document: c.Document,
	})
}

func (w *paying) advanceHead(on ledger.Date, period13 bool) head {
	k := &w.claim
	p := ledger.Posting{Date: on, Period13: period13, Memo: "报账单 " + k.Code, Contract: k.Contract, Payee: k.Payee, Unit: k.Unit}
	if k.Mode == ModeTownship {
		p.Township = ledger.Book(k.Town)
	}
	return head{Posting: p}
}

// advanceLines finds the lots on which an advance still stands (1201), the first
// ones first.
func (w *paying) advanceLines(ctx context.Context, tx *db.Tx, on ledger.Date, amount ledger.Amount) ([]PayLine, error) {
	k := &w.claim
	if k.Kind != ClaimAdvance {
		return nil, ErrRequest.With("报账单 %s 不是预付款", k.Code)
	}
	if err := k.may(evUnpay); err != nil {
		return nil, err
	}
	balances, err := ledger.BalancesAt(ctx, tx, on, ledger.Filter{
		Book: advanceBook(k.Mode, k.Town), Account: "1201", Contract: k.Contract, Payee: k.Payee,
	})
	if err != nil {
		return nil, err
	}
	var have []PayLine
	for i := range balances {
		if b := &balances[i]; covered(k, b.Key.Project) && b.Net > 0 {
			have = append(have, PayLine{b.Key.Project, b.Key.Lot, b.Net})
		}
	}
	if left := min(sumLines(have), k.Paid); amount <= 0 || amount > left {
		return nil, ErrRequestBeyond.With("合同 %s 未冲预付 %s，报账单 %s 已付 %s，本次 %s", k.Contract, sumLines(have), k.Code, k.Paid, amount)
	}
	return takeLines(have, amount), nil
}

func covered(k *Claim, project string) bool {
	for i := range k.Parts {
		if k.Parts[i].Project == project {
			return true
		}
	}
	return false
}
