package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

var errTableReport = fault.New(fault.Invalid, "cli.report_format", "报告文件须以 .json、.csv 或 .xlsx 结尾", "a report file ends in .json, .csv or .xlsx")

// tableFlags are those of every import of one table.
type tableFlags struct {
	File      string `arg:"" help:"表格文件：.xlsx，或 UTF-8、GB18030 的 .csv"`
	County    string `help:"县代码；账簿只有一个县时可不填"`
	DryRun    bool   `help:"只检查，不记录"`
	Report    string `help:"逐行报告：.json、.csv，或 .xlsx（原表加红格与错误说明）" placeholder:"FILE"`
	Key       string `help:"幂等键：重试时用同一个" default:""`
	TokenFile string `help:"办理人的令牌文件；不填为本机操作员" placeholder:"FILE" type:"existingfile"`
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
		row := strconv.Itoa(f.Row)
		if f.Row == 0 {
			row = "全表"
		}
		t.Rows = append(t.Rows, []string{row, f.Column, f.Value, f.Severity, f.Code, f.Why, f.Remedy})
	}
	return t
}

// report writes what was found, into the file that the flags name or, where there is
// anything to say, to the output.
func (f *tableFlags) report(s *session, raw []byte, list []projects.RowFinding) error {
	if list == nil {
		list = []projects.RowFinding{}
	}
	list = projects.FindingsIn(s.lang, list)
	x := findings{filepath.Base(f.File), list}
	if f.Report == "" {
		if len(list) == 0 {
			return nil
		}
		t := x.Table()
		t = t.In(s.lang)
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
		err = sheet.Mark(w, filepath.Base(f.File), raw, marksOf(s.lang, list))
	default:
		err = errTableReport.With("%s", f.Report)
	}
	return finish(err)
}

func marksOf(lang string, list []projects.RowFinding) []sheet.Note {
	out := make([]sheet.Note, len(list))
	for i := range list {
		f := &list[i]
		text := f.Why
		if f.Remedy != "" {
			text += fault.Word{ZH: "；", EN: "; "}.In(lang) + f.Remedy
		}
		out[i] = sheet.Note{Row: f.Row, Column: f.Column, Text: text, Error: f.Severity == "error"}
	}
	return out
}

// run does what every import of a table does: check it, report row by row, and
// unless it is a dry run record it whole. body is the command with the file in it.
func (f *tableFlags) run(s *session, what string, body func(name string, raw []byte) any) error {
	switch filepath.Ext(f.Report) {
	case "", ".json", ".csv", ".xlsx":
	default:
		return errTableReport.With("%s", f.Report)
	}
	raw, err := f.read()
	if err != nil {
		return f.refused(s, nil, app.FindingsOf(err), err)
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
	who, err := s.account(a, f.TokenFile)
	if err != nil {
		return err
	}
	cmd := body(filepath.Base(f.File), raw)
	r, err := a.PreviewTable(s.ctx, who, county, cmd)
	if err != nil {
		return f.refused(s, raw, r.Findings, err)
	}
	s.line(fault.Word{ZH: r.Summary, EN: fault.Words(r.Summary)}.In(s.lang))
	if err := f.report(s, raw, r.Findings); err != nil {
		return err
	}
	if f.DryRun {
		s.say("试算：可以导入，未记录")
		return s.lost
	}
	out, err := a.ImportTable(s.ctx, app.Request{County: county, Who: who, Key: f.key(what)}, cmd)
	if err != nil {
		return err
	}
	s.printRecords(&out)
	return s.lost
}

// refused reports the rows of a refusal, and returns it: with its places where the
// report is not of rows.
func (f *tableFlags) refused(s *session, raw []byte, found []projects.RowFinding, refusal error) error {
	if filepath.Ext(f.Report) == ".xlsx" && raw == nil {
		return refusal // there is no table to mark
	}
	if err := f.report(s, raw, found); err != nil {
		return errors.Join(refusal, err)
	}
	if len(found) == 0 {
		return refusal
	}
	return brief(refusal)
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
		Year: c.Year, Unit: c.Unit, Source: c.Source, Participation: c.Participation, Mechanism: c.Mechanism,
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
	return c.run(s, "projects", func(name string, raw []byte) any {
		cmd.FileName, cmd.File = name, raw
		return cmd
	})
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
		Policy: c.Policy,
	}
	return c.run(s, "payees", func(name string, raw []byte) any {
		cmd.FileName, cmd.File = name, raw
		return cmd
	})
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
	return c.run(s, "bank", func(name string, raw []byte) any {
		return payments.ResultCmd{Code: c.Batch, Date: day, FileName: name, File: raw}
	})
}

type importStatementCmd struct {
	tableFlags
	Book    string `default:"C" help:"账套：C 为县级，乡镇填其单位名"`
	Account string `required:"" enum:"1001,1002" help:"资金账户：1001 国库、1002 专户"`
	Period  string `required:"" help:"月份，如 2026-04"`
	Opening string `required:"" help:"对账单期初余额（元）"`
	Closing string `required:"" help:"对账单期末余额（元）"`
	Source  string `help:"出具单位"`
}

// Run imports a statement of bank or treasury.
func (c *importStatementCmd) Run(s *session) error {
	cmd := payments.StatementFileCmd{Book: ledger.Book(c.Book), Account: ledger.Code(c.Account), Source: c.Source}
	var err error
	if cmd.Period, err = ledger.ParsePeriod(c.Period); err != nil {
		return err
	}
	for _, x := range []struct {
		text string
		to   *ledger.Amount
	}{{c.Opening, &cmd.Opening}, {c.Closing, &cmd.Closing}} {
		if *x.to, err = ledger.ParseAmount(x.text); err != nil {
			return err
		}
	}
	return c.run(s, "statement", func(name string, raw []byte) any {
		cmd.FileName, cmd.File = name, raw
		return cmd
	})
}

// writeXLSX prints a report as a workbook: figures as figures, texts as texts.
func writeXLSX(w io.Writer, lang string, r ledger.Tabular) error {
	t := r.Table()
	t = t.In(lang)
	b := sheet.Book{Title: t.Title}
	for _, c := range t.Columns {
		b.Columns = append(b.Columns, sheet.BookColumn{Name: c.ZH, Figures: c.Figures})
	}
	b.Rows = append(append(b.Rows, t.Rows...), t.Foot...)
	return b.Write(w)
}
