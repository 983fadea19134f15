package publicity

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"fundbook/intake"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

var (
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

// hotline is the national hotline (12317) until a county sets its own.
const (
	hotline     = "12317"
	supervision = "公告期内如对上述资金分配有异议，请以书面或者电话形式反映。反映情况应当客观真实，受理单位依法为反映人保密。"
)

// Prepared is a notice ready to be issued: its record and its paper.
type Prepared struct {
	Notice
	PDF []byte
}

func (c *Allocation) digest() ([32]byte, error) {
	b, err := c.canonical()
	return sha256.Sum256(append([]byte("fundbook/notice/N1/v1\x00"), b...)), err
}

func (c *Allocation) paper(n *Notice, fonts *Fonts) ([]byte, error) {
	p := *c
	p.Code, p.DigestHex = n.Code(), hex.EncodeToString(n.Digest[:])
	if host := n.Wording.Host; host != "" { // else the paper carries no QR code: none is better than one that leads nowhere
		p.VerifyURL = strings.TrimSuffix(host, "/") + "/v/" + p.Code + "?h=" + p.DigestHex[:24]
	}
	return renderAllocation(fonts, p)
}

func newAllocation(doc *intake.Document, n *Notice) Allocation {
	w := n.Wording
	title := cmp.Or(w.Title, doc.Title)
	if !strings.Contains(title, "公告") && !strings.Contains(title, "公示") {
		title += "分配结果公告"
	}
	c := Allocation{
		Title: title, Number: cmp.Or(w.Number, doc.ID), Publisher: cmp.Or(w.Publisher, doc.Issuer, doc.Unit),
		Published: w.Published.String(), PeriodFrom: w.From.String(), PeriodTo: w.To.String(), LongTerm: w.To.IsZero(),
		FundYear: fundYear(doc), CutoffSeq: n.CutoffSeq, Sample: w.Sample, Unreviewed: true,
		Hotline: cmp.Or(w.Hotline, hotline), SupervisionText: cmp.Or(w.SupervisionText, supervision), Contacts: w.Contacts,
	}
	c.Lead = fmt.Sprintf("根据扶贫资金、衔接资金公告公示的规定，现将%s《%s》的资金来源和分配结果予以公告。", doc.Unit, doc.Title)
	if doc.URL != "" {
		c.Contacts = append(append([]Fact(nil), c.Contacts...), Fact{"数据出处", doc.URL})
	}
	return c
}

// addSources sums the authority issued per lot (E01 and its corrections).
func (c *Allocation) addSources(lots []ledger.Lot, entries []ledger.Entry) {
	sums := map[ledger.LotID]int64{}
	for i := range entries {
		for _, l := range entries[i].Lines() {
			if l.Key.Account[0] == '6' {
				sums[l.Key.Lot] -= int64(l.Net())
			}
		}
	}
	for i := range lots {
		l := &lots[i]
		document := string(l.DocNo)
		if document == "" && l.Printed != "" {
			document = "原文印作“" + l.Printed + "”"
		}
		c.Sources = append(c.Sources, AllocationSource{l.Tier.Chinese(), l.Name, document, sums[l.ID]})
		c.SourcesFen += sums[l.ID]
	}
}

// addRows lists what was allocated, one row per line of an allocation, in order
// of recording. A red line cancels the row it corrects.
func (c *Allocation) addRows(lots map[ledger.LotID]*ledger.Lot, entries []ledger.Entry) {
	for i := range entries {
		for _, l := range entries[i].Lines() {
			switch l.Key.Account {
			case "7103", "7104", "7105", "7106":
			default:
				continue
			}
			if l.Net() == 0 {
				continue
			}
			row := AllocationRow{Recipient: l.Key.Unit, Source: lots[l.Key.Lot].Tier.Chinese(), Fen: int64(l.Net()), Inferred: l.Inferred}
			if row.Recipient == "" {
				row.Recipient = "未列明单位"
			}
			parts := strings.SplitN(l.Note, "｜", 3)
			row.Project = parts[0]
			if len(parts) > 1 {
				row.Place = parts[1]
			}
			if len(parts) > 2 {
				row.Content = parts[2]
			}
			c.Rows = append(c.Rows, row)
			c.AllocatedFen += row.Fen
		}
	}
	c.cancelRows()
	for i := range c.Rows {
		c.Rows[i].Seq = i + 1
	}
}

// cancelRows takes out pairs of a row and its opposite.
func (c *Allocation) cancelRows() {
	type what struct {
		recipient, project, source string
		fen                        int64
	}
	open := map[what][]int{}
	drop := map[int]bool{}
	for i, r := range c.Rows {
		opposite := what{r.Recipient, r.Project, r.Source, -r.Fen}
		if at := open[opposite]; len(at) > 0 {
			drop[i], drop[at[len(at)-1]] = true, true
			open[opposite] = at[:len(at)-1]
			continue
		}
		k := what{r.Recipient, r.Project, r.Source, r.Fen}
		open[k] = append(open[k], i)
	}
	if len(drop) == 0 {
		return
	}
	var kept []AllocationRow
	for i, r := range c.Rows {
		if !drop[i] {
			kept = append(kept, r)
		}
	}
	c.Rows = kept
}

func findingText(f intake.Finding) string {
	s := f.Code.Chinese() + "：" + f.Detail
	if f.Amount != nil {
		s += "（" + f.Amount.Grouped() + "元）"
	}
	return s
}
