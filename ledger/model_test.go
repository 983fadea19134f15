package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fundbook/internal/fault"
)

// Unguard turns the guards of the Model off, for the negative controls.
func (m *Model) Unguard() { m.unguarded = true }

// Cells returns how many day cells the Model has read and written so far.
func (m *Model) Cells() (read, written int64) { return m.cellsRead, m.cellsWritten }

// StateHash is a hash over everything that a refused posting must not change:
// the debit and credit of every key and day, the guards, and the log.
func (m *Model) StateHash() uint64 {
	var h maphash.Hash
	h.SetSeed(hashSeed)
	put := func(v ...int64) {
		for _, x := range v {
			var b [8]byte
			binary.BigEndian.PutUint64(b[:], uint64(x))
			_, _ = h.Write(b[:])
		}
	}
	for i := range m.keys { // a key keeps its number for ever
		k := &m.keys[i]
		if len(k.days) == 0 {
			continue
		}
		put(int64(i), int64(k.total))
		for _, d := range k.days {
			put(int64(d.day), int64(d.debit), int64(d.credit))
		}
	}
	for i := range m.vectors {
		if v := &m.vectors[i]; v.total != 0 {
			put(int64(i), v.total)
		}
	}
	for _, list := range [...][]Amount{m.zeros.net, m.guards.net} {
		for i, x := range list {
			if x != 0 {
				put(int64(i), int64(x))
			}
		}
	}
	put(m.next, int64(len(m.log)))
	return h.Sum64()
}

var hashSeed = maphash.MakeSeed()

var day1 = mustDay(2018, 1, 1)

// mustDay makes a day that is known to exist.
func mustDay(y, m, d int) Date { return civilDate(y, m, d) }

func lotID(code string) LotID {
	sum := sha256.Sum256([]byte(code))
	return LotID(sum[:16])
}

// testModel has the lots K1, K2 (province) and K7 (interest).
func testModel(t testing.TB) *Model {
	m := NewModel()
	for i, code := range []string{"K1", "K2", "K7"} {
		l := Lot{ID: lotID(code), Code: code, Tier: TierProvince, Class: ClassZX, Document: "D1", Line: i + 1}
		if code == "K7" {
			l.Class = ClassLX
		}
		if err := m.AddLot(l); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// testKey reads "C 7204.P K1 J1" or "T1 1002 K1": book, account, lot, project.
// The other dimensions are filled in as the account keeps them: contract H<J>,
// payee 甲公司, unit T1, pool P1; 7302 carries the project only.
func testKey(s string) Key {
	f := append(strings.Fields(s), "")
	acct, sub, _ := strings.Cut(f[1], ".")
	k := Key{Book: Book(f[0]), Account: Code(acct), Sub: sub, Lot: lotID(f[2]), Project: f[3]}
	if f[3] != "" {
		k.Contract, k.Payee = "H"+f[3], "甲公司"
	}
	k.Unit, k.Pool = "T1", "P1"
	if acct == "7302" || acct == "1211" || acct == "2201" || acct == "7403" {
		k.Unit, k.Contract, k.Payee = "", "", ""
	}
	if acct == "1102" {
		k.Peer = lotID("K2")
		if f[2] == "K2" {
			k.Peer = lotID("K1")
		}
	}
	return k.keep()
}

func dr(key string, fen Amount) Line { return Line{Key: testKey(key), Side: Debit, Amount: fen} }
func cr(key string, fen Amount) Line { return Line{Key: testKey(key), Side: Credit, Amount: fen} }

func mustEntry(t testing.TB, day Date, lines ...Line) Entry {
	t.Helper()
	e, err := NewEntry(Head{Event: "test", Date: day}, lines)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func mustPost(t testing.TB, m *Model, day Date, lines ...Line) {
	t.Helper()
	if err := m.Post(mustEntry(t, day, lines...)); err != nil {
		t.Fatal(err)
	}
	if err := m.CheckAll(); err != nil {
		t.Fatal(err)
	}
}

// receive is E01 and E02 of a lot on one day.
func receive(t testing.TB, m *Model, day Date, lot string, fen Amount) {
	t.Helper()
	mustPost(t, m, day, dr("C 7101 "+lot, fen), cr("C 6101.02.N "+lot, fen))
	mustPost(t, m, day, dr("C 1001 "+lot, fen), cr("C 4001.02 "+lot, fen),
		dr("C 6101.02.N "+lot, fen), cr("C 6101.02.Y "+lot, fen))
}

// committed takes a lot to a contract of project J1 run by T1.
func committed(t testing.TB, m *Model, day Date, fen Amount) {
	t.Helper()
	receive(t, m, day, "K1", fen)
	mustPost(t, m, day, dr("C 7201 K1 J1", fen), cr("C 7101 K1", fen))
	mustPost(t, m, day, dr("C 7202 K1 J1", fen), cr("C 7201 K1 J1", fen))
}

func claimed(t testing.TB, m *Model, day Date, fen Amount) {
	t.Helper()
	committed(t, m, day, fen)
	mustPost(t, m, day, dr("C 1301 K1 J1", fen), cr("C 2001 K1 J1", fen),
		dr("C 7203 K1 J1", fen), cr("C 7202 K1 J1", fen))
}

func payLines(fen Amount) []Line {
	return []Line{
		dr("C 7204.P K1 J1", fen), cr("C 7203 K1 J1", fen),
		dr("C 7302 K1 J1", fen), cr("C 7204.P K1 J1", fen),
		dr("C 2001 K1 J1", fen), cr("C 1001 K1", fen),
	}
}

func TestModelPosts(t *testing.T) {
	t.Parallel()
	m := testModel(t)
	claimed(t, m, day1, 1000_00)
	mustPost(t, m, day1.AddDays(30), payLines(400_00)...)
	if got, want := m.Balance(testKey("C 1001 K1")), Amount(600_00); got != want {
		t.Errorf("cash = %s, want %s", got, want)
	}
	if got, want := m.BalanceOn(testKey("C 1001 K1"), day1.AddDays(29)), Amount(1000_00); got != want {
		t.Errorf("cash the day before = %s, want %s", got, want)
	}
	if got, want := m.IssueYear(lotID("K1")), 2018; got != want {
		t.Errorf("issue year = %d, want %d", got, want)
	}
	if got := m.IssueYear(lotID("K2")); got != 0 {
		t.Errorf("issue year of a lot without authority = %d, want 0", got)
	}
	var rows []string
	for _, r := range m.TrialBalance(day1.AddDays(30)) {
		rows = append(rows, fmt.Sprintf("%s %s %s.%s %s %s %s", r.Book, r.Group, r.Account, r.Sub, r.Debit, r.Credit, r.Net()))
	}
	want := []string{
		"C F 1001. 1000.00 400.00 600.00",
		"C F 1301. 1000.00 0.00 1000.00",
		"C F 2001. 400.00 1000.00 -600.00",
		"C F 4001.02 0.00 1000.00 -1000.00",
		"C B 6101.02.N 1000.00 1000.00 0.00",
		"C B 6101.02.Y 0.00 1000.00 -1000.00",
		"C B 7101. 1000.00 1000.00 0.00",
		"C B 7201. 1000.00 1000.00 0.00",
		"C B 7202. 1000.00 1000.00 0.00",
		"C B 7203. 1000.00 400.00 600.00",
		"C B 7204.P 400.00 400.00 0.00",
		"C B 7302. 400.00 0.00 400.00",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("trial balance (-want +got)\n%s", diff)
	}
}

// TestModelRefuses is the refused table: each unit leaves the Model untouched.
func TestModelRefuses(t *testing.T) {
	t.Parallel()
	m := testModel(t)
	claimed(t, m, day1, 1000_00)
	unknown := dr("C 1001 K1", 1)
	unknown.Key.Lot = lotID("K99")
	back := unknown
	back.Side = Credit
	for _, c := range []struct {
		name   string
		day    Date
		lines  []Line
		want   *fault.Error
		detail string
	}{
		{"one fen over contract", day1, payLines(1000_01), ErrOverdraw, "差 0.01"},
		{"before the day it was due", day1.AddDays(-1), payLines(1), ErrOverdraw, "2017-12-31"},
		{"payable without commitment", day1, []Line{dr("C 5001 K1 J1", 5), cr("C 2001 K1 J1", 5)}, ErrInvariant, "I7"},
		{"authority out of nothing", day1, []Line{dr("C 7101 K1", 5), cr("C 6101.02.Y K1", 5)}, ErrInvariant, "I8"},
		{"advance without 7301", day1, []Line{dr("C 1201 K1 J1", 5), cr("C 1001 K1", 5), dr("C 7302 K1 J1", 5), cr("C 7202 K1 J1", 5)}, ErrInvariant, "I6"},
		{"one side of the inter-tier mirror", day1, []Line{dr("C 1101 K1", 5), cr("C 1001 K1", 5)}, ErrInvariant, "I4"},
		{"borrowed from nobody", day1, []Line{dr("C 1001 K1", 5), cr("C 1102.B K1", 5)}, ErrInvariant, "I9"},
		{"township cash beyond authority", day1, []Line{
			dr("C 1101 K2", 5), cr("C 1001 K2", 5), dr("T1 1002 K2", 5), cr("T1 2102 K2", 5),
		}, ErrNoAuthority, "单位 T1 在 2018-01-01 超出 0.05"},
		{"lot not registered", day1, []Line{unknown, back}, ErrLotUnknown, "未登记"},
	} {
		before := m.StateHash()
		err := m.Post(mustEntry(t, c.day, c.lines...))
		if !errors.Is(err, c.want) || !strings.Contains(fault.From(err).Detail, c.detail) {
			t.Errorf("%s: Post = %v, want %s … %s", c.name, err, c.want.Code, c.detail)
		}
		if m.StateHash() != before {
			t.Errorf("%s: a refused unit changed the ledger", c.name)
		}
	}
	if err := m.Post(Entry{}); !errors.Is(err, ErrLines) {
		t.Errorf("Post(Entry{}) = %v, want %s", err, ErrLines.Code)
	}
	if err := m.PostLines(day1, []Line{dr("C 1001 K1", 5), cr("C 4001.02 K1", 4)}); !errors.Is(err, ErrUnbalanced) {
		t.Errorf("PostLines unbalanced = %v, want %s", err, ErrUnbalanced.Code)
	}
	for _, bad := range [][]Line{
		{dr("C 1001 K1", 0), cr("C 4001.02 K1", 0)},
		{dr("C 1001 K1", MaxLine+1), cr("C 4001.02 K1", MaxLine+1)},
		{{Key: testKey("C 1001 K1"), Amount: 1}, cr("C 4001.02 K1", 1)},
	} {
		if err := m.PostLines(day1, bad); !errors.Is(err, ErrLine) {
			t.Errorf("PostLines(%v) = %v, want %s", bad, err, ErrLine.Code)
		}
	}
	if err := m.PostMoves(day1, []Move{{Ref: -1, Side: Debit, Amount: 1}, {Ref: 9999, Side: Credit, Amount: 1}}); !errors.Is(err, ErrKey) {
		t.Errorf("PostMoves of unknown keys = %v, want %s", err, ErrKey.Code)
	}
}

func TestAddLotOncePerDocumentLine(t *testing.T) {
	t.Parallel()
	m := testModel(t)
	for _, l := range []Lot{
		{},
		{ID: lotID("K1"), Code: "K9"},
		{ID: lotID("K9"), Code: "K1"},
		{ID: lotID("K9"), Code: "K9", Document: "D1", Line: 2},
	} {
		if err := m.AddLot(l); err == nil {
			t.Errorf("AddLot(%+v) was accepted", l)
		}
	}
}

// TestUnitIsJudgedAfterItsLastEntry: entries that belong together may each miss
// an equation, as long as every effective day holds as a whole.
func TestUnitIsJudgedAfterItsLastEntry(t *testing.T) {
	t.Parallel()
	m := testModel(t)
	receive(t, m, day1, "K1", 100)
	a := mustEntry(t, day1, dr("C 1001 K1", 5), cr("C 4001.02 K1", 5))
	b := mustEntry(t, day1, dr("C 7101 K1", 5), cr("C 6101.02.Y K1", 5))
	if err := m.Post(a, b); err != nil {
		t.Errorf("Post(a, b) = %v, want nil", err)
	}
	late := mustEntry(t, day1.AddDays(1), b.Lines()...)
	before := m.StateHash()
	if err := m.Post(a, late); !errors.Is(err, ErrInvariant) {
		t.Errorf("Post(a, b a day later) = %v, want %s", err, ErrInvariant.Code)
	}
	if m.StateHash() != before {
		t.Error("a refused unit changed the ledger")
	}
}

// TestModelAgreesWithCheckUnit runs random units through the Model without
// guards and through CheckUnit: both give the same answer, and what they accept
// passes CheckAll but for the guards.
func TestModelAgreesWithCheckUnit(t *testing.T) {
	t.Parallel()
	pairs := [][2]string{
		{"C 1001 K1", "C 4001.02 K1"},
		{"C 7101 K1", "C 6101.02.Y K1"},
		{"C 7302 K1 J1", "C 7203 K1 J1"},
		{"C 2001 K1 J1", "C 1001 K1"},
		{"C 1203 K1 J1", "C 1001 K1"},
		{"C 7301 K1 J1", "C 7204.P K1 J1"},
		{"C 1101 K1", "C 1001 K1"},
		{"T1 1002 K1", "T1 2102 K1"},
		{"C 1102.L K2", "C 1001 K2"},
		{"C 1001 K1", "C 1102.B K1"},
		{"C 7202 K1 J1", "C 7101 K1"},
		{"T1 1303 K1 J1", "T1 1002 K1"},
	}
	rapid.Check(t, func(rt *rapid.T) {
		m := testModel(t)
		m.Unguard()
		var unit []Entry
		for range rapid.IntRange(1, 3).Draw(rt, "entries") {
			day := day1.AddDays(rapid.IntRange(0, 1).Draw(rt, "day"))
			var lines []Line
			for range rapid.IntRange(1, 4).Draw(rt, "pairs") {
				p := pairs[rapid.IntRange(0, len(pairs)-1).Draw(rt, "pair")]
				x := Amount(rapid.Int64Range(1, 2).Draw(rt, "fen"))
				lines = append(lines, dr(p[0], x), cr(p[1], x))
			}
			unit = append(unit, mustEntry(t, day, lines...))
		}
		got, want := m.Post(unit...), CheckUnit(unit)
		if (got == nil) != (want == nil) {
			rt.Fatalf("Post = %v, CheckUnit = %v", got, want)
		}
		if err := m.CheckAll(); got == nil && errors.Is(err, ErrInvariant) {
			rt.Fatalf("CheckAll = %v after an accepted unit", err)
		}
	})
}

// TestCheckAllFindsEachBrokenLaw is the negative control of the independent
// check: each forced entry breaks one law, and CheckAll names it.
func TestCheckAllFindsEachBrokenLaw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		law   string
		lines []Line
		want  *fault.Error
	}{
		{"I1", []Line{dr("C 1001 K1", 5)}, ErrUnbalanced},
		{"I1", []Line{dr("C 6101.02.Y K1", 5), cr("C 4001.02 K1", 5)}, ErrUnbalanced},
		{"I3", []Line{dr("C 5001 K1 J1", 1001_00), cr("C 1301 K1 J1", 1001_00)}, ErrOverdraw},
		{"I3", []Line{dr("C 2005 K1 J1", 5), cr("C 2004 K1", 5)}, ErrOverdraw},
		{"I3", []Line{dr("C 6101.02.N K1", 5), cr("C 6101.02.Y K1", 5)}, ErrOverdraw},
		{"I4", []Line{dr("C 1101 K1", 5), cr("C 3001 K1", 5)}, ErrInvariant},
		{"I6", []Line{dr("C 7301 K1 J1", 5), cr("C 7203 K1 J1", 5)}, ErrInvariant},
		{"I7", []Line{dr("C 2001 K1 J1", 5), cr("C 4001.02 K1", 5)}, ErrInvariant},
		{"I8", []Line{dr("C 1001 K1", 5), cr("C 2001 K1 J1", 5), dr("C 7203 K1 J1", 5), cr("C 7202 K1 J1", 5)}, ErrInvariant},
		{"I9", []Line{dr("C 1102.L K1", 5), cr("C 1001 K1", 5)}, ErrInvariant},
		{"I10", []Line{dr("C 1101 K2", 5), cr("C 1001 K2", 5), dr("T1 1002 K2", 5), cr("T1 2102 K2", 5)}, ErrNoAuthority},
	} {
		m := testModel(t)
		receive(t, m, day1, "K2", 1000_00)
		claimed(t, m, day1, 1000_00)
		mustPost(t, m, day1, dr("C 7201 K1 J1", -100_00), cr("C 7101 K1", -100_00), dr("C 7202 K1 J1", -100_00), cr("C 7201 K1 J1", -100_00),
			dr("C 1301 K1 J1", -100_00), cr("C 2001 K1 J1", -100_00), dr("C 7203 K1 J1", -100_00), cr("C 7202 K1 J1", -100_00))
		mustPost(t, m, day1, dr("C 7201 K1 J1", 100_00), cr("C 7101 K1", 100_00), dr("C 7202 K1 J1", 100_00), cr("C 7201 K1 J1", 100_00))
		if err := m.Force(day1.AddDays(3), c.lines); err != nil {
			t.Fatal(err)
		}
		err := m.CheckAll()
		if !errors.Is(err, c.want) || !strings.HasPrefix(fault.From(err).Detail, c.law+"：2018-01-04") {
			t.Errorf("%s: CheckAll = %v, want %s on 2018-01-04", c.law, err, c.want.Code)
		}
		// The same lines through the front door are refused.
		front := testModel(t)
		receive(t, front, day1, "K2", 1000_00)
		claimed(t, front, day1, 1000_00)
		if err := front.PostLines(day1.AddDays(3), c.lines); err == nil {
			t.Errorf("%s: PostLines accepted %v", c.law, c.lines)
		}
	}
}
