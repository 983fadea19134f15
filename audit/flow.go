package audit

import (
	"slices"

	"fundbook/ledger"
)

// hop is one step of a parcel from node to node; the whole way is a list shared
// with the parcels that split off on it.
type hop struct {
	prev     *hop
	from, to *node
	key      *ledger.Key // the pot at to
	seq      int64
	depth    int // how many stand before it
}

// parcel (一笔去向) is an amount of one lot with the way that it has come.
type parcel struct {
	amount ledger.Amount
	way    *hop
	key    *ledger.Key // the pot where it rests
	note   string
}

// at is the node where the parcel rests.
func (p *parcel) at() *node {
	if p.way == nil {
		return nil
	}
	return p.way.to
}

// flow (资金流向) folds the authority group of the entries, in order of
// recording, into parcels. Each line of the group moves authority of one lot
// between pots; because a lot balances by itself in every entry (law 1), what
// leaves is what arrives, and no amount is ever estimated:
//
//   - credits give, debits receive; a red line does the opposite. Givers are
//     matched with receivers in the order of the lines, exactly.
//   - What goes back to where it came from is undone: the step vanishes from the
//     parcel's way. So reversals, red lines and returned payments cancel.
//   - Otherwise the oldest parcel of a pot leaves first. Within one lot money has
//     no name, so first in, first out is a convention, stated here; between lots
//     nothing is ever assumed.
//   - The year's end (E24) moves balances between years and nothing between pots;
//     it is left out. What rule Y books to 6202 comes from what was executed in
//     the lot for the same project, where there is any.
type flow struct {
	nodes  map[string]*node
	lots   map[ledger.LotID]*lotFlow
	closes map[int64]bool // entries of E24
}

// lotFlow is the flow of one lot.
type lotFlow struct {
	lot      ledger.Lot
	document *node
	source   *node
	pots     map[ledger.Key]*pot
	order    []*pot // in order of first use
}

func newFlow(lots []ledger.Lot) *flow {
	f := &flow{nodes: map[string]*node{}, lots: map[ledger.LotID]*lotFlow{}, closes: map[int64]bool{}}
	for _, l := range lots {
		x := &lotFlow{lot: l, pots: map[ledger.Key]*pot{}}
		x.document = f.node("document:"+l.Document, "document", "文件 "+l.DocumentLabel())
		x.source = f.node("lot:"+l.Code, "lot", "批次 "+l.Code+" "+l.Name)
		f.lots[l.ID] = x
	}
	return f
}

func (f *flow) node(id, kind, label string) *node {
	n := f.nodes[id]
	if n == nil {
		n = &node{id: id, kind: kind, label: label}
		f.nodes[id] = n
	}
	return n
}

// share is what one line gives to its pot or receives from it.
type share struct {
	pot    *pot
	note   string
	amount ledger.Amount
}

// add folds what an entry moves.
func (f *flow) add(e *moved) {
	if e.event == "E24" || f.closes[e.reverses] {
		f.closes[e.seq] = true
		return
	}
	var order []ledger.LotID
	for i := range e.lines {
		if id := e.lines[i].Key.Lot; f.lots[id] != nil && !slices.Contains(order, id) {
			order = append(order, id)
		}
	}
	for _, id := range order {
		x := f.lots[id]
		var give, get []share
		for i := range e.lines {
			l := &e.lines[i]
			switch net := l.Net(); {
			case l.Key.Lot != id:
			case net < 0:
				give = append(give, share{x.pot(&l.Key), l.Note, -net})
			default:
				get = append(get, share{x.pot(&l.Key), l.Note, net})
			}
		}
		f.pair(step{x, e.seq, e.reverses}, give, get)
	}
}

// step is the entry under way, in one lot.
type step struct {
	x    *lotFlow
	seq  int64
	undo int64 // the entry that it reverses, or 0
}

// transfer is an amount from one pot to another.
type transfer struct{ from, to share }

// pair matches givers with receivers in order of the lines, and carries them out:
// first those whose pot has enough, since an entry may fill a pot by one line that
// it empties by another.
func (f *flow) pair(s step, give, get []share) {
	var list []transfer
	for i, j := 0, 0; i < len(give) && j < len(get); {
		n := min(give[i].amount, get[j].amount)
		list = append(list, transfer{share{give[i].pot, give[i].note, n}, share{get[j].pot, get[j].note, n}})
		if give[i].amount -= n; give[i].amount == 0 {
			i++
		}
		if get[j].amount -= n; get[j].amount == 0 {
			j++
		}
	}
	for len(list) > 0 {
		next := max(0, slices.IndexFunc(list, func(t transfer) bool { return t.from.pot.has(t.from.amount) }))
		f.move(s, list[next])
		list = slices.Delete(list, next, next+1)
	}
}

// pot (指标的落点) is what a key holds, in parcels.
type pot struct {
	key     ledger.Key
	parcels []parcel
	used    bool // something was put into it
}

// pot returns the pot of a key.
func (x *lotFlow) pot(k *ledger.Key) *pot {
	p := x.pots[*k]
	if p == nil {
		p = &pot{key: *k}
		x.pots[*k] = p
	}
	return p
}

// has reports whether a pot holds an amount.
func (p *pot) has(n ledger.Amount) bool {
	if isSource(&p.key) {
		return true
	}
	for i := range p.parcels {
		if n -= p.parcels[i].amount; n <= 0 {
			return true
		}
	}
	return false
}

// move carries an amount from one pot to another.
func (f *flow) move(s step, t transfer) {
	from, to := t.from.pot, t.to.pot
	if isSource(&from.key) && isSource(&to.key) {
		return // arrival: N becomes Y
	}
	note := t.to.note
	if note == "" {
		note = t.from.note
	}
	goal := target{f.place(s.x, &to.key, note), to, note}
	for _, p := range f.take(s, want{from, t.from.note, goal}, t.from.amount) {
		f.put(s, p, goal)
	}
}

// target is the pot that a parcel goes to.
type target struct {
	node *node
	pot  *pot
	note string
}

// put lays a parcel into a pot, or undoes its last step when it goes back to
// where it came from.
func (f *flow) put(s step, p parcel, to target) {
	switch {
	case p.at() == to.node:
	case p.way.prev != nil && p.way.from == to.node:
		p.way = p.way.prev
	default:
		p.way = &hop{p.way, p.at(), to.node, &to.pot.key, s.seq, p.way.depth + 1}
	}
	if to.node == s.x.source && p.way.prev == nil {
		return // back in the source as if it had never left
	}
	p.key, p.note = &to.pot.key, to.note
	if !to.pot.used {
		to.pot.used = true
		s.x.order = append(s.x.order, to.pot)
	}
	to.pot.parcels = append(to.pot.parcels, p)
}

// want says what is taken: from which pot, with which label, going where.
type want struct {
	pot  *pot
	note string
	to   target
}

// take removes parcels of n fen from a pot, those first that go back to where
// they came from, then those with the line's label, then the oldest.
func (f *flow) take(s step, w want, n ledger.Amount) []parcel {
	x := s.x
	if isSource(&w.pot.key) {
		return []parcel{f.fresh(s, n)}
	}
	var out []parcel
	cut := func(from *pot, newest bool, match func(*parcel) bool) {
		if n == 0 {
			return
		}
		list := from.parcels
		if newest {
			slices.Reverse(list)
		}
		kept := list[:0]
		for _, p := range list {
			if n == 0 || !match(&p) {
				kept = append(kept, p)
				continue
			}
			part := min(n, p.amount)
			n -= part
			taken := p
			taken.amount = part
			out = append(out, taken)
			if p.amount -= part; p.amount > 0 {
				kept = append(kept, p)
			}
		}
		if newest {
			slices.Reverse(kept)
		}
		from.parcels = kept
	}
	if s.undo != 0 {
		cut(w.pot, true, func(p *parcel) bool { return p.way.seq == s.undo })
	}
	cut(w.pot, true, func(p *parcel) bool { return p.way.from == w.to.node && (w.note == "" || p.note == w.note) })
	if w.note != "" {
		cut(w.pot, false, func(p *parcel) bool { return p.note == w.note })
	}
	cut(w.pot, false, func(*parcel) bool { return true })
	if n > 0 && w.pot.key.Account == "6202" {
		for _, from := range x.order {
			if from.key.Account == "7302" && from.key.Project == w.to.pot.key.Project {
				cut(from, false, func(*parcel) bool { return true })
			}
		}
	}
	if n > 0 {
		out = append(out, f.unexplained(s, w, n))
	}
	return out
}

// fresh is authority that enters the county with its document.
func (f *flow) fresh(s step, n ledger.Amount) parcel {
	x := s.x
	key := &ledger.Key{Book: ledger.County, Account: "6101", Lot: x.lot.ID}
	return parcel{amount: n, way: &hop{nil, x.document, x.source, key, s.seq, 0}, key: key}
}

// unexplained stands for authority that the entries before do not account for:
// what 6202 brings back of years before the books began, or a damaged store.
func (f *flow) unexplained(s step, w want, n ledger.Amount) parcel {
	x := s.x
	from := f.node("before:"+x.lot.Code, "before", "批次 "+x.lot.Code+" 建账以前")
	key := &w.pot.key
	return parcel{amount: n, way: &hop{nil, from, f.place(x, key, w.note), key, s.seq, 0}, key: key}
}

// isSource reports whether a key is a source of authority; 6202, authority out of
// what was executed in earlier years, is a pot.
func isSource(k *ledger.Key) bool { return k.Account[0] == '6' && k.Account != "6202" }

// place returns the node of a pot.
func (f *flow) place(x *lotFlow, k *ledger.Key, note string) *node {
	lot := x.lot.Code
	switch k.Account {
	case "7101":
		return f.node("unallocated:"+lot, "unallocated", "待分配指标（批次 "+lot+"）")
	case "7102":
		return f.node("pool:"+k.Pool, "pool", "统筹整合资金池 "+k.Pool)
	case "7103":
		return f.node("department:"+k.Unit, "department", "部门 "+k.Unit)
	case "7104":
		return f.node("township:"+k.Unit, "township", "乡镇 "+k.Unit)
	case "7105":
		return f.node("lower_county:"+k.Unit, "lower_county", "下级县区 "+k.Unit)
	case "7106":
		if note == "" {
			note = "未指明单位"
		}
		return f.node("unnamed_unit:"+note, "unnamed_unit", note)
	case "7201":
		return f.node("project:"+k.Project, "project", "项目 "+k.Project)
	case "7202", "7203", "7204":
		return f.node("contract:"+k.Project+"/"+k.Contract, "contract", "合同 "+k.Contract+"（项目 "+k.Project+"）")
	case "7301", "7302":
		if k.Payee == "" {
			return f.node("executed:"+lot, "executed", "已报账列支（批次 "+lot+"）")
		}
		return f.node("payee:"+k.Payee, "payee", "收款方 "+k.Payee)
	case "7401":
		return f.node("recovery:"+lot, "recovery", "待收回指标（批次 "+lot+"）")
	case "7403":
		return f.node("taken_back_upper:"+lot, "taken_back", "上级收回（批次 "+lot+"）")
	case "7404":
		return f.node("taken_back_county:"+lot, "taken_back", "收回本级统筹（批次 "+lot+"）")
	case "6202":
		return f.node("prior_year:"+lot, "prior_year", "以前年度列支（批次 "+lot+"）")
	}
	return x.source
}

// each calls fn with every parcel, lot by lot in order of code and pot by pot.
func (f *flow) each(fn func(*lotFlow, *parcel)) {
	ids := make([]*lotFlow, 0, len(f.lots))
	for _, x := range f.lots {
		ids = append(ids, x)
	}
	slices.SortFunc(ids, func(a, b *lotFlow) int {
		if a.lot.Code < b.lot.Code {
			return -1
		}
		return 1
	})
	for _, x := range ids {
		for _, from := range x.order {
			for i := range from.parcels {
				fn(x, &from.parcels[i])
			}
		}
	}
}
