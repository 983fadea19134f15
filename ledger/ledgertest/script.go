package ledgertest

import (
	"bytes"
	"fmt"
	"strings"

	"fundbook/ledger"
)

// Script (案例) is a worked case: lots, postings in order with the outcome that
// DOMAIN prescribes, and the closing balances. On disk it is a txtar file:
//
//	中文一句。
//	One English sentence.
//	DOMAIN 4.3 E12e, rule Y.
//	-- lots --
//	K1 tier=province class=ZX
//	-- policies --
//	fee_rate 12
//	-- postings --
//	2018-03-01 E12 confirm project=J1 contract=H1 payee=甲公司 unit=交通局 lot=K1 amount=1,000.00
//	  借        1,000.00  C 2001 应付项目款 K1 项目 J1 合同 H1 收款方 甲公司
//	  …
//	  => ok
//	? C 1001 lot=K1 = 600.00
//	-- balances --
//	借          600.00  C 1001 国库待拨资金 K1
//
// The lines that begin with 借 or 贷 are written by the program; everything else
// is written by people and never changed by it. A posting is a date, an event, a
// step where the event has any, and fields; `lot=` begins a part. A posting named
// by `as=name` is found again by `reverses=name`. `? key = amount` states a
// balance, debit positive, summed over every account that fits the key.
type Script struct {
	Comment  string
	Lots     []ledger.Lot
	Policies []ledger.Policy // of a section of this name: "fee_rate 12"
	Items    []Item
	Balances []string
	// Rest are the sections of the file that scripts do not use.
	Rest []Section

	codes map[ledger.LotID]string
}

// Item is one line of a script: a posting, a stated balance, or a remark.
type Item struct {
	Line   int // of the section, from 1
	Text   string
	Kind   ItemKind
	As     string // the name by which a later posting finds this one
	Undoes string // the name of the posting that this one reverses

	Posting ledger.Posting
	Outcome string // "ok", or "refused CODE: part of the detail"
	Opening []string
	Wrote   []string // the lines written by the program

	Where  ledger.Filter // ItemBalance
	Sub    string
	Amount ledger.Amount
}

// ItemKind says what a line of a script is.
type ItemKind uint8

// The kinds of lines.
const (
	ItemRemark ItemKind = iota
	ItemPosting
	ItemBalance
)

const outcomeMark = "=> "

// Parse reads a script. The name is used in errors.
func Parse(name string, data []byte) (*Script, error) {
	comment, files := parseArchive(data)
	s := &Script{Comment: comment, codes: map[ledger.LotID]string{}}
	for _, f := range files {
		var err error
		switch f.Name {
		case "lots":
			err = eachLine(f.Data, s.parseLot)
		case "policies":
			err = eachLine(f.Data, s.parsePolicy)
		case "postings":
			err = eachLine(f.Data, s.parseItem)
		case "balances":
			err = eachLine(f.Data, func(_ int, line string) error {
				s.Balances = append(s.Balances, line)
				return nil
			})
		default:
			s.Rest = append(s.Rest, f)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, f.Name, err)
		}
	}
	return s, nil
}

func eachLine(data []byte, do func(no int, line string) error) error {
	for i, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		if err := do(i+1, line); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}

// Format prints the script as it stands on disk.
func (s *Script) Format() []byte {
	var lots, posts, balances bytes.Buffer
	for _, l := range s.Lots {
		fmt.Fprintln(&lots, formatLot(l))
	}
	for _, it := range s.Items {
		fmt.Fprintln(&posts, it.Text)
		for _, o := range it.Opening {
			fmt.Fprintln(&posts, o)
		}
		for _, w := range it.Wrote {
			fmt.Fprintln(&posts, "  "+w)
		}
		if it.Kind == ItemPosting {
			fmt.Fprintln(&posts, "  "+outcomeMark+it.Outcome)
		}
	}
	for _, b := range s.Balances {
		fmt.Fprintln(&balances, b)
	}
	files := []Section{{Name: "lots", Data: lots.Bytes()}}
	if len(s.Policies) > 0 {
		var policies bytes.Buffer
		for _, p := range s.Policies {
			fmt.Fprintln(&policies, p.Name, p.Value)
		}
		files = append(files, Section{Name: "policies", Data: policies.Bytes()})
	}
	files = append(files, Section{Name: "postings", Data: posts.Bytes()}, Section{Name: "balances", Data: balances.Bytes()})
	return formatArchive(s.Comment, append(files, s.Rest...))
}

// WriteEntry prints the lines of an entry as 借 and 贷.
func (s *Script) WriteEntry(e ledger.Entry) []string {
	var out []string
	for _, l := range e.Lines() {
		out = append(out, fmt.Sprintf("%s %15s  %s", l.Side, l.Amount.Grouped(), s.keyText(l.Key)))
	}
	return out
}

// WriteBalances prints balances, each on the side on which it stands.
func (s *Script) WriteBalances(list []ledger.Balance) []string {
	var out []string
	for _, b := range list {
		side, net := ledger.Debit, b.Net
		if net < 0 {
			side, net = ledger.Credit, -net
		}
		out = append(out, fmt.Sprintf("%s %15s  %s", side, net.Grouped(), s.keyText(b.Key)))
	}
	return out
}

func (s *Script) keyText(k ledger.Key) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", k.Book, k.Account)
	if k.Sub != "" {
		b.WriteString("." + k.Sub)
	}
	if a, ok := ledger.AccountOf(k.Account); ok {
		b.WriteString(" " + a.ZH)
	}
	b.WriteString(" " + s.lotText(k.Lot))
	for _, d := range [...]struct{ zh, v string }{
		{"项目", k.Project}, {"合同", k.Contract}, {"收款方", k.Payee}, {"单位", k.Unit}, {"资金池", k.Pool},
	} {
		if d.v != "" {
			b.WriteString(" " + d.zh + " " + d.v)
		}
	}
	if !k.Peer.IsZero() {
		b.WriteString(" 对方批次 " + s.lotText(k.Peer))
	}
	return b.String()
}

func (s *Script) lotText(id ledger.LotID) string {
	if c, ok := s.codes[id]; ok {
		return c
	}
	return id.String()
}

// Plain replaces the identifiers of the script's lots in a message by their
// codes.
func (s *Script) Plain(message string) string {
	for id, code := range s.codes {
		message = strings.ReplaceAll(message, id.String(), code)
	}
	return message
}
