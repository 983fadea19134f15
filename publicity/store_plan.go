package publicity

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/projects"
)

// ErrAbout refuses a subject that the type of notice does not know.
var ErrAbout = fault.New(fault.Invalid, "publicity.about", "公告对象写法不对", "the notice's subject is not written as its type asks")

// ofPlan makes a query of what a plan's notice says.
func ofPlan(sheet func(*yearPlan) (Sheet, error)) func(context.Context, view) (Sheet, error) {
	return func(ctx context.Context, v view) (Sheet, error) {
		plan, err := v.past().Plan(ctx, v.about)
		if err != nil {
			return Sheet{}, err
		}
		codes := map[string]int{}
		for i := range plan.Items {
			codes[plan.Items[i].Project] = i
		}
		all, err := v.works(ctx, func(p *projects.Project) bool { _, ok := codes[p.Code]; return ok })
		if err != nil {
			return Sheet{}, err
		}
		y := yearPlan{plan: plan, works: make([]work, 0, len(all))}
		for i := range plan.Items {
			for j := range all {
				if all[j].p.Code == plan.Items[i].Project && plan.Items[i].Amount != 0 {
					y.works = append(y.works, all[j])
				}
			}
		}
		return sheet(&y)
	}
}

// works reads the projects that want lets through, with their money and results, in
// order of code, in a handful of statements.
func (v *view) works(ctx context.Context, want func(*projects.Project) bool) ([]work, error) {
	past := v.past()
	list, err := past.Projects(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := v.moneyOf(ctx, "")
	if err != nil {
		return nil, err
	}
	byProject := map[string][]lotMoney{}
	for i := range rows {
		byProject[rows[i].Project] = append(byProject[rows[i].Project], rows[i])
	}
	results, err := past.Performances(ctx)
	if err != nil {
		return nil, err
	}
	places, err := region.AsOf(ctx, v.Q, v.County, v.cutoff)
	if err != nil {
		return nil, err
	}
	var out []work
	for i := range list {
		p := &list[i]
		if want(p) {
			out = append(out, work{p: *p, place: nameIn(places, region.Code(p.Village), v.day), money: byProject[p.Code], results: results[p.Code]})
		}
	}
	return out, nil
}

// yearAnd splits YEAR/REST.
func yearAnd(about string) (year int, rest string, err error) {
	first, rest, ok := strings.Cut(about, "/")
	year, errYear := strconv.Atoi(first)
	if !ok || errYear != nil || year < 1949 || year > 9999 || rest == "" {
		return 0, "", ErrAbout.With("%q，应为 年度/对象", about)
	}
	return year, rest, nil
}

// quarterOf reads YEARQn, and returns the first and the last day of the quarter.
func quarterOf(s string) (from, to ledger.Date, name string, err error) {
	if len(s) == 6 && s[4] == 'Q' && s[5] >= '1' && s[5] <= '4' {
		if year, errYear := strconv.Atoi(s[:4]); errYear == nil && year >= 1949 {
			q := int(s[5] - '0')
			from, errFrom := ledger.NewDate(year, 3*q-2, 1)
			next, errNext := ledger.NewDate(year+q/4, 3*q%12+1, 1)
			if err := errors.Join(errFrom, errNext); err != nil {
				return 0, 0, "", err
			}
			return from, next.AddDays(-1), strconv.Itoa(year) + "年第" + ordinal(q) + "季度", nil
		}
	}
	return 0, 0, "", ErrAbout.With("%q，应为 2026Q1 之类的季度", s)
}
