package projects

import (
	"context"
	"slices"
	"strconv"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// SetCatalog records the integration catalogue of a year and tier, or its next
// version.
func SetCatalog(ctx context.Context, tx *db.Tx, c CatalogCmd) error {
	next, err := c.catalog()
	if err != nil {
		return err
	}
	code := catalogCode(c.Year, c.Tier)
	state, found, err := loadOr(ctx, tx, catalogFile, code)
	if err != nil {
		return err
	}
	if !found {
		return didCatalog.Open(ctx, tx, code, &state, next)
	}
	return didCatalog.Record(ctx, tx, code, &state, next)
}

// loadOr loads a dossier, or its blank state when there is none.
func loadOr[S any](ctx context.Context, tx *db.Tx, k *dossier.Kind[S], code string) (state S, found bool, err error) {
	if found, err = k.Exists(ctx, tx, code); err != nil || !found {
		return state, false, err
	}
	state, err = k.Load(ctx, tx, code)
	return state, true, err
}

// StateYearInput records a yearly figure, or its next version.
func StateYearInput(ctx context.Context, tx *db.Tx, c YearInputCmd) error {
	fact, err := c.decide()
	if err != nil {
		return err
	}
	code := yearCode(c.Year)
	state, found, err := loadOr(ctx, tx, yearInputFile, code)
	if err != nil {
		return err
	}
	if !found {
		return didStateYear.Open(ctx, tx, code, &state, fact)
	}
	return didStateYear.Record(ctx, tx, code, &state, fact)
}

// Pool moves lots into an integration pool (E05), each only when its item is in
// the catalogue of its year and tier (DOMAIN 1.2).
func Pool(ctx context.Context, tx *db.Tx, c PoolCmd) error {
	if err := c.check(); err != nil {
		return err
	}
	for _, p := range c.Parts {
		lot, err := ledger.LotOf(ctx, tx, p.Lot)
		if err != nil {
			return err
		}
		cat, found, err := loadOr(ctx, tx, catalogFile, catalogCode(lot.Year, lot.Tier))
		if err != nil {
			return err
		}
		known := &cat
		if !found {
			known = nil
		}
		if err := checkPoolable(&lot.Lot, known); err != nil {
			return err
		}
	}
	return ledger.Post(ctx, tx, []ledger.Posting{c.posting("E05")})
}

// Unpool takes lots out of a pool again (E05r).
func Unpool(ctx context.Context, tx *db.Tx, c PoolCmd) error {
	if err := c.check(); err != nil {
		return err
	}
	return ledger.Post(ctx, tx, []ledger.Posting{c.posting("E05r")})
}

// AdoptPlan adopts a plan: each project's authority is drawn (E06 from the pool,
// E07 from elsewhere), its funding recorded, and the project moves on.
func AdoptPlan(ctx context.Context, tx *db.Tx, c PlanAdoptCmd) error {
	asked, err := c.check()
	if err != nil {
		return err
	}
	taken, err := planFile.Exists(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if taken {
		return dossier.ErrExists.With("计划 %s", c.Code)
	}
	w, err := newPlanner(ctx, tx, c.Code, c.Document, c.Date)
	if err != nil {
		return err
	}
	items := make([]PlanItem, len(c.Items))
	for i := range c.Items {
		p, err := projectFile.Load(ctx, tx, c.Items[i].Project)
		if err != nil {
			return err
		}
		if err := checkPlannable(&p); err != nil {
			return err
		}
		if err := w.raise(ctx, &p, &c.Items[i]); err != nil {
			return planItemFault(err, i)
		}
		if err := Advance(ctx, tx, p.Code, Step{Event: EventPlan, On: c.AdoptedOn, Document: c.Document}); err != nil {
			return err
		}
		items[i] = PlanItem{Project: p.Code, Unit: p.Unit, Approved: asked[i], Amount: asked[i]}
	}
	var state Plan
	return didAdopt.Open(ctx, tx, c.Code, &state, planAdopted{
		Code: c.Code, Name: c.Name, Kind: c.Kind, Year: c.Year, Document: c.Document, Digest: c.Digest, AdoptedOn: c.AdoptedOn,
		Meeting: c.Meeting, Items: items,
	})
}

// planItemFault says in which item of the command a refusal lies.
func planItemFault(err error, i int) error {
	f := fault.From(err)
	return f.AtText("items["+strconv.Itoa(i)+"]", f, "")
}

// planner is one command's work on a plan.
type planner struct {
	tx             *db.Tx
	plan, document string
	date           ledger.Date
	overBP         int64
	limits         ChangeLimits
}

func newPlanner(ctx context.Context, tx *db.Tx, plan, document string, date ledger.Date) (*planner, error) {
	ps, err := policiesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	over, err := ps.on(policyBudgetOver, date)
	if err != nil {
		return nil, err
	}
	limits, err := ChangeLimitsOn(ps, date)
	return &planner{tx: tx, plan: plan, document: document, date: date, overBP: over, limits: limits}, err
}

// raise gives a project what it asks for: it decides the lots of each source,
// posts them, and records the project's funding.
func (w *planner) raise(ctx context.Context, p *Project, ask *PlanAsk) error {
	var lines []FundingLine
	for i := range ask.Sources {
		add, err := w.take(ctx, p, &ask.Sources[i])
		if err != nil {
			return err
		}
		if err := w.move(ctx, p, add, false); err != nil {
			return err
		}
		lines = append(lines, add...)
	}
	return w.record(ctx, p, lines)
}

// take decides which lots a source gives to a project. Lots that may not be used
// for it are left out of a split; a lot that is named and may not be used is
// refused.
func (w *planner) take(ctx context.Context, p *Project, s *PlanSource) ([]FundingLine, error) {
	use, err := useOf(ctx, w.tx, p)
	if err != nil {
		return nil, err
	}
	use.Confirmed = s.Confirmed
	holder := s.Holder
	if holder == "" && (s.From == "7103" || s.From == "7104") {
		holder = p.Unit
	}
	var parts []ledger.Part
	if len(s.Parts) > 0 {
		parts = ledgerParts(s.Parts)
		err = w.checkLots(ctx, parts, &use)
	} else {
		parts, err = w.draw(ctx, s, holder, &use)
	}
	if err != nil {
		return nil, err
	}
	lines := make([]FundingLine, len(parts))
	for i, part := range parts {
		lines[i] = FundingLine{
			Plan: w.plan, Lot: part.Lot, From: s.From, Pool: s.Pool, Holder: holder, Mode: s.Mode, Amount: part.Amount, Confirmed: s.Confirmed,
		}
	}
	return lines, nil
}

func (w *planner) checkLots(ctx context.Context, parts []ledger.Part, use *Use) error {
	for _, part := range parts {
		lot, err := ledger.LotOf(ctx, w.tx, part.Lot)
		if err != nil {
			return err
		}
		if err := CheckUse(&lot.Lot, use); err != nil {
			return err
		}
	}
	return nil
}

// draw splits the amount of a source over the eligible lots that the place holds.
func (w *planner) draw(ctx context.Context, s *PlanSource, holder string, use *Use) ([]ledger.Part, error) {
	list, err := ledger.BalancesAt(ctx, w.tx, w.date, ledger.Filter{Book: ledger.County, Account: s.From, Unit: holder, Pool: s.Pool})
	if err != nil {
		return nil, err
	}
	var holdings []ledger.Holding
	var barred []fault.Text
	lots := map[ledger.LotID]ledger.LotFacts{}
	for _, b := range list {
		lot, err := ledger.LotOf(ctx, w.tx, b.Key.Lot)
		if err != nil {
			return nil, err
		}
		lots[lot.ID] = lot
		bars, err := Bars(&lot.Lot, use)
		switch {
		case err != nil:
			return nil, err
		case len(bars) > 0 && slices.Contains(s.Lots, lot.ID):
			return nil, CheckUse(&lot.Lot, use)
		case len(bars) > 0:
			barred = append(barred, fault.Say("%s（%s %s）", lot.Code, bars[0].Clause, bars[0].Reason))
		default:
			holdings = append(holdings, ledger.Holding{Lot: lot.ID, Pot: b.Net, Limit: b.Net})
		}
	}
	parts, err := ledger.Draw{Mode: s.Mode, Amount: s.Amount, Lots: s.Lots}.Parts(holdings, lots)
	if err == nil {
		return parts, nil
	}
	detail := fault.From(err).DetailText()
	if len(barred) > 0 {
		detail = fault.Say("%s；不得用于本项目而除外的批次：%s", detail, joinFew(barred))
	}
	return nil, ErrPlanDraw.With("项目 %s 自 %s%s%s：%s", use.Project, s.From, s.Pool, holder, detail).Because(err)
}

// joinFew says the first few of a list in a message.
func joinFew(list []fault.Text) fault.Text {
	const few = 5
	out := list[0]
	for _, s := range list[1:min(len(list), few)] {
		out = fault.Say("%s、%s", out, s)
	}
	if len(list) > few {
		out = fault.Say("%s 等 %d 项", out, len(list))
	}
	return out
}

// move posts what lines give to a project, or take from it.
func (w *planner) move(ctx context.Context, p *Project, lines []FundingLine, cut bool) error {
	m := planMove{Plan: w.plan, Document: w.document, Date: w.date, Project: p.Code, Unit: p.Unit, Lines: lines, Cut: cut}
	return ledger.Post(ctx, w.tx, m.postings())
}

// record adds lines to the project's funding, and refuses what would pass its
// budget.
func (w *planner) record(ctx context.Context, p *Project, lines []FundingLine) error {
	f, found, err := loadOr(ctx, w.tx, fundingFile, p.Code)
	if err != nil {
		return err
	}
	planned, raise := f.Total(), ledger.Amount(0)
	for _, l := range lines {
		raise += l.Amount
	}
	if raise > 0 {
		if err := checkPlanBudget(p, planned+raise, w.overBP); err != nil {
			return err
		}
	}
	fact := fundingPlanned{Project: p.Code, Unit: p.Unit, Town: p.Town, Document: w.document, Lines: lines}
	if !found {
		return didPlanFunding.Open(ctx, w.tx, p.Code, &f, fact)
	}
	return didPlanFunding.Record(ctx, w.tx, p.Code, &f, fact)
}

// AdjustPlan adjusts a plan in mid-year: cuts, moves, then raises.
func AdjustPlan(ctx context.Context, tx *db.Tx, c PlanAdjustCmd) error {
	raised, cut, err := c.check()
	if err != nil {
		return err
	}
	plan, err := planFile.Load(ctx, tx, c.Plan)
	if err != nil {
		return err
	}
	if c.On < plan.AdoptedOn {
		return ErrPlanPart.With("调整日期 %s 早于计划通过日期 %s", c.On, plan.AdoptedOn).At("on", "before the plan", c.On.String())
	}
	w, err := newPlanner(ctx, tx, c.Plan, c.Document, c.Date)
	if err != nil {
		return err
	}
	a := adjuster{planner: w, plan: &plan, cmd: &c}
	for i := range c.Cuts {
		if _, err := a.cut(ctx, &c.Cuts[i]); err != nil {
			return err
		}
	}
	for i := range c.Moves {
		if err := a.shift(ctx, &c.Moves[i]); err != nil {
			return err
		}
	}
	for i := range c.Raises {
		if err := a.add(ctx, &c.Raises[i]); err != nil {
			return err
		}
	}
	if err := a.leave(ctx); err != nil {
		return err
	}
	return didAdjust.Record(ctx, tx, c.Plan, &plan, planAdjusted{
		Adjustment: Adjustment{Document: c.Document, Level: c.Level, On: c.On, Digest: c.Digest, Reason: c.Reason, Raised: raised, Cut: cut},
		Changes:    a.changes,
	})
}

// adjuster is one adjustment at work.
type adjuster struct {
	*planner
	plan    *Plan
	cmd     *PlanAdjustCmd
	changes []planChange
}

// amount is a project's amount in the plan with the changes so far.
func (a *adjuster) amount(project string) PlanItem {
	it, _ := a.plan.item(project)
	it.Project = project
	for _, c := range a.changes {
		if c.Project == project {
			it.Amount += c.Amount
		}
	}
	return it
}

func (a *adjuster) change(p *Project, amount ledger.Amount) {
	i := slices.IndexFunc(a.changes, func(c planChange) bool { return c.Project == p.Code })
	if i < 0 {
		a.changes = append(a.changes, planChange{Project: p.Code, Unit: p.Unit, Amount: amount})
		return
	}
	a.changes[i].Amount += amount
}

// cut takes authority back from a project and returns the lines that it came from.
func (a *adjuster) cut(ctx context.Context, c *PlanCut) ([]FundingLine, error) {
	if _, in := a.plan.item(c.Project); !in {
		return nil, ErrPlanProject.With("计划 %s 项目 %s", a.plan.Code, c.Project)
	}
	p, err := projectFile.Load(ctx, a.tx, c.Project)
	if err != nil {
		return nil, err
	}
	f, err := fundingFile.Load(ctx, a.tx, c.Project)
	if err != nil {
		return nil, err
	}
	basis, err := a.basis(ctx, &f)
	if err != nil {
		return nil, err
	}
	parts, err := cutParts(c, &f, a.plan.Code, basis)
	if err != nil {
		return nil, err
	}
	m := planMove{Lines: f.giveBack(a.plan.Code, parts), Cut: true}
	var sum ledger.Amount
	for i := range m.Lines {
		m.Lines[i].Mode = c.Mode
		sum += m.Lines[i].Amount
	}
	p.Unit = f.Unit // the unit under which it was planned
	if err := a.move(ctx, &p, m.Lines, true); err != nil {
		return nil, err
	}
	a.change(&p, -sum)
	return m.Lines, a.record(ctx, &p, m.signed())
}

// basis reads what the ledger holds in plan, uncommitted, for a project.
func (a *adjuster) basis(ctx context.Context, f *Funding) (*cutBasis, error) {
	b := &cutBasis{free: map[ledger.LotID]ledger.Amount{}, lots: map[ledger.LotID]ledger.LotFacts{}}
	list, err := ledger.BalancesAt(ctx, a.tx, a.date, ledger.Filter{Book: ledger.County, Account: "7201", Project: f.Project, Unit: f.Unit})
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		b.free[x.Key.Lot] += x.Net
	}
	for i := range f.Lines {
		if b.lots[f.Lines[i].Lot], err = ledger.LotOf(ctx, a.tx, f.Lines[i].Lot); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// shift moves authority from one project to another within its lots and places.
func (a *adjuster) shift(ctx context.Context, s *PlanShift) error {
	lines, err := a.cut(ctx, &s.PlanCut)
	if err != nil {
		return err
	}
	ask := PlanAsk{Project: s.To}
	for _, group := range groupLines(lines) {
		src := PlanSource{From: group[0].From, Pool: group[0].Pool, Holder: group[0].Holder, Confirmed: s.Confirmed}
		for _, l := range group {
			src.Parts = append(src.Parts, LotPart{Lot: l.Lot, Amount: l.Amount})
		}
		ask.Sources = append(ask.Sources, src)
	}
	return a.add(ctx, &ask)
}

// add raises a project of the plan, or enters a new one.
func (a *adjuster) add(ctx context.Context, ask *PlanAsk) error {
	total, err := ask.total("raises")
	if err != nil {
		return err
	}
	p, err := projectFile.Load(ctx, a.tx, ask.Project)
	if err != nil {
		return err
	}
	it := a.amount(p.Code)
	if _, in := a.plan.item(p.Code); !in && it.Amount == 0 {
		if err := checkPlannable(&p); err != nil {
			return err
		}
	}
	if err := a.limits.CheckPlanRaise(it.raised(total, a.cmd.Level, a.cmd.Document)); err != nil {
		return err
	}
	if err := a.raise(ctx, &p, ask); err != nil {
		return err
	}
	a.change(&p, total)
	return Advance(ctx, a.tx, p.Code, Step{Event: EventPlan, On: a.cmd.On, Document: a.cmd.Document})
}

// leave takes projects that come to nothing, in every plan, out of the plan again;
// one that has a contract or a roster stays where it is, for that goes on.
func (a *adjuster) leave(ctx context.Context) error {
	for _, c := range a.changes {
		f, _, err := loadOr(ctx, a.tx, fundingFile, c.Project)
		if err != nil {
			return err
		}
		p, err := projectFile.Load(ctx, a.tx, c.Project)
		if err != nil {
			return err
		}
		if c.Amount >= 0 || f.Total() != 0 || len(p.Contracts)+len(p.Rosters) > 0 || !slices.Contains(unplannable, p.State) {
			continue
		}
		step := Step{Event: EventUnplan, On: a.cmd.On, Document: a.cmd.Document, Reason: a.cmd.Reason}
		if err := Advance(ctx, a.tx, c.Project, step); err != nil {
			return err
		}
	}
	return nil
}

// unplannable are the states from which a project goes back to the reserve.
var unplannable = []State{StatePlanned, StatePrePosted, StateProcured}
