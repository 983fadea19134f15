package payments

import (
	"context"
	"errors"
	"slices"

	"fundbook/internal/db"
	"fundbook/ledger"
	"fundbook/projects"
)

// confirmGates are looked at when a roster is confirmed already: what it is, and
// that people could object to it. The others are of the payment.
var confirmGates = []Gate{GateLibrary, GatePlan, GateN8, GateLoan}

// ConfirmRoster makes a roster owed to its people (E15a, E21) once the gates of its
// kind of payment hold that the roster itself must bring.
func ConfirmRoster(ctx context.Context, tx *db.Tx, c projects.ConfirmCmd) error {
	r, err := projects.LoadRoster(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	if err := r.MayConfirm(); err != nil {
		return err
	}
	h := householdPay{roster: &r, day: c.Date, amount: r.Total()}
	o, f, err := h.load(ctx, tx)
	if err != nil {
		return err
	}
	o.Waiver = c.Waiver
	leave, err := clearSome(ctx, tx, &o, &f, confirmGates)
	if err != nil {
		return err
	}
	if err := projects.ConfirmRoster(ctx, tx, &r, c, h.until); err != nil {
		return err
	}
	o.Amount = 0 // the payment itself takes the waiver's limit
	return leave.Use(ctx, tx, r.Code)
}

// householdPay is a payment of rows of a roster on a day.
type householdPay struct {
	roster *projects.Roster
	lines  []int
	day    ledger.Date
	amount ledger.Amount
	until  ledger.Date // last day of its notice's period, once loaded
}

// load reads what the gates look at, and says what payment it is.
func (h *householdPay) load(ctx context.Context, tx *db.Tx) (Occasion, Facts, error) {
	r := h.roster
	f := Facts{
		Day: h.day, Amount: h.amount, Contract: r.Code, RosterFirm: r.State == projects.RosterConfirmed, Objections: len(r.Blocked(h.lines)),
	}
	o := Occasion{Projects: []string{r.Project}, Contract: r.Code, Amount: h.amount, Day: h.day}
	policies, err := policiesOf(ctx, tx)
	if err != nil {
		return o, f, err
	}
	if f.NoticeDays, err = projects.NoticeDaysOn(policies, "N8", h.day); err != nil {
		return o, f, err
	}
	p, err := projects.LoadProject(ctx, tx, r.Project)
	if err != nil {
		return o, f, err
	}
	if f.Projects, err = projectFacts(ctx, tx, o.Projects, h.day, f.NoticeDays); err != nil {
		return o, f, err
	}
	h.until, f.NoticeOpen = r.NoticeOver(&p, h.day, f.NoticeDays)
	earlier, err := earlierRosters(ctx, tx, r, &p)
	if err != nil {
		return o, f, err
	}
	for i := range earlier {
		if code := earlier[i].Code; !p.ResultsPublished(code, h.day) {
			f.ResultsOpen = append(f.ResultsOpen, code)
		}
	}
	if o.Kind = rosterPayKind(r, earlier); o.Kind == PaySubsidy {
		f.LoanFaults, err = projects.SubsidyFaults(ctx, tx, r, &p)
	}
	return o, f, err
}

// earlierRosters are the rosters of the same programme and project that came before
// and of which something was paid.
func earlierRosters(ctx context.Context, tx *db.Tx, r *projects.Roster, p *projects.Project) ([]projects.Roster, error) {
	var out []projects.Roster
	for _, code := range p.Rosters {
		if code == r.Code {
			break
		}
		e, err := projects.LoadRoster(ctx, tx, code)
		if err != nil {
			return nil, err
		}
		paid := slices.ContainsFunc(e.Lines, func(l projects.RosterLine) bool { return l.State == projects.LinePaid })
		if paid && e.Programme == r.Programme {
			out = append(out, e)
		}
	}
	return out, nil
}

// rosterPayKind is the row of the gate table for a roster: wages and what has been
// paid under the programme before are periodic.
func rosterPayKind(r *projects.Roster, earlier []projects.Roster) PayKind {
	switch {
	case r.Kind == projects.RosterSubsidy:
		return PaySubsidy
	case r.Kind == projects.RosterWage || len(earlier) > 0:
		return PayHousehold
	default:
		return PayHouseholdOnce
	}
}

// clear holds a batch against the gates of its kind of payment on a day.
func (b *Batch) clear(ctx context.Context, tx *db.Tx, r *projects.Roster, day ledger.Date, waiver string) (Clearance, error) {
	h := householdPay{roster: r, lines: b.lines(), day: day, amount: b.Amount()}
	o, f, err := h.load(ctx, tx)
	if err != nil {
		return Clearance{}, err
	}
	o.Waiver, o.Book = waiver, b.Book
	if waiver != "" && waiver == b.Waiver {
		o.Amount = 0 // its limit was taken at approval
	}
	return Clear(ctx, tx, &o, &f)
}

// clearAgain holds an approved batch against the gates on the day it is paid; what
// a waiver released at approval, or releases now, is released.
func (b *Batch) clearAgain(ctx context.Context, tx *db.Tx, r *projects.Roster, c *BatchDateCmd) (Clearance, error) {
	waiver := c.Waiver
	if waiver == "" {
		waiver = b.Waiver
	}
	leave, err := b.clear(ctx, tx, r, c.Date, "")
	if waiver == "" || !errors.Is(err, ErrGate) {
		return leave, err
	}
	return b.clear(ctx, tx, r, c.Date, waiver)
}
