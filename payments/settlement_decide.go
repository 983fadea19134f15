package payments

import (
	"cmp"
	"slices"
	"strconv"

	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/projects"
)

// SettleDecideCmd is the leading group's decision about a settlement run: accepted
// rows with amounts and what becomes of them, and the cash that townships send back.
// Everything is posted by this one command or nothing is.
type SettleDecideCmd struct {
	Code      string        `json:"code" validate:"required,max=64"`
	Decision  string        `json:"decision" validate:"required,max=80"` // 领导小组决定文号
	Document  ledger.Digest `json:"document" validate:"required"`
	On        ledger.Date   `json:"on" validate:"required"`
	Date      ledger.Date   `json:"date" validate:"required"` // of the vouchers
	Period13  bool          `json:"period13,omitempty"`
	Takes     []SettleTake  `json:"takes" validate:"required,min=1,max=1000,dive"`
	Cash      []SettleCash  `json:"cash,omitempty" validate:"max=500,dive"`
	Account   ledger.Code   `json:"account,omitempty" validate:"omitempty,oneof=1001 1002"` // that receives and remits; 1001 when empty
	Remit     bool          `json:"remit,omitempty"`                                        // pay what is given back at once (E19 remit)
	Reference string        `json:"reference,omitempty" validate:"max=80"`                  // of the remittance
}

// settleWork is what a decision does, in this order.
type settleWork struct {
	maker     ledger.ID // who proposed
	terminate []projects.ContractTerminateCmd
	change    []projects.ContractChangeCmd
	postings  []ledger.Posting
	remitted  ledger.Amount
}

// apart refuses to let somebody decide what they proposed, where the policy asks for
// four eyes (law 8).
func (s *Settlement) apart(who ledger.ID, fourEyes bool) error {
	if fourEyes && who == s.Maker {
		return ErrSettleMaker.With("结算清理 %s；请由另一账户录入决定", s.Code)
	}
	return nil
}

// decide holds a decision to the run and to what the ledger says now: standing is
// the present balance of each row's account, by number of the row from 1. It refuses
// a row that has changed since it was proposed, and amounts beyond the row.
func (s *Settlement) decide(c *SettleDecideCmd, standing []ledger.Amount) error {
	switch {
	case s.State != SettlementProposed:
		return ErrSettleState.With("结算清理 %s 现为 %s；每次清理只决定一次，未采纳的下次另行提出", s.Code, s.State)
	case c.On < s.On:
		return ErrSettle.With("决定日期 %s 早于清理截止日 %s", c.On, s.On).At("on", "before the cut-off", c.On.String())
	case c.Date < c.On:
		return ErrSettle.With("凭证日期 %s 早于决定日期 %s", c.Date, c.On).At("date", "before the decision", c.Date.String())
	case c.Reference != "" && !c.Remit:
		return ErrSettle.With("没有上缴（remit），不填流水号 %s", c.Reference).At("reference", "without remit", c.Reference)
	}
	taken := make([]ledger.Amount, len(s.Rows)+1)
	for i := range c.Takes {
		at := "takes[" + strconv.Itoa(i) + "]"
		t := &c.Takes[i]
		if t.Row < 1 || t.Row > len(s.Rows) {
			return ErrSettleRow.With("结算清理 %s 没有第 %d 行（共 %d 行）", s.Code, t.Row, len(s.Rows)).At(at+".row", "no such row", strconv.Itoa(t.Row))
		}
		row := &s.Rows[t.Row-1]
		if err := row.take(t, at); err != nil {
			return err
		}
		if now := standing[t.Row-1]; now != row.Now {
			return ErrSettleChanged.With("第 %d 行 %s：提出时余额 %s，现为 %s，差 %s；请重新提出清理（settle.propose）", row.No, row.place(), row.Now, now, now-row.Now).
				At(at+".row", "changed since", now.String())
		}
		if taken[t.Row] += t.Amount; taken[t.Row] > row.Now {
			return ErrSettleBeyond.With("第 %d 行 %s：余额 %s，决定收回 %s，超出 %s", row.No, row.place(), row.Now, taken[t.Row], taken[t.Row]-row.Now).
				At(at+".amount", "beyond the balance", t.Amount.String())
		}
	}
	return s.wholeContracts(c, taken)
}

// place names a row's account in messages.
func (r *SettleRow) place() fault.Text {
	k := ledger.Key{Account: r.From, Project: r.Project, Contract: r.Contract, Unit: r.Unit, Pool: r.Pool}
	return fault.Say("批次 %s%s", r.LotCode, k)
}

// take refuses a decision about a duty, and one whose particulars do not fit its
// outcome.
func (r *SettleRow) take(t *SettleTake, at string) error {
	bad := func(field, zh string) error {
		return ErrSettle.With("第 %d 行：%s", r.No, zh).At(at+"."+field, zh, "")
	}
	switch {
	case r.Duty:
		return ErrSettleRow.With("第 %d 行（%s）不是收回事项：%s", r.No, r.Reason.Chinese(), r.remedy())
	case t.Outcome == OutcomeReallocate && t.Into == "":
		return bad("into", "再安排须写明转入 7101 或 7102")
	case t.Outcome != OutcomeReallocate && (t.Into != "" || t.Pool != ""):
		return bad("into", "只有再安排填写转入科目、资金池")
	case (t.Into == "7102") != (t.Pool != ""):
		return bad("pool", "转入整合资金池（7102）须写明资金池，其他不填")
	case (t.Outcome == OutcomeGiveBack) != (t.Counterparty != ""):
		return bad("counterparty", "上缴须写明收回方（upper、county、donor），其他不填")
	case t.Outcome != OutcomeGiveBack && (t.Payee != "" || t.OriginYear != 0):
		return bad("payee", "只有上缴填写收款方、收入年度")
	case t.Terminate && r.From != "7202":
		return bad("terminate", "只有合同约束（7202）的行可终止合同")
	case t.Terminate && r.Reason == ReasonRosterRest:
		return bad("terminate", "名册没有合同可终止，直接收回其余额")
	case r.From == "7401" && t.Outcome == OutcomeHold:
		return bad("outcome", "本行已在待收回（7401），须再安排或上缴")
	}
	return nil
}

// remedy says what a duty asks for instead of a recovery.
func (r *SettleRow) remedy() string {
	switch r.Reason {
	case ReasonRetention:
		return "请由承包方报送质保金报账单（claim.submit，retention）"
	case ReasonContractRest:
		return "请办理合同办结（contract.close）"
	case ReasonRosterIdle:
		return "请公示期满后确认名册（roster.confirm）；不再发放的核减人员（roster.amend）"
	case ReasonRosterOwed:
		return "请编制一卡通批次发放（batch.create）；不应发放的取消资格（roster.strike）"
	case ReasonIdleWarn:
		return "请分解下达或列入计划"
	default:
		return "请在下次清理时提出"
	}
}

// wholeContracts refuses to end a contract and leave a part of it: every row of it is
// taken in full.
func (s *Settlement) wholeContracts(c *SettleDecideCmd, taken []ledger.Amount) error {
	for i := range c.Takes {
		if !c.Takes[i].Terminate {
			continue
		}
		code := s.Rows[c.Takes[i].Row-1].Contract
		for j := range c.Takes {
			if r := &s.Rows[c.Takes[j].Row-1]; r.From == "7202" && r.Contract == code && !c.Takes[j].Terminate {
				return ErrSettle.With("合同 %s 的各行须一并终止：第 %d 行未写明终止", code, r.No).At("takes["+strconv.Itoa(j)+"].terminate", "the contract ends", code)
			}
		}
		for j := range s.Rows {
			if r := &s.Rows[j]; r.Contract == code && r.From == "7202" && taken[r.No] != r.Now {
				return ErrSettle.With("终止合同 %s 须收回其全部约束：第 %d 行余额 %s，决定收回 %s", code, r.No, r.Now, taken[r.No]).
					At("takes["+strconv.Itoa(i)+"].terminate", "the contract has other rows", code)
			}
		}
	}
	return nil
}

// work turns a decision that holds into what it does. origin says for a lot the
// fiscal year of its revenue when that is an earlier one, else 0.
func (s *Settlement) work(c *SettleDecideCmd, origin func(ledger.LotID) int) settleWork {
	w := settleWork{maker: s.Maker}
	for i := range c.Takes {
		t := &c.Takes[i]
		r := &s.Rows[t.Row-1]
		switch {
		case r.From == "7401":
		case r.From == "7202" && t.Terminate:
			w.end(c, r.Contract)
		case r.From == "7202" && r.Reason == ReasonRosterRest: // bound and recovered in one entry, as a contract that ends
			p := r.posting("E17", "recover", "7202")
			p.Contract, p.Payee = r.Contract, r.Contract
			w.add(c, p, r.Lot, t.Amount)
		case r.From == "7202":
			w.reduce(c, r, t.Amount)
			w.add(c, r.posting("E17", "recover", "7201"), r.Lot, t.Amount)
		default:
			w.add(c, r.posting("E17", "recover", r.From), r.Lot, t.Amount)
		}
	}
	for _, x := range c.Cash {
		w.add(c, ledger.Posting{Event: "E17", Step: "cash_back", Township: ledger.Book(x.Township), Cash: c.Account}, x.Lot, x.Amount)
	}
	for i := range c.Takes {
		t := &c.Takes[i]
		r := &s.Rows[t.Row-1]
		switch t.Outcome {
		case OutcomeReallocate:
			p := r.posting("E18", "", "")
			p.Into, p.Pool = t.Into, t.Pool
			w.add(c, p, r.Lot, t.Amount)
		case OutcomeGiveBack:
			p := r.posting("E19", "take", "7401")
			p.Counterparty, p.Payee = t.Counterparty, t.Payee
			if p.OriginYear = t.OriginYear; p.OriginYear == 0 {
				p.OriginYear = origin(r.Lot)
			}
			w.add(c, p, r.Lot, t.Amount)
		default: // held in 7401
		}
	}
	for i := range c.Takes {
		if t := &c.Takes[i]; c.Remit && t.Outcome == OutcomeGiveBack {
			p := ledger.Posting{Event: "E19", Step: "remit", Counterparty: t.Counterparty, Payee: t.Payee, Cash: c.Account}
			w.add(c, p, s.Rows[t.Row-1].Lot, t.Amount)
			w.remitted += t.Amount
		}
	}
	return w
}

// posting is an event about the row's account: recovered authority keeps project and
// unit in 7401 until it goes elsewhere.
func (r *SettleRow) posting(event ledger.EventCode, step string, from ledger.Code) ledger.Posting {
	p := ledger.Posting{Event: event, Step: step, From: from, Unit: r.Unit, Project: r.Project}
	if from == "7102" {
		p.Pool = r.Pool
	}
	return p
}

// add adds an amount to the posting of the same kind, or makes one.
func (w *settleWork) add(c *SettleDecideCmd, p ledger.Posting, lot ledger.LotID, amount ledger.Amount) {
	p.Date, p.Period13, p.Decision, p.Attachments = c.Date, c.Period13, c.Decision, []ledger.Digest{c.Document}
	p.Memo, p.Prepared = "结算清理 "+c.Code, w.maker
	i := slices.IndexFunc(w.postings, func(x ledger.Posting) bool {
		return x.Event == p.Event && x.Step == p.Step && x.From == p.From && x.Into == p.Into && x.Project == p.Project && x.Unit == p.Unit &&
			x.Pool == p.Pool && x.Township == p.Township && x.Counterparty == p.Counterparty && x.Payee == p.Payee && x.OriginYear == p.OriginYear
	})
	if i < 0 {
		i = len(w.postings)
		w.postings = append(w.postings, p)
	}
	parts := w.postings[i].Parts
	for j := range parts {
		if parts[j].Lot == lot {
			parts[j].Amount += amount
			return
		}
	}
	w.postings[i].Parts = append(parts, ledger.Part{Lot: lot, Amount: amount})
}

// end ends a contract, once.
func (w *settleWork) end(c *SettleDecideCmd, contract string) {
	if slices.ContainsFunc(w.terminate, func(x projects.ContractTerminateCmd) bool { return x.Code == contract }) {
		return
	}
	w.terminate = append(w.terminate, projects.ContractTerminateCmd{
		Code: contract, On: c.On, Date: c.Date, Decision: c.Decision, Reason: "结算清理 " + c.Code, Digest: c.Document,
	})
}

// reduce reduces a contract by what a lot takes back of it.
func (w *settleWork) reduce(c *SettleDecideCmd, r *SettleRow, amount ledger.Amount) {
	i := slices.IndexFunc(w.change, func(x projects.ContractChangeCmd) bool { return x.Code == r.Contract })
	if i < 0 {
		i = len(w.change)
		w.change = append(w.change, projects.ContractChangeCmd{
			Code: r.Contract, On: c.On, Date: c.Date, Kind: "supplement", Document: c.Decision, Reason: "结算清理 " + c.Code, Digest: c.Document,
		})
	}
	x := &w.change[i]
	x.Amount -= amount
	j := slices.IndexFunc(x.Projects, func(p projects.ProjectPart) bool { return p.Project == r.Project })
	if j < 0 {
		j = len(x.Projects)
		x.Projects = append(x.Projects, projects.ProjectPart{Project: r.Project})
	}
	x.Projects[j].Amount -= amount
	x.Funding = append(x.Funding, projects.FundingPart{Project: r.Project, Source: "lot", Lot: r.Lot, Amount: -amount})
	slices.SortStableFunc(x.Funding, func(a, b projects.FundingPart) int { return cmp.Compare(a.Project, b.Project) })
}
