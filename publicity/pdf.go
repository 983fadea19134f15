package publicity

import (
	"strings"
	"time"

	"fundbook/internal/fault"
)

// Faults of rendering.
var (
	// ErrNoGlyph names the characters that no font has, and where they stand.
	ErrNoGlyph = fault.New(fault.Refused, "publicity.no_glyph",
		"有字体无法显示的字符", "no font can show a character")
	// ErrText refuses bytes that are not UTF-8, control and invisible characters.
	ErrText = fault.New(fault.Invalid, "publicity.bad_text",
		"文字含有不能打印的内容", "the text holds what cannot be printed")
	// ErrLayout refuses content that no page can hold, such as a table too wide.
	ErrLayout = fault.New(fault.Refused, "publicity.does_not_fit",
		"内容排不进版面", "the content does not fit the page")
	// ErrTooLong refuses more pages or rare characters than a file can hold.
	ErrTooLong = fault.New(fault.TooLarge, "publicity.too_long",
		"公告过长", "the notice is too long")
	// ErrPDF is a defect: the PDF library failed, or a date was forgotten.
	ErrPDF = fault.New(fault.Internal, "publicity.pdf_failed",
		"生成 PDF 出错", "the PDF could not be made")
)

// maxPages is more than any notice board holds.
const maxPages = 2000

// Meta is what a document says about itself and on every page.
type Meta struct {
	Title    string
	Author   string
	Subject  string
	Keywords string
	// Date is written into the file as its date of making. It is the notice's
	// own date, never the clock: the same notice gives the same bytes.
	Date time.Time
	// Footer stands at the foot of each page over the page count, so that a
	// loose sheet still says what it belongs to.
	Footer string
	// Trace stands in the same place under it.
	Trace string
	// Banner is a framed line at the head of each page, Watermark a large grey
	// text across it. Empty means none.
	Banner, Watermark string
}

// Doc is a document under construction. Its methods add content from top to
// bottom; the first thing that goes wrong is kept and returned by Bytes.
type Doc struct {
	fonts     *Fonts
	meta      Meta
	pages     []*page
	y         length // where the next content begins
	signature signed // where SignAndSeal stands, for VerifyBlock
	missing   []missingChar
	err       error
	dense     bool // body in 四号 on a closer line, to save a sheet
	board     bool // everything larger, to be read from a board at two metres
}

// page is one sheet and what is drawn on it.
type page struct {
	area
	landscape bool
	ops       []op
}

// NewDoc returns an empty document with one portrait page.
func NewDoc(fonts *Fonts, meta Meta) *Doc {
	d := &Doc{fonts: fonts, meta: meta}
	d.newPage(false)
	return d
}

// Bytes sets the document and returns the PDF. The same content gives the same
// bytes in every process.
func (d *Doc) Bytes() ([]byte, error) {
	if d.meta.Date.IsZero() {
		d.fail(ErrPDF.With("没有给定日期"))
	}
	for _, s := range []string{d.meta.Title, d.meta.Author, d.meta.Subject, d.meta.Keywords} {
		if at, what := unprintable(s); what != "" {
			d.fail(ErrText.With("%s，见于“%s”", what, excerpt(s, at)))
		}
	}
	sheets := make([]sheet, len(d.pages))
	for i, p := range d.pages {
		sheets[i] = sheet{landscape: p.landscape, ops: d.dress(p, i+1)}
	}
	if d.err == nil {
		d.err = d.noGlyph()
	}
	if d.err != nil {
		return nil, d.err
	}
	return replay(d.fonts, d.meta, sheets)
}

// fail keeps the first error.
func (d *Doc) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

func (d *Doc) page() *page { return d.pages[len(d.pages)-1] }

func (d *Doc) newPage(landscape bool) {
	if len(d.pages) >= maxPages {
		d.fail(ErrTooLong.With("超过 %d 页", maxPages))
		d.y = d.page().top // go on over the last page: the document is lost anyway
		return
	}
	d.pages = append(d.pages, &page{area: areaOf(landscape), landscape: landscape})
	d.y = d.page().top
}

// turn makes sure that what follows stands on pages of the given orientation.
func (d *Doc) turn(landscape bool) {
	switch p := d.page(); {
	case p.landscape == landscape:
	case len(p.ops) == 0:
		d.pages = d.pages[:len(d.pages)-1]
		d.newPage(landscape)
	default:
		d.newPage(landscape)
	}
}

// need begins a new page if less than height is left on this one.
func (d *Doc) need(height length) {
	if d.y > d.page().top && d.y+height > d.page().bottom() {
		d.newPage(d.page().landscape)
	}
}

// skip leaves height blank, except at the top of a page.
func (d *Doc) skip(height length) {
	if d.y > d.page().top {
		d.y += height
	}
}

// KeepTogether draws on the current page if everything fits on it, and
// otherwise on the next one. Draw may be called twice.
func (d *Doc) KeepTogether(draw func()) {
	pages, ops, y, signature := len(d.pages), len(d.page().ops), d.y, d.signature
	draw()
	if len(d.pages) == pages || y == d.pages[pages-1].top {
		return
	}
	d.pages = d.pages[:pages]
	d.page().ops = d.page().ops[:ops]
	d.signature = signature
	d.newPage(d.page().landscape)
	draw()
}

// setting returns how a face is set at a size outside the body's grid.
func (d *Doc) setting(c face, size fontSize) setting {
	return setting{fonts: d.fonts, face: c, size: size}
}

// body returns how running text is set: on the grid of 28 characters.
func (d *Doc) body(c face) setting {
	size := sizeBody
	switch {
	case d.board:
		size = sizeBoard
	case d.dense:
		size = sizePage
	}
	return setting{fonts: d.fonts, face: c, size: size, spacing: gridSpacing(size), hang: true}
}

// line is the distance of the lines of running text.
func (d *Doc) line() length {
	switch {
	case d.board:
		return sizeBoard.em() * 3 / 2
	case d.dense:
		return sizePage.em() * 3 / 2
	}
	return bodyLine
}

// oneSheet lays a document out on the standard's grid, and if it runs over to
// a second page by little, so that a closer grid brings it back to one, keeps
// the closer one. A notice of one sheet loses no sheet on its board.
func oneSheet(lay func(dense bool) *Doc) *Doc {
	d := lay(false)
	if len(d.pages) == 2 && d.err == nil {
		if closer := lay(true); len(closer.pages) == 1 {
			return closer
		}
	}
	return d
}

// placeCentred puts one line in the middle of its slot.
func (d *Doc) placeCentred(s setting, at slot, text string, color ink) {
	text = strings.TrimRight(text, " ")
	d.place(s, point{at.left + (at.right-at.left-s.width(text))/2, at.baseline}, text, color)
}
