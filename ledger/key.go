package ledger

import (
	"encoding/hex"
	"strings"

	"github.com/google/uuid"

	"fundbook/internal/fault"
)

// ID is a UUIDv7: the identifier of a record, a lot or an actor. It is 16
// bytes inside and printed as text only at the edge.
type ID [16]byte

// ParseID reads the text form of an identifier.
func ParseID(s string) (ID, error) {
	u, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return ID{}, ErrID.With("%q", s)
	}
	return ID(u), nil
}

// String returns the text form.
func (id ID) String() string { return uuid.UUID(id).String() }

// IsZero reports whether no identifier was given.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText prints the identifier; a zero one is empty.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return uuid.UUID(id).MarshalText()
}

// UnmarshalText reads the text form; empty text is the zero identifier.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	v, err := ParseID(string(b))
	if err == nil {
		*id = v
	}
	return err
}

// LotID names a lot (批次).
type LotID = ID

// Digest is the SHA-256 of an attachment's bytes.
type Digest [32]byte

// MarshalText prints the digest as 64 hexadecimal digits.
func (d Digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText reads 64 hexadecimal digits.
func (d *Digest) UnmarshalText(b []byte) error {
	if len(b) != 64 {
		return ErrDigest.With("%d characters, want 64", len(b))
	}
	if _, err := hex.Decode(d[:], b); err != nil {
		return ErrDigest.With("%q", b)
	}
	return nil
}

// Book (账套) is a set of accounts kept by one office: the county book "C", or
// a township book (乡级专账), named by the code of the township. The township's
// name as a unit (Key.Unit) is the same text.
type Book string

// County is the county book (县级专账). Authority (指标) lives only here.
const County Book = "C"

// IsTownship reports whether b is a township book.
func (b Book) IsTownship() bool { return b != County && b != "" }

// Key (账户) names one account of the ledger with every dimension: where money
// or authority stands. Two keys that differ in any field are different accounts,
// each with its own guard.
type Key struct {
	Book     Book   `json:"book"`
	Account  Code   `json:"account"`
	Sub      string `json:"sub,omitempty"` // 明细: N/Y arrival, A/P request kind, L/B lent or borrowed, 01… tier
	Lot      LotID  `json:"lot"`
	Project  string `json:"project,omitempty"`
	Contract string `json:"contract,omitempty"` // contract or roster (到户名册)
	Payee    string `json:"payee,omitempty"`    // creditor, roster or batch; never a person
	Unit     string `json:"unit,omitempty"`     // running township or department
	Pool     string `json:"pool,omitempty"`     // integration pool (整合资金池)
	Peer     LotID  `json:"peer,omitzero"`      // the other lot of an advance between lots (批次间垫付)
}

// String prints the key for messages: book, account, then the dimensions that
// are set.
func (k Key) String() string { return k.In(fault.Chinese) }

// In prints the key in a language; the names of dimensions are those of the chart.
func (k Key) In(lang string) string {
	var b strings.Builder
	b.WriteString(string(k.Book))
	b.WriteByte(' ')
	b.WriteString(string(k.Account))
	if k.Sub != "" {
		b.WriteByte('.')
		b.WriteString(k.Sub)
	}
	if a, ok := AccountOf(k.Account); ok {
		name := a.ZH
		if lang != fault.Chinese {
			name = " (" + a.EN + ")"
		}
		b.WriteString(name)
	}
	for _, d := range [...]struct{ zh, en, v string }{
		{"项目", "project", k.Project},
		{"合同", "contract", k.Contract},
		{"收款方", "payee", k.Payee},
		{"单位", "unit", k.Unit},
		{"资金池", "pool", k.Pool},
	} {
		if d.v != "" {
			b.WriteString(" " + fault.Word{ZH: d.zh, EN: d.en}.In(lang) + " " + d.v)
		}
	}
	return b.String()
}

// Code is a four-digit account code (科目代码).
type Code string

// Group is a set of accounts that balances by itself: F money (资金账, 1–5),
// B authority (指标账, 6–7), M memo (备查, 9).
type Group byte

// The groups.
const (
	Money     Group = 'F'
	Authority Group = 'B'
	Memo      Group = 'M'
)

// GroupOf returns the group of an account code by its first digit.
func GroupOf(c Code) Group {
	switch {
	case c == "" || c[0] < '1' || c[0] > '9' || c[0] == '8':
		return 0
	case c[0] <= '5':
		return Money
	case c[0] <= '7':
		return Authority
	default:
		return Memo
	}
}

// String returns the letter.
func (g Group) String() string {
	switch g { // constants spare the heap
	case Money:
		return "F"
	case Authority:
		return "B"
	case Memo:
		return "M"
	}
	return string(rune(g))
}

// Side is the side of a line: debit (借) or credit (贷).
type Side int8

// The sides, signed so that side × amount is the net effect on the debit side.
const (
	Debit  Side = 1
	Credit Side = -1
)

// String returns 借 or 贷.
func (s Side) String() string {
	if s == Debit {
		return "借"
	}
	return "贷"
}
