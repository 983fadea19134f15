package audit

import (
	"slices"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

// The faults of findings.
var (
	ErrFinding         = fault.New(fault.Refused, "finding.wrong", "问题登记不合要求（规则 8.2）", "the finding is not allowed (8.2)")
	ErrFindingState    = fault.New(fault.Refused, "finding.state", "问题在此状态下不能办理该事项（规则 8.2）", "the finding's state does not permit this (8.2)")
	ErrFindingTwice    = fault.New(fault.Conflict, "finding.twice", "同一来源已立案，不得重复立案（规则 8.2）", "the same source has a finding already (8.2)")
	ErrFindingSource   = fault.New(fault.Refused, "finding.source", "来源不能据以立案（规则 8.2）", "the source cannot open a finding (8.2)")
	ErrFindingEvidence = fault.New(fault.Refused, "finding.evidence", "销号须附佐证材料的摘要（规则 8.2）", "closing needs the digest of its evidence (8.2)")
	ErrFindingReceipt  = fault.New(fault.Refused, "finding.receipt", "退还凭证不能证明款项已归还原渠道（规则 8.2）", "the receipt does not show that the money came back to where it belongs (8.2)")
	ErrFindingMoney    = fault.New(fault.Refused, "finding.money", "应退还的款项尚未足额归还（规则 8.2）", "the money to return has not all come back (8.2)")
	ErrFindingOwn      = fault.New(fault.Refused, "finding.own_work", "申请销号的人不得核验、销号（法则 8）", "who applied to close may neither verify nor close (law 8)")
	ErrFindingForeign  = fault.New(fault.Refused, "finding.other_township", "不是本乡镇的问题", "the finding is not of this township")
	ErrFindingDate     = fault.New(fault.Refused, "finding.date", "日期早于上一步或晚于今天", "the date is before the last step or after today")
)

// FindingCmd opens a finding. Reference is what the source calls it: the item of an
// audit report, the project and year of a failed grade ("PROJECT/2026"), the
// identity of a doubt.
type FindingCmd struct {
	Code      string        `json:"code" validate:"required,max=64"`
	Source    FindingSource `json:"source" validate:"required,oneof=审计 巡视 督查 自查 举报 绩效 公示 疑点"`
	Reference string        `json:"reference" validate:"required,max=120"`
	FoundOn   ledger.Date   `json:"found_on" validate:"required"`
	Type      string        `json:"type" validate:"required,max=8"`
	Text      string        `json:"text" validate:"required,max=2000"`
	Funds     []string      `json:"funds,omitempty" validate:"max=200,dive,required,max=80"`
	Projects  []string      `json:"projects,omitempty" validate:"max=200,dive,required,max=64"`
	Vouchers  []int64       `json:"vouchers,omitempty" validate:"max=200,dive,min=1"`
	Amount    ledger.Amount `json:"amount,omitempty"`
	Return    ledger.Amount `json:"to_return,omitempty"`
	Unit      string        `json:"unit" validate:"required,max=64"`
	Town      string        `json:"town,omitempty" validate:"max=64"`
	Post      string        `json:"post" validate:"required,max=40"` // never a name
	Measures  string        `json:"measures" validate:"required,max=1000"`
	Deadline  ledger.Date   `json:"deadline" validate:"required"`
	LookBack  ledger.Date   `json:"look_back" validate:"required"`
}

// finding decides whether a finding may be opened on a day.
func (c *FindingCmd) finding(today ledger.Date) (Finding, error) {
	_, known := violationOf(c.Type)
	switch {
	case !known:
		return Finding{}, ErrFinding.With("问题 %s：类别 %q 不在表内（V01…V16、V99）", c.Code, c.Type).At("type", "not in the table", c.Type)
	case c.FoundOn > today:
		return Finding{}, ErrFindingDate.With("问题 %s：发现日期 %s，今天 %s", c.Code, c.FoundOn, today).At("found_on", "in the future", c.FoundOn.String())
	case c.Deadline < c.FoundOn:
		return Finding{}, ErrFinding.With("问题 %s：整改时限 %s 早于发现日期 %s", c.Code, c.Deadline, c.FoundOn).At("deadline", "before it was found", c.Deadline.String())
	case c.LookBack <= c.Deadline:
		return Finding{}, ErrFinding.With("问题 %s：回头看 %s 须晚于整改时限 %s", c.Code, c.LookBack, c.Deadline).At("look_back", "not after the deadline", c.LookBack.String())
	case c.Amount < 0 || c.Return < 0:
		return Finding{}, ErrFinding.With("问题 %s：涉及 %s、应退还 %s，均不得为负", c.Code, c.Amount, c.Return)
	case c.Return > c.Amount:
		return Finding{}, ErrFinding.With("问题 %s：应退还 %s 大于涉及金额 %s", c.Code, c.Return, c.Amount).At("to_return", "more than the amount", c.Return.String())
	}
	return Finding{
		Code: c.Code, State: FindingFiled, Source: c.Source, Reference: c.Reference, FoundOn: c.FoundOn, Type: c.Type, Text: c.Text,
		Funds: c.Funds, Projects: c.Projects, Vouchers: c.Vouchers, Amount: c.Amount, Return: c.Return, Unit: c.Unit, Town: c.Town, Post: c.Post,
		Measures: c.Measures, Deadline: c.Deadline, LookBack: c.LookBack, Since: c.FoundOn,
	}, nil
}

// step refuses an event that the table or the calendar does not permit.
func (f *Finding) step(e findingEvent, on, today ledger.Date) error {
	if _, err := f.may(e); err != nil {
		return err
	}
	if on > today || on < f.Since {
		return ErrFindingDate.With("问题 %s：日期 %s，上一步 %s，今天 %s", f.Code, on, f.Since, today).At("on", "out of order", on.String())
	}
	return nil
}

// FindingProgressCmd reports what was done.
type FindingProgressCmd struct {
	Code     string          `json:"code" validate:"required,max=64"`
	On       ledger.Date     `json:"on" validate:"required"`
	Text     string          `json:"text" validate:"required,max=1000"`
	Evidence []ledger.Digest `json:"evidence,omitempty" validate:"max=100"`
}

// FindingApplyCmd applies for closing, with the result and what shows it.
type FindingApplyCmd struct {
	Code     string          `json:"code" validate:"required,max=64"`
	On       ledger.Date     `json:"on" validate:"required"`
	Result   string          `json:"result" validate:"required,max=1000"`
	Evidence []ledger.Digest `json:"evidence" validate:"max=100"`
}

// FindingVerifyCmd records that the result was checked on the spot.
type FindingVerifyCmd struct {
	Code    string      `json:"code" validate:"required,max=64"`
	On      ledger.Date `json:"on" validate:"required"`
	Post    string      `json:"post" validate:"required,max=40"` // 验收人岗位, never a name
	Opinion string      `json:"opinion" validate:"required,max=400"`
}

// FindingCloseCmd closes a finding (销号). Evidence is added to what was applied
// with; Receipts are the sequence numbers of the entries by which money came back.
type FindingCloseCmd struct {
	Code     string          `json:"code" validate:"required,max=64"`
	On       ledger.Date     `json:"on" validate:"required"`
	Evidence []ledger.Digest `json:"evidence,omitempty" validate:"max=100"`
	Receipts []int64         `json:"receipts,omitempty" validate:"max=200,dive,min=1"`
	Punished int             `json:"punished,omitempty" validate:"min=0,max=10000"`
}

// FindingReturnCmd sends an application back; Deadline, when given, is the new one.
type FindingReturnCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	On       ledger.Date `json:"on" validate:"required"`
	Reason   string      `json:"reason" validate:"required,max=400"`
	Deadline ledger.Date `json:"deadline,omitzero"`
}

// FindingLookCmd looks at a closed finding again (回头看). One that came up again is
// open again and has a new deadline.
type FindingLookCmd struct {
	Code     string          `json:"code" validate:"required,max=64"`
	On       ledger.Date     `json:"on" validate:"required"`
	Passed   bool            `json:"passed"`
	Text     string          `json:"text" validate:"required,max=1000"`
	Evidence []ledger.Digest `json:"evidence,omitempty" validate:"max=100"`
	Next     ledger.Date     `json:"next,omitzero"`     // of the next look
	Deadline ledger.Date     `json:"deadline,omitzero"` // where it did not pass
}

// blank reports whether a list shows nothing: no digest, or a zero one.
func blank(list []ledger.Digest) bool {
	return len(list) == 0 || slices.Contains(list, ledger.Digest{})
}

func (f *Finding) applied(c *FindingApplyCmd, today ledger.Date) (findingApplied, error) {
	x := findingApplied{On: c.On, Result: c.Result, Evidence: c.Evidence}
	if err := f.step(findingApply, c.On, today); err != nil {
		return x, err
	}
	if blank(c.Evidence) {
		return x, ErrFindingEvidence.With("问题 %s：申请销号未附佐证", f.Code).At("evidence", "missing", "")
	}
	return x, nil
}

func (f *Finding) verified(c *FindingVerifyCmd, who ledger.ID, today ledger.Date) (findingVerified, error) {
	x := findingVerified{On: c.On, Post: c.Post, Opinion: c.Opinion}
	if err := f.step(findingVerify, c.On, today); err != nil {
		return x, err
	}
	if who == f.Applicant {
		return x, ErrFindingOwn.With("问题 %s 由本账户申请销号；请由另一人核验", f.Code)
	}
	return x, nil
}

// receipt is an entry by which money may have come back, as the ledger has it.
type receipt struct {
	Entry    int64
	Event    ledger.EventCode
	Step     string
	Reversed bool
	Amount   ledger.Amount // that came in against 1211
	Used     ledger.Amount // by findings before
	Lots     []ledger.LotID
	Codes    []string // of the lots
	Projects []string
}

// receiptEvents are the entries by which money comes back (DOMAIN 8.2): recovery of
// this year, of earlier ones, into a township's account, and what a township is
// paid back of what the county disallowed.
var receiptEvents = []struct {
	event ledger.EventCode
	step  string
}{{"E16", "receive"}, {"E16p", "receive"}, {"E16t", ""}, {"E25x", "paid_back"}}

// receiptOf reads an entry as a receipt: what it credits to 1211, in which lots and
// for which projects.
func receiptOf(seq int64, e *ledger.Entry) receipt {
	r := receipt{Entry: seq, Event: e.Event, Step: e.Step}
	for _, l := range e.Lines() {
		if l.Key.Account == "1211" {
			r.Amount -= l.Net()
			if !slices.Contains(r.Lots, l.Key.Lot) {
				r.Lots = append(r.Lots, l.Key.Lot)
			}
		}
		if p := l.Key.Project; p != "" && !slices.Contains(r.Projects, p) {
			r.Projects = append(r.Projects, p)
		}
	}
	return r
}

// check refuses an entry that is no receipt of the finding's money.
func (r *receipt) check(f *Finding) error {
	is := slices.ContainsFunc(receiptEvents, func(x struct {
		event ledger.EventCode
		step  string
	},
	) bool {
		return x.event == r.Event && x.step == r.Step
	})
	shares := func(mine, its []string) bool {
		return len(mine) == 0 || slices.ContainsFunc(its, func(s string) bool { return slices.Contains(mine, s) })
	}
	switch {
	case !is:
		return ErrFindingReceipt.With("问题 %s：记录 %d 是 %s，不是追回到账（E16、E16p、E16t、E25x）", f.Code, r.Entry, ledger.EventWord(r.Event, r.Step))
	case r.Reversed:
		return ErrFindingReceipt.With("问题 %s：记录 %d 已被红字冲销", f.Code, r.Entry)
	case !shares(f.Projects, r.Projects):
		return ErrFindingReceipt.With("问题 %s 涉及项目 %v，记录 %d 属项目 %v", f.Code, f.Projects, r.Entry, r.Projects)
	case !shares(f.Funds, r.Codes):
		return ErrFindingReceipt.With("问题 %s 涉及批次 %v，记录 %d 归还批次 %v：未归还原渠道", f.Code, f.Funds, r.Entry, r.Codes)
	case r.Used >= r.Amount:
		return ErrFindingReceipt.With("问题 %s：记录 %d 的 %s 已全部用于其他问题", f.Code, r.Entry, r.Amount)
	}
	return nil
}

// ended decides whether a finding may be closed: with evidence, by somebody else
// than who applied, and, where money is to return, with receipts that cover it.
func (f *Finding) ended(c *FindingCloseCmd, who ledger.ID, today ledger.Date, receipts []receipt) (findingEnded, error) {
	x := findingEnded{On: c.On, Evidence: append(slices.Clone(f.Evidence), c.Evidence...), Punished: c.Punished}
	if err := f.step(findingClose, c.On, today); err != nil {
		return x, err
	}
	if who == f.Applicant {
		return x, ErrFindingOwn.With("问题 %s 由本账户申请销号；请由另一人销号", f.Code)
	}
	if blank(x.Evidence) {
		return x, ErrFindingEvidence.With("问题 %s：销号未附佐证", f.Code).At("evidence", "missing", "")
	}
	left := f.Return - f.Returned
	seen := map[int64]bool{}
	for i := range receipts {
		r := &receipts[i]
		if seen[r.Entry] {
			return x, ErrFindingReceipt.With("问题 %s：记录 %d 列了两次", f.Code, r.Entry)
		}
		seen[r.Entry] = true
		if err := r.check(f); err != nil {
			return x, err
		}
		if left <= 0 {
			return x, ErrFindingReceipt.With("问题 %s：应退还 %s 已足额，记录 %d 多列", f.Code, f.Return, r.Entry)
		}
		take := min(left, r.Amount-r.Used)
		left -= take
		x.Receipts = append(x.Receipts, FindingReceipt{r.Entry, string(r.Event), take, r.Lots})
	}
	if left > 0 {
		return x, ErrFindingMoney.With("问题 %s：应退还 %s，凭证可证 %s，尚差 %s；请列明追回到账凭证的记录序号（receipts）", f.Code, f.Return, f.Return-left, left).
			At("receipts", "not enough", left.String())
	}
	return x, nil
}

func (f *Finding) sentBack(c *FindingReturnCmd, today ledger.Date) (findingSentBack, error) {
	x := findingSentBack{On: c.On, Reason: c.Reason, Deadline: c.Deadline}
	if c.Deadline == 0 {
		x.Deadline = f.Deadline
	}
	if err := f.step(findingReturn, c.On, today); err != nil {
		return x, err
	}
	if c.Deadline != 0 && c.Deadline < c.On {
		return x, ErrFinding.With("问题 %s：新的整改时限 %s 早于退回日期 %s", f.Code, c.Deadline, c.On).At("deadline", "too early", c.Deadline.String())
	}
	return x, nil
}

func (f *Finding) looked(c *FindingLookCmd, today ledger.Date) (findingLooked, error) {
	x := findingLooked{FindingLookup{On: c.On, Passed: c.Passed, Text: c.Text, Evidence: c.Evidence, Next: c.Next}, c.Deadline}
	event := findingLook
	if !c.Passed {
		event = findingRelapse
	}
	if err := f.step(event, c.On, today); err != nil {
		return x, err
	}
	switch {
	case c.Next != 0 && c.Next <= c.On:
		return x, ErrFinding.With("问题 %s：下次回头看 %s 须晚于本次 %s", f.Code, c.Next, c.On).At("next", "too early", c.Next.String())
	case !c.Passed && c.Deadline < c.On:
		return x, ErrFinding.With("问题 %s 反弹：须定新的整改时限，不早于 %s", f.Code, c.On).At("deadline", "missing or too early", c.Deadline.String())
	case !c.Passed && c.Next <= c.Deadline:
		return x, ErrFinding.With("问题 %s 反弹：下次回头看 %s 须晚于新的整改时限 %s", f.Code, c.Next, c.Deadline).At("next", "not after the deadline", c.Next.String())
	}
	return x, nil
}
