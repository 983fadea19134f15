package projects

import (
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// need says which facts a gate asks of the county; they are loaded before it is
// asked.
type need uint

const (
	needMoney  need = 1 << iota // balances of the project
	needPaid                    // the same, and what was paid in closed years
	needGrade                   // the project's performance
	needAssets                  // the project's assets
)

// known is what gates may know beside the project and the step.
type known struct {
	today   ledger.Date
	days    noticeDays
	season  int // first month of the yearly adjustment
	money   standing
	graded  bool // a self-evaluation was made
	failed  bool // its grade is below the threshold
	assets  int
	handed  int      // of them handed over
	waiting []string // codes of those that are not
}

// standing is where a project's authority stands.
type standing struct {
	planned ledger.Amount // 7201 + 7202 + 7203 + 7204
	open    ledger.Amount // planned + 7301
	paid    ledger.Amount // 7301 + executed, closed years included where asked for
}

// gate is a condition of the life cycle: a pure function of the project, the step
// and what is known.
type gate struct {
	name  string
	zh    string
	code  string // of the fault with which it refuses
	needs need
	check func(*Project, *Step, *known) error
}

func newGate(name, zh string, refuses *fault.Error, holds func(*Project, *Step, *known) (bool, string)) *gate {
	return &gate{name: name, zh: zh, code: refuses.Code, check: func(p *Project, s *Step, k *known) error {
		ok, why := holds(p, s, k)
		if ok {
			return nil
		}
		return refuses.With("项目 %s 的 %s（%s）：%s", p.Code, s.Event, s.Event.chinese(), why)
	}}
}

// asking says which facts the gate asks for.
func (g *gate) asking(n need) *gate {
	g.needs = n
	return g
}

// The gates.
var (
	gateGoals = newGate("绩效目标", "至少一项绩效指标", ErrGoals, func(p *Project, _ *Step, _ *known) (bool, string) {
		return len(p.Goals) > 0, "没有绩效指标；请修改项目补报"
	})
	gateEvidence = newGate("佐证", "至少一份佐证材料摘要", ErrEvidence, func(_ *Project, s *Step, _ *known) (bool, string) {
		return proven(s), "请附佐证（会议记录、照片、验收表）的摘要"
	})
	gateAsked = newGate("征求村意见", "征求各村意见的材料摘要", ErrAsked, func(_ *Project, s *Step, _ *known) (bool, string) {
		return proven(s), "请附征求各村意见的材料摘要"
	})
	gateOpinion = newGate("意见", "审核或论证意见", ErrPaper, func(_ *Project, s *Step, _ *known) (bool, string) {
		return s.Opinion != "", "请填写审核意见"
	})
	gateDocument = newGate("文件", "批复、纪要、中标或决算文件的文号", ErrPaper, func(_ *Project, s *Step, _ *known) (bool, string) {
		return s.Document != "", "请填写文件文号"
	})
	gateReason = newGate("理由", "写明理由", ErrReason, func(_ *Project, s *Step, _ *known) (bool, string) {
		return s.Reason != "", "请填写理由"
	})
	gateSubject = newGate("编号", "指明合同、名册", ErrSubject, func(_ *Project, s *Step, _ *known) (bool, string) {
		return s.Subject != "", "请指明合同或名册编号"
	})
	gateVillagePeriod = periodGate("村级公示期满", postsVillage)
	gateTownPeriod    = periodGate("乡镇公示期满", postsTownship)
	gateCountyPeriod  = periodGate("县级公示期满", postsCounty)
	gateBefore        = postedGate("已张贴 N5", postsBefore)
	gateAfter         = postedGate("已发布 N6", postsAfter)
	gatePlan          = newGate("已安排批次", "项目在 7201–7204、73xx 有指标", ErrPlanned, func(_ *Project, _ *Step, k *known) (bool, string) {
		return k.money.planned+k.money.paid > 0, "计划指标为零；请先下达计划（E06、E07）"
	}).asking(needMoney)
	gateNoMoney = newGate("无资金", "计划、合同、应付、已付均为零", ErrMoney, func(_ *Project, _ *Step, k *known) (bool, string) {
		return k.money.open == 0 && k.money.paid == 0,
			"名下计划与应付 " + k.money.planned.String() + "，已付 " + k.money.paid.String() + "；请先调减计划"
	}).asking(needPaid)
	gatePaid = newGate("已支付", "已付大于零", ErrNotPaid, func(_ *Project, _ *Step, k *known) (bool, string) {
		return k.money.paid > 0, "已付为零"
	}).asking(needPaid)
	gateNothingOpen = newGate("资金了结", "7201–7204、7301 均为零", ErrLeft, func(_ *Project, _ *Step, k *known) (bool, string) {
		return k.money.open == 0, "未了结 " + k.money.open.String() + "；请支付、返还质保金或收回结余"
	}).asking(needMoney)
	gateEvaluated = newGate("已自评", "有绩效自评", ErrUnrated, func(_ *Project, _ *Step, k *known) (bool, string) {
		return k.graded, "请先办理绩效自评"
	}).asking(needGrade)
	gateAsset = newGate("资产移交", "资产已登记并全部移交", ErrNoAsset, func(_ *Project, _ *Step, k *known) (bool, string) {
		if k.assets == 0 {
			return false, "没有登记资产；请先登记（asset.register）"
		}
		return k.handed == k.assets, "尚未移交：" + joined(k.waiting)
	}).asking(needAssets)
	gateGrade = newGate("评价合格", "最近一次绩效评价不低于合格线", ErrGrade, func(_ *Project, _ *Step, k *known) (bool, string) {
		return !k.failed, "最近一次绩效评价为差；请先整改"
	}).asking(needGrade)
	gateSeason = newGate("第四季度", "入库年度的第四季度起（政策 roll_from_month，默认 10 月）", ErrSeason, func(p *Project, s *Step, k *known) (bool, string) {
		return s.On.Year() > p.Year || (s.On.Year() == p.Year && s.On.Month() >= k.season),
			"日期 " + s.On.String() + " 早于调整期"
	})
)

// gates lists the gates for the document.
var gates = []*gate{
	gateGoals, gateEvidence, gateAsked, gateOpinion, gateDocument, gateReason, gateSubject, gateVillagePeriod, gateTownPeriod, gateCountyPeriod,
	gateBefore, gateAfter, gatePlan, gateNoMoney, gatePaid, gateNothingOpen, gateEvaluated, gateAsset, gateGrade, gateSeason,
}

func proven(s *Step) bool { return len(s.Evidence) > 0 && s.Evidence[0] != ledger.Digest{} }

func periodGate(name string, n noticeAt) *gate {
	return newGate(name, n.typ+" "+n.level+" 张贴并期满（自张贴次日起算）", ErrPeriod, func(p *Project, s *Step, k *known) (bool, string) {
		ok, until := p.PeriodOver(n.typ, n.level, s.On, k.days.of(n.typ))
		if until.IsZero() {
			return false, n.typ + " " + n.level + " 未张贴"
		}
		return ok, n.typ + " " + n.level + " 公示至 " + until.String() + "（含），办理日 " + s.On.String()
	})
}

func postedGate(name string, n noticeAt) *gate {
	return newGate(name, n.typ+" 已张贴且未撤下", ErrPosting, func(p *Project, s *Step, _ *known) (bool, string) {
		return p.Published(n.typ, n.level, s.On), n.typ + " 未张贴或已撤下"
	})
}

func joined(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += "、"
		}
		out += s
	}
	return out
}
