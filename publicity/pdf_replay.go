package publicity

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/jung-kurt/gofpdf"
)

// This file is the only one that speaks to gofpdf, and of its drawing calls it
// uses Text, Line, Rect, Circle and RawWriteStr alone. The others that take
// text (MultiCell, SplitText, Write, Cell) lose a Chinese character at every
// line they break; pdf_replay_test.go keeps them out.

// sheet is a page as it goes to paper.
type sheet struct {
	landscape bool
	ops       []op
}

// canvas is a PDF under way and the state that its last call left.
type canvas struct {
	pdf     *gofpdf.Fpdf
	fonts   []embedded // by source
	height  length     // of the current page
	source  int        // current font, -1 for none
	size    fontSize
	spacing length
}

// embedded is one font of the set as this document carries it.
type embedded struct {
	family string
	data   []byte
	codes  map[rune]uint16 // of characters beyond plane 0
}

// replay cuts the fonts to what the sheets use and draws the sheets.
func replay(fonts *Fonts, meta Meta, sheets []sheet) (out []byte, err error) {
	defer func() {
		// The library panics on some inputs. None is known to get here, and a
		// notice is not worth the process.
		if r := recover(); r != nil {
			out, err = nil, ErrPDF.With("%v", r)
		}
	}()
	c := &canvas{pdf: gofpdf.New("P", "mm", "A4", "")}
	if c.fonts, err = embedFonts(fonts, sheets); err != nil {
		return nil, err
	}
	c.describe(meta)
	for _, f := range c.fonts {
		if f.data != nil {
			c.pdf.AddUTF8FontFromBytes(f.family, "", f.data)
		}
	}
	for _, s := range sheets {
		c.begin(s.landscape)
		for _, o := range s.ops {
			o.draw(c)
		}
	}
	var buf bytes.Buffer
	if err := c.pdf.Output(&buf); err != nil {
		return nil, ErrPDF.With("%v", err)
	}
	return finish(buf.Bytes(), c.fonts), nil
}

// embedFonts makes the subset of each font that the sheets use.
func embedFonts(fonts *Fonts, sheets []sheet) ([]embedded, error) {
	used := make([]map[rune]bool, len(fonts.sources))
	for i := range used {
		used[i] = map[rune]bool{}
	}
	for _, s := range sheets {
		for _, o := range s.ops {
			switch o := o.(type) {
			case *run:
				o.note(used)
			case *watermark:
				for _, r := range o.runs {
					r.(*run).note(used)
				}
			}
		}
	}
	out := make([]embedded, len(fonts.sources))
	for i, font := range fonts.sources {
		if len(used[i]) == 0 {
			continue
		}
		codes, astral, err := assignCodes(used[i])
		if err != nil {
			return nil, err
		}
		data, err := font.subset(codes)
		if err != nil {
			return nil, err
		}
		out[i] = embedded{family: familyOf(i), data: data, codes: astral}
	}
	return out, nil
}

func (r *run) note(used []map[rune]bool) {
	for _, c := range r.text.String() {
		used[r.source][c] = true
	}
}

// assignCodes gives each character its code in the subset: its own in plane 0,
// a free one of the private use area beyond, since the library addresses
// glyphs with two bytes. The order is that of the characters.
func assignCodes(used map[rune]bool) ([]coded, map[rune]uint16, error) {
	chars := make([]rune, 0, len(used))
	for r := range used {
		chars = append(chars, r)
	}
	slices.Sort(chars)
	codes := make([]coded, 0, len(chars))
	astral := map[rune]uint16{}
	const first, last = 0xE000, 0xF8FF
	next := rune(first)
	for _, r := range chars {
		if r <= 0xFFFF {
			codes = append(codes, coded{uint16(r), r})
			continue
		}
		for used[next] {
			next++
		}
		if next > last {
			return nil, nil, ErrTooLong.With("扩展汉字超过 %d 个", last-first+1)
		}
		codes = append(codes, coded{uint16(next), r})
		astral[r] = uint16(next)
		next++
	}
	slices.SortFunc(codes, func(a, b coded) int { return int(a.code) - int(b.code) })
	return codes, astral, nil
}

// describe sets everything about the file that is not on a page.
func (c *canvas) describe(meta Meta) {
	p := c.pdf
	p.SetCatalogSort(true)
	p.SetCreationDate(meta.Date)
	p.SetModificationDate(meta.Date)
	p.SetTitle(infoText(meta.Title), false)
	p.SetAuthor(infoText(meta.Author), false)
	p.SetSubject(infoText(meta.Subject), false)
	p.SetKeywords(infoText(meta.Keywords), false)
	p.SetCreator(infoText("fundbook"), false)
	p.SetProducer(infoText("fundbook, gofpdf 1.16.2"), false)
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
}

// infoText encodes a string for the document information. The library's own
// encoder panics beyond plane 0.
func infoText(s string) string {
	if s == "" {
		return ""
	}
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

func (c *canvas) begin(landscape bool) {
	orientation, a := "P", areaOf(landscape)
	if landscape {
		orientation = "L"
	}
	c.pdf.AddPageFormat(orientation, gofpdf.SizeType{Wd: pageShort.mm(), Ht: pageLong.mm()})
	c.height = a.pageHeight
	c.forget()
}

// forget drops what is known of the text state, after a page or a restore.
func (c *canvas) forget() { c.source, c.spacing = -1, 0 }

// mm is the length in the library's unit.
func (l length) mm() float64 { return float64(l) / float64(mm) }

// pt is the length in the unit of PDF content.
func (l length) pt() float64 { return float64(l) * 72 / 25400 }

// number writes a PDF number.
func number(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

func (r *run) draw(c *canvas) {
	if c.source != r.source || c.size != r.size {
		c.pdf.SetFont(c.fonts[r.source].family, "", r.size.points())
		c.source, c.size = r.source, r.size
	}
	c.pdf.SetTextColor(r.ink.rgb())
	if c.spacing != r.spacing {
		c.pdf.RawWriteStr(number(r.spacing.pt()) + " Tc")
		c.spacing = r.spacing
	}
	if r.last <= 0xFFFF {
		c.pdf.Text(r.x.mm(), r.y.mm(), r.text.String())
		return
	}
	// Beyond plane 0 a run is one character: it prints under a private code,
	// and says itself which character it is.
	c.pdf.RawWriteStr("/Span <</ActualText <" + hexUTF16(r.text.String()) + ">>> BDC")
	c.pdf.Text(r.x.mm(), r.y.mm(), string(rune(c.fonts[r.source].codes[r.last])))
	c.pdf.RawWriteStr("EMC")
}

// hexUTF16 writes s as the hexadecimal UTF-16 of a PDF text string.
func hexUTF16(s string) string {
	var b strings.Builder
	b.WriteString("FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

func (s *stroke) draw(c *canvas) {
	c.pdf.SetDrawColor(s.ink.rgb())
	c.pdf.SetLineWidth(s.thickness.mm())
	c.pdf.Line(s.x1.mm(), s.y1.mm(), s.x2.mm(), s.y2.mm())
}

func (b *box) draw(c *canvas) {
	style := "F"
	if b.thickness > 0 {
		style = "D"
		c.pdf.SetDrawColor(b.ink.rgb())
		c.pdf.SetLineWidth(b.thickness.mm())
	} else {
		c.pdf.SetFillColor(b.ink.rgb())
	}
	c.pdf.Rect(b.x.mm(), b.y.mm(), b.w.mm(), b.h.mm(), style)
}

func (r *ring) draw(c *canvas) {
	c.pdf.SetDrawColor(r.ink.rgb())
	c.pdf.SetLineWidth(r.thickness.mm())
	c.pdf.SetDashPattern([]float64{1.4, 1.2}, 0)
	c.pdf.Circle(r.x.mm(), r.y.mm(), r.radius.mm(), "D")
	c.pdf.SetDashPattern(nil, 0)
}

func (q *code) draw(c *canvas) {
	var b strings.Builder
	side := q.side.pt() / float64(q.matrix.Size)
	// One module is one unit, and rows count downwards.
	fmt.Fprintf(&b, "q 0 g %s 0 0 -%s %s %s cm\n", strconv.FormatFloat(side, 'f', 6, 64),
		strconv.FormatFloat(side, 'f', 6, 64), number(q.x.pt()), number((c.height - q.y).pt()))
	for row := range q.matrix.Size {
		for col := 0; col < q.matrix.Size; col++ {
			end := col
			for end < q.matrix.Size && q.matrix.Black(end, row) {
				end++
			}
			if end > col {
				fmt.Fprintf(&b, "%d %d %d 1 re\n", col, row, end-col)
				col = end
			}
		}
	}
	b.WriteString("f Q")
	c.pdf.RawWriteStr(b.String())
}

// The watermark rises by about 35 degrees.
const cosine, sine = "0.8192", "0.5736"

func (w *watermark) draw(c *canvas) {
	x, y := number(w.x.pt()), number((c.height - w.y).pt())
	c.pdf.RawWriteStr("/Span <</ActualText <FEFF>>> BDC q " +
		"1 0 0 1 " + x + " " + y + " cm " +
		cosine + " " + sine + " -" + sine + " " + cosine + " 0 0 cm " +
		"1 0 0 1 -" + x + " -" + y + " cm")
	for _, r := range w.runs {
		r.draw(c)
	}
	c.pdf.RawWriteStr("Q EMC")
	c.forget()
}
