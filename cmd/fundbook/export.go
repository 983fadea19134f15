package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"fundbook/audit"
	"fundbook/internal/app"
)

type exportCmd struct {
	Hledger exportHledgerCmd `cmd:"" help:"hledger 日记账，可用 hledger check -s 检查"`
	Journal exportJournalCmd `cmd:"" help:"序时账 CSV"`
}

type exportTo struct {
	Out    string `required:"" help:"给 --county 时为文件（- 为标准输出），否则为目录，每县一个文件" placeholder:"PATH"`
	County string `help:"县代码；空为各县"`
}

type exportHledgerCmd struct{ exportTo }

// Run writes one journal a county.
func (c *exportHledgerCmd) Run(s *session) error {
	return s.export(&c.exportTo, ".journal", func(ctx context.Context, v app.View, w io.Writer) error {
		if s.sample {
			if _, err := io.WriteString(w, "; "+sampleMark.ZH+"\n"); err != nil {
				return err
			}
		}
		return audit.ExportHledger(ctx, v.Q, v.County.County, w)
	})
}

type exportJournalCmd struct{ exportTo }

// Run writes one CSV file a county.
func (c *exportJournalCmd) Run(s *session) error {
	return s.export(&c.exportTo, ".csv", func(ctx context.Context, v app.View, w io.Writer) error {
		return audit.ExportJournalCSV(ctx, v.Q, v.County.County, w)
	})
}

func (s *session) export(to *exportTo, ext string, fn func(ctx context.Context, v app.View, w io.Writer) error) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	if err := s.markSample(a, false); err != nil {
		return err
	}
	if to.County == "" {
		if err := os.MkdirAll(to.Out, 0o750); err != nil {
			return errOut.With("目录 %s", to.Out).Because(err)
		}
	}
	return s.each(a, to.County, func(ctx context.Context, v app.View) error {
		path := to.Out
		if to.County == "" {
			path = filepath.Join(to.Out, v.County.Code+ext)
		}
		w, finish, err := s.output(path)
		if err != nil {
			return err
		}
		if err := finish(fn(ctx, v, w)); err != nil {
			return err
		}
		if path != "-" {
			s.line(path)
		}
		return nil
	})
}
