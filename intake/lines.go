package intake

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fundbook/ledger"
)

// payment is how the sources of a line are known.
type payment struct {
	shares []Share
	// lots are the lots over which the line is drawn; nil when the page states the
	// shares.
	lots []int
}

// postLines plans the allocation of every line with an amount. What the page
// states about a line's source is taken first, for all lines; what it does not
// state is then drawn pro rata over what is left of the lots (DOMAIN 4.4 PRO_RATA)
// and marked 推定.
func (p *planner) postLines() {
	pays := make([]payment, len(p.n.Lines))
	for i := range p.n.Lines {
		l := &p.n.Lines[i]
		if l.Amount <= 0 {
			continue
		}
		pays[i] = p.payment(l)
		for _, s := range pays[i].shares {
			p.rest[s.Lot] -= s.Amount
		}
	}
	p.checkOverdrawn()
	p.drawRest(pays)
	if p.refused {
		return
	}
	unnamed, inferred := ledger.Amount(0), ledger.Amount(0)
	for i := range p.n.Lines {
		l := &p.n.Lines[i]
		if l.Amount <= 0 {
			continue
		}
		m := p.move(l, pays[i])
		if m.Into == toUnnamed {
			unnamed += l.Amount
		}
		if m.Draw != "" {
			inferred += l.Amount
		}
		p.plan.Moves = append(p.plan.Moves, m)
	}
	p.reportLines(unnamed, inferred)
}

// move plans one line.
func (p *planner) move(l *Line, pay payment) Move {
	to, odd := p.n.recipientOf(l, p.places)
	p.add(odd...)
	m := Move{
		Event: "E04", Into: to.into, Unit: ledger.CleanName(to.unit), Row: l.Row, Parts: pay.shares,
		Memo: memo("分解下达 "+p.n.ID+" 第 "+strconv.Itoa(l.No)+" 行", l.Project),
	}
	if pay.lots != nil {
		m.Draw = ledger.DrawProRata
	}
	note := l.label()
	for i := range m.Parts {
		m.Parts[i].Note = note
	}
	return m
}

// drawRest draws the lines whose shares the page does not state: first those whose
// label leaves only some lots, then the others, each in the order of the page.
func (p *planner) drawRest(pays []payment) {
	for _, limited := range []bool{true, false} {
		for i := range pays {
			lots := pays[i].lots
			if lots == nil || p.refused || len(lots) < len(p.plan.Lots) != limited {
				continue
			}
			if p.drawn += len(lots); p.drawn > maxDrawn {
				p.add(find(TooLarge, Error, p.n.at("")).say("没有说明来源的支出行与来源行的组合超过 %d 个，请拆成几份公告", maxDrawn))
				return
			}
			pays[i].shares = p.draw(&p.n.Lines[i], lots)
		}
	}
}

// maxDrawn is the greatest number of shares that one notice may draw.
const maxDrawn = 200_000

// draw splits a line over lots by what is left of them, to the fen.
func (p *planner) draw(l *Line, lots []int) []Share {
	left, weights := ledger.Amount(0), make([]ledger.Amount, len(lots))
	for i, at := range lots {
		weights[i] = p.rest[at]
		left += p.rest[at]
	}
	amounts, err := ledger.Split(l.Amount, weights)
	if l.Amount > left || err != nil {
		p.add(find(LinesExceedLot, Error, l.at("amount_wan")).of(l.Amount-left).
			say("第 %d 行 %s 万元，其来源只余 %s 万元，超过 %s 元", l.No, l.Amount.Wan(), left.Wan(), (l.Amount - left).Grouped()))
		return nil
	}
	var out []Share
	for i, at := range lots {
		if amounts[i] > 0 {
			out = append(out, Share{Lot: at, Amount: amounts[i], Inferred: true})
			p.rest[at] -= amounts[i]
		}
	}
	return out
}

// payment finds out which lots pay a line, as far as the page states it: by the
// printed split, by the label, by being the only lot.
func (p *planner) payment(l *Line) payment {
	all := make([]int, len(p.plan.Lots))
	for i := range all {
		all[i] = i
	}
	label := squash(l.Source)
	group, _ := p.n.readTier(l.Group)
	groupIsTier := l.Group != "" && group != ledger.TierUnstated
	if label == "" && groupIsTier {
		label = squash(l.Group)
	}
	if label == "" {
		return p.only(l, all)
	}
	if items := splitItems(label); items != nil {
		if pay, ok := p.printedSplit(l, items); ok {
			p.checkGroup(l, group, groupIsTier, pay.shares)
			return pay
		}
		return p.only(l, all)
	}
	lots := p.labelled(label)
	if lots == nil {
		lots = p.labelledList(label)
	}
	if lots == nil {
		p.add(p.unmatched(l, label))
		return p.only(l, all)
	}
	pay := p.only(l, lots)
	p.checkGroup(l, group, groupIsTier, pay.shares)
	return pay
}

// only pays from the one lot there is, or leaves the split to be drawn.
func (p *planner) only(l *Line, lots []int) payment {
	if len(lots) == 1 {
		return payment{shares: []Share{{Lot: lots[0], Amount: l.Amount}}}
	}
	return payment{lots: lots}
}

// labelled returns the lots that a label means: those whose name or document
// number it is, else those of its tier, else those whose name contains it.
func (p *planner) labelled(label string) []int {
	number, _ := ledger.NormalizeDocNumber(label)
	tier, known := p.n.readTier(label)
	for _, fits := range []func(*ledger.Lot) bool{
		func(x *ledger.Lot) bool { return squash(x.Name) == label },
		func(x *ledger.Lot) bool { return number != "" && x.DocNo == number },
		func(x *ledger.Lot) bool { return known && tier != ledger.TierUnstated && x.Tier == tier },
		func(x *ledger.Lot) bool {
			return !known && utf8.RuneCountInString(label) >= minLabel && strings.Contains(squash(x.Name), label)
		},
	} {
		var out []int
		for i := range p.plan.Lots {
			if fits(&p.plan.Lots[i]) {
				out = append(out, i)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// labelledList returns the lots that a list of labels without amounts means
// (中央、省级), or nil when one of them names none.
func (p *planner) labelledList(label string) []int {
	var out []int
	for _, item := range strings.FieldsFunc(label, isSeparator) {
		lots := p.labelled(item)
		if lots == nil || item == label {
			return nil
		}
		for _, at := range lots {
			if !slices.Contains(out, at) {
				out = append(out, at)
			}
		}
	}
	slices.Sort(out)
	return out
}

func isSeparator(r rune) bool { return strings.ContainsRune(";；、,，+", r) }

// minLabel is the shortest part of a name, in characters, that can stand for it.
const minLabel = 3

// unmatched reports a label that names no lot: of another tier, or unknown.
func (p *planner) unmatched(l *Line, label string) Finding {
	at := l.at("fund_source_as_labelled")
	if l.Source == "" {
		at = l.at("group")
	}
	if tier, known := p.n.readTier(label); known && tier != ledger.TierUnstated {
		return find(TierContradiction, Warning, at).figured(l.Figure).say("第 %d 行写%s，来源为%s；未作拆分", l.No, quoted(label), p.tiersOfLots())
	}
	return find(LabelUnmatched, Info, at).figured(l.Figure).say("第 %d 行所列来源 %s 不是任何一行来源的名称、层级或文号", l.No, quoted(label))
}

func (p *planner) tiersOfLots() string {
	var list []ledger.Tier
	for i := range p.plan.Lots {
		if t := p.plan.Lots[i].Tier; !has(list, t) {
			list = append(list, t)
		}
	}
	return tierNames(list)
}

// checkGroup reports a line that stands under the heading of one tier and is paid
// by lots of another.
func (p *planner) checkGroup(l *Line, group ledger.Tier, isTier bool, shares []Share) {
	if !isTier {
		return
	}
	for _, s := range shares {
		if t := p.plan.Lots[s.Lot].Tier; t != group {
			p.add(find(TierContradiction, Warning, l.at("group")).figured(l.Figure).
				say("第 %d 行列在%s之下，来源为%s", l.No, quoted(l.Group), t.Chinese()))
			return
		}
	}
}

// splitItem is one part of a printed split: 中央25.
type splitItem struct {
	label  string
	amount ledger.Amount // 万元 unless a unit is printed
}

// splitItems reads 中央25;省级25. It returns nil when the text is no such list.
func splitItems(s string) []splitItem {
	var out []splitItem
	for _, item := range strings.FieldsFunc(s, isSeparator) {
		digit := strings.IndexAny(item, "0123456789０１２３４５６７８９")
		if digit <= 0 {
			return nil
		}
		label := strings.TrimRight(item[:digit], ":：")
		amount, err := ledger.ParseWan(item[digit:])
		if err != nil || amount <= 0 {
			return nil
		}
		out = append(out, splitItem{strings.TrimSuffix(label, "资金"), amount})
	}
	return out
}

// printedSplit pays a line as the page splits it. Where the parts do not add up,
// or one of them names no single lot, nothing of the split is used, and it is
// reported.
func (p *planner) printedSplit(l *Line, items []splitItem) (payment, bool) {
	at := l.at("fund_source_as_labelled")
	var sum ledger.Amount
	var pay payment
	for _, it := range items {
		sum += it.amount // at most MaxLine each, and a cell is short
		lots := p.labelled(it.label)
		switch {
		case len(lots) == 0:
			p.add(p.unmatched(l, it.label))
			return payment{}, false
		case len(lots) > 1:
			p.add(find(LabelUnmatched, Info, at).of(it.amount).say("第 %d 行的 %s 对应 %d 个来源", l.No, quoted(it.label), len(lots)))
			return payment{}, false
		}
		pay.shares = append(pay.shares, Share{Lot: lots[0], Amount: it.amount})
	}
	if sum != l.Amount {
		p.add(find(SplitMismatch, Warning, at).of(sum-l.Amount).
			say("第 %d 行 %s 合计 %s 万元，金额为 %s 万元；未按印刷拆分", l.No, quoted(l.Source), sum.Wan(), l.Amount.Wan()))
		return payment{}, false
	}
	return pay, true
}

// checkOverdrawn refuses lines that by their own statement take more of a lot than
// it has.
func (p *planner) checkOverdrawn() {
	for i, rest := range p.rest {
		if rest < 0 {
			lot := &p.plan.Lots[i]
			p.add(find(LinesExceedLot, Error, p.sourceOf(i).at("amount_wan")).of(-rest).
				say("%s %s 万元，明确列支 %s 万元，超过 %s 元", lot.Name, lot.Amount.Wan(), (lot.Amount - rest).Wan(), (-rest).Grouped()))
		}
	}
}

func (p *planner) sourceOf(lot int) *Source {
	for i, at := range p.lotOf {
		if at == lot {
			return &p.n.Sources[i]
		}
	}
	return &Source{}
}

// reportLines says how the lines were taken as a whole and what is left.
func (p *planner) reportLines(unnamed, inferred ledger.Amount) {
	n := p.n
	if unnamed > 0 {
		p.add(find(UnitUnnamed, Info, n.at("")).of(unnamed).say("没有指明单位的支出记入 7106，合计 %s 万元", unnamed.Wan()))
	}
	if inferred > 0 {
		p.add(find(Inferred, Info, n.at("")).of(inferred).
			say("公告没有说明来源的支出 %s 万元，按余额比例（PRO_RATA）推定，不进入分层级报表", inferred.Wan()))
	}
	var rest ledger.Amount
	var each []string
	for i, r := range p.rest {
		rest += r
		if r > 0 {
			each = append(each, p.plan.Lots[i].Code+" "+r.Wan()+" 万元")
		}
	}
	if rest == 0 {
		return
	}
	p.add(find(Unallocated, Warning, n.at("")).of(rest).
		say("来源中 %s 万元没有对应的支出，留在待分配：%s", rest.Wan(), clipTo(strings.Join(each, "、"), 300)))
}
