package publicity

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// coded says under which code of plane 0 a subset carries a character. The
// two differ only beyond plane 0, where the PDF library cannot follow.
type coded struct {
	code uint16
	char rune
}

// Bits of a component of a composite glyph.
const (
	wordArguments  = 1 << 0
	oneScale       = 1 << 3
	moreComponents = 1 << 5
	twoScales      = 1 << 6
	fourScales     = 1 << 7
)

// maxComponents bounds how many parts a glyph may unfold into. The PDF
// library unfolds them by unguarded recursion, so a glyph that contains itself
// must be refused before it gets there.
const maxComponents = 64

// subset is a TrueType font under construction.
type subset struct {
	font   *ttf
	glyphs []uint16          // old number of each new glyph
	number map[uint16]uint16 // old number to new
	codes  []coded
}

// subset returns a TrueType file with only the glyphs of codes, which are in
// ascending order of code. The same codes give the same bytes.
func (f *ttf) subset(codes []coded) ([]byte, error) {
	s := &subset{font: f, number: map[uint16]uint16{}, codes: codes}
	s.add(0)
	for _, c := range codes {
		g := f.glyphOf(c.char)
		if err := f.unfold(g); err != nil {
			return nil, ErrFont.With("%s：字符 %s：%v", f.name, describeRune(c.char), err)
		}
		s.add(g)
	}
	if err := f.unfold(0); err != nil {
		return nil, ErrFont.With("%s：%v", f.name, err)
	}
	for i := 0; i < len(s.glyphs); i++ { //nolint:intrange // glyphs grows with the parts found
		for _, part := range parts(f.glyph(s.glyphs[i])) {
			s.add(part.glyph)
		}
	}
	return s.file(), nil
}

func (s *subset) add(g uint16) {
	if _, ok := s.number[g]; !ok {
		s.number[g] = uint16(len(s.glyphs))
		s.glyphs = append(s.glyphs, g)
	}
}

// part is one component of a composite glyph: which glyph, and where in the
// outline its number stands.
type part struct {
	at    int
	glyph uint16
}

// parts lists the components of an outline, none for a simple glyph. It stops
// at the end of the bytes; check tells whether that end came too early.
func parts(outline []byte) []part {
	list, _ := scanParts(outline)
	return list
}

func scanParts(outline []byte) (list []part, whole bool) {
	if len(outline) == 0 {
		return nil, true
	}
	if len(outline) < 10 {
		return nil, false
	}
	if int16(be.Uint16(outline)) >= 0 {
		return nil, true
	}
	for at := 10; at+4 <= len(outline); {
		flags := be.Uint16(outline[at:])
		list = append(list, part{at: at + 2, glyph: be.Uint16(outline[at+2:])})
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&oneScale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&fourScales != 0:
			at += 8
		}
		if flags&moreComponents == 0 {
			return list, at <= len(outline)
		}
	}
	return list, false
}

// unfold checks that a glyph and all its parts exist, are whole, and are few.
func (f *ttf) unfold(g uint16) error {
	budget := maxComponents
	var visit func(g uint16) error
	visit = func(g uint16) error {
		if budget--; budget < 0 {
			return fmt.Errorf("字形 %d 的部件过多或互相包含", g)
		}
		if int(g) >= f.glyphCount {
			return fmt.Errorf("部件 %d 不存在", g)
		}
		list, whole := scanParts(f.glyph(g))
		if !whole {
			return fmt.Errorf("字形 %d 的轮廓不完整", g)
		}
		for _, p := range list {
			if err := visit(p.glyph); err != nil {
				return err
			}
		}
		return nil
	}
	return visit(g)
}

// file assembles the tables. Those that carry no outline are made anew or
// copied; the name table is left empty, so a renamed face carries no reserved
// font name.
func (s *subset) file() []byte {
	glyf, loca, hmtx := s.outlines()
	count := uint16(len(s.glyphs))
	head := slices.Clone(s.font.tables["head"])
	be.PutUint32(head[8:], 0)
	be.PutUint16(head[50:], 1)
	be.PutUint16(head[52:], 0)
	hhea := slices.Clone(s.font.tables["hhea"])
	be.PutUint16(hhea[32:], 0)
	be.PutUint16(hhea[34:], count)
	maxp := slices.Clone(s.font.tables["maxp"])
	be.PutUint16(maxp[4:], count)
	post := make([]byte, 32)
	be.PutUint32(post, 0x00030000)
	tables := []fontTable{
		{"OS/2", s.os2()},
		{"cmap", s.cmap()},
		{"glyf", glyf},
		{"head", head},
		{"hhea", hhea},
		{"hmtx", hmtx},
		{"loca", loca},
		{"maxp", maxp},
		{"name", []byte{0, 0, 0, 0, 0, 6}},
		{"post", post},
	}
	for _, tag := range []string{"cvt ", "fpgm", "prep"} { // the outlines' hints call these
		if t := s.font.tables[tag]; len(t) > 0 {
			tables = append(tables, fontTable{tag, t})
		}
	}
	slices.SortFunc(tables, func(a, b fontTable) int { return strings.Compare(a.tag, b.tag) })
	return assemble(tables)
}

// outlines copies the glyphs in their new order with their parts renumbered.
func (s *subset) outlines() (glyf, loca, hmtx []byte) {
	f, size := s.font, 0
	for _, g := range s.glyphs {
		size += len(f.glyph(g)) + 8
	}
	glyf = make([]byte, 0, size)
	loca = make([]byte, 0, 4*len(s.glyphs)+4)
	hmtx = make([]byte, 0, 4*len(s.glyphs))
	for _, g := range s.glyphs {
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		start, fig := len(glyf), f.figures[g]
		glyf = append(glyf, shiftOutline(f.glyph(g), fig.shift)...)
		for _, p := range parts(f.glyph(g)) {
			be.PutUint16(glyf[start+p.at:], s.number[p.glyph])
		}
		glyf = pad(glyf)
		advance := f.units(g)
		if fig.advance != 0 {
			advance = int(fig.advance)
		}
		hmtx = be.AppendUint16(hmtx, uint16(advance))
		hmtx = be.AppendUint16(hmtx, f.bearing(g)+uint16(fig.shift))
	}
	return glyf, be.AppendUint32(loca, uint32(len(glyf))), hmtx
}

// bearing returns the left side bearing of glyph g.
func (f *ttf) bearing(g uint16) uint16 {
	at := 4*int(g) + 2
	if int(g) >= f.longMetrics {
		at = 4*f.longMetrics + 2*(int(g)-f.longMetrics)
	}
	return be.Uint16(f.hmtx[at:])
}

// os2 carries over what the PDF's font descriptor reads: weight and heights.
func (s *subset) os2() []byte {
	table := make([]byte, 96)
	be.PutUint16(table, 3)
	be.PutUint16(table[4:], 400)
	if old := s.font.tables["OS/2"]; len(old) >= 6 {
		copy(table[4:6], old[4:6])
	}
	hhea := s.font.tables["hhea"]
	copy(table[68:72], hhea[4:8])                                      // typographic ascender, descender
	be.PutUint16(table[88:], uint16(s.font.unitsPerEm*capHeight/1000)) // cap height
	return table
}

// capHeight is that of a CJK face's capitals in thousandths of an em; it only
// serves a viewer that lacks the font, which is never our case.
const capHeight = 733

// cmap writes one format 4 subtable with a segment per run of codes.
func (s *subset) cmap() []byte {
	type segment struct{ first, last, delta uint16 }
	var segments []segment
	for _, c := range s.codes {
		g := s.number[s.font.glyphOf(c.char)]
		if n := len(segments); n > 0 && segments[n-1].last+1 == c.code && segments[n-1].delta == g-c.code {
			segments[n-1].last = c.code
			continue
		}
		segments = append(segments, segment{c.code, c.code, g - c.code})
	}
	segments = append(segments, segment{0xFFFF, 0xFFFF, 1})
	n := uint16(len(segments))
	power := uint16(bits.Len16(n) - 1)
	table := []byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12}
	put := func(v uint16) { table = be.AppendUint16(table, v) }
	for _, v := range []uint16{4, 16 + 8*n, 0, 2 * n, 2 << power, power, 2*n - 2<<power} {
		put(v)
	}
	for _, seg := range segments {
		put(seg.last)
	}
	put(0)
	for _, seg := range segments {
		put(seg.first)
	}
	for _, seg := range segments {
		put(seg.delta)
	}
	for range segments {
		put(0)
	}
	return table
}

// fontTable is one table of a TrueType file.
type fontTable struct {
	tag  string
	data []byte
}

// assemble writes the tables behind their directory. Checksums stay zero: the
// PDF library cuts the font once more and computes them.
func assemble(tables []fontTable) []byte {
	n := len(tables)
	power := bits.Len(uint(n)) - 1
	size := 12 + 16*n
	for _, t := range tables {
		size += len(t.data) + 3
	}
	out := make([]byte, 12+16*n, size)
	be.PutUint32(out, 0x00010000)
	be.PutUint16(out[4:], uint16(n))
	be.PutUint16(out[6:], uint16(16<<power))
	be.PutUint16(out[8:], uint16(power))
	be.PutUint16(out[10:], uint16(16*n-16<<power))
	for i, t := range tables {
		record := out[12+16*i:]
		copy(record, t.tag)
		be.PutUint32(record[8:], uint32(len(out)))
		be.PutUint32(record[12:], uint32(len(t.data)))
		out = pad(append(out, t.data...))
	}
	return out
}

// pad fills b with zeros up to a multiple of four bytes.
func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}
