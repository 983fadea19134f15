package ledger

import "slices"

// CheckAll recomputes I1–I10 (DOMAIN 4.6) and the guards of 4.5 from the
// balances of the keys alone, at the end of every effective day, and names the
// first that is broken: ErrUnbalanced, ErrOverdraw, ErrNoAuthority or
// ErrInvariant, with the lot, the day and the difference. It is written from
// the words of DOMAIN and shares nothing with the code that posts, so each is a
// check of the other.
func (m *Model) CheckAll() error {
	c := newChecker(m)
	for _, day := range c.days {
		c.day = day
		for _, v := range c.moves[day] {
			c.move(v.ref, v.net)
		}
		if err := c.endOfDay(); err != nil {
			return err
		}
	}
	return nil
}

type checker struct {
	m     *Model
	days  []Date
	moves map[Date][]dayMove
	day   Date

	balances []Amount // by Ref
	places   []place  // by Ref
	books    map[Book]*Amount
	lots     map[LotID]*lotSums
	groups   map[[3]string]*Amount

	moved     []Ref
	dirty     []*lotSums
	dirtyBook []Book
}

type dayMove struct {
	ref Ref
	net Amount
}

// lotSums are the sums that the equations of one lot speak of, debit positive.
type lotSums struct {
	id     LotID
	exempt bool // interest earned in a township is outside I10
	dirty  bool

	six, seven             Amount // Σ6xxx, Σ7xxx
	notArrived, arrived    Amount // Σ6xxx.N, Σ6xxx.Y
	borrowed               Amount // 1102.B
	cash                   Amount // 1001 + 1002, all books
	owed                   Amount // 2201 + 2004 + 2006
	between                Amount // 1102
	executed, paid         Amount // 7302, 7301
	takenBack              Amount // 7403 + 7404
	outside                Amount // 1201 + 1203 + 1303, all books
	townships              map[string]*townshipSums
	projects               map[string]*projectSums
	dirtyTowns, dirtyProjs []string
}

type townshipSums struct {
	advanced  Amount // county 1101[T]
	received  Amount // township 2102
	authority Amount // 7104[T] + 7401[T] + Σ unit T (7201+7202+7203+7204+7301) + 1211 of book T
}

type projectSums struct {
	payable Amount // 2001 + 2002 + 2003
	due     Amount // 7203 + 7204P + 1203 of all books
}

// place is where the movements of one key are added.
type place struct {
	lot                *lotSums
	group              *Amount
	township, project  string
	mirror, i10, byDue bool
}

func newChecker(m *Model) *checker {
	c := &checker{
		m: m, moves: map[Date][]dayMove{}, balances: make([]Amount, len(m.keys)), places: make([]place, len(m.keys)),
		books: map[Book]*Amount{}, lots: map[LotID]*lotSums{}, groups: map[[3]string]*Amount{},
	}
	count := map[Date]int{}
	for i := range m.keys {
		for _, d := range m.keys[i].days {
			count[d.day]++
		}
	}
	for day, n := range count {
		c.days = append(c.days, day)
		c.moves[day] = make([]dayMove, 0, n)
	}
	slices.Sort(c.days)
	for i := range m.keys {
		c.places[i] = c.place(&m.keys[i].key)
		for _, d := range m.keys[i].days {
			c.moves[d.day] = append(c.moves[d.day], dayMove{Ref(i), d.debit - d.credit})
		}
	}
	return c
}

func (c *checker) place(k *Key) place {
	lot := c.lots[k.Lot]
	if lot == nil {
		lot = &lotSums{id: k.Lot, townships: map[string]*townshipSums{}, projects: map[string]*projectSums{}}
		lot.exempt = c.m.lots[k.Lot].lot.Class == ClassLX
		c.lots[k.Lot] = lot
	}
	group := "F"
	switch k.Account[0] {
	case '6', '7':
		group = "B"
	case '9':
		group = "M"
	}
	g := [3]string{string(k.Book), group, string(k.Lot[:])}
	if c.groups[g] == nil {
		c.groups[g] = new(Amount)
	}
	if c.books[k.Book] == nil {
		c.books[k.Book] = new(Amount)
	}
	p := place{lot: lot, group: c.groups[g]}
	switch k.Account {
	case "1101":
		p.township, p.mirror, p.i10 = k.Unit, true, true
	case "2102":
		p.township, p.mirror = string(k.Book), true
	case "7104", "7401", "7201", "7202", "7203", "7204", "7301":
		p.township, p.i10 = k.Unit, k.Unit != ""
	case "1211":
		p.township, p.i10 = string(k.Book), k.Book != "C"
	}
	switch k.Account {
	case "2001", "2002", "2003", "1203", "7203":
		p.project, p.byDue = k.Project, true
	case "7204":
		p.project, p.byDue = k.Project, k.Sub == "P"
	}
	if (p.mirror || p.i10) && lot.townships[p.township] == nil {
		lot.townships[p.township] = &townshipSums{}
	}
	if p.byDue && lot.projects[p.project] == nil {
		lot.projects[p.project] = &projectSums{}
	}
	return p
}

func (c *checker) move(ref Ref, net Amount) {
	p, k := &c.places[ref], &c.m.keys[ref].key
	c.balances[ref] += net
	*p.group += net
	c.moved = append(c.moved, ref)
	l := p.lot
	if !l.dirty {
		l.dirty = true
		c.dirty = append(c.dirty, l)
	}
	l.add(k, net)
	if p.mirror || p.i10 {
		l.dirtyTowns = append(l.dirtyTowns, p.township)
		l.townships[p.township].add(k, net)
	}
	if p.byDue {
		l.dirtyProjs = append(l.dirtyProjs, p.project)
		if k.Account[0] == '2' {
			l.projects[p.project].payable += net
		} else {
			l.projects[p.project].due += net
		}
	}
	if k.Account == "1102" {
		*c.books[k.Book] += net
		c.dirtyBook = append(c.dirtyBook, k.Book)
	}
}

func (l *lotSums) add(k *Key, net Amount) {
	switch k.Account {
	case "1001", "1002":
		l.cash += net
	case "2201", "2004", "2006":
		l.owed += net
	case "1102":
		l.between += net
		if k.Sub == "B" {
			l.borrowed += net
		}
	case "1201", "1203", "1303":
		l.outside += net
	case "7301":
		l.paid += net
	case "7302":
		l.executed += net
	case "7403", "7404":
		l.takenBack += net
	}
	switch k.Account[0] {
	case '6':
		l.six += net
		if k.Sub[len(k.Sub)-1] == 'N' {
			l.notArrived += net
		} else {
			l.arrived += net
		}
	case '7':
		l.seven += net
	}
}

func (t *townshipSums) add(k *Key, net Amount) {
	switch k.Account {
	case "1101":
		t.advanced += net
	case "2102":
		t.received += net
	default:
		t.authority += net
	}
}

// endOfDay judges what moved today. The order is I1, I3 and then the equations.
func (c *checker) endOfDay() error {
	for _, ref := range c.moved {
		k := &c.m.keys[ref].key
		if g := *c.places[ref].group; g != 0 {
			return ErrUnbalanced.With("I1：%s 账套 %s 科目 %s 所在账组、批次 %s 借贷差 %s", c.day, k.Book, k.Account, k.Lot, g)
		}
		if b := c.balances[ref]; mustBeDebit(k) && b < 0 || mustBeCredit(k) && b > 0 {
			return ErrOverdraw.With("I3：%s %s 批次 %s 余额 %s", c.day, k, k.Lot, b)
		}
	}
	for _, book := range c.dirtyBook {
		if b := *c.books[book]; b != 0 {
			return ErrInvariant.With("I9：%s 账套 %s 的 1102 合计 %s", c.day, book, b)
		}
	}
	for _, l := range c.dirty {
		if err := l.check(c.day); err != nil {
			return err
		}
		l.dirty = false
	}
	c.moved, c.dirtyBook, c.dirty = c.moved[:0], c.dirtyBook[:0], c.dirty[:0]
	return nil
}

// mustBeDebit lists the accounts of 4.5 that stay on the debit side.
func mustBeDebit(k *Key) bool {
	switch k.Account {
	case "1001", "1002", "1101", "1201", "1203", "1211", "1301", "1303":
		return true
	case "1102":
		return k.Sub == "L"
	}
	return k.Account[0] == '7'
}

// mustBeCredit lists the accounts of 4.5 that stay on the credit side.
func mustBeCredit(k *Key) bool {
	switch k.Account {
	case "2001", "2002", "2003", "2004", "2005", "2006", "2102", "2201":
		return true
	case "1102":
		return k.Sub == "B"
	}
	return false
}

// check judges the sums of one lot. Credits are negative here, so "Σ6xxx =
// Σ7xxx" reads six + seven = 0.
func (l *lotSums) check(day Date) error {
	switch {
	case l.six+l.seven != 0:
		return ErrInvariant.With("I2：%s 批次 %s 指标来源 %s，去向 %s", day, l.id, -l.six, l.seven)
	case l.notArrived > 0:
		return ErrOverdraw.With("I3：%s 批次 %s 未到位指标为借方 %s", day, l.id, l.notArrived)
	case l.arrived > 0 && l.arrived > -l.borrowed:
		return ErrOverdraw.With("I3：%s 批次 %s 已到位指标为借方 %s，借入垫付 %s", day, l.id, l.arrived, -l.borrowed)
	case l.paid != l.outside:
		return ErrInvariant.With("I6：%s 批次 %s 7301 %s，1201+1203+1303 %s", day, l.id, l.paid, l.outside)
	}
	left := l.cash + l.owed + l.between
	right := -l.arrived - (l.paid + l.executed) - l.takenBack
	if left != right {
		return ErrInvariant.With("I8：%s 批次 %s 现金一侧 %s，指标一侧 %s", day, l.id, left, right)
	}
	for _, name := range l.dirtyTowns {
		t := l.townships[name]
		if t.advanced+t.received != 0 {
			return ErrInvariant.With("I4：%s 批次 %s 乡镇 %s 县级 1101 %s，乡镇 2102 %s", day, l.id, name, t.advanced, -t.received)
		}
		if !l.exempt && t.advanced > t.authority {
			return ErrNoAuthority.With("I10：%s 批次 %s 乡镇 %s 资金 %s 大于指标 %s", day, l.id, name, t.advanced, t.authority)
		}
	}
	for _, name := range l.dirtyProjs {
		p := l.projects[name]
		if -p.payable != p.due {
			return ErrInvariant.With("I7：%s 批次 %s 项目 %s 应付 %s，待支付 %s", day, l.id, name, -p.payable, p.due)
		}
	}
	l.dirtyTowns, l.dirtyProjs = l.dirtyTowns[:0], l.dirtyProjs[:0]
	return nil
}
