package audit

import (
	"fmt"

	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
	"fundbook/publicity"
)

// findA17 finds what was paid or allocated without the notice that it needs, or
// with one that stood too short. Whether an issued notice still equals the ledger is
// what verify says of it.
func findA17(f *doubtFacts) ([]Doubt, error) {
	var g gather
	if err := f.startNotices(&g); err != nil {
		return nil, err
	}
	if err := f.rosterNotices(&g); err != nil {
		return nil, err
	}
	f.finalNotices(&g)
	return g.list, f.allocationNotices(&g)
}

// standing returns the notice of a type and subject that stands, or was taken down
// last.
func standing(p *projects.Project, typ, subject string) (n projects.Posted, found bool) {
	for i := len(p.Posted) - 1; i >= 0; i-- {
		x := p.Posted[i]
		if x.Type != typ || x.Subject != subject {
			continue
		}
		if !x.Withdrawn {
			return x, true
		}
		if !found {
			n, found = x, true
		}
	}
	return n, found
}

// judge says what is wrong with a notice, "" when nothing is.
func (f *doubtFacts) judge(p *projects.Project, typ, subject string) (string, projects.Posted, error) {
	n, found := standing(p, typ, subject)
	switch {
	case !found:
		return typ + " 未公示", n, nil
	case n.Withdrawn:
		return typ + " 公示已撤下", n, nil
	}
	days, err := projects.NoticeDaysOn(f.policies, typ, n.From)
	if err != nil {
		return "", n, err
	}
	if n.To < n.From.AddDays(days) {
		return fmt.Sprintf("%s 公示不足 %d 日", typ, days), n, nil
	}
	return "", n, nil
}

// startNotices: N5 before the first payment of a project by contract.
func (f *doubtFacts) startNotices(g *gather) error {
	first := f.firstPaid()
	for i := range f.projects {
		j := &f.projects[i]
		p := first[j.Code]
		if p == nil || j.Household || f.roster(p.Contract) != nil {
			continue
		}
		if c, known := projects.CategoryOf(j.Category, j.Year); known && c.Eligible.Fee {
			continue
		}
		why, n, err := f.judge(j, "N5", "")
		if err != nil {
			return err
		}
		if why != "" {
			d := g.of(j.Code + "/N5")
			d.say(why)
			d.add(p.row("首次付款"))
			d.Rows = append(d.Rows, DoubtRow{Kind: "project", Code: j.Code, On: n.From, Text: why})
		}
	}
	return nil
}

// rosterNotices: N8 of a roster that was paid.
func (f *doubtFacts) rosterNotices(g *gather) error {
	paid := map[string]*payRow{}
	for i := range f.paid {
		if p := &f.paid[i]; paid[p.Contract] == nil {
			paid[p.Contract] = p
		}
	}
	for i := range f.rosters {
		r := &f.rosters[i]
		p, j := paid[r.Code], f.project(r.Project)
		if p == nil || j == nil {
			continue
		}
		why, n, err := f.judge(j, "N8", r.Code)
		if err != nil {
			return err
		}
		if why != "" {
			d := g.of(r.Code + "/N8")
			d.say(why)
			d.add(p.row("首次发放"))
			d.Rows = append(d.Rows, DoubtRow{Kind: "roster", Code: r.Code, On: n.From, Text: why})
		}
	}
	return nil
}

// finalNotices: N6 published where the last payment was made.
func (f *doubtFacts) finalNotices(g *gather) {
	for i := range f.claims {
		c := &f.claims[i]
		if c.Kind != payments.ClaimFinal || c.Paid <= 0 {
			continue
		}
		for _, part := range c.Parts {
			j := f.project(part.Project)
			if j == nil {
				continue
			}
			if n, found := standing(j, "N6", ""); !found || n.Withdrawn {
				d := g.of(j.Code + "/N6")
				d.say("末次付款而 N6 未公示")
				d.add(DoubtRow{Kind: "claim", Code: c.Code, On: c.Date, Amount: part.Amount, Text: "末次付款"})
			}
		}
	}
}

// allocationNotices: N1 of a document that was allocated.
func (f *doubtFacts) allocationNotices(g *gather) error {
	days, err := f.number(policyDoubtNotice)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for i := range f.notices {
		n := &f.notices[i]
		if from, err := ledger.ParseDate(n.From); n.Type == string(publicity.N1) && err == nil && from <= f.asOf {
			told[n.About] = true
		}
	}
	for _, x := range f.issued {
		if told[x.Document] || f.asOf <= x.First.AddDays(days) {
			continue
		}
		d := g.of("N1/" + x.Document)
		d.say(fmt.Sprintf("分配后 %d 日未公告分配结果（N1）", days))
		d.add(DoubtRow{Kind: "document", Code: x.Document, On: x.First, Amount: x.Amount, Text: "首次分配"})
	}
	return nil
}
