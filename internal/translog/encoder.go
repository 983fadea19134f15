package translog

import (
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The limits of a leaf. They are part of the format: what the encoder refuses
// the decoder refuses too, so that no stored record is ever unreadable. Raising
// one is compatible, lowering one is not.
const (
	MaxLeaf = 1 << 24 // bytes of a whole leaf: the largest request body
	MaxText = 1 << 16 // bytes of one text
)

// The range of a day, 0001-01-01 to 9999-12-31 in days since 1970-01-01: the
// dates that print as YYYY-MM-DD.
const (
	MinDay = -719162
	MaxDay = 2932896
)

// Encoder writes canonical bytes into a buffer which it reuses from record to
// record. The first value that cannot be written canonically sticks: nothing is
// written after it and Finish returns it. The zero Encoder is ready.
type Encoder struct {
	buf []byte
	err error
}

// Finish returns a copy of the bytes written since the last Finish, exactly as
// long as they are, or the first error, and empties the encoder for the next
// record.
func (e *Encoder) Finish() ([]byte, error) {
	if e.err == nil && len(e.buf) > MaxLeaf {
		e.err = ErrLimit.With("%d 字节，上限 %d", len(e.buf), MaxLeaf)
	}
	err := e.err
	e.err = nil
	buf := e.buf
	e.buf = e.buf[:0]
	if err != nil {
		return nil, err
	}
	return append(make([]byte, 0, len(buf)), buf...), nil
}

// Reset drops what was written and any error, and keeps the buffer.
func (e *Encoder) Reset() { e.buf, e.err = e.buf[:0], nil }

// Err returns the first error.
func (e *Encoder) Err() error { return e.err }

// Len returns the number of bytes written so far.
func (e *Encoder) Len() int { return len(e.buf) }

// Fail makes the record unwritable. Codecs of domain kinds use it for a value
// outside their own range.
func (e *Encoder) Fail(format string, args ...any) {
	e.fail(ErrEncode.With(format, args...))
}

func (e *Encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// raw writes bytes without a length.
func (e *Encoder) raw(s string) {
	if e.err == nil {
		e.buf = append(e.buf, s...)
	}
}

// Uvarint writes an unsigned integer.
func (e *Encoder) Uvarint(v uint64) {
	if e.err == nil {
		e.buf = binary.AppendUvarint(e.buf, v)
	}
}

// Varint writes a signed integer, such as an amount in fen or an instant in µs.
func (e *Encoder) Varint(v int64) {
	if e.err == nil {
		e.buf = binary.AppendVarint(e.buf, v)
	}
}

// Bool writes one byte, 0 or 1.
func (e *Encoder) Bool(v bool) {
	if e.err != nil {
		return
	}
	if v {
		e.buf = append(e.buf, 1)
		return
	}
	e.buf = append(e.buf, 0)
}

// Text writes a text. It refuses text that is not valid UTF-8 in form NFC
// instead of mending it, so that what is hashed is what was shown.
func (e *Encoder) Text(s string) {
	if e.err != nil {
		return
	}
	if err := checkText(s); err != nil {
		e.err = err
		return
	}
	e.buf = binary.AppendUvarint(e.buf, uint64(len(s)))
	e.buf = append(e.buf, s...)
}

// Blob writes a byte string.
func (e *Encoder) Blob(b []byte) {
	if e.err != nil {
		return
	}
	if len(b) > MaxLeaf {
		e.err = ErrLimit.With("字节串 %d 字节", len(b))
		return
	}
	e.buf = binary.AppendUvarint(e.buf, uint64(len(b)))
	e.buf = append(e.buf, b...)
}

// ID writes a 16-byte identifier.
func (e *Encoder) ID(id [16]byte) {
	if e.err == nil {
		e.buf = append(e.buf, id[:]...)
	}
}

// Digest writes a 32-byte digest.
func (e *Encoder) Digest(d [32]byte) {
	if e.err == nil {
		e.buf = append(e.buf, d[:]...)
	}
}

// Day writes a date as days since 1970-01-01.
func (e *Encoder) Day(day int32) {
	if day < MinDay || day > MaxDay {
		e.Fail("日期 %d 超出范围", day)
		return
	}
	e.Varint(int64(day))
}

// Count writes the number of elements that follow, at most limit.
func (e *Encoder) Count(n, limit int) {
	if n < 0 || n > limit {
		e.fail(ErrLimit.With("%d 项，上限 %d", n, limit))
		return
	}
	e.Uvarint(uint64(n))
}

// checkText refuses what is not canonical text. Normal form is judged by the
// tables of golang.org/x/text; Unicode promises that text of assigned
// characters stays in normal form in every later version.
func checkText(s string) error {
	if len(s) > MaxText {
		return ErrLimit.With("文字 %d 字节，上限 %d", len(s), MaxText)
	}
	if isPlain(s) {
		return nil
	}
	if !utf8.ValidString(s) {
		return ErrText.With("%q 不是 UTF-8", clip(s))
	}
	if !norm.NFC.IsNormalString(s) {
		return ErrText.With("%q 不是 NFC", clip(s))
	}
	return nil
}

// isPlain spares common text the Unicode tables: ASCII and the ideographs U+4E00
// to U+9FFF, none of which decomposes or combines with a neighbour.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < utf8.RuneSelf {
			continue
		}
		if c < 0xe4 || c > 0xe9 || len(s)-i < 3 || s[i+1]&0xc0 != 0x80 || s[i+2]&0xc0 != 0x80 || (c == 0xe4 && s[i+1] < 0xb8) {
			return false
		}
		i += 2
	}
	return true
}

// clip keeps a quotation in an error message short.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}
