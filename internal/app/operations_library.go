package app

import "fundbook/projects"

// libraryOperations are the commands of the project library, of performance and of
// the asset register.
var libraryOperations = []Operation{
	operation(Spec{"project.enter", "录入项目：十二项要素，编码由系统给出", "enter a project as a draft; its code is given", "project.enter"}, townshipMay, projects.EnterProject),
	operation(Spec{"project.amend", "修改草稿或退回的项目", "state a draft or returned project anew", "project.amend"}, townshipMay, projects.AmendProject),
	operation(Spec{"project.advance", "办理项目的一个步骤", "take a step of a project's life", "project.advance"}, townshipMay, projects.AdvanceProject),
	operation(Spec{"project.post_notice", "登记公示张贴的佐证", "record that a notice was posted", "project.notice"}, townshipMay, projects.PostNotice),
	operation(Spec{"project.withdraw_notice", "撤下公示，公示期重新计算", "take a notice down; its clock restarts", "project.notice"}, townshipMay, projects.WithdrawNotice),
	operation(Spec{"project.roll", "滚动至下年度项目库", "carry a project over to next year's library", "project.roll"}, countyOnly, projects.RollProject),
	operation(Spec{"project.remove", "出库", "take a project out of the library", "project.remove"}, townshipMay, projects.RemoveProject),
	operation(Spec{"performance.monitor", "绩效监控：按季填报", "report a quarter of a project's performance", "performance.monitor"}, townshipMay, projects.MonitorPerformance),
	operation(Spec{"performance.evaluate", "绩效自评：执行率取自台账", "self-evaluation of a year; the execution rate is the ledger's", "performance.evaluate"}, townshipMay, projects.EvaluatePerformance),
	operation(Spec{"performance.spotcheck", "绩效抽查：抽取不少于一成", "draw the sample of a spot check", "performance.spotcheck"}, countyOnly, projects.SpotcheckPerformance),
	operation(Spec{"performance.review", "登记抽查结果", "record what a spot check found", "performance.review"}, countyOnly, projects.ReviewPerformance),
	operation(Spec{"asset.register", "登记资产", "register an asset of a project", "asset.register"}, townshipMay, projects.RegisterAsset),
	operation(Spec{"asset.hand_over", "移交资产", "hand an asset over to its owner", "asset.hand_over"}, townshipMay, projects.HandOverAsset),
}
