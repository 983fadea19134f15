package translog_test

// The second verifier: written from RFC 6962, RFC 9162 and doc.go, sharing no
// code with the package or with golang.org/x/mod (TestSecondSharesNothing).

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

type secondHash = [32]byte

func secondLeaf(b []byte) secondHash { return sha256.Sum256(append([]byte{0}, b...)) }

func secondNode(l, r secondHash) secondHash {
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// secondRoot is MTH of RFC 6962, 2.1.
func secondRoot(leaves [][]byte) secondHash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return secondLeaf(leaves[0])
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		return secondNode(secondRoot(leaves[:k]), secondRoot(leaves[k:]))
	}
}

// secondInclusion is RFC 9162, 2.1.3.2.
func secondInclusion(index, size uint64, leaf []byte, proof []secondHash) (secondHash, bool) {
	if index >= size {
		return secondHash{}, false
	}
	fn, sn, r := index, size-1, secondLeaf(leaf)
	for _, p := range proof {
		if sn == 0 {
			return secondHash{}, false
		}
		if fn&1 == 1 || fn == sn {
			r = secondNode(p, r)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			r = secondNode(r, p)
		}
		fn, sn = fn>>1, sn>>1
	}
	return r, sn == 0
}

// secondConsistency is RFC 9162, 2.1.4.2, for 0 < m < n.
func secondConsistency(m, n uint64, old, now secondHash, proof []secondHash) bool {
	if m&(m-1) == 0 {
		proof = append([]secondHash{old}, proof...)
	}
	if len(proof) == 0 {
		return false
	}
	fn, sn := m-1, n-1
	for fn&1 == 1 {
		fn, sn = fn>>1, sn>>1
	}
	fr, sr := proof[0], proof[0]
	for _, c := range proof[1:] {
		if sn == 0 {
			return false
		}
		if fn&1 == 1 || fn == sn {
			fr, sr = secondNode(c, fr), secondNode(c, sr)
			for fn&1 == 0 && fn != 0 {
				fn, sn = fn>>1, sn>>1
			}
		} else {
			sr = secondNode(sr, c)
		}
		fn, sn = fn>>1, sn>>1
	}
	return fr == old && sr == now && sn == 0
}

// secondOpen checks a note with one Ed25519 signature by the key.
func secondOpen(signed, vkey string) (origin string, size uint64, root secondHash, err error) {
	text, sigs, _ := strings.Cut(signed, "\n\n")
	lines := strings.Split(text, "\n")
	f := strings.SplitN(vkey, "+", 3)
	key, err1 := base64.StdEncoding.DecodeString(f[2])
	sig, err2 := base64.StdEncoding.DecodeString(strings.TrimPrefix(strings.TrimSuffix(sigs, "\n"), "— "+f[0]+" "))
	if err1 != nil || err2 != nil || len(sig) != 68 || len(lines) != 3 || lines[0] != f[0] ||
		!ed25519.Verify(key[1:], []byte(text+"\n"), sig[4:]) {
		return "", 0, root, errors.New("bad head")
	}
	size, err1 = strconv.ParseUint(lines[1], 10, 62)
	b, err2 := base64.StdEncoding.DecodeString(lines[2])
	copy(root[:], b)
	return lines[0], size, root, errors.Join(err1, err2)
}

// secondPlace reads county and sequence from the bytes of a leaf.
func secondPlace(leaf []byte) (county string, seq uint64) {
	_, rest, _ := bytes.Cut(leaf, []byte("/v1\x00"))
	if len(rest) == 0 || int(rest[0]) >= len(rest) {
		return "", 0
	}
	county = string(rest[1 : 1+rest[0]])
	seq, _ = binary.Uvarint(rest[1+rest[0]:])
	return county, seq
}

// secondHistory checks all leaves of a county against signed heads.
func secondHistory(leaves [][]byte, heads []string, vkey string) error {
	for _, h := range heads {
		origin, size, root, err := secondOpen(h, vkey)
		if err != nil || size > uint64(len(leaves)) || secondRoot(leaves[:size]) != root {
			return fmt.Errorf("head of %d: %w", size, errors.Join(err, errors.New("mismatch")))
		}
		for i, l := range leaves {
			if county, seq := secondPlace(l); seq != uint64(i)+1 || "fundbook/"+county != origin {
				return fmt.Errorf("record %d says %d of %s", i+1, seq, county)
			}
		}
	}
	return nil
}
