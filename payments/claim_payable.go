package payments

import (
	"cmp"
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// standsDue reports whether a claim asks for what the books owe already: nothing is
// accrued when it is accepted.
func (k ClaimKind) standsDue() bool {
	return k == ClaimRepair || k == ClaimReleased || k == ClaimOpening
}

// payeeOf decides to whom a claim is owed: to the contractor, or what was taken out of
// its retention to the third party that made the repair (E14d).
func (c *ClaimCmd) payeeOf(k *projects.Contract) (string, error) {
	payee := cmp.Or(c.Payee, k.Payee)
	switch {
	case c.Kind.standsDue() && c.Mode != ModeCounty:
		return "", ErrClaim.With("%s 是县级账上的应付款，按县级报账（E12）", c.Kind)
	case c.Kind != ClaimRepair && payee != k.Payee:
		return "", ErrClaim.With("合同 %s 的收款方是 %s，所填 %s；只有第三方维修款（repair）付给他人", k.Code, k.Payee, c.Payee)
	case c.Kind == ClaimRepair && payee != k.Payee && !slices.ContainsFunc(k.Repairs, func(r projects.Repair) bool { return r.Payee == payee }):
		return "", ErrClaim.With("合同 %s 没有扣用质量保证金由 %s 维修的记录；请先办理 contract.repair", k.Code, payee)
	case c.Kind == ClaimReleased && k.Guarantee == 0:
		return "", ErrClaim.With("合同 %s 没有以保函替代的质量保证金；请先办理 contract.guarantee", k.Code)
	}
	return payee, nil
}

// dueAt is where a payable stands that no claim has asked for.
type dueAt struct {
	project string
	lot     ledger.LotID
}

// freeDue is what the county's books owe a payee under a contract (2001) and no claim
// stands for: a repair out of retention, retention that a guarantee replaced, and
// payables of a county that was taken over. What a claim still has to request, and
// what its requests wait for, is its own.
func freeDue(ctx context.Context, tx *db.Tx, contract, payee string, claims []Claim) (map[dueAt]ledger.Amount, error) {
	balances, err := ledger.BalancesAt(ctx, tx, dayOf(tx), ledger.Filter{Book: ledger.County, Account: "2001", Contract: contract, Payee: payee})
	if err != nil {
		return nil, err
	}
	free := map[dueAt]ledger.Amount{}
	for i := range balances {
		free[dueAt{balances[i].Key.Project, balances[i].Key.Lot}] -= balances[i].Net
	}
	for i := range claims {
		c := &claims[i]
		if c.dead() || c.Payee != payee || c.Mode != ModeCounty || c.Kind == ClaimAdvance {
			continue
		}
		if c.Kind != ClaimRetention || c.Payable > 0 {
			for j := range c.Lots {
				l := &c.Lots[j]
				free[dueAt{l.Project, l.Lot}] -= max(l.net()-l.Requested, 0)
			}
		}
		for _, code := range c.Requests {
			r, err := requestFile.Load(ctx, tx, code)
			if err != nil {
				return nil, err
			}
			if r.Event != "E12" {
				continue
			}
			for _, l := range r.linesOf(r.open()) {
				free[dueAt{l.Project, l.Lot}] -= l.Amount
			}
		}
	}
	return free, nil
}

// checkDue refuses to claim more than is owed: of a project what no other claim
// stands or waits for, and as taken over nothing that a guarantee has released.
func (s *submission) checkDue(c *Claim) error {
	for _, p := range c.Parts {
		var free, waiting ledger.Amount
		for at, amount := range s.due {
			if at.project == p.Project {
				free += max(amount, 0)
			}
		}
		for i := range s.standing.claims {
			o := &s.standing.claims[i]
			if o.dead() || !o.Kind.standsDue() || o.Payee != c.Payee || len(o.Lots) > 0 || o.Code == c.Code {
				continue
			}
			for _, q := range o.Parts {
				if q.Project == p.Project {
					waiting += q.Amount
				}
			}
		}
		if p.Amount > free-waiting {
			return ErrClaimBeyond.With("合同 %s 项目 %s：应付 %s 而无报账单的 %s，其中待办报账 %s，本次 %s，超出 %s",
				c.Contract, p.Project, c.Payee, free, waiting, p.Amount, p.Amount-free+waiting)
		}
	}
	return s.checkReleased(c)
}

// checkReleased keeps retention that a guarantee replaced apart from payables that
// were taken over.
func (s *submission) checkReleased(c *Claim) error {
	left := s.contract.Guarantee
	for i := range s.standing.claims {
		if o := &s.standing.claims[i]; o.Kind == ClaimReleased && !o.dead() && o.Code != c.Code {
			left -= o.Amount
		}
	}
	var free ledger.Amount
	for _, amount := range s.due {
		free += max(amount, 0)
	}
	switch {
	case c.Kind == ClaimReleased && c.Amount > left:
		return ErrClaimBeyond.With("合同 %s：保函替代的质量保证金 %s，尚可报账 %s，本次 %s，超出 %s", c.Contract, s.contract.Guarantee, left, c.Amount, c.Amount-left)
	case c.Kind == ClaimOpening && c.Amount > free-left:
		return ErrClaimBeyond.With("合同 %s：期初应付款 %s 可报账，本次 %s；保函替代的质量保证金 %s 请按 released 报账", c.Contract, free-left, c.Amount, left)
	}
	return nil
}

// duePot are the lots on which a payable stands that no claim has asked for.
func (d *drawer) duePot(project string) []ledger.Holding {
	var out []ledger.Holding
	for at, amount := range d.due {
		if at.project == project && amount > 0 {
			out = append(out, ledger.Holding{Lot: at.lot, Pot: amount, Limit: amount})
		}
	}
	slices.SortFunc(out, func(a, b ledger.Holding) int { return slices.Compare(a.Lot[:], b.Lot[:]) })
	return out
}
