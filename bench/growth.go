package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"

	"fundbook/bench/load"
)

// The figures of the growth stage.
const (
	emptyName   = "single-64 empty, beside "
	fullAtName  = "single-64 at "
	currentName = "single-1 dated today"
	backName    = "single-1 back-dated"
	current64   = "single-64 dated today"
	back64      = "single-64 back-dated"
	verifyName  = "verify --full, seconds"
	verifyRSS   = "verify --full, peak resident"
	verifyCount = "verify --full, entries"
	fillName    = "fill in batches of 1000"
)

// growth fills ledgers and measures, at sizes, what must not depend on them.
// Each comparison is of two stores side by side, in turn.
func (b *bench) growth(ctx context.Context) error {
	for _, engine := range engines {
		if err := b.growthOf(ctx, engine); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
		b.closeAll()
	}
	return nil
}

func (b *bench) growthOf(ctx context.Context, engine string) error {
	small, err := b.newSite(ctx, engine)
	if err != nil {
		return err
	}
	if err := small.fill(ctx, b.plan.Small); err != nil {
		return err
	}
	large, err := b.newSite(ctx, engine)
	if err != nil {
		return err
	}
	have := 0
	for _, size := range []int{b.plan.Middle, b.plan.Traced, b.plan.Large} {
		if err := large.fill(ctx, size-have); err != nil {
			return err
		}
		have = size
		if size == b.plan.Traced {
			if err := large.traces(ctx, size); err != nil {
				return err
			}
			continue
		}
		for round := range b.plan.Rounds {
			if err := b.besideEmpty(ctx, large, size, round); err != nil {
				return err
			}
		}
	}
	for round := range b.plan.Rounds {
		if err := large.backDated(ctx, round); err != nil {
			return err
		}
	}
	if err := large.memory(StageGrowth, fillRSS); err != nil {
		return err
	}
	if err := large.traces(ctx, b.plan.Large); err != nil {
		return err
	}
	if err := b.reads(ctx, small, large); err != nil {
		return err
	}
	if err := large.memory(StageGrowth, readsRSS); err != nil {
		return err
	}
	return large.verify(ctx)
}

// fill posts n entries in batches of a thousand, on every day since the funding.
func (s *site) fill(ctx context.Context, n int) error {
	const batch = 1000
	size := min(batch, n)
	s.b.say("fill %s with %d entries", s.engine, n)
	return s.load(ctx, s.key(StageGrowth, fillName), 0, load.Spec{
		Clients: 2, Requests: n / size, Entries: size, Next: s.Work.Many(size, s.Work.Spread),
	})
}

// besideEmpty posts on a fresh store and on the large one, in turn.
func (b *bench) besideEmpty(ctx context.Context, large *site, size, round int) error {
	empty, err := b.newSite(ctx, large.engine)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		on   *site
		name string
	}{{empty, emptyName}, {large, fullAtName}} {
		if err := x.on.load(ctx, x.on.key(StageGrowth, x.name+strconv.Itoa(size)), round, x.on.singles(64)); err != nil {
			return err
		}
	}
	return empty.close()
}

// backDated posts dated today and dated before nearly everything, in turn.
func (s *site) backDated(ctx context.Context, round int) error {
	for _, x := range []struct {
		name    string
		clients int
		pick    func(*rand.Rand) load.Pick
	}{
		{currentName, 1, s.Work.Current},
		{backName, 1, s.Work.Back},
		{current64, 64, s.Work.Current},
		{back64, 64, s.Work.Back},
	} {
		spec := load.Spec{Clients: x.clients, Entries: 1, Next: s.Work.Singles(x.pick)}
		if err := s.load(ctx, s.key(StageGrowth, x.name), round, spec); err != nil {
			return err
		}
	}
	return nil
}

// verify runs a full verification while the service runs.
func (s *site) verify(ctx context.Context) error {
	for round := range min(2, s.b.plan.Rounds) {
		r, err := s.Command(ctx, "verify", "--full", "--format", "json")
		if err != nil {
			return err
		}
		var said struct {
			OK       bool `json:"ok"`
			Counties []struct {
				Entries int64 `json:"entries"`
			} `json:"counties"`
		}
		if err := json.Unmarshal(r.Out, &said); err != nil || !said.OK {
			return fmt.Errorf("verify --full: ok is %v: %w: %.300s", said.OK, err, r.Out)
		}
		var entries int64
		for _, c := range said.Counties {
			entries += c.Entries
		}
		all := &s.b.report.Samples
		all.add(s.key(StageGrowth, verifyName), round, r.Took.Seconds())
		all.add(s.key(StageGrowth, verifyRSS), round, float64(r.PeakRSS))
		all.add(s.key(StageGrowth, verifyCount), round, float64(entries))
		s.b.say("  %-9s %-26s %9.2f s for %d entries, peak %.0f MB", s.engine, "verify --full", r.Took.Seconds(), entries, float64(r.PeakRSS)/1e6)
	}
	return nil
}
