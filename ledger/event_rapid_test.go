package ledger

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"fundbook/internal/fault"
)

// drawPosting makes a posting of a random step with the fields that the step
// takes, from small pools, so that a good part of them is accepted.
func drawPosting(rt *rapid.T, day Date) Posting {
	var e *EventSpec
	var s *EventStep
	for {
		e = &events[rapid.IntRange(0, len(events)-1).Draw(rt, "event")]
		s = &e.Steps[rapid.IntRange(0, len(e.Steps)-1).Draw(rt, "step")]
		if s.rule == byRows || s.rule == bySaving || s.rule == byArrival {
			break
		}
	}
	p := Posting{Event: e.Code, Step: s.Name, Date: day, Decision: "1号"}
	code := func(name string, values []Code) Code { return rapid.SampledFrom(values).Draw(rt, name) }
	if len(s.From) > 0 {
		p.From = code("from", s.From)
	}
	if len(s.Into) > 0 {
		p.Into = code("into", s.Into)
	}
	g := postingGen{rt: rt, p: &p, s: s}
	g.must, g.may = s.takes(&p)
	g.dimensions()
	if g.use(FieldDue) {
		p.Due = day
	}
	if g.use(FieldCost) {
		p.Cost = code("cost", s.Cost)
	}
	if g.use(FieldOriginYear) {
		p.OriginYear = day.Year() - 1 + rapid.IntRange(0, 1).Draw(rt, "year")
	}
	if g.use(FieldCash) && s.rowsFor(&p).ownCash() {
		p.Cash = code("cash", []Code{"1001", "1001", "1002"})
	}
	if g.may&FieldDraw != 0 && rapid.IntRange(0, 3).Draw(rt, "draw") == 0 {
		modes := []DrawMode{DrawProRata, DrawFIFO, DrawRestrictedFirst}
		p.Draw = &Draw{Mode: rapid.SampledFrom(modes).Draw(rt, "mode"), Amount: drawAmount(rt)}
		return p
	}
	for range rapid.IntRange(1, 2).Draw(rt, "parts") {
		p.Parts = append(p.Parts, g.part())
	}
	return p
}

type postingGen struct {
	rt        *rapid.T
	p         *Posting
	s         *EventStep
	must, may Field
}

// use takes every required field and one in three of the optional ones.
func (g *postingGen) use(f Field) bool {
	return g.must&f != 0 || g.may&f != 0 && rapid.IntRange(0, 2).Draw(g.rt, "optional") == 0
}

func (g *postingGen) pick(name string, values ...string) string {
	return rapid.SampledFrom(values).Draw(g.rt, name)
}

func (g *postingGen) dimensions() {
	p, to, town := g.p, Target{}, ""
	for _, d := range []struct {
		field  Field
		dst    *string
		values []string
	}{
		{FieldProject, &p.Project, []string{"J1", "J1", "J2"}},
		{FieldContract, &p.Contract, []string{"H1", "H1", "H2"}},
		{FieldPayee, &p.Payee, []string{"甲公司"}},
		{FieldUnit, &p.Unit, []string{"T1", "T1", "T2"}},
		{FieldPool, &p.Pool, []string{"P1"}},
		{FieldToProject, &to.Project, []string{"J2"}},
		{FieldToContract, &to.Contract, []string{"H2"}},
		{FieldToPayee, &to.Payee, []string{"乙公司"}},
		{FieldToUnit, &to.Unit, []string{"T2"}},
		{FieldCounterparty, &p.Counterparty, []string{"upper", "county", "donor"}},
		{FieldTownship, &town, []string{"T1", "T1", "T2"}},
	} {
		if g.use(d.field) {
			*d.dst = g.pick(d.field.Names()[0], d.values...)
		}
	}
	p.Township = Book(town)
	if g.use(FieldToLot) {
		to.Lot = lotID(g.pick("to.lot", "K1", "K2", "K3"))
	}
	if to != (Target{}) {
		p.To = &to
	}
}

func (g *postingGen) part() Part {
	lots := []string{"K1", "K2", "K3"}
	if g.s.Class != "" {
		lots = []string{map[Class]string{ClassLX: "K7", ClassBZ: "KB", ClassDQ: "KS"}[g.s.Class]}
	}
	part := Part{Lot: lotID(g.pick("lot", lots...)), Amount: drawAmount(g.rt)}
	if g.s.Signed && rapid.Bool().Draw(g.rt, "negative") {
		part.Amount = -part.Amount
	}
	if g.use(FieldOffset) {
		part.Offset = drawAmount(g.rt) % (part.Amount + 1)
	}
	if g.use(FieldRetention) {
		part.Retention = (part.Amount - part.Offset) * 3 / 100
	}
	return part
}

func drawAmount(rt *rapid.T) Amount {
	return Amount(rapid.Int64Range(1, 40_00).Draw(rt, "fen"))
}

// seeded is a book with money in K1–K3 and interest in K7, some of it planned,
// committed and with the townships.
func seeded(t testing.TB) *eventBook {
	b := newEventBook(t)
	for i, lot := range []string{"K1", "K2", "K3"} {
		b.arrive(lot, 1000+i)
		b.commit(lot, 500+i)
		b.post(at("E04", "", lot, 100).with(func(p *Posting) { p.Into, p.Unit = "7104", "T2" }))
		b.post(at("E04c", "", lot, 200).with(township))
		b.post(on("E11", "", lot, 100))
	}
	b.post(at("E20", "keep", "K7", 77))
	return b
}

// walk posts random events and returns how many were accepted. Every entry that
// a rule makes satisfies CheckUnit, whether or not the guards accept it, and the
// ledger satisfies every law after each accepted event.
func walk(rt *rapid.T, b *eventBook, steps int) (accepted int) {
	for range steps {
		p := drawPosting(rt, b.day)
		need, err := p.Need()
		if err != nil {
			if !errors.Is(err, ErrParty) && !errors.Is(err, ErrOriginYear) && !errors.Is(err, ErrOffset) {
				rt.Fatalf("%s: Need = %v of a posting with its fields", p.label(), err)
			}
			continue
		}
		unit, err := p.Entries(b.m.Facts(p, need))
		if err != nil {
			switch fault.KindOf(err) {
			case fault.Refused, fault.NotFound:
			default:
				rt.Fatalf("%s: Entries = %v", p.label(), err)
			}
			continue
		}
		if err := CheckUnit(unit); err != nil {
			rt.Fatalf("%s: CheckUnit = %v", p.label(), err)
		}
		if _, err := b.m.Do(p); err != nil {
			continue
		}
		accepted++
		if err := b.m.CheckAll(); err != nil {
			rt.Fatalf("%s: CheckAll = %v", p.label(), err)
		}
	}
	return accepted
}

func TestEveryEntryKeepsTheLaws(t *testing.T) {
	t.Parallel()
	total := 0
	rapid.Check(t, func(rt *rapid.T) {
		b := seeded(t)
		total += walk(rt, b, 60)
		b.day = mustDay(2018, 12, 31)
		b.yearEnd(2018, "K1", "K2", "K3", "K7")
		b.day = mustDay(2019, 2, 1)
		total += walk(rt, b, 30)
		b.day = mustDay(2019, 12, 31)
		b.yearEnd(2019, "K1", "K2", "K3", "K7")
		for _, bal := range b.m.Balances() {
			if a := bal.Key.Account; a[0] == '4' || a[0] == '5' || a == "3201" || a == "3301" || a == "7302" || a[0] == '6' && a != "6201" {
				rt.Fatalf("after the close %s still holds %s", bal.Key, bal.Net)
			}
		}
	})
	if total < 500 {
		t.Errorf("only %d events accepted: the generator has gone blind", total)
	}
}

func TestReversalNetsToZero(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := seeded(t)
		walk(rt, b, 20)
		before := b.m.Balances()
		p := drawPosting(rt, b.day)
		if _, err := b.m.Do(p); err != nil {
			return
		}
		seq := b.m.Next() - 1
		if _, err := b.m.Do(Posting{Event: "E23", Date: b.day, Reverses: seq}); err != nil {
			rt.Fatalf("%s: E23 at once = %v", p.label(), err)
		}
		if !slices.Equal(before, b.m.Balances()) {
			rt.Fatalf("%s and its reversal leave something", p.label())
		}
		_, err := b.m.Do(Posting{Event: "E23", Date: b.day, Reverses: seq})
		if !errors.Is(err, ErrReversed) {
			rt.Fatalf("second reversal = %v", err)
		}
	})
}

// A voucher of last year undone by E23p leaves cash, claims, payables and
// authority in use as they were.
func TestPriorYearCorrectionRestores(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		b := seeded(t)
		walk(rt, b, 20)
		real := func() (out []Balance) {
			for _, bal := range b.m.Balances() {
				if a := bal.Key.Account; a[0] <= '2' || a[0] == '9' || a[0] == '7' && a != "7302" && a != "7403" && a != "7404" {
					out = append(out, bal)
				}
			}
			return out
		}
		before := real()
		p := drawPosting(rt, b.day)
		original, err := b.m.Do(p)
		if err != nil {
			return
		}
		seq := b.m.Next() - 1
		b.yearEnd(2018, "K1", "K2", "K3", "K7")
		unit, err := b.m.Do(Posting{Event: "E23p", Step: "reverse", Date: mustDay(2019, 3, 1), Reverses: seq})
		if movesNothing(original[len(original)-1].Lines()) { // its parts cancel each other: there is nothing to correct
			if !errors.Is(err, ErrLines) {
				rt.Fatalf("%s moves nothing: E23p = %v", p.label(), err)
			}
			return
		}
		if err != nil {
			rt.Fatalf("%s: E23p = %v", p.label(), err)
		}
		for _, l := range unit[0].Lines() {
			if l.Amount < 0 || l.Key.Account[0] == '4' || l.Key.Account[0] == '5' {
				rt.Fatalf("%s: E23p has the line %v", p.label(), l)
			}
		}
		if !slices.Equal(before, real()) {
			rt.Fatalf("%s: E23p does not restore", p.label())
		}
	})
}

// movesNothing tells whether the lines come to zero on every account.
func movesNothing(lines []Line) bool {
	net := map[Key]Amount{}
	for _, l := range lines {
		net[l.Key] += l.Net()
	}
	for _, n := range net {
		if n != 0 {
			return false
		}
	}
	return true
}
