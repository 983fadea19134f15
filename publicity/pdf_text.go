package publicity

import (
	"strings"
	"unicode/utf8"
)

// Title sets the title in 二号小标宋, centred. A title of more than one line is
// broken into a trapezoid between words; a line feed breaks it by hand.
func (d *Doc) Title(text string) {
	d.turn(false)
	size := sizeTitle
	if d.board {
		size = sizeBanner
	}
	s := d.setting(faceTitle, size)
	pitch := s.size.em() * 8 / 5
	for _, text := range titleLines(s, text, d.page().width) {
		d.centredLine(s, text, pitch)
	}
	d.skip(2 * mm)
}

// Subtitle sets a line under the title, such as the number of the notice.
func (d *Doc) Subtitle(text string) {
	d.turn(false)
	s := d.setting(faceKai, sizePage)
	for _, l := range s.breakText(text, d.page().width, 0) {
		d.centredLine(s, l.text, s.size.em()*8/5)
	}
	d.skip(d.line() / 2)
}

func (d *Doc) centredLine(s setting, text string, pitch length) {
	d.need(pitch)
	p := d.page()
	d.placeCentred(s, slot{p.left, p.right(), d.y + pitch/2 + s.size.baseline()}, text, inkBlack)
	d.y += pitch
}

// Heading sets a heading of the body: level 1 in 黑体 (一、), level 2 in 楷体
// (（一）), deeper ones in 仿宋. It never stands last on a page.
func (d *Doc) Heading(level int, text string) {
	d.turn(false)
	d.heading(level, text)
}

// heading sets a heading on the page as it lies: over a table that is turned.
func (d *Doc) heading(level int, text string) {
	c := faceFang
	switch level {
	case 1:
		c = faceHei
	case 2:
		c = faceKai
	}
	d.need(3 * d.line())
	d.flow(d.body(c), text, 2, d.line())
}

// Paragraph sets body text in 三号仿宋, justified, each paragraph indented by two
// characters. A line feed begins a new one.
func (d *Doc) Paragraph(text string) {
	d.turn(false)
	d.flow(d.body(faceFang), text, 2, d.line())
}

// Note sets small text such as the remark under a table.
func (d *Doc) Note(text string) {
	s := d.setting(faceSong, sizeFive)
	s.hang = true
	d.flow(s, text, 0, s.size.em()*3/2)
}

// flow sets paragraphs line by line down the page.
func (d *Doc) flow(s setting, text string, indentChars int, pitch length) {
	indent := length(indentChars) * (s.size.em() + s.spacing)
	first := true
	for _, l := range s.breakText(text, d.page().width, indent) {
		d.need(pitch)
		at := slot{d.page().left, d.page().right(), d.y + pitch/2 + s.size.baseline()}
		if first {
			at.left += indent
		}
		d.fill(s, l, at)
		d.y += pitch
		first = l.last
	}
}

// fill places a line and stretches it over its slot, unless it ends a paragraph or
// would have to be stretched beyond what the eye accepts.
func (d *Doc) fill(s setting, l line, at slot) {
	text := strings.TrimRight(l.text, " ")
	inside := text
	if l.hung {
		_, size := utf8.DecodeLastRuneInString(text)
		inside = text[:len(text)-size]
	}
	if gaps := stretchable(inside); !l.last && gaps > 0 {
		if slack := at.right - at.left - s.width(inside); slack/gaps < s.size.em()/3 {
			s.spacing += slack / gaps
		}
	}
	d.place(s, point{at.left, at.baseline}, text, inkBlack)
}

// stretchable counts the places of text that take spacing.
func stretchable(text string) length {
	probe := setting{spacing: 1}
	n, before := length(0), rune(-1)
	for _, r := range text {
		if before >= 0 {
			n += probe.gap(before, r)
		}
		before = r
	}
	return n
}

// titleLines breaks a title. GB/T 9704 asks for whole words, symmetry and a
// trapezoid or a diamond, so all ways to break it are compared.
func titleLines(s setting, text string, width length) []string {
	var out []string
	for part := range strings.SplitSeq(text, "\n") {
		p := s.measure(part)
		n := len(p.runes)
		var best []int
		var cost length
		if p.span(0, n) > width {
			best, cost = p.bestTitle(width)
		}
		if cost >= worstTitle { // four lines or more
			for _, l := range s.breakText(part, width, 0) {
				out = append(out, l.text)
			}
			continue
		}
		start := 0
		for _, end := range append(best, n) {
			out = append(out, string(p.runes[start:end]))
			start = end
		}
	}
	return out
}

const worstTitle = length(1) << 40

// bestTitle finds the best way into two lines, or else into three.
func (p *passage) bestTitle(width length) (best []int, cost length) {
	cost = worstTitle
	n := len(p.runes)
	words := p.titleWords()
	try := func(cuts ...int) {
		start, widths, c := 0, []length{}, length(0)
		for _, end := range append(cuts, n) {
			w := p.span(start, end)
			if w > width {
				return
			}
			widths = append(widths, w)
			start = end
		}
		for _, cut := range cuts {
			c += length(words[cut]) * 4 * p.size.em()
		}
		if c += titleShape(widths, p.size.em()); c < cost {
			best, cost = append([]int(nil), cuts...), c
		}
	}
	for i := 1; i < n; i++ {
		if p.legal[i] {
			try(i)
		}
	}
	if cost < worstTitle {
		return best, cost
	}
	for i := 1; i < n; i++ {
		for j := i + 1; p.legal[i] && p.span(0, i) <= width && j < n; j++ {
			if p.legal[j] {
				try(i, j)
			}
		}
	}
	return best, cost
}

// titleShape is how far lines of these widths are from a trapezoid or diamond.
func titleShape(widths []length, em length) length {
	if len(widths) == 2 {
		difference := max(widths[0]-widths[1], widths[1]-widths[0])
		cost := max(em-difference, difference-9*em, 0)
		if widths[1] > widths[0] {
			cost += em
		}
		return cost
	}
	first, middle, last := widths[0], widths[1], widths[2]
	cost := max(first, middle, last) - min(first, middle, last)
	if middle < first && middle < last {
		cost += 10 * em // an hourglass
	}
	return cost
}

// titleWords counts for each place how many words of the field a break there
// would cut.
func (p *passage) titleWords() []int {
	cut := make([]int, len(p.runes)+1)
	text := string(p.runes)
	for _, word := range fieldWords() {
		for from := 0; ; {
			at := strings.Index(text[from:], word)
			if at < 0 {
				break
			}
			start := utf8.RuneCountInString(text[:from+at])
			for i := start + 1; i < start+utf8.RuneCountInString(word); i++ {
				cut[i]++
			}
			from += at + len(word)
		}
	}
	for i := 1; i < len(p.runes); i++ {
		before, after := p.runes[i-1], p.runes[i]
		if before == '第' || strings.ContainsRune("年月日批号度期", after) {
			cut[i]++
		}
	}
	return cut
}

// fieldWords are words and phrases of notice titles that one does not tear.
func fieldWords() []string {
	return []string{
		"财政专项扶贫资金", "衔接推进", "乡村振兴", "乡村振兴补助资金", "专项资金", "补助资金", "衔接资金",
		"扶贫资金", "发展资金", "资金", "分配结果公告", "分配结果", "公告", "公示", "项目", "计划", "年度",
		"项目实施前公示", "项目完工公示", "到户补助公示", "项目库", "实施前公示", "完工公示", "公示牌", "财政", "专项", "扶贫", "脱贫攻坚", "脱贫", "巩固拓展", "成果", "补助", "整合", "方案", "调整",
		"使用情况", "完成情况", "情况", "实施", "竣工", "绩效", "自评", "报告", "农业农村", "农村", "乡村",
		"中央", "省级", "市级", "县级", "乡镇", "基础设施", "建设", "产业", "以工代赈", "少数民族", "人民政府",
	}
}
