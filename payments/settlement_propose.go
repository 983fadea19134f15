package payments

import (
	"slices"

	"fundbook/ledger"
	"fundbook/projects"
)

// SettleProposeCmd proposes a settlement run (定期结算清理): what stands open on a
// day, per lot and project, and what the policies of ages propose about it.
type SettleProposeCmd struct {
	Code string      `json:"code" validate:"required,max=64"`
	On   ledger.Date `json:"on" validate:"required"` // cut-off: the end of this day
}

// settleFacts is what a settlement run looks at, all of one moment.
type settleFacts struct {
	day       ledger.Date
	known     int64
	limits    SettleLimits
	lots      []ledger.LotRow
	issued    map[ledger.LotID]ledger.Date // first day of authority, or of the document where it is earlier
	figures   []ledger.ProjectRow
	aged      []Aged                       // of the county book, at the end of the day
	now       map[ledger.Key]ledger.Amount // the same accounts with later days
	projects  map[string]projects.Project
	contracts map[string]projects.Contract
	rosters   map[string]projects.Roster
}

func (f *settleFacts) lot(id ledger.LotID) (code string, tier ledger.Tier) {
	for i := range f.lots {
		if f.lots[i].LotID == id {
			return f.lots[i].Lot, f.lots[i].Tier
		}
	}
	return id.String(), ""
}

// propose makes the lines and rows of a run: a pure function of its facts.
func (f *settleFacts) propose(code string) settleProposed {
	out := settleProposed{Code: code, On: f.day, KnownAt: f.known, Limits: f.limits}
	for i := range f.figures {
		out.Lines = append(out.Lines, f.line(&f.figures[i]))
	}
	for i := range f.aged {
		row, ok := f.row(&f.aged[i])
		if !ok {
			continue
		}
		k := &f.aged[i].Key
		row.Clause = settleReasons[row.Reason].clause
		row.Lot, row.From, row.Project, row.Contract, row.Unit, row.Pool = k.Lot, k.Account, k.Project, k.Contract, k.Unit, k.Pool
		row.LotCode, row.Tier = f.lot(k.Lot)
		row.Standing, row.Now = balanceOf(f.aged[i].Layers), f.now[*k]
		if row.Amount = min(row.Amount, row.Now); row.Amount <= 0 {
			continue // gone by later vouchers
		}
		row.No = len(out.Rows) + 1
		out.Rows = append(out.Rows, row)
	}
	return out
}

// line is where one project stands in one lot.
func (f *settleFacts) line(x *ledger.ProjectRow) SettleLine {
	out := SettleLine{Project: x.Project, Lot: x.LotID, LotCode: x.Lot}
	_, out.Tier = f.lot(x.LotID)
	out.Plan = x.Planned + x.Committed + x.Payable + x.Paid
	out.Committed, out.Paid, out.Payable = x.Committed, x.Paid, x.Payable
	p, known := f.projects[x.Project]
	if known {
		out.State = string(p.State)
	}
	if known && f.finished(&p) {
		out.Saving = x.Planned
	}
	for i := range f.aged {
		k := &f.aged[i].Key
		if k.Account != "2003" || k.Project != x.Project || k.Lot != x.LotID {
			continue
		}
		if c, ok := f.contracts[k.Contract]; !ok || c.DefectUntil == 0 || c.DefectUntil.AddDays(f.limits.RetentionDays) >= f.day {
			out.RetentionNotDue += balanceOf(f.aged[i].Layers)
		}
	}
	return out
}

// finished reports whether nothing more will be spent on a project: it is settled
// (works), accepted (services) or reimbursed (households, fees), taken out of the
// library, and each of its contracts has come to its end.
func (f *settleFacts) finished(p *projects.Project) bool {
	var done bool
	switch p.Route() {
	case projects.RouteWorks:
		done = p.Reached(projects.StateSettled)
	case projects.RouteService:
		done = p.Reached(projects.StateAccepted)
	default:
		done = p.Reached(projects.StateReimbursed)
	}
	if !done && p.State != projects.StateRemoved {
		return false
	}
	ends := []projects.ContractState{projects.ContractSettled, projects.ContractClosed, projects.ContractTerminated}
	if p.Route() != projects.RouteWorks {
		ends = append(ends, projects.ContractAccepted)
	}
	for _, code := range p.Contracts {
		if c, ok := f.contracts[code]; !ok || !slices.Contains(ends, c.State) {
			return false
		}
	}
	return true
}

// row judges one account of the county book; ok is false when there is nothing to
// propose.
func (f *settleFacts) row(a *Aged) (SettleRow, bool) {
	switch a.Key.Account {
	case "7101", "7102", "7103", "7104":
		return f.idleRow(a)
	case "7201":
		return f.planRow(a)
	case "7202":
		return f.contractRow(a)
	case "7203":
		return f.owedRow(a)
	case "7401":
		return SettleRow{Reason: ReasonRecovered, Amount: balanceOf(a.Layers), Since: a.Layers[0].Since, Due: a.Layers[0].Since.AddDays(f.limits.ReplanDays)}, true
	case "2003":
		return f.retentionRow(a)
	}
	return SettleRow{}, false
}

// idleRow judges authority that no project has, by the age of its lot.
func (f *settleFacts) idleRow(a *Aged) (SettleRow, bool) {
	issued := f.issued[a.Key.Lot]
	row := SettleRow{Amount: balanceOf(a.Layers), Since: issued}
	older := func(months int) bool { return issued != 0 && issued < monthsBefore(f.day, months) }
	switch {
	case older(f.limits.SurplusMonths):
		row.Reason = ReasonSurplus
	case older(f.limits.RecoverMonths):
		row.Reason = ReasonIdle
	case older(f.limits.WarnMonths):
		row.Reason, row.Duty = ReasonIdleWarn, true
	default:
		return row, false
	}
	return row, true
}

// planRow judges what a project has in plan and not under contract.
func (f *settleFacts) planRow(a *Aged) (SettleRow, bool) {
	p, known := f.projects[a.Key.Project]
	if known && f.finished(&p) {
		return SettleRow{Reason: ReasonSaving, Amount: balanceOf(a.Layers), Since: p.Since}, true
	}
	old, since := olderThan(a.Layers, f.day, f.limits.NotStartedDays)
	row := SettleRow{Reason: ReasonNotStarted, Amount: old, Since: since}
	if known && len(p.Contracts)+len(p.Rosters) > 0 {
		row.Reason = ReasonUncommitted
	}
	return row, old > 0
}

// contractRow judges what is committed: a contract signed or started of which
// nothing was ever claimed, and the rest of one that is settled.
func (f *settleFacts) contractRow(a *Aged) (SettleRow, bool) {
	c, known := f.contracts[a.Key.Contract]
	if !known {
		return f.rosterRow(a)
	}
	row := SettleRow{Amount: balanceOf(a.Layers), Since: a.Layers[0].Since}
	switch c.State {
	case projects.ContractSettled:
		row.Reason, row.Duty = ReasonContractRest, true
		return row, true
	case projects.ContractSigned, projects.ContractStarted:
	default:
		return row, false
	}
	if c.Transferred > 0 {
		return row, false // something was claimed, and is expenditure already
	}
	for i := range f.aged {
		k := &f.aged[i].Key
		if k.Contract == c.Code && slices.Contains([]ledger.Code{"7203", "7204", "7301", "1301", "1211", "2005"}, k.Account) {
			return row, false
		}
	}
	old, since := olderThan(a.Layers, f.day, f.limits.ContractIdleDays)
	row.Reason, row.Since = ReasonContractIdle, since
	return row, old > 0
}

// rosterRow judges what is bound for a roster: one that was never confirmed, and, when
// it is confirmed, what is bound beyond what its rows are owed. Of that no batch will
// ever issue anything: it may be recovered.
func (f *settleFacts) rosterRow(a *Aged) (SettleRow, bool) {
	r, known := f.rosters[a.Key.Contract]
	if !known {
		return SettleRow{}, false
	}
	switch r.State {
	case projects.RosterConfirmed, projects.RosterClosed:
		return SettleRow{Reason: ReasonRosterRest, Amount: balanceOf(a.Layers), Since: a.Layers[0].Since}, true
	default:
		old, since := olderThan(a.Layers, f.day, f.limits.ContractIdleDays)
		return SettleRow{Reason: ReasonRosterIdle, Duty: true, Amount: old, Since: since}, old > 0
	}
}

// owedRow names what a confirmed roster owes and no batch has issued for long.
func (f *settleFacts) owedRow(a *Aged) (SettleRow, bool) {
	if _, roster := f.rosters[a.Key.Contract]; !roster {
		return SettleRow{}, false
	}
	old, since := olderThan(a.Layers, f.day, f.limits.ContractIdleDays)
	return SettleRow{Reason: ReasonRosterOwed, Duty: true, Amount: old, Since: since}, old > 0
}

// retentionRow names retention whose day has come: the defect period is over, no
// defect is open, and the days to check and to pay have passed.
func (f *settleFacts) retentionRow(a *Aged) (SettleRow, bool) {
	c, known := f.contracts[a.Key.Contract]
	if !known || c.DefectUntil == 0 || c.Defect || c.DefectUntil >= f.day {
		return SettleRow{}, false
	}
	due := c.DefectUntil.AddDays(f.limits.RetentionDays)
	return SettleRow{Reason: ReasonRetention, Duty: true, Amount: balanceOf(a.Layers), Since: c.DefectUntil, Due: due}, true
}
