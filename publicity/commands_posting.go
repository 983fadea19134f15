package publicity

import (
	"context"
	"errors"
	"time"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// PostCmd records that a notice was posted (DOMAIN 6.1, 6.3).
type PostCmd struct {
	Notice  string        `json:"notice" validate:"required,max=20"` // code
	Place   Place         `json:"place" validate:"required,oneof=web township village site"`
	Where   string        `json:"where,omitempty" validate:"max=64"` // township, code of the village, or site
	From    ledger.Date   `json:"from" validate:"required"`
	Photo   ledger.Digest `json:"photo,omitzero"`
	Poster  string        `json:"poster" validate:"required,max=40"` // office or post, not a person
	Witness string        `json:"witness,omitempty" validate:"max=40"`
	Agent   bool          `json:"agent,omitempty"` // 代办: by the township for a village
}

// TakeDownCmd records that a notice was taken from a board, or that a photo shows that
// it still hung.
type TakeDownCmd struct {
	Notice string        `json:"notice" validate:"required,max=20"`
	Place  Place         `json:"place" validate:"required,oneof=web township village site"`
	Where  string        `json:"where,omitempty" validate:"max=64"`
	On     ledger.Date   `json:"on" validate:"required"`
	Photo  ledger.Digest `json:"photo,omitzero"`
}

// SignCmd is the signature of the village's supervisors under a posting.
type SignCmd struct {
	Notice string      `json:"notice" validate:"required,max=20"`
	Place  Place       `json:"place" validate:"required,oneof=township village site"`
	Where  string      `json:"where" validate:"required,max=64"`
	On     ledger.Date `json:"on" validate:"required"`
	Signer string      `json:"signer" validate:"required,max=40"`
}

// WithdrawCmd takes a notice back: what it says does not hold (DOMAIN 6.4).
type WithdrawCmd struct {
	Notice string      `json:"notice" validate:"required,max=20"`
	On     ledger.Date `json:"on" validate:"required"`
	Reason string      `json:"reason" validate:"required,max=400"`
}

func today(tx *db.Tx) ledger.Date { return ledger.DateOf(time.UnixMicro(tx.Now)) }

// loadFile loads the file of a notice for an account that may change it: of a township
// its own.
func loadFile(ctx context.Context, tx *db.Tx, code string) (File, error) {
	f, err := noticeFile.Load(ctx, tx, code)
	if err != nil {
		return f, err
	}
	if tx.Unit != "" && f.Town != tx.Unit {
		return f, ErrNoticeUnit.With("公告 %s 属 %s，账户属 %s", code, orCounty(f.Town), tx.Unit)
	}
	return f, nil
}

// Post records a posting. The first one that opens a gate tells the projects that the
// notice is about: from then on their gates count its days.
func Post(ctx context.Context, tx *db.Tx, c PostCmd) error {
	f, err := loadFile(ctx, tx, c.Notice)
	if err != nil {
		return err
	}
	b := Board{Place: c.Place, Where: c.Where, From: c.From, Photo: c.Photo, Poster: c.Poster, Witness: c.Witness, Agent: c.Agent}
	if err := f.checkPost(&b, today(tx)); err != nil {
		return err
	}
	first := len(f.Boards) == 0
	if err := factPosted.Record(ctx, tx, f.Code, &f, noticePosted{b}); err != nil {
		return err
	}
	if !first {
		return nil
	}
	typ, subject := f.evidence()
	if typ == "" {
		return nil
	}
	for _, p := range f.Projects {
		err := projects.PostNotice(ctx, tx, projects.PostNoticeCmd{
			Project: p, Type: typ, Subject: subject, Notice: f.Code, From: b.From, To: f.last(b.From), Evidence: f.proof(&b),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// TakeDown records the end of a posting.
func TakeDown(ctx context.Context, tx *db.Tx, c TakeDownCmd) error {
	f, err := loadFile(ctx, tx, c.Notice)
	if err != nil {
		return err
	}
	b := f.board(c.Place, c.Where)
	switch {
	case b == nil || !b.Until.IsZero():
		return ErrNotPosted.With("公告 %s，%s %s", f.Code, c.Place, c.Where)
	case c.On < b.From || c.On > today(tx):
		return ErrDay.With("公告 %s：张贴日 %s，撤下日 %s，今天 %s", f.Code, b.From, c.On, today(tx))
	}
	return factTakenDown.Record(ctx, tx, f.Code, &f, noticeTakenDown{c.Place, c.Where, c.On, c.Photo})
}

// Sign records the signature of the village's supervisors.
func Sign(ctx context.Context, tx *db.Tx, c SignCmd) error {
	f, err := loadFile(ctx, tx, c.Notice)
	if err != nil {
		return err
	}
	b := f.board(c.Place, c.Where)
	switch {
	case b == nil:
		return ErrNotPosted.With("公告 %s，%s %s", f.Code, c.Place, c.Where)
	case c.On < b.From || c.On > today(tx):
		return ErrDay.With("公告 %s：张贴日 %s，签字日 %s，今天 %s", f.Code, b.From, c.On, today(tx))
	}
	return factSigned.Record(ctx, tx, f.Code, &f, noticeSigned{c.Place, c.Where, c.On, c.Signer})
}

// Withdraw takes a notice back. The gates that it opened are shut again, and the clock
// restarts with the next one.
func Withdraw(ctx context.Context, tx *db.Tx, c WithdrawCmd) error {
	f, err := loadFile(ctx, tx, c.Notice)
	if err != nil {
		return err
	}
	if c.On > today(tx) || c.On < f.From {
		return ErrDay.With("公告 %s：公告期自 %s，撤回日 %s，今天 %s", f.Code, f.From, c.On, today(tx))
	}
	return f.withdraw(ctx, tx, noticeWithdrawn{On: c.On, Reason: c.Reason})
}

// withdraw records the end of a notice, and shuts the gates it opened.
func (f *File) withdraw(ctx context.Context, tx *db.Tx, x noticeWithdrawn) error {
	if err := f.stands(); err != nil {
		return err
	}
	if err := factWithdrawn.Record(ctx, tx, f.Code, f, x); err != nil {
		return err
	}
	typ, subject := f.evidence()
	if typ == "" || len(f.Boards) == 0 {
		return nil
	}
	for _, p := range f.Projects {
		err := projects.WithdrawNotice(ctx, tx, projects.WithdrawNoticeCmd{Project: p, Type: typ, Subject: subject, Reason: x.Reason})
		if err != nil && !errors.Is(err, projects.ErrNoticeUnknown) { // a project that changed has taken it down itself
			return err
		}
	}
	return nil
}
