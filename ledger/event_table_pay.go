package ledger

// The event table, second part: claims and payments of contracts (E10–E14).

// paymentEvents: advances, claims, progress payments and what goes wrong with
// them (E10–E12).
func paymentEvents() []EventSpec {
	run := FieldParts | runFields
	return []EventSpec{
		{Code: "E10", ZH: "预付", EN: "advance", Steps: []EventStep{
			{
				Name: "reserve", ZH: "支付申请", EN: "request", Required: run, Optional: FieldTownship, arrived: true,
				rows: eventRows{debit("7204.A"), credit("7202").asPot()},
			},
			{
				Name: "confirm", ZH: "银行确认", EN: "bank confirms", Required: run, Optional: FieldTownship,
				rows: eventRows{debit("1201"), credit("cash"), debit("7301"), credit("7204.A")},
				town: eventRows{debit("1201").inTown(), credit("cash").inTown(), debit("7301"), credit("7204.A")},
			},
		}},
		{Code: "E10v", ZH: "预付申请撤销", EN: "advance request void", Steps: []EventStep{{
			Required: run, Note: "乡级支付申请（E25 request）撤销亦用此事项。", rows: eventRows{debit("7202"), credit("7204.A")},
		}}},
		{Code: "E10r", ZH: "预付款退回", EN: "advance refunded", Steps: []EventStep{{
			Required: run, Optional: FieldTownship,
			rows: eventRows{debit("cash"), credit("1201"), debit("7202"), credit("7301")},
			town: eventRows{debit("cash").inTown(), credit("1201").inTown(), debit("7202"), credit("7301")},
		}}},
		{Code: "E10x", ZH: "预付款转应追回", EN: "advance to be recovered", Steps: []EventStep{{
			Required: run, Optional: FieldTownship, Note: "收回记 E16 receive。",
			rows: eventRows{debit("1211"), credit("1201"), debit("7302"), credit("7301")},
			town: eventRows{debit("1211").inTown(), credit("1201").inTown(), debit("7302"), credit("7301")},
		}}},
		{Code: "E11", ZH: "报账", EN: "claim", Steps: []EventStep{{
			Required: run, Optional: FieldOffset | FieldRetention,
			rows: eventRows{
				debit("1301"), credit("1201").of(shareOffset), credit("2003").of(shareRetention), credit("2001").of(shareLessBoth),
				debit("7302").of(shareOffset), credit("7301").of(shareOffset), debit("7203").of(shareLessOffset), credit("7202").of(shareLessOffset),
			},
		}}},
		{Code: "E12", ZH: "支付进度款", EN: "progress payment", Steps: []EventStep{
			{
				Name: "reserve", ZH: "支付申请", EN: "request", Required: run, arrived: true,
				rows: eventRows{debit("7204.P"), credit("7203").asPot()},
			},
			{
				Name: "confirm", ZH: "银行确认", EN: "bank confirms", Required: run,
				rows: eventRows{debit("2001"), credit("cash"), debit("7302"), credit("7204.P")},
			},
		}},
		{Code: "E12v", ZH: "支付申请撤销", EN: "payment request void", Steps: []EventStep{{
			Required: run, Note: "质保金（E14、E14t）与到户批次（E15b）申请撤销亦用此事项。", rows: eventRows{debit("7203"), credit("7204.P")},
		}}},
		{Code: "E12e", ZH: "付款退票", EN: "transfer returned by the bank", Steps: []EventStep{{
			Required: run, Optional: FieldOriginYear,
			rows: eventRows{debit("cash"), credit("2001"), debit("7203"), credit("7302")},
		}}},
		{Code: "E12w", ZH: "错付", EN: "paid to the wrong party", Steps: []EventStep{
			{
				Name: "identify", ZH: "认定", EN: "identify", Required: run | FieldToPayee, Note: "对方收款方(to.payee)为误收款人。",
				rows: eventRows{debit("1211").toParty(), credit("2005")},
			},
			{
				Name: "receive", ZH: "收回", EN: "money comes back", Required: run | FieldToPayee, Optional: FieldOriginYear,
				rows: eventRows{
					debit("cash"), credit("1211").toParty(), debit("2005"), credit("2001"), debit("7203"), credit("7302"),
				},
			},
		}},
		{Code: "E12x", ZH: "错付核销后补付", EN: "pay again after a wrong payment was written off", Steps: []EventStep{{
			Required: run, Note: "核销记 E16w；所用指标须重新安排到该合同。", rows: eventRows{debit("2005"), credit("2001"), debit("7203"), credit("7202")},
		}}},
	}
}

// settlementEvents: completion and retention (E13–E14).
func settlementEvents() []EventSpec {
	run := FieldParts | runFields
	request := eventRows{debit("7204.P"), credit("7203").asPot()}
	complete := eventRows{debit("5001"), credit("1301"), debit("9101"), credit("9102")}
	return []EventSpec{
		{Code: "E13", ZH: "竣工验收决算", EN: "completion and final account", Steps: []EventStep{
			{
				Name: "complete", ZH: "竣工决算", EN: "final account", Required: run, rule: bySaving, rows: complete,
				Note: "合同在各批次 7202 的余额同一凭证内转结余：红字 借 7202 / 贷 7201，再 借 7401 / 贷 7201。",
			},
			{
				Name: "partial", ZH: "分段完工转出", EN: "a part is completed", Required: run, rows: complete,
				Note: "本程序所加：合同未完，不结转节余。",
			},
		}},
		{Code: "E14", ZH: "质保金返还", EN: "retention paid", Steps: []EventStep{
			{Name: "reserve", ZH: "支付申请", EN: "request", Required: run, arrived: true, rows: request},
			{
				Name: "confirm", ZH: "银行确认", EN: "bank confirms", Required: run,
				rows: eventRows{debit("2003"), credit("cash"), debit("7302"), credit("7204.P")},
			},
		}},
		{Code: "E14d", ZH: "质保金扣用", EN: "retention used for repairs by a third party", Steps: []EventStep{{
			Required: run | FieldToPayee, Optional: FieldToContract, Note: "对方收款方(to.payee)为维修单位；付款记 E12。",
			rows: eventRows{debit("2003"), credit("2001").toParty(), debit("7203").toParty(), credit("7203")},
		}}},
		{Code: "E14t", ZH: "乡镇返还质保金", EN: "retention paid by the township", Steps: []EventStep{
			{Name: "reserve", ZH: "支付申请", EN: "request", Required: run | FieldTownship, arrived: true, rows: request},
			{
				Name: "confirm", ZH: "银行确认", EN: "bank confirms", Required: run | FieldTownship,
				rows: eventRows{
					debit("2003"), credit("1101"), debit("2102").inTown(), credit("cash").inTown(), debit("7302"), credit("7204.P"),
				},
			},
		}},
		{Code: "E14g", ZH: "保函替代", EN: "bank guarantee in place of retention", Steps: []EventStep{{
			Required: run, Note: "付款记 E12；保函金额记备查。", rows: eventRows{debit("2003"), credit("2001"), debit("9101"), credit("9102")},
		}}},
	}
}
