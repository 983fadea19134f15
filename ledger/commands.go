package ledger

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"fundbook/internal/db"
	"fundbook/internal/fault"
)

// The policies that posting reads, with the value in force when a county has
// set none.
const (
	PolicyFirstPeriod = "first_period" // the period in which the books began, such as 2026-01
	PolicyOpenMonths  = "open_months"  // months open at once, the current one included: 2
	PolicyFourEyes    = "four_eyes"    // none: maker alone posts, printed 未审核; maker_checker: who approves is not who made
	PolicyFeeRate     = "fee_rate"     // cap of the management fee in permille of the net authority received: 10 (2.3, E22)
)

// feeRate is the cap of the management fee in permille: one per cent where a county
// has set none (2.3).
var feeRate = Parameter{Name: PolicyFeeRate, Value: 10, High: 1000, Basis: "DOMAIN 2.3：项目管理费不超过1%"}

// The values of the policy four_eyes.
const (
	fourEyesNone = "none"
	fourEyesTwo  = "maker_checker"
)

// FourEyes reports whether the policies ask on one of the days for a checker who is
// not the maker (law 8): that of the voucher, and today, since who could choose the
// voucher's day alone would choose the rule. A county that has set nothing asks for
// none.
func FourEyes(ps []Policy, days ...Date) bool {
	return slices.ContainsFunc(days, func(day Date) bool {
		p, set := PolicyOn(ps, PolicyFourEyes, day)
		return set && p.Value == fourEyesTwo
	})
}

// FeeRate returns the cap of the management fee in force on a day, in permille.
func FeeRate(ps []Policy, day Date) (int, error) {
	rate, _, err := feeRate.On(ps, day, ErrPolicy)
	return int(rate), err
}

// maxOpenMonths bounds how far back books may be kept open: a county that takes
// over past years needs more than the usual two months.
const maxOpenMonths = 1200

// CalendarFrom makes the calendar of a book from the policies in force today.
// Without a first period the books begin in January of the current year.
func CalendarFrom(ps []Policy, b Book, today Date) (Calendar, error) {
	cal := Calendar{Book: b, First: Period(today.Year()*100 + 1), OpenMonths: 2}
	since := map[string]Date{}
	for _, p := range ps {
		if p.ValidFrom > today || p.ValidFrom < since[p.Name] {
			continue // not in force yet, or an older rule recorded late
		}
		since[p.Name] = p.ValidFrom
		var err error
		switch p.Name {
		case PolicyFirstPeriod:
			cal.First, err = ParsePeriod(p.Value)
		case PolicyOpenMonths:
			cal.OpenMonths, err = strconv.Atoi(p.Value)
			if cal.OpenMonths < 1 || cal.OpenMonths > maxOpenMonths {
				err = ErrPolicy
			}
		case PolicyFourEyes:
			if p.Value != fourEyesNone && p.Value != fourEyesTwo {
				err = ErrPolicy
			}
		case PolicyFeeRate:
			_, _, err = feeRate.On([]Policy{p}, today, ErrPolicy)
		default: // a value that posting does not read
		}
		if err != nil {
			return Calendar{}, ErrPolicy.With("%s = %q", p.Name, p.Value)
		}
	}
	return cal, nil
}

// RegisterLot logs a lot. It refuses a code or a document line registered
// already, and particulars that no posting could use.
func RegisterLot(ctx context.Context, tx *db.Tx, l Lot) (LotID, error) {
	if l.ID.IsZero() {
		l.ID = tx.NewID()
	}
	if err := l.check(); err != nil {
		return LotID{}, err
	}
	taken, err := lotTaken(ctx, tx, l)
	if err != nil {
		return LotID{}, err
	}
	if taken {
		return LotID{}, ErrLotExists.With("%s 第 %d 行（%s）", l.Document, l.Line, l.Code)
	}
	if !l.Reissues.IsZero() {
		if _, err := lotOf(ctx, tx, l.Reissues); err != nil {
			return LotID{}, err
		}
	}
	payload, err := l.encode()
	if err != nil {
		return LotID{}, err
	}
	seq := tx.AddRecord(KindLot, 0, 0, payload)
	insertLot(tx, l, seq)
	tx.Remember(lotThing(l.ID), l)
	tx.Remember(lotCodeThing(l.Code), true)
	tx.Remember(lotDocThing{l.Document, l.Line}, true)
	tx.Remember(issueThing(l.ID), 0)
	return l.ID, nil
}

// check refuses a lot without the particulars of DOMAIN 1.1 that every lot has.
func (l Lot) check() error {
	switch {
	case !nameOK(l.Code) || !nameOK(l.Document):
		return ErrLotInvalid.With("批次代码、文件：%s", cmp.Or(NameProblem(l.Code), NameProblem(l.Document)))
	case !plain(l.Name):
		return ErrLotInvalid.With("资金名称不得含控制字符或首尾空格")
	case l.Code == "" || len(l.Code) > 80:
		return ErrLotInvalid.With("批次代码 %q：须为 1 至 80 字节", l.Code)
	case !l.Tier.Valid():
		return ErrLotInvalid.With("资金层级 %q 不在表内", l.Tier)
	case l.Class.Chinese() == "":
		return ErrLotInvalid.With("资金类别 %q 不在表内", l.Class)
	case l.Document == "" || l.Line < 1:
		return ErrLotInvalid.With("文件 %q 第 %d 行：批次须指明文件与行", l.Document, l.Line)
	case l.DocNo != "" && !l.DocNo.Valid():
		return ErrLotInvalid.With("文号 %q 不规范；损坏的文号请按印刷文字登记，文号留空", l.DocNo)
	case l.Year < 1990 || l.Year > 2199:
		return ErrLotInvalid.With("预算年度 %d", l.Year)
	case l.Amount < 0:
		return ErrLotInvalid.With("金额 %s 为负", l.Amount)
	}
	return nil
}

// watchKey is where Watch leaves its function.
type watchKey struct{}

// Watch returns a context in which Post tells f of every posting that it is given,
// with the sequence number that its first entry has or would have had, and with its
// fault when it was refused. A ledger in memory can so be held against the store,
// whichever command posts. A command that runs again tells again.
func Watch(ctx context.Context, f func(p Posting, first int64, err error)) context.Context {
	return context.WithValue(ctx, watchKey{}, f)
}

// Post posts business events in order, each as one unit, all in the caller's
// command. The fault of a refused event names its place.
func Post(ctx context.Context, tx *db.Tx, ps []Posting) error {
	s := saver{tx: tx}
	watch, _ := ctx.Value(watchKey{}).(func(Posting, int64, error))
	for i := range ps {
		first := tx.NextSeq()
		err := post(ctx, &s, &ps[i])
		if watch != nil {
			watch(ps[i], first, err)
		}
		if err != nil {
			err = hideLot(ctx, tx, &ps[i], err)
			if len(ps) == 1 {
				return err
			}
			return fault.From(err).AtText("items["+strconv.Itoa(i)+"]", fault.From(err), string(ps[i].Event))
		}
	}
	return nil
}

func post(ctx context.Context, s *saver, p *Posting) error {
	tx := s.tx
	need, err := p.Need()
	if err != nil {
		return err
	}
	facts, err := loadFacts(ctx, tx, p, &need)
	if err != nil {
		return err
	}
	unit, err := p.Entries(facts)
	if err != nil {
		return err
	}
	if err := sign(ctx, tx, p, unit); err != nil {
		return err
	}
	if err := judge(ctx, tx, p, unit, &facts); err != nil {
		return err
	}
	first := tx.NextSeq()
	if err := s.save(ctx, unit, facts.Lots); err != nil {
		return err
	}
	for i := range unit {
		if unit[i].Reverses != 0 {
			insertReversal(tx, unit[i].Reverses, first+int64(i))
		}
		if err := noteMerger(ctx, tx, &unit[i], facts.Original, first+int64(i)); err != nil {
			return err
		}
	}
	return nil
}

// sign names who made the entries: the actor, or under four eyes whoever prepared
// what the actor approves, with the actor as checker.
func sign(ctx context.Context, tx *db.Tx, p *Posting, unit []Entry) error {
	two := false
	if !p.Prepared.IsZero() && p.Prepared != tx.Actor {
		ps, err := PoliciesOf(ctx, tx)
		if err != nil {
			return err
		}
		two = FourEyes(ps, p.Date, DateAt(tx.Now))
	}
	for i := range unit {
		if unit[i].Maker = tx.Actor; two {
			unit[i].Maker, unit[i].Checker = p.Prepared, tx.Actor
		}
	}
	return nil
}

// judge holds a unit of entries to the rules that ask more of the ledger than the
// event's own facts, and to the equations. It rewrites entries that a merger of
// units concerns. Model.judge does the same.
func judge(ctx context.Context, tx *db.Tx, p *Posting, unit []Entry, f *Facts) error {
	ms, err := mergersOf(ctx, tx)
	if err != nil {
		return err
	}
	known := names(ctx, tx, ms)
	undoing := f.Original != nil && f.Original.Event == "E28"
	for i := range unit {
		e := &unit[i]
		if len(ms) > 0 {
			unit[i], err = e.readdress(ms, func(k *Key) (Amount, error) { return executedLeft(ctx, tx, k, e.Date) })
			if err != nil {
				return err
			}
		}
		if err := known.check(e, undoing); err != nil {
			return err
		}
	}
	if p.OriginYear != 0 {
		if err := p.checkOrigin(unit, originsOf(ctx, tx)); err != nil {
			return err
		}
	}
	if err := checkExecuted(ctx, tx, unit); err != nil {
		return err
	}
	if movesFees(unit) {
		fees := feesOf(ctx, tx)
		if err := fees.checkFees(unit); err != nil {
			return err
		}
	}
	return CheckUnit(unit)
}

func originsOf(ctx context.Context, tx *db.Tx) originBooks {
	return originBooks{
		first:   func(lot LotID) (*Entry, error) { return firstEntry(ctx, tx, lot) },
		history: func(lot LotID, project string) (history, error) { return originHistory(ctx, tx, lot, project) },
		label: func(id LotID) string {
			if l, err := lotOf(ctx, tx, id); err == nil {
				return l.Code
			}
			return id.String()
		},
	}
}

func feesOf(ctx context.Context, tx *db.Tx) feeBooks {
	return feeBooks{
		lot:     func(id LotID) (Lot, error) { return lotOf(ctx, tx, id) },
		group:   func(l *Lot) (map[LotID]bool, error) { return sameGroup(ctx, tx, l) },
		history: func(lots map[LotID]bool) (history, error) { return feeHistory(ctx, tx, lots) },
		rate: func(d Date) (int, error) {
			ps, err := PoliciesOf(ctx, tx)
			if err != nil {
				return 0, err
			}
			return FeeRate(ps, d)
		},
	}
}

// ClosePeriod closes one period of one book for ever.
func ClosePeriod(ctx context.Context, tx *db.Tx, p PeriodClose) error {
	if why := NameProblem(string(p.Book)); why != "" {
		return ErrKey.With("%s", why)
	}
	cal, err := CalendarOf(ctx, tx, p.Book)
	if err != nil {
		return err
	}
	if cal, err = cal.Close(p.Period, DateAt(tx.Now)); err != nil {
		return err
	}
	payload, err := p.encode()
	if err != nil {
		return err
	}
	seq := tx.AddRecord(KindPeriod, 0, 0, payload)
	insertPeriodClose(tx, p, seq)
	// Of every day: the clock may have been a day ahead for a command that was refused.
	tx.ForgetIf(func(key any) bool { c, ok := key.(calThing); return ok && c.book == p.Book })
	tx.Remember(calThing{p.Book, DateAt(tx.Now)}, cal)
	return nil
}

// SetPolicy records a dated policy value with its basis. Calendars already in
// memory are made again from it.
//
// The first period may be moved only while the books have not begun: once any
// book of the county has a voucher or a closed period, a policy that would make
// another period the first, now or on a later day, is refused
// (ErrFirstPeriod). To name the period in force again is allowed.
func SetPolicy(ctx context.Context, tx *db.Tx, p Policy) error {
	old, err := PoliciesOf(ctx, tx)
	if err != nil {
		return err
	}
	// By itself: among others one of an earlier day could hide until a voucher of
	// that day is judged by it.
	if _, err := CalendarFrom([]Policy{p}, County, max(p.ValidFrom, DateAt(tx.Now))); err != nil {
		return err
	}
	if p.Name == PolicyFirstPeriod {
		if err := checkFirstPeriod(ctx, tx, old, p); err != nil {
			return err
		}
	}
	payload, err := p.encode()
	if err != nil {
		return err
	}
	seq := tx.AddRecord(KindPolicy, 0, 0, payload)
	insertPolicy(tx, p, seq)
	tx.Remember(policyThing{}, append(append([]Policy(nil), old...), p))
	tx.ForgetIf(func(key any) bool { _, ok := key.(calThing); return ok })
	return nil
}

// checkFirstPeriod refuses to move the first period of books that have begun.
func checkFirstPeriod(ctx context.Context, tx *db.Tx, old []Policy, p Policy) error {
	begun, err := booksBegun(ctx, tx)
	if err != nil || !begun {
		return err
	}
	now, err := CalendarFrom(old, County, DateAt(tx.Now))
	if err != nil {
		return err
	}
	if first, err := ParsePeriod(p.Value); err != nil || first != now.First {
		return ErrFirstPeriod.With("账簿自 %s 起，已有凭证或已结账，不能改为 %s", now.First, p.Value)
	}
	return nil
}
