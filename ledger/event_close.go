package ledger

import "fmt"

// yearEnd is the rule of E24 (年终结转): one entry per lot that has anything to
// close, from its balances at the end of 31 December by effective day. Run again
// after a later entry of period 13, it closes what is left.
func (p *Posting) yearEnd(s *EventStep, f *Facts) ([]Entry, error) {
	if p.Date.AddDays(1).Year() == p.Date.Year() {
		return nil, ErrCloseDate.With("凭证日期 %s；请用 %d-12-31", p.Date, p.Date.Year())
	}
	if err := s.checkLots(p, p.Parts, f); err != nil {
		return nil, err
	}
	byLot := make(map[LotID][]Balance, len(p.Parts))
	for _, b := range f.Balances {
		if b.Key.Book == County && b.Net != 0 {
			byLot[b.Key.Lot] = append(byLot[b.Key.Lot], b)
		}
	}
	var out []Entry
	for i := range p.Parts {
		id := p.Parts[i].Lot
		sortBalances(byLot[id]) // the order of the facts must not show
		lines := closeLot(id, byLot[id])
		delete(byLot, id) // a lot named twice is closed once
		if len(lines) == 0 {
			continue
		}
		e, err := NewEntry(p.head(), lines)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return nil, ErrNothing.With("%s：%d 个批次在 %s 没有待结转的收支与指标", p.label(), len(p.Parts), p.Date)
	}
	return out, nil
}

// closeLot closes revenue, expenditure and prior-year adjustment to 3301 and on
// to 3001, and the year's authority, less what was executed or taken back, to
// 6201, arrived and not arrived apart. 6201 itself stays as it is.
func closeLot(id LotID, balances []Balance) []Line {
	var lines []Line
	key := func(c Code, sub string) Key { return Key{Book: County, Account: c, Sub: sub, Lot: id} }
	var debits, credits Amount // of 3301
	for _, b := range balances {
		if a := b.Key.Account; a[0] != '4' && a[0] != '5' && a != "3201" {
			continue
		}
		lines = appendNet(lines, b.Key, -b.Net)
		if b.Net > 0 {
			debits += b.Net
		} else {
			credits += b.Net
		}
	}
	lines = appendNet(lines, key("3301", ""), credits)
	lines = appendNet(lines, key("3301", ""), debits)
	lines = appendNet(lines, key("3301", ""), -(credits + debits))
	lines = appendNet(lines, key("3001", ""), credits+debits)
	var come, notCome Amount
	for _, b := range balances {
		switch a := b.Key.Account; {
		case a == "7302" || a == "7403" || a == "7404":
			come += b.Net
		case a[0] != '6' || a == "6201":
			continue
		case arrivedSub(b.Key.Sub):
			come += b.Net
		default:
			notCome += b.Net
		}
		lines = appendNet(lines, b.Key, -b.Net)
	}
	lines = appendNet(lines, key("6201", "N"), notCome)
	return appendNet(lines, key("6201", "Y"), come)
}

// savingFilter is what E13 reads: the commitment left in the contract, of every
// lot that pays for it.
func (p *Posting) savingFilter() Filter {
	return Filter{Book: County, Account: "7202", Project: p.Project, Contract: p.Contract, Payee: p.Payee}
}

// appendSaving adds the saving of E13 (结余): what is left in 7202 of the contract
// goes back to the plan in red (E09−), and from the plan to 7401.
func (p *Posting) appendSaving(lines []Line, f *Facts) []Line {
	match := p.savingFilter()
	var left []Balance
	for _, b := range f.Balances {
		if match.Match(&b.Key) && b.Net > 0 {
			left = append(left, b)
		}
	}
	sortBalances(left)
	for _, b := range left {
		plan, saved := b.Key, b.Key
		plan.Account, saved.Account = "7201", "7401"
		plan, saved = plan.keep(), saved.keep()
		for net := b.Net; net > 0; net -= min(net, MaxLine) {
			part := min(net, MaxLine)
			lines = append(lines,
				Line{Key: b.Key, Side: Debit, Amount: -part}, Line{Key: plan, Side: Credit, Amount: -part},
				Line{Key: saved, Side: Debit, Amount: part}, Line{Key: plan, Side: Credit, Amount: part})
		}
	}
	return lines
}

// arrivedAccounts are the cash side of I8: what they add up to is the arrived
// authority of a lot that is neither spent nor taken back.
var arrivedAccounts = [...]Code{"1001", "1002", "1102", "2004", "2006", "2201"}

func arrivedFilters(id LotID) []Filter {
	out := make([]Filter, len(arrivedAccounts))
	for i, c := range arrivedAccounts {
		out[i] = Filter{Lot: id, Account: c}
	}
	return out
}

// checkArrived refuses to take back more than has arrived and is not spent
// (DOMAIN 4.3 E19: not arrived → E01r, already executed → E26 first).
func (p *Posting) checkArrived(f *Facts) error {
	asked := map[LotID]Amount{}
	for i := range p.Parts {
		asked[p.Parts[i].Lot] += p.Parts[i].Amount
	}
	for i := range p.Parts {
		id := p.Parts[i].Lot
		var have Amount
		filters := arrivedFilters(id)
		for j := range f.Balances {
			for k := range filters {
				if filters[k].Match(&f.Balances[j].Key) {
					have += f.Balances[j].Net
				}
			}
		}
		if asked[id] > have {
			return ErrNotArrived.With("%s 批次 %s：收回 %s，已到位未使用 %s，差 %s；已列支部分须先置换（E26）",
				p.label(), lotLabel(f, id), asked[id], have, asked[id]-have)
		}
	}
	return nil
}

func lotLabel(f *Facts, id LotID) string {
	if l, ok := f.Lots[id]; ok && l.Code != "" {
		return l.Code
	}
	return fmt.Sprint(id)
}
