package publicity

import (
	"fundbook/internal/region"
	"fundbook/internal/seal"

	"github.com/uptrace/bun"
)

// Store is where notices are derived from: one moment of a county.
type Store struct {
	Q       bun.IDB
	County  int32
	Persons *seal.Box // opens the persons of rosters; nil: a notice of persons shows none
}

// view is the moment that a query may see: records after cutoff do not exist for it.
type view struct {
	Store
	about  string
	cutoff int64
	day    region.Day // of publication: names of places are those of that day
}
