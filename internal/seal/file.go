package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	keyTag     = "fundbook-person-key/v1"
	masterSize = 32
	maxFile    = 64 << 10
)

// Open makes a box of a key file. The file holds one key a line, the one in use
// first, older ones after it. ErrKeyMissing when there is none: Make makes it.
func Open(path string) (*Box, error) {
	masters, err := readFile(path)
	if err != nil {
		return nil, err
	}
	b := &Box{path: path}
	if err := b.load(masters); err != nil {
		return nil, err
	}
	return b, nil
}

// Make makes the key file unless there is one, readable by its owner alone. Of
// several processes that make it at once all use the first one's.
func Make(path string) error {
	line, err := newLine()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return ErrKeyFile.Because(err)
	}
	tmp, err := write(filepath.Dir(path), line)
	if err != nil {
		return ErrKeyFile.Because(err)
	}
	defer func() { _ = os.Remove(tmp) }() // the file has its own name by then
	if err := os.Link(tmp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return ErrKeyFile.Because(err)
	}
	return syncDir(filepath.Dir(path))
}

func newLine() ([]byte, error) {
	master := make([]byte, masterSize)
	if _, err := rand.Read(master); err != nil {
		return nil, ErrKeyFile.Because(err)
	}
	return fmt.Appendf(nil, "%s %s\n", keyTag, base64.StdEncoding.EncodeToString(master)), nil
}

// write makes a whole, durable file of its own name.
func write(dir string, body []byte) (name string, err error) {
	f, err := os.CreateTemp(dir, ".person-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(body)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(f.Name()) // half a key is worse than none
		return "", err
	}
	return f.Name(), nil
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return ErrKeyFile.Because(err)
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return ErrKeyFile.Because(err)
	}
	return nil
}

// readFile reads the keys. It refuses a file that group or others can read.
func readFile(path string) (masters [][]byte, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrKeyMissing.With("%s", filepath.Base(path)).Because(err)
	}
	if err != nil {
		return nil, ErrKeyFile.Because(err)
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, ErrKeyFile.Because(err)
	}
	if !info.Mode().IsRegular() {
		return nil, ErrKeyFile.With("%s 不是普通文件", filepath.Base(path))
	}
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return nil, ErrKeyMode.With("%s 的权限是 %04o", filepath.Base(path), perm)
	}
	body, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, ErrKeyFile.Because(err)
	}
	return parse(body)
}

// parse takes one key a line.
func parse(body []byte) (masters [][]byte, err error) {
	if len(body) > maxFile {
		return nil, ErrKeyFile.With("文件过长")
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(body), "\n"), "\n") {
		text, ok := strings.CutPrefix(line, keyTag+" ")
		master, err := base64.StdEncoding.Strict().DecodeString(text)
		if !ok || err != nil || len(master) != masterSize || bytes.Count(master, master[:1]) == masterSize {
			return nil, ErrKeyFile.With("第 %d 行不是密钥", i+1)
		}
		masters = append(masters, master)
	}
	return masters, nil
}
