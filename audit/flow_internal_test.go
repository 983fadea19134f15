package audit

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"fundbook/ledger"
	"fundbook/ledger/ledgertest"

	"pgregory.net/rapid"
)

func testLot(code, doc string) ledger.Lot {
	id := ledger.LotID{0: 2}
	copy(id[1:], code)
	return ledger.Lot{ID: id, Code: code, Tier: ledger.TierCentral, Class: ledger.ClassXJ, Document: doc, Line: int(code[1]), Name: "样例", Year: 2026, Amount: 1}
}

// movedBy is what the store reads of an entry.
func movedBy(seq int64, e *ledger.Entry) moved {
	m := moved{seq: seq, event: e.Event, reverses: e.Reverses}
	for _, l := range e.Lines() {
		if ledger.GroupOf(l.Key.Account) == ledger.Authority {
			m.lines = append(m.lines, l)
		}
	}
	return m
}

// books is a Model with the flow of everything that was posted in it.
type books struct {
	m    *ledger.Model
	f    *flow
	lots []ledger.Lot
	seqs []int64
}

func newBooks(tb interface{ Fatal(...any) }) *books {
	b := &books{m: ledger.NewModel(), lots: []ledger.Lot{testLot("A1", "D1"), testLot("A2", "D1"), testLot("B3", "D2")}}
	for _, l := range b.lots {
		if err := b.m.AddLot(l); err != nil {
			tb.Fatal(err)
		}
	}
	b.f = newFlow(b.lots)
	return b
}

func (b *books) do(p ledger.Posting) error {
	first := b.m.Next()
	unit, err := b.m.Do(p)
	if err != nil {
		return err
	}
	for i := range unit {
		e := movedBy(first+int64(i), &unit[i])
		b.f.add(&e)
		b.seqs = append(b.seqs, first+int64(i))
	}
	return nil
}

var flowSteps = []struct {
	event      ledger.EventCode
	step       string
	from, into ledger.Code
	run, plan  bool
	decision   bool
}{
	{event: "E01"},
	{event: "E02"},
	{event: "E01"},
	{event: "E02"},
	{event: "E01r", step: "unarrived"},
	{event: "E04", into: "7103"},
	{event: "E04", into: "7104"},
	{event: "E04", into: "7105"},
	{event: "E04", into: "7106"},
	{event: "E04r", from: "7106"},
	{event: "E04r", from: "7103"},
	{event: "E05", from: "7101"},
	{event: "E05", from: "7103"},
	{event: "E05r", into: "7101"},
	{event: "E06", plan: true},
	{event: "E06r", plan: true, decision: true},
	{event: "E07", from: "7101", plan: true},
	{event: "E07", from: "7104", plan: true},
	{event: "E08", run: true},
	{event: "E08", run: true},
	{event: "E10", step: "reserve", run: true},
	{event: "E10", step: "confirm", run: true},
	{event: "E10v", run: true},
	{event: "E10r", run: true},
	{event: "E11", run: true},
	{event: "E11", run: true},
	{event: "E12", step: "reserve", run: true},
	{event: "E12", step: "confirm", run: true},
	{event: "E12v", run: true},
	{event: "E12e", run: true},
	{event: "E13", step: "complete", run: true},
	{event: "E15a", run: true},
	{event: "E15b", run: true},
	{event: "E15c", run: true},
	{event: "E15d", run: true},
	{event: "E15e", run: true},
	{event: "E17", step: "recover", from: "7201", plan: true, decision: true},
	{event: "E18", into: "7101", plan: true, decision: true},
	{event: "E23"},
}

func (b *books) draw(t *rapid.T) ledger.Posting {
	s := rapid.SampledFrom(flowSteps).Draw(t, "event")
	p := ledger.Posting{
		Event: s.event, Step: s.step, From: s.from, Into: s.into, Date: ledger.Date(20500 + rapid.IntRange(0, 9).Draw(t, "day")),
	}
	if s.event == "E23" {
		if len(b.seqs) > 0 {
			p.Reverses = rapid.SampledFrom(b.seqs).Draw(t, "seq")
		}
		return p
	}
	if s.decision {
		p.Decision = "会议纪要1号"
	}
	note := ""
	if s.from == "7106" || s.into == "7106" {
		note = rapid.SampledFrom([]string{"", "甲村", "乙村"}).Draw(t, "note")
	}
	seen := map[ledger.LotID]bool{}
	for range rapid.IntRange(1, 2).Draw(t, "parts") {
		l := rapid.SampledFrom(b.lots).Draw(t, "lot").ID
		if seen[l] {
			continue
		}
		seen[l] = true
		p.Parts = append(p.Parts, ledger.Part{Lot: l, Amount: ledger.Amount(rapid.IntRange(1, 40).Draw(t, "fen")), Note: note})
	}
	unit := rapid.SampledFrom([]string{"T1", "U2"}).Draw(t, "unit")
	for _, c := range []ledger.Code{s.from, s.into} {
		if c == "7103" || c == "7104" || c == "7105" {
			p.Unit = unit
		}
	}
	if strings.HasPrefix(string(s.event), "E05") || strings.HasPrefix(string(s.event), "E06") {
		p.Pool = "P"
	}
	if s.plan || s.run {
		p.Unit = unit
		p.Project = rapid.SampledFrom([]string{"J1", "J2"}).Draw(t, "project")
	}
	if s.run {
		p.Contract, p.Payee = "H1", rapid.SampledFrom([]string{"甲公司", "乙公司"}).Draw(t, "payee")
	}
	return p
}

// TestFlowConserves posts random events and compares the flow with the model:
// what rests in each pot is its balance, every graph adds up, and the money of a
// payee is the sum of what each document gave.
func TestFlowConserves(t *testing.T) {
	t.Parallel()
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		b := newBooks(t)
		for range rapid.IntRange(1, 120).Draw(t, "events") {
			if b.do(b.draw(t)) == nil {
				accepted++
			}
		}
		b.check(t)
	})
	if accepted < 500 {
		t.Errorf("only %d events were accepted: the generator is blind", accepted)
	}
}

func (b *books) check(t *rapid.T) {
	b.pots(t)
	if b.f.nodes["before:A1"] != nil || b.f.nodes["before:B3"] != nil {
		t.Fatal("authority without an origin")
	}
	for _, s := range []Selector{{Lot: "A1"}, {Document: "D1"}, {Project: "J1"}, {Unit: "T1"}, {Payee: "乙村"}, {Document: "D2", Payee: "甲公司"}} {
		b.graph(t, s)
	}
	for _, payee := range []string{"甲公司", "乙公司", "甲村"} {
		sum := map[[2]string]ledger.Amount{}
		for _, doc := range []string{"D1", "D2"} {
			for _, e := range b.graph(t, Selector{Document: doc, Payee: payee}).Edges {
				sum[[2]string{e.From, e.To}] += e.Amount
			}
		}
		for _, e := range b.graph(t, Selector{Payee: payee}).Edges {
			if sum[[2]string{e.From, e.To}] != e.Amount {
				t.Fatalf("%s: %s → %s: documents give %s, the payee sees %s", payee, e.From, e.To, sum[[2]string{e.From, e.To}], e.Amount)
			}
		}
	}
}

// pots compares what rests in every pot of authority with the model's balance.
func (b *books) pots(t *rapid.T, except ...ledger.Code) {
	skip := func(k *ledger.Key) bool { return k.Account[0] != '7' || slices.Contains(except, k.Account) }
	for _, x := range b.f.lots {
		for k, pot := range x.pots {
			var sum ledger.Amount
			for _, p := range pot.parcels {
				if p.amount <= 0 {
					t.Fatalf("%s: parcel of %s", k, p.amount)
				}
				sum += p.amount
			}
			if !skip(&k) && sum != b.m.Balance(k) {
				e, _, _ := b.m.Entry(b.m.Next() - 1)
				t.Fatalf("%s of lot %s: parcels %s, balance %s after %s %v", k, x.lot.Code, sum, b.m.Balance(k), e.Event, e.Lines())
			}
		}
	}
	for _, bal := range b.m.Balances() {
		if p := b.f.lots[bal.Key.Lot].pots[bal.Key]; !skip(&bal.Key) && (p == nil || len(p.parcels) == 0) {
			t.Fatalf("%s: balance %s, no parcel", bal.Key, bal.Net)
		}
	}
}

// graph is the answer to a question, compared with a plain walk along the way of
// every parcel.
func (b *books) graph(t *rapid.T, s Selector) Graph {
	g, err := b.f.graph(s)
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	type sum struct {
		amount ledger.Amount
		seqs   map[int64]bool
	}
	edges, rests := map[[2]string]*sum{}, map[string]ledger.Amount{}
	b.f.each(func(x *lotFlow, p *parcel) {
		if !(&query{Selector: s}).matches(x, p) {
			return
		}
		rests[p.at().id] += p.amount
		for h := p.way; h != nil; h = h.prev {
			k := [2]string{h.from.id, h.to.id}
			if edges[k] == nil {
				edges[k] = &sum{seqs: map[int64]bool{}}
			}
			edges[k].amount += p.amount
			edges[k].seqs[h.seq] = true
		}
	})
	if len(g.Edges) != len(edges) {
		t.Fatalf("%+v: %d edges, the parcels went along %d", s, len(g.Edges), len(edges))
	}
	for _, e := range g.Edges {
		want := edges[[2]string{e.From, e.To}]
		if want == nil || e.Amount != want.amount || !slices.Equal(e.Entries, slices.Sorted(maps.Keys(want.seqs))) {
			t.Fatalf("%+v: %s → %s is %s by %v, the parcels say %+v", s, e.From, e.To, e.Amount, e.Entries, want)
		}
	}
	for _, n := range g.Nodes {
		if n.Rests != rests[n.ID] {
			t.Fatalf("%+v: %s holds %s, the parcels say %s", s, n.ID, n.Rests, rests[n.ID])
		}
	}
	return g
}

// TestFlowConservesEveryEvent does the same with the generator of package
// ledgertest, which knows every event, over the turn of a year.
func TestFlowConservesEveryEvent(t *testing.T) {
	t.Parallel()
	seen := map[ledger.EventCode]int{}
	rapid.Check(t, func(t *rapid.T) {
		b := &books{m: ledger.NewModel(), lots: ledgertest.Lots()}
		for _, l := range b.lots {
			if err := b.m.AddLot(l); err != nil {
				t.Fatal(err)
			}
		}
		b.f = newFlow(b.lots)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		start := rapid.IntRange(0, 300).Draw(t, "start")
		for i := range rapid.IntRange(50, 600).Draw(t, "events") {
			p := ledgertest.RandomPosting(r, b.m, ledger.Date(20500+start+i/3))
			if b.do(p) == nil {
				seen[p.Event]++
			}
			b.pots(t, "7302", "7403", "7404") // which E24 closes in the ledger, not in the flow
		}
		for _, x := range b.f.lots {
			b.graph(t, Selector{Lot: x.lot.Code})
		}
		b.graph(t, Selector{Project: "J1"})
	})
	if len(seen) < 25 {
		t.Errorf("only %d events were seen: %v", len(seen), seen)
	}
}
