package audit

import (
	"fmt"
	"slices"

	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// findA05 finds payments before what they rest on, and claims before their
// acceptance.
func findA05(f *doubtFacts) ([]Doubt, error) {
	var g gather
	planned, first := f.planned(), f.firstPaid()
	for i := range f.paid {
		p := &f.paid[i]
		early := func(than ledger.Date, what string) {
			if than != 0 && p.On < than {
				d := g.of(p.Project + "/" + p.Contract)
				d.say("付款早于" + what)
				d.add(p.row(fmt.Sprintf("付款 %s，%s %s", p.On, what, than)))
			}
		}
		switch c, r := f.contract(p.Contract), f.roster(p.Contract); {
		case c != nil:
			early(c.SignedOn, "合同签订")
		case r != nil:
			early(r.ConfirmedOn, "名册确认")
		}
		early(planned[p.Project], "计划批准")
		if until := f.noticeUntil(p, first[p.Project] == p); until >= p.On {
			early(until.AddDays(1), "公示期满")
		}
	}
	for i := range f.claims {
		claimOrder(&g, f, &f.claims[i])
	}
	return g.list, nil
}

// noticeUntil returns the last day of the notice that a payment waits for: N8 of a
// roster, N5 of a project's first payment; 0 for none.
func (f *doubtFacts) noticeUntil(p *payRow, first bool) ledger.Date {
	j := f.project(p.Project)
	if j == nil {
		return 0
	}
	typ, subject := "N5", ""
	switch {
	case f.roster(p.Contract) != nil:
		typ, subject = "N8", p.Contract
	case !first:
		return 0
	}
	for i := len(j.Posted) - 1; i >= 0; i-- {
		if n := &j.Posted[i]; n.Type == typ && n.Subject == subject && !n.Withdrawn {
			return n.To
		}
	}
	return 0
}

func claimOrder(g *gather, f *doubtFacts, c *payments.Claim) {
	if c.Date > f.asOf || c.State == payments.ClaimReturned || c.State == payments.ClaimWithdrawn {
		return
	}
	row := DoubtRow{Kind: "claim", Code: c.Code, On: c.Date, Amount: c.Amount}
	late := func(day ledger.Date, text string) {
		d := g.of("claim/" + c.Code)
		d.say(text)
		if len(d.Rows) == 0 {
			row.Text = fmt.Sprintf("报账 %s，%s %s", c.Date, text, day)
			d.add(row)
		}
	}
	if c.Checked != 0 && c.Date < c.Checked {
		late(c.Checked, "报账早于验收")
	}
	if k := f.contract(c.Contract); k != nil && c.Kind == payments.ClaimFinal && k.AcceptedOn != 0 && c.Date < k.AcceptedOn {
		late(k.AcceptedOn, "报账早于验收")
	}
	if c.OpinionOn != 0 && c.OpinionOn < c.Date {
		late(c.OpinionOn, "意见早于报账")
	}
}

// account is one key of what must come to nothing in time.
type account struct {
	code                    ledger.Code
	book, project, contract string
}

// findA10 ages advances, township payments and card batches in transit: what came in
// first is settled first. It also adds up the advances of a contract.
func findA10(f *doubtFacts) ([]Doubt, error) {
	var g gather
	limits := map[ledger.Code]int{}
	for code, name := range map[ledger.Code]string{"1201": policyDoubtAdvance, "1303": policyDoubtTownship, "1203": policyDoubtTransit} {
		days, err := f.number(name)
		if err != nil {
			return nil, err
		}
		limits[code] = days
	}
	most, err := f.number(policyDoubtAdvanceBP)
	if err != nil {
		return nil, err
	}
	rows := map[account][]ageRow{}
	var order []account
	for _, r := range f.advances {
		a := account{r.Account, r.Book, r.Project, r.Contract}
		if rows[a] == nil {
			order = append(order, a)
		}
		rows[a] = append(rows[a], r)
	}
	for _, a := range order {
		for _, r := range openRows(rows[a]) {
			if age := int(f.asOf - r.On); age > limits[a.code] {
				d := g.of(a.subject())
				d.say(fmt.Sprintf("%s 超过 %d 日未结", accountName(a.code), limits[a.code]))
				d.add(DoubtRow{Kind: "entry", Code: a.contract, Seq: r.Seq, On: r.On, Amount: r.Net, Text: fmt.Sprintf("已 %d 日", age)})
			}
		}
	}
	advanceShare(&g, f, rows, most)
	slices.SortStableFunc(g.list, func(a, b Doubt) int { return compareText(a.Subject, b.Subject) })
	return g.list, nil
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (a account) subject() string {
	s := string(a.code) + "/"
	if a.book != string(ledger.County) {
		s += a.book + "/"
	}
	return s + a.project + "/" + a.contract
}

func accountName(c ledger.Code) string {
	row, _ := ledger.AccountOf(c)
	return string(c) + " " + row.ZH
}

// openRows returns what of the debits is still open once the credits have settled
// the oldest; a red debit settles as well.
func openRows(rows []ageRow) []ageRow {
	var settled ledger.Amount
	for i := range rows {
		if rows[i].Net < 0 {
			settled -= rows[i].Net
		}
	}
	var out []ageRow
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b ageRow) int { return int(a.On - b.On) })
	for _, r := range sorted {
		if r.Net <= 0 {
			continue
		}
		used := min(settled, r.Net)
		settled -= used
		if r.Net -= used; r.Net > 0 {
			out = append(out, r)
		}
	}
	return out
}

// advanceShare finds contracts whose advances come to more than their share.
func advanceShare(g *gather, f *doubtFacts, rows map[account][]ageRow, bp int) {
	for i := range f.contracts {
		c := &f.contracts[i]
		var sum ledger.Amount
		var paid []ageRow
		for a, list := range rows {
			if a.code != "1201" || a.contract != c.Code {
				continue
			}
			for _, r := range list {
				if r.Cash {
					sum += r.Net
					paid = append(paid, r)
				}
			}
		}
		limit := ledger.PartBP(c.Amount, int64(bp))
		if sum <= limit || c.SignedOn > f.asOf {
			continue
		}
		d := g.of("share/" + c.Code)
		d.say(fmt.Sprintf("预付合计 %s，合同 %s，上限 %s", sum, c.Amount, limit))
		for _, r := range paid {
			d.add(DoubtRow{Kind: "entry", Code: c.Code, Seq: r.Seq, On: r.On, Amount: r.Net, Text: "预付"})
		}
	}
}

// findA11 finds retention that was paid before the defect period was over, and such
// as is still kept long after.
func findA11(f *doubtFacts) ([]Doubt, error) {
	var g gather
	days, err := f.number(policyDoubtRetention)
	if err != nil {
		return nil, err
	}
	for i := range f.contracts {
		c := &f.contracts[i]
		if c.DefectUntil == 0 {
			continue
		}
		var kept ledger.Amount
		for _, r := range f.retention {
			if r.Contract != c.Code {
				continue
			}
			kept -= r.Net
			if r.Net > 0 && r.Cash && r.On <= c.DefectUntil {
				d := g.of(c.Code)
				d.say("质保金早于缺陷责任期满返还")
				d.add(DoubtRow{Kind: "entry", Code: c.Code, Seq: r.Seq, On: r.On, Amount: r.Net, Text: "缺陷责任期至 " + c.DefectUntil.String()})
			}
		}
		if kept > 0 && !c.Defect && f.asOf > c.DefectUntil.AddDays(days) {
			d := g.of(c.Code)
			d.say("缺陷责任期满后久未返还质保金")
			d.add(DoubtRow{Kind: "contract", Code: c.Code, On: c.DefectUntil, Amount: kept, Text: fmt.Sprintf("期满已 %d 日", int(f.asOf-c.DefectUntil))})
		}
	}
	return g.list, nil
}

// findA14 finds invoices that are another one's paper, dated after what they were
// paid by, or of another issuer than the payee.
func findA14(f *doubtFacts) ([]Doubt, error) {
	var g gather
	claims := map[string]*payments.Claim{}
	for i := range f.claims {
		claims[f.claims[i].Code] = &f.claims[i]
	}
	paidOn := map[string]ledger.Date{} // of a claim, the first payment
	for i := range f.requests {
		r := &f.requests[i]
		for _, p := range r.Payees {
			if on, seen := paidOn[r.Claim]; p.State == payments.ReceiverPaid && (!seen || p.PaidOn < on) {
				paidOn[r.Claim] = p.PaidOn
			}
		}
	}
	files, numbers := map[ledger.Digest]string{}, map[string]string{}
	for i := range f.invoices {
		code, v := f.invoices[i].Code, &f.invoices[i].State
		if v.Date > f.asOf {
			continue
		}
		row := DoubtRow{Kind: "invoice", Code: code, Seq: f.invoices[i].Opened, On: v.Date, Amount: v.Amount}
		twice := func(other, text string) {
			d := g.of(code)
			d.say(text + "：" + other)
			row.Text = text
			d.add(row)
			d.Rows = append(d.Rows, DoubtRow{Kind: "invoice", Code: other, Text: text})
		}
		if other, seen := files[v.File]; seen {
			twice(other, "同一文件登记为两张发票")
		} else {
			files[v.File] = code
		}
		if other, seen := numbers[v.Number+"\x00"+v.Issuer]; seen {
			twice(other, "同一号码、同一开票方登记两次")
		} else {
			numbers[v.Number+"\x00"+v.Issuer] = code
		}
		for _, draw := range v.Draws {
			c := claims[draw.Claim]
			if c == nil {
				continue
			}
			used := DoubtRow{Kind: "claim", Code: c.Code, On: c.Date, Amount: draw.Amount}
			if v.Issuer != c.Payee {
				used.Text = "开票方 " + v.Issuer + "，收款方 " + c.Payee
				d := g.of(code)
				d.say("开票方与收款方不一致")
				d.add(used)
			}
			if on := paidOn[c.Code]; on != 0 && on < v.Date {
				used.Text = fmt.Sprintf("开票 %s，付款 %s", v.Date, on)
				d := g.of(code)
				d.say("开票晚于付款")
				d.add(used)
			}
		}
	}
	return g.list, nil
}

// findA19 finds payments of projects that are in no library, or in no plan.
func findA19(f *doubtFacts) ([]Doubt, error) {
	var g gather
	planned := f.planned()
	for i := range f.paid {
		p := &f.paid[i]
		j := f.project(p.Project)
		text := ""
		switch _, inPlan := planned[p.Project]; {
		case j == nil:
			text = "不在项目库"
		case j.State == projects.StateRemoved:
			text = "已出库"
		case !inPlan:
			text = "不在年度计划"
		}
		if text == "" {
			continue
		}
		d := g.of(p.Project)
		d.say("已付款的项目" + text)
		d.add(p.row(text))
	}
	return g.list, nil
}
