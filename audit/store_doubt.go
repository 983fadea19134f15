package audit

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"
	"fundbook/publicity"

	"github.com/uptrace/bun"
)

// Doubts (疑点) runs rules as of a day and returns what they show, in the order of
// the rules and of their subjects, each with what its handler recorded. Movements of
// the ledger count up to the day; dossiers are read as they stand. rules names those
// wanted, none: all. ErrDoubtRule for an unknown one.
func Doubts(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date, rules []string) ([]Doubt, error) {
	chosen, err := chooseDoubts(rules)
	if err != nil {
		return nil, err
	}
	list, err := runDoubts(ctx, q, county, asOf, chosen)
	if err != nil {
		return nil, err
	}
	files, err := doubtFile.List(ctx, q, county, dossier.Filter{})
	if err != nil {
		return nil, err
	}
	handled := make(map[string]*DoubtFile, len(files))
	for i := range files {
		handled[files[i].Code] = &files[i].State
	}
	opened, err := findingsByOrigin(ctx, q, county, SourceDoubt)
	if err != nil {
		return nil, err
	}
	for i := range list {
		d := &list[i]
		d.Finding = opened[d.ID]
		if h := handled[d.ID]; h != nil {
			d.Status, d.Handler, d.HandledOn, d.Note, d.Changed = h.Status, h.Handler, h.On, h.Note, h.Digest != d.Digest
		}
	}
	return list, nil
}

// HandledDoubts lists what handlers recorded, in order of identity, also of doubts
// that their rules no longer show.
func HandledDoubts(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]DoubtFile, error) {
	list, err := doubtFile.List(ctx, q, county, f)
	out := make([]DoubtFile, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, err
}

func chooseDoubts(names []string) ([]*doubtRule, error) {
	var out []*doubtRule
	for i := range doubtRules {
		if r := &doubtRules[i]; len(names) == 0 || slices.Contains(names, r.ID) {
			out = append(out, r)
		}
	}
	for _, n := range names {
		if !slices.ContainsFunc(out, func(r *doubtRule) bool { return r.ID == n }) {
			return nil, ErrDoubtRule.With("%q", n)
		}
	}
	return out, nil
}

// runDoubts loads what the rules ask for and runs them.
func runDoubts(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date, rules []*doubtRule) ([]Doubt, error) {
	var needs doubtNeed
	for _, r := range rules {
		needs |= r.needs
	}
	f := &doubtFacts{asOf: asOf}
	var err error
	if f.policies, err = ledger.LoadPolicies(ctx, q, county); err != nil {
		return nil, err
	}
	for _, l := range doubtLoaders {
		if needs&l.need == 0 {
			continue
		}
		if err := l.load(f, ctx, q, county); err != nil {
			return nil, err
		}
	}
	out := []Doubt{}
	for _, r := range rules {
		list, err := r.find(f)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if err := list[i].seal(r); err != nil {
				return nil, err
			}
		}
		slices.SortStableFunc(list, func(a, b Doubt) int { return compareText(a.Subject, b.Subject) })
		out = append(out, list...)
	}
	return out, nil
}

// doubtLoaders loads each kind of rows.
var doubtLoaders = []struct {
	need doubtNeed
	load func(*doubtFacts, context.Context, bun.IDB, int32) error
}{
	{needPersons, (*doubtFacts).loadPersons},
	{needRosters, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.rosters, err = projects.ListRosters(ctx, q, county, dossier.Filter{})
		return err
	}},
	{needContracts, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.contracts, err = projects.ListContracts(ctx, q, county, dossier.Filter{})
		return err
	}},
	{needProjects, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.projects, err = projects.ListProjects(ctx, q, county, projects.ProjectFilter{})
		return err
	}},
	{needPlans, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.plans, err = projects.ListPlans(ctx, q, county, dossier.Filter{})
		return err
	}},
	{needClaims, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) error {
		list, err := payments.Claims(ctx, q, county, dossier.Filter{})
		for i := range list {
			f.claims = append(f.claims, list[i].State)
		}
		return err
	}},
	{needRequests, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) error {
		list, err := payments.Requests(ctx, q, county, dossier.Filter{})
		for i := range list {
			f.requests = append(f.requests, list[i].State)
		}
		return err
	}},
	{needInvoices, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.invoices, err = payments.Invoices(ctx, q, county, dossier.Filter{})
		return err
	}},
	{needBatches, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.batches, err = payments.ListBatches(ctx, q, county, dossier.Filter{})
		return err
	}},
	{needLoans, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.loans, err = projects.ListLoans(ctx, q, county, dossier.Filter{})
		return err
	}},
	{needPaid, (*doubtFacts).loadPaid},
	{needAdvances, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.advances, err = f.loadAges(ctx, q, county, []string{"1201", "1203", "1303"})
		return err
	}},
	{needRetention, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.retention, err = f.loadAges(ctx, q, county, []string{"2003"})
		return err
	}},
	{needTownCash, (*doubtFacts).loadTownCash},
	{needIdle, (*doubtFacts).loadIdle},
	{needClocks, (*doubtFacts).loadClocks},
	{needIssued, (*doubtFacts).loadIssued},
	{needFees, (*doubtFacts).loadFees},
	{needFigures, func(f *doubtFacts, ctx context.Context, q bun.IDB, county int32) (err error) {
		f.figures, err = projects.YearFigures(ctx, q, county, f.asOf.Year())
		return err
	}},
	{needEntries, (*doubtFacts).loadEntries},
}

// loadPersons reads the rows of rosters whose person or card stands in another row
// as well.
func (f *doubtFacts) loadPersons(ctx context.Context, q bun.IDB, county int32) error {
	var rows []struct {
		Seq, Amount        int64
		Code, Programme    string
		N, Rev, Year       int
		IDIndex, CardIndex []byte
	}
	err := q.NewRaw(`SELECT seq, amount, code, programme, n, rev, year, id_index, card_index FROM roster_row WHERE county = ? AND (
 id_index IN (SELECT id_index FROM roster_row WHERE county = ? GROUP BY id_index HAVING count(*) > 1)
 OR card_index IN (SELECT card_index FROM roster_row WHERE county = ? GROUP BY card_index HAVING count(*) > 1)) ORDER BY code, n, rev`,
		county, county, county).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the rows of persons that repeat: %w", err)
	}
	for _, r := range rows {
		if len(r.IDIndex) != 32 || len(r.CardIndex) != 32 {
			return fmt.Errorf("roster %s row %d: an index is not 32 bytes", r.Code, r.N)
		}
		f.persons = append(f.persons, personRow{
			Seq: r.Seq, Roster: r.Code, N: r.N, Rev: r.Rev, Programme: r.Programme, Year: r.Year, Amount: ledger.Amount(r.Amount),
			ID: ledger.Digest(r.IDIndex), Card: ledger.Digest(r.CardIndex),
		})
	}
	return nil
}

// loadPaid reads what entries have paid, per project and contract: what they add to
// 7301 and 7302. Openings and closes, which move 6201, and reversed entries are left
// out.
func (f *doubtFacts) loadPaid(ctx context.Context, q bun.IDB, county int32) error {
	var rows []struct {
		Seq, Net          int64
		Day               int32
		Project, Contract string
	}
	err := q.NewRaw(`SELECT l.seq, l.day, k.project, k.contract, sum(l.side * l.fen) AS net FROM account_key k JOIN line l ON l.key = k.id
 WHERE k.county = ? AND k.account IN ('7301', '7302') AND k.project <> '' AND l.day <= ?
 AND l.seq NOT IN (SELECT original FROM reversal WHERE county = ?)
 AND l.seq NOT IN (SELECT x.seq FROM account_key y JOIN line x ON x.key = y.id WHERE y.county = ? AND y.account = '6201')
 GROUP BY l.seq, l.day, k.project, k.contract HAVING sum(l.side * l.fen) > 0 ORDER BY l.seq, k.project, k.contract`,
		county, f.asOf.Number(), county, county).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the payments: %w", err)
	}
	for _, r := range rows {
		f.paid = append(f.paid, payRow{r.Seq, dayOf(r.Day), r.Project, r.Contract, ledger.Amount(r.Net)})
	}
	return nil
}

// dayOf reads yyyymmdd.
func dayOf(n int32) ledger.Date {
	d, err := ledger.NewDate(int(n/10_000), int(n/100%100), int(n%100))
	if err != nil {
		return 0
	}
	return d
}

// loadAges reads every movement of accounts that must come to nothing in time.
func (f *doubtFacts) loadAges(ctx context.Context, q bun.IDB, county int32, accounts []string) ([]ageRow, error) {
	var rows []struct {
		Seq, Net                         int64
		Day, Cash                        int32
		Account, Book, Project, Contract string
	}
	err := q.NewRaw(`SELECT l.seq, l.day, k.account, k.book, k.project, k.contract, l.side * l.fen AS net,
 CASE WHEN EXISTS (SELECT 1 FROM line x JOIN account_key y ON y.id = x.key
  WHERE x.county = l.county AND x.seq = l.seq AND x.side = -1 AND y.account IN ('1001', '1002', '1101')) THEN 1 ELSE 0 END AS cash
 FROM account_key k JOIN line l ON l.key = k.id WHERE k.county = ? AND k.account IN (?) AND l.day <= ? ORDER BY l.seq, l.n`,
		county, bun.List(accounts), f.asOf.Number()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read what is to be settled: %w", err)
	}
	out := make([]ageRow, len(rows))
	for i, r := range rows {
		out[i] = ageRow{r.Seq, dayOf(r.Day), ledger.Code(r.Account), r.Book, r.Project, r.Contract, ledger.Amount(r.Net), r.Cash == 1}
	}
	return out, nil
}

// loadTownCash reads 1101 of the county beside 2102 of each township, per lot.
func (f *doubtFacts) loadTownCash(ctx context.Context, q bun.IDB, county int32) error {
	var rows []struct {
		Lot, Town      string
		Sent, Received int64
	}
	err := q.NewRaw(`SELECT t.code AS lot, CASE WHEN k.account = '1101' THEN k.unit ELSE k.book END AS town,
 sum(CASE WHEN k.account = '1101' THEN d.debit - d.credit ELSE 0 END) AS sent,
 sum(CASE WHEN k.account = '2102' THEN d.debit - d.credit ELSE 0 END) AS received
 FROM account_key k JOIN day_total d ON d.key = k.id JOIN lot t ON t.county = k.county AND t.id = k.lot
 WHERE k.county = ? AND k.account IN ('1101', '2102') AND d.day <= ? GROUP BY 1, 2 ORDER BY 1, 2`, county, f.asOf.Number()).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the cash of townships: %w", err)
	}
	for _, r := range rows {
		f.townCash = append(f.townCash, townRow{r.Lot, r.Town, ledger.Amount(r.Sent), ledger.Amount(r.Received)})
	}
	return nil
}

// loadIdle reads what of each lot is unallocated, and how much of it is recent.
func (f *doubtFacts) loadIdle(ctx context.Context, q bun.IDB, county int32) error {
	days, err := f.number(policyDoubtIdle)
	if err != nil {
		return err
	}
	var rows []struct {
		Lot, Document   string
		Balance, Recent int64
		First           int32
	}
	err = q.NewRaw(`SELECT t.code AS lot, t.document, min(d.day) AS first, sum(d.debit - d.credit) AS balance,
 sum(CASE WHEN d.day >= ? THEN d.debit ELSE 0 END) AS recent
 FROM account_key k JOIN day_total d ON d.key = k.id JOIN lot t ON t.county = k.county AND t.id = k.lot
 WHERE k.county = ? AND k.account = '7101' AND d.day <= ? GROUP BY t.code, t.document HAVING sum(d.debit - d.credit) > 0 ORDER BY t.code`,
		f.asOf.AddDays(-days).Number(), county, f.asOf.Number()).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the unallocated authority: %w", err)
	}
	for _, r := range rows {
		f.idle = append(f.idle, idleRow{r.Lot, r.Document, ledger.Amount(r.Balance), ledger.Amount(r.Recent), dayOf(r.First)})
	}
	return nil
}

// loadClocks reads since when each project is in plan, and what was paid on it.
func (f *doubtFacts) loadClocks(ctx context.Context, q bun.IDB, county int32) error {
	var rows []struct {
		Project    string
		Planned    int32
		Open, Paid int64
	}
	err := q.NewRaw(`SELECT k.project, coalesce(min(CASE WHEN k.account = '7201' AND d.debit > 0 THEN d.day END), 0) AS planned,
 sum(CASE WHEN k.account < '7300' THEN d.debit - d.credit ELSE 0 END) AS open,
 sum(CASE WHEN k.account > '7300' THEN d.debit ELSE 0 END) AS paid
 FROM account_key k JOIN day_total d ON d.key = k.id
 WHERE k.county = ? AND k.account IN ('7201', '7202', '7203', '7204', '7301', '7302') AND k.project <> '' AND d.day <= ?
 GROUP BY k.project ORDER BY k.project`, county, f.asOf.Number()).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the clocks of projects: %w", err)
	}
	for _, r := range rows {
		f.clocks = append(f.clocks, clockRow{r.Project, dayOf(r.Planned), ledger.Amount(r.Open), ledger.Amount(r.Paid)})
	}
	return nil
}

// loadIssued reads since when documents are allocated, and the notices.
func (f *doubtFacts) loadIssued(ctx context.Context, q bun.IDB, county int32) (err error) {
	if f.notices, err = publicity.List(ctx, q, county); err != nil {
		return err
	}
	var rows []struct {
		Document string
		First    int32
		Amount   int64
	}
	err = q.NewRaw(`SELECT t.document, min(d.day) AS first, sum(d.debit) AS amount
 FROM account_key k JOIN day_total d ON d.key = k.id JOIN lot t ON t.county = k.county AND t.id = k.lot
 WHERE k.county = ? AND k.account IN ('7102', '7103', '7104', '7105', '7106', '7201') AND d.debit > 0 AND d.day <= ?
 GROUP BY t.document ORDER BY t.document`, county, f.asOf.Number()).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the allocations: %w", err)
	}
	for _, r := range rows {
		f.issued = append(f.issued, issueRow{r.Document, dayOf(r.First), ledger.Amount(r.Amount)})
	}
	return nil
}

// loadFees reads the caps of management fees, and what was charged to which project.
func (f *doubtFacts) loadFees(ctx context.Context, q bun.IDB, county int32) (err error) {
	if f.fees, err = ledger.FeeCaps(ctx, q, county, f.asOf); err != nil {
		return err
	}
	var rows []struct {
		Seq, Net int64
		Day      int32
		Project  string
	}
	err = q.NewRaw(`SELECT l.seq, l.day, k.project, l.side * l.fen AS net FROM account_key k JOIN line l ON l.key = k.id
 WHERE k.county = ? AND k.account = '5005' AND l.day <= ? AND l.side * l.fen > 0 AND l.seq NOT IN (SELECT original FROM reversal WHERE county = ?)
 ORDER BY l.seq, l.n`, county, f.asOf.Number(), county).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read the management fees: %w", err)
	}
	for _, r := range rows {
		f.feeLines = append(f.feeLines, payRow{Seq: r.Seq, On: dayOf(r.Day), Project: r.Project, Amount: ledger.Amount(r.Net)})
	}
	return nil
}

// loadEntries reads who recorded every entry when.
func (f *doubtFacts) loadEntries(ctx context.Context, q bun.IDB, county int32) error {
	var rows []struct {
		Seq, At  int64
		Day, Red int32
		Actor    []byte
	}
	err := q.NewRaw(`SELECT r.seq, r.at, r.day, r.actor, CASE WHEN v.seq IS NULL THEN 0 ELSE 1 END AS red
 FROM record r LEFT JOIN reversal v ON v.county = r.county AND v.original = r.seq
 WHERE r.county = ? AND r.kind = ? AND r.day <= ? ORDER BY r.seq`, county, ledger.KindEntry, f.asOf.Number()).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("read who recorded what: %w", err)
	}
	f.entries = make([]entryRow, len(rows))
	for i, r := range rows {
		if len(r.Actor) != 16 {
			return fmt.Errorf("record %d: an actor is not 16 bytes", r.Seq)
		}
		f.entries[i] = entryRow{r.Seq, r.At, dayOf(r.Day), ledger.ID(r.Actor), r.Red == 1}
	}
	return nil
}
