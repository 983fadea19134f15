package ledger

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A name (名称) tells accounts apart: a unit, project, contract, payee, pool, book,
// or the code of a lot. Two names that look alike must be one, so each name has one
// canonical form, CleanName gives it, and the ledger takes no other: it never
// changes what an officer writes, but says how to write it. An import, whose
// printed text nobody can correct, passes through CleanName.

// CleanName returns the canonical form of a name: NFC, with
//   - what cannot be seen taken out (format characters such as U+200B, fillers,
//     and variation selectors but those of a Han character, IVS),
//   - every blank (ideographic, no-break …) as one space, none at the ends,
//   - full-width letters, digits and other compatibility characters as the plain
//     ones they stand for (Ａ１ → A1, ① → 1, Ⅱ → II, ㎡ → m2, ⼟ → 土),
//   - marks as type is set: （ ） in a name with Han characters, ( ) in any other;
//     ， ： ； beside a Han character, and , : ; elsewhere.
//
// Control characters and broken UTF-8 stay: they are refused, not guessed at.
func CleanName(s string) string {
	if simpleName(s) {
		return s
	}
	s = norm.NFC.String(foldName(s))
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	return setMarks(s)
}

// setMarks gives the marks that have two widths the one that type takes.
func setMarks(s string) string {
	runes := []rune(s)
	han := strings.IndexFunc(s, isHan) >= 0
	for i, r := range runes {
		for _, p := range widePairs {
			if r != p.narrow && r != p.wide {
				continue
			}
			wide := han
			if !p.bracket {
				wide = i > 0 && isHan(runes[i-1]) || i+1 < len(runes) && isHan(runes[i+1])
			}
			if runes[i] = p.narrow; wide {
				runes[i] = p.wide
			}
		}
	}
	return string(runes)
}

var widePairs = [...]struct {
	narrow, wide rune
	bracket      bool
}{{'(', '（', true}, {')', '）', true}, {',', '，', false}, {':', '：', false}, {';', '；', false}}

func isWidePair(r rune) bool {
	for _, p := range widePairs {
		if r == p.narrow || r == p.wide {
			return true
		}
	}
	return false
}

// foldName takes out what cannot be seen and folds blanks and compatibility
// characters.
func foldName(s string) string {
	var b strings.Builder
	var last rune
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteByte(s[i]) // broken: refused by nameOK
			continue
		case isIVS(r) && isHan(last):
			b.WriteRune(r)
		case unseen(r):
			continue
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case isWidePair(r):
			b.WriteRune(r)
		default:
			b.WriteString(norm.NFKC.String(string(r)))
		}
		last = r
	}
	return b.String()
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// isIVS reports whether r chooses the shape of the ideograph before it.
func isIVS(r rune) bool { return r >= 0xE0100 && r <= 0xE01EF }

// unseen reports whether a character shows nothing.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == '\u2800'
}

// simpleName reports at once that a name is canonical, as nearly all are: ASCII
// without blanks at the ends or doubled, or unified ideographs, and no bracket or
// mark that has two widths.
func simpleName(s string) bool {
	for i, r := range s {
		switch {
		case r == ' ':
			if i == 0 || i == len(s)-1 || s[i-1] == ' ' {
				return false
			}
		case r > ' ' && r < 0x7f:
			if r == '(' || r == ')' || r == ',' || r == ':' || r == ';' {
				return false
			}
		case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3400 && r <= 0x4DBF, r >= 0x20000 && r <= 0x2A6DF:
		default:
			return false
		}
	}
	return true
}

// nameOK reports whether a name is in canonical form and free of control
// characters.
func nameOK(s string) bool {
	return simpleName(s) || visible(s) && CleanName(s) == s
}

// visible reports whether a text is good UTF-8 without control characters,
// characters that cannot be seen, or blanks at its ends.
func visible(s string) bool {
	if !utf8.ValidString(s) || s != strings.TrimSpace(s) {
		return false
	}
	var last rune
	for _, r := range s {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) || unseen(r) && !(isIVS(r) && isHan(last)) {
			return false
		}
		last = r
	}
	return true
}

// NameProblem says why the ledger does not take a name and how to write it; ""
// for a name that it takes.
func NameProblem(s string) string {
	if nameOK(s) {
		return ""
	}
	return "名称 " + quoteInput(s) + " 含控制字符、不可见字符、全角或兼容字符，或首尾空格；请写作 " + quoteInput(CleanName(s))
}

// checkNames refuses a posting with a name that is not in canonical form.
func (p *Posting) checkNames() error {
	if err := p.checkName("project", p.Project, "contract", p.Contract, "payee", p.Payee, "unit", p.Unit, "pool", p.Pool, "township", string(p.Township)); err != nil {
		return err
	}
	if t := p.To; t != nil {
		if err := p.checkName("to.project", t.Project, "to.contract", t.Contract, "to.payee", t.Payee, "to.unit", t.Unit); err != nil {
			return err
		}
	}
	for i := range p.Parts {
		if err := p.checkName("parts", p.Parts[i].Unit); err != nil {
			return err
		}
	}
	for i := range p.Opening {
		k := &p.Opening[i].Key
		if err := p.checkName("opening", string(k.Book), "opening", k.Project, "opening", k.Contract, "opening", k.Payee, "opening", k.Unit, "opening", k.Pool); err != nil {
			return err
		}
	}
	return nil
}

// checkName takes pairs of a place and the name that stands there.
func (p *Posting) checkName(pairs ...string) error {
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if why := NameProblem(pairs[1]); why != "" {
			return ErrKey.With("%s：%s", p.label(), why).At(pairs[0], "not in canonical form", "")
		}
	}
	return nil
}
