package intake

import (
	"fmt"
	"strings"

	"fundbook/ledger"
)

// Text prints the plan as an accountant reads it: lots, 借 and 贷, findings and
// controls.
func (p *Plan) Text() string {
	var b strings.Builder
	d := &p.Document
	fmt.Fprintf(&b, "%s %s\n", d.ID, d.Title)
	fmt.Fprintf(&b, "  单位 %s（%s）  资金年度 %s  发布 %s  种类 %s\n", p.CountyName, p.County, d.FundYear, d.Published, d.Kind)
	if f, refused := p.Reason(); refused {
		fmt.Fprintf(&b, "  拒绝：%s\n", f)
	}
	for i := range p.Lots {
		l := &p.Lots[i]
		fmt.Fprintf(&b, "  批次 %s  %s %s（%s） %s  文号 %s  %s 万元", l.Code, l.Tier.Chinese(), l.Class, l.Class.Chinese(), l.Name, l.DocumentLabel(), l.Amount.Wan())
		if l.Printed != "" && l.Printed != string(l.DocNo) {
			fmt.Fprintf(&b, "  原文 %s", l.Printed)
		}
		if l.Remark != "" {
			fmt.Fprintf(&b, "  %s", l.Remark)
		}
		b.WriteByte('\n')
	}
	for i := range p.Moves {
		p.printMove(&b, &p.Moves[i])
	}
	for _, f := range d.Findings {
		fmt.Fprintf(&b, "  %s\n", f)
	}
	for _, k := range p.Controls {
		fmt.Fprintf(&b, "  控制数 %s：公布 %s，计算 %s，%s；%s\n", k.Check, k.Stated, k.Computed, k.Result.Chinese(), k.Detail)
	}
	return b.String()
}

func (p *Plan) printMove(b *strings.Builder, m *Move) {
	fmt.Fprintf(b, "  凭证 %s %s", m.Event, m.Memo)
	if m.Draw != "" {
		fmt.Fprintf(b, "  抽取 %s", m.Draw)
	}
	b.WriteByte('\n')
	for _, s := range m.Parts {
		lot := &p.Lots[s.Lot]
		debit, credit := m.Into, ledger.Code("7101")
		sub := ""
		if m.Event == "E01" {
			debit = "7101"
			credit, sub = lot.Source(false)
		}
		inferred := ""
		if s.Inferred {
			inferred = " 推定"
		}
		fmt.Fprintf(b, "    借 %s %s  %s  批次 %s%s\n", accountText(debit, ""), m.Unit, s.Amount.Grouped(), lot.Code, inferred)
		fmt.Fprintf(b, "    贷 %s  %s  批次 %s  %s\n", accountText(credit, sub), s.Amount.Grouped(), lot.Code, s.Note)
	}
}

func accountText(c ledger.Code, sub string) string {
	a, _ := ledger.AccountOf(c)
	if sub != "" {
		return string(c) + "." + sub + " " + a.ZH
	}
	return string(c) + " " + a.ZH
}
