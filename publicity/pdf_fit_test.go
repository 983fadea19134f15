package publicity

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"fundbook/ledger"
)

func TestPolishLowersTheTable(t *testing.T) {
	t.Parallel()
	n := &demand{cols: make([]Column, 2), least: []int{4000, 4000}, cells: [][]int{{4000, 20000}, {3000, 18000}}}
	em := sizeFive.em()
	widths := []length{20 * em, 4 * em}
	before := n.lines(sizeFive, widths)
	n.polish(sizeFive, widths)
	if after := n.lines(sizeFive, widths); after >= before || widths[0]+widths[1] != 24*em || widths[0] < 4*em {
		t.Errorf("%d lines at %v, before %d, want fewer in the same width", after, widths, before)
	}
}

// TestShareLaws: the columns fill the width, none is narrower than what must
// stay whole in it, and figures stand on one line.
func TestShareLaws(t *testing.T) {
	t.Parallel()
	fonts := builtin(t)
	rapid.Check(t, func(t *rapid.T) {
		d := &Doc{fonts: fonts}
		cols := make([]Column, rapid.IntRange(1, 9).Draw(t, "columns"))
		rows := make([]Row, rapid.IntRange(0, 12).Draw(t, "rows"))
		for i := range cols {
			cols[i] = Column{Head: strings.Repeat("头", rapid.IntRange(0, 9).Draw(t, "head")), Align: Align(rapid.IntRange(0, 2).Draw(t, "align"))}
			for j := range rows {
				text := strings.Repeat("公告", rapid.IntRange(0, 20).Draw(t, "length"))
				if cols[i].Align == AlignRight {
					text = ledger.Amount(rapid.Int64().Draw(t, "fen")).Grouped()
				}
				rows[j].Cells = append(rows[j].Cells, text)
			}
		}
		need := newDemand(d, cols, rows)
		widths, ok := need.share(sizeSmall5, blockLong)
		if !ok {
			return
		}
		sum := length(0)
		for i, w := range widths {
			sum += w
			if inner := w - 2*cellPadX; inner < sizeSmall5.advance(need.least[i]) {
				t.Fatalf("column %d is %d µm wide, and must be %d", i, inner, sizeSmall5.advance(need.least[i]))
			}
		}
		if sum != blockLong {
			t.Fatalf("the columns are %d µm wide together, want %d", sum, blockLong)
		}
		g := &grid{doc: d, cols: cols, widths: widths, size: sizeSmall5}
		for _, r := range rows {
			row := g.wrap(r)
			for i := range cols {
				if cols[i].Align == AlignRight && len(row.cells[i]) != 1 {
					t.Fatalf("a figure stands on %d lines: %q", len(row.cells[i]), row.cells[i])
				}
			}
		}
	})
}
