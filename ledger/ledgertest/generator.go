package ledgertest

import (
	"math/rand/v2"
	"strings"

	"fundbook/ledger"
)

type generator struct {
	r     *rand.Rand
	m     *ledger.Model
	place place
	lot   ledger.LotID
}

// fill gives the posting the fields that its row of the event table requires.
func (g *generator) fill(p *ledger.Posting, k kind) {
	step := stepOf(k)
	p.From, p.Into, p.Cost = k.from, k.into, k.cost
	must := step.Required
	for _, pot := range [...]ledger.Code{k.from, k.into} {
		if a, ok := ledger.AccountOf(pot); ok {
			must |= fieldsOf(a.Must)
			if pot == "7401" && k.event != "E23p" {
				must |= ledger.FieldProject | ledger.FieldUnit
			}
		}
	}
	switch k.event { // name the account in full, as the other events do
	case "E16w":
		must |= ledger.FieldProject | ledger.FieldContract
	case "E16p":
		must |= ledger.FieldContract | ledger.FieldPayee | ledger.FieldUnit
	case "E18":
		must |= ledger.FieldProject | ledger.FieldUnit
	}
	if k.town && (step.Required|step.Optional)&ledger.FieldTownship != 0 {
		p.Township = ledger.Book(g.place.unit)
	}
	g.setParties(p, must, k.optTo)
	if must&ledger.FieldDue != 0 {
		p.Due = p.Date.AddDays(90)
	}
	if must&ledger.FieldCounterparty != 0 {
		p.Counterparty = [...]string{"upper", "county", "donor"}[g.r.IntN(3)]
	}
	if must&ledger.FieldOriginYear != 0 || step.Optional&ledger.FieldOriginYear != 0 && g.r.IntN(3) == 0 {
		p.OriginYear = p.Date.Year() - 1
	}
	if k.event == "E06" && g.r.IntN(3) == 0 {
		mode := [...]ledger.DrawMode{ledger.DrawProRata, ledger.DrawFIFO, ledger.DrawRestrictedFirst}[g.r.IntN(3)]
		p.Draw = &ledger.Draw{Mode: mode, Amount: g.amount(p, k) + 1}
		return
	}
	part := ledger.Part{Lot: g.lot, Amount: g.amount(p, k)}
	if k.event == "E22" { // rather within the cap
		part.Amount = 1 + g.upTo(part.Amount/100)
	}
	if k.event == "E27" {
		p.Base = part.Amount * ledger.Amount(2+g.r.IntN(5))
	}
	g.setShares(p, k, &part)
	p.Parts = []ledger.Part{part}
}

func stepOf(k kind) ledger.EventStep {
	e, _ := ledger.EventOf(k.event)
	for _, s := range e.Steps {
		if s.Name == k.step {
			return s
		}
	}
	return ledger.EventStep{}
}

func fieldsOf(d ledger.Dim) ledger.Field {
	var f ledger.Field
	for _, x := range [...]struct {
		d ledger.Dim
		f ledger.Field
	}{
		{ledger.DimProject, ledger.FieldProject},
		{ledger.DimContract, ledger.FieldContract},
		{ledger.DimPayee, ledger.FieldPayee},
		{ledger.DimUnit, ledger.FieldUnit},
		{ledger.DimPool, ledger.FieldPool},
	} {
		if d&x.d != 0 {
			f |= x.f
		}
	}
	return f
}

func (g *generator) setParties(p *ledger.Posting, must ledger.Field, debtor bool) {
	set := func(f ledger.Field, at *string, v string) {
		if must&f != 0 {
			*at = v
		}
	}
	set(ledger.FieldProject, &p.Project, g.place.project)
	set(ledger.FieldContract, &p.Contract, g.place.contract)
	set(ledger.FieldPayee, &p.Payee, g.place.payee)
	set(ledger.FieldUnit, &p.Unit, g.place.unit)
	set(ledger.FieldPool, &p.Pool, "P")
	const toFields = ledger.FieldToLot | ledger.FieldToProject | ledger.FieldToContract | ledger.FieldToPayee | ledger.FieldToUnit
	if must&toFields == 0 && !debtor {
		return
	}
	p.To = &ledger.Target{}
	other := places[g.r.IntN(len(places))]
	set(ledger.FieldToProject, &p.To.Project, other.project)
	set(ledger.FieldToContract, &p.To.Contract, other.contract)
	set(ledger.FieldToPayee, &p.To.Payee, "他人")
	if must&ledger.FieldToProject != 0 {
		p.To.Payee = other.payee
	}
	if debtor {
		p.To.Payee = "担保公司"
	}
	if must&ledger.FieldToLot != 0 {
		p.To.Lot = LotID(fundLots[g.r.IntN(len(fundLots))])
		if p.Event == "E27" {
			p.To.Lot = LotID("K9")
		}
	}
}

// setShares adds offset and retention to claims, and turns some changes of a
// contract into cuts.
func (g *generator) setShares(p *ledger.Posting, k kind, part *ledger.Part) {
	switch {
	case k.event == "E11":
		if g.r.IntN(2) == 0 {
			part.Offset = g.upTo(g.balance(p, "C 1201"))
			part.Amount += part.Offset
		}
		part.Retention = (part.Amount - part.Offset) * 3 / 100
	case k.event == "E25" && k.step == "approve":
		part.Retention = min(part.Amount*3/97, g.balance(p, "C 7202"))
		part.Amount += part.Retention
	case k.event == "E09" && g.r.IntN(2) == 0:
		part.Amount = -part.Amount
	}
}

// amount takes from the pot of the kind all, a part, a fen too much, or any sum.
func (g *generator) amount(p *ledger.Posting, k kind) ledger.Amount {
	free := ledger.Amount(1 + g.r.Int64N(20_000_00))
	if k.pot == "" || g.r.IntN(8) == 0 {
		return free * 5
	}
	have := g.balance(p, k.pot)
	switch n := g.r.IntN(8); {
	case have <= 0:
		return free
	case n == 0:
		return have + 1
	case n < 4:
		return have
	default:
		return 1 + g.upTo(have-1)
	}
}

func (g *generator) upTo(a ledger.Amount) ledger.Amount {
	if a <= 0 {
		return 0
	}
	return ledger.Amount(g.r.Int64N(int64(a) + 1))
}

// balance returns what a pot holds for the posting, on its normal side.
func (g *generator) balance(p *ledger.Posting, pot string) ledger.Amount {
	if pot == "N" { // authority whose money has not come
		var sum ledger.Amount
		lot, _ := g.m.Lot(g.lot)
		code, sub := lot.Source(false)
		for _, k := range [...]ledger.Key{{Account: code, Sub: sub}, {Account: "6201", Sub: "N"}} {
			k.Book, k.Lot = ledger.County, g.lot
			sum -= g.m.Balance(k)
		}
		return sum
	}
	book, account, _ := strings.Cut(pot, " ")
	code, sub, _ := strings.Cut(account, ".")
	a, _ := ledger.AccountOf(ledger.Code(code))
	k := ledger.Key{Book: ledger.County, Account: a.Code, Sub: sub, Lot: g.lot}
	if book == "T" {
		k.Book = ledger.Book(g.place.unit)
	}
	dims := a.Must | a.May
	if code == "2201" || code == "2006" || code == "7401" && p.Project == "" {
		dims = 0
	}
	g.setDims(&k, dims, p)
	if code == "2201" && p.Counterparty != "" {
		k.Payee = p.Counterparty
	}
	net := g.m.Balance(k)
	if a.Normal == ledger.Credit {
		net = -net
	}
	return net
}

func (g *generator) setDims(k *ledger.Key, dims ledger.Dim, p *ledger.Posting) {
	set := func(d ledger.Dim, at *string, v string) {
		if dims&d != 0 {
			*at = v
		}
	}
	set(ledger.DimProject, &k.Project, g.place.project)
	set(ledger.DimContract, &k.Contract, g.place.contract)
	set(ledger.DimPayee, &k.Payee, g.place.payee)
	set(ledger.DimUnit, &k.Unit, g.place.unit)
	set(ledger.DimPool, &k.Pool, "P")
	if dims&ledger.DimPeer != 0 && p.To != nil {
		k.Peer = p.To.Lot
	}
}

// someEntry returns the sequence number of an entry to reverse, rather a late
// one, or 1.
func (g *generator) someEntry() int64 {
	last := g.m.Next() - 1
	for range 20 {
		if last < 1 {
			break
		}
		seq := last - g.r.Int64N(min(last, 200))
		if _, reversed, ok := g.m.Entry(seq); ok && !reversed {
			return seq
		}
	}
	return 1
}
