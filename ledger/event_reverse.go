package ledger

import "slices"

// reversal is the rule of E23 (红字冲销): the lines of the original with negative
// amounts, once, and only in the fiscal year of the original (DOMAIN 4.3 E23). A
// merger of units (E28) that was cut into several entries is reversed whole,
// whichever of them is named: half a merger would leave a unit in two.
func (p *Posting) reversal(f *Facts) ([]Entry, error) {
	o := f.Original
	if err := p.checkOriginal(f); err != nil {
		return nil, err
	}
	if o.Date.Year() != p.Date.Year() {
		return nil, ErrReverse.With("原凭证 %d 的日期 %s 属 %d 会计年度，本凭证 %s 属 %d 年度；跨年度更正请用 E23p，不用红字",
			p.Reverses, o.Date, o.Date.Year(), p.Date, p.Date.Year())
	}
	whole := f.Merger
	if len(whole) == 0 {
		whole = []MergerEntry{{p.Reverses, o}}
	}
	out := make([]Entry, len(whole))
	for i := range whole {
		h := p.head()
		h.Reverses = whole[i].Seq
		var err error
		if out[i], err = NewEntry(h, whole[i].Entry.Reversed()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *Posting) checkOriginal(f *Facts) error {
	o := f.Original
	switch {
	case o == nil:
		return ErrEntryUnknown.With("序号 %d", p.Reverses)
	case f.Reversed:
		return ErrReversed.With("序号 %d", p.Reverses)
	case o.Event == "E23" || o.Event == "E23p":
		return ErrReverse.With("序号 %d 本身是更正凭证（%s）；请直接重新记账", p.Reverses, o.Event)
	case p.Date < o.Date:
		return ErrReverse.With("凭证日期 %s 早于原凭证 %d 的日期 %s", p.Date, p.Reverses, o.Date)
	}
	return nil
}

// priorYear is the rule of E23p reverse (以前年度更正): what the original moved is
// moved back without red. Revenue and expenditure of the closed year are 3201 of
// the project, executed and returned authority are 6202.Y, which so nets to the
// cash effect, and 61xx is 6201.
func (p *Posting) priorYear(f *Facts) ([]Entry, error) {
	o := f.Original
	if err := p.checkOriginal(f); err != nil {
		return nil, err
	}
	switch {
	case o.Date.Year() == p.Date.Year():
		return nil, ErrReverse.With("原凭证 %d 的日期 %s 与本凭证同年；请用 E23 红字冲销", p.Reverses, o.Date)
	case o.Event == "E24" || o.Event == "E27" || o.Event == "E28":
		return nil, ErrReverse.With("序号 %d 是 %s，跨年度不能冲回；请按差额另办业务事项", p.Reverses, o.Event)
	}
	nets := make(map[Key]Amount, len(o.lines))
	keys := make([]Key, 0, len(o.lines))
	for i := range o.lines {
		k := priorYearKey(o.lines[i].Key)
		if _, seen := nets[k]; !seen {
			keys = append(keys, k)
		}
		nets[k] -= o.lines[i].Net()
	}
	lines := make([]Line, 0, len(keys))
	for i := range keys {
		lines = appendNet(lines, keys[i], nets[keys[i]])
	}
	debitsFirst(lines)
	e, err := NewEntry(p.head(), lines)
	if err != nil {
		return nil, err
	}
	return []Entry{e}, nil
}

func priorYearKey(k Key) Key {
	switch {
	case k.Account[0] == '4' || k.Account[0] == '5':
		k.Account, k.Sub = "3201", ""
	case k.Account == "7302" || k.Account == "7403" || k.Account == "7404":
		k.Account, k.Sub = "6202", "Y"
	case k.Account[0] == '6' && arrivedSub(k.Sub):
		if k.Account != "6202" {
			k.Account = "6201"
		}
		k.Sub = "Y"
	case k.Account[0] == '6':
		k.Account, k.Sub = "6201", "N"
	}
	return k.keep()
}

// debitsFirst puts the lines of each lot and group in the order in which a
// voucher is read, debits before credits, where a rule has changed sides.
func debitsFirst(lines []Line) {
	for from := 0; from < len(lines); {
		k, to := &lines[from].Key, from+1
		for to < len(lines) && lines[to].Key.Lot == k.Lot && GroupOf(lines[to].Key.Account) == GroupOf(k.Account) {
			to++
		}
		slices.SortStableFunc(lines[from:to], func(a, b Line) int { return int(b.Side) - int(a.Side) })
		from = to
	}
}
