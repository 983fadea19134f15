package main

import (
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

type listCmd struct {
	Kind    string `arg:"" optional:"" help:"种类，如 projects、contracts、claims；不填列出全部种类"`
	County  string `help:"县代码；账簿只有一个县时可不填"`
	Status  string `help:"只看一种状态，如 IN_LIBRARY"`
	Year    int    `help:"只看一个年度"`
	Village string `help:"只看一个村：12 位区划代码" placeholder:"CODE"`
	Parent  string `help:"只看所属的：合同的报账单、名册的批次等" placeholder:"CODE"`
	After   string `help:"从这个编号之后列起" placeholder:"CODE"`
	Limit   int    `help:"至多列出多少" default:"0"`
	Format  string `enum:"text,csv,json,xlsx" default:"text" help:"text、csv、json、xlsx"`
	Out     string `help:"输出文件（缺省标准输出）" placeholder:"FILE"`
}

// Run lists the dossiers of a kind, or the kinds.
func (c *listCmd) Run(s *session) error {
	if c.Kind == "" {
		for _, k := range app.DossierKinds() {
			s.printf("%-14s %s\n", k.Path, fault.Word{ZH: k.ZH, EN: k.EN}.In(s.lang))
		}
		return s.lost
	}
	kind, err := app.FindDossierKind(c.Kind)
	if err != nil {
		return err
	}
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
	items, err := a.Dossiers(s.ctx, auth.LocalOperator, county, kind.Name, dossier.Filter{
		Status: c.Status, Year: c.Year, Village: c.Village, Parent: c.Parent, After: c.After, Limit: c.Limit,
	})
	if err != nil {
		return err
	}
	return s.put(c.Format, c.Out, app.DossierList{Kind: kind, List: items})
}

type showCmd struct {
	Kind   string `arg:"" help:"种类，如 project"`
	Code   string `arg:"" help:"编号"`
	County string `help:"县代码；账簿只有一个县时可不填"`
	Format string `enum:"text,json" default:"text" help:"text、json"`
}

// Run prints one dossier with its history and the vouchers that it posted; JSON has
// its state whole.
func (c *showCmd) Run(s *session) error {
	kind, err := app.FindDossierKind(c.Kind)
	if err != nil {
		return err
	}
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	county, err := s.theCounty(a, c.County)
	if err != nil {
		return err
	}
	if err := s.markSample(a, c.Format == "text"); err != nil {
		return err
	}
	item, steps, err := a.Dossier(s.ctx, auth.LocalOperator, county, kind.Name, c.Code)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return ledger.WriteJSON(s.out, struct {
			Code    string            `json:"code"`
			State   any               `json:"state"`
			History []app.DossierStep `json:"history"`
		}{item.Code, item.State, steps})
	}
	x := &item.Index
	s.printf("%s %s  %s\n", fault.Word{ZH: kind.ZH, EN: kind.Name}.In(s.lang), item.Code, x.Title)
	s.printf("%s", fault.Say("状态 %s  金额 %s 元", x.Status, ledger.Amount(x.Amount)).In(s.lang))
	for _, p := range []struct {
		word fault.Word
		text string
	}{{fault.Word{ZH: "乡镇", EN: "township"}, x.Unit}, {fault.Word{ZH: "村", EN: "village"}, x.Village}, {fault.Word{ZH: "所属", EN: "of"}, x.Parent}} {
		if p.text != "" {
			s.printf("  %s %s", p.word.In(s.lang), p.text)
		}
	}
	s.printf("\n\n")
	t := app.StepsTable("经过", steps)
	t = t.In(s.lang)
	if err := t.Text(s.out); err != nil {
		return err
	}
	return s.lost
}

// theCounty is the county named, or the only one of the store.
func (s *session) theCounty(a *app.App, code string) (string, error) {
	rows, err := s.counties(a, code)
	switch {
	case err != nil:
		return "", err
	case len(rows) == 0:
		return "", errNoStore
	case len(rows) > 1:
		return "", errCounty.With("账簿有 %d 个县", len(rows))
	}
	return rows[0].Code, nil
}

// put prints a report in one of the formats, into a file when one is named.
func (s *session) put(format, out string, r ledger.Tabular) error {
	w, finish, err := s.output(out)
	if err != nil {
		return err
	}
	if format == "xlsx" {
		return finish(writeXLSX(w, s.lang, r))
	}
	return finish(ledger.RenderIn(w, format, s.lang, r))
}
