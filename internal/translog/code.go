package translog

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

const (
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength = 13
	codeDomain = "fundbook/code/v1\x00"
)

// Code (核验码) is the short form of a digest for print: 13 characters, 65 bits,
// enough that nobody finds a second notice with the same code. It is taken from a
// hash of its own domain, so that a code never gives away part of the digest.
func Code(digest [32]byte) string {
	sum := sha256.Sum256(append([]byte(codeDomain), digest[:]...))
	// The first 65 bits are the first word and the top bit of the next byte.
	word, last := binary.BigEndian.Uint64(sum[:]), sum[8]
	var out [codeLength]byte
	for i := range codeLength - 1 {
		out[i] = crockford[word>>59]
		word <<= 5
	}
	out[codeLength-1] = crockford[byte(word>>59)|last>>7]
	return string(out[:])
}

// NormalizeCode returns the code that somebody typed from paper: small letters,
// I and L for 1, O for 0, full-width forms of a Chinese keyboard, spaces and
// hyphens are all understood. Anything else is ErrCode.
func NormalizeCode(s string) (string, error) {
	if len(s) > 200 {
		return "", ErrCode.With("过长")
	}
	var out strings.Builder
	for _, r := range s {
		if r >= '！' && r <= '～' { // full-width ASCII
			r -= '！' - '!'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		switch r {
		case ' ', '\t', '\r', '\n', '\u00a0', '\u3000', '-', '‐', '‑', '–', '—', '−':
			continue
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		if !strings.ContainsRune(crockford, r) {
			return "", ErrCode.With("%q 中的 %q", clip(s), r)
		}
		out.WriteRune(r)
	}
	if out.Len() != codeLength {
		return "", ErrCode.With("应为 %d 位，收到 %d 位", codeLength, out.Len())
	}
	return out.String(), nil
}
