package ledger

import (
	"strings"

	"fundbook/internal/fault"
)

const (
	upperDigits = "零壹贰叁肆伍陆柒捌玖"
	digitBytes  = len("零")
)

var (
	upperPlaces = [...]string{"", "拾", "佰", "仟"}
	upperLevels = [...]string{"", "万", "亿", "兆", "京"}
)

func upperDigit(d uint64) string {
	return upperDigits[d*uint64(digitBytes):][:digitBytes]
}

// Words writes the amount in capitals (大写金额): 人民币壹仟肆佰零玖元伍角整. A run of
// zeros is one 零; 元 and 角 at the end take 整, after 分 there is none; where 元
// is 0 and 角 is not, 零 is written (《会计基础工作规范》 art. 52; DOMAIN 9). 负 for a
// negative amount is for system prints only, never for a bill.
func (a Amount) Words() string {
	var b strings.Builder
	b.Grow(96)
	b.WriteString("人民币")
	if a < 0 {
		b.WriteString("负")
	}
	fen := a.magnitude()
	yuan, jiao, cent := fen/100, fen/10%10, fen%10
	if fen == 0 {
		b.WriteString("零元整")
		return b.String()
	}
	if yuan > 0 {
		writeYuan(&b, yuan)
		b.WriteString("元")
	}
	if jiao > 0 {
		if yuan > 0 && yuan%10 == 0 {
			b.WriteString("零")
		}
		b.WriteString(upperDigit(jiao) + "角")
	} else if yuan > 0 && cent > 0 {
		b.WriteString("零")
	}
	if cent > 0 {
		b.WriteString(upperDigit(cent) + "分")
	} else {
		b.WriteString("整")
	}
	return b.String()
}

// writeYuan writes a number > 0 in sections of four places: 万, 亿, 兆.
func writeYuan(b *strings.Builder, yuan uint64) {
	var sections [len(upperLevels)]uint64
	top := 0
	for i := 0; yuan > 0; i++ {
		sections[i], top = yuan%10_000, i
		yuan /= 10_000
	}
	gap := false // a whole section of zeros since the last one written
	for i := top; i >= 0; i-- {
		section := sections[i]
		if section == 0 {
			gap = true
			continue
		}
		if i < top && (gap || section < 1000) {
			b.WriteString("零")
		}
		writeSection(b, section)
		b.WriteString(upperLevels[i])
		gap = false
	}
}

// writeSection writes a number of 1..9999.
func writeSection(b *strings.Builder, section uint64) {
	started, zero := false, false
	for place, power := 3, uint64(1000); place >= 0; place, power = place-1, power/10 {
		d := section / power % 10
		if d == 0 {
			zero = started
			continue
		}
		if zero {
			b.WriteString("零")
			zero = false
		}
		b.WriteString(upperDigit(d) + upperPlaces[place])
		started = true
	}
}

// numeralKind classes the characters of a number in Chinese.
type numeralKind uint8

const (
	numeralDigit numeralKind = iota + 1 // value 0..9
	numeralPlace                        // 拾 1, 佰 2, 仟 3
	numeralLevel                        // 万 4, 亿 8, 兆 12
	numeralYuan
	numeralJiao
	numeralFen
	numeralWhole // 整
)

type numeral struct {
	kind  numeralKind
	value uint64
}

// numerals holds the upper (大写) and lower forms and their traditional shapes.
var numerals = func() map[rune]numeral {
	m := map[rune]numeral{}
	for kind, forms := range map[numeralKind][]string{
		numeralDigit: {"零〇○", "壹一弌", "贰二貳两兩", "叁三參叄", "肆四", "伍五", "陆六陸", "柒七", "捌八", "玖九"},
		numeralPlace: {"", "拾十", "佰百", "仟千"},
		numeralLevel: {4: "万萬", 8: "亿億", 12: "兆"},
		numeralYuan:  {"元圆圓"},
		numeralJiao:  {"角"},
		numeralFen:   {"分"},
		numeralWhole: {"整正"},
	} {
		for value, runes := range forms {
			for _, r := range runes {
				m[r] = numeral{kind, uint64(value)}
			}
		}
	}
	return m
}()

// numeralReader reads a number in Chinese from the left. One rule decides
// what is plain and what is not: a digit stands one place below the digit
// before it, or 零 stands between them. So 一千二 (1200 or 1002?) and 一亿二千 are
// refused, 一千零二 is not. Where a new 万, 元 or 角 begins, 零 may stand without
// need (壹拾万零柒仟元).
type numeralReader struct {
	total   uint64 // closed 兆 and 亿, in yuan
	wan     uint64 // a closed 万 which may still be the 万 of 万亿
	section uint64 // the open section
	level   uint64 // power of the last level closed; topLevel before the first
	place   uint64 // place of the last digit in the open section; 4 before the first
	digit   uint64 // a digit whose place is not known yet
	pending bool   // there is such a digit
	zero    bool   // 零 stands before what comes next
	gap     bool   // 零 stood before the open section
	any     bool   // anything was read

	wanFirst bool   // wan is the first level of the number
	fen      uint64 // 角 and 分
	stage    numeralKind
	last     numeralKind // kind of the last character
}

const topLevel = 16

// parseNumerals reads an amount in Chinese numerals, upper or lower. Without
// 元, 角, 分 or a last 万, 亿 it counts fenPerUnit fen.
func parseNumerals(s string, fenPerUnit uint64) (uint64, *fault.Error) {
	r := numeralReader{level: topLevel, place: 4}
	for i, c := range s {
		n, known := numerals[c]
		switch {
		case !known && i == 0:
			return 0, ErrAmountForm // not a number in any writing
		case !known || !r.read(n):
			return 0, ErrAmountWords
		}
	}
	if !r.any {
		return 0, ErrAmountForm // only a sign or a currency mark
	}
	if r.stage == 0 {
		if !r.closeYuan() {
			return 0, ErrAmountWords
		}
		if r.last != numeralLevel && fenPerUnit != fenPerYuan {
			if r.total > uint64(MaxLine)/fenPerUnit {
				return 0, ErrAmountLimit
			}
			return r.total * fenPerUnit, nil
		}
	}
	if r.pending || r.zero {
		return 0, ErrAmountWords // 五元三
	}
	return r.total*fenPerYuan + r.fen, nil
}

// read takes one character; false means that it breaks the rules of writing.
func (r *numeralReader) read(n numeral) bool {
	ok := r.stage != numeralWhole
	switch n.kind {
	case numeralDigit:
		ok = ok && r.stage != numeralFen && r.readDigit(n.value)
	case numeralPlace:
		ok = ok && r.stage == 0 && r.readPlace(n.value)
	case numeralLevel:
		ok = ok && r.stage == 0 && r.readLevel(n.value)
	case numeralYuan:
		ok = ok && r.stage == 0 && r.any && r.closeYuan()
		r.stage = numeralYuan
	case numeralJiao:
		ok = ok && r.stage <= numeralYuan && r.readPart(10)
		r.stage = numeralJiao
	case numeralFen:
		ok = ok && r.stage < numeralFen && r.readPart(1)
		r.stage = numeralFen
	case numeralWhole:
		ok = ok && r.stage != 0 && !r.pending && !r.zero && r.fen%10 == 0
		r.stage = numeralWhole
	}
	r.any, r.last = true, n.kind
	return ok
}

func (r *numeralReader) readDigit(d uint64) bool {
	if r.pending || d == 0 && r.zero {
		return false
	}
	if d == 0 {
		r.zero = true
		return true
	}
	r.digit, r.pending = d, true
	return true
}

// started reports whether a digit with its place stands before.
func (r *numeralReader) started() bool { return r.place < 4 || r.level < topLevel }

// put enters the waiting digit at place.
func (r *numeralReader) put(place, power uint64) bool {
	if place >= r.place || r.started() && !r.zero && r.place-place > 1 {
		return false
	}
	if r.zero && r.place < 4 && r.place-place == 1 {
		return false // 一百零五十
	}
	if r.place == 4 {
		r.gap = r.zero
	}
	r.section += r.digit * power
	r.place, r.pending, r.zero = place, false, false
	return true
}

func (r *numeralReader) readPlace(place uint64) bool {
	power := [...]uint64{1, 10, 100, 1000}[place]
	switch {
	case r.pending:
		return r.put(place, power)
	case r.zero && place < r.place: // 零佰, as printed forms have it
		r.gap = r.gap || r.place == 4
		r.place, r.zero = place, false
		return true
	case place == 1 && !r.any: // 十五
		r.digit = 1
		return r.put(place, power)
	}
	return false
}

// closeSection ends the open section at the level given and returns it.
func (r *numeralReader) closeSection(level uint64) (uint64, bool) {
	if r.pending && !r.put(0, 1) || r.zero && r.place > 1 && r.started() {
		return 0, false // 一千二; 一百零: is the rest lost?
	}
	section := r.section
	if section > 0 && r.level < topLevel && r.level > level+4 && !r.gap {
		return 0, false // 一亿二千: a level is left out without 零
	}
	r.section, r.place, r.zero, r.gap = 0, 4, false, false
	return section, true
}

func (r *numeralReader) readLevel(level uint64) bool {
	if level == 8 && r.level == 4 && r.wanFirst { // 一万二千亿
		section, ok := r.closeSection(0)
		r.total = (r.wan + section) * 1e8
		r.wan, r.wanFirst, r.level = 0, false, level
		return ok
	}
	if level >= r.level {
		return false
	}
	if r.place == 4 && !r.pending && !r.zero {
		return false // 万 without a number
	}
	section, ok := r.closeSection(level)
	switch level {
	case 4:
		r.wan, r.wanFirst = section*1e4, r.level == topLevel
	case 8:
		r.total += section * 1e8
	case 12:
		r.total += section * 1e12
	}
	r.level = level
	return ok
}

// closeYuan ends the whole yuan.
func (r *numeralReader) closeYuan() bool {
	section, ok := r.closeSection(0)
	r.total += r.wan + section
	r.wan = 0
	return ok
}

// readPart takes the waiting digit, or 零, as 角 (worth 10 fen) or 分 (1).
func (r *numeralReader) readPart(worth uint64) bool {
	if r.stage == 0 && (r.section != 0 || r.level != topLevel || r.place != 4) {
		return false // 十五角: 元 is left out
	}
	if !r.pending {
		ok := r.zero // 零角
		r.zero = false
		return ok
	}
	if worth == 1 && r.stage == numeralYuan && r.total > 0 && !r.zero {
		return false // 伍元贰分: 角 is left out without 零
	}
	r.fen += r.digit * worth
	r.pending, r.zero = false, false
	return true
}
