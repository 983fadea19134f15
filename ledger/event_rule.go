package ledger

// Entries applies the rule of the event (DOMAIN 4.3) and returns the entries of
// one unit: one for most events, one per lot for E24. It validates as Need does,
// and refuses a lot that is not in f (ErrLotUnknown) or whose class the event
// does not take (ErrLotClass); each special rule names its own faults. Maker,
// checker, poster and voucher numbers are left for the caller.
func (p Posting) Entries(f Facts) ([]Entry, error) {
	s, err := p.check()
	if err != nil {
		return nil, err
	}
	if s.rule != byRows || p.Draw != nil {
		q, g := p, f // only the rare rules keep a posting: payments leave it on the stack
		return q.bySpecial(s, &g)
	}
	return p.byRows(s, p.Parts, &f)
}

// bySpecial runs the rules that are more than rows over the parts given.
func (p *Posting) bySpecial(s *EventStep, f *Facts) ([]Entry, error) {
	switch s.rule {
	case byOpening:
		return p.opening(f)
	case byReversal:
		return p.reversal(f)
	case byPriorYear:
		return p.priorYear(f)
	case byClose:
		return p.yearEnd(s, f)
	case byDivision:
		return p.division(s, f)
	case byMerger:
		return p.merger(f)
	case byArrival:
		if err := p.checkArrived(f); err != nil {
			return nil, err
		}
	default:
	}
	parts := p.Parts
	if p.Draw != nil {
		var err error
		if parts, err = p.drawn(s, f); err != nil {
			return nil, err
		}
	}
	return p.byRows(s, parts, f)
}

// head is the part of the entry's head that the posting states.
func (p *Posting) head() Head {
	h := Head{
		Event: p.Event, Step: p.Step, Date: p.Date, Business: p.Business, Period13: p.Period13,
		Memo: p.Memo, Decision: p.Decision, Waiver: p.Waiver, Attachments: p.Attachments, Reverses: p.Reverses,
	}
	if h.Draw = p.Drawn; p.Draw != nil {
		h.Draw = p.Draw.Mode
	}
	if p.Due != 0 { // a loan between lots states its term on the voucher (E03)
		h.Memo += "（应于 " + p.Due.String() + " 前归还）"
	}
	return h
}

// byRows runs the rows of the step over the parts.
func (p *Posting) byRows(s *EventStep, parts []Part, f *Facts) ([]Entry, error) {
	if err := s.checkLots(p, parts, f); err != nil {
		return nil, err
	}
	rs := s.rowsFor(p)
	if err := p.checkParties(rs); err != nil {
		return nil, err
	}
	var buf [8]Line
	lines := buf[:0]
	if n := len(rs) * len(parts); n > len(buf) {
		lines = make([]Line, 0, n)
	}
	m := newMapper(p, s)
	var lot, other LotFacts
	ownAccounts := rs.find((*eventRow).ownAccount) != nil
	if ownAccounts {
		other = f.Lots[m.otherLot]
	}
	for i := range parts {
		if ownAccounts {
			lot = f.Lots[parts[i].Lot]
		}
		for j := range rs {
			lines = m.line(lines, &rs[j], &parts[i], [2]*LotFacts{&lot, &other})
		}
	}
	if m.prior {
		debitsFirst(lines)
	}
	if s.rule == bySaving {
		lines = p.appendSaving(lines, f)
	}
	e, err := NewEntry(p.head(), lines)
	if err != nil {
		return nil, err
	}
	return []Entry{e}, nil
}

// checkParties refuses an event that moves something between two parties which
// are one and the same.
func (p *Posting) checkParties(rs eventRows) error {
	to := p.To
	if rs.find(func(r *eventRow) bool { return r.to && !r.other }) == nil || to != nil &&
		(!to.Lot.IsZero() || differs(to.Project, p.Project) || differs(to.Contract, p.Contract) || differs(to.Payee, p.Payee) || differs(to.Unit, p.Unit)) {
		return nil
	}
	for i := range rs {
		for j := range rs {
			a, b := &rs[i], &rs[j]
			if a.to && !b.to && a.symbol == b.symbol && a.account == b.account && a.sub == b.sub && a.town == b.town && a.side != b.side {
				return ErrParty.With("%s：科目 %s 转出转入为同一账户", p.label(), a.account)
			}
		}
	}
	return nil
}

// differs reports whether a field of To names something else than the posting.
func differs(to, own string) bool { return to != "" && to != own }

// mapper turns the rows of a step into lines of one posting.
type mapper struct {
	cash, cost, from, into Code // what the symbols stand for
	township               Book
	byCounty               bool // the county itself takes money back (E19)
	toUnit                 bool // To names a unit
	year                   int
	prior                  bool // rule Y: what is undone belongs to an earlier fiscal year
	self, to               Key  // the dimensions of either party
	otherLot               LotID
}

func newMapper(p *Posting, s *EventStep) mapper {
	m := mapper{cash: p.Cash, cost: p.Cost, from: p.From, into: p.Into, township: p.Township, year: p.Date.Year()}
	m.prior = p.OriginYear != 0 && p.OriginYear < m.year
	m.byCounty = p.Counterparty == "county"
	if m.cash == "" {
		m.cash = s.Cash
	}
	if m.cost == "" && len(s.Cost) > 0 {
		m.cost = s.Cost[0]
	}
	m.self = Key{Book: County, Project: p.Project, Contract: p.Contract, Payee: p.Payee, Unit: p.Unit, Pool: p.Pool}
	if m.self.Unit == "" {
		m.self.Unit = string(p.Township)
	}
	if p.Counterparty != "" && m.self.Payee == "" {
		m.self.Payee = p.Counterparty
	}
	m.to = m.self
	if t := p.To; t != nil {
		m.otherLot, m.toUnit = t.Lot, t.Unit != ""
		overlay(&m.to.Project, t.Project)
		overlay(&m.to.Contract, t.Contract)
		overlay(&m.to.Payee, t.Payee)
		overlay(&m.to.Unit, t.Unit)
	}
	return m
}

func overlay(dst *string, s string) {
	if s != "" {
		*dst = s
	}
}

// line appends the line of a row, unless its amount is zero.
func (m *mapper) line(lines []Line, r *eventRow, part *Part, lots [2]*LotFacts) []Line {
	amount := r.share.of(part)
	if amount == 0 {
		return lines
	}
	var l Line
	l.Key = m.self
	if r.to {
		l.Key = m.to
	}
	if part.Unit != "" && !(r.to && m.toUnit) {
		l.Key.Unit = part.Unit
	}
	l.Key.Lot, l.Key.Peer = part.Lot, m.otherLot
	lot := lots[0]
	if r.other {
		l.Key.Lot, l.Key.Peer = m.otherLot, part.Lot
		lot = lots[1]
	}
	if r.town {
		l.Key.Book = m.township
	}
	l.Key.Account, l.Key.Sub = m.account(r, lot)
	if l.Key.Account == "1101" {
		l.Key.Unit = string(m.township)
	}
	l.Key = l.Key.keep()
	l.Side, l.Amount = r.side, amount
	if r.red {
		if m.prior && l.Key.Account[0] <= '5' { // no red voucher for an earlier year
			l.Side = -l.Side
		} else {
			l.Amount = -amount
		}
	}
	l.Note, l.Inferred = part.Note, part.Inferred
	return append(lines, l)
}

// account finds the account of a row, rule Y applied (DOMAIN 4.3, rule Y).
func (m *mapper) account(r *eventRow, lot *LotFacts) (Code, string) {
	switch r.symbol {
	case symCash:
		if r.town {
			return "1002", ""
		}
		return m.cash, ""
	case symFrom:
		return m.from, ""
	case symInto:
		return m.into, ""
	case symCost:
		return m.earlier(m.cost), ""
	case symRevenue:
		code, sub := lot.Revenue()
		if m.prior {
			return "3201", ""
		}
		return code, sub
	case symRefund:
		code, sub := lot.Revenue()
		if m.prior {
			return "3001", ""
		}
		return code, sub
	case symNotCome:
		return lot.authority(m.year, false)
	case symCome:
		return lot.authority(m.year, true)
	case symTakeBack:
		if m.byCounty {
			return "7404", ""
		}
		return "7403", ""
	default:
		if m.prior && r.account == "7302" && r.side == Credit {
			return "6202", "Y"
		}
		return m.earlier(r.account), r.sub
	}
}

// earlier replaces revenue and expenditure of an earlier year by 3201.
func (m *mapper) earlier(c Code) Code {
	if m.prior && (c[0] == '4' || c[0] == '5') {
		return "3201"
	}
	return c
}

// authority returns the account of the lot's authority in a year: its own 61xx
// in the year of issue, 6201 from the next year on, whether or not E24 has run.
func (l *LotFacts) authority(year int, arrived bool) (Code, string) {
	if l.IssueYear == 0 || year <= l.IssueYear {
		return l.Source(arrived)
	}
	if arrived {
		return "6201", "Y"
	}
	return "6201", "N"
}
