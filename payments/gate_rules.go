package payments

import (
	"fmt"

	"fundbook/ledger"
)

// ProjectFacts (项目情况) is what the gates know of one project of a payment.
type ProjectFacts struct {
	Code       string
	State      string
	InLibrary  bool
	Planned    bool
	Fee        bool // category 项目管理费
	PeriodOver bool // N5, for households N8: hung and over
	Published  bool // N6
}

// Facts (支付情况) are all that the gates of a payment look at. They are loaded
// before the rules run.
type Facts struct {
	Day      ledger.Date
	Amount   ledger.Amount // of the payment
	Projects []ProjectFacts

	Contract     string   // code of contract or roster
	ContractOpen bool     // signed, neither terminated nor closed, covering the projects
	RosterFirm   bool     // roster confirmed
	First        bool     // nothing has been paid under the contract yet
	NoticeDays   int      // how long a notice hangs
	NoticeOpen   string   // why N8 of this roster, or of its last change, is not over
	ResultsOpen  []string // rosters paid before, whose results are not published
	Objections   int      // accepted objections against lines of the payment
	LoanFaults   []string

	ClaimReady bool // accepted, or in township mode reviewed
	Lacking    []DocType
	Net        ledger.Amount // of the claim
	Invoiced   ledger.Amount
	Issuers    []string // of invoices, that are not the payee
	Measured   bool
	Checked    ledger.Date // acceptance of the works
	AuditAsked bool        // the contract makes the last payment wait for it
	Audited    bool
	SelfRated  bool

	WageDue  ledger.Amount // of what is requested so far, this request included
	WageSent ledger.Amount

	AdvanceLimit ledger.Amount
	Advances     ledger.Amount
	WorkDone     ledger.Amount // measured under the contract
	StillOwed    ledger.Amount // of it, after this payment
	ProgressBP   int
	Funded       ledger.Amount // of the contract by this county
	PaidOut      ledger.Amount // advances and payments so far, this payment included
	ProgressMax  int

	Ordinary bool // not called an emergency

	DefectUntil ledger.Date
	OpenDefect  bool

	FeeOver    ledger.Amount // by which the cap would be passed
	Allocation string        // document of the plan or allocation
	BeyondCash ledger.Amount // by which cash would pass the township's authority
	Decision   string

	Lag       string // how far the books that pay lag behind, "" when they keep up
	LagBlocks bool   // payments stop while they do (policy books_lag)
}

// gateRule is how a gate is read, and what to do where it fails.
type gateRule struct {
	zh     string
	fails  func(f *Facts) string // "" when it holds
	remedy string
}

// each finds the first project that fails.
func (f *Facts) each(bad func(p *ProjectFacts) bool, format string) string {
	for i := range f.Projects {
		if p := &f.Projects[i]; bad(p) {
			return fmt.Sprintf(format, p.Code, p.State)
		}
	}
	return ""
}

func unless(ok bool, format string, args ...any) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// gateRules reads every gate.
var gateRules = map[Gate]gateRule{
	GateLibrary: {"项目在库", func(f *Facts) string {
		return f.each(func(p *ProjectFacts) bool { return !p.InLibrary }, "项目 %s 状态 %s，不在项目库或已暂停、出库")
	}, "先入库或恢复项目"},
	GatePlan: {"列入年度计划", func(f *Facts) string {
		return f.each(func(p *ProjectFacts) bool { return !p.Planned }, "项目 %s 状态 %s，未列入年度计划")
	}, "先下达计划"},
	GateContract: {"合同有效", func(f *Facts) string {
		return unless(f.ContractOpen, "合同 %s 未签订、已终止或不含所付项目", f.Contract)
	}, "先签订或变更合同"},
	GateRoster: {"名册已确认", func(f *Facts) string { return unless(f.RosterFirm, "名册 %s 未确认", f.Contract) }, "先确认名册（E15a）"},
	GateN5: {"实施前公示期满（首次付款）", func(f *Facts) string {
		if !f.First {
			return ""
		}
		return f.each(func(p *ProjectFacts) bool { return !p.PeriodOver }, "项目 %s（%s）的实施前公示（N5）未满规定天数")
	}, "张贴实施前公示，期满后再付首款"},
	GateN6: {"完工公示已张贴", func(f *Facts) string {
		return f.each(func(p *ProjectFacts) bool { return !p.Published }, "项目 %s（%s）未张贴完工公示（N6）")
	}, "先张贴完工公示"},
	GateN8: {"到户公示期满", func(f *Facts) string {
		return f.NoticeOpen
	}, "张贴到户公示，期满后再发放"},
	GateResults: {"前次发放结果已公示", func(f *Facts) string {
		return unless(len(f.ResultsOpen) == 0, "名册 %s 之前发放的名册 %v 未公示发放结果", f.Contract, f.ResultsOpen)
	}, "先公示前次发放结果（project.post_notice N8，subject 为“名册编号/result”）"},
	GateClaim: {"报账单已受理", func(f *Facts) string { return unless(f.ClaimReady, "报账单未受理或未签署意见") }, "先办理意见、受理"},
	GateEvidence: {"必备材料齐全", func(f *Facts) string {
		return unless(len(f.Lacking) == 0, "缺 %s", docList(f.Lacking))
	}, "补齐材料后重新报送"},
	GateInvoice: {"发票足额", func(f *Facts) string {
		return unless(f.Invoiced >= f.Net, "应付 %s，发票 %s，差 %s", f.Net, f.Invoiced, f.Net-f.Invoiced)
	}, "补开发票后重新报送"},
	GateIssuer: {"开票方即收款方", func(f *Facts) string {
		return unless(len(f.Issuers) == 0, "开票方 %v 不是收款方", f.Issuers)
	}, "核对开票方，或附委托收款书"},
	GateMeasurement: {"已计量", func(f *Facts) string { return unless(f.Measured, "没有计量单或到货（服务）验收单") }, "补计量单后重新报送"},
	GateAcceptance: {"已验收", func(f *Facts) string {
		return unless(f.Checked != 0 && f.Checked <= f.Day, "合同 %s 未验收", f.Contract)
	}, "先竣工验收"},
	GateAudit: {"结算审计（合同约定时）", func(f *Facts) string {
		return unless(!f.AuditAsked || f.Audited, "合同 %s 约定末次付款须审计，尚无审计（结算审核）报告", f.Contract)
	}, "附审计报告，或登记结算审定"},
	GateSelfRating: {"绩效自评", func(f *Facts) string { return unless(f.SelfRated, "尚无自评报告") }, "次年四月十五日前完成自评"},
	GateWage: {"人工费付工资专户", func(f *Facts) string {
		return unless(f.WageSent >= f.WageDue, "应先付工资专户 %s，已列 %s，差 %s", f.WageDue, f.WageSent, f.WageDue-f.WageSent)
	}, "收款方加列农民工工资专户"},
	GateAdvance: {"预付不超上限", func(f *Facts) string {
		return unless(f.Advances <= f.AdvanceLimit, "预付合计 %s，上限 %s，超出 %s", f.Advances, f.AdvanceLimit, f.Advances-f.AdvanceLimit)
	}, "减少预付"},
	GateProgress: {"进度款不低于下限", func(f *Facts) string {
		least := share(f.WorkDone, f.ProgressBP)
		got := f.WorkDone - f.StillOwed
		return unless(got >= least, "已完成 %s，本次后累计支付 %s，低于 %s（%s）", f.WorkDone, got, least, percent(f.ProgressBP))
	}, "足额支付进度款"},
	GateProgressMax: {"进度款不超上限", func(f *Facts) string {
		most := share(f.Funded, f.ProgressMax)
		return unless(f.PaidOut <= most, "合同本县资金 %s，本次后累计支付 %s，上限 %s（%s），超出 %s", f.Funded, f.PaidOut, most, percent(f.ProgressMax), f.PaidOut-most)
	}, "减少本次支付；其余验收、公示后按末次付款（final）报账"},
	GateOrdinary: {"救灾应急须凭豁免", func(f *Facts) string {
		return unless(f.Ordinary, "救灾应急支付须有决定、两名审批人批准的豁免")
	}, "先办理豁免（waiver.grant、waiver.approve）"},
	GateDefect: {"缺陷责任期满", func(f *Facts) string {
		if f.DefectUntil == 0 {
			return "合同 " + f.Contract + " 未验收，缺陷责任期未起算"
		}
		return unless(f.Day > f.DefectUntil, "缺陷责任期至 %s，支付日期 %s", f.DefectUntil, f.Day)
	}, "期满后再返还，或以保函替代（E14g）"},
	GateOpenDefect: {"无未了缺陷", func(f *Facts) string { return unless(!f.OpenDefect, "合同 %s 有未了缺陷", f.Contract) }, "修复并销项，或扣用质保金（E14d）"},
	GateObjection: {"无成立的异议", func(f *Facts) string {
		return unless(f.Objections == 0, "所付各行有 %d 条成立的异议", f.Objections)
	}, "剔除有异议的行，其余照付"},
	GateLoan: {"贷款贴息核查", func(f *Facts) string { return unless(len(f.LoanFaults) == 0, "%v", f.LoanFaults) }, "更正贷款台账或剔除该行（A22）"},
	GateFeeCategory: {"类别为项目管理费", func(f *Facts) string {
		return f.each(func(p *ProjectFacts) bool { return !p.Fee }, "项目 %s（%s）的类别不是项目管理费")
	}, "改在项目管理费项目下报账"},
	GateFeeCap:     {"管理费上限", func(f *Facts) string { return unless(f.FeeOver <= 0, "超出上限 %s", f.FeeOver) }, "减少金额或调整资金来源"},
	GateAllocation: {"有计划或分解文件", func(f *Facts) string { return unless(f.Allocation != "", "未引计划或分解下达文件") }, "填写文件文号"},
	GateAuthority: {"不超乡镇指标（I10）", func(f *Facts) string {
		return unless(f.BeyondCash <= 0, "拨付后乡镇资金超出其指标 %s", f.BeyondCash)
	}, "先分解下达指标（E04）或减少拨付"},
	GateBooks:    {"账务及时结账", func(f *Facts) string { return f.Lag }, "先按月结账（settle.close_month）"},
	GateDecision: {"有决定或收回文件", func(f *Facts) string { return unless(f.Decision != "", "未引决定或收回文件") }, "填写文件文号"},
}
