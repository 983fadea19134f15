package payments

import (
	"cmp"
	"slices"

	"fundbook/ledger"
)

// CashMove (账面收付) is an entry as one cash account sees it, into the account
// positive.
type CashMove struct {
	Seq       int64         `json:"seq"`
	Date      ledger.Date   `json:"date"`
	Amount    ledger.Amount `json:"amount"`
	Reference string        `json:"reference,omitempty"`
}

// Transit (未达账项) is money that one side shows at the day and the other does not.
type Transit struct {
	Statement string        `json:"statement,omitempty"`
	Line      int           `json:"line,omitempty"`
	Seq       int64         `json:"seq,omitempty"`
	Link      int           `json:"link,omitempty"` // matched, but with a later day
	Date      ledger.Date   `json:"date"`
	Amount    ledger.Amount `json:"amount"`
	Reference string        `json:"reference,omitempty"`
	Reason    string        `json:"reason,omitempty"`
	Due       ledger.Date   `json:"due,omitzero"`
}

// Reconciliation (银行存款余额调节表) holds a cash account of the books against its
// statement at the end of a month. BankIn and BankOut are what the bank shows and the
// books do not; BookIn and BookOut what the books show and the bank does not. Adjusted
// both ways the balances are the same: Difference is nothing, or the account is not
// reconciled.
type Reconciliation struct {
	Book       string        `json:"book"`
	Account    ledger.Code   `json:"account"`
	Period     int           `json:"period"`
	On         ledger.Date   `json:"on"`
	Books      ledger.Amount `json:"book_balance"`
	Bank       ledger.Amount `json:"statement_balance"`
	BankIn     ledger.Amount `json:"bank_in"`
	BankOut    ledger.Amount `json:"bank_out"` // positive
	BookIn     ledger.Amount `json:"book_in"`
	BookOut    ledger.Amount `json:"book_out"` // positive
	AdjBooks   ledger.Amount `json:"adjusted_book_balance"`
	AdjBank    ledger.Amount `json:"adjusted_statement_balance"`
	Difference ledger.Amount `json:"difference"`
	BankOnly   []Transit     `json:"bank_only,omitempty"`
	BookOnly   []Transit     `json:"book_only,omitempty"`
	Start      ledger.Date   `json:"start"`      // first day of the first statement
	StartGap   ledger.Amount `json:"start_gap"`  // books less bank on the day before it, not explained by matches since
	Unfinished int           `json:"unfinished"` // in transit without a reason
}

// reconcile is a pure function of the statements of an account up to a month, in
// order, and of what the books moved on it up to the month's last day.
func reconcile(list []Statement, moves []CashMove, end ledger.Date) Reconciliation {
	last := &list[len(list)-1]
	out := Reconciliation{Book: last.Book, Account: last.Account, Period: last.Period, On: end, Bank: last.Closing}
	out.Start, _ = ledger.NewDate(list[0].Period/100, list[0].Period%100, 1)
	linked, notes := map[int64]bool{}, map[int64]StatementNote{}
	for _, s := range list {
		for _, l := range s.Links {
			if l.Void != "" {
				continue
			}
			for _, e := range l.Entries {
				linked[e.Seq] = true
				if e.Date > end { // the bank was first
					out.bankOnly(Transit{Seq: e.Seq, Link: l.No, Statement: s.Code, Date: e.Date, Amount: e.Amount, Reason: "已勾对，次期入账"})
				}
			}
		}
		for _, n := range s.Notes {
			notes[n.Seq] = n
		}
		for _, x := range s.Lines {
			if x.Link == 0 {
				out.bankOnly(Transit{Statement: s.Code, Line: x.No, Date: x.Date, Amount: x.Amount, Reference: x.Reference, Reason: x.Reason, Due: x.Due})
			}
		}
	}
	gap := -list[0].Opening
	for _, m := range moves {
		out.Books += m.Amount
		n, noted := notes[m.Seq]
		if m.Date < out.Start {
			gap += m.Amount
			if linked[m.Seq] || noted {
				gap -= m.Amount
			}
		}
		if !linked[m.Seq] && (m.Date >= out.Start || noted) && m.Amount != 0 {
			out.bookOnly(Transit{Seq: m.Seq, Date: m.Date, Amount: m.Amount, Reference: m.Reference, Reason: n.Reason, Due: n.Due})
		}
	}
	out.StartGap = gap
	out.AdjBooks = out.Books + out.BankIn - out.BankOut
	out.AdjBank = out.Bank + out.BookIn - out.BookOut
	out.Difference = out.AdjBooks - out.AdjBank
	return out
}

func (r *Reconciliation) bankOnly(t Transit) {
	r.BankOnly = append(r.BankOnly, t)
	r.note(&t, &r.BankIn, &r.BankOut)
}

func (r *Reconciliation) bookOnly(t Transit) {
	r.BookOnly = append(r.BookOnly, t)
	r.note(&t, &r.BookIn, &r.BookOut)
}

func (r *Reconciliation) note(t *Transit, in, out *ledger.Amount) {
	if t.Reason == "" {
		r.Unfinished++
	}
	if t.Amount > 0 {
		*in += t.Amount
	} else {
		*out -= t.Amount
	}
}

// proposeMatches proposes matches of open lines with open entries: first what shares a
// reference and adds up (1:1, 1:N, N:1), then equal amounts within some days, the
// nearest day first. It is deterministic: lines by number, entries by day and number.
func proposeMatches(lines []StatementLine, moves []CashMove, window int) []LinkCmd {
	p := matcher{lines: lines, moves: slices.Clone(moves), used: map[int64]bool{}, done: map[int]bool{}}
	slices.SortFunc(p.moves, func(a, b CashMove) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Seq, b.Seq)) })
	p.byReference()
	p.byAmount(window)
	return p.out
}

type matcher struct {
	lines []StatementLine
	moves []CashMove
	used  map[int64]bool
	done  map[int]bool
	out   []LinkCmd
}

func (p *matcher) byReference() {
	for i := range p.lines {
		ref := p.lines[i].Reference
		if ref == "" || p.lines[i].Link != 0 || p.done[p.lines[i].No] {
			continue
		}
		var l LinkCmd
		var bank, books ledger.Amount
		for j := i; j < len(p.lines); j++ {
			if x := &p.lines[j]; x.Reference == ref && x.Link == 0 && !p.done[x.No] {
				l.Lines = append(l.Lines, x.No)
				bank += x.Amount
			}
		}
		for _, m := range p.moves {
			if m.Reference == ref && !p.used[m.Seq] {
				l.Entries = append(l.Entries, m.Seq)
				books += m.Amount
			}
		}
		if bank == books && len(l.Entries) > 0 && (len(l.Lines) == 1 || len(l.Entries) == 1) {
			l.Basis = "reference"
			p.take(l)
		}
	}
}

func (p *matcher) byAmount(window int) {
	for i := range p.lines {
		x := &p.lines[i]
		if x.Link != 0 || p.done[x.No] {
			continue
		}
		best, far := -1, window+1
		for j, m := range p.moves {
			days := int(m.Date - x.Date)
			if days < 0 {
				days = -days
			}
			other := x.Reference != "" && m.Reference != "" && m.Reference != x.Reference
			if !p.used[m.Seq] && !other && m.Amount == x.Amount && days < far {
				best, far = j, days
			}
		}
		if best >= 0 {
			p.take(LinkCmd{Lines: []int{x.No}, Entries: []int64{p.moves[best].Seq}, Basis: "amount"})
		}
	}
}

func (p *matcher) take(l LinkCmd) {
	for _, no := range l.Lines {
		p.done[no] = true
	}
	for _, seq := range l.Entries {
		p.used[seq] = true
	}
	p.out = append(p.out, l)
}
