package payments

import (
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// ErrPolicyWord says that a county has set a policy of closing or paying to a word
// that means nothing.
var ErrPolicyWord = fault.New(fault.Refused, "settle.policy_word", "政策参数须为 off、warn 或 block", "the policy is off, warn or block")

// The parameters of settlement, statements and monitoring.
const (
	policyNotStarted     = "settle_not_started_days"
	policyContractIdle   = "settle_contract_idle_days"
	policyIdleWarn       = "settle_idle_warn_months"
	policyIdleRecover    = "settle_idle_recover_months"
	policyIdleSurplus    = "settle_idle_surplus_months"
	policyReplan         = "settle_replan_days"
	policyRetentionCheck = "retention_check_days"
	policyRetentionPay   = "retention_pay_days"
	policyRequestOld     = "request_old_days"
	policyMatchDays      = "statement_match_days"
	policyArriveFull     = "arrive_days"
	policyArriveZero     = "arrive_days_zero"
	policyArriveLong     = "arrive_days_long"
	policyAllocateFull   = "allocate_days"
	policyAllocateZero   = "allocate_days_zero"
	policyUnitFull       = "unit_workdays"
	policyUnitZero       = "unit_workdays_zero"
	policyUnallocated    = "unallocated_days"
	policyNoPayment      = "project_no_payment_days"
	policyAdvanceOld     = "advance_unclaimed_days"
	policyTransitOld     = "transit_days"
	policyRecoverOld     = "recover_days"
	policyLagMonths      = "books_lag_months"

	policyBooksLag    = "books_lag"    // off, warn or block; warn when a county has set none
	policyCloseChecks = "close_checks" // off, warn or block
	policyProgress    = "progress_target."
)

// settlePolicies are the values where a county has set none, in order of name.
var settlePolicies = []payPolicy{
	{policyNotStarted, 180, 1, 3650, ledger.MinDate, "DOMAIN 2.4、A07：计划下达六个月未实施"},
	{policyContractIdle, 180, 1, 3650, ledger.MinDate, "DOMAIN 2.4、A07：合同签订六个月未支付"},
	{policyIdleWarn, 9, 1, 120, ledger.MinDate, "DOMAIN 2.4：闲置9个月提示"},
	{policyIdleRecover, 12, 1, 120, ledger.MinDate, "DOMAIN 2.4：闲置12个月收回再安排"},
	{policyIdleSurplus, 24, 1, 120, ledger.MinDate, "DOMAIN 2.4：连续两年未用完的结转资金为结余"},
	{policyReplan, 60, 1, 3650, ledger.MinDate, "DOMAIN 8.1 A27：收回资金60日内再安排"},
	{policyRetentionCheck, 14, 0, 365, ledger.MinDate, "DOMAIN 2.3：质保金返还14日内核实"},
	{policyRetentionPay, 14, 0, 365, ledger.MinDate, "DOMAIN 2.3：核实后14日内返还"},
	{policyRequestOld, 30, 1, 3650, ledger.MinDate, "DOMAIN 4.3 E24：支付申请占用超过30日"},
	{policyMatchDays, 5, 0, 60, ledger.MinDate, "对账：金额相同、日期相差不超过5日"},
	{policyArriveFull, 15, 1, 365, ledger.MinDate, "DOMAIN 1.5：上级资金15日内到县满分"},
	{policyArriveZero, 30, 1, 730, ledger.MinDate, "DOMAIN 1.5：超过30日不得分"},
	{policyArriveLong, 60, 1, 1095, ledger.MinDate, "DOMAIN 1.5：再分配的超过60日不得分"},
	{policyAllocateFull, 15, 1, 365, ledger.MinDate, "DOMAIN 1.5：15日内下达满分"},
	{policyAllocateZero, 30, 1, 730, ledger.MinDate, "DOMAIN 1.5：超过30日不得分"},
	{policyUnitFull, 25, 1, 365, ledger.MinDate, "DOMAIN 1.5：县到项目单位25个工作日"},
	{policyUnitZero, 50, 1, 730, ledger.MinDate, "DOMAIN 1.5：超过50个工作日不得分"},
	{policyUnallocated, 90, 1, 3650, ledger.MinDate, "DOMAIN 8.1 A07：超过90日未分配"},
	{policyNoPayment, 180, 1, 3650, ledger.MinDate, "DOMAIN 8.1 A07：计划下达六个月未支付"},
	{policyAdvanceOld, 180, 1, 3650, ledger.MinDate, "DOMAIN 8.1 A10：预付款、乡级支出长期未报账"},
	{policyTransitOld, 10, 1, 365, ledger.MinDate, "DOMAIN 8.1 A10：一卡通代发在途"},
	{policyRecoverOld, 180, 1, 3650, ledger.MinDate, "DOMAIN 8.2：应追回资金"},
	{policyLagMonths, 1, 0, 24, ledger.MinDate, "DOMAIN 2.4：按月结账"},
}

// settleOn returns a parameter of settlePolicies on a day and its basis.
func (ps paySet) settleOn(name string, day ledger.Date) (int, string, error) {
	return ps.among(settlePolicies, name, day)
}

// settleAll reads several parameters of a day into ints.
func (ps paySet) settleAll(day ledger.Date, into map[string]*int) error {
	for name, to := range into {
		n, _, err := ps.settleOn(name, day)
		if err != nil {
			return err
		}
		*to = n
	}
	return nil
}

// wordOn returns a policy that is off, warn or block; warn where none is set.
func (ps paySet) wordOn(name string, day ledger.Date) (string, string, error) {
	set, ok := ledger.PolicyOn(ps, name, day)
	if !ok {
		return wordWarn, "DOMAIN 2.4", nil
	}
	switch set.Value {
	case wordOff, wordWarn, wordBlock:
		return set.Value, set.Basis, nil
	}
	return "", "", ErrPolicyWord.With("%s = %q（%s 起），请由管理员更正", name, set.Value, set.ValidFrom)
}

const (
	wordOff   = "off"
	wordWarn  = "warn"
	wordBlock = "block"
)

// SettleLimits (清理期限) are the ages by which a settlement run proposes, as they
// were in force on its cut-off day.
type SettleLimits struct {
	NotStartedDays   int `json:"not_started_days"`
	ContractIdleDays int `json:"contract_idle_days"`
	WarnMonths       int `json:"idle_warn_months"`
	RecoverMonths    int `json:"idle_recover_months"`
	SurplusMonths    int `json:"idle_surplus_months"`
	ReplanDays       int `json:"replan_days"`
	RetentionDays    int `json:"retention_days"` // to check and to pay after the defect period
}

// SettleLimitsOn reads the ages in force on a day (DOMAIN 2.4).
func SettleLimitsOn(ps []ledger.Policy, day ledger.Date) (SettleLimits, error) {
	var l SettleLimits
	var check, pay int
	err := paySet(ps).settleAll(day, map[string]*int{
		policyNotStarted: &l.NotStartedDays, policyContractIdle: &l.ContractIdleDays, policyIdleWarn: &l.WarnMonths,
		policyIdleRecover: &l.RecoverMonths, policyIdleSurplus: &l.SurplusMonths, policyReplan: &l.ReplanDays,
		policyRetentionCheck: &check, policyRetentionPay: &pay,
	})
	l.RetentionDays = check + pay
	return l, err
}

// monthsBefore is the same day n months earlier, or the last of its month.
func monthsBefore(d ledger.Date, n int) ledger.Date {
	months := d.Year()*12 + d.Month() - 1 - n
	for day := d.Day(); day > 27; day-- {
		if out, err := ledger.NewDate(months/12, months%12+1, day); err == nil {
			return out
		}
	}
	out, err := ledger.NewDate(months/12, months%12+1, min(d.Day(), 28))
	if err != nil { // before the first day that can be stated
		return ledger.MinDate
	}
	return out
}
