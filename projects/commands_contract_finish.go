package projects

import (
	"cmp"
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// SettleContract records the audited final amount; the saving comes back with the
// final account when everything is claimed (E13), else the contract is reduced (E09).
func SettleContract(ctx context.Context, tx *db.Tx, cmd ContractSettleCmd) error {
	c, list, err := ending(ctx, tx, cmd.Code, cmd.Date)
	if err != nil {
		return err
	}
	limits, err := limitsOn(ctx, tx, cmd.On)
	if err != nil {
		return err
	}
	s, err := c.settle(&cmd, list, limits.retention)
	if err != nil {
		return err
	}
	posts := c.settlePostings(&cmd, &s, list)
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	saving := PlanRecovery{Document: cmd.Document, On: cmd.On, Reason: "合同 " + c.Code + " 结算结余"}
	if err := recoverPlans(ctx, tx, saving, saved(posts, s.cut)); err != nil {
		return err
	}
	if err := didSettle.Record(ctx, tx, c.Code, &c, s.fact); err != nil {
		return err
	}
	return advanceAll(ctx, tx, &c, Step{Event: EventSettle, On: cmd.On, Document: cmd.Document, Evidence: []ledger.Digest{cmd.Report}})
}

// TerminateContract ends a contract; what is committed and not claimed comes back
// by the decision (E17, with E09− in the same entry).
func TerminateContract(ctx context.Context, tx *db.Tx, cmd ContractTerminateCmd) error {
	c, list, err := ending(ctx, tx, cmd.Code, cmd.Date)
	if err != nil {
		return err
	}
	fact, err := c.terminate(&cmd, list)
	if err != nil {
		return err
	}
	posts := c.perProject(list, ledger.Posting{Event: "E17", Step: "recover", Date: cmd.Date, From: "7202", Decision: cmd.Decision}, committedOf)
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	gone := PlanRecovery{Document: cmd.Decision, On: cmd.On, Reason: "合同 " + c.Code + " 终止"}
	if err := recoverPlans(ctx, tx, gone, committedParts(list)); err != nil {
		return err
	}
	if err := didTerminate.Record(ctx, tx, c.Code, &c, fact); err != nil {
		return err
	}
	return reimburseAll(ctx, tx, &c, cmd.On)
}

// CloseContract closes a contract: cost that is left goes to expenditure (E13).
func CloseContract(ctx context.Context, tx *db.Tx, cmd ContractCloseCmd) error {
	c, list, err := ending(ctx, tx, cmd.Code, cmd.Date)
	if err != nil {
		return err
	}
	if err := c.closable(&cmd, list); err != nil {
		return err
	}
	cut := committedParts(list)
	posts := c.finalAccount(cmd.Date, cmd.Release, cut, list)
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	saving := PlanRecovery{Document: cmp.Or(cmd.Release, c.Code), On: cmd.On, Reason: "合同 " + c.Code + " 办结结余"}
	if err := recoverPlans(ctx, tx, saving, saved(posts, cut)); err != nil {
		return err
	}
	if len(cut) > 0 {
		fact := contractChanged{Change: Change{On: cmd.On, Kind: "release", Document: cmd.Release}}
		for _, f := range cut {
			fact.Change.Amount -= f.Amount
		}
		if fact.Projects, fact.Funding, err = c.without(cut); err != nil {
			return err
		}
		if err := didChange.Record(ctx, tx, c.Code, &c, fact); err != nil {
			return err
		}
	}
	step := contractStep{State: ContractClosed, On: cmd.On, Document: cmd.Release, Evidence: cmd.Evidence}
	if err := didStep.Record(ctx, tx, c.Code, &c, step); err != nil {
		return err
	}
	return reimburseAll(ctx, tx, &c, cmd.On)
}

// saved is what of a cut the final account saves (E13): that of projects without any
// cost only returns to their plans (E09).
func saved(posts []ledger.Posting, cut []FundingPart) []FundingPart {
	return slices.DeleteFunc(slices.Clone(cut), func(f FundingPart) bool {
		return !slices.ContainsFunc(posts, func(p ledger.Posting) bool { return p.Event == "E13" && p.Project == f.Project })
	})
}

// GuaranteeContract puts a bank guarantee in the place of retention (E14g).
func GuaranteeContract(ctx context.Context, tx *db.Tx, cmd ContractGuaranteeCmd) error {
	c, list, err := ending(ctx, tx, cmd.Code, cmd.Date)
	if err != nil {
		return err
	}
	taken, err := c.guarantee(&cmd, list)
	if err != nil {
		return err
	}
	posts := c.perProject(taken, ledger.Posting{Event: "E14g", Date: cmd.Date, Decision: cmd.Document}, retentionOf)
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	return didGuarantee.Record(ctx, tx, c.Code, &c, contractGuaranteed{
		On: cmd.On, Amount: cmd.Amount, Bank: cmd.Bank, Document: cmd.Document, Until: cmd.Until, Digest: cmd.Digest,
	})
}

// RepairContract takes a third party's repair out of the retention (E14d).
func RepairContract(ctx context.Context, tx *db.Tx, cmd ContractRepairCmd) error {
	c, list, err := ending(ctx, tx, cmd.Code, cmd.Date)
	if err != nil {
		return err
	}
	taken, err := c.repair(&cmd, list)
	if err != nil {
		return err
	}
	if cmd.Contract != "" {
		k, err := contractFile.Load(ctx, tx, cmd.Contract)
		if err != nil {
			return err
		}
		if k.Payee != cmd.Payee {
			return ErrDefect.With("维修合同 %s 的收款方是 %s，不是 %s", k.Code, k.Payee, cmd.Payee).At("contract", "another payee", cmd.Contract)
		}
	}
	base := ledger.Posting{Event: "E14d", Date: cmd.Date, Decision: cmd.Document, To: &ledger.Target{Payee: cmd.Payee, Contract: cmd.Contract}}
	if err := ledger.Post(ctx, tx, c.perProject(taken, base, retentionOf)); err != nil {
		return err
	}
	return didRepair.Record(ctx, tx, c.Code, &c, contractRepaired{
		Repair: Repair{cmd.On, cmd.Amount, cmd.Payee, cmd.PayeeID, cmd.Contract, cmd.Document}, Digest: cmd.Digest,
	})
}

// DefectContract opens or closes a defect.
func DefectContract(ctx context.Context, tx *db.Tx, cmd ContractDefectCmd) error {
	c, err := ownContract(ctx, tx, cmd.Code)
	if err != nil {
		return err
	}
	fact, err := c.decideDefect(&cmd)
	if err != nil {
		return err
	}
	return didDefect.Record(ctx, tx, c.Code, &c, fact)
}

// ending loads a contract of which something ends on a day, with its standing then.
func ending(ctx context.Context, tx *db.Tx, code string, day ledger.Date) (c Contract, list []ContractStanding, err error) {
	if c, err = contractFile.Load(ctx, tx, code); err == nil {
		list, err = settledStanding(ctx, tx, c.Code, day)
	}
	return c, list, err
}

// settledStanding is where a contract stands on a day, refused when later vouchers
// have changed what is committed or claimed: what ends on a day ends after them.
func settledStanding(ctx context.Context, tx *db.Tx, code string, day ledger.Date) ([]ContractStanding, error) {
	then, err := StandingOf(ctx, tx, code, day)
	if err != nil {
		return nil, err
	}
	now, err := StandingOf(ctx, tx, code, ledger.MaxDate)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(then, now) {
		return nil, ErrContractOrder.With("合同 %s：%s 之后已有该合同的凭证；请用不早于末次凭证的日期", code, day).At("date", "later vouchers", day.String())
	}
	return now, nil
}
