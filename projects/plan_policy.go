package projects

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// policyRow is one parameter of planning and contracts: its value where the
// county has set none, its range, and where it comes from (DOMAIN 2.3). Rates are
// basis points.
type policyRow struct {
	name      string
	value     int64
	low, high int64
	basis     string
}

// The parameters of plans, contracts and loans.
const (
	policyBudgetOver      = "plan_over_budget_bp" // plan or contracts above the project's budget
	policyAdvanceMin      = "contract_advance_min_bp"
	policyAdvanceMax      = "contract_advance_max_bp"
	policyRetention       = "contract_retention_bp" // at most, of the settlement
	policyDefectMonths    = "contract_defect_months"
	policyPayDays         = "contract_pay_days"
	policyCountyShare     = "county_share_bp"
	policyCountyIncrement = "county_increment_bp"
	policyDonations       = "donation_target_yuan"
	policyLoanMax         = "loan_max_yuan"
	policyLoanMonths      = "loan_months"
	policyLoanDays        = "loan_year_days" // days of a year of interest: 360 or 365
)

var policyRows = []policyRow{
	{policyBudgetOver, 1000, 0, 10_000, "DOMAIN 2.3 批小建大"},
	{policyAdvanceMin, 1000, 0, 10_000, "财建〔2004〕369号"},
	{policyAdvanceMax, 3000, 0, 10_000, "财建〔2004〕369号"},
	{policyRetention, 300, 0, 10_000, "DOMAIN 2.3 质保金"},
	{policyDefectMonths, 24, 0, 60, "DOMAIN 2.3 缺陷责任期"},
	{policyPayDays, 60, 1, 365, "国务院令第802号"},
	{policyCountyShare, 1000, 0, 10_000, "县实施意见：县本级投入不低于一般公共预算收入的10%"},
	{policyCountyIncrement, 2000, 0, 10_000, "DOMAIN 1.1 ZC：一般公共预算收入增量的20%"},
	{policyDonations, 2_000_000, 0, 1e12, "县实施意见：社会捐赠每年不少于200万元"},
	{policyLoanMax, 50_000, 1, 1e9, "扶贫小额信贷：5万元以下"},
	{policyLoanMonths, 36, 1, 120, "扶贫小额信贷：3年以内"},
	{policyLoanDays, 360, 360, 365, "贷款计息年度天数"},
}

// policySet is what a county has set, for pure rules to ask.
type policySet []ledger.Policy

func policiesOf(ctx context.Context, tx *db.Tx) (policySet, error) {
	ps, err := ledger.PoliciesOf(ctx, tx)
	return policySet(ps), err
}

// on returns the value of a parameter on a day. ErrPolicyNumber when the county has
// set something that is no number of its range.
func (ps policySet) on(name string, day ledger.Date) (int64, error) {
	var row policyRow
	for _, r := range policyRows {
		if r.name == name {
			row = r
		}
	}
	n, _, err := ledger.Parameter{Name: name, Value: row.value, Low: row.low, High: row.high}.On(ps, day, ErrPolicyNumber)
	return n, err
}

// several returns the values of several parameters on a day.
func (ps policySet) several(day ledger.Date, names ...string) ([]int64, error) {
	out := make([]int64, len(names))
	for i, name := range names {
		var err error
		if out[i], err = ps.on(name, day); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// addMonths returns the same day n months later, the last of the month where it
// has none.
func addMonths(d ledger.Date, n int) ledger.Date {
	if d.IsZero() {
		return 0
	}
	months := d.Year()*12 + d.Month() - 1 + n
	for day := d.Day(); day > 27; day-- {
		if out, err := ledger.NewDate(months/12, months%12+1, day); err == nil {
			return out
		}
	}
	out, err := ledger.NewDate(months/12, months%12+1, min(d.Day(), 28))
	if err != nil { // beyond the last day that can be stated
		return ledger.MaxDate
	}
	return out
}
