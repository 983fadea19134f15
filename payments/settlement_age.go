package payments

import (
	"cmp"
	"slices"

	"fundbook/ledger"
)

// DayMove (日发生额) is what an account moved on one day, debit positive.
type DayMove struct {
	Key ledger.Key
	Day ledger.Date
	Net ledger.Amount
}

// Layer (账龄层) is a part of a balance that has stood since a day.
type Layer struct {
	Since  ledger.Date   `json:"since"`
	Amount ledger.Amount `json:"amount"`
}

// Layers ages a balance: what comes in makes a layer, what goes out takes from the
// oldest first (先进先出). Moves of one day count as their sum, so that what passes
// through leaves no trace.
func Layers(moves []DayMove) []Layer {
	sorted := slices.Clone(moves)
	slices.SortStableFunc(sorted, func(a, b DayMove) int { return cmp.Compare(a.Day, b.Day) })
	var out []Layer
	for i := 0; i < len(sorted); {
		day, net := sorted[i].Day, ledger.Amount(0)
		for ; i < len(sorted) && sorted[i].Day == day; i++ {
			net += sorted[i].Net
		}
		if net > 0 {
			out = append(out, Layer{day, net})
			continue
		}
		for net < 0 && len(out) > 0 {
			take := min(-net, out[0].Amount)
			net += take
			if out[0].Amount -= take; out[0].Amount == 0 {
				out = out[1:]
			}
		}
	}
	return out
}

// olderThan adds up what of a balance has stood longer than some days at a day, and
// says since when the oldest of it.
func olderThan(layers []Layer, day ledger.Date, days int) (sum ledger.Amount, since ledger.Date) {
	for _, l := range layers {
		if int(day-l.Since) > days {
			sum += l.Amount
			if since == 0 || l.Since < since {
				since = l.Since
			}
		}
	}
	return sum, since
}

// balanceOf adds a list of layers up.
func balanceOf(layers []Layer) ledger.Amount {
	var sum ledger.Amount
	for _, l := range layers {
		sum += l.Amount
	}
	return sum
}

// Aged (账龄) is an account with the layers of its balance.
type Aged struct {
	Key    ledger.Key
	Layers []Layer
}

// ages gathers moves per account, in the order of their keys. Sub-accounts, payees
// and peers are told apart as the ledger does.
func ages(moves []DayMove) []Aged {
	per := map[ledger.Key][]DayMove{}
	for _, m := range moves {
		per[m.Key] = append(per[m.Key], m)
	}
	out := make([]Aged, 0, len(per))
	for k, list := range per {
		if layers := Layers(list); len(layers) > 0 {
			out = append(out, Aged{k, layers})
		}
	}
	slices.SortFunc(out, func(a, b Aged) int { return ledger.CompareKeys(&a.Key, &b.Key) })
	return out
}

// sortParts puts parts in the order of their lots.
func sortParts(parts []ledger.Part) {
	slices.SortFunc(parts, func(a, b ledger.Part) int { return slices.Compare(a.Lot[:], b.Lot[:]) })
}
