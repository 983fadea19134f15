package projects

import "fundbook/internal/fault"

// The faults of the library. Each message is the rule; the detail names the place,
// the figure and the remedy.
var (
	ErrField     = fault.New(fault.Invalid, "project.field_missing", "项目要素不全：十二项要素缺一不得入库（规则 5.1）", "a particular is missing: none of the twelve may be left out (5.1)")
	ErrFieldForm = fault.New(fault.Invalid, "project.field_form", "项目要素不合要求（规则 5.1）", "a particular of the project is out of form (5.1)")
	ErrGoals     = fault.New(fault.Refused, "project.goals_missing", "没有绩效目标的项目不得入库（规则 5.1）", "no performance goals, no entry into the library (5.1)")
	ErrGoal      = fault.New(fault.Invalid, "project.goal", "绩效指标不合要求（规则 7）", "an indicator of the goals is out of form (7)")
	ErrFinancing = fault.New(fault.Refused, "project.financing_differs", "各筹资方式之和与资金规模不符（规则 5.1 第 8 项）", "the sources of finance do not add up to the budget (5.1, item 8)")
	ErrShares    = fault.New(fault.Refused, "project.shares_differ", "各村份额之和与资金规模不符（规则 5.2）", "the shares of the villages do not add up to the budget (5.2)")
	ErrVillage   = fault.New(fault.Refused, "project.village", "村级区划代码不属于本县，或不在已导入的区划中", "the village is not a division of this county that is known")
	ErrCategory  = fault.New(fault.Refused, "project.category", "项目类别不在该年度的类别表中（规则 5.3）", "the category is not in the tree of that year (5.3)")
	ErrFuncCode  = fault.New(fault.Refused, "project.func_code", "功能分类与项目类别不符（规则 1.3、5.3）", "the function code does not fit the category (1.3, 5.3)")
	ErrRaised    = fault.New(fault.Refused, "project.raised_by", "只有跨区域或县级实施的项目可由乡镇、部门提出（规则 5.2）", "only cross-area or county-run projects are raised by a township or department (5.2)")
	ErrCodeForm  = fault.New(fault.Invalid, "project.code", "项目编码不合要求（规则 5.4）", "not a project code (5.4)")
	ErrCodeFull  = fault.New(fault.Refused, "project.codes_used_up", "该区划、年度、类别的编号已用完（规则 5.4）", "the codes of that division, year and category are used up (5.4)")
	ErrExternal  = fault.New(fault.Conflict, "project.external_id", "外部编号已属于另一项目（规则 5.4）", "the external number belongs to another project (5.4)")
	ErrAmend     = fault.New(fault.Refused, "project.not_amendable", "只有草稿或退回的项目可以修改（规则 5.2）", "only a draft or a returned project is amended (5.2)")
	ErrTownship  = fault.New(fault.Forbidden, "project.other_township", "不是本乡镇的项目（规则 5.2）", "not a project of this township (5.2)")

	ErrEvent    = fault.New(fault.Invalid, "project.event", "没有此项目事件（规则 5.2）", "no such event of a project (5.2)")
	ErrStep     = fault.New(fault.Refused, "project.step", "项目当前状态不能办理此事项（规则 5.2）", "the project's state does not permit this step (5.2)")
	ErrInternal = fault.New(fault.Refused, "project.step_internal", "此事项只能由其所属业务办理（规则 5.2）", "this step is taken only by the command that owns it (5.2)")
	ErrOffice   = fault.New(fault.Forbidden, "project.step_office", "此事项须由县级办理（规则 5.2）", "this step is the county's (5.2)")
	ErrOrder    = fault.New(fault.Refused, "project.step_order", "办理日期不得早于上一步，也不得晚于今天（规则 5.2）", "a step is not before the one it follows, nor after today (5.2)")
	ErrEvidence = fault.New(fault.Refused, "project.gate_evidence", "缺佐证材料（规则 2.2、5.2）", "evidence is missing (2.2, 5.2)")
	ErrAsked    = fault.New(fault.Refused, "project.gate_villages_asked", "跨区域或部门提出的项目须先征求所涉村意见（规则 5.2）", "the villages have not been asked about a project that others raised (5.2)")
	ErrPaper    = fault.New(fault.Refused, "project.gate_document", "缺文件文号或审核意见（规则 5.2）", "the document number or the opinion is missing (5.2)")
	ErrReason   = fault.New(fault.Refused, "project.gate_reason", "退回、暂停、滚动、出库须说明理由（规则 5.2）", "a return, suspension, roll or removal states its reason (5.2)")
	ErrPosting  = fault.New(fault.Refused, "project.gate_posted", "公示未张贴（规则 5.2、6.3）", "the notice has not been posted (5.2, 6.3)")
	ErrPeriod   = fault.New(fault.Refused, "project.gate_period", "公示期未满（规则 6.1、6.3）", "the period of the notice is not over (6.1, 6.3)")
	ErrPlanned  = fault.New(fault.Refused, "project.gate_plan", "项目没有计划指标（规则 5.2：纳入年度计划须已分批次安排资金）", "no lot stands in the project's plan (5.2)")
	ErrMoney    = fault.New(fault.Refused, "project.gate_money", "项目名下有资金，不得滚动、出库或退出计划（规则 5.2）", "money stands under the project: it is not rolled, removed or unplanned (5.2)")
	ErrSubject  = fault.New(fault.Refused, "project.gate_subject", "须指明合同、名册或项目编号（规则 5.2）", "the contract, roster or project is not named (5.2)")
	ErrNotPaid  = fault.New(fault.Refused, "project.gate_paid", "项目尚无支付（规则 5.2）", "nothing of the project has been paid (5.2)")
	ErrUnrated  = fault.New(fault.Refused, "project.gate_evaluation", "绩效自评未完成（规则 4.8、7）", "the self-evaluation is missing (4.8, 7)")
	ErrNoAsset  = fault.New(fault.Refused, "project.gate_asset", "资产未登记或未移交（规则 4.8、5.5）", "the asset is not registered or not handed over (4.8, 5.5)")
	ErrLeft     = fault.New(fault.Refused, "project.gate_open_money", "项目尚有未了结的资金（规则 5.2）", "money of the project is still open (5.2)")
	ErrGrade    = fault.New(fault.Refused, "project.gate_grade", "绩效评价不合格，不得滚动入库（规则 7：结果应用）", "a grade below the threshold blocks rolling over (7)")
	ErrSeason   = fault.New(fault.Refused, "project.gate_season", "项目库每年第四季度调整（规则 5.2）", "the library is adjusted in the fourth quarter (5.2)")

	ErrNoticeType    = fault.New(fault.Invalid, "project.notice_type", "公示类型或对象不合要求（规则 6.3）", "the type or subject of a notice is out of form (6.3)")
	ErrNoticeStands  = fault.New(fault.Conflict, "project.notice_stands", "同一公示已张贴；内容有变先撤下（规则 6.4）", "the notice stands already; withdraw it first (6.4)")
	ErrNoticeShort   = fault.New(fault.Refused, "project.notice_short", "公示期短于规定（规则 6.1：自张贴次日起算）", "the period is shorter than the rule, counted from the day after posting (6.1)")
	ErrNoticeUnknown = fault.New(fault.NotFound, "project.notice_unknown", "没有这份有效的公示", "no such notice stands")

	ErrPlanRaise  = fault.New(fault.Refused, "project.plan_raise", "计划调增超过限额须重新审批并重新公告（规则 2.3(a)）", "a raise of the plan beyond the limit needs a new approval and notice N2 (2.3(a))")
	ErrSupplement = fault.New(fault.Refused, "project.contract_supplement", "补充合同累计超过原合同限额（规则 2.3(c)；政府采购法第四十九条）", "the supplements pass the limit of the original contract (2.3(c))")
	ErrChangeKind = fault.New(fault.Refused, "project.contract_change", "合同变更不合要求（规则 2.3）", "the change of the contract is not allowed (2.3)")
)
