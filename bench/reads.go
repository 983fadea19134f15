package bench

import "context"

// The figures of reads.
const (
	asOfName    = "balance as of a day"
	pageFirst   = "statement, first page"
	pageDeep    = "statement, deep page"
	listSmall   = "list by account, small"
	listLarge   = "list by account, large"
	balanceName = "balance reads, C=8"
)

func (b *bench) reads(ctx context.Context, small, large *site) error { return nil }
