package ledger

// The equations I1, I2, I4 and I6–I9 (DOMAIN 4.6) are linear and hold when
// nothing is posted, so they hold for ever iff the movements of every unit
// (entries of one command that belong together) satisfy them. That is checked
// on the unit's own lines: no balance is read.

// eqKey names one equation instance; only the fields it needs are set.
type eqKey struct {
	name    string
	lot     LotID
	book    Book
	project string
}

// CheckUnit refuses a unit of entries whose movements break an equation on any
// effective day. R1 holds already, by NewEntry.
func CheckUnit(unit []Entry) error {
	if len(unit) == 1 {
		return checkEquations(unit[0].lines)
	}
	byDay := map[Date][]Line{}
	for i := range unit {
		byDay[unit[i].Date] = append(byDay[unit[i].Date], unit[i].lines...)
	}
	for i := range unit {
		if err := checkEquations(byDay[unit[i].Date]); err != nil {
			return err
		}
	}
	return nil
}

func checkEquations(lines []Line) error {
	var buf [4]eqSum // it goes to the heap: as many as most entries need
	sums := eqSums{list: buf[:0]}
	for i := range lines {
		sums.line(&lines[i].Key, lines[i].Net())
	}
	for _, s := range sums.list {
		if s.net != 0 {
			return s.fault()
		}
	}
	return nil
}

type eqSum struct {
	key eqKey
	net Amount
}

// eqSums adds up the equations; a short list is searched, a long one indexed.
type eqSums struct {
	list  []eqSum
	index map[eqKey]int
}

func (s *eqSums) add(k eqKey, net Amount) {
	if s.index != nil {
		if i, ok := s.index[k]; ok {
			s.list[i].net += net
			return
		}
	} else {
		for i := len(s.list) - 1; i >= 0; i-- {
			if s.list[i].key == k {
				s.list[i].net += net
				return
			}
		}
	}
	s.list = append(s.list, eqSum{k, net})
	switch {
	case s.index != nil:
		s.index[k] = len(s.list) - 1
	case len(s.list) > 64:
		s.index = make(map[eqKey]int, 4*len(s.list))
		for i := range s.list {
			s.index[s.list[i].key] = i
		}
	}
}

// line adds what a movement contributes to each equation, written so that the
// equation is Σ = 0.
func (s *eqSums) line(k *Key, net Amount) {
	switch k.Account {
	case "1101": // I4 county 1101[T] = township 2102
		s.add(eqKey{name: "I4", lot: k.Lot, book: Book(k.Unit)}, net)
	case "2102":
		s.add(eqKey{name: "I4", lot: k.Lot, book: k.Book}, net)
	case "7301": // I6 7301 = 1201 + 1203 + 1303 of all books
		s.add(eqKey{name: "I6", lot: k.Lot}, -net)
	case "1201", "1303":
		s.add(eqKey{name: "I6", lot: k.Lot}, net)
	case "1203":
		s.add(eqKey{name: "I6", lot: k.Lot}, net)
		s.add(eqKey{name: "I7", lot: k.Lot, project: k.Project}, net)
	case "2001", "2002", "2003": // I7 payables = 7203 + 7204P + 1203
		s.add(eqKey{name: "I7", lot: k.Lot, project: k.Project}, net)
	case "7203":
		s.add(eqKey{name: "I7", lot: k.Lot, project: k.Project}, net)
	case "7204":
		if k.Sub == "P" {
			s.add(eqKey{name: "I7", lot: k.Lot, project: k.Project}, net)
		}
	}
	s.cash(k, net)
}

// cash adds to I8: cash − 2201 − 2004 − 2006 + 1102 (as amounts on their normal
// sides) = Σ6xxx.Y − (7301 + 7302) − (7403 + 7404); and to I9: Σ1102 = 0.
func (s *eqSums) cash(k *Key, net Amount) {
	switch k.Account {
	case "1001", "1002", "2201", "2004", "2006":
		s.add(eqKey{name: "I8", lot: k.Lot}, net)
	case "1102":
		s.add(eqKey{name: "I8", lot: k.Lot}, net)
		s.add(eqKey{name: "I9", book: k.Book}, net)
	case "7301", "7302", "7403", "7404":
		s.add(eqKey{name: "I8", lot: k.Lot}, net)
	default:
		if k.Account[0] == '6' && arrivedSub(k.Sub) {
			s.add(eqKey{name: "I8", lot: k.Lot}, net)
		}
	}
}

var equations = map[string]string{
	"I4": "县级账 1101 与乡镇账 2102 应相等",
	"I6": "7301 应等于 1201+1203+1303",
	"I7": "应付款 2001+2002+2003 应等于 7203+7204P+1203",
	"I8": "现金与已到位未使用指标应相等",
	"I9": "批次间垫付 1102 合计应为零",
}

func (s eqSum) fault() error {
	where := ""
	if s.key.book != "" {
		where += " 账套 " + string(s.key.book)
	}
	if s.key.project != "" {
		where += " 项目 " + s.key.project
	}
	return ErrInvariant.With("%s %s：批次 %s%s 相差 %s", s.key.name, equations[s.key.name], s.key.lot, where, s.net)
}
