package app

import (
	"fundbook/payments"
	"fundbook/projects"
)

// importOperations are the commands that take a table whole, all or nothing.
var importOperations = []Operation{
	operation(Spec{"import.projects", "导入项目表（21 列），全部录入或全不录入", "enter the projects of a plan table of 21 columns, all or none", "project.enter"}, townshipMay, projects.ImportProjects),
	operation(Spec{"takeover.prepare", "编制期初：批次、项目合同、余额三张表，核对等式，不记账", "prepare the opening of a running county from three tables; nothing is posted", "import.opening"}, countyOnly, projects.PrepareTakeover),
	operation(Spec{"takeover.confirm", "确认期初（编制人以外的人）：登记批次、项目、合同，每批次记 E00", "confirm the opening, by somebody else than its preparer (E00)", "import.opening"}, countyOnly, projects.ConfirmTakeover),
	preparedOperation(Spec{"treasury.import", "导入国库（指标、支付）系统的导出文件并与批次、流水号核对，不记账", "compare an export of the treasury system with lots and references; nothing is posted", "import.treasury"}, payments.PrepareTreasury, payments.RecordTreasury),
	operation(Spec{"treasury.explain", "说明未对上的国库记录", "say why a row of an export has no counterpart", "import.treasury"}, countyOnly, payments.ExplainTreasury),
}
