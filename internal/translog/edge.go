package translog

import (
	"golang.org/x/mod/sumdb/tlog"
)

// The form of a tile, that of c2sp.org/tlog-tiles.
const (
	tileHeight = 8
	TileWidth  = 1 << tileHeight           // hashes of a full tile
	TileBytes  = TileWidth * tlog.HashSize // bytes of a full tile
	tileLevels = maxBits / tileHeight      // levels that a log can have
)

// Tile (散列块) is a full tile: 256 hashes side by side, at level 0 of leaves, at
// level L of the roots of full tiles of level L−1. It is stored once and never
// changes.
type Tile struct {
	Level int
	N     int64  // the tile covers hashes 256·N to 256·N+255 of its level
	Data  []byte // TileBytes, not to be changed
}

// Edge is the right edge of a log with the hashes that no full tile holds yet.
// The county's writer owns one, appends to it and stores the tiles that it
// gives. The zero Edge is the empty log. An Edge is not safe for concurrent
// appending; a clone may be read while the original goes on.
type Edge struct {
	front Frontier
	part  [tileLevels][]byte // the partial tile of each level, append-only
}

// Size returns the number of leaves.
func (e *Edge) Size() int64 { return e.front.size }

// Root returns the root hash.
func (e *Edge) Root() Hash { return e.front.Root() }

// Frontier returns what the head row stores.
func (e *Edge) Frontier() Frontier { return e.front }

// Clone returns an edge with the same leaves that goes its own way. It copies
// 1.7 kB and no hashes: both share the partial tiles, which are only ever
// appended to, and the clone moves to memory of its own when it appends. So a
// clone is a savepoint: to throw a batch away, put the clone in the original's
// place.
func (e *Edge) Clone() *Edge {
	c := *e
	for l, p := range c.part {
		c.part[l] = p[:len(p):len(p)]
	}
	return &c
}

// Append adds one leaf and appends the tiles that it fills to tiles: none
// mostly, one every 256 leaves, two every 65536.
func (e *Edge) Append(h Hash, tiles []Tile) []Tile {
	e.push(0, h)
	e.front.add(h, e)
	for l := 0; len(e.part[l]) == TileBytes; l++ {
		n := e.front.size>>(tileHeight*(l+1)) - 1
		tiles = append(tiles, Tile{l, n, e.part[l]})
		e.part[l] = nil
	}
	return tiles
}

// push adds a hash to the partial tile of a level.
func (e *Edge) push(level int, h Hash) {
	p := e.part[level]
	if len(p) == cap(p) {
		p = append(make([]byte, 0, TileBytes), p...)
	}
	e.part[level] = append(p, h[:]...)
}

// RestoreEdge rebuilds the edge after a restart from the stored frontier, the
// stored full tiles and the hashes of the leaves after the last full tile of
// level 0. It reads at most 255 tiles a level, and refuses them when they do not
// agree with the frontier.
func RestoreEdge(f Frontier, tiles TileSource, leaves LeafSource) (*Edge, error) {
	r := NewReader(f.size, tiles, leaves).read()
	e := &Edge{front: f}
	for l := range tileLevels {
		to := f.size >> (tileHeight * l)
		from := to &^ (TileWidth - 1)
		if from == to {
			continue
		}
		data, err := r.span(l, from, to)
		if err != nil {
			return nil, err
		}
		e.part[l] = append(make([]byte, 0, TileBytes), data...)
	}
	check := e.Reader(tiles).read()
	for l := range maxBits {
		if f.size>>l&1 == 0 {
			continue
		}
		h, err := check.node(l, f.size>>l-1)
		if err != nil {
			return nil, err
		}
		if h != f.roots[l] {
			return nil, ErrTree.With("记录 %d 至 %d 的散列与日志右缘不符", (f.size>>l-1)<<l+1, f.size>>l<<l)
		}
	}
	return e, nil
}
