package publicity

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"fundbook/internal/db"
	"fundbook/internal/fault"
)

// Bad is a notice that disagrees with the ledger, with the table by which it is
// found, or with the paper that was issued (laws 6 and 9).
type Bad struct {
	Seq    int64
	What   string // content, row or paper
	Detail string
}

// Verify derives the content of every notice of a county again and compares it
// with the digest that was issued, the table with the records, and the papers
// (the directory of the issued PDFs) with their hashes. A nil papers is a store
// without its directory: then no paper is looked at.
func Verify(ctx context.Context, s Store, papers fs.FS) ([]Bad, error) {
	recs, err := db.RecordsOfKind(ctx, s.Q, s.County, KindNotice)
	if err != nil {
		return nil, err
	}
	items, err := List(ctx, s.Q, s.County)
	if err != nil {
		return nil, err
	}
	bySeq := map[int64]ListItem{}
	for _, i := range items {
		bySeq[i.Seq] = i
	}
	var bad []Bad
	for i := range recs {
		seq := recs[i].Seq
		row, found := bySeq[seq]
		delete(bySeq, seq)
		n, err := NoticeOf(&recs[i])
		if err != nil {
			bad = append(bad, Bad{seq, "content", err.Error()})
			continue
		}
		if why := wrongPaper(papers, &n); why != "" {
			bad = append(bad, Bad{seq, "paper", why})
		}
		c, err := Content(ctx, s, n)
		var f *fault.Error
		switch {
		case errors.As(err, &f):
			bad = append(bad, Bad{seq, "content", err.Error()})
			continue
		case err != nil:
			return nil, err
		}
		if want := n.item(&c, s.County, seq); !found {
			bad = append(bad, Bad{seq, "row", fmt.Sprintf("公告表（notice）缺公告 %s 的行", n.Code())})
		} else if row != want {
			bad = append(bad, Bad{seq, "row", fmt.Sprintf("公告表（notice）为 %+v，记录为 %+v", row, want)})
		}
	}
	for seq := range bySeq {
		bad = append(bad, Bad{seq, "row", "公告表（notice）的行没有记录"})
	}
	return bad, nil
}

// item is the row of the list that a notice's record calls for.
func (n *Notice) item(c *Sheet, county int32, seq int64) ListItem {
	return ListItem{
		ID: n.ID.String(), Type: string(n.Type), Title: c.Title, Publisher: c.Publisher, About: n.About, CutoffSeq: n.CutoffSeq,
		Hash: fmt.Sprintf("%x", n.Digest), Code: n.Code(), Status: "issued", From: n.Wording.From.String(), To: n.Wording.To.String(),
		County: county, Seq: seq,
	}
}
