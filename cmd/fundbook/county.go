package main

import (
	"fmt"
	"os"
	"path/filepath"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

type countyCmd struct {
	Init countyInitCmd `cmd:"" help:"建立县账簿：日志、签名密钥、政策参数"`
}

type countyInitCmd struct {
	Code        string `arg:"" help:"县代码，六位数字"`
	Name        string `required:"" help:"县名"`
	FirstPeriod string `help:"账簿起始期间，如 2026-01（缺省：本年一月）"`
	OpenMonths  int    `help:"同时开放的月数（缺省 2）"`
}

// Run opens the log of the county.
func (c *countyInitCmd) Run(s *session) error {
	n := app.NewCounty{Code: c.Code, Name: c.Name, OpenMonths: c.OpenMonths}
	if c.FirstPeriod != "" {
		var err error
		if n.FirstPeriod, err = ledger.ParsePeriod(c.FirstPeriod); err != nil {
			return err
		}
	}
	a, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	if err := a.InitCounty(s.ctx, auth.LocalOperator, n); err != nil {
		return err
	}
	s.say("%s %s 账簿已建立", c.Code, c.Name)
	return nil
}

type keyCmd struct {
	Show    keyShowCmd    `cmd:"" help:"打印日志登记过的公钥"`
	New     keyNewCmd     `cmd:"" help:"生成签名密钥文件，供 key replace 启用"`
	Replace keyReplaceCmd `cmd:"" help:"把密钥文件中的新密钥登记为签名密钥"`
}

type keyShowCmd struct {
	County string `required:"" help:"县代码"`
}

// Run prints the county's public keys, the present one last.
func (c *keyShowCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	rows, err := s.counties(a, c.County)
	if err != nil {
		return err
	}
	keys, err := app.PublicKeys(s.ctx, a.DB().Read, rows[0].County)
	if err != nil {
		return err
	}
	for _, k := range keys {
		s.printf("%s", k.VKey)
		if k.Until != 0 {
			s.printf("\t%s", fault.Say("用至第 %d 条记录", k.Until).In(s.lang))
		}
		s.printf("\n")
	}
	return nil
}

type keyNewCmd struct {
	County string `required:"" help:"县代码"`
}

// Run puts a fresh key where the county's key belongs and keeps the old file
// beside it.
func (c *keyNewCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	if _, err := s.counties(a, c.County); err != nil {
		return err
	}
	path := a.KeyFile(c.County)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		if err := keepOld(path); err != nil {
			return err
		}
	}
	skey, vkey, err := translog.GenerateKey(translog.Origin(c.County))
	if err != nil {
		return err
	}
	if err := translog.WriteKeyFile(path, skey); err != nil {
		return err
	}
	s.printf("%s\n", vkey)
	s.note("新密钥已写入；请运行 fundbook key replace 登记，之后才能启动服务")
	return nil
}

// keepOld renames a key file to the first free name beside it.
func keepOld(path string) error {
	for i := 1; ; i++ {
		old := fmt.Sprintf("%s.old%d", path, i)
		if _, err := os.Lstat(old); err != nil {
			return os.Rename(path, old)
		}
	}
}

type keyReplaceCmd struct {
	County string `required:"" help:"县代码"`
	Reason string `required:"" help:"缘由，写入日志"`
}

// Run records the key of the file as the signing key from now on.
func (c *keyReplaceCmd) Run(s *session) error {
	a, done, err := s.openWrite()
	if err != nil {
		return err
	}
	defer done()
	return a.ReplaceKey(s.ctx, auth.LocalOperator, c.County, c.Reason, freshKey("key"))
}
