package payments

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"
)

// RecoveryState (追回状态) is where a recovery stands.
type RecoveryState string

// The states of a recovery.
const (
	RecoveryOpen RecoveryState = "IDENTIFIED"
	RecoveryPart RecoveryState = "PART_RECEIVED"
	RecoveryDone RecoveryState = "RECEIVED"
)

// Recovery (追回) is money paid that must come back: who owes it, of which contract
// and lots, and what has come. Naming it frees no authority; only the receipt does
// (DOMAIN 4.3 E16).
type Recovery struct {
	Code     string        `json:"code"`
	State    RecoveryState `json:"state"`
	Event    string        `json:"event"` // E10x E16 E16p
	Contract string        `json:"contract"`
	Payee    string        `json:"payee"`
	Unit     string        `json:"unit"`
	Town     string        `json:"town,omitempty"`
	Township string        `json:"township,omitempty"` // book that keeps the debt
	Debtor   string        `json:"debtor"`
	Cost     ledger.Code   `json:"cost,omitempty"`
	Year     int           `json:"year"` // in which it was executed
	On       ledger.Date   `json:"on"`
	Amount   ledger.Amount `json:"amount"`
	Received ledger.Amount `json:"received,omitempty"`
	Lines    []PayLine     `json:"lines"` // what is still to come
	Reason   string        `json:"reason"`
	Document ledger.Digest `json:"document,omitzero"`
	Entries  []int64       `json:"entries,omitempty"` // of the receipts
}

type debtReceived struct {
	On        ledger.Date
	Amount    ledger.Amount
	Lines     []PayLine
	Reference string
	Entries   []int64
}

var recoveryFile = dossier.NewKind("recovery", func(r *Recovery) dossier.Index {
	return dossier.Index{Status: string(r.State), Unit: r.Town, Parent: r.Contract, Title: r.Debtor, Year: r.On.Year(), Amount: int64(r.Amount)}
})

var (
	identifiedDebt = dossier.On(recoveryFile, "recovery.identified", func(r *Recovery, f *Recovery, _ dossier.Stamp) { *r = *f })
	receivedDebt   = dossier.On(recoveryFile, "recovery.received", func(r *Recovery, f *debtReceived, _ dossier.Stamp) {
		r.Received += f.Amount
		r.Entries = append(r.Entries, f.Entries...)
		rest := r.Lines[:0:0]
		for _, l := range r.Lines {
			for _, x := range f.Lines {
				if x.Project == l.Project && x.Lot == l.Lot {
					l.Amount -= x.Amount
				}
			}
			if l.Amount > 0 {
				rest = append(rest, l)
			}
		}
		r.Lines = rest
		if r.State = RecoveryPart; r.Received == r.Amount {
			r.State = RecoveryDone
		}
	})
)

// IdentifyCmd names money that must come back. Of a contract the creditor and the
// unit are known; of a roster they are given. Lines, when given, say which lots;
// else they bear it as they bore the cost.
type IdentifyCmd struct {
	Code       string        `json:"code" validate:"required,max=64"`
	On         ledger.Date   `json:"on" validate:"required"`
	Period13   bool          `json:"period13,omitempty"`
	Contract   string        `json:"contract" validate:"required,max=64"` // or roster
	Project    string        `json:"project" validate:"required,max=64"`
	Payee      string        `json:"payee,omitempty" validate:"max=64"`
	Unit       string        `json:"unit,omitempty" validate:"max=64"`
	Debtor     string        `json:"debtor,omitempty" validate:"max=64"` // when it is not the payee
	Cost       ledger.Code   `json:"cost" validate:"required,oneof=1301 5001 5003 5004 5005"`
	OriginYear int           `json:"origin_year,omitempty" validate:"omitempty,min=1990,max=2199"` // an earlier year
	Amount     ledger.Amount `json:"amount"`
	Lines      []PayLine     `json:"lines,omitempty" validate:"max=200,dive"`
	Reason     string        `json:"reason" validate:"required,max=200"`
	Document   ledger.Digest `json:"document,omitzero"`
}

// IdentifyRecovery names money that must come back (E16 identify; of an earlier
// year E16p).
func IdentifyRecovery(ctx context.Context, tx *db.Tx, c IdentifyCmd) error {
	r, err := c.recovery(ctx, tx)
	if err != nil {
		return err
	}
	h := r.posting(c.On, c.Period13)
	h.event = r.Event
	if r.Event == "E16" {
		h.Cost = c.Cost
	} else {
		h.OriginYear = r.Year
	}
	if c.Document != (ledger.Digest{}) {
		h.Attachments = []ledger.Digest{c.Document}
	}
	if err := ledger.Post(ctx, tx, h.lines("identify", r.Lines)); err != nil {
		return err
	}
	if c.Cost == "5001" && c.Payee == "" {
		back := projects.ContractTransferCmd{Code: c.Contract, Project: c.Project, On: c.On, Amount: c.Amount, Document: c.Code}
		if err := projects.RecoverTransferred(ctx, tx, back); err != nil {
			return err
		}
	}
	var s Recovery
	return identifiedDebt.Open(ctx, tx, c.Code, &s, r)
}

// recovery decides what is to come back, from whom and out of which lots.
func (c *IdentifyCmd) recovery(ctx context.Context, tx *db.Tx) (Recovery, error) {
	r := Recovery{
		Code: c.Code, State: RecoveryOpen, Event: "E16", Contract: c.Contract, Payee: c.Payee, Unit: c.Unit, Debtor: c.Debtor, Cost: c.Cost,
		Year: c.On.Year(), On: c.On, Amount: c.Amount, Reason: c.Reason, Document: c.Document,
	}
	if c.OriginYear != 0 && c.OriginYear != r.Year {
		r.Year = c.OriginYear
		if r.Event = "E16p"; r.Year > c.On.Year() {
			return r, ErrRecovery.With("原列支年度 %d 晚于认定日期 %s", r.Year, c.On)
		}
	}
	if c.Payee == "" {
		k, err := projects.LoadContract(ctx, tx, c.Contract)
		if err != nil {
			return r, err
		}
		if !covers(&k, c.Project) {
			return r, ErrRecovery.With("合同 %s 不含项目 %s", c.Contract, c.Project)
		}
		r.Payee, r.Unit, r.Town = k.Payee, k.Unit, k.Town
	}
	if r.Debtor == "" {
		r.Debtor = r.Payee
	}
	if c.Amount <= 0 || r.Unit == "" {
		return r, ErrRecovery.With("金额 %s 须大于零；名册须填收款方(payee)与单位(unit)", c.Amount)
	}
	var err error
	r.Lines, err = c.linesOf(ctx, tx)
	return r, err
}

// linesOf finds the lots: those given, or in proportion to what they bore of the
// cost; of an earlier year they must be given.
func (c *IdentifyCmd) linesOf(ctx context.Context, tx *db.Tx) ([]PayLine, error) {
	if len(c.Lines) > 0 {
		for _, l := range c.Lines {
			if l.Amount <= 0 || l.Project != c.Project {
				return nil, ErrRecovery.With("批次 %s：金额 %s 须大于零，项目须为 %s", l.Lot, l.Amount, c.Project)
			}
		}
		if sum := sumLines(c.Lines); sum != c.Amount {
			return nil, ErrRecovery.With("各批次合计 %s，金额 %s", sum, c.Amount)
		}
		return c.Lines, nil
	}
	if c.OriginYear != 0 && c.OriginYear != c.On.Year() {
		return nil, ErrRecovery.With("以前年度的支出已结转，须按原凭证逐批次填列(lines)")
	}
	filter := ledger.Filter{Book: ledger.County, Account: c.Cost, Project: c.Project}
	if c.Cost == "1301" {
		filter.Contract = c.Contract
	}
	balances, err := ledger.BalancesAt(ctx, tx, c.On, filter)
	if err != nil {
		return nil, err
	}
	var weights []ledger.Amount
	var have ledger.Amount
	for i := range balances {
		weights = append(weights, max(balances[i].Net, 0))
		have += max(balances[i].Net, 0)
	}
	if have < c.Amount {
		return nil, ErrRecovery.With("项目 %s 科目 %s 已列支 %s，须追回 %s，超出 %s", c.Project, c.Cost, have, c.Amount, c.Amount-have)
	}
	parts, err := ledger.Split(c.Amount, weights)
	if err != nil {
		return nil, err
	}
	var out []PayLine
	for i := range balances {
		if parts[i] > 0 {
			out = append(out, PayLine{c.Project, balances[i].Key.Lot, parts[i]})
		}
	}
	return out, nil
}

func (r *Recovery) posting(on ledger.Date, period13 bool) head {
	p := ledger.Posting{Date: on, Period13: period13, Memo: "追回 " + r.Code, Contract: r.Contract, Payee: r.Payee, Unit: r.Unit}
	if r.Debtor != r.Payee {
		p.To = &ledger.Target{Payee: r.Debtor}
	}
	return head{Posting: p}
}

// ReceiveCmd records money that comes back; amount 0 is all that is left.
type ReceiveCmd struct {
	Recovery  string        `json:"recovery" validate:"required,max=80"`
	On        ledger.Date   `json:"on" validate:"required"`
	Period13  bool          `json:"period13,omitempty"`
	Amount    ledger.Amount `json:"amount,omitempty"`
	Reference string        `json:"reference" validate:"required,max=80"`
	Cash      ledger.Code   `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
	Township  string        `json:"township,omitempty" validate:"max=64"` // it came into this township's account (E16t)
}

// ReceiveRecovery records money that comes back: into the county's account, into
// the township book that keeps the debt (E16), or of the county's debt into a
// township's account (E16t). Its authority is now to be recovered (7401).
func ReceiveRecovery(ctx context.Context, tx *db.Tx, c ReceiveCmd) error {
	r, err := recoveryFile.Load(ctx, tx, c.Recovery)
	if err != nil {
		return err
	}
	if tx.Unit != "" && (r.Town != tx.Unit || c.Township != "" && c.Township != tx.Unit || c.Township == "" && r.Township == "") {
		return ErrNotOwn.With("追回 %s 属 %s，账户属 %s", r.Code, orCounty(r.Town), tx.Unit)
	}
	left := r.Amount - r.Received
	amount := c.Amount
	if amount == 0 {
		amount = left
	}
	switch {
	case amount <= 0 || amount > left:
		return ErrRecovery.With("追回 %s：应收 %s，已收 %s，本次 %s", r.Code, r.Amount, r.Received, amount)
	case c.On < r.On:
		return ErrRecovery.With("收款日期 %s 早于认定日期 %s", c.On, r.On)
	case r.Township != "" && c.Township != "" && c.Township != r.Township:
		return ErrRecovery.With("追回 %s 挂在乡镇 %s，不能由 %s 收款", r.Code, r.Township, c.Township)
	case (r.Township != "" || c.Township != "") && c.Cash != "":
		return ErrRecovery.With("乡镇收款只用乡镇专户，不填资金账户 %s", c.Cash)
	case r.Event == "E16p" && c.Township != "":
		return ErrRecovery.With("以前年度追回须缴入县级账户")
	}
	lines := takeLines(r.Lines, amount)
	if err := useReference(ctx, tx, Transfer{c.Reference, r.Code, "recover", c.On, amount, r.Town}); err != nil {
		return err
	}
	planned, err := r.planned(ctx, tx, lines, c.On)
	if err != nil {
		return err
	}
	posts := r.receiving(&c, lines)
	first := tx.NextSeq()
	if err := ledger.Post(ctx, tx, posts); err != nil {
		return err
	}
	done := debtReceived{On: c.On, Amount: amount, Lines: lines, Reference: c.Reference}
	for i := range posts {
		done.Entries = append(done.Entries, first+int64(i))
	}
	if err := receivedDebt.Record(ctx, tx, r.Code, &r, done); err != nil {
		return err
	}
	return r.unplan(ctx, tx, planned, c.On)
}

// planned is what of a receipt stands in the plans: of an earlier year no more than
// these books executed of the lot before, since what was paid before a take-over
// stands in no plan, and what stands there now is another authority.
func (r *Recovery) planned(ctx context.Context, tx *db.Tx, lines []PayLine, on ledger.Date) ([]PayLine, error) {
	if r.Event != "E16p" {
		return lines, nil
	}
	var out []PayLine
	for _, l := range lines {
		left, err := ledger.ExecutedBefore(ctx, tx, l.Lot, l.Project, on.Year())
		if err != nil {
			return nil, err
		}
		if l.Amount = min(l.Amount, left); l.Amount > 0 {
			out = append(out, l)
		}
	}
	return out, nil
}

// unplan lowers the plans of the projects by what came back: it waits for recovery
// now, and may be planned anew.
func (r *Recovery) unplan(ctx context.Context, tx *db.Tx, lines []PayLine, on ledger.Date) error {
	for i, l := range lines {
		if slices.ContainsFunc(lines[:i], func(x PayLine) bool { return x.Project == l.Project }) {
			continue
		}
		back := projects.PlanRecovery{Project: l.Project, Document: r.Code, On: on, Reason: "追回 " + r.Code}
		for _, x := range lines {
			if x.Project == l.Project {
				back.Parts = append(back.Parts, projects.LotPart{Lot: x.Lot, Amount: x.Amount})
			}
		}
		if err := projects.RecoverPlan(ctx, tx, back); err != nil {
			return err
		}
	}
	return nil
}

// receiving is what a receipt posts.
func (r *Recovery) receiving(c *ReceiveCmd, lines []PayLine) []ledger.Posting {
	h := r.posting(c.On, c.Period13)
	if r.Year < c.On.Year() {
		h.OriginYear = r.Year
	}
	switch {
	case r.Event == "E16p":
		h.event, h.Cash, h.OriginYear = "E16p", c.Cash, r.Year
		return h.lines("receive", lines)
	case r.Township == "" && c.Township != "":
		h.event, h.Township = "E16t", ledger.Book(c.Township)
		return h.lines("", lines)
	default:
		h.event, h.Cash, h.Township = "E16", c.Cash, ledger.Book(r.Township)
		return h.lines("receive", lines)
	}
}
