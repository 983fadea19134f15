package publicity

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"fundbook/internal/fault"
)

// smallFont cuts a font with the given characters out of the built-in 宋.
func smallFont(t testing.TB, text string) []byte {
	t.Helper()
	f := builtin(t)
	codes, _, err := assignCodes(set(text))
	if err != nil {
		t.Fatal(err)
	}
	data, err := f.sources[f.slots[faceSong]].subset(codes)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func set(text string) map[rune]bool {
	out := map[rune]bool{}
	for _, r := range text {
		out[r] = true
	}
	return out
}

// TestBuiltinFontsAreTheRecordedOnes compares what is packed with the list in
// fonts/README.md.
func TestBuiltinFontsAreTheRecordedOnes(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("fonts/README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("fonts/*.zst")
	if err != nil || len(files) != 4 {
		t.Fatalf("%d fonts, error %v", len(files), err)
	}
	dec, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	for _, path := range files {
		packed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := dec.DecodeAll(packed, nil)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(data)); !bytes.Contains(readme, []byte(sum)) {
			t.Errorf("%s is %s, which fonts/README.md does not list", path, sum)
		}
	}
}

func TestBuiltinCoverage(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	for _, text := range append(villages(t), opinion(t), "㙟䲁龑頔㵲𬭚𬱖𫖯镕堃垚昇珺旻", "①②③㎡℃≥≤×÷￥％〔〕《》“”‘’——……·", "坋坵塅筜筼輋〇") {
		if missing := f.Missing(strings.ReplaceAll(text, "\r", "")); len(missing) > 0 {
			t.Errorf("no font has %q", missing)
		}
	}
	han := 0
	song := f.sources[f.slots[faceSong]]
	for r := rune(0x3400); r <= 0x9FFF; r++ {
		if song.has(r) {
			han++
		}
	}
	if han < 6500+20902 {
		t.Errorf("宋 has %d characters of the basic block and extension A, want GBK and extension A", han)
	}
}

// TestQuotesAreWide: 楷 has European quotation marks, which are not used.
func TestQuotesAreWide(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	for c := range faceCount {
		for _, r := range "“”‘’" {
			if i, ok := f.pick(c, r); !ok || f.sources[i].advance(r) != 1000 {
				t.Errorf("face %d: %c is %d wide, want 1000", c, r, f.sources[i].advance(r))
			}
		}
	}
}

func TestFiguresAlign(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	s := setting{fonts: f, face: faceSong, size: sizeFive}
	for r := '0'; r <= '9'; r++ {
		if got, want := s.width(string(r)), s.width("0"); got != want {
			t.Errorf("%c is %d µm wide, 0 is %d", r, got, want)
		}
	}
	// The cut font says so too, and its 1 stands in the middle.
	cut, err := parseTTF("cut", smallFont(t, "01"))
	if err != nil {
		t.Fatal(err)
	}
	if cut.advance('0') != cut.advance('1') {
		t.Errorf("in the subset 0 is %d wide and 1 is %d", cut.advance('0'), cut.advance('1'))
	}
	outline := cut.glyph(cut.glyphOf('1'))
	left, right := int(int16(be.Uint16(outline[2:]))), cut.units(cut.glyphOf('1'))-int(int16(be.Uint16(outline[6:])))
	if left-right > 40 || right-left > 40 {
		t.Errorf("1 has %d units of white at its left and %d at its right", left, right)
	}
}

func TestSubsetIsAFont(t *testing.T) {
	t.Parallel()
	const text = "安远县2026年𬭚㙟，。（）〔〕"
	data := smallFont(t, text)
	if !bytes.Equal(data, smallFont(t, text)) {
		t.Error("the same characters give another font the second time")
	}
	cut, err := parseTTF("cut", data)
	if err != nil {
		t.Fatal(err)
	}
	full := builtin(t).sources[builtin(t).slots[faceSong]]
	if cut.glyphCount != len(set(text))+1 {
		t.Errorf("%d glyphs, want one for each of %d characters and .notdef", cut.glyphCount, len(set(text)))
	}
	for r := range set(text) {
		code := r
		if r > 0xFFFF {
			code = 0xE000
		}
		if !cut.has(code) || cut.advance(code) != full.advance(r) {
			t.Errorf("%c is missing or has another width", r)
		}
		if (r < '0' || r > '9') && !bytes.HasPrefix(cut.glyph(cut.glyphOf(code)), full.glyph(full.glyphOf(r))) {
			t.Errorf("%c has another outline", r)
		}
	}
}

// TestCompositeGlyphs uses the two that 楷 has.
func TestCompositeGlyphs(t *testing.T) {
	t.Parallel()
	f := builtin(t)
	kai := f.sources[f.slots[faceKai]]
	found := 0
	for r := rune(0x20); r < 0xFFFF; r++ {
		if g := kai.glyphOf(r); g == 0 || len(parts(kai.glyph(g))) == 0 {
			continue
		}
		found++
		data, err := kai.subset([]coded{{uint16(r), r}})
		if err != nil {
			t.Fatal(err)
		}
		cut, err := parseTTF("cut", data)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts(cut.glyph(cut.glyphOf(r))) {
			if int(p.glyph) >= cut.glyphCount || len(cut.glyph(p.glyph)) == 0 {
				t.Errorf("%c has part %d, and the font %d glyphs", r, p.glyph, cut.glyphCount)
			}
		}
	}
	if found == 0 {
		t.Error("no composite glyph to try")
	}
}

// patched returns a copy of a font with bytes of one table overwritten.
func patched(t testing.TB, data []byte, tag string, at int, with ...byte) []byte {
	t.Helper()
	out := bytes.Clone(data)
	for i := range int(be.Uint16(out[4:])) {
		if record := out[12+16*i:]; string(record[:4]) == tag {
			copy(out[int(be.Uint32(record[8:]))+at:], with)
			return out
		}
	}
	t.Fatalf("no table %q", tag)
	return nil
}

func TestRefusedFonts(t *testing.T) {
	t.Parallel()
	good := smallFont(t, "安远县0123456789")
	if _, err := parseTTF("good", good); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty":                  {},
		"text":                   []byte("this is not a font at all"),
		"CFF":                    append([]byte("OTTO"), good[4:]...),
		"collection":             append([]byte("ttcf"), good[4:]...),
		"cut in the directory":   good[:40],
		"cut in the tables":      good[:len(good)/2],
		"no units":               patched(t, good, "head", 18, 0, 0),
		"no glyphs":              patched(t, good, "maxp", 4, 0, 0),
		"more glyphs than sizes": patched(t, good, "maxp", 4, 0xFF, 0xFF),
		"no metrics":             patched(t, good, "hhea", 34, 0, 0),
		"a giant character":      patched(t, good, "hmtx", 4, 0xFF, 0xFF),
		"a glyph outside":        patched(t, good, "loca", 8, 0xFF, 0xFF, 0xFF, 0xFF),
		"may not be embedded":    patched(t, good, "OS/2", 8, 0, 2),
		"may not be subset":      patched(t, good, "OS/2", 8, 1, 0),
		"no Unicode":             patched(t, good, "cmap", 4, 0, 1),
		"cmap outside":           patched(t, good, "cmap", 8, 0xFF, 0xFF, 0xFF, 0xFF),
		"cmap cut":               patched(t, good, "cmap", 18, 0xFF, 0xFF),
	} {
		if _, err := parseTTF(name, data); !errors.Is(err, ErrFont) || !strings.Contains(err.Error(), name) {
			t.Errorf("parseTTF(%s) = %v, want %v that names it", name, err, ErrFont)
		}
	}
}

// TestGlyphInsideItself refuses the font that would send the PDF library into
// endless recursion.
func TestGlyphInsideItself(t *testing.T) {
	t.Parallel()
	good := smallFont(t, "安")
	f, err := parseTTF("good", good)
	if err != nil {
		t.Fatal(err)
	}
	g := f.glyphOf('安')
	at := int(f.loca[g])
	evil := patched(t, good, "glyf", at, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, byte(g>>8), byte(g), 0, 0, 0, 0, byte(g>>8), byte(g), 0, 0)
	f, err = parseTTF("evil", evil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.subset([]coded{{'安', '安'}}); !errors.Is(err, ErrFont) {
		t.Errorf("subset = %v, want %v", err, ErrFont)
	}
}

func TestLoadFontsFromDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), smallFont(t, text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("SimFang.TTF", "安远县〔〕，。")
	write("rare.ttf", "甲")
	write("COPYING", "甲")
	f, err := LoadFonts(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		face face
		char rune
		want string
	}{
		{faceFang, '安', "SimFang.TTF"},
		{faceFang, '财', "NotoSerifSC-Regular.ttf"},
		{faceFang, '2', "NotoSerifSC-Regular.ttf"},
		{faceKai, '安', "FundbookKai-Regular.ttf"},
		{faceTitle, '安', "NotoSerifSC-Black.ttf"},
		{faceHei, '㙟', "NotoSerifSC-Regular.ttf"},
	} {
		i, ok := f.pick(c.face, c.char)
		if got := f.sources[i].name; !ok || got != c.want {
			t.Errorf("pick(%d, %c) = %s, %v, want %s", c.face, c.char, got, ok, c.want)
		}
	}
	if base := builtin(t); len(base.sources) != 4 || len(f.sources) != 6 {
		t.Errorf("%d fonts and %d built in, want 6 and 4", len(f.sources), len(base.sources))
	}
	d := NewDoc(f, Meta{Date: day()})
	d.Paragraph("安远县财政局〔2026〕1号")
	if text := textOf(t, mustBytes(t, d)); !strings.Contains(text, "安远县财政局〔2026〕1号") {
		t.Errorf("with the office's own font the paper says %q", text)
	}
	write("fang.ttf", "安")
	if _, err := LoadFonts(dir); !errors.Is(err, ErrFont) || !strings.Contains(fault.From(err).Detail, "fang.ttf") {
		t.Errorf("two fonts for one slot: %v, want %v", err, ErrFont)
	}
}

func TestLoadFontsRefusals(t *testing.T) {
	t.Parallel()
	if _, err := LoadFonts(filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrFont) {
		t.Errorf("no directory: %v, want %v", err, ErrFont)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "song.otf"), []byte("OTTO............"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadFonts(dir); !errors.Is(err, ErrFont) || !strings.Contains(err.Error(), "song.otf") {
		t.Errorf("an OTF: %v, want %v that names it", err, ErrFont)
	}
}

// FuzzFont gives the parser damaged fonts and, if it takes one, prints with it.
func FuzzFont(f *testing.F) {
	good := smallFont(f, "安远县1，")
	f.Add(good, 0, byte(0))
	for _, at := range []int{4, 12, 20, 24, 100, 200, 300, len(good) / 2, len(good) - 1} {
		f.Add(good, at, byte(0xFF))
		f.Add(good[:at], 0, byte(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, at int, with byte) {
		if len(data) > 0 {
			data = bytes.Clone(data)
			data[uint(at)%uint(len(data))] = with
		}
		font, err := parseTTF("fuzz", data)
		if err != nil {
			return
		}
		font.alignFigures()
		own := &Fonts{sources: []*ttf{font}}
		own.link()
		d := NewDoc(own, Meta{Date: day()})
		var text strings.Builder
		for _, r := range "安远县1， abc" {
			if font.has(r) {
				text.WriteRune(r)
			}
		}
		d.pages[0].ops = d.runs(d.body(faceFang), point{30 * mm, 30 * mm}, text.String(), inkBlack)
		sheets := []sheet{{ops: d.pages[0].ops}}
		if _, err := replay(own, d.meta, sheets); err != nil && !errors.Is(err, ErrFont) {
			t.Errorf("the library failed on a font that was taken: %v", err)
		}
	})
}
