package ledger

import "testing"

// BenchmarkConfirm is the rule of a progress payment (E12 confirm: four lines,
// one lot), as it runs on every post.
func BenchmarkConfirm(b *testing.B) {
	p := on("E12", "confirm", "K1", 100)
	p.Date = day1
	f := Facts{Lots: map[LotID]LotFacts{lotID("K1"): {Lot: Lot{ID: lotID("K1"), Code: "K1", Tier: TierCentral, Class: ClassZX}, IssueYear: 2018}}}
	b.Run("Need", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Need(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Need+Entries", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Need(); err != nil {
				b.Fatal(err)
			}
			if _, err := p.Entries(f); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Need+Entries+CheckUnit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Need(); err != nil {
				b.Fatal(err)
			}
			unit, err := p.Entries(f)
			if err != nil {
				b.Fatal(err)
			}
			if err := CheckUnit(unit); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDivide divides a lot with 1,000 contracts.
func BenchmarkDivide(b *testing.B) {
	book := newEventBook(b)
	book.arrive("K3", 10_000_000)
	for i := range 1000 {
		p := on("E07", "", "K3", 1000)
		p.From, p.Contract, p.Payee = "7101", "", ""
		p.Parts[0].Amount += Amount(i)
		for _, step := range [][2]string{{"E07", ""}, {"E08", ""}, {"E10", "reserve"}, {"E10", "confirm"}, {"E11", ""}} {
			p.Event, p.Step, p.Date = EventCode(step[0]), step[1], book.day
			if step[0] != "E07" {
				p.From, p.Contract, p.Payee = "", "H"+string(rune('一'+i)), "甲公司"
			}
			if step[0] == "E10" || step[0] == "E11" {
				p.Parts[0].Amount = Amount(100_01 + i)
			}
			if _, err := book.m.Do(p); err != nil {
				b.Fatal(err)
			}
			p.Parts = append([]Part(nil), p.Parts...)
		}
	}
	p := at("E27", "", "K3", 3_333_333).with(decided).with(toLot("KP"))
	p.Date = book.day
	need, err := p.Need()
	if err != nil {
		b.Fatal(err)
	}
	f := book.m.Facts(p, need)
	b.ReportMetric(float64(len(f.Balances)), "keys")
	b.ResetTimer()
	for b.Loop() {
		if _, err := p.Entries(f); err != nil {
			b.Fatal(err)
		}
	}
}
