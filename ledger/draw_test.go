package ledger

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"fundbook/internal/fault"
)

// drawLots are lots whose identifiers stand in the order of their names: A is
// restricted, B is due first, C has no deadline, D is of an older year.
func drawLots() map[LotID]LotFacts {
	out := map[LotID]LotFacts{}
	for _, l := range []Lot{
		{ID: LotID{1}, Code: "A", Year: 2018, Deadline: mustDay(2019, 6, 30), Purpose: "饮水"},
		{ID: LotID{2}, Code: "B", Year: 2018, Deadline: mustDay(2018, 12, 31)},
		{ID: LotID{3}, Code: "C", Year: 2018},
		{ID: LotID{4}, Code: "D", Year: 2017},
	} {
		out[l.ID] = LotFacts{Lot: l}
	}
	return out
}

func TestDraw(t *testing.T) {
	t.Parallel()
	pots := func(amounts ...Amount) (out []Holding) {
		for i, a := range amounts {
			out = append(out, Holding{Lot: LotID{byte(i + 1)}, Pot: a, Limit: a})
		}
		return out
	}
	limited := pots(700_000_00, 400_000_00, 300_000_00)
	limited[0].Limit = 100_000_00
	for _, c := range []struct {
		name     string
		draw     Draw
		holdings []Holding
		want     map[byte]Amount
	}{
		{
			"DOMAIN 4.4: 1,000,000 over 7:4:3",
			Draw{Mode: DrawProRata, Amount: 1_000_000_00},
			pots(700_000_00, 400_000_00, 300_000_00),
			map[byte]Amount{1: 500_000_00, 2: 285_714_29, 3: 214_285_71},
		},
		{"ties by lot order", Draw{Mode: DrawProRata, Amount: 100}, pots(100, 100, 100), map[byte]Amount{1: 34, 2: 33, 3: 33}},
		{"all of it", Draw{Mode: DrawProRata, Amount: 6}, pots(1, 2, 3), map[byte]Amount{1: 1, 2: 2, 3: 3}},
		{"one fen", Draw{Mode: DrawProRata, Amount: 1}, pots(5, 9), map[byte]Amount{2: 1}},
		{
			"money of one lot not all here",
			Draw{Mode: DrawProRata, Amount: 700_000_00},
			limited,
			map[byte]Amount{1: 100_000_00, 2: 342_857_14, 3: 257_142_86},
		},
		{"only some lots", Draw{Mode: DrawProRata, Amount: 10, Lots: []LotID{{2}, {3}}}, pots(10, 10, 10), map[byte]Amount{2: 5, 3: 5}},
		{"nearest deadline first, then older years", Draw{Mode: DrawFIFO, Amount: 35}, pots(10, 10, 10, 10), map[byte]Amount{2: 10, 1: 10, 4: 10, 3: 5}},
		{"restricted first", Draw{Mode: DrawRestrictedFirst, Amount: 15}, pots(10, 10, 10, 10), map[byte]Amount{1: 10, 2: 5}},
		{"first the deadline, as far as money is here", Draw{Mode: DrawFIFO, Amount: 300_000_00}, limited[:2], map[byte]Amount{2: 300_000_00}},
	} {
		parts, err := c.draw.Parts(c.holdings, drawLots())
		if err != nil {
			t.Errorf("%s: Parts = %v", c.name, err)
		}
		got := map[byte]Amount{}
		for _, p := range parts {
			got[p.Lot[0]] = p.Amount
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: Parts (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	t.Parallel()
	h := []Holding{{Lot: LotID{1}, Pot: 10, Limit: 4}, {Lot: LotID{2}, Pot: 5, Limit: 9}}
	for _, c := range []struct {
		name     string
		draw     Draw
		holdings []Holding
		want     *fault.Error
		detail   string
	}{
		{"beyond the limit", Draw{Mode: DrawProRata, Amount: 10}, h, ErrDraw, "可用 0.09（余额 0.15，其中资金未到位 0.06）"},
		{"nothing there", Draw{Mode: DrawFIFO, Amount: 1}, nil, ErrDraw, "0 个批次"},
		{"none of the lots asked for", Draw{Mode: DrawFIFO, Amount: 1, Lots: []LotID{{3}}}, h, ErrDraw, "0 个批次"},
		{"unknown lot", Draw{Mode: DrawFIFO, Amount: 1}, []Holding{{Lot: LotID{9}, Pot: 1, Limit: 1}}, ErrLotUnknown, "未登记"},
		{"beyond MaxSum", Draw{Mode: DrawFIFO, Amount: 1}, []Holding{{LotID{1}, MaxSum, MaxSum}, {LotID{2}, MaxSum, MaxSum}}, ErrAmountOverflow, ""},
	} {
		_, err := c.draw.Parts(c.holdings, drawLots())
		if !errors.Is(err, c.want) || !strings.Contains(fault.From(err).Detail, c.detail) {
			t.Errorf("%s: Parts = %v, want %s … %s", c.name, err, c.want.Code, c.detail)
		}
	}
}

func TestDrawSumsExactly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var holdings []Holding
		var limit Amount
		for i := range rapid.IntRange(1, 4).Draw(rt, "lots") {
			pot := Amount(rapid.Int64Range(0, 1e12).Draw(rt, "pot"))
			h := Holding{Lot: LotID{byte(i + 1)}, Pot: pot, Limit: Amount(rapid.Int64Range(0, 1e12).Draw(rt, "limit"))}
			holdings = append(holdings, h)
			limit += min(h.Pot, h.Limit)
		}
		if limit == 0 {
			return
		}
		d := Draw{
			Mode:   rapid.SampledFrom([]DrawMode{DrawProRata, DrawFIFO, DrawRestrictedFirst}).Draw(rt, "mode"),
			Amount: Amount(rapid.Int64Range(1, int64(limit)).Draw(rt, "amount")),
		}
		parts, err := d.Parts(holdings, drawLots())
		if err != nil {
			rt.Fatalf("%+v over %+v = %v", d, holdings, err)
		}
		var sum Amount
		for _, p := range parts {
			h := holdings[p.Lot[0]-1]
			if p.Amount <= 0 || p.Amount > min(h.Pot, h.Limit) {
				rt.Fatalf("lot %d gives %s of %+v", p.Lot[0], p.Amount, h)
			}
			sum += p.Amount
		}
		if sum != d.Amount {
			rt.Fatalf("parts add to %s, want %s", sum, d.Amount)
		}
		d.Amount = limit + 1
		if _, err := d.Parts(holdings, drawLots()); !errors.Is(err, ErrDraw) {
			rt.Fatalf("one fen too many = %v", err)
		}
	})
}

// What is left at completion equals the plan split to the fen, whatever the
// instalments: drawing the rest empties every lot.
func TestDrawInstalmentsEndAtTheSplit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		pots := []Amount{485_000_00, 277_142_86, 207_857_14}
		left := append([]Amount(nil), pots...)
		var rest Amount = 970_000_00
		for rest > 0 {
			d := Draw{Mode: DrawProRata, Amount: min(rest, Amount(rapid.Int64Range(1, 300_000_00).Draw(rt, "pay")))}
			var holdings []Holding
			for i, a := range left {
				holdings = append(holdings, Holding{Lot: LotID{byte(i + 1)}, Pot: a, Limit: a})
			}
			parts, err := d.Parts(holdings, drawLots())
			if err != nil {
				rt.Fatal(err)
			}
			for _, p := range parts {
				left[p.Lot[0]-1] -= p.Amount
			}
			rest -= d.Amount
		}
		for i, a := range left {
			if a != 0 {
				rt.Fatalf("lot %d: %s left of %s", i+1, a, pots[i])
			}
		}
	})
}
