package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"fundbook/audit"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/publicity"
)

var specIssue = Spec{"publicity.issue", "发布公告：冻结截止记录、内容摘要与 PDF", "issue a notice: cut-off, digest and PDF frozen", "notice.issue"}

var (
	// ErrFonts says that the fonts of notices cannot be read.
	ErrFonts = fault.New(fault.Unavailable, "publicity.fonts", "公告字体不能读取", "the fonts of notices cannot be read")
	// ErrHost refuses to print, on a notice that is meant for a board, an address that
	// opens on this machine only.
	ErrHost = fault.New(fault.Invalid, "publicity.host",
		"公告二维码的网址只有本机能打开，不能印在公告上；请用 --public-url（FUNDBOOK_PUBLIC_URL）给出公众能打开的地址，或者不设，只印核验码",
		"the address behind the QR code opens on this machine only; set --public-url (FUNDBOOK_PUBLIC_URL) to one that citizens can open, or leave it out to print the code alone")
)

// issueCmd records a prepared notice.
type issueCmd struct {
	prepared publicity.Prepared
}

// within lets a township issue; publicity.Issue refuses what is not its own.
func (issueCmd) within(string) error { return nil }

func (issueCmd) Spec() Spec                     { return specIssue }
func (issueCmd) check() error                   { return nil }
func (issueCmd) permissions() []auth.Permission { return []auth.Permission{specIssue.Permission} }
func (c issueCmd) run(ctx context.Context, tx *db.Tx) error {
	if c.prepared.PDF == nil { // the writer then looks the key up, and finds it
		return errors.New("invariant: a used key of a notice has no record")
	}
	return publicity.Issue(ctx, tx, c.prepared)
}

// IssueNotice is what somebody asks for: a notice of a type, what it is about (see
// publicity.Subject), and the issuer's wording. Replaces is the code of the notice that
// it corrects.
type IssueNotice struct {
	Type     publicity.NoticeType `json:"type" validate:"required,max=3"`
	About    string               `json:"about" validate:"required,max=80"`
	Replaces string               `json:"replaces,omitempty" validate:"max=20"`
	Wording  publicity.Wording    `json:"wording"`
}

// check refuses what is out of shape, and a QR code that would mislead.
func (in *IssueNotice) check() error {
	if err := validate(*in); err != nil {
		return err
	}
	if in.Wording.Host == "" || in.Wording.Sample {
		return nil
	}
	u, err := url.Parse(in.Wording.Host)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return ErrHost.With("%q", in.Wording.Host)
	}
	name := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	ip := net.ParseIP(name)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || (ip != nil && (ip.IsLoopback() || ip.IsUnspecified())) {
		return ErrHost.With("%q", in.Wording.Host)
	}
	return nil
}

// Issue is RecordNotice, with the notice as the list shows it.
func (a *App) Issue(ctx context.Context, r Request, in IssueNotice) (publicity.ListItem, error) {
	out, err := a.RecordNotice(ctx, r, in)
	if err != nil {
		return publicity.ListItem{}, err
	}
	return a.noticeAt(ctx, r.County, out.Records[0].Seq)
}

func (a *App) noticeAt(ctx context.Context, county string, seq int64) (item publicity.ListItem, err error) {
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		items, err := publicity.List(ctx, v.Q, v.County.County)
		for i := range items {
			if items[i].Seq == seq {
				item = items[i]
				return nil
			}
		}
		if err == nil {
			err = publicity.ErrNoticeUnknown.With("记录 %d", seq)
		}
		return err
	})
	return item, err
}

// RecordNotice derives a notice from the ledger as it is now, sets
// its paper, keeps the PDF by its hash, and records the notice. The same key
// gives the same notice again, and derives nothing. Of two that would be the same
// notice, since they are derived at the same moment, the second is
// publicity.ErrIssued. The paper of a notice that was not recorded is not kept.
func (a *App) RecordNotice(ctx context.Context, r Request, in IssueNotice) (Outcome, error) {
	if err := checkKey(r.Key); err != nil {
		return Outcome{}, err
	}
	if err := in.check(); err != nil {
		return Outcome{}, err
	}
	cmd, err := a.prepareNotice(ctx, r, in)
	if err != nil {
		return Outcome{}, err
	}
	if cmd.prepared.PDF == nil { // the key is used: whatever stands under it is the answer
		return a.Do(ctx, r, cmd)
	}
	made, err := a.keepPDF(cmd.prepared.PDF)
	if err != nil {
		return Outcome{}, err
	}
	out, err := a.Do(ctx, r, cmd)
	if err != nil {
		if k := fault.KindOf(err); k == fault.Internal || k == fault.Unavailable { // it may be recorded all the same
			return out, err
		}
	} else if !out.Replayed {
		_, err = a.keepPDF(cmd.prepared.PDF) // another process may have dropped the same paper
		return out, err
	}
	if made {
		err = errors.Join(err, a.dropPDF(ctx, &cmd.prepared))
	}
	return out, err
}

// prepareNotice derives a notice and its paper. When the key is used already it
// returns a command without either.
func (a *App) prepareNotice(ctx context.Context, r Request, in IssueNotice) (cmd issueCmd, err error) {
	fonts, err := a.fonts.load()
	if err != nil {
		return cmd, err
	}
	err = a.Read(ctx, r.Who, r.County, specIssue.Permission, func(ctx context.Context, v View) error {
		used, err := db.KeyUsed(ctx, v.Q, v.County.County, r.Who.ID, r.Key)
		if err != nil || used {
			return err
		}
		from, err := a.notices(v)
		if err != nil {
			return err
		}
		n := publicity.Notice{ID: db.NewID(), Type: in.Type, About: in.About, Replaces: in.Replaces, CutoffSeq: v.County.NextSeq - 1, Wording: in.Wording}
		cmd.prepared, err = publicity.Prepare(ctx, from, n, fonts)
		return err
	})
	return cmd, err
}

// Notices lists the notices of a county, each with what became of it: issued, posted,
// corrected, withdrawn. Notices are public.
func (a *App) Notices(ctx context.Context, county string) (items []publicity.ListItem, err error) {
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		if items, err = publicity.List(ctx, v.Q, v.County.County); err != nil {
			return err
		}
		files, err := publicity.Files(ctx, v.Q, v.County.County, "")
		became := make(map[string]string, len(files))
		for i := range files {
			became[files[i].Code] = strings.ToLower(files[i].Status())
		}
		for i := range items {
			items[i].Status = became[items[i].Code]
		}
		return err
	})
	return items, err
}

// NoticePDF returns the paper of an issued notice: derived from the ledger
// again, or publicity.ErrDigest when the ledger no longer yields it.
func (a *App) NoticePDF(ctx context.Context, county, id string) (pdf []byte, err error) {
	fonts, err := a.fonts.load()
	if err != nil {
		return nil, err
	}
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		_, n, err := publicity.Find(ctx, v.Q, v.County.County, id)
		if err != nil {
			return err
		}
		from, err := a.notices(v)
		if err != nil {
			return err
		}
		pdf, err = publicity.Render(ctx, from, n, fonts)
		return err
	})
	return pdf, err
}

// The verdicts on a notice: that it equals the ledger and stands, that it was corrected
// by another, that it was withdrawn, that the ledger does not yield it.
const (
	VerdictEqual     = "与台账一致"
	VerdictCorrected = "已更正"
	VerdictWithdrawn = "已撤回"
	VerdictDiffers   = "不一致"
)

// Verdict (核验结论) says whether a notice equals the ledger, and still stands.
type Verdict struct {
	publicity.ListItem
	County     string          `json:"county"`
	Verdict    string          `json:"verdict" enum:"与台账一致,已更正,已撤回,不一致"`
	ReplacedBy string          `json:"replaced_by,omitempty"` // code of the notice that corrects it
	Content    publicity.Sheet `json:"content,omitzero"`
}

func (a *App) papers() string { return filepath.Join(a.data, "notices") }

// Papers is the directory of the issued PDFs.
func (a *App) Papers() fs.FS { return os.DirFS(a.papers()) }

// keepPDF stores an issued PDF under its hash in the data directory, and says
// whether it was not there yet.
func (a *App) keepPDF(pdf []byte) (made bool, err error) {
	dir := a.papers()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, fmt.Errorf("make the directory of notices: %w", err)
	}
	path := filepath.Join(dir, publicity.PaperName(sha256.Sum256(pdf)))
	if _, err := os.Stat(path); err == nil {
		return false, nil
	}
	tmp, err := os.CreateTemp(dir, "new-*")
	if err != nil {
		return false, fmt.Errorf("keep an issued notice: %w", err)
	}
	_, err = tmp.Write(pdf)
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err == nil {
		err = syncFolder(dir) // a recorded notice must find its paper after a power cut
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // nothing half-written is left
		return false, fmt.Errorf("keep an issued notice: %w", err)
	}
	return true, nil
}

// dropPDF removes the paper of a notice that was not recorded, unless another that
// is the same was: it has the same paper.
func (a *App) dropPDF(ctx context.Context, p *publicity.Prepared) error {
	err := a.knownNotice(ctx, p.Code())
	if !errors.Is(err, publicity.ErrNoticeUnknown) {
		return err
	}
	if err := os.Remove(filepath.Join(a.papers(), publicity.PaperName(p.Notice.PDF))); err != nil {
		return fmt.Errorf("remove the paper of a notice that was not recorded: %w", err)
	}
	return nil
}

// fontShelf loads the fonts once, at first use.
type fontShelf struct {
	dir  string
	once sync.Once
	set  *publicity.Fonts
	err  error
}

func (f *fontShelf) load() (*publicity.Fonts, error) {
	f.once.Do(func() {
		if f.set, f.err = publicity.LoadFonts(f.dir); f.err != nil {
			f.err = ErrFonts.Because(f.err)
		}
	})
	return f.set, f.err
}

// notices is where the notices of a moment are derived from. Persons are opened where
// the key is at hand; without it a notice of persons shows none.
func (a *App) notices(v View) (publicity.Store, error) {
	box, err := a.persons.ifAny()
	return publicity.Store{Q: v.Q, County: v.County.County, Persons: box}, err
}

// NoticeProof returns the offline proof of an issued notice, under the head as it is now
// (audit.CheckNotice). Notices are public, and so is their proof.
func (a *App) NoticeProof(ctx context.Context, county, id string) (proof []byte, err error) {
	note, err := a.SignHead(ctx, county)
	if err != nil {
		return nil, err
	}
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		from, err := a.notices(v)
		if err != nil {
			return err
		}
		edge, err := v.Edge(ctx)
		if err != nil {
			return err
		}
		proof, err = audit.ProveNotice(ctx, from, edge, note, id)
		return err
	})
	return proof, err
}
