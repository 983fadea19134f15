package audit

import (
	"context"

	"fundbook/internal/translog"

	"golang.org/x/mod/sumdb/tlog"
)

// quickTail is how many of the newest records a quick verification reads.
const quickTail = 10_000

// quick is Verify without Full. It checks
//
//   - that the records count 1..n without a gap, as the head says, and that no
//     line lies beyond it;
//   - that tiles, frontier and the newest records make one tree, whose roots are
//     those of every signed head, stored or from outside;
//   - each of the newest records by itself: header and columns, leaf and lines;
//   - account keys: group, meaning, numbers;
//   - that the day totals balance per book, group and lot (law 1).
//
// It does not see a change of an older record's row whose tile was left alone, of
// an older line, or of any index: those need Full.
func (c *countyCheck) quick(ctx context.Context) error {
	h := &c.head
	if h.Records != h.NextSeq-1 || h.Records > 0 && (h.First != 1 || h.Last != h.Records) {
		c.f.addf(min(h.Last, h.NextSeq-1)+1, "order.missing", "日志头的下一序号为 %d，实有 %d 条记录，自第 %d 至 %d 条", h.NextSeq, h.Records, h.First, h.Last)
	}
	keys, err := c.publicKeys(ctx)
	if err != nil {
		c.f.addf(1, "head.keys", "公钥不能读取：%v", err)
	}
	c.trust(keys)
	if err := c.quickTree(ctx, keys); err != nil {
		return err
	}
	to := c.bound()
	proto := scanner{d: c.d, county: h.County, code: h.Code, keys: c.keys}
	last := int64(0)
	err = scanAll(ctx, proto, max(1, to-quickTail), to, func(k *chunk) error {
		for _, b := range k.found {
			c.f.add(b)
		}
		for i := range k.items {
			it := &k.items[i]
			if !it.present {
				c.f.addf(it.seq, "order.missing", "缺第 %d 条记录", it.seq)
				continue
			}
			if n := len(it.entry.Lines()); n > 0 {
				c.report.Entries++
				c.report.Lines += int64(n)
			}
			last = it.head.At
		}
		return nil
	})
	if err != nil {
		return err
	}
	if h.Records > 0 && last != h.LastAt {
		c.f.addf(to-1, "head.last_at", "日志头的末条时间为 %d，末条记录为 %d", h.LastAt, last)
	}
	if err := c.stray(ctx); err != nil {
		return err
	}
	return c.unbalanced(ctx)
}

// quickTree rebuilds the edge from storage and compares the roots of signed heads.
func (c *countyCheck) quickTree(ctx context.Context, keys []translog.PublicKey) error {
	front, err := translog.UnmarshalFrontier(c.head.Frontier)
	if err != nil {
		c.f.addf(0, "tree.frontier", "日志右缘不能还原：%v", err)
		return nil
	}
	stored, err := loadHeadNotes(ctx, c.q, c.head.County)
	if err != nil {
		return err
	}
	notes := readNotes(c.head.Code, stored, c.o.Heads)
	t := newTree(c.f, nil, sizesOf(notes))
	if front.Size() != c.head.NextSeq-1 {
		c.f.addf(min(front.Size(), c.head.NextSeq-1)+1, "tree.frontier", "日志右缘有 %d 条记录，日志头的下一序号为 %d", front.Size(), c.head.NextSeq)
	}
	edge, err := c.restoreEdge(ctx, front)
	if err != nil {
		c.f.addf(front.Size(), "tree.frontier", "%v", err)
		return nil
	}
	t.edge = *edge
	reader := edge.Reader(c.tiles(ctx))
	for size := range t.roots {
		if size > edge.Size() {
			continue
		}
		root, err := tlog.TreeHash(size, reader)
		if err != nil {
			c.f.addf(size, "tree.tile", "第 %d 条处的根不能计算：%v", size, err)
			continue
		}
		t.roots[size] = root
	}
	c.report.Root = edge.Root().String()
	c.report.Head = checkNotes(c.f, t, notes, keys)
	return nil
}
