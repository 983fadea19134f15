package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/fault"
	"fundbook/payments"
)

type traceCmd struct {
	Lot      string `help:"批次代码或标识" placeholder:"ID"`
	Document string `help:"文件键或文号" placeholder:"ID"`
	Project  string `help:"项目" placeholder:"ID"`
	Payee    string `help:"收款方" placeholder:"ID"`
	Unit     string `help:"单位、乡镇或下级县" placeholder:"ID"`
	Voucher  string `help:"凭证号，如 \"2026-05 记-0001\"" placeholder:"NO"`
	Entry    int64  `help:"凭证的记录序号" placeholder:"SEQ"`
	File     string `help:"案卷（种类/编号，如 claim/BZ-1），或材料的 SHA-256，或材料文件本身" placeholder:"DIGEST"`
	County   string `help:"县代码；空为各县"`
	Format   string `enum:"text,csv,json" default:"text" help:"text、csv、json"`
}

// Run follows the money in the county named, or in the one county that knows it.
func (c *traceCmd) Run(s *session) error {
	from := audit.Selector{Lot: c.Lot, Document: c.Document, Project: c.Project, Unit: c.Unit, Payee: c.Payee, Voucher: c.Voucher, Entry: c.Entry, File: audit.FileOf(c.File)}
	if from.Empty() {
		return errUsage.With("请指明 --lot、--document、--project、--payee、--unit、--voucher、--entry 或 --file")
	}
	if digest, ok := digestOf(c.File); ok {
		from.File = audit.FileOf(digest)
	}
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	if err := s.markSample(a, c.Format == "text"); err != nil {
		return err
	}
	var found []string
	var graph audit.Graph
	err = s.each(a, c.County, func(ctx context.Context, v app.View) error {
		g, err := audit.Trace(ctx, v.Q, v.County.County, from)
		switch f := fault.From(err); {
		case err == nil:
			found, graph = append(found, v.County.Code), g
		case f.Kind != fault.NotFound:
			return err
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		return audit.ErrNoFlow.With("%s", from)
	case len(found) > 1:
		return errCounty.With("各县都有：%s", strings.Join(found, "、"))
	}
	switch c.Format {
	case "json":
		return graph.WriteJSON(s.out)
	case "csv":
		return graph.WriteCSV(s.out)
	}
	return graph.WriteText(s.out, s.lang)
}

// digestOf is the digest of a file that lies here, by which a document is known.
func digestOf(path string) (string, bool) {
	info, err := os.Stat(path)
	if path == "" || err != nil || !info.Mode().IsRegular() || info.Size() > payments.MaxEvidence {
		return "", false
	}
	raw, err := os.ReadFile(path)
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), err == nil
}

type verifyCmd struct {
	Full   bool     `help:"逐条核验全部记录，并与重算结果比较"`
	County string   `help:"县代码；空为各县"`
	Head   []string `help:"外部保存的签名日志头文件" placeholder:"FILE" type:"existingfile"`
	Format string   `enum:"text,json" default:"text" help:"text、json"`
}

// errBroken says that the store is not as it was recorded.
var errBroken = fault.New(fault.Refused, "verify.broken", "账簿与日志不符", "the store is not as it was recorded")

// Run verifies the store and names the first bad record.
func (c *verifyCmd) Run(s *session) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	if err := s.markSample(a, c.Format == "text"); err != nil {
		return err
	}
	heads, err := s.readAll(c.Head)
	if err != nil {
		return err
	}
	key, err := a.PersonKey()
	if err != nil {
		return err
	}
	r, err := audit.Verify(s.ctx, a.DB(), audit.Options{County: c.County, Full: c.Full, Heads: heads, Papers: a.Papers(), Persons: key})
	if err != nil {
		return err
	}
	if c.Format == "json" {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		err = e.Encode(r)
	} else {
		s.printVerify(&r)
	}
	if err != nil || r.OK {
		return err
	}
	if len(r.Bad) == 0 {
		return errBroken.With("%d 处", r.More)
	}
	b := r.Bad[0]
	return errBroken.With("县 %s 记录 %d，规则 %d %s：%s", b.County, b.Seq, b.Law, b.Code, b.Detail)
}

// maxHeadFile bounds a file with a signed head.
const maxHeadFile = 1 << 20

// readAll reads files that may be pipes, as a shell's <(…) is one: a signal ends
// the wait for their writer.
func (s *session) readAll(paths []string) ([]string, error) {
	type result struct {
		text []byte
		err  error
	}
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		done := make(chan result, 1)
		go func() {
			f, err := os.Open(p)
			if err != nil {
				done <- result{nil, err}
				return
			}
			b, err := io.ReadAll(io.LimitReader(f, maxHeadFile+1))
			if len(b) > maxHeadFile {
				err = errors.New("more than 1 MiB")
			}
			done <- result{b, errors.Join(err, f.Close())}
		}()
		select {
		case r := <-done:
			if r.err != nil {
				return nil, errInput.With("%s", p).Because(r.err)
			}
			out = append(out, string(r.text))
		case <-s.ctx.Done():
			return nil, errInput.With("%s", p).Because(s.ctx.Err())
		}
	}
	return out, nil
}

// cells prints a line of texts with tabs between them.
func (s *session) cells(list ...any) {
	for i, x := range list {
		if i > 0 {
			s.printf("\t")
		}
		if t, ok := x.(fault.Speaker); ok {
			x = t.In(s.lang)
		}
		s.printf("%s", x)
	}
	s.printf("\n")
}

func (s *session) printVerify(r *audit.Report) {
	for _, x := range r.Counties {
		s.cells(x.County, fault.Say("记录 %d", x.Leaves), fault.Say("凭证 %d", x.Entries), fault.Say("分录 %d", x.Lines), fault.Say("根 %s", x.Root))
	}
	for _, b := range r.Bad {
		kind := fault.Word{ZH: b.ZH + " / " + b.EN, EN: b.EN}
		s.cells(fault.Say("不符"), fault.Say("县 %s", b.County), fault.Say("记录 %d", b.Seq), fault.Say("规则 %d", b.Law), b.Code, kind, b.Detail)
	}
	if r.More > 0 {
		s.say("另有 %d 处同类不符", r.More)
	}
	for _, x := range r.NotChecked {
		s.cells(fault.Say("未核验"), fault.Word{ZH: x.ZH, EN: x.EN})
	}
	if r.OK {
		if r.Full {
			s.say("全部核验：一致")
		} else {
			s.say("快速核验（全部核验请加 --full）：一致")
		}
	}
}
