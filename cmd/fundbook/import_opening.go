package main

import (
	"os"
	"path/filepath"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

var errToken = fault.New(fault.Invalid, "cli.token", "确认期初须由编制人以外的账户办理：用 --token-file 指明存放其令牌的文件", "name the file of the confirmer's token with --token-file")

type importOpeningCmd struct {
	Lots      string `arg:"" help:"批次表：.xlsx 或 .csv"`
	Projects  string `arg:"" help:"项目合同表"`
	Balances  string `arg:"" help:"余额表"`
	County    string `help:"县代码；账簿只有一个县时可不填"`
	Code      string `required:"" help:"此次接管的编号，如 QC2026"`
	Document  string `required:"" help:"依据文件"`
	Date      string `required:"" help:"接管日（凭证日期）" placeholder:"DATE"`
	DryRun    bool   `help:"只检查，不记录"`
	Confirm   bool   `help:"确认并记账：由编制人以外的人办理"`
	TokenFile string `help:"办理人的令牌文件；不填为本机操作员" placeholder:"FILE" type:"existingfile"`
	Report    string `help:"逐行报告：.json 或 .csv" placeholder:"FILE"`
	Table     string `help:"期初余额确认表：.csv、.json、.xlsx 或 .txt" placeholder:"FILE"`
	Key       string `help:"幂等键：重试时用同一个" default:""`
}

// Run prepares, or confirms, the taking over of a running county.
func (c *importOpeningCmd) Run(s *session) error {
	cmd := projects.TakeoverCmd{Code: c.Code, Document: c.Document}
	var err error
	if cmd.Date, err = dateFlag(c.Date); err != nil {
		return err
	}
	for _, x := range []struct {
		path string
		to   *projects.TakeoverTable
	}{{c.Lots, &cmd.Lots}, {c.Projects, &cmd.Projects}, {c.Balances, &cmd.Balances}} {
		f := tableFlags{File: x.path}
		if x.to.File, err = f.read(); err != nil {
			return err
		}
		x.to.Name = filepath.Base(x.path)
	}
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	county, err := s.theCounty(a, c.County)
	if err != nil {
		return err
	}
	who, err := s.account(a, c.TokenFile)
	if err != nil {
		return err
	}
	if c.Confirm && c.TokenFile == "" {
		return errToken
	}
	o, err := a.PreviewTakeover(s.ctx, who, county, cmd)
	if err != nil {
		return err
	}
	if err := c.print(s, o); err != nil {
		return err
	}
	if c.DryRun {
		s.say("试算：可以接管，未记录")
		return s.lost
	}
	name := "takeover.prepare"
	if c.Confirm {
		name = "takeover.confirm"
	}
	key := c.Key
	if key == "" {
		key = freshKey("opening")
	}
	out, err := a.Run(s.ctx, app.Request{County: county, Who: who, Key: key}, name, cmd)
	if err != nil {
		return err
	}
	if c.Confirm {
		s.say("已接管：%d 条记录，自第 %d 条起", len(out.Records), out.Records[0].Seq)
		return s.lost
	}
	s.say("已编制 %s，待另一人以 --confirm 确认", c.Code)
	return s.lost
}

// print reports the findings, or the table for both persons to sign.
func (c *importOpeningCmd) print(s *session, o *projects.Opening) error {
	if err := o.Fault(); err != nil {
		f := tableFlags{File: "期初表", Report: c.Report}
		if filepath.Ext(c.Report) == ".xlsx" {
			return errTableReport.With("%s：三张表的报告用 .json 或 .csv", c.Report)
		}
		if err := f.report(s, nil, o.Findings); err != nil {
			return err
		}
		return brief(err)
	}
	if c.Table == "" {
		return nil
	}
	format, ok := map[string]string{".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".txt": "text"}[filepath.Ext(c.Table)]
	if !ok {
		return errTableReport.With("%s", c.Table)
	}
	return s.put(format, c.Table, ledger.Tabular(o))
}

// account is who acts: the local operator, or the account of a token in a file.
func (s *session) account(a *app.App, file string) (auth.Who, error) {
	if file == "" {
		return auth.LocalOperator, nil
	}
	token, err := os.ReadFile(file)
	if err != nil {
		return auth.Who{}, errInput.With("%s", file).Because(err)
	}
	return a.Authenticate(s.ctx, strings.TrimSpace(string(token)))
}
