package audit

import (
	"cmp"
	"slices"

	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
	"fundbook/publicity"
)

// doubtFacts are the rows that rules read: movements of the ledger up to a day, and
// dossiers as they stand. Each list is one query, made only when a rule asks for it.
type doubtFacts struct {
	asOf     ledger.Date
	policies []ledger.Policy

	persons   []personRow
	rosters   []projects.Roster
	contracts []projects.Contract
	projects  []projects.Project
	plans     []projects.Plan
	claims    []payments.Claim
	requests  []payments.Request
	invoices  []dossier.Item[payments.Invoice]
	batches   []payments.Batch
	loans     []projects.Loan
	paid      []payRow
	advances  []ageRow
	retention []ageRow
	townCash  []townRow
	idle      []idleRow
	clocks    []clockRow
	issued    []issueRow
	notices   []publicity.ListItem
	fees      []ledger.FeeFigures
	feeLines  []payRow
	figures   []projects.Figure
	entries   []entryRow
}

// personRow is a version of a row of a roster whose person or card stands in others
// too. Both are keyed digests.
type personRow struct {
	Seq       int64
	Roster    string
	N, Rev    int
	Programme string
	Year      int
	Amount    ledger.Amount
	ID, Card  ledger.Digest
}

// payRow is what an entry adds to 7301 and 7302 of a contract: a payment (DOMAIN
// 6.5).
type payRow struct {
	Seq               int64
	On                ledger.Date
	Project, Contract string
	Amount            ledger.Amount
}

// ageRow is a movement of an account that must come to nothing in time; Cash says
// that the entry paid money out.
type ageRow struct {
	Seq      int64
	On       ledger.Date
	Account  ledger.Code
	Book     string
	Project  string
	Contract string
	Net      ledger.Amount
	Cash     bool
}

type townRow struct {
	Lot, Town      string
	County, Booked ledger.Amount // 1101 of the county, 2102 of the township
}

type idleRow struct {
	Lot, Document   string
	Balance, Recent ledger.Amount // Recent came in within the time that is allowed
	First           ledger.Date
}

type clockRow struct {
	Project string
	Planned ledger.Date // first day in plan
	Open    ledger.Amount
	Paid    ledger.Amount // turnover of 7301 and 7302
}

type issueRow struct {
	Document string
	First    ledger.Date // day of the first allocation
	Amount   ledger.Amount
}

// entryRow is who recorded an entry when, dated when.
type entryRow struct {
	Seq, At  int64
	On       ledger.Date
	Actor    ledger.ID
	Reversed bool
}

func (f *doubtFacts) contract(code string) *projects.Contract {
	return byCode(f.contracts, code, func(c *projects.Contract) string { return c.Code })
}

func (f *doubtFacts) roster(code string) *projects.Roster {
	return byCode(f.rosters, code, func(r *projects.Roster) string { return r.Code })
}

func (f *doubtFacts) project(code string) *projects.Project {
	return byCode(f.projects, code, func(p *projects.Project) string { return p.Code })
}

// byCode finds one of a list that is in order of code.
func byCode[T any](list []T, code string, of func(*T) string) *T {
	i, ok := slices.BinarySearchFunc(list, code, func(x T, code string) int { return cmp.Compare(of(&x), code) })
	if !ok {
		return nil
	}
	return &list[i]
}

// planned returns the day on which a project first stood in a plan that was adopted.
func (f *doubtFacts) planned() map[string]ledger.Date {
	out := map[string]ledger.Date{}
	for i := range f.plans {
		p := &f.plans[i]
		for _, it := range p.Items {
			if d, seen := out[it.Project]; !seen || p.AdoptedOn < d {
				out[it.Project] = p.AdoptedOn
			}
		}
	}
	return out
}

// firstPaid returns the first payment of each project.
func (f *doubtFacts) firstPaid() map[string]*payRow {
	out := map[string]*payRow{}
	for i := range f.paid {
		p := &f.paid[i]
		if x := out[p.Project]; x == nil || p.On < x.On || p.On == x.On && p.Seq < x.Seq {
			out[p.Project] = p
		}
	}
	return out
}

// gather makes doubts by subject, in order of subject.
type gather struct {
	list  []Doubt
	index map[string]int
}

func (g *gather) of(subject string) *Doubt {
	if g.index == nil {
		g.index = map[string]int{}
	}
	i, ok := g.index[subject]
	if !ok {
		i = len(g.list)
		g.index[subject] = i
		g.list = append(g.list, Doubt{Subject: subject})
	}
	return &g.list[i]
}

// say adds a reason once.
func (d *Doubt) say(text string) {
	switch {
	case d.Text == "":
		d.Text = text
	case !slices.Contains(splitReasons(d.Text), text):
		d.Text += "；" + text
	}
}

func splitReasons(s string) []string {
	var out []string
	from := 0
	for i := 0; i+len("；") <= len(s); i++ {
		if s[i:i+len("；")] == "；" {
			out = append(out, s[from:i])
			from = i + len("；")
		}
	}
	return append(out, s[from:])
}

// add adds a row and its amount.
func (d *Doubt) add(r DoubtRow) {
	d.Rows = append(d.Rows, r)
	d.Amount += r.Amount
}

// payment is the row of a payment.
func (p *payRow) row(text string) DoubtRow {
	return DoubtRow{Kind: "entry", Code: p.Contract, Seq: p.Seq, On: p.On, Amount: p.Amount, Text: text}
}
