package translog_test

import (
	"encoding/hex"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

type (
	inner struct {
		Day  int32
		Note string
	}
	fields struct {
		On     bool
		Fen    int64
		Small  int8
		Count  uint32
		Name   string
		Raw    []byte
		ID     [16]byte
		Digest [32]byte
		List   []inner
		Inner  inner
	}
)

var filled = fields{
	On: true, Fen: -123, Small: 7, Count: 300, Name: "项目", Raw: []byte{1, 2}, ID: [16]byte{1}, Digest: [32]byte{2},
	List: []inner{{20000, "甲"}, {-1, ""}}, Inner: inner{1, "x"},
}

// TestFieldsAreWrittenInDeclaredOrder freezes the bytes.
func TestFieldsAreWrittenInDeclaredOrder(t *testing.T) {
	t.Parallel()
	var e translog.Encoder
	translog.AppendFields(&e, &filled)
	b, err := e.Finish()
	if err != nil {
		t.Fatal(err)
	}
	const want = "01" + "f501" + "0e" + "ac02" + "06e9a1b9e79bae" + "020102" +
		"01000000000000000000000000000000" + "0200000000000000000000000000000000000000000000000000000000000000" +
		"02" + "c0b80203e794b2" + "0100" + "020178"
	if got := hex.EncodeToString(b); got != want {
		t.Errorf("bytes\n got %s\nwant %s", got, want)
	}
	var back fields
	d := translog.NewDecoder(b)
	translog.DecodeFields(d, &back)
	if err := d.Finish(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(filled, back); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	for n := range b {
		d := translog.NewDecoder(b[:n])
		translog.DecodeFields(d, new(fields))
		if d.Finish() == nil {
			t.Errorf("the first %d of %d bytes are accepted", n, len(b))
		}
	}
}

// TestFieldsRefuseWhatHasNoCanonicalForm panics on types and fails on values.
func TestFieldsRefuseWhatHasNoCanonicalForm(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		&struct{ M map[string]int }{M: map[string]int{}}, &struct{ P *int }{}, &struct{ F float64 }{}, &struct{ hidden int }{}, &struct{ A [5]byte }{},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T is written", v)
				}
			}()
			var e translog.Encoder
			translog.AppendFields(&e, v)
		}()
	}
	var e translog.Encoder
	translog.AppendFields(&e, &struct{ S string }{"e\u0301"})
	if _, err := e.Finish(); err == nil {
		t.Error("text that is not NFC is written")
	}
	d := translog.NewDecoder([]byte{0x80, 0x04})
	translog.DecodeFields(d, &struct{ N int8 }{})
	if d.Finish() == nil {
		t.Error("256 is read into int8")
	}
}
