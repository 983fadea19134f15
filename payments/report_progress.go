package payments

import (
	"cmp"
	"slices"

	"fundbook/ledger"
)

// progressRows adds lots up per budget year and tier, and keeps each lot: years, the
// newest first, with their tiers and lots below.
func progressRows(lots []ledger.LotRow, vouchers trail) []ProgressRow {
	rows := make([]ProgressRow, 0, 2*len(lots))
	add := func(r ProgressRow, l *ledger.LotRow) {
		i := slices.IndexFunc(rows, func(x ProgressRow) bool {
			return x.Scope == r.Scope && x.Year == r.Year && x.Tier == r.Tier && x.Lot == r.Lot
		})
		if i < 0 {
			i = len(rows)
			rows = append(rows, r)
		}
		x := &rows[i]
		x.Authority += l.Authority
		x.Arrived += l.Arrived
		x.Planned += l.Planned + l.Committed + l.Payable + l.Paid
		x.Committed += l.Committed + l.Payable + l.Paid
		x.Paid += l.Paid
		x.Vouchers = append(x.Vouchers, vouchers[trailKey{l.LotID, ""}]...)
	}
	for i := range lots {
		l := &lots[i]
		add(ProgressRow{Scope: "year", Year: l.Year}, l)
		add(ProgressRow{Scope: "tier", Year: l.Year, Tier: l.Tier}, l)
		add(ProgressRow{Scope: "lot", Year: l.Year, Tier: l.Tier, Lot: l.Lot}, l)
	}
	for i := range rows {
		slices.Sort(rows[i].Vouchers)
		rows[i].Vouchers = slices.Compact(rows[i].Vouchers)
	}
	order := []string{"year", "tier", "lot"}
	slices.SortStableFunc(rows, func(a, b ProgressRow) int {
		return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(slices.Index(order, a.Scope), slices.Index(order, b.Scope)))
	})
	return rows
}

// passed is the latest node of a budget year that lies on or before a day, with its
// target; nothing when none has passed.
func (ps paySet) passed(year int, day ledger.Date) (ledger.Date, int, error) {
	for month := 12; month >= 1; month-- {
		node, bp, _, err := ps.progressOn(year, month)
		if err != nil {
			return 0, 0, err
		}
		if bp > 0 && node != 0 && node <= day {
			return node, bp, nil
		}
	}
	return 0, 0, nil
}
