package projects

import (
	"slices"
	"strings"

	"fundbook/ledger"
)

// State (项目状态) is where a project stands in its life cycle (DOMAIN 5.2).
type State string

// The states in their order, and after them the side exits.
const (
	StateDraft          State = "DRAFT"
	StateVillageVoted   State = "VILLAGE_VOTED"
	StateVillagePosted  State = "VILLAGE_POSTED"
	StateTownReviewed   State = "TOWN_REVIEWED"
	StateTownPosted     State = "TOWN_POSTED"
	StateDeptArgued     State = "DEPT_ARGUED"
	StateCountyApproved State = "COUNTY_APPROVED"
	StateCountyPosted   State = "COUNTY_POSTED"
	StateInLibrary      State = "IN_LIBRARY"
	StatePlanned        State = "PLANNED"
	StatePrePosted      State = "PRE_POSTED"
	StateProcured       State = "PROCURED"
	StateContracted     State = "CONTRACTED"
	StateStarted        State = "STARTED"
	StateCompleted      State = "COMPLETED"
	StateAccepted       State = "ACCEPTED"
	StateSettled        State = "SETTLED"
	StatePostPosted     State = "POST_POSTED"
	StateReimbursed     State = "REIMBURSED"
	StateEvaluated      State = "EVALUATED"
	StateHandedOver     State = "HANDED_OVER"
	StateClosed         State = "CLOSED"
	StateReturned       State = "RETURNED"
	StateSuspended      State = "SUSPENDED"
	StateRolled         State = "ROLLED"
	StateRemoved        State = "REMOVED"
)

// states lists every state with its name, in order.
var states = []struct {
	state State
	zh    string
}{
	{StateDraft, "草稿"},
	{StateVillageVoted, "村民会议通过"},
	{StateVillagePosted, "村级公示"},
	{StateTownReviewed, "乡镇审核"},
	{StateTownPosted, "乡镇公示"},
	{StateDeptArgued, "行业论证"},
	{StateCountyApproved, "县级审定"},
	{StateCountyPosted, "县级公示"},
	{StateInLibrary, "入库储备"},
	{StatePlanned, "纳入年度计划"},
	{StatePrePosted, "实施前公示"},
	{StateProcured, "采购完成"},
	{StateContracted, "签订合同或确认名册"},
	{StateStarted, "开工"},
	{StateCompleted, "完工"},
	{StateAccepted, "验收"},
	{StateSettled, "决算审计"},
	{StatePostPosted, "完工公告"},
	{StateReimbursed, "报账完毕"},
	{StateEvaluated, "绩效自评"},
	{StateHandedOver, "资产移交"},
	{StateClosed, "办结"},
	{StateReturned, "退回"},
	{StateSuspended, "暂停"},
	{StateRolled, "滚动至下年"},
	{StateRemoved, "出库"},
}

// Chinese returns the name of the state.
func (s State) Chinese() string {
	for i := range states {
		if states[i].state == s {
			return states[i].zh
		}
	}
	return string(s)
}

// order is the place of the state in the life cycle; side exits come last.
func (s State) order() int {
	for i := range states {
		if states[i].state == s {
			return i
		}
	}
	return -1
}

// Reached reports whether the project has come to a state of the ordinary way or
// gone beyond it. A side exit has reached nothing; a suspended project has come as
// far as it was.
func (p *Project) Reached(s State) bool {
	at := p.State
	if at == StateSuspended {
		at = p.Before
	}
	return at.order() <= StateClosed.order() && at.order() >= s.order()
}

// Event (项目事件) is something that moves a project through its life cycle.
type Event string

// The events.
const (
	EventVote      Event = "village_vote"
	EventVillage   Event = "village_post"
	EventReview    Event = "town_review"
	EventTown      Event = "town_post"
	EventArgue     Event = "dept_argue"
	EventApprove   Event = "county_approve"
	EventCounty    Event = "county_post"
	EventEnter     Event = "enter_library"
	EventPlan      Event = "plan"
	EventUnplan    Event = "unplan"
	EventPrePost   Event = "pre_post"
	EventProcure   Event = "procure"
	EventContract  Event = "contract"
	EventRoster    Event = "roster"
	EventStart     Event = "start"
	EventComplete  Event = "complete"
	EventAccept    Event = "accept"
	EventSettle    Event = "settle"
	EventPostPost  Event = "post_post"
	EventReimburse Event = "reimburse"
	EventEvaluate  Event = "evaluate"
	EventHandOver  Event = "hand_over"
	EventClose     Event = "close"
	EventReturn    Event = "return"
	EventResubmit  Event = "resubmit"
	EventSuspend   Event = "suspend"
	EventResume    Event = "resume"
	EventRoll      Event = "roll"
	EventRemove    Event = "remove"
)

// events lists every event with its name, in order.
var events = []struct {
	event Event
	zh    string
}{
	{EventVote, "村民会议"},
	{EventVillage, "村级公示"},
	{EventReview, "乡镇审核"},
	{EventTown, "乡镇公示"},
	{EventArgue, "行业论证"},
	{EventApprove, "县级审定"},
	{EventCounty, "县级公示"},
	{EventEnter, "入库"},
	{EventPlan, "纳入计划"},
	{EventUnplan, "退出计划"},
	{EventPrePost, "实施前公示"},
	{EventProcure, "采购"},
	{EventContract, "签订合同"},
	{EventRoster, "确认名册"},
	{EventStart, "开工"},
	{EventComplete, "完工"},
	{EventAccept, "验收"},
	{EventSettle, "决算"},
	{EventPostPost, "完工公告"},
	{EventReimburse, "报账完毕"},
	{EventEvaluate, "自评"},
	{EventHandOver, "移交资产"},
	{EventClose, "办结"},
	{EventReturn, "退回"},
	{EventResubmit, "重新报送"},
	{EventSuspend, "暂停"},
	{EventResume, "恢复"},
	{EventRoll, "滚动"},
	{EventRemove, "出库"},
}

func (e Event) chinese() string {
	for i := range events {
		if events[i].event == e {
			return events[i].zh
		}
	}
	return ""
}

// Step (办理步骤) is one event with the papers that prove it. From and To are the
// posting's period where the event is one; Subject is the contract or roster where
// it is about one, and the code of the next year's project of a roll.
type Step struct {
	Event    Event           `json:"event" validate:"required,max=24"`
	On       ledger.Date     `json:"on" validate:"required"`
	Document string          `json:"document,omitempty" validate:"max=80"` // 文号、纪要号
	Opinion  string          `json:"opinion,omitempty" validate:"max=400"`
	Reason   string          `json:"reason,omitempty" validate:"max=400"`
	Evidence []ledger.Digest `json:"evidence,omitempty" validate:"max=20"`
	From     ledger.Date     `json:"from,omitzero"`
	To       ledger.Date     `json:"to,omitzero"`
	Subject  string          `json:"subject,omitempty" validate:"max=80"`
}

// Who raised a project (DOMAIN 5.2: 村申报；跨区域或规模较大的可由乡镇、部门提出).
const (
	RaisedByVillage    = "village"
	RaisedByTownship   = "township"
	RaisedByDepartment = "department"
)

// Route returns the way that the project takes: that of its category, or the
// households' where the project itself says 到户.
func (p *Project) Route() Route {
	c, ok := CategoryOf(p.Category, p.Year)
	switch {
	case p.Household:
		return RouteHousehold
	case !ok:
		return RouteWorks
	}
	return c.Route
}

// Asset returns the kind of asset that the project leaves, 无 for none: what it
// states, or else what its category does.
func (p *Project) Asset() string {
	if p.AssetKind != "" {
		return p.AssetKind
	}
	if c, ok := CategoryOf(p.Category, p.Year); ok {
		return c.Asset
	}
	return AssetPublic
}

// transition is one row of the life cycle.
type transition struct {
	event  Event
	from   []State
	to     State    // "" stays; stateBefore goes where the project was
	raised string   // by whom the project was raised, "" by anybody
	routes []Route  // nil: every route
	asset  string   // "yes" or "no": whether the category leaves one; "" both
	office string   // owner or county
	gates  []*gate  // every one must hold
	posts  noticeAt // the notice that the event posts
	owner  string   // the command that owns the event; "" is project.advance
	clause string
}

// stateBefore stands for the state that a return or suspension left.
const stateBefore State = "↩"

// The offices that take a step. The owner is whose project it is: the township, or
// the county; the county may always act for a township.
const (
	officeOwner  = "owner"
	officeCounty = "county"
)

// noticeAt is a notice and, for N4, the level at which it is posted.
type noticeAt struct{ typ, level string }

// find returns the row that an event has for the project as it stands. ErrEvent
// for an event that does not exist, ErrStep with the events that are possible.
func (p *Project) find(e Event) (*transition, error) {
	if e.chinese() == "" {
		return nil, ErrEvent.With("%.24q", string(e))
	}
	for i := range lifecycle {
		if t := &lifecycle[i]; t.event == e && t.fits(p) {
			return t, nil
		}
	}
	return nil, ErrStep.With("项目 %s 现为 %s（%s），不能办理 %s（%s）；可办理：%s", p.Code, p.State, p.State.Chinese(), e, e.chinese(), p.possible())
}

func (t *transition) fits(p *Project) bool {
	has := "yes"
	if p.Asset() == AssetNone {
		has = "no"
	}
	return slices.Contains(t.from, p.State) &&
		(t.raised == "" || t.raised == p.RaisedBy) &&
		(t.routes == nil || slices.Contains(t.routes, p.Route())) &&
		(t.asset == "" || t.asset == has)
}

// possible names the events that the table has for the project as it stands.
func (p *Project) possible() string {
	var out []string
	for _, e := range p.Events() {
		out = append(out, string(e))
	}
	if out == nil {
		return "无"
	}
	return strings.Join(out, "、")
}

// Events returns the events that the table has for the project as it stands, in
// order, whoever may take them and whether or not their gates hold.
func (p *Project) Events() []Event {
	var out []Event
	for i := range events {
		e := events[i].event
		if slices.ContainsFunc(lifecycle, func(t transition) bool { return t.event == e && t.fits(p) }) {
			out = append(out, e)
		}
	}
	return out
}

// permit refuses an account that may not take the step: a township's takes steps
// of its own projects only, and none of the county's.
func (t *transition) permit(p *Project, township string) error {
	if err := p.ownedBy(township); err != nil {
		return err
	}
	if township != "" && t.office == officeCounty {
		return ErrOffice.With("项目 %s 的 %s（%s）：%s", p.Code, t.event, t.event.chinese(), t.clause)
	}
	return nil
}

// ownedBy refuses an account of a township that is not the project's.
func (p *Project) ownedBy(township string) error {
	if township != "" && p.Town != township {
		return ErrTownship.With("项目 %s 属 %s，账户属 %s", p.Code, orCounty(p.Town), township)
	}
	return nil
}

func orCounty(town string) string {
	if town == "" {
		return "县级"
	}
	return town
}

// decide applies a row to the project: every gate must hold. It returns the fact.
func (p *Project) decide(t *transition, s *Step, k *known) (Advanced, error) {
	f := Advanced{
		Event: t.event, State: t.to, Was: p.State, On: s.On, Document: s.Document, Opinion: s.Opinion, Reason: s.Reason,
		Evidence: s.Evidence, Subject: s.Subject,
	}
	switch t.to {
	case "":
		f.State = p.State
	case stateBefore:
		f.State = p.Before
	default: // as the row says
	}
	if s.On > k.today || (t.to != "" && s.On < p.Since) {
		return f, ErrOrder.With("项目 %s 的 %s：日期 %s，上一步 %s，今天 %s", p.Code, t.event, s.On, p.Since, k.today)
	}
	for _, g := range t.gates {
		if err := g.check(p, s, k); err != nil {
			return f, err
		}
	}
	if t.posts.typ == "" || (s.From.IsZero() && p.Published(t.posts.typ, t.posts.level, s.On)) {
		return f, nil
	}
	if s.From.IsZero() {
		return f, ErrPosting.With("项目 %s：%s %s 未张贴；请填写公示起止日期与照片摘要", p.Code, t.posts.typ, t.posts.level)
	}
	n := Posted{Type: t.posts.typ, Subject: t.posts.level, From: s.From, To: s.To}
	if len(s.Evidence) > 0 {
		n.Evidence = s.Evidence[0]
	}
	f.Notice = n
	return f, p.checkNotice(&n, k)
}

// Advanced (项目经过) is the fact that an event moved a project. Notice is set where
// the event posted one.
type Advanced struct {
	Event    Event           `json:"event"`
	Was      State           `json:"was"`
	State    State           `json:"state"`
	On       ledger.Date     `json:"on"`
	Document string          `json:"document,omitempty"`
	Opinion  string          `json:"opinion,omitempty"`
	Reason   string          `json:"reason,omitempty"`
	Evidence []ledger.Digest `json:"evidence,omitempty"`
	Subject  string          `json:"subject,omitempty"`
	Notice   Posted          `json:"notice,omitzero"`
}

// advance folds the fact.
func (p *Project) advance(f *Advanced) {
	switch f.Event {
	case EventReturn, EventSuspend:
		p.Before, p.Reason = f.Was, f.Reason
	case EventResubmit, EventResume:
		p.Before, p.Reason = "", ""
	case EventRoll:
		p.RolledTo, p.Reason = f.Subject, f.Reason
	case EventRemove, EventUnplan:
		p.Reason = f.Reason
	case EventContract:
		p.Contracts = appendOnce(p.Contracts, f.Subject)
	case EventRoster:
		p.Rosters = appendOnce(p.Rosters, f.Subject)
	default: // the state alone
	}
	if f.State != p.State {
		p.State, p.Since = f.State, f.On
	}
	if f.Notice.Type != "" {
		p.Posted = append(p.Posted, f.Notice)
	}
}

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
