package ledger

import "slices"

// merger is the rule of E28 (机构并转): every balance of the township book T1 goes
// to the book T2, and the county's accounts of the unit T1 to the unit T2. The
// county's executed authority (7302) stays under the unit that executed it. The
// merger is dated on or after the unit's last voucher, so that nothing stays behind.
func (p *Posting) merger(f *Facts) ([]Entry, error) {
	from, to := p.Unit, p.To.Unit
	var moved []Balance
	at := map[Key]Amount{}
	for _, b := range f.Balances {
		if b.Net != 0 && b.Key.mergesWith(from) {
			moved = append(moved, b)
			at[b.Key] = b.Net
		}
	}
	sortBalances(f.Later)
	for _, b := range f.Later { // what would stay behind, with a unit that takes no more entries
		if more := b.Net - at[b.Key]; more != 0 && b.Key.mergesWith(from) {
			return nil, ErrMergerDate.With("%s：%s 在 %s 之后另有变动 %s；并转日期不得早于单位 %s 的最后一笔凭证", p.label(), b.Key, p.Date, more, from)
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

// mergesWith reports whether a merger of a unit moves the account.
func (k *Key) mergesWith(unit string) bool {
	return k.Book == Book(unit) || k.Unit == unit && moves(k.Account)
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
