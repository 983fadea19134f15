package publicity

import "strings"

// Align says where the text of a column stands.
type Align uint8

// The alignments. A column aligned right holds figures, which never wrap.
const (
	AlignLeft Align = iota
	AlignCenter
	AlignRight
)

// Column is one column of a table.
type Column struct {
	Head  string
	Align Align
	label bool // set in 黑体 like a head
}

// Row is one row of a table; a strong one, such as a total, is set in 黑体.
type Row struct {
	Cells  []string
	Strong bool
}

// Sizes of table furniture.
const (
	cellPadX  = 1200 // µm
	cellPadY  = 1000
	ruleThick = 400
	ruleThin  = 150
	tableGap  = 1200 // over a table; twice that under it
)

// grid is a table being set: columns with their widths, at one size.
type grid struct {
	doc    *Doc
	cols   []Column
	widths []length
	size   fontSize
	plain  bool // no head
}

// wrapped is a row whose cells are broken into lines.
type wrapped struct {
	cells  [][]string
	lines  int // of the longest cell
	strong bool
	head   bool
}

// Table is a table with its name and unit, which stand over it (表名, 单位).
type Table struct {
	Name, Unit string
	Columns    []Column
	Rows       []Row
}

// Table sets a table across the text block. Columns take the width that their
// content asks for; if a portrait page is too narrow the type becomes smaller
// and then the page is turned. The head is repeated on every page.
func (d *Doc) Table(t Table) {
	for _, r := range t.Rows {
		if len(r.Cells) != len(t.Columns) {
			d.fail(ErrLayout.With("表格有 %d 栏，一行却有 %d 格", len(t.Columns), len(r.Cells)))
			return
		}
	}
	g, landscape, err := d.fitTable(t.Columns, t.Rows)
	if err != nil {
		d.fail(err)
		return
	}
	d.turn(landscape)
	g.draw(t)
}

// Fact is a label and what it says.
type Fact struct {
	Label, Text string
}

// Facts sets labels and texts as a table of two columns without a head.
func (d *Doc) Facts(facts []Fact) {
	d.turn(false)
	rows := make([]Row, len(facts))
	for i, f := range facts {
		rows[i] = Row{Cells: []string{f.Label, f.Text}}
	}
	cols := []Column{{Align: AlignCenter, label: true}, {}}
	size := sizeFive
	if d.board {
		size = sizeThree
	}
	widths, ok := newDemand(d, cols, rows).share(size, d.page().width)
	if !ok {
		d.fail(ErrLayout.With("表格过宽"))
		return
	}
	g := &grid{doc: d, cols: cols, widths: widths, size: size, plain: true}
	g.draw(Table{Rows: rows})
}

func (g *grid) draw(t Table) {
	head, rows := g.head(), t.Rows
	for i, r := range rows {
		row := g.wrap(r)
		want := g.height(row.lines)
		if i == len(rows)-2 && rows[i+1].Strong { // a total never stands alone
			want += g.height(g.wrap(rows[i+1]).lines)
		}
		if i == 0 {
			g.open(t, head, want)
		}
		g.row(row, head, want)
	}
	if len(rows) == 0 {
		g.open(t, head, 0)
	}
	g.rule(ruleThick)
	g.doc.y += 2 * tableGap
}

// open begins the table where its caption, head and first row fit.
func (g *grid) open(t Table, head wrapped, first length) {
	d := g.doc
	caption := length(0)
	if t.Name != "" || t.Unit != "" {
		caption = sizeFive.em() * 8 / 5
	}
	d.skip(tableGap)
	d.need(min(caption+g.headHeight(head)+first, d.page().height))
	if caption > 0 {
		y := d.y + caption/2 + sizeFive.baseline()
		unit := d.setting(faceSong, sizeFive)
		d.place(d.setting(faceHei, sizeFive), point{g.left(), y}, t.Name, inkBlack)
		d.place(unit, point{g.left() + g.width() - unit.width(t.Unit), y}, t.Unit, inkBlack)
		d.y += caption
	}
	g.drawHead(head)
}

func (g *grid) headHeight(head wrapped) length {
	if g.plain {
		return 0
	}
	return g.height(head.lines)
}

// drawHead draws the upper edge and the head, the shade first, so that it
// covers no line.
func (g *grid) drawHead(head wrapped) {
	d := g.doc
	if !g.plain {
		d.page().ops = append(d.page().ops,
			&box{x: g.left(), y: d.y, w: g.width(), h: g.height(head.lines), ink: inkShade})
	}
	g.rule(ruleThick)
	if !g.plain {
		g.cells(head, g.height(head.lines))
		g.rule(ruleThick)
	}
}

// row draws a row on this page, on the next, or, if it is taller than a page,
// line by line over as many as it needs.
func (g *grid) row(row wrapped, head wrapped, want length) {
	d := g.doc
	for {
		left := d.page().bottom() - d.y
		fresh := d.page().height - g.headHeight(head)
		h := g.height(row.lines)
		switch {
		case want <= left || h <= left && want > fresh:
			g.cells(row, h)
			g.rule(ruleThin)
			return
		case h > fresh && g.linesIn(left) > 0:
			n := g.linesIn(left)
			g.cells(row.cut(0, n), left)
			row = row.cut(n, row.lines)
			want = g.height(row.lines)
		}
		g.rule(ruleThick)
		d.newPage(d.page().landscape)
		g.drawHead(head)
		if d.err != nil {
			return
		}
	}
}

// cells draws one row, or a part of one, h high.
func (g *grid) cells(row wrapped, h length) {
	d := g.doc
	x := g.left()
	for i, lines := range row.cells {
		col := g.cols[i]
		s := g.setting(row, i)
		y := d.y + (h-length(len(lines))*g.pitch())/2
		for _, text := range lines {
			at := x + cellPadX
			switch spare := g.widths[i] - 2*cellPadX - s.width(text); {
			case col.Align == AlignRight && !row.head:
				at += spare
			case col.Align == AlignCenter || row.head:
				at += spare / 2
			}
			d.place(s, point{at, y + g.pitch()/2 + s.size.baseline()}, text, inkBlack)
			y += g.pitch()
		}
		g.upright(x, h, i == 0)
		x += g.widths[i]
	}
	g.upright(x, h, true)
	d.y += h
}

// upright draws the line left of a cell, thick at the table's edge.
func (g *grid) upright(x, h length, edge bool) {
	thickness := length(ruleThin)
	if edge {
		thickness = ruleThick
	}
	d := g.doc
	d.page().ops = append(d.page().ops, &stroke{x1: x, y1: d.y, x2: x, y2: d.y + h, thickness: thickness})
}

// rule draws a line across the table at the current height.
func (g *grid) rule(thickness length) {
	d := g.doc
	half := length(ruleThick / 2) // close the corners
	d.page().ops = append(d.page().ops, &stroke{
		x1: g.left() - half, y1: d.y, x2: g.left() + g.width() + half, y2: d.y, thickness: thickness,
	})
}

func (g *grid) head() wrapped {
	cells := make([]string, len(g.cols))
	centred := *g
	centred.cols = make([]Column, len(g.cols))
	for i, c := range g.cols {
		cells[i] = c.Head
		centred.cols[i].Align = AlignCenter
	}
	row := centred.wrap(Row{Cells: cells, Strong: true})
	row.head = true
	return row
}

func (g *grid) wrap(r Row) wrapped {
	out := wrapped{cells: make([][]string, len(r.Cells)), lines: 1, strong: r.Strong}
	for i, cell := range r.Cells {
		s, room := g.setting(out, i), g.widths[i]-2*cellPadX
		lines := s.breakText(cell, room, 0)
		if g.cols[i].Align == AlignCenter && len(lines) > 1 {
			lines = s.balance(cell, room, lines)
		}
		for _, l := range lines {
			out.cells[i] = append(out.cells[i], strings.TrimRight(l.text, " "))
		}
		out.lines = max(out.lines, len(out.cells[i]))
	}
	return out
}

// balance breaks a centred text into lines about equally long: as narrow as
// their number allows.
func (s setting) balance(text string, room length, lines []line) []line {
	for room -= s.size.em() / 2; room > s.size.em(); room -= s.size.em() / 2 {
		narrower := s.breakText(text, room, 0)
		if len(narrower) > len(lines) {
			break
		}
		lines = narrower
	}
	return lines
}

// cut returns lines from to to of every cell.
func (w wrapped) cut(from, to int) wrapped {
	out := w
	out.cells = make([][]string, len(w.cells))
	out.lines = to - from
	for i, lines := range w.cells {
		out.cells[i] = lines[min(from, len(lines)):min(to, len(lines))]
	}
	return out
}

func (g *grid) setting(row wrapped, col int) setting {
	if row.strong || g.cols[col].label {
		return g.doc.setting(faceHei, g.size)
	}
	return g.doc.setting(faceSong, g.size)
}

func (g *grid) pitch() length { return g.size.em() * 13 / 10 }

func (g *grid) height(lines int) length {
	return max(length(lines)*g.pitch()+2*cellPadY, g.size.em()*2)
}

// linesIn returns how many lines a part of a row may have in height h.
func (g *grid) linesIn(h length) int { return int((h - 2*cellPadY) / g.pitch()) }

func (g *grid) left() length { p := g.doc.page(); return p.left + (p.width-g.width())/2 }

func (g *grid) width() length {
	var w length
	for _, c := range g.widths {
		w += c
	}
	return w
}
