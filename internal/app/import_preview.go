package app

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"fundbook/internal/auth"
	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/payments"
	"fundbook/projects"
)

// PreviewProjects reads and judges a plan table as import.projects would, and
// records nothing. What is wrong with its rows stands in the report; a fault says
// that the file is no such table.
func (a *App) PreviewProjects(ctx context.Context, who auth.Who, county string, c projects.ImportCmd) (report projects.ImportReport, err error) {
	if err := who.May("project.enter", county); err != nil {
		return report, err
	}
	if err := validate(c); err != nil {
		return report, err
	}
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		known, err := region.Load(ctx, v.Q, v.County.County)
		if err != nil {
			return err
		}
		_, report, err = projects.ReadPlan(&c, projects.TableReader{County: v.County.Code, Places: known, Town: who.Scope()})
		return err
	})
	return report, err
}

// PreviewTreasury reads an export of the treasury system and compares it as
// treasury.import would, and records nothing.
func (a *App) PreviewTreasury(ctx context.Context, who auth.Who, county string, c payments.TreasuryCmd) (items []payments.TreasuryItem, err error) {
	if err := who.May("import.treasury", county); err != nil {
		return nil, err
	}
	if err := validate(c); err != nil {
		return nil, err
	}
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		p, err := payments.PrepareTreasury(ctx, v.Q, projects.Desk{County: v.County.Code, No: v.County.County, Unit: who.Scope()}, c)
		items = p.Items
		return err
	})
	return items, err
}

// PreviewTakeover reads and judges the three tables of a take-over as
// takeover.prepare would, and records nothing: its findings, and the table for both
// persons to sign.
func (a *App) PreviewTakeover(ctx context.Context, who auth.Who, county string, c projects.TakeoverCmd) (o *projects.Opening, err error) {
	if err := who.May("import.opening", county); err != nil {
		return nil, err
	}
	if err := validate(c); err != nil {
		return nil, err
	}
	err = a.view(ctx, county, func(ctx context.Context, v View) error {
		known, err := region.Load(ctx, v.Q, v.County.County)
		if err != nil {
			return err
		}
		o, err = projects.ReadOpening(&c, v.County.Code, known)
		return err
	})
	return o, err
}

// FindingsOf are the places that a refusal names, as findings of a file: row and
// column where the fault has them.
func FindingsOf(err error) []projects.RowFinding {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	out := make([]projects.RowFinding, 0, len(f.Fields))
	for _, x := range f.Fields {
		why := placeWhy{f, x}
		finding := projects.RowFinding{Value: x.Value, Severity: "error"}
		finding.Code, _, finding.Remedy = why.split(fault.Chinese)
		finding.Row, finding.Column = placeOf(x.Location)
		out = append(out, finding.Said(why))
	}
	return out
}

// placeWhy is the reason of one place of a refusal.
type placeWhy struct {
	f *fault.Error
	x fault.Field
}

// In implements fault.Speaker.
func (p placeWhy) In(lang string) string {
	_, why, _ := p.split(lang)
	return why
}

// split takes apart what projects.RowsFault put together: code, reason, remedy. Of
// other faults the code and the remedy are those of the rule.
func (p placeWhy) split(lang string) (code, why, remedy string) {
	message, mark, colon := p.x.In(lang).Message, "；", "："
	if lang != fault.Chinese {
		mark, colon = "; remedy: ", ": "
	}
	code, why, remedy = p.f.Code, message, remedyOf(p.f)
	head, tail, rows := strings.Cut(message, mark)
	title := p.f.Title(lang)
	switch {
	case remedies[p.f.Code] != "": // the file is no such table: what is said of the place is how
		if why = title; message != title {
			why += colon + message
		}
	case rows: // projects.RowsFault
		why, remedy = head, tail
		if first, rest, ok := strings.Cut(head, " "); ok && plainCode(first) {
			code, why = first, rest
		}
	}
	return code, why, remedy
}

// placeOf reads the row and the column of a place such as result.csv[3].金额.
func placeOf(location string) (row int, column string) {
	_, rest, ok := strings.Cut(location, "[")
	if !ok {
		return 0, ""
	}
	number, rest, _ := strings.Cut(rest, "]")
	row, err := strconv.Atoi(number)
	if err != nil {
		return 0, ""
	}
	return row, strings.TrimPrefix(rest, ".")
}

func plainCode(s string) bool {
	for _, r := range s {
		if r > 'z' || r == ' ' {
			return false
		}
	}
	return s != ""
}
