package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// LotFigures (批次执行情况) says where the authority of a lot stands, in fen, each
// figure from account balances by DOMAIN 4.2 and 6.5. With "net" = debit − credit
// over all lines but those of year-end closes (E24 and their reversals), and
// "memo" = what was executed before the books began (9101 of E00):
//
//	authority    = −net(6101…6105, 6201) + memo        received, less what was cut
//	arrived      = −net(the same, sub-account Y) + memo
//	unallocated  = 7101
//	pooled       = 7102
//	allocated    = 7103 + 7104 + 7105 + 7106
//	planned      = 7201                                 in plan, not yet committed
//	committed    = 7202 + 7204.A                        in contract or roster, not yet due
//	payable      = 7203 + 7204.P                        due, not yet paid
//	executed     = net(7302) + net(6202) + memo         accounted for; 6202 is a credit
//	paid         = executed + 7301                      to date (6.5)
//	recovered    = 7401 + net(7403) + net(7404)         awaiting rearrangement, or taken back
//
// Where E23p undoes a taking back of an earlier year (E19), its 6202 lines stand
// for 7403 and 7404 and count with recovered. Balances moved by E27 count in the
// lot that holds them now, but for years closed before, which stay.
//
// Rule R1 makes them add up, always: authority = unallocated + pooled + allocated
// + planned + committed + payable + paid + recovered.
type LotFigures struct {
	Authority   Amount `json:"authority"`
	Arrived     Amount `json:"arrived"`
	Unallocated Amount `json:"unallocated"`
	Pooled      Amount `json:"pooled"`
	Allocated   Amount `json:"allocated"`
	Planned     Amount `json:"planned"`
	Committed   Amount `json:"committed"`
	Payable     Amount `json:"payable"`
	Paid        Amount `json:"paid"`
	Executed    Amount `json:"executed"`
	Recovered   Amount `json:"recovered"`
}

// move adds a movement of an account, debit positive.
func (f *LotFigures) move(k *Key, net Amount) {
	switch k.Account {
	case "7101":
		f.Unallocated += net
	case "7102":
		f.Pooled += net
	case "7103", "7104", "7105", "7106":
		f.Allocated += net
	case "7201":
		f.Planned += net
	case "7202":
		f.Committed += net
	case "7203":
		f.Payable += net
	case "7204":
		if k.Sub == "A" {
			f.Committed += net
		} else {
			f.Payable += net
		}
	case "7301":
		f.Paid += net
	case "7302", "6202":
		f.Executed += net
		f.Paid += net
	case "7401", "7403", "7404":
		f.Recovered += net
	case "6101", "6102", "6103", "6104", "6105", "6201":
		f.Authority -= net
		if arrivedSub(k.Sub) {
			f.Arrived -= net
		}
	}
}

// memo adds what was executed before the books began.
func (f *LotFigures) memo(net Amount) {
	f.Authority += net
	f.Arrived += net
	f.Executed += net
	f.Paid += net
}

// plus returns f + sign × o.
func (f LotFigures) plus(o *LotFigures, sign Amount) LotFigures {
	a, b := f.list(), o.list()
	for i := range a {
		*a[i] += sign * *b[i]
	}
	return f
}

func (f *LotFigures) list() []*Amount {
	return []*Amount{
		&f.Authority, &f.Arrived, &f.Unallocated, &f.Pooled, &f.Allocated, &f.Planned, &f.Committed, &f.Payable, &f.Paid,
		&f.Executed, &f.Recovered,
	}
}

// LotRow (批次表行) is one lot with its figures. Notice is the key of the document
// the lot stands in, Document its number as it is to be printed, Source the name
// of the money as the document prints it.
type LotRow struct {
	County   string `json:"county"`
	Lot      string `json:"lot"` // code
	Notice   string `json:"notice"`
	Document string `json:"document"`
	Tier     Tier   `json:"tier"`
	Source   string `json:"source"`
	LotFigures
	LotID LotID `json:"lot_id"`
	Line  int   `json:"line"` // of the document
	Class Class `json:"class"`
	Year  int   `json:"budget_year"`
}

// LotsQuery says which lots are wanted: all, or the one with a code or
// identifier.
type LotsQuery struct {
	At
	Lot string `json:"lot,omitempty"`
}

// LotsList (批次表) is every lot registered at a moment, in order of registration,
// also those without an entry.
type LotsList struct {
	County string   `json:"county"`
	At     At       `json:"at"`
	Rows   []LotRow `json:"rows"`
}

// TierRow (分层级表行) is the figures of the lots of one tier. Lines whose split no
// document states (推定) are not in the figures but in LeftOut, so that figures +
// left out are the whole (DOMAIN 1.1: tiers are never divided by the program).
type TierRow struct {
	County string `json:"county"`
	Tier   Tier   `json:"tier"`
	Label  string `json:"label"`
	Lots   int    `json:"lots"`
	LotFigures
	LeftOut      LotFigures `json:"left_out"`
	LeftOutLines int        `json:"left_out_lines"`
}

// TierList (分层级资金表) is a county's figures by tier of funds, in the order of
// the tiers, with what was left out of them.
type TierList struct {
	County       string    `json:"county"`
	At           At        `json:"at"`
	Rows         []TierRow `json:"rows"`
	LeftOutLines int       `json:"left_out_lines"`
}

// tierList adds lots up by tier and takes inferred lines out.
func tierList(lots LotsList, inferred map[LotID]*leftOut) TierList {
	out := TierList{County: lots.County, At: lots.At, Rows: []TierRow{}}
	for _, t := range tiers {
		row := TierRow{County: lots.County, Tier: t.tier, Label: t.zh}
		for i := range lots.Rows {
			if lots.Rows[i].Tier != t.tier {
				continue
			}
			row.Lots++
			row.LotFigures = row.plus(&lots.Rows[i].LotFigures, 1)
			if x := inferred[lots.Rows[i].LotID]; x != nil {
				row.LotFigures = row.plus(&x.figures, -1)
				row.LeftOut = row.LeftOut.plus(&x.figures, 1)
				row.LeftOutLines += x.lines
			}
		}
		if row.Lots > 0 {
			out.Rows = append(out.Rows, row)
			out.LeftOutLines += row.LeftOutLines
		}
	}
	return out
}

// leftOut is what inferred lines have moved in one lot.
type leftOut struct {
	figures LotFigures
	lines   int
}

// takeBackUndone corrects for an E19 of an earlier year that E23p has undone: its
// 6202 lines stand for the 7403 and 7404 of the original.
func (f *LotFigures) takeBackUndone(original *Line) {
	if a := original.Key.Account; a == "7403" || a == "7404" {
		f.Recovered -= original.Net()
		f.Executed += original.Net()
		f.Paid += original.Net()
	}
}

// addInferred adds the inferred lines of an entry.
func addInferred(to map[LotID]*leftOut, e *Entry) {
	for i := range e.lines {
		l := &e.lines[i]
		if !l.Inferred {
			continue
		}
		x := to[l.Key.Lot]
		if x == nil {
			x = &leftOut{}
			to[l.Key.Lot] = x
		}
		x.lines++
		x.figures.move(&l.Key, l.Net())
	}
}

// ProjectRow (项目资金表行) is where the authority of one project stands in one
// lot, in fen, each figure as in LotFigures over the lines of the project. 6202
// carries no project: what it gives back is charged to the project of the lines
// beside it.
type ProjectRow struct {
	County    string `json:"county"`
	Project   string `json:"project"`
	Lot       string `json:"lot"`
	LotID     LotID  `json:"lot_id"`
	Planned   Amount `json:"planned"`
	Committed Amount `json:"committed"`
	Payable   Amount `json:"payable"`
	Paid      Amount `json:"paid"`
	Executed  Amount `json:"executed"`
	Recovered Amount `json:"recovered"`
}

// ProjectsQuery says which projects are wanted; empty fields select all.
type ProjectsQuery struct {
	At
	Project string `json:"project,omitempty"`
	Lot     string `json:"lot,omitempty"` // code or identifier
	Unit    string `json:"unit,omitempty"`
}

// ProjectsList (项目资金表) is every project that has touched money or authority,
// per lot, ordered by project, then lot.
type ProjectsList struct {
	County string       `json:"county"`
	At     At           `json:"at"`
	Rows   []ProjectRow `json:"rows"`
}

type projectLot struct {
	project string
	lot     LotID
}

// projectFigures folds movements per project and lot.
type projectFigures map[projectLot]*LotFigures

func (p projectFigures) of(k *Key) *LotFigures {
	at := projectLot{k.Project, k.Lot}
	f := p[at]
	if f == nil {
		f = &LotFigures{}
		p[at] = f
	}
	return f
}

// giveBack charges the 6202 lines of an entry to projects. 6202 carries no
// project; the other authority lines of the entry and lot do, and within one lot
// they add up to what 6202 leaves open, so each project's part is their negative
// sum (rule Y, E16p, E23p). Only lines that match count.
func (p projectFigures) giveBack(e *Entry, match func(*Key) bool) {
	touched := map[LotID]bool{}
	for i := range e.lines {
		if e.lines[i].Key.Account == "6202" {
			touched[e.lines[i].Key.Lot] = true
		}
	}
	for i := range e.lines {
		l := &e.lines[i]
		if !touched[l.Key.Lot] || l.Key.Account == "6202" || GroupOf(l.Key.Account) != Authority || !match(&l.Key) {
			continue
		}
		f := p.of(&l.Key)
		f.Executed -= l.Net()
		f.Paid -= l.Net()
	}
}

// list orders the figures of projects; movements without a project are left out.
func (p projectFigures) list(county string, codes lotCodes) []ProjectRow {
	out := make([]ProjectRow, 0, len(p))
	for at, f := range p {
		row := ProjectRow{
			County: county, Project: at.project, Lot: codes.of(at.lot), LotID: at.lot, Planned: f.Planned, Committed: f.Committed,
			Payable: f.Payable, Paid: f.Paid, Executed: f.Executed, Recovered: f.Recovered,
		}
		if at.project != "" {
			out = append(out, row)
		}
	}
	slices.SortFunc(out, func(a, b ProjectRow) int {
		return cmp.Or(strings.Compare(a.Project, b.Project), slices.Compare(a.LotID[:], b.LotID[:]))
	})
	return out
}
