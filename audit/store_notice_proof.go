package audit

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/publicity"
)

// ProveNotice makes the offline proof of an issued notice: the record, its content, and
// that it stands in the log of a signed head (note), as a proof file of c2sp.org/tlog-proof.
// The content is derived again; a notice that the ledger does not yield any more is
// publicity.ErrDigest.
func ProveNotice(ctx context.Context, s publicity.Store, edge *translog.Edge, note, code string) ([]byte, error) {
	item, n, err := publicity.Find(ctx, s.Q, s.County, code)
	if err != nil {
		return nil, err
	}
	sheet, err := publicity.Content(ctx, s, n)
	if err != nil {
		return nil, err
	}
	content, err := sheet.Canonical()
	if err != nil {
		return nil, err
	}
	recs, err := db.RecordsBySeq(ctx, s.Q, s.County, []int64{item.Seq})
	if err != nil {
		return nil, err
	}
	if len(recs) == 0 {
		return nil, publicity.ErrNoticeUnknown.With("%s", code)
	}
	bundle, err := translog.NewBundle(edge.Reader(db.Tiles(ctx, s.Q, s.County)), []byte(note), item.Seq, recs[0].Body)
	if err != nil {
		return nil, err
	}
	bundle.Extra = packNotice(recs[0].Body, content)
	return bundle.Text(), nil
}
