package publicity

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jung-kurt/gofpdf"
	"github.com/klauspost/compress/zstd"
)

// Text extraction is blind to what is drawn: a PDF says which character stands
// somewhere, whatever glyph it shows. These tests look at the picture.

// pictures renders the pages in grey and returns their pixels.
func pictures(t *testing.T, pdf []byte, dpi int) [][]byte {
	t.Helper()
	path := save(t, pdf)
	prefix := filepath.Join(filepath.Dir(path), "page")
	tool(t, "pdftoppm", "-r", fmt.Sprint(dpi), "-gray", path, prefix)
	files, err := filepath.Glob(prefix + "*.pgm")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures, error %v", err)
	}
	slices.Sort(files)
	out := make([][]byte, len(files))
	for i, f := range files {
		if out[i], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// shades counts the pixels between two shades.
func shades(picture []byte, from, to byte) int {
	n := 0
	for _, b := range picture {
		if b >= from && b <= to {
			n++
		}
	}
	return n
}

// drawText returns a page that carries lines of text set by this package.
func drawText(t *testing.T, fonts *Fonts, lines []string) []byte {
	t.Helper()
	d := NewDoc(fonts, Meta{Date: day()})
	for i, text := range lines {
		d.place(d.setting(faceSong, 32), point{30 * mm, length(40+8*i) * mm}, text, inkBlack)
	}
	pdf, err := replay(fonts, d.meta, []sheet{{ops: d.page().ops}})
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// drawWhole returns the same page made by the library alone, with the whole
// font embedded.
func drawWhole(t *testing.T, lines []string) []byte {
	t.Helper()
	packed, err := packedFonts.ReadFile("fonts/NotoSerifSC-Regular.ttf.zst")
	if err != nil {
		t.Fatal(err)
	}
	dec, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	data, err := dec.DecodeAll(packed, nil)
	if err != nil {
		t.Fatal(err)
	}
	pdf := gofpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes("song", "", data)
	pdf.AddPage()
	pdf.SetFont("song", "", 16)
	for i, text := range lines {
		pdf.Text(30, float64(40+8*i), text)
	}
	var buf bytes.Buffer
	if err := pdf.Output(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestGlyphsAreTheRightOnes compares pages set with our subsets, pixel by
// pixel, with pages set with the whole font.
func TestGlyphsAreTheRightOnes(t *testing.T) {
	t.Parallel()
	lines := append(slices.Collect(slices.Chunk(villages(t), 6)), []string{"坋坵塅筜筼輋〇㙟", "（）《》〔〕，。；：“”——", "Abc/%"})
	var texts []string
	for _, l := range lines[max(0, len(lines)-26):] {
		texts = append(texts, strings.Join(l, ""))
	}
	ours := pictures(t, drawText(t, builtin(t), texts), 60)[0]
	if whole := pictures(t, drawWhole(t, texts), 60)[0]; !bytes.Equal(ours, whole) {
		t.Error("the page looks otherwise with the whole font")
	}
	texts[3] = strings.Replace(texts[3], "村", "树", 1) // the negative control
	if whole := pictures(t, drawWhole(t, texts), 60)[0]; bytes.Equal(ours, whole) {
		t.Error("another character, and the page looks the same")
	}
	if shades(ours, 0, 60) < 2000 {
		t.Error("the page is nearly empty")
	}
}

// TestAstralGlyphsAreTheRightOnes draws characters beyond plane 0, and again
// with a font whose 甲乙丙 have their outlines: the pictures must be equal.
func TestAstralGlyphsAreTheRightOnes(t *testing.T) {
	t.Parallel()
	fonts := builtin(t)
	song := *fonts.sources[fonts.slots[faceSong]]
	song.bmp = slices.Clone(song.bmp)
	song.astral = maps.Clone(song.astral)
	for i, r := range []rune("甲乙丙") {
		song.bmp[r] = song.glyphOf([]rune("𬭚𬱖𫖯")[i])
	}
	disguised := &Fonts{sources: []*ttf{&song}}
	disguised.link()
	got := pictures(t, drawText(t, fonts, []string{"安𬭚远𬱖𫖯县𬭚"}), 60)[0]
	if want := pictures(t, drawText(t, disguised, []string{"安甲远乙丙县甲"}), 60)[0]; !bytes.Equal(got, want) {
		t.Error("characters beyond plane 0 are drawn otherwise than their outlines")
	}
	if other := pictures(t, drawText(t, fonts, []string{"安甲远乙丙县甲"}), 60)[0]; bytes.Equal(got, other) {
		t.Error("other characters, and the page looks the same")
	}
}

// TestSampleIsMarkedOnThePicture looks for the watermark, which is no text.
func TestSampleIsMarkedOnThePicture(t *testing.T) {
	t.Parallel()
	c := variants()["wide"]
	marked := pictures(t, mustRender(t, c), 30)
	c.Sample = false
	unmarked := pictures(t, mustRender(t, c), 30)
	if len(marked) < 3 || len(marked) != len(unmarked) {
		t.Fatalf("%d pages marked, %d unmarked, want 3 or more of both", len(marked), len(unmarked))
	}
	shade := byte(inkWater & 0xFF)
	for i := range marked {
		with, without := shades(marked[i], shade-1, shade+1), shades(unmarked[i], shade-1, shade+1)
		if with < without+len(marked[i])/50 {
			t.Errorf("page %d: %d pixels of the watermark's shade, %d without it", i+1, with, without)
		}
	}
}
