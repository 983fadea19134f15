package app

import "fundbook/projects"

// planOperations are the commands of plans, contracts and loans. A township begins
// and finishes its own works, and says what is defective; money is the county's.
var planOperations = []Operation{
	operation(Spec{"plan.catalog", "登记整合目录：某年度某层级哪些事项可以整合", "set the integration catalogue of a year and tier", "plan.catalog"}, countyOnly, projects.SetCatalog),
	operation(Spec{"plan.negative_list", "收录负面清单：版本、施行日、适用资金类别、逐条条款", "load a version of a negative list: days, classes, clause by clause", "plan.negative_list"}, countyOnly, projects.LoadNegativeList),
	operation(Spec{"plan.year_input", "登记年度数据及其文件", "state a yearly figure with its document", "plan.year_input"}, countyOnly, projects.StateYearInput),
	operation(Spec{"plan.pool", "整合入池（E05）：只限目录内事项", "move lots of the catalogue into a pool (E05)", "plan.pool"}, countyOnly, projects.Pool),
	operation(Spec{"plan.unpool", "出池（E05r）", "move lots out of a pool (E05r)", "plan.unpool"}, countyOnly, projects.Unpool),
	operation(Spec{"plan.adopt", "通过年度计划或整合方案：按项目抽取批次（E06、E07）", "adopt a plan: lots in, projects out (E06, E07)", "plan.adopt"}, countyOnly, projects.AdoptPlan),
	operation(Spec{"plan.adjust", "年中调整：调减、调剂、调增（E06r、E07r、E06、E07）", "adjust a plan in mid-year", "plan.adjust"}, countyOnly, projects.AdjustPlan),

	operation(Spec{"contract.sign", "签订合同：批次承担的部分形成约束（E08）", "sign a contract and commit what lots pay (E08)", "contract.sign"}, countyOnly, projects.SignContract),
	operation(Spec{"contract.change", "变更合同 ±（E09）", "change a contract by ± (E09)", "contract.change"}, countyOnly, projects.ChangeContract),
	operation(Spec{"contract.fund", "落实资金：未落实部分改由批次承担（E08）", "let lots pay what was not funded (E08)", "contract.fund"}, countyOnly, projects.FundContract),
	operation(Spec{"contract.start", "开工", "works have begun", "contract.start"}, townshipMay, projects.StartContract),
	operation(Spec{"contract.complete", "完工", "works are finished", "contract.complete"}, townshipMay, projects.CompleteContract),
	operation(Spec{"contract.accept", "验收：数量、合格与否", "record an acceptance", "contract.accept"}, countyOnly, projects.AcceptContract),
	operation(Spec{"contract.settle", "结算审定：结余退回（E13，或 E09 减少）", "record the audited final amount (E13, or E09)", "contract.settle"}, countyOnly, projects.SettleContract),
	operation(Spec{"contract.terminate", "终止合同：未报账的约束按决定收回（E17）", "terminate a contract; what is left comes back (E17)", "contract.terminate"}, countyOnly, projects.TerminateContract),
	operation(Spec{"contract.transfer", "分段完工转出：合同未完的部分继续执行（E13）", "hand a finished part over, the rest of the contract goes on (E13)", "contract.transfer"}, countyOnly, projects.TransferContract),
	operation(Spec{"contract.guarantee", "保函替代质量保证金（E14g）", "a bank guarantee in place of retention (E14g)", "contract.guarantee"}, countyOnly, projects.GuaranteeContract),
	operation(Spec{"contract.repair", "第三方维修扣用质量保证金（E14d）", "a third party's repair out of the retention (E14d)", "contract.repair"}, countyOnly, projects.RepairContract),
	operation(Spec{"contract.defect", "登记或销去缺陷", "open or close a defect", "contract.defect"}, townshipMay, projects.DefectContract),
	operation(Spec{"contract.close", "合同办结：在建支出转出（E13）", "close a contract (E13)", "contract.close"}, countyOnly, projects.CloseContract),

	operation(Spec{"loan.register", "登记扶贫小额信贷", "register a small loan", "loan.register"}, countyOnly, projects.RegisterLoan),
	operation(Spec{"loan.renew", "无还本续贷、展期", "renew or extend a loan", "loan.renew"}, countyOnly, projects.RenewLoan),
	operation(Spec{"loan.overdue", "登记或解除逾期", "mark a loan overdue, or no longer", "loan.overdue"}, countyOnly, projects.MarkLoanOverdue),
	operation(Spec{"loan.repay", "还款", "record principal paid back", "loan.repay"}, countyOnly, projects.RepayLoan),
}
