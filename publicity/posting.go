package publicity

import (
	"slices"

	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/projects"
)

var (
	// ErrPlace refuses a place where a notice of the type is not posted.
	ErrPlace = fault.New(fault.Invalid, "publicity.place", "这种公告不在此处张贴（规则 6.3）", "a notice of this type is not posted there (6.3)")
	// ErrPhoto refuses a posting without a photo: on a board nothing else proves it.
	ErrPhoto = fault.New(fault.Refused, "publicity.photo", "张贴须附照片摘要（规则 6.1）", "a posting needs its photo (6.1)")
	// ErrPosted refuses to post a notice twice on one board.
	ErrPosted = fault.New(fault.Conflict, "publicity.posted", "公告已在此处张贴", "the notice stands there already")
	// ErrNotPosted says that the notice does not stand on a board.
	ErrNotPosted = fault.New(fault.NotFound, "publicity.not_posted", "公告未在此处张贴", "the notice does not stand there")
	// ErrWithdrawn refuses what comes after a notice was withdrawn or corrected.
	ErrWithdrawn = fault.New(fault.Refused, "publicity.withdrawn", "公告已撤回或者已被更正（规则 6.4）", "the notice was withdrawn or corrected (6.4)")
	// ErrDay refuses days out of order.
	ErrDay = fault.New(fault.Invalid, "publicity.day", "公告日期顺序不对", "the days are out of order")
	// ErrNoticeUnit refuses an account of another township.
	ErrNoticeUnit = fault.New(fault.Forbidden, "publicity.not_own", "公告不属于本乡镇", "the notice is another township's")
)

// File (公告案卷) is what became of an issued notice: where it was posted and until
// when, who signed, and whether it was withdrawn or corrected. Its code is the notice's.
type File struct {
	Code       string        `json:"code"`
	Type       NoticeType    `json:"type"`
	About      string        `json:"about"`
	Title      string        `json:"title"`
	Town       string        `json:"town,omitempty"`     // township whose own it is; "" the county's
	Projects   []string      `json:"projects,omitempty"` // whose gates it opens
	From       ledger.Date   `json:"from"`
	To         ledger.Date   `json:"to,omitzero"`
	Replaces   string        `json:"replaces,omitempty"`
	Digest     ledger.Digest `json:"digest"` // of the content
	ReplacedBy string        `json:"replaced_by,omitempty"`
	Boards     []Board       `json:"boards,omitempty"`
	Objections []string      `json:"objections,omitempty"` // codes
	Withdrawn  ledger.Date   `json:"withdrawn,omitzero"`
	Reason     string        `json:"reason,omitempty"` // of the withdrawal
}

// Board (张贴记录) is one posting of a notice.
type Board struct {
	Place   Place         `json:"place"`
	Where   string        `json:"where,omitempty"` // township, village code or site; "" of the web
	From    ledger.Date   `json:"from"`
	Until   ledger.Date   `json:"until,omitzero"` // the day it was taken down
	Photo   ledger.Digest `json:"photo,omitzero"`
	Taken   ledger.Digest `json:"photo_until,omitzero"` // that it still hung on the last day
	Poster  string        `json:"poster"`
	Witness string        `json:"witness,omitempty"`
	Agent   bool          `json:"agent,omitempty"`  // by the township for a village (代办)
	Signed  ledger.Date   `json:"signed,omitzero"`  // by the village's supervisors (村务监督委员会)
	Signer  string        `json:"signer,omitempty"` // their office
}

// The facts of a notice's file.
type (
	noticeIssued struct {
		Code     string
		Type     NoticeType
		About    string
		Title    string
		Town     string
		Projects []string
		From, To ledger.Date
		Replaces string
		Digest   ledger.Digest
	}
	noticePosted    struct{ Board Board }
	noticeTakenDown struct {
		Place Place
		Where string
		On    ledger.Date
		Photo ledger.Digest
	}
	noticeSigned struct {
		Place  Place
		Where  string
		On     ledger.Date
		Signer string
	}
	noticeObjected  struct{ Objection string }
	noticeWithdrawn struct {
		On     ledger.Date
		Reason string
		By     string // code of the notice that corrects it; "" when it is withdrawn alone
	}
)

var (
	noticeFile = dossier.NewKind("notice", func(f *File) dossier.Index {
		return dossier.Index{Status: f.Status(), Unit: f.Town, Parent: f.About, Title: f.Title, Year: f.From.Year()}
	})
	factIssued = dossier.On(noticeFile, "notice.issued", func(f *File, x *noticeIssued, _ dossier.Stamp) {
		*f = File{Code: x.Code, Type: x.Type, About: x.About, Title: x.Title, Town: x.Town, Projects: x.Projects, From: x.From, To: x.To, Replaces: x.Replaces, Digest: x.Digest}
	})
	factPosted = dossier.On(noticeFile, "notice.posted", func(f *File, x *noticePosted, _ dossier.Stamp) {
		f.Boards = append(f.Boards, x.Board)
	})
	factTakenDown = dossier.On(noticeFile, "notice.taken_down", func(f *File, x *noticeTakenDown, _ dossier.Stamp) {
		if b := f.board(x.Place, x.Where); b != nil {
			b.Until, b.Taken = x.On, x.Photo
		}
	})
	factSigned = dossier.On(noticeFile, "notice.signed", func(f *File, x *noticeSigned, _ dossier.Stamp) {
		if b := f.board(x.Place, x.Where); b != nil {
			b.Signed, b.Signer = x.On, x.Signer
		}
	})
	factObjected = dossier.On(noticeFile, "notice.objected", func(f *File, x *noticeObjected, _ dossier.Stamp) {
		f.Objections = append(f.Objections, x.Objection)
	})
	factWithdrawn = dossier.On(noticeFile, "notice.withdrawn", func(f *File, x *noticeWithdrawn, _ dossier.Stamp) {
		f.Withdrawn, f.Reason, f.ReplacedBy = x.On, x.Reason, x.By
	})
)

// Status says where a notice stands.
func (f *File) Status() string {
	switch {
	case f.ReplacedBy != "":
		return "CORRECTED"
	case !f.Withdrawn.IsZero():
		return "WITHDRAWN"
	case len(f.Boards) == 0:
		return "ISSUED"
	}
	return "POSTED"
}

// board returns the last posting at a place, or nil.
func (f *File) board(place Place, where string) *Board {
	for i := len(f.Boards) - 1; i >= 0; i-- {
		if b := &f.Boards[i]; b.Place == place && b.Where == where {
			return b
		}
	}
	return nil
}

// stands refuses what comes too late.
func (f *File) stands() error {
	if !f.Withdrawn.IsZero() {
		return ErrWithdrawn.With("公告 %s 已于 %s 撤回或者被 %s 更正", f.Code, f.Withdrawn, f.ReplacedBy)
	}
	return nil
}

// checkPost refuses a posting that proves nothing.
func (f *File) checkPost(b *Board, today ledger.Date) error {
	if err := f.stands(); err != nil {
		return err
	}
	row, err := typeOf(f.Type)
	if err != nil {
		return err
	}
	switch old := f.board(b.Place, b.Where); {
	case !slices.Contains(row.Places, b.Place):
		return ErrPlace.With("%s %s 不在 %s 公开；应在 %v", f.Type, row.Title, b.Place, row.Places)
	case (b.Where == "") != (b.Place == PlaceWeb):
		return ErrPlace.With("%s 须写明乡镇、村或者现场；网站不写", b.Place)
	case b.Place != PlaceWeb && b.Photo == ledger.Digest{}:
		return ErrPhoto.With("公告 %s，%s %s", f.Code, b.Place, b.Where)
	case b.From.IsZero() || b.From > today || b.From < f.From:
		return ErrDay.With("公告 %s：公告期自 %s，张贴日 %s，今天 %s", f.Code, f.From, b.From, today)
	case old != nil && old.Until.IsZero():
		return ErrPosted.With("公告 %s 自 %s 起张贴在 %s %s", f.Code, old.From, b.Place, b.Where)
	}
	return nil
}

// days is how long a board shows the notice up to a day: whole days after the day of
// posting, the last inclusive.
func (b *Board) days(today ledger.Date) int {
	last := today
	if !b.Until.IsZero() {
		last = min(last, b.Until)
	}
	return max(0, int(last-b.From))
}

// evidence is what the notice's posting proves to the gates of its projects: the type
// and the subject by which projects know it; "" of a type that opens no gate.
func (f *File) evidence() (typ, subject string) {
	switch f.Type {
	case N4:
		subject = projects.LevelTownship
		if _, scope, err := yearAnd(f.About); err == nil && scope == "county" {
			subject = projects.LevelCounty
		} else if region.Code(scope).Level() == region.Village {
			subject = projects.LevelVillage
		}
	case N8:
		subject = f.About // CODE, or CODE/result
	case N5, N6, N10, N11:
	default:
		return "", ""
	}
	return string(f.Type), subject
}

// last is the last day of the period of a posting: what the notice says, and never
// less than the rules ask from the day after posting.
func (f *File) last(posted ledger.Date) ledger.Date {
	row, err := typeOf(f.Type)
	if err != nil {
		return f.To
	}
	return max(f.To, posted.AddDays(row.Days))
}

// proof is the digest that a gate keeps of a posting: the photo's, or on the web, where
// the notice itself stands, its content's.
func (f *File) proof(b *Board) ledger.Digest {
	if b.Photo == (ledger.Digest{}) {
		return f.Digest
	}
	return b.Photo
}
