package app

import (
	"context"
	"io"
	"strconv"

	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// TableReport (表格核对报告) is what the import of a file finds, row by row. Nothing is
// recorded while one row is an error.
type TableReport struct {
	File     string                `json:"file"`
	Rows     int                   `json:"rows"`
	Amount   ledger.Amount         `json:"amount"` // of the rows, as far as they could be read
	Errors   int                   `json:"errors"`
	Warnings int                   `json:"warnings"`
	Summary  string                `json:"summary"`
	Findings []projects.RowFinding `json:"findings"`
}

// TableTemplate writes the empty workbook of a table that people fill in: projects or
// payees. ErrKind when there is none of that name.
func TableTemplate(w io.Writer, what string) error {
	b := sheet.Book{Title: what}
	switch what {
	case "projects":
		b.Columns = headed(projects.PlanTemplate())
	case "payees":
		b.Columns = headed(projects.RosterTemplate())
	default:
		return ErrKind.With("%q", what)
	}
	return b.Write(w)
}

func headed(names []string) []sheet.BookColumn {
	out := make([]sheet.BookColumn, len(names))
	for i, name := range names {
		out[i].Name = name
	}
	return out
}

// Operation returns the name of the operation that records a table.
func tableOperation(body any) (string, bool) {
	switch body.(type) {
	case projects.ImportCmd:
		return "import.projects", true
	case projects.RosterCmd:
		return "roster.create", true
	case payments.ResultCmd:
		return "batch.result", true
	case payments.TreasuryCmd:
		return "treasury.import", true
	case payments.StatementFileCmd:
		return "statement.import", true
	}
	return "", false
}

// PreviewTable reads and judges a file as ImportTable would, and records nothing. A
// refusal is returned beside the report, which has its rows.
func (a *App) PreviewTable(ctx context.Context, who auth.Who, county string, body any) (TableReport, error) {
	r := TableReport{Findings: []projects.RowFinding{}}
	err := a.judge(ctx, who, county, body, &r)
	if err != nil && len(r.Findings) == 0 {
		r.Findings = append(r.Findings, FindingsOf(err)...)
	}
	for i := range r.Findings {
		if r.Findings[i].Severity == "error" {
			r.Errors++
		} else {
			r.Warnings++
		}
	}
	return r, err
}

func (a *App) judge(ctx context.Context, who auth.Who, county string, body any, r *TableReport) error {
	switch c := body.(type) {
	case projects.ImportCmd:
		report, err := a.PreviewProjects(ctx, who, county, c)
		if err != nil {
			return err
		}
		r.File, r.Rows, r.Amount, r.Findings = report.File, report.Rows, report.Total, report.Findings
		r.Summary = report.File + "：" + strconv.Itoa(r.Rows) + " 个项目，总投资 " + r.Amount.String() + " 元"
		return report.Fault()
	case projects.RosterCmd:
		report, err := a.PreviewRoster(ctx, who, county, c)
		if err != nil {
			return err
		}
		r.File, r.Rows, r.Amount, r.Findings = report.File, report.Rows, report.Total, report.Findings
		r.Summary = report.File + "：" + strconv.Itoa(r.Rows) + " 行，合计 " + r.Amount.String() + " 元"
		return report.Fault()
	case payments.ResultCmd:
		report, err := a.PreviewResult(ctx, who, county, c)
		if err != nil {
			return err
		}
		r.File, r.Rows, r.Amount, r.Findings = c.FileName, report.Rows, report.Paid+report.Failed, append(r.Findings, report.Findings...)
		r.Summary = c.FileName + "：" + strconv.Itoa(r.Rows) + " 行，成功 " + report.Paid.String() + " 元，退票 " + strconv.Itoa(len(report.Findings)) + " 行 " + report.Failed.String() + " 元"
		return nil
	case payments.TreasuryCmd:
		items, err := a.PreviewTreasury(ctx, who, county, c)
		if err != nil {
			return err
		}
		r.File = c.FileName
		return r.treasury(items)
	case payments.StatementFileCmd:
		if err := who.May("statement.import", county); err != nil {
			return err
		}
		return r.statement(&c)
	}
	return ErrOperation.With("%T", body)
}

// treasury lists the rows of an export that nothing here answers to.
func (r *TableReport) treasury(items []payments.TreasuryItem) error {
	for i := range items {
		t := &items[i]
		sum, err := ledger.Add(r.Amount, t.Amount)
		if err != nil {
			return err
		}
		r.Amount = sum
		if t.State == payments.TreasuryMatched {
			continue
		}
		r.Findings = append(r.Findings, projects.RowFinding{
			Row: t.Row, Value: t.Number, Code: "unmatched", Severity: "warning", Why: t.Why, Remedy: "核对后用 treasury.explain 说明，或补登后重新导入",
		})
	}
	open := len(r.Findings)
	r.Rows = len(items)
	r.Summary = r.File + "：" + strconv.Itoa(r.Rows) + " 行，对上 " + strconv.Itoa(r.Rows-open) + " 行，未对上 " + strconv.Itoa(open) + " 行"
	return nil
}

// statement judges the rows of a statement's file, and its arithmetic.
func (r *TableReport) statement(c *payments.StatementFileCmd) error {
	cmd, err := statementOf(c)
	if err != nil {
		return err
	}
	var sum ledger.Amount
	for i := range cmd.Lines {
		sum += cmd.Lines[i].Amount // bounded when the rows were read
	}
	r.File, r.Rows, r.Amount = c.FileName, len(cmd.Lines), sum
	r.Summary = c.FileName + "：" + strconv.Itoa(r.Rows) + " 行，净收入 " + sum.String() + " 元"
	return cmd.Check()
}

func statementOf(c *payments.StatementFileCmd) (payments.StatementCmd, error) {
	if err := validate(*c); err != nil {
		return payments.StatementCmd{}, err
	}
	cmd, found, err := payments.ReadStatement(c)
	if err == nil {
		err = c.Refusal(len(cmd.Lines), found)
	}
	return cmd, err
}

// ImportTable records the table of a file whole, or nothing of it.
func (a *App) ImportTable(ctx context.Context, r Request, body any) (Outcome, error) {
	name, ok := tableOperation(body)
	if !ok {
		return Outcome{}, ErrOperation.With("%T", body)
	}
	if c, is := body.(payments.StatementFileCmd); is {
		if err := r.Who.May("statement.import", r.County); err != nil {
			return Outcome{}, err
		}
		cmd, err := statementOf(&c)
		if err != nil {
			return Outcome{}, err
		}
		return a.Run(ctx, r, name, cmd)
	}
	return a.Run(ctx, r, name, body)
}

// remedies are what to do about a file that is refused before its rows are judged.
var remedies = map[string]string{
	sheet.ErrFormula.Code:  "选中该列，复制后“粘贴为数值”，再保存",
	sheet.ErrMerged.Code:   "取消合并单元格，逐格填写",
	sheet.ErrDigits.Code:   "把该列设为文本，重新填写号码",
	sheet.ErrTooLarge.Code: "删去多余的行、列和图片；仍超过上限的分册导入",
	sheet.ErrEncoding.Code: "用原程序重新导出为 UTF-8 或 GB18030 的 CSV",
	sheet.ErrWidth.Code:    "核对该行的列数；文件可能被截断，请重新导出",
	sheet.ErrHeader.Code:   "按模板补齐列名，一列一名",
	sheet.ErrQuote.Code:    "用原程序重新导出；引号须成对",
	sheet.ErrControl.Code:  "删去该格中的控制字符",
	sheet.ErrWorkbook.Code: "另存为 .xlsx，或导出为 CSV",
	sheet.ErrNotFile.Code:  "指明普通文件",
}

// remedyOf says what to do about a fault: the remedy that is on file, or what its
// message asks for.
func remedyOf(f *fault.Error) string {
	if r, ok := remedies[f.Code]; ok {
		return r
	}
	return "按所引规则更正后重新导入"
}
