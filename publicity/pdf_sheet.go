package publicity

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fundbook/ledger"
)

// Diameters in millimetres of the seals of a county department, a township and a
// village committee.
const (
	countySeal   = 45
	townshipSeal = 42
	villageSeal  = 38
)

// render sets a notice. The content comes frozen and is only laid out; what lacks
// something or contradicts itself is refused, so a paper never carries a total that
// its rows do not come to.
func (s *Sheet) render(fonts *Fonts, m mark) ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	row, err := typeOf(s.Type)
	if err != nil {
		return nil, err
	}
	lay := func(dense bool) *Doc { return s.lay(fonts, m, &row, dense) }
	if row.Board {
		return lay(false).Bytes()
	}
	return oneSheet(lay).Bytes()
}

func (s *Sheet) lay(fonts *Fonts, m mark, row *TypeRow, dense bool) *Doc {
	d := NewDoc(fonts, s.meta(m))
	d.dense, d.board = dense, row.Board
	d.Title(s.Title)
	d.Subtitle(s.Number)
	for _, p := range s.Lead {
		d.Paragraph(p)
	}
	next := headings()
	for i := range s.Parts {
		s.Parts[i].lay(d, next())
	}
	contacts := append([]Fact{{"公告期限", s.period()}, {"监督电话", s.Hotline}}, s.Contacts...)
	heading := next()
	d.KeepTogether(func() {
		d.Heading(1, heading+"监督方式")
		d.Paragraph(s.Supervision)
		d.SignAndSeal(s.Publisher, s.Published.Chinese(), row.seal())
		d.VerifyBlock(m.url, m.code, m.digest, contacts)
	})
	return d
}

// seal is the diameter of the publisher's seal.
func (r *TypeRow) seal() int {
	switch r.Type {
	case N9:
		return villageSeal
	case N4, N5, N6, N8, N10:
		return townshipSeal
	default:
		return countySeal
	}
}

func (p *Part) lay(d *Doc, number string) {
	if len(p.Text) == 0 && len(p.Facts) == 0 && d.turned(p.Table) {
		d.turn(true)
		d.heading(1, number+p.Name)
	} else {
		d.Heading(1, number+p.Name)
	}
	for _, t := range p.Text {
		d.Paragraph(t)
	}
	if len(p.Facts) > 0 {
		d.Facts(p.Facts)
	}
	if len(p.Table.Rows) > 0 {
		d.Table(p.Table.table())
	}
	if p.Note != "" {
		d.Note(p.Note)
		d.skip(2 * mm)
	}
}

// turned tells whether a table stands on a page that is turned.
func (d *Doc) turned(g Grid) bool {
	if len(g.Rows) == 0 {
		return false
	}
	t := g.table()
	_, landscape, err := d.fitTable(t.Columns, t.Rows)
	return err == nil && landscape
}

// table prints the cells of a grid; columns that are blank in every row are left out.
func (g *Grid) table() Table {
	t := Table{Rows: make([]Row, len(g.Rows))}
	if len(g.Total) > 0 {
		t.Rows = append(t.Rows, Row{Strong: true})
	}
	for i, c := range g.Columns {
		if g.blank(i) {
			continue
		}
		t.Columns = append(t.Columns, c.column())
		for r := range t.Rows {
			if r < len(g.Rows) {
				t.Rows[r].Cells = append(t.Rows[r].Cells, c.print(g.Rows[r].Cells[i], "—"))
			} else {
				t.Rows[r].Cells = append(t.Rows[r].Cells, c.print(g.Total[i], ""))
			}
		}
	}
	return t
}

// blank tells whether a column says nothing in any row.
func (g *Grid) blank(i int) bool {
	if k := g.Columns[i].Kind; k == CellMoney || k == CellCount {
		return false
	}
	for r := range g.Rows {
		if g.Rows[r].Cells[i].Text != "" {
			return false
		}
	}
	return true
}

func (c *GridColumn) column() Column {
	switch c.Kind {
	case CellMoney:
		return Column{Head: c.Head + "（元）", Align: AlignRight}
	case CellCount, CellShort:
		return Column{Head: c.Head, Align: AlignCenter}
	case CellText:
	}
	return Column{Head: c.Head}
}

func (c *GridColumn) print(cell Cell, none string) string {
	switch c.Kind {
	case CellMoney:
		return ledger.Amount(cell.N).Grouped()
	case CellCount:
		if cell.N == 0 && cell.Text == "" {
			return none
		}
		return strconv.FormatInt(cell.N, 10)
	case CellText, CellShort:
	}
	if cell.Text == "" {
		return none
	}
	return cell.Text
}

// headings counts 一、二、三、….
func headings() func() string {
	n := 0
	return func() string {
		n++
		return ordinal(n) + "、"
	}
}

// ordinal is a number up to 99 in Chinese numerals.
func ordinal(n int) string {
	const units = "一二三四五六七八九"
	one := func(n int) string { return string([]rune(units)[n-1]) }
	switch {
	case n < 10:
		return one(n)
	case n == 10:
		return "十"
	case n < 20:
		return "十" + one(n-10)
	case n%10 == 0:
		return one(n/10) + "十"
	}
	return one(n/10) + "十" + one(n%10)
}

func (s *Sheet) meta(m mark) Meta {
	out := Meta{
		Title: s.Title, Author: s.Publisher, Subject: s.Number, Keywords: "公告公示 " + string(s.Type) + " " + m.code,
		Date:   time.Date(s.Published.Year(), time.Month(s.Published.Month()), s.Published.Day(), 0, 0, 0, 0, time.UTC),
		Footer: s.Number,
		Trace:  fmt.Sprintf("核验码 %s　账本截至第 %d 号记录", m.code, s.CutoffSeq),
	}
	var marks []string
	if s.Sample {
		marks = append(marks, "样例数据，不是正式公告")
		out.Watermark = "样例数据"
	}
	if s.Unreviewed {
		marks = append(marks, "未审核")
	}
	if s.Replaces != "" {
		marks = append(marks, "更正公告，替代核验码 "+s.Replaces)
	}
	out.Banner = strings.Join(marks, "　")
	return out
}

func (s *Sheet) period() string {
	if s.To.IsZero() {
		return "自" + s.From.Chinese() + "起长期公开"
	}
	return s.From.Chinese() + "至" + s.To.Chinese()
}
