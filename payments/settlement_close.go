package payments

import (
	"context"
	"slices"
	"strconv"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// Lag (账务滞后) says how far a book's closing lags behind, and what policy makes of
// it for payments (支付须以账务及时为前提, DOMAIN 2.4).
type Lag struct {
	Book   ledger.Book   `json:"book"`
	Effect Effect        `json:"effect"` // none where the books keep up, or policy is off
	Months int           `json:"months"` // months that should be closed and are not
	Want   ledger.Period `json:"want"`   // the next period to close
	Detail string        `json:"detail,omitempty"`
	Basis  string        `json:"basis,omitempty"`
}

// BooksLag judges whether payments stop because a book lags: of the months before the
// present one, all but books_lag_months (1) must be closed. books_lag says what
// follows: off, warn (where a county has set none) or block. A pure function of the
// policies, the book's calendar and the day.
func BooksLag(policies []ledger.Policy, cal ledger.Calendar, today ledger.Date) (Lag, error) {
	ps := paySet(policies)
	out := Lag{Book: cal.Book, Effect: EffectNone, Want: cal.First}
	if cal.Closed != 0 {
		out.Want = cal.Closed.Next()
	}
	word, basis, err := ps.wordOn(policyBooksLag, today)
	if err != nil {
		return out, err
	}
	grace, _, err := ps.settleOn(policyLagMonths, today)
	if err != nil {
		return out, err
	}
	out.Basis = basis
	closed := monthNo(cal.First) - 1
	if cal.Closed != 0 {
		closed = monthNo(cal.Closed)
	}
	out.Months = max(0, monthNo(ledger.PeriodOf(today, false))-1-grace-closed)
	if out.Months == 0 || word == wordOff {
		return out, nil
	}
	if out.Effect = EffectWarn; word == wordBlock {
		out.Effect = EffectBlock
	}
	out.Detail = "账套 " + string(cal.Book) + " 应结未结 " + strconv.Itoa(out.Months) + " 个月，下一个应结账的期间是 " + out.Want.String()
	return out, nil
}

// monthNo counts months; period 13 counts as its December.
func monthNo(p ledger.Period) int { return p.Year()*12 + min(p.Number(), 12) }

// BooksLagOf is BooksLag of a book as a command sees it.
func BooksLagOf(ctx context.Context, tx *db.Tx, b ledger.Book) (Lag, error) {
	ps, err := ledger.PoliciesOf(ctx, tx)
	if err != nil {
		return Lag{}, err
	}
	cal, err := ledger.CalendarOf(ctx, tx, b)
	if err != nil {
		return Lag{}, err
	}
	return BooksLag(ps, cal, dayOf(tx))
}

// CloseItem (结账检查事项) is something that is open when a period is to be closed.
type CloseItem struct {
	Check  string        `json:"check"`
	Block  bool          `json:"block,omitempty"`
	Detail string        `json:"detail"`
	Count  int           `json:"count,omitempty"`
	Amount ledger.Amount `json:"amount,omitempty"`
}

// BookClose (结账记录) is one period of one book closed, with what was open then.
type BookClose struct {
	Book   string      `json:"book"`
	Period int         `json:"period"` // year × 100 + number
	Town   string      `json:"town,omitempty"`
	Open   []CloseItem `json:"open,omitempty"`
	On     ledger.Date `json:"on"`
}

var closeFile = dossier.NewKind("bookclose", func(c *BookClose) dossier.Index {
	return dossier.Index{Status: "CLOSED", Unit: c.Town, Parent: c.Book, Title: ledger.Period(c.Period).String(), Year: c.Period / 100}
})

var didClose = dossier.On(closeFile, "bookclose.closed", func(c *BookClose, f *BookClose, _ dossier.Stamp) { *c = *f })

// CloseMonthCmd closes one period of one book after its checklist.
type CloseMonthCmd struct {
	Book   ledger.Book   `json:"book" validate:"required,max=64"`
	Period ledger.Period `json:"period" validate:"required"`
	// Decision is the document that the close rests on, where there is one.
	Decision string `json:"decision,omitempty" validate:"max=80"`
}

// CloseMonth closes a period: months in their order, and period 13 after the year-end
// close. What the checklist finds open is refused as a whole list where close_checks
// is block, and recorded with the close where it is warn. A year is never closed
// before E24 has closed every lot.
func CloseMonth(ctx context.Context, tx *db.Tx, c CloseMonthCmd) error {
	ps, err := policiesOf(ctx, tx)
	if err != nil {
		return err
	}
	word, _, err := ps.wordOn(policyCloseChecks, dayOf(tx))
	if err != nil {
		return err
	}
	open, err := c.checklist(ctx, tx, ps)
	if err != nil {
		return err
	}
	if word == wordOff {
		open = slices.DeleteFunc(open, func(i CloseItem) bool { return !i.Block })
	}
	if word == wordBlock || slices.ContainsFunc(open, func(i CloseItem) bool { return i.Block }) {
		if err := refuseClose(&c, open); err != nil {
			return err
		}
	}
	if err := ledger.ClosePeriod(ctx, tx, ledger.PeriodClose{Book: c.Book, Period: c.Period, Decision: c.Decision}); err != nil {
		return err
	}
	f := BookClose{Book: string(c.Book), Period: int(c.Period), Open: open, On: dayOf(tx)}
	if c.Book.IsTownship() {
		f.Town = f.Book
	}
	var s BookClose
	return didClose.Open(ctx, tx, f.Book+"/"+c.Period.String(), &s, f)
}

func refuseClose(c *CloseMonthCmd, open []CloseItem) error {
	if len(open) == 0 {
		return nil
	}
	list := make(fault.List, len(open))
	out := ErrCloseOpen
	for i, x := range open {
		list[i] = fault.Say("%d %s", i+1, x.Detail)
	}
	out = out.With("账套 %s 期间 %s：%s", c.Book, c.Period, list)
	for _, x := range open {
		out = out.AtText(x.Check, fault.Say("%s", x.Detail), x.Amount.String())
	}
	return out
}

// checklist finds what is open in a book at the end of a period.
func (c *CloseMonthCmd) checklist(ctx context.Context, tx *db.Tx, ps paySet) ([]CloseItem, error) {
	end := lastDay(c.Period)
	if end == 0 {
		return nil, ledger.ErrPeriodForm.With("%d", int(c.Period))
	}
	all, err := ledger.BalancesAt(ctx, tx, end, ledger.Filter{Book: c.Book})
	if err != nil {
		return nil, err
	}
	days, _, err := ps.settleOn(policyRequestOld, end)
	if err != nil {
		return nil, err
	}
	before, err := ledger.BalancesAt(ctx, tx, end.AddDays(-days), ledger.Filter{Book: c.Book, Account: "7204"})
	if err != nil {
		return nil, err
	}
	open := gather(stillOpen(all, before, end.AddDays(-days)))
	if c.Period.Number() == 13 {
		if c.Book == ledger.County {
			if n := len(toCarry(all)); n > 0 {
				open = append(open, CloseItem{Check: "carry_over", Block: true, Count: n, Detail: strconv.Itoa(n) + " 个批次未办年终结转（settle.carry_over，E24）"})
			}
		}
		later, err := c.laterBooks(ctx, tx, all)
		return append(open, later...), err
	}
	for _, account := range []ledger.Code{"1001", "1002"} {
		item, err := c.statementCheck(ctx, tx, account, all)
		if err != nil {
			return nil, err
		}
		open = append(open, item...)
	}
	later, err := c.laterBooks(ctx, tx, all)
	return append(open, later...), err
}

// gather adds open balances up per account.
func gather(list []OpenBalance) []CloseItem {
	var out []CloseItem
	for _, x := range list {
		i := slices.IndexFunc(out, func(o CloseItem) bool { return o.Check == string(x.Account) })
		if i < 0 {
			i = len(out)
			out = append(out, CloseItem{Check: string(x.Account)})
		}
		out[i].Count++
		out[i].Amount += x.Amount
	}
	for i := range out {
		a, _ := ledger.AccountOf(ledger.Code(out[i].Check))
		out[i].Detail = out[i].Check + " " + a.ZH + " 未清 " + strconv.Itoa(out[i].Count) + " 笔，余额 " + out[i].Amount.String()
	}
	return out
}

// statementCheck asks for the statement of a cash account that holds money: imported,
// with every line matched or explained.
func (c *CloseMonthCmd) statementCheck(ctx context.Context, tx *db.Tx, account ledger.Code, all []ledger.Balance) ([]CloseItem, error) {
	if !slices.ContainsFunc(all, func(b ledger.Balance) bool { return b.Key.Account == account }) {
		return nil, nil
	}
	code := statementCode(c.Book, account, c.Period)
	item := CloseItem{Check: "statement_" + string(account), Detail: string(account) + " 没有 " + c.Period.String() + " 的对账单（statement.import）"}
	known, err := statementFile.Exists(ctx, tx, code)
	if err != nil || !known {
		return []CloseItem{item}, err
	}
	s, err := statementFile.Load(ctx, tx, code)
	if err != nil || s.State != StatementWithdrawn && s.unexplained() == 0 {
		return nil, err
	}
	if item.Count = s.unexplained(); item.Count > 0 {
		item.Detail = "对账单 " + code + " 有 " + strconv.Itoa(item.Count) + " 行未勾对也未说明（statement.match、statement.explain）"
	}
	return []CloseItem{item}, nil
}

// laterBooks names township books that the county's would close before: their vouchers
// and its are one record.
func (c *CloseMonthCmd) laterBooks(ctx context.Context, tx *db.Tx, all []ledger.Balance) ([]CloseItem, error) {
	if c.Book != ledger.County {
		return nil, nil
	}
	var out []CloseItem
	seen := map[string]bool{}
	for i := range all {
		k := &all[i].Key
		if k.Account != "1101" || seen[k.Unit] {
			continue
		}
		seen[k.Unit] = true
		cal, err := ledger.CalendarOf(ctx, tx, ledger.Book(k.Unit))
		if err != nil {
			return nil, err
		}
		if cal.Closed < c.Period {
			out = append(out, CloseItem{Check: "book_" + k.Unit, Detail: "乡镇账套 " + k.Unit + " 尚未结 " + c.Period.String()})
		}
	}
	return out, nil
}

// lastDay is the last day of a period, 0 when there is no such period.
func lastDay(p ledger.Period) ledger.Date {
	month := min(p.Number(), 12)
	if p.Number() < 1 || p.Number() > 13 {
		return 0
	}
	first, err := ledger.NewDate(p.Year()+month/12, month%12+1, 1)
	if err != nil {
		return 0
	}
	return first.AddDays(-1)
}
