package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/fault"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// node is a pot, or a group of pots, while a flow is folded.
type node struct{ id, kind, label string }

// Graph (资金流向图) is where money came from and went, added up; its JSON is that
// of DESIGN 6.
type Graph struct {
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
	// Files are the dossiers behind the nodes, down to the digests of their papers.
	Files []File `json:"files,omitempty"`
}

// Node (节点) is a document, a lot, or a pot of authority. Kinds: document, lot,
// before, unallocated, pool, department, township, lower_county, unnamed_unit,
// project, contract, payee, executed, recovery, prior_year, taken_back.
type Node struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Label string `json:"label"`
	Title string `json:"title,omitempty"` // of the project, contract or roster, as its dossier says
	// Amount is what came in; for a node that nothing enters, what went out.
	Amount ledger.Amount `json:"amount"`
	// Rests (停留) is the part of Amount that has not gone on.
	Rests ledger.Amount `json:"rests"`
}

// Edge (流向) is what went from one node to another, net of what came back, with
// the entries that moved it.
type Edge struct {
	From    string        `json:"from"`
	To      string        `json:"to"`
	Amount  ledger.Amount `json:"amount"`
	Entries []int64       `json:"entries"`
}

// File (案卷) is a dossier behind a node of the graph: a project, a contract or roster,
// and what was claimed, requested and paid in batches under it. Each can be asked for
// by its kind and code.
type File struct {
	Kind     string          `json:"kind"`
	Code     string          `json:"code"`
	Parent   string          `json:"parent,omitempty"` // code of the file above
	Title    string          `json:"title,omitempty"`
	Status   string          `json:"status,omitempty"`
	Amount   ledger.Amount   `json:"amount,omitempty"`
	Evidence []ledger.Digest `json:"evidence,omitempty"` // SHA-256 of its papers
}

// kindOrder is the order of the nodes, upstream first.
var kindOrder = []string{
	"document", "before", "lot", "unallocated", "pool", "department", "township", "lower_county", "unnamed_unit", "project", "contract",
	"payee", "executed", "prior_year", "recovery", "taken_back",
}

func (b *graphBuilder) graph() Graph {
	g := Graph{Nodes: []Node{}, Edges: []Edge{}}
	for n, s := range b.nodes {
		amount := s.in
		if amount == 0 {
			amount = s.out
		}
		g.Nodes = append(g.Nodes, Node{ID: n.id, Kind: n.kind, Label: n.label, Amount: amount, Rests: s.rests})
	}
	rank := map[string]int{}
	slices.SortFunc(g.Nodes, func(x, y Node) int {
		return cmp.Or(cmp.Compare(slices.Index(kindOrder, x.Kind), slices.Index(kindOrder, y.Kind)), strings.Compare(x.ID, y.ID))
	})
	for i := range g.Nodes {
		rank[g.Nodes[i].ID] = i
	}
	for k, e := range b.edges {
		slices.Sort(e.seqs)
		g.Edges = append(g.Edges, Edge{k[0].id, k[1].id, e.amount, slices.Compact(e.seqs)})
	}
	slices.SortFunc(g.Edges, func(x, y Edge) int {
		return cmp.Or(cmp.Compare(rank[x.From], rank[y.From]), cmp.Compare(rank[x.To], rank[y.To]))
	})
	return g
}

// WriteJSON writes the graph as indented JSON.
func (g *Graph) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(g)
}

// WriteText writes the graph as an indented tree in a language, from the documents
// down. A node that several others lead to is opened where it first appears.
func (g *Graph) WriteText(w io.Writer, lang string) error {
	t := &treeText{lang: lang, nodes: map[string]*Node{}, next: map[string][]*Edge{}, seen: map[string]bool{}}
	entered := map[string]bool{}
	for i := range g.Nodes {
		t.nodes[g.Nodes[i].ID] = &g.Nodes[i]
	}
	for i := range g.Edges {
		e := &g.Edges[i]
		t.next[e.From] = append(t.next[e.From], e)
		entered[e.To] = true
	}
	for i := range g.Nodes {
		if n := &g.Nodes[i]; !entered[n.ID] {
			t.line(0, t.label(n), n.Amount, nil)
			t.below(n, 1)
		}
	}
	_, err := io.WriteString(w, t.b.String())
	return err
}

type treeText struct {
	lang  string
	b     strings.Builder
	nodes map[string]*Node
	next  map[string][]*Edge
	seen  map[string]bool
}

// label is the name of a node; what somebody named stays as it is.
func (t *treeText) label(n *Node) string {
	if t.lang == fault.Chinese {
		return n.Label
	}
	return fault.Words(n.Label)
}

func (t *treeText) line(depth int, label string, amount ledger.Amount, seqs []int64) {
	t.b.WriteString(strings.Repeat("  ", depth))
	t.b.WriteString(label + "  " + fault.Say("%s 元", amount.Grouped()).In(t.lang))
	if len(seqs) > 0 {
		t.b.WriteString("  " + fault.Say("记录 %s", seqText(seqs)).In(t.lang))
	}
	t.b.WriteByte('\n')
}

// below writes what a node gave out and what rests there.
func (t *treeText) below(n *Node, depth int) {
	t.seen[n.ID] = true
	for _, e := range t.next[n.ID] {
		to := t.nodes[e.To]
		if t.seen[to.ID] {
			t.line(depth, fault.Say("%s（见上）", t.label(to)).In(t.lang), e.Amount, e.Entries)
			continue
		}
		t.line(depth, t.label(to), e.Amount, e.Entries)
		t.below(to, depth+1)
	}
	if n.Rests != 0 && len(t.next[n.ID]) > 0 {
		t.line(depth, fault.Say("停留于此").In(t.lang), n.Rests, nil)
	}
}

// seqText shortens a long list of entries.
func seqText(seqs []int64) string {
	var b strings.Builder
	for i, s := range seqs {
		if i == 8 {
			fmt.Fprintf(&b, " 等 %d 条", len(seqs))
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatInt(s, 10))
	}
	return b.String()
}

// WriteCSV writes the edges as CSV in UTF-8 with a byte order mark; a text that a
// spreadsheet would compute gets an apostrophe in front.
func (g *Graph) WriteCSV(w io.Writer) error {
	labels := map[string]string{}
	for i := range g.Nodes {
		labels[g.Nodes[i].ID] = g.Nodes[i].Label
	}
	c := sheet.NewWriter(w)
	c.Record([]string{"来源标识", "来源", "去向标识", "去向", "金额（元）", "记录序号"})
	for _, e := range g.Edges {
		seqs := make([]string, len(e.Entries))
		for i, s := range e.Entries {
			seqs[i] = strconv.FormatInt(s, 10)
		}
		c.Record([]string{sheet.Guard(e.From), sheet.Guard(labels[e.From]), sheet.Guard(e.To), sheet.Guard(labels[e.To]), e.Amount.String(), strings.Join(seqs, " ")})
	}
	return c.Flush()
}
