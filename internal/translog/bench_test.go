package translog_test

import (
	"encoding/binary"
	"testing"

	"fundbook/internal/translog"

	"golang.org/x/mod/sumdb/tlog"
)

// BenchmarkAppend is the price of one record of 300 bytes: its hash, the tree
// and the tiles.
func BenchmarkAppend(b *testing.B) {
	body := make([]byte, 300)
	var e translog.Edge
	var tiles []translog.Tile
	b.ReportAllocs()
	for b.Loop() {
		binary.BigEndian.PutUint64(body, uint64(e.Size()))
		tiles = e.Append(translog.LeafHash(body), tiles[:0])
	}
}

// BenchmarkEncode is the price of the canonical bytes of a typical entry.
func BenchmarkEncode(b *testing.B) {
	h := testHeader(1)
	var e translog.Encoder
	b.ReportAllocs()
	for b.Loop() {
		translog.AppendHeader(&e, h)
		e.Text("拨付衔接资金")
		e.Count(2, 10000)
		for range 2 {
			e.Text("C")
			e.Text("1301")
			e.ID(h.ID)
			e.Varint(123456789)
		}
		if _, err := e.Finish(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeHeader(b *testing.B) {
	leaf := leafOf(b, testHeader(1), "拨付")
	b.ReportAllocs()
	for b.Loop() {
		d := translog.NewDecoder(leaf)
		if translog.DecodeHeader(d); d.Err() != nil {
			b.Fatal(d.Err())
		}
	}
}

// BenchmarkClone is a savepoint, and the first append after it.
func BenchmarkClone(b *testing.B) {
	p := newPair(b, 1000)
	b.Run("keep", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.edge.Clone()
		}
	})
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.edge.Clone().Append(translog.Hash{}, nil)
		}
	})
}

// million is a log of 1,000,000 leaves.
func million(b *testing.B) (*translog.Edge, *tiles, func(from, to int64) ([]translog.Hash, error)) {
	e, ts := &translog.Edge{}, newTiles()
	leaf := func(i int64) translog.Hash { return translog.LeafHash(binary.BigEndian.AppendUint64(nil, uint64(i))) }
	for i := range int64(1_000_000) {
		ts.add(e.Append(leaf(i), nil))
	}
	return e, ts, func(from, to int64) (out []translog.Hash, err error) {
		for i := from; i < to; i++ {
			out = append(out, leaf(i))
		}
		return out, nil
	}
}

func BenchmarkProof1M(b *testing.B) {
	e, ts, leaves := million(b)
	const seq = 123_456
	body := binary.BigEndian.AppendUint64(nil, seq-1)
	c := translog.Checkpoint{Origin: translog.Origin(testCounty), Size: e.Size(), Root: e.Root()}
	signed := must[[]byte](b)(translog.Sign(c, testSigner(b, 1)))
	fromEdge, fromStore := e.Reader(ts.get), translog.NewReader(e.Size(), ts.get, leaves)
	bundle := must[translog.Bundle](b)(translog.NewBundle(fromEdge, signed, seq, body))
	b.Logf("proof file of %d bytes, %d hashes", len(bundle.Text()), len(bundle.Hashes))
	for name, r := range map[string]*translog.Reader{"prove/edge": fromEdge, "prove/storage": fromStore} {
		b.Run(name, func(b *testing.B) {
			ts.reads = 0
			for b.Loop() {
				if _, err := translog.NewBundle(r, signed, seq, body); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(ts.reads)/float64(b.N), "tiles/op")
		})
	}
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if err := tlog.CheckRecord(bundle.Hashes, c.Size, c.Root, seq-1, translog.LeafHash(body)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		v := testVerifiers(b, 1)
		for b.Loop() {
			if _, err := translog.Open(signed, v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("restore", func(b *testing.B) {
		f := e.Frontier()
		for b.Loop() {
			if _, err := translog.RestoreEdge(f, ts.get, leaves); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkReplay is the price of verify per record, without SQL.
func BenchmarkReplay(b *testing.B) {
	leaves := history(b, 10_000, newRand(1))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := replay(leaves, translog.Expect{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(leaves)), "ns/record")
}
