package main

import (
	"io"
	"os"
	"path/filepath"
	"strconv"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

var errTableReport = fault.New(fault.Invalid, "cli.report_format", "报告文件须以 .json、.csv 或 .xlsx 结尾", "a report file ends in .json, .csv or .xlsx")

// tableFlags are those of every import of one table.
type tableFlags struct {
	File   string `arg:"" help:"表格文件：.xlsx，或 UTF-8、GB18030 的 .csv"`
	County string `help:"县代码；账簿只有一个县时可不填"`
	DryRun bool   `help:"只检查，不记录"`
	Report string `help:"逐行报告：.json、.csv，或 .xlsx（原表加红格与错误说明）" placeholder:"FILE"`
	Key    string `help:"幂等键：重试时用同一个" default:""`
}

// read reads the file whole. One beyond the limit is refused before it is opened.
func (f *tableFlags) read() ([]byte, error) {
	info, err := os.Stat(f.File)
	if err != nil {
		return nil, errInput.With("%s", f.File).Because(err)
	}
	at := sheet.Place{File: filepath.Base(f.File)}
	switch {
	case !info.Mode().IsRegular():
		return nil, at.Fault(sheet.ErrNotFile, "%s", info.Mode().Type())
	case info.Size() > sheet.MaxBytes:
		return nil, at.Fault(sheet.ErrTooLarge, "%d 字节，上限 %d 字节；请分册导入", info.Size(), sheet.MaxBytes)
	}
	raw, err := os.ReadFile(f.File)
	if err != nil {
		return nil, errInput.With("%s", f.File).Because(err)
	}
	return raw, nil
}

func (f *tableFlags) key(what string) string {
	if f.Key != "" {
		return f.Key
	}
	return freshKey(what)
}

// findings are the rows of a report.
type findings struct {
	file string
	list []projects.RowFinding
}

// Items implements ledger.Tabular.
func (x findings) Items() any { return x.list }

// Table implements ledger.Tabular.
func (x findings) Table() ledger.Table {
	t := ledger.Table{Title: x.file + " 的核对报告", Columns: []ledger.Column{
		{ZH: "行", Key: "row", Figures: true},
		{ZH: "列", Key: "column"},
		{ZH: "内容", Key: "value"},
		{ZH: "级别", Key: "severity"},
		{ZH: "代码", Key: "code"},
		{ZH: "原因", Key: "why"},
		{ZH: "办法", Key: "remedy"},
	}}
	for i := range x.list {
		f := &x.list[i]
		t.Rows = append(t.Rows, []string{strconv.Itoa(f.Row), f.Column, f.Value, f.Severity, f.Code, f.Why, f.Remedy})
	}
	return t
}

// report writes what was found, into the file that the flags name or, where there is
// anything to say, to the output.
func (f *tableFlags) report(s *session, raw []byte, list []projects.RowFinding) error {
	if list == nil {
		list = []projects.RowFinding{}
	}
	x := findings{filepath.Base(f.File), list}
	if f.Report == "" {
		if len(list) == 0 {
			return nil
		}
		t := x.Table()
		return t.Text(s.out)
	}
	w, finish, err := s.output(f.Report)
	if err != nil {
		return err
	}
	switch filepath.Ext(f.Report) {
	case ".json":
		err = ledger.WriteJSON(w, list)
	case ".csv":
		t := x.Table()
		err = t.CSV(w)
	case ".xlsx":
		err = sheet.Mark(w, filepath.Base(f.File), raw, marksOf(list))
	default:
		err = errTableReport.With("%s", f.Report)
	}
	return finish(err)
}

func marksOf(list []projects.RowFinding) []sheet.Note {
	out := make([]sheet.Note, len(list))
	for i := range list {
		f := &list[i]
		text := f.Why
		if f.Remedy != "" {
			text += "；" + f.Remedy
		}
		out[i] = sheet.Note{Row: f.Row, Column: f.Column, Text: text, Error: f.Severity == "error"}
	}
	return out
}

// run does what every import of a table does: check it, report row by row, and
// unless it is a dry run record it whole.
func (f *tableFlags) run(s *session, preview func(a *app.App, county string, raw []byte) ([]projects.RowFinding, error), name string, body func(raw []byte) any) error {
	switch filepath.Ext(f.Report) {
	case "", ".json", ".csv", ".xlsx":
	default:
		return errTableReport.With("%s", f.Report)
	}
	raw, err := f.read()
	if err != nil {
		return err
	}
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	county, err := s.theCounty(a, f.County)
	if err != nil {
		return err
	}
	found, refused := preview(a, county, raw)
	if refused != nil {
		found = append(found, app.FindingsOf(refused)...)
	}
	if err := f.report(s, raw, found); err != nil {
		return err
	}
	if refused != nil {
		return brief(refused)
	}
	if f.DryRun {
		s.line("试算：可以导入，未记录")
		return s.lost
	}
	out, err := a.Run(s.ctx, app.Request{County: county, Who: auth.LocalOperator, Key: f.key(name)}, name, body(raw))
	if err != nil {
		return err
	}
	s.printRecords(&out)
	return s.lost
}

// brief is a refusal whose places stand in the report already.
func brief(err error) error {
	f := *fault.From(err)
	f.Fields = nil
	return &f
}

type importProjectsCmd struct {
	tableFlags
	Year          int    `required:"" help:"入库年度"`
	Unit          string `help:"金额单位：元 或 万元；表头写明的可不填"`
	Source        string `help:"财政资金的来源层级，如 central；表中有“资金来源层级”列的可不填"`
	Start         string `help:"全部项目的开始时间；表中有“开始时间”列的可不填" placeholder:"DATE"`
	Finish        string `help:"全部项目的完成时间；表中有“完成时间”列的可不填" placeholder:"DATE"`
	Participation string `help:"全部项目的群众参与方式"`
	Mechanism     string `help:"全部项目的带贫减贫机制"`
	On            string `help:"申报日期（缺省今天）" placeholder:"DATE"`
}

// Run imports a plan table of 21 columns.
func (c *importProjectsCmd) Run(s *session) error {
	cmd := projects.ImportCmd{
		FileName: filepath.Base(c.File), Year: c.Year, Unit: c.Unit, Source: c.Source, Participation: c.Participation, Mechanism: c.Mechanism,
	}
	for _, d := range []struct {
		text string
		to   *ledger.Date
	}{{c.Start, &cmd.Start}, {c.Finish, &cmd.Finish}, {c.On, &cmd.On}} {
		var err error
		if *d.to, err = dateFlag(d.text); err != nil {
			return err
		}
	}
	return c.run(s, func(a *app.App, county string, raw []byte) ([]projects.RowFinding, error) {
		cmd.File = raw
		report, err := a.PreviewProjects(s.ctx, auth.LocalOperator, county, cmd)
		if err == nil {
			s.printf("%s：%d 个项目，总投资 %s 元，%d 处错误\n", report.File, report.Rows, report.Total, report.Errors)
		}
		return refusalOf(report.Findings, err, report.Fault)
	}, "import.projects", func(raw []byte) any { return cmd })
}

// refusalOf keeps the findings of a report, and makes its errors the refusal.
func refusalOf(list []projects.RowFinding, err error, errors func() error) ([]projects.RowFinding, error) {
	if err != nil {
		return nil, err
	}
	if bad := errors(); bad != nil {
		return list, brief(bad)
	}
	return list, nil
}

type importPayeesCmd struct {
	tableFlags
	Code      string `required:"" help:"名册编号"`
	Name      string `required:"" help:"名册名称"`
	Kind      string `required:"" enum:"household,subsidy,wage,minor,health" help:"名册种类"`
	Project   string `required:"" help:"项目编码"`
	Programme string `required:"" help:"补助项目，如 产业奖补"`
	Year      int    `required:"" help:"年度"`
	Measure   string `required:"" help:"计量单位，如 亩"`
	Policy    string `required:"" help:"政策文件"`
}

// Run imports a roster of households.
func (c *importPayeesCmd) Run(s *session) error {
	cmd := projects.RosterCmd{
		Code: c.Code, Name: c.Name, Kind: projects.RosterKind(c.Kind), Project: c.Project, Programme: c.Programme, Year: c.Year, Measure: c.Measure,
		Policy: c.Policy, FileName: filepath.Base(c.File),
	}
	return c.run(s, func(a *app.App, county string, raw []byte) ([]projects.RowFinding, error) {
		cmd.File = raw
		report, err := a.PreviewRoster(s.ctx, auth.LocalOperator, county, cmd)
		if err == nil {
			s.printf("%s：%d 行，合计 %s 元，%d 处错误，%d 处提示\n", report.File, report.Rows, report.Total, report.Errors, report.Warnings)
		}
		return refusalOf(report.Findings, err, report.Fault)
	}, "roster.create", func([]byte) any { return cmd })
}

type importBankCmd struct {
	tableFlags
	Batch string `required:"" help:"一卡通批次编号"`
	Date  string `required:"" help:"银行结果的日期" placeholder:"DATE"`
}

// Run imports a bank's result file of a card batch.
func (c *importBankCmd) Run(s *session) error {
	day, err := dateFlag(c.Date)
	if err != nil {
		return err
	}
	cmd := payments.ResultCmd{Code: c.Batch, Date: day, FileName: filepath.Base(c.File)}
	return c.run(s, func(a *app.App, county string, raw []byte) ([]projects.RowFinding, error) {
		cmd.File = raw
		return nil, a.PreviewResult(s.ctx, auth.LocalOperator, county, cmd)
	}, "batch.result", func([]byte) any { return cmd })
}

// writeXLSX prints a report as a workbook: figures as figures, texts as texts.
func writeXLSX(w io.Writer, r ledger.Tabular) error {
	t := r.Table()
	b := sheet.Book{Title: t.Title}
	for _, c := range t.Columns {
		b.Columns = append(b.Columns, sheet.BookColumn{Name: c.ZH, Figures: c.Figures})
	}
	b.Rows = append(append(b.Rows, t.Rows...), t.Foot...)
	return b.Write(w)
}
