package translog_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/internal/translog"

	"golang.org/x/mod/sumdb/note"
)

func TestSignOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 300)
	got, err := translog.Open(w.signed, w.v)
	if err != nil || got != w.head || got.County() != testCounty {
		t.Fatalf("Open = %+v, %v, want %+v", got, err, w.head)
	}
	empty := headOf(nil)
	signed := must[[]byte](t)(translog.Sign(empty, testSigner(t, 1)))
	if got, err := translog.Open(signed, w.v); err != nil || got != empty {
		t.Errorf("the empty log: %+v, %v", got, err)
	}
	// After a change of key the old one still verifies, with or without the new.
	if _, err := translog.Open(w.signed, testVerifiers(t, 2, 1)); err != nil {
		t.Errorf("old key: %v", err)
	}
	// A witness may sign as well, and a stranger is ignored.
	wskey, wvkey := testKey("audit.example", 5)
	witness := must[note.Signer](t)(translog.NewSigner(wskey))
	both := must[[]byte](t)(translog.Sign(w.head, testSigner(t, 1), witness))
	if _, err := translog.Open(both, w.v); err != nil {
		t.Errorf("with an unknown witness: %v", err)
	}
	_, own := testKey(translog.Origin(testCounty), 1)
	v := must[*translog.Verifiers](t)(translog.NewVerifiers(translog.PublicKey{VKey: own}, translog.PublicKey{VKey: wvkey}))
	if _, err := translog.Open(both, v); err != nil {
		t.Errorf("with a known witness: %v", err)
	}
	if _, err := translog.Sign(w.head, witness); !errors.Is(err, translog.ErrSignature) {
		t.Errorf("a witness alone signs: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 300)
	text := string(w.signed)
	// The key of another county, trusted for that county, does not speak for this.
	oskey, ovkey := testKey(translog.Origin("360733"), 4)
	other := must[note.Signer](t)(translog.NewSigner(oskey))
	usurped := must[[]byte](t)(note.Sign(&note.Note{Text: w.head.String()}, other))
	all := must[*translog.Verifiers](t)(translog.NewVerifiers(translog.PublicKey{VKey: ovkey}))
	if _, err := translog.Open(usurped, all); !errors.Is(err, translog.ErrSignature) {
		t.Errorf("another county's key: %v", err)
	}
	sign := func(text string) string {
		return string(must[[]byte](t)(note.Sign(&note.Note{Text: text}, testSigner(t, 1))))
	}
	root := w.head.Root.String()
	for name, tt := range map[string]struct {
		signed string
		want   error
	}{
		"empty":          {"", translog.ErrSignature},
		"one byte":       {strings.Replace(text, root[:4], "AAAA", 1), translog.ErrSignature},
		"unsigned":       {w.head.String(), translog.ErrSignature},
		"long":           {strings.Repeat("a", 1<<17), translog.ErrHead},
		"extension line": {sign(w.head.String() + "extra\n"), translog.ErrHead},
		"two lines":      {sign("fundbook/360726\n3\n"), translog.ErrHead},
		"size 0300":      {sign("fundbook/360726\n0300\n" + root + "\n"), translog.ErrHead},
		"size -1":        {sign("fundbook/360726\n-1\n" + root + "\n"), translog.ErrHead},
		"size 2^62+1":    {sign("fundbook/360726\n4611686018427387905\n" + root + "\n"), translog.ErrHead},
		"empty, a root":  {sign("fundbook/360726\n0\n" + root + "\n"), translog.ErrHead},
		"short root":     {sign("fundbook/360726\n3\nAAAA\n"), translog.ErrHead},
		"loose root":     {sign("fundbook/360726\n3\n" + strings.Repeat("A", 42) + "B=\n"), translog.ErrHead},
		"other origin":   {sign("example.com\n3\n" + root + "\n"), translog.ErrHead},
		"no county":      {sign("fundbook/county\n3\n" + root + "\n"), translog.ErrHead},
	} {
		if c, err := translog.Open([]byte(tt.signed), w.v); !errors.Is(err, tt.want) {
			t.Errorf("%s: %+v, %v, want %v", name, c, err, tt.want)
		}
	}
	for name, c := range map[string]translog.Checkpoint{
		"origin": {Origin: "x", Size: 1}, "size": {Origin: w.head.Origin, Size: -1}, "empty": {Origin: w.head.Origin},
	} {
		if _, err := translog.Sign(c, testSigner(t, 1)); !errors.Is(err, translog.ErrHead) {
			t.Errorf("Sign with a wrong %s: %v", name, err)
		}
	}
	_, vkey := testKey("a", 1)
	for name, keys := range map[string][]translog.PublicKey{
		"twice": {{VKey: vkey}, {VKey: vkey}}, "malformed": {{VKey: "a+b+c"}}, "upper case": {{VKey: strings.ToUpper(vkey)}},
	} {
		if _, err := translog.NewVerifiers(keys...); !errors.Is(err, translog.ErrKey) {
			t.Errorf("NewVerifiers %s: %v", name, err)
		}
	}
}

// FuzzOpen opens any bytes as a signed head: nothing but the head that was
// signed is ever accepted.
func FuzzOpen(f *testing.F) {
	w := newWorld(f, 20)
	f.Add(w.signed)
	f.Add(must[[]byte](f)(translog.Sign(w.head, testSigner(f, 1), testSigner(f, 2))))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := translog.Open(data, w.v); err == nil && c != w.head {
			t.Fatalf("forged: %q", data)
		}
		if c, err := translog.ParseCheckpoint(string(data)); err == nil && c.String() != string(data) {
			t.Fatalf("%q was accepted and prints %q", data, c)
		}
	})
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for seed := range byte(100) { // base64 holds a + in many of them
		skey, vkey := testKey(translog.Origin("X-TEST"), seed)
		if got, err := translog.PublicOf(skey); err != nil || got != vkey {
			t.Fatalf("PublicOf(%d) = %q, %v, want %q", seed, got, err, vkey)
		}
		if _, err := translog.NewVerifiers(translog.PublicKey{VKey: vkey}); err != nil {
			t.Fatalf("NewVerifiers(%q): %v", vkey, err)
		}
	}
	skey, vkey, err := translog.GenerateKey(translog.Origin(testCounty))
	if got, perr := translog.PublicOf(skey); err != nil || perr != nil || got != vkey {
		t.Errorf("GenerateKey: %v, %v, %q, want %q", err, perr, got, vkey)
	}
	if again, _, _ := translog.GenerateKey(translog.Origin(testCounty)); again == skey {
		t.Error("two keys are equal")
	}
	for _, name := range []string{"", "a b", "a+b"} {
		if _, _, err := translog.GenerateKey(name); !errors.Is(err, translog.ErrKey) {
			t.Errorf("GenerateKey(%q): %v", name, err)
		}
	}
	secret := strings.SplitN(skey, "+", 5)[4] // base64, which has pluses of its own
	for _, bad := range []string{"", "x", skey[:len(skey)-1], strings.Replace(skey, "360726", "360727", 1), vkey} {
		_, err := translog.PublicOf(bad)
		if !errors.Is(err, translog.ErrKey) {
			t.Errorf("PublicOf(%q): %v", bad, err)
		}
		if f := fault.From(err); strings.Contains(f.Error(), secret) || f.Err != nil && strings.Contains(f.Err.Error(), secret) {
			t.Error("the error quotes the secret key")
		}
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "360726.key")
	skey, _ := testKey(translog.Origin(testCounty), 1)
	other, _ := testKey(translog.Origin(testCounty), 2)
	if err := translog.WriteKeyFile(path, skey); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := translog.WriteKeyFile(path, other); !errors.Is(err, translog.ErrKeyExists) {
		t.Errorf("a second key: %v", err)
	}
	if got, err := translog.ReadKeyFile(path); err != nil || got != skey {
		t.Errorf("ReadKeyFile = %q, %v", got, err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644, 0o610} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := translog.ReadKeyFile(path); !errors.Is(err, translog.ErrKeyMode) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := translog.ReadKeyFile(path); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
	if _, err := translog.ReadKeyFile(dir); !errors.Is(err, translog.ErrKeyFile) {
		t.Errorf("a directory: %v", err)
	}
	if _, err := translog.ReadKeyFile(filepath.Join(dir, "none")); !errors.Is(err, translog.ErrKeyFile) {
		t.Errorf("no file: %v", err)
	}
	if err := translog.WriteKeyFile(filepath.Join(dir, "none", "k"), skey); !errors.Is(err, translog.ErrKeyFile) {
		t.Errorf("no directory: %v", err)
	}
	bad := filepath.Join(dir, "bad")
	if err := translog.WriteKeyFile(bad, "x"); !errors.Is(err, translog.ErrKey) {
		t.Errorf("writing no key: %v", err)
	}
	if _, err := os.Stat(bad); err == nil {
		t.Error("a file was left behind")
	}
	for name, content := range map[string]string{"two lines": skey + "\n" + other + "\n", "empty": "", "long": strings.Repeat("a", 1<<16)} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := translog.ReadKeyFile(p); !errors.Is(err, translog.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
