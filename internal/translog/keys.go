package translog

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// maxKeyFile bounds what is read of a key file.
const maxKeyFile = 4096

// algEd25519 is the algorithm byte of sumdb/note keys.
const algEd25519 = 1

// PublicKey is a key that signs, or once signed, the heads of a log.
type PublicKey struct {
	VKey  string // in the form of sumdb/note
	Until int64  // the largest head it may sign; 0 for the key in use
}

// GenerateKey makes a signing key. The name of a log's key is its Origin. skey
// is secret: it goes into a key file and nowhere else.
func GenerateKey(name string) (skey, vkey string, err error) {
	skey, vkey, err = note.GenerateKey(rand.Reader, name)
	if err != nil {
		return "", "", ErrKey.Because(err)
	}
	if _, err := NewSigner(skey); err != nil {
		return "", "", err
	}
	return skey, vkey, nil
}

// NewSigner returns the signer of a secret key. No error of this room ever
// quotes a secret key.
func NewSigner(skey string) (note.Signer, error) {
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	return s, nil
}

// PublicOf returns the public key of a secret one, so that serve can compare its
// key file with the county's record.
func PublicOf(skey string) (vkey string, err error) {
	s, err := NewSigner(skey)
	if err != nil {
		return "", err
	}
	seed, err := base64.StdEncoding.DecodeString(strings.SplitN(skey, "+", 5)[4]) // the key itself may hold a +
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", ErrKey
	}
	pub := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	vkey, err = note.NewEd25519VerifierKey(s.Name(), pub)
	if err != nil {
		return "", ErrKey.Because(err)
	}
	return vkey, nil
}

// parseVKey reads a public key and takes only the one way to write it, so that
// equal keys are equal strings.
func parseVKey(vkey string) (name string, v note.Verifier, err error) {
	v, err = note.NewVerifier(vkey)
	if err != nil {
		return "", nil, ErrKey.Because(err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.SplitN(vkey, "+", 3)[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != algEd25519 {
		return "", nil, ErrKey
	}
	again, err := note.NewEd25519VerifierKey(v.Name(), key[1:])
	if err != nil || again != vkey {
		return "", nil, ErrKey.With("公钥写法不规范")
	}
	return v.Name(), v, nil
}

// isKeyOf reports whether vkey is a well-formed public key of that name.
func isKeyOf(vkey, name string) bool {
	got, _, err := parseVKey(vkey)
	return err == nil && got == name
}

// WriteKeyFile stores a secret key, readable by its owner alone, and makes it
// durable. It never overwrites: a lost signing key cannot be made again.
func WriteKeyFile(path, skey string) (err error) {
	if _, err := NewSigner(skey); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrKeyExists.With("%s", path)
	}
	if err != nil {
		return ErrKeyFile.With("%s", path).Because(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(path) // half a key is worse than none
			err = ErrKeyFile.With("%s", path).Because(err)
		}
	}()
	_, err = f.WriteString(skey + "\n")
	if err == nil {
		err = f.Chmod(0o600) // whatever the umask
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes the name of a new file durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}

// ReadKeyFile reads a secret key. It refuses a file that group or others can
// read, because such a key proves nothing any more.
func ReadKeyFile(path string) (skey string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", ErrKeyFile.With("%s", path).Because(err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()            // of the open file: no race with its name
	if err != nil {
		return "", ErrKeyFile.With("%s", path).Because(err)
	}
	if !info.Mode().IsRegular() {
		return "", ErrKeyFile.With("%s 不是普通文件", path)
	}
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return "", ErrKeyMode.With("%s 的权限是 %04o，请执行 chmod 600", path, perm)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return "", ErrKeyFile.With("%s", path).Because(err)
	}
	return parseKeyFile(data)
}

// parseKeyFile takes one key on one line, the line feed optional for keys that
// an operator pasted.
func parseKeyFile(data []byte) (string, error) {
	if len(data) > maxKeyFile {
		return "", ErrKey.With("密钥文件过长")
	}
	skey := strings.TrimSuffix(string(data), "\n")
	if _, err := NewSigner(skey); err != nil {
		return "", err
	}
	return skey, nil
}
