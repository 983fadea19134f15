package ledgertest

import (
	"math/rand/v2"

	"fundbook/ledger"
)

// Lots returns the lots of the random county: four that pay for projects, one
// that a later document may be divided into, one of interest, one of bonds and
// one of unidentified receipts.
func Lots() []ledger.Lot {
	var out []ledger.Lot
	for i, l := range []struct {
		code  string
		tier  ledger.Tier
		class ledger.Class
	}{
		{"K0", ledger.TierCentralProvince, ledger.ClassZX},
		{"K1", ledger.TierCentral, ledger.ClassXJ},
		{"K2", ledger.TierCounty, ledger.ClassZC},
		{"K3", ledger.TierDonor, ledger.ClassSH},
		{"K9", ledger.TierProvince, ledger.ClassZX},
		{"KL", ledger.TierOther, ledger.ClassLX},
		{"KB", ledger.TierOther, ledger.ClassBZ},
		{"KS", ledger.TierUnstated, ledger.ClassDQ},
	} {
		out = append(out, ledger.Lot{
			ID: LotID(l.code), Code: l.code, Tier: l.tier, Class: l.class, Document: "随机样例", Line: i + 1, Name: l.code,
		})
	}
	return out
}

// BackDays is how far RandomPosting may back-date, in days.
const BackDays = 60

// RandomPosting returns one posting of the county's ordinary business: every
// event of the reference fuzz and the rest of the event table but E00, E24 and
// E28, two in five of them back-dated up to BackDays before day. Amounts are
// taken from what m holds, sometimes a fen too much, so that many are accepted
// and many refused. m is only read, and must hold the lots of Lots. The same r and m
// give the same posting.
func RandomPosting(r *rand.Rand, m *ledger.Model, day ledger.Date) ledger.Posting {
	g := generator{r: r, m: m}
	k := kinds[kindIndex[r.IntN(len(kindIndex))]]
	day = day.AddDays(-max(0, r.IntN(5*BackDays/2)-3*BackDays/2)) // two in five
	p := ledger.Posting{Event: k.event, Step: k.step, Date: day, Decision: "领导小组〔2018〕1号"}
	if k.event == "E23" || k.event == "E23p" && k.step == "reverse" {
		p.Reverses = g.someEntry()
		return p
	}
	for range 8 { // look for a lot and a contract that have something
		p = ledger.Posting{Event: k.event, Step: k.step, Date: day, Decision: p.Decision}
		g.choose(k)
		if g.fill(&p, k); k.pot == "" || g.balance(&p, k.pot) > 0 {
			break
		}
	}
	return p
}

// choose picks the lot and the place of the posting.
func (g *generator) choose(k kind) {
	g.lot = LotID(fundLots[g.r.IntN(len(fundLots))])
	if k.lot != "" {
		g.lot = LotID(k.lot)
	}
	g.place = places[g.r.IntN(len(places))]
	if k.into == "7103" { // the name of a township is no department's (I10)
		g.place = places[0]
	}
	if k.town {
		g.place = townPlaces[g.r.IntN(len(townPlaces))]
	}
}

// kind is one sort of posting: the event, the accounts it moves between where the
// event offers several, and the account whose balance bounds the amount.
type kind struct {
	event  ledger.EventCode
	step   string
	weight int
	pot    string // "C 7203", "T 1303"; "" for any amount
	from   ledger.Code
	into   ledger.Code
	cost   ledger.Code
	lot    string // the one lot of the kind
	town   bool   // township mode
	optTo  bool   // names a debtor
}

var kinds = []kind{
	{event: "E01", weight: 6},
	{event: "E01r", step: "unarrived", weight: 1, pot: "C 7101"},
	{event: "E01r", step: "arrived", weight: 1, pot: "C 7101"},
	{event: "E02", weight: 6, pot: "N"},
	{event: "E02u", step: "receive", weight: 1, lot: "KS"},
	{event: "E02u", step: "match", weight: 1, pot: "C 2006", lot: "KS"},
	{event: "E02b", step: "receive", weight: 1, lot: "KB"},
	{event: "E02b", step: "refund", weight: 1, pot: "C 2004", lot: "KB"},
	{event: "E03", step: "lend", weight: 2, pot: "C 1001"},
	{event: "E03", step: "repay", weight: 3, pot: "C 1102.L"},
	{event: "E04", weight: 2, pot: "C 7101", into: "7103"},
	{event: "E04", weight: 4, pot: "C 7101", into: "7104", town: true},
	{event: "E04c", weight: 4, pot: "C 1001", town: true},
	{event: "E04r", weight: 1, pot: "C 7104", from: "7104", town: true},
	{event: "E05", weight: 4, pot: "C 7101", from: "7101"},
	{event: "E05r", weight: 1, pot: "C 7102", into: "7101"},
	{event: "E06", weight: 5, pot: "C 7102"},
	{event: "E06r", weight: 1, pot: "C 7201"},
	{event: "E07", weight: 4, pot: "C 7101", from: "7101"},
	{event: "E07", weight: 4, pot: "C 7104", from: "7104", town: true},
	{event: "E07r", weight: 1, pot: "C 7201", into: "7101"},
	{event: "E08", weight: 8, pot: "C 7201"},
	{event: "E09", weight: 2, pot: "C 7202"},
	{event: "E10", step: "reserve", weight: 4, pot: "C 7202"},
	{event: "E10", step: "confirm", weight: 4, pot: "C 7204.A"},
	{event: "E10", step: "confirm", weight: 3, pot: "C 7204.A", town: true},
	{event: "E10v", weight: 1, pot: "C 7204.A"},
	{event: "E10r", weight: 2, pot: "C 1201"},
	{event: "E10r", weight: 1, pot: "T 1201", town: true},
	{event: "E10x", weight: 1, pot: "C 1201"},
	{event: "E11", weight: 8, pot: "C 7202"},
	{event: "E12", step: "reserve", weight: 6, pot: "C 2001"},
	{event: "E12", step: "confirm", weight: 6, pot: "C 7204.P"},
	{event: "E12v", weight: 1, pot: "C 7204.P"},
	{event: "E12e", weight: 1, pot: "C 7302"},
	{event: "E12w", step: "identify", weight: 1, pot: "C 7302"},
	{event: "E12w", step: "receive", weight: 1, pot: "C 2005"},
	{event: "E12x", weight: 1, pot: "C 2005"},
	{event: "E13", step: "complete", weight: 2, pot: "C 1301"},
	{event: "E13", step: "partial", weight: 1, pot: "C 1301"},
	{event: "E14", step: "reserve", weight: 2, pot: "C 2003"},
	{event: "E14", step: "confirm", weight: 2, pot: "C 7204.P"},
	{event: "E14d", weight: 1, pot: "C 2003"},
	{event: "E14t", step: "confirm", weight: 1, pot: "C 7204.P", town: true},
	{event: "E14g", weight: 1, pot: "C 2003"},
	{event: "E15a", weight: 4, pot: "C 7202"},
	{event: "E15b", weight: 4, pot: "C 2002"},
	{event: "E15c", weight: 4, pot: "C 7204.P"},
	{event: "E15c", weight: 3, pot: "C 7204.P", town: true},
	{event: "E15d", weight: 4, pot: "C 1203"},
	{event: "E15d", weight: 3, pot: "T 1203", town: true},
	{event: "E15e", weight: 2, pot: "C 1203"},
	{event: "E15e", weight: 2, pot: "T 1203", town: true},
	{event: "E15r", weight: 1, pot: "C 7302"},
	{event: "E15r", weight: 1, pot: "C 7302", town: true},
	{event: "E15f", weight: 1, pot: "C 2002", cost: "5003"},
	{event: "E16", step: "identify", weight: 2, pot: "C 5001", cost: "5001"},
	{event: "E16", step: "identify", weight: 1, pot: "C 5003", cost: "5003", optTo: true},
	{event: "E16", step: "receive", weight: 2, pot: "C 1211"},
	{event: "E16", step: "receive", weight: 1, pot: "T 1211", town: true},
	{event: "E16p", step: "identify", weight: 1},
	{event: "E16p", step: "receive", weight: 1, pot: "C 1211"},
	{event: "E16t", weight: 1, pot: "C 1211", town: true},
	{event: "E16w", weight: 1, pot: "C 1211"},
	{event: "E17", step: "recover", weight: 2, pot: "C 7201", from: "7201"},
	{event: "E17", step: "recover", weight: 1, pot: "C 7202", from: "7202"},
	{event: "E17", step: "cash_back", weight: 2, pot: "T 1002", town: true},
	{event: "E18", weight: 3, pot: "C 7401", into: "7101"},
	{event: "E19", step: "take", weight: 1, pot: "C 7401", from: "7401"},
	{event: "E19", step: "take", weight: 1, pot: "C 7101", from: "7101"},
	{event: "E19", step: "remit", weight: 2, pot: "C 2201"},
	{event: "E20", step: "keep", weight: 1, lot: "KL"},
	{event: "E20", step: "keep", weight: 1, lot: "KL", town: true},
	{event: "E20", step: "remit_in", weight: 1, lot: "KL"},
	{event: "E20", step: "remit_out", weight: 1, pot: "C 2201", lot: "KL"},
	{event: "E20f", step: "charge", weight: 1, pot: "C 7101", lot: "KL"},
	{event: "E20f", step: "refund", weight: 1, pot: "C 1211", lot: "KL"},
	{event: "E21", weight: 1, pot: "C 7202"},
	{event: "E22", weight: 1, pot: "C 7202"},
	{event: "E23", weight: 8},
	{event: "E23p", step: "reverse", weight: 1},
	{event: "E23p", step: "move", weight: 1, pot: "C 7202", into: "7401"},
	{event: "E25", step: "request", weight: 4, pot: "C 7202", town: true},
	{event: "E25", step: "pay", weight: 6, pot: "C 7204.A", town: true},
	{event: "E25", step: "offset", weight: 2, pot: "T 1201", town: true},
	{event: "E25", step: "approve", weight: 5, pot: "T 1303", town: true},
	{event: "E25x", step: "disallow", weight: 1, pot: "T 1303", town: true},
	{event: "E25x", step: "paid_back", weight: 1, pot: "T 1211", town: true},
	{event: "E26", step: "executed", weight: 1, pot: "C 5001", cost: "5001"},
	{event: "E26", step: "executed", weight: 1, pot: "C 1301", cost: "1301"},
	{event: "E26", step: "unexecuted", weight: 1, pot: "C 7202"},
	{event: "E27", weight: 1, lot: "K0"},
}

// kindIndex holds each kind as often as its weight says.
var kindIndex = func() []int {
	var out []int
	for i, k := range kinds {
		for range k.weight {
			out = append(out, i)
		}
	}
	return out
}()

var fundLots = [...]string{"K0", "K1", "K2", "K3", "K9"}

// place is one contract or roster of a project with the unit that runs it.
type place struct{ project, contract, payee, unit string }

var places = [...]place{
	{"J0", "H0", "甲公司", "交通局"},
	{"J0", "H0b", "乙公司", "交通局"},
	{"J1", "H1", "甲公司", "水利局"},
	{"J2", "名册2", "名册2", "民政局"},
	{"J3", "H3", "丁公司", "T1"},
	{"J4", "名册4", "名册4", "T1"},
	{"J5", "H5", "戊公司", "T2"},
}

var townPlaces = places[4:]
