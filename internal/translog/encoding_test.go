package translog_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// A value is written and read by one of the primitives.
type value struct {
	op byte
	u  uint64
	i  int64
	s  string
	b  []byte
	d  [32]byte
}

const ops = 8

func (v value) write(e *translog.Encoder) {
	switch v.op {
	case 0:
		e.Uvarint(v.u)
	case 1:
		e.Varint(v.i)
	case 2:
		e.Bool(v.u == 1)
	case 3:
		e.Text(v.s)
	case 4:
		e.Blob(v.b)
	case 5:
		e.ID([16]byte(v.d[:16]))
	case 6:
		e.Digest(v.d)
	case 7:
		e.Day(int32(v.i))
	}
}

func read(d *translog.Decoder, op byte) value {
	v := value{op: op}
	switch op {
	case 0:
		v.u = d.Uvarint()
	case 1:
		v.i = d.Varint()
	case 2:
		if d.Bool() {
			v.u = 1
		}
	case 3:
		v.s = d.Text()
	case 4:
		v.b = d.Blob()
	case 5:
		id := d.ID()
		copy(v.d[:], id[:])
	case 6:
		v.d = d.Digest()
	case 7:
		v.i = int64(d.Day())
	}
	return v
}

func drawValue(t *rapid.T) value {
	v := value{op: rapid.ByteRange(0, ops-1).Draw(t, "op")}
	switch v.op {
	case 0:
		v.u = rapid.Uint64().Draw(t, "u")
	case 1:
		v.i = rapid.Int64().Draw(t, "i")
	case 2:
		v.u = rapid.Uint64Range(0, 1).Draw(t, "bool")
	case 3:
		v.s = norm.NFC.String(rapid.StringN(0, 40, -1).Draw(t, "s"))
	case 4:
		v.b = append(v.b, rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "b")...)
	case 5:
		copy(v.d[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	case 6:
		copy(v.d[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest"))
	case 7:
		v.i = rapid.Int64Range(translog.MinDay, translog.MaxDay).Draw(t, "day")
	}
	return v
}

// TestRoundTrip writes any values and reads the same ones back; a record with
// one byte more or less is refused.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(drawValue), 1, 12).Draw(t, "values")
		var e translog.Encoder
		for _, v := range values {
			v.write(&e)
		}
		b, err := e.Finish()
		if err != nil {
			t.Fatal(err)
		}
		decode := func(b []byte) ([]value, error) {
			d := translog.NewDecoder(b)
			got := make([]value, len(values))
			for i, v := range values {
				got[i] = read(d, v.op)
			}
			return got, d.Finish()
		}
		got, err := decode(b)
		if diff := cmp.Diff(values, got, cmp.AllowUnexported(value{})); err != nil || diff != "" {
			t.Fatalf("decode(%x): %v\n%s", b, err, diff)
		}
		if _, err := decode(append(b, 0)); err == nil {
			t.Fatal("a trailing byte was accepted")
		}
		if _, err := decode(b[:len(b)-1]); err == nil {
			t.Fatal("a missing byte was accepted")
		}
	})
}

func TestEncoderRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		write func(e *translog.Encoder)
		want  error
	}{
		{"decomposed text", func(e *translog.Encoder) { e.Text("e\u0301") }, translog.ErrText},
		{"compatibility ideograph", func(e *translog.Encoder) { e.Text("\uf900") }, translog.ErrText},
		{"invalid UTF-8", func(e *translog.Encoder) { e.Text("a\xff") }, translog.ErrText},
		{"surrogate", func(e *translog.Encoder) { e.Text("\xed\xa0\x80") }, translog.ErrText},
		{"long text", func(e *translog.Encoder) { e.Text(strings.Repeat("a", translog.MaxText+1)) }, translog.ErrLimit},
		{"long blob", func(e *translog.Encoder) { e.Blob(make([]byte, translog.MaxLeaf+1)) }, translog.ErrLimit},
		{"long leaf", func(e *translog.Encoder) { e.Blob(make([]byte, translog.MaxLeaf)) }, translog.ErrLimit},
		{"count", func(e *translog.Encoder) { e.Count(3, 2) }, translog.ErrLimit},
		{"negative count", func(e *translog.Encoder) { e.Count(-1, 2) }, translog.ErrLimit},
		{"early day", func(e *translog.Encoder) { e.Day(translog.MinDay - 1) }, translog.ErrEncode},
		{"late day", func(e *translog.Encoder) { e.Day(translog.MaxDay + 1) }, translog.ErrEncode},
		{"domain", func(e *translog.Encoder) { e.Fail("x") }, translog.ErrEncode},
		{"second header", func(e *translog.Encoder) { e.Bool(true); translog.AppendHeader(e, testHeader(1)) }, translog.ErrEncode},
	}
	for _, tt := range tests {
		var e translog.Encoder
		tt.write(&e)
		n := e.Len()
		e.Uvarint(1)
		e.Text("ok")
		if !errors.Is(e.Err(), tt.want) && tt.name != "long leaf" || e.Err() != nil && e.Len() != n {
			t.Errorf("%s: sticky error %v, %d bytes then %d", tt.name, e.Err(), n, e.Len())
		}
		if b, err := e.Finish(); !errors.Is(err, tt.want) || b != nil {
			t.Errorf("%s: Finish = %d bytes, %v, want %v", tt.name, len(b), err, tt.want)
		}
		e.Bool(true)
		if b, err := e.Finish(); err != nil || !bytes.Equal(b, []byte{1}) {
			t.Errorf("%s: the next record = %x, %v", tt.name, b, err)
		}
	}
	var e translog.Encoder
	e.Fail("x")
	e.Reset()
	e.Bool(false)
	if b, err := e.Finish(); err != nil || !bytes.Equal(b, []byte{0}) {
		t.Errorf("after Reset: %x, %v", b, err)
	}
}

func TestDecoderRefuses(t *testing.T) {
	t.Parallel()
	long := append([]byte{0x81, 0x80, 0x04}, make([]byte, translog.MaxText+1)...)
	tests := []struct {
		name string
		op   byte
		in   string
	}{
		{"nothing", 0, ""},
		{"unfinished", 0, "\x80"},
		{"not minimal", 0, "\x80\x00"},
		{"not minimal one", 0, "\x81\x00"},
		{"65 bits", 0, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"},
		{"eleven bytes", 0, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"},
		{"bool 2", 2, "\x02"},
		{"text too short", 3, "\x02a"},
		{"text decomposed", 3, "\x03e\u0301"},
		{"text invalid", 3, "\x01\xff"},
		{"text beyond the limit", 3, string(long)},
		{"text of 2^63", 3, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"},
		{"blob of 2^64-1", 4, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
		{"short id", 5, "123456789012345"},
		{"short digest", 6, "1234567890123456789012345678901"},
		{"day 10000-01-01", 7, "\xea\x84\xe6\x02"},
		{"trailing", 2, "\x00\x00"},
	}
	for _, tt := range tests {
		d := translog.NewDecoder([]byte(tt.in))
		v := read(d, tt.op)
		err := d.Finish()
		if err == nil {
			t.Errorf("%s: accepted as %+v", tt.name, v)
		}
		if again := read(d, 1); again.i != 0 || !errors.Is(d.Finish(), err) {
			t.Errorf("%s: the error did not stick", tt.name)
		}
	}
	d := translog.NewDecoder(make([]byte, translog.MaxLeaf+1))
	if d.Digest(); !errors.Is(d.Finish(), translog.ErrLimit) {
		t.Errorf("a leaf beyond the limit: %v", d.Err())
	}
	for _, in := range []string{"\x03ab", "\x05abcde", "\xff\xff\xff\xff\x0f"} {
		d := translog.NewDecoder([]byte(in))
		if n := d.Count(4); n != 0 || d.Err() == nil {
			t.Errorf("Count(4) of %q = %d, %v", in, n, d.Err())
		}
	}
	d = translog.NewDecoder([]byte("\x02ab"))
	if n := d.Count(2); n != 2 || d.Err() != nil {
		t.Errorf("Count(2) = %d, %v", n, d.Err())
	}
	d.Fail("%d", 7)
	if err := d.Err(); !errors.Is(err, translog.ErrMalformed) || !strings.Contains(err.Error(), "第 1 字节：7") {
		t.Errorf("Fail = %v", err)
	}
}

// TestVarintExtremes pins the primitives to the documented bytes.
func TestVarintExtremes(t *testing.T) {
	t.Parallel()
	var e translog.Encoder
	for _, v := range []int64{0, -1, 1, math.MinInt64, math.MaxInt64} {
		e.Varint(v)
	}
	e.Day(0)
	e.Text("县")
	got := must[[]byte](t)(e.Finish())
	want := "\x00\x01\x02" + strings.Repeat("\xff", 9) + "\x01" + "\xfe" + strings.Repeat("\xff", 8) + "\x01" + "\x00" + "\x03县"
	if string(got) != want {
		t.Errorf("got %x, want %x", got, want)
	}
}

// FuzzDecoder reads any bytes with any primitives: it never panics, and what it
// accepts encodes to the same bytes.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7}, []byte("\x01\x02\x01\x03县\x00"))
	f.Add([]byte{3, 3}, []byte("\x03e\xcc\x81\x01a"))
	f.Fuzz(func(t *testing.T, program, data []byte) {
		d := translog.NewDecoder(data)
		var e translog.Encoder
		for _, op := range program {
			if op %= ops + 1; op == ops {
				e.Count(d.Count(100), 100)
				continue
			}
			read(d, op).write(&e) // re-encode the value read
		}
		if d.Finish() != nil {
			return
		}
		if got, err := e.Finish(); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%x was accepted and encodes to %x, %v", data, got, err)
		}
	})
}
