package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fundbook/bench/load"
)

// The stages of a run, in order.
const (
	StageRounds = "rounds" // posting against TPC-B and the raw ceiling
	StageSize   = "size"   // bytes on disk, memory, the entry of 5,000 lines
	StagePrice  = "price"  // the same writer with guards taken away
	StageGrowth = "growth" // 0 to a million entries: posting, reads, verify
	StageCards  = "cards"  // rosters and card batches
	StageParts  = "parts"  // notice, demo, binary
)

var stages = []string{StageRounds, StageSize, StagePrice, StageGrowth, StageCards, StageParts}

// Plan says how long and how much is measured.
type Plan struct {
	Quick  bool
	Rounds int           // of each comparison; the median counts
	Each   time.Duration // of each load
	Scale  int           // of pgbench
	Lots   int           // of the county
	Single int           // entries posted one by one for the size on disk
	// Small, Middle, Traced and Large are the sizes of a ledger in entries of four
	// lines.
	Small, Middle, Traced, Large int
	Roster, Cards                int      // people of a roster, payees of a card batch
	Only                         []string // stages; empty means all
	LogLevel                     string   // of the servers; "" is the program's default
	Dir                          string   // for the stores; "" is the system's folder for temporary files
}

// Official is the run that is published.
func Official() Plan {
	return Plan{
		Rounds: 3, Each: 6 * time.Second, Scale: 50, Lots: load.Lots, Single: 40_000,
		Small: 10_000, Middle: 100_000, Traced: 250_000, Large: 1_000_000, Roster: 10_000, Cards: 5_000,
	}
}

// Smoke runs everything once, in a minute: it shows that the bench works, not
// how fast the program is.
func Smoke() Plan {
	return Plan{
		Quick: true, Rounds: 1, Each: 200 * time.Millisecond, Scale: 5, Lots: 20, Single: 1_000,
		Small: 500, Middle: 1_000, Traced: 2_000, Large: 3_000, Roster: 200, Cards: 100,
	}
}

// SetOnly limits the run to stages named with commas between them.
func (p *Plan) SetOnly(list string) error {
	if list == "" {
		return nil
	}
	p.Only = strings.Split(list, ",")
	for _, s := range p.Only {
		if !slices.Contains(stages, s) {
			return fmt.Errorf("no stage %q; there are %s", s, strings.Join(stages, ", "))
		}
	}
	return nil
}

func (p *Plan) has(stage string) bool { return len(p.Only) == 0 || slices.Contains(p.Only, stage) }
