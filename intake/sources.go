package intake

import (
	"errors"
	"regexp"
	"strings"

	"fundbook/ledger"
)

// checkSources refuses a notice whose money is not stated, and reports amounts
// that do not agree.
func (p *planner) checkSources() {
	n := p.n
	if len(n.Sources) == 0 {
		p.add(find(SourceMissing, Error, n.at("")).of(n.linesTotal()).say("公告没有资金来源，支出 %s 元无从列支", n.linesTotal().Grouped()))
		return
	}
	var total ledger.Amount
	for i := range n.Sources {
		s := &n.Sources[i]
		total += s.Amount // at most 50,000 amounts of at most MaxLine
		p.checkFigure(s.Figure, s.at)
		p.add(checkPrinted(s.Figure, s.Printed, s.at)...)
		switch {
		case !s.Stated:
			p.add(find(SourceAmountMissing, Error, s.at("amount_wan")).of(n.linesTotal()).
				say("来源第 %d 行“%s”没有金额，不能登记；支出行合计 %s 元", s.No, clip(s.Name), n.linesTotal().Grouped()))
		case s.Amount == 0:
			p.add(find(AmountZero, Info, s.at("amount_wan")).of(0).say("来源第 %d 行为零，不登记批次", s.No))
		}
	}
	if total == 0 && !p.refused {
		p.add(find(SourceMissing, Error, n.at("")).of(n.linesTotal()).say("资金来源合计为零"))
	}
	if stated := n.statedTotal(); n.StatedTotal != "" && stated != total && !p.refused {
		p.add(find(TotalMismatch, Warning, n.at("stated_total_wan")).of(stated-total).
			say("公布总额 %s 万元，来源合计 %s 万元", stated.Wan(), total.Wan()))
	}
	if out := n.linesTotal(); out > total && !p.refused {
		p.add(find(LinesExceedSources, Error, n.at("")).of(out-total).
			say("支出合计 %s 万元，来源合计 %s 万元，超过 %s 元", out.Wan(), total.Wan(), (out - total).Grouped()))
	}
}

// linesTotal is the sum of the lines that state an amount.
func (n *Notice) linesTotal() ledger.Amount {
	var sum ledger.Amount
	for i := range n.Lines {
		sum += n.Lines[i].Amount
	}
	return sum
}

// checkFigure refuses amounts that contradict each other or are negative.
func (p *planner) checkFigure(f Figure, at placer) {
	if f.Differs {
		p.add(find(AmountContradiction, Error, at("amount_fen")).of(f.Other-f.Amount).
			say("amount_wan 为 %s 万元，amount_fen 为 %s 元；不能判断哪一个对", f.Amount.Wan(), f.Other.Grouped()))
	}
	if f.Amount < 0 {
		p.add(find(AmountNegative, Error, at("amount_wan")).of(f.Amount).say("负数不能作为下达或分解；核减、收回请按 E01r、E04r 记账"))
	}
}

var leadingFigure = regexp.MustCompile(`^[¥￥]?\s*-?[0-9０-９][0-9０-９,，]*(?:[.．][0-9０-９]+)?\s*(?:亿元|亿|万元|万|元)?`)

// checkPrinted compares the amount cell as printed with the amount columns. A
// figure without a unit may be 万元 or 元.
func checkPrinted(f Figure, printed string, at placer) []Finding {
	if printed == "" {
		return nil
	}
	place := at("amount_as_printed")
	lead := leadingFigure.FindString(printed)
	rest := trim(printed[len(lead):])
	wan, errWan := ledger.ParseWan(lead)
	yuan, errYuan := ledger.ParseAmount(lead)
	if errWan != nil && errYuan != nil {
		return []Finding{find(AmountCell, Warning, place).figured(f).say("单元格 %s 读不出数字，按金额列登记", quoted(printed))}
	}
	var out []Finding
	if rest != "" {
		out = append(out, find(AmountCellText, Info, place).figured(f).say("单元格除数字外还有文字：%s", quoted(printed)))
	}
	if f.Stated && (errWan != nil || wan != f.Amount) && (errYuan != nil || yuan != f.Amount) {
		out = append(out, find(AmountCell, Warning, place).of(wan-f.Amount).
			say("单元格 %s 读作 %s 万元，金额列为 %s 万元；按金额列登记", quoted(printed), wan.Wan(), f.Amount.Wan()))
	}
	return out
}

// checkLines reports amounts of lines that do not agree or are not stated.
func (p *planner) checkLines() {
	for i := range p.n.Lines {
		l := &p.n.Lines[i]
		p.checkFigure(l.Figure, l.at)
		p.add(checkPrinted(l.Figure, l.Printed, l.at)...)
		switch {
		case !l.Stated:
			p.add(find(AmountMissing, Warning, l.at("amount_wan")).say("第 %d 行“%s”金额空白，未记账", l.No, clip(l.Project)))
		case l.Amount == 0:
			p.add(find(AmountZero, Info, l.at("amount_wan")).of(0).say("第 %d 行“%s”金额为零，未记账", l.No, clip(l.Project)))
		}
		if l.Note != "" {
			p.add(find(Remark, Info, l.at("note")).figured(l.Figure).say("%s", clipTo(l.Note, maxNote)))
		}
	}
}

// docNo is the document number of a source: the first number of its cell, which
// is the issuing one; the county's own number comes after it where a page prints
// both. A first number that is damaged leaves it empty, whatever follows.
func (s *Source) docNo() ledger.DocNumber {
	list := ledger.ParseDocNumbers(s.DocNo)
	if len(list) == 0 || list[0].Err != nil {
		return ""
	}
	return list[0].Number
}

// checkNumbers reports document numbers that are missing, damaged or odd.
func (p *planner) checkNumbers() {
	seen := map[string]ledger.DocNumber{} // agency and serial
	for i := range p.n.Sources {
		s := &p.n.Sources[i]
		at := s.at("doc_no_as_printed")
		list := ledger.ParseDocNumbers(s.DocNo)
		if len(list) == 0 {
			p.add(find(DocNoMissing, Warning, at).figured(s.Figure).say("来源第 %d 行没有文号，按未列明登记", s.No))
		}
		if len(list) > 1 {
			p.add(find(DocNoSeveral, Info, at).figured(s.Figure).
				say("一格 %d 个文号 %s；登记第一个（下达单位的），其余留在原文", len(list), quoted(s.DocNo)))
		}
		for _, r := range list {
			if r.Err != nil {
				p.add(unreadableNumber(r, s))
				continue
			}
			p.checkNumberYear(r.Number, s, seen)
		}
	}
}

// unreadableNumber says why a printed number is not taken, and asks.
func unreadableNumber(r ledger.DocNumberReading, s *Source) Finding {
	code := DocNoUnreadable
	switch {
	case errors.Is(r.Err, ledger.ErrDocNumberDamaged):
		code = DocNoDamaged
	case errors.Is(r.Err, ledger.ErrDocNumberConjoined):
		code = DocNoAmbiguous
	}
	f := find(code, Warning, s.at("doc_no_as_printed")).figured(s.Figure)
	if len(r.Candidates) == 0 {
		return f.say("%s 不能识别，文号留空，原文保留；请对照原件", quoted(r.Printed))
	}
	readings := make([]string, len(r.Candidates))
	for i, c := range r.Candidates {
		readings[i] = string(c)
	}
	return f.say("%s 可能是 %s？未修补，文号留空，原文保留；请对照原件确认", quoted(r.Printed), strings.Join(readings, " 或 "))
}

// checkNumberYear reports a number whose year fits neither the fund year nor the
// year before it, and one that stands on the page with another year as well.
func (p *planner) checkNumberYear(d ledger.DocNumber, s *Source, seen map[string]ledger.DocNumber) {
	at := s.at("doc_no_as_printed")
	if fund, year := yearOf(p.n.FundYear), d.Year(); fund != 0 && year != fund && year != fund-1 {
		p.add(find(DocNoYear, Warning, at).figured(s.Figure).say("%s 的年份既不是资金年度 %d 也不是上一年", d, fund))
	}
	agency, rest, _ := strings.Cut(string(d), "〔")
	_, serial, _ := strings.Cut(rest, "〕")
	key := agency + "〕" + serial
	if other, ok := seen[key]; ok && other != d {
		p.add(find(DocNoTwice, Warning, at).figured(s.Figure).say("%s 与 %s 机关代字和序号相同、年份不同，其一可能有误", d, other))
	} else if !ok {
		seen[key] = d
	}
}
