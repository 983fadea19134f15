package translog

import (
	"encoding/binary"

	"fundbook/internal/fault"
)

// Decoder reads canonical bytes and refuses all others: every input it accepts
// encodes again to the same bytes. The first error sticks, every read after it
// returns zero, and Finish reports it. It never reads beyond its input and never
// allocates more than the input holds.
type Decoder struct {
	data  []byte
	off   int
	err   error
	texts *Texts
}

// Texts keeps the texts that many records repeat, so that each is checked and made
// once. The zero value is ready; it is not for use by several goroutines at once.
type Texts struct{ kept map[string]string }

// What Texts keeps, so that texts which do not repeat cannot fill the memory.
const (
	maxKeptTexts = 1 << 14
	maxKeptText  = 96 // bytes
)

// Sharing makes the decoder look its texts up in t, and returns the decoder.
func (d *Decoder) Sharing(t *Texts) *Decoder {
	d.texts = t
	return d
}

func (t *Texts) keep(s string) {
	if t == nil || len(s) > maxKeptText || len(t.kept) >= maxKeptTexts {
		return
	}
	if t.kept == nil {
		t.kept = map[string]string{}
	}
	t.kept[s] = s
}

// NewDecoder reads data, which the decoder keeps and never changes.
func NewDecoder(data []byte) *Decoder {
	d := &Decoder{data: data}
	if len(data) > MaxLeaf {
		d.data = nil
		d.err = ErrLimit.With("%d 字节，上限 %d", len(data), MaxLeaf)
	}
	return d
}

// Finish returns the first error; bytes left over are one, because a tail that
// nobody reads is a place to hide something.
func (d *Decoder) Finish() error {
	if d.err == nil && d.off != len(d.data) {
		d.Fail("余下 %d 字节", len(d.data)-d.off)
	}
	return d.err
}

// Err returns the first error.
func (d *Decoder) Err() error { return d.err }

// Fail makes the record unreadable, naming the place. Codecs of domain kinds
// use it for a value outside their own range.
func (d *Decoder) Fail(format string, args ...any) {
	d.fail(ErrMalformed.With("第 %d 字节：%s", d.off, fault.Say(format, args...)))
}

func (d *Decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// left returns the number of unread bytes.
func (d *Decoder) left() int { return len(d.data) - d.off }

// take returns the next n bytes without copying, or nil with an error set.
func (d *Decoder) take(n uint64) []byte {
	if d.err != nil {
		return nil
	}
	if n > uint64(d.left()) {
		d.Fail("需要 %d 字节，只余 %d", n, d.left())
		return nil
	}
	b := d.data[d.off : d.off+int(n)]
	d.off += int(n)
	return b
}

// Uvarint reads an unsigned integer and refuses a longer form than necessary.
func (d *Decoder) Uvarint() uint64 {
	if d.err != nil {
		return 0
	}
	v, n := binary.Uvarint(d.data[d.off:])
	switch {
	case n <= 0:
		d.Fail("整数不完整或过大")
		return 0
	case n > 1 && d.data[d.off+n-1] == 0:
		d.Fail("整数不是最短形式")
		return 0
	}
	d.off += n
	return v
}

// Varint reads a signed integer.
func (d *Decoder) Varint() int64 {
	u := d.Uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// Bool reads one byte, 0 or 1.
func (d *Decoder) Bool() bool {
	b := d.take(1)
	if b == nil {
		return false
	}
	if b[0] > 1 {
		d.Fail("真假值为 %d", b[0])
		return false
	}
	return b[0] == 1
}

// Text reads a text.
func (d *Decoder) Text() string {
	n := d.Uvarint()
	if d.err == nil && n > MaxText {
		d.fail(ErrLimit.With("文字 %d 字节，上限 %d", n, MaxText))
	}
	b := d.take(n)
	if d.err != nil {
		return ""
	}
	if d.texts != nil {
		if s, ok := d.texts.kept[string(b)]; ok {
			return s
		}
	}
	s := string(b)
	if err := checkText(s); err != nil {
		d.fail(err)
		return ""
	}
	d.texts.keep(s)
	return s
}

// Blob reads a byte string into memory of its own; an empty one is nil.
func (d *Decoder) Blob() []byte {
	return append([]byte(nil), d.take(d.Uvarint())...)
}

// ID reads a 16-byte identifier.
func (d *Decoder) ID() (id [16]byte) {
	copy(id[:], d.take(16))
	return id
}

// Digest reads a 32-byte digest.
func (d *Decoder) Digest() (h [32]byte) {
	copy(h[:], d.take(32))
	return h
}

// Day reads a date as days since 1970-01-01.
func (d *Decoder) Day() int32 {
	v := d.Varint()
	if v < MinDay || v > MaxDay {
		d.Fail("日期 %d 超出范围", v)
		return 0
	}
	return int32(v)
}

// Count reads the number of elements that follow. It refuses more than limit
// and more than there are bytes left, so that a caller may allocate by it: every
// element of a canonical record takes at least one byte.
func (d *Decoder) Count(limit int) int {
	v := d.Uvarint()
	if d.err != nil {
		return 0
	}
	if limit < 0 || v > uint64(limit) || v > uint64(d.left()) {
		d.Fail("%d 项，上限 %d，余 %d 字节", v, limit, d.left())
		return 0
	}
	return int(v)
}
