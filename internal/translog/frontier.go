package translog

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a hash of the tree, as in sumdb/tlog.
type Hash = tlog.Hash

// The largest log: 2⁴⁸−1 records. The bound keeps a forged size from making a
// verifier work without end.
const (
	maxBits = 48
	MaxSize = 1<<maxBits - 1
)

// LeafHash is the hash under which the canonical bytes of a record stand in the
// tree.
func LeafHash(body []byte) Hash { return tlog.RecordHash(body) }

// Frontier (右缘) is the compact right edge of a log: the roots of its complete
// subtrees, one for each bit of its size. It is all that is needed to append and
// to know the root. It is a plain value: assigning it copies it, so undoing is
// keeping the old one, and == compares. The zero Frontier is the empty log.
type Frontier struct {
	size  int64
	roots [maxBits]Hash // roots[l] is set where bit l of size is, zero elsewhere
}

// Size returns the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Append adds one leaf.
func (f *Frontier) Append(h Hash) { f.add(h, nil) }

// add adds a leaf and shows every completed subtree whose root belongs in a tile
// to the edge, so that tiles cost no hashing of their own.
func (f *Frontier) add(h Hash, e *Edge) {
	l := 0
	for ; f.size>>l&1 == 1; l++ {
		h = tlog.NodeHash(f.roots[l], h)
		f.roots[l] = Hash{}
		if e != nil && (l+1)%tileHeight == 0 {
			e.push((l+1)/tileHeight, h)
		}
	}
	f.roots[l] = h
	f.size++
}

// Root returns the root hash as RFC 6962 defines it, that of no bytes for the
// empty log.
func (f *Frontier) Root() Hash {
	if f.size == 0 {
		return emptyRoot
	}
	l := bits.TrailingZeros64(uint64(f.size))
	h := f.roots[l]
	for l++; f.size>>l != 0; l++ {
		if f.size>>l&1 == 1 {
			h = tlog.NodeHash(f.roots[l], h)
		}
	}
	return h
}

// emptyRoot is SHA-256 of nothing.
var emptyRoot = Hash(sha256.Sum256(nil))

// AppendBinary appends the stored form: the size in eight bytes, then the roots
// of the complete subtrees from left to right.
func (f *Frontier) AppendBinary(b []byte) ([]byte, error) {
	b = binary.BigEndian.AppendUint64(b, uint64(f.size))
	for l := maxBits - 1; l >= 0; l-- {
		if f.size>>l&1 == 1 {
			b = append(b, f.roots[l][:]...)
		}
	}
	return b, nil
}

// MarshalBinary returns the stored form, at most 1544 bytes.
func (f *Frontier) MarshalBinary() ([]byte, error) {
	return f.AppendBinary(make([]byte, 0, 8+tlog.HashSize*bits.OnesCount64(uint64(f.size))))
}

// UnmarshalFrontier reads the stored form.
func UnmarshalFrontier(b []byte) (Frontier, error) {
	var f Frontier
	if len(b) < 8 {
		return f, ErrFrontier.With("%d 字节", len(b))
	}
	size := binary.BigEndian.Uint64(b)
	b = b[8:]
	if size > MaxSize || len(b) != tlog.HashSize*bits.OnesCount64(size) {
		return f, ErrFrontier.With("记录数 %d，散列 %d 字节", size, len(b))
	}
	f.size = int64(size)
	for l := maxBits - 1; l >= 0; l-- {
		if size>>l&1 == 1 {
			b = b[copy(f.roots[l][:], b):]
		}
	}
	return f, nil
}
