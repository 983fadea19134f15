package publicity

import (
	"regexp"
	"strings"

	"fundbook/internal/fault"
	"fundbook/projects"
)

// ErrPrivate refuses what identifies a person beyond his masked name: it never
// stands on a notice (DOMAIN 9: 政府信息公开条例第十五条、个人信息保护法).
var ErrPrivate = fault.New(fault.Refused, "publicity.private", "公告含有个人敏感信息", "the notice holds personal data")

// Masked (脱敏姓名) is a name as a notice may show it. It cannot be made of a string:
// only of a person whom the store keeps sealed.
type Masked struct{ shown string }

// Mask says how much of a name is shown.
type Mask int

// The masks of DOMAIN 9.
const (
	MaskBoard Mask = iota // on a board: the whole name, with village and group
	MaskWeb               // on the web: 张*三
	MaskMinor             // minors and programmes of health: 李＊＊
)

// String returns the name as it is shown.
func (m Masked) String() string { return m.shown }

// MaskName masks the name of a person.
func MaskName(p *projects.Person, how Mask) Masked {
	runes := []rune(strings.TrimSpace(p.Name))
	switch {
	case len(runes) == 0 || how == MaskBoard:
	case how == MaskMinor:
		for i := 1; i < len(runes); i++ {
			runes[i] = '＊'
		}
	case len(runes) == 2:
		runes[1] = '＊'
	default:
		for i := 1; i < len(runes)-1; i++ {
			runes[i] = '＊'
		}
	}
	return Masked{string(runes)}
}

// Patterns of what must not be shown, on text without blanks and dashes.
var (
	idCard = regexp.MustCompile(`(^|[^0-9])([1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]|[1-9][0-9]{5}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3})($|[^0-9])`)
	mobile = regexp.MustCompile(`(^|[^0-9])1[3-9][0-9]{9}($|[^0-9])`)
	digits = regexp.MustCompile(`(?:^|[^0-9])([0-9]{16,19})(?:$|[^0-9])`)
)

// private says what in a text must not be public, or nothing.
func private(s string) string {
	if len(s) < 11 {
		return ""
	}
	s = plainDigits.Replace(s)
	switch {
	case idCard.MatchString(s):
		return "公民身份号码"
	case mobile.MatchString(s):
		return "手机号码"
	}
	for _, n := range digits.FindAllStringSubmatch(s, -1) {
		if luhn(n[1]) {
			return "银行卡号"
		}
	}
	return ""
}

// plainDigits makes figures of full width ordinary ones and drops what may stand between
// the digits of a number.
var plainDigits = func() *strings.Replacer {
	pairs := []string{" ", "", "　", "", "-", "", "\u00a0", ""}
	for i, r := range []rune("０１２３４５６７８９") {
		pairs = append(pairs, string(r), string(rune('0'+i)))
	}
	return strings.NewReplacer(pairs...)
}()

// luhn reports whether the check digit of a card number is right.
func luhn(n string) bool {
	sum := 0
	for i := range len(n) {
		d := int(n[len(n)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// checkPrivate looks at every text of a sheet. Contacts are the issuing unit's own.
func (s *Sheet) checkPrivate() error {
	look := func(where string, texts ...string) error {
		for _, t := range texts {
			if what := private(t); what != "" {
				return ErrPrivate.With("%s含有%s，不得公开", where, what)
			}
		}
		return nil
	}
	if err := look("标题或者说明", append([]string{s.Title, s.Number, s.Publisher, s.Supervision}, s.Lead...)...); err != nil {
		return err
	}
	for i := range s.Parts {
		p := &s.Parts[i]
		where := "“" + p.Name + "”"
		if err := look(where, append([]string{p.Note}, p.Text...)...); err != nil {
			return err
		}
		for _, f := range p.Facts {
			if err := look(where, f.Label, f.Text); err != nil {
				return err
			}
		}
		for _, r := range p.Table.Rows {
			for _, c := range r.Cells {
				if err := look(where, c.Text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
