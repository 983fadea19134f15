package main

import (
	"cmp"
	"strconv"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/ledger"
	"fundbook/payments"
)

type statementCmd struct {
	Reconcile statementReconcileCmd `cmd:"" help:"余额调节表：账面与对账单在月末的差异，逐笔列出"`
	Match     statementMatchCmd     `cmd:"" help:"勾对建议；--take 按建议勾对"`
}

type statementReconcileCmd struct {
	Code   string `arg:"" help:"对账单编号，如 C-1001-2026-04"`
	County string `help:"县代码；账簿只有一个县时可不填"`
	Format string `enum:"text,csv,json,xlsx" default:"text" help:"text、csv、json、xlsx"`
	Out    string `help:"输出文件（缺省标准输出）" placeholder:"FILE"`
}

// Run prints the reconciliation of a statement's account.
func (c *statementReconcileCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	county, err := s.theCounty(a, c.County)
	if err != nil {
		return err
	}
	if err := s.markSample(a, c.Format == "text" && c.Out == ""); err != nil {
		return err
	}
	r, err := a.Reconciliation(s.ctx, auth.LocalOperator, county, c.Code)
	if err != nil {
		return err
	}
	return s.put(c.Format, c.Out, reconciliation{c.Code, &r})
}

// reconciliation is the report of one (余额调节表).
type reconciliation struct {
	code string
	r    *payments.Reconciliation
}

// Items implements ledger.Tabular.
func (x reconciliation) Items() any { return x.r }

// Table implements ledger.Tabular.
func (x reconciliation) Table() ledger.Table {
	r := x.r
	t := ledger.Table{Title: "余额调节表 " + x.code + "（" + r.On.String() + "）", Columns: []ledger.Column{
		{ZH: "项目", Key: "item"},
		{ZH: "行或凭证", Key: "no"},
		{ZH: "日期", Key: "date"},
		{ZH: "金额（元）", Key: "amount", Figures: true},
		{ZH: "流水号", Key: "reference"},
		{ZH: "说明", Key: "reason"},
		{ZH: "清理期限", Key: "due"},
	}}
	line := func(item string, a ledger.Amount) {
		t.Rows = append(t.Rows, []string{item, "", "", a.String(), "", "", ""})
	}
	transit := func(item string, list []payments.Transit) {
		for i := range list {
			n := &list[i]
			no := "凭证 " + strconv.FormatInt(n.Seq, 10)
			if n.Line > 0 {
				no = n.Statement + " 第 " + strconv.Itoa(n.Line) + " 行"
			}
			due := ""
			if !n.Due.IsZero() {
				due = n.Due.String()
			}
			t.Rows = append(t.Rows, []string{item, no, n.Date.String(), n.Amount.String(), n.Reference, cmp.Or(n.Reason, "未说明"), due})
		}
	}
	line("账面余额", r.Books)
	transit("对账单已列、账面未列", r.BankOnly)
	line("调节后账面余额", r.AdjBooks)
	line("对账单余额", r.Bank)
	transit("账面已列、对账单未列", r.BookOnly)
	line("调节后对账单余额", r.AdjBank)
	line("差额", r.Difference)
	t.Notes = []string{"未说明的未达账项 " + strconv.Itoa(r.Unfinished) + " 项"}
	if r.StartGap != 0 {
		t.Notes = append(t.Notes, "首份对账单（自 "+r.Start.String()+"）之前账面与银行相差 "+r.StartGap.String()+" 元")
	}
	return t
}

type statementMatchCmd struct {
	Code      string `arg:"" help:"对账单编号，如 C-1001-2026-04"`
	County    string `help:"县代码；账簿只有一个县时可不填"`
	Take      bool   `help:"按全部建议勾对"`
	TokenFile string `help:"办理人的令牌文件；不填为本机操作员" placeholder:"FILE" type:"existingfile"`
	Key       string `help:"幂等键：重试时用同一个" default:""`
	Format    string `enum:"text,csv,json,xlsx" default:"text" help:"text、csv、json、xlsx"`
}

// Run prints the matches proposed for a statement, and records them when told to.
func (c *statementMatchCmd) Run(s *session) error {
	open := s.openRead
	if c.Take {
		open = s.open
	}
	a, done, err := open()
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
	links, err := a.ProposeMatches(s.ctx, who, county, c.Code)
	if err != nil {
		return err
	}
	if links == nil {
		links = []payments.LinkCmd{}
	}
	if err := s.put(c.Format, "", proposals{c.Code, links}); err != nil {
		return err
	}
	if !c.Take || len(links) == 0 {
		return s.lost
	}
	out, err := a.Run(s.ctx, app.Request{County: county, Who: who, Key: cmp.Or(c.Key, freshKey("match"))}, "statement.match", payments.MatchCmd{Statement: c.Code, Links: links})
	if err != nil {
		return err
	}
	s.printRecords(&out)
	return s.lost
}

// proposals are matches to choose from.
type proposals struct {
	code  string
	links []payments.LinkCmd
}

// Items implements ledger.Tabular.
func (x proposals) Items() any { return x.links }

// Table implements ledger.Tabular.
func (x proposals) Table() ledger.Table {
	t := ledger.Table{Title: "勾对建议 " + x.code, Columns: []ledger.Column{{ZH: "对账单行", Key: "lines"}, {ZH: "凭证记录", Key: "entries"}, {ZH: "依据", Key: "basis"}}}
	for _, l := range x.links {
		lines, entries := make([]string, len(l.Lines)), make([]string, len(l.Entries))
		for i, n := range l.Lines {
			lines[i] = strconv.Itoa(n)
		}
		for i, n := range l.Entries {
			entries[i] = strconv.FormatInt(n, 10)
		}
		basis := map[string]string{"reference": "流水号相同", "amount": "金额相同、日期相近"}[l.Basis]
		t.Rows = append(t.Rows, []string{strings.Join(lines, "、"), strings.Join(entries, "、"), cmp.Or(basis, l.Basis)})
	}
	return t
}
