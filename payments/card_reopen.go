package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// The faults of reopening a card.
var (
	ErrReopen      = fault.New(fault.Refused, "batch.reopen", "只有银行以销户退回的行可恢复账号", "only a row that the bank sent back as closed is reopened")
	ErrReopenState = fault.New(fault.Refused, "batch.reopen_state", "恢复账号的申请已办结", "the reopening is done")
	ErrReopenMaker = fault.New(fault.Refused, "batch.reopen_four_eyes", "提出恢复账号的人不得批准（政策 four_eyes，law 8）", "who proposed to reopen a card may not approve it (policy four_eyes, law 8)")
)

// reasonReopened is the code of a row that came back as closed by a mistake of the
// bank: the row stays refused and owed, its card is taken again.
const reasonReopened = "reopened"

// ReopeningState (恢复账号状态) is where a reopening stands.
type ReopeningState string

// The states of a reopening.
const (
	ReopeningProposed ReopeningState = "PROPOSED"
	ReopeningDone     ReopeningState = "DONE"
)

type (
	// ReopenCardCmd proposes to take a card again that the bank has wrongly reported
	// as closed: the row of the batch in which it did. Document is the bank's corrected
	// message. Nothing else is said of it, since words may name a person.
	ReopenCardCmd struct {
		Code     string        `json:"code" validate:"required,max=64"`
		Batch    string        `json:"batch" validate:"required,max=64"`
		Line     int           `json:"line" validate:"min=1"`
		Decision string        `json:"decision" validate:"required,max=80"`
		Document ledger.Digest `json:"document" validate:"required"`
	}
	// ApproveReopenCmd approves a proposed reopening.
	ApproveReopenCmd struct {
		Code string `json:"code" validate:"required,max=64"`
	}
)

// CardReopening (恢复账号) takes a card again that a bank has wrongly reported as
// closed, from proposal to approval.
type CardReopening struct {
	Code     string         `json:"code"`
	State    ReopeningState `json:"state"`
	Batch    string         `json:"batch"`
	N        int            `json:"n"`   // row of the roster
	Rev      int            `json:"rev"` // its version in the batch
	Town     string         `json:"town,omitempty"`
	Decision string         `json:"decision"`
	Document ledger.Digest  `json:"document"`
	Maker    ledger.ID      `json:"maker"`
	Approver ledger.ID      `json:"approver,omitzero"`
}

type (
	reopeningApproved struct{}
	// batchCardReopened marks a row and its version: the bank's word that the card is
	// closed counts no more.
	batchCardReopened struct {
		N, Rev    int
		Reopening string
		Decision  string
		Document  ledger.Digest
	}
)

var reopeningFile = dossier.NewKind("cardreopening", func(r *CardReopening) dossier.Index {
	return dossier.Index{Status: string(r.State), Unit: r.Town, Parent: r.Batch, Title: r.Decision}
})

var (
	proposedReopening = dossier.On(reopeningFile, "card.reopening_proposed", func(r *CardReopening, f *CardReopening, _ dossier.Stamp) { *r = *f })
	approvedReopening = dossier.On(reopeningFile, "card.reopening_approved", func(r *CardReopening, _ *reopeningApproved, at dossier.Stamp) {
		r.State, r.Approver = ReopeningDone, at.Actor
	})
	factBatchReopened = dossier.On(batchFile, "batch.card_reopened", func(b *Batch, f *batchCardReopened, _ dossier.Stamp) {
		for i := range b.Rows {
			if r := &b.Rows[i]; r.N == f.N && r.Rev == f.Rev {
				r.Reason = reasonReopened
			}
		}
	})
)

// closedRow finds a row that the bank has sent back as closed.
func (b *Batch) closedRow(n int) (BatchRow, error) {
	for _, r := range b.Rows {
		switch {
		case r.N != n:
		case r.Reason == reasonReopened:
			return r, ErrReopen.With("批次 %s 第 %d 行的账号已恢复；请重发（batch.create，reissues）", b.Code, n)
		case r.Result != ResultFailed || r.Reason != reasonClosed:
			return r, ErrReopen.With("批次 %s 第 %d 行没有以销户退回；请列明银行以销户退回该账号的批次和行", b.Code, n)
		default:
			return r, nil
		}
	}
	return BatchRow{}, ErrBatchLine.With("批次 %s 没有名册第 %d 行", b.Code, n)
}

// ReopenCard proposes to take a card again.
func ReopenCard(ctx context.Context, tx *db.Tx, c ReopenCardCmd) error {
	b, err := batchFile.Load(ctx, tx, c.Batch)
	if err != nil {
		return err
	}
	row, err := b.closedRow(c.Line)
	if err != nil {
		return err
	}
	var r CardReopening
	return proposedReopening.Open(ctx, tx, c.Code, &r, CardReopening{
		Code: c.Code, State: ReopeningProposed, Batch: b.Code, N: row.N, Rev: row.Rev, Town: b.Town,
		Decision: c.Decision, Document: c.Document, Maker: tx.Actor,
	})
}

// ApproveReopen approves a reopening: rosters and batches take the card again, and
// the row may be issued again.
func ApproveReopen(ctx context.Context, tx *db.Tx, c ApproveReopenCmd) error {
	r, err := reopeningFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if r.State != ReopeningProposed {
		return ErrReopenState.With("恢复账号 %s 现为 %s，批次 %s 第 %d 行", r.Code, r.State, r.Batch, r.N)
	}
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return err
	}
	if ledger.FourEyes(ps, dayOf(tx)) && tx.Actor == r.Maker {
		return ErrReopenMaker.With("恢复账号 %s；请由另一账户批准", r.Code)
	}
	b, err := batchFile.Load(ctx, tx, r.Batch)
	if err != nil {
		return err
	}
	if _, err := b.closedRow(r.N); err != nil {
		return err
	}
	if err := factBatchReopened.Record(ctx, tx, b.Code, &b, batchCardReopened{r.N, r.Rev, r.Code, r.Decision, r.Document}); err != nil {
		return err
	}
	return approvedReopening.Record(ctx, tx, r.Code, &r, reopeningApproved{})
}
