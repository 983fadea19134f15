package ledger

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// eventBook posts events to a Model, checks every law after each, and prints
// the entries as 借/贷 lines.
type eventBook struct {
	t       testing.TB
	m       *Model
	day     Date
	out     strings.Builder
	covered map[string]bool
}

// newEventBook has these lots: K1–K3 central, province and merged tiers, K4
// county, K5 bonds, K6 donation, K7 interest, KS suspense, KB bonds held, KP and
// KQ parts of K3.
func newEventBook(t testing.TB) *eventBook {
	b := &eventBook{t: t, m: NewModel(), day: mustDay(2018, 3, 1), covered: map[string]bool{}}
	for i, l := range []Lot{
		{Code: "K1", Tier: TierCentral, Class: ClassZX, Deadline: mustDay(2019, 12, 31)},
		{Code: "K2", Tier: TierProvince, Class: ClassZX, Deadline: mustDay(2018, 12, 31)},
		{Code: "K3", Tier: TierCentralProvince, Class: ClassZX},
		{Code: "K4", Tier: TierCounty, Class: ClassZC, Purpose: "道路"},
		{Code: "K5", Tier: TierProvince, Class: ClassZQ},
		{Code: "K6", Tier: TierDonor, Class: ClassSH},
		{Code: "K7", Tier: TierOwn, Class: ClassLX},
		{Code: "KS", Tier: TierUnstated, Class: ClassDQ},
		{Code: "KB", Tier: TierOther, Class: ClassBZ},
		{Code: "KP", Tier: TierProvince, Class: ClassZX},
		{Code: "KQ", Tier: TierCentral, Class: ClassZX},
	} {
		l.ID, l.Document, l.Line, l.Year = lotID(l.Code), "D1", i+1, 2018
		if err := b.m.AddLot(l); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// key of coverage: event, step, and the mode of its rows.
func coverOf(p *Posting) string {
	s, err := p.step()
	switch {
	case err != nil:
		return ""
	case p.From == "7202" && s.cut != nil:
		return p.label() + " cut"
	case p.Township != "" && s.town != nil:
		return p.label() + " town"
	}
	return p.label()
}

// post posts one event on the book's day and returns its last sequence number.
func (b *eventBook) post(p Posting) int64 {
	b.t.Helper()
	if p.Date == 0 {
		p.Date = b.day
	}
	unit, err := b.m.Do(p)
	if err != nil {
		b.t.Fatalf("%s %s = %v", p.Date, p.label(), err)
	}
	if err := CheckUnit(unit); err != nil {
		b.t.Fatalf("%s: CheckUnit = %v", p.label(), err)
	}
	if err := b.m.CheckAll(); err != nil {
		b.t.Fatalf("%s: CheckAll = %v", p.label(), err)
	}
	b.covered[coverOf(&p)] = true
	for i := range unit {
		b.print(&unit[i])
	}
	return b.m.Next() - 1
}

func (b *eventBook) print(e *Entry) {
	name := ""
	if spec, ok := EventOf(e.Event); ok {
		name = spec.ZH
	}
	fmt.Fprintf(&b.out, "\n%s %s %s %s", e.Date, e.Event, e.Step, name)
	for _, x := range []string{e.Memo, e.Decision, string(e.Draw)} {
		if x != "" {
			b.out.WriteString(" " + x)
		}
	}
	b.out.WriteByte('\n')
	for i := range e.Lines() {
		l := &e.Lines()[i]
		lot, _ := b.m.Lot(l.Key.Lot)
		text := l.Key.String()
		if !l.Key.Peer.IsZero() {
			peer, _ := b.m.Lot(l.Key.Peer)
			text += " 对方 " + peer.Code
		}
		fmt.Fprintf(&b.out, "  %s %14s  %s  %s\n", l.Side, l.Amount.Grouped(), lot.Code, text)
	}
}

func (b *eventBook) section(title string) { b.out.WriteString("\n== " + title + "\n") }

// amount makes the parts of a posting: "K1", 100, "K2", 200; yuan.
func amounts(pairs ...any) []Part {
	var out []Part
	for i := 0; i < len(pairs); i += 2 {
		yuan, _ := pairs[i+1].(int)
		out = append(out, Part{Lot: lotID(fmt.Sprint(pairs[i])), Amount: Amount(yuan) * 100})
	}
	return out
}

// on is a posting that stands with a contract of project J1 run by T1.
func on(event EventCode, step string, parts ...any) Posting {
	return Posting{
		Event: event, Step: step, Parts: amounts(parts...),
		Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "T1",
	}
}

// at is a posting with nothing but amounts.
func at(event EventCode, step string, parts ...any) Posting {
	return Posting{Event: event, Step: step, Parts: amounts(parts...)}
}

func (p Posting) with(change func(*Posting)) Posting {
	change(&p)
	return p
}

// arrive issues authority of a lot and its money.
func (b *eventBook) arrive(lot string, yuan int) {
	b.t.Helper()
	b.post(at("E01", "", lot, yuan))
	b.post(at("E02", "", lot, yuan))
}

// commit takes money of a lot to the contract H1 of project J1.
func (b *eventBook) commit(lot string, yuan int) {
	b.t.Helper()
	b.post(at("E04", "", lot, yuan).with(func(p *Posting) { p.Into, p.Unit = "7104", "T1" }))
	b.post(at("E07", "", lot, yuan).with(func(p *Posting) { p.From, p.Project, p.Unit = "7104", "J1", "T1" }))
	b.post(on("E08", "", lot, yuan))
}

// paid is a project claimed and paid in full.
func (b *eventBook) paid(lot string, yuan int) {
	b.t.Helper()
	b.commit(lot, yuan)
	b.post(on("E11", "", lot, yuan))
	b.post(on("E12", "reserve", lot, yuan))
	b.post(on("E12", "confirm", lot, yuan))
}

func (b *eventBook) yearEnd(year int, lots ...string) {
	b.t.Helper()
	p := Posting{Event: "E24", Date: mustDay(year, 12, 31), Period13: true}
	for _, l := range lots {
		p.Parts = append(p.Parts, Part{Lot: lotID(l)})
	}
	need, err := p.Need()
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := p.Entries(b.m.Facts(p, need)); errors.Is(err, ErrNothing) {
		return
	}
	b.post(p)
}

func township(p *Posting)           { p.Township, p.Unit = "T1", "" }
func decided(p *Posting)            { p.Decision = "安整合办〔2018〕5号" }
func toLot(c string) func(*Posting) { return func(p *Posting) { p.To = &Target{Lot: lotID(c)} } }

// TestEventsAccepted posts every event and every step at least once, in the
// order of county business, and compares the lines with a golden that an
// accountant can read. UPDATE=1 go test writes it anew.
func TestEventsAccepted(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	var all strings.Builder
	for _, c := range []struct {
		title string
		run   func(*eventBook)
	}{
		{"资金来源", acceptSources},
		{"分解、整合与计划", acceptPlans},
		{"预付、报账、支付", acceptPayments},
		{"错付", acceptWrongPayee},
		{"竣工与质保金", acceptCompletion},
		{"到户补助（县级）", acceptHouseholds},
		{"到户补助（乡镇）", acceptTownHouseholds},
		{"乡级报账", acceptTownship},
		{"乡镇预付与追回", acceptTownshipRecovery},
		{"追回、收回、再安排", acceptRecovery},
		{"利息", acceptInterest},
		{"更正与年终", acceptCorrections},
		{"以前年度", acceptPriorYear},
		{"置换、拆分、并转", acceptChanges},
		{"期初", acceptOpening},
	} {
		b := newEventBook(t)
		b.section(c.title)
		c.run(b)
		all.WriteString(b.out.String())
		for k := range b.covered {
			covered[k] = true
		}
	}
	for i := range events {
		for j := range events[i].Steps {
			s := &events[i].Steps[j]
			label := strings.TrimSpace(string(events[i].Code) + " " + s.Name)
			for _, mode := range []struct {
				on   bool
				name string
			}{{s.rows != nil || s.rule != byRows, label}, {s.town != nil, label + " town"}, {s.cut != nil, label + " cut"}} {
				if mode.on && !covered[mode.name] {
					t.Errorf("%s has no accepted case", mode.name)
				}
			}
		}
	}
	const file = "testdata/event_accepted.txt"
	got := all.String()
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-file +code); UPDATE=1 writes it anew\n%s", file, diff)
	}
}
