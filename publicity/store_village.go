package publicity

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/region"
	"fundbook/projects"
)

// villageOf is the frozen query behind N9: the code of a village, / and a quarter.
func villageOf(ctx context.Context, v view) (Sheet, error) {
	code, period, ok := strings.Cut(v.about, "/")
	if !ok || region.Code(code).Level() != region.Village {
		return Sheet{}, ErrAbout.With("%q，应为 村代码/季度，如 360726101203/2026Q1", v.about)
	}
	q := villageQuarter{}
	var err error
	if q.from, q.to, q.quarter, err = quarterOf(period); err != nil {
		return Sheet{}, err
	}
	if q.village, err = v.placeName(ctx, code); err != nil {
		return Sheet{}, err
	}
	if q.village == "" {
		return Sheet{}, ErrAbout.With("村 %s 不在已导入的区划内", code)
	}
	q.works, err = v.works(ctx, func(p *projects.Project) bool { return p.Village == code && p.Reached(projects.StateInLibrary) })
	if err != nil {
		return Sheet{}, err
	}
	if len(q.works) == 0 {
		return Sheet{}, ErrNotYet.With("%s 没有入库的项目", q.village)
	}
	for i := range q.works {
		for _, r := range q.works[i].p.Rosters {
			roster, err := v.past().Roster(ctx, r)
			if err != nil {
				return Sheet{}, err
			}
			q.rosters = append(q.rosters, roster)
		}
	}
	if q.replies, err = v.replies(ctx, &q); err != nil {
		return Sheet{}, err
	}
	out, err := q.sheet()
	out.town = q.works[0].p.Town
	return out, err
}

// replies are the objections of the quarter to notices of the village's projects, and how
// each ended.
func (v *view) replies(ctx context.Context, q *villageQuarter) ([]Fact, error) {
	files, err := noticeFile.ListAsOf(ctx, v.Q, v.County, v.cutoff)
	if err != nil {
		return nil, err
	}
	ours := map[string]bool{}
	for i := range files {
		ours[files[i].Code] = slices.ContainsFunc(files[i].Projects, func(p string) bool {
			return slices.ContainsFunc(q.works, func(w work) bool { return w.p.Code == p })
		})
	}
	list, err := objectionFile.ListAsOf(ctx, v.Q, v.County, v.cutoff)
	if err != nil {
		return nil, err
	}
	var out []Fact
	for i := range list {
		if o := &list[i]; ours[o.Notice] && o.On >= q.from && o.On <= q.to {
			out = append(out, o.reply())
		}
	}
	return out, nil
}

// useOf is the frozen query behind N7: a department, / and a quarter.
func useOf(ctx context.Context, v view) (Sheet, error) {
	department, period, ok := strings.Cut(v.about, "/")
	if !ok || department == "" {
		return Sheet{}, ErrAbout.With("%q，应为 主管部门/季度", v.about)
	}
	d := departmentUse{department: department}
	var err error
	if _, d.to, d.quarter, err = quarterOf(period); err != nil {
		return Sheet{}, err
	}
	d.works, err = v.works(ctx, func(p *projects.Project) bool { return p.Department == department && p.Reached(projects.StatePlanned) })
	if err != nil {
		return Sheet{}, err
	}
	if len(d.works) == 0 {
		return Sheet{}, ErrNotYet.With("%s 没有列入计划的项目", department)
	}
	return d.sheet()
}

// loansOf is the frozen query behind N12: a year.
func loansOf(ctx context.Context, v view) (Sheet, error) {
	year, err := strconv.Atoi(v.about)
	if err != nil || year < 1949 || year > 9999 {
		return Sheet{}, ErrAbout.With("%q，应为年度", v.about)
	}
	l := loanYear{year: year, towns: map[string]string{}}
	all, err := v.past().Loans(ctx)
	if err != nil {
		return Sheet{}, err
	}
	for i := range all {
		if all[i].From.Year() > year || (!all[i].Closed.IsZero() && all[i].Closed.Year() < year) {
			continue
		}
		l.loans = append(l.loans, all[i])
		l.towns[all[i].Code] = all[i].Town
	}
	if len(l.loans) == 0 {
		return Sheet{}, ErrNotYet.With("%d 年没有登记的小额信贷", year)
	}
	l.subsidies = projects.SubsidyDue(l.loans, year)
	return l.sheet()
}

// countyName is the county's name as its log begins.
func (v *view) countyName(ctx context.Context) (string, error) {
	row, err := db.CountyByNo(ctx, v.Q, v.County)
	return row.Name, err
}
