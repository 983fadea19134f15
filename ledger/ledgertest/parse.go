package ledgertest

import (
	"fmt"
	"strconv"
	"strings"

	"fundbook/ledger"
)

func (s *Script) parseLot(no int, line string) error {
	f := strings.Fields(line)
	if len(f) == 0 {
		return nil
	}
	l := ledger.Lot{
		ID: LotID(f[0]), Code: f[0], Tier: ledger.TierProvince, Class: ledger.ClassZX,
		Document: "文件", Line: no, Name: f[0],
	}
	for _, field := range f[1:] {
		name, v, _ := strings.Cut(field, "=")
		var err error
		switch name {
		case "tier":
			l.Tier = ledger.Tier(v)
		case "class":
			l.Class = ledger.Class(v)
		case "purpose":
			l.Purpose = v
		case "deadline":
			l.Deadline, err = ledger.ParseDate(v)
		case "year":
			l.Year, err = strconv.Atoi(v)
		default:
			err = fmt.Errorf("unknown field %q of a lot", name)
		}
		if err != nil {
			return err
		}
	}
	s.Lots = append(s.Lots, l)
	s.codes[l.ID] = l.Code
	return nil
}

// parsePolicy reads the name and the value of a policy in force from the start.
func (s *Script) parsePolicy(_ int, line string) error {
	name, value, ok := strings.Cut(line, " ")
	if !ok {
		return fmt.Errorf("a policy is a name and a value, not %q", line)
	}
	s.Policies = append(s.Policies, ledger.Policy{Name: name, Value: value, Basis: "样例"})
	return nil
}

func formatLot(l ledger.Lot) string {
	out := fmt.Sprintf("%s tier=%s class=%s", l.Code, l.Tier, l.Class)
	if l.Purpose != "" {
		out += " purpose=" + l.Purpose
	}
	if l.Deadline != 0 {
		out += " deadline=" + l.Deadline.String()
	}
	if l.Year != 0 {
		out += fmt.Sprintf(" year=%d", l.Year)
	}
	return out
}

func (s *Script) parseItem(no int, line string) error {
	text := strings.TrimSpace(line)
	switch {
	case text == "" || text[0] == '#':
		s.Items = append(s.Items, Item{Line: no, Text: line})
		return nil
	case text[0] == '?':
		it := Item{Line: no, Text: line, Kind: ItemBalance}
		if err := s.parseBalance(&it, text[1:]); err != nil {
			return err
		}
		s.Items = append(s.Items, it)
		return nil
	case line != text || text[0] == '+':
		return s.parseBelow(line, text)
	}
	it := Item{Line: no, Text: line, Kind: ItemPosting, Outcome: "ok"}
	if err := s.parsePosting(&it, strings.Fields(text)); err != nil {
		return err
	}
	s.Items = append(s.Items, it)
	return nil
}

// parseBelow reads a line that stands below a posting.
func (s *Script) parseBelow(line, text string) error {
	if len(s.Items) == 0 || s.Items[len(s.Items)-1].Kind != ItemPosting {
		return fmt.Errorf("%q stands below no posting", text)
	}
	it := &s.Items[len(s.Items)-1]
	switch {
	case strings.HasPrefix(text, outcomeMark):
		it.Outcome = strings.TrimPrefix(text, outcomeMark)
		if _, _, ok := it.Refusal(); !ok && it.Outcome != "ok" {
			return fmt.Errorf("outcome %q is neither ok nor refused CODE: detail", it.Outcome)
		}
	case text[0] == '+':
		it.Opening = append(it.Opening, line)
		return s.parseOpening(&it.Posting, strings.Fields(text[1:]))
	case strings.HasPrefix(text, "借") || strings.HasPrefix(text, "贷"):
		it.Wrote = append(it.Wrote, text)
	default:
		return fmt.Errorf("cannot read %q", text)
	}
	return nil
}

// Refusal returns the code and the part of the detail that a refused outcome
// names.
func (it *Item) Refusal() (code, detail string, ok bool) {
	rest, ok := strings.CutPrefix(it.Outcome, "refused ")
	if !ok {
		return "", "", false
	}
	code, detail, _ = strings.Cut(rest, ":")
	return code, strings.TrimSpace(detail), true
}

func (s *Script) parsePosting(it *Item, f []string) error {
	p := &it.Posting
	if len(f) < 2 {
		return fmt.Errorf("a posting is a date, an event and fields")
	}
	var err error
	if p.Date, err = ledger.ParseDate(f[0]); err != nil {
		return err
	}
	p.Event = ledger.EventCode(f[1])
	f = f[2:]
	if len(f) > 0 && !strings.Contains(f[0], "=") {
		p.Step, f = f[0], f[1:]
	}
	for _, field := range f {
		name, v, ok := strings.Cut(field, "=")
		if !ok {
			return fmt.Errorf("%q is not a field", field)
		}
		switch name {
		case "as":
			it.As = v
		case "reverses":
			it.Undoes = v
		default:
			err = s.setField(p, name, v)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
	}
	return nil
}

// setField sets one field of a posting.
func (s *Script) setField(p *ledger.Posting, name, v string) error {
	if strings.HasPrefix(name, "to.") {
		if p.To == nil {
			p.To = &ledger.Target{}
		}
		return s.setTarget(p.To, name, v)
	}
	if text := textField(p, name); text != nil {
		*text = v
		return nil
	}
	var err error
	switch name {
	case "township":
		p.Township = ledger.Book(v)
	case "cash":
		p.Cash = ledger.Code(v)
	case "from":
		p.From = ledger.Code(v)
	case "into":
		p.Into = ledger.Code(v)
	case "cost":
		p.Cost = ledger.Code(v)
	case "origin":
		p.OriginYear, err = strconv.Atoi(v)
	case "due":
		p.Due, err = ledger.ParseDate(v)
	case "business":
		p.Business, err = ledger.ParseDate(v)
	case "period13":
		p.Period13 = v == "yes"
	case "base":
		p.Base, err = parseAmount(v)
	case "draw":
		p.Draw = &ledger.Draw{Mode: ledger.DrawMode(v)}
	case "total":
		if p.Draw == nil {
			return fmt.Errorf("total without draw")
		}
		p.Draw.Amount, err = parseAmount(v)
	default:
		return s.setPart(p, name, v)
	}
	return err
}

func textField(p *ledger.Posting, name string) *string {
	switch name {
	case "project":
		return &p.Project
	case "contract":
		return &p.Contract
	case "payee":
		return &p.Payee
	case "unit":
		return &p.Unit
	case "pool":
		return &p.Pool
	case "counterparty":
		return &p.Counterparty
	case "decision":
		return &p.Decision
	case "waiver":
		return &p.Waiver
	case "memo":
		return &p.Memo
	}
	return nil
}

func (s *Script) setPart(p *ledger.Posting, name, v string) error {
	if name == "lot" {
		p.Parts = append(p.Parts, ledger.Part{Lot: LotID(v)})
		return nil
	}
	if len(p.Parts) == 0 {
		return fmt.Errorf("unknown field, or a part's field before any lot")
	}
	part := &p.Parts[len(p.Parts)-1]
	var err error
	switch name {
	case "amount":
		part.Amount, err = parseAmount(v)
	case "offset":
		part.Offset, err = parseAmount(v)
	case "retention":
		part.Retention, err = parseAmount(v)
	case "note":
		part.Note = v
	default:
		return fmt.Errorf("unknown field")
	}
	return err
}

func (s *Script) setTarget(t *ledger.Target, name, v string) error {
	switch name {
	case "to.lot":
		t.Lot = LotID(v)
	case "to.project":
		t.Project = v
	case "to.contract":
		t.Contract = v
	case "to.payee":
		t.Payee = v
	case "to.unit":
		t.Unit = v
	default:
		return fmt.Errorf("unknown field")
	}
	return nil
}

// parseOpening reads `C 1201 lot=K1 project=J1 … amount=30,000.00`.
func (s *Script) parseOpening(p *ledger.Posting, f []string) error {
	var o ledger.OpeningLine
	f, err := parseAccount(&o.Key, f)
	if err != nil {
		return err
	}
	for _, field := range f {
		name, v, _ := strings.Cut(field, "=")
		switch name {
		case "amount":
			o.Amount, err = parseAmount(v)
		case "note":
			o.Note = v
		default:
			err = setDim(&o.Key, name, v)
		}
		if err != nil {
			return err
		}
	}
	p.Opening = append(p.Opening, o)
	return nil
}

// parseBalance reads `C 1001 lot=K1 = 600.00`.
func (s *Script) parseBalance(it *Item, text string) error {
	key, amount, ok := strings.Cut(text, " = ")
	if !ok {
		return fmt.Errorf("a stated balance is `? book account fields = amount`")
	}
	var k ledger.Key
	f, err := parseAccount(&k, strings.Fields(key))
	if err != nil {
		return err
	}
	for _, field := range f {
		name, v, _ := strings.Cut(field, "=")
		if err := setDim(&k, name, v); err != nil {
			return err
		}
	}
	it.Sub = k.Sub
	it.Where = ledger.Filter{
		Book: k.Book, Account: k.Account, Lot: k.Lot, Project: k.Project,
		Contract: k.Contract, Payee: k.Payee, Unit: k.Unit, Pool: k.Pool,
	}
	it.Amount, err = parseAmount(strings.TrimSpace(amount))
	return err
}

func parseAccount(k *ledger.Key, f []string) ([]string, error) {
	if len(f) < 2 {
		return nil, fmt.Errorf("want book and account")
	}
	code, sub, _ := strings.Cut(f[1], ".")
	k.Book, k.Account, k.Sub = ledger.Book(f[0]), ledger.Code(code), sub
	return f[2:], nil
}

func setDim(k *ledger.Key, name, v string) error {
	switch name {
	case "lot":
		k.Lot = LotID(v)
	case "project":
		k.Project = v
	case "contract":
		k.Contract = v
	case "payee":
		k.Payee = v
	case "unit":
		k.Unit = v
	case "pool":
		k.Pool = v
	case "peer":
		k.Peer = LotID(v)
	default:
		return fmt.Errorf("unknown dimension %q", name)
	}
	return nil
}

// parseAmount reads yuan with thousands separators.
func parseAmount(v string) (ledger.Amount, error) {
	var a ledger.Amount
	err := a.UnmarshalText([]byte(strings.ReplaceAll(v, ",", "")))
	return a, err
}
