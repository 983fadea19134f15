package ledger

import (
	"context"

	"fundbook/internal/daysum"
	"fundbook/internal/db"
)

// VoucherWord (凭证字) is the word of every voucher series: 记.
const VoucherWord = "记"

// saver writes the units of a command into its transaction, one after the other,
// and judges the guards that each touched.
type saver struct {
	tx      *db.Tx
	lots    map[LotID]LotFacts
	pending []pendingGuard
	moved   []movedAccount
	terms   []Term
	ids     []int64
}

// pendingGuard is a guard that a line of the unit has lowered.
type pendingGuard struct {
	vec *daysum.Vector
	day Date
	id  GuardID
}

// movedAccount is an account that a line of the unit has moved.
type movedAccount struct {
	vec *daysum.Vector
	key *Key
}

// save writes a unit. Nothing is left behind when it fails: the batch takes the
// command back.
func (s *saver) save(ctx context.Context, unit []Entry, lots map[LotID]LotFacts) error {
	s.lots, s.pending, s.moved = lots, s.pending[:0], s.moved[:0]
	for i := range unit {
		if err := s.entry(ctx, &unit[i]); err != nil {
			return err
		}
	}
	for _, a := range s.moved {
		if sum := Amount(a.vec.Total()); sum > MaxSum || sum < -MaxSum {
			return sumFault(a.key, s.lots[a.key.Lot].Code)
		}
	}
	for _, p := range s.pending {
		if low, when := p.vec.MinFrom(p.day.Number()); low < 0 {
			return guardFault(p.id, Amount(low), dateOfNumber(when), s.lots[p.id.lot()].Code)
		}
	}
	return nil
}

func (s *saver) entry(ctx context.Context, e *Entry) error {
	if err := s.numberVouchers(ctx, e); err != nil {
		return err
	}
	s.ids = s.ids[:0]
	for i := range e.lines {
		if err := s.prepare(ctx, &e.lines[i], e.Date); err != nil {
			return err
		}
	}
	seq, day := s.tx.NextSeq(), e.Date.Number()
	for i := range e.lines {
		l := &e.lines[i]
		s.tx.AddLine(db.LineRow{Seq: seq, Fen: int64(l.Amount), Key: s.ids[i], Day: day, N: int16(i), Side: int8(l.Side)})
		s.move(l, s.ids[i], day)
	}
	payload, err := e.encode()
	if err != nil {
		return err
	}
	s.tx.AddRecord(KindEntry, int32(len(e.lines)), day, payload)
	return s.noteIssue(ctx, e)
}

// numberVouchers checks the calendar of every book touched and gives the entry
// its number in each.
func (s *saver) numberVouchers(ctx context.Context, e *Entry) error {
	today := DateAt(s.tx.Now)
	if !e.Business.IsZero() && e.Business > today {
		return ErrPeriodFuture.With("业务日期 %s，今天 %s", e.Business, today)
	}
	books := e.Books()
	e.Vouchers = make([]VoucherNo, 0, len(books))
	for _, b := range books {
		cal, err := CalendarOf(ctx, s.tx, b)
		if err != nil {
			return err
		}
		if err := cal.Check(e.Date, e.Period13, today); err != nil {
			return err
		}
		p := PeriodOf(e.Date, e.Period13)
		no, err := s.tx.Voucher(ctx, db.SeriesRow{Book: string(b), Word: VoucherWord, Period: int32(p)}, s.tx.NextSeq())
		if err != nil {
			return err
		}
		e.Vouchers = append(e.Vouchers, VoucherNo{Book: b, Period: p, Word: VoucherWord, No: no})
	}
	return nil
}

// prepare numbers a line's account and brings into memory its movements and the
// guards that the line lowers, before the line itself is buffered. The account's
// own movements are needed even where no guard can refuse: no balance may grow
// beyond MaxSum.
func (s *saver) prepare(ctx context.Context, l *Line, day Date) error {
	row := rowOfKey(&l.Key)
	id, err := s.tx.Intern(ctx, &row)
	if err != nil {
		return err
	}
	s.ids = append(s.ids, id)
	own, err := s.tx.Vector(ctx, id, keySign(&l.Key))
	if err != nil {
		return err
	}
	if n := len(s.moved); n == 0 || s.moved[n-1].vec != own {
		s.moved = append(s.moved, movedAccount{own, &l.Key})
	}
	class := s.lots[l.Key.Lot].Class
	s.terms = appendTerms(s.terms[:0], &l.Key, class)
	net := int64(l.Net())
	for i := range s.terms {
		t := &s.terms[i]
		if t.Sign*net >= 0 {
			continue
		}
		vec := own
		if t.Guard.Kind != GuardKey {
			if vec, err = s.sum(ctx, t.Guard, class); err != nil {
				return err
			}
		}
		s.pending = append(s.pending, pendingGuard{vec, day, t.Guard})
	}
	return nil
}

// sum returns the vector of a guard that watches several accounts.
func (s *saver) sum(ctx context.Context, g GuardID, class Class) (*daysum.Vector, error) {
	id := sumOf(g)
	if vec, ok := s.tx.HasSum(id); ok {
		return vec, nil
	}
	return s.tx.Sum(ctx, id, func(k *db.KeyRow) int64 { return signIn(g, k, class) })
}

// move applies a buffered line to the account's movements and to the guards in
// memory. Those that are not are loaded later with this line included.
func (s *saver) move(l *Line, id int64, day int32) {
	s.terms = appendTerms(s.terms[:0], &l.Key, s.lots[l.Key.Lot].Class)
	net := int64(l.Net())
	if vec, ok := s.tx.HasVector(id); ok {
		s.tx.Move(vec, day, keySign(&l.Key)*net)
	}
	for i := range s.terms {
		t := &s.terms[i]
		if t.Guard.Kind == GuardKey {
			continue
		}
		if vec, ok := s.tx.HasSum(sumOf(t.Guard)); ok {
			s.tx.Move(vec, day, t.Sign*net)
		}
	}
}

func sumOf(g GuardID) db.SumID {
	return db.SumID{Kind: uint8(g.Kind), Lot: g.Lot, Unit: g.Unit}
}

// signIn returns the sign with which an account takes part in a sum.
func signIn(g GuardID, row *db.KeyRow, class Class) int64 {
	k := keyOfRow(row)
	for _, t := range appendTerms(nil, &k, class) {
		if t.Guard == g {
			return t.Sign
		}
	}
	return 0
}

// noteIssue remembers the fiscal year of the lot's first movement of authority.
func (s *saver) noteIssue(ctx context.Context, e *Entry) error {
	year := e.Date.Year()
	for i := range e.lines {
		k := &e.lines[i].Key
		if k.Account[0] != '6' {
			continue
		}
		known, err := issueYear(ctx, s.tx, k.Lot)
		if err != nil {
			return err
		}
		if known == 0 || year < known {
			s.tx.Remember(issueThing(k.Lot), year)
		}
	}
	return nil
}

// rowOfKey and keyOfRow turn a key into the row it is stored in and back.
func rowOfKey(k *Key) db.KeyRow {
	return db.KeyRow{
		Lot: k.Lot, Peer: k.Peer, Group: GroupOf(k.Account).String(), Book: string(k.Book), Account: string(k.Account), Sub: k.Sub,
		Project: k.Project, Contract: k.Contract, Payee: k.Payee, Unit: k.Unit, Pool: k.Pool,
	}
}

func keyOfRow(r *db.KeyRow) Key {
	return Key{
		Lot: r.Lot, Peer: r.Peer, Book: Book(r.Book), Account: Code(r.Account), Sub: r.Sub,
		Project: r.Project, Contract: r.Contract, Payee: r.Payee, Unit: r.Unit, Pool: r.Pool,
	}
}
