package projects

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// ContractStanding (合同资金状况) is where one contract stands in one project and
// lot, from the ledger's balances at a day.
type ContractStanding struct {
	Project   string        `json:"project"`
	Lot       ledger.LotID  `json:"lot"`
	Committed ledger.Amount `json:"committed"`  // 7202, not yet claimed
	Requested ledger.Amount `json:"requested"`  // 7204, payments under way
	Due       ledger.Amount `json:"due"`        // 7203, accepted and not paid, retention included
	Prepaid   ledger.Amount `json:"prepaid"`    // 7301, paid and not accounted for
	Cost      ledger.Amount `json:"cost"`       // 1301, claimed and not transferred
	Retention ledger.Amount `json:"retention"`  // 2003
	Wrong     ledger.Amount `json:"wrong"`      // 2005, to be restored
	Recover   ledger.Amount `json:"to_recover"` // 1211
}

// foldStanding folds balances of a contract's accounts. Accounts of other payees
// (repairs by a third party) count too: the contract is open while they are.
func foldStanding(list []ledger.Balance) []ContractStanding {
	var out []ContractStanding
	for i := range list {
		k, net := &list[i].Key, list[i].Net
		j := slices.IndexFunc(out, func(s ContractStanding) bool { return s.Project == k.Project && s.Lot == k.Lot })
		if j < 0 {
			j = len(out)
			out = append(out, ContractStanding{Project: k.Project, Lot: k.Lot})
		}
		s := &out[j]
		switch k.Account {
		case "7202":
			s.Committed += net
		case "7204":
			s.Requested += net
		case "7203":
			s.Due += net
		case "7301":
			s.Prepaid += net
		case "1301":
			s.Cost += net
		case "2003":
			s.Retention -= net
		case "2005":
			s.Wrong -= net
		case "1211":
			s.Recover += net
		}
	}
	return out
}

// StandingOf reads where a contract stands at the end of a day, as the command sees
// the ledger.
func StandingOf(ctx context.Context, tx *db.Tx, contract string, day ledger.Date) ([]ContractStanding, error) {
	list, err := ledger.BalancesAt(ctx, tx, day, ledger.Filter{Contract: contract})
	return foldStanding(list), err
}

// standingSum adds one figure up.
func standingSum(list []ContractStanding, figure func(*ContractStanding) ledger.Amount) ledger.Amount {
	var sum ledger.Amount
	for i := range list {
		sum += figure(&list[i])
	}
	return sum
}

func costOf(s *ContractStanding) ledger.Amount      { return s.Cost }
func committedOf(s *ContractStanding) ledger.Amount { return s.Committed }

// perProject makes one posting per project of what a figure says, in the order of
// the standing; projects where it is nothing get none.
func (c *Contract) perProject(list []ContractStanding, base ledger.Posting, figure func(*ContractStanding) ledger.Amount) []ledger.Posting {
	var out []ledger.Posting
	for i := range list {
		s := &list[i]
		amount := figure(s)
		if amount == 0 {
			continue
		}
		j := slices.IndexFunc(out, func(p ledger.Posting) bool { return p.Project == s.Project })
		if j < 0 {
			j = len(out)
			p := base
			p.Project, p.Contract, p.Payee, p.Unit, p.Parts = s.Project, c.Code, c.Payee, c.Unit, nil
			if p.Memo == "" {
				p.Memo = "合同 " + c.Code
			}
			out = append(out, p)
		}
		out[j].Parts = append(out[j].Parts, ledger.Part{Lot: s.Lot, Amount: amount})
	}
	return out
}

// upTo takes an amount from a figure, row by row in order; what is left is
// returned.
func upTo(list []ContractStanding, amount ledger.Amount, figure func(*ContractStanding) ledger.Amount) (taken []ContractStanding, left ledger.Amount) {
	for i := range list {
		n := min(amount, figure(&list[i]))
		if n <= 0 {
			continue
		}
		amount -= n
		taken = append(taken, ContractStanding{Project: list[i].Project, Lot: list[i].Lot, Retention: n})
	}
	return taken, amount
}
