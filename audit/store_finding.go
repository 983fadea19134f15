package audit

import (
	"context"

	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// Findings lists findings as q shows them, in order of code; those of a source have
// its name as their parent.
func Findings(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]Finding, error) {
	list, err := findingFile.List(ctx, q, county, f)
	out := make([]Finding, len(list))
	for i := range list {
		out[i] = list[i].State
	}
	return out, err
}

// FindFinding returns one finding; unit is the township that asks.
func FindFinding(ctx context.Context, q bun.IDB, county int32, code, unit string) (Finding, error) {
	it, err := findingFile.Find(ctx, q, county, code, unit)
	return it.State, err
}

// OverdueFindings lists the findings past their deadline or their look-back on a
// day, those of one township or all.
func OverdueFindings(ctx context.Context, q bun.IDB, county int32, unit string, day ledger.Date) ([]Finding, error) {
	all, err := Findings(ctx, q, county, dossier.Filter{Unit: unit})
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for i := range all {
		if all[i].Overdue(day) {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// findingsByOrigin returns the finding that each reference of a source opened.
func findingsByOrigin(ctx context.Context, q bun.IDB, county int32, source FindingSource) (map[string]string, error) {
	list, err := originFile.List(ctx, q, county, dossier.Filter{Status: string(source)})
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(list))
	for i := range list {
		out[list[i].State.Reference] = list[i].State.Finding
	}
	return out, nil
}
