package publicity

// figure is how the subset sets one digit: at the common width, its outline
// moved to the middle of it.
type figure struct {
	advance uint16 // font units
	shift   int    // font units
}

// alignFigures gives the digits one width, so that amounts under one another
// stand digit under digit. The serif's own 1 is a sixth narrower than the rest.
// It must be called before the font is shared.
func (f *ttf) alignFigures() {
	widest := 0
	for r := '0'; r <= '9'; r++ {
		g := f.glyphOf(r)
		if g == 0 || len(f.glyph(g)) < 10 {
			return
		}
		widest = max(widest, f.units(g))
	}
	f.figures = map[uint16]figure{}
	for r := '0'; r <= '9'; r++ {
		g := f.glyphOf(r)
		f.figures[g] = figure{advance: uint16(widest), shift: (widest - f.units(g)) / 2}
		f.advances[g] = uint16((widest*1000 + f.unitsPerEm/2) / f.unitsPerEm)
	}
}

// units returns the advance of glyph g as the file states it.
func (f *ttf) units(g uint16) int {
	return int(be.Uint16(f.hmtx[4*min(int(g), f.longMetrics-1):]))
}

// Bits of the flags of a simple outline's points.
const (
	shortX    = 1 << 1
	repeated  = 1 << 3
	sameX     = 1 << 4 // with shortX: positive
	headBytes = 10
)

// shiftOutline returns a simple outline moved by dx. Points are stored as
// differences, so only the first point and the bounds change. An outline that
// is composite or damaged comes back as it was.
func shiftOutline(outline []byte, dx int) []byte {
	if dx == 0 || len(outline) < headBytes {
		return outline
	}
	contours := int(int16(be.Uint16(outline)))
	lengthAt := headBytes + 2*contours
	if contours <= 0 || len(outline) < lengthAt+2 {
		return outline
	}
	points := int(be.Uint16(outline[lengthAt-2:])) + 1
	flagsAt := lengthAt + 2 + int(be.Uint16(outline[lengthAt:]))
	xAt, ok := skipFlags(outline, flagsAt, points)
	if !ok || xAt+2 > len(outline) {
		return outline
	}
	first, width := readX(outline[flagsAt], outline[xAt:])
	out := append([]byte(nil), outline[:flagsAt]...)
	for _, at := range []int{2, 6} { // xMin, xMax
		be.PutUint16(out[at:], uint16(int(int16(be.Uint16(outline[at:])))+dx))
	}
	flags := outline[flagsAt:xAt]
	out = append(out, flags[0]&^(shortX|sameX|repeated))
	switch {
	case flags[0]&repeated == 0:
		flags = flags[1:]
	case flags[1] <= 1: // one more point with these flags, or none
		if flags[1] == 1 {
			out = append(out, flags[0]&^repeated)
		}
		flags = flags[2:]
	default:
		out = append(out, flags[0], flags[1]-1)
		flags = flags[2:]
	}
	out = append(out, flags...)
	out = be.AppendUint16(out, uint16(first+dx))
	return append(out, outline[xAt+width:]...)
}

// skipFlags returns where the x coordinates begin.
func skipFlags(outline []byte, at, points int) (int, bool) {
	for points > 0 {
		if at+1 >= len(outline) {
			return 0, false
		}
		points--
		if outline[at]&repeated != 0 {
			points -= int(outline[at+1])
			at++
		}
		at++
	}
	return at, points == 0
}

// readX decodes the first x coordinate and tells how many bytes it takes.
func readX(flag byte, b []byte) (x, width int) {
	switch {
	case flag&shortX != 0 && flag&sameX != 0:
		return int(b[0]), 1
	case flag&shortX != 0:
		return -int(b[0]), 1
	case flag&sameX != 0:
		return 0, 0
	}
	return int(int16(be.Uint16(b))), 2
}
