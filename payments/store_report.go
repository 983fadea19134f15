package payments

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// trail is the vouchers that touched each lot and project; project "" of a lot is the
// lot as a whole.
type trail map[trailKey]Vouchers

type trailKey struct {
	lot     ledger.LotID
	project string
}

// readTrail reads the vouchers of authority per lot and project, to the end of a day,
// in order; paid keeps to those that paid (7301, 7302).
func readTrail(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date, paid bool) (trail, error) {
	accounts := " AND k.account >= '6' AND k.account < '8'"
	if paid {
		accounts = " AND k.account IN ('7301', '7302')"
	}
	var rows []struct {
		Lot     []byte
		Project string
		Seq     int64
	}
	err := db.Fetch(ctx, q, &rows, "SELECT DISTINCT l.seq, k.lot, k.project FROM account_key k JOIN line l ON l.key = k.id"+
		" WHERE k.county = ? AND l.day <= ?"+accounts+" ORDER BY l.seq, k.lot, k.project", county, asOf.Number())
	if err != nil {
		return nil, fmt.Errorf("read the vouchers behind figures: %w", err)
	}
	out := trail{}
	add := func(k trailKey, seq int64) {
		if v := out[k]; len(v) == 0 || v[len(v)-1] != seq {
			out[k] = append(v, seq)
		}
	}
	for _, r := range rows {
		lot := ledger.LotID(r.Lot)
		if r.Project != "" {
			add(trailKey{lot, r.Project}, r.Seq)
		}
		add(trailKey{lot, ""}, r.Seq)
	}
	return out, nil
}

// ReportProjects returns the money of every project per lot as of a day.
func ReportProjects(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (ProjectsTable, error) {
	out := ProjectsTable{County: county, AsOf: asOf, Rows: []ProjectMoney{}}
	list, err := ledger.ProjectsReport(ctx, q, county, ledger.ProjectsQuery{At: ledger.At{AsOf: asOf}})
	if err != nil {
		return out, err
	}
	out.Known = list.At.KnownAt
	known, err := projectMap(ctx, q, county)
	if err != nil {
		return out, err
	}
	vouchers, err := readTrail(ctx, q, county, asOf, false)
	if err != nil {
		return out, err
	}
	for _, x := range list.Rows {
		p := known[x.Project]
		row := ProjectMoney{
			ProjectRow: x, Name: p.Name, State: string(p.State), Unit: p.Unit, Category: p.Category, Plan: x.Planned + x.Committed + x.Payable + x.Paid,
			Vouchers: vouchers[trailKey{x.LotID, x.Project}],
		}
		row.RateBP = ratioBP(row.Paid, row.Plan)
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// ReportProgress returns how far the money of each budget year, tier and lot has been
// paid as of a day, beside the node of policy that has passed.
func ReportProgress(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (ProgressTable, error) {
	out := ProgressTable{County: county, AsOf: asOf, Rows: []ProgressRow{}}
	lots, err := ledger.LotsReport(ctx, q, county, ledger.LotsQuery{At: ledger.At{AsOf: asOf}})
	if err != nil {
		return out, err
	}
	out.Known = lots.At.KnownAt
	policies, err := ledger.LoadPolicies(ctx, q, county)
	if err != nil {
		return out, err
	}
	vouchers, err := readTrail(ctx, q, county, asOf, true)
	if err != nil {
		return out, err
	}
	out.Rows = progressRows(lots.Rows, vouchers)
	for i := range out.Rows {
		r := &out.Rows[i]
		if r.Node, r.TargetBP, err = paySet(policies).passed(r.Year, asOf); err != nil {
			return out, err
		}
		r.RateBP = ratioBP(r.Paid, r.Authority)
	}
	return out, nil
}

// ReportSettlement returns what a settlement run would propose as of a day.
func ReportSettlement(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (SettlementTable, error) {
	out := SettlementTable{County: county, AsOf: asOf, Lines: []SettleLineVouched{}, Rows: []SettleRowVouched{}}
	f, err := readSettle(ctx, q, county, asOf)
	if err != nil {
		return out, err
	}
	out.Known = f.known
	vouchers, err := readTrail(ctx, q, county, asOf, false)
	if err != nil {
		return out, err
	}
	run := f.propose("")
	for _, l := range run.Lines {
		out.Lines = append(out.Lines, SettleLineVouched{l, vouchers[trailKey{l.Lot, l.Project}]})
	}
	for _, r := range run.Rows {
		out.Rows = append(out.Rows, SettleRowVouched{r, vouchers[trailKey{r.Lot, r.Project}]})
	}
	return out, nil
}

// ReportLots returns every lot with its age, what of it is idle, and its vouchers.
func ReportLots(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (LotsTable, error) {
	out := LotsTable{County: county, AsOf: asOf, Rows: []LotMoney{}}
	lots, err := ledger.LotsReport(ctx, q, county, ledger.LotsQuery{At: ledger.At{AsOf: asOf}})
	if err != nil {
		return out, err
	}
	out.Known = lots.At.KnownAt
	issued, err := issuedOn(ctx, q, county, asOf)
	if err != nil {
		return out, err
	}
	vouchers, err := readTrail(ctx, q, county, asOf, false)
	if err != nil {
		return out, err
	}
	for _, x := range lots.Rows {
		row := LotMoney{LotRow: x, Issued: issued[x.LotID], Idle: x.Unallocated + x.Pooled + x.Allocated, Vouchers: vouchers[trailKey{x.LotID, ""}]}
		if row.Issued != 0 {
			row.Months = asOf.Year()*12 + asOf.Month() - row.Issued.Year()*12 - row.Issued.Month()
			if asOf.Day() < row.Issued.Day() {
				row.Months--
			}
		}
		row.RateBP = ratioBP(row.Paid, row.Authority)
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
