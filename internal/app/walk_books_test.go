package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
)

// walkBooks are the two ledgers in memory beside the stores. rules takes every
// posting through the rule of its event and its own guards, and must come to the
// entries that were stored, or to the same refusal. leaves judges nothing: it folds
// the entries decoded from the log, and CheckAll judges its balances, written from
// the words of the equations alone.
type walkBooks struct {
	rules, leaves *ledger.Model
	lots          []ledger.Lot
	policies      []ledger.Policy
	done          []posted      // accepted, in order
	days          []ledger.Date // with entries, sorted
	from          ledger.Date   // earliest day that the last command moved; 0 none

	poolIn    map[ledger.Tier]ledger.Amount // by the commands: what went in, less what came out again
	poolDrawn map[ledger.Tier]ledger.Amount // by the leaves: what plans drew, less what they gave back
	closed    bool                          // a year was carried over

	compared, refusedAlike, entries int
}

func newWalkBooks() *walkBooks {
	return &walkBooks{rules: ledger.NewModel(), leaves: ledger.NewModel(), poolIn: map[ledger.Tier]ledger.Amount{}, poolDrawn: map[ledger.Tier]ledger.Amount{}}
}

// calendarFaults are refusals by the calendar, which the ledger in memory does not
// know.
var calendarFaults = []*fault.Error{ledger.ErrPeriodClosed, ledger.ErrPeriodFuture, ledger.ErrPeriodOpen, ledger.ErrPeriodForm, ledger.ErrPeriodOrder}

func byCalendar(err error) bool {
	return slices.ContainsFunc(calendarFaults, func(f *fault.Error) bool { return fault.From(err).Code == f.Code })
}

// follow takes a command's postings and records into the ledgers in memory.
func (b *walkBooks) follow(w *walk, s *walkStep, a *answer) error {
	b.from = 0
	if s.fault != "" {
		return b.refuse(a.posted)
	}
	switch c := s.body.(type) {
	case app.LotCmd:
		b.lots = append(b.lots, c.Lot)
		return b.addLot(c.Lot)
	case app.PolicyCmd:
		b.policies = append(b.policies, c.Policy)
		b.rules.SetPolicies(b.policies)
		return nil
	}
	units, err := b.accept(a.posted)
	if err != nil {
		return err
	}
	for i := range a.out.Records {
		r := &a.out.Records[i]
		if r.Kind != ledger.KindEntry {
			continue
		}
		e, err := ledger.EntryOf(r)
		if err != nil {
			return err
		}
		if len(units) == 0 {
			return fmt.Errorf("entry %d %s %s comes of no posting", r.Seq, e.Event, e.Step)
		}
		if err := sameEntry(&units[0], &e); err != nil {
			return fmt.Errorf("entry %d: %w", r.Seq, err)
		}
		units = units[1:]
		b.fold(&e)
		if err := b.leaves.Force(e.Date, e.Lines()); err != nil {
			return err
		}
	}
	if len(units) > 0 {
		return fmt.Errorf("%d entries of the ledger in memory are not in the log", len(units))
	}
	return b.poolMoved(w, s)
}

func (b *walkBooks) addLot(l ledger.Lot) error {
	if err := b.rules.AddLot(l); err != nil {
		return err
	}
	return b.leaves.AddLot(l)
}

// accept lets the rules take what the stores took.
func (b *walkBooks) accept(ps []posted) (units []ledger.Entry, err error) {
	for _, p := range ps {
		b.rules.SetNext(p.first)
		unit, err := b.rules.Do(p.posting)
		if err != nil {
			return nil, fmt.Errorf("%s %s: accepted by the stores, in memory %w", p.posting.Event, p.posting.Step, err)
		}
		b.compared++
		b.done = append(b.done, p)
		units = append(units, unit...)
	}
	return units, nil
}

// refuse lets the rules refuse what the stores refused, and leaves no trace.
func (b *walkBooks) refuse(ps []posted) error {
	if len(ps) == 0 || ps[len(ps)-1].err == nil {
		return nil // refused before or after the ledger was asked
	}
	last := ps[len(ps)-1]
	for _, p := range ps[:len(ps)-1] {
		b.rules.SetNext(p.first)
		if _, err := b.rules.Do(p.posting); err != nil {
			return fmt.Errorf("%s %s: accepted by the stores, in memory %w", p.posting.Event, p.posting.Step, err)
		}
	}
	b.rules.SetNext(last.first)
	_, err := b.rules.Do(last.posting)
	if byCalendar(last.err) {
		return b.rebuild()
	}
	if err == nil || fault.From(err).Code != fault.From(last.err).Code {
		return fmt.Errorf("%s %s: the stores say %w, the ledger in memory %w", last.posting.Event, last.posting.Step, last.err, err)
	}
	b.compared++
	b.refusedAlike++
	if len(ps) > 1 {
		return b.rebuild()
	}
	return nil
}

// rebuild makes the rules' ledger anew from what was accepted.
func (b *walkBooks) rebuild() error {
	b.rules = ledger.NewModel()
	b.rules.SetPolicies(b.policies)
	for _, l := range b.lots {
		if err := b.rules.AddLot(l); err != nil {
			return err
		}
	}
	for _, p := range b.done {
		b.rules.SetNext(p.first)
		if _, err := b.rules.Do(p.posting); err != nil {
			return err
		}
	}
	return nil
}

// sameEntry compares an entry of the rules with the stored one, which has its
// people and its numbers besides.
func sameEntry(want, got *ledger.Entry) error {
	h := got.Head
	h.Maker, h.Checker, h.Poster, h.Vouchers = want.Maker, want.Checker, want.Poster, want.Vouchers
	if len(h.Attachments) == 0 {
		h.Attachments = want.Attachments
	}
	if !reflect.DeepEqual(h, want.Head) || !reflect.DeepEqual(got.Lines(), want.Lines()) {
		return fmt.Errorf("stored %+v %v, in memory %+v %v", got.Head, got.Lines(), want.Head, want.Lines())
	}
	return nil
}

// fold notes the days and what plans drew from the pool.
func (b *walkBooks) fold(e *ledger.Entry) {
	b.entries++
	if b.from == 0 || e.Date < b.from {
		b.from = e.Date
	}
	if at, known := slices.BinarySearch(b.days, e.Date); !known {
		b.days = slices.Insert(b.days, at, e.Date)
	}
	plan := e.Event == "E06" || e.Event == "E06r" || e.Event == "E07" || e.Event == "E07r"
	for _, l := range e.Lines() {
		if l.Key.Account == "7102" && plan {
			lot, _ := b.leaves.Lot(l.Key.Lot)
			b.poolDrawn[lot.Tier] -= l.Net()
		}
	}
}

// poolMoved counts what the commands themselves moved into and out of the pool.
func (b *walkBooks) poolMoved(w *walk, s *walkStep) error {
	add := func(lot ledger.LotID, n ledger.Amount) {
		l, _ := b.leaves.Lot(lot)
		b.poolIn[l.Tier] += n
	}
	switch c := s.body.(type) {
	case projects.PoolCmd:
		for _, p := range c.Parts {
			if s.name == "plan.unpool" {
				add(p.Lot, -p.Amount)
			} else {
				add(p.Lot, p.Amount)
			}
		}
	case payments.CarryOverCmd:
		b.closed = true
	case payments.SettleDecideCmd:
		run, err := payments.FindSettlement(w.pair.ctx, w.pair.engines[0].db.Read, w.no, c.Code, "")
		if err != nil {
			return err
		}
		for _, t := range c.Takes {
			row := run.State.Rows[t.Row-1]
			if row.From == "7102" {
				add(row.Lot, -t.Amount)
			}
			if t.Into == "7102" {
				add(row.Lot, t.Amount)
			}
		}
	}
	return nil
}

// laws holds I1–I10, the chain and the pool's equation after a command.
func (w *walk) laws() error {
	b := w.books
	if b.from == 0 {
		return nil
	}
	if err := b.leaves.CheckAll(); err != nil {
		return fmt.Errorf("%w %s", err, fault.From(err).Detail)
	}
	at, _ := slices.BinarySearch(b.days, b.from)
	for _, day := range b.days[at:] {
		if err := chainHolds(b.leaves.BalancesOn(day)); err != nil {
			return fmt.Errorf("on %s %w", day, err)
		}
	}
	return b.poolHolds()
}

// poolHolds is pool in = pool out + rest, per tier to the fen.
func (b *walkBooks) poolHolds() error {
	rest := map[ledger.Tier]ledger.Amount{}
	for _, x := range b.leaves.Balances() {
		if x.Key.Account == "7102" {
			lot, _ := b.leaves.Lot(x.Key.Lot)
			rest[lot.Tier] += x.Net
		}
	}
	for _, tier := range []ledger.Tier{ledger.TierCentral, ledger.TierProvince, ledger.TierCity, ledger.TierCounty, ledger.TierOther} {
		if b.poolIn[tier] != b.poolDrawn[tier]+rest[tier] {
			return fmt.Errorf("pool of %s: in %s, out %s, rest %s", tier, b.poolIn[tier], b.poolDrawn[tier], rest[tier])
		}
	}
	return nil
}

// chainHolds is decomposed ≤ issued, planned ≤ decomposed, contracted ≤ planned and
// paid ≤ contracted of every lot, and of every project, contract and creditor in it.
func chainHolds(list []ledger.Balance) error {
	at := map[ledger.Key]standing{}
	for i := range list {
		k, x := &list[i].Key, standingOf(&list[i])
		places := []ledger.Key{{Lot: k.Lot}, {Lot: k.Lot, Project: k.Project}, {Lot: k.Lot, Project: k.Project, Contract: k.Contract}}
		for _, p := range slices.Compact(places) {
			s := at[p]
			at[p] = standing{s.issued + x.issued, s.decomposed + x.decomposed, s.planned + x.planned, s.contracted + x.contracted, s.paid + x.paid}
		}
	}
	for p, s := range at {
		whole := p.Project == "" && (s.decomposed > s.issued || s.planned > s.decomposed)
		if whole || s.contracted > s.planned || s.paid > s.contracted || s.paid < 0 {
			return fmt.Errorf("lot %s project %q contract %q: %+v", p.Lot, p.Project, p.Contract, s)
		}
	}
	return nil
}

// standingOf is where the authority of one balance stands.
func standingOf(b *ledger.Balance) (x standing) {
	switch a := b.Key.Account; {
	case a[0] == '6':
		x.issued = -b.Net
	case a == "7102" || a == "7103" || a == "7104" || a == "7105" || a == "7106":
		x.decomposed = b.Net
	case a == "7201" || a == "7401":
		x.decomposed, x.planned = b.Net, b.Net
	case a == "7202" || a == "7203" || a == "7204":
		x.decomposed, x.planned, x.contracted = b.Net, b.Net, b.Net
	case a == "7301" || a == "7302":
		x = standing{0, b.Net, b.Net, b.Net, b.Net}
	}
	return x
}

// compareBalances compares every balance of both stores with the ledgers in memory,
// and contracts with what stands in the ledger for them.
func (w *walk) compareBalances() {
	want := netOf(w.books.leaves.Balances())
	if rules := netOf(w.books.rules.Balances()); !maps.Equal(rules, want) {
		w.failf("the leaves fold to other balances than the rules come to (-leaves +rules):\n%s", cmp.Diff(want, rules))
	}
	for i := range w.pair.engines {
		e := &w.pair.engines[i]
		stored, err := ledgertest.CountyBalances(w.pair.ctx, e.db.Read, w.no)
		if err != nil {
			w.failf("%v", err)
		}
		if got := netOf(stored); !maps.Equal(got, want) {
			w.failf("%s has other balances than the leaves fold to (-leaves +store):\n%s", e.name, cmp.Diff(want, got))
		}
	}
	w.compareDossiers()
}

// compareDossiers compares the dossiers of the engines with each other, a contract's
// lots with what stands in its name, a project's ceiling with what stands in it (what
// waits for recovery in 7401 has left it), and what fundings say came from the pool,
// recovered since or not, with what was drawn.
func (w *walk) compareDossiers() {
	var states [2]string
	for i := range w.pair.engines {
		q := w.pair.engines[i].db.Read
		contracts, err := projects.ListContracts(w.pair.ctx, q, w.no, dossier.Filter{})
		if err != nil {
			w.failf("%v", err)
		}
		plans, err := projects.ListPlans(w.pair.ctx, q, w.no, dossier.Filter{})
		if err != nil {
			w.failf("%v", err)
		}
		claims, err := payments.Claims(w.pair.ctx, q, w.no, dossier.Filter{})
		if err != nil {
			w.failf("%v", err)
		}
		type claimState struct {
			Code                                                string
			State                                               payments.ClaimState
			Requested, Paid, Payable, Offset, Retention, Amount ledger.Amount
		}
		var short []claimState
		for _, c := range claims {
			s := &c.State
			short = append(short, claimState{s.Code, s.State, s.Requested, s.Paid, s.Payable, s.Offset, s.Retention, s.Amount})
		}
		text, err := json.Marshal([]any{contracts, plans, short})
		if err != nil {
			w.failf("%v", err)
		}
		if states[i] = string(text); i == 0 {
			w.compareStanding(contracts)
		}
	}
	if states[0] != states[1] {
		w.failf("the dossiers differ (-SQLite +PostgreSQL):\n%s", cmp.Diff(states[0], states[1]))
	}
}

// compareStanding leaves out the days between a year's end and its carry-over: what
// comes back then of a payment of last year stands beside what was executed (rule Y).
func (w *walk) compareStanding(contracts []projects.Contract) {
	if w.today().Year() > 2026 && !w.books.closed {
		return
	}
	list := w.books.leaves.Balances()
	for i := range contracts {
		c := &contracts[i]
		var stands ledger.Amount
		for _, b := range list {
			if a := b.Key.Account; b.Key.Contract == c.Code && (a == "7202" || a == "7203" || a == "7204" || a == "7301" || a == "7302") {
				stands += b.Net
			}
		}
		if stands > c.LotFunded() || c.LotFunded() > c.Amount {
			w.failf("contract %s: %s, lots %s, in the ledger %s", c.Code, c.Amount, c.LotFunded(), stands)
		}
	}
	drawn := map[ledger.Tier]ledger.Amount{}
	for _, p := range w.projects {
		f, err := dossierOf[projects.Funding](w.pair.ctx, w.pair.engines[0].db.Read, w.no, "funding", p.code)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			w.failf("%v", err)
		}
		for _, l := range w.books.lots {
			var stands ledger.Amount
			for _, b := range list {
				if a := b.Key.Account; b.Key.Project == p.code && b.Key.Lot == l.ID && (a[:2] == "72" || a == "7301" || a == "7302") {
					stands += b.Net
				}
			}
			if stands > f.Ceiling(l.ID) {
				w.failf("project %s lot %s: ceiling %s, in the ledger %s", p.code, l.Code, f.Ceiling(l.ID), stands)
			}
			for _, line := range slices.Concat(f.Lines, f.Recovered) {
				if line.Lot == l.ID && line.From == "7102" {
					drawn[l.Tier] += line.Amount
				}
			}
		}
	}
	for tier, n := range drawn {
		if n != w.books.poolDrawn[tier] {
			w.failf("fundings say %s came from the pool of %s, the ledger %s", n, tier, w.books.poolDrawn[tier])
		}
	}
}

// finish holds the end of a sequence: balances, verify, and the trial balances.
func (w *walk) finish() {
	w.compareBalances()
	var trials [2]string
	for i := range w.pair.engines {
		e := &w.pair.engines[i]
		key, err := e.app.PersonKey()
		if err != nil {
			w.failf("%v", err)
		}
		r, err := audit.Verify(w.pair.ctx, e.db, audit.Options{County: w.county, Full: true, Persons: key})
		if err != nil || !r.OK {
			w.failf("verify on %s: %v %+v", e.name, err, r.Bad)
		}
		err = e.app.Books(w.pair.ctx, finance, w.county, func(ctx context.Context, b app.Books) error {
			trial, err := b.TrialBalance(ctx, ledger.TrialQuery{At: ledger.At{AsOf: w.today()}, Subs: true})
			if err != nil {
				return err
			}
			if !trial.Balanced {
				return fmt.Errorf("the trial balance is not balanced: %+v", trial.Checks)
			}
			text, err := json.Marshal(trial)
			trials[i] = string(text)
			return err
		})
		if err != nil {
			w.failf("%s: %v", e.name, err)
		}
	}
	if trials[0] != trials[1] {
		w.failf("the trial balances differ (-SQLite +PostgreSQL):\n%s", cmp.Diff(trials[0], trials[1]))
	}
}
