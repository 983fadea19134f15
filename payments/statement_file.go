package payments

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"strings"

	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/projects"
)

// ErrStatementRows refuses a statement's file with wrong rows.
var ErrStatementRows = fault.New(fault.Invalid, "statement.rows", "对账单文件有不合要求的行，未作任何记录；请按逐行报告改正后重新导入", "rows of the statement are not acceptable: nothing was recorded")

// StatementFileCmd (对账单文件) is a statement as the bank hands it over, a table with
// 交易日期 and 收入, 支出 (or one signed 金额), and the figures at its head and foot, which
// the rows are held to. Amounts are yuan, money into the account is 收入.
type StatementFileCmd struct {
	Book     ledger.Book   `json:"book" validate:"required,max=48"`
	Account  ledger.Code   `json:"account" validate:"required,oneof=1001 1002"`
	Period   ledger.Period `json:"period" validate:"required"`
	Source   string        `json:"source,omitempty" validate:"max=80"`
	Opening  ledger.Amount `json:"opening"`
	Closing  ledger.Amount `json:"closing"`
	FileName string        `json:"file_name,omitempty" validate:"max=100"`
	File     []byte        `json:"file" validate:"required,max=16777216"`
}

// The columns of a statement's file.
const (
	colTradeDate    = "交易日期"
	colIn           = "收入"
	colOut          = "支出"
	colNet          = "金额"
	colRest         = "余额"
	colReference    = "流水号"
	colCounterparty = "对方户名"
	colMemo         = "摘要"
)

// statementReader judges the rows of a statement's file.
type statementReader struct {
	cols  sheet.Columns
	rest  ledger.Amount // what the account holds after the rows so far
	found []projects.RowFinding
}

// ReadStatement reads a statement's file and judges every row. The command is complete
// only when nothing was found; a fault says that the file is no such table.
func ReadStatement(c *StatementFileCmd) (StatementCmd, []projects.RowFinding, error) {
	out := StatementCmd{
		Book: c.Book, Account: c.Account, Period: c.Period, Source: c.Source, Digest: sha256.Sum256(c.File), Opening: c.Opening, Closing: c.Closing,
	}
	name := cmp.Or(c.FileName, "statement.csv")
	t, err := sheet.Read(name, bytes.NewReader(c.File))
	if err != nil {
		return out, nil, projects.PrivateFault(err)
	}
	r := statementReader{rest: c.Opening}
	r.cols, err = t.Columns([]string{colTradeDate}, []string{colIn, colOut, colNet, colRest, colReference, colCounterparty, colMemo})
	if err != nil {
		return out, nil, err
	}
	if r.cols.Has(colNet) == (r.cols.Has(colIn) && r.cols.Has(colOut)) {
		return out, nil, sheet.Place{File: name, Row: 1}.Fault(sheet.ErrHeader, "金额须为“收入”“支出”两列，或带正负号的“金额”一列")
	}
	for _, row := range t.Rows {
		out.Lines = append(out.Lines, r.row(row, c.Period))
	}
	return out, r.found, nil
}

// Refusal is the refusal that wrong rows are; nil when there is none.
func (c *StatementFileCmd) Refusal(rows int, found []projects.RowFinding) error {
	if len(found) == 0 {
		return nil
	}
	return projects.RowsFault(ErrStatementRows, cmp.Or(c.FileName, "statement.csv"), rows, found)
}

func (r *statementReader) row(row sheet.Row, period ledger.Period) StatementLineCmd {
	text := func(col string) string { return strings.TrimSpace(r.cols.Cell(row, col)) }
	bad := func(col, code, why, remedy string) {
		value := text(col)
		if len(value) > len("2006-01-02T") { // longer than a date or an amount: it may be an account
			value = projects.Masked(value)
		}
		r.found = append(r.found, projects.RowFinding{
			Row: row.No, Column: col, Value: value, Code: code, Severity: "error", Why: why, Remedy: remedy,
		})
	}
	out := StatementLineCmd{Reference: text(colReference), Counterparty: text(colCounterparty), Memo: text(colMemo)}
	var err error
	out.Date, err = ledger.ParseDate(text(colTradeDate))
	switch {
	case err != nil:
		bad(colTradeDate, "date_form", "日期须为 YYYY-MM-DD", "改为如 2026-03-01")
	case ledger.PeriodOf(out.Date, false) != period:
		bad(colTradeDate, "date_period", "日期不在期间 "+period.String()+" 内", "按月分开导入，或核对期间")
	}
	for _, x := range []struct {
		col  string
		most int
	}{{colReference, 80}, {colCounterparty, 120}, {colMemo, 200}} {
		if n := len([]rune(text(x.col))); n > x.most {
			bad(x.col, "text_long", fmt.Sprintf("%d 字，至多 %d 字", n, x.most), "缩短")
		}
	}
	ok := true
	amount := func(col string) ledger.Amount {
		if text(col) == "" {
			return 0
		}
		a, err := ledger.ParseAmount(text(col))
		if err != nil {
			ok = false
			bad(col, "amount_form", "须为金额，单位元，精确到分", "只填数字")
		}
		return a
	}
	in, paid := amount(colIn), amount(colOut)
	out.Amount = amount(colNet) + in - paid
	where := colIn
	if r.cols.Has(colNet) {
		where = colNet
	}
	switch {
	case !ok:
		return out
	case in != 0 && paid != 0:
		bad(where, "amount_both", "一行既有收入又有支出", "分为两行")
		return out
	case out.Amount == 0:
		bad(where, "amount_zero", "没有金额", "填写收入或支出；不是收付的行删去")
		return out
	}
	sum, err := ledger.Add(r.rest, out.Amount)
	if err != nil {
		bad(where, "amount_large", "累计超出可记范围", "核对金额")
		return out
	}
	r.rest = sum
	if rest := amount(colRest); ok && text(colRest) != "" && rest != sum {
		bad(colRest, "rest", "余额与上行余额加减本行的 "+sum.String()+" 不符", "核对是否漏行、重行或期初余额有误")
		r.rest = rest // said once, not for every row after it
	}
	return out
}
