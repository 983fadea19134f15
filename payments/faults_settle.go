package payments

import "fundbook/internal/fault"

// The faults of settlement, closing, statements and monitoring. Each message is the
// rule; the detail names clause, place, figure and remedy.
var (
	ErrSettle        = fault.New(fault.Refused, "settle.invalid", "结算清理决定不合要求", "the settlement decision is not valid")
	ErrSettleMaker   = fault.New(fault.Refused, "settle.four_eyes", "提出结算清理的人不得录入其决定（政策 four_eyes，law 8）", "who proposed a settlement run may not record its decision (policy four_eyes, law 8)")
	ErrSettleState   = fault.New(fault.Refused, "settle.state", "结算清理的状态不允许此项办理", "the state of the settlement run does not permit this")
	ErrSettleRow     = fault.New(fault.Refused, "settle.row", "清理行不存在或不是收回事项", "the row does not exist or is nothing to recover")
	ErrSettleChanged = fault.New(fault.Conflict, "settle.changed", "清理行的余额自提出后已变动", "the balance of the row has changed since it was proposed")
	ErrSettleBeyond  = fault.New(fault.Refused, "settle.beyond", "决定收回的金额超出余额", "the amount to recover passes the balance")
	ErrCarryOver     = fault.New(fault.Refused, "settle.carry_over", "年终结转不合要求（DOMAIN 4.3 E24）", "the year-end close is not valid (E24)")
	ErrCloseOpen     = fault.New(fault.Refused, "settle.close_open", "结账前的检查事项未完成", "what must be done before the period closes is still open")

	ErrStatement        = fault.New(fault.Refused, "statement.invalid", "对账单不合要求", "the statement is not valid")
	ErrStatementSum     = fault.New(fault.Refused, "statement.sum", "对账单期初余额加发生额不等于期末余额", "opening balance and lines do not make the closing balance")
	ErrStatementSame    = fault.New(fault.Conflict, "statement.same", "这份对账单已导入，没有改变任何内容", "this statement was imported before; nothing has changed")
	ErrStatementExists  = fault.New(fault.Conflict, "statement.exists", "该账户该期间的对账单已导入，内容不同", "another statement of the account and period was imported before")
	ErrStatementChain   = fault.New(fault.Refused, "statement.chain", "期初余额与上一期对账单的期末余额不一致", "the opening balance is not the closing balance of the statement before")
	ErrStatementMatch   = fault.New(fault.Refused, "statement.match", "勾对不成立", "the match does not hold")
	ErrStatementMatched = fault.New(fault.Conflict, "statement.matched", "对账单行或记账凭证已勾对", "the line or the entry is matched already")
)
