package projects

import (
	"fmt"
	"strings"
)

// The levels of notice N4 (DOMAIN 6.3): posted by village, township, county.
const (
	LevelVillage  = "village"
	LevelTownship = "township"
	LevelCounty   = "county"
)

var (
	postsVillage  = noticeAt{"N4", LevelVillage}
	postsTownship = noticeAt{"N4", LevelTownship}
	postsCounty   = noticeAt{"N4", LevelCounty}
	postsBefore   = noticeAt{"N5", ""}
	postsAfter    = noticeAt{"N6", ""}
)

// The commands that own events.
const (
	ownerPlan     = "年度计划 · plans"
	ownerContract = "合同 · contracts"
	ownerRoster   = "名册 · rosters"
	ownerPayment  = "支付 · payments"
	ownerEvaluate = "performance.evaluate"
	ownerRoll     = "project.roll"
	ownerRemove   = "project.remove"
)

var (
	onWorks     = []Route{RouteWorks}
	onService   = []Route{RouteService}
	onHousehold = []Route{RouteHousehold}
	onFee       = []Route{RouteFee}
	onBought    = []Route{RouteWorks, RouteService}
	notFee      = []Route{RouteWorks, RouteService, RouteHousehold}
	unbuilt     = []Route{RouteHousehold, RouteFee}
	unprocured  = []Route{RouteService, RouteHousehold}
)

// lifecycle is the one table of a project's life: which event leads from which
// state to which, for whom, behind which gates, and the clause that asks for them.
// docs/lifecycle.md is made from it.
var lifecycle = []transition{
	// 申报、审核、审定
	{event: EventVote, from: []State{StateDraft}, to: StateVillageVoted, raised: RaisedByVillage, office: officeOwner, gates: []*gate{gateGoals, gateEvidence}, clause: "5.2 村申报：村民会议、四议两公开"},
	{event: EventVillage, from: []State{StateVillageVoted}, to: StateVillagePosted, office: officeOwner, posts: postsVillage, gates: []*gate{gateEvidence}, clause: "5.2 逐级公示；6.3 N4"},
	{event: EventReview, from: []State{StateVillagePosted}, to: StateTownReviewed, office: officeOwner, gates: []*gate{gateVillagePeriod, gateOpinion}, clause: "5.2 乡审核；6.3 N4 各级不少于 10 日"},
	{event: EventReview, from: []State{StateDraft}, to: StateTownReviewed, raised: RaisedByTownship, office: officeOwner, gates: []*gate{gateGoals, gateAsked, gateOpinion}, clause: "5.2 跨区域项目由乡镇征求村意见后提出"},
	{event: EventTown, from: []State{StateTownReviewed}, to: StateTownPosted, office: officeOwner, posts: postsTownship, gates: []*gate{gateEvidence}, clause: "5.2 逐级公示；6.3 N4"},
	{event: EventArgue, from: []State{StateTownPosted}, to: StateDeptArgued, office: officeCounty, gates: []*gate{gateTownPeriod, gateOpinion}, clause: "5.2 行业论证；6.3 N4 各级不少于 10 日"},
	{event: EventArgue, from: []State{StateDraft}, to: StateDeptArgued, raised: RaisedByDepartment, office: officeCounty, gates: []*gate{gateGoals, gateAsked, gateOpinion}, clause: "5.2 跨区域、规模较大的项目由部门征求村意见后提出"},
	{event: EventApprove, from: []State{StateDeptArgued}, to: StateCountyApproved, office: officeCounty, gates: []*gate{gateDocument}, clause: "5 项目审批权在县；5.2 县审定（领导小组）"},
	{event: EventCounty, from: []State{StateCountyApproved}, to: StateCountyPosted, office: officeCounty, posts: postsCounty, gates: []*gate{gateEvidence}, clause: "5.2 逐级公示；6.3 N4"},
	{event: EventEnter, from: []State{StateCountyPosted}, to: StateInLibrary, office: officeCounty, gates: []*gate{gateGoals, gateCountyPeriod}, clause: "5.1 无绩效目标不得入库；6.3 N4 各级不少于 10 日"},
	// 计划
	{event: EventPlan, from: []State{StateInLibrary}, to: StatePlanned, office: officeCounty, owner: ownerPlan, gates: []*gate{gatePlan}, clause: "5.2 PLANNED：已入库并按批次安排"},
	{event: EventPlan, from: []State{StatePlanned, StatePrePosted, StateProcured, StateContracted, StateStarted, StateCompleted, StateAccepted, StateSettled}, office: officeCounty, owner: ownerPlan, gates: []*gate{gatePlan}, clause: "2.3(a) 计划调整"},
	{event: EventUnplan, from: []State{StatePlanned, StatePrePosted, StateProcured, StateContracted, StateStarted}, to: StateInLibrary, office: officeCounty, owner: ownerPlan, gates: []*gate{gateReason, gateNoMoney}, clause: "4.3 E06r、E07r 计划调减"},
	// 实施
	{event: EventPrePost, from: []State{StatePlanned}, to: StatePrePosted, routes: notFee, office: officeOwner, posts: postsBefore, gates: []*gate{gateEvidence}, clause: "6.3 N5 实施前公示"},
	{event: EventProcure, from: []State{StatePrePosted}, to: StateProcured, routes: onBought, office: officeOwner, gates: []*gate{gateDocument}, clause: "2.2 实施手续：四议两公开，或评审、招标、中标、备案"},
	{event: EventContract, from: []State{StateProcured}, to: StateContracted, routes: onBought, office: officeOwner, owner: ownerContract, gates: []*gate{gateBefore, gateSubject}, clause: "5.2 CONTRACTED 须已实施前公示"},
	{event: EventContract, from: []State{StatePrePosted}, to: StateContracted, routes: unprocured, office: officeOwner, owner: ownerContract, gates: []*gate{gateBefore, gateSubject}, clause: "5.2 CONTRACTED 须已实施前公示；限额以下采购，到户项目统一采购"},
	{event: EventContract, from: []State{StatePlanned}, to: StateContracted, routes: onFee, office: officeOwner, owner: ownerContract, gates: []*gate{gateSubject}, clause: "4.8 管理费：合同或委托单，不先公示"},
	{event: EventContract, from: []State{StateContracted, StateStarted, StateCompleted, StateAccepted}, office: officeOwner, owner: ownerContract, gates: []*gate{gateSubject}, clause: "5.2 一个项目可有几份合同"},
	{event: EventRoster, from: []State{StatePrePosted}, to: StateContracted, routes: onHousehold, office: officeOwner, owner: ownerRoster, gates: []*gate{gateBefore, gateSubject}, clause: "5.2、4.8 到户项目以名册代合同"},
	{event: EventRoster, from: []State{StateContracted}, routes: onHousehold, office: officeOwner, owner: ownerRoster, gates: []*gate{gateSubject}, clause: "4.8 分期发放：每次变更另立名册"},
	{event: EventRoster, from: []State{StateReimbursed}, to: StateContracted, routes: onHousehold, office: officeOwner, owner: ownerRoster, gates: []*gate{gateSubject}, clause: "4.8 分期发放：前期付清后另立名册"},
	{event: EventStart, from: []State{StateContracted}, to: StateStarted, routes: onWorks, office: officeOwner, gates: []*gate{gateEvidence}, clause: "5.2 STARTED；6.3 N5 须在开工前"},
	{event: EventComplete, from: []State{StateStarted}, to: StateCompleted, routes: onWorks, office: officeOwner, gates: []*gate{gateEvidence}, clause: "5.2 COMPLETED；2.2 前中后照片"},
	{event: EventAccept, from: []State{StateCompleted}, to: StateAccepted, routes: onWorks, office: officeOwner, gates: []*gate{gateEvidence, gateOpinion}, clause: "5.2 乡级初验、县级验收；2.2 验收表须载数量与结论"},
	{event: EventAccept, from: []State{StateContracted}, to: StateAccepted, routes: onService, office: officeOwner, gates: []*gate{gateEvidence, gateOpinion}, clause: "2.2 验收表须载数量与结论"},
	{event: EventSettle, from: []State{StateAccepted}, to: StateSettled, routes: onWorks, office: officeOwner, gates: []*gate{gateDocument, gateEvidence}, clause: "5.2 决算审计；2.2 竣工决算表"},
	{event: EventPostPost, from: []State{StateSettled}, to: StatePostPosted, routes: onWorks, office: officeOwner, posts: postsAfter, gates: []*gate{gateEvidence}, clause: "6.3 N6 完工公示"},
	{event: EventPostPost, from: []State{StateAccepted}, to: StatePostPosted, routes: onService, office: officeOwner, posts: postsAfter, gates: []*gate{gateEvidence}, clause: "6.3 N6 完工公示"},
	{event: EventReimburse, from: []State{StatePostPosted}, to: StateReimbursed, routes: onBought, office: officeOwner, owner: ownerPayment, gates: []*gate{gateAfter, gatePaid}, clause: "4.8 质保金前末次支付须已发布 N6"},
	{event: EventReimburse, from: []State{StateContracted}, to: StateReimbursed, routes: unbuilt, office: officeOwner, owner: ownerPayment, gates: []*gate{gatePaid}, clause: "4.8 到户：N8 期满；管理费：不先公示"},
	// 绩效与资产
	{event: EventEvaluate, from: []State{StateReimbursed}, to: StateEvaluated, office: officeOwner, owner: ownerEvaluate, gates: []*gate{gateEvaluated}, clause: "7 自评；4.8 自评只挡 EVALUATED，不挡支付"},
	{event: EventHandOver, from: []State{StateEvaluated}, to: StateHandedOver, asset: "yes", office: officeOwner, gates: []*gate{gateAsset}, clause: "5.5 登记、确权、移交；4.8"},
	{event: EventClose, from: []State{StateHandedOver}, to: StateClosed, office: officeCounty, gates: []*gate{gateNothingOpen}, clause: "5.2 CLOSED"},
	{event: EventClose, from: []State{StateEvaluated}, to: StateClosed, asset: "no", office: officeCounty, gates: []*gate{gateNothingOpen}, clause: "5.2 CLOSED；不形成资产的类别不移交"},
	// 旁路
	{event: EventReturn, from: []State{StateVillageVoted, StateVillagePosted, StateTownReviewed}, to: StateReturned, office: officeOwner, gates: []*gate{gateReason}, clause: "5.2 RETURNED"},
	{event: EventReturn, from: []State{StateTownPosted, StateDeptArgued, StateCountyApproved, StateCountyPosted}, to: StateReturned, office: officeCounty, gates: []*gate{gateReason}, clause: "5.2 RETURNED"},
	{event: EventResubmit, from: []State{StateReturned}, to: stateBefore, office: officeOwner, gates: []*gate{gateGoals}, clause: "5.2；6.4 内容有改的自草稿重新公示"},
	{event: EventSuspend, from: []State{StateInLibrary, StatePlanned, StatePrePosted, StateProcured, StateContracted, StateStarted, StateCompleted, StateAccepted, StateSettled, StatePostPosted}, to: StateSuspended, office: officeCounty, gates: []*gate{gateReason}, clause: "5.2 SUSPENDED"},
	{event: EventResume, from: []State{StateSuspended}, to: stateBefore, office: officeCounty, clause: "5.2"},
	{event: EventRoll, from: []State{StateInLibrary}, to: StateRolled, office: officeCounty, owner: ownerRoll, gates: []*gate{gateReason, gateSeason, gateNoMoney, gateGrade}, clause: "5.2 第四季度调整，未安排资金而仍需的转下年；7 结果应用"},
	{event: EventRemove, from: []State{StateDraft, StateReturned}, to: StateRemoved, office: officeOwner, owner: ownerRemove, gates: []*gate{gateReason, gateNoMoney}, clause: "5.2 REMOVED"},
	{event: EventRemove, from: []State{StateVillageVoted, StateVillagePosted, StateTownReviewed, StateTownPosted, StateDeptArgued, StateCountyApproved, StateCountyPosted, StateInLibrary, StateSuspended}, to: StateRemoved, office: officeCounty, owner: ownerRemove, gates: []*gate{gateReason, gateNoMoney}, clause: "5.2 无法实施的出库"},
}

var (
	raisedNames = map[string]string{RaisedByVillage: "村申报", RaisedByTownship: "乡镇提出", RaisedByDepartment: "部门提出"}
	routeNames  = map[Route]string{RouteWorks: "工程", RouteService: "采购服务", RouteHousehold: "到户", RouteFee: "管理费"}
	officeNames = map[string]string{officeOwner: "所属乡镇或县 · owner", officeCounty: "县 · county"}
	assetNames  = map[string]string{"yes": "形成资产", "no": "不形成资产"}
)

// LifecycleMarkdown prints the table as docs/lifecycle.md.
func LifecycleMarkdown() string {
	var b strings.Builder
	b.WriteString("# 项目生命周期 · Life cycle of a project\n\nGenerated from the code by `make golden`. 一张表：状态 × 事件 → 状态，连同适用、办理人、条件与依据（DOMAIN 5.2）。Events with an owner are taken only by the commands named.\n\n")
	b.WriteString("## 状态 · States\n\n| state | 中文 |\n|---|---|\n")
	for _, s := range states {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s.state, s.zh)
	}
	b.WriteString("\n## 转移 · Transitions\n\n| event | 事件 | from | to | 适用 | 办理 | 条件 | 所属业务 · owner | 依据 |\n|---|---|---|---|---|---|---|---|---|\n")
	for i := range lifecycle {
		t := &lifecycle[i]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s |\n", t.event, t.event.chinese(), stateList(t.from), t.target(), t.applies(),
			officeNames[t.office], t.conditions(), t.owner, t.clause)
	}
	b.WriteString("\n## 条件 · Gates\n\n| gate | 条件 | refused with |\n|---|---|---|\n")
	for _, g := range gates {
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", g.name, g.zh, g.code)
	}
	b.WriteString("\n## 办理路径 · Routes by category\n\nThe codes are the program's own, not official ones.\n\n| 年度 | code | 类别 | 功能分类 | 路径 | 资产 |\n|---|---|---|---|---|---|\n")
	for i := range categories {
		c := &categories[i]
		years := fmt.Sprintf("%d–", c.From)
		if c.To != 0 {
			years += fmt.Sprint(c.To)
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s |\n", years, c.Code, c.Name, strings.Join(c.FuncCodes, " "), routeNames[c.Route], c.Asset)
	}
	return b.String()
}

func stateList(list []State) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = "`" + string(s) + "`"
	}
	return strings.Join(out, " ")
}

func (t *transition) target() string {
	switch t.to {
	case "":
		return "不变"
	case stateBefore:
		return "原状态"
	default:
		return "`" + string(t.to) + "`"
	}
}

func (t *transition) applies() string {
	var out []string
	if t.raised != "" {
		out = append(out, raisedNames[t.raised])
	}
	for _, r := range t.routes {
		out = append(out, routeNames[r])
	}
	if t.asset != "" {
		out = append(out, assetNames[t.asset])
	}
	return strings.Join(out, "、")
}

func (t *transition) conditions() string {
	var out []string
	for _, g := range t.gates {
		out = append(out, g.name)
	}
	if t.posts.typ != "" {
		out = append(out, strings.TrimSpace("张贴 "+t.posts.typ+" "+t.posts.level))
	}
	return strings.Join(out, "、")
}
