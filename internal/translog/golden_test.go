package translog_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fundbook/internal/translog"
)

var update = flag.Bool("update", false, "write testdata anew: only ever for a new version of the leaf bytes")

// The golden history: the two kinds of the log itself, then records of the shape
// that domain kinds have.
const (
	goldenSize = 41
	goldenOld  = 11
	goldenSeq  = 20
)

func goldenLeaves(t testing.TB) [][]byte {
	county, change := testBodies()
	h := testHeader(1)
	h.Kind = translog.KindCounty
	var e translog.Encoder
	translog.AppendHeader(&e, h)
	translog.AppendCounty(&e, county)
	leaves := [][]byte{must[[]byte](t)(e.Finish())}
	h = testHeader(2)
	h.Kind = translog.KindKey
	translog.AppendHeader(&e, h)
	translog.AppendKeyChange(&e, change)
	leaves = append(leaves, must[[]byte](t)(e.Finish()))
	for seq := int64(3); seq <= goldenSize; seq++ {
		leaves = append(leaves, leafOf(t, testHeader(seq), fmt.Sprintf("第%d笔 衔接资金", seq), seq*1_000_000, -seq*1_000_000))
	}
	return leaves
}

// goldenFiles is what the package makes of the golden history.
func goldenFiles(t testing.TB) map[string]string {
	leaves := goldenLeaves(t)
	var hexes, roots, codes, proof strings.Builder
	for i := range len(leaves) + 1 {
		root := headOf(leaves[:i]).Root
		fmt.Fprintf(&roots, "%d %x\n", i, root[:])
		if i < len(leaves) {
			fmt.Fprintf(&hexes, "%x\n", leaves[i])
			hash := translog.LeafHash(leaves[i])
			fmt.Fprintf(&codes, "%x %s\n", hash[:], translog.Code(hash))
		}
	}
	e, ts := edgeOf(leaves)
	old, now := headOf(leaves[:goldenOld]), headOf(leaves)
	signed := must[[]byte](t)(translog.Sign(now, testSigner(t, 2)))
	bundle := must[translog.Bundle](t)(translog.NewBundle(e.Reader(ts.get), signed, goldenSeq, leaves[goldenSeq-1]))
	for _, h := range must[[]translog.Hash](t)(translog.ProveConsistency(e.Reader(ts.get), old, now)) {
		fmt.Fprintln(&proof, h)
	}
	_, vkey := testKey(translog.Origin(testCounty), 2)
	f := e.Frontier()
	return map[string]string{
		"leaves.hex": hexes.String(), "roots.txt": roots.String(), "codes.txt": codes.String(),
		"consistency.txt": proof.String(), "head.txt": string(signed), "record.tlog-proof": string(bundle.Text()),
		"key.txt": vkey + "\n", "frontier.hex": fmt.Sprintf("%x\n", must[[]byte](t)(f.MarshalBinary())),
	}
}

func readGolden(t testing.TB, name string) string {
	return string(must[[]byte](t)(os.ReadFile(filepath.Join("testdata", name))))
}

// TestGolden: the bytes of version 1 never change.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, got := range goldenFiles(t) {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want := readGolden(t, name); got != want {
			t.Errorf("%s differs; leaves already written can never be encoded again\ngot:\n%s\nwant:\n%s", name, got, want)
		}
	}
}

// TestGoldenBySecond: the second verifier finds in the stored vectors what the
// package put there.
func TestGoldenBySecond(t *testing.T) {
	t.Parallel()
	var leaves [][]byte
	for line := range strings.Lines(readGolden(t, "leaves.hex")) {
		leaves = append(leaves, must[[]byte](t)(hex.DecodeString(strings.TrimSpace(line))))
	}
	roots := map[int]secondHash{}
	for line := range strings.Lines(readGolden(t, "roots.txt")) {
		n, h, _ := strings.Cut(strings.TrimSpace(line), " ")
		size := must[int](t)(strconv.Atoi(n))
		roots[size] = secondHash(must[[]byte](t)(hex.DecodeString(h)))
		if got := secondRoot(leaves[:size]); got != roots[size] {
			t.Errorf("root of %d = %x", size, got)
		}
	}
	vkey, head := strings.TrimSpace(readGolden(t, "key.txt")), readGolden(t, "head.txt")
	if err := secondHistory(leaves, []string{head}, vkey); err != nil || len(leaves) != goldenSize || len(roots) != goldenSize+1 {
		t.Errorf("%d leaves, %d roots: %v", len(leaves), len(roots), err)
	}
	// The proof file: index, hashes, head.
	top, rest, _ := strings.Cut(readGolden(t, "record.tlog-proof"), "\n\n")
	lines := strings.Split(top, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" || lines[1] != fmt.Sprint("index ", goldenSeq-1) || rest != head {
		t.Errorf("proof file begins %q", lines[:2])
	}
	hashes := func(lines []string) (out []secondHash) {
		for _, l := range lines {
			out = append(out, secondHash(must[[]byte](t)(base64.StdEncoding.DecodeString(l))))
		}
		return out
	}
	if got, ok := secondInclusion(goldenSeq-1, goldenSize, leaves[goldenSeq-1], hashes(lines[2:])); !ok || got != roots[goldenSize] {
		t.Errorf("inclusion leads to %x, %v", got, ok)
	}
	if _, ok := secondInclusion(goldenSeq, goldenSize, leaves[goldenSeq-1], hashes(lines[2:])); ok {
		if got, _ := secondInclusion(goldenSeq, goldenSize, leaves[goldenSeq-1], hashes(lines[2:])); got == roots[goldenSize] {
			t.Error("inclusion holds at another index")
		}
	}
	consistency := hashes(strings.Fields(readGolden(t, "consistency.txt")))
	if !secondConsistency(goldenOld, goldenSize, roots[goldenOld], roots[goldenSize], consistency) {
		t.Error("consistency does not hold")
	}
	if secondConsistency(goldenOld, goldenSize, roots[goldenOld-1], roots[goldenSize], consistency) {
		t.Error("consistency holds for another root")
	}
}

// TestProofsBySecond: both verifiers agree on proofs at many sizes, and on
// spoiled ones.
func TestProofsBySecond(t *testing.T) {
	t.Parallel()
	leaves := history(t, 600, newRand(11))
	e, ts := edgeOf(leaves)
	r, rng := e.Reader(ts.get), newRand(12)
	for range 300 {
		size := rng.IntN(len(leaves)) + 1
		old, seq := rng.IntN(size)+1, rng.Int64N(int64(size))+1
		a, b := headOf(leaves[:old]), headOf(leaves[:size])
		signed := must[[]byte](t)(translog.Sign(b, testSigner(t, 1)))
		bundle := must[translog.Bundle](t)(translog.NewBundle(r, signed, seq, leaves[seq-1]))
		tree := must[[]translog.Hash](t)(translog.ProveConsistency(r, a, b))
		spoil := rng.IntN(3)
		if spoil == 1 && len(bundle.Hashes) > 0 && len(tree) > 0 {
			bundle.Hashes[rng.IntN(len(bundle.Hashes))][rng.IntN(32)] ^= 1
			tree[rng.IntN(len(tree))][rng.IntN(32)] ^= 1
		}
		if spoil == 2 {
			bundle.Hashes = append(bundle.Hashes, translog.Hash{})
			tree = append(tree, translog.Hash{})
		}
		_, _, err1 := translog.VerifyInclusion(bundle, leaves[seq-1], testVerifiers(t, 1))
		got, ok := secondInclusion(uint64(seq-1), uint64(size), leaves[seq-1], second(bundle.Hashes))
		if ok = ok && got == secondHash(b.Root); ok != (err1 == nil) {
			t.Fatalf("inclusion of %d in %d, spoil %d: %v and %v", seq, size, spoil, err1, ok)
		}
		if old == size {
			continue
		}
		err2 := translog.VerifyConsistency(a, b, tree)
		if ok := secondConsistency(uint64(old), uint64(size), secondHash(a.Root), secondHash(b.Root), second(tree)); ok != (err2 == nil) {
			t.Fatalf("consistency of %d in %d, spoil %d: %v and %v", old, size, spoil, err2, ok)
		}
	}
}

func second(hashes []translog.Hash) (out []secondHash) {
	for _, h := range hashes {
		out = append(out, secondHash(h))
	}
	return out
}

// TestSecondSharesNothing keeps the second verifier small and independent.
func TestSecondSharesNothing(t *testing.T) {
	t.Parallel()
	src := must[[]byte](t)(os.ReadFile("second_test.go"))
	if n := bytes.Count(src, []byte("\n")); n > 150 {
		t.Errorf("%d lines, at most 150", n)
	}
	f, err := parser.ParseFile(token.NewFileSet(), "second_test.go", src, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Imports {
		if p := strings.Trim(i.Path.Value, `"`); strings.Contains(strings.SplitN(p, "/", 2)[0], ".") || strings.HasPrefix(p, "fundbook") {
			t.Errorf("it imports %s", p)
		}
	}
}
