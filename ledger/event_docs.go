package ledger

import (
	"fmt"
	"strings"
)

// EventsMarkdown prints the event table as docs/events.md.
func EventsMarkdown() string {
	var b strings.Builder
	b.WriteString("# 业务事项表 · Business events\n\nGenerated from the code by `make golden`. 每行依 DOMAIN 4.3；每笔分录均带批次。\n\n")
	b.WriteString("* 内部 internal: posted only by the commands that own the gates; direct: permission `post.CODE`. E23 of an internal event is internal.\n")
	b.WriteString("* 决 decision: a decision number is required. ± : amounts may be negative.\n")
	b.WriteString("* T: stands in the township book. 红: red, the same side with a negative amount. → : with the dimensions of `to`. ⇒ : in the lot `to.lot`.\n")
	b.WriteString("* M amount, a offset, r retention. From, into and cost stand for the accounts listed.\n")
	b.WriteString("* Rule Y: when `origin_year` is before the year of the voucher date, Cr 7302 is Cr 6202.Y, 4xxx and 5xxx are 3201, and red money rows change sides instead. From the year after issue, 61xx is 6201.\n\n")
	b.WriteString("| event | step | 名称 · name | required | optional | money (F, M) | authority (B) | notes |\n|---|---|---|---|---|---|---|---|\n")
	for i := range events {
		for j := range events[i].Steps {
			events[i].Steps[j].writeRow(&b, &events[i])
		}
	}
	return b.String()
}

func (s *EventStep) writeRow(b *strings.Builder, e *EventSpec) {
	zh, en := e.ZH, e.EN
	if s.ZH != "" && s.ZH != e.ZH {
		zh += "：" + s.ZH
	}
	if s.EN != "" && s.EN != e.EN {
		en += ": " + s.EN
	}
	opt := s.Optional
	if s.rows.ownCash() {
		opt |= FieldCash
	}
	fmt.Fprintf(b, "| %s | %s | %s · %s | %s | %s | %s | %s | %s |\n", e.Code, s.Name, zh, en,
		strings.Join(s.Required.Names(), ", "), strings.Join(opt.Names(), ", "),
		cell(s.text(Money, Memo)), cell(s.text(Authority)), cell(s.notes(e)))
}

// cell escapes what would end a table cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// text prints the rows of some groups, in county and in township mode.
func (s *EventStep) text(groups ...Group) string {
	var out []string
	for _, mode := range [...]struct {
		name string
		rows eventRows
	}{{"", s.rows}, {"township: ", s.town}, {"from 7202: ", s.cut}} {
		if t := mode.rows.text(groups); t != "" && (len(out) == 0 || t != out[0]) {
			out = append(out, mode.name+t)
		}
	}
	return strings.Join(out, "<br>")
}

func (rs eventRows) text(groups []Group) string {
	var out []string
	for _, r := range rs {
		for _, g := range groups {
			if r.group() == g {
				out = append(out, r.text())
			}
		}
	}
	return strings.Join(out, " / ")
}

// text prints one row: Dr T 1201 a.
func (r eventRow) text() string {
	side := "Dr "
	if r.side == Credit {
		side = "Cr "
	}
	name := string(r.account)
	if r.sub != "" {
		name += "." + r.sub
	}
	for _, s := range symbols {
		if r.symbol != symFixed && s.symbol == r.symbol {
			name = s.text
		}
	}
	if r.symbol == symCash && r.town {
		name = "1002"
	}
	for _, mark := range [...]struct {
		on   bool
		text string
	}{{r.to, "→"}, {r.other, "⇒"}, {r.town, "T "}, {r.red, "红 "}} {
		if mark.on {
			name = mark.text + name
		}
	}
	return side + name + [...]string{"", " a", " r", " M−a", " M−r", " M−a−r"}[r.share]
}

// notes lists what the rows and the fields do not show.
func (s *EventStep) notes(e *EventSpec) string {
	var out []string
	if e.Internal {
		out = append(out, "内部")
	}
	if s.Decision {
		out = append(out, "决："+s.Basis)
	}
	if s.Signed {
		out = append(out, "±")
	}
	for _, c := range [...]struct {
		name   string
		offers []Code
	}{{"from", s.From}, {"into", s.Into}, {"cost", s.Cost}} {
		if len(c.offers) > 0 {
			out = append(out, c.name+" "+joinCodes(c.offers))
		}
	}
	if s.Class != "" {
		out = append(out, "批次类别 "+string(s.Class))
	}
	if s.rows.ownCash() && s.Cash != "1001" {
		out = append(out, "cash 缺省 "+string(s.Cash))
	}
	if s.Note != "" {
		out = append(out, s.Note)
	}
	return strings.Join(out, "；")
}

func joinCodes(codes []Code) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = string(c)
	}
	return strings.Join(out, "|")
}
