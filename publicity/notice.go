// Package publicity makes public what must be public (公告公示): notices, the
// evidence that they were posted, and the answers to objections.
//
// A notice is a frozen query (law 9): its content, a Sheet, is derived from the log up
// to a stated record and from the issuer's wording; what is recorded is that record's
// number, the wording and the digest of the content. The content is derived again, to
// the byte, whenever it is shown; the paper, the page behind its QR code and the ledger
// then show the same figures. Each type of DOMAIN 6.3 is a row of the table of types
// and one query (n01 … n12); everything else is the same for all.
//
// The package reads the ledger and the rooms before it, and writes only what it
// announces, where that was posted, and what was objected to it.
package publicity

import (
	"cmp"

	"fundbook/internal/fault"
)

var (
	// ErrNotice refuses content that is incomplete or contradicts itself.
	ErrNotice = fault.New(fault.Invalid, "publicity.bad_notice", "公告内容有误", "the notice's content is wrong")
	// ErrNoticeUnknown says that there is no such notice.
	ErrNoticeUnknown = fault.New(fault.NotFound, "publicity.notice_unknown", "没有这份公告", "no such notice")
	// ErrDigest says that the ledger no longer yields what was announced.
	ErrDigest = fault.New(fault.Internal, "publicity.digest", "公告内容与台账不一致", "the ledger does not yield the notice's content")
	// ErrIssued says that the same notice, of the same moment and wording, is issued
	// already.
	ErrIssued = fault.New(fault.Conflict, "publicity.issued", "内容相同的公告已在同一时点发布，请使用已发布的公告；确须另发一份的，请重新提交",
		"the same notice has been issued at the same moment; use that one, or ask again for another")
	// ErrNoAllocation says that a document brought nothing that could be announced.
	ErrNoAllocation = fault.New(fault.Refused, "publicity.nothing_to_announce", "该文件没有入账的资金来源，不能公告", "the document has no posted sources to announce")
)

// What a notice says until a county sets its own: the national hotline (12317), and how
// to object.
const (
	hotline     = "12317"
	supervision = "公告期内如对上述内容有异议，请以书面或者电话形式反映。反映情况应当客观真实，受理单位依法为反映人保密。"
)

// worded puts the issuer's words and the moment into what a query has found.
func (s *Sheet) worded(n *Notice) {
	w := &n.Wording
	s.Type, s.CutoffSeq, s.Replaces, s.Sample, s.Unreviewed = n.Type, n.CutoffSeq, n.Replaces, w.Sample, true
	s.Title, s.Number, s.Publisher = cmp.Or(w.Title, s.Title), cmp.Or(w.Number, s.Number), cmp.Or(w.Publisher, s.Publisher)
	s.Published, s.From, s.To = w.Published, w.From, w.To
	s.Hotline, s.Supervision = cmp.Or(w.Hotline, hotline), cmp.Or(w.SupervisionText, supervision)
	s.Contacts = append(append([]Fact(nil), w.Contacts...), s.Contacts...)
}
