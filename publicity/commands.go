package publicity

import (
	"context"

	"fundbook/internal/db"
)

// Issue records a prepared notice. Its figures were derived as of a record in
// the past, so nothing that is recorded meanwhile can change them.
func Issue(_ context.Context, tx *db.Tx, p Prepared, title, publisher string) error {
	if p.CutoffSeq >= tx.NextSeq() {
		return ErrNotice.With("截止记录 %d 尚不存在", p.CutoffSeq)
	}
	payload, err := p.Notice.encode()
	if err != nil {
		return err
	}
	insertNotice(tx, &p, title, publisher, tx.AddRecord(KindNotice, 0, 0, payload))
	return nil
}
