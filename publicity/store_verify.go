package publicity

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// Bad is a notice that disagrees with the ledger or with the table by which it
// is found (laws 6 and 9).
type Bad struct {
	Seq    int64
	Detail string
}

// Verify derives the content of every notice of a county again and compares it
// with the digest that was issued, and the table with the records.
func Verify(ctx context.Context, q bun.IDB, county int32) ([]Bad, error) {
	recs, err := db.RecordsOfKind(ctx, q, county, KindNotice)
	if err != nil {
		return nil, err
	}
	items, err := List(ctx, q, county)
	if err != nil {
		return nil, err
	}
	bySeq := map[int64]ListItem{}
	for _, i := range items {
		bySeq[i.Seq] = i
	}
	var bad []Bad
	for i := range recs {
		d := translog.NewDecoder(recs[i].Body)
		translog.DecodeHeader(d)
		n, err := DecodeNotice(d)
		if err != nil {
			bad = append(bad, Bad{recs[i].Seq, err.Error()})
			continue
		}
		c, err := Content(ctx, q, county, n)
		if err != nil {
			bad = append(bad, Bad{recs[i].Seq, err.Error()})
			delete(bySeq, recs[i].Seq)
			continue
		}
		want := n.item(&c, county, recs[i].Seq)
		if got := bySeq[recs[i].Seq]; got != want {
			bad = append(bad, Bad{recs[i].Seq, fmt.Sprintf("公告表为 %+v，记录为 %+v", got, want)})
		}
		delete(bySeq, recs[i].Seq)
	}
	for seq := range bySeq {
		bad = append(bad, Bad{seq, "公告表的行没有记录"})
	}
	return bad, nil
}

// item is the row of the list that a notice's record calls for.
func (n *Notice) item(c *Allocation, county int32, seq int64) ListItem {
	return ListItem{
		ID: n.ID.String(), Type: string(n.Type), Title: c.Title, Publisher: c.Publisher, About: n.About, CutoffSeq: n.CutoffSeq,
		Hash: fmt.Sprintf("%x", n.Digest), Code: n.Code(), Status: "issued", From: n.Wording.From.String(), To: n.Wording.To.String(),
		County: county, Seq: seq,
	}
}
