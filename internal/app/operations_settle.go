package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/ledger"
	"fundbook/payments"
)

// permCloseMonth is the permission to close a period, by whichever command.
const permCloseMonth auth.Permission = "settle.close"

// settleOperations are the commands of settlement, closing and statements.
var settleOperations = []Operation{
	preparedOperation(Spec{"settle.propose", "提出结算清理：按账龄和状态列出建议，冻结各行", "propose a settlement run: rows by age and state, frozen", "settle.propose"}, payments.PrepareSettlement, payments.RecordSettlement),
	operation(Spec{"settle.decide", "结算清理决定：收回、再安排、上缴一次记账（E17、E18、E19）", "post a settlement decision: recover, re-allocate, give back", "settle.decide"}, countyOnly, payments.DecideSettlement),
	operation(Spec{"settle.carry_over", "年终结转（E24），列出未清事项", "close a year for every lot (E24) and list what is open", "settle.carry_over"}, countyOnly, payments.CarryOver),
	operation(Spec{"settle.close_month", "按检查清单结账一个期间，含整理期", "close a period by its checklist, period 13 included", permCloseMonth}, countyOnly, payments.CloseMonth),

	operation(Spec{"statement.import", "导入银行（国库）对账单", "import a statement of bank or treasury", "statement.import"}, townshipMay, payments.ImportStatement),
	operation(Spec{"statement.withdraw", "撤销内容有误的对账单", "take a wrong statement back", "statement.import"}, townshipMay, payments.WithdrawStatement),
	operation(Spec{"statement.match", "对账单勾对：一对一、一对多、多对一", "match lines of a statement with entries", "statement.match"}, townshipMay, payments.MatchStatement),
	operation(Spec{"statement.unmatch", "撤销勾对", "take a match back", "statement.match"}, townshipMay, payments.UnmatchStatement),
	operation(Spec{"statement.explain", "说明未达账项及清理期限", "explain what is not matched, with a day", "statement.match"}, townshipMay, payments.ExplainStatement),
}

// ProposeMatches proposes matches for what of a statement is open; nothing is
// recorded.
func (a *App) ProposeMatches(ctx context.Context, who auth.Who, county, statement string) (links []payments.LinkCmd, err error) {
	if err := who.May("statement.match", county); err != nil {
		return nil, err
	}
	err = a.view(ctx, county, func(ctx context.Context, v View) (err error) {
		links, err = payments.ProposeMatches(ctx, v.Q, v.County.County, statement, who.Scope())
		return err
	})
	return links, err
}

// Reconciliation returns the reconciliation of a statement's account at the end of
// its month.
func (a *App) Reconciliation(ctx context.Context, who auth.Who, county, statement string) (r payments.Reconciliation, err error) {
	err = a.Read(ctx, who, county, "read.statement", func(ctx context.Context, v View) (err error) {
		r, err = payments.ReconcileStatement(ctx, v.Q, v.County.County, statement, who.Scope())
		return err
	})
	return r, err
}

// Alerts returns what dynamic monitoring finds in a county as of a day.
func (a *App) Alerts(ctx context.Context, who auth.Who, county string, day ledger.Date) (list []payments.Alert, err error) {
	err = a.Read(ctx, who, county, "read.alerts", func(ctx context.Context, v View) (err error) {
		list, err = payments.Alerts(ctx, v.Q, v.County.County, day)
		return err
	})
	return list, err
}
