package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// ErrPolicyValue says that a county has set a parameter of payments to something
// that is no number of its range.
var ErrPolicyValue = fault.New(fault.Refused, "payment.policy", "支付政策参数不是规定范围内的整数", "a parameter of payments is no number of its range")

// The parameters of claims and payments (DOMAIN 2.3); rates are basis points.
const (
	policyAdvanceMax   = "advance_max_bp"
	policyProgressMin  = "progress_min_bp"
	policyProgressMax  = "progress_max_bp" // before acceptance, of what the county funds
	policyRetentionMax = "retention_max_bp"
	policyPayDays      = "pay_days"
	policyPayDaysMax   = "pay_days_max"
	policyWageDays     = "wage_days"
)

// payPolicy is a parameter's value from a day on, where the county has set none.
type payPolicy struct {
	name      string
	value     int
	low, high int
	from      ledger.Date
	basis     string
}

// firstOf is the first day of a month.
func firstOf(year, month int) ledger.Date {
	d, err := ledger.NewDate(year, month, 1)
	if err != nil { // invariant: only months of the calendar stand in the tables
		panic("invariant: no such month in a table of policy")
	}
	return d
}

// payPolicies are the values of DOMAIN 2.3, in order of name and day.
var payPolicies = []payPolicy{
	{policyAdvanceMax, 3000, 0, 10_000, ledger.MinDate, "财建〔2004〕369号：预付款为合同价的10%至30%"},
	{policyProgressMin, 6000, 0, 10_000, ledger.MinDate, "财建〔2004〕369号：进度款不低于已完成工程价款的60%"},
	{policyProgressMin, 8000, 0, 10_000, firstOf(2022, 8), "财建〔2022〕183号：进度款不低于已完成工程价款的80%"},
	{policyProgressMax, 9000, 0, 10_000, ledger.MinDate, "DOMAIN 2.3：4:5:1，验收后付10%"},
	{policyRetentionMax, 1000, 0, 10_000, ledger.MinDate, "DOMAIN 2.3：质保金不超过10%"},
	{policyRetentionMax, 300, 0, 10_000, firstOf(2017, 7), "建质〔2017〕138号：质保金不超过结算总额的3%"},
	{policyPayDays, 30, 1, 365, ledger.MinDate, "国务院令第802号：交付之日起30日内支付"},
	{policyPayDaysMax, 365, 1, 365, ledger.MinDate, "合同约定"},
	{policyPayDaysMax, 60, 1, 365, firstOf(2025, 6), "国务院令第802号：约定期限最长60日"},
	{policyWageDays, 30, 1, 60, ledger.MinDate, "保障农民工工资支付条例：人工费用按月拨付"},
}

// paySet is what a county has set, for pure rules to ask.
type paySet []ledger.Policy

func policiesOf(ctx context.Context, tx *db.Tx) (paySet, error) {
	ps, err := ledger.PoliciesOf(ctx, tx)
	return paySet(ps), err
}

// on returns the value of a parameter of payments on a day and its basis.
func (ps paySet) on(name string, day ledger.Date) (int, string, error) {
	return ps.among(payPolicies, name, day)
}

// among returns the value of a parameter on a day and its basis; where the county has
// set none, the last row of the table that was in force.
func (ps paySet) among(table []payPolicy, name string, day ledger.Date) (int, string, error) {
	var row payPolicy
	for _, r := range table {
		if r.name == name && r.from <= day {
			row = r
		}
	}
	p := ledger.Parameter{Name: name, Value: int64(row.value), Low: int64(row.low), High: int64(row.high), Basis: row.basis}
	n, basis, err := p.On(ps, day, ErrPolicyValue)
	return int(n), basis, err
}

// share is bp basis points of an amount, cut to whole fen.
func share(a ledger.Amount, bp int) ledger.Amount { return ledger.PartBP(a, int64(bp)) }

// percent prints basis points: 12.34%.
func percent(bp int) string { return ledger.PercentBP(int64(bp)) }
