package ledger

import (
	"fundbook/internal/db"
	"fundbook/internal/translog"
)

// AuthorityReader (指标分录读取器) reads what many entries move of authority: their
// heads and the lines of that group. It makes a text that they repeat once, and is
// not for use by several goroutines at once.
type AuthorityReader struct {
	texts translog.Texts
	table lineTable
}

// Read returns an entry's head and its lines of the authority group, in their order.
// What cannot be decoded is refused; the entry is not judged, as HeadOf does not:
// that is for verify.
func (a *AuthorityReader) Read(r *db.Record) (Head, []Line, error) {
	d := translog.NewDecoder(r.Body).Sharing(&a.texts)
	translog.DecodeHeader(d)
	h := decodeHead(d)
	t := &a.table
	t.texts, t.lots = t.texts[:0], t.lots[:0]
	for range d.Count(maxLeafTexts) {
		t.texts = append(t.texts, d.Text())
	}
	for range d.Count(2 * MaxLines) {
		t.lots = append(t.lots, d.ID())
	}
	n := d.Count(MaxLines)
	lines := make([]Line, 0, min(n, 2))
	seen := tableCheck{}
	for range n {
		if l := decodeLine(d, t, &seen); GroupOf(l.Key.Account) == Authority {
			lines = append(lines, l)
		}
	}
	if err := d.Finish(); err != nil {
		return Head{}, nil, ErrEncoding.With("记录 %d", r.Seq).Because(err)
	}
	return h, lines, nil
}
