package publicity

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"rsc.io/qr"
)

// ink is a colour, 0xRRGGBB. Notices are printed black; the rest is for what
// the reader may overlook and for the place of the seal.
type ink uint32

const (
	inkBlack ink = 0x000000
	inkGrey  ink = 0x505050
	inkRule  ink = 0x787878
	inkShade ink = 0xECECEC
	inkWater ink = 0xE8E8E8
	inkSeal  ink = 0xCD5C5C
)

func (i ink) rgb() (r, g, b int) { return int(i >> 16), int(i >> 8 & 0xFF), int(i & 0xFF) }

// op is one thing drawn on a page. Layout only collects ops; the fonts are cut
// when all of them are known, and then each draws itself.
type op interface{ draw(*canvas) }

// run is a text in one font on one baseline.
type run struct {
	text    strings.Builder
	count   int  // of characters
	last    rune // of them
	source  int  // into Fonts.sources
	size    fontSize
	x, y    length
	spacing length
	ink     ink
}

// stroke is a straight line.
type stroke struct {
	x1, y1, x2, y2, thickness length
	ink                       ink
}

// box is a rectangle, filled, or drawn in outline if thickness is not zero.
type box struct {
	x, y, w, h, thickness length
	ink                   ink
}

// ring is the dashed circle that keeps the place of a seal.
type ring struct {
	x, y, radius, thickness length
	ink                     ink
}

// code is a QR code, drawn as one path.
type code struct {
	x, y, side length
	matrix     *qr.Code
}

// watermark is large text across the page, under everything else. It is
// marked as having no text, so that copying or searching the page skips it.
type watermark struct {
	runs []op
	x, y length // the middle of the text, about which it is turned
}

// place puts text on the page, its baseline beginning at a point. It splits the text where
// the font changes and where a character lies beyond plane 0.
func (d *Doc) place(s setting, at point, text string, color ink) {
	if d.err == nil {
		d.page().ops = append(d.page().ops, d.runs(s, at, text, color)...)
	}
}

func (d *Doc) runs(s setting, start point, text string, color ink) []op {
	if bad, what := unprintable(text); what != "" {
		d.fail(ErrText.With("%s，见于“%s”", what, excerpt(text, bad)))
		return nil
	}
	var out []op
	var current *run
	x, before := start.x, rune(-1)
	for at, r := range text {
		source, ok := s.fonts.pick(s.face, r)
		if !ok {
			d.miss(r, text, at)
			continue
		}
		gap := length(0)
		if before >= 0 {
			gap = s.gap(before, r)
		}
		x += gap
		if current == nil || !current.takes(source, r, gap) {
			current = &run{source: source, size: s.size, x: x, y: start.y, ink: color}
			out = append(out, current)
		}
		current.add(r, gap)
		x += s.size.advance(s.fonts.sources[source].advance(r))
		before = r
	}
	return out
}

// takes reports whether the run may go on with a character of this font after
// this gap. One run has one spacing, and beyond plane 0 one character.
func (r *run) takes(source int, c rune, gap length) bool {
	return r.source == source && c <= 0xFFFF && r.last <= 0xFFFF && (r.count == 1 || r.spacing == gap)
}

func (r *run) add(c rune, gap length) {
	if r.count == 1 {
		r.spacing = gap
	}
	r.text.WriteRune(c)
	r.last = c
	r.count++
}

// miss records a character that no font can show. All of them are reported
// together, so that the office can fetch one font for all.
func (d *Doc) miss(r rune, text string, at int) {
	if len(d.missing) >= maxMissing {
		return
	}
	for _, m := range d.missing {
		if m.char == r {
			return
		}
	}
	d.missing = append(d.missing, missingChar{char: r, where: excerpt(text, at)})
}

// maxMissing is how many characters one message names.
const maxMissing = 50

// missingChar is a character no font covers and the words around it.
type missingChar struct {
	char  rune
	where string
}

// noGlyph is the fault for the characters missed so far, nil if there are none.
func (d *Doc) noGlyph() error {
	if len(d.missing) == 0 {
		return nil
	}
	names := make([]string, len(d.missing))
	for i, m := range d.missing {
		names[i] = fmt.Sprintf("%s见于“%s”", describeRune(m.char), m.where)
	}
	err := ErrNoGlyph.With("%s", strings.Join(names, "；"))
	for _, m := range d.missing {
		err = err.At(m.where, "no font has this character", string(m.char))
	}
	return err
}

// describeRune names a character for a reader and for whoever looks it up.
func describeRune(r rune) string { return fmt.Sprintf("“%c”（U+%04X）", r, r) }

// excerpt returns the text around byte at, short enough for a message and free
// of what could not be printed in one.
func excerpt(text string, at int) string {
	before, after := []rune(text[:at]), []rune(text[at:])
	const around = 8
	var b strings.Builder
	if len(before) > around {
		b.WriteString("…")
		before = before[len(before)-around:]
	}
	for _, r := range append(before, after[:min(len(after), around+1)]...) {
		if forbidden(r) != "" {
			r = '□'
		}
		b.WriteRune(r)
	}
	if len(after) > around+1 {
		b.WriteString("…")
	}
	return b.String()
}

// unprintable finds the first thing in text that cannot stand on paper: bytes
// that are not UTF-8, control and invisible characters. They are refused, not
// dropped: a name that changes silently is worse than a message.
func unprintable(text string) (at int, what string) {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size <= 1 {
				return i, fmt.Sprintf("不是 UTF-8 的字节 %02X", text[i])
			}
		}
		if kind := forbidden(r); kind != "" {
			return i, fmt.Sprintf("%s U+%04X", kind, r)
		}
	}
	return 0, ""
}

// forbidden says why r may not be printed, "" if it may.
func forbidden(r rune) string {
	switch {
	case unicode.Is(unicode.Cc, r):
		return "控制字符"
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return "不可见字符"
	case r == utf8.RuneError:
		return "替代字符（原文已损坏）"
	case r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF:
		return "非字符"
	}
	return ""
}
