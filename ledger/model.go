package ledger

import "fundbook/internal/daysum"

// Model (内存账) is the ledger of one county held in memory: every balance, the
// debit and credit of every day per account, and the guards. `verify` refolds a
// log into it, and tests use it as the oracle of the stores. It knows no
// records, no calendar and no database, and it is not safe for concurrent use.
//
// A Model posts by increments: it judges a unit by the accounts that the unit
// touches. CheckAll recomputes DOMAIN 4.5 and 4.6 from the balances alone.
type Model struct {
	lots  map[LotID]*modelLot
	codes map[string]LotID
	docs  map[docLine]LotID

	refs map[Key]Ref
	keys []modelKey

	guardNo numbers[GuardID]
	vectors []guardVector
	zeroNo  numbers[eqKey]

	// log is what Do has posted, by sequence number.
	log  map[int64]*logged
	next int64
	// What Do has learnt of units' names, and the policies that its rules read.
	kinds    map[string]UnitKind
	mergers  mergers
	policies []Policy

	// Scratch space of post, so that a known key costs no allocation.
	moves   []Move
	runs    []run // in the order of posting
	byDay   []run // the same, by day
	journal []guardMove
	tick    int64
	zeros   tally
	guards  tally

	// unguarded turns the guards off: only the negative control of the tests.
	unguarded bool
	// cellsRead and cellsWritten count day cells, to show that back-dating does
	// not grow with the number of later entries.
	cellsRead, cellsWritten int64
}

type docLine struct {
	document string
	line     int
}

type modelLot struct {
	lot  Lot
	refs []Ref // every key of the lot, in order of first use
}

type logged struct {
	entry    Entry
	reversed bool
}

// Ref is the small number that a Model gives a key, so that a decoder which
// sees the same key a million times looks it up once.
type Ref int32

// Move is a line by reference: one amount in fen on one side of a known key.
type Move struct {
	Ref    Ref
	Side   Side
	Amount Amount
}

func (v Move) net() Amount { return Amount(v.Side) * v.Amount }

// term is the part a key plays in a guard or an equation of the Model.
type term struct {
	no   int32
	sign Amount
}

type modelKey struct {
	key    Key
	total  Amount
	days   []dayTotal
	guards []term
	zeros  []term
}

// dayTotal is the turnover of one key on one effective day.
type dayTotal struct {
	day           Date
	debit, credit Amount
}

// guardVector is a guard's sum by day, with its end kept at hand: a decrease on
// or after the last day, the common case, is judged without reading a cell.
type guardVector struct {
	daysum.Vector
	total int64
	last  int32
	// The unit that this guard was last judged for, and from which day on.
	tick int64
	from int32
}

type guardMove struct {
	no  int32
	day Date
	net Amount
}

// run is a stretch of Model.moves with one effective day.
type run struct {
	day      Date
	from, to int
}

// NewModel returns an empty ledger.
func NewModel() *Model {
	return &Model{
		lots:    map[LotID]*modelLot{},
		codes:   map[string]LotID{},
		docs:    map[docLine]LotID{},
		refs:    map[Key]Ref{},
		guardNo: newNumbers[GuardID](),
		zeroNo:  newNumbers[eqKey](),
		log:     map[int64]*logged{},
		next:    1,
		kinds:   map[string]UnitKind{},
	}
}

// AddLot registers a lot (批次). It refuses a second lot with the same
// identifier, code, or line of a document (ErrLotExists, DOMAIN 1.1).
func (m *Model) AddLot(l Lot) error {
	if l.ID.IsZero() {
		return ErrLotInvalid.With("批次 %q 缺标识", l.Code)
	}
	if _, dup := m.lots[l.ID]; dup {
		return ErrLotExists.With("批次标识 %s", l.ID)
	}
	if _, dup := m.codes[l.Code]; dup && l.Code != "" {
		return ErrLotExists.With("批次代码 %q", l.Code)
	}
	at := docLine{l.Document, l.Line}
	if _, dup := m.docs[at]; dup && l.Document != "" {
		return ErrLotExists.With("文件 %q 第 %d 行", l.Document, l.Line)
	}
	m.lots[l.ID] = &modelLot{lot: l}
	m.codes[l.Code] = l.ID
	m.docs[at] = l.ID
	return nil
}

// Post posts the entries of one unit, all or none: the equations of DOMAIN 4.6
// must hold on the unit's own lines per effective day (CheckUnit), and no guard
// of 4.5 may pass zero on any day that the unit touches or later. On refusal
// nothing has changed. The faults are ErrLines, ErrKey, ErrLotUnknown,
// ErrInvariant, ErrOverdraw and ErrNoAuthority.
func (m *Model) Post(unit ...Entry) error {
	m.begin()
	for i := range unit {
		if len(unit[i].lines) < 2 {
			return ErrLines.With("%s 共 %d 行", unit[i].Event, len(unit[i].lines))
		}
		if err := m.addLines(unit[i].Date, unit[i].lines); err != nil {
			return err
		}
	}
	return m.post(false)
}

// PostLines posts one entry whose lines are decoded already. It does what
// NewEntry and Post do together, rule R1 included, and keeps nothing of lines,
// so the caller may use the slice again.
func (m *Model) PostLines(day Date, lines []Line) error {
	m.begin()
	if err := m.addLines(day, lines); err != nil {
		return err
	}
	if err := m.checkMoves(); err != nil {
		return err
	}
	return m.post(true)
}

// PostMoves posts one entry of interned keys; the fastest way to refold a log.
// It keeps nothing of moves.
func (m *Model) PostMoves(day Date, moves []Move) error {
	m.begin()
	m.moves = append(m.moves, moves...)
	m.runs = append(m.runs, run{day, 0, len(moves)})
	if err := m.checkMoves(); err != nil {
		return err
	}
	return m.post(true)
}

// checkMoves refuses what NewEntry refuses of a line.
func (m *Model) checkMoves() error {
	if len(m.moves) < 2 || len(m.moves) > MaxLines {
		return ErrLines.With("共 %d 行，须为 2 至 %d 行", len(m.moves), MaxLines)
	}
	for i := range m.moves {
		v := &m.moves[i]
		if v.Ref < 0 || int(v.Ref) >= len(m.keys) {
			return ErrKey.With("第 %d 行：账户编号 %d 未登记", i+1, v.Ref)
		}
		if v.Amount == 0 || v.Amount > MaxLine || v.Amount < -MaxLine || (v.Side != Debit && v.Side != Credit) {
			return ErrLine.With("第 %d 行 %s：金额 %s（不得为零，绝对值不超过 %s）",
				i+1, m.keys[v.Ref].key, v.Amount, MaxLine)
		}
	}
	return nil
}

// Force folds lines without judging them: for `verify`, to go on after it has
// named a bad record, and for the negative controls of tests. It refuses only
// what it cannot place (ErrKey, ErrAccount, ErrLotUnknown).
func (m *Model) Force(day Date, lines []Line) error {
	m.begin()
	if err := m.addLines(day, lines); err != nil {
		return err
	}
	m.sortRuns()
	m.move()
	m.fold()
	return nil
}

// Intern returns the number of a key, registering it when it is new. It refuses
// a key that the chart does not permit (ErrKey, ErrAccount) and one whose lot
// or peer is not registered (ErrLotUnknown). k is not kept.
func (m *Model) Intern(k *Key) (Ref, error) {
	if r, ok := m.refs[*k]; ok {
		return r, nil
	}
	if err := k.check(); err != nil {
		return 0, err
	}
	lot := m.lots[k.Lot]
	if lot == nil {
		return 0, ErrLotUnknown.With("%s：批次 %s 未登记", k, k.Lot)
	}
	if !k.Peer.IsZero() && m.lots[k.Peer] == nil {
		return 0, ErrLotUnknown.With("%s：对方批次 %s 未登记", k, k.Peer)
	}
	r := Ref(len(m.keys))
	m.keys = append(m.keys, modelKey{
		key: *k, guards: m.guardTerms(k, lot.lot.Class), zeros: m.zeroTerms(k),
	})
	m.refs[*k] = r
	lot.refs = append(lot.refs, r)
	return r, nil
}

func (m *Model) guardTerms(k *Key, class Class) []term {
	var out []term
	for _, t := range appendTerms(nil, k, class) {
		no := m.guardNo.of(t.Guard)
		if int(no) == len(m.vectors) {
			m.vectors = append(m.vectors, guardVector{})
		}
		out = append(out, term{no, Amount(t.Sign)})
	}
	return out
}

// zeroTerms asks the equations what one fen on the debit side of k adds to
// them; rule R1 is one more sum that must be zero.
func (m *Model) zeroTerms(k *Key) []term {
	g := balanceGroup{k.Book, GroupOf(k.Account), k.Lot}
	out := []term{{m.zeroNo.of(eqKey{name: ruleR1 + g.group.String(), lot: g.lot, book: g.book}), 1}}
	var sums eqSums
	sums.line(k, 1)
	for _, s := range sums.list {
		out = append(out, term{m.zeroNo.of(s.key), s.net})
	}
	return out
}

const ruleR1 = "R1"

// numbers gives small consecutive numbers to keys.
type numbers[K comparable] struct {
	index map[K]int32
	keys  []K
}

func newNumbers[K comparable]() numbers[K] { return numbers[K]{index: map[K]int32{}} }

func (n *numbers[K]) of(k K) int32 {
	no, ok := n.index[k]
	if !ok {
		no = int32(len(n.keys))
		n.index[k] = no
		n.keys = append(n.keys, k)
	}
	return no
}

// tally adds up by number and remembers which numbers it touched. Between uses
// every sum is zero.
type tally struct {
	net     []Amount
	touched []int32
}

func (t *tally) add(no int32, net Amount) {
	if int(no) >= len(t.net) {
		t.net = append(t.net, make([]Amount, int(no)+1-len(t.net))...)
	}
	if t.net[no] == 0 {
		t.touched = append(t.touched, no)
	}
	t.net[no] += net
}
