package ledger

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// RollupQuery says what is added up by what.
type RollupQuery struct {
	At
	Select KeyQuery `json:"select,omitzero"`
	// By names the dimensions that stay apart: any of book, group, account, sub,
	// lot, project, contract, payee, unit, pool, peer. None gives one grand total.
	By []string `json:"by"`
	// Digits shortens account codes: 1 to 3 digits add up the accounts that begin
	// so; 0 and 4 keep them whole.
	Digits int `json:"digits,omitempty"`
	// Tree adds a row for every branch of the chart above the accounts: 7, 72,
	// 7202, and 7204.A where sub-accounts are asked for. It needs account in By.
	Tree bool `json:"tree,omitempty"`
}

// RollupReport (汇总表) is the turnover of a selection by any set of dimensions.
// Every row is the sum of the accounts (leaves) below it.
type RollupReport struct {
	County string      `json:"county"`
	At     At          `json:"at"`
	By     []string    `json:"by"`
	Rows   []RollupRow `json:"rows"`
}

// RollupRow is one row of a roll-up, amounts in fen, balance = debit − credit.
// A code of fewer than four digits is a branch of the chart.
type RollupRow struct {
	County   string `json:"county"`
	Book     Book   `json:"book,omitempty"`
	Group    string `json:"group,omitempty"`
	Code     string `json:"code,omitempty"` // account, or the digits it is shortened to
	Name     string `json:"name,omitempty"`
	Sub      string `json:"sub,omitempty"`
	Lot      string `json:"lot,omitempty"`
	LotID    LotID  `json:"lot_id,omitzero"`
	Project  string `json:"project,omitempty"`
	Contract string `json:"contract,omitempty"`
	Payee    string `json:"payee,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Pool     string `json:"pool,omitempty"`
	Peer     string `json:"peer,omitempty"`
	Debit    Amount `json:"debit"`
	Credit   Amount `json:"credit"`
	Balance  Amount `json:"balance"`
}

// check refuses dimensions that do not exist or come twice, and a tree without
// accounts.
func (q *RollupQuery) check() error {
	for i, name := range q.By {
		if fieldNamed(name) == nil {
			return ErrGroupBy.With("%q；可用：%s", name, keyFieldNames()).At("by", "unknown dimension", name)
		}
		if slices.Contains(q.By[:i], name) {
			return ErrGroupBy.With("%q 重复", name).At("by", "twice", name)
		}
	}
	switch {
	case q.Digits < 0 || q.Digits > 4:
		return ErrGroupBy.With("科目位数 %d 不在 0 至 4 之内", q.Digits).At("digits", "0 to 4", strconv.Itoa(q.Digits))
	case (q.Digits != 0 || q.Tree) && !slices.Contains(q.By, "account"):
		return ErrGroupBy.With("按科目级次汇总须含 account")
	case q.Digits != 0 && q.Tree:
		return ErrGroupBy.With("科目树已含各级，不能再指定位数")
	}
	return nil
}

// rollupReport folds sums that keep apart what By names.
func rollupReport(county string, q RollupQuery, sums []sum, codes lotCodes) RollupReport {
	r := RollupReport{County: county, At: q.At, By: append([]string{}, q.By...), Rows: []RollupRow{}}
	list := sums
	if q.Digits != 0 && q.Digits < 4 {
		list = fold(sums, cutAccount(q.Digits))
	}
	if q.Tree {
		list = nil
		for _, digits := range []int{1, 2, 4} {
			list = append(list, fold(sums, cutAccount(digits))...)
		}
		if slices.Contains(q.By, "sub") {
			for _, s := range sums {
				if s.key.Sub != "" {
					list = append(list, s)
				}
			}
		}
		sortTree(list)
	}
	for i := range list {
		r.Rows = append(r.Rows, rollupRow(county, &list[i], codes))
	}
	return r
}

// cutAccount shortens the account to its first digits; only whole accounts keep
// their sub-account, and in a tree not even those.
func cutAccount(digits int) func(*sum) sum {
	return func(s *sum) sum {
		out := sum{id: s.id, group: s.group, key: s.key}
		out.key.Account = s.key.Account[:min(digits, len(s.key.Account))]
		out.key.Sub = ""
		return out
	}
}

// sortTree puts every branch before what hangs from it, within the same other
// dimensions.
func sortTree(list []sum) {
	rest := func(s *sum) Key {
		k := s.key
		k.Account, k.Sub = "", ""
		return k
	}
	slices.SortStableFunc(list, func(a, b sum) int {
		x, y := rest(&a), rest(&b)
		return cmp.Or(
			strings.Compare(a.group, b.group), CompareKeys(&x, &y),
			strings.Compare(string(a.key.Account), string(b.key.Account)), strings.Compare(a.key.Sub, b.key.Sub),
		)
	})
}

func rollupRow(county string, s *sum, codes lotCodes) RollupRow {
	k := &s.key
	return RollupRow{
		County: county, Book: k.Book, Group: s.group, Code: string(k.Account), Name: accountName(string(k.Account)), Sub: k.Sub,
		Lot: codes.of(k.Lot), LotID: k.Lot, Project: k.Project, Contract: k.Contract, Payee: k.Payee, Unit: k.Unit,
		Pool: k.Pool, Peer: codes.of(k.Peer), Debit: s.debit, Credit: s.credit, Balance: s.net(),
	}
}
