package projects

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"
)

// common is what the table must say of every project, row by row: event, states
// from which it leads, state to which. "=" stays, "<" goes back.
const common = `
village_post   VILLAGE_VOTED -> VILLAGE_POSTED
town_review    VILLAGE_POSTED -> TOWN_REVIEWED
town_post      TOWN_REVIEWED -> TOWN_POSTED
dept_argue     TOWN_POSTED -> DEPT_ARGUED
county_approve DEPT_ARGUED -> COUNTY_APPROVED
county_post    COUNTY_APPROVED -> COUNTY_POSTED
enter_library  COUNTY_POSTED -> IN_LIBRARY
plan           IN_LIBRARY -> PLANNED
plan           PLANNED PRE_POSTED PROCURED CONTRACTED STARTED COMPLETED ACCEPTED SETTLED -> =
unplan         PLANNED PRE_POSTED PROCURED CONTRACTED STARTED -> IN_LIBRARY
contract       CONTRACTED STARTED COMPLETED ACCEPTED -> =
evaluate       REIMBURSED -> EVALUATED
close          HANDED_OVER -> CLOSED
return         VILLAGE_VOTED VILLAGE_POSTED TOWN_REVIEWED TOWN_POSTED DEPT_ARGUED COUNTY_APPROVED COUNTY_POSTED -> RETURNED
resubmit       RETURNED -> <
suspend        IN_LIBRARY PLANNED PRE_POSTED PROCURED CONTRACTED STARTED COMPLETED ACCEPTED SETTLED POST_POSTED -> SUSPENDED
resume         SUSPENDED -> <
roll           IN_LIBRARY -> ROLLED
remove         DRAFT RETURNED VILLAGE_VOTED VILLAGE_POSTED TOWN_REVIEWED TOWN_POSTED DEPT_ARGUED COUNTY_APPROVED COUNTY_POSTED IN_LIBRARY SUSPENDED -> REMOVED
`

// ways is what it adds for each way of raising a project, route, and asset.
var ways = map[string]string{
	RaisedByVillage:    "village_vote DRAFT -> VILLAGE_VOTED",
	RaisedByTownship:   "town_review DRAFT -> TOWN_REVIEWED",
	RaisedByDepartment: "dept_argue DRAFT -> DEPT_ARGUED",
	string(RouteWorks): `pre_post PLANNED -> PRE_POSTED
procure   PRE_POSTED -> PROCURED
contract  PROCURED -> CONTRACTED
start     CONTRACTED -> STARTED
complete  STARTED -> COMPLETED
accept    COMPLETED -> ACCEPTED
settle    ACCEPTED -> SETTLED
post_post SETTLED -> POST_POSTED
reimburse POST_POSTED -> REIMBURSED`,
	string(RouteService): `pre_post PLANNED -> PRE_POSTED
procure   PRE_POSTED -> PROCURED
contract  PRE_POSTED PROCURED -> CONTRACTED
accept    CONTRACTED -> ACCEPTED
post_post ACCEPTED -> POST_POSTED
reimburse POST_POSTED -> REIMBURSED`,
	string(RouteHousehold): `pre_post PLANNED -> PRE_POSTED
contract  PRE_POSTED -> CONTRACTED
roster    PRE_POSTED -> CONTRACTED
roster    CONTRACTED -> =
roster    REIMBURSED -> CONTRACTED
reimburse CONTRACTED -> REIMBURSED`,
	string(RouteFee): `contract PLANNED -> CONTRACTED
reimburse CONTRACTED -> REIMBURSED`,
	"yes": "hand_over EVALUATED -> HANDED_OVER",
	"no":  "close EVALUATED -> CLOSED",
}

type pair struct {
	state State
	event Event
}

// prescribed reads the rows for one kind of project.
func prescribed(t *testing.T, raised string, route Route, asset string) map[pair]State {
	t.Helper()
	out := map[pair]State{}
	for _, text := range []string{common, ways[raised], ways[string(route)], ways[asset]} {
		for line := range strings.Lines(text) {
			f := strings.Fields(line)
			if len(f) == 0 {
				continue
			}
			to := State(f[len(f)-1])
			for _, from := range f[1 : len(f)-2] {
				at := pair{State(from), Event(f[0])}
				if _, twice := out[at]; twice {
					t.Fatalf("%v is prescribed twice", at)
				}
				out[at] = to
			}
		}
	}
	return out
}

// categoryOn is a category of each route.
var categoryOn = map[Route]string{RouteWorks: "030101", RouteService: "0202", RouteHousehold: "0104", RouteFee: "07"}

func subject(raised string, route Route, asset string) Project {
	p := Project{Code: "p", Year: 2026, RaisedBy: raised, Category: categoryOn[route], AssetKind: AssetPublic, Before: StateTownPosted}
	if asset == "no" {
		p.AssetKind = AssetNone
	}
	return p
}

// TestEveryStateAndEvent tries every event in every state for every kind of
// project: allowed as prescribed, or refused with the rule.
func TestEveryStateAndEvent(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, raised := range []string{RaisedByVillage, RaisedByTownship, RaisedByDepartment} {
		for _, route := range []Route{RouteWorks, RouteService, RouteHousehold, RouteFee} {
			for _, asset := range []string{"yes", "no"} {
				want := prescribed(t, raised, route, asset)
				p := subject(raised, route, asset)
				for _, s := range states {
					for _, e := range events {
						tried++
						p.State = s.state
						row, err := p.find(e.event)
						to, allowed := want[pair{s.state, e.event}]
						what := fmt.Sprintf("%s %s asset %s: %s in %s", raised, route, asset, e.event, s.state)
						switch {
						case allowed && err != nil:
							t.Errorf("%s: %v, want %s", what, err, to)
						case !allowed && !errors.Is(err, ErrStep):
							t.Errorf("%s: %v, want %s", what, err, ErrStep.Code)
						case allowed && target(row) != to:
							t.Errorf("%s leads to %s, want %s", what, target(row), to)
						}
					}
				}
			}
		}
	}
	if want := 3 * 4 * 2 * len(states) * len(events); tried != want || len(states) != 26 || len(events) != 29 {
		t.Errorf("tried %d pairs of %d states and %d events", tried, len(states), len(events))
	}
	if _, err := (&Project{}).find("fly"); !errors.Is(err, ErrEvent) {
		t.Errorf("an event that does not exist: %v", err)
	}
}

func target(t *transition) State {
	switch t.to {
	case "":
		return "="
	case stateBefore:
		return "<"
	default:
		return t.to
	}
}

// TestTableIsWhole holds each row's form: a clause, an office, one row for a state
// and event of a project, every gate printed.
func TestTableIsWhole(t *testing.T) {
	t.Parallel()
	for i := range lifecycle {
		row := &lifecycle[i]
		if row.clause == "" || officeNames[row.office] == "" || len(row.from) == 0 {
			t.Errorf("row %d (%s) lacks clause, office or states", i, row.event)
		}
		for _, g := range row.gates {
			if !slices.Contains(gates, g) {
				t.Errorf("gate %s of %s is not in the list", g.name, row.event)
			}
		}
	}
	for _, x := range events {
		if !slices.ContainsFunc(lifecycle, func(row transition) bool { return row.event == x.event }) {
			t.Errorf("no row for %s", x.event)
		}
	}
}

var stepPhoto = ledger.Digest{1}

// satisfied is a project, step and knowledge by which every gate holds.
func satisfied(row *transition) (Project, Step, known) {
	p := subject(RaisedByVillage, RouteWorks, "yes")
	p.State, p.Since, p.Goals = row.from[0], mustDay("2026-10-01"), road().Goals
	for _, n := range []noticeAt{postsVillage, postsTownship, postsCounty, postsBefore, postsAfter} {
		p.Posted = append(p.Posted, Posted{Type: n.typ, Subject: n.level, From: mustDay("2026-09-01"), To: mustDay("2026-09-11"), Evidence: stepPhoto})
	}
	s := Step{
		Event: row.event, On: mustDay("2026-10-10"), Document: "文〔2026〕1号", Opinion: "同意", Reason: "理由", Evidence: []ledger.Digest{stepPhoto}, Subject: "HT-1",
	}
	k := known{today: mustDay("2026-10-11"), season: 10, money: standing{planned: 1, paid: 1}, graded: true, assets: 1, handed: 1}
	for _, g := range row.gates {
		switch g {
		case gateNoMoney, gateNothingOpen:
			k.money = standing{}
		}
	}
	return p, s, k
}

// broken says how each gate is broken, and with which fault it refuses.
var broken = map[*gate]struct {
	by   func(*Project, *Step, *known)
	want *fault.Error
}{
	gateGoals:         {func(p *Project, _ *Step, _ *known) { p.Goals = nil }, ErrGoals},
	gateEvidence:      {func(_ *Project, s *Step, _ *known) { s.Evidence = nil }, ErrEvidence},
	gateAsked:         {func(_ *Project, s *Step, _ *known) { s.Evidence = []ledger.Digest{{}} }, ErrAsked},
	gateOpinion:       {func(_ *Project, s *Step, _ *known) { s.Opinion = "" }, ErrPaper},
	gateDocument:      {func(_ *Project, s *Step, _ *known) { s.Document = "" }, ErrPaper},
	gateReason:        {func(_ *Project, s *Step, _ *known) { s.Reason = "" }, ErrReason},
	gateSubject:       {func(_ *Project, s *Step, _ *known) { s.Subject = "" }, ErrSubject},
	gateVillagePeriod: {func(p *Project, _ *Step, _ *known) { p.Posted[0].To = mustDay("2026-10-10") }, ErrPeriod},
	gateTownPeriod:    {func(p *Project, _ *Step, _ *known) { p.Posted[1].Withdrawn = true }, ErrPeriod},
	gateCountyPeriod:  {func(_ *Project, _ *Step, k *known) { k.days = noticeDays{{"N4", 39}} }, ErrPeriod},
	gateBefore:        {func(p *Project, _ *Step, _ *known) { p.withdraw("N5", "") }, ErrPosting},
	gateAfter:         {func(p *Project, _ *Step, _ *known) { p.withdraw("N6", "") }, ErrPosting},
	gatePlan:          {func(_ *Project, _ *Step, k *known) { k.money = standing{} }, ErrPlanned},
	gateNoMoney:       {func(_ *Project, _ *Step, k *known) { k.money = standing{paid: 1} }, ErrMoney},
	gatePaid:          {func(_ *Project, _ *Step, k *known) { k.money = standing{planned: 1, open: 1} }, ErrNotPaid},
	gateNothingOpen:   {func(_ *Project, _ *Step, k *known) { k.money = standing{open: 1} }, ErrLeft},
	gateEvaluated:     {func(_ *Project, _ *Step, k *known) { k.graded = false }, ErrUnrated},
	gateAsset:         {func(_ *Project, _ *Step, k *known) { k.handed = 0 }, ErrNoAsset},
	gateGrade:         {func(_ *Project, _ *Step, k *known) { k.failed = true }, ErrGrade},
	gateSeason:        {func(p *Project, s *Step, _ *known) { s.On, p.Since = mustDay("2026-09-30"), mustDay("2026-09-01") }, ErrSeason},
}

// TestEveryGateOfEveryRow lets each row pass with its gates satisfied, and refuses
// it with each of them broken.
func TestEveryGateOfEveryRow(t *testing.T) {
	t.Parallel()
	seen := map[*gate]bool{}
	for i := range lifecycle {
		row := &lifecycle[i]
		p, s, k := satisfied(row)
		if _, err := p.decide(row, &s, &k); err != nil {
			t.Errorf("%s from %s, gates satisfied: %v", row.event, row.from, err)
		}
		for _, g := range row.gates {
			seen[g] = true
			p, s, k := satisfied(row)
			broken[g].by(&p, &s, &k)
			if _, err := p.decide(row, &s, &k); !errors.Is(err, broken[g].want) {
				t.Errorf("%s from %s, gate %s broken: %v, want %s", row.event, row.from, g.name, err, broken[g].want.Code)
			}
		}
	}
	for _, g := range gates {
		if !seen[g] {
			t.Errorf("gate %s is asked by no row", g.name)
		}
	}
}

func TestStepsInOrder(t *testing.T) {
	t.Parallel()
	row := &lifecycle[0]
	for _, c := range []struct {
		on string
		ok bool
	}{{"2026-09-30", false}, {"2026-10-01", true}, {"2026-10-11", true}, {"2026-10-12", false}} {
		p, s, k := satisfied(row)
		s.On = mustDay(c.on)
		if _, err := p.decide(row, &s, &k); (err == nil) != c.ok {
			t.Errorf("step on %s after 2026-10-01, today 2026-10-11: %v", c.on, err)
		} else if err != nil && !errors.Is(err, ErrOrder) {
			t.Errorf("step on %s: %v", c.on, err)
		}
	}
}

// TestPostingEvents posts with the step, or takes what stands.
func TestPostingEvents(t *testing.T) {
	t.Parallel()
	posted := 0
	for i := range lifecycle {
		row := &lifecycle[i]
		if row.posts.typ == "" {
			continue
		}
		posted++
		p, s, k := satisfied(row)
		p.Posted = nil
		if _, err := p.decide(row, &s, &k); !errors.Is(err, ErrPosting) {
			t.Errorf("%s without a notice: %v", row.event, err)
		}
		s.From, s.To = mustDay("2026-10-09"), mustDay("2026-10-19")
		f, err := p.decide(row, &s, &k)
		if err != nil || f.Notice.Type != row.posts.typ || f.Notice.Subject != row.posts.level {
			t.Errorf("%s with a notice: %+v, %v", row.event, f.Notice, err)
		}
		s.To--
		if _, err := p.decide(row, &s, &k); !errors.Is(err, ErrNoticeShort) {
			t.Errorf("%s posted a day too short: %v", row.event, err)
		}
		p, s, k = satisfied(row)
		s.From, s.To = mustDay("2026-10-09"), mustDay("2026-10-19")
		if _, err := p.decide(row, &s, &k); !errors.Is(err, ErrNoticeStands) {
			t.Errorf("%s posted twice: %v", row.event, err)
		}
	}
	if posted != 6 {
		t.Errorf("%d rows post a notice", posted)
	}
}

func TestWhoMayTakeAStep(t *testing.T) {
	t.Parallel()
	own, foreign, county := Project{Code: "p", Town: "T1"}, Project{Code: "p", Town: "T2"}, Project{Code: "p"}
	owners, counties := 0, 0
	for i := range lifecycle {
		row := &lifecycle[i]
		for _, p := range []*Project{&own, &foreign, &county} {
			if err := row.permit(p, ""); err != nil {
				t.Errorf("the county may not take %s: %v", row.event, err)
			}
		}
		if err := row.permit(&foreign, "T1"); !errors.Is(err, ErrTownship) {
			t.Errorf("a township takes %s of another: %v", row.event, err)
		}
		if err := row.permit(&county, "T1"); !errors.Is(err, ErrTownship) {
			t.Errorf("a township takes %s of the county: %v", row.event, err)
		}
		switch err := row.permit(&own, "T1"); {
		case row.office == officeOwner && err != nil:
			t.Errorf("a township may not take %s of its own: %v", row.event, err)
		case row.office == officeCounty && !errors.Is(err, ErrOffice):
			t.Errorf("a township takes the county's step %s: %v", row.event, err)
		}
		if row.office == officeOwner {
			owners++
		} else {
			counties++
		}
	}
	if owners == 0 || counties == 0 {
		t.Error("one office has no rows")
	}
}

// TestReturnAndSuspendComeBack folds what a return and a suspension leave.
func TestReturnAndSuspendComeBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from   State
		out    Event
		back   Event
		amend  bool
		wantTo State
	}{
		{StateTownPosted, EventReturn, EventResubmit, false, StateTownPosted},
		{StateTownPosted, EventReturn, EventResubmit, true, StateDraft},
		{StateStarted, EventSuspend, EventResume, false, StateStarted},
	} {
		p, s, k := satisfied(&lifecycle[0])
		p.State = c.from
		s.Event = c.out
		mustStep(t, &p, &s, &k)
		if p.Reached(StateInLibrary) != (c.out == EventSuspend) {
			t.Errorf("%s from %s: reached the library %v", c.out, c.from, p.Reached(StateInLibrary))
		}
		if c.amend {
			x := road()
			p.take(&x)
			p.Before = StateDraft
			p.withdrawEntry()
		}
		s.Event = c.back
		mustStep(t, &p, &s, &k)
		if p.State != c.wantTo || p.Before != "" || p.Reason != "" {
			t.Errorf("%s from %s came back to %s, before %q", c.out, c.from, p.State, p.Before)
		}
		if ok, _ := p.PeriodOver("N4", LevelVillage, mustDay("2026-10-10"), 10); ok == c.amend {
			t.Errorf("%s from %s: the village's notice stands %v after amending %v", c.out, c.from, ok, c.amend)
		}
	}
}

func mustStep(t *testing.T, p *Project, s *Step, k *known) {
	t.Helper()
	row, err := p.find(s.Event)
	if err != nil {
		t.Fatal(err)
	}
	f, err := p.decide(row, s, k)
	if err != nil {
		t.Fatal(err)
	}
	p.advance(&f)
}

// TestContractsAndRostersAreKept adds their codes once.
func TestContractsAndRostersAreKept(t *testing.T) {
	t.Parallel()
	p, s, k := satisfied(&lifecycle[0])
	p.State = StateProcured
	for _, code := range []string{"HT-1", "HT-2", "HT-2"} {
		s.Event, s.Subject = EventContract, code
		mustStep(t, &p, &s, &k)
	}
	if !slices.Equal(p.Contracts, []string{"HT-1", "HT-2"}) || p.State != StateContracted {
		t.Errorf("contracts %v in %s", p.Contracts, p.State)
	}
	p.Household, p.State = true, StatePrePosted
	for _, code := range []string{"MC-1", "MC-1"} {
		s.Event, s.Subject = EventRoster, code
		mustStep(t, &p, &s, &k)
	}
	if !slices.Equal(p.Rosters, []string{"MC-1"}) || p.State != StateContracted {
		t.Errorf("rosters %v in %s", p.Rosters, p.State)
	}
}

// TestPeriodOver walks over the last days of periods: counted from the day after
// posting, the last day inclusive.
func TestPeriodOver(t *testing.T) {
	t.Parallel()
	n := Posted{Type: "N8", Subject: "MC-1", From: mustDay("2026-03-01"), To: mustDay("2026-03-11"), Evidence: stepPhoto}
	longer, short, gone := n, n, n
	longer.To, short.To, gone.Withdrawn = mustDay("2026-03-31"), mustDay("2026-03-05"), true
	for _, c := range []struct {
		name  string
		list  []Posted
		day   string
		min   int
		ok    bool
		until string
	}{
		{"the tenth day is still of it", []Posted{n}, "2026-03-11", 10, false, "2026-03-11"},
		{"the day after", []Posted{n}, "2026-03-12", 10, true, "2026-03-11"},
		{"the notice itself says longer", []Posted{longer}, "2026-03-31", 10, false, "2026-03-31"},
		{"and then is over", []Posted{longer}, "2026-04-01", 10, true, "2026-03-31"},
		{"the rule is longer than the notice", []Posted{short}, "2026-03-11", 10, false, "2026-03-11"},
		{"a stricter policy", []Posted{n}, "2026-03-12", 15, false, "2026-03-16"},
		{"withdrawn", []Posted{gone}, "2026-12-31", 10, false, ""},
		{"posted again after withdrawal", []Posted{gone, longer}, "2026-03-20", 10, false, "2026-03-31"},
		{"never posted", nil, "2026-12-31", 10, false, ""},
		{"about another roster", []Posted{{Type: "N8", Subject: "MC-2", From: n.From, To: n.To}}, "2026-12-31", 10, false, ""},
	} {
		p := Project{Posted: c.list}
		ok, until := p.PeriodOver("N8", "MC-1", mustDay(c.day), c.min)
		if ok != c.ok || until.String() != c.until {
			t.Errorf("%s: over %v until %s, want %v until %s", c.name, ok, until, c.ok, c.until)
		}
	}
	p := Project{Posted: []Posted{n}}
	for day, want := range map[string]bool{"2026-02-28": false, "2026-03-01": true, "2027-01-01": true} {
		if p.Published("N8", "MC-1", mustDay(day)) != want {
			t.Errorf("published on %s: %v", day, !want)
		}
	}
	p.withdraw("N8", "MC-1")
	if p.Published("N8", "MC-1", mustDay("2027-01-01")) {
		t.Error("a withdrawn notice counts as published")
	}
}

func TestNoticesRefused(t *testing.T) {
	t.Parallel()
	k := known{today: mustDay("2026-06-15"), days: noticeDays{{"N8", 7}}}
	for _, c := range []struct {
		name string
		n    Posted
		want *fault.Error
	}{
		{"seven days suffice for N8 here", Posted{Type: "N8", Subject: "MC-1", From: mustDay("2026-06-15"), To: mustDay("2026-06-22"), Evidence: stepPhoto}, nil},
		{"a plate has no end", Posted{Type: "N10", From: mustDay("2026-06-15"), Evidence: stepPhoto}, nil},
		{"type", Posted{Type: "N1", From: mustDay("2026-06-15"), To: mustDay("2026-06-30"), Evidence: stepPhoto}, ErrNoticeType},
		{"level", Posted{Type: "N4", From: mustDay("2026-06-15"), To: mustDay("2026-06-30"), Evidence: stepPhoto}, ErrNoticeType},
		{"roster", Posted{Type: "N8", From: mustDay("2026-06-15"), To: mustDay("2026-06-30"), Evidence: stepPhoto}, ErrNoticeType},
		{"photo", Posted{Type: "N5", From: mustDay("2026-06-15"), To: mustDay("2026-06-30")}, ErrEvidence},
		{"tomorrow", Posted{Type: "N5", From: mustDay("2026-06-16"), To: mustDay("2026-06-30"), Evidence: stepPhoto}, ErrOrder},
		{"six days", Posted{Type: "N8", Subject: "MC-1", From: mustDay("2026-06-15"), To: mustDay("2026-06-21"), Evidence: stepPhoto}, ErrNoticeShort},
		{"nine days", Posted{Type: "N5", From: mustDay("2026-06-01"), To: mustDay("2026-06-10"), Evidence: stepPhoto}, ErrNoticeShort},
	} {
		err := (&Project{Code: "p"}).checkNotice(&c.n, &k)
		if (c.want == nil) != (err == nil) || (err != nil && !errors.Is(err, c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestNoticePolicy(t *testing.T) {
	t.Parallel()
	ps := []ledger.Policy{
		{Name: "notice_days", Value: "15", ValidFrom: mustDay("2026-01-01")},
		{Name: "notice_days_N8", Value: "7", ValidFrom: mustDay("2026-01-01")},
		{Name: "notice_days_N4", Value: "30", ValidFrom: mustDay("2026-07-01")},
	}
	for _, c := range []struct {
		ps   []ledger.Policy
		typ  string
		day  string
		want int
	}{
		{nil, "N8", "2026-06-01", 10},
		{ps[1:2], "N8", "2026-06-01", 7},
		{ps, "N8", "2026-06-01", 15},
		{ps, "N4", "2026-06-30", 15},
		{ps, "N4", "2026-07-01", 30},
		{ps, "N8", "2025-12-31", 10},
	} {
		if got, err := NoticeDaysOn(c.ps, c.typ, mustDay(c.day)); err != nil || got != c.want {
			t.Errorf("%s on %s: %d days, %v; want %d", c.typ, c.day, got, err, c.want)
		}
	}
	if _, err := NoticeDaysOn([]ledger.Policy{{Name: "notice_days", Value: "ten"}}, "N4", mustDay("2026-06-01")); !errors.Is(err, ledger.ErrPolicy) {
		t.Errorf("a policy in words: %v", err)
	}
}
