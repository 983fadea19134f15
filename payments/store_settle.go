package payments

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// PreparedSettlement is a proposal made from the ledger, ready to be recorded.
type PreparedSettlement struct {
	fact settleProposed
}

// agedCodes are the accounts whose balances settlement and monitoring age.
var agedCodes = []string{
	"7101", "7102", "7103", "7104", "7201", "7202", "7203", "7204", "7301", "7401", "1101", "1201", "1203", "1211", "1301", "1303", "2003", "2005", "2006", "2102",
}

// dayMoves reads the daily movements of some accounts to the end of a day, in the
// order of days and accounts. Liabilities are turned, so that what is owed is
// positive.
func dayMoves(ctx context.Context, q bun.IDB, county int32, accounts []string, asOf ledger.Date) ([]DayMove, error) {
	marks, args := db.In(accounts)
	var rows []struct {
		Book, Account, Sub, Project, Contract, Payee, Unit, Pool string
		Lot                                                      []byte
		Day                                                      int32
		Net                                                      int64
	}
	err := db.Fetch(ctx, q, &rows, "SELECT k.book, k.account, k.sub, k.project, k.contract, k.payee, k.unit, k.pool, k.lot, d.day, d.debit - d.credit AS net"+
		" FROM account_key k JOIN day_total d ON d.key = k.id WHERE k.county = ? AND d.day <= ? AND k.account IN "+marks+" ORDER BY d.day, k.id",
		append([]any{county, asOf.Number()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read the movements of accounts: %w", err)
	}
	out := make([]DayMove, len(rows))
	for i, r := range rows {
		day, err := dateOf(r.Day)
		if err != nil {
			return nil, err
		}
		out[i] = DayMove{Day: day, Net: ledger.Amount(r.Net), Key: ledger.Key{
			Book: ledger.Book(r.Book), Account: ledger.Code(r.Account), Sub: r.Sub, Lot: ledger.LotID(r.Lot), Project: r.Project,
			Contract: r.Contract, Payee: r.Payee, Unit: r.Unit, Pool: r.Pool,
		}}
		if r.Account[0] == '2' {
			out[i].Net = -out[i].Net
		}
	}
	return out, nil
}

// dateOf reads yyyymmdd.
func dateOf(n int32) (ledger.Date, error) {
	return ledger.NewDate(int(n/10000), int(n/100%100), int(n%100))
}

// issuedOn reads on which day the authority of each lot first moved.
func issuedOn(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (map[ledger.LotID]ledger.Date, error) {
	var rows []struct {
		Lot []byte
		Day int32
	}
	err := db.Fetch(ctx, q, &rows, "SELECT k.lot, min(d.day) AS day FROM account_key k JOIN day_total d ON d.key = k.id"+
		" WHERE k.county = ? AND d.day <= ? AND k.account >= '6' AND k.account < '7' GROUP BY k.lot", county, asOf.Number())
	if err != nil {
		return nil, fmt.Errorf("read the days of issue: %w", err)
	}
	out := make(map[ledger.LotID]ledger.Date, len(rows))
	for _, r := range rows {
		if out[ledger.LotID(r.Lot)], err = dateOf(r.Day); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readSettle reads what a settlement run looks at.
func readSettle(ctx context.Context, q bun.IDB, county int32, day ledger.Date) (settleFacts, error) {
	f := settleFacts{day: day}
	ps, err := ledger.LoadPolicies(ctx, q, county)
	if err != nil {
		return f, err
	}
	if f.limits, err = SettleLimitsOn(ps, day); err != nil {
		return f, err
	}
	lots, err := ledger.LotsReport(ctx, q, county, ledger.LotsQuery{At: ledger.At{AsOf: day}})
	if err != nil {
		return f, err
	}
	f.lots, f.known = lots.Rows, lots.At.KnownAt
	if f.issued, err = issuedOn(ctx, q, county, day); err != nil {
		return f, err
	}
	figures, err := ledger.ProjectsReport(ctx, q, county, ledger.ProjectsQuery{At: ledger.At{AsOf: day}})
	if err != nil {
		return f, err
	}
	f.figures = figures.Rows
	moves, err := dayMoves(ctx, q, county, agedCodes, ledger.MaxDate)
	if err != nil {
		return f, err
	}
	moves = slices.DeleteFunc(moves, func(m DayMove) bool { return m.Key.Book != ledger.County })
	f.now = map[ledger.Key]ledger.Amount{}
	for i := range moves {
		f.now[moves[i].Key] += moves[i].Net
	}
	f.aged = ages(slices.DeleteFunc(moves, func(m DayMove) bool { return m.Day > day }))
	if f.projects, err = projectMap(ctx, q, county); err != nil {
		return f, err
	}
	contracts, err := projects.ListContracts(ctx, q, county, dossier.Filter{})
	if err != nil {
		return f, err
	}
	f.contracts = make(map[string]projects.Contract, len(contracts))
	for i := range contracts {
		f.contracts[contracts[i].Code] = contracts[i]
	}
	return f, nil
}

func projectMap(ctx context.Context, q bun.IDB, county int32) (map[string]projects.Project, error) {
	list, err := projects.ListProjects(ctx, q, county, projects.ProjectFilter{})
	if err != nil {
		return nil, err
	}
	out := make(map[string]projects.Project, len(list))
	for i := range list {
		out[list[i].Code] = list[i]
	}
	return out, nil
}

// PrepareSettlement makes a proposal from the ledger as it stands: figures as of the
// end of the cut-off day.
func PrepareSettlement(ctx context.Context, q bun.IDB, at projects.Desk, c SettleProposeCmd) (PreparedSettlement, error) {
	if c.On > at.Today {
		return PreparedSettlement{}, ErrSettle.With("清理截止日 %s 晚于今天 %s", c.On, at.Today).At("on", "in the future", c.On.String())
	}
	f, err := readSettle(ctx, q, at.No, c.On)
	if err != nil {
		return PreparedSettlement{}, err
	}
	return PreparedSettlement{f.propose(c.Code)}, nil
}

// FindSettlement returns one settlement run.
func FindSettlement(ctx context.Context, q bun.IDB, county int32, code, unit string) (dossier.Item[Settlement], error) {
	return settlementFile.Find(ctx, q, county, code, unit)
}

// ReadMonitor reads what dynamic monitoring looks at, as of a day.
func ReadMonitor(ctx context.Context, q bun.IDB, county int32, day ledger.Date) (MonitorFacts, error) {
	f := MonitorFacts{Day: day}
	var err error
	if f.Policies, err = ledger.LoadPolicies(ctx, q, county); err != nil {
		return f, err
	}
	lots, err := ledger.LotsReport(ctx, q, county, ledger.LotsQuery{At: ledger.At{AsOf: day}})
	if err != nil {
		return f, err
	}
	f.Lots = lots.Rows
	if f.Documents, err = documentDays(ctx, q, county); err != nil {
		return f, err
	}
	if f.Issued, err = issuedOn(ctx, q, county, day); err != nil {
		return f, err
	}
	if f.Moves, err = dayMoves(ctx, q, county, agedCodes, day); err != nil {
		return f, err
	}
	figures, err := ledger.ProjectsReport(ctx, q, county, ledger.ProjectsQuery{At: ledger.At{AsOf: day}})
	if err != nil {
		return f, err
	}
	f.Figures = figures.Rows
	f.Projects, err = projectMap(ctx, q, county)
	return f, err
}

// documentDays reads the days of the lots' documents, where they state one.
func documentDays(ctx context.Context, q bun.IDB, county int32) (map[ledger.LotID]ledger.Date, error) {
	lots, err := ledger.Lots(ctx, q, county)
	if err != nil {
		return nil, err
	}
	out := make(map[ledger.LotID]ledger.Date, len(lots))
	for i := range lots {
		if day := lots[i].DocDate; !day.IsZero() {
			out[lots[i].ID] = day
		}
	}
	return out, nil
}

// Alerts is Monitor over the ledger as of a day.
func Alerts(ctx context.Context, q bun.IDB, county int32, day ledger.Date) ([]Alert, error) {
	f, err := ReadMonitor(ctx, q, county, day)
	if err != nil {
		return nil, err
	}
	return Monitor(f)
}
