package app_test

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fundbook/internal/app"
	"fundbook/payments"
)

// The walk: random sequences of commands by random roles over the whole way of the
// money, each command on SQLite and on PostgreSQL and its postings in memory.
//
//	go test ./internal/app -run TestTheWholeWayOfTheMoney -walks 2000
var (
	walkCount = flag.Int("walks", walksOfASuite, "sequences of TestTheWholeWayOfTheMoney")
	walkSeed  = flag.Uint64("walk-seed", 1, "seed of the first sequence; the next ones count on")
)

// walksOfASuite are enough to meet every command.
const walksOfASuite = 60

// walkChunk is how many sequences share a pair of stores, a county each.
const walkChunk = 20

// walkEvery are the commands that a run of every theme must have accepted at least
// once: a walk that only refuses proves nothing.
var walkEvery = strings.Fields(`
	ledger.register_lot ledger.post ledger.set_policy ledger.close_period
	project.enter project.advance project.post_notice
	plan.catalog plan.pool plan.unpool plan.adopt plan.adjust
	contract.sign contract.change contract.fund contract.start contract.complete contract.accept contract.settle contract.terminate
	contract.transfer contract.guarantee contract.repair contract.defect contract.close
	evidence.add claim.submit claim.review claim.accept claim.return claim.revoke claim.withdraw
	payment.request payment.confirm payment.void payment.returned payment.wrong payment.refund_advance payment.advance_to_recover
	recover.identify recover.receive
	township.fund township.request township.pay township.approve township.disallow township.paid_back
	roster.create roster.amend roster.commit roster.confirm roster.block_row roster.release_row roster.strike roster.correct
	batch.create batch.check batch.freeze batch.send batch.return batch.approve batch.exclude batch.cancel batch.export batch.pay_out batch.result batch.returned
	waiver.grant waiver.approve waiver.revoke
	settle.propose settle.decide settle.carry_over settle.close_month`)

// walkKinds are the kinds of claims of which a run must have taken in one at least.
var walkKinds = []payments.ClaimKind{
	payments.ClaimAdvance, payments.ClaimProgress, payments.ClaimFinal, payments.ClaimRetention, payments.ClaimRepair, payments.ClaimReleased, payments.ClaimEmergency,
}

// walkCounts is what a run did, by command.
type walkCounts struct {
	sync.Mutex
	sequences         int
	accepted, refused map[string]int
	faults            map[string]int
	kinds             map[payments.ClaimKind]int // claims submitted, by kind
	compared          int                        // postings that the ledger in memory judged as the stores did
	entries           int
	refusedAlike      int // of them refused, by the same fault
	fromOutside       int // commands of strangers
}

func newWalkCounts() *walkCounts {
	return &walkCounts{accepted: map[string]int{}, refused: map[string]int{}, faults: map[string]int{}, kinds: map[payments.ClaimKind]int{}}
}

func (c *walkCounts) sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// add counts a sequence.
func (c *walkCounts) add(w *walk) {
	c.Lock()
	defer c.Unlock()
	c.sequences++
	for _, s := range w.steps {
		if s.fault == "" {
			c.accepted[s.name]++
			if claim, ok := s.body.(payments.ClaimCmd); ok {
				c.kinds[claim.Kind]++
			}
		} else {
			c.refused[s.name]++
			c.faults[s.fault]++
		}
		if strange(s.who) {
			c.fromOutside++
		}
	}
	c.compared += w.books.compared
	c.refusedAlike += w.books.refusedAlike
	c.entries += w.books.entries
}

// String is what a run has done so far.
func (c *walkCounts) String() string {
	c.Lock()
	defer c.Unlock()
	accepted, refused := c.sum(c.accepted), c.sum(c.refused)
	return fmt.Sprintf("%d sequences, %d commands: %d accepted, %d refused (%d by strangers), 0 differences; %d postings judged in memory (%d refused alike), %d entries",
		c.sequences, accepted+refused, accepted, refused, c.fromOutside, c.compared, c.refusedAlike, c.entries)
}

func (c *walkCounts) table() string {
	names := map[string]bool{}
	for n := range c.accepted {
		names[n] = true
	}
	for n := range c.refused {
		names[n] = true
	}
	var b strings.Builder
	for _, n := range sortedKeys(names) {
		fmt.Fprintf(&b, "  %-28s accepted %7d  refused %7d\n", n, c.accepted[n], c.refused[n])
	}
	b.WriteString("refusals by fault:\n")
	for _, n := range sortedKeys(c.faults) {
		fmt.Fprintf(&b, "  %-44s %7d\n", n, c.faults[n])
	}
	return b.String()
}

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// TestTheWholeWayOfTheMoney walks at random over funding documents, decomposition,
// plans, pools, contracts, claims, payments, townships, card batches, recoveries,
// settlements, closed periods and waivers, by those who may and those who may not.
// SQLite and PostgreSQL answer every command alike and record the same; a ledger in
// memory takes the same postings to the same entries and refuses what they refuse;
// another folds the stored leaves, and I1–I10, the chain from issue to payment and
// the pool's equation hold in it after every step and on every day; in the end
// verify finds nothing and the trial balances are equal.
func TestTheWholeWayOfTheMoney(t *testing.T) {
	t.Parallel()
	counts, from := newWalkCounts(), time.Now()
	t.Run("walks", func(t *testing.T) {
		for first := 0; first < *walkCount; first += walkChunk {
			t.Run(fmt.Sprintf("from seed %d", *walkSeed+uint64(first)), func(t *testing.T) {
				t.Parallel()
				pair := newWalkPair(t)
				for i := first; i < min(first+walkChunk, *walkCount); i++ {
					w, err := pair.walk(*walkSeed + uint64(i))
					if err != nil {
						t.Fatal(explain(t, w, err))
					}
					counts.add(w)
				}
				t.Log(counts)
			})
		}
	})
	if t.Failed() {
		return
	}
	t.Logf("%v; %s\n%s", counts, time.Since(from).Round(time.Second), counts.table())
	if *walkCount < walksOfASuite {
		return // too few to meet every command
	}
	for _, name := range walkEvery {
		if counts.accepted[name] == 0 {
			t.Errorf("%s was never accepted: the walk proves nothing about it", name)
		}
	}
	for _, kind := range walkKinds {
		if counts.kinds[kind] == 0 {
			t.Errorf("no claim of kind %s was ever taken in", kind)
		}
	}
	for _, op := range app.Operations() {
		room, _, _ := strings.Cut(op.Name, ".")
		if slices.Contains([]string{"contract", "claim", "payment", "recover", "township", "roster", "batch", "waiver", "settle"}, room) && !slices.Contains(walkEvery, op.Name) {
			t.Errorf("%s is no part of the walk", op.Name)
		}
	}
}

// explain makes a failed sequence as short as it can be and prints it with its seed.
func explain(t *testing.T, w *walk, err error) string {
	t.Helper()
	steps, why := shrink(w.steps, err, func(less []walkStep) ([]walkStep, error) { return replay(t, w.seed, less) })
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %v\nagain: go test ./internal/app -run TestTheWholeWayOfTheMoney -walks 1 -walk-seed %d\n%d of %d commands are enough:\n", w.seed, why, w.seed, len(steps), len(w.steps))
	for i := range steps {
		fmt.Fprintf(&b, "%3d %s\n", i+1, &steps[i])
	}
	return b.String()
}
