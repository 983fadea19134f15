package ledger

// The event table, third part: households, recovery, interest, corrections
// (E15–E28).

const (
	basisSettlement = "清理收回、再安排、上缴须有领导小组决定或收回文件文号（2.4、4.8）"
	basisWriteOff   = "核销须有决定文号（4.3 E16w）"
	basisReplace    = "资金来源置换须有决定文号（4.3 E26）"
	basisDivide     = "合并下达的批次只在文件明确划分时拆分，须引该文件文号（1.1、4.3 E27）"
	basisMerger     = "机构并转须引批准文件文号（4.3 E28）"
)

var costs = []Code{"1301", "5001", "5003", "5004", "5005"}

// householdEvents: rosters and card batches (E15), in county and township mode.
func householdEvents() []EventSpec {
	run := FieldParts | runFields
	out := eventRows{debit("7301"), credit("7204.P")}
	paid := eventRows{debit("7302"), credit("7301")}
	back := eventRows{debit("7203"), credit("7301")}
	owed := eventRows{debit("7203"), credit("7302")}
	return []EventSpec{
		{Code: "E15a", ZH: "到户名册确认（公示期满）", EN: "roster confirmed", Steps: []EventStep{{
			Required: run, rows: eventRows{debit("5003"), credit("2002"), debit("7203"), credit("7202").asPot()},
		}}},
		{Code: "E15b", ZH: "一卡通批量申请", EN: "card batch requested", Steps: []EventStep{{
			Required: run, Optional: FieldTownship, arrived: true, rows: eventRows{debit("7204.P"), credit("7203").asPot()},
		}}},
		{Code: "E15c", ZH: "一卡通批量出账", EN: "card batch paid out", Steps: []EventStep{{
			Required: run, Optional: FieldTownship,
			rows: append(eventRows{debit("1203"), credit("cash")}, out...),
			town: append(eventRows{debit("1203").inTown(), credit("cash").inTown()}, out...),
		}}},
		{Code: "E15d", ZH: "发放成功", EN: "card payments succeeded", Steps: []EventStep{{
			Required: run, Optional: FieldTownship,
			rows: append(eventRows{debit("2002"), credit("1203")}, paid...),
			town: append(eventRows{debit("2002"), credit("1101"), debit("2102").inTown(), credit("1203").inTown()}, paid...),
		}}},
		{Code: "E15e", ZH: "退票", EN: "card payments returned", Steps: []EventStep{{
			Required: run, Optional: FieldTownship, Note: "仍欠付，重发记 E15b、E15c。",
			rows: append(eventRows{debit("cash"), credit("1203")}, back...),
			town: append(eventRows{debit("cash").inTown(), credit("1203").inTown()}, back...),
		}}},
		{Code: "E15r", ZH: "发放后退回", EN: "a card payment came back after it had succeeded", Steps: []EventStep{{
			Required: run, Optional: FieldTownship | FieldOriginYear, Note: "本程序所加：银行报告成功以后才退回（同 E12e，冲 2002）。仍欠付，重发记 E15b、E15c。",
			rows: append(eventRows{debit("cash"), credit("2002")}, owed...),
			town: append(eventRows{debit("1101"), credit("2002"), debit("cash").inTown(), credit("2102").inTown()}, owed...),
		}}},
		{Code: "E15f", ZH: "取消资格", EN: "payee struck off the roster", Steps: []EventStep{{
			Required: run, Optional: FieldCost | FieldOriginYear, Cost: []Code{"5003", "5004"},
			rows: eventRows{debit("cost").asRed(), credit("2002").asRed(), debit("7401"), credit("7203")},
		}}},
	}
}

// recoveryEvents: money and authority come back (E16–E19).
func recoveryEvents() []EventSpec {
	run, debtor := FieldParts|runFields, FieldToPayee|FieldOriginYear
	town := FieldTownship
	loose := FieldContract | FieldPayee | FieldUnit | FieldToPayee
	return []EventSpec{
		{Code: "E16", ZH: "当年追回", EN: "recovery", Steps: []EventStep{
			{
				Name: "identify", ZH: "认定", EN: "identify", Required: run | FieldCost, Optional: debtor, Cost: costs,
				Note: "对方收款方(to.payee)：退款人与收款方不同时填列。认定不释放指标。", rows: eventRows{debit("1211").toParty(), debit("cost").asRed()},
			},
			{
				Name: "receive", ZH: "收回", EN: "money comes back", Required: run, Optional: debtor | town | FieldToUnit,
				Note: "乡镇账套：收回乡镇账自挂的 1211（E10x、E25x）。对方单位(to.unit)：结余归入的单位。",
				rows: eventRows{debit("cash"), credit("1211").toParty(), debit("7401").toParty(), credit("7302")},
				town: eventRows{debit("cash").inTown(), credit("1211").toParty().inTown(), debit("7401").toParty(), credit("7302")},
			},
		}},
		{Code: "E16p", ZH: "追回以前年度", EN: "recovery of an earlier year", Steps: []EventStep{
			{
				Name: "identify", ZH: "认定", EN: "identify", Required: FieldParts | FieldProject | FieldOriginYear, Optional: loose,
				rows: eventRows{debit("1211").toParty(), credit("3201")},
			},
			{
				Name: "receive", ZH: "收回", EN: "money comes back", Required: FieldParts | FieldProject | FieldOriginYear, Optional: loose,
				rows: eventRows{debit("cash"), credit("1211").toParty(), debit("7401"), credit("6202.Y")},
			},
		}},
		{Code: "E16t", ZH: "追回入乡镇户", EN: "recovery into a township account", Steps: []EventStep{{
			Required: run | town, Optional: debtor | FieldToUnit,
			rows: eventRows{
				debit("1101"), credit("1211").toParty(), debit("cash").inTown(), credit("2102").inTown(), debit("7401").toParty(), credit("7302"),
			},
		}}},
		{Code: "E16w", ZH: "核销", EN: "write off", Steps: []EventStep{{
			Required: FieldParts | FieldPayee, Optional: FieldProject | FieldContract | town, Decision: true, Basis: basisWriteOff,
			rows: eventRows{debit("3201"), credit("1211")},
			town: eventRows{debit("3201"), credit("1101"), debit("2102").inTown(), credit("1211").inTown()},
		}}},
		{Code: "E17", ZH: "结余收回", EN: "recover savings", Steps: []EventStep{
			{
				Name: "recover", ZH: "收回指标", EN: "recover authority", Required: FieldParts | FieldFrom, Decision: true, Basis: basisSettlement,
				From: []Code{"7101", "7102", "7103", "7104", "7201", "7202"},
				Note: "自 7202 收回须同一凭证调减合同：红字 借 7202 / 贷 7201，再 借 7401 / 贷 7201。",
				rows: eventRows{debit("7401"), credit("from")},
				cut:  eventRows{debit("7202").asRed(), credit("7201").asRed(), debit("7401"), credit("7201")},
			},
			{
				Name: "cash_back", ZH: "乡镇缴回资金", EN: "township sends cash back", Required: FieldParts | town,
				rows: eventRows{debit("cash"), credit("1101"), debit("2102").inTown(), credit("cash").inTown()},
			},
		}},
		{Code: "E18", ZH: "再安排", EN: "reallocate", Steps: []EventStep{{
			Required: FieldParts | FieldInto, Optional: FieldProject | FieldUnit, Into: []Code{"7101", "7102"}, Decision: true, Basis: basisSettlement,
			rows: eventRows{debit("into"), credit("7401")},
		}}},
		{Code: "E19", ZH: "收回总预算 / 上级收回 / 退回捐赠方", EN: "taken back", Steps: []EventStep{
			{
				Name: "take", ZH: "收回", EN: "take back", Required: FieldParts | FieldFrom | FieldCounterparty, Optional: FieldPayee | FieldOriginYear,
				From: []Code{"7101", "7401"}, Decision: true, Basis: basisSettlement, rule: byArrival,
				Note: "只能收回已到位的资金。收入属以前年度时借 3001。",
				rows: eventRows{debit("refund"), credit("2201"), debit("takeback"), credit("from")},
			},
			{
				Name: "remit", ZH: "上缴", EN: "remit", Required: FieldParts | FieldCounterparty, Optional: FieldPayee, Decision: true, Basis: basisSettlement,
				rows: eventRows{debit("2201"), credit("cash")},
			},
		}},
	}
}

// balanceEvents: interest, interest subsidy, fee (E20–E22).
func balanceEvents() []EventSpec {
	run, town := FieldParts|runFields, FieldTownship
	own := eventRows{debit("7101"), credit("source.Y")}
	bank := FieldParts | FieldPayee
	return []EventSpec{
		{Code: "E20", ZH: "利息", EN: "interest", Steps: []EventStep{
			{
				Name: "keep", ZH: "转作本金", EN: "keep", Required: FieldParts, Optional: town, Class: ClassLX,
				rows: append(eventRows{debit("1002"), credit("revenue")}, own...),
				town: append(eventRows{debit("1101"), credit("revenue"), debit("1002").inTown(), credit("2102").inTown()}, own...),
			},
			{
				Name: "remit_in", ZH: "应缴利息", EN: "interest to be remitted", Required: FieldParts, Optional: town | FieldPayee, Class: ClassLX,
				rows: eventRows{debit("1002"), credit("2201")},
				town: eventRows{debit("1101"), credit("2201"), debit("1002").inTown(), credit("2102").inTown()},
			},
			{
				Name: "remit_out", ZH: "上缴利息", EN: "interest remitted", Required: FieldParts, Optional: FieldPayee, Class: ClassLX, Cash: "1002",
				rows: eventRows{debit("2201"), credit("cash")},
			},
		}},
		{Code: "E20f", ZH: "银行扣费", EN: "bank charge", Steps: []EventStep{
			{
				Name: "charge", ZH: "扣费", EN: "charge", Required: bank, Optional: town, Class: ClassLX,
				rows: eventRows{debit("1211"), credit("1002"), debit("7302"), credit("7101")},
				town: eventRows{debit("1211").inTown(), credit("1002").inTown(), debit("7302"), credit("7101")},
			},
			{
				Name: "refund", ZH: "退回", EN: "refund", Required: bank, Optional: town | FieldOriginYear, Class: ClassLX,
				rows: eventRows{debit("1002"), credit("1211"), debit("7101"), credit("7302")},
				town: eventRows{debit("1002").inTown(), credit("1211").inTown(), debit("7101"), credit("7302")},
			},
		}},
		{Code: "E21", ZH: "贴息", EN: "interest subsidy", Steps: []EventStep{{
			Required: run, Note: "发放记 E15b–E15f。", rows: eventRows{debit("5004"), credit("2002"), debit("7203"), credit("7202").asPot()},
		}}},
		{Code: "E22", ZH: "管理费", EN: "management fee", Steps: []EventStep{{
			Required: run, Note: "上限：同年度、类别、层级批次的净下达指标 × 政策 fee_rate（千分比，默认 10），合计计算；付款记 E12。", rows: eventRows{debit("5005"), credit("2001"), debit("7203"), credit("7202").asPot()},
		}}},
	}
}

// correctionEvents: corrections and the year's end (E23–E24).
func correctionEvents() []EventSpec {
	run := FieldParts | runFields
	return []EventSpec{
		{Code: "E23", ZH: "更正（红字冲销）", EN: "red reversal", Steps: []EventStep{{
			Required: FieldReverses, rule: byReversal, anyLot: true,
			Note: "原凭证同科目同方向红字，限同一会计年度，只冲一次；以前年度用 E23p。",
		}}},
		{Code: "E23p", ZH: "以前年度更正", EN: "correction of an earlier year", Steps: []EventStep{
			{
				Name: "reverse", ZH: "冲回原凭证", EN: "undo the old voucher", Required: FieldReverses, rule: byPriorYear, anyLot: true,
				Note: "反方向蓝字；4xxx、5xxx 以 3201（项目）代，7302、7403、7404 以 6202.Y 代，61xx 以 6201 代。",
			},
			{
				Name: "move", ZH: "项目间更正", EN: "move cost between projects", Required: run | FieldInto | FieldToProject | FieldToContract | FieldToPayee,
				Optional: FieldToUnit, Into: []Code{"7401", "7201", "7202"},
				rows: eventRows{debit("3201").toParty(), credit("3201"), debit("into"), credit("6202.Y"), debit("6202.Y"), credit("7202").toParty()},
			},
		}},
		{Code: "E24", ZH: "年终结转", EN: "year-end close", Steps: []EventStep{{
			Required: FieldParts, rule: byClose, anyLot: true,
			Note: "每批次一张凭证，12 月 31 日余额：4xxx、5xxx、3201 → 3301 → 3001；6xxx 各来源减 7302、7403、7404 → 6201（N、Y 分别）。补结转同此，只结余下部分。",
		}}},
	}
}

// changeEvents: township claims, replacement, division and merger (E25–E28).
func changeEvents() []EventSpec {
	run, town := FieldParts|runFields, FieldTownship
	return []EventSpec{
		{Code: "E25", ZH: "乡级报账→县级审核", EN: "township claim, county approval", Steps: []EventStep{
			{Name: "request", ZH: "支付申请", EN: "request", Required: run | town, arrived: true, rows: eventRows{debit("7204.A"), credit("7202").asPot()}},
			{
				Name: "pay", ZH: "乡镇支付", EN: "township pays", Required: run | town,
				rows: eventRows{debit("1303").inTown(), credit("cash").inTown(), debit("7301"), credit("7204.A")},
			},
			{
				Name: "offset", ZH: "冲抵预付", EN: "set off an advance", Required: run | town,
				rows: eventRows{debit("1303").inTown(), credit("1201").inTown()},
			},
			{
				Name: "approve", ZH: "县级审核", EN: "county approves", Required: run | town, Optional: FieldRetention,
				rows: eventRows{
					debit("1301"), credit("1101").of(shareLessRetention), credit("2003").of(shareRetention),
					debit("2102").inTown().of(shareLessRetention), credit("1303").inTown().of(shareLessRetention),
					debit("7302").of(shareLessRetention), credit("7301").of(shareLessRetention),
					debit("7203").of(shareRetention), credit("7202").of(shareRetention),
				},
			},
		}},
		{Code: "E25x", ZH: "审减", EN: "part of a township claim disallowed", Steps: []EventStep{
			{
				Name: "disallow", ZH: "审减", EN: "disallow", Required: run | town,
				rows: eventRows{debit("1211").inTown(), credit("1303").inTown(), debit("7302"), credit("7301")},
			},
			{
				Name: "paid_back", ZH: "退回", EN: "paid back", Required: run | town, Optional: FieldOriginYear,
				rows: eventRows{debit("cash").inTown(), credit("1211").inTown(), debit("7202"), credit("7302")},
			},
		}},
		{Code: "E26", ZH: "资金来源置换", EN: "source replaced", Steps: []EventStep{
			{
				Name: "executed", ZH: "已列支部分", EN: "executed part", Required: run | FieldToLot | FieldCost, Optional: FieldOriginYear, Cost: costs,
				Decision: true, Basis: basisReplace, rows: eventRows{
					debit("cost").asRed(), debit("cash"), debit("7401"), credit("7302"),
					debit("cost").inOther(), credit("cash").inOther(), debit("7302").inOther(), credit("7202").inOther(),
				},
			},
			{
				Name: "unexecuted", ZH: "未执行部分", EN: "part not executed", Required: run | FieldToLot, Decision: true, Basis: basisReplace,
				rows: eventRows{debit("7101"), credit("7202"), debit("7202").inOther(), credit("7101").inOther()},
			},
		}},
		{Code: "E27", ZH: "批次拆分", EN: "lot divided", Steps: []EventStep{{
			Required: FieldParts | FieldToLot, Optional: FieldBase, Decision: true, Basis: basisDivide, rule: byDivision,
			Note: "金额为划入新批次的数额，基数(base)为原批次现有总额；发文当年可不填基数。每一余额按比例划转，分差按各等式最大余额法落实；1102 对方批次随之改挂。",
		}}},
		{Code: "E28", ZH: "机构并转 T1→T2", EN: "unit merged into another", Steps: []EventStep{{
			Required: FieldUnit | FieldToUnit, Decision: true, Basis: basisMerger, rule: byMerger, anyLot: true,
			Note: "T1 账套全部余额转 T2；县级账 1101、7103、7104、7201–7204、7301、7401 单位 T1 转 T2。此后 T1 不再记账；T1 已列支的（7302）由 T2 退回时，先冲 T2 本身，再冲 T1。",
		}}},
	}
}
