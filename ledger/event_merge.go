package ledger

import "slices"

// merger is the rule of E28 (机构并转): every balance of the township book T1 goes
// to the book T2, and the county's accounts of the unit T1 to the unit T2. The
// county's executed authority (7302) stays under the unit that executed it.
func (p *Posting) merger(f *Facts) ([]Entry, error) {
	from, to := p.Unit, p.To.Unit
	var moved []Balance
	for _, b := range f.Balances {
		if b.Net != 0 && (b.Key.Book == Book(from) || b.Key.Unit == from && moves(b.Key.Account)) {
			moved = append(moved, b)
		}
	}
	if len(moved) == 0 {
		return nil, ErrNothing.With("%s：单位 %s 在 %s 没有余额", p.label(), from, p.Date)
	}
	sortBalances(moved)
	slices.SortStableFunc(moved, func(a, b Balance) int { return slices.Compare(a.Key.Lot[:], b.Key.Lot[:]) })
	var out []Entry
	var lines []Line
	for i := range moved {
		b := &moved[i]
		k := b.Key
		if k.Book == Book(from) {
			k.Book = Book(to)
		}
		if k.Unit == from {
			k.Unit = to
		}
		lines = appendNet(lines, b.Key, -b.Net)
		lines = appendNet(lines, k, b.Net)
		// A lot balances by itself, so an entry too long is cut between lots.
		if last := i+1 == len(moved); last || len(lines) > MaxLines/2 && moved[i+1].Key.Lot != b.Key.Lot {
			e, err := NewEntry(p.head(), lines)
			if err != nil {
				return nil, err
			}
			out, lines = append(out, e), nil
		}
	}
	return out, nil
}

// moves reports whether E28 moves a county account from unit to unit. 7103 is
// that of departments, for a merger of departments.
func moves(c Code) bool {
	switch c {
	case "1101", "7103", "7104", "7201", "7202", "7203", "7204", "7301", "7401":
		return true
	}
	return false
}

// checkMerger refuses a merger with itself or with the county.
func (p *Posting) checkMerger() error {
	from, to := p.Unit, p.To.Unit
	switch {
	case from == to:
		return ErrParty.With("%s：单位 %s 同为转出方与转入方", p.label(), from).At("to.unit", "same unit", to)
	case from == string(County) || to == string(County):
		return ErrPosting.With("%s：县级账套 %s 不是单位", p.label(), County).At("unit", "the county book", from)
	}
	return nil
}
