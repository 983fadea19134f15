package payments

import (
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

// The faults of corrections and changes of units.
var (
	ErrCorrect        = fault.New(fault.Refused, "correct.invalid", "更正、置换、拆分或并转不合要求（4.3 E23、E23p、E26–E28）", "the correction is not valid (E23, E23p, E26–E28)")
	ErrCorrectState   = fault.New(fault.Refused, "correct.state", "更正事项的状态不允许此项办理", "the state of the correction does not permit this")
	ErrCorrectMaker   = fault.New(fault.Refused, "correct.four_eyes", "提出更正的人不得批准自己的更正（政策 four_eyes，law 8）", "who proposed a correction may not approve it (policy four_eyes, law 8)")
	ErrCorrectOwner   = fault.New(fault.Refused, "correct.owner", "此凭证由案卷的命令办理，须用同一案卷的命令撤销（law 7）", "the entry was posted by a dossier's command and is undone by a command of that dossier (law 7)")
	ErrCorrectFigure  = fault.New(fault.Refused, "correct.figure", "更正金额超出账上所列", "the amount passes what the books show")
	ErrCorrectPending = fault.New(fault.Refused, "correct.pending", "批次尚有在途的报账、支付或追回，不能拆分（4.3 E27）", "the lot has claims, payments or recoveries under way and cannot be divided (E27)")
)

// CorrectionKind (更正类别) is what a correction does.
type CorrectionKind string

// The kinds of corrections.
const (
	CorrectReverse CorrectionKind = "reverse" // 冲销凭证（E23、以前年度 E23p）
	CorrectMove    CorrectionKind = "move"    // 以前年度错列，项目间更正（E23p）
	CorrectReplace CorrectionKind = "replace" // 资金来源置换（E26）
	CorrectDivide  CorrectionKind = "divide"  // 批次拆分（E27）
	CorrectMerge   CorrectionKind = "merge"   // 机构并转（E28）
	CorrectUnmerge CorrectionKind = "unmerge" // 撤销机构并转（E23）
	CorrectLend    CorrectionKind = "lend"    // 批次间垫付（E03），直接记账
)

// Chinese returns the name of the kind.
func (k CorrectionKind) Chinese() string {
	switch k {
	case CorrectReverse:
		return "冲销凭证"
	case CorrectMove:
		return "项目间更正"
	case CorrectReplace:
		return "资金来源置换"
	case CorrectDivide:
		return "批次拆分"
	case CorrectMerge:
		return "机构并转"
	case CorrectUnmerge:
		return "撤销机构并转"
	case CorrectLend:
		return "批次间垫付"
	}
	return string(k)
}

// CorrectionState (更正状态) is where a correction stands.
type CorrectionState string

// The states of a correction.
const (
	CorrectionProposed CorrectionState = "PROPOSED"
	CorrectionDone     CorrectionState = "DONE"
	CorrectionDropped  CorrectionState = "DROPPED"
	CorrectionUndone   CorrectionState = "UNDONE" // of a merger
)

// CorrectionPaper is what every correction brings: the decision that it rests on,
// its paper, why, and the day of its vouchers.
type CorrectionPaper struct {
	Code     string        `json:"code" validate:"required,max=64"`
	Decision string        `json:"decision" validate:"required,max=80"`
	Document ledger.Digest `json:"document" validate:"required"`
	Reason   string        `json:"reason" validate:"required,max=200"`
	Date     ledger.Date   `json:"date" validate:"required"`
	Period13 bool          `json:"period13,omitempty"`
}

// EntryReversal names an entry that no dossier stands for.
type EntryReversal struct {
	Entry int64 `json:"entry" validate:"required,min=1"`
}

// CostMove (项目间更正) is cost of an earlier year that was charged to the wrong
// project. Into says what becomes of the authority that the first one gets back:
// committed to its contract again (7202), in its plan (7201), or to be recovered
// (7401).
type CostMove struct {
	Contract   string             `json:"contract" validate:"required,max=64"` // wrongly charged
	Project    string             `json:"project" validate:"required,max=64"`
	ToContract string             `json:"to_contract" validate:"required,max=64"`
	ToProject  string             `json:"to_project" validate:"required,max=64"`
	Into       ledger.Code        `json:"into" validate:"required,oneof=7401 7201 7202"`
	Lots       []projects.LotPart `json:"lots" validate:"required,min=1,max=200,dive"`
}

// SourceChange (来源置换) lets another lot pay for a contract or roster: what is
// executed already, with its cash, and what is committed and not yet claimed.
type SourceChange struct {
	Contract   string        `json:"contract" validate:"required,max=64"` // or roster
	Project    string        `json:"project" validate:"required,max=64"`
	From       ledger.LotID  `json:"from" validate:"required"`
	To         ledger.LotID  `json:"to" validate:"required"`
	Executed   ledger.Amount `json:"executed,omitempty" validate:"min=0"`
	Unexecuted ledger.Amount `json:"unexecuted,omitempty" validate:"min=0"`
	Cost       ledger.Code   `json:"cost,omitempty" validate:"omitempty,oneof=1301 5001 5003 5004 5005"` // of the executed part
	OriginYear int           `json:"origin_year,omitempty" validate:"omitempty,min=1990,max=2199"`       // executed in an earlier year
	Cash       ledger.Code   `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
}

// LotDivision (批次拆分) divides a merged lot: Amount of it is the lot Into. Base is
// the whole that the documents leave in the lot; it may be left out in the year of
// issue.
type LotDivision struct {
	Lot    ledger.LotID  `json:"lot" validate:"required"`
	Into   ledger.LotID  `json:"into" validate:"required"`
	Amount ledger.Amount `json:"amount" validate:"gt=0"`
	Base   ledger.Amount `json:"base,omitempty" validate:"min=0"`
}

// UnitMerger (机构并转) merges a unit into another.
type UnitMerger struct {
	Unit string `json:"unit" validate:"required,max=64"`
	Into string `json:"into" validate:"required,max=64"`
}

// The commands that propose a correction.
type (
	// ReverseCmd proposes to reverse an entry that no dossier stands for.
	ReverseCmd struct {
		CorrectionPaper
		EntryReversal
	}
	// MoveCostCmd proposes to move cost of an earlier year to another project.
	MoveCostCmd struct {
		CorrectionPaper
		CostMove
	}
	// ReplaceSourceCmd proposes that another lot pays.
	ReplaceSourceCmd struct {
		CorrectionPaper
		SourceChange
	}
	// DivideLotCmd proposes to divide a lot.
	DivideLotCmd struct {
		CorrectionPaper
		LotDivision
	}
	// MergeUnitCmd proposes to merge a unit into another.
	MergeUnitCmd struct {
		CorrectionPaper
		UnitMerger
	}
	// UnmergeUnitCmd proposes to undo a merger, whole.
	UnmergeUnitCmd struct {
		CorrectionPaper
		Merger string `json:"merger" validate:"required,max=64"` // code of its correction
	}
	// ApproveCorrectionCmd approves a correction, which is posted.
	ApproveCorrectionCmd struct {
		Code string `json:"code" validate:"required,max=64"`
	}
	// DropCorrectionCmd gives a proposed correction up.
	DropCorrectionCmd struct {
		Code   string `json:"code" validate:"required,max=64"`
		Reason string `json:"reason" validate:"required,max=200"`
	}
)

// Correction (更正事项) is one correction of what was recorded, from proposal to
// vouchers: one of the parts named after the kinds is filled.
type Correction struct {
	Code     string          `json:"code"`
	Kind     CorrectionKind  `json:"kind"`
	State    CorrectionState `json:"state"`
	Decision string          `json:"decision"`
	Document ledger.Digest   `json:"document"`
	Reason   string          `json:"reason"`
	Date     ledger.Date     `json:"date"`
	Period13 bool            `json:"period13,omitempty"`
	Maker    ledger.ID       `json:"maker"`
	Approver ledger.ID       `json:"approver,omitzero"`

	Reverse EntryReversal `json:"reverse,omitzero"`
	Move    CostMove      `json:"move,omitzero"`
	Replace SourceChange  `json:"replace,omitzero"`
	Divide  LotDivision   `json:"divide,omitzero"`
	Merge   UnitMerger    `json:"merge,omitzero"`
	Merger  string        `json:"merger,omitempty"` // that is undone

	Entries  []int64             `json:"entries,omitempty"`
	Followed []projects.Followed `json:"followed,omitempty"` // dossiers that moved with a merger
	DoneAt   int64               `json:"done_at,omitempty"`  // record by which it was done
	Why      string              `json:"why,omitempty"`      // it was dropped
}

type (
	correctionDone struct {
		Entries  []int64
		Followed []projects.Followed
	}
	correctionDropped struct{ Reason string }
	correctionUndone  struct{ By string }
)

var correctionFile = dossier.NewKind("correction", func(c *Correction) dossier.Index {
	return dossier.Index{Status: string(c.State), Parent: string(c.Kind), Title: c.Decision, Year: c.Date.Year(), Amount: int64(c.Amount())}
})

var (
	proposedCorrection = dossier.On(correctionFile, "correction.proposed", func(c *Correction, f *Correction, _ dossier.Stamp) { *c = *f })
	doneCorrection     = dossier.On(correctionFile, "correction.done", func(c *Correction, f *correctionDone, at dossier.Stamp) {
		c.State, c.Approver, c.Entries, c.Followed, c.DoneAt = CorrectionDone, at.Actor, f.Entries, f.Followed, at.Seq
	})
	droppedCorrection = dossier.On(correctionFile, "correction.dropped", func(c *Correction, f *correctionDropped, _ dossier.Stamp) {
		c.State, c.Why = CorrectionDropped, f.Reason
	})
	undoneCorrection = dossier.On(correctionFile, "correction.undone", func(c *Correction, f *correctionUndone, _ dossier.Stamp) {
		c.State, c.Why = CorrectionUndone, f.By
	})
)

func (p *CorrectionPaper) of(kind CorrectionKind) Correction {
	return Correction{
		Code: p.Code, Kind: kind, State: CorrectionProposed, Decision: p.Decision, Document: p.Document, Reason: p.Reason, Date: p.Date, Period13: p.Period13,
	}
}

// Amount is what the correction moves, where it states an amount.
func (c *Correction) Amount() ledger.Amount {
	sum := c.Replace.Executed + c.Replace.Unexecuted + c.Divide.Amount
	for _, l := range c.Move.Lots {
		sum += l.Amount
	}
	return sum
}

// posting is the head that all vouchers of the correction have.
func (c *Correction) posting(event ledger.EventCode, step string) ledger.Posting {
	return ledger.Posting{
		Event: event, Step: step, Date: c.Date, Period13: c.Period13, Decision: c.Decision, Memo: c.Kind.Chinese() + " " + c.Code + "：" + clip(c.Reason),
		Attachments: []ledger.Digest{c.Document}, Prepared: c.Maker,
	}
}

// approvable refuses to approve what is not proposed, or one's own proposal where
// the policy asks for four eyes (law 8).
func (c *Correction) approvable(who ledger.ID, fourEyes bool) error {
	switch {
	case c.State != CorrectionProposed:
		return ErrCorrectState.With("更正 %s 现为 %s；只有已提出（PROPOSED）的可批准或放弃", c.Code, c.State)
	case fourEyes && who == c.Maker:
		return ErrCorrectMaker.With("更正 %s；请由另一账户批准", c.Code)
	}
	return nil
}

// free are the internal events whose entries no dossier stands for: a settlement's
// cash, re-allocation and giving back.
var free = map[ledger.EventCode][]string{"E17": {"cash_back"}, "E18": {""}, "E19": {"take", "remit"}}

// reversal decides how an entry is undone: red in its own year (E23), else by blue
// entries of the year of correction (E23p).
func (c *Correction) reversal(o *ledger.Entry) (ledger.Posting, error) {
	spec, _ := ledger.EventOf(o.Event)
	owned := spec.Internal || o.Event == "E00"
	for _, step := range free[o.Event] {
		owned = owned && step != o.Step
	}
	switch {
	case o.Event == "E28":
		return ledger.Posting{}, ErrCorrectOwner.With("记录 %d 是机构并转；请用 correct.unmerge 整体撤销", c.Reverse.Entry)
	case owned:
		return ledger.Posting{}, ErrCorrectOwner.With("记录 %d 是 %s %s；请用其案卷的命令：报账 claim.revoke，支付 payment.returned、payment.wrong，计划 plan.adjust，合同 contract.change，名册 roster.strike，以前年度错列 correct.move",
			c.Reverse.Entry, o.Event, spec.ZH)
	}
	p := c.posting("E23", "")
	if o.Date.Year() < c.Date.Year() {
		p = c.posting("E23p", "reverse")
	}
	p.Reverses = c.Reverse.Entry
	return p, nil
}

// shift are the vouchers of a move of cost: one per move.
func (x *CostMove) shift(c *Correction, from, to *projects.Charge) ledger.Posting {
	p := c.posting("E23p", "move")
	p.Project, p.Contract, p.Payee, p.Unit, p.Into = from.Project, from.Code, from.Payee, from.Unit, x.Into
	p.To = &ledger.Target{Project: to.Project, Contract: to.Code, Payee: to.Payee, Unit: to.Unit}
	for _, l := range x.Lots {
		p.Parts = append(p.Parts, ledger.Part{Lot: l.Lot, Amount: l.Amount})
	}
	return p
}

// exchange are the vouchers of a replacement. What is executed already needs the new
// lot planned and committed first (E07, E08) from its unallocated authority; what is
// only committed changes lots directly.
func (x *SourceChange) exchange(c *Correction, ch *projects.Charge) []ledger.Posting {
	on := func(event ledger.EventCode, step string, lot ledger.LotID, amount ledger.Amount) ledger.Posting {
		p := c.posting(event, step)
		p.Project, p.Contract, p.Payee, p.Unit = ch.Project, ch.Code, ch.Payee, ch.Unit
		p.Parts = []ledger.Part{{Lot: lot, Amount: amount}}
		return p
	}
	var out []ledger.Posting
	if x.Executed > 0 {
		plan := on("E07", "", x.To, x.Executed)
		plan.Contract, plan.Payee, plan.From = "", "", "7101"
		swap := on("E26", "executed", x.From, x.Executed)
		swap.To, swap.Cost, swap.OriginYear, swap.Cash = &ledger.Target{Lot: x.To}, x.Cost, x.OriginYear, x.Cash
		out = append(out, plan, on("E08", "", x.To, x.Executed), swap)
	}
	if x.Unexecuted > 0 {
		swap := on("E26", "unexecuted", x.From, x.Unexecuted)
		swap.To = &ledger.Target{Lot: x.To}
		out = append(out, swap)
	}
	return out
}

// division is the voucher of a division.
func (x *LotDivision) division(c *Correction) ledger.Posting {
	p := c.posting("E27", "")
	p.Parts, p.To, p.Base = []ledger.Part{{Lot: x.Lot, Amount: x.Amount}}, &ledger.Target{Lot: x.Into}, x.Base
	return p
}

// merger is the voucher of a merger.
func (x *UnitMerger) merger(c *Correction) ledger.Posting {
	p := c.posting("E28", "")
	p.Unit, p.To = x.Unit, &ledger.Target{Unit: x.Into}
	return p
}

// underWay says why a claim keeps its lots from being divided, or "".
func (c *Claim) underWay(lot ledger.LotID) string {
	if c.dead() || c.State == ClaimPaid && c.Mode == ModeCounty || c.State == ClaimApproved && c.Disallowed == c.PaidBack ||
		c.State == ClaimPaid && (c.Kind == ClaimAdvance || c.Kind == ClaimRetention) {
		return ""
	}
	for i := range c.Lots {
		if c.Lots[i].Lot == lot {
			return "报账单 " + c.Code + " 现为 " + string(c.State)
		}
	}
	return ""
}

// underWay says why a recovery keeps its lots from being divided, or "".
func (r *Recovery) underWay(lot ledger.LotID) string {
	for i := range r.Lines {
		if r.Lines[i].Lot == lot {
			return "追回 " + r.Code + " 尚未收回 " + r.Lines[i].Amount.String()
		}
	}
	return ""
}
