package projects

import (
	"context"
	"errors"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// learn loads what gates ask for; policies are those in force on the day of the
// step.
func learn(ctx context.Context, tx *db.Tx, p *Project, n need, on ledger.Date) (known, error) {
	k := known{today: businessDay(tx), season: defaultSeason}
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return k, err
	}
	if k.days, err = noticePolicy(ps, on); err != nil {
		return k, err
	}
	if k.season, err = policyNumber(ps, PolicyRollMonth, on, defaultSeason); err != nil {
		return k, err
	}
	if n&(needMoney|needPaid) != 0 {
		if k.money, err = moneyOf(ctx, tx, p.Code); err != nil {
			return k, err
		}
	}
	if n&needPaid != 0 && k.money.paid == 0 {
		f, err := figuresAt(ctx, tx, p.Code, 0)
		if err != nil {
			return k, err
		}
		k.money.paid = f.Paid
	}
	if n&needGrade != 0 {
		if err := k.learnGrade(ctx, tx, p); err != nil {
			return k, err
		}
	}
	if n&needAssets != 0 {
		err = k.learnAssets(ctx, tx, p)
	}
	return k, err
}

// moneyOf reads where the authority of a project stands over all days, with
// what the batch has posted.
func moneyOf(ctx context.Context, tx *db.Tx, project string) (standing, error) {
	list, err := ledger.BalancesAt(ctx, tx, ledger.MaxDate, ledger.Filter{Book: ledger.County, Project: project})
	var s standing
	for _, b := range list {
		switch b.Key.Account {
		case "7201", "7202", "7203", "7204":
			s.planned += b.Net
			s.open += b.Net
		case "7301":
			s.open += b.Net
			s.paid += b.Net
		case "7302":
			s.paid += b.Net
		}
	}
	return s, err
}

// projectMoney is a project's row of the ledger over all lots, and up to which
// record it was read.
type projectMoney struct {
	ledger.ProjectRow
	lots   []ledger.ProjectRow
	cutOff int64
}

// figuresAt reads what the ledger says of a project up to a day (0: all days), as
// committed before this batch: year-end closes do not count (DOMAIN 6.5).
func figuresAt(ctx context.Context, tx *db.Tx, project string, day ledger.Date) (projectMoney, error) {
	q, err := tx.DB(ctx)
	if err != nil {
		return projectMoney{}, err
	}
	list, err := ledger.ProjectsReport(ctx, q, tx.CountyNo(), ledger.ProjectsQuery{At: ledger.At{AsOf: day}, Project: project})
	if errors.Is(err, ledger.ErrKeyUnknown) {
		err = nil // the ledger has not seen the project
	}
	m := projectMoney{lots: list.Rows, cutOff: list.At.KnownAt}
	for _, r := range list.Rows {
		m.Planned += r.Planned
		m.Committed += r.Committed
		m.Payable += r.Payable
		m.Paid += r.Paid
		m.Executed += r.Executed
	}
	return m, err
}

// plan is the authority in plan as it stands: what is paid and what may still be.
func (m *projectMoney) plan() ledger.Amount { return m.Planned + m.Committed + m.Payable + m.Paid }

// The policies of the library, and what holds where a county has set none.
const (
	// PolicyNoticeDays is how long notices stay posted at least; with a type after
	// it (notice_days_N8) it is for that type. Of both the stricter counts.
	PolicyNoticeDays = "notice_days"
	// PolicyRollMonth is the month in which the yearly adjustment begins.
	PolicyRollMonth = "roll_from_month"

	defaultSeason = 10
)

// policyNumber reads a policy that is a whole number.
func policyNumber(ps []ledger.Policy, name string, day ledger.Date, otherwise int) (int, error) {
	n, _, err := ledger.Parameter{Name: name, Value: int64(otherwise), High: 1_000_000}.On(ps, day, ledger.ErrPolicy)
	return int(n), err
}

// noticePolicy reads how long each type of notice stays posted: of the general
// policy and that of the type the stricter counts (DOMAIN 6.3).
func noticePolicy(ps []ledger.Policy, day ledger.Date) (noticeDays, error) {
	var out noticeDays
	for _, t := range noticeTypes {
		_, general := ledger.PolicyOn(ps, PolicyNoticeDays, day)
		days, err := policyNumber(ps, PolicyNoticeDays, day, defaultNoticeDays)
		if err != nil {
			return nil, err
		}
		own, err := policyNumber(ps, PolicyNoticeDays+"_"+t.typ, day, -1)
		if err != nil {
			return nil, err
		}
		if own >= 0 && (!general || own > days) {
			days = own
		}
		out = append(out, struct {
			typ  string
			days int
		}{t.typ, days})
	}
	return out, nil
}

// NoticeDaysOn returns for how many days a notice of a type must stay posted, by
// the policies in force on a day.
func NoticeDaysOn(ps []ledger.Policy, typ string, day ledger.Date) (int, error) {
	days, err := noticePolicy(ps, day)
	return days.of(typ), err
}

// ProjectFilter says which projects are listed; an empty field says nothing. Town
// is the township whose account asks: it sees its own and the county's.
type ProjectFilter struct {
	State    State
	Year     int
	Village  string
	Category string // code of a category: it and what is below it
	Unit     string // responsible unit
	Town     string
	After    string // codes greater than this one
	Limit    int    // 0: all
}

func (f *ProjectFilter) lets(p *Project) bool {
	return strings.HasPrefix(p.Category, f.Category) && (f.Unit == "" || p.Unit == f.Unit)
}

// ListProjects returns the projects that the filter lets through, in order of code.
func ListProjects(ctx context.Context, q bun.IDB, county int32, f ProjectFilter) ([]Project, error) {
	const page = 500
	out := []Project{}
	after := f.After
	for {
		list, err := projectFile.List(ctx, q, county, dossier.Filter{
			Status: string(f.State), Village: f.Village, Year: f.Year, Unit: f.Town, After: after, Limit: page,
		})
		if err != nil {
			return nil, err
		}
		for i := range list {
			if p := &list[i].State; f.lets(p) {
				out = append(out, *p)
			}
			after = list[i].Code
			if f.Limit > 0 && len(out) == f.Limit {
				return out, nil
			}
		}
		if len(list) < page {
			return out, nil
		}
	}
}

// LibraryReport returns the computed figures of a library year.
func LibraryReport(ctx context.Context, q bun.IDB, county int32, year int) (LibraryFigures, error) {
	list, err := ListProjects(ctx, q, county, ProjectFilter{Year: year})
	if err != nil {
		return LibraryFigures{}, err
	}
	return Figures(year, list), nil
}
