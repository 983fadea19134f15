package projects

import (
	"context"

	"fundbook/internal/db"
	"fundbook/ledger"
)

func loanLimitsOn(ctx context.Context, tx *db.Tx, day ledger.Date) (loanLimits, error) {
	ps, err := policiesOf(ctx, tx)
	if err != nil {
		return loanLimits{}, err
	}
	return ps.loanLimits(day)
}

// RegisterLoan registers a small loan under interest subsidy.
func RegisterLoan(ctx context.Context, tx *db.Tx, c LoanRegisterCmd) error {
	limits, err := loanLimitsOn(ctx, tx, c.From)
	if err != nil {
		return err
	}
	loan, err := c.loan(limits)
	if err != nil {
		return err
	}
	var state Loan
	return didLoanRegister.Open(ctx, tx, c.Code, &state, loan)
}

// RenewLoan renews a loan without repayment, or extends it.
func RenewLoan(ctx context.Context, tx *db.Tx, c LoanRenewCmd) error {
	l, err := loanFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	limits, err := loanLimitsOn(ctx, tx, l.Due)
	if err != nil {
		return err
	}
	fact, err := l.renew(&c, limits)
	if err != nil {
		return err
	}
	return didLoanRenew.Record(ctx, tx, c.Code, &l, fact)
}

// MarkLoanOverdue records that a loan is overdue, or no longer.
func MarkLoanOverdue(ctx context.Context, tx *db.Tx, c LoanOverdueCmd) error {
	l, err := loanFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	fact, err := l.overdue(&c)
	if err != nil {
		return err
	}
	return didLoanOverdue.Record(ctx, tx, c.Code, &l, fact)
}

// RepayLoan records principal paid back.
func RepayLoan(ctx context.Context, tx *db.Tx, c LoanRepayCmd) error {
	l, err := loanFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	fact, err := l.repay(&c)
	if err != nil {
		return err
	}
	return didLoanRepay.Record(ctx, tx, c.Code, &l, fact)
}
