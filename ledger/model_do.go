package ledger

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Do applies the rule of a posting's event to this ledger and posts the unit of
// entries that results, all or none. The entries are kept under consecutive
// sequence numbers, so that E23 and E23p can name them; Post keeps none. It
// refuses what Posting.Need, Posting.Entries and Post refuse, and a reversal of
// an entry that Do has not posted (ErrEntryUnknown). It knows no calendar:
// closed periods, voucher numbers and gates are the business of the commands.
func (m *Model) Do(p Posting) ([]Entry, error) {
	need, err := p.Need()
	if err != nil {
		return nil, err
	}
	if _, ok := m.log[need.Reverses]; need.Reverses != 0 && !ok {
		return nil, ErrEntryUnknown.With("%s：序号 %d", p.Event, need.Reverses)
	}
	unit, err := p.Entries(m.Facts(p, need))
	if err != nil {
		return nil, err
	}
	bound := map[string]UnitKind{}
	if err := m.judge(&p, unit, bound); err != nil {
		return nil, err
	}
	if err := m.Post(unit...); err != nil {
		return nil, err
	}
	maps.Copy(m.kinds, bound)
	for i := range unit {
		if from, into, ok := unit[i].Merger(); ok {
			m.mergers = append(m.mergers, merger{m.next, from, into})
		}
		m.log[m.next] = &logged{entry: unit[i]}
		m.next++
		if old := m.log[unit[i].Reverses]; old != nil {
			old.reversed = true
			m.mergers = m.mergers.without(unit[i].Reverses)
		}
	}
	return unit, nil
}

// SetPolicies gives the model the policies that its rules read.
func (m *Model) SetPolicies(ps []Policy) { m.policies = ps }

// judge is the store's function of the same name; names that the unit binds go
// into bound.
func (m *Model) judge(p *Posting, unit []Entry, bound map[string]UnitKind) error {
	known := unitNames{
		mergers: m.mergers,
		kind: func(name string) (UnitKind, error) {
			if k, ok := bound[name]; ok {
				return k, nil
			}
			return m.kinds[name], nil
		},
		bind: func(name string, kind UnitKind) { bound[name] = kind },
	}
	old := m.log[p.Reverses]
	for i := range unit {
		e := &unit[i]
		var err error
		unit[i], err = e.readdress(m.mergers, func(k *Key) (Amount, error) { return m.executedLeft(k, e.Date), nil })
		if err != nil {
			return err
		}
		if err := known.check(e, old != nil && old.entry.Event == "E28"); err != nil {
			return err
		}
	}
	if err := p.checkOrigin(unit, m.origins()); err != nil {
		return err
	}
	if err := m.checkExecuted(unit); err != nil {
		return err
	}
	if !movesFees(unit) {
		return nil
	}
	fees := m.fees()
	return fees.checkFees(unit)
}

func (m *Model) executedLeft(k *Key, day Date) Amount {
	r, ok := m.refs[*k]
	if !ok {
		return 0
	}
	return leftOf(&m.vectors[m.keys[r].guards[0].no].Vector, day, func(d Date) int32 { return int32(d) })
}

// history returns what Do has posted to the accounts that want takes.
func (m *Model) history(want func(*Key) bool) history {
	var out history
	for seq, l := range m.log {
		if l.entry.touches(want) {
			out = append(out, past{seq, &l.entry})
		}
	}
	slices.SortFunc(out, func(a, b past) int { return cmp.Compare(a.seq, b.seq) })
	return out
}

func (m *Model) origins() originBooks {
	return originBooks{
		first: func(lot LotID) (*Entry, error) {
			if h := m.history(func(k *Key) bool { return k.Lot == lot }); len(h) > 0 {
				return h[0].entry, nil
			}
			return nil, nil
		},
		history: func(lot LotID, project string) (history, error) {
			return m.history(func(k *Key) bool { return originAccount(k, lot, project) }), nil
		},
		label: func(id LotID) string { return m.lots[id].lot.Code },
	}
}

func (m *Model) fees() feeBooks {
	return feeBooks{
		lot: func(id LotID) (Lot, error) { return m.lots[id].lot, nil },
		group: func(of *Lot) (map[LotID]bool, error) {
			out := map[LotID]bool{}
			for id, l := range m.lots {
				if l.lot.group() == of.group() {
					out[id] = true
				}
			}
			return out, nil
		},
		history: func(lots map[LotID]bool) (history, error) {
			return m.history(func(k *Key) bool { return lots[k.Lot] && feeAccount(k.Account) != 0 }), nil
		},
		rate: func(d Date) (int, error) { return FeeRate(m.policies, d) },
	}
}

// Facts returns what the rule of a posting may know of this ledger: the lots
// and the balances that need names, at the end of the voucher date. A lot that
// is not registered is left out, and the rule refuses it.
func (m *Model) Facts(p Posting, need Need) Facts {
	f := Facts{Lots: make(map[LotID]LotFacts, len(need.Lots))}
	for _, id := range need.Lots {
		m.addLotFacts(&f, id)
	}
	for i := range need.Balances {
		f.Balances = append(f.Balances, m.filtered(p.Date, &need.Balances[i])...)
		if p.Event == "E28" {
			f.Later = append(f.Later, m.filtered(MaxDate, &need.Balances[i])...)
		}
	}
	for i := range f.Balances {
		m.addLotFacts(&f, f.Balances[i].Key.Lot)
	}
	if old := m.log[need.Reverses]; old != nil {
		f.Original, f.Reversed = &old.entry, old.reversed
		if old.entry.Event == "E28" {
			for _, seq := range m.mergers.whole(need.Reverses) {
				f.Merger = append(f.Merger, MergerEntry{seq, &m.log[seq].entry})
			}
		}
		for i := range old.entry.lines {
			m.addLotFacts(&f, old.entry.lines[i].Key.Lot)
		}
	}
	return f
}

func (m *Model) addLotFacts(f *Facts, id LotID) {
	l := m.lots[id]
	if _, have := f.Lots[id]; have || l == nil {
		return
	}
	f.Lots[id] = LotFacts{Lot: l.lot, IssueYear: m.IssueYear(id), Moved: m.moved(l)}
}

func (m *Model) moved(l *modelLot) bool {
	for _, r := range l.refs {
		if len(m.keys[r].days) > 0 {
			return true
		}
	}
	return false
}

func (m *Model) filtered(day Date, f *Filter) []Balance {
	if f.Lot.IsZero() {
		return m.collect(day, f.Match)
	}
	l := m.lots[f.Lot]
	if l == nil {
		return nil
	}
	var out []Balance
	for _, r := range l.refs {
		if k := &m.keys[r]; f.Match(&k.key) {
			out = k.appendBalance(out, day)
		}
	}
	sortBalances(out)
	return out
}

// Next returns the sequence number that the next entry of Do will take.
func (m *Model) Next() int64 { return m.next }

// SetNext sets it, so that a Model can run beside a store whose sequence counts
// more than entries. A number that is not above every earlier one is ignored.
func (m *Model) SetNext(seq int64) { m.next = max(m.next, seq) }

// Entry returns an entry that Do has posted, and whether it has been reversed.
func (m *Model) Entry(seq int64) (e Entry, reversed, ok bool) {
	l := m.log[seq]
	if l == nil {
		return Entry{}, false, false
	}
	return l.entry, l.reversed, true
}

// Lots returns the registered lots in order of code, then identifier.
func (m *Model) Lots() []Lot {
	out := make([]Lot, 0, len(m.lots))
	for _, l := range m.lots {
		out = append(out, l.lot)
	}
	slices.SortFunc(out, func(a, b Lot) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), slices.Compare(a.ID[:], b.ID[:]))
	})
	return out
}

// checkExecuted is the store's check of the same name.
func (m *Model) checkExecuted(unit []Entry) error {
	for i := range unit {
		e := &unit[i]
		for _, x := range e.executedBack() {
			r, ok := m.refs[x.Key]
			if !ok {
				continue // never moved: the guard refuses
			}
			v := &m.vectors[m.keys[r].guards[0].no].Vector
			if err := e.checkYear(x, v, func(d Date) int32 { return int32(d) }); err != nil {
				return err
			}
		}
	}
	return nil
}
