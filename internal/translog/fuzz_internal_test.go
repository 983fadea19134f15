package translog

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FuzzKeyFile reads any bytes as a key file: what is accepted is a key whose
// public half can be told.
func FuzzKeyFile(f *testing.F) {
	skey, _, err := GenerateKey(Origin("360726"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(skey + "\n"))
	f.Add([]byte("PRIVATE+KEY+a+00000000+AQ=="))
	f.Fuzz(func(t *testing.T, data []byte) {
		skey, err := parseKeyFile(data)
		if err != nil {
			return
		}
		vkey, err := PublicOf(skey)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if _, _, err := parseVKey(vkey); err != nil {
			t.Fatalf("%q: %v", vkey, err)
		}
	})
}

// TestPlainTextIsCanonical: what is taken for plain without the tables is UTF-8 in
// form NFC, alone and beside anything.
func TestPlainTextIsCanonical(t *testing.T) {
	t.Parallel()
	plain := 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		s := string(r)
		if !isPlain(s) {
			continue
		}
		plain++
		if !utf8.ValidRune(r) || !norm.NFC.IsNormalString("e"+s) || norm.NFC.PropertiesString(s).CCC() != 0 {
			t.Fatalf("%U is taken for plain", r)
		}
		if p := norm.NFC.PropertiesString(s); len(p.Decomposition()) > 0 {
			t.Fatalf("%U decomposes", r)
		}
	}
	if want := 0x80 + 0x9fff - 0x4e00 + 1; plain != want {
		t.Errorf("%d runes are plain, want %d", plain, want)
	}
	for _, s := range []string{"\xe5", "\xe5\x80", "县\xe5\x80", "\xe4\xb7\xbf", "\xe5\x28\xa1", "\xe5\x80\x28", "e\u0301", "か\u3099"} {
		if isPlain(s) {
			t.Errorf("%q is taken for plain", s)
		}
	}
}
