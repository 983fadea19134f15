package publicity

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"fundbook/internal/translog"
	"fundbook/ledger"
)

// Sheet (公告内容) is the frozen content of a notice of any type: what a query over
// the log up to a record, and the issuer's wording, come to. The paper only lays it
// out, the page behind the QR code shows it, and its digest is what is recorded.
type Sheet struct {
	Type      NoticeType  `json:"type"`
	Title     string      `json:"title"`
	Number    string      `json:"number"` // 公告编号
	Publisher string      `json:"publisher"`
	Published ledger.Date `json:"published"`
	From      ledger.Date `json:"from"`
	To        ledger.Date `json:"to,omitzero"`        // last day of the period; zero: long-term (长期公开)
	Replaces  string      `json:"replaces,omitempty"` // code of the notice that this one corrects (更正)

	Lead  []string `json:"lead"`
	Parts []Part   `json:"parts"`

	Supervision string `json:"supervision"`
	Hotline     string `json:"hotline"`
	Contacts    []Fact `json:"contacts,omitempty"`

	CutoffSeq  int64 `json:"cutoff_seq"`
	Sample     bool  `json:"sample,omitempty"`     // 样例数据
	Unreviewed bool  `json:"unreviewed,omitempty"` // nobody but its maker has seen it (未审核)

	// What is not said on it: whose it is, and the projects whose gates it opens.
	town     string
	projects []string
}

// Part (公告内容之一项) is one of the things that a notice must or may state, under
// the heading that the rules give it.
type Part struct {
	Name  string   `json:"name"` // the required content that it is, such as 资金来源
	Text  []string `json:"text,omitempty"`
	Facts []Fact   `json:"facts,omitempty"`
	Table Grid     `json:"table,omitzero"`
	Note  string   `json:"note,omitempty"` // under the table
}

// Grid (公告表格) is a table of a notice. The last row adds up the columns of money,
// unless it has no rows.
type Grid struct {
	Columns []GridColumn `json:"columns"`
	Rows    []GridRow    `json:"rows"`
	Total   []Cell       `json:"total,omitempty"` // as many as columns; none: no total stands under the table
}

// GridColumn is one column of a notice's table.
type GridColumn struct {
	Head string   `json:"head"`
	Kind CellKind `json:"kind"`
}

// CellKind says what stands in a column.
type CellKind string

// The kinds of cells.
const (
	CellText  CellKind = "text"
	CellShort CellKind = "short" // centred
	CellMoney CellKind = "money" // fen, printed in yuan with two decimals
	CellCount CellKind = "count" // a whole number
)

// GridRow is one row of a notice's table.
type GridRow struct {
	Cells []Cell `json:"cells"`
	// Seal is the commitment of the person that the row is about, as the log has it.
	// The digest of the notice holds it instead of the words, so that the notice can be
	// checked for ever, also when the person's data are sealed (law 9).
	Seal ledger.Digest `json:"seal,omitzero"`
}

// Cell is a word, or an amount in fen, or a number.
type Cell struct {
	Text string `json:"text,omitempty"`
	N    int64  `json:"n,omitempty"`
}

// text, money and count make cells.
func text(s string) Cell              { return Cell{Text: s} }
func money(a ledger.Amount) Cell      { return Cell{N: int64(a)} }
func count[N ~int | ~int64](n N) Cell { return Cell{N: int64(n)} }

// sum sets the total of a table: 合计 in its first column of words, and the sum of each
// column of money.
func (g *Grid) sum() error {
	g.Total = make([]Cell, len(g.Columns))
	named := false
	for i, c := range g.Columns {
		switch {
		case c.Kind == CellMoney:
			total, err := g.column(i)
			if err != nil {
				return err
			}
			g.Total[i] = money(total)
		case !named && c.Kind != CellCount:
			g.Total[i], named = text("合计"), true
		}
	}
	return nil
}

// column adds a column of money up.
func (g *Grid) column(i int) (ledger.Amount, error) {
	var total ledger.Amount
	for r := range g.Rows {
		v := ledger.Amount(g.Rows[r].Cells[i].N)
		next := total + v
		if v != 0 && (next > total) != (v > 0) {
			return 0, ErrNotice.With("“%s”一栏合计超出范围", g.Columns[i].Head)
		}
		total = next
	}
	return total, nil
}

// part returns the part of a name.
func (s *Sheet) part(name string) *Part {
	i := slices.IndexFunc(s.Parts, func(p Part) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Parts[i]
}

// check refuses content that lacks what its type requires, that does not add up, or
// that holds what must never be made public.
func (s *Sheet) check() error {
	row, err := typeOf(s.Type)
	if err != nil {
		return err
	}
	for _, f := range []struct{ name, value string }{
		{"标题", s.Title},
		{"公告编号", s.Number},
		{"发布单位", s.Publisher},
		{"公告依据", strings.Join(s.Lead, "")},
		{"监督方式", s.Supervision},
		{"监督电话", s.Hotline},
	} {
		if strings.TrimSpace(f.value) == "" {
			return ErrNotice.With("%s 没有%s", s.Type, f.name)
		}
	}
	if s.Published.IsZero() || s.From.IsZero() || (!s.To.IsZero() && s.To < s.From) {
		return ErrNotice.With("公告期自 %s 至 %s，发布日期 %s", s.From, s.To, s.Published)
	}
	if err := row.checkPeriod(s.From, s.To); err != nil {
		return err
	}
	for _, name := range row.Required {
		if p := s.part(name); p == nil || p.empty() {
			return ErrRequired.With("%s %s 缺“%s”（%s）", s.Type, row.Title, name, row.Basis)
		}
	}
	for i := range s.Parts {
		if err := s.Parts[i].Table.check(s.Parts[i].Name); err != nil {
			return err
		}
	}
	return s.checkPrivate()
}

func (p *Part) empty() bool { return len(p.Text) == 0 && len(p.Facts) == 0 && len(p.Table.Rows) == 0 }

// check refuses a table of ragged rows or with a total that is not the sum of them.
func (g *Grid) check(name string) error {
	for i, r := range g.Rows {
		if len(r.Cells) != len(g.Columns) {
			return ErrNotice.With("“%s”第 %d 行有 %d 格，应为 %d 格", name, i+1, len(r.Cells), len(g.Columns))
		}
	}
	if len(g.Total) == 0 {
		return nil
	}
	if len(g.Total) != len(g.Columns) {
		return ErrNotice.With("“%s”合计行有 %d 格，应为 %d 格", name, len(g.Total), len(g.Columns))
	}
	for i, c := range g.Columns {
		if c.Kind != CellMoney {
			continue
		}
		total, err := g.column(i)
		if err != nil {
			return err
		}
		if want := ledger.Amount(g.Total[i].N); total != want {
			return ErrNotice.With("“%s”的“%s”逐行相加为 %s 元，合计却为 %s 元", name, c.Head, total.Grouped(), want.Grouped())
		}
	}
	return nil
}

// Bounds of what a notice holds.
const (
	maxNoticeRows = 100_000
	maxParts      = 50
	maxColumns    = 20
	maxLines      = 1_000
)

// canonical is the form of a sheet that is hashed: every field in the order of its
// declaration. A row with a seal goes in by the seal and its figures, not its words.
func (s *Sheet) canonical() ([]byte, error) {
	var e translog.Encoder
	for _, t := range []string{string(s.Type), s.Title, s.Number, s.Publisher} {
		e.Text(t)
	}
	for _, d := range []ledger.Date{s.Published, s.From, s.To} {
		e.Day(int32(d))
	}
	e.Text(s.Replaces)
	texts(&e, s.Lead)
	e.Count(len(s.Parts), maxParts)
	for i := range s.Parts {
		s.Parts[i].encode(&e)
	}
	e.Text(s.Supervision)
	e.Text(s.Hotline)
	facts(&e, s.Contacts)
	e.Varint(s.CutoffSeq)
	e.Bool(s.Sample)
	e.Bool(s.Unreviewed)
	return e.Finish()
}

func (p *Part) encode(e *translog.Encoder) {
	e.Text(p.Name)
	texts(e, p.Text)
	facts(e, p.Facts)
	g := &p.Table
	e.Count(len(g.Columns), maxColumns)
	for _, c := range g.Columns {
		e.Text(c.Head)
		e.Text(string(c.Kind))
	}
	e.Count(len(g.Rows), maxNoticeRows)
	for i := range g.Rows {
		r := &g.Rows[i]
		e.Digest(r.Seal)
		cells(e, r.Cells, r.Seal != ledger.Digest{})
	}
	cells(e, g.Total, false)
	e.Text(p.Note)
}

func cells(e *translog.Encoder, list []Cell, sealed bool) {
	e.Count(len(list), maxColumns)
	for _, c := range list {
		if sealed {
			c.Text = ""
		}
		e.Text(c.Text)
		e.Varint(c.N)
	}
}

func texts(e *translog.Encoder, list []string) {
	e.Count(len(list), maxLines)
	for _, t := range list {
		e.Text(t)
	}
}

func facts(e *translog.Encoder, list []Fact) {
	e.Count(len(list), maxLines)
	for _, f := range list {
		e.Text(f.Label)
		e.Text(f.Text)
	}
}

// digest is what the QR code and the record bind.
func (s *Sheet) digest() ([32]byte, error) {
	b, err := s.canonical()
	return sha256.Sum256(append([]byte("fundbook/notice/v2\x00"), b...)), err
}

// mark is what the paper says of itself beside its content.
type mark struct {
	code, digest string // 核验码 and the hexadecimal digest
	url          string // of the public page; empty: no QR code is printed
}

func (s *Sheet) mark(n *Notice) mark {
	m := mark{code: n.Code(), digest: hex.EncodeToString(n.Digest[:])}
	if host := n.Wording.Host; host != "" { // none is better than one that leads nowhere
		m.url = fmt.Sprintf("%s/v/%s?h=%s", strings.TrimSuffix(host, "/"), m.code, m.digest[:24])
	}
	return m
}
