package publicity

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// Issue records a prepared notice and opens its file. Its figures were derived as of a
// record in the past, so nothing that is recorded meanwhile can change them. A notice
// that is issued already, in content and moment, is ErrIssued. One that corrects
// another withdraws it: the clock restarts (DOMAIN 6.4).
func Issue(ctx context.Context, tx *db.Tx, p Prepared) error {
	n := &p.Notice
	if n.CutoffSeq >= tx.NextSeq() {
		return ErrNotice.With("截止记录 %d 尚不存在", n.CutoffSeq)
	}
	if tx.Unit != "" && p.Sheet.town != tx.Unit {
		return ErrNoticeUnit.With("%s %s 属 %s，账户属 %s", n.Type, n.About, orCounty(p.Sheet.town), tx.Unit)
	}
	if err := refuseIssued(ctx, tx, n); err != nil {
		return err
	}
	payload, err := n.encode()
	if err != nil {
		return err
	}
	w := &n.Wording
	insertNotice(tx, noticeRow{
		County: tx.CountyNo(), Seq: tx.AddVersion(KindNotice, noticeVersion, payload), CutoffSeq: n.CutoffSeq,
		ValidFrom: w.From.Number(), ValidTo: w.To.Number(), ID: n.ID[:], Type: string(n.Type),
		Title: p.Sheet.Title, Publisher: p.Sheet.Publisher, About: n.About, Digest: n.Digest[:], Code: n.Code(),
	})
	if n.Replaces != "" {
		if err := correct(ctx, tx, n); err != nil {
			return err
		}
	}
	var f File
	return factIssued.Open(ctx, tx, n.Code(), &f, noticeIssued{
		Code: n.Code(), Type: n.Type, About: n.About, Title: p.Sheet.Title, Town: p.Sheet.town, Projects: p.Sheet.projects,
		From: w.From, To: w.To, Replaces: n.Replaces, Digest: ledger.Digest(n.Digest),
	})
}

// correct withdraws the notice that n replaces.
func correct(ctx context.Context, tx *db.Tx, n *Notice) error {
	old, err := loadFile(ctx, tx, n.Replaces)
	if err != nil {
		return err
	}
	if old.Type != n.Type || old.About != n.About {
		return ErrNotice.With("公告 %s 为 %s %s，不能由 %s %s 更正", old.Code, old.Type, old.About, n.Type, n.About)
	}
	return old.withdraw(ctx, tx, noticeWithdrawn{On: n.Wording.Published, Reason: "由公告 " + n.Code() + " 更正", By: n.Code()})
}
