package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// Balance returns the balance of a key over all days in fen, debit positive.
func (m *Model) Balance(k Key) Amount {
	r, ok := m.refs[k]
	if !ok {
		return 0
	}
	return m.keys[r].total
}

// BalanceOn returns the balance of a key at the end of a day, whatever the
// order in which it was posted.
func (m *Model) BalanceOn(k Key, day Date) Amount {
	r, ok := m.refs[k]
	if !ok {
		return 0
	}
	debit, credit := m.keys[r].turnover(day)
	return debit - credit
}

// Balances returns every balance that is not zero, in the order of
// CompareKeys.
func (m *Model) Balances() []Balance { return m.BalancesOn(MaxDate) }

// BalancesOn returns every balance at the end of a day that is not zero, in the
// order of CompareKeys.
func (m *Model) BalancesOn(day Date) []Balance {
	return m.collect(day, func(*Key) bool { return true })
}

func (m *Model) collect(day Date, want func(*Key) bool) []Balance {
	var out []Balance
	for i := range m.keys {
		if want(&m.keys[i].key) {
			out = m.keys[i].appendBalance(out, day)
		}
	}
	sortBalances(out)
	return out
}

func (k *modelKey) appendBalance(out []Balance, day Date) []Balance {
	if debit, credit := k.turnover(day); debit != credit {
		out = append(out, Balance{k.key, debit - credit})
	}
	return out
}

func sortBalances(b []Balance) {
	slices.SortFunc(b, func(x, y Balance) int { return CompareKeys(&x.Key, &y.Key) })
}

func (k *modelKey) turnover(day Date) (debit, credit Amount) {
	for _, d := range k.days {
		if d.day > day {
			break
		}
		debit += d.debit
		credit += d.credit
	}
	return debit, credit
}

// CompareKeys orders keys for print: book (the county's first), account,
// sub-account, lot, then the dimensions.
func CompareKeys(a, b *Key) int {
	switch {
	case a.Book == b.Book:
	case bookLess(a.Book, b.Book):
		return -1
	default:
		return 1
	}
	return cmp.Or(
		strings.Compare(string(a.Account), string(b.Account)),
		strings.Compare(a.Sub, b.Sub),
		slices.Compare(a.Lot[:], b.Lot[:]),
		strings.Compare(a.Project, b.Project),
		strings.Compare(a.Contract, b.Contract),
		strings.Compare(a.Payee, b.Payee),
		strings.Compare(a.Unit, b.Unit),
		strings.Compare(a.Pool, b.Pool),
		slices.Compare(a.Peer[:], b.Peer[:]),
	)
}

// TrialRow (试算平衡表行) is the turnover of one account of one lot up to a day,
// in fen; red amounts reduce the side they stand on.
type TrialRow struct {
	Book    Book
	Group   Group
	Account Code
	Sub     string
	Lot     LotID
	Debit   Amount // 借方发生额
	Credit  Amount // 贷方发生额
}

// Net returns the balance, debit positive.
func (r TrialRow) Net() Amount { return r.Debit - r.Credit }

// TrialBalance (试算平衡表) returns the turnover per (book, group, account, sub,
// lot) at the end of a day, in the order of CompareKeys. Debits equal credits
// in every (book, group, lot) (rule R1).
func (m *Model) TrialBalance(asOf Date) []TrialRow {
	at := map[TrialRow]int{}
	var out []TrialRow
	for i := range m.keys {
		k := &m.keys[i].key
		debit, credit := m.keys[i].turnover(asOf)
		if debit == 0 && credit == 0 {
			continue
		}
		row := TrialRow{Book: k.Book, Group: GroupOf(k.Account), Account: k.Account, Sub: k.Sub, Lot: k.Lot}
		n, ok := at[row]
		if !ok {
			n = len(out)
			at[row] = n
			out = append(out, row)
		}
		out[n].Debit += debit
		out[n].Credit += credit
	}
	slices.SortFunc(out, func(x, y TrialRow) int {
		return CompareKeys(
			&Key{Book: x.Book, Account: x.Account, Sub: x.Sub, Lot: x.Lot},
			&Key{Book: y.Book, Account: y.Account, Sub: y.Sub, Lot: y.Lot})
	})
	return out
}

// Lot returns a registered lot.
func (m *Model) Lot(id LotID) (Lot, bool) {
	l := m.lots[id]
	if l == nil {
		return Lot{}, false
	}
	return l.lot, true
}

// IssueYear returns the fiscal year of the lot's first movement of authority
// (6xxx), or 0 (rule Y).
func (m *Model) IssueYear(id LotID) int {
	l := m.lots[id]
	if l == nil {
		return 0
	}
	first := MaxDate
	for _, r := range l.refs {
		if k := &m.keys[r]; k.key.Account[0] == '6' && len(k.days) > 0 {
			first = min(first, k.days[0].day)
		}
	}
	if first == MaxDate {
		return 0
	}
	return first.Year()
}
