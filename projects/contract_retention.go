package projects

import (
	"strconv"

	"fundbook/ledger"
)

// ContractGuaranteeCmd puts a bank guarantee in the place of retention (保函替代,
// E14g): that much retention is then paid like any payable.
type ContractGuaranteeCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	On       ledger.Date   `json:"on" validate:"required"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Amount   ledger.Amount `json:"amount" validate:"gt=0"`
	Bank     string        `json:"bank" validate:"required,max=120"`
	Document string        `json:"document" validate:"required,max=80"`
	Until    ledger.Date   `json:"until" validate:"required"`
	Digest   ledger.Digest `json:"digest" validate:"required"`
}

// guarantee decides which retention the guarantee stands for. It must last as long
// as the defect period.
func (c *Contract) guarantee(cmd *ContractGuaranteeCmd, list []ContractStanding) ([]ContractStanding, error) {
	if err := c.require(cmd.On, ContractStarted, ContractCompleted, ContractAccepted, ContractSettled, ContractSigned); err != nil {
		return nil, err
	}
	if cmd.Date < cmd.On {
		return nil, ErrContractOrder.With("凭证日期 %s 早于保函日期 %s", cmd.Date, cmd.On).At("date", "before the guarantee", cmd.Date.String())
	}
	until := c.DefectUntil
	if until.IsZero() {
		until = cmd.On
	}
	if cmd.Until < until {
		return nil, ErrRetention.With("合同 %s：保函有效期至 %s，早于缺陷责任期 %s", c.Code, cmd.Until, until).At("until", "before the defect period ends", cmd.Until.String())
	}
	return c.retained(list, cmd.Amount)
}

// retained takes an amount from the retention, in order.
func (c *Contract) retained(list []ContractStanding, amount ledger.Amount) ([]ContractStanding, error) {
	taken, left := upTo(list, amount, retentionOf)
	if left > 0 {
		return nil, ErrRetention.With("合同 %s：质量保证金余额 %s，需要 %s，差 %s", c.Code, amount-left, amount, left)
	}
	return taken, nil
}

func retentionOf(s *ContractStanding) ledger.Amount { return s.Retention }

// ContractRepairCmd pays a third party's repair out of the retention (质保金扣用,
// E14d), while a defect is open. The payment itself follows as any other (E12).
type ContractRepairCmd struct {
	Code     string        `json:"code" validate:"required,max=64"`
	On       ledger.Date   `json:"on" validate:"required"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Amount   ledger.Amount `json:"amount" validate:"gt=0"`
	Payee    string        `json:"payee" validate:"required,max=64"`
	PayeeID  string        `json:"payee_id,omitempty" validate:"max=18"`
	Contract string        `json:"contract,omitempty" validate:"max=64"` // of the repair, where there is one
	Document string        `json:"document" validate:"required,max=80"`
	Digest   ledger.Digest `json:"digest" validate:"required"`
}

func (c *Contract) repair(cmd *ContractRepairCmd, list []ContractStanding) ([]ContractStanding, error) {
	if err := c.require(cmd.On, ContractAccepted, ContractSettled); err != nil {
		return nil, err
	}
	if cmd.PayeeID != "" {
		if err := checkCreditCode(cmd.PayeeID); err != nil {
			return nil, err
		}
	}
	switch {
	case cmd.Date < cmd.On:
		return nil, ErrContractOrder.With("凭证日期 %s 早于维修日期 %s", cmd.Date, cmd.On).At("date", "before the repair", cmd.Date.String())
	case !c.Defect:
		return nil, ErrDefect.With("合同 %s：没有未销的缺陷责任事项，不得扣用质量保证金；请先登记缺陷（contract.defect）", c.Code)
	case cmd.Payee == c.Payee:
		return nil, ErrDefect.With("合同 %s：维修单位 %s 即承包方，自行维修不扣用质量保证金", c.Code, cmd.Payee).At("payee", "the contractor itself", cmd.Payee)
	}
	return c.retained(list, cmd.Amount)
}

// ContractDefectCmd opens a defect within the defect period, or closes one that was
// mended (缺陷责任).
type ContractDefectCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	On       ledger.Date `json:"on" validate:"required"`
	Open     bool        `json:"open"`
	No       int         `json:"no,omitempty" validate:"min=0,max=1000"` // of the defect to close, from 1
	Note     string      `json:"note" validate:"required,max=400"`
	Document string      `json:"document,omitempty" validate:"max=80"`
}

func (c *Contract) decideDefect(cmd *ContractDefectCmd) (contractDefect, error) {
	f := contractDefect{On: cmd.On, Open: cmd.Open, No: cmd.No, Note: cmd.Note, Document: cmd.Document}
	if err := c.require(cmd.On, ContractAccepted, ContractSettled); err != nil {
		return f, err
	}
	switch {
	case cmd.Open && cmd.On > c.DefectUntil:
		return f, ErrDefect.With("合同 %s：%s 已过缺陷责任期（至 %s）", c.Code, cmd.On, c.DefectUntil).At("on", "after the defect period", cmd.On.String())
	case !cmd.Open && (cmd.No < 1 || cmd.No > len(c.Defects)):
		return f, ErrDefect.With("合同 %s：没有第 %d 号缺陷（共 %d 号）", c.Code, cmd.No, len(c.Defects)).At("no", "no such defect", strconv.Itoa(cmd.No))
	case !cmd.Open && !c.Defects[cmd.No-1].ClosedOn.IsZero():
		return f, ErrDefect.With("合同 %s：第 %d 号缺陷已于 %s 销号", c.Code, cmd.No, c.Defects[cmd.No-1].ClosedOn)
	case !cmd.Open && cmd.On < c.Defects[cmd.No-1].OpenedOn:
		return f, ErrDefect.With("合同 %s：销号日期 %s 早于发现日期 %s", c.Code, cmd.On, c.Defects[cmd.No-1].OpenedOn)
	}
	return f, nil
}
