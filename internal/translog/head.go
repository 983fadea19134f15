package translog

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxHead bounds a signed head, co-signatures included.
const maxHead = 1 << 16

const originPrefix = "fundbook/"

// Origin names the log of a county, in heads and as the name of its keys.
func Origin(county string) string { return originPrefix + county }

// Checkpoint (日志头) is the head of a log: at this size it has this root. A
// signed one commits its signer to every record before it, for ever. The text is
// that of c2sp.org/tlog-checkpoint without extension lines.
type Checkpoint struct {
	Origin string // Origin(county)
	Size   int64  // number of records; the last one has this sequence
	Root   Hash
}

// County returns the county whose log it is.
func (c Checkpoint) County() string { return strings.TrimPrefix(c.Origin, originPrefix) }

// String returns the text that is signed: origin, size and root, a line each.
func (c Checkpoint) String() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// ParseCheckpoint reads the text of a head, in exactly the form String writes.
func ParseCheckpoint(text string) (Checkpoint, error) {
	var c Checkpoint
	lines := strings.SplitN(text, "\n", 5)
	if len(lines) != 4 {
		return c, ErrHead.With("应为三行")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return c, ErrHead.With("记录数 %q", clip(lines[1]))
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return c, ErrHead.With("根 %q", clip(lines[2]))
	}
	c = Checkpoint{lines[0], size, root}
	if c.String() != text {
		return Checkpoint{}, ErrHead.With("写法不规范")
	}
	if why := c.wrong(); why != "" {
		return Checkpoint{}, ErrHead.With("%s", why)
	}
	return c, nil
}

// wrong says what of c is not allowed, or nothing.
func (c Checkpoint) wrong() string {
	switch {
	case !strings.HasPrefix(c.Origin, originPrefix) || !ValidCounty(c.County()):
		return "来源 " + strconv.Quote(clip(c.Origin))
	case c.Size < 0 || c.Size > MaxSize:
		return "记录数 " + strconv.FormatInt(c.Size, 10)
	case c.Size == 0 && c.Root != emptyRoot:
		return "空日志的根"
	}
	return ""
}

// parseHash reads base64 in its one form.
func parseHash(s string) (Hash, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != tlog.HashSize || len(s) != 44 {
		return Hash{}, ErrHead
	}
	return Hash(b), nil
}

// Sign signs a head as a note (Ed25519, deterministic). One signer must be the
// log's own, named by the origin; others, such as witnesses, may sign with it.
func Sign(c Checkpoint, signers ...note.Signer) ([]byte, error) {
	if why := c.wrong(); why != "" {
		return nil, ErrHead.With("%s", why)
	}
	own := false
	for _, s := range signers {
		own = own || s.Name() == c.Origin
	}
	if !own {
		return nil, ErrSignature.With("没有 %s 的密钥", c.Origin)
	}
	signed, err := note.Sign(&note.Note{Text: c.String()}, signers...)
	if err != nil {
		return nil, ErrSignature.Because(err)
	}
	return signed, nil
}

// Verifiers are the public keys that somebody trusts, of one county or of many.
type Verifiers struct {
	list  note.Verifiers
	until map[keyID]int64
}

// keyID identifies a key within a note.
type keyID struct {
	name string
	hash uint32
}

// NewVerifiers makes a set of public keys. Old keys belong in it as well, each
// with the largest head it may sign.
func NewVerifiers(keys ...PublicKey) (*Verifiers, error) {
	var list []note.Verifier
	until := map[keyID]int64{}
	for _, k := range keys {
		name, v, err := parseVKey(k.VKey)
		if err != nil {
			return nil, err
		}
		id := keyID{name, v.KeyHash()}
		if _, dup := until[id]; dup {
			return nil, ErrKey.With("公钥重复 %s+%08x", name, v.KeyHash())
		}
		until[id] = k.Until
		list = append(list, v)
	}
	return &Verifiers{note.VerifierList(list...), until}, nil
}

// Open verifies a signed head. It asks for a signature by a trusted key whose
// name is the origin and whose time is not over; signatures by strangers are
// ignored, a wrong signature under a trusted key is refused.
func Open(signed []byte, v *Verifiers) (Checkpoint, error) {
	if len(signed) > maxHead {
		return Checkpoint{}, ErrHead.With("%d 字节", len(signed))
	}
	if v == nil {
		v = &Verifiers{} // nobody is trusted
	}
	n, err := note.Open(signed, v.list)
	if err != nil {
		return Checkpoint{}, ErrSignature.Because(err)
	}
	c, err := ParseCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	for _, s := range n.Sigs {
		until := v.until[keyID{s.Name, s.Hash}]
		if s.Name == c.Origin && (until == 0 || c.Size <= until) {
			return c, nil
		}
	}
	return Checkpoint{}, ErrSignature.With("签名者不是 %s 当时的密钥", c.Origin)
}

// peek reads a signed head without verifying it.
func peek(signed []byte) (Checkpoint, error) {
	end := bytes.LastIndex(signed, []byte("\n\n"))
	if end < 0 || len(signed) > maxHead {
		return Checkpoint{}, ErrHead
	}
	return ParseCheckpoint(string(signed[:end+1]))
}
