package main

import (
	"errors"
	"io"
	"os"

	"fundbook/api"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// doCmd runs one operation of the rooms on the machine that holds the store.
type doCmd struct {
	Name   string `arg:"" optional:"" help:"事项名称，如 project.enter；不填列出全部"`
	File   string `arg:"" optional:"" help:"JSON 内容的文件；- 为标准输入" default:"-"`
	County string `help:"县代码；账簿只有一个县时可不填"`
	Key    string `help:"幂等键：重试时用同一个" default:""`
}

// Run decodes the body strictly, runs the operation and prints its records.
func (c *doCmd) Run(s *session) error {
	if c.Name == "" {
		for _, op := range app.Operations() {
			s.printf("%-28s %s\n", op.Name, fault.Word{ZH: op.ZH, EN: op.EN}.In(s.lang))
		}
		return s.lost
	}
	op, ok := app.FindOperation(c.Name)
	if !ok {
		return app.ErrOperation.With("%q；fundbook do 列出全部", c.Name)
	}
	raw, err := c.read(s.in)
	if err != nil {
		return err
	}
	cmd, err := op.Decode(func(to any) error { return api.Decode(raw, to) })
	if err != nil {
		return err
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
	key := c.Key
	if key == "" {
		key = freshKey("do")
	}
	out, err := a.Do(s.ctx, app.Request{County: county, Who: auth.LocalOperator, Key: key, Raw: raw}, cmd)
	if err != nil {
		return err
	}
	s.printRecords(&out)
	return s.lost
}

// printRecords says what a command recorded: facts with the code of their dossier,
// entries with their voucher numbers.
func (s *session) printRecords(out *app.Outcome) {
	if out.Replayed {
		s.say("此幂等键已办理过，以下为当时的记录")
	}
	for i := range out.Records {
		r := &out.Records[i]
		what := dossier.CodeOf(r)
		if r.Kind == ledger.KindEntry {
			if h, err := ledger.HeadOf(r); err == nil {
				what = string(h.Event) + " " + ledger.EventWord(h.Event, h.Step).In(s.lang)
				for _, v := range h.Vouchers {
					what += "  " + v.String()
				}
			}
		}
		s.say("记录 %d  %s  %s", r.Seq, r.Kind, what)
	}
}

// maxBody bounds the body of an operation, as the API does.
const maxBody = 16 << 20

func (c *doCmd) read(in io.Reader) ([]byte, error) {
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, errInput.With("%s", c.File).Because(err)
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = errors.New("more than 16 MiB")
	}
	if err != nil {
		return nil, errInput.With("%s", c.File).Because(err)
	}
	return body, nil
}
