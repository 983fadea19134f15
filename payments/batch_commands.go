package payments

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// BatchCmd makes a card batch of payable rows of a confirmed roster: those named,
// or all. Reissues names the batch whose refused rows it pays again.
type BatchCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	Roster   string      `json:"roster" validate:"required,max=64"`
	Lines    []int       `json:"lines,omitempty" validate:"max=50000"`
	Book     ledger.Book `json:"township,omitempty" validate:"max=64"`
	Cash     ledger.Code `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
	Reissues string      `json:"reissues,omitempty" validate:"max=64"`
}

// BatchStepCmd moves a batch one step on.
type BatchStepCmd struct {
	Code string `json:"code" validate:"required,max=64"`
	Note string `json:"note,omitempty" validate:"max=200"`
}

// BatchDateCmd moves a batch one step on, on a voucher date. Waiver releases gates
// of its kind of payment.
type BatchDateCmd struct {
	Code   string      `json:"code" validate:"required,max=64"`
	Date   ledger.Date `json:"date" validate:"required"`
	Waiver string      `json:"waiver,omitempty" validate:"max=64"`
}

// ExcludeCmd takes rows out of a batch before its file is made. Date is needed once
// the batch is approved: their part of the request is set free.
type ExcludeCmd struct {
	Code  string      `json:"code" validate:"required,max=64"`
	Lines []int       `json:"lines" validate:"required,min=1,max=50000"`
	Date  ledger.Date `json:"date" validate:"required"`
}

// CancelCmd cancels a batch that the bank has not taken.
type CancelCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	Date     ledger.Date `json:"date" validate:"required"`
	Decision string      `json:"decision" validate:"required,max=80"`
}

// ExportCmd makes the bank file of an approved batch.
type ExportCmd struct {
	Code     string `json:"code" validate:"required,max=64"`
	Encoding string `json:"encoding,omitempty" validate:"omitempty,oneof=utf-8 gb18030"`
}

// ResultCmd takes the bank's result file.
type ResultCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	Date     ledger.Date `json:"date" validate:"required"`
	FileName string      `json:"file_name,omitempty" validate:"max=100"`
	File     []byte      `json:"file" validate:"required,max=16777216"`
}

// MakeBatch makes a batch. Rows that stand in another batch or are paid are
// refused by name, so that asking twice changes nothing.
func MakeBatch(ctx context.Context, tx *db.Tx, c BatchCmd) error {
	r, err := projects.LoadRoster(ctx, tx, c.Roster)
	if err != nil {
		return err
	}
	var before Batch
	if c.Reissues != "" {
		if before, err = batchFile.Load(ctx, tx, c.Reissues); err != nil {
			return err
		}
	}
	f, err := makeBatch(&r, &before, &c, tx.Unit)
	if err != nil {
		return err
	}
	var b Batch
	if err := factBatchMade.Open(ctx, tx, c.Code, &b, f); err != nil {
		return err
	}
	return projects.TakeLines(ctx, tx, &r, c.Code, b.lines())
}

// both loads a batch and its roster, and refuses what is not the account's own.
func both(ctx context.Context, tx *db.Tx, code string) (b Batch, r projects.Roster, err error) {
	if b, err = batchFile.Load(ctx, tx, code); err != nil {
		return b, r, err
	}
	if err = b.own(tx.Unit); err != nil {
		return b, r, err
	}
	r, err = projects.LoadRoster(ctx, tx, b.Roster)
	return b, r, err
}

// CheckBatch records that a prepared check has passed.
func CheckBatch(ctx context.Context, tx *db.Tx, c PreparedCheck) error {
	b, r, err := both(ctx, tx, c.code)
	if err != nil {
		return err
	}
	if err := b.in("检查", BatchDraft); err != nil {
		return err
	}
	if !slices.Equal(b.Rows, c.rows) {
		return ErrBatchMoved.With("批次 %s", b.Code)
	}
	if err := b.current(&r); err != nil {
		return err
	}
	if err := b.unblocked(&r); err != nil {
		return err
	}
	return factBatchChecked.Record(ctx, tx, b.Code, &b, c.fact)
}

// FreezeBatch fixes the rows of a checked batch.
func FreezeBatch(ctx context.Context, tx *db.Tx, c BatchStepCmd) error {
	b, r, err := both(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.in("冻结", BatchChecked); err != nil {
		return err
	}
	if err := b.unblocked(&r); err != nil {
		return err
	}
	return factBatchFrozen.Record(ctx, tx, b.Code, &b, batchFrozen{len(b.Rows), b.Amount()})
}

// SendBatch sends a frozen batch for review (送审).
func SendBatch(ctx context.Context, tx *db.Tx, c BatchStepCmd) error {
	b, err := batchFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.own(tx.Unit); err != nil {
		return err
	}
	if err := b.in("送审", BatchFrozen); err != nil {
		return err
	}
	return factBatchSent.Record(ctx, tx, b.Code, &b, batchSent{c.Note})
}

// ReturnBatch sends a batch back to its maker.
func ReturnBatch(ctx context.Context, tx *db.Tx, c BatchStepCmd) error {
	b, err := batchFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.in("退回", BatchReview, BatchFrozen, BatchChecked); err != nil {
		return err
	}
	return factBatchReturn.Record(ctx, tx, b.Code, &b, batchReturned{c.Note})
}

// ApproveBatch approves a batch (审核) and asks for its money: E15b, drawn by the
// roster's mode on lots whose money has arrived. The gates of household payments
// must hold on the day.
func ApproveBatch(ctx context.Context, tx *db.Tx, c BatchDateCmd) error {
	b, r, err := both(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.in("审核", BatchReview); err != nil {
		return err
	}
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return err
	}
	if err := b.mayApprove(tx.Actor, ledger.FourEyes(ps, c.Date, dayOf(tx))); err != nil {
		return err
	}
	if err := b.unblocked(&r); err != nil {
		return err
	}
	leave, err := b.clear(ctx, tx, &r, c.Date, c.Waiver)
	if err != nil {
		return err
	}
	amount := b.Amount()
	if err := factBatchApproved.Record(ctx, tx, b.Code, &b, batchApproved{c.Date, amount, c.Waiver, leave.Results}); err != nil {
		return err
	}
	if err := leave.Use(ctx, tx, b.Code); err != nil {
		return err
	}
	p := b.posting("E15b", c.Date)
	p.Township, p.Draw = b.Book, &ledger.Draw{Mode: r.Mode, Amount: amount}
	return ledger.Post(ctx, tx, []ledger.Posting{p})
}

// posting begins a posting in the batch's dimensions.
func (b *Batch) posting(event ledger.EventCode, day ledger.Date) ledger.Posting {
	return ledger.Posting{
		Event: event, Date: day, Project: b.Project, Contract: b.Roster, Payee: b.Roster, Unit: b.Unit, Memo: "一卡通批次 " + b.Code,
		Waiver: b.Waiver, Prepared: b.Maker,
	}
}

// pot is an account of the roster, or one sub-account of it, that an amount comes
// out of.
type pot struct {
	ledger.Filter
	sub string
}

// spread divides an amount over what a pot holds per lot.
func (b *Batch) spread(ctx context.Context, tx *db.Tx, from pot, p *ledger.Posting, amount ledger.Amount) (err error) {
	from.Project, from.Contract, from.Payee = b.Project, b.Roster, b.Roster
	held, err := ledger.BalancesAt(ctx, tx, p.Date, from.Filter)
	if err != nil {
		return err
	}
	p.Parts, err = projects.Spread(amount, onHand(held, from.sub), string(from.Account)+" 批次 "+b.Code)
	return err
}

// requested is what has been asked for and not yet paid out.
func (b *Batch) requested() pot {
	return pot{ledger.Filter{Book: ledger.County, Account: "7204", Unit: b.Unit}, "P"}
}

// inTransit is what the bank has and has not answered for.
func (b *Batch) inTransit() pot {
	book := ledger.County
	if b.Book != "" {
		book = b.Book
	}
	return pot{ledger.Filter{Book: book, Account: "1203"}, ""}
}

// ExcludeRows takes rows out of a batch. They stay owed. After approval their part
// of the request is void (E12v).
func ExcludeRows(ctx context.Context, tx *db.Tx, c ExcludeCmd) error {
	b, r, err := both(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.in("剔除", BatchDraft, BatchChecked, BatchFrozen, BatchReview, BatchApproved); err != nil {
		return err
	}
	amount, err := b.exclude(c.Lines)
	if err != nil {
		return err
	}
	approved := b.State == BatchApproved
	if err := factBatchExcluded.Record(ctx, tx, b.Code, &b, batchExcluded{c.Date, c.Lines, amount}); err != nil {
		return err
	}
	if err := projects.ReturnLines(ctx, tx, &r, b.Code, c.Lines); err != nil {
		return err
	}
	if !approved {
		return nil
	}
	return b.void(ctx, tx, c.Date, amount)
}

// void sets an amount of the request free.
func (b *Batch) void(ctx context.Context, tx *db.Tx, day ledger.Date, amount ledger.Amount) error {
	if day < b.ApprovedOn {
		return ErrBatchDate.With("批次 %s 于 %s 审核，日期 %s", b.Code, b.ApprovedOn, day)
	}
	p := b.posting("E12v", day)
	if err := b.spread(ctx, tx, b.requested(), &p, amount); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, []ledger.Posting{p})
}

// CancelBatch cancels a batch that the bank has not taken; its rows stay owed.
func CancelBatch(ctx context.Context, tx *db.Tx, c CancelCmd) error {
	b, r, err := both(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.in("撤销", BatchDraft, BatchChecked, BatchFrozen, BatchReview, BatchApproved, BatchExported); err != nil {
		return err
	}
	asked := b.State == BatchApproved || b.State == BatchExported
	if err := factBatchCancelled.Record(ctx, tx, b.Code, &b, batchCancelled{c.Date, c.Decision}); err != nil {
		return err
	}
	if err := projects.ReturnLines(ctx, tx, &r, b.Code, b.lines()); err != nil {
		return err
	}
	if !asked {
		return nil
	}
	if err := releaseWaiver(ctx, tx, b.Waiver, b.Code); err != nil {
		return err
	}
	return b.void(ctx, tx, c.Date, b.Amount())
}

// ExportBatch records the digest of the bank file that was made. Making it again
// gives the same bytes.
func ExportBatch(ctx context.Context, tx *db.Tx, c PreparedExport) error {
	b, r, err := both(ctx, tx, c.code)
	if err != nil {
		return err
	}
	if err := b.in("导出银行文件", BatchApproved); err != nil {
		return err
	}
	if err := b.paidBy(tx.Unit); err != nil {
		return err
	}
	if !slices.Equal(b.Rows, c.rows) {
		return ErrBatchMoved.With("批次 %s", b.Code)
	}
	if err := b.unblocked(&r); err != nil {
		return err
	}
	return factBatchExported.Record(ctx, tx, b.Code, &b, c.fact)
}

// PayOut records that the bank has taken the file: one entry for the whole batch
// (E15c).
func PayOut(ctx context.Context, tx *db.Tx, c BatchDateCmd) error {
	b, r, err := both(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.in("出账", BatchExported); err != nil {
		return err
	}
	if err := b.paidBy(tx.Unit); err != nil {
		return err
	}
	if c.Date < b.ApprovedOn {
		return ErrBatchDate.With("批次 %s 于 %s 审核，出账 %s", b.Code, b.ApprovedOn, c.Date)
	}
	if blocked := r.Blocked(b.lines()); len(blocked) > 0 {
		return ErrBatchBlocked.With("批次 %s 第 %v 行在导出后被异议暂停；请撤销批次，剔除后重新编制", b.Code, blocked[:min(10, len(blocked))])
	}
	leave, err := b.clearAgain(ctx, tx, &r, &c)
	if err != nil {
		return err
	}
	amount := b.Amount()
	if err := factBatchPaidOut.Record(ctx, tx, b.Code, &b, batchPaidOut{c.Date, amount, leave.on.Waiver, leave.Results}); err != nil {
		return err
	}
	if err := leave.Use(ctx, tx, b.Code); err != nil {
		return err
	}
	p := b.posting("E15c", c.Date)
	p.Township, p.Cash = b.Book, b.Cash
	if err := b.spread(ctx, tx, b.requested(), &p, amount); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, []ledger.Posting{p})
}

// TakeResult records a prepared result file: what was paid (E15d), and what came
// back and is owed again (E15e).
func TakeResult(ctx context.Context, tx *db.Tx, c PreparedResult) error {
	b, r, err := both(ctx, tx, c.code)
	if err != nil {
		return err
	}
	if slices.Contains(b.Results, c.fact.File) {
		return ErrResultRepeat.With("批次 %s", b.Code)
	}
	if err := b.in("导入银行结果", BatchPaidOut); err != nil {
		return err
	}
	if err := b.paidBy(tx.Unit); err != nil {
		return err
	}
	if !slices.Equal(b.Rows, c.rows) {
		return ErrBatchMoved.With("批次 %s", b.Code)
	}
	if c.fact.On < b.PaidOn {
		return ErrBatchDate.With("批次 %s 于 %s 出账，结果 %s", b.Code, b.PaidOn, c.fact.On)
	}
	if err := factBatchResulted.Record(ctx, tx, b.Code, &b, c.fact); err != nil {
		return err
	}
	failed := make([]int, len(c.fact.Failed))
	for i, x := range c.fact.Failed {
		failed[i] = x.N
	}
	if err := projects.PayLines(ctx, tx, &r, b.Code, c.fact.Paid); err != nil {
		return err
	}
	if err := projects.ReturnLines(ctx, tx, &r, b.Code, failed); err != nil {
		return err
	}
	if err := b.result(ctx, tx, "E15d", c.fact.On, c.paid); err != nil {
		return err
	}
	if err := b.result(ctx, tx, "E15e", c.fact.On, c.failed); err != nil {
		return err
	}
	return projects.Reimburse(ctx, tx, b.Project, c.fact.On)
}

// result posts what was paid or came back, out of what is in transit.
func (b *Batch) result(ctx context.Context, tx *db.Tx, event ledger.EventCode, day ledger.Date, amount ledger.Amount) error {
	if amount == 0 {
		return nil
	}
	p := b.posting(event, day)
	p.Township = b.Book
	if event == "E15e" {
		p.Cash = b.Cash
	}
	if err := b.spread(ctx, tx, b.inTransit(), &p, amount); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, []ledger.Posting{p})
}
