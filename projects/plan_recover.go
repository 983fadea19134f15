package projects

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// PlanRecovery (计划收回) is authority that leaves the plans of a project for good, to
// wait in 7401: recovered (E17), saved (E13), or come
// back after it was spent (E15f, E16).
type PlanRecovery struct {
	Project  string
	Document string
	On       ledger.Date
	Reason   string
	Parts    []LotPart // positive
}

// RecoverPlan lowers the ceilings of a project's lots and its plans by what was
// taken out of it, so that plans never say more than authority bears: what is free
// elsewhere may be planned anew. The newest plans give first. What stands in no plan
// (a project planned before its plans were recorded) changes nothing. The ledger's
// part is posted by the caller.
func RecoverPlan(ctx context.Context, tx *db.Tx, r PlanRecovery) error {
	f, found, err := loadOr(ctx, tx, fundingFile, r.Project)
	if err != nil || !found {
		return err
	}
	lines := f.surrender(r.Parts)
	if len(lines) == 0 {
		return nil
	}
	if err := didRecoverFunding.Record(ctx, tx, r.Project, &f, fundingRecovered{r.Document, r.On, lines}); err != nil {
		return err
	}
	for _, c := range planCuts(lines) {
		p, found, err := loadOr(ctx, tx, planFile, c.plan)
		if err != nil {
			return err
		}
		it, in := p.item(r.Project)
		if !found || !in {
			continue
		}
		cut := min(c.amount, it.Amount)
		err = didAdjust.Record(ctx, tx, c.plan, &p, planAdjusted{
			Adjustment: Adjustment{Document: r.Document, Level: levelRecovery, On: r.On, Reason: r.Reason, Cut: cut},
			Changes:    []planChange{{Project: r.Project, Unit: f.Unit, Amount: -cut}},
		})
		if err != nil {
			return err
		}
	}
	return f.unplan(ctx, tx, &r)
}

// unplan takes a project of which nothing is planned any more, and which has neither
// contract nor roster, back to the reserve.
func (f *Funding) unplan(ctx context.Context, tx *db.Tx, r *PlanRecovery) error {
	p, err := projectFile.Load(ctx, tx, r.Project)
	if err != nil || f.Total() != 0 || len(p.Contracts)+len(p.Rosters) > 0 || !slices.Contains(unplannable, p.State) {
		return err
	}
	on := min(max(r.On, p.Since), businessDay(tx))
	return Advance(ctx, tx, r.Project, Step{Event: EventUnplan, On: on, Document: r.Document, Reason: r.Reason})
}

// surrender finds the lines that give parts up, the newest first; what no
// line holds is left out.
func (f *Funding) surrender(parts []LotPart) []FundingLine {
	left := slices.Clone(f.Lines)
	var out []FundingLine
	for _, p := range parts {
		for i := len(left) - 1; i >= 0 && p.Amount > 0; i-- {
			if left[i].Lot != p.Lot || left[i].Amount <= 0 {
				continue
			}
			n := min(left[i].Amount, p.Amount)
			p.Amount -= n
			left[i].Amount -= n
			l := left[i]
			l.Amount = n
			out = append(out, l)
		}
	}
	return out
}

type planCut struct {
	plan   string
	amount ledger.Amount // positive
}

// planCuts adds surrendered lines up per plan, in the order of the lines.
func planCuts(lines []FundingLine) []planCut {
	var out []planCut
	for i := range lines {
		j := slices.IndexFunc(out, func(c planCut) bool { return c.plan == lines[i].Plan })
		if j < 0 {
			j = len(out)
			out = append(out, planCut{plan: lines[i].Plan})
		}
		out[j].amount += lines[i].Amount
	}
	return out
}

// recoverPlans is RecoverPlan for what leaves several projects, in their order.
func recoverPlans(ctx context.Context, tx *db.Tx, r PlanRecovery, parts []FundingPart) error {
	var order []string
	per := map[string][]LotPart{}
	for _, f := range lotSums(parts) {
		if f.Amount <= 0 {
			continue
		}
		if per[f.Project] == nil {
			order = append(order, f.Project)
		}
		per[f.Project] = append(per[f.Project], LotPart{Lot: f.Lot, Amount: f.Amount})
	}
	for _, code := range order {
		r.Project, r.Parts = code, per[code]
		if err := RecoverPlan(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}
