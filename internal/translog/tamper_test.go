package translog_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/translog"
)

// replay runs all leaves through a Replay.
func replay(leaves [][]byte, want translog.Expect) (translog.Checkpoint, error) {
	want.County = testCounty
	r, err := translog.NewReplay(want)
	if err != nil {
		return translog.Checkpoint{}, err
	}
	for _, l := range leaves {
		if _, err := r.Add(l); err != nil {
			return r.Head(), err
		}
	}
	return r.Close()
}

// evidence is what somebody outside holds: a few signed heads.
type evidence struct {
	signed []string
	heads  []translog.Checkpoint
}

func collect(t testing.TB, leaves [][]byte, sizes ...int) (ev evidence) {
	for _, n := range sizes {
		head := headOf(leaves[:n])
		signed := must[[]byte](t)(translog.Sign(head, testSigner(t, 1)))
		ev.signed = append(ev.signed, string(signed))
		ev.heads = append(ev.heads, must[translog.Checkpoint](t)(translog.Open(signed, testVerifiers(t, 1))))
	}
	return ev
}

// tampering changes an honest history in one of the ways of RELIABILITY T3 to
// T5. The attacker owns the store and the signing key: what he leaves behind is
// well-formed wherever he likes. touched is the first record he changed.
func tampering(t testing.TB, kind int, leaves [][]byte, rng *rand.Rand) (out [][]byte, touched int, name string) {
	out = slices.Clone(leaves)
	n := len(out)
	i := rng.IntN(n)
	renumber := func(from int) {
		for k := from; k < len(out); k++ {
			out[k] = leafOf(t, testHeader(int64(k)+1), fmt.Sprint("改", rng.Int64()))
		}
	}
	switch kind {
	case 0:
		out[i] = slices.Clone(out[i])
		out[i][rng.IntN(len(out[i]))] ^= byte(1 + rng.IntN(255))
		return out, i, "flip a byte"
	case 1:
		i = n - 1 - rng.IntN(min(n, 100))
		return out[:i], i, "drop the tail"
	case 2:
		j := (i + 1 + rng.IntN(n-1)) % n
		out[i], out[j] = out[j], out[i]
		return out, min(i, j), "swap two"
	case 3:
		renumber(i)
		return out, i, "fork"
	case 4:
		renumber(i)
		return append(out, history(t, int64(n)+40, rng)[n:]...), i, "fork and go on"
	case 5:
		if i == n-1 {
			i--
		}
		out[i], out[n-1] = out[n-1], out[i]
		slices.Reverse(out[i+1 : n-1])
		return out, i, "re-order"
	case 6:
		return slices.Delete(out, i, i+1), i, "drop one"
	case 7:
		return slices.Insert(out, i, out[rng.IntN(n)]), i, "repeat one"
	}
	out[i] = leafOf(t, testHeader(int64(i)+1), "小改")
	return out, i, "rewrite one"
}

// TestTampering makes 1,000 random tamperings; both verifiers find each, from
// signed heads alone, and with the stored tiles the first touched record is
// named. 100 honest histories pass, those that grew since the heads too.
func TestTampering(t *testing.T) {
	t.Parallel()
	rounds := 1000
	if testing.Short() {
		rounds = 200
	}
	_, vkey := testKey(translog.Origin(testCounty), 1)
	rng := newRand(21)
	found, located := map[string]int{}, 0
	for round := range rounds {
		if round%10 == 0 {
			honest(t, history(t, 1+rng.Int64N(600), rng), vkey, rng)
		}
		leaves := history(t, 3+rng.Int64N(600), rng)
		n := len(leaves)
		ev := collect(t, leaves, rng.IntN(n), n)
		bad, touched, name := tampering(t, round%9, leaves, rng)
		if _, err := replay(bad, translog.Expect{Heads: ev.heads}); err == nil {
			t.Fatalf("round %d: %s at %d of %d was not found", round, name, touched+1, n)
		}
		if err := secondHistory(bad, ev.signed, vkey); err == nil {
			t.Fatalf("round %d: %s at %d of %d was not found by the second verifier", round, name, touched+1, n)
		}
		if _, err := replay(bad, translog.Expect{}); err == nil { // well-formed: only evidence shows it
			found[name+", well-formed"]++
		}
		found[name]++
		// The store's own tiles name the record, unless it stands in the partial one.
		_, ts := edgeOf(leaves)
		_, err := replay(bad, translog.Expect{Heads: ev.heads, Tiles: ts.get})
		if errors.Is(err, translog.ErrTree) {
			located++
			if !strings.HasSuffix(err.Error(), fmt.Sprintf("第 %d 条记录", touched+1)) {
				t.Fatalf("round %d: %s at %d: %v", round, name, touched+1, err)
			}
		}
	}
	t.Logf("found: %v; named by the tiles: %d", found, located)
	if found["fork, well-formed"] == 0 || located == 0 {
		t.Error("the test has lost its teeth: every tampering shows without evidence, or no tile named one")
	}
}

// honest is the control.
func honest(t testing.TB, leaves [][]byte, vkey string, rng *rand.Rand) {
	t.Helper()
	n := len(leaves)
	e, ts := edgeOf(leaves)
	f := e.Frontier()
	ev := collect(t, leaves, 0, rng.IntN(n+1), rng.IntN(n+1), n)
	head, err := replay(leaves, translog.Expect{Heads: ev.heads, Tiles: ts.get, Frontier: &f})
	if err != nil || head != headOf(leaves) {
		t.Fatalf("an honest history of %d was refused: %v", n, err)
	}
	if err := secondHistory(leaves, ev.signed, vkey); err != nil {
		t.Fatalf("an honest history of %d was refused by the second verifier: %v", n, err)
	}
}

// TestFinding1OutOfOrderSequence (LEDGERS 0.1: Formance sealed blocks by a
// database sequence while commits landed out of order): a record whose number is
// not the next one is refused, whichever number it has.
func TestFinding1OutOfOrderSequence(t *testing.T) {
	t.Parallel()
	leaves := history(t, 30, newRand(31))
	for at := range leaves {
		for said := range leaves {
			bad := append(slices.Clone(leaves[:at]), leaves[said])
			_, err := replay(bad, translog.Expect{})
			if at == said {
				if err != nil && !errors.Is(err, translog.ErrTruncated) { // in the midst of a command
					t.Fatalf("record %d in its place: %v", at+1, err)
				}
				continue
			}
			if !errors.Is(err, translog.ErrSequence) {
				t.Fatalf("record %d in place %d: %v", said+1, at+1, err)
			}
		}
	}
	// The very race: 1215 is given, 1216 commits and is sealed, 1215 commits.
	if _, err := replay([][]byte{leaves[0], leaves[2], leaves[1]}, translog.Expect{}); !errors.Is(err, translog.ErrSequence) {
		t.Errorf("the late record: %v", err)
	}
}

// TestFinding2TailTruncation (LEDGERS 0.2: Blnk verifies after the newest rows
// are deleted): the last 1 to 100 records are cut off, tree and head rebuilt and
// signed with the real key. Whoever holds the older, larger head sees it.
func TestFinding2TailTruncation(t *testing.T) {
	t.Parallel()
	leaves := history(t, 400, newRand(32))
	held := collect(t, leaves, len(leaves))
	e, _ := edgeOf(leaves)
	front := e.Frontier()
	for k := 1; k <= 100; k++ {
		cut := leaves[:len(leaves)-k]
		forged := collect(t, cut, len(cut)) // a good signature
		if err := translog.VerifyConsistency(held.heads[0], forged.heads[0], nil); !errors.Is(err, translog.ErrTruncated) {
			t.Fatalf("%d cut: the heads: %v", k, err)
		}
		if _, err := replay(cut, translog.Expect{Heads: held.heads}); !errors.Is(err, translog.ErrTruncated) {
			t.Fatalf("%d cut: %v", k, err)
		}
		if _, err := replay(cut, translog.Expect{Frontier: &front}); !errors.Is(err, translog.ErrTruncated) {
			t.Fatalf("%d cut, the stored edge forgotten: %v", k, err)
		}
		// Growing again beyond the held head does not help.
		regrown := slices.Clone(cut)
		for i := len(cut); i < len(leaves)+20; i++ {
			regrown = append(regrown, leafOf(t, testHeader(int64(i)+1), "重做"))
		}
		re, ts := edgeOf(regrown)
		now := headOf(regrown)
		if _, err := translog.ProveConsistency(re.Reader(ts.get), held.heads[0], now); !errors.Is(err, translog.ErrFork) {
			t.Fatalf("%d cut and regrown: %v", k, err)
		}
		if _, err := replay(regrown, translog.Expect{Heads: held.heads}); !errors.Is(err, translog.ErrFork) {
			t.Fatalf("%d cut and regrown: %v", k, err)
		}
	}
}

// TestReplayRefuses names what each rule of the one order is for.
func TestReplayRefuses(t *testing.T) {
	t.Parallel()
	change := func(seq int64, f func(h *translog.Header)) []byte {
		h := testHeader(seq)
		f(&h)
		return leafOf(t, h, "")
	}
	first := func(count int64) func(h *translog.Header) {
		return func(h *translog.Header) {
			o := testHeader(1)
			h.Command, h.Slot, h.MAC, h.Count = o.Command, o.Slot, o.MAC, count
		}
	}
	later := func(h *translog.Header) {
		h.Command, h.Slot, h.MAC, h.Count = "", [16]byte{}, [16]byte{}, 0
	}
	tests := []struct {
		name   string
		leaves [][]byte
		want   error
	}{
		{"not a record", [][]byte{[]byte("x")}, translog.ErrMalformed},
		{"another county", [][]byte{change(1, func(h *translog.Header) { h.County = "360733" })}, translog.ErrForeign},
		{"does not begin at 1", [][]byte{change(2, first(1))}, translog.ErrSequence},
		{"clock goes back", [][]byte{change(1, func(*translog.Header) {}), change(2, func(h *translog.Header) { h.At = testHeader(1).At - 1 })}, translog.ErrSequence},
		{"no command", [][]byte{change(1, later)}, translog.ErrSequence},
		{"a record too many", [][]byte{change(1, first(2)), change(2, later), change(3, later)}, translog.ErrSequence},
		{"a command too early", [][]byte{change(1, first(2)), change(2, first(1))}, translog.ErrSequence},
		{"a command cut short", [][]byte{change(1, first(2))}, translog.ErrTruncated},
	}
	for _, tt := range tests {
		if _, err := replay(tt.leaves, translog.Expect{}); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if _, err := replay(nil, translog.Expect{Heads: []translog.Checkpoint{{Origin: translog.Origin("360733"), Size: 3}}}); !errors.Is(err, translog.ErrForeign) {
		t.Errorf("a head of another county: %v", err)
	}
	if _, err := replay(nil, translog.Expect{Heads: []translog.Checkpoint{{Origin: translog.Origin(testCounty)}}}); !errors.Is(err, translog.ErrHead) {
		t.Errorf("a wrong head: %v", err)
	}
	leaves := history(t, 300, newRand(41))
	e, ts := edgeOf(leaves)
	f := e.Frontier()
	f.Append(translog.Hash{})
	if _, err := replay(leaves, translog.Expect{Frontier: &f}); !errors.Is(err, translog.ErrTruncated) {
		t.Errorf("a larger frontier: %v", err)
	}
	other, _ := edgeOf(history(t, 300, newRand(42)))
	f = other.Frontier()
	if _, err := replay(leaves, translog.Expect{Frontier: &f}); !errors.Is(err, translog.ErrTree) {
		t.Errorf("another frontier: %v", err)
	}
	if _, err := replay(leaves, translog.Expect{Tiles: newTiles().get}); err == nil {
		t.Error("a missing tile was not noticed")
	}
	short := func(level int, n int64) ([]byte, error) { return ts.m[[2]int64{0, 0}][:32], nil }
	if _, err := replay(leaves, translog.Expect{Tiles: short}); !errors.Is(err, translog.ErrTree) {
		t.Errorf("a short tile: %v", err)
	}
	// Two heads of one size: the evidence of a fork signed twice (T5).
	a, b := headOf(leaves), headOf(leaves)
	b.Root[0] ^= 1
	if _, err := replay(leaves, translog.Expect{Heads: []translog.Checkpoint{a, b}}); !errors.Is(err, translog.ErrFork) {
		t.Errorf("two heads: %v", err)
	}
}
