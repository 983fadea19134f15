package publicity

import "strings"

// setting is what measuring a text depends on.
type setting struct {
	fonts   *Fonts
	face    face
	size    fontSize
	spacing length // added between characters, except inside a Latin word or figure
	hang    bool   // a closing mark may stand in the margin (标点悬挂)
}

// width returns the length of text in this setting.
func (s setting) width(text string) length {
	var w length
	before := rune(-1)
	for _, r := range text {
		w += s.advance(r)
		if before >= 0 {
			w += s.gap(before, r)
		}
		before = r
	}
	return w
}

// gap returns what is added between two characters. A figure that is letter
// spaced is hard to read, so Chinese takes all the spacing.
func (s setting) gap(before, after rune) length {
	if isLatin(before) && isLatin(after) {
		return 0
	}
	return s.spacing
}

func (s setting) advance(r rune) length {
	source, _ := s.fonts.pick(s.face, r)
	return s.size.advance(s.fonts.sources[source].advance(r))
}

// line is one line of a broken text. Its text, joined with that of the others,
// is the input without its line feeds.
type line struct {
	text string
	hung bool // its last character hangs in the margin
	last bool // it ends a paragraph
}

// breakText breaks text into lines of at most width; the first line of each
// paragraph is shorter by indent. Paragraphs are parted by line feeds.
//
// The rules are those of GB/T 15834 and 避头尾: no closing mark begins a line, no
// opening mark ends one, numbers and Latin words stay whole, and so do —— and
// ……. A word too long for a line is broken where it must be.
func (s setting) breakText(text string, width, indent length) []line {
	var out []line
	for paragraph := range strings.SplitSeq(text, "\n") {
		p := s.measure(paragraph)
		for start := 0; ; {
			room := width
			if start == 0 {
				room -= indent
			}
			end, hung := p.next(start, room, width)
			last := end == len(p.runes)
			out = append(out, line{text: string(p.runes[start:end]), hung: hung, last: last})
			if last {
				break
			}
			start = end
		}
	}
	return out
}

// passage is a paragraph measured for breaking.
type passage struct {
	setting
	runes []rune
	upTo  []length // where character i begins
	ends  []length // where it ends
	legal []bool   // a line may end before character i
}

func (s setting) measure(paragraph string) *passage {
	p := &passage{setting: s, runes: []rune(paragraph)}
	p.upTo = make([]length, len(p.runes))
	p.ends = make([]length, len(p.runes))
	p.legal = make([]bool, len(p.runes)+1)
	for i, r := range p.runes {
		if i > 0 {
			p.upTo[i] = p.ends[i-1] + s.gap(p.runes[i-1], r)
			p.legal[i] = mayBreak(p.runes, i)
		}
		p.ends[i] = p.upTo[i] + s.advance(r)
	}
	p.legal[len(p.runes)] = true
	return p
}

// span is the width of characters a to b.
func (p *passage) span(a, b int) length {
	if a == b {
		return 0
	}
	return p.ends[b-1] - p.upTo[a]
}

// next returns where the line that begins at start ends, given its room, and
// whether its last character hangs. full is the room of the lines below.
func (p *passage) next(start int, room, full length) (end int, hung bool) {
	fit := start
	for fit < len(p.runes) && p.span(start, fit+1) <= room {
		fit++
	}
	if fit == len(p.runes) {
		return fit, false
	}
	end = fit
	for end < len(p.runes) && p.runes[end] == ' ' { // spaces vanish at the end of a line
		end++
	}
	if end > start && p.legal[end] {
		return end, false
	}
	if p.hang && fit > start && p.legal[fit+1] && strings.ContainsRune(hangable, p.runes[fit]) {
		return fit + 1, true
	}
	back := fit
	for back > start && !p.legal[back] {
		back--
	}
	if back > start && !p.tooLong(back, full) {
		return back, false
	}
	return p.force(start, fit), false
}

// tooLong reports that what stands between two legal breaks at i is longer
// than a whole line, so that pushing it to the next line gains nothing.
func (p *passage) tooLong(i int, full length) bool {
	end := i + 1
	for !p.legal[end] {
		end++
	}
	return p.span(i, end) > full
}

// force breaks where no rule allows it: inside a word rather than at a
// punctuation mark, and as far right as possible.
func (p *passage) force(start, fit int) int {
	for i := fit; i > start; i-- {
		if !isNoStart(p.runes, i) && !isNoEnd(p.runes[i-1]) {
			return i
		}
	}
	return max(fit, start+1)
}

const (
	// noStart may not begin a line (避头).
	noStart = "，。、；：？！）》」』】〕〉〗］｝’”％‰℃°′″·・～／々￠" + ",.;:?!)]}%/"
	// noEnd may not end one (避尾).
	noEnd = "（《「『【〔〈〖［｛‘“￥＄№§" + "([{$"
	// hangable marks leave the right half of their square empty.
	hangable = "，。、；：！？）》」』】〕〉”’"
)

// mayBreak reports whether a line may end before runes[i], i > 0.
func mayBreak(runes []rune, i int) bool {
	before, after := runes[i-1], runes[i]
	switch {
	case after == ' ':
		return false // the space stays with the line it ends
	case isNoStart(runes, i) || isNoEnd(before):
		return false
	case before == after && (after == '—' || after == '…' || after == '⸺'):
		return false
	case before == ' ':
		return true
	}
	return !joined(runes, i)
}

// isNoStart reports whether runes[i] may not begin a line. A single dash is a
// connector (2019—2020) and may not; a pair is a dash of its own.
func isNoStart(runes []rune, i int) bool {
	if r := runes[i]; r == '—' || r == '–' || r == '-' {
		pair := i+1 < len(runes) && runes[i+1] == r
		return i > 0 && runes[i-1] != r && !pair
	}
	return strings.ContainsRune(noStart, runes[i])
}

func isNoEnd(r rune) bool { return strings.ContainsRune(noEnd, r) }

// joined reports that a number or a Latin word runs across i.
func joined(runes []rune, i int) bool {
	before, after := runes[i-1], runes[i]
	if isWord(before) && isWord(after) {
		return true
	}
	if isDigit(before) && strings.ContainsRune("元万亿", after) {
		return true // an amount stays with its unit
	}
	// A sign inside a word joins what stands on both sides: 12,345.67, A/B-1.
	if strings.ContainsRune(wordSigns, before) && isWord(after) {
		return i > 1 && (isWord(runes[i-2]) || strings.ContainsRune(wordSigns, runes[i-2])) || before == '-' || before == '+'
	}
	return strings.ContainsRune(wordSigns, after) && isWord(before)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

const wordSigns = ".,:-_@+=&#~'"

func isWord(r rune) bool {
	return isDigit(r) || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r < 0x250
}
