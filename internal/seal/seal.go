// Package seal keeps what a store knows of persons (个人信息) unreadable at rest:
// AES-256-GCM under a key that lies in a file beside the database and never in it.
//
// Nouns. A [Box] seals and opens; it is made of a key file. An index (检索值) is a
// keyed digest of a number by which equal numbers are found without opening
// anything. A commitment (承诺值) is the salted digest that stands in the log: it
// proves what was sealed once somebody opens it, and says nothing before.
//
// Laws. What was sealed opens only under its own context, so that a sealed row
// cannot be put in another's place. The key's number stands in the sealed bytes,
// so a key can be replaced and old rows still open. No error quotes a key or a
// plain text.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"

	"fundbook/internal/fault"
)

var (
	// ErrKeyMissing says that there is no key file.
	ErrKeyMissing = fault.New(fault.Unavailable, "seal.key_missing", "个人信息密钥文件不存在；请从单独保管的备份恢复，不能重新生成", "the key file of personal data is missing: restore it from its own backup, it cannot be made again")
	// ErrKeyMode refuses a key file that others can read.
	ErrKeyMode = fault.New(fault.Unavailable, "seal.key_mode", "个人信息密钥文件的权限过宽，请执行 chmod 600", "the key file of personal data can be read by others: chmod 600")
	// ErrKeyFile says that the key file cannot be read, written or understood.
	ErrKeyFile = fault.New(fault.Unavailable, "seal.key_file", "个人信息密钥文件不能读写或内容不合要求", "the key file of personal data cannot be read or written, or is not one")
	// ErrSealed says that sealed bytes do not open: changed, moved to another
	// place, or of a key that is not in the file.
	ErrSealed = fault.New(fault.Internal, "seal.unreadable", "加密的个人信息不能解开：被改动、移位，或密钥不符", "sealed personal data does not open: changed, moved, or of another key")
)

// version is the first byte of everything sealed.
const version = 1

const (
	idSize    = 4
	nonceSize = 12
	headSize  = 1 + idSize + nonceSize
)

type keyID [idSize]byte

// Box seals and opens under the keys of one file. It is safe for many users at
// once.
type Box struct {
	path string

	mu    sync.RWMutex
	keys  map[keyID]cipher.AEAD
	inUse keyID
	index []byte // key of Index: of the oldest key, so that it outlives a replacement
}

// load derives what the box works with from the masters of the file, the one in
// use first.
func (b *Box) load(masters [][]byte) error {
	keys := make(map[keyID]cipher.AEAD, len(masters))
	var first keyID
	for i, m := range masters {
		key, err := hkdf.Key(sha256.New, m, nil, "fundbook/person/seal/v1", 32)
		if err != nil {
			return ErrKeyFile.Because(err)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return ErrKeyFile.Because(err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return ErrKeyFile.Because(err)
		}
		id := idOf(m)
		keys[id] = aead
		if i == 0 {
			first = id
		}
	}
	index, err := hkdf.Key(sha256.New, masters[len(masters)-1], nil, "fundbook/person/index/v1", 32)
	if err != nil {
		return ErrKeyFile.Because(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys, b.inUse, b.index = keys, first, index
	return nil
}

// idOf is the number of a key, which tells nothing of it.
func idOf(master []byte) (id keyID) {
	h := sha256.New()
	h.Write([]byte("fundbook/person/key-id/v1\x00"))
	h.Write(master)
	copy(id[:], h.Sum(nil))
	return id
}

// Seal encrypts plain so that it opens only with the same context.
func (b *Box) Seal(plain, context []byte) ([]byte, error) {
	b.mu.RLock()
	id := b.inUse
	aead := b.keys[id]
	b.mu.RUnlock()
	out := make([]byte, headSize, headSize+len(plain)+aead.Overhead())
	out[0] = version
	copy(out[1:], id[:])
	if _, err := rand.Read(out[1+idSize : headSize]); err != nil {
		return nil, ErrKeyFile.Because(err)
	}
	return aead.Seal(out, out[1+idSize:headSize], plain, bound(out[:1+idSize], context)), nil
}

// Open decrypts what Seal made with the same context. A key that another process
// has put in the file meanwhile is found there. ErrSealed when it does not open.
func (b *Box) Open(sealed, context []byte) ([]byte, error) {
	if len(sealed) < headSize || sealed[0] != version {
		return nil, ErrSealed.With("%d 字节，版本不符", len(sealed))
	}
	id := keyID(sealed[1 : 1+idSize])
	aead, ok := b.keyOf(id)
	if !ok {
		masters, err := readFile(b.path)
		if err == nil {
			err = b.load(masters)
		}
		if err != nil {
			return nil, err
		}
		if aead, ok = b.keyOf(id); !ok {
			return nil, ErrSealed.With("密钥 %x 不在密钥文件中", id)
		}
	}
	plain, err := aead.Open(nil, sealed[1+idSize:headSize], sealed[headSize:], bound(sealed[:1+idSize], context))
	if err != nil {
		return nil, ErrSealed.With("密钥 %x", id)
	}
	return plain, nil
}

func (b *Box) keyOf(id keyID) (cipher.AEAD, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	aead, ok := b.keys[id]
	return aead, ok
}

func bound(head, context []byte) []byte {
	return append(append(make([]byte, 0, len(head)+len(context)), head...), context...)
}

// Index returns the keyed digest of a value of a kind, such as a card number: the
// same for equal values, and worth nothing to whoever lacks the key.
func (b *Box) Index(kind, value string) (out [32]byte) {
	b.mu.RLock()
	h := hmac.New(sha256.New, b.index)
	b.mu.RUnlock()
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write([]byte(value))
	h.Sum(out[:0])
	return out
}

// Salt is what makes a commitment say nothing: without it a resident number is
// found by trying all of them.
type Salt [32]byte

// NewSalt returns a random salt.
func NewSalt() (s Salt, err error) {
	if _, err := rand.Read(s[:]); err != nil {
		return s, ErrKeyFile.Because(err)
	}
	return s, nil
}

// Commit returns the salted commitment of canonical bytes: SHA-256(domain, zero,
// salt, bytes).
func Commit(domain string, salt Salt, canonical []byte) (out [32]byte) {
	h := sha256.New()
	h.Write([]byte(domain))
	h.Write([]byte{0})
	h.Write(salt[:])
	h.Write(canonical)
	h.Sum(out[:0])
	return out
}
