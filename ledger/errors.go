package ledger

import "fundbook/internal/fault"

// The faults of posting. Each message names the rule; the detail of the case
// names the account, the figure and the remedy.
var (
	ErrID           = fault.New(fault.Invalid, "ledger.id", "标识不是有效的 UUID", "not a valid identifier")
	ErrDigest       = fault.New(fault.Invalid, "ledger.digest", "附件摘要不是 64 位十六进制", "an attachment digest is 64 hexadecimal digits")
	ErrAccount      = fault.New(fault.Invalid, "ledger.account_unknown", "科目不存在", "no such account")
	ErrKey          = fault.New(fault.Refused, "ledger.key", "账户维度不合科目要求", "the account's dimensions do not fit the chart")
	ErrLines        = fault.New(fault.Refused, "ledger.lines", "凭证分录数不合要求", "wrong number of lines in an entry")
	ErrLine         = fault.New(fault.Refused, "ledger.line", "分录金额不合要求", "the amount of a line is not allowed")
	ErrUnbalanced   = fault.New(fault.Refused, "ledger.unbalanced", "借贷不平衡（规则 R1：每账套、每账组、每批次分别平衡）", "debits and credits differ (rule R1: per book, group and lot)")
	ErrInvariant    = fault.New(fault.Refused, "ledger.invariant", "违反勾稽关系", "a ledger equation would break")
	ErrOverdraw     = fault.New(fault.Refused, "ledger.overdraw", "余额不足（规则 4.5：任何一日不得透支）", "the balance would pass zero (rule 4.5: on no effective day)")
	ErrNoAuthority  = fault.New(fault.Refused, "ledger.township_cash_beyond_authority", "拨付乡镇资金超过该乡镇指标（规则 I10）", "cash to a township beyond its authority (I10)")
	ErrLotUnknown   = fault.New(fault.NotFound, "ledger.lot_unknown", "批次不存在", "no such lot")
	ErrLotExists    = fault.New(fault.Conflict, "ledger.lot_exists", "批次已登记（同一文件同一行只登记一次）", "the lot is registered already (one per document line)")
	ErrLotInvalid   = fault.New(fault.Invalid, "ledger.lot_invalid", "批次要素不合要求", "a lot's particulars are not valid")
	ErrPeriodClosed = fault.New(fault.Refused, "ledger.period_closed", "会计期间已结账，不再打开（规则 4.7）", "the period is closed and never opens again (4.7)")
	ErrPeriodFuture = fault.New(fault.Refused, "ledger.date_in_future", "日期晚于今天", "the date is in the future")
	ErrPeriodOpen   = fault.New(fault.Refused, "ledger.period_not_open", "会计期间未开放", "the period is not open")
	ErrPeriodForm   = fault.New(fault.Invalid, "ledger.period_form", "会计期间写法不合要求", "a period is written 2026-05 or 2026-13")
	ErrPeriodOrder  = fault.New(fault.Refused, "ledger.period_order", "须按顺序结账", "periods close in order")
	ErrEvent        = fault.New(fault.Invalid, "ledger.event_unknown", "业务事项不存在", "no such business event")
	ErrPosting      = fault.New(fault.Invalid, "ledger.posting", "业务事项要素不合要求", "the posting lacks or carries fields its event does not take")
	ErrDecision     = fault.New(fault.Refused, "ledger.decision_required", "该事项须有决定文号", "this event needs a decision number")
	ErrReversed     = fault.New(fault.Conflict, "ledger.reversed_already", "该凭证已红字冲销，只能冲销一次", "the entry has been reversed already; once only")
	ErrReverse      = fault.New(fault.Refused, "ledger.reversal", "不能红字冲销", "the entry cannot be reversed")
	ErrEntryUnknown = fault.New(fault.NotFound, "ledger.entry_unknown", "凭证不存在", "no such entry")
	ErrFirstPeriod  = fault.New(fault.Refused, "ledger.first_period", "账簿已经开始，起始期间不能再改（规则 4.7）", "the books have begun: their first period cannot be moved (4.7)")
	ErrPolicy       = fault.New(fault.Invalid, "ledger.policy", "政策参数的值不合要求", "a policy's value is not valid")
	ErrEncoding     = fault.New(fault.Internal, "ledger.encoding", "记录编码不能还原", "a stored record does not decode")
)
