package audit

import (
	"fmt"
	"strconv"
	"strings"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

var (
	// ErrSelector refuses a trace that names nothing to begin with.
	ErrSelector = fault.New(fault.Invalid, "audit.selector", "请指明追踪的起点：批次、文件、项目、单位、收款方、凭证号、记录序号或案卷", "say where the trace begins: lot, document, project, unit, payee, voucher, entry or dossier")
	// ErrNoFlow says that nothing in the books answers the selector.
	ErrNoFlow = fault.New(fault.NotFound, "audit.no_flow", "账上没有与起点相符的资金", "nothing in the books answers the selector")
	// ErrConservation says that a graph does not add up: a defect of this program.
	ErrConservation = fault.New(fault.Internal, "audit.conservation", "资金流向图收支不相等", "a flow graph does not add up")
)

// Selector (追踪起点) says which money a trace follows. Fields that are set all
// have to hold: {Document, Payee} is the money of one document that reached one
// payee.
type Selector struct {
	Lot      string // code or identifier of a lot
	Document string // key or number of a document
	Project  string
	Unit     string // department, township or lower county
	Payee    string // payee, roster or batch; or the label of a unit that a document does not name
	Voucher  string // such as "2026-05 记-0001", or "C 2026-05 记-0001" with the book in front
	Entry    int64  // sequence number of an entry
	File     string // kind and code of a dossier, as claim/BZ-1: claim, request, batch, contract, roster, recovery, evidence
}

// Empty reports whether nothing is set.
func (s Selector) Empty() bool { return s == Selector{} }

// query is a selector whose voucher and file have become entries.
type query struct {
	Selector
	entries map[int64]bool // of the file; nil: none is asked for
}

// matches reports whether a parcel is among those asked for.
func (s *query) matches(x *lotFlow, p *parcel) bool {
	l := &x.lot
	if s.Lot != "" && s.Lot != l.Code && s.Lot != l.ID.String() {
		return false
	}
	if s.Document != "" && s.Document != l.Document && s.Document != string(l.DocNo) {
		return false
	}
	return (s.Project == "" || p.visits(func(k *ledger.Key, _ *hop) bool { return k.Project == s.Project })) &&
		(s.Unit == "" || p.visits(func(k *ledger.Key, _ *hop) bool { return k.Unit == s.Unit })) &&
		(s.Payee == "" || p.visits(func(k *ledger.Key, h *hop) bool {
			return k.Payee == s.Payee || h != nil && h.to.id == "unnamed_unit:"+s.Payee
		})) &&
		(s.Entry == 0 || p.visits(func(_ *ledger.Key, h *hop) bool { return h != nil && h.seq == s.Entry })) &&
		(s.entries == nil || p.visits(func(_ *ledger.Key, h *hop) bool { return h != nil && s.entries[h.seq] }))
}

// visits asks for every pot on the way of the parcel, the last one included.
func (p *parcel) visits(is func(*ledger.Key, *hop) bool) bool {
	for h := p.way; h != nil; h = h.prev {
		if is(h.key, h) {
			return true
		}
	}
	return is(p.key, nil)
}

// graph adds up the parcels that a selector without a file asks for.
func (f *flow) graph(s Selector) (Graph, error) { return f.graphOf(&query{Selector: s}) }

// graphOf adds up the parcels that the query asks for.
func (f *flow) graphOf(s *query) (Graph, error) {
	b := &graphBuilder{hops: map[*hop]ledger.Amount{}, edges: map[[2]*node]*edgeSum{}, nodes: map[*node]*nodeSum{}}
	f.each(func(x *lotFlow, p *parcel) {
		if s.matches(x, p) {
			b.add(p)
		}
	})
	b.walk()
	g := b.graph()
	return g, g.Check()
}

// graphBuilder adds parcels up: first each to the last step of its way, then step by
// step back to the documents, so that a step which many parcels share is walked once.
type graphBuilder struct {
	hops  map[*hop]ledger.Amount
	edges map[[2]*node]*edgeSum
	nodes map[*node]*nodeSum
}

type edgeSum struct {
	amount ledger.Amount
	seqs   []int64
}

type nodeSum struct {
	in, out, rests ledger.Amount
}

func (b *graphBuilder) at(n *node) *nodeSum {
	s := b.nodes[n]
	if s == nil {
		s = &nodeSum{}
		b.nodes[n] = s
	}
	return s
}

func (b *graphBuilder) add(p *parcel) {
	b.at(p.at()).rests += p.amount
	b.hops[p.way] += p.amount
}

// walk carries what was added back to where it came from.
func (b *graphBuilder) walk() {
	var levels [][]*hop
	for h := range b.hops {
		for len(levels) <= h.depth {
			levels = append(levels, nil)
		}
		levels[h.depth] = append(levels[h.depth], h)
	}
	for depth := len(levels) - 1; depth >= 0; depth-- {
		for _, h := range levels[depth] {
			amount := b.hops[h]
			b.step(h, amount)
			if h.prev == nil {
				continue
			}
			if _, known := b.hops[h.prev]; !known {
				levels[depth-1] = append(levels[depth-1], h.prev)
			}
			b.hops[h.prev] += amount
		}
	}
}

func (b *graphBuilder) step(h *hop, amount ledger.Amount) {
	e := b.edges[[2]*node{h.from, h.to}]
	if e == nil {
		e = &edgeSum{}
		b.edges[[2]*node{h.from, h.to}] = e
	}
	e.amount += amount
	e.seqs = append(e.seqs, h.seq)
	b.at(h.from).out += amount
	b.at(h.to).in += amount
}

// parseVoucher reads "2026-05 记-0001" with an optional book in front.
func parseVoucher(s string) (ledger.VoucherNo, error) {
	fields := strings.Fields(s)
	v := ledger.VoucherNo{Book: ledger.County}
	if len(fields) == 3 {
		v.Book, fields = ledger.Book(fields[0]), fields[1:]
	}
	wrong := ErrSelector.With("凭证号 %q，应如 2026-05 记-0001", s)
	if len(fields) != 2 {
		return v, wrong
	}
	p, err := ledger.ParsePeriod(fields[0])
	word, no, ok := strings.Cut(fields[1], "-")
	n, errNo := strconv.ParseInt(no, 10, 64)
	if err != nil || !ok || errNo != nil || n < 1 {
		return v, wrong
	}
	v.Period, v.Word, v.No = p, word, n
	return v, nil
}

// Check reports ErrConservation unless every node but the outermost gives out,
// or still holds, exactly what came in.
func (g *Graph) Check() error {
	in, out := map[string]ledger.Amount{}, map[string]ledger.Amount{}
	for _, e := range g.Edges {
		if e.Amount <= 0 {
			return ErrConservation.With("%s → %s：%s", e.From, e.To, e.Amount)
		}
		out[e.From] += e.Amount
		in[e.To] += e.Amount
	}
	var entered, rests ledger.Amount
	for _, n := range g.Nodes {
		rests += n.Rests
		if _, inner := in[n.ID]; !inner {
			entered += out[n.ID]
			continue
		}
		if in[n.ID] != out[n.ID]+n.Rests {
			return ErrConservation.With("%s：流入 %s，流出 %s，停留 %s", n.ID, in[n.ID], out[n.ID], n.Rests)
		}
	}
	if entered != rests {
		return ErrConservation.With("进入 %s，停留合计 %s", entered, rests)
	}
	return nil
}

// String prints the fields that are set.
func (s Selector) String() string {
	var b strings.Builder
	for _, f := range []struct{ zh, v string }{
		{"批次", s.Lot}, {"文件", s.Document}, {"项目", s.Project}, {"单位", s.Unit}, {"收款方", s.Payee}, {"凭证", s.Voucher}, {"案卷", s.File},
	} {
		if f.v != "" {
			fmt.Fprintf(&b, " %s %s", f.zh, f.v)
		}
	}
	if s.Entry != 0 {
		fmt.Fprintf(&b, " 记录 %d", s.Entry)
	}
	return strings.TrimSpace(b.String())
}
