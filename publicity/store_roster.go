package publicity

import (
	"context"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/region"
	"fundbook/projects"
)

// rosterOf is the frozen query behind N8: the code of a roster, with /result once it is
// paid.
func rosterOf(ctx context.Context, v view) (Sheet, error) {
	code, paid := strings.CutSuffix(v.about, "/result")
	past := v.past()
	s := subsidy{paid: paid}
	var err error
	if s.roster, err = past.Roster(ctx, code); err != nil {
		return Sheet{}, err
	}
	if s.project, err = past.Project(ctx, s.roster.Project); err != nil {
		return Sheet{}, err
	}
	county, err := db.CountyByNo(ctx, v.Q, v.County)
	if err != nil {
		return Sheet{}, err
	}
	rows, err := past.RosterPersons(ctx, v.Persons, county.Code, &s.roster)
	if err != nil {
		return Sheet{}, err
	}
	places, err := region.AsOf(ctx, v.Q, v.County, v.cutoff)
	if err != nil {
		return Sheet{}, err
	}
	for i := range rows {
		if paid && rows[i].State != projects.LinePaid {
			continue
		}
		name, _ := places.NameOn(region.Code(rows[i].Village), v.day)
		s.rows = append(s.rows, payeeOf(&rows[i], s.roster.Kind, name))
	}
	if len(s.rows) == 0 {
		return Sheet{}, ErrNotYet.With("名册 %s 没有%s的行", code, map[bool]string{true: "已发放", false: "有效"}[paid])
	}
	out, err := s.sheet()
	out.town, out.projects = s.roster.Town, []string{s.project.Code}
	return out, err
}
