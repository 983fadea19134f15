package projects

import "fundbook/internal/fault"

// The faults of the integration catalogue, of yearly inputs, of plans and of what
// a lot may pay for. The detail names lot, project, figure and remedy.
var (
	ErrCatalog      = fault.New(fault.Invalid, "plan.catalog", "整合目录要素不合要求（1.2）", "the integration catalogue is not valid (1.2)")
	ErrNotPoolable  = fault.New(fault.Refused, "plan.not_poolable", "该批次不得整合入池（1.2：须在该年度、该层级整合目录内）", "the lot may not be pooled (1.2: its item must be in the catalogue of its year and tier)")
	ErrPlanPart     = fault.New(fault.Invalid, "plan.part", "计划金额与来源不合要求", "amounts and sources of a plan do not fit")
	ErrPlanState    = fault.New(fault.Refused, "plan.project_state", "项目所处阶段不能列入或调整计划（5.2：先入库、后计划）", "the project's state does not allow planning (5.2: only what is in the library)")
	ErrPlanTwice    = fault.New(fault.Refused, "plan.project_twice", "一个项目在一份计划内只列一次", "a project stands once in a plan")
	ErrPlanProject  = fault.New(fault.NotFound, "plan.project_unknown", "计划内没有这个项目", "the project is not in the plan")
	ErrPlanBudget   = fault.New(fault.Refused, "plan.over_budget", "计划超过项目资金规模的允许幅度（2.3：批小建大）", "the plan passes the project's budget by more than is allowed (2.3)")
	ErrPlanCut      = fault.New(fault.Refused, "plan.cut", "计划调减超过可调减金额（2.3：已签合同的部分须先变更合同）", "the cut is more than can be cut (2.3: what is contracted is cut by a change of the contract first)")
	ErrPlanDraw     = fault.New(fault.Refused, "plan.draw", "可用批次不足（4.4）", "the eligible lots cannot give the amount (4.4)")
	ErrIneligible   = fault.New(fault.Refused, "plan.lot_ineligible", "该批次资金不得用于此项目（4.4、8）", "the money of the lot may not be used for the project (4.4, 8)")
	ErrNegativeList = fault.New(fault.Refused, "plan.negative_list_unknown", "批次载明的负面清单版本未收录，不能核对用途（8）", "the negative list that the lot names is not on file, so its use cannot be checked (8)")
	ErrPolicyNumber = fault.New(fault.Refused, "plan.policy_number", "政策参数的取值不是规定范围内的整数", "a policy's value is not a whole number in its range")
	ErrYearInput    = fault.New(fault.Invalid, "plan.year_input", "年度数据不合要求", "a yearly input is not valid")
)

// The faults of contracts.
var (
	ErrContractParts    = fault.New(fault.Invalid, "contract.parts", "合同金额、项目分摊与资金来源不相符", "amount, split over projects and funding of the contract do not agree")
	ErrContractTerms    = fault.New(fault.Refused, "contract.terms", "合同条款超出政策规定（2.3）", "a term of the contract is outside the policy (2.3)")
	ErrContractOverPlan = fault.New(fault.Refused, "contract.over_plan", "合同超过计划（2.3：合同不得超过计划）", "the contract is above the plan (2.3)")
	ErrContractBudget   = fault.New(fault.Refused, "contract.over_budget", "合同合计超过项目资金规模的允许幅度（2.3：批小建大）", "the contracts of the project pass its budget by more than is allowed (2.3)")
	ErrContractUnit     = fault.New(fault.Refused, "contract.unit", "合同的实施单位与项目责任单位不同", "the contract's unit is not the project's")
	ErrContractState    = fault.New(fault.Refused, "contract.state", "合同所处阶段不能办理此事项", "the contract's state does not allow this")
	ErrContractOrder    = fault.New(fault.Refused, "contract.dates", "日期先后不合要求", "the dates are out of order")
	ErrContractCut      = fault.New(fault.Refused, "contract.cut", "减少的金额超过尚未报账的合同约束", "the reduction is more than what is committed and not yet claimed")
	ErrAcceptance       = fault.New(fault.Refused, "contract.acceptance", "验收表须写明数量与合格与否（2.2）", "an acceptance states quantities and pass or fail (2.2)")
	ErrSettleOver       = fault.New(fault.Refused, "contract.settled_over", "审定金额超过合同；只能先按规定变更合同（2.3 d）", "the settlement is above the contract; only a change of the contract first (2.3 d)")
	ErrTransfer         = fault.New(fault.Refused, "contract.transfer", "转出金额须大于零，且不超过已报账未转出的支出（E13）", "a transfer is above zero and within the cost claimed and not transferred (E13)")
	ErrSettleClaimed    = fault.New(fault.Refused, "contract.settled_under_claims", "审定金额低于已报账金额，须先追回或更正", "the settlement is below what has been claimed: recover or correct first")
	ErrContractOpen     = fault.New(fault.Refused, "contract.open_money", "合同尚有未了的资金事项", "the contract has money matters that are open")
	ErrRetention        = fault.New(fault.Refused, "contract.retention", "质量保证金余额或比例不合要求（2.3）", "the retention does not allow this (2.3)")
	ErrDefect           = fault.New(fault.Refused, "contract.defect", "缺陷责任事项不合要求", "the defect does not fit the state of the contract")
	ErrUSCI             = fault.New(fault.Invalid, "contract.credit_code", "统一社会信用代码不合 GB 32100（18 位，末位为校验码）", "not a unified social credit code (GB 32100: 18 characters, the last a check)")
)

// The faults of loans.
var (
	ErrLoanTerms = fault.New(fault.Refused, "loan.terms", "不合扶贫小额信贷条件（1.1 TX：5 万元以下、3 年以内）", "outside the terms of the small loans (1.1 TX: at most 50000 yuan, 3 years)")
	ErrLoanState = fault.New(fault.Refused, "loan.state", "贷款已结清，或日期、金额与登记不符", "the loan is closed, or date and amount do not fit what is on file")
)
