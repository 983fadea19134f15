package translog

import (
	"bytes"
	"crypto/sha256"
	"strconv"
)

// The form of the first bytes of a leaf. They say what the leaf is before
// anything else is read, and keep its hash apart from every other use of
// SHA-256.
const (
	prefix     = "fundbook/"
	maxKind    = 32
	maxVersion = 99
	maxCommand = 64
)

// Header (记录头) is what every record of a county carries, whatever its kind:
// its place in the one order (law 4), who recorded it, when, and by which
// command. All of it is hashed; a column of the record table that were not here
// could be changed unseen.
type Header struct {
	Kind    string   // entry, lot, notice, …
	Version uint     // of the kind's fields, from 1
	County  string   // 360726, or X-… for a county of no real code
	Seq     int64    // from 1 without gap; leaf number Seq−1
	ID      [16]byte // of what was recorded
	At      int64    // µs since 1970 UTC, never before the record that precedes it
	Actor   [16]byte // zero: the program itself

	// The four below stand on the first record of a command; on its later
	// records all are zero.
	Command string
	Slot    [16]byte // of the idempotency key: see Slot
	MAC     [16]byte // of the raw request body, under the secret of the store
	Count   int64    // records of the command
}

// First reports whether h is the first record of its command.
func (h Header) First() bool { return h.Command != "" }

// Slot is how an idempotency key appears in the log, and where the store looks it up:
// 16 bytes of SHA-256 over who used it and the key, since a key may carry what a
// client thought private. Two slots of one county are equal only where one person used
// one key twice.
func Slot(actor [16]byte, key string) (slot [16]byte) {
	var room [128]byte
	sum := sha256.Sum256(append(append(room[:0], actor[:]...), key...))
	copy(slot[:], sum[:])
	return slot
}

// AppendHeader writes the header with which every leaf begins. The fields of
// the kind follow it.
func AppendHeader(e *Encoder, h Header) {
	if e.Len() != 0 {
		e.Fail("记录头不在开头")
		return
	}
	if why := h.wrong(); why != "" {
		e.Fail("记录头：%s", why)
		return
	}
	e.raw(prefix)
	e.raw(h.Kind)
	e.raw("/v")
	e.buf = strconv.AppendUint(e.buf, uint64(h.Version), 10)
	e.buf = append(e.buf, 0)
	e.Text(h.County)
	e.Uvarint(uint64(h.Seq))
	e.ID(h.ID)
	e.Varint(h.At)
	e.ID(h.Actor)
	e.Text(h.Command)
	if h.First() {
		e.ID(h.Slot)
		e.ID(h.MAC)
		e.Uvarint(uint64(h.Count))
	}
}

// DecodeHeader reads the header of a leaf. The caller goes on with the fields of
// Kind and Version, and must refuse those it does not know.
func DecodeHeader(d *Decoder) Header {
	var h Header
	h.Kind, h.Version = d.magic()
	h.County = d.Text()
	h.Seq = d.natural()
	h.ID = d.ID()
	h.At = d.Varint()
	h.Actor = d.ID()
	h.Command = d.Text()
	if h.First() {
		h.Slot = d.ID()
		h.MAC = d.ID()
		h.Count = d.natural()
	}
	if d.err != nil {
		return Header{}
	}
	if why := h.wrong(); why != "" {
		d.Fail("记录头：%s", why)
		return Header{}
	}
	return h
}

// magic reads the first bytes up to and including the zero byte.
func (d *Decoder) magic() (kind string, version uint) {
	if d.err != nil {
		return "", 0
	}
	if d.off != 0 {
		d.Fail("记录头不在开头")
		return "", 0
	}
	head := d.data[:min(len(d.data), len(prefix)+maxKind+len("/v99\x00"))]
	end := bytes.IndexByte(head, 0)
	if end < 0 || !bytes.HasPrefix(head, []byte(prefix)) {
		d.Fail("不是 fundbook 记录")
		return "", 0
	}
	name, num, ok := bytes.Cut(head[len(prefix):end], []byte("/v"))
	v, err := strconv.ParseUint(string(num), 10, 8)
	if !ok || err != nil || strconv.FormatUint(v, 10) != string(num) {
		d.Fail("记录种类不规范：%q", head[:end])
		return "", 0
	}
	d.off = end + 1
	return string(name), uint(v)
}

// natural reads an unsigned integer that fits int64.
func (d *Decoder) natural() int64 {
	v := d.Uvarint()
	if v > 1<<63-1 {
		d.Fail("整数 %d 过大", v)
		return 0
	}
	return int64(v)
}

// wrong says what of h is not allowed, or nothing. Encoder and decoder ask the
// same question.
func (h Header) wrong() string {
	switch {
	case !validKind(h.Kind):
		return "种类 " + strconv.Quote(clip(h.Kind))
	case h.Version < 1 || h.Version > maxVersion:
		return "版本"
	case !ValidCounty(h.County):
		return "县代码 " + strconv.Quote(clip(h.County))
	case h.Seq < 1 || h.Seq > MaxSize:
		return "序号"
	case h.ID == [16]byte{}:
		return "标识为空"
	case h.At < 0:
		return "时间"
	case !h.First() && (h.Slot != [16]byte{} || h.MAC != [16]byte{} || h.Count != 0):
		return "非命令首条记录带有命令要素"
	case !h.First():
		return ""
	case !validCommand(h.Command):
		return "命令 " + strconv.Quote(clip(h.Command))
	case h.Slot == [16]byte{} || h.MAC == [16]byte{}:
		return "命令缺少幂等键或摘要"
	case h.Count < 1:
		return "命令记录数"
	}
	return ""
}

// ValidCounty reports whether s can name a county: a division code of six
// digits, 000000 for what belongs to no county, or X- with up to 24 capitals,
// digits and hyphens.
func ValidCounty(s string) bool {
	if len(s) == 6 && s[0] != 'X' {
		return all(s, func(c byte) bool { return c >= '0' && c <= '9' })
	}
	return len(s) >= 3 && len(s) <= 26 && s[:2] == "X-" && all(s[2:], func(c byte) bool {
		return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-'
	})
}

func validKind(s string) bool {
	if s == "" || len(s) > maxKind || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	return all(s, func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
	})
}

// validCommand takes visible ASCII.
func validCommand(s string) bool {
	return len(s) <= maxCommand && all(s, func(c byte) bool { return c > ' ' && c < 0x7f })
}

func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}
