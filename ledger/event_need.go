package ledger

import (
	"slices"

	"fundbook/internal/fault"
)

// Need says which facts of the ledger a posting's rule wants to know. What it
// names must be loaded into Facts before Entries runs.
type Need struct {
	// Lots are the lots that the posting names, none twice. Facts.Lots must hold
	// them and, when the posting draws, every lot of the balances loaded.
	Lots []LotID
	// Balances are the sets of keys whose balances at the end of the voucher date
	// Facts.Balances must hold, each key once; the sets do not overlap. Empty
	// means none. Keys of no set do no harm.
	Balances []Filter
	// Reverses is the entry that Facts.Original must be, or 0.
	Reverses int64
}

// Filter is a set of keys: those that agree with every field that is set.
type Filter struct {
	Book     Book
	Account  Code
	Lot      LotID
	Project  string
	Contract string
	Payee    string
	Unit     string
	Pool     string
}

// Match reports whether k is in the set.
func (f *Filter) Match(k *Key) bool {
	return (f.Lot.IsZero() || f.Lot == k.Lot) &&
		(f.Account == "" || f.Account == k.Account) &&
		(f.Book == "" || f.Book == k.Book) &&
		(f.Project == "" || f.Project == k.Project) &&
		(f.Contract == "" || f.Contract == k.Contract) &&
		(f.Payee == "" || f.Payee == k.Payee) &&
		(f.Unit == "" || f.Unit == k.Unit) &&
		(f.Pool == "" || f.Pool == k.Pool)
}

// Need validates the posting against its row of the event table and says which
// facts its rule wants. It refuses an event or a step that does not exist
// (ErrEvent, ErrPosting), fields that are missing or superfluous, each by name
// (ErrPosting), a missing decision number (ErrDecision), amounts that are not
// above zero where the row has no ±, or beyond MaxLine (ErrPosting), offset and
// retention beyond the claim (ErrOffset), and an origin year that does not fit
// (ErrOriginYear).
func (p Posting) Need() (Need, error) {
	s, err := p.check()
	if err != nil {
		return Need{}, err
	}
	n := Need{Reverses: p.Reverses}
	n.Lots = make([]LotID, 0, min(len(p.Parts)+len(p.Opening)+1, 64))
	for i := range p.Parts {
		n.Lots = addLot(n.Lots, p.Parts[i].Lot)
	}
	if s.rule != byRows || p.Draw != nil {
		q := p // keeps the common posting off the heap
		n.Balances = q.balancesNeeded(s, n.Lots)
	}
	for i := range p.Opening {
		n.Lots = addLot(n.Lots, p.Opening[i].Key.Lot)
	}
	if p.Draw != nil {
		for _, id := range p.Draw.Lots {
			n.Lots = addLot(n.Lots, id)
		}
	}
	if p.To != nil && !p.To.Lot.IsZero() {
		n.Lots = addLot(n.Lots, p.To.Lot)
	}
	return n, nil
}

// addLot keeps the list free of repeats. Lines of one lot stand together, so
// the last one is looked at first; a posting has few lots or many lines.
func addLot(list []LotID, id LotID) []LotID {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == id {
			return list
		}
	}
	return append(list, id)
}

// balancesNeeded returns the balances that the rule of the step reads; lots are
// those of its parts.
func (p *Posting) balancesNeeded(s *EventStep, lots []LotID) []Filter {
	var out []Filter
	if p.Draw != nil {
		out = append(out, p.potFilter(s))
		if s.arrived {
			out = append(out, p.cashFilters()...)
		}
	}
	switch s.rule {
	case bySaving:
		out = append(out, p.savingFilter())
	case byArrival:
		for _, id := range lots {
			out = append(out, arrivedFilters(id)...)
		}
	case byClose:
		for _, id := range lots {
			out = append(out, Filter{Book: County, Lot: id})
		}
	case byDivision:
		for _, id := range lots {
			out = append(out, Filter{Lot: id})
		}
	case byMerger:
		out = append(out, Filter{Unit: p.Unit}, Filter{Book: Book(p.Unit)})
	default:
	}
	return out
}

// check finds the step of a posting and refuses whatever its row does not
// permit. It reads nothing but the posting.
func (p *Posting) check() (*EventStep, error) {
	s, err := p.step()
	if err != nil {
		return nil, err
	}
	if p.Date == 0 {
		return nil, ErrPosting.With("%s：缺 凭证日期(date)", p.label()).At("date", "missing", "")
	}
	if err := s.checkFields(p); err != nil {
		return nil, err
	}
	if err := p.checkNames(); err != nil {
		return nil, err
	}
	if s.Decision && p.Decision == "" {
		return nil, ErrDecision.With("%s：%s", p.label(), s.Basis).At("decision", "missing", "")
	}
	if err := s.checkChoices(p); err != nil {
		return nil, err
	}
	if err := s.checkYear(p); err != nil {
		return nil, err
	}
	for i := range p.Parts {
		if err := s.checkPart(p, &p.Parts[i]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// checkChoices refuses an account, a book or a day that the row does not offer.
func (s *EventStep) checkChoices(p *Posting) error {
	for _, c := range [...]struct {
		field  Field
		chosen Code
		offers []Code
	}{
		{FieldFrom, p.From, s.From},
		{FieldInto, p.Into, s.Into},
		{FieldCost, p.Cost, s.Cost},
	} {
		if c.chosen != "" && !slices.Contains(c.offers, c.chosen) {
			return ErrPosting.With("%s：%s 不能是 %s，可选 %v", p.label(), c.field, c.chosen, c.offers).
				At(c.field.Names()[0], "not offered", string(c.chosen))
		}
	}
	switch {
	case p.Cash != "" && p.Cash != "1001" && p.Cash != "1002":
		return ErrPosting.With("%s：资金账户(cash) 只能是 1001 或 1002，不能是 %s", p.label(), p.Cash).At("cash", "not offered", string(p.Cash))
	case p.Township == County:
		return ErrPosting.With("%s：乡镇账套(township) 不能是县级账套 %s", p.label(), County).At("township", "the county book", string(County))
	case p.Due != 0 && p.Due < p.Date:
		return ErrPosting.With("%s：归还期限(due) %s 早于凭证日期 %s", p.label(), p.Due, p.Date).At("due", "before the date", p.Due.String())
	case p.Base < 0 || p.Base > MaxSum:
		return ErrPosting.With("%s：拆分基数(base) %s 须大于零", p.label(), p.Base).At("base", "must be above zero", p.Base.String())
	case s.rule == byDivision && len(p.Parts) != 1:
		return ErrPosting.With("%s：一次只拆出一个新批次，金额(parts)须为一行，实为 %d 行", p.label(), len(p.Parts)).At("parts", "one row", "")
	case s.rule == byMerger:
		return p.checkMerger()
	case p.Draw != nil:
		return p.Draw.check(p)
	}
	return nil
}

// checkYear refuses an origin year after the voucher's, and one that is not
// before it where the event is only for earlier years.
func (s *EventStep) checkYear(p *Posting) error {
	year := p.Date.Year()
	switch {
	case p.OriginYear > year:
		return ErrOriginYear.With("%s：原列支年度 %d 晚于凭证日期 %s", p.label(), p.OriginYear, p.Date).At("origin_year", "after the voucher date", "")
	case s.Required&FieldOriginYear != 0 && p.OriginYear == year:
		return ErrOriginYear.With("%s 只用于以前年度，原列支年度 %d 与凭证日期 %s 同年；当年请用 E16", p.label(), p.OriginYear, p.Date).
			At("origin_year", "the year of the voucher date", "")
	}
	return nil
}

// checkPart refuses amounts that the row does not permit.
func (s *EventStep) checkPart(p *Posting, part *Part) error {
	a := part.Amount
	refuse := func(format string, args ...any) error {
		rule := fault.Say(format, args...)
		return ErrPosting.With("%s 批次 %s：金额 %s，%s", p.label(), part.Lot, a, rule).AtText("parts", rule, a.String())
	}
	switch {
	case part.Lot.IsZero():
		return ErrPosting.With("%s：缺批次(parts.lot)", p.label()).At("parts", "lot missing", "")
	case s.rule == byClose:
		if a != 0 {
			return refuse("年终结转按余额计算，不填金额")
		}
		return nil
	case a == 0:
		return refuse("不得为零")
	case a < 0 && !s.Signed:
		return refuse("须大于零")
	case a > MaxLine || a < -MaxLine:
		return refuse("绝对值不超过 %s", MaxLine)
	}
	if part.Offset|part.Retention == 0 {
		return nil
	}
	if part.Offset < 0 || part.Retention < 0 {
		return refuse("冲抵 %s、扣留 %s 不得为负", part.Offset, part.Retention)
	}
	if part.Offset > a || part.Retention > a-part.Offset {
		return ErrOffset.With("%s 批次 %s：金额 %s，冲抵 %s，扣留 %s；请减少冲抵或扣留", p.label(), part.Lot, a, part.Offset, part.Retention).
			At("parts", "offset and retention exceed the amount", a.String())
	}
	return nil
}

// checkLots refuses lots that are not registered and lots of a class that the
// step does not take.
func (s *EventStep) checkLots(p *Posting, parts []Part, f *Facts) error {
	for i := range parts {
		if i > 0 && parts[i].Lot == parts[i-1].Lot {
			continue
		}
		if err := s.checkLot(p, parts[i].Lot, f, s.Class); err != nil {
			return err
		}
	}
	if p.To == nil || p.To.Lot.IsZero() {
		return nil
	}
	for i := range parts {
		if parts[i].Lot == p.To.Lot {
			return ErrParty.With("%s：批次 %s 同为转出方与转入方", p.label(), p.To.Lot).At("to.lot", "same lot", p.To.Lot.String())
		}
	}
	return s.checkLot(p, p.To.Lot, f, "")
}

func (s *EventStep) checkLot(p *Posting, id LotID, f *Facts, want Class) error {
	lot, ok := f.Lots[id]
	switch {
	case !ok:
		return ErrLotUnknown.With("%s：批次 %s 未登记；请先登记批次", p.label(), id)
	case s.anyLot:
		return nil
	case want != "" && lot.Class != want:
		return ErrLotClass.With("%s 只用于 %s（%s）批次，批次 %s 是 %s", p.label(), want.Chinese(), want, lot.Code, lot.Class)
	case p.Event == "E04c" && lot.Class == ClassLX:
		// I10 exempts the interest that a township earned itself, so none may be sent.
		return ErrLotClass.With("%s：批次 %s 是存款利息，乡镇利息自存本账套，县级利息不拨乡镇", p.label(), lot.Code)
	case want == "" && (lot.Class == ClassBZ || lot.Class == ClassDQ):
		return ErrLotClass.With("%s：批次 %s 是%s，不是本县可用的资金", p.label(), lot.Code, lot.Class.Chinese())
	}
	return nil
}
