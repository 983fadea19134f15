package publicity

import (
	"context"
	"fmt"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/workday"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// ObjectCmd registers an objection to a notice (DOMAIN 6.4).
type ObjectCmd struct {
	Notice    string      `json:"notice" validate:"required,max=20"`
	Channel   string      `json:"channel" validate:"required,oneof=hotline letter visit mail web board"`
	Anonymous bool        `json:"anonymous,omitempty"`
	Register  string      `json:"register,omitempty" validate:"max=40"` // number in the office's register, where the name is
	Line      int         `json:"line,omitempty" validate:"min=0,max=100000"`
	Part      string      `json:"part,omitempty" validate:"max=80"`
	Text      string      `json:"text" validate:"required,max=1000"`
	On        ledger.Date `json:"on" validate:"required"`
}

// AssignCmd gives an objection to an office.
type AssignCmd struct {
	Objection string `json:"objection" validate:"required,max=40"`
	Handler   string `json:"handler" validate:"required,max=80"`
}

// AcceptObjectionCmd takes an objection up: its line is not paid meanwhile.
type AcceptObjectionCmd struct {
	Objection string      `json:"objection" validate:"required,max=40"`
	On        ledger.Date `json:"on" validate:"required"`
	Decision  string      `json:"decision,omitempty" validate:"max=80"` // of an anonymous one
}

// RejectObjectionCmd does not take an objection up.
type RejectObjectionCmd struct {
	Objection string      `json:"objection" validate:"required,max=40"`
	On        ledger.Date `json:"on" validate:"required"`
	Reason    string      `json:"reason" validate:"required,max=1000"`
}

// ProlongCmd holds the disputed line longer.
type ProlongCmd struct {
	Objection string      `json:"objection" validate:"required,max=40"`
	Until     ledger.Date `json:"until" validate:"required"`
	Reason    string      `json:"reason" validate:"required,max=400"`
}

// AnswerCmd answers an objection. When it is upheld the notice is withdrawn.
type AnswerCmd struct {
	Objection string        `json:"objection" validate:"required,max=40"`
	On        ledger.Date   `json:"on" validate:"required"`
	Upheld    bool          `json:"upheld"`
	Answer    string        `json:"answer" validate:"required,max=1000"`
	Decision  string        `json:"decision" validate:"required,max=80"`
	Evidence  ledger.Digest `json:"evidence,omitzero"`
}

// LapseCmd ends the term of an inquiry that nobody answered or prolonged.
type LapseCmd struct {
	Objection string `json:"objection" validate:"required,max=40"`
}

// PublishAnswerCmd makes the result public.
type PublishAnswerCmd struct {
	Objection string      `json:"objection" validate:"required,max=40"`
	On        ledger.Date `json:"on" validate:"required"`
}

// HandOverCmd hands a serious objection over to discipline inspection or audit.
type HandOverCmd struct {
	Objection string `json:"objection" validate:"required,max=40"`
	To        string `json:"to" validate:"required,max=80"`
	Document  string `json:"document" validate:"required,max=80"`
}

// Object registers an objection: anonymous ones too, about the whole notice or a line.
func Object(ctx context.Context, tx *db.Tx, c ObjectCmd) error {
	f, err := noticeFile.Load(ctx, tx, c.Notice)
	if err != nil {
		return err
	}
	if what := private(c.Text); what != "" {
		return ErrPrivate.With("异议内容含有%s；请只在登记簿中登记", what)
	}
	if c.On < f.From || c.On > today(tx) {
		return ErrDay.With("公告 %s 自 %s 起，异议日 %s，今天 %s", f.Code, f.From, c.On, today(tx))
	}
	if c.Line > 0 && f.Type != N8 {
		return ErrObjectionLine.With("公告 %s 是 %s，没有人员名单", f.Code, f.Type)
	}
	if c.Line > 0 {
		if err := projects.HasLine(ctx, tx, f.roster(), c.Line); err != nil {
			return ErrObjectionLine.With("公告 %s 第 %d 行", f.Code, c.Line).Because(err)
		}
	}
	by, err := acceptBy(ctx, tx, c.On)
	if err != nil {
		return err
	}
	n := len(f.Objections) + 1
	o := Objection{
		Code: fmt.Sprintf("%s-%d", f.Code, n), Notice: f.Code, Town: f.Town, State: ObjectionRegistered, Channel: c.Channel, Anonymous: c.Anonymous,
		Register: c.Register, Line: c.Line, Part: c.Part, Text: c.Text, On: c.On, AcceptBy: by,
	}
	if err := factObjected.Record(ctx, tx, f.Code, &f, noticeObjected{o.Code}); err != nil {
		return err
	}
	var blank Objection
	return factRegistered.Open(ctx, tx, o.Code, &blank, objectionRegistered{o})
}

// acceptBy is the last of the working days within which an objection is accepted or not.
func acceptBy(ctx context.Context, tx *db.Tx, on ledger.Date) (ledger.Date, error) {
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return 0, err
	}
	days, err := policyDays(ps, "objection_accept_days", on, acceptWithin)
	if err != nil {
		return 0, err
	}
	calendar, err := payments.WorkCalendar(ps)
	if err != nil {
		return 0, err
	}
	return workdaysAfter(calendar, on, days)
}

// workdaysAfter is the day on which so many working days are over, counted from the day
// after.
func workdaysAfter(c workday.Calendar, from ledger.Date, days int) (ledger.Date, error) {
	day := from
	for days > 0 {
		day = day.AddDays(1)
		works, err := c.Works(workday.Day(day))
		if err != nil {
			return 0, err
		}
		if works {
			days--
		}
	}
	return day, nil
}

// Assign gives an objection to an office.
func Assign(ctx context.Context, tx *db.Tx, c AssignCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	if err := o.in("交办", ObjectionRegistered, ObjectionAccepted); err != nil {
		return err
	}
	return factAssigned.Record(ctx, tx, o.Code, &o, objectionAssigned{c.Handler})
}

func loadObjection(ctx context.Context, tx *db.Tx, code string) (Objection, error) {
	o, err := objectionFile.Load(ctx, tx, code)
	if err == nil && tx.Unit != "" && o.Town != tx.Unit {
		err = ErrNoticeUnit.With("异议 %s 属 %s，账户属 %s", code, orCounty(o.Town), tx.Unit)
	}
	return o, err
}

// AcceptObjection takes an objection up: the line that it disputes is not paid until it
// is answered or its term is over; everything else is.
func AcceptObjection(ctx context.Context, tx *db.Tx, c AcceptObjectionCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return err
	}
	days, err := policyDays(ps, "objection_hold_days", c.On, holdsFor)
	if err != nil {
		return err
	}
	fact, err := o.accept(c.On, days, c.Decision)
	if err != nil {
		return err
	}
	if err := factAccepted.Record(ctx, tx, o.Code, &o, fact); err != nil {
		return err
	}
	if o.Line == 0 {
		return nil
	}
	f, err := noticeFile.Load(ctx, tx, o.Notice)
	if err != nil {
		return err
	}
	return projects.BlockLine(ctx, tx, projects.LineCmd{Code: f.roster(), Line: o.Line, Decision: "异议 " + o.Code})
}

// RejectObjection does not take an objection up, with the reason.
func RejectObjection(ctx context.Context, tx *db.Tx, c RejectObjectionCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	if err := o.in("不予受理", ObjectionRegistered); err != nil {
		return err
	}
	return factNotTaken.Record(ctx, tx, o.Code, &o, objectionNotTaken{c.On, c.Reason})
}

// Prolong holds the disputed line longer, with the reason.
func Prolong(ctx context.Context, tx *db.Tx, c ProlongCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	fact, err := o.prolong(c.Until, c.Reason)
	if err != nil {
		return err
	}
	return factProlonged.Record(ctx, tx, o.Code, &o, fact)
}

// Answer answers an objection. Upheld, the notice is withdrawn and its clock restarts
// with the next; the line stays blocked until the roster is put right. Dismissed, the
// line is paid again.
func Answer(ctx context.Context, tx *db.Tx, c AnswerCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	if err := o.in("答复", ObjectionRegistered, ObjectionAccepted, ObjectionLapsed); err != nil {
		return err
	}
	if what := private(c.Answer); what != "" {
		return ErrPrivate.With("答复含有%s", what)
	}
	if c.On < o.On || c.On > today(tx) {
		return ErrDay.With("异议 %s 登记于 %s，答复日 %s，今天 %s", o.Code, o.On, c.On, today(tx))
	}
	held := o.State == ObjectionAccepted && o.Line > 0
	fact := objectionAnswered{c.On, c.Upheld, c.Answer, c.Decision, c.Evidence}
	if err := factAnswered.Record(ctx, tx, o.Code, &o, fact); err != nil {
		return err
	}
	f, err := noticeFile.Load(ctx, tx, o.Notice)
	if err != nil {
		return err
	}
	if c.Upheld {
		return f.withdraw(ctx, tx, noticeWithdrawn{On: c.On, Reason: "异议 " + o.Code + " 成立：" + c.Decision})
	}
	if held {
		return projects.ReleaseLine(ctx, tx, projects.LineCmd{Code: f.roster(), Line: o.Line, Decision: c.Decision})
	}
	return nil
}

// Lapse lets the line of an objection be paid again whose term is over without an answer
// (DOMAIN 6.4: at most so many days unless prolonged). The answer is still owed.
func Lapse(ctx context.Context, tx *db.Tx, c LapseCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	if err := o.lapse(today(tx)); err != nil {
		return err
	}
	if err := factLapsed.Record(ctx, tx, o.Code, &o, objectionLapsed{today(tx)}); err != nil || o.Line == 0 {
		return err
	}
	f, err := noticeFile.Load(ctx, tx, o.Notice)
	if err != nil {
		return err
	}
	return projects.ReleaseLine(ctx, tx, projects.LineCmd{Code: f.roster(), Line: o.Line, Decision: "异议 " + o.Code + " 核查期满"})
}

// PublishAnswer makes the result of an objection public.
func PublishAnswer(ctx context.Context, tx *db.Tx, c PublishAnswerCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	if err := o.in("公开结果", ObjectionUpheld, ObjectionDismissed, ObjectionRefused); err != nil {
		return err
	}
	return factPublished.Record(ctx, tx, o.Code, &o, objectionPublished{c.On})
}

// HandOver hands a serious objection over.
func HandOver(ctx context.Context, tx *db.Tx, c HandOverCmd) error {
	o, err := loadObjection(ctx, tx, c.Objection)
	if err != nil {
		return err
	}
	return factHanded.Record(ctx, tx, o.Code, &o, objectionHanded{c.To, c.Document})
}

// roster is the code of the roster that a notice N8 is about.
func (f *File) roster() string { return strings.TrimSuffix(f.About, "/result") }

// policyDays reads a policy that is a number of days.
func policyDays(ps []ledger.Policy, name string, day ledger.Date, otherwise int) (int, error) {
	n, _, err := ledger.Parameter{Name: name, Value: int64(otherwise), High: 366}.On(ps, day, ledger.ErrPolicy)
	return int(n), err
}
