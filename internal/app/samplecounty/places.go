package samplecounty

import (
	"errors"
	"fmt"

	"fundbook/intake/sample"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/region"
	"fundbook/ledger"
)

// town is a township with its villages, as the divisions have them.
type town struct {
	name     string
	code     region.Code
	villages []region.Division
}

// park is the one township-level unit that is no township and runs no projects.
const park = "360726400"

// open opens the county's log and imports its divisions.
func (b *builder) open() error {
	first := ledger.PeriodOf(date(Year, 1, 1), false)
	err := b.app.EnsureCounty(b.ctx, auth.LocalOperator, app.NewCounty{Code: County, Name: countyName, FirstPeriod: first})
	if err != nil {
		return err
	}
	for i, name := range sample.DivisionFiles() {
		list, err := region.Read(sample.Divisions(), name, region.Cutoffs{})
		if err != nil {
			return err
		}
		if i == 0 {
			b.places(&list)
		}
		err = b.app.ImportDivisions(b.ctx, auth.LocalOperator, fmt.Sprintf("sample-divisions-%02d", i), list)
		if err != nil && !errors.Is(err, region.ErrUnchanged) {
			return err
		}
	}
	return nil
}

// places keeps the townships and their villages.
func (b *builder) places(list *region.List) {
	for _, d := range list.Rows {
		if d.Level == region.Township && d.Code != park {
			b.towns = append(b.towns, town{name: d.Name, code: d.Code})
		}
	}
	for _, d := range list.Rows {
		for i := range b.towns {
			if t := &b.towns[i]; d.Level == region.Village && d.Parent == t.code {
				t.villages = append(t.villages, d)
			}
		}
	}
}
