package publicity

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/dossier"
	"fundbook/internal/region"
	"fundbook/ledger"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/uptrace/bun"
)

// ReadDuties derives the duties of a county as they stand on a day.
func ReadDuties(ctx context.Context, q bun.IDB, county int32, day ledger.Date) ([]Duty, error) {
	f := DutyFacts{Day: day, Accepted: map[string]ledger.Date{}, Evaluated: map[string]ledger.Date{}}
	policies, err := ledger.LoadPolicies(ctx, q, county)
	if err != nil {
		return nil, err
	}
	if f.Calendar, err = payments.WorkCalendar(policies); err != nil {
		return nil, err
	}
	if f.Documents, err = issuedDocuments(ctx, q, county, day); err != nil {
		return nil, err
	}
	if f.Places, err = region.Load(ctx, q, county); err != nil {
		return nil, err
	}
	if f.Files, err = Files(ctx, q, county, ""); err != nil {
		return nil, err
	}
	if err := f.readRooms(ctx, q, county); err != nil {
		return nil, err
	}
	return Duties(f), nil
}

// ReportDuties returns what must be public as of a day, and how it stands.
func ReportDuties(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (DutyTable, error) {
	rows, err := ReadDuties(ctx, q, county, asOf)
	return DutyTable{County: county, AsOf: asOf, Rows: rows}, err
}

// ReportCoverage adds the duties up by township, village and type.
func ReportCoverage(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (CoverageTable, error) {
	rows, err := ReadDuties(ctx, q, county, asOf)
	return CoverageTable{County: county, AsOf: asOf, Rows: Cover(rows)}, err
}

// readRooms reads what the rooms know as of now.
func (f *DutyFacts) readRooms(ctx context.Context, q bun.IDB, county int32) (err error) {
	if f.Plans, err = projects.ListPlans(ctx, q, county, dossier.Filter{}); err != nil {
		return err
	}
	if f.Projects, err = projects.ListProjects(ctx, q, county, projects.ProjectFilter{}); err != nil {
		return err
	}
	contracts, err := projects.ListContracts(ctx, q, county, dossier.Filter{})
	if err != nil {
		return err
	}
	for i := range contracts {
		if on := contracts[i].AcceptedOn; !on.IsZero() {
			for _, p := range contracts[i].Projects {
				f.Accepted[p.Project] = max(f.Accepted[p.Project], on)
			}
		}
	}
	head, err := db.CountyByNo(ctx, q, county)
	if err != nil {
		return err
	}
	results, err := projects.Past{Q: q, County: county, Seq: head.NextSeq - 1}.Performances(ctx)
	if err != nil {
		return err
	}
	for code := range results {
		if e := results[code].Evaluations; len(e) > 0 {
			f.Evaluated[code] = e[len(e)-1].On
		}
	}
	if f.Rosters, err = projects.ListRosters(ctx, q, county, dossier.Filter{}); err != nil {
		return err
	}
	f.Loans, err = projects.ListLoans(ctx, q, county, dossier.Filter{})
	return err
}

// issuedDocuments lists the documents whose lots brought authority, with the first day.
func issuedDocuments(ctx context.Context, q bun.IDB, county int32, day ledger.Date) ([]DutyDocument, error) {
	var rows []struct {
		Document string
		Name     string
		Day      int32
	}
	err := q.NewRaw(`SELECT t.document, min(t.name) AS name, min(t.day) AS day FROM (
 SELECT l.document, l.name, (SELECT min(x.day) FROM account_key k JOIN line x ON x.key = k.id
  WHERE k.county = l.county AND k.lot = l.id AND k.account >= '6' AND k.account < '7') AS day
 FROM lot l WHERE l.county = ?) t WHERE t.day <= ? GROUP BY t.document ORDER BY t.document`, county, day.Number()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read the documents: %w", err)
	}
	out := make([]DutyDocument, len(rows))
	for i, r := range rows {
		on, err := ledger.NewDate(int(r.Day)/10000, int(r.Day)/100%100, int(r.Day)%100)
		if err != nil {
			return nil, err
		}
		out[i] = DutyDocument{r.Document, r.Name, on}
	}
	return out, nil
}

// Files lists what became of the issued notices, in order of code; unit is the township
// that asks, "" the county.
func Files(ctx context.Context, q bun.IDB, county int32, unit string) ([]File, error) {
	list, err := noticeFile.List(ctx, q, county, dossier.Filter{Unit: unit})
	out := make([]File, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, err
}

// Objections lists the objections of a county in order of code; unit as in Files.
func Objections(ctx context.Context, q bun.IDB, county int32, unit string) ([]Objection, error) {
	list, err := objectionFile.List(ctx, q, county, dossier.Filter{Unit: unit})
	out := make([]Objection, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, err
}
