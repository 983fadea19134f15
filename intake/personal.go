package intake

import (
	"regexp"
	"time"
	"unicode"
	"unicode/utf8"
)

// Law 5: personal data enters the log only as a commitment, and a funding notice
// needs none. A notice whose texts carry a resident ID, a bank card or a mobile
// number is refused before anything of it is recorded; the value is not repeated.

var (
	digitRuns   = regexp.MustCompile(`[0-9]{11,19}[Xx]?`)
	mobileShape = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
)

// checkTexts looks through the texts that people wrote for personal data and for
// characters that were lost; amounts, dates and the address of the page are left
// out.
func (p *planner) checkTexts() {
	n := p.n
	check := func(at placer, cells []cell) {
		for _, c := range cells {
			switch c.column {
			case "amount_wan", "amount_fen", "amount_as_printed", "url", "published", "stated_total_wan", "fund_year", "division_code":
				continue
			}
			if kind := personal(*c.text); kind != "" {
				p.add(find(PersonalData, Error, at(c.column)).say("文字中有%s；请删去后再导入", kind))
			}
			if r := damaged(*c.text); r != 0 {
				p.add(find(DamagedText, Warning, at(c.column)).say("含不能显示的字符 U+%04X，可能已丢字", r))
			}
		}
	}
	check(n.at, n.cells())
	for i := range n.Sources {
		check(n.Sources[i].at, n.Sources[i].cells())
	}
	for i := range n.Lines {
		check(n.Lines[i].at, n.Lines[i].cells())
	}
}

// personal names the kind of personal number that a text holds, or nothing.
func personal(s string) string {
	for _, run := range digitRuns.FindAllString(s, -1) {
		switch {
		case len(run) == 18 && residentID(run):
			return "身份证号"
		case mobileShape.MatchString(run):
			return "手机号"
		case len(run) >= 16 && len(run) <= 19 && luhn(run):
			return "银行卡号"
		}
	}
	return ""
}

// damaged returns a character that stands for one that was lost or that only its
// maker can show: the replacement character, or one for private use.
func damaged(s string) rune {
	for _, r := range s {
		if r == utf8.RuneError || unicode.Is(unicode.Co, r) {
			return r
		}
	}
	return 0
}

// residentID checks date and check digit of GB 11643 (DOMAIN 9).
func residentID(s string) bool {
	const weights, check = "\x07\x09\x0a\x05\x08\x04\x02\x01\x06\x03\x07\x09\x0a\x05\x08\x04\x02", "10X98765432"
	if _, err := time.Parse("20060102", s[6:14]); err != nil {
		return false
	}
	sum := 0
	for i := range weights {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		sum += int(s[i]-'0') * int(weights[i])
	}
	last := s[17]
	if last == 'x' {
		last = 'X'
	}
	return check[sum%11] == last
}

// luhn checks the last digit of a card number.
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		c := s[len(s)-1-i]
		if c < '0' || c > '9' {
			return false
		}
		d := int(c - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
