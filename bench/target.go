package bench

import (
	"fmt"
	"strconv"
)

// target is one figure that the program is held to.
type target struct {
	what    string
	limit   float64
	most    bool // the limit is an upper one
	stretch float64
	unit    string // a format: how the figure is printed
	figure  func(s Samples, p *Plan) (float64, bool)
}

// The formats of figures.
const (
	times      = "%.2f ×"
	ms         = "%.1f ms"
	percent    = "%.0f %%"
	mega       = "%.0f MB"
	kilo       = "%.2f kB"
	seconds    = "%.1f s"
	hundredths = "%.2f s"
)

func rounds(engine, name string) Key { return Key{StageRounds, engine, name} }
func growth(engine, name string) Key { return Key{StageGrowth, engine, name} }

// over is a target on the ratio of two figures of one round.
func over(a, b Key) func(Samples, *Plan) (float64, bool) {
	return func(s Samples, _ *Plan) (float64, bool) { return s.Ratio(a, b) }
}

// each is a target on a figure for n of what another one counts.
func each(k, count Key, n float64) func(Samples, *Plan) (float64, bool) {
	return func(s Samples, _ *Plan) (float64, bool) {
		v, ok := s.Ratio(k, count)
		return v * n, ok
	}
}

// plain is a target on a figure itself, in units of per.
func plain(k Key, per float64) func(Samples, *Plan) (float64, bool) {
	return func(s Samples, _ *Plan) (float64, bool) {
		v, ok := s.Median(k)
		return v / per, ok
	}
}

// latency is a target on the middle latency of a load, in milliseconds.
func latency(k Key) func(Samples, *Plan) (float64, bool) {
	return func(s Samples, _ *Plan) (float64, bool) { return s.median(k, p50) }
}

// cost is what something takes of the rate that the writer has without it, in
// percent.
func cost(full, bare Key) func(Samples, *Plan) (float64, bool) {
	return func(s Samples, _ *Plan) (float64, bool) {
		r, ok := s.Ratio(full, bare)
		return 100 * (1 - r), ok
	}
}

func postingTargets() []target {
	tpcb32, tpcb1 := tpcbKey(StageRounds, 32), tpcbKey(StageRounds, 1)
	return []target{
		{"single posts, C=64, PostgreSQL : TPC-B C=32", 1.6, false, 2.0, times, over(rounds(postgres, singleName(64)), tpcb32)},
		{"single posts, C=64, SQLite : PostgreSQL", 0.75, false, 0, times, over(rounds(sqlite, singleName(64)), rounds(postgres, singleName(64)))},
		{"one hot lot : spread, PostgreSQL", 0.9, false, 0, times, over(rounds(postgres, hotName), rounds(postgres, singleName(64)))},
		{"one hot lot : spread, SQLite", 0.9, false, 0, times, over(rounds(sqlite, hotName), rounds(sqlite, singleName(64)))},
		{"single posts, C=1, PostgreSQL : TPC-B C=1", 0.9, false, 0, times, over(rounds(postgres, singleName(1)), tpcb1)},
		{"single posts, C=1, SQLite : PostgreSQL", 0.75, false, 0, times, over(rounds(sqlite, singleName(1)), rounds(postgres, singleName(1)))},
		{"batches of 100, C=8, entries, PostgreSQL : TPC-B C=32", 3.2, false, 4.5, times, over(rounds(postgres, batchName), tpcb32)},
		{"batches of 100, C=8, SQLite : PostgreSQL", 0.75, false, 0, times, over(rounds(sqlite, batchName), rounds(postgres, batchName))},
	}
}

func growthTargets(p *Plan) []target {
	var out []target
	large := strconv.Itoa(p.Large)
	for _, e := range engines {
		out = append(out,
			target{"back-dated post : current, p50 at C=1, " + e, 1.2, true, 0, times, func(s Samples, _ *Plan) (float64, bool) {
				return s.ratio(growth(e, backName), growth(e, currentName), p50)
			}},
			target{"posting rate at " + count(p.Large) + " entries : empty, " + e, 0.9, false, 0, times, over(growth(e, fullAtName+large), growth(e, emptyName+large))},
			target{"balance as of a day, p50, " + e, 2, true, 0, ms, latency(growth(e, asOfName))},
			target{"statement, first page, p50, " + e, 2, true, 0, ms, latency(growth(e, pageFirst))},
			target{"statement, deep page, p50, " + e, 2, true, 0, ms, latency(growth(e, pageDeep))},
			target{"lists by account at " + count(p.Large) + " : at " + count(p.Small) + ", " + e, 0.8, false, 0, times, over(growth(e, listLarge), growth(e, listSmall))},
			target{"balance reads, C=8 : TPC-B C=8, " + e, 4, false, 0, times, over(growth(e, balanceName), tpcbKey(StageGrowth+" "+e, 8))},
			target{"verify --full, for each million entries, " + e, 12, true, 8, seconds, each(growth(e, verifyName), growth(e, verifyCount), 1e6)},
		)
		for _, x := range traced {
			out = append(out, target{"trace from " + x.name + " at " + count(4*p.Traced) + " lines, p50, " + e, 50, true, 0, ms, latency(traceKey(e, x.name, p.Traced))})
		}
		out = append(out,
			target{"memory of the service at its highest, filling, " + e, 200, true, 0, mega, plain(growth(e, fillRSS+peak), 1e6)},
			target{"the same, after the reads, " + e, 200, true, 0, mega, plain(growth(e, readsRSS+peak), 1e6)},
		)
	}
	return out
}

func sizeTargets() []target {
	return []target{
		{"bytes an entry on disk, PostgreSQL", 1.4, true, 1.2, kilo, plain(Key{StageSize, postgres, bytesName}, 1000)},
		{"bytes an entry on disk, SQLite", 1.0, true, 0, kilo, plain(Key{StageSize, sqlite, bytesName}, 1000)},
		{"entry of 5,000 lines, p50, PostgreSQL", 100, true, 0, ms, latency(Key{StageSize, postgres, bigName})},
		{"entry of 5,000 lines, p50, SQLite", 100, true, 0, ms, latency(Key{StageSize, sqlite, bigName})},
		{"memory of the service at its highest, single posts, PostgreSQL", 200, true, 0, mega, plain(Key{StageSize, postgres, postsRSS + peak}, 1e6)},
		{"memory of the service at its highest, single posts, SQLite", 200, true, 0, mega, plain(Key{StageSize, sqlite, postsRSS + peak}, 1e6)},
		{"notice of one page, CPU", 15, true, 0, ms, plain(Key{StageParts, "", pageName}, 1)},
		{"demo of the notices until it could serve, SQLite", 5, true, 0, seconds, plain(Key{StageParts, sqlite, demoName}, 1)},
		{"demo with the sample county until it could serve, SQLite", 10, true, 0, seconds, plain(Key{StageParts, sqlite, countyName}, 1)},
		{"binary", 60, true, 0, mega, plain(Key{StageParts, "", sizeName}, 1e6)},
	}
}

// cardTargets are what is asked of the work for households.
func cardTargets(p *Plan) []target {
	var out []target
	for _, e := range engines {
		out = append(out,
			target{"card batch of " + count(p.Cards) + " made, checked, frozen, reviewed, exported, posted as one entry, " + e, 2, true, 0, hundredths, plain(Key{StageCards, e, batchOfAll}, 1000)},
			target{"roster of " + count(p.Roster) + " judged, sealed, recorded, " + e, 5, true, 0, hundredths, plain(Key{StageCards, e, rosterName}, 1000)},
			target{"the report of such a roster, a tenth of its rows wrong, " + e, 5, true, 0, hundredths, plain(Key{StageCards, e, reportName}, 1000)},
		)
	}
	return out
}

// priceTarget is the price of one thing: of the loads that it compares, full is
// the writer as it is, bare the one without.
type priceTarget struct {
	target
	full, bare Key
}

// priceTargets are the prices that may be asked of each thing by itself; for all
// together there is no limit.
func priceTargets() []priceTarget {
	var out []priceTarget
	for _, e := range engines {
		for _, v := range variants() {
			for _, l := range []struct {
				name  string
				limit float64
				of    func(Key) Key
			}{{"single", 20, singleOf}, {"batches", 40, batchOf}} {
				if v.name == fullName {
					continue
				}
				full, bare := l.of(Key{StagePrice, e, fullName}), l.of(Key{StagePrice, e, v.name})
				limit := l.limit
				if v.name == bareName {
					limit = 100
				}
				out = append(out, priceTarget{target{v.name + ", " + l.name + ", " + e, limit, true, 0, percent, cost(full, bare)}, full, bare})
			}
		}
	}
	return out
}

// count prints a number of entries.
func count(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return strconv.Itoa(n/1_000_000) + " M"
	case n >= 1000 && n%1000 == 0:
		return strconv.Itoa(n/1000) + " k"
	}
	return strconv.Itoa(n)
}

// row prints the target with what was measured; false when it was not.
func (t *target) row(r *Report) (string, bool) {
	v, ok := t.figure(r.Samples, &r.Plan)
	if !ok {
		return fmt.Sprintf("| %s | not measured | %s | – |\n", t.what, t.bound()), false
	}
	return fmt.Sprintf("| %s | "+t.unit+" | %s | %s |\n", t.what, v, t.bound(), t.verdict(v)), true
}

func (t *target) bound() string {
	sign := "≥ "
	if t.most {
		sign = "≤ "
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	b := sign + number(t.limit)
	if t.stretch != 0 {
		b += " (stretch " + number(t.stretch) + ")"
	}
	return b
}

func (t *target) verdict(v float64) string {
	met := func(limit float64) bool {
		if t.most {
			return v <= limit
		}
		return v >= limit
	}
	switch {
	case !met(t.limit):
		return "**missed**"
	case t.stretch != 0 && met(t.stretch):
		return "met, with the stretch"
	}
	return "met"
}
