package projects

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

// RollCmd carries an unfunded project over to next year's library (DOMAIN 5.2).
type RollCmd struct {
	Project  string      `json:"project" validate:"required,max=64"`
	On       ledger.Date `json:"on" validate:"required"`
	Document string      `json:"document" validate:"required,max=80"` // 项目库调整文件
	Reason   string      `json:"reason" validate:"required,max=400"`
	// Category is the category in the tree of next year, where the old one is not in
	// it; Start and Finish are the new schedule, a year later when left out.
	Category string      `json:"category,omitempty" validate:"max=6"`
	Start    ledger.Date `json:"start,omitzero"`
	Finish   ledger.Date `json:"finish,omitzero"`
}

// RollProject carries a project that is in the library, still needed and without
// money over to the library of the next year, under a new code, with links both
// ways. From the fourth quarter on; never with money in plan, never after a failed
// evaluation of its own or of the project it was rolled from (DOMAIN 7: 结果应用).
func RollProject(ctx context.Context, tx *db.Tx, c RollCmd) error {
	p, err := projectFile.Load(ctx, tx, c.Project)
	if err != nil {
		return err
	}
	x := p.particulars()
	x.Year++
	if c.Category != "" {
		if old, ok := CategoryOf(p.Category, p.Year); ok && old.Eligible.Household {
			x.Household = false // the new category says
		}
		x.Category, x.FuncCode = c.Category, ""
	}
	x.Start, x.Finish = yearLater(p.Start, c.Start), yearLater(p.Finish, c.Finish)
	x.setDefaults()
	step := Step{Event: EventRoll, On: c.On, Document: c.Document, Reason: c.Reason}
	if err := p.mayRoll(ctx, tx, &step); err != nil {
		return err
	}
	if err := x.check(); err != nil {
		return err
	}
	next, err := openProject(ctx, tx, Entered{Particulars: x, State: StateInLibrary, On: c.On, RolledFrom: p.Code})
	if err != nil {
		return err
	}
	step.Subject = next
	return Advance(ctx, tx, p.Code, step)
}

// mayRoll asks the table before the new project is numbered.
func (p *Project) mayRoll(ctx context.Context, tx *db.Tx, s *Step) error {
	t, err := p.find(s.Event)
	if err != nil {
		return err
	}
	if err := t.permit(p, tx.Unit); err != nil {
		return err
	}
	k, err := learn(ctx, tx, p, t.needs(), s.On)
	if err != nil {
		return err
	}
	_, err = p.decide(t, s, &k)
	return err
}

// yearLater is a day that was stated, or else the old one in the next year.
func yearLater(old, stated ledger.Date) ledger.Date {
	if !stated.IsZero() {
		return stated
	}
	d, err := ledger.NewDate(old.Year()+1, old.Month(), old.Day())
	if err != nil { // 29 February
		return old.AddDays(365)
	}
	return d
}

// RemoveCmd takes a project out of the library (出库).
type RemoveCmd struct {
	Project  string      `json:"project" validate:"required,max=64"`
	On       ledger.Date `json:"on" validate:"required"`
	Document string      `json:"document,omitempty" validate:"max=80"`
	Reason   string      `json:"reason" validate:"required,max=400"`
}

// RemoveProject takes a project out of the library for good, with the reason. Its
// code is never used again. A township removes its own drafts, the county the
// rest; never with money in plan.
func RemoveProject(ctx context.Context, tx *db.Tx, c RemoveCmd) error {
	return Advance(ctx, tx, c.Project, Step{Event: EventRemove, On: c.On, Document: c.Document, Reason: c.Reason})
}
