package translog

import (
	"golang.org/x/mod/sumdb/tlog"
)

// TileSource reads one stored full tile.
type TileSource func(level int, n int64) ([]byte, error)

// LeafSource reads the hashes of the leaves from ≤ index < to, at most 255 of
// them, all after the last full tile of level 0.
type LeafSource func(from, to int64) ([]Hash, error)

// Reader gives the hashes of a stored log to tlog.ProveRecord, tlog.ProveTree
// and tlog.TileHashReader, for the log as it is and as it was at any smaller
// size. It implements tlog.HashReader and tlog.TileReader (for tiles of height
// 8). Hashes of the right edge that no full tile holds come from the Edge, or
// are computed from leaves and tiles. It trusts what it reads: proofs prove
// themselves. It may be used concurrently if its sources may.
type Reader struct {
	size   int64
	tiles  TileSource
	leaves LeafSource
	edge   *Edge
}

// NewReader reads a log of size leaves, whose full tiles are all stored, from
// storage alone.
func NewReader(size int64, tiles TileSource, leaves LeafSource) *Reader {
	return &Reader{size: size, tiles: tiles, leaves: leaves}
}

// Reader reads the log that ends in e as it stands now; e may go on.
func (e *Edge) Reader(tiles TileSource) *Reader {
	return &Reader{size: e.front.size, tiles: tiles, edge: e.Clone()}
}

// ReadHashes implements tlog.HashReader.
func (r *Reader) ReadHashes(indexes []int64) ([]Hash, error) {
	c := r.read()
	limit := tlog.StoredHashCount(r.size)
	out := make([]Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= limit {
			return nil, ErrRange.With("散列 %d，日志有 %d 条记录", x, r.size)
		}
		h, err := c.node(tlog.SplitStoredHashIndex(x))
		if err != nil {
			return nil, err
		}
		out[i] = h
	}
	return out, nil
}

// Height implements tlog.TileReader.
func (r *Reader) Height() int { return tileHeight }

// ReadTiles implements tlog.TileReader: full tiles and partial ones, as they are
// published.
func (r *Reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	c := r.read()
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		if t.H != tileHeight || t.L < 0 || t.L >= tileLevels || t.W < 1 || t.W > TileWidth ||
			t.N < 0 || t.N > MaxSize || t.N<<tileHeight+int64(t.W) > r.size>>(tileHeight*t.L) {
			return nil, ErrRange.With("散列块 %s，日志有 %d 条记录", t.Path(), r.size)
		}
		data, err := c.span(t.L, t.N<<tileHeight, t.N<<tileHeight+int64(t.W))
		if err != nil {
			return nil, err
		}
		out[i] = append([]byte(nil), data...)
	}
	return out, nil
}

// SaveTiles implements tlog.TileReader; there is nothing to keep.
func (r *Reader) SaveTiles([]tlog.Tile, [][]byte) {}

// reading is one call of a Reader: it reads each tile once.
type reading struct {
	*Reader
	seen map[tileID][]byte
}

type tileID struct {
	level int
	n     int64
}

func (r *Reader) read() reading { return reading{r, map[tileID][]byte{}} }

// node returns the root of the complete subtree n of height l, which the caller
// knows to be within the log.
func (r reading) node(l int, n int64) (Hash, error) {
	k := l % tileHeight
	data, err := r.span(l/tileHeight, n<<k, (n+1)<<k)
	if err != nil {
		return Hash{}, err
	}
	return treeRoot(data), nil
}

// span returns the hashes from ≤ index < to of a tile level, all of one tile.
func (r reading) span(level int, from, to int64) ([]byte, error) {
	n := from >> tileHeight
	start, end := from-n<<tileHeight, to-n<<tileHeight
	if (n+1)<<tileHeight <= r.size>>(tileHeight*level) {
		data, err := r.full(level, n)
		if err != nil {
			return nil, err
		}
		return data[start*tlog.HashSize : end*tlog.HashSize], nil
	}
	if r.edge != nil {
		return r.edge.part[level][start*tlog.HashSize : end*tlog.HashSize], nil
	}
	if level == 0 {
		return r.leafHashes(from, to)
	}
	out := make([]byte, 0, (to-from)*tlog.HashSize)
	for i := from; i < to; i++ {
		data, err := r.load(level-1, i)
		if err != nil {
			return nil, err
		}
		h := treeRoot(data)
		out = append(out, h[:]...)
	}
	return out, nil
}

// full reads a full tile once in a reading.
func (r reading) full(level int, n int64) ([]byte, error) {
	if data, ok := r.seen[tileID{level, n}]; ok {
		return data, nil
	}
	data, err := r.load(level, n)
	if err == nil {
		r.seen[tileID{level, n}] = data
	}
	return data, err
}

// load reads a full tile.
func (r reading) load(level int, n int64) ([]byte, error) {
	data, err := r.tiles(level, n)
	if err != nil {
		return nil, err
	}
	if len(data) != TileBytes {
		return nil, ErrTree.With("散列块 %d/%d 有 %d 字节", level, n, len(data))
	}
	return data, nil
}

func (r reading) leafHashes(from, to int64) ([]byte, error) {
	hashes, err := r.leaves(from, to)
	if err != nil {
		return nil, err
	}
	if int64(len(hashes)) != to-from {
		return nil, ErrTruncated.With("第 %d 至 %d 条记录只有 %d 条", from+1, to, len(hashes))
	}
	out := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		out = append(out, h[:]...)
	}
	return out, nil
}

// treeRoot returns the root over 2^k hashes side by side.
func treeRoot(data []byte) Hash {
	if len(data) == tlog.HashSize {
		return Hash(data)
	}
	half := len(data) / 2
	return tlog.NodeHash(treeRoot(data[:half]), treeRoot(data[half:]))
}
