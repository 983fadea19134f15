package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/internal/seal"
	"fundbook/payments"
	"fundbook/projects"
)

// rosterOperations are the commands of household rosters and card batches.
var rosterOperations = []Operation{
	preparedOperation(Spec{"roster.create", "编制到户名册：导入人员文件，逐行核对，加密保存", "create a household roster from a file of persons, judged row by row and sealed", "roster.create"}, projects.PrepareRoster, projects.CreateRoster),
	preparedOperation(Spec{"roster.amend", "确认前增减名册人员", "add and strike rows of a roster before it is confirmed", "roster.amend"}, projects.PrepareAmend, projects.AmendRoster),
	operation(Spec{"roster.commit", "名册约束：占用项目计划指标（E08）", "bind a roster's amount in its project's plan (E08)", "roster.commit"}, countyOnly, projects.CommitRoster),
	operation(Spec{"roster.confirm", "名册确认：N8 公示期满后确认应付（E15a、E21）", "confirm a roster after the period of notice N8 (E15a, E21)", "roster.confirm"}, countyOnly, payments.ConfirmRoster),
	operation(Spec{"roster.block_row", "异议受理：只暂停该行的发放", "an accepted objection blocks its own row only", "roster.block"}, countyOnly, projects.BlockLine),
	operation(Spec{"roster.release_row", "异议办结：恢复该行的发放", "release a blocked row", "roster.block"}, countyOnly, projects.ReleaseLine),
	operation(Spec{"roster.strike", "取消资格：确认后核减名册行（E15f）", "strike payees off a confirmed roster (E15f)", "roster.strike"}, countyOnly, projects.StrikeLines),
	preparedOperation(Spec{"roster.correct", "更正账号：同一人换卡，姓名有变的标 A23", "another card of the same person; another name is doubt A23", "roster.correct"}, projects.PrepareCorrect, projects.CorrectLines),

	operation(Spec{"batch.create", "编制一卡通批次；重发批次列明原批次", "make a card batch, or one that pays refused rows again", "batch.create"}, townshipMay, payments.MakeBatch),
	preparedOperation(Spec{"batch.check", "批次检查：逐行解密核对", "check a batch: every row is opened and judged again", "batch.check"}, payments.PrepareCheck, payments.CheckBatch),
	operation(Spec{"batch.freeze", "批次冻结", "freeze a batch", "batch.freeze"}, townshipMay, payments.FreezeBatch),
	operation(Spec{"batch.send", "批次送审", "send a batch for review", "batch.send"}, townshipMay, payments.SendBatch),
	operation(Spec{"batch.return", "批次退回", "send a batch back to its maker", "batch.approve"}, countyOnly, payments.ReturnBatch),
	operation(Spec{"batch.approve", "批次审核并申请支付（E15b）", "approve a batch and request its money (E15b)", "batch.approve"}, countyOnly, payments.ApproveBatch),
	operation(Spec{"batch.exclude", "从批次剔除行；审核后退回占用（E12v）", "take rows out of a batch; after approval their request is void (E12v)", "batch.exclude"}, countyOnly, payments.ExcludeRows),
	operation(Spec{"batch.cancel", "撤销银行未受理的批次", "cancel a batch that the bank has not taken", "batch.cancel"}, countyOnly, payments.CancelBatch),
	preparedOperation(Spec{"batch.export", "导出银行文件：登记摘要，重取时字节相同", "make the bank file; its digest is recorded and it is the same whenever it is made", "batch.export"}, payments.PrepareExport, payments.ExportBatch),
	operation(Spec{"batch.pay_out", "银行受理出账：全批一张凭证（E15c）", "the bank takes the file: one entry for the whole batch (E15c)", "batch.pay"}, townshipMay, payments.PayOut),
	preparedOperation(Spec{"batch.result", "导入银行结果：成功（E15d）、退票（E15e）", "take the bank's result: paid (E15d) and refused (E15e)", "batch.pay"}, payments.PrepareResult, payments.TakeResult),
	operation(Spec{"batch.returned", "发放后退回：银行报告成功以后退回的行恢复欠付（E15r），可重发", "rows came back after the bank had reported them as paid: they are owed again (E15r)", "batch.pay"}, true, payments.ReturnPaidRows),
	operation(Spec{"cards.reopen", "提出恢复银行误报销户的账号：列明批次、行、决定文号和银行更正文件", "propose to take a card again that the bank wrongly reported as closed", "batch.reopen"}, countyOnly, payments.ReopenCard),
	operation(Spec{"cards.reopen_approve", "批准恢复账号：名册和批次重新接受该账号，该行可重发", "approve it: rosters and batches take the card again, and the row may be paid again", "batch.approve"}, countyOnly, payments.ApproveReopen),
}

// PermPersons is the permission to read the persons of rosters and batches.
const PermPersons auth.Permission = "roster.persons"

// Roster returns a roster without its persons.
func (a *App) Roster(ctx context.Context, who auth.Who, county, code string) (r projects.Roster, err error) {
	err = a.Read(ctx, who, county, "read.roster", func(ctx context.Context, v View) (err error) {
		r, err = projects.FindRoster(ctx, v.Q, v.County.County, code, who.Scope())
		return err
	})
	return r, err
}

// Batch returns a card batch without its persons.
func (a *App) Batch(ctx context.Context, who auth.Who, county, code string) (b payments.Batch, err error) {
	err = a.Read(ctx, who, county, "read.batch", func(ctx context.Context, v View) (err error) {
		b, err = payments.FindBatch(ctx, v.Q, v.County.County, code, who.Scope())
		return err
	})
	return b, err
}

// PersonKey returns the key of personal data, or nil when it is not at hand.
func (a *App) PersonKey() (*seal.Box, error) { return a.persons.ifAny() }

// VerifyPersons compares the sealed rows of a county with its log, and opens them
// when the key is at hand. opened says whether it was.
func (a *App) VerifyPersons(ctx context.Context, county string) (bad []projects.RowBad, opened bool, err error) {
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		box, err := a.persons.ifAny()
		if err != nil {
			return err
		}
		opened = box != nil
		bad, err = projects.VerifyRows(ctx, v.Q, v.County.County, box)
		return err
	})
	return bad, opened, err
}
