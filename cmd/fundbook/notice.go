package main

import (
	"encoding/json"
	"slices"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/publicity"
)

type noticeCmd struct {
	List   noticeListCmd   `cmd:"" help:"列出已发布的公告"`
	Issue  noticeIssueCmd  `cmd:"" help:"发布一份公告（N1 至 N12）"`
	Render noticeRenderCmd `cmd:"" help:"由台账重新生成公告 PDF"`
	Proof  noticeProofCmd  `cmd:"" help:"写出公告的离线证明：记录、内容、存在证明、签名日志头"`
}

type noticeListCmd struct {
	County string `help:"县代码；空为各县"`
	Format string `enum:"text,json" default:"text" help:"text、json"`
}

// Run lists the notices.
func (c *noticeListCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	if err := s.markSample(a, c.Format == "text"); err != nil {
		return err
	}
	rows, err := s.counties(a, c.County)
	if err != nil {
		return err
	}
	items := []publicity.ListItem{}
	for _, r := range rows {
		more, err := a.Notices(s.ctx, r.Code)
		if err != nil {
			return err
		}
		items = append(items, more...)
	}
	if c.Format == "json" {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(items)
	}
	lines := make([][]string, 0, len(items))
	for _, i := range items {
		lines = append(lines, []string{i.ID, i.Type, i.About, i.Code, i.Status, i.From, i.Title})
	}
	return table(s.out, "id type about code status from title", lines)
}

type noticeIssueCmd struct {
	Type     string `arg:"" help:"公告类型：N1 至 N12"`
	About    string `arg:"" help:"公告对象：N1 文件键；N2、N3 计划编号；N4 如 2026/county、2026/欣山镇、2026/360726101203；N5、N6、N10、N11 项目编码；N7 如 水利局/2026Q1；N8 名册编号，发放结果加 /result；N9 如 360726101203/2026Q1；N12 年度"`
	Replaces string `help:"更正：被替代公告的核验码" placeholder:"CODE"`
	County   string `required:"" help:"县代码"`
	Number   string `help:"公告编号"`
	From     string `help:"公告起始日（缺省今天）" placeholder:"DATE"`
	To       string `help:"公告截止日（缺省长期）" placeholder:"DATE"`
	Hotline  string `help:"监督电话"`
}

// Run issues the notice and prints its identifier and code.
func (c *noticeIssueCmd) Run(s *session) error {
	a, done, err := s.openWrite()
	if err != nil {
		return err
	}
	defer done()
	if err := s.markSample(a, true); err != nil {
		return err
	}
	today := ledger.DateAt(a.Now())
	w := publicity.Wording{Number: c.Number, Published: today, From: today, Hotline: c.Hotline, Host: s.cfg.PublicURL, Sample: s.sample}
	for _, x := range []struct {
		text string
		day  *ledger.Date
	}{{c.From, &w.From}, {c.To, &w.To}} {
		if x.text == "" {
			continue
		}
		if *x.day, err = ledger.ParseDate(x.text); err != nil {
			return err
		}
	}
	if w.Host == "" {
		s.note("未设 --public-url：公告不印二维码，只印核验码")
	}
	req := app.Request{County: c.County, Who: auth.LocalOperator, Key: freshKey("notice"), Raw: []byte(c.Type + c.About)}
	item, err := a.Issue(s.ctx, req, app.IssueNotice{Type: publicity.NoticeType(c.Type), About: c.About, Replaces: c.Replaces, Wording: w})
	if err != nil {
		return err
	}
	s.printf("%s\t%s\n", item.ID, item.Code)
	return nil
}

type noticeRenderCmd struct {
	ID     string `arg:"" help:"公告标识或核验码"`
	Out    string `required:"" help:"PDF 文件" placeholder:"FILE.pdf"`
	County string `help:"县代码；空为各县"`
}

// Run derives the notice from the ledger again and writes its PDF.
func (c *noticeRenderCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	rows, err := s.counties(a, c.County)
	if err != nil {
		return err
	}
	for _, r := range rows {
		items, err := a.Notices(s.ctx, r.Code)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(items, c.names)
		if i < 0 {
			continue
		}
		pdf, err := a.NoticePDF(s.ctx, r.Code, items[i].ID)
		if err != nil {
			return err
		}
		w, finish, err := s.output(c.Out)
		if err != nil {
			return err
		}
		_, err = w.Write(pdf)
		return finish(err)
	}
	return publicity.ErrNoticeUnknown.With("%s", c.ID)
}

// names reports whether somebody means this notice, by identifier or by code.
func (c *noticeRenderCmd) names(i publicity.ListItem) bool {
	code, err := translog.NormalizeCode(c.ID)
	return i.ID == strings.ToLower(c.ID) || (err == nil && i.Code == code)
}
