package payments

import (
	"context"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"
)

// RecordSettlement records a proposal that was made.
func RecordSettlement(ctx context.Context, tx *db.Tx, p PreparedSettlement) error {
	var s Settlement
	return didPropose.Open(ctx, tx, p.fact.Code, &s, p.fact)
}

// DecideSettlement posts what the leading group decided about a run: contracts end or
// are reduced by their own commands, authority is recovered (E17), townships send cash
// back, money is re-allocated (E18) or given back (E19). The ledger refuses what no
// balance bears.
func DecideSettlement(ctx context.Context, tx *db.Tx, c SettleDecideCmd) error {
	s, err := settlementFile.Load(ctx, tx, c.Code)
	if err != nil {
		return err
	}
	ps, err := policiesOf(ctx, tx)
	if err != nil {
		return err
	}
	if err := s.apart(tx.Actor, ledger.FourEyes(ps, c.Date, dayOf(tx))); err != nil {
		return err
	}
	standing := make([]ledger.Amount, len(s.Rows))
	for i := range c.Takes {
		if no := c.Takes[i].Row; no >= 1 && no <= len(s.Rows) {
			if standing[no-1], err = s.Rows[no-1].standing(ctx, tx); err != nil {
				return err
			}
		}
	}
	if err := s.decide(&c, standing); err != nil {
		return err
	}
	origins, err := s.origins(ctx, tx, &c)
	if err != nil {
		return err
	}
	if c.Remit {
		f := Facts{Day: c.Date, Decision: c.Decision}
		if _, err := Clear(ctx, tx, &Occasion{Kind: PayRemit, Day: c.Date}, &f); err != nil {
			return err
		}
	}
	w := s.work(&c, func(lot ledger.LotID) int { return origins[lot] })
	entries, err := w.run(ctx, tx)
	if err != nil {
		return err
	}
	if err := s.unplan(ctx, tx, &c); err != nil {
		return err
	}
	if c.Reference != "" {
		t := Transfer{Reference: c.Reference, For: c.Code, What: "remit", On: c.Date, Amount: w.remitted}
		if err := useReference(ctx, tx, t); err != nil {
			return err
		}
	}
	return didDecide.Record(ctx, tx, c.Code, &s, settleDecided{
		Decision: c.Decision, Document: c.Document, On: c.On, Date: c.Date, Takes: c.Takes, Cash: c.Cash, Reference: c.Reference, Entries: entries,
	})
}

// unplan lowers the plans of the projects by what was recovered from them: from
// their plans (7201), and from contracts that are reduced. A contract that ends has
// done so itself.
func (s *Settlement) unplan(ctx context.Context, tx *db.Tx, c *SettleDecideCmd) error {
	for i := range c.Takes {
		t := &c.Takes[i]
		r := &s.Rows[t.Row-1]
		if r.From != "7201" && r.From != "7202" || t.Terminate {
			continue
		}
		err := projects.RecoverPlan(ctx, tx, projects.PlanRecovery{
			Project: r.Project, Document: c.Decision, On: c.On, Reason: "结算清理 " + c.Code, Parts: []projects.LotPart{{Lot: r.Lot, Amount: t.Amount}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// standing is the present balance of the row's account, over all days.
func (r *SettleRow) standing(ctx context.Context, tx *db.Tx) (ledger.Amount, error) {
	list, err := ledger.BalancesAt(ctx, tx, ledger.MaxDate, ledger.Filter{
		Book: ledger.County, Account: r.From, Lot: r.Lot, Project: r.Project, Contract: r.Contract, Unit: r.Unit, Pool: r.Pool,
	})
	var sum ledger.Amount
	for i := range list {
		k := &list[i].Key
		if k.Project == r.Project && k.Contract == r.Contract && k.Unit == r.Unit && k.Pool == r.Pool {
			sum += list[i].Net
		}
	}
	if r.From[0] == '2' {
		sum = -sum
	}
	return sum, err
}

// origins says for each lot that gives money back the fiscal year of its revenue,
// when it is earlier than that of the vouchers (rule Y).
func (s *Settlement) origins(ctx context.Context, tx *db.Tx, c *SettleDecideCmd) (map[ledger.LotID]int, error) {
	out := map[ledger.LotID]int{}
	for i := range c.Takes {
		if c.Takes[i].Outcome != OutcomeGiveBack {
			continue
		}
		id := s.Rows[c.Takes[i].Row-1].Lot
		lot, err := ledger.LotOf(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if lot.IssueYear != 0 && lot.IssueYear < c.Date.Year() {
			out[id] = lot.IssueYear
		}
	}
	return out, nil
}

// run does the work of a decision and returns the numbers of the entries that it
// posted itself.
func (w *settleWork) run(ctx context.Context, tx *db.Tx) ([]int64, error) {
	for _, x := range w.terminate {
		if err := projects.TerminateContract(ctx, tx, x); err != nil {
			return nil, err
		}
	}
	for _, x := range w.change {
		if err := projects.ChangeContract(ctx, tx, x); err != nil {
			return nil, err
		}
	}
	return postCounted(ctx, tx, w.postings)
}

// postCounted posts and returns the numbers of the entries, however many each event
// makes.
func postCounted(ctx context.Context, tx *db.Tx, ps []ledger.Posting) ([]int64, error) {
	if len(ps) == 0 {
		return nil, nil
	}
	first := tx.NextSeq()
	if err := ledger.Post(ctx, tx, ps); err != nil {
		return nil, err
	}
	var out []int64
	for seq := first; seq < tx.NextSeq(); seq++ {
		out = append(out, seq)
	}
	return out, nil
}

// CarryOverCmd closes a year for every lot (E24): revenue, expenditure and prior-year
// adjustment go to the fund balance, authority less what was executed or taken back
// to 6201. It may be run again after later entries of period 13; every run has a
// code of its own.
type CarryOverCmd struct {
	Code     string `json:"code" validate:"required,max=64"`
	Year     int    `json:"year" validate:"required,min=1990,max=2199"`
	Period13 bool   `json:"period13,omitempty"`
}

// CarryOver posts E24 for every lot that has anything to close, and lists what should
// not be open at a year's end.
func CarryOver(ctx context.Context, tx *db.Tx, c CarryOverCmd) error {
	day, err := ledger.NewDate(c.Year, 12, 31)
	if err != nil {
		return err
	}
	if taken, err := settlementFile.Exists(ctx, tx, c.Code); err != nil || taken {
		if err == nil {
			err = dossier.ErrExists.With("结算清理 %s", c.Code)
		}
		return err
	}
	all, err := ledger.BalancesAt(ctx, tx, day, ledger.Filter{})
	if err != nil {
		return err
	}
	parts := toCarry(all)
	if len(parts) == 0 {
		return ErrCarryOver.With("%d 年各批次没有待结转的收支与指标", c.Year)
	}
	ps, err := policiesOf(ctx, tx)
	if err != nil {
		return err
	}
	days, _, err := ps.settleOn(policyRequestOld, day)
	if err != nil {
		return err
	}
	before, err := ledger.BalancesAt(ctx, tx, day.AddDays(-days), ledger.Filter{Account: "7204"})
	if err != nil {
		return err
	}
	p := ledger.Posting{Event: "E24", Date: day, Period13: c.Period13, Parts: parts, Memo: "年终结转 " + c.Code}
	entries, err := postCounted(ctx, tx, []ledger.Posting{p})
	if err != nil {
		return err
	}
	var s Settlement
	return didCarry.Open(ctx, tx, c.Code, &s, yearCarried{
		Code: c.Code, Year: c.Year, On: day, Period13: c.Period13, Lots: len(entries), Open: stillOpen(all, before, day.AddDays(-days)), Entries: entries,
	})
}

// toCarry lists the lots that E24 has anything to close for, in the order of their
// identifiers: those with revenue, expenditure, or authority of the year.
func toCarry(all []ledger.Balance) []ledger.Part {
	seen := map[ledger.LotID]bool{}
	var out []ledger.Part
	for i := range all {
		k := &all[i].Key
		if k.Book != ledger.County || seen[k.Lot] || !closes(k.Account) {
			continue
		}
		seen[k.Lot] = true
		out = append(out, ledger.Part{Lot: k.Lot})
	}
	sortParts(out)
	return out
}

// closes reports whether E24 closes an account.
func closes(a ledger.Code) bool {
	return a[0] == '4' || a[0] == '5' || a == "3201" || a == "7302" || a == "7403" || a == "7404" || a[0] == '6' && a != "6201"
}

// stillOpen lists what should be cleared by a year's end (E24): requests that have
// stood since before a day, card batches in transit, debts, township payments that
// the county has not approved. before are the requests at that day.
func stillOpen(all, before []ledger.Balance, since ledger.Date) []OpenBalance {
	old := map[ledger.Key]ledger.Amount{}
	for i := range before {
		old[before[i].Key] = before[i].Net
	}
	var out []OpenBalance
	for i := range all {
		k, net := all[i].Key, all[i].Net
		x := OpenBalance{Book: string(k.Book), Account: k.Account, Lot: k.Lot, Project: k.Project, Contract: k.Contract, Payee: k.Payee, Amount: net}
		switch k.Account {
		case "7204":
			if x.Amount, x.Since = min(net, old[k]), since; x.Amount > 0 {
				out = append(out, x)
			}
		case "1203", "1211", "1303", "2006":
			out = append(out, x)
		}
	}
	return out
}
