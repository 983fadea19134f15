package projects

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

var theLoanLimits = loanLimits{most: 50_000_00, months: 36, days: 360}

func goodLoan(t *testing.T) LoanRegisterCmd {
	t.Helper()
	return LoanRegisterCmd{
		Code: "DK-1", Borrower: ledger.Digest{1}, Bank: "农商行", Purpose: "种植", Principal: 50_000_00, From: day(t, "2024-03-01"), Due: day(t, "2027-03-01"),
		Rate: 43_500, Base: 43_500, Document: "合同",
	}
}

// TestLoansRegistered: at most 50000 yuan for at most three years.
func TestLoansRegistered(t *testing.T) {
	t.Parallel()
	cmd := goodLoan(t)
	l, err := cmd.loan(theLoanLimits)
	if err != nil || l.User != l.Borrower || l.YearDays != 360 || len(l.Terms) != 1 {
		t.Fatalf("%+v %v", l, err)
	}
	for name, change := range map[string]func(*LoanRegisterCmd){
		"a fen too much":    func(c *LoanRegisterCmd) { c.Principal++ },
		"a day too long":    func(c *LoanRegisterCmd) { c.Due++ },
		"due at once":       func(c *LoanRegisterCmd) { c.Due = c.From },
		"due before itself": func(c *LoanRegisterCmd) { c.Due = c.From - 1 },
	} {
		cmd := goodLoan(t)
		change(&cmd)
		if _, err := cmd.loan(theLoanLimits); !errors.Is(err, ErrLoanTerms) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLoansGoOn: renewals, extensions, spells overdue, repayments; what does not
// fit is refused.
func TestLoansGoOn(t *testing.T) {
	t.Parallel()
	open := func() *Loan {
		cmd := goodLoan(t)
		l, err := cmd.loan(theLoanLimits)
		if err != nil {
			t.Fatal(err)
		}
		return &l
	}
	short := func() *Loan {
		l := open()
		l.Due, l.Terms[0].Due = day(t, "2025-03-01"), day(t, "2025-03-01")
		return l
	}
	closed := func() *Loan {
		l := open()
		l.Closed = l.Due
		return l
	}
	for _, x := range []struct {
		name, kind, due string
		l               *Loan
		want            *fault.Error
	}{
		{"renewed for three years", "renewal", "2030-03-01", open(), nil},
		{"for a day more", "renewal", "2030-03-02", open(), ErrLoanTerms},
		{"half of a longer term", "extension", "2028-08-29", open(), nil},
		{"a day more than half", "extension", "2028-08-30", open(), ErrLoanTerms},
		{"as long as a short term", "extension", "2026-03-01", short(), nil},
		{"a day longer", "extension", "2026-03-02", short(), ErrLoanTerms},
		{"not later", "renewal", "2027-03-01", open(), ErrLoanState},
		{"closed", "renewal", "2030-03-01", closed(), ErrLoanState},
	} {
		_, err := x.l.renew(&LoanRenewCmd{Kind: x.kind, Due: day(t, x.due), Rate: 1, Base: 1}, theLoanLimits)
		if x.want == nil && err != nil || x.want != nil && !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", x.name, err, x.want)
		}
	}
	l := open()
	for name, err := range map[string]error{
		"overdue before it began":  second(l.overdue(&LoanOverdueCmd{On: l.From, Over: true})),
		"no longer what it is not": second(l.overdue(&LoanOverdueCmd{On: l.Due})),
		"more than is owed":        second(l.repay(&LoanRepayCmd{On: l.Due, Amount: 50_000_01})),
		"paid before it began":     second(l.repay(&LoanRepayCmd{On: l.From - 1, Amount: 1})),
	} {
		if !errors.Is(err, ErrLoanState) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// TestSubsidy computes subsidies by hand: days, base rate, leap year, what is paid
// back, overdue days, terms without subsidy, rounding.
func TestSubsidy(t *testing.T) {
	t.Parallel()
	base := func(change func(*Loan)) Loan {
		cmd := goodLoan(t)
		l, err := cmd.loan(theLoanLimits)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(&l)
		}
		return l
	}
	for _, x := range []struct {
		name string
		loan Loan
		year int
		want string
		days []int
	}{
		{"its first year", base(nil), 2024, "1848.75", []int{306}},                                      // 50000 × 4.35 % × 306 ÷ 360
		{"a whole year", base(nil), 2025, "2205.21", []int{365}},                                        // 2205.208…
		{"its last year, the due day bears none", base(nil), 2027, "356.46", []int{59}},                 // 356.458…
		{"by 365", base(func(l *Loan) { l.YearDays = 365 }), 2025, "2175.00", []int{365}},               // one year of 4.35 %
		{"a lower rate", base(func(l *Loan) { l.Terms[0].Rate = 30_000 }), 2025, "1520.83", []int{365}}, // 1520.833…
		{"a higher rate, by the base", base(func(l *Loan) { l.Terms[0].Rate = 60_000 }), 2025, "2205.21", []int{365}},
		{"half paid back", base(func(l *Loan) { l.Repaid = []LoanRepaid{{day(t, "2025-07-01"), 25_000_00}} }), 2025, "1649.38", []int{181, 184}}, // 1093.5416… + 555.8333…
		{"paid back in full", base(func(l *Loan) { l.Repaid = []LoanRepaid{{day(t, "2025-07-01"), 50_000_00}} }), 2025, "1093.54", []int{181}},
		{"overdue since", base(func(l *Loan) { l.OverdueOn = day(t, "2025-07-01") }), 2025, "1093.54", []int{181}},
		{"overdue for a while", base(func(l *Loan) { l.Overdue = []LoanSpell{{day(t, "2025-02-01"), day(t, "2025-03-01")}} }), 2025, "2036.04", []int{31, 306}}, // 337 days
		{"a term without subsidy", base(func(l *Loan) { l.Terms[0].Subsidy = false }), 2025, "", nil},
		{"a year before", base(nil), 2023, "", nil},
		{"a small one, halves up", base(func(l *Loan) {
			l.Principal, l.Terms[0].Rate, l.YearDays = 100, 36_500, 365
			l.Terms[0].Due = l.From + 50
		}), 2024, "0.01", []int{50}}, // 0.5 fen
	} {
		rows := SubsidyDue([]Loan{x.loan}, x.year)
		if x.want == "" {
			if len(rows) != 0 {
				t.Errorf("%s: %+v", x.name, rows)
			}
			continue
		}
		if len(rows) != 1 {
			t.Errorf("%s: %d rows", x.name, len(rows))
			continue
		}
		var days []int
		for _, s := range rows[0].Spans {
			days = append(days, s.Days)
		}
		if rows[0].Amount.String() != x.want || !cmp.Equal(days, x.days) {
			t.Errorf("%s: %s over %v days, want %s over %v", x.name, rows[0].Amount, days, x.want, x.days)
		}
	}
}

// TestLoansInDoubt: every reason of A22, and nothing for a loan within the terms.
// Outside the programme nothing is due; above the base rate the base counts.
func TestLoansInDoubt(t *testing.T) {
	t.Parallel()
	good := goodLoan(t)
	l, err := good.loan(theLoanLimits)
	if err != nil {
		t.Fatal(err)
	}
	if got := CheckLoan(&l); got != nil {
		t.Errorf("within the terms: %v", got)
	}
	for name, x := range map[string]struct {
		change func(*Loan)
		words  string
		paid   bool
	}{
		"too much": {func(l *Loan) { l.Principal++ }, "50000.01", false},
		"too long": {func(l *Loan) {
			l.Terms = []LoanTerm{{Kind: "original", From: l.From, Due: l.Due + 1, Rate: 1, Base: 1, Subsidy: true}}
		}, "3 年", false},
		"a company uses it": {func(l *Loan) { l.User = ledger.Digest{2} }, "户贷企用", false},
		"above the base": {func(l *Loan) {
			l.Terms = []LoanTerm{{Kind: "original", From: l.From, Due: l.Due, Rate: 60_050, Base: 43_500, Subsidy: true}}
		}, "6.005% 高于基准 4.35%", true},
	} {
		bad := l
		x.change(&bad)
		got := CheckLoan(&bad)
		if len(got) != 1 || !strings.HasPrefix(got[0], "A22 ") || !strings.Contains(got[0], x.words) {
			t.Errorf("%s: %v, want %q", name, got, x.words)
		}
		rows := SubsidyDue([]Loan{bad}, 2025)
		if len(rows) != 1 || (rows[0].Amount > 0) != x.paid || !cmp.Equal(rows[0].Reasons, got) {
			t.Errorf("%s: subsidy %+v, want paid %v", name, rows, x.paid)
		}
	}
}
