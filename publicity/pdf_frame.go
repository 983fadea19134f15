package publicity

import "fmt"

// dress puts what every page carries around its content: the watermark under
// it, the banner over it, the page number and the trace below.
func (d *Doc) dress(p *page, number int) []op {
	var out []op
	if d.meta.Watermark != "" {
		out = append(out, d.watermark(p))
	}
	out = append(out, p.ops...)
	out = append(out, d.banner(p)...)
	return append(out, d.footer(p, number)...)
}

// watermarkSize makes four characters span the page.
const watermarkSize fontSize = 230

func (d *Doc) watermark(p *page) op {
	s := d.setting(faceHei, watermarkSize)
	if w, room := s.width(d.meta.Watermark), p.width+20*mm; w > room {
		s.size = max(1, fontSize(length(s.size)*room/w))
	}
	w := &watermark{x: p.pageWidth / 2, y: p.pageHeight / 2}
	w.runs = d.runs(s, point{w.x - s.width(d.meta.Watermark)/2, w.y + s.size.baseline()}, d.meta.Watermark, inkWater)
	return w
}

// banner frames a warning in the head margin.
func (d *Doc) banner(p *page) []op {
	if d.meta.Banner == "" {
		return nil
	}
	s := d.setting(faceHei, sizePage)
	for s.size > sizeSix && s.width(d.meta.Banner) > p.width-8*mm {
		s.size--
	}
	w, h, y := s.width(d.meta.Banner)+8*mm, 9*mm, p.top/2-9*mm/2
	x := p.left + (p.width-w)/2
	out := []op{&box{x: x, y: y, w: w, h: h, thickness: 500}}
	return append(out, d.runs(s, point{x + 4*mm, y + h/2 + s.size.baseline()}, d.meta.Banner, inkBlack)...)
}

// footer sets the page number 7 mm under the block as GB/T 9704 has it, in
// 四号宋体 between dashes, one character in from the outer edge: right on odd
// pages, left on even ones. On the other side stand the notice's number, the
// page count and the trace, so that a loose sheet can be told.
func (d *Doc) footer(p *page, number int) []op {
	s, small := d.setting(faceSong, sizePage), d.setting(faceSong, sizeSix+1)
	text := fmt.Sprintf("— %d —", number)
	y := p.bottom() + 7*mm + s.size.em()*4/5
	count := fmt.Sprintf("第%d页 共%d页", number, len(d.pages))
	if d.meta.Footer != "" {
		count = d.meta.Footer + "　" + count
	}
	odd := number%2 == 1
	x := p.left + s.size.em()
	if odd {
		x = p.right() - s.size.em() - s.width(text)
	}
	out := d.runs(s, point{x, y}, text, inkBlack)
	room := p.width - 2*s.size.em() - s.width(text) - 4*mm
	for i, line := range []string{count, d.meta.Trace} {
		t := small
		for t.size > 10 && t.width(line) > room {
			t.size--
		}
		x := p.left
		if !odd {
			x = p.right() - t.width(line)
		}
		at := point{x, y - small.size.em()*6/10 + length(i)*small.size.em()*14/10}
		out = append(out, d.runs(t, at, line, inkGrey)...)
	}
	return out
}
