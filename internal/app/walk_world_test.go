package app_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
)

// The townships of every county of the walk.
const (
	townA = "欣山镇"
	townB = "镇岗乡"
)

// The people of the walk.
var (
	walkSecond    = auth.Who{ID: [16]byte{15: 33}, Name: "财政二", Role: auth.Finance}
	walkApprovers = [2]auth.Who{{ID: [16]byte{15: 21}, Name: "审批甲", Role: auth.Finance}, {ID: [16]byte{15: 22}, Name: "审批乙", Role: auth.Finance}}
	walkTowns     = map[string]auth.Who{
		townA: {ID: [16]byte{15: 51}, Name: townA, Role: auth.Township, Unit: townA},
		townB: {ID: [16]byte{15: 52}, Name: townB, Role: auth.Township, Unit: townB},
	}
	walkReaders = []auth.Who{
		{ID: [16]byte{15: 41}, Name: "审计", Role: auth.Auditor},
		{ID: [16]byte{15: 42}, Name: "村", Role: auth.Village, Unit: townA},
		{ID: [16]byte{15: 43}, Name: "管理员", Role: auth.Admin},
	}
)

// secondEyes are what under four eyes another person does than who prepared it.
var secondEyes = []string{"claim.accept", "township.approve", "batch.approve", "settle.decide", "payment.confirm", "township.pay"}

// walk is one sequence: a county, what is known of it, and the commands so far.
type walk struct {
	pair   *walkPair
	seed   uint64
	r      *rand.Rand
	county string
	no     int32
	now    int64 // the county's clock
	books  *walkBooks
	steps  []walkStep

	keys, count, serial int
	fourEyes            bool
	broken              func() // of a negative control: runs once, half way

	projects   []walkProject
	contracts  []walkContract2
	plans      []string
	claims     []string
	requests   []string
	recoveries []walkRecovery
	rosters    []walkMade
	batches    []walkMade
	runs       []string
	waivers    []string
	papers     map[payments.DocType]ledger.Digest
	householdN int
	closedTo   map[ledger.Book]int // months closed of the first year
}

type walkProject struct {
	code, town string
	household  bool
}

// walkContract2 is a contract and what it is about.
type walkContract2 struct{ code, project, town string }

// walkMade is a roster or a batch: its code, what it was made of, whose it is.
type walkMade struct{ code, of, town string }

// walk runs the sequence of a seed.
func (p *walkPair) walk(seed uint64) (*walk, error) {
	w := p.begin(seed)
	return w, w.guard(func() {
		w.settle()
		w.live(40 + w.r.IntN(41))
		w.finish()
	})
}

// begin opens the county of a seed; nothing has happened in it.
func (p *walkPair) begin(seed uint64) *walk {
	return &walk{
		pair: p, seed: seed, r: rand.New(rand.NewPCG(seed, 20180101)), county: fmt.Sprintf("%06d", 360000+seed%600_000), now: at("2026-06-15"),
		books: newWalkBooks(), papers: map[payments.DocType]ledger.Digest{}, closedTo: map[ledger.Book]int{},
	}
}

func (w *walk) today() ledger.Date { return ledger.DateOf(time.UnixMicro(w.now)) }

// wait lets days pass.
func (w *walk) wait(days int) { w.now += int64(days) * 24 * int64(time.Hour/time.Microsecond) }

func (w *walk) oneIn(n int) bool { return w.r.IntN(n) == 0 }

func one[T any](w *walk, list []T) T { return list[w.r.IntN(len(list))] }

func (w *walk) name(prefix string) string {
	w.serial++
	return fmt.Sprintf("%s%d", prefix, w.serial)
}

// date is today, or a few days before it; rarely tomorrow, which no voucher may be.
func (w *walk) date() ledger.Date {
	switch w.r.IntN(24) {
	case 0:
		return w.today().AddDays(1)
	case 1, 2, 3:
		return w.today().AddDays(-w.r.IntN(20))
	}
	return w.today()
}

// near is a part of an amount, mostly the whole or half, give or take a fen,
// sometimes a tenth or one fen more, rarely nothing or less.
func (w *walk) near(most ledger.Amount) ledger.Amount {
	switch w.r.IntN(12) {
	case 0:
		if w.oneIn(4) {
			return -ledger.Amount(w.r.IntN(2)) // nothing, or less
		}
		return most + 1
	case 1:
		return max(most*11/10, 1)
	case 2, 3, 4, 5:
		return max(most, 1)
	}
	return max(most*one(w, []ledger.Amount{5, 3, 7, 1, 9})/10-ledger.Amount(w.r.IntN(2)), 1)
}

func (w *walk) amount() ledger.Amount { return ledger.Amount(100_00 + w.r.IntN(900_00)) }

// who is who runs a command: the township for what it may do itself, else the
// county's finance, one of two persons under four eyes; now and then anybody.
func (w *walk) who(name, owner string) auth.Who {
	everybody := append([]auth.Who{finance, walkSecond, walkTowns[townA], walkTowns[townB]}, walkReaders...)
	if w.oneIn(14) {
		return one(w, everybody)
	}
	if op, known := app.FindOperation(name); known && op.Township && owner != "" && !w.oneIn(4) {
		return walkTowns[owner]
	}
	if second := slices.Contains(secondEyes, name); w.fourEyes && second != w.oneIn(7) {
		return walkSecond
	}
	return finance
}

// run runs an operation about what is a township's own, or with "" the county's.
func (w *walk) run(name, owner string, body any) bool {
	return w.do(walkStep{who: w.who(name, owner), owner: owner, name: name, body: body})
}

// must runs what makes the world; it must be accepted.
func (w *walk) must(name string, body any) {
	who := finance
	if _, policy := body.(app.PolicyCmd); policy {
		who = auth.LocalOperator
	}
	if !w.do(walkStep{who: who, name: name, body: body}) {
		w.failf("%s was refused: %s", name, w.steps[len(w.steps)-1].fault)
	}
}

func (w *walk) policy(name, value string) {
	w.must("ledger.set_policy", app.PolicyCmd{Policy: ledger.Policy{Name: name, Value: value, ValidFrom: day("2026-01-01"), Basis: "样例"}})
}

// open opens the county in both stores.
func (w *walk) open() {
	err := w.pair.open(w.county)
	if err == nil {
		w.no, err = w.pair.number(w.county)
	}
	if err != nil {
		w.failf("%v", err)
	}
}

// settle makes the county: lots of four tiers, catalogues, three projects in the
// library with plans and contracts.
func (w *walk) settle() {
	w.open()
	w.funds()
	for _, p := range [][2]string{
		{"settle_not_started_days", "30"}, {"settle_contract_idle_days", "30"}, {"settle_idle_warn_months", "1"}, {"settle_idle_recover_months", "2"},
	} {
		w.policy(p[0], p[1])
	}
	kinds := []walkProject{{}, {town: townA}, {household: true}, {town: townA, household: true}, {town: townB}}
	theme := int(w.seed % 5)
	first := []int{0, 1, 2, 3, 0}[theme]
	w.project(kinds[first])
	w.project(kinds[(first+1+w.r.IntN(4))%5])
	if w.oneIn(2) {
		w.project(kinds[w.r.IntN(5)])
	}
	if w.oneIn(4) {
		w.policy("four_eyes", "maker_checker")
		w.fourEyes = true
	}
}

// funds registers the lots and issues them; of the last only a half has arrived.
func (w *walk) funds() {
	for i, l := range []ledger.Lot{
		{Code: "L0", Tier: ledger.TierCentral, Class: ledger.ClassXJ, IntegrationItem: "林业", Amount: 20000_00},
		{Code: "L1", Tier: ledger.TierProvince, Class: ledger.ClassZX, IntegrationItem: "林业", Amount: 10000_00},
		{Code: "L2", Tier: ledger.TierCity, Class: ledger.ClassZX, IntegrationItem: "林业", Amount: 5000_01},
		{Code: "L3", Tier: ledger.TierOther, Class: ledger.ClassLX},
	} {
		l.ID, l.Document, l.Line, l.Name, l.Year = ledger.LotID{0: 9, 15: byte(i + 1)}, "文件"+l.Code, 1, "样例资金", 2026
		w.must("ledger.register_lot", app.LotCmd{Lot: l})
	}
	lots := w.books.lots
	issue := ledger.Posting{Event: "E01", Date: day("2026-01-05")}
	arrive := ledger.Posting{Event: "E02", Date: day("2026-01-06")}
	for _, l := range lots[:3] {
		issue.Parts = append(issue.Parts, ledger.Part{Lot: l.ID, Amount: l.Amount})
		part := ledger.Part{Lot: l.ID, Amount: l.Amount}
		if l.Code == "L2" {
			part.Amount /= 2
		}
		arrive.Parts = append(arrive.Parts, part)
	}
	w.must("ledger.post", app.PostCmd{Items: []ledger.Posting{issue, arrive}})
	w.must("ledger.post", app.PostCmd{Items: []ledger.Posting{
		{Event: "E04", Date: day("2026-01-07"), Into: "7104", Unit: townA, Parts: []ledger.Part{{Lot: lots[0].ID, Amount: 3000_00}, {Lot: lots[1].ID, Amount: 1000_00}}},
		{Event: "E04", Date: day("2026-01-07"), Into: "7104", Unit: townB, Parts: []ledger.Part{{Lot: lots[0].ID, Amount: 2000_00}}},
	}})
	for _, tier := range []ledger.Tier{ledger.TierCentral, ledger.TierProvince} {
		w.must("plan.catalog", projects.CatalogCmd{Year: 2026, Tier: tier, Document: "目录", On: day("2026-01-06"), Items: []projects.CatalogItem{{Item: "林业", Integrable: true}}})
	}
	w.must("plan.pool", projects.PoolCmd{
		Date: day("2026-02-01"), Pool: "P", Account: "7101", Document: "整合方案", Parts: []projects.LotPart{{Lot: lots[0].ID, Amount: 4000_00}, {Lot: lots[1].ID, Amount: 3000_01}},
	})
}

// project takes a project into the library, plans it and, for works, contracts it.
func (w *walk) project(p walkProject) {
	x := road()
	x.Name, x.Village, x.Budget, x.Household = w.name("项目"), w.county+"101201", 9000_00, p.household
	x.Category, x.Tier, x.Unit, x.Town = "030101", projects.TierCounty, bureau, ""
	if p.household {
		x.Category = "0104"
	}
	if p.town != "" {
		x.Tier, x.Unit, x.Town = projects.TierTownship, p.town, p.town
		if p.town == townB {
			x.Village = w.county + "102201"
		}
	}
	x.Financing = []projects.Financing{{Source: "central", Amount: x.Budget}}
	w.must("project.enter", projects.EnterCmd{Particulars: x, On: day("2026-01-02")})
	p.code = w.newProject()
	for _, c := range []projects.AdvanceCmd{
		stepOf(p.code, projects.EventVote, "2026-01-03"), posting(p.code, projects.EventVillage, "2026-01-04"), stepOf(p.code, projects.EventReview, "2026-01-15"),
		posting(p.code, projects.EventTown, "2026-01-15"), stepOf(p.code, projects.EventArgue, "2026-01-26"), stepOf(p.code, projects.EventApprove, "2026-01-27"),
		posting(p.code, projects.EventCounty, "2026-01-27"), stepOf(p.code, projects.EventEnter, "2026-02-07"),
	} {
		w.must("project.advance", c)
	}
	w.projects = append(w.projects, p)
	w.firstPlan(p)
	w.must("project.advance", posting(p.code, projects.EventPrePost, "2026-03-10"))
	if p.household {
		return
	}
	w.must("project.advance", stepOf(p.code, projects.EventProcure, "2026-03-10"))
	w.sign(true)
}

// newProject is the code that the library gave last.
func (w *walk) newProject() string {
	list, err := projects.ListProjects(w.pair.ctx, w.pair.engines[0].db.Read, w.no, projects.ProjectFilter{})
	if err != nil {
		w.failf("%v", err)
	}
	known := map[string]bool{}
	for _, p := range w.projects {
		known[p.code] = true
	}
	for i := range list {
		if !known[list[i].Code] {
			return list[i].Code
		}
	}
	w.failf("no project came in")
	return ""
}

// firstPlan plans a project: a township's out of what it was allocated and out of
// the county's, the county's out of the pool.
func (w *walk) firstPlan(p walkProject) {
	lots := w.books.lots
	src := []projects.PlanSource{{From: "7101", Parts: []projects.LotPart{{Lot: lots[0].ID, Amount: 1000_00}, {Lot: lots[2].ID, Amount: 300_01}}}}
	switch {
	case p.town != "":
		src = append(src, projects.PlanSource{From: "7104", Holder: p.town, Parts: []projects.LotPart{{Lot: lots[0].ID, Amount: 900_00}}})
	case !p.household || w.oneIn(2):
		src = append(src, projects.PlanSource{From: "7102", Pool: "P", Mode: ledger.DrawProRata, Amount: 700_01})
	}
	code := w.name("A")
	w.must("plan.adopt", projects.PlanAdoptCmd{
		Code: code, Name: "计划", Kind: "annual", Year: 2026, Document: "计划文件", AdoptedOn: day("2026-03-01"), Meeting: "常务会", Date: day("2026-03-01"),
		Items: []projects.PlanAsk{{Project: p.code, Sources: src}},
	})
	w.plans = append(w.plans, code)
}

// digest is the digest of a paper that is only cited.
func (w *walk) digest(name string) ledger.Digest {
	return ledger.Digest(sha256.Sum256([]byte(w.county + name)))
}

// docs are the digests of documents of these kinds, each recorded once.
func (w *walk) docs(kinds ...payments.DocType) []ledger.Digest {
	out := make([]ledger.Digest, len(kinds))
	for i, k := range kinds {
		if _, known := w.papers[k]; !known {
			w.papers[k] = w.digest(string(k))
			ok := w.do(walkStep{who: finance, name: "evidence.add", body: payments.EvidenceCmd{
				Digest: w.papers[k], Type: k, Title: k.Chinese(), Date: min(w.today(), day("2026-06-15")), Pages: 1, Size: 1000, Quantity: "1 项", Passed: true,
			}})
			if !ok {
				w.failf("no evidence: %s", w.steps[len(w.steps)-1].fault)
			}
		}
		out[i] = w.papers[k]
	}
	return out
}

// sum adds up what the leaves hold of the keys that match, debit positive.
func (w *walk) sum(match func(k *ledger.Key) bool) (n ledger.Amount) {
	for _, b := range w.books.leaves.Balances() {
		if match(&b.Key) {
			n += b.Net
		}
	}
	return n
}

// held is what an account of a contract holds.
func (w *walk) held(account ledger.Code, contract string) ledger.Amount {
	return w.sum(func(k *ledger.Key) bool { return k.Account == account && k.Contract == contract })
}

// inPlan are the balances of a project that stand in its plan.
func (w *walk) inPlan(project string) (out []ledger.Balance) {
	for _, b := range w.books.leaves.Balances() {
		if b.Key.Account == "7201" && b.Key.Project == project && b.Net > 0 {
			out = append(out, b)
		}
	}
	return out
}

// found fails on an error of a read, and reports whether the thing is there.
func (w *walk) found(err error) bool {
	if err != nil && fault.KindOf(err) != fault.NotFound {
		w.failf("%v", err)
	}
	return err == nil
}
