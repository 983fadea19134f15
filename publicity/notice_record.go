package publicity

import (
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// KindNotice is the kind of the record that an issued notice becomes.
const KindNotice = "notice"

// noticeVersion is the version of the record: 2 since notices of every type are sheets.
const noticeVersion = 2

// Notice (公告) is an issued notice as the log keeps it: what it is about, up to
// which record its figures reach, and the digest of its content. The content
// itself is derived from the ledger again, byte for byte, whenever it is shown.
type Notice struct {
	ID        ledger.ID
	Type      NoticeType
	Template  int    // version of the query behind the type
	About     string // what it is about; see Subject
	Replaces  string // code of the notice that it corrects; "" for a first one
	CutoffSeq int64
	Wording   Wording
	Digest    [32]byte
	PDF       [32]byte // SHA-256 of the PDF as issued
}

// Wording is what the issuer says of a notice; figures and names of funds come
// from the ledger.
type Wording struct {
	Number          string      `json:"number" validate:"max=80"` // 公告编号
	Title           string      `json:"title,omitempty" validate:"max=200"`
	Publisher       string      `json:"publisher,omitempty" validate:"max=100"`
	Published       ledger.Date `json:"published" validate:"required"`
	From            ledger.Date `json:"from" validate:"required"`
	To              ledger.Date `json:"to,omitzero"` // zero: long-term (长期公开)
	Hotline         string      `json:"hotline,omitempty" validate:"max=100"`
	Contacts        []Fact      `json:"contacts,omitempty" validate:"max=10"`
	SupervisionText string      `json:"supervision,omitempty" validate:"max=1000"`
	Host            string      `json:"host,omitempty" validate:"max=200"` // of the page behind the QR; empty: no QR is printed
	Sample          bool        `json:"sample,omitempty"`                  // 样例数据
}

const maxContacts = 10

// Code returns the code (核验码) printed on the notice.
func (n *Notice) Code() string { return translog.Code(n.Digest) }

func (n *Notice) encode() ([]byte, error) {
	var e translog.Encoder
	e.ID(n.ID)
	e.Text(string(n.Type))
	e.Varint(int64(n.Template))
	e.Text(n.About)
	e.Text(n.Replaces)
	e.Varint(n.CutoffSeq)
	w := &n.Wording
	for _, s := range []string{w.Number, w.Title, w.Publisher, w.Hotline, w.SupervisionText, w.Host} {
		e.Text(s)
	}
	e.Day(int32(w.Published))
	e.Day(int32(w.From))
	e.Day(int32(w.To))
	e.Count(len(w.Contacts), maxContacts)
	for _, c := range w.Contacts {
		e.Text(c.Label)
		e.Text(c.Text)
	}
	e.Bool(w.Sample)
	e.Digest(n.Digest)
	e.Digest(n.PDF)
	return e.Finish()
}

// DecodeNotice reads the fields of a notice record after its header.
func DecodeNotice(d *translog.Decoder) (Notice, error) {
	n := Notice{ID: d.ID(), Type: NoticeType(d.Text()), Template: int(d.Varint()), About: d.Text(), Replaces: d.Text(), CutoffSeq: d.Varint()}
	w := &n.Wording
	for _, s := range []*string{&w.Number, &w.Title, &w.Publisher, &w.Hotline, &w.SupervisionText, &w.Host} {
		*s = d.Text()
	}
	w.Published, w.From, w.To = ledger.Date(d.Day()), ledger.Date(d.Day()), ledger.Date(d.Day())
	for range d.Count(maxContacts) {
		w.Contacts = append(w.Contacts, Fact{d.Text(), d.Text()})
	}
	w.Sample = d.Bool()
	n.Digest, n.PDF = d.Digest(), d.Digest()
	return n, d.Finish()
}
