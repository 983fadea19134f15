package translog

import (
	"bytes"
	"encoding/base64"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// The form of a proof file, c2sp.org/tlog-proof.
const (
	proofMagic = "c2sp.org/tlog-proof@v1\n"
	proofExtra = "extra "
	proofIndex = "index "
)

// Bundle (离线证明) shows without server or database that a record stands in a
// log: its index, the hashes up to the root, and the signed head of that root.
// Stored as text with the extension .tlog-proof.
type Bundle struct {
	Index  int64  // of the leaf, sequence − 1
	Hashes []Hash // from the leaf's sibling to the root's child
	Head   []byte // the signed head, verbatim
	Extra  []byte // proves nothing; the place for the leaf bytes themselves
}

// NewBundle proves that in the log of a signed head, which r can read, record
// seq has these canonical bytes. A proof that does not hold is
// never given out: stored hashes that disagree are ErrTree.
func NewBundle(r tlog.HashReader, head []byte, seq int64, leaf []byte) (Bundle, error) {
	c, err := peek(head)
	if err != nil {
		return Bundle{}, err
	}
	if seq < 1 || seq > c.Size {
		return Bundle{}, ErrRange.With("第 %d 条，日志头有 %d 条记录", seq, c.Size)
	}
	proof, err := tlog.ProveRecord(c.Size, seq-1, r)
	if err != nil {
		return Bundle{}, err
	}
	if err := tlog.CheckRecord(proof, c.Size, c.Root, seq-1, LeafHash(leaf)); err != nil {
		return Bundle{}, ErrTree.With("第 %d 条", seq).Because(err)
	}
	return Bundle{Index: seq - 1, Hashes: proof, Head: head}, nil
}

// Text returns the proof file.
func (b Bundle) Text() []byte {
	out := []byte(proofMagic)
	if len(b.Extra) > 0 {
		out = append(out, proofExtra...)
		out = base64.StdEncoding.AppendEncode(out, b.Extra)
		out = append(out, '\n')
	}
	out = append(out, proofIndex...)
	out = strconv.AppendInt(out, b.Index, 10)
	out = append(out, '\n')
	for _, h := range b.Hashes {
		out = base64.StdEncoding.AppendEncode(out, h[:])
		out = append(out, '\n')
	}
	out = append(out, '\n')
	return append(out, b.Head...)
}

// ParseBundle reads a proof file in exactly the form that Text writes. It checks
// the form alone; VerifyInclusion checks the proof.
func ParseBundle(data []byte) (Bundle, error) {
	var b Bundle
	if len(data) > 2*MaxLeaf {
		return b, ErrProofText.With("%d 字节", len(data))
	}
	rest, ok := bytes.CutPrefix(data, []byte(proofMagic))
	if !ok {
		return b, ErrProofText.With("首行")
	}
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	if extra, ok := bytes.CutPrefix(line, []byte(proofExtra)); ok {
		var err error
		if b.Extra, err = base64.StdEncoding.AppendDecode(nil, extra); err != nil {
			return Bundle{}, ErrProofText.With("extra 行")
		}
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	index, ok := bytes.CutPrefix(line, []byte(proofIndex))
	n, err := strconv.ParseInt(string(index), 10, 64)
	if !ok || err != nil || n < 0 || n >= MaxSize {
		return Bundle{}, ErrProofText.With("index 行")
	}
	b.Index = n
	for {
		line, rest, ok = bytes.Cut(rest, []byte("\n"))
		if !ok || len(b.Hashes) > maxBits {
			return Bundle{}, ErrProofText.With("散列之后没有空行")
		}
		if len(line) == 0 {
			break
		}
		h, err := parseHash(string(line))
		if err != nil {
			return Bundle{}, ErrProofText.With("第 %d 个散列", len(b.Hashes)+1)
		}
		b.Hashes = append(b.Hashes, h)
	}
	if _, err := peek(rest); err != nil {
		return Bundle{}, ErrProofText.With("日志头").Because(err)
	}
	b.Head = append([]byte(nil), rest...)
	if !bytes.Equal(b.Text(), data) {
		return Bundle{}, ErrProofText.With("写法不规范")
	}
	return b, nil
}

// VerifyInclusion checks that leaf, the canonical bytes of a record, stands in
// the log of the bundle's signed head, and that the record says so itself: its
// county is that of the log and its sequence that of its place. It returns the
// header and the head; the caller decodes the fields and sees that they say what
// was claimed.
func VerifyInclusion(b Bundle, leaf []byte, v *Verifiers) (Header, Checkpoint, error) {
	c, err := Open(b.Head, v)
	if err != nil {
		return Header{}, Checkpoint{}, err
	}
	if err := tlog.CheckRecord(b.Hashes, c.Size, c.Root, b.Index, LeafHash(leaf)); err != nil {
		return Header{}, Checkpoint{}, ErrProof.Because(err)
	}
	d := NewDecoder(leaf)
	h := DecodeHeader(d)
	if err := d.Err(); err != nil {
		return Header{}, Checkpoint{}, err
	}
	if h.County != c.County() {
		return Header{}, Checkpoint{}, ErrForeign.With("记录属于 %s，日志头属于 %s", h.County, c.County())
	}
	if h.Seq != b.Index+1 {
		return Header{}, Checkpoint{}, ErrSequence.With("第 %d 条记录自称第 %d 条", b.Index+1, h.Seq)
	}
	return h, c, nil
}

// ProveConsistency proves that the log of the newer head, which r can read, has
// that of the older as its beginning. Like NewBundle it gives out no proof that
// does not hold.
func ProveConsistency(r tlog.HashReader, older, newer Checkpoint) ([]Hash, error) {
	var proof []Hash
	if older.Size > 0 && older.Size < newer.Size {
		var err error
		if proof, err = tlog.ProveTree(newer.Size, older.Size, r); err != nil {
			return nil, err
		}
	}
	if err := VerifyConsistency(older, newer, proof); err != nil {
		return nil, err
	}
	return proof, nil
}

// VerifyConsistency checks that a log only grew between two heads, both opened
// by the caller: the newer holds all records of the older, unchanged and in
// order. A newer head that is smaller is ErrTruncated, any other contradiction
// ErrFork; both heads together, being signed, are the evidence.
func VerifyConsistency(older, newer Checkpoint, proof []Hash) error {
	if older.Origin != newer.Origin {
		return ErrForeign.With("%s 与 %s", older.Origin, newer.Origin)
	}
	for _, c := range []Checkpoint{older, newer} {
		if why := c.wrong(); why != "" {
			return ErrHead.With("%s", why)
		}
	}
	if older.Size > newer.Size {
		return ErrTruncated.With("先前有 %d 条记录，现在只有 %d 条", older.Size, newer.Size)
	}
	if older.Size == newer.Size && older.Root != newer.Root {
		return ErrFork.With("第 %d 条记录处有两个根", older.Size)
	}
	if older.Size == 0 || older.Size == newer.Size {
		if len(proof) != 0 {
			return ErrProof.With("不应有散列")
		}
		return nil
	}
	if err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return ErrFork.With("%d 条与 %d 条记录之间", older.Size, newer.Size).Because(err)
	}
	return nil
}
