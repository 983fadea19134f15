package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/publicity"
)

var (
	// ErrNoticeProof refuses a proof of a notice that does not hold: forged, damaged, of
	// another log, or signed by nobody who is trusted.
	ErrNoticeProof = fault.New(fault.Refused, "notice.proof", "公告的离线证明不成立", "the notice's offline proof does not hold")
	// ErrNoticePaper says that the paper is not the one that was issued.
	ErrNoticePaper = fault.New(fault.Refused, "notice.paper", "纸面文件与登记的不同：不一致", "the paper is not the one that was issued")
)

// NoticeClaim (公告证明内容) is what an offline proof of a notice establishes: the notice
// as recorded, its content, and where in which log it stands.
type NoticeClaim struct {
	County string           `json:"county"`
	Seq    int64            `json:"seq"`
	Size   int64            `json:"size"` // of the signed log
	Root   string           `json:"root"`
	Code   string           `json:"code"`
	Digest ledger.Digest    `json:"digest"`
	PDF    ledger.Digest    `json:"pdf"` // SHA-256 of the paper as issued
	Notice publicity.Notice `json:"-"`
	Sheet  publicity.Sheet  `json:"content"`
}

// packNotice puts the record's bytes and the sheet's side by side, for the extra line of
// a proof.
func packNotice(leaf, sheet []byte) []byte {
	out := binary.AppendUvarint(nil, uint64(len(leaf)))
	return append(append(out, leaf...), sheet...)
}

func unpackNotice(extra []byte) (leaf, sheet []byte, ok bool) {
	n, used := binary.Uvarint(extra)
	if used <= 0 || n > uint64(len(extra)-used) {
		return nil, nil, false
	}
	rest := extra[used:]
	return rest[:n], rest[n:], true
}

// CheckNotice checks the offline proof of a notice against keys that the reader trusts,
// without server or database: the head is signed by one of them, the record stands in
// that log at its place, it is a notice, and its digest is that of the content. With the
// paper's bytes it also checks that the paper is the one that was issued. ErrNoticeProof,
// ErrNoticePaper.
func CheckNotice(proof, paper []byte, trusted []translog.PublicKey) (NoticeClaim, error) {
	bundle, err := translog.ParseBundle(proof)
	if err != nil {
		return NoticeClaim{}, ErrNoticeProof.Because(err)
	}
	leaf, content, ok := unpackNotice(bundle.Extra)
	if !ok {
		return NoticeClaim{}, ErrNoticeProof.With("证明不含公告记录")
	}
	verifiers, err := translog.NewVerifiers(trusted...)
	if err != nil {
		return NoticeClaim{}, err
	}
	head, at, err := translog.VerifyInclusion(bundle, leaf, verifiers)
	if err != nil {
		return NoticeClaim{}, ErrNoticeProof.Because(err)
	}
	if head.Kind != publicity.KindNotice {
		return NoticeClaim{}, ErrNoticeProof.With("第 %d 条记录是 %s，不是公告", head.Seq, head.Kind)
	}
	d := translog.NewDecoder(leaf)
	translog.DecodeHeader(d)
	n, err := publicity.DecodeNotice(d)
	if err != nil {
		return NoticeClaim{}, ErrNoticeProof.Because(err)
	}
	sheet, digest, err := publicity.ParseSheet(content)
	if err != nil {
		return NoticeClaim{}, ErrNoticeProof.Because(err)
	}
	if digest != n.Digest {
		return NoticeClaim{}, ErrNoticeProof.With("内容摘要 %x，登记的为 %x", digest[:6], n.Digest[:6])
	}
	claim := NoticeClaim{
		County: head.County, Seq: head.Seq, Size: at.Size, Root: at.Root.String(), Code: n.Code(),
		Digest: ledger.Digest(n.Digest), PDF: ledger.Digest(n.PDF), Notice: n, Sheet: sheet,
	}
	if paper != nil {
		if got := sha256.Sum256(paper); !bytes.Equal(got[:], n.PDF[:]) {
			return claim, ErrNoticePaper.With("公告 %s：文件的散列 %x，登记的为 %x；真实内容见所附", n.Code(), got[:6], n.PDF[:6])
		}
	}
	return claim, nil
}
