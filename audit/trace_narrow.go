package audit

import (
	"maps"
	"slices"

	"fundbook/ledger"
)

// moved is what an entry moves of authority: its lines of that group, in order.
type moved struct {
	seq      int64
	event    ledger.EventCode
	reverses int64
	lines    []ledger.Line
}

// reach says which entries of the lots are read: those that touch an account without
// a project, those that touch accounts of some projects, or all.
type reach struct {
	all      bool
	projects []string // none: accounts without a project
}

// narrowing folds a flow from no more entries than its question needs. A project's
// own pots (7201 to 7302) are no business of another project: what moves between them
// can be left out, as long as nothing leaves them. So it reads
//
//   - every entry that touches a pot without a project: documents, pools, units;
//   - every entry of a project that the question is about, that gives anything back
//     to such a pot, or into which money of the question has gone on.
//
// The parcels of the question are then those of the whole fold, way by way; a test
// compares them on random histories.
type narrowing struct {
	lots    []ledger.Lot
	read    func(reach) ([]moved, error)
	entries map[int64]moved
	closes  map[int64]bool
	known   map[string]bool // projects whose entries are read
}

// whole folds every entry of the lots.
func (n *narrowing) whole() (*flow, error) {
	if _, err := n.take(reach{all: true}); err != nil {
		return nil, err
	}
	return n.fold(), nil
}

// flow folds what a question about some projects needs.
func (n *narrowing) flow(start []string, x *query) (*flow, error) {
	n.known = map[string]bool{}
	next, err := n.take(reach{})
	if err != nil {
		return nil, err
	}
	next = append(next, start...)
	for {
		for next = n.unknown(next); len(next) > 0; next = n.unknown(next) {
			if next, err = n.take(reach{projects: next}); err != nil {
				return nil, err
			}
		}
		f := n.fold()
		f.each(func(l *lotFlow, p *parcel) {
			if p.key.Project != "" && !n.known[p.key.Project] && x.matches(l, p) {
				next = append(next, p.key.Project)
			}
		})
		if len(next) == 0 {
			return f, nil
		}
	}
}

// unknown returns the projects of a list that are not read yet, in order, and counts
// them as read.
func (n *narrowing) unknown(list []string) []string {
	var out []string
	for _, p := range list {
		if !n.known[p] {
			n.known[p] = true
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

// take reads entries and returns the projects that give something out of their own
// pots in one of them.
func (n *narrowing) take(r reach) ([]string, error) {
	list, err := n.read(r)
	if err != nil {
		return nil, err
	}
	if n.entries == nil {
		n.entries, n.closes = map[int64]moved{}, map[int64]bool{}
	}
	var givers []string
	for i := range list {
		x := &list[i]
		if _, have := n.entries[x.seq]; have {
			continue
		}
		n.entries[x.seq] = *x
		if x.event == "E24" || n.closes[x.reverses] {
			n.closes[x.seq] = true
			continue
		}
		givers = append(givers, giving(x.lines)...)
	}
	return givers, nil
}

// giving lists the projects whose authority leaves their own pots in an entry, or
// may be what 6202 brings back.
func giving(lines []ledger.Line) []string {
	back, shared := false, false
	for i := range lines {
		k := &lines[i].Key
		back = back || k.Account == "6202"
		shared = shared || k.Project == ""
	}
	if !shared && !back && !severalProjects(lines) {
		return nil // within one project
	}
	var out []string
	for i := range lines {
		if l := &lines[i]; l.Key.Project != "" && (back || l.Net() < 0) {
			out = append(out, l.Key.Project)
		}
	}
	return out
}

func severalProjects(lines []ledger.Line) bool {
	for i := range lines {
		if lines[i].Key.Project != lines[0].Key.Project {
			return true
		}
	}
	return false
}

func (n *narrowing) fold() *flow {
	f := newFlow(n.lots)
	for _, seq := range slices.Sorted(maps.Keys(n.entries)) {
		e := n.entries[seq]
		f.add(&e)
	}
	return f
}
