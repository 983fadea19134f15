package projects

import (
	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// RosterKind (名册种类) says what a roster pays for, and with it how its people may
// be printed (DOMAIN 9, masking).
type RosterKind string

// The kinds of roster.
const (
	RosterHousehold RosterKind = "household" // 到户补助
	RosterSubsidy   RosterKind = "subsidy"   // 贷款贴息: E21
	RosterWage      RosterKind = "wage"      // 公益岗位、以工代赈劳务报酬
	RosterMinor     RosterKind = "minor"     // 雨露计划、教育: names masked
	RosterHealth    RosterKind = "health"    // 健康类: names masked, no disease
)

// RosterState (名册状态) is where a roster stands.
type RosterState string

// The states of a roster.
const (
	RosterDraft     RosterState = "DRAFT"
	RosterCommitted RosterState = "COMMITTED" // E08: its authority is bound; N8 is posted now
	RosterConfirmed RosterState = "CONFIRMED" // E15a or E21: owed to the payees
	RosterClosed    RosterState = "CLOSED"    // every row is paid or struck
)

// LineState (名册行状态) is where one row of a roster stands.
type LineState string

// The states of a row.
const (
	LineOwed    LineState = "OWED"
	LineBatched LineState = "BATCHED" // stands in a card batch
	LinePaid    LineState = "PAID"
	LineStruck  LineState = "STRUCK" // 取消资格
)

// RosterLine (名册行) is what the log says of one row: everything but the person.
type RosterLine struct {
	N        int           `json:"n"`   // from 1, never used again
	Rev      int           `json:"rev"` // version of the sealed row
	Quantity Quantity      `json:"quantity"`
	Standard ledger.Amount `json:"standard"`
	Amount   ledger.Amount `json:"amount"`
	State    LineState     `json:"state"`
	Blocked  string        `json:"blocked,omitempty"` // decision that accepted an objection to it
	Batch    string        `json:"batch,omitempty"`   // the card batch it stands in, or was paid by
}

// RosterDoubt (名册疑点) is a row that a rule of DOMAIN 8.1 asks to look at. It is
// never a verdict: nothing is refused for it.
type RosterDoubt struct {
	Rule  string `json:"rule"`            // A01 same person twice, A02 one card for several, A23 other name
	N     int    `json:"n"`               // row of this roster
	Other string `json:"other,omitempty"` // roster of the other row; "" is this one
	With  int    `json:"with,omitempty"`  // the other row
}

// Roster (到户名册) is who is owed what under one programme of one project. It is a
// contract to the ledger: its code is the contract and the payee dimension. Its
// people are sealed rows beside it.
type Roster struct {
	Code      string          `json:"code"`
	Name      string          `json:"name"`
	Kind      RosterKind      `json:"kind"`
	State     RosterState     `json:"state"`
	Project   string          `json:"project"`
	Unit      string          `json:"unit"`           // the unit dimension of its accounts
	Town      string          `json:"town,omitempty"` // township whose own it is
	Programme string          `json:"programme"`
	Year      int             `json:"year"`
	Measure   string          `json:"measure"` // 计量单位: one for all rows
	Policy    string          `json:"policy"`  // 政策依据
	Mode      ledger.DrawMode `json:"mode,omitempty"`
	Lots      []ledger.LotID  `json:"lots,omitempty"` // the only ones it may draw on; empty: any of the plan
	// ChangedOn is the day of the last change of its rows: a notice posted earlier
	// does not show them.
	ChangedOn   ledger.Date   `json:"changed_on"`
	CommittedOn ledger.Date   `json:"committed_on,omitzero"`
	ConfirmedOn ledger.Date   `json:"confirmed_on,omitzero"`
	Waiver      string        `json:"waiver,omitempty"` // that released its notice or project
	Lines       []RosterLine  `json:"lines"`
	Doubts      []RosterDoubt `json:"doubts,omitempty"`
	Batches     []string      `json:"batches,omitempty"`
}

// Total is what the rows that are not struck add up to.
func (r *Roster) Total() (sum ledger.Amount) {
	for i := range r.Lines {
		if r.Lines[i].State != LineStruck {
			sum += r.Lines[i].Amount // bounded when the rows were read
		}
	}
	return sum
}

// line returns a row by its number, or nil. Rows are in order of their numbers,
// and none is left out.
func (r *Roster) line(n int) *RosterLine {
	if n < 1 || n > len(r.Lines) {
		return nil
	}
	return &r.Lines[n-1]
}

func (r *Roster) index() dossier.Index {
	return dossier.Index{
		Status: string(r.State), Unit: r.Town, Parent: r.Project, Title: r.Name, Year: r.Year, Amount: int64(r.Total()),
	}
}

var rosterFile = dossier.NewKind("roster", (*Roster).index)

// rosterRow is what a fact says of a row.
type rosterRow struct {
	N, Rev     int
	Quantity   Quantity
	Standard   ledger.Amount
	Amount     ledger.Amount
	Commitment ledger.Digest
}

func (r *Roster) add(rows []rosterRow) {
	for _, x := range rows {
		r.Lines = append(r.Lines, RosterLine{N: x.N, Rev: x.Rev, Quantity: x.Quantity, Standard: x.Standard, Amount: x.Amount, State: LineOwed})
	}
}

// The facts of a roster.
type (
	rosterCreated struct {
		Code      string
		Name      string
		Kind      RosterKind
		Project   string
		Unit      string
		Town      string
		Programme string
		Year      int
		Measure   string
		Policy    string
		On        ledger.Date
		File      ledger.Digest // keyed digest of the file: of no use without the key
		Rows      []rosterRow
		Doubts    []RosterDoubt
	}
	rosterAmended struct {
		On       ledger.Date
		File     ledger.Digest
		Added    []rosterRow
		Struck   []int
		Doubts   []RosterDoubt
		Document string
	}
	rosterCommitted struct {
		On     ledger.Date
		Mode   ledger.DrawMode
		Amount ledger.Amount
		Lots   []ledger.LotID
	}
	rosterConfirmed struct {
		On     ledger.Date
		Until  ledger.Date // last day of the notice's period
		Amount ledger.Amount
		Waiver string
	}
	rosterBlocked struct {
		N        int
		Decision string
	}
	rosterReleased struct {
		N        int
		Decision string
	}
	rosterStruck struct {
		On       ledger.Date
		Lines    []int
		Amount   ledger.Amount
		Decision string
	}
	// rosterCorrected replaces cards: the rows' next versions.
	rosterCorrected struct {
		Rows     []rosterRow
		Doubts   []RosterDoubt
		Document string
	}
	rosterTaken struct {
		Batch string
		Lines []int
	}
	// rosterReturned gives rows of a batch back: left out, cancelled, failed, or paid
	// and come back.
	rosterReturned struct {
		Batch string
		Lines []int
	}
	rosterPaid struct {
		Batch string
		Lines []int
	}
	projectRoster struct{ Roster string }
)

var (
	factRosterCreated = dossier.On(rosterFile, "roster.created", func(r *Roster, f *rosterCreated, _ dossier.Stamp) {
		r.Code, r.Name, r.Kind, r.Project, r.Unit, r.Town = f.Code, f.Name, f.Kind, f.Project, f.Unit, f.Town
		r.Programme, r.Year, r.Measure, r.Policy = f.Programme, f.Year, f.Measure, f.Policy
		r.State, r.ChangedOn, r.Doubts = RosterDraft, f.On, append(r.Doubts, f.Doubts...)
		r.add(f.Rows)
	})
	factRosterAmended = dossier.On(rosterFile, "roster.amended", func(r *Roster, f *rosterAmended, _ dossier.Stamp) {
		r.ChangedOn, r.Doubts = f.On, append(r.Doubts, f.Doubts...)
		r.mark(f.Struck, func(l *RosterLine) { l.State, l.Blocked = LineStruck, "" })
		r.add(f.Added)
	})
	factRosterCommitted = dossier.On(rosterFile, "roster.committed", func(r *Roster, f *rosterCommitted, _ dossier.Stamp) {
		r.State, r.CommittedOn, r.Mode, r.Lots = RosterCommitted, f.On, f.Mode, f.Lots
	})
	factRosterConfirmed = dossier.On(rosterFile, "roster.confirmed", func(r *Roster, f *rosterConfirmed, _ dossier.Stamp) {
		r.State, r.ConfirmedOn, r.Waiver = RosterConfirmed, f.On, f.Waiver
	})
	factRosterBlocked = dossier.On(rosterFile, "roster.blocked", func(r *Roster, f *rosterBlocked, _ dossier.Stamp) {
		r.mark([]int{f.N}, func(l *RosterLine) { l.Blocked = f.Decision })
	})
	factRosterReleased = dossier.On(rosterFile, "roster.released", func(r *Roster, f *rosterReleased, _ dossier.Stamp) {
		r.mark([]int{f.N}, func(l *RosterLine) { l.Blocked = "" })
	})
	factRosterStruck = dossier.On(rosterFile, "roster.struck", func(r *Roster, f *rosterStruck, _ dossier.Stamp) {
		r.mark(f.Lines, func(l *RosterLine) { l.State, l.Blocked = LineStruck, "" })
		r.close()
	})
	factRosterCorrected = dossier.On(rosterFile, "roster.corrected", func(r *Roster, f *rosterCorrected, _ dossier.Stamp) {
		for _, x := range f.Rows {
			r.mark([]int{x.N}, func(l *RosterLine) { l.Rev = x.Rev })
		}
		r.Doubts = append(r.Doubts, f.Doubts...)
	})
	factRosterTaken = dossier.On(rosterFile, "roster.taken", func(r *Roster, f *rosterTaken, _ dossier.Stamp) {
		r.mark(f.Lines, func(l *RosterLine) { l.State, l.Batch = LineBatched, f.Batch })
		r.Batches = append(r.Batches, f.Batch)
	})
	factRosterReturned = dossier.On(rosterFile, "roster.returned", func(r *Roster, f *rosterReturned, _ dossier.Stamp) {
		r.mark(f.Lines, func(l *RosterLine) { l.State, l.Batch = LineOwed, "" })
		if r.State == RosterClosed { // rows that were paid came back: they are owed again
			r.State = RosterConfirmed
		}
	})
	factRosterPaid = dossier.On(rosterFile, "roster.paid", func(r *Roster, f *rosterPaid, _ dossier.Stamp) {
		r.mark(f.Lines, func(l *RosterLine) { l.State = LinePaid })
		r.close()
	})
	factProjectRoster = dossier.On(projectFile, "project.roster_listed", func(p *Project, f *projectRoster, _ dossier.Stamp) {
		p.Rosters = append(p.Rosters, f.Roster)
	})
)

// mark changes rows that the rule which recorded the fact has found.
func (r *Roster) mark(lines []int, change func(*RosterLine)) {
	for _, n := range lines {
		if l := r.line(n); l != nil {
			change(l)
		}
	}
}

// close ends a confirmed roster of which nothing is owed any more.
func (r *Roster) close() {
	for i := range r.Lines {
		if s := r.Lines[i].State; s != LinePaid && s != LineStruck {
			return
		}
	}
	r.State = RosterClosed
}
