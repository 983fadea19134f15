package projects

import (
	"context"
	"errors"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
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

// SubsidyFaults are the checks of A22 that a roster of interest subsidies fails as
// a whole (DOMAIN 4.8): its project must be one of subsidies, and with the rosters
// of its project and year that were confirmed before it may not pass what the
// register of loans bears. An account of a township sees the loans of its own.
func SubsidyFaults(ctx context.Context, tx *db.Tx, r *Roster, p *Project) ([]string, error) {
	var out []string
	if c, _ := CategoryOf(p.Category, p.Year); !c.Eligible.Loan {
		out = append(out, fmt.Sprintf("项目 %s 的类别“%s”不是贷款贴息", p.Code, c.Name))
	}
	total := r.Total()
	for _, code := range p.Rosters {
		if code == r.Code {
			continue
		}
		other, err := rosterFile.Load(ctx, tx, code)
		if err != nil {
			return nil, err
		}
		if other.Kind == RosterSubsidy && other.Year == r.Year && !other.ConfirmedOn.IsZero() {
			total += other.Total()
		}
	}
	due, err := subsidyDue(ctx, tx, r.Year)
	if err != nil {
		return nil, err
	}
	if total > due {
		out = append(out, fmt.Sprintf("%d 年贴息名册合计 %s，贷款台账应贴息 %s，多 %s", r.Year, total, due, total-due))
	}
	return out, nil
}

// subsidyDue is what the loans that the account may see bear in a year.
func subsidyDue(ctx context.Context, tx *db.Tx, year int) (ledger.Amount, error) {
	codes, err := loanFile.Codes(ctx, tx)
	if err != nil {
		return 0, err
	}
	var loans []Loan
	for _, code := range codes {
		l, err := loanFile.Load(ctx, tx, code)
		if errors.Is(err, dossier.ErrUnknown) {
			continue // another township's
		}
		if err != nil {
			return 0, err
		}
		loans = append(loans, l)
	}
	var sum ledger.Amount
	for _, row := range SubsidyDue(loans, year) {
		sum += row.Amount
	}
	return sum, nil
}
