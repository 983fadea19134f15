package ledger

import "slices"

func (m *Model) begin() {
	m.moves, m.runs, m.journal = m.moves[:0], m.runs[:0], m.journal[:0]
}

func (m *Model) addLines(day Date, lines []Line) error {
	from := len(m.moves)
	for i := range lines {
		r, err := m.Intern(&lines[i].Key)
		if err != nil {
			return err
		}
		m.moves = append(m.moves, Move{r, lines[i].Side, lines[i].Amount})
	}
	m.runs = append(m.runs, run{day, from, len(m.moves)})
	return nil
}

// post judges the runs and folds them. Rule R1 speaks of one entry, so it is
// part of the sum check only when the unit is one entry of raw lines.
func (m *Model) post(raw bool) error {
	m.sortRuns()
	if err := m.checkZeros(raw); err != nil {
		return err
	}
	m.move()
	if err := m.checkGuards(); err != nil {
		m.undo()
		return err
	}
	m.fold()
	return nil
}

func (m *Model) sortRuns() {
	m.byDay = append(m.byDay[:0], m.runs...)
	if len(m.byDay) > 1 {
		slices.SortStableFunc(m.byDay, func(a, b run) int { return int(a.day) - int(b.day) })
	}
}

func (m *Model) checkZeros(raw bool) error {
	first := 1 // the R1 sum stands first
	if raw {
		first = 0
	}
	var err error
	for i := range m.byDay {
		for _, v := range m.moves[m.byDay[i].from:m.byDay[i].to] {
			for _, t := range m.keys[v.Ref].zeros[first:] {
				m.zeros.add(t.no, t.sign*v.net())
			}
		}
		if i+1 < len(m.byDay) && m.byDay[i+1].day == m.byDay[i].day {
			continue
		}
		for _, no := range m.zeros.touched {
			if m.zeros.net[no] != 0 && err == nil {
				err = m.zeroFault(no, m.zeros.net[no])
			}
			m.zeros.net[no] = 0
		}
		m.zeros.touched = m.zeros.touched[:0]
	}
	return err
}

func (m *Model) zeroFault(no int32, net Amount) error {
	k := m.zeroNo.keys[no]
	if len(k.name) == len(ruleR1)+1 && k.name[:len(ruleR1)] == ruleR1 {
		return unbalanced(balanceGroup{k.book, Group(k.name[len(ruleR1)]), k.lot}, net)
	}
	return eqSum{k, net}.fault()
}

// move adds the unit to the totals and to the guards' vectors, and notes in the
// journal what it added to these.
func (m *Model) move() {
	for i := range m.byDay {
		r := &m.byDay[i]
		for _, v := range m.moves[r.from:r.to] {
			k := &m.keys[v.Ref]
			k.total += v.net()
			for _, t := range k.guards {
				m.guards.add(t.no, t.sign*v.net())
			}
		}
		if i+1 < len(m.byDay) && m.byDay[i+1].day == r.day {
			continue
		}
		for _, no := range m.guards.touched {
			if net := m.guards.net[no]; net != 0 {
				m.guards.net[no] = 0
				m.journal = append(m.journal, guardMove{no, r.day, net})
				m.vectors[no].move(r.day, net)
				m.cellsWritten++
			}
		}
		m.guards.touched = m.guards.touched[:0]
	}
}

// checkGuards judges every guard that a line lowers, in the order of the lines,
// from the day of the line on. One that only rose needs no check. No balance may grow beyond MaxSum.
func (m *Model) checkGuards() error {
	for i := range m.moves {
		if k := &m.keys[m.moves[i].Ref]; k.total > MaxSum || k.total < -MaxSum {
			return sumFault(&k.key, m.lots[k.key.Lot].lot.Code)
		}
	}
	if m.unguarded {
		return nil
	}
	m.tick++
	for _, r := range m.runs {
		for _, v := range m.moves[r.from:r.to] {
			for _, t := range m.keys[v.Ref].guards {
				if t.sign*v.net() < 0 {
					if err := m.checkGuard(t.no, r.day); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (m *Model) checkGuard(no int32, day Date) error {
	g := &m.vectors[no]
	if g.tick == m.tick && g.from <= int32(day) {
		return nil
	}
	g.tick, g.from = m.tick, int32(day)
	if int32(day) < g.last {
		m.cellsRead += int64(g.Len())
	}
	if lowest, when := g.lowest(day); lowest < 0 {
		id := m.guardNo.keys[no]
		return guardFault(id, Amount(lowest), Date(when), m.lots[id.lot()].lot.Code)
	}
	return nil
}

func (m *Model) undo() {
	for i := range m.moves {
		m.keys[m.moves[i].Ref].total -= m.moves[i].net()
	}
	for _, j := range m.journal {
		m.vectors[j.no].move(j.day, -j.net)
	}
}

func (m *Model) fold() {
	for _, r := range m.runs {
		for _, v := range m.moves[r.from:r.to] {
			m.keys[v.Ref].add(r.day, v)
			m.cellsWritten++
		}
	}
}

func (k *modelKey) add(day Date, v Move) {
	i := len(k.days) - 1
	if i < 0 || k.days[i].day < day {
		k.days = append(k.days, dayTotal{day: day})
		i++
	} else if k.days[i].day != day {
		var found bool
		i, found = slices.BinarySearchFunc(k.days, day, func(d dayTotal, t Date) int { return int(d.day) - int(t) })
		if !found {
			k.days = slices.Insert(k.days, i, dayTotal{day: day})
		}
	}
	if v.Side == Debit {
		k.days[i].debit += v.Amount
	} else {
		k.days[i].credit += v.Amount
	}
}

func (v *guardVector) move(day Date, net Amount) {
	v.Add(int32(day), int64(net))
	v.total += int64(net)
	v.last = max(v.last, int32(day))
}

// lowest returns the smallest running balance from day on, and its first day.
func (v *guardVector) lowest(day Date) (int64, int32) {
	if int32(day) >= v.last {
		return v.total, int32(day)
	}
	return v.MinFrom(int32(day))
}
