package payments

import (
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

// The faults of card batches. None of them quotes a name or a whole card.
var (
	ErrBatchState    = fault.New(fault.Refused, "batch.state", "批次在此状态下不能办理该事项", "the batch's state does not permit this")
	ErrBatchForeign  = fault.New(fault.Refused, "batch.other_township", "批次不属于本乡镇", "the batch is not of this township")
	ErrBatchBook     = fault.New(fault.Refused, "batch.book", "付款账套须为县级，或名册所属单位的乡镇账套（4.3 E15 乡镇模式）", "a batch is paid from the county's book or from that of the roster's own township")
	ErrBatchLine     = fault.New(fault.NotFound, "batch.line_unknown", "批次没有此行", "the batch has no such row")
	ErrBatchBlocked  = fault.New(fault.Refused, "batch.blocked", "批次中有因异议暂停的行（4.8：异议只停本行）", "rows of the batch are blocked by an objection (4.8: it blocks its own row only)")
	ErrBatchMoved    = fault.New(fault.Conflict, "batch.moved", "批次或名册在准备期间有变，请重新办理", "the batch or its roster changed meanwhile: do it again")
	ErrBatchEmpty    = fault.New(fault.Refused, "batch.empty", "批次没有剩下的行；请撤销批次", "nothing is left in the batch: cancel it")
	ErrBatchMaker    = fault.New(fault.Refused, "batch.four_eyes", "制单人不得审核自己的批次（政策 four_eyes，law 8）", "who made the batch may not approve it (policy four_eyes, law 8)")
	ErrBatchDate     = fault.New(fault.Refused, "batch.date", "日期早于批次的上一步", "the date is before the batch's last step")
	ErrBatchReissue  = fault.New(fault.Refused, "batch.reissue", "重发的行须为原批次退票的行", "only rows that the bank refused in the earlier batch are issued again")
	ErrBatchRows     = fault.New(fault.Refused, "batch.rows", "批次检查不通过；请更正后重新检查", "the batch does not pass its check: mend the rows and check it again")
	ErrBatchFile     = fault.New(fault.Internal, "batch.file", "重新生成的银行文件与登记的摘要不符", "the bank file made again is not the one recorded")
	ErrBatchNoFile   = fault.New(fault.NotFound, "batch.no_file", "批次尚未导出银行文件", "the batch has no bank file yet")
	ErrBatchReturn   = fault.New(fault.Refused, "batch.not_paid", "只有银行已报告成功的行才办理发放后退回", "only a row that the bank reported as paid comes back")
	ErrResultRows    = fault.New(fault.Refused, "batch.result_rows", "银行结果文件有不合要求的行，未作任何改动；请核对后重新导入", "rows of the bank's result are not acceptable: nothing was changed")
	ErrResultRepeat  = fault.New(fault.Conflict, "batch.result_repeated", "此结果文件已导入，未作任何改动", "this result file has been imported: nothing was changed")
	ErrResultNothing = fault.New(fault.Refused, "batch.result_empty", "结果文件没有行", "the result file has no rows")
)

// BatchState (批次状态) is where a card batch stands.
type BatchState string

// The states of a card batch.
const (
	BatchDraft     BatchState = "DRAFT"
	BatchChecked   BatchState = "CHECKED"
	BatchFrozen    BatchState = "FROZEN"   // its rows change no more but for what is left out
	BatchReview    BatchState = "REVIEW"   // 送审
	BatchApproved  BatchState = "APPROVED" // 审核: E15b
	BatchExported  BatchState = "EXPORTED" // the bank file is made
	BatchPaidOut   BatchState = "PAID_OUT" // E15c: the bank has taken it
	BatchDone      BatchState = "DONE"     // every row has its result
	BatchCancelled BatchState = "CANCELLED"
)

// BatchResult (发放结果) is what the bank said of a row.
type BatchResult string

// The results of a row.
const (
	ResultNone   BatchResult = ""
	ResultPaid   BatchResult = "PAID"
	ResultFailed BatchResult = "FAILED"
)

// BatchRow (批次行) is one row of a roster in a batch. The person stands in the
// roster's sealed row of that version.
type BatchRow struct {
	N      int           `json:"n"` // row of the roster
	Rev    int           `json:"rev"`
	Amount ledger.Amount `json:"amount"`
	Result BatchResult   `json:"result,omitempty"`
	Reason string        `json:"reason,omitempty"` // a code of failReasons: a bank's own words may name a person
	On     ledger.Date   `json:"on,omitzero"`      // voucher date of the result
}

// Batch (一卡通批次) pays rows of one roster through a bank.
type Batch struct {
	Code     string                 `json:"code"`
	State    BatchState             `json:"state"`
	Roster   string                 `json:"roster"`
	Project  string                 `json:"project"`
	Unit     string                 `json:"unit"`
	Town     string                 `json:"town,omitempty"`
	Year     int                    `json:"year"`
	Book     ledger.Book            `json:"township,omitempty"` // the township's book that pays; "" the county's
	Cash     ledger.Code            `json:"cash,omitempty"`
	Reissues string                 `json:"reissues,omitempty"` // batch whose refused rows it pays again
	Rows     []BatchRow             `json:"rows"`
	Doubts   []projects.RosterDoubt `json:"doubts,omitempty"`
	Remark   string                 `json:"remark,omitempty"` // of the last return or cancellation

	Maker      ledger.ID       `json:"maker"`
	Approver   ledger.ID       `json:"approver,omitzero"`
	ApprovedOn ledger.Date     `json:"approved_on,omitzero"`
	Waiver     string          `json:"waiver,omitempty"`
	Gates      []GateResult    `json:"gates,omitempty"` // warnings, and what a waiver released
	PaidOn     ledger.Date     `json:"paid_on,omitzero"`
	File       ledger.Digest   `json:"file,omitzero"` // SHA-256 of the bank file
	Encoding   string          `json:"encoding,omitempty"`
	Results    []ledger.Digest `json:"results,omitempty"` // keyed digests of the result files
}

// Amount is what the rows add up to.
func (b *Batch) Amount() (sum ledger.Amount) {
	for i := range b.Rows {
		sum += b.Rows[i].Amount // bounded by the roster's total
	}
	return sum
}

func (b *Batch) index() dossier.Index {
	return dossier.Index{Status: string(b.State), Unit: b.Town, Parent: b.Roster, Title: b.Roster, Year: b.Year, Amount: int64(b.Amount())}
}

var batchFile = dossier.NewKind("batch", (*Batch).index)

type batchLine struct {
	N, Rev int
	Amount ledger.Amount
}

type failedLine struct {
	N      int
	Reason string
}

// The facts of a card batch.
type (
	batchMade struct {
		Code     string
		Roster   string
		Project  string
		Unit     string
		Town     string
		Year     int
		Book     ledger.Book
		Cash     ledger.Code
		Reissues string
		Rows     []batchLine
	}
	batchChecked struct {
		Doubts []projects.RosterDoubt
	}
	batchFrozen struct {
		Rows   int
		Amount ledger.Amount
	}
	batchSent     struct{ Note string }
	batchReturned struct{ Reason string }
	batchApproved struct {
		On     ledger.Date
		Amount ledger.Amount
		Waiver string
		Gates  []GateResult
	}
	batchExcluded struct {
		On     ledger.Date
		Lines  []int
		Amount ledger.Amount
	}
	batchExported struct {
		File     ledger.Digest
		Encoding string
		Rows     int
		Amount   ledger.Amount
	}
	batchPaidOut struct {
		On     ledger.Date
		Amount ledger.Amount
		Waiver string
		Gates  []GateResult
	}
	batchResulted struct {
		On     ledger.Date
		File   ledger.Digest
		Paid   []int
		Failed []failedLine
	}
	batchCancelled struct {
		On       ledger.Date
		Decision string
	}
)

var (
	factBatchMade = dossier.On(batchFile, "batch.made", func(b *Batch, f *batchMade, at dossier.Stamp) {
		b.Code, b.State, b.Roster, b.Project, b.Unit, b.Town, b.Year = f.Code, BatchDraft, f.Roster, f.Project, f.Unit, f.Town, f.Year
		b.Book, b.Cash, b.Reissues, b.Maker = f.Book, f.Cash, f.Reissues, at.Actor
		for _, r := range f.Rows {
			b.Rows = append(b.Rows, BatchRow{N: r.N, Rev: r.Rev, Amount: r.Amount})
		}
	})
	factBatchChecked = dossier.On(batchFile, "batch.checked", func(b *Batch, f *batchChecked, _ dossier.Stamp) {
		b.State, b.Doubts = BatchChecked, f.Doubts
	})
	factBatchFrozen = dossier.On(batchFile, "batch.frozen", func(b *Batch, _ *batchFrozen, _ dossier.Stamp) { b.State = BatchFrozen })
	factBatchSent   = dossier.On(batchFile, "batch.sent", func(b *Batch, _ *batchSent, _ dossier.Stamp) { b.State = BatchReview })
	factBatchReturn = dossier.On(batchFile, "batch.returned", func(b *Batch, f *batchReturned, _ dossier.Stamp) {
		b.State, b.Remark = BatchDraft, f.Reason
	})
	factBatchApproved = dossier.On(batchFile, "batch.approved", func(b *Batch, f *batchApproved, at dossier.Stamp) {
		b.State, b.ApprovedOn, b.Approver, b.Waiver, b.Gates = BatchApproved, f.On, at.Actor, f.Waiver, f.Gates
	})
	factBatchExcluded = dossier.On(batchFile, "batch.excluded", func(b *Batch, f *batchExcluded, _ dossier.Stamp) {
		b.drop(f.Lines)
	})
	factBatchExported = dossier.On(batchFile, "batch.exported", func(b *Batch, f *batchExported, _ dossier.Stamp) {
		b.State, b.File, b.Encoding = BatchExported, f.File, f.Encoding
	})
	factBatchPaidOut = dossier.On(batchFile, "batch.paid_out", func(b *Batch, f *batchPaidOut, _ dossier.Stamp) {
		b.State, b.PaidOn = BatchPaidOut, f.On
		if f.Waiver != "" {
			b.Waiver, b.Gates = f.Waiver, f.Gates
		}
	})
	factBatchResulted = dossier.On(batchFile, "batch.resulted", func(b *Batch, f *batchResulted, _ dossier.Stamp) {
		b.Results = append(b.Results, f.File)
		b.settle(f)
	})
	factBatchCancelled = dossier.On(batchFile, "batch.cancelled", func(b *Batch, f *batchCancelled, _ dossier.Stamp) {
		b.State, b.Remark = BatchCancelled, f.Decision
	})
)

// drop takes rows out.
func (b *Batch) drop(lines []int) {
	gone := make(map[int]bool, len(lines))
	for _, n := range lines {
		gone[n] = true
	}
	kept := make([]BatchRow, 0, len(b.Rows))
	for _, r := range b.Rows {
		if !gone[r.N] {
			kept = append(kept, r)
		}
	}
	b.Rows = kept
}

// settle notes results, and ends the batch when every row has one.
func (b *Batch) settle(f *batchResulted) {
	results := make(map[int]BatchRow, len(f.Paid)+len(f.Failed))
	for _, n := range f.Paid {
		results[n] = BatchRow{Result: ResultPaid}
	}
	for _, x := range f.Failed {
		results[x.N] = BatchRow{Result: ResultFailed, Reason: x.Reason}
	}
	open := 0
	for i := range b.Rows {
		r := &b.Rows[i]
		if x, ok := results[r.N]; ok {
			r.Result, r.Reason, r.On = x.Result, x.Reason, f.On
		}
		if r.Result == ResultNone {
			open++
		}
	}
	if open == 0 {
		b.State = BatchDone
	}
}
