package intake

import (
	"context"
	"errors"
	"strings"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// Import posts the plan of a notice in the county of tx, which must be p.County:
// the document, its lots, their authority and its allocation, all or nothing. date
// is the voucher date; the business date is the published one where it is whole.
//
// Nothing is recorded, and the result says so, when the plan is refused
// (ErrRefused with the first reason) or the same content is posted already
// (ErrUnchanged). ErrConflict when other content is posted under the key; it names
// what differs. A fault of a posting refuses the whole notice.
func Import(ctx context.Context, tx *db.Tx, p *Plan, date ledger.Date) (Result, error) {
	if f, refused := p.Reason(); refused {
		return p.Result(Refused, 0), ErrRefused.With("%s：%s", p.Document.ID, f)
	}
	if p.County != tx.County() {
		return Result{}, ErrCounty.With("%s 属于 %s，事务属于 %s", p.Document.ID, p.County, tx.County())
	}
	digest, err := p.Document.Digest()
	if err != nil {
		return Result{}, err
	}
	old, posted, err := recallDocument(ctx, tx, p.Document.ID)
	if err != nil {
		return Result{}, err
	}
	if posted {
		return p.again(ctx, tx, old, digest)
	}
	doc := p.Document
	doc.Findings = append([]Finding(nil), doc.Findings...)
	if err := doc.noteLedger(ctx, tx, p.Lots); err != nil {
		return Result{}, err
	}
	payload, err := doc.encode()
	if err != nil {
		return Result{}, err
	}
	seq := tx.AddRecord(KindDocument, 0, 0, payload)
	insertDocument(tx, &doc, Stored{seq, digest})
	ids := make([]ledger.LotID, len(p.Lots))
	for i := range p.Lots {
		if ids[i], err = ledger.RegisterLot(ctx, tx, p.Lots[i]); err != nil {
			return Result{}, err
		}
	}
	if err := ledger.Post(ctx, tx, p.postings(ids, date, doc.business(tx))); err != nil {
		return Result{}, err
	}
	r := p.Result(Posted, seq)
	r.Findings = doc.Findings
	return r, nil
}

// again answers the import of a notice whose key is known.
func (p *Plan) again(ctx context.Context, tx *db.Tx, old Stored, digest Digest) (Result, error) {
	if old.Digest == digest {
		return p.Result(Unchanged, old.Seq), ErrUnchanged.With("%s，记录 %d", p.Document.ID, old.Seq)
	}
	was, err := earlier(ctx, tx, p.Document.ID, old.Seq)
	if err != nil {
		return Result{}, err
	}
	return p.Result(Refused, old.Seq), p.conflict(&was, old.Seq)
}

// conflict names what differs from the content that was posted under the key.
func (p *Plan) conflict(was *Document, seq int64) error {
	return ErrConflict.With("%s（记录 %d）：%s", p.Document.ID, seq, strings.Join(Differences(was, &p.Document), "；"))
}

// noteLedger adds the findings that need the ledger: a date that lies ahead, a
// document number that another notice has brought already.
func (d *Document) noteLedger(ctx context.Context, tx *db.Tx, lots []ledger.Lot) error {
	if d.PublishedOn > today(tx) {
		d.Findings = append(d.Findings, find(DateFuture, Warning, d.at("published")).
			say("%s 晚于今天 %s；业务日期按未列明登记", d.PublishedOn, today(tx)))
	}
	rows, err := numbersElsewhere(ctx, tx, lots)
	if err != nil {
		return err
	}
	for _, r := range rows {
		d.Findings = append(d.Findings, find(DocNoElsewhere, Warning, d.at("")).of(ledger.Amount(r.Amount)).
			say("文号 %s 已由公告 %s 登记，可能是同一笔资金；未合并", r.DocNo, r.Document))
	}
	return nil
}

func today(tx *db.Tx) ledger.Date { return ledger.DateAt(tx.Now) }

// business is the business date of the document's entries.
func (d *Document) business(tx *db.Tx) ledger.Date {
	if d.PublishedOn > today(tx) {
		return 0
	}
	return d.PublishedOn
}

// postings turns the moves into what the ledger takes.
func (p *Plan) postings(ids []ledger.LotID, date, business ledger.Date) []ledger.Posting {
	out := make([]ledger.Posting, len(p.Moves))
	for i := range p.Moves {
		m := &p.Moves[i]
		parts := make([]ledger.Part, len(m.Parts))
		for j, s := range m.Parts {
			parts[j] = ledger.Part{Lot: ids[s.Lot], Amount: s.Amount, Note: s.Note, Inferred: s.Inferred}
		}
		out[i] = ledger.Posting{
			Event: m.Event, Date: date, Business: business, Memo: m.Memo, Parts: parts, Into: m.Into, Unit: m.Unit, Drawn: m.Draw,
		}
	}
	return out
}

// Outcome turns what Import returned into a result for the report: a refusal and
// an unchanged notice are results, not failures. Other errors, which concern more
// than the notice, come back.
func Outcome(p *Plan, r Result, err error) (Result, error) {
	switch {
	case err == nil, errors.Is(err, ErrUnchanged), errors.Is(err, ErrRefused):
		if r.ID == "" {
			r = p.Result(statusOf(err), 0)
		}
		return r, nil
	}
	return p.refusedBy(err)
}
