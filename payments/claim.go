package payments

import (
	"slices"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// ClaimKind (报账类别) says what a claim asks money for.
type ClaimKind string

// The kinds of claims. Whether the township pays is the claim's mode.
const (
	ClaimAdvance   ClaimKind = "advance"   // 预付款
	ClaimProgress  ClaimKind = "progress"  // 进度款
	ClaimFinal     ClaimKind = "final"     // 质保金前的末次付款
	ClaimRetention ClaimKind = "retention" // 质保金返还
	ClaimFee       ClaimKind = "fee"       // 项目管理费
	ClaimEmergency ClaimKind = "emergency" // 救灾应急
	ClaimOther     ClaimKind = "other"     // 其他：货物、服务一次付清
	ClaimRepair    ClaimKind = "repair"    // 扣用质保金的第三方维修款（E14d）
	ClaimReleased  ClaimKind = "released"  // 保函替代后支付的质保金（E14g）
	ClaimOpening   ClaimKind = "opening"   // 期初接管的应付款（E00）
)

// The modes of reimbursement (DOMAIN 2.1).
const (
	ModeCounty   = "county"   // 县级报账：县级国库支付
	ModeTownship = "township" // 乡级报账：乡镇专户支付，县级审核
)

// ClaimState (报账状态) is where a claim stands.
type ClaimState string

// The states of a claim.
const (
	ClaimSubmitted ClaimState = "SUBMITTED"     // 已报送
	ClaimReviewed  ClaimState = "TOWN_REVIEWED" // 乡镇（部门）已签署意见
	ClaimAccepted  ClaimState = "ACCEPTED"      // 县级已受理列账
	ClaimReturned  ClaimState = "RETURNED"      // 退回
	ClaimWithdrawn ClaimState = "WITHDRAWN"     // 撤回
	ClaimRequested ClaimState = "REQUESTED"     // 支付申请中
	ClaimPartPaid  ClaimState = "PART_PAID"     // 部分支付
	ClaimPaid      ClaimState = "PAID"          // 已支付
	ClaimApproved  ClaimState = "APPROVED"      // 乡级报账：县级已审核列支
)

// claimEvent is what can happen to a claim.
type claimEvent string

const (
	evReview   claimEvent = "review"
	evAccept   claimEvent = "accept"
	evReturn   claimEvent = "return"
	evWithdraw claimEvent = "withdraw"
	evRequest  claimEvent = "request"
	evPay      claimEvent = "pay"
	evVoid     claimEvent = "void"
	evUnpay    claimEvent = "unpay" // returned by the bank, refunded, restored after a wrong payment
	evDisallow claimEvent = "disallow"
	evApprove  claimEvent = "approve"
	evPaidBack claimEvent = "paid_back"
	evRevoke   claimEvent = "revoke" // the acceptance, or the county's approval, was wrong
)

// claimTable is the one table of states and events: in which states an event may
// happen, in which mode, and what people call it.
var claimTable = []struct {
	event claimEvent
	zh    string
	mode  string // "" for both
	from  []ClaimState
}{
	{evReview, "签署意见", "", []ClaimState{ClaimSubmitted}},
	{evAccept, "受理列账", ModeCounty, []ClaimState{ClaimReviewed}},
	{evReturn, "退回", "", []ClaimState{ClaimSubmitted, ClaimReviewed}},
	{evWithdraw, "撤回", "", []ClaimState{ClaimSubmitted, ClaimReviewed}},
	{evRequest, "支付申请", ModeCounty, []ClaimState{ClaimAccepted, ClaimRequested, ClaimPartPaid}},
	{evRequest, "支付申请", ModeTownship, []ClaimState{ClaimReviewed, ClaimRequested, ClaimPartPaid}},
	{evPay, "支付确认", "", []ClaimState{ClaimRequested, ClaimPartPaid}},
	{evVoid, "撤销申请", "", []ClaimState{ClaimRequested, ClaimPartPaid}},
	{evUnpay, "退票、退回", "", []ClaimState{ClaimPartPaid, ClaimPaid}},
	{evDisallow, "审减", ModeTownship, []ClaimState{ClaimPaid}},
	{evApprove, "县级审核", ModeTownship, []ClaimState{ClaimPaid}},
	{evRevoke, "撤销受理", ModeCounty, []ClaimState{ClaimAccepted}},
	{evRevoke, "撤销审核", ModeTownship, []ClaimState{ClaimApproved}},
	{evPaidBack, "审减退回", ModeTownship, []ClaimState{ClaimPaid, ClaimApproved}},
}

// may refuses an event that the claim's state or mode does not permit.
func (c *Claim) may(e claimEvent) error {
	zh := ""
	var from []ClaimState
	for i := range claimTable {
		r := &claimTable[i]
		if r.event != e {
			continue
		}
		zh = r.zh
		if r.mode == "" || r.mode == c.Mode {
			from = r.from
			if slices.Contains(from, c.State) {
				return nil
			}
		}
	}
	if from == nil {
		return ErrClaimState.With("报账单 %s 为%s，不办理%s", c.Code, modeName(c.Mode), zh)
	}
	return ErrClaimState.With("报账单 %s 现为 %s，%s须在 %v 时办理", c.Code, c.State, zh, from)
}

func modeName(mode string) string {
	if mode == ModeTownship {
		return "乡级报账"
	}
	return "县级报账"
}

// Claim (报账单) is what an implementing unit asks to be paid under a contract,
// with its evidence, from submission until it is paid and, in township mode,
// approved by the county.
type Claim struct {
	Code      string        `json:"code"`
	Kind      ClaimKind     `json:"kind"`
	Mode      string        `json:"mode"`
	State     ClaimState    `json:"state"`
	Contract  string        `json:"contract"`
	Payee     string        `json:"payee"` // creditor
	Unit      string        `json:"unit"`  // unit dimension of the contract's accounts
	Town      string        `json:"town,omitempty"`
	Date      ledger.Date   `json:"date"`
	Amount    ledger.Amount `json:"amount"`              // M 计量金额，或预付、返还金额
	Offset    ledger.Amount `json:"offset,omitempty"`    // a 冲抵预付
	Retention ledger.Amount `json:"retention,omitempty"` // r 扣留质保金
	Wage      ledger.Amount `json:"wage,omitempty"`      // of it to the wage account
	Parts     []ClaimPart   `json:"parts"`
	Lots      []ClaimLot    `json:"lots,omitempty"` // once authority is taken

	Documents []ledger.Digest `json:"documents,omitempty"`
	Lacking   []DocType       `json:"lacking,omitempty"`
	Invoices  []InvoiceShare  `json:"invoices,omitempty"`
	Measured  bool            `json:"measured,omitempty"`   // 计量单（到货验收单）
	Checked   ledger.Date     `json:"checked,omitzero"`     // 验收日期
	Audited   bool            `json:"audited,omitempty"`    // 审计（结算审核）报告
	SelfRated bool            `json:"self_rated,omitempty"` // 自评报告
	Decision  string          `json:"decision,omitempty"`
	Memo      string          `json:"memo,omitempty"`

	Opinion    string      `json:"opinion,omitempty"`
	Signer     string      `json:"signer,omitempty"`
	OpinionOn  ledger.Date `json:"opinion_on,omitzero"`
	AcceptedOn ledger.Date `json:"accepted_on,omitzero"`
	PayBy      ledger.Date `json:"pay_by,omitzero"`
	WageBy     ledger.Date `json:"wage_by,omitzero"`
	Reason     string      `json:"reason,omitempty"` // of the last return or withdrawal
	Waiver     string      `json:"waiver,omitempty"` // used when it was accepted

	Requests     []string      `json:"requests,omitempty"`
	Requested    ledger.Amount `json:"requested,omitempty"` // of the net amount, in requests not void
	Paid         ledger.Amount `json:"paid,omitempty"`
	WageAsked    ledger.Amount `json:"wage_requested,omitempty"`
	WagePaid     ledger.Amount `json:"wage_paid,omitempty"`
	Payable      ledger.Amount `json:"payable,omitempty"` // retention that came back and is owed as a plain payable (E12e)
	Refunded     ledger.Amount `json:"refunded,omitempty"`
	Disallowed   ledger.Amount `json:"disallowed,omitempty"`
	PaidBack     ledger.Amount `json:"paid_back,omitempty"`
	DisallowedOn ledger.Date   `json:"disallowed_on,omitzero"`
	ApprovedOn   ledger.Date   `json:"approved_on,omitzero"`
	Entries      []int64       `json:"entries,omitempty"` // of the acceptance or approval
	Maker        ledger.ID     `json:"maker"`             // who submitted it
	Reviewer     ledger.ID     `json:"reviewer,omitzero"` // who recorded the opinion
}

// ClaimPart (项目分摊) is a project's part of a claim.
type ClaimPart struct {
	Project   string        `json:"project" validate:"required,max=64"`
	Amount    ledger.Amount `json:"amount"`
	Offset    ledger.Amount `json:"offset,omitempty"`
	Retention ledger.Amount `json:"retention,omitempty"`
}

// ClaimLot (批次分摊) is what one lot bears of a claim's part.
type ClaimLot struct {
	Project    string        `json:"project"`
	Lot        ledger.LotID  `json:"lot"`
	Amount     ledger.Amount `json:"amount"`
	Offset     ledger.Amount `json:"offset,omitempty"`
	Retention  ledger.Amount `json:"retention,omitempty"`
	Requested  ledger.Amount `json:"requested,omitempty"`
	Disallowed ledger.Amount `json:"disallowed,omitempty"`
	PaidBack   ledger.Amount `json:"paid_back,omitempty"`
}

// net is what is to be paid of the lot's part.
func (l *ClaimLot) net() ledger.Amount { return l.Amount - l.Offset - l.Retention }

// InvoiceShare is what a claim draws on one invoice.
type InvoiceShare struct {
	Invoice string        `json:"invoice"`
	Issuer  string        `json:"issuer"`
	Amount  ledger.Amount `json:"amount"`
}

// PayLine (支付分项) is an amount of one project out of one lot.
type PayLine struct {
	Project string        `json:"project"`
	Lot     ledger.LotID  `json:"lot"`
	Amount  ledger.Amount `json:"amount"`
}

// Net is what the claim asks to be paid.
func (c *Claim) Net() ledger.Amount { return c.Amount - c.Offset - c.Retention - c.Refunded }

// Left is what may still be requested.
func (c *Claim) Left() ledger.Amount { return c.Net() - c.Requested }

// invoiced is what the claim draws on invoices.
func (c *Claim) invoiced() ledger.Amount {
	var sum ledger.Amount
	for i := range c.Invoices {
		sum += c.Invoices[i].Amount
	}
	return sum
}

// apart refuses to let somebody accept or approve what they submitted or reviewed,
// where the policy asks for four eyes (law 8).
func (c *Claim) apart(who ledger.ID, fourEyes bool) error {
	if fourEyes && (who == c.Maker || who == c.Reviewer) {
		return ErrClaimMaker.With("报账单 %s；请由另一账户受理、审核", c.Code)
	}
	return nil
}

// dead reports whether nothing will come of the claim any more.
func (c *Claim) dead() bool { return c.State == ClaimReturned || c.State == ClaimWithdrawn }

// Overdue reports whether money is owed after its pay-by date.
func (c *Claim) Overdue(day ledger.Date) bool {
	return c.PayBy != 0 && !c.dead() && c.State != ClaimApproved &&
		(day > c.PayBy && c.Paid < c.Net() || c.WageBy != 0 && day > c.WageBy && c.WagePaid < c.Wage)
}

// settle finds the state that the figures of paying make.
func (c *Claim) settle() {
	switch {
	case c.State == ClaimApproved:
	case c.Paid >= c.Net():
		c.State = ClaimPaid
	case c.Paid > 0:
		c.State = ClaimPartPaid
	case c.Requested > 0:
		c.State = ClaimRequested
	case c.Mode == ModeTownship:
		c.State = ClaimReviewed
	default:
		c.State = ClaimAccepted
	}
}

// lotOf finds the claim's share of a project and lot, making it when it is new.
func (c *Claim) lotOf(project string, lot ledger.LotID) *ClaimLot {
	for i := range c.Lots {
		if c.Lots[i].Project == project && c.Lots[i].Lot == lot {
			return &c.Lots[i]
		}
	}
	c.Lots = append(c.Lots, ClaimLot{Project: project, Lot: lot})
	return &c.Lots[len(c.Lots)-1]
}

// What happens to a claim.
type (
	claimReviewed struct {
		Opinion, Signer string
		On, PayBy       ledger.Date
		WageBy          ledger.Date
	}
	claimEnded    struct{ Reason string }
	claimAccepted struct {
		On, PayBy, WageBy ledger.Date
		Lots              []ClaimLot
		Waiver            string
		Entries           []int64
	}
	claimRequested struct {
		Request string
		Amount  ledger.Amount
		Wage    ledger.Amount
		Payable ledger.Amount // of it out of what the retention claim is owed as a plain payable
		Lines   []PayLine
		Lots    []ClaimLot // of a township claim: how its lots bear it
	}
	claimMoved struct { // paid, voided or come back
		Request      string
		Amount, Wage ledger.Amount
		Payable      ledger.Amount
		Lines        []PayLine
	}
	claimRefunded struct {
		Amount ledger.Amount
		Lines  []PayLine
	}
	claimDisallowed struct {
		Amount ledger.Amount
		Lines  []PayLine
		Reason string
		On     ledger.Date
	}
	claimApproved struct {
		On      ledger.Date
		Entries []int64
	}
	claimRevoked struct {
		On     ledger.Date
		Reason string
	}
)

var claimFile = dossier.NewKind("claim", func(c *Claim) dossier.Index {
	return dossier.Index{
		Status: string(c.State), Unit: c.Town, Parent: c.Contract, Title: string(c.Kind) + " " + c.Payee, Year: c.Date.Year(), Amount: int64(c.Amount),
	}
})

var (
	submitted = dossier.On(claimFile, "claim.submitted", func(c *Claim, f *Claim, _ dossier.Stamp) { *c = *f })
	reviewed  = dossier.On(claimFile, "claim.reviewed", func(c *Claim, f *claimReviewed, at dossier.Stamp) {
		c.Reviewer = at.Actor
		c.State, c.Opinion, c.Signer, c.OpinionOn, c.PayBy, c.WageBy = ClaimReviewed, f.Opinion, f.Signer, f.On, f.PayBy, f.WageBy
	})
	returned = dossier.On(claimFile, "claim.returned", func(c *Claim, f *claimEnded, _ dossier.Stamp) {
		c.State, c.Reason = ClaimReturned, f.Reason
	})
	withdrawn = dossier.On(claimFile, "claim.withdrawn", func(c *Claim, f *claimEnded, _ dossier.Stamp) {
		c.State, c.Reason = ClaimWithdrawn, f.Reason
	})
	accepted = dossier.On(claimFile, "claim.accepted", func(c *Claim, f *claimAccepted, _ dossier.Stamp) {
		c.State, c.AcceptedOn, c.PayBy, c.WageBy, c.Lots, c.Waiver = ClaimAccepted, f.On, f.PayBy, f.WageBy, f.Lots, f.Waiver
		c.Entries = f.Entries
		if c.Net() == 0 {
			c.State = ClaimPaid
		}
	})
	requested = dossier.On(claimFile, "claim.requested", func(c *Claim, f *claimRequested, _ dossier.Stamp) {
		if len(f.Lots) > 0 {
			c.Lots = append([]ClaimLot(nil), f.Lots...)
		}
		if f.Request != "" && !slices.Contains(c.Requests, f.Request) {
			c.Requests = append(c.Requests, f.Request)
		}
		c.Requested += f.Amount
		c.WageAsked += f.Wage
		c.Payable -= f.Payable
		for _, l := range f.Lines {
			x := c.lotOf(l.Project, l.Lot)
			x.Requested += l.Amount
			if c.lotsByRequest() {
				x.Amount += l.Amount
			}
		}
		c.settle()
	})
	voided = dossier.On(claimFile, "claim.request_voided", func(c *Claim, f *claimMoved, _ dossier.Stamp) {
		c.unrequest(f.Amount, f.Lines)
		c.WageAsked -= f.Wage
		c.Payable += f.Payable
		c.settle()
	})
	paid = dossier.On(claimFile, "claim.paid", func(c *Claim, f *claimMoved, _ dossier.Stamp) {
		c.Paid += f.Amount
		c.WagePaid += f.Wage
		c.settle()
	})
	unpaid = dossier.On(claimFile, "claim.unpaid", func(c *Claim, f *claimMoved, _ dossier.Stamp) {
		c.Paid -= f.Amount
		c.WagePaid -= f.Wage
		c.WageAsked -= f.Wage
		c.unrequest(f.Amount, f.Lines)
		if c.Kind == ClaimRetention {
			c.Payable += f.Amount
		}
		c.settle()
	})
	unconfirmed = dossier.On(claimFile, "claim.unconfirmed", func(c *Claim, f *claimMoved, _ dossier.Stamp) {
		c.Paid -= f.Amount
		c.WagePaid -= f.Wage
		c.settle()
	})
	refunded = dossier.On(claimFile, "claim.refunded", func(c *Claim, f *claimRefunded, _ dossier.Stamp) {
		c.Refunded += f.Amount
		c.Paid -= f.Amount
		c.unrequest(f.Amount, f.Lines)
		c.settle()
	})
	disallowed = dossier.On(claimFile, "claim.disallowed", func(c *Claim, f *claimDisallowed, _ dossier.Stamp) {
		c.Disallowed += f.Amount
		c.Reason, c.DisallowedOn = f.Reason, f.On
		for _, l := range f.Lines {
			c.lotOf(l.Project, l.Lot).Disallowed += l.Amount
		}
	})
	paidBack = dossier.On(claimFile, "claim.paid_back", func(c *Claim, f *claimDisallowed, _ dossier.Stamp) {
		c.PaidBack += f.Amount
		for _, l := range f.Lines {
			c.lotOf(l.Project, l.Lot).PaidBack += l.Amount
		}
	})
	approved = dossier.On(claimFile, "claim.approved", func(c *Claim, f *claimApproved, _ dossier.Stamp) {
		c.State, c.ApprovedOn, c.Entries = ClaimApproved, f.On, f.Entries
	})
	revoked = dossier.On(claimFile, "claim.revoked", func(c *Claim, f *claimRevoked, _ dossier.Stamp) {
		if c.State == ClaimApproved {
			c.State, c.ApprovedOn = ClaimPaid, 0
		} else {
			c.State, c.AcceptedOn, c.Lots, c.PayBy, c.WageBy = ClaimReturned, 0, nil, 0, 0
		}
		c.Reason, c.Entries = f.Reason, nil
	})
)

// lotsByRequest reports whether each request finds the claim's lots: nothing was
// accrued before.
func (c *Claim) lotsByRequest() bool {
	return c.Kind == ClaimAdvance || c.Kind == ClaimRetention && c.Mode == ModeTownship
}

// unrequest gives an amount back to what may be requested.
func (c *Claim) unrequest(amount ledger.Amount, lines []PayLine) {
	c.Requested -= amount
	for _, l := range lines {
		x := c.lotOf(l.Project, l.Lot)
		x.Requested -= l.Amount
		if c.lotsByRequest() {
			x.Amount -= l.Amount
		}
	}
}

// PayFile (合同支付台账) lists the claims of one contract, so that a command finds
// them.
type PayFile struct {
	Contract string   `json:"contract"`
	Town     string   `json:"town,omitempty"`
	Claims   []string `json:"claims"`
}

type payfileClaim struct{ Contract, Town, Claim string }

var payFile = dossier.NewKind("payfile", func(p *PayFile) dossier.Index {
	return dossier.Index{Status: "OPEN", Unit: p.Town, Parent: p.Contract, Title: p.Contract, Amount: int64(len(p.Claims))}
})

var payfileClaimed = dossier.On(payFile, "payfile.claimed", func(p *PayFile, f *payfileClaim, _ dossier.Stamp) {
	p.Contract, p.Town = f.Contract, f.Town
	p.Claims = append(p.Claims, f.Claim)
})
