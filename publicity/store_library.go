package publicity

import (
	"context"

	"fundbook/internal/region"
	"fundbook/projects"
)

// libraryOf is the frozen query behind N4: YEAR/county, YEAR/TOWNSHIP, or YEAR/ and
// the code of a village.
func libraryOf(ctx context.Context, v view) (Sheet, error) {
	year, scope, err := yearAnd(v.about)
	if err != nil {
		return Sheet{}, err
	}
	e := entries{year: year, level: "乡镇", place: scope}
	want := func(p *projects.Project) bool { return p.Town == scope }
	switch code := region.Code(scope); {
	case scope == "county":
		e.level = "县"
		if e.place, err = v.countyName(ctx); err != nil {
			return Sheet{}, err
		}
		want = func(*projects.Project) bool { return true }
	case code.Level() == region.Village:
		e.level = "村"
		if e.place, err = v.placeName(ctx, scope); err != nil {
			return Sheet{}, err
		}
		want = func(p *projects.Project) bool { return p.Village == scope }
	}
	e.works, err = v.works(ctx, func(p *projects.Project) bool {
		return p.Year == year && p.State != projects.StateRemoved && p.State != projects.StateDraft && want(p)
	})
	if err != nil {
		return Sheet{}, err
	}
	if len(e.works) == 0 {
		return Sheet{}, ErrNotYet.With("%s 没有 %d 年度申报的项目", e.place, year)
	}
	out, err := e.sheet()
	if e.level != "县" {
		out.town = e.works[0].p.Town
	}
	for i := range e.works {
		out.projects = append(out.projects, e.works[i].p.Code)
	}
	return out, err
}
