package publicity

import (
	"fmt"
	"slices"

	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

var (
	// ErrObjection refuses a step that an objection cannot take as it stands.
	ErrObjection = fault.New(fault.Refused, "objection.step", "异议处理不合程序（规则 6.4）", "the objection cannot take this step (6.4)")
	// ErrObjectionLine refuses an objection to a line that the notice does not have.
	ErrObjectionLine = fault.New(fault.Invalid, "objection.line", "异议所指的行不在公告内", "the notice has no such line")
	// ErrObjectionTerm refuses to hold a line longer than policy allows without a reason.
	ErrObjectionTerm = fault.New(fault.Refused, "objection.term", "异议核查期限不合规定（规则 6.4）", "the term of the inquiry is not allowed (6.4)")
	// ErrAnonymous refuses to block a line for an anonymous objection without a decision.
	ErrAnonymous = fault.New(fault.Refused, "objection.anonymous", "匿名异议须登记并答复，但须有决定文号才能暂停支付（规则 6.4）",
		"an anonymous objection is registered and answered; it blocks only by decision (6.4)")
)

// Terms of DOMAIN 6.4 until a county sets its own by policy.
const (
	acceptWithin = 3  // working days from the registration to acceptance: objection_accept_days
	holdsFor     = 15 // days for which an accepted objection blocks: objection_hold_days
)

// ObjectionState (异议状态) is where an objection stands.
type ObjectionState string

// The states of an objection.
const (
	ObjectionRegistered ObjectionState = "REGISTERED" // 已登记
	ObjectionAccepted   ObjectionState = "ACCEPTED"   // 已受理: its line is not paid
	ObjectionLapsed     ObjectionState = "LAPSED"     // 期满未答复: its line is paid again
	ObjectionRefused    ObjectionState = "NOT_TAKEN"  // 不予受理
	ObjectionUpheld     ObjectionState = "UPHELD"     // 异议成立
	ObjectionDismissed  ObjectionState = "DISMISSED"  // 异议不成立
	ObjectionPublished  ObjectionState = "PUBLISHED"  // 结果已公开
)

// Objection (异议) is what somebody said against a notice, and how it was answered. Who
// it was stands in the office's register, not here.
type Objection struct {
	Code       string         `json:"code"` // the notice's, and a number
	Notice     string         `json:"notice"`
	Town       string         `json:"town,omitempty"`
	State      ObjectionState `json:"state"`
	Channel    string         `json:"channel"` // hotline letter visit mail web board
	Anonymous  bool           `json:"anonymous,omitempty"`
	Register   string         `json:"register,omitempty"` // number in the office's register, where the name is
	Line       int            `json:"line,omitempty"`     // of the roster; 0: the notice as a whole
	Part       string         `json:"part,omitempty"`     // of the content that is disputed
	Text       string         `json:"text"`
	On         ledger.Date    `json:"on"`
	AcceptBy   ledger.Date    `json:"accept_by,omitzero"` // the last day to accept it or not
	Handler    string         `json:"handler,omitempty"`  // office to which it is assigned
	AcceptedOn ledger.Date    `json:"accepted_on,omitzero"`
	Until      ledger.Date    `json:"until,omitzero"` // last day for which it blocks
	Prolonged  string         `json:"prolonged,omitempty"`
	Decision   string         `json:"decision,omitempty"`
	AnsweredOn ledger.Date    `json:"answered_on,omitzero"`
	Answer     string         `json:"answer,omitempty"`
	Evidence   ledger.Digest  `json:"evidence,omitzero"`
	PublicOn   ledger.Date    `json:"public_on,omitzero"`
	HandedTo   string         `json:"handed_to,omitempty"` // 纪检、审计
}

// The facts of an objection.
type (
	objectionRegistered struct{ Objection Objection }
	objectionAssigned   struct{ Handler string }
	objectionAccepted   struct {
		On, Until ledger.Date
		Decision  string
	}
	objectionNotTaken struct {
		On     ledger.Date
		Reason string
	}
	objectionProlonged struct {
		Until  ledger.Date
		Reason string
	}
	objectionAnswered struct {
		On       ledger.Date
		Upheld   bool
		Answer   string
		Decision string
		Evidence ledger.Digest
	}
	objectionLapsed    struct{ On ledger.Date }
	objectionPublished struct{ On ledger.Date }
	objectionHanded    struct{ To, Document string }
)

var (
	objectionFile = dossier.NewKind("objection", func(o *Objection) dossier.Index {
		return dossier.Index{Status: string(o.State), Unit: o.Town, Parent: o.Notice, Title: o.Channel, Year: o.On.Year()}
	})
	factRegistered = dossier.On(objectionFile, "objection.registered", func(o *Objection, f *objectionRegistered, _ dossier.Stamp) {
		*o = f.Objection
	})
	factAssigned = dossier.On(objectionFile, "objection.assigned", func(o *Objection, f *objectionAssigned, _ dossier.Stamp) {
		o.Handler = f.Handler
	})
	factAccepted = dossier.On(objectionFile, "objection.accepted", func(o *Objection, f *objectionAccepted, _ dossier.Stamp) {
		o.State, o.AcceptedOn, o.Until, o.Decision = ObjectionAccepted, f.On, f.Until, f.Decision
	})
	factNotTaken = dossier.On(objectionFile, "objection.not_taken", func(o *Objection, f *objectionNotTaken, _ dossier.Stamp) {
		o.State, o.AnsweredOn, o.Answer = ObjectionRefused, f.On, f.Reason
	})
	factProlonged = dossier.On(objectionFile, "objection.prolonged", func(o *Objection, f *objectionProlonged, _ dossier.Stamp) {
		o.Until, o.Prolonged = f.Until, f.Reason
	})
	factAnswered = dossier.On(objectionFile, "objection.answered", func(o *Objection, f *objectionAnswered, _ dossier.Stamp) {
		o.State = ObjectionDismissed
		if f.Upheld {
			o.State = ObjectionUpheld
		}
		o.AnsweredOn, o.Answer, o.Decision, o.Evidence = f.On, f.Answer, f.Decision, f.Evidence
	})
	factLapsed = dossier.On(objectionFile, "objection.lapsed", func(o *Objection, _ *objectionLapsed, _ dossier.Stamp) {
		o.State = ObjectionLapsed
	})
	factPublished = dossier.On(objectionFile, "objection.published", func(o *Objection, f *objectionPublished, _ dossier.Stamp) {
		o.State, o.PublicOn = ObjectionPublished, f.On
	})
	factHanded = dossier.On(objectionFile, "objection.handed_over", func(o *Objection, f *objectionHanded, _ dossier.Stamp) {
		o.HandedTo = f.To + "（" + f.Document + "）"
	})
)

// in refuses a step in a state that does not allow it.
func (o *Objection) in(step string, states ...ObjectionState) error {
	if !slices.Contains(states, o.State) {
		return ErrObjection.With("异议 %s 现为 %s，不能%s", o.Code, o.State, step)
	}
	return nil
}

// blocks reports whether the objection holds its line on a day.
func (o *Objection) blocks(day ledger.Date) bool {
	return o.State == ObjectionAccepted && day <= o.Until
}

// accept decides how long an accepted objection blocks. A named one blocks for the days
// of policy; an anonymous one only by decision.
func (o *Objection) accept(on ledger.Date, days int, decision string) (objectionAccepted, error) {
	f := objectionAccepted{On: on, Until: on.AddDays(days), Decision: decision}
	if err := o.in("受理", ObjectionRegistered); err != nil {
		return f, err
	}
	if o.Anonymous && decision == "" {
		return f, ErrAnonymous.With("异议 %s", o.Code)
	}
	if on < o.On {
		return f, ErrDay.With("异议 %s 登记于 %s，受理日 %s", o.Code, o.On, on)
	}
	return f, nil
}

// lapse refuses to end a term that is not over.
func (o *Objection) lapse(today ledger.Date) error {
	if err := o.in("期满恢复", ObjectionAccepted); err != nil {
		return err
	}
	if o.blocks(today) {
		return ErrObjectionTerm.With("异议 %s 核查至 %s（含），今天 %s", o.Code, o.Until, today)
	}
	return nil
}

// prolong decides about a longer inquiry: with a reason, and later than it stands.
func (o *Objection) prolong(until ledger.Date, reason string) (objectionProlonged, error) {
	f := objectionProlonged{until, reason}
	if err := o.in("延期", ObjectionAccepted); err != nil {
		return f, err
	}
	if until <= o.Until || reason == "" {
		return f, ErrObjectionTerm.With("异议 %s 现至 %s，延至 %s 须更晚并写明理由", o.Code, o.Until, until)
	}
	return f, nil
}

// reply is how the objection ended, for the village's notice: never who.
func (o *Objection) reply() Fact {
	result := map[ObjectionState]string{
		ObjectionUpheld: "异议成立", ObjectionDismissed: "异议不成立", ObjectionPublished: "已答复", ObjectionRefused: "不予受理",
	}[o.State]
	if result == "" {
		result = "正在办理"
	}
	if o.Answer != "" {
		result += "：" + o.Answer
	}
	return Fact{fmt.Sprintf("%s %s", o.On, o.Part), result}
}
