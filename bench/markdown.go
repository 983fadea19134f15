package bench

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Markdown prints the report as docs/benchmarks.md.
func (r *Report) Markdown() string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\nWritten by `make bench`. Absolute figures drift with the machine by half; the targets are ratios of figures taken\n" +
		"in turn in one run, medians over its rounds. Every answer was checked: status, number of records, no sequence\nnumber twice; any error ends the run. No test asserts a time.\n")
	if r.Plan.Quick {
		b.WriteString("\n> A smoke run: it shows that the bench works, not how fast the program is.\n")
	}
	r.conditions(&b)
	r.targets(&b, "Posting", postingTargets())
	r.rates(&b)
	r.targets(&b, "Growth", growthTargets(&r.Plan))
	r.growthRates(&b)
	r.traces(&b)
	r.targets(&b, "Households", cardTargets(&r.Plan))
	r.targets(&b, "Size", sizeTargets())
	r.relations(&b)
	r.prices(&b)
	if len(r.Notes) > 0 {
		b.WriteString("\n## Notes\n")
		for _, n := range r.Notes {
			b.WriteString("* " + n + "\n")
		}
	}
	b.WriteString("\n## Reproduce\n```sh\nmake bench                                  # everything, about half an hour on an idle machine\n" +
		"go run ./bench/cmd/fundbench -quick         # a smoke run of a minute\n" +
		"go run ./bench/cmd/fundbench -only rounds   # one stage: " + strings.Join(stages, ", ") + "\n```\n" +
		"It needs Go and a PostgreSQL server of version 15 or newer with pgbench installed; it starts its own.\n")
	return b.String()
}

func (r *Report) conditions(b *strings.Builder) {
	c, p := &r.Machine, &r.Plan
	level := "the program's default log level, into a file"
	if p.LogLevel != "" {
		level = "log level " + p.LogLevel
	}
	fmt.Fprintf(b, `
## Conditions
| | |
|---|---|
| date | %s |
| machine | %d cores (%s) for the generator, the service and the database together, %d GB, Linux %s; load average before the run %s |
| disk | 8 kB are on disk in %.2f ms (median) |
| versions | %s, PostgreSQL %s, SQLite %s (modernc) |
| PostgreSQL | %s |
| SQLite | WAL, synchronous=FULL |
| TPC-B | pgbench, built-in script, scale %d, simple protocol, Unix socket, two threads |
| service | `+"`fundbook serve`"+` as built by make build, on the loopback; everything on: authorisation, guards, seals, leaves, tiles, signed heads, idempotency, day totals; %s |
| load | closed loops on keep-alive connections; one entry is E12 confirm: four lines in two groups, Dr 2001 / Cr 1001, Dr 7302 / Cr 7204.P; %d lots of five contracts each, dates on three days; hot: one lot |
| run | %d rounds, %s each |
`, c.Date, c.Cores, c.CPU, c.Memory>>30, c.Kernel, c.Load, c.Flush, c.Go, c.PostgreSQL, c.SQLite, c.Settings, p.Scale, level, p.Lots, p.Rounds, p.Each)
}

// targets prints a table of targets, unless nothing of it was measured.
func (r *Report) targets(b *strings.Builder, title string, list []target) {
	var rows strings.Builder
	some := false
	for i := range list {
		row, ok := list[i].row(r)
		rows.WriteString(row)
		some = some || ok
	}
	if some {
		fmt.Fprintf(b, "\n## %s\n| figure | measured | target | verdict |\n|---|---|---|---|\n%s", title, rows.String())
	}
}

// rates prints the loads of the rounds with their latencies.
func (r *Report) rates(b *strings.Builder) {
	tpcb := tpcbKey(StageRounds, 32)
	if _, ok := r.Samples.Median(tpcb); !ok {
		return
	}
	b.WriteString("\n| load | PostgreSQL /s | p50 / p99 ms | : TPC-B C=32 | CPU µs | SQLite /s | p50 / p99 ms | : TPC-B C=32 | CPU µs |\n|---|---|---|---|---|---|---|---|---|\n")
	names := []string{}
	for _, c := range singleClients {
		names = append(names, singleName(c))
	}
	for _, name := range append(names, hotName, batchName) {
		fmt.Fprintf(b, "| %s |", name)
		for _, e := range engines {
			k := rounds(e, name)
			v, _ := r.Samples.Median(k)
			low, _ := r.Samples.median(k, p50)
			high, _ := r.Samples.median(k, p99)
			over, _ := r.Samples.Ratio(k, tpcb)
			each, _ := r.Samples.median(k, cpu)
			fmt.Fprintf(b, " %.0f | %.2f / %.2f | %.2f | %.0f |", v, low, high, over, each)
		}
		b.WriteString("\n")
	}
	b.WriteString("\nBatches are counted in entries. CPU is that of service and database for one entry. ")
	for _, c := range []int{1, 8, 32} {
		v, _ := r.Samples.Median(tpcbKey(StageRounds, c))
		fmt.Fprintf(b, "TPC-B C=%d: %.0f/s. ", c, v)
	}
	b.WriteString("The ceiling, raw rows without guards, log or idempotency, in entries: ")
	for i, s := range rawShapes {
		v, _ := r.Samples.Median(rawKey(s.entries))
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%.0f/s in transactions of %d at C=%d", v, s.entries, s.clients)
	}
	b.WriteString(".\n")
}

// growthRates prints the posting rates by size.
func (r *Report) growthRates(b *strings.Builder) {
	sizes := []int{r.Plan.Middle, r.Plan.Large}
	if _, ok := r.Samples.Median(growth(sqlite, fullAtName+strconv.Itoa(sizes[0]))); !ok {
		return
	}
	b.WriteString("\n| single posts, C=64 | PostgreSQL /s | beside an empty one | SQLite /s | beside an empty one |\n|---|---|---|---|---|\n")
	for _, n := range sizes {
		fmt.Fprintf(b, "| at %s entries |", count(n))
		for _, e := range engines {
			at, _ := r.Samples.Median(growth(e, fullAtName+strconv.Itoa(n)))
			empty, _ := r.Samples.Median(growth(e, emptyName+strconv.Itoa(n)))
			fmt.Fprintf(b, " %.0f | %.0f |", at, empty)
		}
		b.WriteString("\n")
	}
}

// traces prints how long traces take at both sizes.
func (r *Report) traces(b *strings.Builder) {
	sizes := []int{r.Plan.Traced, r.Plan.Large}
	if _, ok := r.Samples.Median(traceKey(sqlite, traced[0].name, sizes[0])); !ok {
		return
	}
	b.WriteString("\n| trace, p50 / p99 ms |")
	for _, n := range sizes {
		fmt.Fprintf(b, " PostgreSQL at %[1]s lines | SQLite at %[1]s lines |", count(4*n))
	}
	b.WriteString("\n|---|---|---|---|---|\n")
	for _, x := range traced {
		fmt.Fprintf(b, "| from %s |", x.name)
		for _, n := range sizes {
			for _, e := range engines {
				k := traceKey(e, x.name, n)
				low, _ := r.Samples.median(k, p50)
				high, _ := r.Samples.median(k, p99)
				fmt.Fprintf(b, " %.1f / %.1f |", low, high)
			}
		}
		b.WriteString("\n")
	}
}

// relations prints where the bytes of an entry are on PostgreSQL, the greatest
// first.
func (r *Report) relations(b *strings.Builder) {
	type relation struct {
		name  string
		bytes float64
	}
	var list []relation
	for i := range r.Samples {
		x := &r.Samples[i]
		if name, ok := strings.CutPrefix(x.Name, relationName); ok && x.Value >= 1 {
			list = append(list, relation{name, x.Value})
		}
	}
	if len(list) == 0 {
		return
	}
	slices.SortFunc(list, func(a, b relation) int { return cmp.Compare(b.bytes, a.bytes) })
	b.WriteString("\nBytes of an entry on PostgreSQL: ")
	for i, x := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%s %.0f", x.name, x.bytes)
	}
	b.WriteString(".\n")
}

// prices prints what each guard costs, of the rate and of the processor time.
func (r *Report) prices(b *strings.Builder) {
	var rows strings.Builder
	some := false
	for _, t := range priceTargets() {
		row, ok := t.row(r)
		if !ok {
			continue
		}
		some = true
		full, _ := r.Samples.median(t.full, cpu)
		ratio, _ := r.Samples.ratio(t.bare, t.full, cpu)
		rows.WriteString(strings.TrimSuffix(row, "|\n") + fmt.Sprintf("| %.0f %% of %.0f µs |\n", 100*(1-ratio), full))
	}
	if !some {
		return
	}
	b.WriteString("\n## The price of each\nThe same writer with one thing taken away: what that takes of the rate, and of the processor time of service and\n" +
		"database for one entry.\n\n| without | price | target | verdict | of the CPU |\n|---|---|---|---|---|\n" + rows.String())
}
