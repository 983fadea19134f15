package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// TrialQuery says which trial balance is wanted.
type TrialQuery struct {
	At
	// Totals adds up the lots: one row per book and account.
	Totals bool
	// Subs keeps sub-accounts (明细) apart.
	Subs bool
}

// TrialReport (试算平衡表) is the turnover and balance of every account of a
// county at one moment. Checks holds rule R1 per (book, group, lot), whatever the
// rows are added up to; Balanced says that every one of them holds.
type TrialReport struct {
	County   string       `json:"county"`
	At       At           `json:"at"`
	Balanced bool         `json:"balanced"`
	Rows     []TrialLine  `json:"rows"`
	Checks   []TrialCheck `json:"checks"`
}

// TrialLine (试算平衡表行) is one row: amounts in fen, balance = debit − credit;
// red amounts reduce the side they stand on. Lot is empty in a total.
type TrialLine struct {
	County  string `json:"county"`
	Book    Book   `json:"book"`
	Group   string `json:"group"`
	Code    Code   `json:"code"`
	Name    string `json:"name"`
	Sub     string `json:"sub,omitempty"`
	Lot     string `json:"lot"`
	LotID   LotID  `json:"lot_id,omitzero"`
	Debit   Amount `json:"debit"`
	Credit  Amount `json:"credit"`
	Balance Amount `json:"balance"`
}

// TrialCheck (平衡检查) says whether debits equal credits in one (book, group,
// lot): rule R1 of DOMAIN 4.1.
type TrialCheck struct {
	Book     Book   `json:"book"`
	Group    string `json:"group"`
	Lot      string `json:"lot"`
	LotID    LotID  `json:"lot_id"`
	Debit    Amount `json:"debit"`
	Credit   Amount `json:"credit"`
	Balanced bool   `json:"balanced"`
}

// trialReport folds turnover per (book, group, account, sub, lot).
func trialReport(county string, q TrialQuery, sums []sum, codes lotCodes) TrialReport {
	r := TrialReport{County: county, At: q.At, Balanced: true, Rows: []TrialLine{}, Checks: []TrialCheck{}}
	for _, s := range fold(sums, trialKey(q)) {
		k := &s.key
		r.Rows = append(r.Rows, TrialLine{
			County: county, Book: k.Book, Group: s.group, Code: k.Account, Name: accountName(string(k.Account)), Sub: k.Sub,
			Lot: codes.of(k.Lot), LotID: k.Lot, Debit: s.debit, Credit: s.credit, Balance: s.net(),
		})
	}
	perLot := func(s *sum) sum { return sum{group: s.group, key: Key{Book: s.key.Book, Lot: s.key.Lot}} }
	for _, s := range fold(sums, perLot) {
		c := TrialCheck{
			Book: s.key.Book, Group: s.group, Lot: codes.of(s.key.Lot), LotID: s.key.Lot,
			Debit: s.debit, Credit: s.credit, Balanced: s.debit == s.credit,
		}
		r.Checks = append(r.Checks, c)
		r.Balanced = r.Balanced && c.Balanced
	}
	return r
}

func trialKey(q TrialQuery) func(*sum) sum {
	return func(s *sum) sum {
		out := sum{group: s.group, key: Key{Book: s.key.Book, Account: s.key.Account}}
		if q.Subs {
			out.key.Sub = s.key.Sub
		}
		if !q.Totals {
			out.key.Lot = s.key.Lot
		}
		return out
	}
}

// fold adds up the sums that to makes equal, and orders them by key. to returns
// no amounts.
func fold(sums []sum, to func(*sum) sum) []sum {
	at := make(map[sum]int, len(sums))
	var out []sum
	for i := range sums {
		k := to(&sums[i])
		n, ok := at[k]
		if !ok {
			n = len(out)
			at[k] = n
			out = append(out, k)
		}
		out[n].debit += sums[i].debit
		out[n].credit += sums[i].credit
	}
	sortSums(out)
	return out
}

func sortSums(list []sum) {
	slices.SortFunc(list, func(a, b sum) int {
		return cmp.Or(CompareKeys(&a.key, &b.key), strings.Compare(a.group, b.group), cmp.Compare(a.id, b.id))
	})
}
