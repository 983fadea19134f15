// Package payments is the two-level reimbursement (县乡两级报账制): claims with their
// evidence, the gates before a payment, payment requests, card batches (一卡通), bank
// and treasury statements, and the periodic settlement and recovery of what is
// left (定期结算清理和回收再调整).
//
// No money leaves by any other way than claim → request → payment. The internal
// events of the ledger are posted only from here and from package projects, after
// the gates of the payment's kind (DOMAIN 4.8) hold. A gate that blocks is released
// only by a recorded waiver, and the waiver stands on the entry.
//
//	kind        code                  what it is
//	evidence    SHA-256 of the file   材料: a document by its content
//	invoice     number (series-)      发票: what of it has been drawn
//	claim       given by the unit     报账单, from submission to paid
//	payfile     the contract's        合同支付台账: its claims
//	request     given by the county   支付申请 with its payees
//	transfer    the reference         银行（国库）流水: confirms one thing once
//	recovery    given by the county   追回
//	waiver      given by the county   豁免 of a gate
//	batch       given by the county   一卡通批次; persons are rows beside it, sealed
//	statement   account and period    银行（国库）对账单
//	cleared     account and entry     凭证 that a statement has matched
//	settlement  given by the county   结算清理批次, 年终结转
//	bookclose   book and period       结账 with what was open
//
// What an ordinary way of a payment is:
//
//	advance, county     claim → accept → request (E10 reserve) → bank confirms (E10 confirm)
//	progress, county    claim → accept (E11) → request (E12 reserve) → confirm (E12 confirm)
//	township            claim → review → request (E25 request) → township pays (E25 pay) → county approves (E25 approve) or disallows (E25x)
//	retention           claim → accept → request (E14 reserve) → confirm; township E14t
//	due already         repair out of retention (E14d), guarantee (E14g), taken over (E00): claim → accept → request (E12)
//	household           roster confirmed (E15a) → batch (E15b) → paid out (E15c) → results (E15d, E15e); back after its success (E15r)
//	subsidy, fee        roster (E21) → batch; claim → accept (E22) → request (E12)
package payments
