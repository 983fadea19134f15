package payments

import (
	"slices"
	"strings"
	"unicode"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// StatementState (对账单状态) is where a statement stands.
type StatementState string

// The states of a statement.
const (
	StatementImported  StatementState = "IMPORTED"
	StatementWithdrawn StatementState = "WITHDRAWN" // before anything was matched: the file was wrong
)

// Statement (银行、国库对账单) is what the bank or the treasury says about a cash
// account of a book in a period. It is held against the ledger line by line; it never
// posts anything.
type Statement struct {
	Code    string          `json:"code"`
	State   StatementState  `json:"state"`
	Book    string          `json:"book"`
	Account ledger.Code     `json:"account"` // 1001 1002
	Period  int             `json:"period"`  // year × 100 + month
	Town    string          `json:"town,omitempty"`
	Source  string          `json:"source,omitempty"` // who issued it
	Digest  ledger.Digest   `json:"digest"`           // of the file
	Opening ledger.Amount   `json:"opening"`
	Closing ledger.Amount   `json:"closing"`
	Lines   []StatementLine `json:"lines,omitempty"`
	Links   []StatementLink `json:"links,omitempty"`
	Notes   []StatementNote `json:"notes,omitempty"`
	Reason  string          `json:"reason,omitempty"` // of the withdrawal
}

// StatementLine (对账单行) is one movement, money into the account positive. Of the
// counterparty only a masked name is kept.
type StatementLine struct {
	No           int           `json:"no"`
	Date         ledger.Date   `json:"date"`
	Reference    string        `json:"reference,omitempty"`
	Amount       ledger.Amount `json:"amount"`
	Counterparty string        `json:"counterparty,omitempty"`
	Memo         string        `json:"memo,omitempty"`
	Link         int           `json:"link,omitempty"`   // number of the match, from 1
	Reason       string        `json:"reason,omitempty"` // why it is not in the books
	Due          ledger.Date   `json:"due,omitzero"`     // by when it will be
}

// StatementLink (勾对) says that lines and entries are the same money: 1:1, 1:N or
// N:1; or lines alone, or entries alone, that cancel each other.
type StatementLink struct {
	No      int           `json:"no"`
	Lines   []int         `json:"lines,omitempty"`
	Entries []LinkedEntry `json:"entries,omitempty"`
	Basis   string        `json:"basis,omitempty"` // reference, amount, manual
	Void    string        `json:"void,omitempty"`  // why it was taken back
}

// LinkedEntry is an entry of the ledger by its number, with what it moves on the cash
// account.
type LinkedEntry struct {
	Seq    int64         `json:"seq"`
	Date   ledger.Date   `json:"date"`
	Amount ledger.Amount `json:"amount"`
}

// StatementNote (账面未达说明) explains an entry that the bank does not show.
type StatementNote struct {
	LinkedEntry
	Reason string      `json:"reason"`
	Due    ledger.Date `json:"due,omitzero"`
}

type (
	statementMatched   struct{ Links []StatementLink }
	statementUnmatched struct {
		Link   int
		Reason string
	}
	statementExplained struct {
		Line   int // 0: Entry is explained
		Entry  LinkedEntry
		Reason string
		Due    ledger.Date
	}
	statementWithdrawn struct{ Reason string }
)

var statementFile = dossier.NewKind("statement", func(s *Statement) dossier.Index {
	return dossier.Index{
		Status: string(s.State), Unit: s.Town, Parent: s.Book + "/" + string(s.Account), Title: ledger.Period(s.Period).String(),
		Year: s.Period / 100, Amount: int64(s.Closing),
	}
})

var (
	importedStatement = dossier.On(statementFile, "statement.imported", func(s *Statement, f *Statement, _ dossier.Stamp) { *s = *f })
	matchedStatement  = dossier.On(statementFile, "statement.matched", func(s *Statement, f *statementMatched, _ dossier.Stamp) {
		for _, l := range f.Links {
			s.Links = append(s.Links, l)
			for _, no := range l.Lines {
				s.Lines[no-1].Link = l.No
			}
			for _, e := range l.Entries {
				s.Notes = slices.DeleteFunc(s.Notes, func(n StatementNote) bool { return n.Seq == e.Seq })
			}
		}
	})
	unmatchedStatement = dossier.On(statementFile, "statement.unmatched", func(s *Statement, f *statementUnmatched, _ dossier.Stamp) {
		l := &s.Links[f.Link-1]
		l.Void = f.Reason
		for _, no := range l.Lines {
			s.Lines[no-1].Link = 0
		}
	})
	explainedStatement = dossier.On(statementFile, "statement.explained", func(s *Statement, f *statementExplained, _ dossier.Stamp) {
		if f.Line > 0 {
			s.Lines[f.Line-1].Reason, s.Lines[f.Line-1].Due = f.Reason, f.Due
			return
		}
		s.Notes = slices.DeleteFunc(s.Notes, func(n StatementNote) bool { return n.Seq == f.Entry.Seq })
		s.Notes = append(s.Notes, StatementNote{f.Entry, f.Reason, f.Due})
	})
	withdrawnStatement = dossier.On(statementFile, "statement.withdrawn", func(s *Statement, f *statementWithdrawn, _ dossier.Stamp) {
		s.State, s.Reason = StatementWithdrawn, f.Reason
	})
)

// Cleared (已勾对凭证) says by which statement an entry of a cash account is matched;
// an entry is matched once.
type Cleared struct {
	Statement string `json:"statement"` // "" when the match was taken back
	Link      int    `json:"link"`
	Town      string `json:"town,omitempty"`
}

var clearedFile = dossier.NewKind("cleared", func(c *Cleared) dossier.Index {
	return dossier.Index{Status: map[bool]string{true: "MATCHED", false: "OPEN"}[c.Statement != ""], Unit: c.Town, Parent: c.Statement}
})

var didClear = dossier.On(clearedFile, "cleared.set", func(c *Cleared, f *Cleared, _ dossier.Stamp) { *c = *f })

// statementCode is the code of a statement: book, account, period.
func statementCode(b ledger.Book, account ledger.Code, p ledger.Period) string {
	return string(b) + "-" + string(account) + "-" + p.String()
}

// unexplained counts lines that are neither matched nor explained.
func (s *Statement) unexplained() int {
	n := 0
	for i := range s.Lines {
		if s.Lines[i].Link == 0 && s.Lines[i].Reason == "" {
			n++
		}
	}
	return n
}

// matched reports whether any match stands.
func (s *Statement) matched() bool {
	return slices.ContainsFunc(s.Links, func(l StatementLink) bool { return l.Void == "" })
}

// maskParty keeps of a counterparty what may be kept: of a long number its last four
// digits, of what looks like a person's name its first character and its last.
func maskParty(s string) string {
	s = maskNumbers(strings.TrimSpace(s))
	r := []rune(s)
	if len(r) < 2 || len(r) > 4 || slices.ContainsFunc(r, func(c rune) bool { return !unicode.Is(unicode.Han, c) }) {
		return s
	}
	if len(r) == 2 {
		return string(r[:1]) + "＊"
	}
	return string(r[0]) + strings.Repeat("＊", len(r)-2) + string(r[len(r)-1])
}

// maskNumbers replaces runs of eight digits and more, spaces within them left out, by
// their last four.
func maskNumbers(s string) string {
	var b, run strings.Builder
	flush := func() {
		text := run.String()
		run.Reset()
		if digits := strings.TrimSuffix(strings.ReplaceAll(text, " ", ""), "X"); len(digits) >= 8 {
			rest := text[len(strings.TrimRight(text, " ")):]
			text = "****" + digits[len(digits)-4:] + rest
		}
		b.WriteString(text)
	}
	for _, c := range s {
		switch {
		case c >= '０' && c <= '９':
			run.WriteRune(c - '０' + '0')
		case c >= '0' && c <= '9', c == ' ' && run.Len() > 0, c == 'X' && run.Len() >= 17:
			run.WriteRune(c)
		default:
			flush()
			b.WriteRune(c)
		}
	}
	flush()
	return b.String()
}
