package translog_test

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"fundbook/internal/translog"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// reference is a log kept by tlog's own StoredHashes: every hash, flat.
type reference []tlog.Hash

func (r reference) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = r[x]
	}
	return out, nil
}

// pair is the same log kept twice.
type pair struct {
	ref    reference
	leaves []translog.Hash
	edge   translog.Edge
	front  translog.Frontier
	tiles  *tiles
}

func newPair(t testing.TB, n int) *pair {
	p := &pair{tiles: newTiles()}
	for range n {
		p.grow(t)
	}
	return p
}

func (p *pair) grow(t testing.TB) {
	var b [8]byte
	n := int64(len(p.leaves))
	binary.BigEndian.PutUint64(b[:], uint64(n))
	h := translog.LeafHash(b[:])
	p.leaves = append(p.leaves, h)
	p.ref = append(p.ref, must[[]tlog.Hash](t)(tlog.StoredHashesForRecordHash(n, h, p.ref))...)
	p.front.Append(h)
	p.tiles.add(p.edge.Append(h, nil))
}

func (p *pair) leafSource(from, to int64) ([]translog.Hash, error) {
	if to-from > 255 || to > int64(len(p.leaves)) {
		return nil, errors.New("leaf source asked beyond its contract")
	}
	return p.leaves[from:to], nil
}

// TestRootsEqualTlog compares every root from 0 to 5000 with tlog's, and the
// sizes around the multi-level tiles up to 70000.
func TestRootsEqualTlog(t *testing.T) {
	t.Parallel()
	p := newPair(t, 0)
	top, rng := 70000, newRand(1)
	if testing.Short() {
		top = 5000
	}
	for size := 0; ; size++ {
		if near := size % 65536; size <= 5000 || rng.IntN(997) == 0 || near < 3 || near > 65533 {
			want := must[tlog.Hash](t)(tlog.TreeHash(int64(size), p.ref))
			f := p.edge.Frontier()
			if p.front.Root() != want || p.edge.Root() != want || p.edge.Size() != int64(size) || f != p.front {
				t.Fatalf("root of %d = %v and %v, want %v", size, p.front.Root(), p.edge.Root(), want)
			}
			stored := must[[]byte](t)(f.MarshalBinary())
			if back, err := translog.UnmarshalFrontier(stored); err != nil || back != f {
				t.Fatalf("frontier of %d does not come back: %v", size, err)
			}
		}
		if size == top {
			break
		}
		p.grow(t)
	}
	// Every full tile, and only these, was given once, with tlog's hashes.
	full := 0
	for _, tile := range tlog.NewTiles(8, 0, int64(top)) {
		if tile.W < 256 {
			continue
		}
		full++
		want := must[[]byte](t)(tlog.ReadTileData(tile, p.ref))
		if got, err := p.tiles.get(tile.L, tile.N); err != nil || string(got) != string(want) {
			t.Fatalf("tile %v differs: %v", tile, err)
		}
	}
	if full != len(p.tiles.m) {
		t.Errorf("%d tiles, want %d", len(p.tiles.m), full)
	}
}

// TestRestoreEdge restarts at many sizes: the restored edge goes on exactly as
// the one that never stopped.
func TestRestoreEdge(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 1, 2, 255, 256, 257, 511, 512, 1000, 4999, 5000}
	if !testing.Short() {
		sizes = append(sizes, 65535, 65536, 65537, 66000, 69999)
	}
	rng := newRand(2)
	for range 20 {
		sizes = append(sizes, rng.IntN(5000))
	}
	slices.Sort(sizes)
	p := newPair(t, 0)
	for _, size := range sizes {
		for len(p.leaves) < size {
			p.grow(t)
		}
		got, err := translog.RestoreEdge(p.edge.Frontier(), p.tiles.get, p.leafSource)
		if err != nil {
			t.Fatalf("restore at %d: %v", size, err)
		}
		on := p.edge.Clone()
		for i := range 600 {
			h := translog.LeafHash([]byte{byte(i)})
			a, b := on.Append(h, nil), got.Append(h, nil)
			if len(a) != len(b) || on.Root() != got.Root() {
				t.Fatalf("restored at %d, %d leaves later: %d and %d tiles, roots %v and %v", size, i+1, len(a), len(b), on.Root(), got.Root())
			}
			for k := range a {
				if a[k].Level != b[k].Level || a[k].N != b[k].N || string(a[k].Data) != string(b[k].Data) {
					t.Fatalf("restored at %d: tile %d/%d differs from %d/%d", size, b[k].Level, b[k].N, a[k].Level, a[k].N)
				}
			}
		}
	}
}

// TestRestoreEdgeRefuses damages what a restart reads.
func TestRestoreEdgeRefuses(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1000)
	f := p.edge.Frontier()
	for i := range int64(1000) {
		if i%37 != 0 && i < 990 {
			continue
		}
		leaves := slices.Clone(p.leaves)
		leaves[i][5] ^= 1
		damaged := newTiles()
		var e translog.Edge
		for _, h := range leaves {
			damaged.add(e.Append(h, nil))
		}
		_, err := translog.RestoreEdge(f, damaged.get, func(from, to int64) ([]translog.Hash, error) { return leaves[from:to], nil })
		if !errors.Is(err, translog.ErrTree) {
			t.Errorf("leaf %d damaged: %v", i, err)
		}
	}
	short := func(from, to int64) ([]translog.Hash, error) { return p.leaves[from : to-1], nil }
	if _, err := translog.RestoreEdge(f, p.tiles.get, short); !errors.Is(err, translog.ErrTruncated) {
		t.Errorf("a missing leaf: %v", err)
	}
	half := func(level int, n int64) ([]byte, error) { return make([]byte, 100), nil }
	if _, err := translog.RestoreEdge(f, half, p.leafSource); !errors.Is(err, translog.ErrTree) {
		t.Errorf("a short tile: %v", err)
	}
	if _, err := translog.RestoreEdge(f, newTiles().get, p.leafSource); err == nil {
		t.Error("a missing tile was accepted")
	}
}

// branch is an edge and, as a plain list, the leaves it should have.
type branch struct {
	edge   *translog.Edge
	leaves []translog.Hash
}

func (b *branch) grow(next *uint64, n int) {
	for range n {
		*next++
		h := translog.LeafHash(binary.BigEndian.AppendUint64(nil, *next))
		b.leaves = append(slices.Clip(b.leaves), h)
		b.edge.Append(h, nil)
	}
}

// partials are the partial tiles of all levels, as published.
func partials(e *translog.Edge, ts *tiles) ([][]byte, error) {
	var want []tlog.Tile
	for l := 0; e.Size()>>(8*l) > 0; l++ {
		if n := e.Size() >> (8 * l); n&255 != 0 {
			want = append(want, tlog.Tile{H: 8, L: l, N: n >> 8, W: int(n & 255)})
		}
	}
	return e.Reader(ts.get).ReadTiles(want)
}

// TestCloneUndo lets clones of clones grow by turns, and be put in each other's
// place as a rolled back batch is: none ever sees what another appends.
func TestCloneUndo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		live, next := []*branch{{edge: &translog.Edge{}}}, uint64(0)
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			i := rapid.IntRange(0, len(live)-1).Draw(t, "branch")
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				live[i].grow(&next, rapid.IntRange(1, 300).Draw(t, "grow"))
			case 1:
				live = append(live, &branch{live[i].edge.Clone(), live[i].leaves})
			case 2:
				k := rapid.IntRange(0, len(live)-1).Draw(t, "from")
				*live[i] = branch{live[k].edge.Clone(), live[k].leaves}
			}
		}
		for i, b := range live {
			ts, want := newTiles(), &translog.Edge{}
			for _, h := range b.leaves {
				ts.add(want.Append(h, nil))
			}
			got, err1 := partials(b.edge, ts)
			wanted, err2 := partials(want, ts)
			if err1 != nil || err2 != nil || want.Root() != b.edge.Root() || !slices.EqualFunc(got, wanted, slices.Equal) {
				t.Fatalf("branch %d of %d leaves differs: %v, %v", i, len(b.leaves), err1, err2)
			}
		}
	})
}

func TestUnmarshalFrontierRefuses(t *testing.T) {
	t.Parallel()
	p := newPair(t, 5)
	good := must[[]byte](t)(p.front.MarshalBinary())
	for name, b := range map[string][]byte{
		"nothing":     nil,
		"short size":  good[:7],
		"short hash":  good[:len(good)-1],
		"long":        append(slices.Clone(good), 0),
		"other size":  append([]byte{0, 0, 0, 0, 0, 0, 0, 7}, good[8:]...),
		"huge size":   append([]byte{0, 1, 0, 0, 0, 0, 0, 0}, good[8:40]...),
		"negative":    append([]byte{255, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 8*32)...),
		"empty, hash": make([]byte, 40),
	} {
		if _, err := translog.UnmarshalFrontier(b); !errors.Is(err, translog.ErrFrontier) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzFrontier reads any bytes as a frontier; what is accepted is written the
// same, and is fit for use.
func FuzzFrontier(f *testing.F) {
	for _, n := range []int{0, 1, 5, 255} {
		p := newPair(f, n)
		f.Add(must[[]byte](f)(p.front.MarshalBinary()))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := translog.UnmarshalFrontier(data)
		if err != nil {
			return
		}
		if again, err := got.MarshalBinary(); err != nil || string(again) != string(data) {
			t.Fatalf("%x was accepted and written as %x, %v", data, again, err)
		}
		got.Root()
		if got.Size() < translog.MaxSize {
			got.Append(translog.Hash{})
		}
	})
}
