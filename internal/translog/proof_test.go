package translog_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
)

// TestReaderEqualsTlog asks for proofs at every kind of size, of today's log and
// of earlier ones, from the edge and from storage alone, and compares them with
// tlog's own over flat storage.
func TestReaderEqualsTlog(t *testing.T) {
	t.Parallel()
	sizes := []int{1, 2, 3, 255, 256, 257, 700, 5000}
	if !testing.Short() {
		sizes = append(sizes, 65535, 65536, 65537, 69999)
	}
	p, rng := newPair(t, 0), newRand(3)
	for _, size := range sizes {
		for len(p.leaves) < size {
			p.grow(t)
		}
		readers := map[string]*translog.Reader{
			"edge":    p.edge.Reader(p.tiles.get),
			"storage": translog.NewReader(int64(size), p.tiles.get, p.leafSource),
		}
		for range 30 {
			old := rng.Int64N(int64(size)) + 1
			n := rng.Int64N(old)
			root := must[tlog.Hash](t)(tlog.TreeHash(old, p.ref))
			now := must[tlog.Hash](t)(tlog.TreeHash(int64(size), p.ref))
			record := must[tlog.RecordProof](t)(tlog.ProveRecord(old, n, p.ref))
			tree := must[tlog.TreeProof](t)(tlog.ProveTree(int64(size), old, p.ref))
			for name, r := range readers {
				got, err := tlog.ProveRecord(old, n, r)
				if err != nil || !slices.Equal(got, record) || tlog.CheckRecord(got, old, root, n, p.leaves[n]) != nil {
					t.Fatalf("%s: record %d of %d in a log of %d: %v", name, n, old, size, err)
				}
				both, err := tlog.ProveTree(int64(size), old, r)
				if err != nil || !slices.Equal(both, tree) || tlog.CheckTree(both, int64(size), now, old, root) != nil {
					t.Fatalf("%s: tree %d of %d: %v", name, old, size, err)
				}
				// As published tiles, authenticated against the head.
				th := tlog.TileHashReader(tlog.Tree{N: old, Hash: root}, r)
				if got, err := tlog.ProveRecord(old, n, th); err != nil || !slices.Equal(got, record) {
					t.Fatalf("%s: tiles of %d in a log of %d: %v", name, old, size, err)
				}
			}
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	t.Parallel()
	p := newPair(t, 300)
	edge := p.edge.Reader(p.tiles.get)
	for range 300 { // a reader keeps its size whatever happens to the edge
		p.grow(t)
	}
	root := must[tlog.Hash](t)(tlog.TreeHash(300, p.ref))
	if got, err := tlog.TreeHash(300, edge); err != nil || got != root {
		t.Errorf("the root of a reader that the log has outgrown = %v, %v", got, err)
	}
	for _, x := range []int64{-1, tlog.StoredHashCount(300), 1 << 62} {
		if _, err := edge.ReadHashes([]int64{x}); !errors.Is(err, translog.ErrRange) {
			t.Errorf("hash %d: %v", x, err)
		}
	}
	for _, tile := range []tlog.Tile{
		{H: 7, L: 0, N: 0, W: 1},
		{H: 8, L: -1, N: 0, W: 1},
		{H: 8, L: 6, N: 0, W: 1},
		{H: 8, L: 0, N: 0, W: 0},
		{H: 8, L: 0, N: 0, W: 257},
		{H: 8, L: 0, N: 1, W: 45},
		{H: 8, L: 1, N: 0, W: 2},
		{H: 8, L: 0, N: -1, W: 1},
		{H: 8, L: 0, N: 1 << 60, W: 1},
	} {
		if _, err := edge.ReadTiles([]tlog.Tile{tile}); !errors.Is(err, translog.ErrRange) {
			t.Errorf("tile %v: %v", tile, err)
		}
	}
	broken := translog.NewReader(600, newTiles().get, func(from, to int64) ([]translog.Hash, error) { return nil, nil })
	if _, err := tlog.ProveRecord(600, 10, broken); err == nil {
		t.Error("a log without tiles gave a proof")
	}
	if _, err := broken.ReadTiles([]tlog.Tile{{H: 8, L: 0, N: 2, W: 1}}); !errors.Is(err, translog.ErrTruncated) {
		t.Errorf("a log without leaves: %v", err)
	}
}

// world is an honest log with a signed head.
type world struct {
	leaves [][]byte
	head   translog.Checkpoint
	signed []byte
	reader *translog.Reader
	v      *translog.Verifiers
}

func newWorld(t testing.TB, n int64) world {
	w := world{leaves: history(t, n, newRand(uint64(n))), v: testVerifiers(t, 1)}
	e, ts := edgeOf(w.leaves)
	w.head, w.reader = headOf(w.leaves), e.Reader(ts.get)
	w.signed = must[[]byte](t)(translog.Sign(w.head, testSigner(t, 1)))
	return w
}

func TestInclusion(t *testing.T) {
	t.Parallel()
	for _, n := range []int64{1, 3, 256, 1000} {
		w := newWorld(t, n)
		for seq := int64(1); seq <= int64(len(w.leaves)); seq += 1 + seq/3 {
			leaf := w.leaves[seq-1]
			b := must[translog.Bundle](t)(translog.NewBundle(w.reader, w.signed, seq, leaf))
			b.Extra = leaf
			back, err := translog.ParseBundle(b.Text())
			if diff := cmp.Diff(b, back); err != nil || diff != "" && len(b.Hashes) > 0 {
				t.Fatalf("record %d: %v\n%s", seq, err, diff)
			}
			h, c, err := translog.VerifyInclusion(back, back.Extra, w.v)
			if err != nil || h != testHeader(seq) || c != w.head {
				t.Fatalf("record %d of %d: %+v, %+v, %v", seq, n, h, c, err)
			}
		}
	}
}

func TestInclusionRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 700)
	leaf := w.leaves[99]
	good := must[translog.Bundle](t)(translog.NewBundle(w.reader, w.signed, 100, leaf))
	stranger := must[[]byte](t)(translog.Sign(w.head, testSigner(t, 9)))
	tests := []struct {
		name   string
		change func(b *translog.Bundle, leaf *[]byte)
		want   error
	}{
		{"other leaf", func(b *translog.Bundle, l *[]byte) { *l = w.leaves[100] }, translog.ErrProof},
		{"one bit", func(b *translog.Bundle, l *[]byte) { *l = slices.Clone(*l); (*l)[len(*l)-1] ^= 1 }, translog.ErrProof},
		{"no leaf", func(b *translog.Bundle, l *[]byte) { *l = nil }, translog.ErrProof},
		{"other index", func(b *translog.Bundle, l *[]byte) { b.Index++ }, translog.ErrProof},
		{"index beyond", func(b *translog.Bundle, l *[]byte) { b.Index = 700 }, translog.ErrProof},
		{"hash missing", func(b *translog.Bundle, l *[]byte) { b.Hashes = b.Hashes[1:] }, translog.ErrProof},
		{"hash more", func(b *translog.Bundle, l *[]byte) { b.Hashes = append(b.Hashes, translog.Hash{}) }, translog.ErrProof},
		{"stranger", func(b *translog.Bundle, l *[]byte) { b.Head = stranger }, translog.ErrSignature},
		{"size", func(b *translog.Bundle, l *[]byte) {
			b.Head = bytes.Replace(b.Head, []byte("\n700\n"), []byte("\n701\n"), 1)
		}, translog.ErrSignature},
		{"no signature", func(b *translog.Bundle, l *[]byte) { b.Head = []byte(w.head.String()) }, translog.ErrSignature},
		{"long head", func(b *translog.Bundle, l *[]byte) { b.Head = make([]byte, 1<<17) }, translog.ErrHead},
	}
	for _, tt := range tests {
		b, l := good, leaf
		b.Hashes = slices.Clone(good.Hashes)
		tt.change(&b, &l)
		if _, _, err := translog.VerifyInclusion(b, l, w.v); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, _, err := translog.VerifyInclusion(good, leaf, nil); !errors.Is(err, translog.ErrSignature) {
		t.Errorf("trusting nobody: %v", err)
	}
	for _, seq := range []int64{0, -1, 701} {
		if _, err := translog.NewBundle(w.reader, w.signed, seq, leaf); !errors.Is(err, translog.ErrRange) {
			t.Errorf("record %d: %v", seq, err)
		}
	}
	if _, err := translog.NewBundle(w.reader, w.signed, 101, leaf); !errors.Is(err, translog.ErrTree) {
		t.Errorf("another record's leaf: %v", err)
	}
	if _, err := translog.NewBundle(w.reader, []byte("x"), 101, leaf); !errors.Is(err, translog.ErrHead) {
		t.Errorf("no head: %v", err)
	}
}

// TestInclusionBindsPlace signs logs whose leaves lie about their own place.
func TestInclusionBindsPlace(t *testing.T) {
	t.Parallel()
	alien := testHeader(2)
	alien.County = "360733"
	for name, tt := range map[string]struct {
		second []byte
		want   error
	}{
		"sequence":  {leafOf(t, testHeader(3), ""), translog.ErrSequence},
		"county":    {leafOf(t, alien, ""), translog.ErrForeign},
		"no record": {[]byte("hello"), translog.ErrMalformed},
	} {
		leaves := [][]byte{leafOf(t, testHeader(1), ""), tt.second}
		e, ts := edgeOf(leaves)
		signed := must[[]byte](t)(translog.Sign(headOf(leaves), testSigner(t, 1)))
		b := must[translog.Bundle](t)(translog.NewBundle(e.Reader(ts.get), signed, 2, tt.second))
		if _, _, err := translog.VerifyInclusion(b, tt.second, testVerifiers(t, 1)); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestConsistency(t *testing.T) {
	t.Parallel()
	leaves := history(t, 700, newRand(5))
	e, ts := edgeOf(leaves)
	r := e.Reader(ts.get)
	for old := 0; old <= 700; old += 1 + old/4 {
		for size := old; size <= 700; size += 1 + size/3 {
			a, b := headOf(leaves[:old]), headOf(leaves[:size])
			proof, err := translog.ProveConsistency(r, a, b)
			if err != nil {
				t.Fatalf("%d to %d: %v", old, size, err)
			}
			if err := translog.VerifyConsistency(a, b, append(proof, translog.Hash{})); err == nil {
				t.Fatalf("%d to %d: a hash too many was accepted", old, size)
			}
			if len(proof) > 0 {
				if err := translog.VerifyConsistency(a, b, proof[1:]); err == nil {
					t.Fatalf("%d to %d: a hash too few was accepted", old, size)
				}
				proof[0][3] ^= 1
				if err := translog.VerifyConsistency(a, b, proof); !errors.Is(err, translog.ErrFork) {
					t.Fatalf("%d to %d: a wrong hash: %v", old, size, err)
				}
			}
		}
	}
	a, b := headOf(leaves[:300]), headOf(leaves)
	other := a
	other.Root[0] ^= 1
	foreign := a
	foreign.Origin = translog.Origin("360733")
	huge := b
	huge.Size = 1 << 62
	for name, tt := range map[string]struct {
		older, newer translog.Checkpoint
		want         error
	}{
		"truncated":     {b, a, translog.ErrTruncated},
		"two roots":     {a, other, translog.ErrFork},
		"rewritten":     {other, b, translog.ErrFork},
		"other county":  {foreign, b, translog.ErrForeign},
		"a forged size": {a, huge, translog.ErrHead},
	} {
		if _, err := translog.ProveConsistency(r, tt.older, tt.newer); !errors.Is(err, tt.want) && name != "a forged size" {
			t.Errorf("%s: prove: %v, want %v", name, err, tt.want)
		}
		if err := translog.VerifyConsistency(tt.older, tt.newer, nil); !errors.Is(err, tt.want) {
			t.Errorf("%s: verify: %v, want %v", name, err, tt.want)
		}
	}
}

func TestParseBundleRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 20)
	b := must[translog.Bundle](t)(translog.NewBundle(w.reader, w.signed, 3, w.leaves[2]))
	plain := string(b.Text())
	b.Extra = []byte("leaf")
	extra := string(b.Text())
	hash := b.Hashes[0].String()
	for name, text := range map[string]string{
		"empty":             "",
		"other version":     strings.Replace(plain, "@v1", "@v2", 1),
		"carriage returns":  strings.ReplaceAll(plain, "\n", "\r\n"),
		"index 02":          strings.Replace(plain, "index 2", "index 02", 1),
		"index +2":          strings.Replace(plain, "index 2", "index +2", 1),
		"index -2":          strings.Replace(plain, "index 2", "index -2", 1),
		"index 2^62":        strings.Replace(plain, "index 2", "index 4611686018427387904", 1),
		"no index":          strings.Replace(plain, "index 2\n", "", 1),
		"empty extra":       strings.Replace(extra, "bGVhZg==", "", 1),
		"extra not base64":  strings.Replace(extra, "bGVhZg==", "bGVhZg=", 1),
		"extra loose bits":  strings.Replace(extra, "bGVhZg==", "bGVhZh==", 1),
		"extra twice":       strings.Replace(extra, "extra bGVhZg==\n", "extra bGVhZg==\nextra bGVhZg==\n", 1),
		"short hash":        strings.Replace(plain, hash, base64.StdEncoding.EncodeToString(make([]byte, 31)), 1),
		"hash loose bits":   strings.Replace(plain, hash, strings.Repeat("A", 42)+"B=", 1),
		"hash and a return": strings.Replace(plain, hash, hash+"\r", 1),
		"many hashes":       strings.Replace(plain, hash+"\n", strings.Repeat(hash+"\n", 60), 1),
		"no blank line":     strings.Replace(plain, "\n\nfundbook/", "\nfundbook/", 1),
		"no head":           plain[:strings.Index(plain, "\n\n")+2],
		"head of no log":    strings.Replace(plain, "fundbook/360726", "example.com/log", 1),
	} {
		if text == plain || text == extra {
			t.Fatalf("%s: nothing changed", name)
		}
		if b, err := translog.ParseBundle([]byte(text)); !errors.Is(err, translog.ErrProofText) {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
	if _, err := translog.ParseBundle(make([]byte, 2*translog.MaxLeaf+1)); !errors.Is(err, translog.ErrProofText) {
		t.Errorf("a huge file: %v", err)
	}
}

// FuzzBundle parses any text; what is accepted prints the same.
func FuzzBundle(f *testing.F) {
	w := newWorld(f, 20)
	b := must[translog.Bundle](f)(translog.NewBundle(w.reader, w.signed, 3, w.leaves[2]))
	f.Add(b.Text())
	b.Extra = w.leaves[2]
	f.Add(b.Text())
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := translog.ParseBundle(data)
		if err != nil {
			return
		}
		if !bytes.Equal(b.Text(), data) {
			t.Fatalf("%q was accepted and prints %q", data, b.Text())
		}
		leaf := w.leaves[2]
		if _, _, err := translog.VerifyInclusion(b, leaf, w.v); err == nil && b.Index != 2 {
			t.Fatalf("a forged proof: %q", data)
		}
	})
}
