package publicity

import (
	"cmp"
	"fmt"
	"slices"

	"fundbook/ledger"
	"fundbook/projects"
)

// subsidy is a roster with its project, for notice N8.
type subsidy struct {
	roster  projects.Roster
	project projects.Project
	rows    []payee
	paid    bool // the list of results after payment
}

// payee is one row of a roster as a notice may show it.
type payee struct {
	seal           ledger.Digest
	n              int
	village, group string
	name           Masked
	household      string // serial of the household: with the group it tells namesakes apart
	quantity       projects.Quantity
	standard       ledger.Amount
	amount         ledger.Amount
}

// payeeOf masks a row by what its roster pays for.
func payeeOf(r *projects.RosterPerson, kind projects.RosterKind, village string) payee {
	p := payee{seal: r.Commitment, n: r.N, village: village, quantity: r.Quantity, standard: r.Standard, amount: r.Amount}
	if !r.Opened {
		p.name = Masked{"（已封存）"}
		return p
	}
	how := MaskBoard
	if kind == projects.RosterMinor || kind == projects.RosterHealth {
		how = MaskMinor
	}
	p.group, p.name, p.household = r.Person.Group, MaskName(&r.Person, how), r.Person.Household
	return p
}

// sheet is notice N8 (到户补助公示), before the payment or of its results.
func (s *subsidy) sheet() (Sheet, error) {
	r := &s.roster
	about := Part{Name: "补助项目和政策依据", Facts: stated([]Fact{
		{"项目名称", s.project.Name},
		{"补助名册", r.Name},
		{"补助年度", fmt.Sprintf("%d年", r.Year)},
		{"政策依据", r.Policy},
		{"补助标准", cmp.Or(s.project.Standard, s.standard())},
		{"责任单位", r.Unit},
	})}
	list := Part{Name: "补助名单", Table: Grid{Columns: []GridColumn{
		{"序号", CellCount}, {"村", CellShort}, {"组", CellShort}, {"姓名", CellShort}, {"户号", CellShort}, {"数量（" + r.Measure + "）", CellShort}, {"标准（元）", CellShort}, {"金额", CellMoney},
	}}}
	twins := s.twins()
	for i := range s.rows {
		p := &s.rows[i]
		household := ""
		if twins[p.name.String()] {
			household = p.household
		}
		list.Table.Rows = append(list.Table.Rows, GridRow{Seal: p.seal, Cells: []Cell{
			count(p.n), text(p.village), text(p.group), text(p.name.String()), text(household), text(p.quantity.String()), text(p.standard.Grouped()), money(p.amount),
		}})
	}
	if err := list.Table.sum(); err != nil {
		return Sheet{}, err
	}
	total := ledger.Amount(list.Table.Total[7].N)
	out := Sheet{
		Title: r.Name + "到户补助公示", Number: r.Code + "-N8", Publisher: cmp.Or(r.Town, r.Unit),
		Lead:  []string{"根据到户补助公示的规定，现将拟发放的“" + r.Name + "”补助名单予以公示。公示期内无异议，或者异议不成立的，按程序发放。"},
		Parts: []Part{about, list},
	}
	verb := "拟补助"
	if s.paid {
		verb = "已发放"
		out.Title, out.Number = r.Name+"补助发放结果公示", r.Code+"-N8R"
		out.Lead = []string{"现将“" + r.Name + "”补助的发放结果予以公示，接受群众监督。"}
	}
	out.Parts[1].Text = []string{fmt.Sprintf("%s%d户（人），合计%s元（大写：%s）。", verb, len(s.rows), total.Grouped(), total.Words())}
	return out, nil
}

// standard is the standard of the rows, where it is one.
func (s *subsidy) standard() string {
	if len(s.rows) == 0 || slices.ContainsFunc(s.rows, func(p payee) bool { return p.standard != s.rows[0].standard }) {
		return ""
	}
	return s.rows[0].standard.Grouped() + "元/" + s.roster.Measure
}

// twins are the names that stand on the list more than once.
func (s *subsidy) twins() map[string]bool {
	seen, out := map[string]bool{}, map[string]bool{}
	for i := range s.rows {
		name := s.rows[i].name.String()
		out[name] = seen[name]
		seen[name] = true
	}
	return out
}
