package publicity

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode"
)

// ttf is one parsed TrueType font. It never changes after parseTTF, so any
// number of documents may share it.
type ttf struct {
	name        string // how messages call it: the file's name
	tables      map[string][]byte
	unitsPerEm  int
	glyphCount  int
	longMetrics int
	glyf, hmtx  []byte
	loca        []uint32
	advances    []uint16 // by glyph, in thousandths of an em
	bmp         []uint16 // glyph by code point, plane 0
	astral      map[rune]uint16
	figures     map[uint16]figure // by glyph, if alignFigures was called
}

// The limits of the format, and one of ours: no font a county owns is larger.
const (
	maxFontBytes  = 128 << 20
	maxFontTables = 256
	minUnits      = 16
	maxUnits      = 16384
	maxAdvanceEms = 32
)

// Bits of OS/2.fsType that forbid what a notice does: embed a subset.
const forbidEmbedding = 0x0002 | 0x0100 | 0x0200

var be = binary.BigEndian

// parseTTF reads a TrueType font. A file that is damaged, of another format,
// or forbids embedding is an ErrFont that names the file and the reason;
// whatever the bytes are, parseTTF does not panic.
func parseTTF(name string, data []byte) (*ttf, error) {
	f := &ttf{name: name, astral: map[rune]uint16{}, bmp: make([]uint16, 1<<16)}
	for _, step := range []func() error{
		func() error { return f.readDirectory(data) },
		f.readHeader, f.readLocations, f.readMetrics, f.readRights, f.readCharacters,
	} {
		if err := step(); err != nil {
			return nil, ErrFont.With("%s：%v", name, err)
		}
	}
	return f, nil
}

func (f *ttf) readDirectory(data []byte) error {
	if len(data) > maxFontBytes {
		return fmt.Errorf("文件超过 %d MB", maxFontBytes>>20)
	}
	if len(data) < 12 {
		return errors.New("文件不完整")
	}
	switch tag := be.Uint32(data); tag {
	case 0x00010000, 0x74727565: // "true"
	case 0x4F54544F: // "OTTO"
		return errors.New("是 CFF 轮廓（OTF），需要 TrueType 轮廓的 TTF")
	case 0x74746366: // "ttcf"
		return errors.New("是字体集合（TTC），需要单个 TTF")
	default:
		return fmt.Errorf("不是 TrueType 字体（文件头 %08X）", tag)
	}
	count := int(be.Uint16(data[4:]))
	if count > maxFontTables || len(data) < 12+16*count {
		return errors.New("表目录不完整")
	}
	f.tables = make(map[string][]byte, count)
	for i := range count {
		record := data[12+16*i:]
		tag := string(record[:4])
		offset, size := uint64(be.Uint32(record[8:])), uint64(be.Uint32(record[12:]))
		if offset+size > uint64(len(data)) {
			return fmt.Errorf("表 %q 超出文件", tag)
		}
		if _, dup := f.tables[tag]; dup {
			return fmt.Errorf("表 %q 重复", tag)
		}
		f.tables[tag] = data[offset : offset+size : offset+size]
	}
	return nil
}

// table returns a required table of at least size bytes.
func (f *ttf) table(tag string, size int) ([]byte, error) {
	t, ok := f.tables[tag]
	if !ok {
		return nil, fmt.Errorf("缺少表 %q", tag)
	}
	if len(t) < size {
		return nil, fmt.Errorf("表 %q 不完整", tag)
	}
	return t, nil
}

func (f *ttf) readHeader() error {
	head, err := f.table("head", 54)
	if err != nil {
		return err
	}
	maxp, err := f.table("maxp", 6)
	if err != nil {
		return err
	}
	f.unitsPerEm = int(be.Uint16(head[18:]))
	if f.unitsPerEm < minUnits || f.unitsPerEm > maxUnits {
		return fmt.Errorf("unitsPerEm 为 %d", f.unitsPerEm)
	}
	f.glyphCount = int(be.Uint16(maxp[4:]))
	if f.glyphCount == 0 {
		return errors.New("没有字形")
	}
	return nil
}

// readLocations checks once that every glyph lies inside the glyf table, so
// that glyph may slice without looking.
func (f *ttf) readLocations() error {
	long := be.Uint16(f.tables["head"][50:]) != 0
	width := 2
	if long {
		width = 4
	}
	raw, err := f.table("loca", width*(f.glyphCount+1))
	if err != nil {
		return err
	}
	if f.glyf, err = f.table("glyf", 0); err != nil {
		return err
	}
	f.loca = make([]uint32, f.glyphCount+1)
	for i := range f.loca {
		if long {
			f.loca[i] = be.Uint32(raw[4*i:])
		} else {
			f.loca[i] = 2 * uint32(be.Uint16(raw[2*i:]))
		}
		if i > 0 && f.loca[i] < f.loca[i-1] || uint64(f.loca[i]) > uint64(len(f.glyf)) {
			return fmt.Errorf("字形 %d 的位置超出字形表", i)
		}
	}
	return nil
}

func (f *ttf) readMetrics() error {
	hhea, err := f.table("hhea", 36)
	if err != nil {
		return err
	}
	f.longMetrics = int(be.Uint16(hhea[34:]))
	if f.longMetrics < 1 || f.longMetrics > f.glyphCount {
		return fmt.Errorf("字宽表有 %d 项，字形有 %d 个", f.longMetrics, f.glyphCount)
	}
	f.hmtx, err = f.table("hmtx", 4*f.longMetrics+2*(f.glyphCount-f.longMetrics))
	if err != nil {
		return err
	}
	f.advances = make([]uint16, f.glyphCount)
	for g := range f.advances {
		units := int(be.Uint16(f.hmtx[4*min(g, f.longMetrics-1):]))
		if units > maxAdvanceEms*f.unitsPerEm || units > 0x7FFF {
			return fmt.Errorf("字形 %d 的字宽为 %d", g, units)
		}
		f.advances[g] = uint16((units*1000 + f.unitsPerEm/2) / f.unitsPerEm)
	}
	return nil
}

// readRights refuses a font whose own header forbids embedding or subsetting.
func (f *ttf) readRights() error {
	os2 := f.tables["OS/2"]
	if len(os2) < 10 {
		return nil
	}
	if rights := be.Uint16(os2[8:]); rights&forbidEmbedding != 0 {
		return fmt.Errorf("字体声明不得嵌入文件（fsType %04X）", rights)
	}
	return nil
}

// glyph returns the outline of glyph g, empty for a blank.
func (f *ttf) glyph(g uint16) []byte { return f.glyf[f.loca[g]:f.loca[int(g)+1]] }

// glyphOf returns the glyph of r, 0 if the font has none.
func (f *ttf) glyphOf(r rune) uint16 {
	if r >= 0 && r <= 0xFFFF {
		return f.bmp[r]
	}
	return f.astral[r]
}

// has reports whether the font can show r. A character mapped to an empty
// outline counts as missing unless it is a space: some fonts map characters
// they never drew, and the paper would carry a blank.
func (f *ttf) has(r rune) bool {
	g := f.glyphOf(r)
	return g != 0 && (len(f.glyph(g)) > 0 || unicode.IsSpace(r))
}

// advance returns the width of r in thousandths of an em.
func (f *ttf) advance(r rune) int { return int(f.advances[f.glyphOf(r)]) }
