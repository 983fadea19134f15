package main

import (
	"fundbook/internal/auth"
	"fundbook/internal/dossier"
	"fundbook/payments"
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
	err := f.run(s, what+"s", func(name string, raw []byte) any { return payments.TreasuryCmd{What: what, FileName: name, File: raw} })
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
	s.say("未对上且未说明的共 %d 行", len(open))
	return s.lost
}
