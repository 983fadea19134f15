package publicity

import "strings"

// demand is what the columns of a table ask for, in thousandths of an em, so
// that one measuring serves every size.
type demand struct {
	cols  []Column
	least []int   // below this a column is not set
	most  []int   // its widest cell on one line
	usual []int   // between its widest and its mean cell
	cells [][]int // by row and column
}

// Limits of a column in thousandths of an em.
const (
	narrow    = 4000  // a column of longer texts is no narrower
	shortCell = 6000  // a column with no longer cell stays on one line
	wideChunk = 12000 // an unbreakable text up to this is kept whole
)

// fitTable chooses size and page: the largest type whose rows stay low, on a
// portrait page if that will do.
func (d *Doc) fitTable(cols []Column, rows []Row) (*grid, bool, error) {
	need := newDemand(d, cols, rows)
	few := len(rows) <= 6 // a small table is not worth turning the page
	for _, try := range d.tableSizes() {
		widths, ok := need.share(try.size, areaOf(try.landscape).width)
		limit := try.lines
		if few {
			limit = try.few
		}
		if ok && need.meanLines(try.size, widths) <= limit {
			return &grid{doc: d, cols: cols, widths: widths, size: try.size}, try.landscape, nil
		}
	}
	return nil, false, ErrLayout.With("表格 %d 栏在横向页面上也排不下", len(cols))
}

const anyHeight = 1 << 30

// tableSize is one way to set a table.
type tableSize struct {
	landscape bool
	size      fontSize
	lines     int // tenths: how high the mean row may be
	few       int // the same for a small table
}

// tableSizes are the ways to set a table, the best first.
func (d *Doc) tableSizes() []tableSize {
	list := []tableSize{
		{false, sizeFive, 14, 14},
		{false, sizeSmall5, 14, 14}, // nearly all rows of one line
		{false, sizeFive, 24, 40},
		{false, sizeSmall5, 34, 90},
		{true, sizeFive, 30, 30},
		{true, sizeSmall5, anyHeight, anyHeight},
		{true, sizeSix + 1, anyHeight, anyHeight},
		{true, sizeSix, anyHeight, anyHeight},
	}
	if d.board { // as large as it can be; a higher row is better than a smaller letter
		list = append([]tableSize{
			{false, sizeThree, 24, 60},
			{false, sizePage, 30, 60},
			{true, sizeThree, 30, 60},
			{true, sizePage, 40, 90},
		}, list...)
	}
	return list
}

func newDemand(d *Doc, cols []Column, rows []Row) *demand {
	need := &demand{cols: cols, least: make([]int, len(cols)), most: make([]int, len(cols)), usual: make([]int, len(cols))}
	for i, col := range cols {
		head := d.natural(faceHei, col.Head)
		need.least[i] = min(head, narrow)
		need.most[i] = head
	}
	for _, r := range rows {
		line := make([]int, len(cols))
		for i, cell := range r.Cells {
			c := faceSong
			if r.Strong || cols[i].label {
				c = faceHei
			}
			line[i] = d.natural(c, cell)
			need.most[i] = max(need.most[i], line[i])
			need.usual[i] += line[i]
			need.least[i] = max(need.least[i], d.chunk(c, cell, cols[i].Align))
		}
		need.cells = append(need.cells, line)
	}
	for i := range cols {
		need.usual[i] = (need.most[i] + need.usual[i]/max(len(rows), 1)) / 2
		need.least[i] = max(need.least[i], min(need.most[i], narrow))
		if need.most[i] <= shortCell {
			need.least[i] = need.most[i]
		}
	}
	return need
}

// natural measures text, or the longest of its lines, in thousandths of an em.
func (d *Doc) natural(c face, text string) int {
	widest := 0
	for part := range strings.SplitSeq(text, "\n") {
		w := 0
		for _, r := range part {
			source, _ := d.fonts.pick(c, r)
			w += d.fonts.sources[source].advance(r)
		}
		widest = max(widest, w)
	}
	return widest
}

// chunk returns the width of the widest piece of cell that should stay whole:
// all of a figure, else the widest between two places where a line may end.
func (d *Doc) chunk(c face, cell string, align Align) int {
	if align == AlignRight {
		return d.natural(c, cell)
	}
	widest := 0
	for part := range strings.SplitSeq(cell, "\n") {
		runes, start := []rune(part), 0
		for i := 1; i <= len(runes); i++ {
			if i < len(runes) && !mayBreak(runes, i) {
				continue
			}
			if w := d.natural(c, string(runes[start:i])); w <= wideChunk {
				widest = max(widest, w)
			}
			start = i
		}
	}
	return widest
}

// share divides width among the columns. If all cells fit on one line the
// text columns take what is left over; if not, the columns are narrowed so
// that their usual cells come to the same number of lines.
func (n *demand) share(size fontSize, width length) ([]length, bool) {
	room := width - length(len(n.cols))*2*cellPadX
	at := func(lines int) (sum length, widths []length) { // lines in hundredths
		widths = make([]length, len(n.cols))
		for i := range n.cols {
			want := max(n.least[i], min(n.most[i], n.usual[i]*100/lines))
			if lines <= 100 {
				want = n.most[i]
			}
			widths[i] = size.advance(want) + 20 // a hair, against rounding
			sum += widths[i]
		}
		return sum, widths
	}
	const most = 1 << 20
	low, high := 100, most
	if sum, _ := at(high); sum > room {
		return nil, false
	}
	for low < high {
		middle := (low + high) / 2
		if sum, _ := at(middle); sum <= room {
			high = middle
		} else {
			low = middle + 1
		}
	}
	sum, widths := at(low)
	n.spread(widths, room-sum)
	n.polish(size, widths)
	for i := range widths {
		widths[i] += 2 * cellPadX
	}
	return widths, true
}

// polish moves width from column to column while that makes the table lower.
func (n *demand) polish(size fontSize, widths []length) {
	step := size.em()
	best := n.lines(size, widths)
	for range 40 {
		improved := false
		for from := range widths {
			for to := range widths {
				if from == to || widths[from]-step < size.advance(n.least[from]) || n.cols[to].Align == AlignRight {
					continue
				}
				widths[from], widths[to] = widths[from]-step, widths[to]+step
				if lines := n.lines(size, widths); lines < best {
					best, improved = lines, true
					continue
				}
				widths[from], widths[to] = widths[from]+step, widths[to]-step
			}
		}
		if !improved {
			return
		}
	}
}

// spread gives what is left over to the text columns by their width, or to all
// if there is none.
func (n *demand) spread(widths []length, rest length) {
	var total length
	for i, c := range n.cols {
		if c.Align == AlignLeft && !c.label {
			total += widths[i]
		}
	}
	all := total == 0
	for i := range widths {
		if all {
			total += widths[i]
		}
	}
	for i, c := range n.cols {
		if all || c.Align == AlignLeft && !c.label {
			part := rest * widths[i] / total
			rest, total = rest-part, total-widths[i]
			widths[i] += part
		}
	}
}

// meanLines estimates the mean height of a row in tenths of a line, from the
// widths of the cells with their padding.
func (n *demand) meanLines(size fontSize, widths []length) int {
	if len(n.cells) == 0 {
		return 10
	}
	inner := make([]length, len(widths))
	for i, w := range widths {
		inner[i] = w - 2*cellPadX
	}
	return n.lines(size, inner) * 10 / len(n.sample())
}

// sample returns the rows from which heights are estimated: in a long table,
// some spread over all of it.
func (n *demand) sample() [][]int {
	const enough = 64
	if len(n.cells) <= enough {
		return n.cells
	}
	out := make([][]int, enough)
	for i := range out {
		out[i] = n.cells[i*len(n.cells)/enough]
	}
	return out
}

// lines estimates how many lines the sample takes. A cell that wraps loses
// half a character on each line.
func (n *demand) lines(size fontSize, inner []length) int {
	sum := 0
	for _, row := range n.sample() {
		most := length(1)
		for i, cell := range row {
			if w, room := size.advance(cell), inner[i]; w > room {
				room = max(room-size.em()/2, 1)
				most = max(most, (w+room-1)/room)
			}
		}
		sum += int(most)
	}
	return sum
}
