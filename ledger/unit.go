package ledger

import "fundbook/internal/fault"

// The faults of units' names.
var (
	ErrUnitKind = fault.New(fault.Refused, "ledger.unit_kind", "一个单位名称只能是一种单位：部门、乡镇或下级县区（规则 I10）",
		"a unit's name stands for one kind of unit: a department, a township or a lower county (I10)")
	ErrUnitMerged = fault.New(fault.Refused, "ledger.unit_merged", "单位已并入其他单位，不再记账（E28）", "the unit has been merged into another and takes no more entries (E28)")
)

// UnitKind (单位性质) is what a unit's name stands for in one county. The first
// account that tells binds the name for ever: authority of a department must
// never count as that of a township with the same name, whose cash it would
// permit (I10).
type UnitKind uint8

// The kinds. A unit that only runs projects (7201 to 7204, 7301, 7302, 7401) is
// of no kind yet.
const (
	UnitUnbound     UnitKind = iota
	UnitTownship             // 1101, 7104, and the books of townships
	UnitDepartment           // 7103
	UnitLowerCounty          // 7105
)

// Chinese returns the name of the kind.
func (k UnitKind) Chinese() string {
	return [...]string{"未定", "乡镇", "部门", "下级县区"}[min(k, UnitLowerCounty)]
}

// namedUnit returns the unit that a key speaks of, and the kind that the key
// makes of it.
func namedUnit(k *Key) (name string, kind UnitKind) {
	if k.Book.IsTownship() {
		return string(k.Book), UnitTownship
	}
	switch k.Account {
	case "1101", "7104":
		kind = UnitTownship
	case "7103":
		kind = UnitDepartment
	case "7105":
		kind = UnitLowerCounty
	}
	return k.Unit, kind
}

// merger is one entry of E28 that has not been turned red.
type merger struct {
	Seq        int64
	Unit, Into string
}

// mergers lists the mergers of a county in order of recording.
type mergers []merger

// into returns the unit into which a unit was merged, through every merger
// since, or "".
func (ms mergers) into(unit string) string {
	last := ""
	for i := range ms {
		if ms[i].Unit == unit {
			unit, last = ms[i].Into, ms[i].Into
		}
	}
	return last
}

// before lists the units that were merged into a unit, in order of recording.
func (ms mergers) before(unit string) []string {
	var out []string
	seen := map[string]bool{}
	for i := range ms {
		if u := ms[i].Unit; !seen[u] && ms.into(u) == unit {
			seen[u] = true
			out = append(out, u)
		}
	}
	return out
}

// whole lists the entries of the merger that an entry belongs to, in order of
// recording, or none when it belongs to none that stands. A unit that is merged has
// no second merger while the first stands, so all that name it are one.
func (ms mergers) whole(seq int64) []int64 {
	unit := ""
	for i := range ms {
		if ms[i].Seq == seq {
			unit = ms[i].Unit
		}
	}
	var out []int64
	for i := range ms {
		if unit != "" && ms[i].Unit == unit {
			out = append(out, ms[i].Seq)
		}
	}
	return out
}

// without leaves the merger of an entry out.
func (ms mergers) without(seq int64) mergers {
	out := make(mergers, 0, len(ms))
	for _, m := range ms {
		if m.Seq != seq {
			out = append(out, m)
		}
	}
	return out
}

// Merger returns the units that an entry of E28 merges; ok is false for any
// other entry. A line that takes a balance from the old unit stands first, and
// the line that gives it to the new one follows.
func (e *Entry) Merger() (unit, into string, ok bool) {
	if e.Event != "E28" || len(e.lines) == 0 {
		return "", "", false
	}
	unit, _ = namedUnit(&e.lines[0].Key)
	for i := range e.lines {
		if into, _ = namedUnit(&e.lines[i].Key); into != unit {
			return unit, into, true
		}
	}
	return "", "", false
}

// unitNames is what the ledger knows of units' names when a unit of entries is
// judged.
type unitNames struct {
	mergers mergers
	kind    func(name string) (UnitKind, error)
	bind    func(name string, kind UnitKind)
}

// check refuses an entry that gives a unit's name a second kind (ErrUnitKind), or
// that moves an account of a unit merged into another (ErrUnitMerged): the book
// and every account that E28 took to the successor. Only turning the merger
// itself red may, which undoing says.
func (n *unitNames) check(e *Entry, undoing bool) error {
	var last string
	var known UnitKind
	var into string
	for i := range e.lines {
		k := &e.lines[i].Key
		name, kind := namedUnit(k)
		if name == "" {
			continue
		}
		if name != last {
			var err error
			if known, err = n.kind(name); err != nil {
				return err
			}
			last, into = name, n.mergers.into(name)
		}
		if into != "" && !undoing && (k.Book.IsTownship() || moves(k.Account)) {
			return ErrUnitMerged.With("%s：单位 %s 已并入 %s；请以 %s 办理（在 %s 名下新记，或先撤销并转：correct.unmerge，E28 整体红字）", k, name, into, into, into)
		}
		switch {
		case kind == UnitUnbound || kind == known:
		case known == UnitUnbound:
			known = kind
			n.bind(name, kind)
		default:
			return ErrUnitKind.With("%s：%s 在本县已是%s，不能又作%s；请为%s另取名称", k, name, known.Chinese(), kind.Chinese(), kind.Chinese())
		}
	}
	return n.sameKind(e)
}

// sameKind refuses a merger of a unit of one kind into one of another.
func (n *unitNames) sameKind(e *Entry) error {
	unit, into, ok := e.Merger()
	if !ok {
		return nil
	}
	a, err := n.kind(unit)
	if err != nil {
		return err
	}
	b, err := n.kind(into)
	if err != nil || a == b || a == UnitUnbound || b == UnitUnbound {
		return err
	}
	return ErrUnitKind.With("E28：%s 是%s，%s 是%s，不能并转", unit, a.Chinese(), into, b.Chinese())
}

// readdress applies a county's mergers to an entry that its event has made.
// What a unit executed stays under its name (E28 leaves 7302), so what comes back
// through the successor is taken from 7302 of the unit itself first, then of
// those merged into it, in order of merger, each up to what executed says that it
// has left; the rest stays where the guard will refuse it. What E23p gives back to
// accounts of a merged unit goes to its successor.
func (e *Entry) readdress(ms mergers, executed func(*Key) (Amount, error)) (Entry, error) {
	switch e.Event {
	case "E23", "E24", "E27", "E28":
		return *e, nil
	}
	changed := false
	taken := map[Key]Amount{}
	var lines []Line
	for _, l := range e.lines {
		name, _ := namedUnit(&l.Key)
		into := ms.into(name)
		switch {
		case e.Event == "E23p" && into != "" && (l.Key.Book.IsTownship() || moves(l.Key.Account)):
			l.Key = l.Key.renamed(into)
			changed = true
		case l.Key.Account == "7302" && l.Net() < 0 && name != "":
			split, err := l.amongPredecessors(ms.before(name), taken, executed)
			if err != nil {
				return Entry{}, err
			}
			lines = append(lines, split...)
			changed = changed || len(split) > 1 || split[0].Key != l.Key
			continue
		}
		lines = append(lines, l)
	}
	if !changed {
		return *e, nil
	}
	return NewEntry(e.Head, lines)
}

// renamed is the same account of another unit.
func (k Key) renamed(unit string) Key {
	if k.Book.IsTownship() {
		k.Book = Book(unit)
	} else {
		k.Unit = unit
	}
	return k
}

// amongPredecessors splits a line that lowers 7302 over the unit it names and
// those merged into it.
func (l *Line) amongPredecessors(before []string, taken map[Key]Amount, executed func(*Key) (Amount, error)) ([]Line, error) {
	if len(before) == 0 {
		return []Line{*l}, nil
	}
	rest, sign := -l.Net(), Amount(1)
	if l.Amount < 0 {
		sign = -1
	}
	var out []Line
	for _, unit := range append([]string{l.Key.Unit}, before...) {
		k := l.Key.renamed(unit)
		left, err := executed(&k)
		if err != nil {
			return nil, err
		}
		part := min(rest, max(left-taken[k], 0))
		if part == 0 {
			continue
		}
		taken[k] += part
		rest -= part
		x := *l
		x.Key, x.Amount = k, sign*part
		out = append(out, x)
	}
	if rest > 0 { // nobody executed it: the guard says so
		x := *l
		x.Amount = sign * rest
		out = append(out, x)
	}
	return out, nil
}
