package ledger

import (
	"cmp"
	"slices"
	"strconv"
)

// FeeCap refuses a management fee (项目管理费) that would pass its cap: the fees
// spent and this one together may not exceed rate permille of the base, which is
// the net authority received (issue − recalls) of the group of lots with the
// same county, year, class and tier list, not of one lot (DOMAIN 4.3 E22, 2.3).
// A fraction of a fen is not granted. All amounts are fen; ErrFeeCap says by how
// much the cap is passed.
func FeeCap(rate int, base, spent, fee Amount) error {
	limit := portion(uint64(max(base, 0)), int64(rate), 1000) // a fraction of a fen is not granted
	total, err := Add(spent, fee)
	if err != nil {
		return err
	}
	if total <= limit {
		return nil
	}
	return ErrFeeCap.With("净下达指标 %s 的 %d‰ 为 %s，已列 %s，本次 %s，超出 %s；请减少金额或调整资金来源", base, rate, limit, spent, fee, total-limit)
}

// feeGroup is the group of lots that one cap speaks of.
type feeGroup struct {
	year  int
	class Class
	tier  Tier
}

func (l *Lot) group() feeGroup { return feeGroup{l.Year, l.Class, l.Tier} }

// feeAccount tells what an account is to the cap: 'f' the fee, 'b' authority
// received or taken back, 0 nothing.
func feeAccount(c Code) byte {
	switch {
	case c == "5005":
		return 'f'
	case c[:2] == "61", c == "6201", c == "7403", c == "7404":
		return 'b'
	}
	return 0
}

// feeFigures returns the net authority received of a group of lots and the fees
// spent from it, the year-end close left out: a close moves neither. What a lot
// held when its books were opened (E00) counts as received; what the upper tier
// or the county budget took back does not.
func feeFigures(h history, in func(LotID) bool) (base, spent Amount, err error) {
	base, err = h.sum(func(_ *Entry, k *Key) bool { return feeAccount(k.Account) == 'b' && in(k.Lot) })
	if err != nil {
		return 0, 0, err
	}
	spent, err = h.feesSpent(in)
	return -base, spent, err
}

// feesSpent adds up the fees that each project was charged. What is red beyond them
// was never a fee: another cost came back under the wrong account (E16, E26), and
// makes no room under the cap.
func (h history) feesSpent(in func(LotID) bool) (total Amount, err error) {
	spent := map[Key]Amount{}
	for i := range h {
		e := h[i].entry
		if h.closes(e) {
			continue
		}
		for j := range e.lines {
			l := &e.lines[j]
			if feeAccount(l.Key.Account) != 'f' || !in(l.Key.Lot) {
				continue
			}
			if spent[l.Key], err = Add(spent[l.Key], l.Net()); err != nil {
				return 0, err
			}
		}
	}
	for _, a := range spent {
		if total, err = Add(total, max(a, 0)); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// movesFees reports whether a unit of entries can raise the fees spent. The close
// and the division of a lot move whole balances and are never judged.
func movesFees(unit []Entry) bool {
	for i := range unit {
		e := &unit[i]
		if e.Event != "E24" && e.Event != "E27" && e.touches(func(k *Key) bool { return k.Account == "5005" }) {
			return true
		}
	}
	return false
}

// feeBooks is what the cap asks of the ledger.
type feeBooks struct {
	lot     func(LotID) (Lot, error)
	group   func(*Lot) (map[LotID]bool, error)
	history func(map[LotID]bool) (history, error)
	rate    func(Date) (int, error) // permille in force on a day
}

// checkFees holds a unit of entries to the cap of every group whose fee it
// raises (ErrFeeCap), a red reversal of what had lowered it among them. A recall that
// lowers the base below the fees spent is not refused: FeeCaps reports it.
func (b *feeBooks) checkFees(unit []Entry) error {
	judged := map[feeGroup]bool{}
	for i := range unit {
		for j := range unit[i].lines {
			k := &unit[i].lines[j].Key
			if k.Account != "5005" {
				continue
			}
			lot, err := b.lot(k.Lot)
			if err != nil {
				return err
			}
			if judged[lot.group()] {
				continue
			}
			judged[lot.group()] = true
			if err := b.checkGroup(&lot, unit, unit[i].Date); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkGroup compares the figures of a group before and after the unit.
func (b *feeBooks) checkGroup(lot *Lot, unit []Entry, day Date) error {
	lots, err := b.group(lot)
	if err != nil {
		return err
	}
	h, err := b.history(lots)
	if err != nil {
		return err
	}
	in := func(id LotID) bool { return lots[id] }
	_, spent, err := feeFigures(h, in)
	if err != nil {
		return err
	}
	then := h[:len(h):len(h)]
	for i := range unit {
		then = append(then, past{entry: &unit[i]})
	}
	base, after, err := feeFigures(then, in)
	if err != nil || after <= spent {
		return err
	}
	rate, err := b.rate(day)
	if err != nil {
		return err
	}
	return FeeCap(rate, base, spent, after-spent)
}

// FeeFigures (管理费上限) are the cap of one group of lots and what was spent.
type FeeFigures struct {
	Year     int    `json:"budget_year"`
	Class    Class  `json:"class"`
	Tier     Tier   `json:"tier"`
	Rate     int    `json:"rate"`     // permille
	Received Amount `json:"received"` // net authority: issued less recalled and taken back
	Cap      Amount `json:"cap"`
	Spent    Amount `json:"spent"`
	// Over is what was spent beyond the cap, after a recall: it must be replaced
	// (E26).
	Over Amount `json:"over"`
}

// FeeCapList (管理费上限表) is the cap of every group of lots of a county on a day.
type FeeCapList struct {
	County string       `json:"county"`
	On     Date         `json:"on"`
	Rows   []FeeFigures `json:"rows"`
}

// Items returns the rows.
func (l FeeCapList) Items() any { return l.Rows }

// Table lays the caps out.
func (l FeeCapList) Table() Table {
	t := Table{Title: "管理费上限表", Notes: []string{"县 " + l.County + "    上限按 " + l.On.String() + " 生效的政策 fee_rate    单位：元"}, Columns: []Column{
		text("预算年度", "budget_year"), text("类别", "class"), text("层级", "tier"), figure("千分比", "rate"),
		figure("净下达指标", "received"), figure("上限", "cap"), figure("已列管理费", "spent"), figure("超出", "over"),
	}}
	for i := range l.Rows {
		r := &l.Rows[i]
		t.Rows = append(t.Rows, []string{
			strconv.Itoa(r.Year), string(r.Class), string(r.Tier), strconv.Itoa(r.Rate),
			r.Received.String(), r.Cap.String(), r.Spent.String(), r.Over.String(),
		})
	}
	return t
}

func feeReport(lots []Lot, h history, rate int) ([]FeeFigures, error) {
	groups := map[feeGroup]map[LotID]bool{}
	for i := range lots {
		g := lots[i].group()
		if groups[g] == nil {
			groups[g] = map[LotID]bool{}
		}
		groups[g][lots[i].ID] = true
	}
	out := []FeeFigures{}
	for g, in := range groups {
		base, spent, err := feeFigures(h, func(id LotID) bool { return in[id] })
		if err != nil {
			return nil, err
		}
		if base == 0 && spent == 0 {
			continue
		}
		limit := portion(uint64(max(base, 0)), int64(rate), 1000) // a fraction of a fen is not granted
		out = append(out, FeeFigures{g.year, g.class, g.tier, rate, base, limit, spent, max(spent-limit, 0)})
	}
	slices.SortFunc(out, func(a, b FeeFigures) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Tier, b.Tier))
	})
	return out, nil
}
