package audit

import (
	"slices"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// FindingState (整改状态) is where a finding stands.
type FindingState string

// The states of a finding (DOMAIN 8.2).
const (
	FindingFiled      FindingState = "FILED"         // 立案
	FindingRectifying FindingState = "RECTIFYING"    // 整改中
	FindingApplied    FindingState = "CLOSE_APPLIED" // 申请销号
	FindingVerifying  FindingState = "VERIFYING"     // 核验
	FindingClosed     FindingState = "CLOSED"        // 已销号
	FindingReturned   FindingState = "RETURNED"      // 退回
)

var findingStates = []struct {
	state FindingState
	zh    string
}{
	{FindingFiled, "立案"},
	{FindingRectifying, "整改中"},
	{FindingApplied, "申请销号"},
	{FindingVerifying, "核验"},
	{FindingClosed, "已销号"},
	{FindingReturned, "退回"},
}

// FindingStates lists the states in their order.
func FindingStates() []FindingState {
	out := make([]FindingState, len(findingStates))
	for i := range findingStates {
		out[i] = findingStates[i].state
	}
	return out
}

// Chinese returns the name of the state.
func (s FindingState) Chinese() string {
	for i := range findingStates {
		if findingStates[i].state == s {
			return findingStates[i].zh
		}
	}
	return string(s)
}

// findingEvent is what can happen to a finding.
type findingEvent string

const (
	findingProgress findingEvent = "progress"
	findingApply    findingEvent = "apply_close"
	findingVerify   findingEvent = "verify"
	findingClose    findingEvent = "close"
	findingReturn   findingEvent = "return"
	findingLook     findingEvent = "look_back"
	findingRelapse  findingEvent = "relapse" // a look-back that finds the problem again
)

// findingTable is the one table of states and events: in which states an event may
// happen, and what follows. Opening makes FILED.
var findingTable = []struct {
	event findingEvent
	zh    string
	from  []FindingState
	to    FindingState
}{
	{findingProgress, "整改进展", []FindingState{FindingFiled, FindingRectifying, FindingReturned}, FindingRectifying},
	{findingApply, "申请销号", []FindingState{FindingRectifying}, FindingApplied},
	{findingVerify, "核验", []FindingState{FindingApplied}, FindingVerifying},
	{findingClose, "销号", []FindingState{FindingVerifying}, FindingClosed},
	{findingReturn, "退回", []FindingState{FindingApplied, FindingVerifying}, FindingReturned},
	{findingLook, "回头看", []FindingState{FindingClosed}, FindingClosed},
	{findingRelapse, "回头看发现问题反弹", []FindingState{FindingClosed}, FindingReturned},
}

// may returns the state that follows an event, or refuses what the table does not
// permit.
func (f *Finding) may(e findingEvent) (FindingState, error) {
	for i := range findingTable {
		r := &findingTable[i]
		if r.event != e {
			continue
		}
		if slices.Contains(r.from, f.State) {
			return r.to, nil
		}
		from := ""
		for j, s := range r.from {
			if j > 0 {
				from += "、"
			}
			from += s.Chinese()
		}
		return "", ErrFindingState.With("问题 %s 现为 %s，%s须在 %s 时办理", f.Code, f.State.Chinese(), r.zh, from)
	}
	return "", ErrFindingState.With("问题 %s：没有 %q 这一事项", f.Code, e)
}

// FindingSource (问题来源) says who found it.
type FindingSource string

// The sources of findings (DOMAIN 8.2), and those inside the product: failed
// grades, duties to publish that are overdue, doubts.
const (
	SourceAudit       FindingSource = "审计"
	SourceInspection  FindingSource = "巡视"
	SourceSupervision FindingSource = "督查"
	SourceSelf        FindingSource = "自查"
	SourceReport      FindingSource = "举报"
	SourcePerformance FindingSource = "绩效"
	SourcePublicity   FindingSource = "公示"
	SourceDoubt       FindingSource = "疑点"
)

// Violation (问题类别) is one kind of violation that findings are filed under: those
// that the opinion and DOMAIN 8 name, and what an inspection finds in management.
type Violation struct {
	Code string `json:"code"`
	ZH   string `json:"zh"`
	EN   string `json:"en"`
}

var violations = []Violation{
	{"V01", "虚报冒领", "false claims"},
	{"V02", "挤占挪用", "money diverted"},
	{"V03", "贪污侵占", "embezzlement"},
	{"V04", "挥霍浪费", "waste"},
	{"V05", "套取侵吞", "money obtained by deceit"},
	{"V06", "截留私分", "money withheld or shared out"},
	{"V07", "优亲厚友", "favours to relatives and friends"},
	{"V08", "吃拿卡要", "demands on those who are served"},
	{"V09", "户贷企用", "a household's loan used by a company"},
	{"V10", "超范围使用（负面清单）", "use outside the permitted scope"},
	{"V11", "资金闲置", "idle money"},
	{"V12", "程序不合规", "procedure not kept"},
	{"V13", "公告公示不到位", "publicity lacking"},
	{"V14", "绩效不达标", "performance below target"},
	{"V15", "报账材料不实或不全", "papers false or incomplete"},
	{"V16", "质量、管护不到位", "quality or upkeep lacking"},
	{"V99", "其他", "other"},
}

// Violations lists the kinds of violation in order of code.
func Violations() []Violation { return slices.Clone(violations) }

func violationOf(code string) (Violation, bool) {
	i := slices.IndexFunc(violations, func(v Violation) bool { return v.Code == code })
	if i < 0 {
		return Violation{}, false
	}
	return violations[i], true
}

// Finding (问题、整改台账) is one problem that an audit, an inspection, a report of the
// public or the product itself found: what and whose it is, what is done about it
// by when, and what shows that it is mended (DOMAIN 8.2). It names a post, never a
// person.
type Finding struct {
	Code      string        `json:"code"`
	State     FindingState  `json:"state"`
	Source    FindingSource `json:"source"`
	Reference string        `json:"reference"` // of the source: never two findings of one
	FoundOn   ledger.Date   `json:"found_on"`
	Type      string        `json:"type"` // of the table of violations
	Text      string        `json:"text"`
	Funds     []string      `json:"funds,omitempty"` // codes of lots
	Projects  []string      `json:"projects,omitempty"`
	Vouchers  []int64       `json:"vouchers,omitempty"` // sequence numbers of entries
	Amount    ledger.Amount `json:"amount,omitempty"`
	Return    ledger.Amount `json:"to_return,omitempty"` // money that must come back
	Unit      string        `json:"unit"`                // 责任单位
	Town      string        `json:"town,omitempty"`      // township whose own it is
	Post      string        `json:"post"`                // 责任人岗位
	Measures  string        `json:"measures"`
	Deadline  ledger.Date   `json:"deadline"`
	LookBack  ledger.Date   `json:"look_back"` // day by which it is looked at again
	Since     ledger.Date   `json:"since"`     // of the last step

	Steps     []FindingStep    `json:"steps,omitempty"` // 进展
	Applicant ledger.ID        `json:"applicant,omitzero"`
	Result    string           `json:"result,omitempty"` // 整改结果, as applied for
	Evidence  []ledger.Digest  `json:"evidence,omitempty"`
	Verifier  string           `json:"verifier_post,omitempty"` // 验收人岗位
	Opinion   string           `json:"opinion,omitempty"`
	Receipts  []FindingReceipt `json:"receipts,omitempty"`
	Returned  ledger.Amount    `json:"returned,omitempty"` // 退还金额
	Punished  int              `json:"punished,omitempty"` // 问责人数
	ClosedOn  ledger.Date      `json:"closed_on,omitzero"`
	Reason    string           `json:"reason,omitempty"` // of the last return
	Looks     []FindingLookup  `json:"looks,omitempty"`
}

// FindingStep (整改进展) is what was done about a finding by a day.
type FindingStep struct {
	On       ledger.Date     `json:"on"`
	Text     string          `json:"text"`
	Evidence []ledger.Digest `json:"evidence,omitempty"`
}

// FindingReceipt (退还凭证) is an entry by which money came back, how much of it is
// for this finding, and into which lots it went: their own (归还原渠道).
type FindingReceipt struct {
	Entry  int64          `json:"entry"`
	Event  string         `json:"event"`
	Amount ledger.Amount  `json:"amount"`
	Lots   []ledger.LotID `json:"lots"`
}

// FindingLookup (回头看) is one look at a closed finding.
type FindingLookup struct {
	On       ledger.Date     `json:"on"`
	Passed   bool            `json:"passed"`
	Text     string          `json:"text"`
	Evidence []ledger.Digest `json:"evidence,omitempty"`
	Next     ledger.Date     `json:"next,omitzero"`
}

// Open reports whether the finding is not closed.
func (f *Finding) Open() bool { return f.State != FindingClosed }

// Overdue reports whether a day is past the deadline of an open finding, or past
// the look-back of a closed one.
func (f *Finding) Overdue(day ledger.Date) bool {
	if f.Open() {
		return day > f.Deadline
	}
	return f.LookBack != 0 && day > f.LookBack
}

type (
	findingProgressed struct{ Step FindingStep }
	findingApplied    struct {
		On       ledger.Date
		Result   string
		Evidence []ledger.Digest
	}
	findingVerified struct {
		On      ledger.Date
		Post    string
		Opinion string
	}
	findingEnded struct {
		On       ledger.Date
		Evidence []ledger.Digest
		Receipts []FindingReceipt
		Punished int
	}
	findingSentBack struct {
		On       ledger.Date
		Reason   string
		Deadline ledger.Date
	}
	findingLooked struct {
		Look     FindingLookup
		Deadline ledger.Date // of what came up again
	}
)

var findingFile = dossier.NewKind("finding", func(f *Finding) dossier.Index {
	return dossier.Index{
		Status: string(f.State), Unit: f.Town, Parent: string(f.Source), Title: f.Type + " " + f.Unit, Year: f.FoundOn.Year(), Amount: int64(f.Amount),
	}
})

var (
	findingOpened = dossier.On(findingFile, "finding.opened", func(f *Finding, x *Finding, _ dossier.Stamp) { *f = *x })
	didProgress   = dossier.On(findingFile, "finding.progressed", func(f *Finding, x *findingProgressed, _ dossier.Stamp) {
		f.State, f.Since = FindingRectifying, x.Step.On
		f.Steps = append(f.Steps, x.Step)
	})
	didApply = dossier.On(findingFile, "finding.close_applied", func(f *Finding, x *findingApplied, at dossier.Stamp) {
		f.State, f.Since, f.Applicant, f.Result, f.Evidence = FindingApplied, x.On, at.Actor, x.Result, x.Evidence
	})
	didVerify = dossier.On(findingFile, "finding.verified", func(f *Finding, x *findingVerified, _ dossier.Stamp) {
		f.State, f.Since, f.Verifier, f.Opinion = FindingVerifying, x.On, x.Post, x.Opinion
	})
	didClose = dossier.On(findingFile, "finding.closed", func(f *Finding, x *findingEnded, _ dossier.Stamp) {
		f.State, f.Since, f.ClosedOn, f.Evidence, f.Punished = FindingClosed, x.On, x.On, x.Evidence, x.Punished
		for _, r := range x.Receipts {
			f.Returned += r.Amount
		}
		f.Receipts = append(f.Receipts, x.Receipts...)
	})
	didReturn = dossier.On(findingFile, "finding.returned", func(f *Finding, x *findingSentBack, _ dossier.Stamp) {
		f.State, f.Since, f.Reason, f.Deadline = FindingReturned, x.On, x.Reason, x.Deadline
		f.Applicant, f.Verifier, f.Opinion = ledger.ID{}, "", ""
	})
	didLook = dossier.On(findingFile, "finding.looked_back", func(f *Finding, x *findingLooked, _ dossier.Stamp) {
		f.Looks, f.LookBack, f.Since = append(f.Looks, x.Look), x.Look.Next, x.Look.On
		if !x.Look.Passed {
			f.State, f.Reason, f.Deadline, f.ClosedOn = FindingReturned, x.Look.Text, x.Deadline, 0
			f.Applicant, f.Verifier, f.Opinion = ledger.ID{}, "", ""
		}
	})
)

// FindingOrigin (问题来源登记) holds the reference of a source, so that the same doubt,
// failed grade or item of a report does not open two findings.
type FindingOrigin struct {
	Source    FindingSource `json:"source"`
	Reference string        `json:"reference"`
	Finding   string        `json:"finding"`
	Town      string        `json:"town,omitempty"`
}

var originFile = dossier.NewKind("finding_origin", func(o *FindingOrigin) dossier.Index {
	return dossier.Index{Status: string(o.Source), Unit: o.Town, Parent: o.Finding, Title: o.Reference}
})

var originTaken = dossier.On(originFile, "finding.origin_taken", func(o *FindingOrigin, x *FindingOrigin, _ dossier.Stamp) { *o = *x })

// ReceiptUse (退还凭证使用) is one receipt entry with the findings that it closed: no
// yuan that came back counts twice.
type ReceiptUse struct {
	Entry int64         `json:"entry"`
	Used  ledger.Amount `json:"used"`
	Uses  []ReceiptPart `json:"uses"`
}

// ReceiptPart is what one finding takes of a receipt.
type ReceiptPart struct {
	Finding string        `json:"finding"`
	Amount  ledger.Amount `json:"amount"`
}

type receiptTaken struct {
	Entry int64
	Part  ReceiptPart
}

var receiptFile = dossier.NewKind("finding_receipt", func(r *ReceiptUse) dossier.Index {
	return dossier.Index{Status: "USED", Amount: int64(r.Used)}
})

var tookReceipt = dossier.On(receiptFile, "finding.receipt_taken", func(r *ReceiptUse, x *receiptTaken, _ dossier.Stamp) {
	r.Entry = x.Entry
	r.Used += x.Part.Amount
	r.Uses = append(r.Uses, x.Part)
})
