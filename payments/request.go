package payments

import (
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// RequestState (支付申请状态) is where a payment request stands.
type RequestState string

// The states of a payment request.
const (
	RequestOpen     RequestState = "OPEN"
	RequestPartPaid RequestState = "PART_PAID"
	RequestPaid     RequestState = "PAID"
	RequestVoid     RequestState = "VOID"
)

// Request (支付申请) asks treasury or bank to pay what a claim is owed, to one or
// more receivers. The creditor of the ledger stays the contract's, whoever's
// account receives the transfer.
type Request struct {
	Code     string        `json:"code"`
	State    RequestState  `json:"state"`
	Claim    string        `json:"claim,omitempty"`
	Kind     PayKind       `json:"kind"`
	Event    string        `json:"event"` // E10, E12, E14, E14t, E25, E04c
	Contract string        `json:"contract,omitempty"`
	Payee    string        `json:"payee,omitempty"` // creditor
	Unit     string        `json:"unit,omitempty"`
	Township string        `json:"township,omitempty"` // book that pays
	Town     string        `json:"town,omitempty"`     // township whose own it is
	On       ledger.Date   `json:"on"`
	Amount   ledger.Amount `json:"amount"`
	Payable  ledger.Amount `json:"payable,omitempty"`
	Lines    []RequestLine `json:"lines"`
	Payees   []Receiver    `json:"payees"`
	Gates    []GateResult  `json:"gates,omitempty"` // warnings, and what a waiver released
	Waiver   string        `json:"waiver,omitempty"`
	Decision string        `json:"decision,omitempty"`
	Wrong    []WrongPay    `json:"wrong,omitempty"`
	Maker    ledger.ID     `json:"maker"` // who asked for it
}

// RequestLine (申请分项) is what one receiver gets of one project out of one lot.
type RequestLine struct {
	Payee   int           `json:"payee"` // number of the receiver, from 1
	Project string        `json:"project"`
	Lot     ledger.LotID  `json:"lot"`
	Amount  ledger.Amount `json:"amount"`
}

// ReceiverKind (收款方类别) is why somebody receives the money.
type ReceiverKind string

// The kinds of receivers.
const (
	ToContractor ReceiverKind = "contractor" // the creditor itself
	ToWages      ReceiverKind = "wages"      // 农民工工资专户
	ToAssignee   ReceiverKind = "assignee"   // by a document of assignment
	ToTownship   ReceiverKind = "township"   // 乡镇专户
)

// ReceiverState (收款状态) is what became of a receiver's transfer.
type ReceiverState string

// The states of a transfer.
const (
	ReceiverOpen     ReceiverState = "OPEN"
	ReceiverPaid     ReceiverState = "PAID"
	ReceiverReturned ReceiverState = "RETURNED"
	ReceiverVoid     ReceiverState = "VOID"
)

// Receiver (收款方) is one transfer of a request. Of the account only the last four
// digits and a keyed digest are kept.
type Receiver struct {
	No        int           `json:"no"`
	Kind      ReceiverKind  `json:"kind"`
	Name      string        `json:"name"`
	Bank      string        `json:"bank,omitempty"`
	Tail      string        `json:"account_tail"`
	Account   ledger.Digest `json:"account_digest"`
	Amount    ledger.Amount `json:"amount"`
	Document  ledger.Digest `json:"document,omitzero"` // the assignment
	State     ReceiverState `json:"state"`
	Reference string        `json:"reference,omitempty"` // bank or treasury reference
	PaidOn    ledger.Date   `json:"paid_on,omitzero"`
	Cash      ledger.Code   `json:"cash,omitempty"`
	Entries   []int64       `json:"entries,omitempty"` // of the confirmation
	Reason    string        `json:"reason,omitempty"`  // of the return
}

// WrongPay (错付) is a transfer that reached somebody else.
type WrongPay struct {
	No       int           `json:"no"`
	Payee    int           `json:"payee"`
	Debtor   string        `json:"debtor"` // who got it
	State    string        `json:"state"`  // IDENTIFIED RECEIVED WRITTEN_OFF REPAYABLE
	Amount   ledger.Amount `json:"amount"`
	Year     int           `json:"year"` // in which it was executed
	Lines    []PayLine     `json:"lines"`
	Decision string        `json:"decision,omitempty"`
}

// The states of a wrong payment.
const (
	WrongIdentified = "IDENTIFIED"
	WrongReceived   = "RECEIVED"
	WrongWrittenOff = "WRITTEN_OFF"
	WrongRepayable  = "REPAYABLE" // owed to the creditor again (E12x)
)

type (
	requestPaid struct {
		On        ledger.Date
		Reference string
		Cash      ledger.Code
		Payees    []int
		Entries   []int64
	}
	requestReturned struct {
		Payee     int
		On        ledger.Date
		Reference string
		Reason    string
		Reopen    bool // the request stands again: its entries were reversed
	}
	requestVoid  struct{ Reason string }
	requestWrong struct {
		Wrong WrongPay
		On    ledger.Date
	}
)

var requestFile = dossier.NewKind("request", func(r *Request) dossier.Index {
	return dossier.Index{Status: string(r.State), Unit: r.Town, Parent: r.Claim, Title: r.Payee, Year: r.On.Year(), Amount: int64(r.Amount)}
})

var (
	openedRequest = dossier.On(requestFile, "request.opened", func(r *Request, f *Request, _ dossier.Stamp) { *r = *f })
	paidRequest   = dossier.On(requestFile, "request.paid", func(r *Request, f *requestPaid, _ dossier.Stamp) {
		for _, no := range f.Payees {
			p := &r.Payees[no-1]
			p.State, p.PaidOn, p.Reference, p.Cash, p.Entries = ReceiverPaid, f.On, f.Reference, f.Cash, f.Entries
		}
		r.settle()
	})
	returnedRequest = dossier.On(requestFile, "request.returned", func(r *Request, f *requestReturned, _ dossier.Stamp) {
		for i := range r.Payees {
			p := &r.Payees[i]
			switch {
			case f.Reopen:
				p.State, p.Entries, p.Reason = ReceiverOpen, nil, f.Reason
			case p.No == f.Payee:
				p.State, p.Reason = ReceiverReturned, f.Reason
			}
		}
		r.settle()
	})
	voidedRequest = dossier.On(requestFile, "request.voided", func(r *Request, f *requestVoid, _ dossier.Stamp) {
		left := len(r.Payees)
		for i := range r.Payees {
			if p := &r.Payees[i]; p.State == ReceiverOpen {
				p.State, p.Reason = ReceiverVoid, f.Reason
				left--
			}
		}
		if r.settle(); left == 0 {
			r.State = RequestVoid
		}
	})
	wrongRequest = dossier.On(requestFile, "request.wrong_stated", func(r *Request, f *requestWrong, _ dossier.Stamp) {
		if f.Wrong.No > len(r.Wrong) {
			r.Wrong = append(r.Wrong, f.Wrong)
			return
		}
		r.Wrong[f.Wrong.No-1] = f.Wrong
	})
)

// settle finds the state that the transfers make.
func (r *Request) settle() {
	open, paid := 0, 0
	for i := range r.Payees {
		switch r.Payees[i].State {
		case ReceiverOpen:
			open++
		case ReceiverPaid:
			paid++
		default:
		}
	}
	switch {
	case open == 0:
		r.State = RequestPaid // what was returned is requested anew
	case paid == 0 && open == len(r.Payees):
		r.State = RequestOpen
	default:
		r.State = RequestPartPaid
	}
}

// linesOf adds up the lines of some receivers by project and lot, in the order of
// the request.
func (r *Request) linesOf(payees []int) []PayLine {
	var out []PayLine
	for i := range r.Lines {
		l := &r.Lines[i]
		for _, no := range payees {
			if l.Payee == no {
				out = addLine(out, PayLine{l.Project, l.Lot, l.Amount})
			}
		}
	}
	return out
}

func addLine(lines []PayLine, l PayLine) []PayLine {
	for i := range lines {
		if lines[i].Project == l.Project && lines[i].Lot == l.Lot {
			lines[i].Amount += l.Amount
			return lines
		}
	}
	return append(lines, l)
}

func sumLines(lines []PayLine) ledger.Amount {
	var sum ledger.Amount
	for i := range lines {
		sum += lines[i].Amount
	}
	return sum
}

// takeLines cuts an amount out of lines, the first ones first.
func takeLines(lines []PayLine, amount ledger.Amount) []PayLine {
	var out []PayLine
	for _, l := range lines {
		if amount == 0 {
			break
		}
		l.Amount = min(l.Amount, amount)
		amount -= l.Amount
		if l.Amount > 0 {
			out = append(out, l)
		}
	}
	return out
}

// open lists the receivers that are not paid yet.
func (r *Request) open() []int {
	var out []int
	for i := range r.Payees {
		if r.Payees[i].State == ReceiverOpen {
			out = append(out, r.Payees[i].No)
		}
	}
	return out
}

// wagesOf is what of the receivers named goes to wage accounts.
func (r *Request) wagesOf(payees []int) ledger.Amount {
	var sum ledger.Amount
	for _, no := range payees {
		if p := &r.Payees[no-1]; p.Kind == ToWages {
			sum += p.Amount
		}
	}
	return sum
}

// allot gives each receiver its part of the lines, in order.
func allot(payees []Receiver, lines []PayLine) []RequestLine {
	var out []RequestLine
	rest := append([]PayLine(nil), lines...)
	for i := range payees {
		want := payees[i].Amount
		for j := range rest {
			if take := min(want, rest[j].Amount); take > 0 {
				out = append(out, RequestLine{payees[i].No, rest[j].Project, rest[j].Lot, take})
				rest[j].Amount -= take
				want -= take
			}
		}
	}
	return out
}

// Transfer (流水) is one bank or treasury reference: it confirms one thing once.
type Transfer struct {
	Reference string        `json:"reference"`
	For       string        `json:"for"` // request, claim or recovery
	What      string        `json:"what"`
	On        ledger.Date   `json:"on"`
	Amount    ledger.Amount `json:"amount"`
	Town      string        `json:"town,omitempty"`
}

var transferFile = dossier.NewKind("transfer", func(t *Transfer) dossier.Index {
	return dossier.Index{Status: t.What, Unit: t.Town, Parent: t.For, Title: t.Reference, Year: t.On.Year(), Amount: int64(t.Amount)}
})

var usedTransfer = dossier.On(transferFile, "transfer.used", func(t *Transfer, f *Transfer, _ dossier.Stamp) { *t = *f })
