package ledger

import "math/bits"

// A flow is a set of balances that stand between equations: every edge enters
// one equation with plus and another with minus, and ground (node 0) takes what
// enters only one. A share num/den of every edge satisfies all equations, but
// not in whole fen. settle finds shares in whole fen, each cut or raised by less
// than one, that satisfy them too: while an edge has a fraction, the equations
// at its ends hold a second one, so fractions form a circle, and shifting along
// the circle makes one of them whole without disturbing any equation.
type flow struct {
	num, den uint64 // 0 < num ≤ den
	edges    []flowEdge
	index    map[edgeID]int
	nodes    int
}

// edgeID names an edge: its ends and what stands on it.
type edgeID struct {
	from, to int
	kind     byte
}

type flowEdge struct {
	from, to int
	total    Amount
	share    Amount // whole fen
	rest     uint64 // fraction, in units of 1/den fen
	leaves   []*dividedKey
}

func newFlow(num, den uint64) flow {
	return flow{num: num, den: den, index: map[edgeID]int{}, nodes: 1}
}

// node makes a new equation.
func (f *flow) node() int {
	f.nodes++
	return f.nodes - 1
}

// add puts a key on an edge, or only an amount when leaf is nil.
func (f *flow) add(id edgeID, amount Amount, leaf *dividedKey) error {
	at, ok := f.index[id]
	if !ok {
		at = len(f.edges)
		f.index[id] = at
		f.edges = append(f.edges, flowEdge{from: id.from, to: id.to})
	}
	e := &f.edges[at]
	var err error
	if e.total, err = Add(e.total, amount); err != nil {
		return err
	}
	if leaf != nil {
		e.leaves = append(e.leaves, leaf)
	}
	return nil
}

// edge returns the edge, or an empty one.
func (f *flow) edge(id edgeID) flowEdge {
	if at, ok := f.index[id]; ok {
		return f.edges[at]
	}
	return flowEdge{}
}

// cut returns num/den of an amount: whole fen rounded down, and the fraction.
func (f *flow) cut(a Amount) (Amount, uint64) {
	hi, lo := bits.Mul64(a.magnitude(), f.num)
	q, rest := bits.Div64(hi, lo, f.den) // hi < den, as num ≤ den and a < 2^63
	if a >= 0 {
		return Amount(q), rest
	}
	if rest == 0 {
		return -Amount(q), 0
	}
	return -Amount(q) - 1, f.den - rest
}

// round returns num/den of an amount to the nearest fen, halves up.
func (f *flow) round(a Amount) Amount {
	share, rest := f.cut(a)
	if rest >= f.den-rest && rest > 0 {
		share++
	}
	return share
}

// settle gives every edge its share.
func (f *flow) settle() {
	at := make([][]int, f.nodes) // edges by node
	for i := range f.edges {
		e := &f.edges[i]
		e.share, e.rest = f.cut(e.total)
		at[e.from] = append(at[e.from], i)
		at[e.to] = append(at[e.to], i)
	}
	for i := range f.edges {
		for f.edges[i].rest != 0 {
			circle := f.circle(i, at)
			if circle == nil {
				return // the totals break an equation: the caller's check names it
			}
			f.shift(circle)
		}
	}
}

// turn is one edge of a circle, run along or against its direction.
type turn struct {
	edge  int
	along bool
}

// circle walks over edges with a fraction until a node comes again.
func (f *flow) circle(start int, at [][]int) []turn {
	seen := make(map[int]int, f.nodes)
	var path []turn
	node, last := f.edges[start].from, -1
	for {
		if first, again := seen[node]; again {
			return path[first:]
		}
		seen[node] = len(path)
		next := -1
		for _, i := range at[node] {
			if i != last && f.edges[i].rest != 0 && (last >= 0 || i == start) {
				next = i
				break
			}
		}
		if next < 0 {
			return nil
		}
		along := f.edges[next].from == node
		path = append(path, turn{next, along})
		last = next
		if node = f.edges[next].to; !along {
			node = f.edges[next].from
		}
	}
}

// shift moves the fractions of a circle by the smallest step that makes one of
// them whole.
func (f *flow) shift(circle []turn) {
	up, down := f.den, f.den
	for _, t := range circle {
		rest := f.edges[t.edge].rest
		if t.along {
			up, down = min(up, f.den-rest), min(down, rest)
		} else {
			up, down = min(up, rest), min(down, f.den-rest)
		}
	}
	for _, t := range circle {
		e := &f.edges[t.edge]
		step, raise := up, t.along
		if down < up {
			step, raise = down, !t.along
		}
		if !raise {
			e.rest -= step
			continue
		}
		if e.rest += step; e.rest == f.den {
			e.rest = 0
			e.share++
		}
	}
}
