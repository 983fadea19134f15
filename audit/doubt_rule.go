package audit

import (
	"fundbook/ledger"
)

// doubtNeed says which rows a rule asks for.
type doubtNeed uint32

const (
	needPersons doubtNeed = 1 << iota
	needRosters
	needContracts
	needProjects
	needPlans
	needClaims
	needRequests
	needInvoices
	needBatches
	needLoans
	needPaid
	needAdvances
	needRetention
	needTownCash
	needIdle
	needClocks
	needIssued
	needFees
	needFigures
	needEntries
)

// doubtRule is a rule: what it is called, what it asks for, and the pure function
// that reads it.
type doubtRule struct {
	DoubtRule
	needs doubtNeed
	find  func(*doubtFacts) ([]Doubt, error)
}

var doubtRules = []doubtRule{
	{DoubtRule{
		"A01", 1, "同一身份证号或同一卡号在同一补助事项、同一年度出现两次以上", "the same resident number, or card, more than once in one programme and year",
		"programme, year, person (keyed digest)", "一份名册内重复的不予导入",
	}, needPersons | needRosters, findA01},
	{DoubtRule{
		"A02", 1, "一张卡对应两个以上身份证号", "one card for two or more resident numbers", "card (keyed digest)", "",
	}, needPersons | needRosters, findA02},
	{DoubtRule{
		"A05", 1, "付款早于计划批准、合同、名册确认或公示期满；报账早于验收；意见早于报账", "paid before plan, contract, roster or the end of the notice; claimed before acceptance",
		"project/contract, or claim", "前置条件（gates.md）；记账日期不受限的历史数据除外",
	}, needPaid | needContracts | needRosters | needProjects | needPlans | needClaims, findA05},
	{DoubtRule{
		"A07", 1, "批次指标闲置待分配；列入计划后长期未支付", "a lot unallocated, or a project without payment, too long", "lot, or project", "",
	}, needIdle | needClocks, findA07},
	{DoubtRule{
		"A10", 1, "预付、乡级待报账、一卡通在途超期未结；预付合计超过比例", "advance, township payment or card batch in transit too old; advances beyond their share of the contract",
		"account/project/contract", "预付上限前置条件",
	}, needAdvances | needContracts, findA10},
	{DoubtRule{
		"A11", 1, "质保金早退，或缺陷责任期满后久未返还", "retention returned early, or not long after the defect period", "contract", "质保金前置条件",
	}, needRetention | needContracts, findA11},
	{DoubtRule{
		"A14", 1, "发票重复、开票晚于付款、开票方与收款方不一致", "an invoice twice, dated after its payment, or of another issuer than the payee", "invoice", "同号不同票、超票面不予受理",
	}, needInvoices | needClaims | needRequests, findA14},
	{DoubtRule{
		"A17", 1, "应公示未公示、公示期不足；分配结果未公告", "a notice that is missing or too short; an allocation without notice N1", "project/notice, roster, or document", "前置条件（首次付款 N5、到户 N8、末次付款 N6）",
	}, needPaid | needProjects | needRosters | needClaims | needIssued, findA17},
	{DoubtRule{
		"A19", 1, "已付款的项目不在项目库或年度计划", "a project was paid that is not in library or plan", "project", "库、计划前置条件；历史数据、期初除外",
	}, needPaid | needProjects | needPlans, findA19},
	{DoubtRule{
		"A21", 1, "县拨乡镇待报账资金与乡镇账不符", "the county's 1101 is not the township's 2102", "lot/township", "恒等式 I4（每笔凭证之后检查）；命令不能造成，只有库被改动（verify 亦报）会出现",
	}, needTownCash, findA21},
	{DoubtRule{
		"A22", 1, "贴息贷款超额度、超期限、户贷企用、利率高于基准", "a subsidised loan beyond 50,000 yuan or three years, used by another, or above the base rate", "loan", "额度、期限不予登记",
	}, needLoans, findA22},
	{DoubtRule{
		"A24", 1, "制单与审核同一人；夜间记账；集中补记；红字率高", "maker is checker; posted at night; many entries dated back; many reversals", "batch, or actor/day", "four_eyes 政策",
	}, needEntries | needBatches, findA24},
	{DoubtRule{
		"A25", 1, "项目管理费超过上限；在其他类别的项目列支", "management fee beyond its cap, or charged to projects of other categories", "year/class/tier, or project", "E22 记账时按当时净下达检查；其后核减的除外",
	}, needFees | needProjects, findA25},
	{DoubtRule{
		"A26", 1, "县本级投入低于一般公共预算收入的比例", "the county's own input below its share of revenue", "year/figure", "",
	}, needFigures, findA26},
}

// doubtPolicy is a parameter of the rules where a county has set none.
type doubtPolicy struct {
	name      string
	value     int
	low, high int
	zh, en    string
}

const (
	policyDoubtIdle      = "doubt_idle_days"
	policyDoubtUnpaid    = "doubt_unpaid_days"
	policyDoubtAdvance   = "doubt_advance_days"
	policyDoubtTownship  = "doubt_township_days"
	policyDoubtTransit   = "doubt_transit_days"
	policyDoubtAdvanceBP = "advance_max_bp"
	policyDoubtRetention = "doubt_retention_days"
	policyDoubtNotice    = "doubt_notice_days"
	policyDoubtNight     = "doubt_night_entries"
	policyDoubtBack      = "doubt_back_entries"
	policyDoubtReversal  = "doubt_reversal_permille"
)

var doubtPolicies = []doubtPolicy{
	{policyDoubtIdle, 90, 1, 3650, "A07 待分配多少日为闲置", "days unallocated"},
	{policyDoubtUnpaid, 183, 1, 3650, "A07 列入计划后多少日未支付", "days in plan without payment"},
	{policyDoubtAdvance, 180, 1, 3650, "A10 预付未结日数", "days of an advance"},
	{policyDoubtTownship, 60, 1, 3650, "A10 乡级待报账日数", "days of a township payment"},
	{policyDoubtTransit, 30, 1, 3650, "A10 一卡通在途日数", "days of a card batch in transit"},
	{policyDoubtAdvanceBP, 3000, 0, 10_000, "A10 预付上限（万分比，与前置条件同）", "most of a contract that may be advanced, in basis points"},
	{policyDoubtRetention, 28, 0, 3650, "A11 缺陷责任期满后返还的日数（14 + 14）", "days to return retention after the defect period"},
	{policyDoubtNotice, 30, 1, 3650, "A17 分配后公告的日数（任何年历下都长于 15 个工作日）", "calendar days to publish an allocation: longer than 15 working days in any calendar"},
	{policyDoubtNight, 1, 1, 100_000, "A24 一人一日 22 时至 6 时记账笔数", "entries of one actor and day between 22:00 and 06:00"},
	{policyDoubtBack, 5, 1, 100_000, "A24 一人一日补记（早 31 日以上）笔数", "entries of one actor and day dated back by more than 31 days"},
	{policyDoubtReversal, 200, 1, 1000, "A24 红字率（千分比，十笔以上）", "reversed of one actor's entries, permille, of ten or more"},
}

// number returns a parameter in force on the day of the run.
func (f *doubtFacts) number(name string) (int, error) {
	var row doubtPolicy
	for _, p := range doubtPolicies {
		if p.name == name {
			row = p
		}
	}
	p := ledger.Parameter{Name: name, Value: int64(row.value), Low: int64(row.low), High: int64(row.high)}
	n, _, err := p.On(f.policies, f.asOf, ErrDoubtPolicy)
	return int(n), err
}
