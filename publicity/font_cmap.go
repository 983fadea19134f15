package publicity

import (
	"errors"
	"unicode"
)

// readCharacters fills the map from code points to glyphs out of the Unicode
// subtables of formats 4 (plane 0) and 12 (all planes).
func (f *ttf) readCharacters() error {
	cmap, err := f.table("cmap", 4)
	if err != nil {
		return err
	}
	count := int(be.Uint16(cmap[2:]))
	if len(cmap) < 4+8*count {
		return errors.New("表 \"cmap\" 不完整")
	}
	var basic, full []byte
	for i := range count {
		record := cmap[4+8*i:]
		platform, encoding := be.Uint16(record), be.Uint16(record[2:])
		offset := uint64(be.Uint32(record[4:]))
		if offset+2 > uint64(len(cmap)) {
			return errors.New("表 \"cmap\" 的子表超出文件")
		}
		sub := cmap[offset:]
		switch format := be.Uint16(sub); {
		case format == 4 && basic == nil && (platform == 0 || platform == 3 && encoding == 1):
			basic = sub
		case format == 12 && full == nil && (platform == 0 || platform == 3 && encoding == 10):
			full = sub
		}
	}
	if basic == nil && full == nil {
		return errors.New("没有 Unicode 字符表")
	}
	if basic != nil {
		err = f.readFormat4(basic)
	}
	if err == nil && full != nil {
		err = f.readFormat12(full)
	}
	return err
}

// readFormat4 walks the segments in order and never visits a code point
// twice, so a hostile table costs no more than one pass over the plane.
func (f *ttf) readFormat4(sub []byte) error {
	if len(sub) < 16 {
		return errors.New("字符表（格式 4）不完整")
	}
	segments := int(be.Uint16(sub[6:])) / 2
	if len(sub) < 16+8*segments {
		return errors.New("字符表（格式 4）不完整")
	}
	ends, starts := sub[14:], sub[16+2*segments:]
	deltas, offsets := sub[16+4*segments:], sub[16+6*segments:]
	next := 0
	for s := range segments {
		first, last := int(be.Uint16(starts[2*s:])), int(be.Uint16(ends[2*s:]))
		delta, offset := be.Uint16(deltas[2*s:]), int(be.Uint16(offsets[2*s:]))
		for c := max(first, next); c <= last && c < 0xFFFF; c++ {
			g := uint16(c) + delta
			if offset != 0 {
				at := 2*s + offset + 2*(c-first)
				if at+2 > len(offsets) {
					break
				}
				if g = be.Uint16(offsets[at:]); g != 0 {
					g += delta
				}
			}
			f.setGlyph(rune(c), uint32(g))
		}
		next = max(next, last+1)
	}
	return nil
}

// readFormat12 reads groups, which the format orders and keeps apart; a file
// that does otherwise is refused, which also bounds the work.
func (f *ttf) readFormat12(sub []byte) error {
	if len(sub) < 16 {
		return errors.New("字符表（格式 12）不完整")
	}
	groups := uint64(be.Uint32(sub[12:]))
	if uint64(len(sub)) < 16+12*groups {
		return errors.New("字符表（格式 12）不完整")
	}
	next := uint32(0)
	for i := range int(groups) {
		group := sub[16+12*i:]
		first, last, glyph := be.Uint32(group), be.Uint32(group[4:]), be.Uint32(group[8:])
		if first < next || last < first || last > unicode.MaxRune {
			return errors.New("字符表（格式 12）次序有误")
		}
		for c := first; c <= last; c++ {
			if c > 0xFFFF || f.bmp[c] == 0 {
				f.setGlyph(rune(c), glyph+(c-first))
			}
		}
		next = last + 1
	}
	return nil
}

// setGlyph ignores glyphs that the font does not have: the character then
// counts as not covered.
func (f *ttf) setGlyph(r rune, g uint32) {
	switch {
	case g == 0 || g >= uint32(f.glyphCount):
	case r <= 0xFFFF:
		f.bmp[r] = uint16(g)
	default:
		f.astral[r] = uint16(g)
	}
}
