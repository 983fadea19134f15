package publicity

import (
	"embed"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"fundbook/internal/fault"
)

// ErrFont refuses a font file of the override directory.
var ErrFont = fault.New(fault.Invalid, "publicity.font_invalid",
	"字体文件无法使用", "the font file cannot be used")

// face is a slot of the type system of official documents (公文字体). Which
// font fills it is the office's choice.
type face uint8

const (
	faceTitle face = iota // 小标宋: titles
	faceFang              // 仿宋: body
	faceHei               // 黑体: first headings, table heads
	faceKai               // 楷体: second headings
	faceSong              // 宋体: tables, digits, everything small
	faceCount
)

// Fonts is a set of fonts, one for each face, and an order of fall-back. It
// never changes, so all documents of a process share one.
type Fonts struct {
	sources []*ttf
	slots   [faceCount]int // into sources
	chains  [faceCount][]int
}

//go:embed fonts/*.ttf.zst
var packedFonts embed.FS

// builtinFonts inflates and parses the fonts inside the program, once.
var builtinFonts = sync.OnceValues(loadBuiltin)

// LoadFonts returns the built-in fonts, with each *.ttf file of dir put in
// their place. A file whose name (without .ttf) is title, fang, hei, kai or
// song fills that slot, and so do the names under which offices know their
// licensed fonts (simfang, simhei, simkai, simsun, FZXBSJW…); any other file
// serves as a last resort for rare characters, in the order of the names. An
// empty dir means the built-in fonts alone.
func LoadFonts(dir string) (*Fonts, error) {
	base, err := builtinFonts()
	if err != nil || dir == "" {
		return base, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, ErrFont.With("读不了目录 %s", dir).Because(err)
	}
	own := &Fonts{sources: slices.Clone(base.sources), slots: base.slots}
	taken := map[face]string{}
	for _, e := range entries { // ReadDir sorts by name
		name := e.Name()
		if e.IsDir() || !slices.Contains([]string{".ttf", ".otf", ".ttc"}, strings.ToLower(filepath.Ext(name))) {
			continue
		}
		font, err := readFont(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		own.sources = append(own.sources, font)
		slot, ok := slotOf(name)
		if !ok {
			continue
		}
		if other, dup := taken[slot]; dup {
			return nil, ErrFont.With("%s 与 %s 都要充当同一种字体", other, name)
		}
		taken[slot] = name
		own.slots[slot] = len(own.sources) - 1
		if slot == faceSong {
			font.alignFigures()
		}
	}
	own.link()
	return own, nil
}

func readFont(path string) (*ttf, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxFontBytes {
		return nil, ErrFont.With("%s：文件超过 %d MB", filepath.Base(path), maxFontBytes>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, ErrFont.With("读不了文件 %s", path).Because(err)
	}
	return parseTTF(filepath.Base(path), data)
}

// slotOf tells which slot a file name asks for.
func slotOf(file string) (face, bool) {
	names := [faceCount][]string{
		faceTitle: {"title", "fzxbsjw", "fzxbsjw--gb1-0", "fzxbsk", "方正小标宋", "方正小标宋_gbk", "方正小标宋简体"},
		faceFang:  {"fang", "simfang", "fangsong_gb2312", "仿宋_gb2312", "仿宋", "fandolfang"},
		faceHei:   {"hei", "simhei", "黑体"},
		faceKai:   {"kai", "simkai", "kaiti_gb2312", "楷体_gb2312", "楷体"},
		faceSong:  {"song", "simsun", "宋体"},
	}
	stem := strings.ToLower(strings.TrimSuffix(file, filepath.Ext(file)))
	for slot, known := range names {
		if slices.Contains(known, stem) {
			return face(slot), true
		}
	}
	return 0, false
}

func loadBuiltin() (*Fonts, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fault.ErrInternal.Because(err)
	}
	defer dec.Close()
	f := &Fonts{}
	for _, builtin := range []struct {
		file  string
		faces []face
	}{
		{"NotoSerifSC-Regular.ttf", []face{faceSong}},
		{"NotoSansSC-Medium.ttf", []face{faceHei}},
		{"NotoSerifSC-Black.ttf", []face{faceTitle}},
		{"FundbookKai-Regular.ttf", []face{faceKai, faceFang}},
	} {
		packed, err := packedFonts.ReadFile("fonts/" + builtin.file + ".zst")
		if err != nil {
			return nil, fault.ErrInternal.Because(err)
		}
		data, err := dec.DecodeAll(packed, nil)
		if err != nil {
			return nil, fault.ErrInternal.Because(err)
		}
		font, err := parseTTF(builtin.file, data)
		if err != nil {
			return nil, err
		}
		for _, slot := range builtin.faces {
			f.slots[slot] = len(f.sources)
			if slot == faceSong {
				font.alignFigures()
			}
		}
		f.sources = append(f.sources, font)
	}
	f.link()
	return f, nil
}

// link computes for each face in which order the fonts are asked for a
// character: its own font, then 宋, then the others, the extra files last.
func (f *Fonts) link() {
	rest := []int{f.slots[faceSong], f.slots[faceHei], f.slots[faceTitle], f.slots[faceKai], f.slots[faceFang]}
	for i := range f.sources {
		rest = append(rest, i)
	}
	for slot := range f.chains {
		var chain []int
		for _, i := range append([]int{f.slots[slot]}, rest...) {
			if !slices.Contains(chain, i) {
				chain = append(chain, i)
			}
		}
		f.chains[slot] = chain
	}
}

// pick returns the font that shows r in face c, and whether there is one.
func (f *Fonts) pick(c face, r rune) (source int, ok bool) {
	if (c == faceFang || c == faceKai) && isLatin(r) {
		c = faceSong // figures and Latin letters of the body are set in 宋, as offices do
	}
	for _, i := range f.chains[c] {
		if f.sources[i].has(r) && !(isQuote(r) && f.sources[i].advance(r) < minQuote) {
			return i, true
		}
	}
	for _, i := range f.chains[c] {
		if f.sources[i].has(r) {
			return i, true
		}
	}
	return f.chains[c][0], false
}

// minQuote is the width, in thousandths of an em, below which a quotation mark
// is a European one that would tear a hole in a line of Chinese.
const minQuote = 900

func isQuote(r rune) bool { return r == '“' || r == '”' || r == '‘' || r == '’' }

// isLatin reports letters, digits and signs of European writing; the
// quotation marks and dashes above them belong to the Chinese face.
func isLatin(r rune) bool { return r < 0x250 && r != '·' }

// Missing returns the characters of text that no font can show, each once, in
// order. It answers which names a notice could not carry.
func (f *Fonts) Missing(text string) []rune {
	var out []rune
	for _, r := range text {
		if r == '\n' || slices.Contains(out, r) {
			continue
		}
		if _, ok := f.pick(faceSong, r); !ok {
			out = append(out, r)
		}
	}
	return out
}
