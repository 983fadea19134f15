package projects

import (
	"context"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// owing is what of a project's money is still on its way, over all days.
type owing struct {
	committed ledger.Amount // 7202
	owed      ledger.Amount // 7203
	requested ledger.Amount // 7204
	transit   ledger.Amount // 7301: advances, batches, townships' payments not yet approved
	kept      ledger.Amount // 2003: retention, which comes back after the defect period
}

// paid reports whether nothing is owed but retention: its claims and rosters are
// paid (DOMAIN 5.2 REIMBURSED).
func (o *owing) paid() bool {
	return o.committed == 0 && o.requested == 0 && o.transit == 0 && o.owed == o.kept
}

func owingOf(ctx context.Context, tx *db.Tx, project string) (owing, error) {
	list, err := ledger.BalancesAt(ctx, tx, ledger.MaxDate, ledger.Filter{Book: ledger.County, Project: project})
	var o owing
	for i := range list {
		b := &list[i]
		switch b.Key.Account {
		case "7202":
			o.committed += b.Net
		case "7203":
			o.owed += b.Net
		case "7204":
			o.requested += b.Net
		case "7301":
			o.transit += b.Net
		case "2003":
			o.kept -= b.Net
		default:
		}
	}
	return o, err
}

// Reimburse moves a project to REIMBURSED when a payment, an approval, a settlement
// or a notice has left nothing of it to be paid but retention. A project whose
// table has no such step now, or whose gates do not hold yet, stays: the event that
// completes them asks again.
func Reimburse(ctx context.Context, tx *db.Tx, project string, on ledger.Date) error {
	p, err := projectFile.Load(ctx, tx, project)
	if err != nil {
		return err
	}
	if !slices.Contains(p.Events(), EventReimburse) {
		return nil
	}
	o, err := owingOf(ctx, tx, project)
	if err != nil || !o.paid() {
		return err
	}
	t, err := p.find(EventReimburse)
	if err != nil {
		return err
	}
	step := Step{Event: EventReimburse, On: min(max(on, p.Since), businessDay(tx))}
	k, err := learn(ctx, tx, &p, t.needs(), step.On)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(t.gates, func(g *gate) bool { return g.check(&p, &step, &k) != nil }) {
		return nil // not yet
	}
	f, err := p.decide(t, &step, &k)
	if err != nil {
		return err
	}
	return projectAdvanced.Record(ctx, tx, project, &p, f)
}

// reimburseAll asks of every project of a contract.
func reimburseAll(ctx context.Context, tx *db.Tx, c *Contract, on ledger.Date) error {
	for _, p := range c.Projects {
		if err := Reimburse(ctx, tx, p.Project, on); err != nil {
			return err
		}
	}
	return nil
}
