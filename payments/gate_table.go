package payments

import "fundbook/ledger"

const (
	basis48     = "DOMAIN 4.8"
	basisNotice = "DOMAIN 4.8、6.3：实施前公示"
	basisDone   = "DOMAIN 4.8、6.3：完工公示"
	basisHome   = "DOMAIN 4.8、6.3：到户补助公示"
	basisPapers = "DOMAIN 2.2：报账材料"
)

// gateRows makes rows of a kind, in force from the beginning.
func gateRows(kind PayKind, effect Effect, basis string, gates ...Gate) []GateRow {
	out := make([]GateRow, len(gates))
	for i, g := range gates {
		out[i] = GateRow{kind, g, effect, ledger.MinDate, basis}
	}
	return out
}

// gateTable is the one table of kinds and gates (DOMAIN 4.8).
var gateTable = func() []GateRow {
	var out []GateRow
	add := func(rows ...[]GateRow) {
		for _, r := range rows {
			out = append(out, r...)
		}
	}
	for _, k := range []PayKind{PayAdvance, PayProgress, PayFinal} {
		add(
			gateRows(k, EffectBlock, basis48, GateLibrary, GatePlan, GateContract),
			gateRows(k, EffectBlock, basisNotice, GateN5),
			gateRows(k, EffectBlock, basisPapers, GateClaim, GateEvidence),
			gateRows(k, EffectBlock, "DOMAIN 2.3：人工费付农民工工资专户", GateWage),
		)
	}
	add(
		gateRows(PayAdvance, EffectBlock, "财建〔2004〕369号；合同约定", GateAdvance),
		gateRows(PayProgress, EffectBlock, basisPapers, GateInvoice, GateMeasurement),
		gateRows(PayProgress, EffectBlock, "DOMAIN 2.3：验收前累计支付不超过上限（4:5:1），其余按末次付款", GateProgressMax),
		gateRows(PayProgress, EffectWarn, "DOMAIN 8.1 A14", GateIssuer),
		[]GateRow{{PayProgress, GateProgress, EffectWarn, firstOf(2022, 8), "财建〔2022〕183号"}},
		gateRows(PayFinal, EffectBlock, basisPapers, GateInvoice, GateMeasurement, GateAcceptance),
		gateRows(PayFinal, EffectWarn, "DOMAIN 8.1 A14", GateIssuer),
		gateRows(PayFinal, EffectBlock, basisDone, GateN6),
		gateRows(PayFinal, EffectBlock, "DOMAIN 4.8：只在合同约定时", GateAudit),
		gateRows(PayFinal, EffectNone, "DOMAIN 4.8：自评拦截 EVALUATED，不拦截付款", GateSelfRating),

		gateRows(PayRetention, EffectBlock, basis48, GateContract, GateClaim),
		gateRows(PayRetention, EffectBlock, basisPapers, GateEvidence),
		gateRows(PayRetention, EffectBlock, "DOMAIN 4.8、2.3：缺陷责任期", GateDefect, GateOpenDefect),

		gateRows(PayDue, EffectBlock, "DOMAIN 4.8、4.3 E14d、E14g、E00", GateContract, GateClaim),
		gateRows(PayDue, EffectBlock, basisPapers, GateEvidence),
		gateRows(PayDue, EffectWarn, "DOMAIN 8.1 A14", GateIssuer),

		gateRows(PayHouseholdOnce, EffectBlock, basis48, GateLibrary, GatePlan, GateRoster),
		gateRows(PayHouseholdOnce, EffectBlock, basisHome, GateN8),
		gateRows(PayHouseholdOnce, EffectBlock, "DOMAIN 4.8、6.4：成立的异议只拦截本行", GateObjection),
		gateRows(PayHousehold, EffectBlock, basis48, GateLibrary, GatePlan, GateRoster),
		gateRows(PayHousehold, EffectBlock, "DOMAIN 4.8：首次名册及每次变更", GateN8),
		gateRows(PayHousehold, EffectBlock, "DOMAIN 4.8：发放结果公示", GateResults),
		gateRows(PayHousehold, EffectBlock, "DOMAIN 4.8、6.4：成立的异议只拦截本行", GateObjection),
		gateRows(PaySubsidy, EffectBlock, basis48, GateLibrary, GatePlan, GateRoster),
		gateRows(PaySubsidy, EffectBlock, basisHome, GateN8),
		gateRows(PaySubsidy, EffectBlock, "DOMAIN 4.8、8.1 A22", GateLoan),

		gateRows(PayFee, EffectBlock, "DOMAIN 4.8：类别为项目管理费", GateFeeCategory),
		gateRows(PayFee, EffectBlock, basis48, GateContract, GateClaim),
		gateRows(PayFee, EffectBlock, basisPapers, GateEvidence, GateInvoice),
		gateRows(PayFee, EffectBlock, "DOMAIN 4.3 E22、2.3：不超过1%", GateFeeCap),

		gateRows(PayToTownship, EffectBlock, "DOMAIN 4.8：计划或分解下达文件", GateAllocation),
		gateRows(PayToTownship, EffectBlock, "DOMAIN 4.6 I10", GateAuthority),
		gateRows(PayRemit, EffectBlock, "DOMAIN 4.8：决定或收回文件", GateDecision),

		gateRows(PayEmergency, EffectBlock, "DOMAIN 4.8：须豁免", GateOrdinary, GateLibrary, GatePlan, GateContract),
		gateRows(PayEmergency, EffectWarn, "DOMAIN 4.8：事后若干工作日内公示", GateN5),
		gateRows(PayEmergency, EffectBlock, "DOMAIN 4.8：决定文件", GateDecision, GateClaim),
		gateRows(PayEmergency, EffectBlock, basisPapers, GateEvidence),
	)
	for _, k := range PayKinds() {
		add(gateRows(k, EffectWarn, "DOMAIN 2.4：支付以账务及时为前提（政策 books_lag）", GateBooks))
	}
	return out
}()
