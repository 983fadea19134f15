package publicity

import (
	"context"

	"fundbook/internal/db"
)

// Issue records a prepared notice. Its figures were derived as of a record in
// the past, so nothing that is recorded meanwhile can change them. A notice that is
// issued already, in content and moment, is ErrIssued.
func Issue(ctx context.Context, tx *db.Tx, p Prepared, title, publisher string) error {
	if p.CutoffSeq >= tx.NextSeq() {
		return ErrNotice.With("截止记录 %d 尚不存在", p.CutoffSeq)
	}
	if err := refuseIssued(ctx, tx, &p.Notice); err != nil {
		return err
	}
	payload, err := p.Notice.encode()
	if err != nil {
		return err
	}
	n := &p.Notice
	insertNotice(tx, noticeRow{
		County: tx.CountyNo(), Seq: tx.AddRecord(KindNotice, 0, 0, payload), CutoffSeq: n.CutoffSeq,
		ValidFrom: n.Wording.From.Number(), ValidTo: n.Wording.To.Number(), ID: n.ID[:], Type: string(n.Type),
		Title: title, Publisher: publisher, About: n.About, Digest: n.Digest[:], Code: n.Code(),
	})
	return nil
}
