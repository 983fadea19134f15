package ledger

// The event table, first part: what happens before a contract is signed.
// Rows are written as DOMAIN 4.3 prints them, money first.

const (
	basisLoan   = "批次间垫付须有决定文号（4.3 E03）"
	basisAdjust = "计划调减须引调整方案文号（4.3 E06r、E07r）"
)

// sourceEvents: authority and money come in (E00–E03).
func sourceEvents() []EventSpec {
	arrive := eventRows{debit("cash"), credit("revenue"), debit("source.N"), credit("source.Y")}
	return []EventSpec{
		{Code: "E00", ZH: "期初", EN: "opening balances", Steps: []EventStep{{
			ZH: "期初", EN: "take over a running lot", Required: FieldOpening, rule: byOpening, anyLot: true,
			Note: "借 1001 1002 1101 1102.L 1201 1203 1211 1301 7101–7106 7201–7204 7301 7401 9101；贷 1102.B 2001–2006 2201（乡镇：借 1002 1201 1203 1211 1303）。平衡数由程序计算：3001、2102、1101、6201.Y（按 I8）、6201.N；填列时须相符。一个批次只办一次。",
		}}},
		{Code: "E01", ZH: "指标下达", EN: "authority issued", Steps: []EventStep{{
			Required: FieldParts, rows: eventRows{debit("7101"), credit("source.N")},
		}}},
		{Code: "E01r", ZH: "上级核减", EN: "authority cut by the upper tier", Steps: []EventStep{
			{
				Name: "unarrived", ZH: "资金未到位", EN: "its money had not come", Required: FieldParts,
				rows: eventRows{debit("7101").asRed(), credit("source.N").asRed()},
			},
			{
				Name: "arrived", ZH: "资金已到位", EN: "its money had come", Required: FieldParts, Optional: FieldOriginYear,
				Note: "原到位年度早于凭证年度时：借 3201 / 贷 1001，不用红字。",
				rows: eventRows{
					debit("cash").asRed(), credit("revenue").asRed(), debit("source.N").asRed(), credit("source.Y").asRed(),
					debit("7101").asRed(), credit("source.N").asRed(),
				},
			},
		}},
		{Code: "E02", ZH: "资金到位", EN: "money arrives", Steps: []EventStep{{Required: FieldParts, rows: arrive}}},
		{Code: "E02u", ZH: "待确认来款", EN: "unidentified receipt", Steps: []EventStep{
			{
				Name: "receive", ZH: "收款挂账", EN: "receive into suspense", Required: FieldParts, Optional: FieldPayee, Class: ClassDQ,
				rows: eventRows{debit("cash"), credit("2006")},
			},
			{
				Name: "match", ZH: "确认转入", EN: "match to a lot", Required: FieldParts | FieldToLot, Optional: FieldPayee, Class: ClassDQ,
				rows: eventRows{
					debit("2006"), credit("cash"), debit("cash").inOther(), credit("revenue").inOther(),
					debit("source.N").inOther(), credit("source.Y").inOther(),
				},
			},
			{
				Name: "return", ZH: "误汇退回", EN: "return to the sender", Required: FieldParts, Optional: FieldPayee, Class: ClassDQ,
				Note: "本程序所加：来款不属本县时原路退回。", rows: eventRows{debit("2006"), credit("cash")},
			},
		}},
		{Code: "E02b", ZH: "代管保证金（本程序所加）", EN: "entrusted bonds (added by fundbook)", Steps: []EventStep{
			{
				Name: "receive", ZH: "收取", EN: "receive", Required: FieldParts | FieldPayee, Optional: FieldProject | FieldContract, Class: ClassBZ,
				Cash: "1002", rows: eventRows{debit("cash"), credit("2004")},
			},
			{
				Name: "refund", ZH: "退还", EN: "refund", Required: FieldParts | FieldPayee, Optional: FieldProject | FieldContract, Class: ClassBZ,
				Cash: "1002", rows: eventRows{debit("2004"), credit("cash")},
			},
		}},
		{Code: "E03", ZH: "批次间垫付", EN: "cash lent between lots", Steps: []EventStep{
			{
				Name: "lend", ZH: "垫出", EN: "lend", Required: FieldParts | FieldToLot | FieldDue, Decision: true, Basis: basisLoan,
				Note: "归还期限写入摘要。",
				rows: eventRows{debit("1102.L"), credit("cash"), debit("cash").inOther(), credit("1102.B").inOther()},
			},
			{
				Name: "repay", ZH: "归还", EN: "repay", Required: FieldParts | FieldToLot,
				Note: "批次为垫出方，对方批次为借入方。",
				rows: eventRows{debit("cash"), credit("1102.L"), debit("1102.B").inOther(), credit("cash").inOther()},
			},
		}},
	}
}

// planEvents: authority goes from the county to units, pools, plans and
// contracts (E04–E09).
func planEvents() []EventSpec {
	pots := []Code{"7101", "7103", "7104"}
	units := []Code{"7103", "7104", "7105", "7106"}
	return []EventSpec{
		{Code: "E04", ZH: "分解下达", EN: "allocate", Steps: []EventStep{{
			Required: FieldParts | FieldInto, Into: units, rows: eventRows{debit("into"), credit("7101").asPot()},
		}}},
		{Code: "E04c", ZH: "实拨乡镇专户", EN: "cash to a township book", Steps: []EventStep{{
			Required: FieldParts | FieldTownship,
			rows:     eventRows{debit("1101"), credit("cash"), debit("1002").inTown(), credit("2102").inTown()},
		}}},
		{Code: "E04r", ZH: "分解收回", EN: "take an allocation back", Steps: []EventStep{{
			Required: FieldParts | FieldFrom, From: units, rows: eventRows{debit("7101"), credit("from")},
		}}},
		{Code: "E05", ZH: "整合入池", EN: "into the integration pool", Steps: []EventStep{{
			Required: FieldParts | FieldFrom | FieldPool, From: []Code{"7101", "7103"}, rows: eventRows{debit("7102"), credit("from")},
		}}},
		{Code: "E05r", ZH: "出池", EN: "out of the pool", Steps: []EventStep{{
			Required: FieldParts | FieldInto | FieldPool, Into: []Code{"7101", "7103"}, rows: eventRows{debit("into"), credit("7102")},
		}}},
		{Code: "E06", ZH: "池内按项目抽取", EN: "draw on the pool for a project", Steps: []EventStep{{
			Required: FieldParts | FieldProject | FieldUnit | FieldPool, rows: eventRows{debit("7201"), credit("7102").asPot()},
		}}},
		{Code: "E06r", ZH: "池内项目计划调减", EN: "plan cut, back into the pool", Steps: []EventStep{{
			Required: FieldParts | FieldProject | FieldUnit | FieldPool, Decision: true, Basis: basisAdjust,
			rows: eventRows{debit("7102"), credit("7201").asPot()},
		}}},
		{Code: "E07", ZH: "计划下达（未入池）", EN: "plan outside the pool", Steps: []EventStep{{
			Required: FieldParts | FieldFrom | FieldProject | FieldUnit, Optional: FieldToUnit, From: pots,
			Note: "对方单位(to.unit)：项目实施单位与指标所在单位不同时填列。",
			rows: eventRows{debit("7201").toParty(), credit("from").asPot()},
		}}},
		{Code: "E07r", ZH: "计划调减", EN: "plan cut", Steps: []EventStep{{
			Required: FieldParts | FieldInto | FieldProject | FieldUnit, Optional: FieldToUnit, Into: pots, Decision: true, Basis: basisAdjust,
			Note: "对方单位(to.unit)：指标退回的单位与项目实施单位不同时填列。",
			rows: eventRows{debit("into").toParty(), credit("7201").asPot()},
		}}},
		{Code: "E08", ZH: "合同/到户名册约束", EN: "commit a contract or roster", Steps: []EventStep{{
			Required: FieldParts | runFields, rows: eventRows{debit("7202"), credit("7201").asPot()},
		}}},
		{Code: "E09", ZH: "合同变更 ±", EN: "change a contract ±", Steps: []EventStep{{
			Required: FieldParts | runFields, Signed: true, Note: "减少记红字。", rows: eventRows{debit("7202"), credit("7201")},
		}}},
	}
}
