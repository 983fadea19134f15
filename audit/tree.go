package audit

import (
	"bytes"

	"fundbook/internal/translog"
)

const hashSize = len(translog.Hash{})

// tree folds the leaf hashes of a county and compares every stored tile with
// them. The stored tiles name the very record that was changed.
type tree struct {
	f       *finder
	edge    translog.Edge
	source  translog.TileSource
	full    []translog.Tile
	roots   map[int64]translog.Hash // at the sizes of signed heads
	suspect int64                   // the first record whose hash is in doubt, or 0
	broken  bool                    // a record is missing and no tile has its hash
}

func newTree(f *finder, source translog.TileSource, sizes []int64) *tree {
	t := &tree{f: f, source: source, roots: make(map[int64]translog.Hash, len(sizes))}
	for _, s := range sizes {
		t.roots[s] = translog.Hash{}
	}
	t.note()
	return t
}

// note keeps the root where a signed head needs it.
func (t *tree) note() {
	if _, want := t.roots[t.edge.Size()]; want {
		t.roots[t.edge.Size()] = t.edge.Root()
	}
}

func (t *tree) doubt(seq int64) {
	if t.suspect == 0 || seq < t.suspect {
		t.suspect = seq
	}
}

// add appends the hash of the next leaf.
func (t *tree) add(h translog.Hash) error {
	if t.broken {
		return nil
	}
	t.full = t.edge.Append(h, t.full[:0])
	for _, x := range t.full {
		if err := t.compare(x); err != nil {
			return err
		}
	}
	t.note()
	return nil
}

// missing takes the place of a record that is not there: the stored tile may
// still know its hash.
func (t *tree) missing(seq int64) error {
	t.doubt(seq)
	if t.broken {
		return nil
	}
	n := (seq - 1) / translog.TileWidth
	data, err := t.source(0, n)
	if err != nil {
		return err
	}
	if len(data) != translog.TileBytes {
		t.broken = true
		return nil
	}
	at := int((seq-1)%translog.TileWidth) * hashSize
	return t.add(translog.Hash(data[at : at+hashSize]))
}

func (t *tree) compare(x translog.Tile) error {
	data, err := t.source(x.Level, x.N)
	if err != nil || bytes.Equal(data, x.Data) {
		return err
	}
	span := int64(1)
	for range x.Level + 1 {
		span *= translog.TileWidth
	}
	first := x.N*span + 1
	if len(data) != translog.TileBytes {
		t.f.addf(first, "tree.tile", "散列块 %d/%d 缺失或残缺（%d 字节）", x.Level, x.N, len(data))
		return nil
	}
	for i := 0; i < translog.TileBytes; i += hashSize {
		if bytes.Equal(data[i:i+hashSize], x.Data[i:i+hashSize]) {
			continue
		}
		seq := first + int64(i/hashSize)*(span/translog.TileWidth)
		if x.Level == 0 {
			t.doubt(seq)
			t.f.addf(seq, "tree.leaf", "记录内容的散列与存储的散列块 0/%d 不符", x.N)
			continue
		}
		if t.suspect >= seq && t.suspect < seq+span/translog.TileWidth {
			seq = t.suspect
		}
		t.f.addf(seq, "tree.tile", "散列块 %d/%d 与下级散列不符", x.Level, x.N)
	}
	return nil
}

// close compares the frontier and the number of tiles with the leaves.
func (t *tree) close(h *countyHead, counts []tileCount) {
	size := h.NextSeq - 1
	front, err := translog.UnmarshalFrontier(h.Frontier)
	mine := t.edge.Frontier()
	place := t.suspect
	if place == 0 {
		place = min(t.edge.Size(), max(front.Size(), 1))
	}
	switch {
	case err != nil:
		t.f.addf(0, "tree.frontier", "日志右缘不能还原：%v", err)
	case t.broken:
		// The missing record is named already; nothing after it can be compared.
	case front.Size() > t.edge.Size():
		t.f.addf(t.edge.Size()+1, "tree.frontier", "日志右缘有 %d 条记录，现在只有 %d 条：尾部缺失", front.Size(), t.edge.Size())
	case front.Size() < t.edge.Size():
		t.f.addf(front.Size()+1, "tree.frontier", "日志右缘只有 %d 条记录，现在有 %d 条", front.Size(), t.edge.Size())
	case front != mine:
		t.f.addf(place, "tree.frontier", "记录的根 %s 与日志右缘的根 %s 不符", mine.Root(), front.Root())
	}
	have := map[int]tileCount{}
	for _, c := range counts {
		have[c.Level] = c
	}
	for level := 0; size > 0 || len(have) > 0; level++ {
		size /= translog.TileWidth
		c := have[level]
		delete(have, level)
		if c.Tiles != size || c.Tiles > 0 && c.Highest != size-1 {
			t.f.addf(0, "tree.tiles", "第 %d 级散列块有 %d 个（末号 %d），应有 %d 个", level, c.Tiles, c.Highest, size)
		}
		if level > 16 {
			break
		}
	}
}
