package projects

import (
	"cmp"
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// Funding (来源构成) says which lots a project's plans draw on, and how far: the
// split is a ceiling per lot (DOMAIN 4.4). What of it is planned, committed and
// paid at present is a balance of the ledger.
type Funding struct {
	Project string        `json:"project"`
	Unit    string        `json:"unit"` // unit dimension of the project's accounts
	Town    string        `json:"town,omitempty"`
	Lines   []FundingLine `json:"lines"`
	// Recovered is what lots had given and was recovered from the project since; it
	// is in none of the lines.
	Recovered []FundingLine `json:"recovered,omitempty"`
}

// FundingLine (来源行) is what one lot gives to a project in one plan, from where.
type FundingLine struct {
	Plan   string          `json:"plan"`
	Lot    ledger.LotID    `json:"lot"`
	From   ledger.Code     `json:"from"`             // 7101 7102 7103 7104
	Pool   string          `json:"pool,omitempty"`   // of 7102
	Holder string          `json:"holder,omitempty"` // unit of 7103 and 7104
	Mode   ledger.DrawMode `json:"mode,omitempty"`   // by which the lot was chosen; "" when it was named
	Amount ledger.Amount   `json:"amount"`
	// Confirmed is the document by which the giver of a restricted lot agreed.
	Confirmed string `json:"confirmed,omitempty"`
}

// fundingPlanned raises (or cuts, with negative amounts) what lots give to a
// project.
type fundingPlanned struct {
	Project, Unit, Town string
	Document            string
	Lines               []FundingLine
}

// fundingRecovered takes what was recovered out of what lots give to a project.
type fundingRecovered struct {
	Document string
	On       ledger.Date
	Lines    []FundingLine
}

var fundingFile = dossier.NewKind("funding", (*Funding).index)

var didPlanFunding = dossier.On(fundingFile, "plan.funded", func(f *Funding, x *fundingPlanned, _ dossier.Stamp) {
	f.Project, f.Unit, f.Town = x.Project, x.Unit, x.Town
	for _, l := range x.Lines {
		f.add(l)
	}
})

var didRecoverFunding = dossier.On(fundingFile, "plan.recovered", func(f *Funding, x *fundingRecovered, _ dossier.Stamp) {
	for _, l := range x.Lines {
		f.Recovered = append(f.Recovered, l)
		l.Amount = -l.Amount
		f.add(l)
	}
})

func (f *Funding) index() dossier.Index {
	return dossier.Index{Unit: f.Town, Parent: f.Project, Title: f.Project, Amount: int64(f.Total())}
}

// add merges a line into those of the same plan, lot and place; a line that comes
// to nothing goes.
func (f *Funding) add(l FundingLine) {
	i := slices.IndexFunc(f.Lines, func(x FundingLine) bool { return x.place() == l.place() })
	if i < 0 {
		f.Lines = append(f.Lines, l)
		return
	}
	if l.Confirmed != "" {
		f.Lines[i].Confirmed = l.Confirmed
	}
	if f.Lines[i].Amount += l.Amount; f.Lines[i].Amount == 0 {
		f.Lines = slices.Delete(f.Lines, i, i+1)
	}
}

// fundingPlace is what tells two lines apart.
type fundingPlace struct {
	plan, pool, holder string
	lot                ledger.LotID
	from               ledger.Code
}

func (l *FundingLine) place() fundingPlace {
	return fundingPlace{l.Plan, l.Pool, l.Holder, l.Lot, l.From}
}

// Total is what is planned for the project.
func (f *Funding) Total() ledger.Amount {
	var sum ledger.Amount
	for i := range f.Lines {
		sum += f.Lines[i].Amount
	}
	return sum
}

// Ceiling is what one lot gives to the project in all its plans.
func (f *Funding) Ceiling(lot ledger.LotID) ledger.Amount {
	var sum ledger.Amount
	for i := range f.Lines {
		if f.Lines[i].Lot == lot {
			sum += f.Lines[i].Amount
		}
	}
	return sum
}

// holdings lists per lot what a plan gives and how much of it is still free to be
// cut: what the ledger holds in plan, uncommitted.
func (f *Funding) holdings(plan string, free map[ledger.LotID]ledger.Amount) []ledger.Holding {
	var out []ledger.Holding
	for i := range f.Lines {
		l := &f.Lines[i]
		if l.Plan != plan {
			continue
		}
		j := slices.IndexFunc(out, func(h ledger.Holding) bool { return h.Lot == l.Lot })
		if j < 0 {
			j = len(out)
			out = append(out, ledger.Holding{Lot: l.Lot})
		}
		out[j].Pot += l.Amount
	}
	for i := range out {
		out[i].Limit = min(out[i].Pot, free[out[i].Lot])
	}
	return out
}

// giveBack splits a cut of lots over the lines of a plan, in their order; amounts
// are positive. The caller has checked that the lines hold them.
func (f *Funding) giveBack(plan string, parts []ledger.Part) []FundingLine {
	var out []FundingLine
	for _, p := range parts {
		for i := range f.Lines {
			l := f.Lines[i]
			if l.Plan != plan || l.Lot != p.Lot || p.Amount == 0 {
				continue
			}
			l.Amount = min(l.Amount, p.Amount)
			p.Amount -= l.Amount
			out = append(out, l)
		}
	}
	return out
}

// groupLines gathers lines that one posting moves: the same place of authority and
// the same mode.
func groupLines(lines []FundingLine) [][]FundingLine {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b FundingLine) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Holder, b.Holder), cmp.Compare(a.Mode, b.Mode))
	})
	var out [][]FundingLine
	for i, l := range sorted {
		if i == 0 || sorted[i-1].From != l.From || sorted[i-1].Pool != l.Pool || sorted[i-1].Holder != l.Holder || sorted[i-1].Mode != l.Mode {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], l)
	}
	return out
}

// planMove is what one project gets from, or gives back to, the places that its
// lines name.
type planMove struct {
	Plan, Document string
	Date           ledger.Date
	Project, Unit  string
	Lines          []FundingLine // positive amounts
	Cut            bool
}

// postings are the events of a move: E06 and E06r with the pool, E07 and E07r with
// 7101, 7103 and 7104.
func (m *planMove) postings() []ledger.Posting {
	var out []ledger.Posting
	for _, group := range groupLines(m.Lines) {
		first := group[0]
		p := ledger.Posting{
			Date: m.Date, Project: m.Project, Unit: m.Unit, Pool: first.Pool, Drawn: first.Mode,
			Decision: m.Document, Memo: "计划 " + m.Plan,
		}
		for _, l := range group {
			p.Parts = append(p.Parts, ledger.Part{Lot: l.Lot, Amount: l.Amount})
		}
		switch {
		case first.From == "7102" && m.Cut:
			p.Event = "E06r"
		case first.From == "7102":
			p.Event = "E06"
		case m.Cut:
			p.Event, p.Into = "E07r", first.From
			if first.Holder != "" && first.Holder != m.Unit {
				p.To = &ledger.Target{Unit: first.Holder}
			}
		default:
			p.Event, p.From = "E07", first.From
			if first.Holder != "" && first.Holder != m.Unit {
				p.Unit, p.To = first.Holder, &ledger.Target{Unit: m.Unit}
			}
		}
		out = append(out, p)
	}
	return out
}

// signed are the lines as the funding dossier records them.
func (m *planMove) signed() []FundingLine {
	out := slices.Clone(m.Lines)
	if m.Cut {
		for i := range out {
			out[i].Amount = -out[i].Amount
		}
	}
	return out
}

// DrawModeOf returns the rule by which payments of a project take its lots
// (DOMAIN 4.4): that of its latest plan line that chose a lot by one, or pro rata
// where every lot was named.
func DrawModeOf(ctx context.Context, tx *db.Tx, project string) (ledger.DrawMode, error) {
	f, found, err := loadOr(ctx, tx, fundingFile, project)
	if err != nil || !found {
		return ledger.DrawProRata, err
	}
	mode := ledger.DrawProRata
	for _, l := range f.Lines {
		if l.Mode != "" {
			mode = l.Mode
		}
	}
	return mode, nil
}
