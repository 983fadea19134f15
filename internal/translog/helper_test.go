package translog_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"fundbook/internal/translog"

	"golang.org/x/mod/sumdb/note"
)

const testCounty = "360726"

// testKey derives a signing key of fixed bytes, so that goldens stay.
func testKey(name string, seed byte) (skey, vkey string) {
	raw := make([]byte, ed25519.SeedSize)
	for i := range raw {
		raw[i] = seed + byte(i)
	}
	pub := append([]byte{1}, ed25519.NewKeyFromSeed(raw).Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(name+"\n"), pub...))
	id := fmt.Sprintf("%s+%08x+", name, binary.BigEndian.Uint32(sum[:]))
	return "PRIVATE+KEY+" + id + base64.StdEncoding.EncodeToString(append([]byte{1}, raw...)),
		id + base64.StdEncoding.EncodeToString(pub)
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func testSigner(t testing.TB, seed byte) note.Signer {
	skey, _ := testKey(translog.Origin(testCounty), seed)
	return must[note.Signer](t)(translog.NewSigner(skey))
}

func testVerifiers(t testing.TB, seeds ...byte) *translog.Verifiers {
	var keys []translog.PublicKey
	for _, s := range seeds {
		_, vkey := testKey(translog.Origin(testCounty), s)
		keys = append(keys, translog.PublicKey{VKey: vkey})
	}
	return must[*translog.Verifiers](t)(translog.NewVerifiers(keys...))
}

// testHeader is the header of an honest record number seq: commands of one to
// four records, by turns.
func testHeader(seq int64) translog.Header {
	h := translog.Header{Kind: "entry", Version: 1, County: testCounty, Seq: seq, At: 1_790_000_000_000_000 + seq*1000}
	binary.BigEndian.PutUint64(h.ID[:], uint64(seq))
	h.ID[15] = 1
	h.Actor[0] = byte(seq%7) + 1
	if at := (seq - 1) % 10; at == 0 || at == 1 || at == 3 || at == 6 { // 1+2+3+4
		h.Command = "ledger.post"
		h.Slot = translog.Slot(h.Actor, fmt.Sprint("key-", seq))
		h.MAC = translog.Slot(h.Actor, fmt.Sprint("body-", seq))
		h.Count = map[int64]int64{0: 1, 1: 2, 3: 3, 6: 4}[at]
	}
	return h
}

// leafOf encodes a record with a memo and some lines.
func leafOf(t testing.TB, h translog.Header, memo string, amounts ...int64) []byte {
	t.Helper()
	var e translog.Encoder
	translog.AppendHeader(&e, h)
	e.Text(memo)
	e.Count(len(amounts), 10000)
	for _, a := range amounts {
		e.Varint(a)
	}
	return must[[]byte](t)(e.Finish())
}

// history is n honest leaves; n is cut to a whole number of commands.
func history(t testing.TB, n int64, rng *rand.Rand) [][]byte {
	t.Helper()
	for n > 0 && n%10 != 1 && n%10 != 3 && n%10 != 6 && n%10 != 0 {
		n--
	}
	out := make([][]byte, n)
	for i := range out {
		a := rng.Int64N(1e12)
		out[i] = leafOf(t, testHeader(int64(i)+1), "拨付"+fmt.Sprint(rng.Int64()), a, -a)
	}
	return out
}

// edgeOf appends leaves to an empty edge.
func edgeOf(leaves [][]byte) (*translog.Edge, *tiles) {
	e, ts := &translog.Edge{}, newTiles()
	for _, l := range leaves {
		ts.add(e.Append(translog.LeafHash(l), nil))
	}
	return e, ts
}

func headOf(leaves [][]byte) translog.Checkpoint {
	e, _ := edgeOf(leaves)
	return translog.Checkpoint{Origin: translog.Origin(testCounty), Size: e.Size(), Root: e.Root()}
}

// tiles is a store of full tiles that refuses to store one twice, as the table
// does.
type tiles struct {
	m     map[[2]int64][]byte
	reads int
}

func newTiles() *tiles { return &tiles{m: map[[2]int64][]byte{}} }

func (s *tiles) add(ts []translog.Tile) {
	for _, t := range ts {
		k := [2]int64{int64(t.Level), t.N}
		if _, dup := s.m[k]; dup || len(t.Data) != translog.TileBytes {
			panic(fmt.Sprintf("tile %v twice or of %d bytes", k, len(t.Data)))
		}
		s.m[k] = append([]byte(nil), t.Data...)
	}
}

func (s *tiles) get(level int, n int64) ([]byte, error) {
	s.reads++
	data, ok := s.m[[2]int64{int64(level), n}]
	if !ok {
		return nil, fmt.Errorf("no tile %d/%d", level, n)
	}
	return data, nil
}
