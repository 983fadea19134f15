package main

import (
	"path/filepath"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/dossier"
	"fundbook/payments"
	"fundbook/projects"
)

type importIndicatorsCmd struct{ tableFlags }

// Run compares an export of the treasury system's indicators with the lots.
func (c *importIndicatorsCmd) Run(s *session) error {
	return c.treasury(s, payments.TreasuryIndicators)
}

type importPaymentsCmd struct{ tableFlags }

// Run compares an export of the treasury system's payments with the references that
// were recorded.
func (c *importPaymentsCmd) Run(s *session) error { return c.treasury(s, payments.TreasuryPayments) }

// treasury imports an export and lists what was not matched.
func (f *tableFlags) treasury(s *session, what string) error {
	cmd := payments.TreasuryCmd{What: what, FileName: filepath.Base(f.File)}
	err := f.run(s, func(a *app.App, county string, raw []byte) ([]projects.RowFinding, error) {
		cmd.File = raw
		items, err := a.PreviewTreasury(s.ctx, auth.LocalOperator, county, cmd)
		if err != nil {
			return nil, err
		}
		var out []projects.RowFinding
		matched := 0
		for i := range items {
			t := &items[i]
			if t.State == payments.TreasuryMatched {
				matched++
				continue
			}
			out = append(out, projects.RowFinding{
				Row: t.Row, Value: t.Number, Code: "unmatched", Severity: "warning", Why: t.Why, Remedy: "核对后用 treasury.explain 说明，或补登后重新导入",
			})
		}
		s.printf("%s：%d 行，对上 %d 行，未对上 %d 行\n", cmd.FileName, len(items), matched, len(items)-matched)
		return out, nil
	}, "treasury.import", func([]byte) any { return cmd })
	if err != nil || f.DryRun {
		return err
	}
	return f.unmatched(s, what)
}

// unmatched says how many rows of all exports wait for an explanation.
func (f *tableFlags) unmatched(s *session, what string) error {
	a, done, err := s.openRead()
	if err != nil {
		return err
	}
	defer done()
	county, err := s.theCounty(a, f.County)
	if err != nil {
		return err
	}
	open, err := a.Dossiers(s.ctx, auth.LocalOperator, county, "treasury", dossier.Filter{Status: payments.TreasuryUnmatched, Parent: what})
	if err != nil {
		return err
	}
	s.printf("未对上且未说明的共 %d 行\n", len(open))
	return s.lost
}
