package projects

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// ContractTransferCmd hands a part of a contract over before the whole is finished
// (分段完工转出): the cost of that part is expenditure now. Amount 0 is all cost of the
// project that is claimed and not transferred.
type ContractTransferCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	Project  string        `json:"project" validate:"required,max=64"`
	On       ledger.Date   `json:"on" validate:"required"` // acceptance of the part
	Date     ledger.Date   `json:"date" validate:"required"`
	Amount   ledger.Amount `json:"amount,omitempty" validate:"min=0"`
	Document string        `json:"document" validate:"required,max=80"`
	Form     ledger.Digest `json:"form" validate:"required"` // acceptance form of the part
}

// transfer decides what of each lot's cost is transferred: never more than what is
// claimed and stands in 1301 (DOMAIN 4.3 E13). The rest of the contract goes on.
func (c *Contract) transfer(cmd *ContractTransferCmd, list []ContractStanding) ([]ContractStanding, ledger.Amount, error) {
	if err := c.require(cmd.On, ContractStarted, ContractCompleted, ContractAccepted); err != nil {
		return nil, 0, err
	}
	if cmd.Date < cmd.On {
		return nil, 0, ErrContractOrder.With("凭证日期 %s 早于分段验收日期 %s", cmd.Date, cmd.On).At("date", "before the acceptance", cmd.Date.String())
	}
	var have ledger.Amount
	for i := range list {
		if list[i].Project == cmd.Project {
			have += list[i].Cost
		}
	}
	amount := cmd.Amount
	if amount == 0 {
		amount = have
	}
	if amount <= 0 || amount > have {
		return nil, 0, ErrTransfer.With("合同 %s 项目 %s：已报账未转出 %s，本次转出 %s；请先报账（claim.accept）或减少金额", c.Code, cmd.Project, have, amount).
			At("amount", "beyond the cost in progress", amount.String())
	}
	var taken []ContractStanding
	for left, i := amount, 0; left > 0 && i < len(list); i++ {
		if list[i].Project != cmd.Project || list[i].Cost <= 0 {
			continue
		}
		n := min(left, list[i].Cost)
		left -= n
		taken = append(taken, ContractStanding{Project: cmd.Project, Lot: list[i].Lot, Cost: n})
	}
	return taken, amount, nil
}

// TransferContract transfers the cost of a finished part (E13 partial): nothing is
// saved, and the rest stays under the contract.
func TransferContract(ctx context.Context, tx *db.Tx, cmd ContractTransferCmd) error {
	c, list, err := ending(ctx, tx, cmd.Code, cmd.Date)
	if err != nil {
		return err
	}
	taken, amount, err := c.transfer(&cmd, list)
	if err != nil {
		return err
	}
	base := ledger.Posting{Event: "E13", Step: "partial", Date: cmd.Date, Decision: cmd.Document, Attachments: []ledger.Digest{cmd.Form}}
	if err := ledger.Post(ctx, tx, c.perProject(taken, base, costOf)); err != nil {
		return err
	}
	return didTransfer.Record(ctx, tx, c.Code, &c, contractTransferred{cmd.On, cmd.Project, amount, cmd.Document, cmd.Form})
}

// RecoverTransferred notes that cost transferred before is to come back (E16, E16p of
// 5001): it is claimed no more. Back says of what contract and project, how much, when
// and by what.
func RecoverTransferred(ctx context.Context, tx *db.Tx, back ContractTransferCmd) error {
	c, err := contractFile.Load(ctx, tx, back.Code)
	if err != nil {
		return err
	}
	amount := min(back.Amount, c.Transferred)
	if amount <= 0 {
		return nil
	}
	return didTransfer.Record(ctx, tx, c.Code, &c, contractTransferred{On: back.On, Project: back.Project, Amount: -amount, Document: back.Document})
}
