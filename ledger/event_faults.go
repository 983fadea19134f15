package ledger

import "fundbook/internal/fault"

// The faults of the event rules. The detail names the event, the figure and the
// remedy.
var (
	ErrOffset = fault.New(fault.Refused, "ledger.offset_beyond_claim", "冲抵预付与扣留质保金之和超过本次报账金额（E11、E25）", "offset and retention exceed the amount claimed (E11, E25)")
	// ErrOriginNeeded refuses to take back what another fiscal year executed
	// without saying so: the year-end close could not be posted any more.
	ErrOriginNeeded = fault.New(fault.Refused, "ledger.origin_year_needed",
		"本年列支不足，须注明原列支年度（规则 Y）", "the year executed too little: state the origin year (rule Y)")
	ErrOriginYear = fault.New(fault.Refused, "ledger.origin_year", "原列支年度不合要求（规则 Y）", "the origin year does not fit (rule Y)")
	ErrLotClass   = fault.New(fault.Refused, "ledger.lot_class", "批次类别不能办理该事项", "a lot of this class cannot take the event")
	ErrParty      = fault.New(fault.Refused, "ledger.same_party", "转出方与转入方相同", "both parties of the event are the same")
	ErrNotArrived = fault.New(fault.Refused, "ledger.not_arrived", "未到位的资金不能上缴（E19），请按 E01r 核减指标", "only money that has arrived can be returned (E19); use E01r for the rest")
	ErrNothing    = fault.New(fault.Refused, "ledger.nothing_to_post", "没有可结转、可划转的余额", "there is no balance to close or to move")
	ErrDraw       = fault.New(fault.Refused, "ledger.draw", "抽取金额超过可用余额（规则 4.4、4.5）", "the draw exceeds what the lots hold (4.4, 4.5)")
	ErrOpening    = fault.New(fault.Refused, "ledger.opening", "期初余额不合要求（E00）", "the opening balances do not fit (E00)")
	ErrDivide     = fault.New(fault.Refused, "ledger.divide", "批次不能拆分（E27）", "the lot cannot be divided (E27)")
	ErrCloseDate  = fault.New(fault.Refused, "ledger.close_date", "年终结转须以 12 月 31 日为凭证日期（E24）", "the year-end close is dated 31 December (E24)")
	ErrMergerDate = fault.New(fault.Refused, "ledger.merger_date", "并转日期早于该单位最后一笔凭证（E28）", "the merger is dated before the last voucher of the unit (E28)")
	ErrFeeCap     = fault.New(fault.Refused, "ledger.fee_cap", "项目管理费超过比例上限（E22）", "the project management fee exceeds its cap (E22)")
)
