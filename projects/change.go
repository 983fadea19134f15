package projects

import (
	"math/bits"

	"fundbook/ledger"
)

// The policies of change limits (DOMAIN 2.3), and what holds where a county has set
// none.
const (
	// PolicyPlanRaise is by how much, in basis points of the approved plan, the
	// department may raise it.
	PolicyPlanRaise = "plan_raise_bp"
	// PolicySupplement is how much, in basis points of the original contract, its
	// supplements may come to where 政府采购法 art. 49 applies.
	PolicySupplement = "contract_supplement_bp"
	// PolicyEngineering is 1 when an engineering change with its approval document
	// may pass that limit, 0 when not.
	PolicyEngineering = "engineering_change"
)

// ChangeLimits (变更限额) are the limits of DOMAIN 2.3 in force on a day.
type ChangeLimits struct {
	PlanRaiseBP  int
	SupplementBP int
	Engineering  bool
}

// ChangeLimitsOn reads the limits in force on a day: 10 %, 10 %, and engineering
// changes allowed, where no policy says otherwise.
func ChangeLimitsOn(ps []ledger.Policy, day ledger.Date) (ChangeLimits, error) {
	var l ChangeLimits
	var err error
	if l.PlanRaiseBP, err = policyNumber(ps, PolicyPlanRaise, day, 1000); err != nil {
		return l, err
	}
	if l.SupplementBP, err = policyNumber(ps, PolicySupplement, day, 1000); err != nil {
		return l, err
	}
	n, err := policyNumber(ps, PolicyEngineering, day, 1)
	l.Engineering = n != 0
	return l, err
}

// PlanRaise (计划调增) is a plan to be raised: what the county approved first, what
// the plan comes to with this change, and the papers for it.
type PlanRaise struct {
	Project    string
	Approved   ledger.Amount // as first approved, or approved anew
	After      ledger.Amount
	Department string // approval of the department, enough within the limit
	Approval   string // new approval of the county, beyond it
	Republish  bool   // notice N2 is published again
}

// CheckPlanRaise holds rule 2.3(a): up to the limit over the approved plan the
// department approves; above it counts as a new approval, and N2 is published
// again. A plan that is not raised needs neither.
func (l ChangeLimits) CheckPlanRaise(r PlanRaise) error {
	if r.After <= r.Approved {
		return nil
	}
	limit := r.Approved + ledger.PartBP(r.Approved, int64(l.PlanRaiseBP))
	switch {
	case r.After <= limit && r.Department == "" && r.Approval == "":
		return ErrPlanRaise.With("项目 %s：计划 %s 调至 %s，在限额 %s 内，须有主管部门批准文号", r.Project, r.Approved, r.After, limit)
	case r.After > limit && (r.Approval == "" || !r.Republish):
		return ErrPlanRaise.With("项目 %s：计划 %s 调至 %s，超过限额 %s（%s）%s；须重新审批并重新公告 N2",
			r.Project, r.Approved, r.After, limit, bpText(l.PlanRaiseBP), r.After-limit)
	}
	return nil
}

// CheckChange holds rules 2.3(c) and (d) for a change that is about to be added to
// the contract: every change names its document; where procurement law applies,
// supplements and raises at settlement together stay within the limit of the
// original contract, except an engineering change with its approval document; a
// settlement above the contract is such a change, and nothing else. That the
// contract stays within the plan (b) is the ledger's guard.
func (l ChangeLimits) CheckChange(c *Contract, ch Change) error {
	after := c.Amount + ch.Amount
	switch {
	case ch.Kind != "supplement" && ch.Kind != "engineering" && ch.Kind != "settlement":
		return ErrChangeKind.With("合同 %s：变更种类 %q 不是 supplement、engineering、settlement", c.Code, ch.Kind)
	case ch.Amount == 0 || ch.Amount > ledger.MaxLine || ch.Amount < -ledger.MaxLine:
		return ErrChangeKind.With("合同 %s：变更金额 %s", c.Code, ch.Amount)
	case ch.Document == "":
		return ErrChangeKind.With("合同 %s：变更 %s 须有补充协议或批准文号", c.Code, ch.Amount)
	case after < 0:
		return ErrChangeKind.With("合同 %s：金额 %s 变更 %s 后为负", c.Code, c.Amount, ch.Amount)
	case ch.Amount < 0 || !c.Terms.Procurement:
		return nil
	case ch.Kind == "engineering" && l.Engineering:
		return nil
	}
	sum := ch.Amount
	for _, old := range c.Changes {
		if old.Amount > 0 && !(old.Kind == "engineering" && l.Engineering) {
			sum += old.Amount
		}
	}
	if limit := ledger.PartBP(c.Signed, int64(l.SupplementBP)); sum > limit {
		return ErrSupplement.With("合同 %s：原合同 %s 的 %s 为 %s，补充累计 %s，超出 %s；须另行采购，或凭批准文件办理工程变更",
			c.Code, c.Signed, bpText(l.SupplementBP), limit, sum, sum-limit)
	}
	return nil
}

// mulDiv is a·b/c for a, b ≥ 0 and c > 0, cut, without overflow on the way; at most
// the largest amount.
func mulDiv(a, b, c int64) int64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return int64(ledger.MaxSum)
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(min(q, uint64(ledger.MaxSum)))
}

// bpText prints basis points as a percentage.
func bpText(bp int) string { return centi(bp) + "%" }

// centi prints hundredths: 9050 is 90.50, 10000 is 100.
func centi(n int) string {
	s := ledger.Amount(n).String()
	if len(s) > 3 && s[len(s)-3:] == ".00" {
		return s[:len(s)-3]
	}
	return s
}
