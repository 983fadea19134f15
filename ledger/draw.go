package ledger

import (
	"bytes"
	"cmp"
	"slices"
)

// Holding is what one lot can give to a draw: what it holds in the pot, and how
// much of that may be taken now, because its money has arrived.
type Holding struct {
	Lot   LotID
	Pot   Amount
	Limit Amount // at most Pot
}

// Parts splits the amount over the lots by the draw rule (抽取规则, DOMAIN 4.4).
// Lots without a holding get nothing, no lot gives more than its Limit, and the
// parts add up to Amount exactly. PRO_RATA goes by the pots, to the fen with the
// largest remainder, ties by lot order (that of registration); what a lot cannot
// give yet is taken from the others in the same proportion. FIFO_BY_DEADLINE
// empties the lot with the nearest recover deadline first, then those without
// one by budget year. RESTRICTED_FIRST does the same with lots of a restricted
// purpose before the others. ErrDraw when the lots cannot give the amount,
// ErrLotUnknown for a lot that is not in lots.
func (d Draw) Parts(holdings []Holding, lots map[LotID]LotFacts) ([]Part, error) {
	list, err := d.eligible(holdings, lots)
	if err != nil {
		return nil, err
	}
	var pot, limit Amount
	for _, h := range list {
		if pot, err = Add(pot, h.Pot); err != nil {
			return nil, err
		}
		limit += h.Limit // not above pot
	}
	if d.Amount > limit {
		return nil, ErrDraw.With("抽取 %s，%d 个批次可用 %s（余额 %s，其中资金未到位 %s）；请减少金额或先补足来源",
			d.Amount, len(list), limit, pot, pot-limit)
	}
	takes := make([]Amount, len(list))
	if d.Mode == DrawProRata {
		err = proRata(takes, list, d.Amount)
	} else {
		inOrder(takes, list, d.Amount)
	}
	if err != nil {
		return nil, err
	}
	var parts []Part
	for i, h := range list {
		if takes[i] > 0 {
			parts = append(parts, Part{Lot: h.Lot, Amount: takes[i]})
		}
	}
	return parts, nil
}

// eligible returns the holdings that the draw may use, in the order of its mode.
func (d Draw) eligible(holdings []Holding, lots map[LotID]LotFacts) ([]Holding, error) {
	list := make([]Holding, 0, len(holdings))
	for _, h := range holdings {
		if len(d.Lots) > 0 && !slices.Contains(d.Lots, h.Lot) {
			continue
		}
		if _, ok := lots[h.Lot]; !ok {
			return nil, ErrLotUnknown.With("抽取：批次 %s 未登记", h.Lot)
		}
		h.Limit = min(h.Limit, h.Pot)
		if h.Limit > 0 {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b Holding) int {
		x, y := lots[a.Lot], lots[b.Lot]
		switch {
		case d.Mode == DrawProRata:
			return bytes.Compare(a.Lot[:], b.Lot[:])
		case d.Mode == DrawRestrictedFirst && (x.Purpose == "") != (y.Purpose == ""):
			return cmp.Compare(len(y.Purpose), len(x.Purpose))
		}
		return cmp.Or(
			cmp.Compare(deadlineOrder(&x.Lot), deadlineOrder(&y.Lot)),
			cmp.Compare(x.Year, y.Year),
			bytes.Compare(a.Lot[:], b.Lot[:]),
		)
	})
	return list, nil
}

// deadlineOrder puts lots without a deadline last.
func deadlineOrder(l *Lot) Date {
	if l.Deadline == 0 {
		return MaxDate + 1
	}
	return l.Deadline
}

// proRata splits by the pots; a lot whose share passes its limit gives the
// limit, and the rest is split over the others again.
func proRata(takes []Amount, list []Holding, amount Amount) error {
	full := make([]bool, len(list))
	for amount > 0 {
		weights := make([]Amount, len(list))
		for i, h := range list {
			if !full[i] {
				weights[i] = h.Pot
			}
		}
		shares, err := Split(amount, weights)
		if err != nil {
			return err
		}
		capped := false
		for i, h := range list {
			if !full[i] && shares[i] >= h.Limit {
				capped = capped || shares[i] > h.Limit
				full[i], takes[i] = true, h.Limit
				amount -= h.Limit
			}
		}
		if capped {
			continue
		}
		for i := range list {
			if !full[i] {
				takes[i] = shares[i]
			}
		}
		return nil
	}
	return nil
}

// inOrder empties one holding after the other.
func inOrder(takes []Amount, list []Holding, amount Amount) {
	for i := range list {
		takes[i] = min(amount, list[i].Limit)
		amount -= takes[i]
	}
}

// check refuses a draw without a mode or an amount.
func (d *Draw) check(p *Posting) error {
	switch {
	case d.Mode != DrawProRata && d.Mode != DrawFIFO && d.Mode != DrawRestrictedFirst:
		return ErrPosting.With("%s：抽取规则(draw.mode) %q 不在 %s、%s、%s 之内", p.label(), string(d.Mode), DrawProRata, DrawFIFO, DrawRestrictedFirst).
			At("draw.mode", "not offered", string(d.Mode))
	case d.Amount <= 0:
		return ErrPosting.With("%s：抽取金额(draw.amount) %s 须大于零", p.label(), d.Amount).At("draw.amount", "must be above zero", d.Amount.String())
	case d.Amount > MaxLine:
		return ErrPosting.With("%s：抽取金额(draw.amount) %s 超过 %s", p.label(), d.Amount, MaxLine).At("draw.amount", "too large", d.Amount.String())
	}
	return nil
}

// potFilter is the set of keys that a draw of the posting takes from.
func (p *Posting) potFilter(s *EventStep) Filter {
	m := newMapper(p, s)
	r := s.rowsFor(p).pot()
	k := m.self
	k.Account, k.Sub = m.account(r, &LotFacts{})
	k = k.keep()
	return Filter{
		Book: k.Book, Account: k.Account, Project: k.Project, Contract: k.Contract, Payee: k.Payee, Unit: k.Unit, Pool: k.Pool,
	}
}

// cashFilters are the accounts that a payment will be made from: the township's
// when one pays, else both of the county.
func (p *Posting) cashFilters() []Filter {
	if p.Township != "" {
		return []Filter{{Book: p.Township, Account: "1002"}}
	}
	return []Filter{{Book: County, Account: "1001"}, {Book: County, Account: "1002"}}
}

// drawn computes the parts of a posting that draws.
func (p *Posting) drawn(s *EventStep, f *Facts) ([]Part, error) {
	pot, cash := p.potFilter(s), p.cashFilters()
	var list []Holding
	index := map[LotID]int{}
	at := func(id LotID) *Holding {
		i, ok := index[id]
		if !ok {
			i = len(list)
			index[id] = i
			list = append(list, Holding{Lot: id})
		}
		return &list[i]
	}
	for i := range f.Balances {
		b := &f.Balances[i]
		switch {
		case pot.Match(&b.Key):
			h := at(b.Key.Lot)
			h.Pot += b.Net
			if !s.arrived {
				h.Limit += b.Net
			}
		case s.arrived && slices.ContainsFunc(cash, func(c Filter) bool { return c.Match(&b.Key) }):
			at(b.Key.Lot).Limit += b.Net
		}
	}
	list = slices.DeleteFunc(list, func(h Holding) bool { return h.Pot <= 0 })
	return p.Draw.Parts(list, f.Lots)
}
