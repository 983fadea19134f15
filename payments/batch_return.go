package payments

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"
)

// BatchReturnCmd takes back rows that the bank had reported as paid and whose money
// came back later. The bank's reference is used once.
type BatchReturnCmd struct {
	Code      string        `json:"code" validate:"required,max=64"`
	Date      ledger.Date   `json:"date" validate:"required"`
	Reference string        `json:"reference" validate:"required,max=80"`
	Rows      []ReturnedRow `json:"rows" validate:"required,min=1,max=50000,dive"`
}

// ReturnedRow (退回行) is a row of the roster with what the bank says of it. Of the
// words only their code is kept: they may name a person.
type ReturnedRow struct {
	Line   int    `json:"line" validate:"min=1"`
	Reason string `json:"reason" validate:"required,max=200"`
}

// batchCameBack says that paid rows came back.
type batchCameBack struct {
	On        ledger.Date
	Reference string
	Lines     []failedLine
	Amount    ledger.Amount
}

var factBatchCameBack = dossier.On(batchFile, "batch.came_back", func(b *Batch, f *batchCameBack, _ dossier.Stamp) {
	b.settle(&batchResulted{On: f.On, Failed: f.Lines})
})

// returnedSum is what of the rows that come back was paid on one day.
type returnedSum struct {
	paidOn ledger.Date
	amount ledger.Amount
}

// comeBack decides which rows come back, and what of them was paid on which day,
// the days in order.
func (b *Batch) comeBack(c *BatchReturnCmd) (batchCameBack, []returnedSum, error) {
	f := batchCameBack{On: c.Date, Reference: c.Reference}
	if err := b.in("发放后退回", BatchPaidOut, BatchDone); err != nil {
		return f, nil, err
	}
	rows := make(map[int]*BatchRow, len(b.Rows))
	for i := range b.Rows {
		rows[b.Rows[i].N] = &b.Rows[i]
	}
	var sums []returnedSum
	for _, x := range c.Rows {
		r := rows[x.Line]
		switch {
		case r == nil:
			return f, nil, ErrBatchLine.With("批次 %s 没有名册第 %d 行，或同一行列了两次", b.Code, x.Line)
		case r.Result != ResultPaid:
			return f, nil, ErrBatchReturn.With("批次 %s 第 %d 行的结果不是成功；尚无结果的请导入银行结果（batch.result）", b.Code, x.Line)
		case c.Date < r.On:
			return f, nil, ErrBatchDate.With("批次 %s 第 %d 行于 %s 发放成功，退回 %s", b.Code, x.Line, r.On, c.Date)
		}
		delete(rows, x.Line)
		f.Lines = append(f.Lines, failedLine{x.Line, reasonOf(x.Reason)})
		f.Amount += r.Amount // bounded by the roster's total
		i := slices.IndexFunc(sums, func(s returnedSum) bool { return s.paidOn == r.On })
		if i < 0 {
			i = len(sums)
			sums = append(sums, returnedSum{paidOn: r.On})
		}
		sums[i].amount += r.Amount
	}
	slices.SortFunc(sums, func(x, y returnedSum) int { return int(x.paidOn - y.paidOn) })
	return f, sums, nil
}

// ReturnPaidRows records that rows came back after the bank had reported them as
// paid: they are failed rows again, their payees are owed again (E15r), and a batch
// that reissues this one may pay them anew. What an earlier year executed comes back
// as that year's (rule Y).
func ReturnPaidRows(ctx context.Context, tx *db.Tx, c BatchReturnCmd) error {
	b, r, err := both(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := b.paidBy(tx.Unit); err != nil {
		return err
	}
	f, sums, err := b.comeBack(&c)
	if err != nil {
		return err
	}
	if err := useReference(ctx, tx, Transfer{c.Reference, b.Code, "return", c.Date, f.Amount, b.Town}); err != nil {
		return err
	}
	lines := make([]int, len(f.Lines))
	for i, x := range f.Lines {
		lines[i] = x.N
	}
	if err := factBatchCameBack.Record(ctx, tx, b.Code, &b, f); err != nil {
		return err
	}
	if err := projects.ReturnLines(ctx, tx, &r, b.Code, lines); err != nil {
		return err
	}
	for _, s := range sums {
		if err := b.restore(ctx, tx, c.Date, s); err != nil {
			return err
		}
	}
	return nil
}

// restore posts what comes back of one day's payments, over the lots that bore them.
func (b *Batch) restore(ctx context.Context, tx *db.Tx, day ledger.Date, s returnedSum) error {
	p := b.posting("E15r", day)
	p.Township, p.Cash, p.Memo = b.Book, b.Cash, p.Memo+" 发放后退回"
	p.OriginYear = earlier(s.paidOn, day)
	if p.OriginYear == 0 {
		if err := b.spread(ctx, tx, b.executed(), &p, s.amount); err != nil {
			return err
		}
		return ledger.Post(ctx, tx, []ledger.Posting{p})
	}
	left, err := b.executedLeft(ctx, tx, s.paidOn, day)
	if err != nil {
		return err
	}
	if p.Parts, err = projects.Spread(s.amount, left, "7302 批次 "+b.Code); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, []ledger.Posting{p})
}

// executed is what the unit has executed.
func (b *Batch) executed() pot {
	return pot{ledger.Filter{Book: ledger.County, Account: "7302", Unit: b.Unit}, ""}
}

// executedLeft is what each lot bore of the roster in an earlier year and has not got
// back since: of what the accounts show, the day before E24 takes it, no more than the
// history leaves. Of a payment of that last day the history alone knows.
func (b *Batch) executedLeft(ctx context.Context, tx *db.Tx, paidOn, day ledger.Date) ([]ledger.Balance, error) {
	last, err := ledger.NewDate(paidOn.Year(), 12, 30)
	if err != nil {
		return nil, err
	}
	f := b.executed().Filter
	f.Project, f.Contract, f.Payee = b.Project, b.Roster, b.Roster
	if paidOn > last {
		f = ledger.Filter{Book: ledger.County, Project: b.Project}
	}
	held, err := ledger.BalancesAt(ctx, tx, last, f)
	if err != nil {
		return nil, err
	}
	var out []ledger.Balance
	for _, h := range held {
		if paidOn > last {
			h.Net = ledger.MaxLine
		}
		if slices.ContainsFunc(out, func(o ledger.Balance) bool { return o.Key.Lot == h.Key.Lot }) {
			continue
		}
		was, err := ledger.EarlierExecutedOf(ctx, tx, ledger.Filter{Lot: h.Key.Lot, Project: b.Project, Contract: b.Roster}, day)
		switch {
		case err != nil:
			return nil, err
		case was.Known:
			h.Net = min(h.Net, was.Left)
		case paidOn > last:
			continue
		}
		out = append(out, h)
	}
	return out, nil
}
