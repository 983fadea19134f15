package region

import (
	"slices"
	"strings"
	"unicode"
)

// Query asks which division a document means.
type Query struct {
	Township string // as printed; "" searches every township
	Village  string // as printed; "" asks for the township itself
	On       Day    // names of that day go before others; 0 means now
}

// Find returns the divisions that the printed names may mean, as they were named
// on the day: none, one, or several, among which only a person can choose. Suffixes
// and inner spaces do not matter (濂江, 濂江村, 濂江村委会, 濂江村民委员会), but 村 and 社区
// are told apart where both are printed. Former names are found when no present
// one fits.
func (s *Set) Find(q Query) []Division {
	if s == nil || q.Township == "" && q.Village == "" {
		return nil
	}
	towns := s.match(q.Township, q.On, func(c Code) bool { return c.Level() == Township })
	if q.Village == "" {
		return towns
	}
	return s.match(q.Village, q.On, func(c Code) bool {
		if c.Level() != Village {
			return false
		}
		return q.Township == "" || slices.ContainsFunc(towns, func(t Division) bool { return t.Code == c.Parent() })
	})
}

// match returns the codes whose name fits best.
func (s *Set) match(printed string, on Day, eligible func(Code) bool) []Division {
	want := readName(printed)
	if want.full == "" {
		return nil
	}
	best := 1 // what is no better than 0 is no match
	var out []Division
	for _, c := range s.codes {
		if !eligible(c) {
			continue
		}
		score := s.score(c, on, want)
		if score < best {
			continue
		}
		if score > best {
			best, out = score, nil
		}
		if d, ok := s.named(c, on); ok {
			out = append(out, d)
		}
	}
	return out
}

// score says how well a name fits a code: 0 not at all; the name of the day
// before a former one, the whole name before its stem.
func (s *Set) score(c Code, on Day, want nameParts) int {
	present, _ := s.named(c, on)
	best := 0
	for _, d := range s.History(c) {
		if d.Name == "" {
			continue
		}
		fit := 2 * want.fit(readName(d.Name))
		if fit > 0 && d.Name == present.Name {
			fit++
		}
		best = max(best, fit)
	}
	return best
}

// nameParts is a printed name taken apart.
type nameParts struct {
	full string // without spaces
	stem string // without the word for the office
	root string // without the word for the kind of division as well
	kind rune   // 村 or 居, 镇 or 乡 or 街; 0 where none is printed
}

// offices are the words for an office, longest first, with what stays of them.
var offices = []struct {
	suffix, stays string
	kind          rune
}{
	{"村民委员会", "", '村'},
	{"社区居民委员会", "", '居'},
	{"社区居委会", "", '居'},
	{"社区委员会", "", '居'},
	{"居民委员会", "", '居'},
	{"村委会", "", '村'},
	{"居委会", "", '居'},
	{"社区", "", '居'},
	{"街道办事处", "街道", 0},
	{"人民政府", "", 0},
	{"办事处", "街道", 0},
}

// kinds are the words for a kind of division.
var kinds = []struct {
	suffix string
	kind   rune
}{{"民族乡", '乡'}, {"街道", '街'}, {"村", '村'}, {"镇", '镇'}, {"乡", '乡'}}

func readName(printed string) nameParts {
	p := nameParts{full: squash(printed)}
	p.stem = p.full
	for _, o := range offices {
		if rest, ok := strings.CutSuffix(p.full, o.suffix); ok && rest != "" {
			p.stem, p.kind = rest+o.stays, o.kind
			break
		}
	}
	p.root = p.stem
	for _, k := range kinds {
		if p.kind == '居' {
			break // 孔田镇居委会 is the residents' committee of the town
		}
		if rest, ok := strings.CutSuffix(p.stem, k.suffix); ok && rest != "" {
			p.root = rest
			if p.kind == 0 {
				p.kind = k.kind
			}
			break
		}
	}
	return p
}

// fit says how well two names agree: 3 whole, 2 stems, 1 stem and root; 0 not at
// all, or two different kinds.
func (p nameParts) fit(o nameParts) int {
	switch {
	case p.full == o.full:
		return 3
	case p.kind != 0 && o.kind != 0 && p.kind != o.kind:
		return 0
	case p.stem == o.stem:
		return 2
	case p.stem == o.root, p.root == o.stem, p.root == o.root:
		return 1
	}
	return 0
}

// squash takes spaces and invisible characters out of a printed name (睢 县).
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
}
