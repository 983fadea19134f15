package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
	"fundbook/ledger"
	"fundbook/publicity"
)

// errPaper says that a file of a notice cannot be read.
var errPaper = fault.New(fault.Invalid, "cli.paper", "公告文件不能读取", "the file of a notice cannot be read")

// proofSuffix is added to a paper's name for its proof.
const proofSuffix = ".tlog-proof"

type noticeProofCmd struct {
	ID     string `arg:"" help:"公告标识或核验码"`
	Out    string `required:"" help:"证明文件，与 PDF 同名加 .tlog-proof" placeholder:"FILE"`
	County string `help:"县代码；空为各县"`
}

// Run writes the offline proof of a notice.
func (c *noticeProofCmd) Run(s *session) error {
	a, done, err := s.openWrite() // the head is signed now
	if err != nil {
		return err
	}
	defer done()
	rows, err := s.counties(a, c.County)
	if err != nil {
		return err
	}
	for _, r := range rows {
		proof, err := a.NoticeProof(s.ctx, r.Code, c.ID)
		if errors.Is(err, publicity.ErrNoticeUnknown) {
			continue
		}
		if err != nil {
			return err
		}
		w, finish, err := s.output(c.Out)
		if err != nil {
			return err
		}
		_, err = w.Write(proof)
		return finish(err)
	}
	return publicity.ErrNoticeUnknown.With("%s", c.ID)
}

type verifyNoticeCmd struct {
	What  string   `arg:"" help:"公告 PDF 文件（离线核验），或核验码（对照台账）"`
	Proof string   `help:"证明文件（缺省 FILE.pdf.tlog-proof）" placeholder:"FILE"`
	Key   []string `help:"所信任的公钥（key show 打印的一行），可重复；离线核验必需" placeholder:"VKEY" sep:"none"`
}

// Run checks a notice: a file offline against keys that the reader trusts, a code
// against the ledger at hand.
func (c *verifyNoticeCmd) Run(s *session) error {
	if strings.EqualFold(filepath.Ext(c.What), ".pdf") {
		return c.offline(s)
	}
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	v, err := a.VerifyCode(s.ctx, c.What)
	if err != nil {
		return err
	}
	s.printf("%s　%s %s\n县 %s　截至第 %d 号记录　摘要 %s\n", v.Verdict, v.Type, v.Title, v.County, v.CutoffSeq, v.Hash)
	if v.ReplacedBy != "" {
		s.printf("已由公告 %s 更正\n", v.ReplacedBy)
	}
	if v.Verdict == app.VerdictDiffers {
		return publicity.ErrDigest.With("公告 %s", v.Code)
	}
	return nil
}

func (c *verifyNoticeCmd) offline(s *session) error {
	if len(c.Key) == 0 {
		return errUsage.With("离线核验须用 --key 给出所信任的公钥（fundbook key show）")
	}
	paper, err := os.ReadFile(c.What)
	if err != nil {
		return errPaper.With("%s", c.What).Because(err)
	}
	if c.Proof == "" {
		c.Proof = c.What + proofSuffix
	}
	proof, err := os.ReadFile(c.Proof)
	if err != nil {
		return errPaper.With("%s", c.Proof).Because(err)
	}
	keys := make([]translog.PublicKey, len(c.Key))
	for i, k := range c.Key {
		keys[i] = translog.PublicKey{VKey: k}
	}
	claim, err := audit.CheckNotice(proof, paper, keys)
	if claim.Code != "" {
		s.printf("公告 %s　%s %s　第 %d 号记录　日志 %d 条　根 %s\n", claim.Code, claim.Sheet.Type, claim.Sheet.Title, claim.Seq, claim.Size, claim.Root)
		for _, p := range claim.Sheet.Parts {
			for i, t := range p.Table.Total {
				if p.Table.Columns[i].Kind == publicity.CellMoney {
					s.printf("%s　%s合计 %s 元\n", p.Name, p.Table.Columns[i].Head, ledger.Amount(t.N).Grouped())
				}
			}
		}
	}
	if err != nil {
		return err
	}
	s.line("与台账一致：纸面、内容、日志和签名相符")
	return nil
}
