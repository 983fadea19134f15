package dossier

import (
	"context"

	"fundbook/internal/db"
)

// Taken reports whether a code is used by a dossier of a kind that another part of
// the product declares.
func Taken(ctx context.Context, tx *db.Tx, kind, code string) (bool, error) {
	h, err := recall(ctx, tx, thing{kind, code})
	return h.body != nil, err
}
