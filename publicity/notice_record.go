package publicity

import (
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// KindNotice is the kind of the record that an issued notice becomes.
const KindNotice = "notice"

// NoticeType (公告类型) is a row of DOMAIN 6.3.
type NoticeType string

// N1 announces the result of an allocation (资金分配结果公告).
const N1 NoticeType = "N1"

// templateVersion is the version of the wording and of the query behind N1; old
// notices keep theirs.
const templateVersion = 1

// Notice (公告) is an issued notice as the log keeps it: what it is about, up to
// which record its figures reach, and the digest of its content. The content
// itself is derived from the ledger again, byte for byte, whenever it is shown.
type Notice struct {
	ID        ledger.ID
	Type      NoticeType
	Template  int
	About     string // key of the document
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
	n := Notice{ID: d.ID(), Type: NoticeType(d.Text()), Template: int(d.Varint()), About: d.Text(), CutoffSeq: d.Varint()}
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

// canonical is the form of an allocation's content that is hashed: every field
// in the order of its declaration, without code, digest and address, which
// follow from it.
func (c *Allocation) canonical() ([]byte, error) {
	var e translog.Encoder
	for _, s := range []string{c.Title, c.Number, c.Publisher, c.Published, c.PeriodFrom, c.PeriodTo, c.Lead, c.TotalWords, c.SupervisionText, c.Hotline} {
		e.Text(s)
	}
	e.Bool(c.LongTerm)
	e.Varint(int64(c.FundYear))
	e.Count(len(c.Sources), maxNoticeRows)
	for _, s := range c.Sources {
		e.Text(s.Tier)
		e.Text(s.Name)
		e.Text(s.Document)
		e.Varint(s.Fen)
	}
	e.Count(len(c.Rows), maxNoticeRows)
	for _, r := range c.Rows {
		e.Varint(int64(r.Seq))
		for _, s := range []string{r.Recipient, r.Project, r.Place, r.Content, r.Source} {
			e.Text(s)
		}
		e.Varint(r.Fen)
		e.Bool(r.Inferred)
	}
	e.Varint(c.SourcesFen)
	e.Varint(c.AllocatedFen)
	e.Varint(c.UnallocatedFen)
	e.Count(len(c.Contacts), maxContacts)
	for _, f := range c.Contacts {
		e.Text(f.Label)
		e.Text(f.Text)
	}
	e.Varint(c.CutoffSeq)
	e.Bool(c.Sample)
	e.Bool(c.Unreviewed)
	e.Count(len(c.Findings), maxNoticeRows)
	for _, f := range c.Findings {
		e.Text(f)
	}
	return e.Finish()
}

const maxNoticeRows = 100_000
