package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fundbook/audit"
	"fundbook/intake"
	"fundbook/intake/sample"
	"fundbook/internal/app"
	"fundbook/internal/app/samplecounty"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/publicity"

	"rsc.io/qr"
)

type demoCmd struct {
	NoServe  bool `help:"只建账，不启动服务"`
	NoCounty bool `help:"只导入真实公告，不建样例县（安远县一年的项目与资金）"`
}

// demo is what the demo leaves behind. It is kept beside the store, so that a
// second run shows the same tokens.
type demo struct {
	County   string      `json:"county"` // of the first notice
	Document string      `json:"document"`
	Notice   string      `json:"notice"`
	Code     string      `json:"code"`
	PDF      string      `json:"pdf"`
	Project  string      `json:"project,omitempty"` // of the sample county, to trace
	Users    []demoToken `json:"users"`
}

type demoToken struct {
	Name   string    `json:"name"`
	Role   auth.Role `json:"role"`
	County string    `json:"county,omitempty"`
	Unit   string    `json:"unit,omitempty"`
	Token  string    `json:"token"`
}

// Run builds the sample county, or finds it built, and serves it.
func (c *demoCmd) Run(s *session) error {
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	if err := s.beginSample(a); err != nil {
		return err
	}
	if err := s.markSample(a, true); err != nil {
		return err
	}
	d, err := s.build(a, !c.NoCounty)
	if err != nil {
		return err
	}
	if c.NoServe {
		return s.showDemo(d, s.sampleURL("http://"+s.cfg.Listen))
	}
	return s.serve(a, func(base string) error { return s.showDemo(d, s.sampleURL(base)) })
}

// sampleURL is the address behind the QR code of a sample, which is for whoever
// runs the demo: this machine's, unless a public one is set.
func (s *session) sampleURL(base string) string { return cmp.Or(s.cfg.PublicURL, base) }

// build imports the sample, builds the sample county, issues the first notice and
// makes one account a role. Every step does nothing when it is done already.
func (s *session) build(a *app.App, county bool) (*demo, error) {
	if !county { // else the county brings its divisions, on its own first day
		if err := s.demoDivisions(a); err != nil {
			return nil, err
		}
	}
	report, err := a.ImportNotices(s.ctx, auth.LocalOperator, sample.Notices(), false)
	if err != nil {
		return nil, err
	}
	s.say("真实公告 %d 份：已入账 %d，未变 %d，拒绝 %d；控制数 %d 项", len(report.Items),
		report.Count(intake.Posted), report.Count(intake.Unchanged), report.Count(intake.Refused), len(report.Controls))
	kept := filepath.Join(s.cfg.Data, "demo.json")
	d, err := readDemo(kept)
	if err != nil || d != nil {
		return d, err
	}
	d = &demo{}
	if county {
		if err := s.demoCounty(a, d); err != nil {
			return nil, err
		}
	}
	if err := s.demoNotice(a, report, d); err != nil {
		return nil, err
	}
	if err := s.demoUsers(a, report, d); err != nil {
		return nil, err
	}
	body, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	return d, os.WriteFile(kept, append(body, '\n'), 0o600)
}

func readDemo(path string) (*demo, error) {
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no demo yet
	}
	var d demo
	if err == nil {
		err = json.Unmarshal(body, &d)
	}
	return &d, err
}

// demoCounty builds the sample county's year, or goes on with it. A county that has
// divisions and nothing else was left so by a demo without it, and stays so.
func (s *session) demoCounty(a *app.App, d *demo) error {
	r, err := samplecounty.Build(s.ctx, samplecounty.Options{DB: a.DB(), Data: s.cfg.Data, Log: s.log, SigningKeyFile: s.cfg.SigningKeyFile})
	if errors.Is(err, samplecounty.ErrInUse) {
		s.say("样例县 %s：%s", samplecounty.County, fault.From(err))
		return nil
	}
	if err != nil {
		return err
	}
	d.Project = r.Trace
	s.say("样例县 %s（样例数据）：%d 个项目，%d 条命令，%d 年已结账", r.County, r.Projects, r.Commands, samplecounty.Year)
	return nil
}

func (s *session) demoDivisions(a *app.App) error {
	for _, name := range sample.DivisionFiles() {
		list, err := region.Read(sample.Divisions(), name, region.Cutoffs{})
		if err != nil {
			return err
		}
		if err := a.ImportDivisions(s.ctx, auth.LocalOperator, freshKey("div"), list); err != nil && !errors.Is(err, region.ErrUnchanged) {
			return err
		}
	}
	return nil
}

// demoNotice issues N1 of the first notice that was posted whole, and keeps its
// paper.
func (s *session) demoNotice(a *app.App, report *intake.Report, d *demo) error {
	for _, r := range report.Items {
		if r.Status == intake.Refused || r.Allocated == 0 {
			continue
		}
		d.County, d.Document = r.County, r.ID
		break
	}
	today := ledger.DateAt(a.Now())
	in := app.IssueNotice{Type: publicity.N1, About: d.Document, Wording: publicity.Wording{
		Number: "样例-N1-001", Published: today, From: today, To: today.AddDays(9), Sample: true,
		Host: s.sampleURL("http://" + s.cfg.Listen),
	}}
	req := app.Request{County: d.County, Who: auth.LocalOperator, Key: freshKey("notice"), Raw: []byte(d.Document)}
	item, err := a.Issue(s.ctx, req, in)
	if err != nil {
		return err
	}
	d.Notice, d.Code, d.PDF = item.ID, item.Code, filepath.Join(s.cfg.Data, "notice-N1-"+d.Document+".pdf")
	pdf, err := a.NoticePDF(s.ctx, d.County, item.ID)
	if err != nil {
		return err
	}
	return os.WriteFile(d.PDF, pdf, 0o644)
}

// demoUsers makes one account a role. A name that an earlier, interrupted run
// took is taken with a number.
func (s *session) demoUsers(a *app.App, report *intake.Report, d *demo) error {
	county, unit, err := s.demoTownship(a, report)
	if err != nil {
		return err
	}
	for _, role := range auth.Roles() {
		u := app.NewUser{Name: "demo-" + string(role), Role: role}
		if role == auth.Township || role == auth.Village {
			u.County, u.Unit = county, unit
		}
		var token string
		for i := 2; ; i++ {
			_, token, err = a.AddUser(s.ctx, auth.LocalOperator, freshKey("user"), u)
			if !errors.Is(err, app.ErrUserName) || i > 99 {
				break
			}
			u.Name = fmt.Sprintf("demo-%s-%d", role, i)
		}
		if err != nil {
			return err
		}
		d.Users = append(d.Users, demoToken{u.Name, role, u.County, u.Unit, token})
	}
	return nil
}

// demoTownship finds a township that received money.
func (s *session) demoTownship(a *app.App, report *intake.Report) (county, unit string, err error) {
	for _, r := range report.Items {
		if r.Status == intake.Refused || unit != "" {
			continue
		}
		err := a.Read(s.ctx, auth.LocalOperator, r.County, "read.ledger", func(ctx context.Context, v app.View) error {
			g, err := audit.Trace(ctx, v.Q, v.County.County, audit.Selector{Document: r.ID})
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			for _, n := range g.Nodes {
				if name, ok := strings.CutPrefix(n.ID, "township:"); ok {
					county, unit = r.County, name
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return "", "", err
		}
	}
	if unit == "" {
		return report.Items[0].County, "样例乡", nil
	}
	return county, unit, nil
}

// showDemo prints where to go, who may sign in, and the QR code of the notice.
func (s *session) showDemo(d *demo, base string) error {
	url := base + "/v/" + d.Code
	s.printf("\n")
	s.say("接口 API     %s/api/v1   （OpenAPI：%s/openapi.json）", base, base)
	s.say("首份公告 N1  %s", d.PDF)
	s.say("核验 verify  %s", url)
	if d.Project != "" {
		s.say("追踪 trace   fundbook trace --county %s --project %s", samplecounty.County, d.Project)
	}
	s.printf("\n")
	rows := make([][]string, 0, len(d.Users))
	for _, u := range d.Users {
		rows = append(rows, []string{string(u.Role), cmp.Or(u.County, "-"), cmp.Or(u.Unit, "-"), u.Token})
	}
	if err := table(s.out, fault.Say("角色 县 单位 令牌").In(s.lang), rows); err != nil {
		return err
	}
	code, err := qr.Encode(url, qr.M)
	if err != nil {
		return err
	}
	s.printf("\n%s\n", halfBlocks(code))
	s.say("%s · Authorization: Bearer ‹令牌›", sampleMark)
	return nil
}

// halfBlocks draws a QR code for a terminal, two rows of modules a line, with
// its quiet zone, light on dark as terminals are.
func halfBlocks(c *qr.Code) string {
	const quiet = 2
	light := func(x, y int) bool { return !c.Black(x, y) }
	var b strings.Builder
	for y := -quiet; y < c.Size+quiet; y += 2 {
		for x := -quiet; x < c.Size+quiet; x++ {
			switch up, down := light(x, y), light(x, y+1); {
			case up && down:
				b.WriteString("█")
			case up:
				b.WriteString("▀")
			case down:
				b.WriteString("▄")
			default:
				b.WriteString(" ")
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
