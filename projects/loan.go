package projects

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"

	"fundbook/internal/dossier"
	"fundbook/ledger"
)

// Loan (扶贫小额信贷) is a small loan under interest subsidy, kept as a register
// beside the ledger (DOMAIN 1.1 TX): the county pays interest, never the loan. The
// borrower is a sealed reference: a salted commitment, and the county's opaque code;
// no name or number of a person is in the log. Rates are parts per million a year.
type Loan struct {
	Code      string        `json:"code"`
	Borrower  ledger.Digest `json:"borrower"` // commitment of the person's sealed row
	User      ledger.Digest `json:"user"`     // of who uses the money; another one is 户贷企用
	Bank      string        `json:"bank"`
	Town      string        `json:"town,omitempty"`
	Village   string        `json:"village,omitempty"`
	Purpose   string        `json:"purpose"`
	Principal ledger.Amount `json:"principal"`
	From      ledger.Date   `json:"from"`
	Due       ledger.Date   `json:"due"` // the newest
	Rate      int           `json:"rate_ppm"`
	Base      int           `json:"base_rate_ppm"` // LPR or benchmark of its term
	YearDays  int           `json:"year_days"`     // 360 or 365: the days of a year of interest
	Terms     []LoanTerm    `json:"terms"`         // the original and every renewal and extension
	Repaid    []LoanRepaid  `json:"repaid,omitempty"`
	OverdueOn ledger.Date   `json:"overdue_on,omitzero"` // since when, while it is
	Overdue   []LoanSpell   `json:"overdue,omitempty"`   // spells that are over
	Closed    ledger.Date   `json:"closed_on,omitzero"`
	Document  string        `json:"document"`
}

// LoanTerm (借款期限) is one term of a loan: the original, a renewal without
// repayment (无还本续贷), or an extension (展期).
type LoanTerm struct {
	Kind     string      `json:"kind"` // original renewal extension
	From     ledger.Date `json:"from"`
	Due      ledger.Date `json:"due"`
	Rate     int         `json:"rate_ppm"`
	Base     int         `json:"base_rate_ppm"`
	Subsidy  bool        `json:"subsidy"` // whether interest of the term is subsidised
	Document string      `json:"document"`
}

// LoanRepaid (还款) is principal paid back; the day itself bears no interest.
type LoanRepaid struct {
	On     ledger.Date   `json:"on"`
	Amount ledger.Amount `json:"amount"`
}

// LoanSpell (逾期时段) is a time during which a loan was overdue: From the first day
// to the day on which it was so no longer.
type LoanSpell struct {
	From ledger.Date `json:"from"`
	To   ledger.Date `json:"to"`
}

type loanOverdue struct {
	On       ledger.Date
	Over     bool // false: it is paid again as agreed
	Document string
}

var loanFile = dossier.NewKind("loan", (*Loan).index)

var (
	didLoanRegister = dossier.On(loanFile, "loan.registered", func(l *Loan, f *Loan, _ dossier.Stamp) { *l = *f })
	didLoanRenew    = dossier.On(loanFile, "loan.renewed", func(l *Loan, f *LoanTerm, _ dossier.Stamp) {
		l.Terms, l.Due, l.Rate, l.Base = append(l.Terms, *f), f.Due, f.Rate, f.Base
	})
	didLoanOverdue = dossier.On(loanFile, "loan.overdue", func(l *Loan, f *loanOverdue, _ dossier.Stamp) {
		if f.Over {
			l.OverdueOn = f.On
		} else {
			l.endSpell(f.On)
		}
	})
	didLoanRepay = dossier.On(loanFile, "loan.repaid", func(l *Loan, f *LoanRepaid, _ dossier.Stamp) {
		l.Repaid = append(l.Repaid, *f)
		if l.Outstanding() == 0 {
			l.Closed = f.On
			l.endSpell(f.On)
		}
	})
)

func (l *Loan) endSpell(on ledger.Date) {
	if !l.OverdueOn.IsZero() {
		l.Overdue = append(l.Overdue, LoanSpell{l.OverdueOn, on})
		l.OverdueOn = 0
	}
}

func (l *Loan) index() dossier.Index {
	status := "OPEN"
	switch {
	case !l.Closed.IsZero():
		status = "CLOSED"
	case !l.OverdueOn.IsZero():
		status = "OVERDUE"
	}
	return dossier.Index{Status: status, Unit: l.Town, Village: l.Village, Parent: l.Bank, Title: l.Code, Year: l.From.Year(), Amount: int64(l.Outstanding())}
}

// Outstanding is the principal not yet paid back.
func (l *Loan) Outstanding() ledger.Amount {
	left := l.Principal
	for _, r := range l.Repaid {
		left -= r.Amount
	}
	return left
}

// LoanRegisterCmd registers a loan.
type LoanRegisterCmd struct {
	Code      string        `json:"code" validate:"required,max=64"`
	Borrower  ledger.Digest `json:"borrower" validate:"required"`
	User      ledger.Digest `json:"user,omitzero"` // the borrower when left out
	Bank      string        `json:"bank" validate:"required,max=80"`
	Town      string        `json:"town,omitempty" validate:"max=64"`
	Village   string        `json:"village,omitempty" validate:"omitempty,len=12,numeric"`
	Purpose   string        `json:"purpose" validate:"required,max=200"`
	Principal ledger.Amount `json:"principal" validate:"gt=0"`
	From      ledger.Date   `json:"from" validate:"required"`
	Due       ledger.Date   `json:"due" validate:"required"`
	Rate      int           `json:"rate_ppm" validate:"min=0,max=1000000"`
	Base      int           `json:"base_rate_ppm" validate:"required,min=1,max=1000000"`
	Document  string        `json:"document" validate:"required,max=80"`
}

// loanLimits are the policies of loans.
type loanLimits struct {
	most   ledger.Amount
	months int
	days   int
}

func (ps policySet) loanLimits(day ledger.Date) (loanLimits, error) {
	v, err := ps.several(day, policyLoanMax, policyLoanMonths, policyLoanDays)
	if err != nil {
		return loanLimits{}, err
	}
	if v[2] != 365 {
		v[2] = 360
	}
	return loanLimits{ledger.Amount(v[0] * 100), int(v[1]), int(v[2])}, nil
}

// loan decides what is registered: at most 50000 yuan, at most three years (the
// policies in force on the day of the loan).
func (c *LoanRegisterCmd) loan(l loanLimits) (Loan, error) {
	switch {
	case c.Principal > l.most:
		return Loan{}, ErrLoanTerms.With("贷款 %s：本金 %s，上限 %s，超过 %s", c.Code, c.Principal, l.most, c.Principal-l.most).At("principal", "too much", c.Principal.String())
	case c.Due <= c.From:
		return Loan{}, ErrLoanTerms.With("贷款 %s：到期日 %s 须晚于放款日 %s", c.Code, c.Due, c.From).At("due", "not after the loan", c.Due.String())
	case c.Due > addMonths(c.From, l.months):
		return Loan{}, ErrLoanTerms.With("贷款 %s：%s 至 %s，期限超过 %d 个月（最迟 %s）", c.Code, c.From, c.Due, l.months, addMonths(c.From, l.months)).At("due", "too late", c.Due.String())
	}
	user := c.User
	if user == (ledger.Digest{}) {
		user = c.Borrower
	}
	return Loan{
		Code: c.Code, Borrower: c.Borrower, User: user, Bank: c.Bank, Town: c.Town, Village: c.Village, Purpose: c.Purpose, Principal: c.Principal,
		From: c.From, Due: c.Due, Rate: c.Rate, Base: c.Base, YearDays: l.days, Document: c.Document,
		Terms: []LoanTerm{{Kind: "original", From: c.From, Due: c.Due, Rate: c.Rate, Base: c.Base, Subsidy: true, Document: c.Document}},
	}, nil
}

// LoanRenewCmd renews a loan without repayment (无还本续贷) or extends it (展期).
type LoanRenewCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	Kind     string      `json:"kind" validate:"required,oneof=renewal extension"`
	Due      ledger.Date `json:"due" validate:"required"`
	Rate     int         `json:"rate_ppm" validate:"min=0,max=1000000"`
	Base     int         `json:"base_rate_ppm" validate:"required,min=1,max=1000000"`
	Subsidy  bool        `json:"subsidy"` // whether the policy subsidises the new term
	Document string      `json:"document" validate:"required,max=80"`
}

// renew decides a new term, which follows the one before without a gap. A renewal
// is a loan again, of at most three years; extensions together are at most as long
// as an original term of up to a year, and half of a longer one (贷款通则第十二条).
func (l *Loan) renew(c *LoanRenewCmd, limits loanLimits) (LoanTerm, error) {
	t := LoanTerm{Kind: c.Kind, From: l.Due, Due: c.Due, Rate: c.Rate, Base: c.Base, Subsidy: c.Subsidy, Document: c.Document}
	switch {
	case !l.Closed.IsZero():
		return t, ErrLoanState.With("贷款 %s 已于 %s 结清", l.Code, l.Closed)
	case c.Due <= l.Due:
		return t, ErrLoanState.With("贷款 %s：新到期日 %s 须晚于原到期日 %s", l.Code, c.Due, l.Due).At("due", "not later", c.Due.String())
	case c.Kind == "renewal" && c.Due > addMonths(l.Due, limits.months):
		return t, ErrLoanTerms.With("贷款 %s：续贷 %s 至 %s，期限超过 %d 个月", l.Code, l.Due, c.Due, limits.months).At("due", "too late", c.Due.String())
	case c.Kind == "extension":
		from, due := l.Due, l.Due // of the term that is extended
		for _, x := range l.Terms {
			if x.Kind != "extension" {
				from, due = x.From, x.Due
			}
		}
		most := int(due - from)
		if due > addMonths(from, 12) {
			most /= 2
		}
		if int(c.Due-due) > most {
			return t, ErrLoanTerms.With("贷款 %s：原期限 %s 至 %s，展期累计最长 %d 日，至 %s 为 %d 日", l.Code, from, due, most, c.Due, int(c.Due-due)).At("due", "too late", c.Due.String())
		}
	}
	return t, nil
}

// LoanOverdueCmd records that a loan is overdue, or that it is no longer.
type LoanOverdueCmd struct {
	Code     string      `json:"code" validate:"required,max=64"`
	On       ledger.Date `json:"on" validate:"required"`
	Over     bool        `json:"over"`
	Document string      `json:"document,omitempty" validate:"max=80"`
}

func (l *Loan) overdue(c *LoanOverdueCmd) (loanOverdue, error) {
	f := loanOverdue{On: c.On, Over: c.Over, Document: c.Document}
	switch {
	case !l.Closed.IsZero():
		return f, ErrLoanState.With("贷款 %s 已于 %s 结清", l.Code, l.Closed)
	case c.Over && !l.OverdueOn.IsZero():
		return f, ErrLoanState.With("贷款 %s 自 %s 起已逾期", l.Code, l.OverdueOn)
	case c.Over && (c.On <= l.From || len(l.Overdue) > 0 && c.On < l.Overdue[len(l.Overdue)-1].To):
		return f, ErrLoanState.With("贷款 %s：放款日 %s，逾期日 %s 过早，或早于上一次逾期的解除", l.Code, l.From, c.On).At("on", "too early", c.On.String())
	case !c.Over && l.OverdueOn.IsZero():
		return f, ErrLoanState.With("贷款 %s 并未逾期", l.Code)
	case !c.Over && c.On < l.OverdueOn:
		return f, ErrLoanState.With("贷款 %s：解除日期 %s 早于逾期日 %s", l.Code, c.On, l.OverdueOn)
	}
	return f, nil
}

// LoanRepayCmd records principal paid back.
type LoanRepayCmd struct {
	Code   string        `json:"code" validate:"required,max=64"`
	On     ledger.Date   `json:"on" validate:"required"`
	Amount ledger.Amount `json:"amount" validate:"gt=0"`
}

func (l *Loan) repay(c *LoanRepayCmd) (LoanRepaid, error) {
	last := l.From
	for _, r := range l.Repaid {
		last = max(last, r.On)
	}
	switch {
	case !l.Closed.IsZero():
		return LoanRepaid{}, ErrLoanState.With("贷款 %s 已于 %s 结清", l.Code, l.Closed)
	case c.On < last:
		return LoanRepaid{}, ErrLoanState.With("贷款 %s：还款日 %s 早于 %s", l.Code, c.On, last).At("on", "before the last", c.On.String())
	case c.Amount > l.Outstanding():
		return LoanRepaid{}, ErrLoanState.With("贷款 %s：未还本金 %s，还款 %s，多 %s", l.Code, l.Outstanding(), c.Amount, c.Amount-l.Outstanding()).At("amount", "too much", c.Amount.String())
	}
	return LoanRepaid{On: c.On, Amount: c.Amount}, nil
}

// SubsidyRow (贴息行) is what one loan gets of subsidy for a year, for the roster
// (E21). Reasons are the checks of A22 that the loan fails. Outside the programme
// the amount is nothing until people decide; a rate above the base alone is not, for
// the subsidy goes by the base.
type SubsidyRow struct {
	Loan     string        `json:"loan"`
	Borrower ledger.Digest `json:"borrower"`
	Village  string        `json:"village,omitempty"`
	Amount   ledger.Amount `json:"amount"`
	Spans    []SubsidySpan `json:"spans"`
	Reasons  []string      `json:"reasons,omitempty"`
}

// SubsidySpan (计息区段) is days of one principal at one rate.
type SubsidySpan struct {
	From      ledger.Date   `json:"from"`
	To        ledger.Date   `json:"to"` // the day after the last that bears interest
	Days      int           `json:"days"`
	Principal ledger.Amount `json:"principal"`
	Rate      int           `json:"rate_ppm"`
}

// SubsidyDue computes the subsidy of a year, per loan in order of code. Interest
// runs from the day of the loan to the day before it is paid back or due (算头不算
// 尾), on the principal not paid back, at the loan's rate and never above the base
// rate of its term, by actual days over the loan's year of 360 or 365 days. Days on
// which the loan is overdue, and terms that are not subsidised, bear none. The sum
// of a loan's spans is computed exactly and rounded once to the fen, halves up.
// Loans that bear nothing in the year are left out.
func SubsidyDue(loans []Loan, year int) []SubsidyRow {
	var out []SubsidyRow
	for i := range loans {
		l := &loans[i]
		row := SubsidyRow{Loan: l.Code, Borrower: l.Borrower, Village: l.Village, Spans: l.spans(year), Reasons: CheckLoan(l)}
		if len(row.Spans) == 0 {
			continue
		}
		if len(l.outside()) == 0 {
			row.Amount = interest(row.Spans, l.YearDays)
		}
		out = append(out, row)
	}
	slices.SortFunc(out, func(a, b SubsidyRow) int { return cmp.Compare(a.Loan, b.Loan) })
	return out
}

// interest is Σ principal × rate × days ÷ (1,000,000 × days of a year), rounded
// once.
func interest(spans []SubsidySpan, yearDays int) ledger.Amount {
	sum := new(big.Int)
	for _, s := range spans {
		n := big.NewInt(int64(s.Principal))
		n.Mul(n, big.NewInt(int64(s.Rate)))
		sum.Add(sum, n.Mul(n, big.NewInt(int64(s.Days))))
	}
	den := big.NewInt(int64(yearDays) * 1_000_000)
	sum.Mul(sum, big.NewInt(2)).Add(sum, den) // (2a + b) ÷ 2b: halves up
	return ledger.Amount(sum.Quo(sum, den.Mul(den, big.NewInt(2))).Int64())
}

// spans cuts the subsidised days of a year where principal or rate change.
func (l *Loan) spans(year int) []SubsidySpan {
	first, err := ledger.NewDate(year, 1, 1)
	if err != nil {
		return nil // no year that can be stated
	}
	next := addMonths(first, 12)
	var out []SubsidySpan
	for _, t := range l.Terms {
		from, to := max(t.From, first), min(t.Due, next)
		if !t.Subsidy || from >= to {
			continue
		}
		cuts := []ledger.Date{from, to}
		for _, on := range l.turns() {
			if from < on && on < to {
				cuts = append(cuts, on)
			}
		}
		slices.Sort(cuts)
		for i := 1; i < len(cuts); i++ {
			s := SubsidySpan{From: cuts[i-1], To: cuts[i], Days: int(cuts[i] - cuts[i-1]), Principal: l.Principal, Rate: min(t.Rate, t.Base)}
			for _, r := range l.Repaid {
				if r.On <= s.From {
					s.Principal -= r.Amount
				}
			}
			if s.Principal > 0 && s.Rate > 0 && s.Days > 0 && !l.overdueOn(s.From) {
				out = append(out, s)
			}
		}
	}
	return out
}

// turns are the days on which principal or standing of the loan changed.
func (l *Loan) turns() []ledger.Date {
	var out []ledger.Date
	for _, r := range l.Repaid {
		out = append(out, r.On)
	}
	for _, x := range l.Overdue {
		out = append(out, x.From, x.To)
	}
	if !l.OverdueOn.IsZero() {
		out = append(out, l.OverdueOn)
	}
	return out
}

// overdueOn reports whether the loan was overdue on a day.
func (l *Loan) overdueOn(day ledger.Date) bool {
	return !l.OverdueOn.IsZero() && day >= l.OverdueOn ||
		slices.ContainsFunc(l.Overdue, func(x LoanSpell) bool { return x.From <= day && day < x.To })
}

// The bounds of A22: the terms of the programme, whatever a county's policy is.
const (
	loanMost   = ledger.Amount(50_000_00)
	loanMonths = 36
)

// CheckLoan says why a loan is in doubt by A22; nothing when it is not: above
// 50000 yuan, a term of more than three years, somebody else than the borrower uses
// it (户贷企用), or a subsidised rate above the base. Reasons are evidence, no verdict.
func CheckLoan(l *Loan) []string {
	out := l.outside()
	for _, t := range l.Terms {
		if t.Subsidy && t.Rate > t.Base {
			out = append(out, "A22 利率 "+ppm(t.Rate)+" 高于基准 "+ppm(t.Base)+"（贴息只按基准计）")
		}
	}
	return out
}

// outside says why a loan is outside the programme.
func (l *Loan) outside() []string {
	var out []string
	if l.Principal > loanMost {
		out = append(out, "A22 本金 "+l.Principal.String()+" 超过 "+loanMost.String())
	}
	if l.User != l.Borrower {
		out = append(out, "A22 借款人与使用人不一致（户贷企用）")
	}
	for _, t := range l.Terms {
		if t.Kind != "extension" && t.Due > addMonths(t.From, loanMonths) {
			out = append(out, "A22 期限 "+t.From.String()+" 至 "+t.Due.String()+" 超过 3 年")
		}
	}
	return out
}

// ppm prints parts per million as a percentage: 47500 is 4.75%.
func ppm(n int) string {
	s := strconv.Itoa(n%10_000 + 10_000)[1:]
	for len(s) > 2 && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	return strconv.Itoa(n/10_000) + "." + s + "%"
}
