package bench

import (
	"context"
	"strconv"

	"fundbook/bench/load"
)

const (
	batchSize    = 100
	batchClients = 8
)

var singleClients = []int{1, 8, 32, 64}

func singleName(clients int) string { return "single-" + strconv.Itoa(clients) }

const (
	hotName   = "hot-64"
	batchName = "batch-100"
)

// singles is the load of single posts on contracts anywhere.
func (s *site) singles(clients int) load.Spec {
	return load.Spec{Clients: clients, Entries: 1, Next: s.Work.Singles(s.Work.Recent)}
}

// batches is the load of batches of 100.
func (s *site) batches() load.Spec {
	return load.Spec{Clients: batchClients, Entries: batchSize, Next: s.Work.Many(batchSize, s.Work.Recent)}
}

// rounds measures posting in every shape, in turn with TPC-B and with raw
// inserts, on fresh stores each round.
func (b *bench) rounds(ctx context.Context) error {
	if !b.plan.Quick {
		b.say("warm pgbench up")
		if _, err := b.pg.RunPgbench(ctx, 32, 2*b.plan.Each); err != nil {
			return err
		}
	}
	for round := range b.plan.Rounds {
		b.say("round %d of %d", round+1, b.plan.Rounds)
		if err := b.round(ctx, round); err != nil {
			return err
		}
		b.closeAll()
	}
	return nil
}

func (b *bench) round(ctx context.Context, round int) error {
	var sites []*site
	for _, engine := range engines {
		s, err := b.newSite(ctx, engine)
		if err != nil {
			return err
		}
		sites = append(sites, s)
	}
	each := func(name string, spec func(*site) load.Spec) error {
		for _, s := range sites {
			if err := s.load(ctx, s.key(StageRounds, name), round, spec(s)); err != nil {
				return err
			}
		}
		return nil
	}
	tpcb := map[int]int{1: 1, 8: 8, 64: 32} // the clients of pgbench that a load is held against
	for _, clients := range singleClients {
		if c := tpcb[clients]; c > 0 {
			if err := b.tpcb(ctx, StageRounds, round, c); err != nil {
				return err
			}
		}
		if err := each(singleName(clients), func(s *site) load.Spec { return s.singles(clients) }); err != nil {
			return err
		}
	}
	if err := each(hotName, func(s *site) load.Spec {
		return load.Spec{Clients: 64, Entries: 1, Next: s.Work.Singles(s.Work.Hot)}
	}); err != nil {
		return err
	}
	if err := b.tpcb(ctx, StageRounds, round, 32); err != nil {
		return err
	}
	if err := each(batchName, func(s *site) load.Spec { return s.batches() }); err != nil {
		return err
	}
	return b.ceiling(ctx, sites[0].URL, round)
}
