package publicity

// length is a distance on paper in micrometres. Layout is done in whole
// numbers, so every machine breaks the same lines.
type length int64

const mm length = 1000

// point is a place on the page, from its upper left corner.
type point struct{ x, y length }

// slot is the room of one line of text: between two edges, on a baseline.
type slot struct{ left, right, baseline length }

// fontSize counts half points, the step in which Chinese type sizes (字号) go.
type fontSize int

// The sizes in use, with their Chinese numbers.
const (
	sizeBanner fontSize = 52 // 一号
	sizeTitle  fontSize = 44 // 二号
	sizeBoard  fontSize = 36 // 小二
	sizeBody   fontSize = 32 // 三号
	sizeThree  fontSize = 30 // 小三
	sizePage   fontSize = 28 // 四号
	sizeFive   fontSize = 21 // 五号
	sizeSmall5 fontSize = 18 // 小五
	sizeSix    fontSize = 15 // 六号
)

// advance converts a width in thousandths of an em.
func (s fontSize) advance(thousandths int) length {
	return length((thousandths*int(s)*127 + 360) / 720)
}

// em is the side of the square a Chinese character fills.
func (s fontSize) em() length { return s.advance(1000) }

// points is the size as PDF counts it.
func (s fontSize) points() float64 { return float64(s) / 2 }

// baseline is how far below the middle of a line its baseline runs.
func (s fontSize) baseline() length { return s.em() * 37 / 100 }

// The page of GB/T 9704-2012: A4, a text block of 156 × 225 mm under a head
// margin of 37 mm and beside a binding margin of 28 mm, 22 lines of 28 characters.
const (
	pageShort  = 210 * mm
	pageLong   = 297 * mm
	headMargin = 37 * mm
	bindMargin = 28 * mm
	blockShort = 156 * mm
	blockLong  = 225 * mm
	bodyLine   = blockLong / 22
)

// gridSpacing is added between body characters so that a whole number fills the
// line: 28 at 三号. It is negative, since sixteen points are a little more than
// a twenty-eighth of the block.
func gridSpacing(size fontSize) length {
	chars := (blockShort + size.em()/2) / size.em()
	spacing := (blockShort - chars*size.em()) / (chars - 1)
	if chars*size.em()+(chars-1)*spacing > blockShort { // division rounds towards zero
		spacing--
	}
	return spacing
}

// area is the text block of a page.
type area struct {
	left, top, width, height length
	pageWidth, pageHeight    length
}

func (a area) right() length  { return a.left + a.width }
func (a area) bottom() length { return a.top + a.height }

// areaOf returns the text block. A landscape page is the same sheet turned, so
// the binding margin lies at its head.
func areaOf(landscape bool) area {
	if landscape {
		return area{
			left: pageLong - headMargin - blockLong, top: bindMargin, width: blockLong, height: blockShort,
			pageWidth: pageLong, pageHeight: pageShort,
		}
	}
	return area{
		left: bindMargin, top: headMargin, width: blockShort, height: blockLong,
		pageWidth: pageShort, pageHeight: pageLong,
	}
}
