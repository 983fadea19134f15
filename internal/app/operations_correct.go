package app

import (
	"context"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/payments"
	"fundbook/projects"
)

// correctOperations are the corrections of what was recorded and the changes of
// units: each is proposed with its decision, then approved, by another where the
// policy four_eyes asks for it (law 8).
var correctOperations = []Operation{
	operation(Spec{"correct.reverse", "提出冲销凭证：当年红字（E23），以前年度蓝字（E23p）", "propose to reverse an entry (E23, of an earlier year E23p)", "correct.propose"}, countyOnly, payments.ProposeReversal),
	operation(Spec{"correct.move", "提出以前年度项目间更正（E23p）", "propose to move cost of an earlier year to another project (E23p)", "correct.propose"}, countyOnly, payments.ProposeMove),
	operation(Spec{"correct.replace", "提出资金来源置换（E26）", "propose that another lot pays (E26)", "correct.propose"}, countyOnly, payments.ProposeReplacement),
	operation(Spec{"correct.divide", "提出批次拆分（E27）", "propose to divide a merged lot (E27)", "correct.propose"}, countyOnly, payments.ProposeDivision),
	operation(Spec{"correct.merge", "提出机构并转（E28）：账与案卷一并转入", "propose to merge a unit into another (E28): accounts and dossiers follow", "correct.propose"}, countyOnly, payments.ProposeMerger),
	operation(Spec{"correct.unmerge", "提出撤销机构并转：整体冲销", "propose to undo a merger, whole", "correct.propose"}, countyOnly, payments.ProposeUnmerger),
	operation(Spec{"correct.approve", "批准更正并记账", "approve a correction and post it", "correct.approve"}, countyOnly, approveCorrection),
	operation(Spec{"correct.drop", "放弃已提出的更正", "give a proposed correction up", "correct.propose"}, countyOnly, payments.DropCorrection),
	operation(Spec{"unit.rename", "单位更名：只登记名称与起始日，不记账", "record a unit's name from a day on; nothing is posted", "unit.rename"}, countyOnly, projects.RenameUnit),
}

func approveCorrection(ctx context.Context, tx *db.Tx, c payments.ApproveCorrectionCmd) error {
	return payments.ApproveCorrection(ctx, tx, c, audit.FollowMerger)
}
