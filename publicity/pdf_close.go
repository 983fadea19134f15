package publicity

import "rsc.io/qr"

// signed is the place that a signature takes.
type signed struct {
	page   int // counted from 1, 0 for none
	left   length
	top    length
	bottom length
}

// SignAndSeal sets the publisher and the date at the right (署名, 成文日期), the
// date four characters in, with a dashed circle of sealMM millimetres that
// keeps the place of the seal. No seal is ever drawn; sealMM 0 leaves out the
// circle for a notice that is signed digitally.
func (d *Doc) SignAndSeal(issuer, date string, sealMM int) {
	d.turn(false)
	s, pitch := d.body(faceFang), d.line()
	p := d.page()
	names := s.breakText(issuer, p.width, 0)
	widest := s.width(date)
	for _, n := range names {
		widest = max(widest, s.width(n.text))
	}
	radius := length(sealMM) * mm / 2
	text := pitch * length(len(names)+1)
	height := max(2*radius, text) + pitch/2
	if height > p.height || radius < 0 {
		d.fail(ErrLayout.With("署名过长"))
		return
	}
	d.need(height)
	p = d.page()
	// The date's right edge is four characters in; the publisher is centred
	// over it, and moved left if it is the longer by much.
	centre := min(p.right()-4*s.size.em()-s.width(date)/2, p.right()-max(widest/2, radius))
	middle := d.y + height/2 + pitch/4
	if sealMM > 0 {
		p.ops = append(p.ops, &ring{x: centre, y: middle, radius: radius, thickness: 250, ink: inkSeal})
		small := d.setting(faceSong, sizeSmall5)
		d.placeCentred(small, slot{centre - radius, centre + radius, middle - radius*6/10}, "（盖章处）", inkSeal)
	}
	y := middle - pitch*length(len(names))/2 + pitch*3/10
	at := slot{centre - widest/2, centre + widest/2, y + s.size.baseline()}
	for _, n := range names {
		d.placeCentred(s, at, n.text, inkBlack)
		at.baseline += pitch
	}
	d.placeCentred(s, at, date, inkBlack)
	d.signature = signed{page: len(d.pages), left: centre - max(widest/2, radius), top: d.y, bottom: d.y + height}
	d.y += height
}

// Sizes of the verify block.
const (
	qrSide     = 28 * mm
	qrSmall    = 25 * mm
	quietZone  = 3 * mm  // of white around the code
	besideLeft = 84 * mm // the least room beside a signature
	labelWidth = 21 * mm
)

// verifyBlock is the verify block's text, broken for the width it stands in.
type verifyBlock struct {
	size   fontSize
	label  length
	facts  []Fact
	texts  [][]line
	small  []string
	matrix *qr.Code // nil: no public page
}

// VerifyBlock sets what a reader needs to check the notice (核验): contacts, the
// verification code, the digest of the content and a QR code that leads to
// the public page, or, where there is no such page, whom to ask instead. It stands
// at the foot of the last page, beside the signature if there is no room under
// it.
func (d *Doc) VerifyBlock(qrURL, verifyCode, digest string, contacts []Fact) {
	b := &verifyBlock{facts: contacts}
	how, howWide := "凭核验码可向发布单位核对是否与账本一致", "凭核验码可向发布单位查询，核对本公告与账本登记是否一致。"
	if qrURL != "" {
		var err error
		if b.matrix, err = qr.Encode(qrURL, qr.M); err != nil {
			d.fail(ErrLayout.With("二维码容不下网址").Because(err))
			return
		}
		how, howWide = "扫码可核对本公告与账本登记是否一致", "扫描二维码，可核对本公告与账本登记是否一致。"
	}
	d.turn(false)
	p := d.page()
	half := len(digest) / 2
	b.small = []string{"核验码 " + verifyCode, "内容摘要（SHA-256）", digest[:half], digest[half:], how}
	b.wrap(d, sizeSmall5, d.signature.left-p.left-quietZone)
	beside := b.factsHeight() + quietZone + qrSmall
	narrow := *b
	b.small = []string{"核验码 " + verifyCode, "内容摘要（SHA-256）", digest, howWide}
	b.wrap(d, sizeFive, p.width-qrSide-2*quietZone)
	under := max(b.factsHeight()+b.smallHeight()+2*mm, qrSide) + 3*mm
	sign := d.signature
	switch {
	case d.y+under <= p.bottom():
		d.verifyUnder(b, p.bottom()-under)
	case sign.page == len(d.pages) && sign.bottom == d.y && sign.left-p.left >= besideLeft && sign.top+beside <= p.bottom():
		d.verifyBeside(&narrow, max(sign.top, min(p.bottom(), sign.bottom)-beside))
	case under > p.height:
		d.fail(ErrLayout.With("联系方式过长"))
	default:
		d.newPage(false)
		d.verifyUnder(b, d.page().bottom()-under)
	}
}

// wrap breaks the contacts for a block of the given width.
func (b *verifyBlock) wrap(d *Doc, size fontSize, width length) {
	b.size, b.texts = size, nil
	s := d.setting(faceSong, size)
	b.label = labelWidth * length(size) / length(sizeFive)
	for _, f := range b.facts {
		b.texts = append(b.texts, s.breakText(f.Text, width-b.label, 0))
	}
}

func (b *verifyBlock) pitch() length { return b.size.em() * 14 / 10 }

func (b *verifyBlock) factsHeight() length {
	n := 0
	for _, t := range b.texts {
		n += len(t)
	}
	return length(n) * b.pitch()
}

const smallPitch = 3900 // µm

func (b *verifyBlock) smallHeight() length { return length(len(b.small)) * smallPitch }

// verifyUnder draws the block across the page with the code at the right.
func (d *Doc) verifyUnder(b *verifyBlock, y length) {
	p := d.page()
	p.ops = append(p.ops, &stroke{x1: p.left, y1: y, x2: p.right(), y2: y, thickness: 200, ink: inkRule})
	if b.matrix != nil {
		p.ops = append(p.ops, &code{x: p.right() - qrSide, y: p.bottom() - qrSide, side: qrSide, matrix: b.matrix})
	}
	d.verifyFacts(b, p.left, y+2*mm)
	d.verifySmall(b, p.left, p.bottom()-b.smallHeight())
	d.y = p.bottom()
}

// verifyBeside draws the block left of the signature, the code under the
// contacts.
func (d *Doc) verifyBeside(b *verifyBlock, y length) {
	p := d.page()
	y = d.verifyFacts(b, p.left, y)
	y += quietZone
	x := p.left
	if b.matrix != nil {
		p.ops = append(p.ops, &code{x: p.left, y: y, side: qrSmall, matrix: b.matrix})
		x += qrSmall + quietZone
	}
	d.verifySmall(b, x, y+(qrSmall-b.smallHeight())/2)
	d.y = max(d.y, y+qrSmall)
}

func (d *Doc) verifyFacts(b *verifyBlock, x, y length) length {
	for i, f := range b.facts {
		d.place(d.setting(faceHei, b.size), point{x, y + b.pitch()/2 + b.size.baseline()}, f.Label, inkBlack)
		for _, l := range b.texts[i] {
			d.place(d.setting(faceSong, b.size), point{x + b.label, y + b.pitch()/2 + b.size.baseline()}, l.text, inkBlack)
			y += b.pitch()
		}
	}
	return y
}

func (d *Doc) verifySmall(b *verifyBlock, x, y length) {
	s := d.setting(faceSong, sizeSix+1)
	for _, text := range b.small {
		d.place(s, point{x, y + smallPitch/2 + s.size.baseline()}, text, inkGrey)
		y += smallPitch
	}
}
