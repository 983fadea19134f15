package app

import (
	"context"
	"errors"

	"github.com/uptrace/bun"

	"fundbook/internal/auth"
	"fundbook/payments"
	"fundbook/projects"
)

// PreviewRoster reads and judges a file as roster.create would, and records
// nothing.
func (a *App) PreviewRoster(ctx context.Context, who auth.Who, county string, c projects.RosterCmd) (report projects.RosterReport, err error) {
	if err := who.May("roster.create", county); err != nil {
		return report, err
	}
	if err := validate(c); err != nil {
		return report, err
	}
	err = a.desk(ctx, who, county, func(ctx context.Context, q bun.IDB, at projects.Desk) error {
		p, err := projects.PrepareRoster(ctx, q, at, c)
		report = p.Report
		if errors.Is(err, projects.ErrRosterRows) {
			return nil // the report says it
		}
		return err
	})
	return report, err
}

// BankFile returns the bank file of an exported batch, the same bytes every time.
func (a *App) BankFile(ctx context.Context, who auth.Who, county, batch string) (file []byte, err error) {
	if err := who.May("batch.export", county); err != nil {
		return nil, err
	}
	err = a.desk(ctx, who, county, func(ctx context.Context, q bun.IDB, at projects.Desk) (err error) {
		file, err = payments.BankFile(ctx, q, at, batch)
		return err
	})
	return file, err
}

// RosterPayees returns the rows of a roster with their persons, for those who may
// read persons: the notice, the review.
func (a *App) RosterPayees(ctx context.Context, who auth.Who, county, roster string) (r projects.Roster, payees []projects.Payee, err error) {
	if err := who.May(PermPersons, county); err != nil {
		return r, nil, err
	}
	err = a.desk(ctx, who, county, func(ctx context.Context, q bun.IDB, at projects.Desk) (err error) {
		if r, err = projects.FindRoster(ctx, q, at.No, roster, at.Unit); err != nil {
			return err
		}
		payees, err = projects.OpenLines(ctx, q, at, roster, r.Lines)
		return err
	})
	return r, payees, err
}

// PreviewResult reads and judges a bank's result file as batch.result would, and
// records nothing. The refusal of its rows is returned as a fault with their places.
func (a *App) PreviewResult(ctx context.Context, who auth.Who, county string, c payments.ResultCmd) (report payments.ResultReport, err error) {
	if err := who.May("batch.pay", county); err != nil {
		return report, err
	}
	if err := validate(c); err != nil {
		return report, err
	}
	err = a.desk(ctx, who, county, func(ctx context.Context, q bun.IDB, at projects.Desk) error {
		p, err := payments.PrepareResult(ctx, q, at, c)
		report = p.Report
		return err
	})
	return report, err
}
