package payments

import (
	"context"

	"fundbook/internal/dossier"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// Claims lists claims as q shows them, in order of code.
func Claims(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Claim], error) {
	return claimFile.List(ctx, q, county, f)
}

// FindClaim returns one claim; unit is whose an account may see.
func FindClaim(ctx context.Context, q bun.IDB, county int32, code, unit string) (dossier.Item[Claim], error) {
	return claimFile.Find(ctx, q, county, code, unit)
}

// ClaimHistory returns what happened to a claim, in order of recording.
func ClaimHistory(ctx context.Context, q bun.IDB, county int32, code string) ([]dossier.Event, error) {
	return claimFile.History(ctx, q, county, code)
}

// Requests lists payment requests; a claim's are those whose parent is its code.
func Requests(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Request], error) {
	return requestFile.List(ctx, q, county, f)
}

// FindRequest returns one payment request.
func FindRequest(ctx context.Context, q bun.IDB, county int32, code, unit string) (dossier.Item[Request], error) {
	return requestFile.Find(ctx, q, county, code, unit)
}

// Transfers lists the bank and treasury references that were used.
func Transfers(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Transfer], error) {
	return transferFile.List(ctx, q, county, f)
}

// Invoices lists invoices with what was drawn on them.
func Invoices(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Invoice], error) {
	return invoiceFile.List(ctx, q, county, f)
}

// Documents lists evidence; a contract's is that whose parent is its code.
func Documents(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Evidence], error) {
	return evidenceFile.List(ctx, q, county, f)
}

// Recoveries lists what must come back.
func Recoveries(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Recovery], error) {
	return recoveryFile.List(ctx, q, county, f)
}

// Waivers lists every waiver with the payments that it released: the auditor's
// list (DOMAIN 4.8).
func Waivers(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Waiver], error) {
	return waiverFile.List(ctx, q, county, f)
}

// OverdueClaims lists claims of which money is owed after its pay-by date (DOMAIN
// 2.3), those of one township or all.
func OverdueClaims(ctx context.Context, q bun.IDB, county int32, unit string, day ledger.Date) ([]dossier.Item[Claim], error) {
	all, err := claimFile.List(ctx, q, county, dossier.Filter{Unit: unit})
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for i := range all {
		if all[i].State.Overdue(day) {
			out = append(out, all[i])
		}
	}
	return out, nil
}

// ClaimChecklist holds the documents of a claim that was found against what its
// stage asks for; category is that of its contract.
func ClaimChecklist(ctx context.Context, q bun.IDB, county int32, c *Claim, category string) ([]ChecklistItem, error) {
	var have []Evidence
	for _, d := range c.Documents {
		e, err := evidenceFile.Find(ctx, q, county, codeOf(d), "")
		if err != nil {
			return nil, err
		}
		have = append(have, e.State)
	}
	return Checklist(Ask{Mode: c.Mode, Category: category, Stage: string(c.Kind), Day: c.Date}, have), nil
}
