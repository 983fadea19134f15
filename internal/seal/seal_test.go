package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"fundbook/internal/seal"
)

func newBox(t *testing.T) (*seal.Box, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys", "person.key")
	if err := seal.Make(path); err != nil {
		t.Fatal(err)
	}
	b, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, path
}

func TestSealedBytesOpenOnlyInTheirOwnPlace(t *testing.T) {
	t.Parallel()
	b, _ := newBox(t)
	plain := []byte("张三 11010519491231002X")
	sealed, err := b.Seal(plain, []byte("R1/1"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("110105")) {
		t.Error("the sealed bytes show the plain text")
	}
	got, err := b.Open(sealed, []byte("R1/1"))
	if err != nil || !bytes.Equal(got, plain) {
		t.Errorf("Open = %q, %v", got, err)
	}
	again, err := b.Seal(plain, []byte("R1/1"))
	if err != nil || bytes.Equal(again, sealed) {
		t.Errorf("sealing twice gives the same bytes (%v)", err)
	}
	if _, err := b.Open(sealed, []byte("R1/2")); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("in another place: %v, want ErrSealed", err)
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := b.Open(bad, []byte("R1/1")); !errors.Is(err, seal.ErrSealed) {
			t.Fatalf("byte %d changed: %v, want ErrSealed", i, err)
		}
	}
	for n := range sealed {
		if _, err := b.Open(sealed[:n], []byte("R1/1")); !errors.Is(err, seal.ErrSealed) {
			t.Fatalf("cut at %d: %v, want ErrSealed", n, err)
		}
	}
}

// putBefore puts a new key before those of a file, as whoever replaces a key does.
func putBefore(t *testing.T, path string) {
	t.Helper()
	fresh := filepath.Join(t.TempDir(), "person.key")
	if err := seal.Make(fresh); err != nil {
		t.Fatal(err)
	}
	var lines []byte
	for _, file := range []string{fresh, path} {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, body...)
	}
	if err := os.WriteFile(path, lines, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestReplacedKeyStillOpensWhatItSealed(t *testing.T) {
	t.Parallel()
	old, path := newBox(t)
	before, err := old.Seal([]byte("甲"), nil)
	if err != nil {
		t.Fatal(err)
	}
	putBefore(t, path)
	fresh, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	after, err := fresh.Seal([]byte("乙"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(before[:5], after[:5]) {
		t.Error("the new key has the number of the old one")
	}
	for name, c := range map[string]struct {
		box    *seal.Box
		sealed []byte
		want   string
	}{
		"old row, new box":            {fresh, before, "甲"},
		"new row, new box":            {fresh, after, "乙"},
		"new row, box opened earlier": {old, after, "乙"},
	} {
		if got, err := c.box.Open(c.sealed, nil); err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if old.Index("card", "6222") != fresh.Index("card", "6222") {
		t.Error("the index changed with the key: duplicates across it are lost")
	}
}

func TestIndexTellsKindsValuesAndKeysApart(t *testing.T) {
	t.Parallel()
	a, _ := newBox(t)
	b, _ := newBox(t)
	x := a.Index("id", "1")
	if x != a.Index("id", "1") {
		t.Error("equal values differ")
	}
	for name, y := range map[string][32]byte{"value": a.Index("id", "2"), "kind": a.Index("card", "1"), "key": b.Index("id", "1")} {
		if x == y {
			t.Errorf("another %s has the same index", name)
		}
	}
}

func TestCommitmentNeedsItsSalt(t *testing.T) {
	t.Parallel()
	s, err := seal.NewSalt()
	if err != nil {
		t.Fatal(err)
	}
	other, err := seal.NewSalt()
	if err != nil {
		t.Fatal(err)
	}
	c := seal.Commit("d/v1", s, []byte("x"))
	if c != seal.Commit("d/v1", s, []byte("x")) || c == seal.Commit("d/v1", other, []byte("x")) || c == seal.Commit("d/v2", s, []byte("x")) || c == seal.Commit("d/v1", s, []byte("y")) {
		t.Error("a commitment does not depend on domain, salt and bytes alone")
	}
}

func TestKeyFileThatIsNotOneIsRefused(t *testing.T) {
	t.Parallel()
	_, path := newBox(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v, want 0600", info.Mode(), err)
	}
	for name, body := range map[string]string{
		"empty": "", "no tag": string(good[len("fundbook-"):]), "cut": string(good[:40]), "weak": "fundbook-person-key/v1 " + strings.Repeat("A", 43) + "=\n",
		"two on a line": strings.TrimSuffix(string(good), "\n") + string(good), "long": strings.Repeat(string(good), 2000),
	} {
		bad := filepath.Join(t.TempDir(), "person.key")
		if err := os.WriteFile(bad, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := seal.Open(bad)
		if !errors.Is(err, seal.ErrKeyFile) {
			t.Errorf("%s: %v, want ErrKeyFile", name, err)
		} else if secret := string(good[len("fundbook-person-key/v1 "):40]); strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error quotes the key", name)
		}
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(path); !errors.Is(err, seal.ErrKeyMode) {
		t.Errorf("readable by the group: %v, want ErrKeyMode", err)
	}
	if _, err := seal.Open(filepath.Join(t.TempDir(), "none.key")); !errors.Is(err, seal.ErrKeyMissing) {
		t.Errorf("no file: %v, want ErrKeyMissing", err)
	}
	if _, err := seal.Open(t.TempDir()); !errors.Is(err, seal.ErrKeyFile) {
		t.Errorf("a directory: %v, want ErrKeyFile", err)
	}
}

func TestProcessesThatMakeTheKeyAtOnceShareIt(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "person.key")
	boxes := make([]*seal.Box, 8)
	errs := make([]error, len(boxes))
	var wg sync.WaitGroup
	for i := range boxes {
		wg.Go(func() {
			if errs[i] = seal.Make(path); errs[i] == nil {
				boxes[i], errs[i] = seal.Open(path)
			}
		})
	}
	wg.Wait()
	for i, b := range boxes {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		if b.Index("id", "1") != boxes[0].Index("id", "1") {
			t.Errorf("box %d has another key", i)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("files left beside the key: %v, %v", left, err)
	}
}
