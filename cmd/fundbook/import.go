package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"fundbook/intake"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/internal/region"
)

var (
	errRefusedSome = fault.New(fault.Refused, "import.some_refused", "有公告被拒绝，其余已处理", "some notices were refused, the others are done")
	errFormat      = fault.New(fault.Invalid, "cli.format", "报告文件须以 .json 或 .csv 结尾", "a report file ends in .json or .csv")
	errInput       = fault.New(fault.Invalid, "cli.input", "不能读取输入", "cannot read the input")
)

type importCmd struct {
	Notices    importNoticesCmd    `cmd:"" help:"导入公告目录：notices.csv、sources.csv、lines.csv、checks.csv；逐份公告全有或全无"`
	Divisions  importDivisionsCmd  `cmd:"" help:"导入区划表或区划变更表"`
	Projects   importProjectsCmd   `cmd:"" help:"导入项目表（21 列）：全部录入或全不录入，逐行报告"`
	Payees     importPayeesCmd     `cmd:"" help:"导入到户名册：逐行核对，加密保存"`
	Opening    importOpeningCmd    `cmd:"" help:"接管正在运行的县：批次、项目合同、余额三张表；一人编制，另一人确认"`
	Indicators importIndicatorsCmd `cmd:"" help:"导入国库指标系统的导出文件：编号唯一，与批次核对"`
	Payments   importPaymentsCmd   `cmd:"" help:"导入国库支付系统的导出文件：编号唯一，与流水号核对"`
	Bank       importBankCmd       `cmd:"" help:"导入银行结果文件：成功与退票"`
	Template   importTemplateCmd   `cmd:"" help:"写出一张空的导入表（项目表、到户名册）"`
	Statement  importStatementCmd  `cmd:"" help:"导入银行（国库）对账单：逐行核对，期初加发生额等于期末"`
}

type importTemplateCmd struct {
	Table string `arg:"" enum:"projects,payees" help:"projects 项目表、payees 到户名册"`
	Out   string `arg:"" help:"工作簿文件 .xlsx"`
}

// Run writes the empty workbook of a table.
func (c *importTemplateCmd) Run(s *session) error {
	w, finish, err := s.output(c.Out)
	if err != nil {
		return err
	}
	return finish(app.TableTemplate(w, c.Table))
}

type importNoticesCmd struct {
	Dir    string `arg:"" help:"公告目录"`
	DryRun bool   `help:"只检查，不记账"`
	Report string `help:"报告文件：.json 或 .csv" placeholder:"FILE"`
}

// Run imports a directory and reports every finding and every control total.
func (c *importNoticesCmd) Run(s *session) error {
	write := (*intake.Report).JSON
	switch filepath.Ext(c.Report) {
	case "", ".json":
	case ".csv":
		write = (*intake.Report).CSV
	default:
		return errFormat.With("%s", c.Report)
	}
	if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
		return errInput.With("目录 %s", c.Dir).Because(err)
	}
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	report, err := a.ImportNotices(s.ctx, auth.LocalOperator, os.DirFS(c.Dir), c.DryRun)
	if err != nil {
		return err
	}
	if c.Report != "" {
		w, finish, err := s.output(c.Report)
		if err != nil {
			return err
		}
		if err := finish(write(report, w)); err != nil {
			return err
		}
	}
	if c.DryRun {
		s.say("试算，未记账")
	}
	if err := report.Text(s.out, c.Report == ""); err != nil {
		return err
	}
	if n := report.Count(intake.Refused); n > 0 {
		return errRefusedSome.With("拒绝 %d 份，已入账 %d 份，未变 %d 份", n, report.Count(intake.Posted), report.Count(intake.Unchanged))
	}
	return nil
}

type importDivisionsCmd struct {
	File   string `arg:"" help:"区划文件 CSV；同名 .source.txt 为来源说明"`
	Since  string `help:"变更表的起始日期，如 2018-10-31" placeholder:"DATE"`
	Until  string `help:"区划表或变更表的截止日期" placeholder:"DATE"`
	DryRun bool   `help:"只检查，不记录"`
}

// Run imports one file. A file that says nothing new is no failure.
func (c *importDivisionsCmd) Run(s *session) error {
	var cut region.Cutoffs
	for _, x := range []struct {
		text string
		day  *region.Day
	}{{c.Since, &cut.Since}, {c.Until, &cut.Until}} {
		if x.text == "" {
			continue
		}
		var err error
		if *x.day, err = region.ParseDay(x.text); err != nil {
			return err
		}
	}
	if _, err := os.Stat(c.File); err != nil {
		return errInput.With("文件 %s", c.File).Because(err)
	}
	list, err := region.Read(os.DirFS(filepath.Dir(c.File)), filepath.Base(c.File), cut)
	if err != nil {
		return err
	}
	if c.DryRun {
		s.say("试算：%s，县 %s，%d 条", list.File, list.County, len(list.Rows))
		return nil
	}
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	err = a.ImportDivisions(s.ctx, auth.LocalOperator, freshKey("div"), list)
	if errors.Is(err, region.ErrUnchanged) {
		s.say("区划没有变化：%s", strings.TrimSpace(list.File))
		return nil
	}
	if err == nil {
		s.say("已导入 %s：县 %s，%d 条", list.File, list.County, len(list.Rows))
	}
	return err
}
