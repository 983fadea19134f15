package ledger

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/fault"
)

// refusingBook is the book of the refused table: of K1's 1,000 arrived, 500 are
// paid to contract H1 and 100 are left in it; K2 has 100 authority without
// money; the year is 2018. It returns the sequence numbers of the payment, of an
// entry turned red, and of its reversal.
func refusingBook(t testing.TB) (b *eventBook, paid, red, undo int64) {
	b = newEventBook(t)
	b.arrive("K1", 1000)
	b.post(at("E01", "", "K2", 100))
	b.commit("K1", 600)
	b.post(on("E11", "", "K1", 500))
	b.post(on("E12", "reserve", "K1", 500))
	paid = b.post(on("E12", "confirm", "K1", 500))
	b.post(at("E02u", "receive", "KS", 70))
	red = b.post(at("E01", "", "K2", 1))
	undo = b.post(Posting{Event: "E23", Reverses: red})
	return b, paid, red, undo
}

// TestEntriesRefuse is the refused table of what a rule sees in the ledger.
func TestEntriesRefuse(t *testing.T) {
	t.Parallel()
	b, paid, red, undo := refusingBook(t)
	next := mustDay(2019, 2, 1)
	take := func(p *Posting) { p.From, p.Counterparty = "7101", "upper" }
	for _, c := range []struct {
		name   string
		p      Posting
		want   *fault.Error
		detail string
	}{
		{"unknown lot", at("E01", "", "K99", 1), ErrLotUnknown, "未登记"},
		{"unknown other lot", at("E03", "repay", "K1", 1).with(toLot("K99")), ErrLotUnknown, "未登记"},
		{"both lots the same", at("E03", "repay", "K1", 1).with(toLot("K1")), ErrParty, "同为"},
		{"authority of a suspense lot", at("E01", "", "KS", 1), ErrLotClass, "待确认来款"},
		{"authority of bonds held", at("E01", "", "KB", 1), ErrLotClass, "代管保证金"},
		{"suspense in an ordinary lot", at("E02u", "receive", "K1", 1), ErrLotClass, "待确认来款"},
		{"match to bonds held", at("E02u", "match", "KS", 1).with(toLot("KB")), ErrLotClass, "代管保证金"},
		{"county interest sent to a township", at("E04c", "", "K7", 1).with(func(p *Posting) { p.Township = "T1" }), ErrLotClass, "利息"},
		{"interest in an ordinary lot", at("E20", "keep", "K1", 1), ErrLotClass, "存款利息"},
		{"retention moved to the same creditor", on("E14d", "", "K1", 1).with(func(p *Posting) { p.To = &Target{Payee: "甲公司"} }), ErrParty, "同一账户"},
		{"contract beyond plan", on("E08", "", "K1", 1), ErrOverdraw, "7201"},
		{"claim beyond contract", on("E11", "", "K1", 101), ErrOverdraw, "7202"},
		{"pay a payable twice", on("E12", "reserve", "K1", 500), ErrOverdraw, "7203"},
		{"plan beyond authority", at("E04", "", "K1", 401).with(func(p *Posting) { p.Into, p.Unit = "7103", "交通局" }), ErrOverdraw, "7101"},
		{"arrival beyond authority", at("E02", "", "K2", 101), ErrOverdraw, "未到位指标"},
		{"township cash beyond its authority", at("E04c", "", "K1", 101).with(township), ErrNoAuthority, "T1"},
		{"recover from a contract more than is left", on("E17", "recover", "K1", 101).with(decided).with(func(p *Posting) { p.From = "7202" }), ErrOverdraw, "7202"},
		{"take back what has not arrived", at("E19", "take", "K2", 100).with(decided).with(take), ErrNotArrived, "差 100.00"},
		{"take back twice what has arrived", at("E19", "take", "K1", 300, "K1", 300).with(decided).with(take), ErrNotArrived, "收回 600.00，已到位未使用 500.00"},
		{"reverse an unknown entry", Posting{Event: "E23", Reverses: 999}, ErrEntryUnknown, "999"},
		{"reverse twice", Posting{Event: "E23", Reverses: red}, ErrReversed, ""},
		{"reverse a reversal", Posting{Event: "E23", Reverses: undo}, ErrReverse, "重新记账"},
		{"reverse before its day", Posting{Event: "E23", Reverses: paid, Date: mustDay(2018, 2, 1)}, ErrReverse, "早于"},
		{"red in a later year", Posting{Event: "E23", Reverses: paid, Date: next}, ErrReverse, "E23p"},
		{"E23p in the same year", Posting{Event: "E23p", Step: "reverse", Reverses: paid}, ErrReverse, "E23"},
		{"close on another day", at("E24", "", "K1", 0), ErrCloseDate, "2018-12-31"},
		{"close an empty lot", at("E24", "", "K4", 0).with(func(p *Posting) { p.Date = mustDay(2018, 12, 31) }), ErrNothing, "没有待结转"},
		{"divide an empty lot", at("E27", "", "K3", 1).with(toLot("KP")).with(decided), ErrDivide, "没有余额"},
		{"divide beyond the whole", at("E27", "", "K1", 1001).with(toLot("KP")).with(decided), ErrDivide, "差 1.00"},
		{"divide two lots", at("E27", "", "K1", 1, "K2", 1).with(toLot("KP")).with(decided), ErrPosting, "一行"},
		{"divide before the year is closed", at("E27", "", "K1", 1).with(toLot("KP")).with(decided).with(func(p *Posting) { p.Date = next }), ErrDivide, "E24"},
		{"merge a unit with itself", Posting{Event: "E28", Unit: "T1", To: &Target{Unit: "T1"}}.with(decided), ErrParty, "T1"},
		{"merge the county", Posting{Event: "E28", Unit: "C", To: &Target{Unit: "T1"}}.with(decided), ErrPosting, "县级"},
		{"merge an unknown unit", Posting{Event: "E28", Unit: "T9", To: &Target{Unit: "T1"}}.with(decided), ErrNothing, "T9"},
		{"draw beyond the pot", on("E08", "").with(func(p *Posting) { p.Parts, p.Draw = nil, &Draw{Mode: DrawFIFO, Amount: 1} }), ErrDraw, "抽取 0.01"},
	} {
		if c.p.Date == 0 {
			c.p.Date = b.day
		}
		before := b.m.StateHash()
		_, err := b.m.Do(c.p)
		if !errors.Is(err, c.want) || !strings.Contains(fault.From(err).Detail, c.detail) {
			t.Errorf("%s: Do = %v, want %s … %s", c.name, err, c.want.Code, c.detail)
		}
		if b.m.StateHash() != before {
			t.Errorf("%s: a refused event changed the ledger", c.name)
		}
	}
	if _, err := (Posting{Event: "E23", Reverses: 3, Date: b.day}).Entries(Facts{}); !errors.Is(err, ErrEntryUnknown) {
		t.Errorf("E23 without the original = %v", err)
	}
}

// TestYearBoundary: red and E24 of last year's vouchers stop at the year's end.
func TestYearBoundary(t *testing.T) {
	t.Parallel()
	b := newEventBook(t)
	b.arrive("K1", 1000)
	b.paid("K1", 500)
	b.yearEnd(2018, "K1")
	closed := b.m.Next() - 1
	b.day = mustDay(2019, 1, 10)
	for _, c := range []struct {
		name string
		p    Posting
		want *fault.Error
	}{
		{"the close of last year", Posting{Event: "E23p", Step: "reverse", Reverses: closed}, ErrReverse},
		{"executed of last year as if of this", on("E12e", "", "K1", 1), ErrOverdraw},
		{"divide without a base", at("E27", "", "K1", 1).with(toLot("KP")).with(decided), ErrDivide},
	} {
		c.p.Date = b.day
		if _, err := b.m.Do(c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: Do = %v, want %s", c.name, err, c.want.Code)
		}
	}
	whole := at("E27", "", "K1", 400).with(toLot("KP")).with(decided)
	whole.Base = 1000_00
	b.post(whole)
	if got := b.m.Balance(Key{Book: County, Account: "6201", Sub: "Y", Lot: lotID("KP")}); got != -200_00 {
		t.Errorf("6201.Y of the new lot = %s, want -200.00", got)
	}
}

// TestOpeningRefuses is the refused table of E00.
func TestOpeningRefuses(t *testing.T) {
	t.Parallel()
	b := newEventBook(t)
	b.post(at("E01", "", "K4", 1))
	county := func(c Code, sub string) Key { return Key{Book: County, Account: c, Sub: sub, Lot: lotID("K1")} }
	contract := func(c Code) Key {
		return Key{Book: County, Account: c, Lot: lotID("K1"), Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "T1"}.keep()
	}
	other := county("1001", "")
	other.Lot = lotID("K4")
	town := Key{Book: "T1", Account: "1002", Lot: lotID("K1")}
	mirror := Key{Book: "T1", Account: "2102", Lot: lotID("K1")}
	unknown := county("1001", "")
	unknown.Lot = lotID("K99")
	lent := county("1102", "L")
	lent.Peer = lotID("K2")
	for _, c := range []struct {
		name   string
		lines  []OpeningLine
		want   *fault.Error
		detail string
	}{
		{"unknown lot", []OpeningLine{{Key: unknown, Amount: 1}}, ErrLotUnknown, "未登记"},
		{"a lot that has begun", []OpeningLine{{Key: other, Amount: 1}}, ErrOpening, "只办一次"},
		{"an account that is not taken over", []OpeningLine{{Key: county("3001", ""), Amount: 1}}, ErrOpening, "3001"},
		{"a county account in a township", []OpeningLine{{Key: Key{Book: "T1", Account: "1001", Lot: lotID("K1")}, Amount: 1}}, ErrOpening, "1001"},
		{"negative", []OpeningLine{{Key: county("1001", ""), Amount: -1}}, ErrOpening, "须大于零"},
		{"twice", []OpeningLine{{Key: county("1001", ""), Amount: 1}, {Key: county("1001", ""), Amount: 1}}, ErrOpening, "重复"},
		{"without its dimensions", []OpeningLine{{Key: county("7201", ""), Amount: 1}}, ErrKey, "缺项目"},
		{"money without authority", []OpeningLine{{Key: county("1001", ""), Amount: 5}}, ErrOpening, "差 0.05"},
		{"stated authority that disagrees", []OpeningLine{
			{Key: county("1001", ""), Amount: 5}, {Key: county("7101", ""), Amount: 8}, {Key: county("6201", "Y"), Amount: 4},
		}, ErrOpening, "应为 -0.05"},
		{"stated mirror that disagrees", []OpeningLine{{Key: town, Amount: 5}, {Key: county("7101", ""), Amount: 5}, {Key: mirror, Amount: 4}}, ErrOpening, "2102"},
		{"stated 1101 without a township", []OpeningLine{
			{Key: county("7101", ""), Amount: 5}, {Key: Key{Book: County, Account: "1101", Lot: lotID("K1"), Unit: "T1"}, Amount: 5},
		}, ErrOpening, "没有与之对应"},
		{"owed beyond the money", []OpeningLine{{Key: county("2201", ""), Amount: 5}, {Key: county("7101", ""), Amount: 5}}, ErrOpening, "I8"},
		{"advance without 7301 (I6)", []OpeningLine{{Key: contract("1201"), Amount: 5}, {Key: county("7101", ""), Amount: 5}}, ErrInvariant, "I6"},
		{"payable without 7203 (I7)", []OpeningLine{{Key: contract("2001"), Amount: 5}, {Key: county("7101", ""), Amount: 5}}, ErrInvariant, "I7"},
		{"lent to nobody (I9)", []OpeningLine{{Key: lent, Amount: 5}, {Key: county("7101", ""), Amount: 5}}, ErrInvariant, "I9"},
	} {
		_, err := b.m.Do(Posting{Event: "E00", Date: b.day, Opening: c.lines})
		if !errors.Is(err, c.want) || !strings.Contains(fault.From(err).Detail, c.detail) {
			t.Errorf("%s: Do = %v, want %s … %s", c.name, err, c.want.Code, c.detail)
		}
	}
}

// TestFeeCap: the cap is cut to a whole fen and counts what is spent already.
func TestFeeCap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate             int
		base, spent, fee Amount
		over             string // empty: within the cap
	}{
		{10, 500_000_00, 4500_00, 500_00, ""},
		{10, 500_000_00, 4500_00, 500_01, "超出 0.01"},
		{10, 99, 0, 1, "超出 0.01"},
		{10, 100, 0, 1, ""},
		{0, 500_000_00, 0, 1, "超出 0.01"},
		{10, -100, 0, 1, "超出 0.01"},
		{10, -100, 0, 0, ""},
		{1000, MaxSum, 0, MaxSum, ""},
		{1 << 40, MaxSum, 0, MaxSum, ""},
	} {
		err := FeeCap(c.rate, c.base, c.spent, c.fee)
		if c.over == "" && err != nil || c.over != "" && (!errors.Is(err, ErrFeeCap) || !strings.Contains(err.Error(), c.over)) {
			t.Errorf("FeeCap(%d, %s, %s, %s) = %v, want %q", c.rate, c.base, c.spent, c.fee, err, c.over)
		}
	}
	if err := FeeCap(10, 100, MaxSum, 1); !errors.Is(err, ErrAmountOverflow) {
		t.Errorf("FeeCap beyond MaxSum = %v", err)
	}
}
