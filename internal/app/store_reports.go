package app

import (
	"context"

	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// DayReport (日报表) reads a report of a county as of the end of a day.
type DayReport[T any] func(ctx context.Context, q bun.IDB, county int32, asOf ledger.Date) (T, error)

// YearReport (年度报表) reads the figures of a year of a county.
type YearReport[T any] func(ctx context.Context, q bun.IDB, county int32, year int) (T, error)
