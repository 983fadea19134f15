package app_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/projects"

	"pgregory.net/rapid"
)

// planWalk is a county in which random commands of plans, contracts, claims and
// payments run, mostly by those who may; it counts what went into the pool, from
// which the rest is known.
type planWalk struct {
	s         *store
	t         *rapid.T
	code      string
	no        int32
	lots      []ledger.Lot
	projects  []string
	contracts []walkContract
	plans     []string
	names     int
	in        map[ledger.Tier]ledger.Amount // into the pool, less what came out again
	done      map[string]int
	money     moneyWalk
}

type walkContract struct{ code, project string }

var walks atomic.Int64

func newPlanWalk(t *rapid.T, s *store, d *db.DB, done map[string]int) *planWalk {
	w := &planWalk{s: s, t: t, code: fmt.Sprintf("%06d", 400_000+walks.Add(1)), in: map[ledger.Tier]ledger.Amount{}, done: done}
	ctx := s.t.Context()
	if err := s.InitCounty(ctx, auth.LocalOperator, app.NewCounty{Code: w.code, Name: "样例县", OpenMonths: 6}); err != nil {
		t.Fatal(err)
	}
	row, err := db.FindCounty(ctx, d.Read, w.code)
	if err != nil {
		t.Fatal(err)
	}
	w.no = row.County
	for i, tier := range []ledger.Tier{ledger.TierCentral, ledger.TierProvince, ledger.TierCentral} {
		l := ledger.Lot{
			ID: ledger.LotID{0: 9, 1: byte(i + 1)}, Code: fmt.Sprintf("L%d", i), Tier: tier, Class: ledger.ClassZH, Document: "d", Line: i + 1, Name: "样例",
			Year: 2026, IntegrationItem: "林业", Amount: 1000_00,
		}
		w.lots = append(w.lots, l)
		w.must(app.LotCmd{Lot: l})
		parts := []ledger.Part{{Lot: l.ID, Amount: 1000_00}}
		w.must(app.PostCmd{Items: []ledger.Posting{{Event: "E01", Date: day("2026-01-05"), Parts: parts}, {Event: "E02", Date: day("2026-01-05"), Parts: parts}}})
	}
	for _, tier := range []ledger.Tier{ledger.TierCentral, ledger.TierProvince} {
		w.always("plan.catalog", projects.CatalogCmd{Year: 2026, Tier: tier, Document: "目录", On: day("2026-01-06"), Items: []projects.CatalogItem{{Item: "林业", Integrable: true}}})
	}
	w.beginMoney()
	for range 3 {
		code, err := intoLibrary(s, w.code, projects.Project{Name: "道路", Category: "030101", Unit: "交通局", Budget: 900_00})
		if err != nil {
			t.Fatal(err)
		}
		w.projects = append(w.projects, code)
	}
	return w
}

func (w *planWalk) must(c app.Command) {
	key := w.s.nextKey()
	if _, err := w.s.Do(w.s.t.Context(), app.Request{County: w.code, Who: finance, Key: key, Raw: []byte(key)}, c); err != nil {
		w.t.Fatalf("%s: %v", c.Spec().Name, err)
	}
}

// always runs an operation that must succeed.
func (w *planWalk) always(name string, body any) {
	if _, err := w.s.Run(w.s.t.Context(), app.Request{County: w.code, Who: finance, Key: w.s.nextKey()}, name, body); err != nil {
		w.t.Fatalf("%s: %v", name, err)
	}
}

// strangers may run none of the commands of the walk: readers, the administrator,
// and a township of which nothing here is.
var strangers = []auth.Who{
	{ID: [16]byte{15: 41}, Name: "审计", Role: auth.Auditor},
	{ID: [16]byte{15: 42}, Name: "村", Role: auth.Village, Unit: "欣山镇"},
	{ID: [16]byte{15: 43}, Name: "管理员", Role: auth.Admin},
	{ID: [16]byte{15: 44}, Name: "他乡", Role: auth.Township, Unit: "他乡"},
}

// run runs an operation, which may be refused by a rule but never fail; a stranger
// is always refused.
func (w *planWalk) run(name string, body any) bool {
	who := finance
	if rapid.IntRange(0, 9).Draw(w.t, "who") == 9 {
		who = rapid.SampledFrom(strangers).Draw(w.t, "stranger")
	}
	_, err := w.s.Run(w.s.t.Context(), app.Request{County: w.code, Who: who, Key: w.s.nextKey()}, name, body)
	if err != nil && fault.KindOf(err) == fault.Internal {
		w.t.Fatalf("%s: %v", name, err)
	}
	if err == nil && who.ID != finance.ID {
		w.t.Fatalf("%s ran %s", who.Name, name)
	}
	if err == nil {
		w.done[name]++
	}
	return err == nil
}

func (w *planWalk) amount() ledger.Amount {
	return ledger.Amount(rapid.IntRange(100_00, 500_00).Draw(w.t, "fen"))
}

// spot picks a project and a lot that stands in its plan, if there is one, and an
// amount up to what is there, sometimes a little more.
func (w *planWalk) spot(project string) (string, ledger.LotID, ledger.Amount) {
	list, err := ledgertest.CountyBalances(w.s.t.Context(), w.s.db.Read, w.no)
	if err != nil {
		w.t.Fatal(err)
	}
	var here []ledger.Balance
	for _, b := range list {
		if b.Key.Account == "7201" && (project == "" || b.Key.Project == project) {
			here = append(here, b)
		}
	}
	if len(here) == 0 {
		return w.project(), w.lot().ID, w.amount()
	}
	slices.SortFunc(here, func(a, b ledger.Balance) int { return ledger.CompareKeys(&a.Key, &b.Key) })
	b := rapid.SampledFrom(here).Draw(w.t, "spot")
	return b.Key.Project, b.Key.Lot, w.near(b.Net)
}

func (w *planWalk) name(prefix string) string {
	w.names++
	return fmt.Sprintf("%s%d", prefix, w.names)
}

func (w *planWalk) lot() ledger.Lot { return rapid.SampledFrom(w.lots).Draw(w.t, "lot") }
func (w *planWalk) project() string { return rapid.SampledFrom(w.projects).Draw(w.t, "project") }

func (w *planWalk) mode() ledger.DrawMode {
	return rapid.SampledFrom([]ledger.DrawMode{ledger.DrawProRata, ledger.DrawFIFO, ledger.DrawRestrictedFirst}).Draw(w.t, "mode")
}

func (w *planWalk) date() ledger.Date {
	return day("2026-02-10").AddDays(rapid.IntRange(0, 1).Draw(w.t, "day"))
}

func (w *planWalk) source() projects.PlanSource {
	src := projects.PlanSource{From: "7101"}
	if rapid.Bool().Draw(w.t, "pool") {
		src.From, src.Pool = "7102", "P"
	}
	if rapid.Bool().Draw(w.t, "named") {
		src.Parts = []projects.LotPart{{Lot: w.lot().ID, Amount: w.amount()}}
	} else {
		src.Mode, src.Amount = w.mode(), w.amount()
	}
	return src
}

func (w *planWalk) pool() {
	l, amount := w.lot(), w.amount()
	name, sign := "plan.pool", ledger.Amount(1)
	if rapid.IntRange(0, 3).Draw(w.t, "out") == 0 {
		name, sign = "plan.unpool", -1
	}
	if w.run(name, projects.PoolCmd{Date: w.date(), Pool: "P", Account: "7101", Document: "d", Parts: []projects.LotPart{{Lot: l.ID, Amount: amount}}}) {
		w.in[l.Tier] += sign * amount
	}
}

func (w *planWalk) adopt() {
	on, code := w.date(), w.name("A")
	cmd := projects.PlanAdoptCmd{
		Code: code, Name: "计划", Kind: "annual", Year: 2026, Document: "d", AdoptedOn: on, Date: on, Meeting: "m",
		Items: []projects.PlanAsk{{Project: w.project(), Sources: []projects.PlanSource{w.source()}}},
	}
	if w.run("plan.adopt", cmd) {
		w.plans = append(w.plans, code)
	}
}

func (w *planWalk) adjust() {
	if len(w.plans) == 0 {
		return
	}
	on := w.date()
	cmd := projects.PlanAdjustCmd{Plan: rapid.SampledFrom(w.plans).Draw(w.t, "plan"), Document: "d", Level: "county", On: on, Date: on, Reason: "r"}
	from, _, amount := w.spot("")
	cut := projects.PlanCut{Project: from, Mode: w.mode(), Amount: amount}
	switch rapid.IntRange(0, 2).Draw(w.t, "what") {
	case 0:
		cmd.Cuts = []projects.PlanCut{cut}
	case 1:
		cmd.Moves = []projects.PlanShift{{PlanCut: cut, To: w.project()}}
	default:
		cmd.Raises = []projects.PlanAsk{{Project: w.project(), Sources: []projects.PlanSource{w.source()}}}
	}
	w.run("plan.adjust", cmd)
}

func (w *planWalk) sign() {
	code, on := w.name("H"), w.date()
	p, lot, lots := w.spot("")
	w.prepare(p)
	open := ledger.Amount(rapid.IntRange(1, 100_00).Draw(w.t, "open"))
	cmd := projects.ContractSignCmd{
		Code: code, Name: "合同", Kind: "works", Payee: "甲", PayeeID: rightUSCI, Unit: "交通局", SignedOn: on, Date: on, Amount: lots + open, Digest: ledger.Digest{1},
		Terms:    projects.Terms{AdvanceBP: 3000, RetentionBP: 300},
		Projects: []projects.ProjectPart{{Project: p, Amount: lots + open}},
		Funding:  []projects.FundingPart{{Project: p, Source: "lot", Lot: lot, Amount: lots}, {Project: p, Source: "unfunded", Amount: open}},
	}
	if w.run("contract.sign", cmd) {
		w.contracts = append(w.contracts, walkContract{code, p})
	}
}

// prepare brings a project to procurement where it may go there.
func (w *planWalk) prepare(p string) {
	if err := toProcured(w.s, w.code, p, day("2026-02-11")); err != nil && fault.KindOf(err) == fault.Internal {
		w.t.Fatal(err)
	}
}

func (w *planWalk) change() {
	if len(w.contracts) == 0 {
		return
	}
	c, on := rapid.SampledFrom(w.contracts).Draw(w.t, "contract"), w.date()
	_, lot, amount := w.spot(c.project)
	amount = max(amount/10, 1)
	code, p := c.code, c.project
	switch rapid.IntRange(0, 3).Draw(w.t, "how") {
	case 0:
		now, err := projects.FindContract(w.s.t.Context(), w.s.db.Read, w.no, code, "")
		if err != nil {
			w.t.Fatal(err)
		}
		amount = min(amount, ledger.Amount(rapid.IntRange(1, int(now.Unfunded())+1).Draw(w.t, "funded")))
		w.run("contract.fund", projects.ContractFundCmd{Code: code, On: on, Date: on, Document: "d", Parts: []projects.ContractFund{{Project: p, Lot: lot, Amount: amount}}})
	case 1:
		w.run("contract.terminate", projects.ContractTerminateCmd{Code: code, On: on, Date: on, Decision: "d", Reason: "r", Digest: ledger.Digest{1}})
	default:
		if rapid.Bool().Draw(w.t, "less") {
			amount = -amount
		}
		w.run("contract.change", projects.ContractChangeCmd{
			Code: code, On: on, Date: on, Kind: "supplement", Amount: amount, Document: "d", Reason: "r", Digest: ledger.Digest{1},
			Projects: []projects.ProjectPart{{Project: p, Amount: amount}}, Funding: []projects.FundingPart{{Project: p, Source: "lot", Lot: lot, Amount: amount}},
		})
	}
}

// check compares the dossiers with the ledger, to the fen: what went into the pool
// of a tier is what plans took and what is left; a project's ceiling of a lot is what
// stands in plan, in contracts, paid and in recovery; a contract's lots are what is
// committed, owed and paid, and what came back; and nothing is below nothing.
func (w *planWalk) check(d *db.DB) {
	ctx := w.s.t.Context()
	list, err := ledgertest.CountyBalances(ctx, d.Read, w.no)
	if err != nil {
		w.t.Fatal(err)
	}
	sum := func(f ledger.Filter, accounts ...ledger.Code) (n ledger.Amount) {
		for _, b := range list {
			for _, a := range accounts {
				if f.Account = a; f.Match(&b.Key) {
					n += b.Net
				}
			}
		}
		return n
	}
	for _, b := range list {
		if b.Key.Account[0] == '7' && b.Net < 0 {
			w.t.Fatalf("%s is %s", b.Key, b.Net)
		}
	}
	drawn := map[ledger.Tier]ledger.Amount{}
	for _, p := range w.projects {
		f, err := dossierOf[projects.Funding](ctx, d.Read, w.no, "funding", p)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			w.t.Fatal(err)
		}
		for _, l := range w.lots {
			at := ledger.Filter{Project: p, Lot: l.ID}
			if stands := sum(at, "7201", "7202", "7203", "7204", "7301", "7302"); stands != f.Ceiling(l.ID) {
				w.t.Fatalf("project %s lot %s: ceiling %s, in the ledger %s", p, l.Code, f.Ceiling(l.ID), stands)
			}
			for _, line := range slices.Concat(f.Lines, f.Recovered) {
				if line.Lot == l.ID && line.From == "7102" {
					drawn[l.Tier] += line.Amount
				}
			}
		}
	}
	for _, tier := range []ledger.Tier{ledger.TierCentral, ledger.TierProvince} {
		var rest ledger.Amount
		for _, l := range w.lots {
			if l.Tier == tier {
				rest += sum(ledger.Filter{Lot: l.ID}, "7102")
			}
		}
		if w.in[tier] != drawn[tier]+rest {
			w.t.Fatalf("pool of %s: in %s, out %s, rest %s", tier, w.in[tier], drawn[tier], rest)
		}
	}
	contracts, err := projects.ListContracts(ctx, d.Read, w.no, dossier.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range contracts {
		var funding ledger.Amount
		for _, f := range c.Funding {
			funding += f.Amount
		}
		at := ledger.Filter{Contract: c.Code}
		stands := sum(at, "7202", "7203", "7204", "7301", "7302") + w.money.back[c.Code]
		if ended := c.State == projects.ContractTerminated && sum(at, "7202") != 0; stands != c.LotFunded() || ended || funding != c.Amount {
			w.t.Fatalf("contract %s (%s): lots %s, in the ledger %s; funding %s of %s", c.Code, c.State, c.LotFunded(), stands, funding, c.Amount)
		}
	}
}

// TestPlanAndContractLaws walks at random over pools, plans, contracts, claims,
// payments, returns and recoveries, by those who may and those who may not; after
// every step the laws of check and of checkMoney hold, and at the end the dossiers
// fold from the log.
func TestPlanAndContractLaws(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStore(t, d)
		done := map[string]int{}
		rapid.Check(t, func(rt *rapid.T) {
			w := newPlanWalk(rt, s, d, done)
			w.begin()
			actions := []func(){ // rapid draws the first ones most
				w.request, w.confirm, w.submit, w.receive, w.identify, w.sign, w.undo, w.change, w.handle, w.adjust, w.adopt, w.pool, w.change,
			}
			for range rapid.IntRange(12, 24).Draw(rt, "steps") {
				rapid.SampledFrom(actions).Draw(rt, "action")()
				w.check(d)
				w.checkMoney(d)
			}
			bad, err := dossier.Verify(t.Context(), d.Read, w.no)
			if err != nil || len(bad) > 0 {
				rt.Fatalf("verify: %v %v", bad, err)
			}
		})
		for _, name := range []string{
			"plan.pool", "plan.adopt", "plan.adjust", "contract.sign", "contract.change", "contract.fund", "claim.submit", "claim.accept",
			"payment.request", "payment.confirm", "payment.void", "payment.returned", "recover.identify", "recover.receive",
		} {
			if done[name] == 0 {
				t.Errorf("%s never succeeded: the walk proves nothing about it", name)
			}
		}
		t.Logf("accepted: %v", done)
	})
}
