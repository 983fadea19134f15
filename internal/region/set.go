package region

import (
	"cmp"
	"slices"
)

// Set is all that is known of the divisions of a county. The nil Set knows
// nothing and answers so.
type Set struct {
	codes []Code // in order
	rows  map[Code][]Division
}

// NewSet makes a set of statements in any order. Of two about one code and day
// the first counts.
func NewSet(rows []Division) *Set {
	s := &Set{rows: map[Code][]Division{}}
	for _, d := range rows {
		list := s.rows[d.Code]
		if len(list) == 0 {
			s.codes = append(s.codes, d.Code)
		}
		if !slices.ContainsFunc(list, func(x Division) bool { return x.From == d.From }) {
			s.rows[d.Code] = append(list, d)
		}
	}
	slices.Sort(s.codes)
	for _, list := range s.rows {
		slices.SortFunc(list, func(a, b Division) int { return cmp.Compare(a.From, b.From) })
	}
	return s
}

// Len returns the number of codes.
func (s *Set) Len() int {
	if s == nil {
		return 0
	}
	return len(s.codes)
}

// History returns the statements about a code in order of their dates. The caller
// must not change them.
func (s *Set) History(c Code) []Division {
	if s == nil {
		return nil
	}
	return s.rows[c]
}

// NameOn returns the name that a code had on a day; day 0 means now. A code that
// is known has a name on every day (see the laws of the package).
func (s *Set) NameOn(c Code, day Day) (string, bool) {
	d, ok := s.named(c, day)
	return d.Name, ok
}

// Exists reports whether the division is known to have existed on a day.
func (s *Set) Exists(c Code, day Day) bool {
	i, list := s.find(c, day)
	if i < 0 {
		return false
	}
	d := list[i]
	return d.Name != "" && (d.To == 0 || day <= d.To)
}

// Successor returns the code that took the place of one that ended on or before a
// day, following a chain of them; "" when it still exists or nothing is stated.
func (s *Set) Successor(c Code, day Day) Code {
	start := c
	for range 16 { // a longer chain is a circle
		i, list := s.find(c, day)
		if i < 0 || list[i].Successor == "" || s.Exists(c, day) {
			break
		}
		c = list[i].Successor
	}
	if c == start {
		return ""
	}
	return c
}

// find returns the index of the statement in force on a day, −1 before the first.
func (s *Set) find(c Code, day Day) (int, []Division) {
	if day == 0 {
		day = maxDay
	}
	list := s.History(c)
	i := len(list) - 1
	for i >= 0 && list[i].From > day {
		i--
	}
	return i, list
}

// named returns the statement whose name the code bears on a day.
func (s *Set) named(c Code, day Day) (Division, bool) {
	i, list := s.find(c, day)
	if i >= 0 && list[i].Name != "" {
		return list[i], true
	}
	for _, d := range list[i+1:] { // not yet known: the first name to come
		if d.Name != "" {
			return d, true
		}
	}
	for ; i >= 0; i-- { // gone: the last name it had
		if list[i].Name != "" {
			return list[i], true
		}
	}
	return Division{}, false
}

// Children returns the codes directly below a code that existed on a day.
func (s *Set) Children(parent Code, day Day) []Code {
	var out []Code
	if s == nil {
		return nil
	}
	for _, c := range s.codes {
		if c.Parent() == parent && s.Exists(c, day) {
			out = append(out, c)
		}
	}
	return out
}
