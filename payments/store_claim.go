package payments

import (
	"context"

	"fundbook/internal/dossier"

	"github.com/uptrace/bun"
)

// Claims lists claims as q shows them, in order of code.
func Claims(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Claim], error) {
	return claimFile.List(ctx, q, county, f)
}

// Requests lists payment requests; a claim's are those whose parent is its code.
func Requests(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Request], error) {
	return requestFile.List(ctx, q, county, f)
}

// Invoices lists invoices with what was drawn on them.
func Invoices(ctx context.Context, q bun.IDB, county int32, f dossier.Filter) ([]dossier.Item[Invoice], error) {
	return invoiceFile.List(ctx, q, county, f)
}
