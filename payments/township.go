package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// FundCmd sends cash to a township's account, by a plan or allocation.
type FundCmd struct {
	Code      string        `json:"code" validate:"required,max=64"`
	Township  string        `json:"township" validate:"required,max=64"`
	On        ledger.Date   `json:"on" validate:"required"`
	Period13  bool          `json:"period13,omitempty"`
	Lots      []FundLot     `json:"lots" validate:"required,min=1,max=200,dive"`
	Bank      string        `json:"bank,omitempty" validate:"max=100"`
	Account   string        `json:"account" validate:"required,min=6,max=34,alphanum"`
	Reference string        `json:"reference" validate:"required,max=80"`
	Cash      ledger.Code   `json:"cash,omitempty" validate:"omitempty,oneof=1001 1002"`
	Document  string        `json:"document,omitempty" validate:"max=80"` // number of the plan or allocation
	Paper     ledger.Digest `json:"paper,omitzero"`
	Waiver    string        `json:"waiver,omitempty" validate:"max=64"`
}

// FundLot (拨款分项) is what one lot sends.
type FundLot struct {
	Lot    ledger.LotID  `json:"lot" validate:"required"`
	Amount ledger.Amount `json:"amount"`
}

// FundTownship sends cash to a township book (E04c), never beyond its authority
// (I10).
func FundTownship(ctx context.Context, tx *db.Tx, c FundCmd) error {
	r := Request{
		Code: c.Code, State: RequestPaid, Kind: PayToTownship, Event: "E04c", Payee: c.Township, Unit: c.Township, Town: c.Township, On: c.On,
		Waiver: c.Waiver, Decision: c.Document, Maker: tx.Actor,
	}
	var parts []ledger.Part
	for _, l := range c.Lots {
		if l.Amount <= 0 || l.Amount > ledger.MaxLine {
			return ErrRequest.With("批次 %s：金额 %s 须大于零", l.Lot, l.Amount)
		}
		parts = append(parts, ledger.Part{Lot: l.Lot, Amount: l.Amount})
		r.Lines = append(r.Lines, RequestLine{1, "", l.Lot, l.Amount})
		r.Amount += l.Amount
	}
	f := Facts{Day: c.On, Amount: r.Amount, Allocation: c.Document}
	var err error
	if f.BeyondCash, err = beyondAuthority(ctx, tx, &c); err != nil {
		return err
	}
	o := Occasion{Kind: PayToTownship, Amount: r.Amount, Day: c.On, Waiver: c.Waiver}
	leave, err := Clear(ctx, tx, &o, &f)
	if err != nil {
		return err
	}
	r.Gates = leave.Results
	if err := useReference(ctx, tx, Transfer{c.Reference, c.Code, "fund", c.On, r.Amount, c.Township}); err != nil {
		return err
	}
	post := ledger.Posting{
		Event: "E04c", Date: c.On, Period13: c.Period13, Memo: "实拨乡镇 " + c.Code, Decision: c.Document, Waiver: c.Waiver,
		Parts: parts, Township: ledger.Book(c.Township), Cash: c.Cash,
	}
	if c.Paper != (ledger.Digest{}) {
		post.Attachments = []ledger.Digest{c.Paper}
	}
	entry := tx.NextSeq()
	if err := ledger.Post(ctx, tx, []ledger.Posting{post}); err != nil {
		return err
	}
	r.Payees = []Receiver{{
		No: 1, Kind: ToTownship, Name: c.Township, Bank: c.Bank, Tail: c.Account[len(c.Account)-4:], Account: tx.Keyed("account", c.Account),
		Amount: r.Amount, State: ReceiverPaid, Reference: c.Reference, PaidOn: c.On, Cash: c.Cash, Entries: []int64{entry},
	}}
	if err := leave.Use(ctx, tx, c.Code); err != nil {
		return err
	}
	var s Request
	return openedRequest.Open(ctx, tx, c.Code, &s, r)
}

// beyondAuthority is by how much a transfer would pass the township's authority in
// any lot (I10, DOMAIN 4.6).
func beyondAuthority(ctx context.Context, tx *db.Tx, c *FundCmd) (ledger.Amount, error) {
	var beyond ledger.Amount
	for _, l := range c.Lots {
		var room ledger.Amount
		unit, err := ledger.BalancesAt(ctx, tx, c.On, ledger.Filter{Book: ledger.County, Lot: l.Lot, Unit: c.Township})
		if err != nil {
			return 0, err
		}
		for i := range unit {
			switch b := &unit[i]; b.Key.Account {
			case "1101":
				room -= b.Net
			case "7104", "7201", "7202", "7203", "7204", "7301", "7401":
				room += b.Net
			default:
			}
		}
		owed, err := ledger.BalancesAt(ctx, tx, c.On, ledger.Filter{Book: ledger.Book(c.Township), Lot: l.Lot, Account: "1211"})
		if err != nil {
			return 0, err
		}
		for i := range owed {
			room += owed[i].Net
		}
		beyond = max(beyond, l.Amount-room)
	}
	return beyond, nil
}

// OpenTownshipRequest asks for a payment by the township: of its claim (E25), its
// advance (E10) or its retention (E14t).
func OpenTownshipRequest(ctx context.Context, tx *db.Tx, c RequestCmd) error {
	return openRequest(ctx, tx, &c, ModeTownship)
}

// PayTownship records that the township has paid.
func PayTownship(ctx context.Context, tx *db.Tx, c ConfirmCmd) error {
	return confirm(ctx, tx, &c, ModeTownship)
}

// ApproveTownshipCmd approves what a township has paid and accounts for.
type ApproveTownshipCmd struct {
	Claim    string      `json:"claim" validate:"required,max=80"`
	On       ledger.Date `json:"on" validate:"required"`
	Period13 bool        `json:"period13,omitempty"`
}

// ApproveTownship recognises a township's paid claim in the county's books (E25
// approve), without what was disallowed. Only the county does: nobody approves
// its own work.
func ApproveTownship(ctx context.Context, tx *db.Tx, c ApproveTownshipCmd) error {
	w, err := loadPaying(ctx, tx, c.Claim)
	if err != nil {
		return err
	}
	k := &w.claim
	if err := k.approvable(evApprove); err != nil {
		return err
	}
	if err := k.apart(tx.Actor, ledger.FourEyes(w.policies, c.On, dayOf(tx))); err != nil {
		return err
	}
	var posts []ledger.Posting
	for _, p := range k.Parts {
		post := w.townshipHead(c.On, c.Period13, "县级审核").Posting
		post.Event, post.Step, post.Project = "E25", "approve", p.Project
		for i := range k.Lots {
			if l := &k.Lots[i]; l.Project == p.Project && l.Amount > l.Disallowed {
				post.Parts = append(post.Parts, ledger.Part{Lot: l.Lot, Amount: l.Amount - l.Disallowed, Retention: l.Retention})
			}
		}
		if len(post.Parts) > 0 {
			posts = append(posts, post)
		}
	}
	entries, err := postAll(ctx, tx, posts)
	if err != nil {
		return err
	}
	if err := approved.Record(ctx, tx, c.Claim, k, claimApproved{c.On, entries}); err != nil {
		return err
	}
	return w.reimburse(ctx, tx, c.On)
}

// approvable refuses the county's check where the township accounts for nothing:
// advances are set off by later claims, retention is recognised when it is paid.
func (c *Claim) approvable(e claimEvent) error {
	if c.Kind == ClaimAdvance || c.Kind == ClaimRetention {
		return ErrClaimState.With("报账单 %s 是%s，不办理县级审核", c.Code, payKindOf(c.Kind).Chinese())
	}
	return c.may(e)
}

func (w *paying) townshipHead(on ledger.Date, period13 bool, what string) head {
	k := &w.claim
	return head{Posting: ledger.Posting{
		Date: on, Period13: period13, Memo: "报账单 " + k.Code + " " + what, Contract: k.Contract, Payee: k.Payee, Unit: k.Unit,
		Township: ledger.Book(k.Town), Attachments: k.Documents, Prepared: k.Reviewer,
	}}
}

// DisallowCmd disallows a part of what a township has paid.
type DisallowCmd struct {
	Claim    string        `json:"claim" validate:"required,max=80"`
	On       ledger.Date   `json:"on" validate:"required"`
	Period13 bool          `json:"period13,omitempty"`
	Amount   ledger.Amount `json:"amount"`
	Reason   string        `json:"reason" validate:"required,max=200"`
}

// DisallowTownship disallows a part of a township's paid claim before it is
// approved (E25x): the township must get it back.
func DisallowTownship(ctx context.Context, tx *db.Tx, c DisallowCmd) error {
	w, err := loadPaying(ctx, tx, c.Claim)
	if err != nil {
		return err
	}
	k := &w.claim
	if err := k.approvable(evDisallow); err != nil {
		return err
	}
	var have []PayLine
	for i := range k.Lots {
		if l := &k.Lots[i]; l.Amount-l.Retention > l.Disallowed {
			have = append(have, PayLine{l.Project, l.Lot, l.Amount - l.Retention - l.Disallowed})
		}
	}
	if left := sumLines(have); c.Amount <= 0 || c.Amount > left {
		return ErrRequestBeyond.With("报账单 %s：乡镇已付未审 %s，审减 %s", k.Code, left, c.Amount)
	}
	lines := takeLines(have, c.Amount)
	h := w.townshipHead(c.On, c.Period13, "审减："+clip(c.Reason))
	h.event = "E25x"
	if err := ledger.Post(ctx, tx, h.lines("disallow", lines)); err != nil {
		return err
	}
	return disallowed.Record(ctx, tx, c.Claim, k, claimDisallowed{c.Amount, lines, c.Reason, c.On})
}

// PaidBackCmd records that what was disallowed came back to the township.
type PaidBackCmd struct {
	Claim     string        `json:"claim" validate:"required,max=80"`
	On        ledger.Date   `json:"on" validate:"required"`
	Period13  bool          `json:"period13,omitempty"`
	Amount    ledger.Amount `json:"amount,omitempty"` // 0: all that is left
	Reference string        `json:"reference" validate:"required,max=80"`
}

// PaidBackTownship records that disallowed money came back (E25x paid back): it is
// committed to the contract again.
func PaidBackTownship(ctx context.Context, tx *db.Tx, c PaidBackCmd) error {
	w, err := loadPaying(ctx, tx, c.Claim)
	if err != nil {
		return err
	}
	k := &w.claim
	if err := k.approvable(evPaidBack); err != nil {
		return err
	}
	var have []PayLine
	for i := range k.Lots {
		if l := &k.Lots[i]; l.Disallowed > l.PaidBack {
			have = append(have, PayLine{l.Project, l.Lot, l.Disallowed - l.PaidBack})
		}
	}
	left := sumLines(have)
	amount := c.Amount
	if amount == 0 {
		amount = left
	}
	if amount <= 0 || amount > left {
		return ErrRequestBeyond.With("报账单 %s：审减 %s，已退 %s，本次 %s", k.Code, k.Disallowed, k.PaidBack, amount)
	}
	if err := useReference(ctx, tx, Transfer{c.Reference, k.Code, "paid_back", c.On, amount, k.Town}); err != nil {
		return err
	}
	lines := takeLines(have, amount)
	h := w.townshipHead(c.On, c.Period13, "审减退回")
	h.event, h.OriginYear = "E25x", earlier(k.DisallowedOn, c.On)
	if err := ledger.Post(ctx, tx, h.lines("paid_back", lines)); err != nil {
		return err
	}
	return paidBack.Record(ctx, tx, c.Claim, k, claimDisallowed{Amount: amount, Lines: lines, On: c.On})
}
