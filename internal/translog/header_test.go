package translog_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func drawHeader(t *rapid.T) translog.Header {
	h := translog.Header{
		Kind:    rapid.StringMatching(`[a-z][a-z0-9._-]{0,31}`).Draw(t, "kind"),
		Version: rapid.UintRange(1, 99).Draw(t, "version"),
		County:  rapid.StringMatching(`[0-9]{6}|X-[A-Z0-9-]{1,24}`).Draw(t, "county"),
		Seq:     rapid.Int64Range(1, translog.MaxSize).Draw(t, "seq"),
		At:      rapid.Int64Min(0).Draw(t, "at"),
	}
	copy(h.Actor[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "actor"))
	h.ID[rapid.IntRange(0, 15).Draw(t, "i")] = rapid.ByteMin(1).Draw(t, "id")
	if rapid.Bool().Draw(t, "first") {
		h.Command = rapid.StringMatching(`[!-~]{1,64}`).Draw(t, "command")
		h.Slot = translog.Slot(h.Actor, h.Kind)
		h.MAC = translog.Slot(h.Actor, h.Command)
		h.Count = rapid.Int64Min(1).Draw(t, "count")
	}
	return h
}

func TestHeaderRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHeader(t)
		var e translog.Encoder
		translog.AppendHeader(&e, h)
		b, err := e.Finish()
		if err != nil {
			t.Fatal(err)
		}
		d := translog.NewDecoder(b)
		got := translog.DecodeHeader(d)
		if err := d.Finish(); err != nil || got != h {
			t.Fatalf("DecodeHeader(%x) = %+v, %v, want %+v", b, got, err, h)
		}
		if got.First() != (h.Count > 0) {
			t.Fatalf("First() = %v of %+v", got.First(), h)
		}
	})
}

// TestHeaderBytes pins the layout that doc.go states.
func TestHeaderBytes(t *testing.T) {
	t.Parallel()
	h := testHeader(1)
	h.At = 150
	got := leafOf(t, h, "", 0)
	want := "fundbook/entry/v1\x00\x06360726\x01" + string(h.ID[:]) +
		"\xac\x02" + string(h.Actor[:]) +
		"\x0bledger.post" + string(h.Slot[:]) + string(h.MAC[:]) + "\x01" + "\x00\x01\x00"
	if diff := cmp.Diff([]byte(want), got); diff != "" {
		t.Errorf("first record:\n%s", diff)
	}
	h = testHeader(3)
	got = leafOf(t, h, "")
	if tail := got[len(got)-19:]; !bytes.Equal(tail, append(h.Actor[:], 0, 0, 0)) {
		t.Errorf("a later record ends in %x: actor, absent command, empty memo, no amounts", tail)
	}
}

func TestHeaderRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(h *translog.Header)
	}{
		{"no kind", func(h *translog.Header) { h.Kind = "" }},
		{"kind with slash", func(h *translog.Header) { h.Kind = "a/v1" }},
		{"capital kind", func(h *translog.Header) { h.Kind = "Entry" }},
		{"long kind", func(h *translog.Header) { h.Kind = strings.Repeat("a", 33) }},
		{"version 0", func(h *translog.Header) { h.Version = 0 }},
		{"version 100", func(h *translog.Header) { h.Version = 100 }},
		{"no county", func(h *translog.Header) { h.County = "" }},
		{"five digits", func(h *translog.Header) { h.County = "36072" }},
		{"bare X", func(h *translog.Header) { h.County = "X-" }},
		{"county with plus", func(h *translog.Header) { h.County = "X-A+B" }},
		{"seq 0", func(h *translog.Header) { h.Seq = 0 }},
		{"seq too large", func(h *translog.Header) { h.Seq = translog.MaxSize + 1 }},
		{"no id", func(h *translog.Header) { h.ID = [16]byte{} }},
		{"before 1970", func(h *translog.Header) { h.At = -1 }},
		{"command with a space", func(h *translog.Header) { h.Command = "a b" }},
		{"long command", func(h *translog.Header) { h.Command = strings.Repeat("a", 65) }},
		{"no key", func(h *translog.Header) { h.Slot = [16]byte{} }},
		{"no mac", func(h *translog.Header) { h.MAC = [16]byte{} }},
		{"no count", func(h *translog.Header) { h.Count = 0 }},
		{"negative count", func(h *translog.Header) { h.Count = -1 }},
		{"no command", func(h *translog.Header) { h.Command = "" }},
	}
	for _, tt := range tests {
		h := testHeader(1)
		tt.change(&h)
		var e translog.Encoder
		translog.AppendHeader(&e, h)
		if b, err := e.Finish(); !errors.Is(err, translog.ErrEncode) {
			t.Errorf("%s: encoded as %q, %v", tt.name, b, err)
		}
	}
}

func TestHeaderBytesRefused(t *testing.T) {
	t.Parallel()
	honest := string(leafOf(t, testHeader(1), ""))
	tests := map[string]string{
		"empty":             "",
		"other word":        strings.Replace(honest, "fundbook", "fundbooc", 1),
		"no zero byte":      "fundbook/" + strings.Repeat("a", 100),
		"version 01":        strings.Replace(honest, "/v1\x00", "/v01\x00", 1),
		"version +1":        strings.Replace(honest, "/v1\x00", "/v+1\x00", 1),
		"no version":        strings.Replace(honest, "/v1\x00", "/v\x00", 1),
		"version 256":       strings.Replace(honest, "/v1\x00", "/v256\x00", 1),
		"kind with slash":   strings.Replace(honest, "entry", "en/ry", 1),
		"county X":          strings.Replace(honest, "360726", "X60726", 1),
		"seq 0":             strings.Replace(honest, "360726\x01", "360726\x00", 1),
		"seq in two bytes":  strings.Replace(honest, "360726\x01", "360726\x81\x00", 1),
		"seq 2^63":          strings.Replace(honest, "360726\x01", "360726\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 1),
		"count 0":           honest[:len(honest)-3] + "\x00\x00\x00",
		"without a command": strings.Replace(honest, "\x0bledger.post", "\x00", 1),
	}
	for name, in := range tests {
		if in == honest {
			t.Fatalf("%s: nothing changed", name)
		}
		d := translog.NewDecoder([]byte(in))
		h := translog.DecodeHeader(d)
		_, _ = d.Text(), d.Count(9)
		if err := d.Finish(); err == nil {
			t.Errorf("%s: accepted as %+v", name, h)
		}
	}
	d := translog.NewDecoder([]byte("\x00" + honest))
	d.Bool()
	if translog.DecodeHeader(d); d.Err() == nil {
		t.Error("a header that does not begin the leaf was accepted")
	}
}

func testBodies() (translog.County, translog.KeyChange) {
	_, old := testKey(translog.Origin(testCounty), 1)
	_, next := testKey(translog.Origin(testCounty), 2)
	return translog.County{Code: testCounty, Name: "寻乌县", VKey: old, Policy: []string{"four_eyes=none", "advance=30%"}},
		translog.KeyChange{Old: old, New: next, Reason: "密钥遗失"}
}

func encodeCounty(c translog.County) ([]byte, error) {
	var e translog.Encoder
	translog.AppendCounty(&e, c)
	return e.Finish()
}

func encodeKey(k translog.KeyChange) ([]byte, error) {
	var e translog.Encoder
	translog.AppendKeyChange(&e, k)
	return e.Finish()
}

func TestBodies(t *testing.T) {
	t.Parallel()
	county, change := testBodies()
	d := translog.NewDecoder(must[[]byte](t)(encodeCounty(county)))
	if diff := cmp.Diff(county, translog.DecodeCounty(d, 1)); diff != "" || d.Finish() != nil {
		t.Errorf("county: %v\n%s", d.Err(), diff)
	}
	checked := county
	checked.SecretCheck = [32]byte{1, 2, 3}
	d = translog.NewDecoder(must[[]byte](t)(encodeCounty(checked)))
	if diff := cmp.Diff(checked, translog.DecodeCounty(d, checked.Version())); diff != "" || d.Finish() != nil {
		t.Errorf("county of version 2: %v\n%s", d.Err(), diff)
	}
	for version, c := range map[uint]translog.County{1: checked, 2: county, 3: checked} {
		d := translog.NewDecoder(must[[]byte](t)(encodeCounty(c)))
		if got := translog.DecodeCounty(d, version); d.Finish() == nil {
			t.Errorf("county of version %d read as version %d: %+v", c.Version(), version, got)
		}
	}
	d = translog.NewDecoder(must[[]byte](t)(encodeKey(change)))
	if diff := cmp.Diff(change, translog.DecodeKeyChange(d)); diff != "" || d.Finish() != nil {
		t.Errorf("key: %v\n%s", d.Err(), diff)
	}
	for name, bad := range map[string]func(c *translog.County, k *translog.KeyChange){
		"code":    func(c *translog.County, k *translog.KeyChange) { c.Code = "360727"; k.New = k.Old },
		"name":    func(c *translog.County, k *translog.KeyChange) { c.Name = ""; k.Reason = "" },
		"key":     func(c *translog.County, k *translog.KeyChange) { c.VKey = "x"; k.Old = "x" },
		"base64":  func(c *translog.County, k *translog.KeyChange) { c.VKey += "\n"; k.New += "\n" },
		"no text": func(c *translog.County, k *translog.KeyChange) { c.Name = "\xff"; k.Reason = "\xff" },
		"other name": func(c *translog.County, k *translog.KeyChange) {
			_, c.VKey = testKey("x", 1)
			_, k.New = testKey("x", 1)
		},
	} {
		c, k := testBodies()
		bad(&c, &k)
		if _, err := encodeCounty(c); err == nil {
			t.Errorf("%s: county accepted", name)
		}
		if _, err := encodeKey(k); err == nil {
			t.Errorf("%s: key accepted", name)
		}
	}
}

// TestBodiesBytesRefused writes bodies with the primitives, past the checks of
// their encoders.
func TestBodiesBytesRefused(t *testing.T) {
	t.Parallel()
	county, change := testBodies()
	texts := func(ss ...string) *translog.Decoder {
		var e translog.Encoder
		for _, s := range ss {
			e.Text(s)
		}
		return translog.NewDecoder(must[[]byte](t)(e.Finish()))
	}
	for name, d := range map[string]*translog.Decoder{
		"other code": texts("360733", county.Name, county.VKey, ""),
		"no county":  texts("36", county.Name, county.VKey, ""),
		"no name":    texts(county.Code, "", county.VKey, ""),
		"no key":     texts(county.Code, county.Name, "", ""),
		"cut":        texts(county.Code, county.Name),
	} {
		if c := translog.DecodeCounty(d, 1); d.Err() == nil || c.Code != "" {
			t.Errorf("county, %s: accepted as %+v", name, c)
		}
	}
	for name, d := range map[string]*translog.Decoder{
		"same key":  texts(change.Old, change.Old, "a"),
		"no reason": texts(change.Old, change.New, ""),
		"no key":    texts("", change.New, "a"),
		"cut":       texts(change.Old, change.New),
	} {
		if k := translog.DecodeKeyChange(d); d.Err() == nil || k.New != "" {
			t.Errorf("key, %s: accepted as %+v", name, k)
		}
	}
}

// TestKeyHistory folds key records: a replaced key keeps its old heads and signs
// no new one.
func TestKeyHistory(t *testing.T) {
	t.Parallel()
	county, change := testBodies()
	keys, err := change.Apply(county.Keys(), 8)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]translog.PublicKey{{change.Old, 7}, {change.New, 0}}, keys); diff != "" {
		t.Error(diff)
	}
	if _, err := change.Apply(keys, 9); !errors.Is(err, translog.ErrKeyHistory) {
		t.Errorf("replacing a key that is not in use = %v", err)
	}
	v := must[*translog.Verifiers](t)(translog.NewVerifiers(keys...))
	leaves := history(t, 13, newRand(1))
	for _, tt := range []struct {
		size int
		seed byte
		want error
	}{{7, 1, nil}, {8, 1, translog.ErrSignature}, {8, 2, nil}, {13, 2, nil}, {7, 2, nil}, {7, 3, translog.ErrSignature}} {
		signed := must[[]byte](t)(translog.Sign(headOf(leaves[:tt.size]), testSigner(t, tt.seed)))
		if _, err := translog.Open(signed, v); !errors.Is(err, tt.want) {
			t.Errorf("head of %d by key %d: %v, want %v", tt.size, tt.seed, err, tt.want)
		}
	}
}

// TestFinding3UnhashedField (LEDGERS 0.3: Blnk's effective_date and Midaz's actor
// stood outside the hash): every field of the header and of the log's own bodies
// changes the leaf. A field added to a struct and forgotten in the codec fails
// here.
func TestFinding3UnhashedField(t *testing.T) {
	t.Parallel()
	h := testHeader(2)
	base := leafOf(t, h, "")
	changes(t, h, func(name string, v any) []byte {
		var e translog.Encoder
		translog.AppendHeader(&e, v.(translog.Header))
		e.Text("")
		e.Count(0, 0)
		b, err := e.Finish()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return b
	}, base)
	if bytes.Equal(leafOf(t, h, "a"), base) || bytes.Equal(leafOf(t, h, "", 0), base) {
		t.Error("a field of the kind does not change the leaf")
	}
	// The fields of the bodies must agree with each other, so they change by hand.
	county, change := testBodies()
	seen := map[string]bool{}
	add := func(b []byte, err error) {
		t.Helper()
		if err != nil || seen[string(b)] {
			t.Errorf("a field is not in the bytes: %x, %v", b, err)
		}
		seen[string(b)] = true
	}
	add(encodeCounty(county))
	c := county
	c.Name = "会昌县"
	add(encodeCounty(c))
	c = county
	c.VKey = change.New
	add(encodeCounty(c))
	c = county
	c.Policy = []string{"four_eyes=noneadvance=30%"}
	add(encodeCounty(c))
	c = county
	c.Code = "X-1"
	_, c.VKey = testKey(translog.Origin("X-1"), 1)
	add(encodeCounty(c))
	c = county
	c.SecretCheck = [32]byte{31: 1}
	add(encodeCounty(c))
	c.SecretCheck = [32]byte{31: 2}
	add(encodeCounty(c))
	add(encodeKey(change))
	k := change
	k.Reason = "到期"
	add(encodeKey(k))
	k = change
	k.Old, k.New = k.New, k.Old
	add(encodeKey(k))
	if n := reflect.TypeFor[translog.County]().NumField() + reflect.TypeFor[translog.KeyChange]().NumField(); n != 8 {
		t.Errorf("%d fields: this test knows 8", n)
	}
}

// changes alters each field of a struct in turn and asks that the bytes differ
// from base and from each other.
func changes(t *testing.T, v any, encode func(name string, v any) []byte, base []byte) {
	t.Helper()
	seen := map[string]string{string(base): "unchanged"}
	typ := reflect.TypeOf(v)
	for i := range typ.NumField() {
		c := reflect.New(typ).Elem()
		c.Set(reflect.ValueOf(v))
		switch f := c.Field(i); f.Kind() {
		case reflect.String:
			s := f.String()
			f.SetString(s[:len(s)-1] + string(s[len(s)-1]-1))
		case reflect.Int64:
			f.SetInt(f.Int() + 1)
		case reflect.Uint:
			f.SetUint(f.Uint() + 1)
		case reflect.Array:
			f.Index(f.Len() - 1).SetUint(f.Index(f.Len()-1).Uint() ^ 0x40)
		default:
			t.Fatalf("field %s of kind %v is not known to this test", typ.Field(i).Name, f.Kind())
		}
		name := typ.Field(i).Name
		b := string(encode(name, c.Interface()))
		if other, dup := seen[b]; dup {
			t.Errorf("%s: same bytes as %s", name, other)
		}
		seen[b] = name
	}
}

// FuzzLeaf decodes headers and bodies: never a panic, and what is accepted
// encodes to the same bytes.
func FuzzLeaf(f *testing.F) {
	county, change := testBodies()
	h := testHeader(1)
	checked := county
	checked.SecretCheck = [32]byte{1}
	h.Kind, h.Version = translog.KindCounty, checked.Version()
	var second translog.Encoder
	translog.AppendHeader(&second, h)
	translog.AppendCounty(&second, checked)
	f.Add(must[[]byte](f)(second.Finish()))
	h.Version = 1
	for kind, write := range map[string]func(e *translog.Encoder){
		translog.KindCounty: func(e *translog.Encoder) { translog.AppendCounty(e, county) },
		translog.KindKey:    func(e *translog.Encoder) { translog.AppendKeyChange(e, change) },
		"entry":             func(*translog.Encoder) {},
	} {
		var e translog.Encoder
		h.Kind = kind
		translog.AppendHeader(&e, h)
		write(&e)
		f.Add(must[[]byte](f)(e.Finish()))
	}
	f.Add(leafOf(f, testHeader(3), "拨付", 1, -1))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := translog.NewDecoder(data)
		h := translog.DecodeHeader(d)
		var e translog.Encoder
		if d.Err() == nil {
			translog.AppendHeader(&e, h)
		}
		switch h.Kind {
		case translog.KindCounty:
			if c := translog.DecodeCounty(d, h.Version); d.Err() == nil {
				translog.AppendCounty(&e, c)
			}
		case translog.KindKey:
			if k := translog.DecodeKeyChange(d); d.Err() == nil {
				translog.AppendKeyChange(&e, k)
			}
		}
		if d.Finish() != nil {
			return
		}
		if got, err := e.Finish(); err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%x was accepted and encodes to %x, %v", data, got, err)
		}
	})
}
