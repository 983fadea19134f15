package region

import (
	"context"

	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

// Known returns what a command sees of the divisions of its county, lists that
// earlier commands of the batch imported included.
func Known(ctx context.Context, tx *db.Tx) (*Set, error) {
	v, err := tx.Recall(ctx, divisionsThing{}, func(ctx context.Context, q bun.IDB) (any, error) {
		return loadDivisions(ctx, q, tx.CountyNo())
	})
	if err != nil {
		return nil, err
	}
	return NewSet(v.([]Division)), nil
}
