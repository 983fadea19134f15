package app

import "fundbook/payments"

// claimOperations are the commands of evidence, claims, payment requests, township
// payments, recoveries and waivers.
var claimOperations = []Operation{
	operation(Spec{"evidence.add", "登记材料（按内容摘要）", "record a document by its content", "evidence.add"}, townshipMay, payments.AddEvidence),

	operation(Spec{"claim.submit", "报送报账单", "submit a claim", "claim.submit"}, townshipMay, payments.SubmitClaim),
	operation(Spec{"claim.review", "签署乡镇（部门）意见", "sign the township's or department's opinion", "claim.review"}, townshipMay, payments.ReviewClaim),
	operation(Spec{"claim.accept", "县级受理列账（E11、E22）", "accept a claim into the county's books", "claim.accept"}, countyOnly, payments.AcceptClaim),
	operation(Spec{"claim.return", "退回报账单", "return a claim with a reason", "claim.return"}, countyOnly, payments.ReturnClaim),
	operation(Spec{"claim.revoke", "撤销受理或审核（E23）", "take an acceptance or approval back", "claim.revoke"}, countyOnly, payments.RevokeClaim),
	operation(Spec{"claim.withdraw", "撤回报账单", "withdraw a claim", "claim.withdraw"}, townshipMay, payments.WithdrawClaim),

	operation(Spec{"payment.request", "支付申请（E10、E12、E14）", "request a payment", "payment.request"}, countyOnly, payments.OpenRequest),
	operation(Spec{"payment.confirm", "银行（国库）支付确认", "bank or treasury confirms a payment", "payment.confirm"}, countyOnly, payments.ConfirmRequest),
	operation(Spec{"payment.void", "撤销支付申请（E10v、E12v）", "void what of a request is not paid", "payment.void"}, townshipMay, payments.VoidRequest),
	operation(Spec{"payment.returned", "付款退票（E12e、E10r、E23）", "a transfer came back", "payment.returned"}, townshipMay, payments.ReturnTransfer),
	operation(Spec{"payment.wrong", "错付认定、收回、核销、补付（E12w、E16w、E12x）", "a transfer reached somebody else", "payment.wrong"}, countyOnly, payments.WrongPayment),
	operation(Spec{"payment.refund_advance", "预付款退回（E10r）", "an advance is paid back", "payment.refund_advance"}, townshipMay, payments.RefundAdvance),
	operation(Spec{"payment.advance_to_recover", "预付款转应追回（E10x）", "an advance becomes a debt to recover", "payment.advance_to_recover"}, countyOnly, payments.RecoverAdvance),

	operation(Spec{"recover.identify", "认定应追回（E16、E16p）", "name money that must come back", "recover.identify"}, countyOnly, payments.IdentifyRecovery),
	operation(Spec{"recover.receive", "追回到账（E16、E16p、E16t）", "money came back", "recover.receive"}, townshipMay, payments.ReceiveRecovery),

	operation(Spec{"township.fund", "实拨乡镇专户（E04c）", "send cash to a township", "township.fund"}, countyOnly, payments.FundTownship),
	operation(Spec{"township.request", "乡镇支付申请（E25、E10、E14t）", "request a payment by the township", "township.request"}, townshipMay, payments.OpenTownshipRequest),
	operation(Spec{"township.pay", "乡镇支付", "the township pays", "township.pay"}, townshipMay, payments.PayTownship),
	operation(Spec{"township.approve", "县级审核列支（E25）", "the county approves a township's claim", "township.approve"}, countyOnly, payments.ApproveTownship),
	operation(Spec{"township.disallow", "县级审减（E25x）", "the county disallows a part", "township.disallow"}, countyOnly, payments.DisallowTownship),
	operation(Spec{"township.paid_back", "审减款退回乡镇（E25x）", "disallowed money came back", "township.paid_back"}, townshipMay, payments.PaidBackTownship),

	operation(Spec{"waiver.grant", "提出豁免", "propose a waiver of gates", "waiver.grant"}, countyOnly, payments.GrantWaiver),
	operation(Spec{"waiver.approve", "批准豁免（两名审批人各自办理）", "confirm a waiver, each approver by its own account", "waiver.approve"}, countyOnly, payments.ApproveWaiver),
	operation(Spec{"waiver.revoke", "撤销豁免", "revoke a waiver", "waiver.revoke"}, countyOnly, payments.RevokeWaiver),
}
