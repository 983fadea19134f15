package ledger

import (
	"maps"
	"slices"
	"strings"
)

// Accounts whose balances E00 takes over, on the side given; the program adds
// the balancing 3001, and 2102, 1101, 6201.Y and 6201.N unless they are stated.
const (
	openCounty   = " 1001 1002 1101 1102 1201 1203 1211 1301 2001 2002 2003 2004 2005 2006 2201 6201 7101 7102 7103 7104 7105 7106 7201 7202 7203 7204 7301 7401 9101 "
	openTownship = " 1002 1201 1203 1211 1303 2102 "
)

// opening is the rule of E00 (期初): one entry for all lots stated, of which each
// must hold I2, I4, I6, I7 and I8 by itself. It refuses a lot whose authority has
// moved already, an account stated twice, a stated balance that disagrees with
// the computed one, and authority below the money that has arrived.
func (p *Posting) opening(f *Facts) ([]Entry, error) {
	b := openingBook{p: p, index: map[LotID]*openingLot{}, seen: map[Key]bool{}}
	for i := range p.Opening {
		l := &p.Opening[i]
		lot, ok := f.Lots[l.Key.Lot]
		switch {
		case !ok:
			return nil, ErrLotUnknown.With("%s：批次 %s 未登记；请先登记批次", p.label(), l.Key.Lot)
		case lot.IssueYear != 0:
			return nil, ErrOpening.With("批次 %s 自 %d 年已有指标记录，期初只办一次；补充请用 E01、E02 等事项", lot.Code, lot.IssueYear)
		case lot.Moved:
			return nil, ErrOpening.With("批次 %s 已有记账，期初只办一次；补充请用 E02b、E02u 等事项", lot.Code)
		}
		if err := b.add(l, &lot.Lot); err != nil {
			return nil, err
		}
	}
	lines := make([]Line, 0, len(p.Opening)+4*len(b.lots))
	for _, o := range b.lots {
		if err := o.balance(); err != nil {
			return nil, err
		}
		lines = append(lines, o.lines...)
	}
	e, err := NewEntry(p.head(), lines)
	if err != nil {
		return nil, err
	}
	if err := CheckUnit([]Entry{e}); err != nil {
		return nil, err
	}
	return []Entry{e}, nil
}

type openingBook struct {
	p     *Posting
	lots  []*openingLot
	index map[LotID]*openingLot
	seen  map[Key]bool
}

// openingLot gathers the lines of one lot and the sums that balance them, debit
// positive.
type openingLot struct {
	lot       *Lot
	lines     []Line
	county    Amount // money accounts of the county
	cash      Amount // the cash side of I8
	paid      Amount // 7301
	borrowed  Amount // 1102.B, credit positive
	authority Amount // Σ7xxx
	townships []openingTown
	stated    map[Key]Amount // 1101, 2102, 6201 as stated, debit positive
}

type openingTown struct {
	book   Book
	assets Amount
}

// add takes one stated balance.
func (b *openingBook) add(l *OpeningLine, lot *Lot) error {
	k := &l.Key
	allowed := openCounty
	if k.Book.IsTownship() {
		allowed = openTownship
	}
	switch {
	case k.Account == "" || !strings.Contains(allowed, " "+string(k.Account)+" "):
		return ErrOpening.With("%s：账套 %s 的期初不收科目 %s（3001 等平衡数由程序计算）", k, k.Book, k.Account)
	case l.Amount <= 0 || l.Amount > MaxLine:
		return ErrOpening.With("%s：金额 %s 须大于零且不超过 %s，按正常方向填列", k, l.Amount, MaxLine)
	case b.seen[*k]:
		return ErrOpening.With("%s：同一账户重复填列", k)
	}
	if err := k.check(); err != nil {
		return err
	}
	b.seen[*k] = true
	o := b.index[k.Lot]
	if o == nil {
		o = &openingLot{lot: lot, stated: map[Key]Amount{}}
		b.index[k.Lot] = o
		b.lots = append(b.lots, o)
	}
	return o.add(l)
}

func (o *openingLot) add(l *OpeningLine) error {
	side := Debit
	if a := chartIndex[l.Key.Account]; a.Normal == Credit || l.Key.Sub == "B" {
		side = Credit
	}
	net := Amount(side) * l.Amount
	switch l.Key.Account {
	case "1101", "2102", "6201":
		o.stated[l.Key] = net
		if l.Key.Account == "2102" {
			o.town(l.Key.Book)
		}
		return nil
	}
	line := Line{Key: l.Key, Side: side, Amount: l.Amount, Note: l.Note}
	o.lines = append(o.lines, line)
	if l.Key.Account == "9101" {
		line.Key.Account, line.Side = "9102", Credit
		o.lines = append(o.lines, line)
	}
	return o.sum(&l.Key, net)
}

func (o *openingLot) sum(k *Key, net Amount) error {
	sums := []*Amount{}
	switch {
	case k.Book.IsTownship():
		sums = append(sums, &o.town(k.Book).assets)
	case k.Account[0] <= '5':
		sums = append(sums, &o.county)
	case k.Account[0] == '7':
		sums = append(sums, &o.authority)
	}
	switch k.Account {
	case "1001", "1002", "1102", "2004", "2006", "2201":
		sums = append(sums, &o.cash)
	case "7301":
		sums = append(sums, &o.paid)
	}
	if k.Account == "1102" && k.Sub == "B" {
		o.borrowed -= net
	}
	for _, s := range sums {
		var err error
		if *s, err = Add(*s, net); err != nil {
			return err
		}
	}
	return nil
}

// town returns the sums of a township; the pointer is good until the next call.
func (o *openingLot) town(b Book) *openingTown {
	i := slices.IndexFunc(o.townships, func(t openingTown) bool { return t.book == b })
	if i < 0 {
		i = len(o.townships)
		o.townships = append(o.townships, openingTown{book: b})
	}
	return &o.townships[i]
}

// balance adds what the program computes: 2102 and 1101 per township, 3001, and
// authority brought forward, arrived (I8) and not arrived (I2).
func (o *openingLot) balance() error {
	id := o.lot.ID
	for _, t := range o.townships {
		mirror := Key{Book: t.book, Account: "2102", Lot: id}
		if err := o.compute(mirror, -t.assets); err != nil {
			return err
		}
		if err := o.compute(Key{Book: County, Account: "1101", Lot: id, Unit: string(t.book)}, t.assets); err != nil {
			return err
		}
		o.county += t.assets
	}
	arrived := o.cash + o.paid
	if -arrived > o.borrowed {
		return ErrOpening.With("批次 %s：已到位指标按 I8 为 %s，超出借入垫付 %s；请核对现金、应缴款与 7301", o.lot.Code, arrived, o.borrowed)
	}
	if o.authority < arrived {
		return ErrOpening.With("批次 %s：7xxx 合计 %s，少于已到位资金 %s，差 %s；请补列 7101 等指标或核对资金", o.lot.Code, o.authority, arrived, arrived-o.authority)
	}
	if err := o.compute(Key{Book: County, Account: "6201", Sub: "Y", Lot: id}, -arrived); err != nil {
		return err
	}
	if err := o.compute(Key{Book: County, Account: "6201", Sub: "N", Lot: id}, arrived-o.authority); err != nil {
		return err
	}
	if len(o.stated) > 0 {
		k := slices.MinFunc(slices.Collect(maps.Keys(o.stated)), func(a, b Key) int { return CompareKeys(&a, &b) })
		return ErrOpening.With("%s：填列 %s，但没有与之对应的余额", k, o.stated[k])
	}
	o.lines = appendNet(o.lines, Key{Book: County, Account: "3001", Lot: id}, -o.county)
	return nil
}

// compute adds a computed balance, refusing a stated one that disagrees.
func (o *openingLot) compute(k Key, net Amount) error {
	if stated, ok := o.stated[k]; ok {
		if stated != net {
			return ErrOpening.With("%s：填列 %s，按其余各行应为 %s，差 %s", k, stated, net, stated-net)
		}
		delete(o.stated, k)
	}
	o.lines = appendNet(o.lines, k, net)
	return nil
}

// appendNet appends what moves a key by net, debit positive, in lines that each
// stay within MaxLine.
func appendNet(lines []Line, k Key, net Amount) []Line {
	side := Debit
	if net < 0 {
		side = Credit
	}
	for net != 0 {
		part := min(max(net, -MaxLine), MaxLine)
		lines = append(lines, Line{Key: k, Side: side, Amount: Amount(side) * part})
		net -= part
	}
	return lines
}
