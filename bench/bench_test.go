package bench

import (
	"strings"
	"testing"
	"time"

	"fundbook/bench/load"
)

func TestRatiosAreOfOneRound(t *testing.T) {
	t.Parallel()
	var s Samples
	a, b := rounds(postgres, "a"), tpcbKey(StageRounds, 32)
	for round, v := range []float64{100, 400, 90} {
		s.add(a, round, v)
	}
	s.add(b, 0, 40) // two of one round count as their mean
	s.add(b, 0, 60)
	s.add(b, 1, 100)
	if got, ok := s.Ratio(a, b); got != 3 || !ok { // median of 2 and 4
		t.Errorf("Ratio = %v, %v; want 3", got, ok)
	}
	if got, ok := s.Median(a); got != 100 || !ok {
		t.Errorf("Median = %v, %v; want 100", got, ok)
	}
	if _, ok := s.Ratio(a, rounds(postgres, "never")); ok {
		t.Error("a ratio to nothing is measured")
	}
	s.addLoad(rounds(sqlite, "x"), 0, &load.Result{Entries: 50, Took: 2 * time.Second, P50: time.Millisecond}, 5*time.Millisecond)
	if v, _ := s.Median(rounds(sqlite, "x")); v != 25 {
		t.Errorf("50 in two seconds = %v a second", v)
	}
	if v, _ := s.median(rounds(sqlite, "x"), cpu); v != 100 {
		t.Errorf("5 ms for 50 = %v µs each, want 100", v)
	}
	if v, _ := s.median(rounds(sqlite, "x"), p50); v != 1 {
		t.Errorf("p50 = %v ms, want 1", v)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		t    target
		v    float64
		want string
	}{
		{target{limit: 1.6, stretch: 2}, 1.59, "**missed**"},
		{target{limit: 1.6, stretch: 2}, 1.6, "met"},
		{target{limit: 1.6, stretch: 2}, 2.1, "met, with the stretch"},
		{target{limit: 12, most: true, stretch: 8}, 12.1, "**missed**"},
		{target{limit: 12, most: true, stretch: 8}, 9, "met"},
		{target{limit: 12, most: true, stretch: 8}, 8, "met, with the stretch"},
		{target{limit: 200, most: true}, 0, "met"},
	} {
		if got := c.t.verdict(c.v); got != c.want {
			t.Errorf("%v of %s: %s, want %s", c.v, c.t.bound(), got, c.want)
		}
	}
}

func TestPriceIsWhatItTakes(t *testing.T) {
	t.Parallel()
	r := &Report{Plan: Smoke()}
	full, bare := singleOf(Key{StagePrice, sqlite, fullName}), singleOf(Key{StagePrice, sqlite, "seals off"})
	r.Samples.addLoad(full, 0, &load.Result{Entries: 75, Took: time.Second}, 75*time.Millisecond)
	r.Samples.addLoad(bare, 0, &load.Result{Entries: 100, Took: time.Second}, 80*time.Millisecond)
	if v, ok := cost(full, bare)(r.Samples, nil); !ok || v != 25 {
		t.Errorf("75 instead of 100 costs %v %%", v)
	}
	want := "| seals off, single, sqlite | 25 % | ≤ 20 | **missed** | 20 % of 1000 µs |"
	if md := r.Markdown(); !strings.Contains(md, want) {
		t.Errorf("the report lacks %q:\n%s", want, md)
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	r := &Report{Plan: Official(), Machine: Conditions{Cores: 2}, Notes: []string{"no demo"}}
	if md := r.Markdown(); strings.Contains(md, "## Posting") || !strings.Contains(md, "* no demo") {
		t.Errorf("a report of nothing:\n%s", md)
	}
	r.Samples.add(rounds(postgres, singleName(64)), 0, 7000)
	r.Samples.add(tpcbKey(StageRounds, 32), 0, 3500)
	r.Samples.add(Key{StageParts, "", sizeName}, 0, 61e6)
	r.Samples.add(Key{StageCards, sqlite, batchOfAll}, 0, 2_040)
	r.Samples = append(r.Samples, Sample{Stage: StageGrowth, Engine: sqlite, Name: traceKey(sqlite, traced[0].name, 250_000).Name, P50: 12.3, P99: 20})
	md := r.Markdown()
	for _, want := range []string{
		"| card batch of 5 k made, checked, frozen, reviewed, exported, posted as one entry, sqlite | 2.04 s | ≤ 2 | **missed** |",
		"| trace from a document to its recipients at 1 M lines, p50, sqlite | 12.3 ms | ≤ 50 | met |",
		"| from a document to its recipients | 0.0 / 0.0 | 12.3 / 20.0 |",
		"| single posts, C=64, PostgreSQL : TPC-B C=32 | 2.00 × | ≥ 1.6 (stretch 2) | met, with the stretch |",
		"| single posts, C=1, PostgreSQL : TPC-B C=1 | not measured | ≥ 0.9 | – |",
		"| binary | 61 MB | ≤ 60 | **missed** |",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("the report lacks %q:\n%s", want, md)
		}
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	p := Official()
	if err := p.SetOnly("price,size"); err != nil || !p.has(StageSize) || p.has(StageRounds) {
		t.Errorf("SetOnly: %v, %v", err, p.Only)
	}
	if err := p.SetOnly("price,sizes"); err == nil {
		t.Error("an unknown stage is taken")
	}
	if p := Smoke(); !p.has(StageGrowth) {
		t.Error("a plan without a choice leaves a stage out")
	}
}

func TestParseCPU(t *testing.T) {
	t.Parallel()
	got, err := ParseCPU("BenchmarkOnePage-2   200   5123456 ns/op   8.750 cpu-ms/op   61.3 kB\nPASS\n")
	if got != 8.75 || err != nil {
		t.Errorf("ParseCPU = %v, %v", got, err)
	}
	if _, err := ParseCPU("PASS\n"); err == nil {
		t.Error("nothing is taken for a figure")
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1_000_000: "1 M", 100_000: "100 k", 1500: "1500", 20: "20"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
}
