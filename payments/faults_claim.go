package payments

import "fundbook/internal/fault"

// The faults of evidence, invoices, claims, requests, gates and waivers. Each
// message is the rule; the detail names clause, place, figure and remedy.
var (
	ErrEvidence     = fault.New(fault.Refused, "evidence.invalid", "材料登记不合要求", "the document cannot be recorded")
	ErrEvidenceSize = fault.New(fault.TooLarge, "evidence.size", "单份材料不得超过 32 MiB", "one document has at most 32 MiB")

	ErrInvoice      = fault.New(fault.Refused, "invoice.invalid", "发票信息不合要求", "the invoice is not valid")
	ErrInvoiceOther = fault.New(fault.Refused, "invoice.differs", "同一发票号码已以另一开票方、金额、日期或文件登记", "the invoice number is known with another issuer, amount, day or file")
	ErrInvoiceSpent = fault.New(fault.Refused, "invoice.spent", "发票使用合计不得超过票面金额", "an invoice is never drawn beyond its amount")

	ErrClaim         = fault.New(fault.Refused, "claim.invalid", "报账单不合要求", "the claim is not valid")
	ErrClaimState    = fault.New(fault.Refused, "claim.state", "报账单的状态不允许此项办理", "the state of the claim does not permit this")
	ErrClaimBeyond   = fault.New(fault.Refused, "claim.beyond", "报账金额超出合同由本县资金承担的余额", "the claim passes what county funds still bear of the contract")
	ErrClaimSequence = fault.New(fault.Refused, "claim.sequence", "报账材料的先后次序不合规定（DOMAIN 2.2）", "the documents of the claim are out of order")
	ErrClaimMaker    = fault.New(fault.Refused, "claim.four_eyes", "报送人、签署意见人不得受理或审核自己的报账单（政策 four_eyes，law 8）", "who submitted or reviewed a claim may not accept or approve it (policy four_eyes, law 8)")
	ErrAdvance       = fault.New(fault.Refused, "claim.advance", "预付款超出约定或政策上限（DOMAIN 2.3）", "the advance passes what was agreed or policy permits")
	ErrNotOwn        = fault.New(fault.Forbidden, "claim.not_own", "不是本乡镇的合同或报账单", "not the township's own contract or claim")

	ErrRequest       = fault.New(fault.Refused, "payment.invalid", "支付申请不合要求", "the payment request is not valid")
	ErrRequestState  = fault.New(fault.Refused, "payment.state", "支付申请的状态不允许此项办理", "the state of the payment request does not permit this")
	ErrRequestBeyond = fault.New(fault.Refused, "payment.beyond", "申请金额超出报账单尚可支付的金额", "the request passes what the claim still owes")
	ErrReference     = fault.New(fault.Conflict, "payment.reference", "银行（国库）流水号已使用，不得重复确认", "the bank or treasury reference was used already")
	ErrGate          = fault.New(fault.Refused, "payment.gate", "支付前置条件未满足（DOMAIN 4.8）", "a gate of the payment does not hold")

	ErrWaiver       = fault.New(fault.Refused, "waiver.invalid", "豁免不合要求", "the waiver is not valid")
	ErrWaiverUse    = fault.New(fault.Refused, "waiver.scope", "豁免不适用于本次支付", "the waiver does not cover this payment")
	ErrWaiverPerson = fault.New(fault.Refused, "waiver.approver", "豁免须由经办人以外的两名不同审批人批准（DOMAIN 4.8）", "a waiver needs two approvers, different from each other and from its maker")

	ErrRecovery = fault.New(fault.Refused, "recover.invalid", "追回办理不合要求", "the recovery is not valid")
)
