package ledger

import (
	"context"

	"fundbook/internal/db"
)

// EventOfEntry returns the event of an entry that the command sees, by its
// sequence number. ErrEntryUnknown when there is none.
func EventOfEntry(ctx context.Context, tx *db.Tx, seq int64) (EventCode, error) {
	e, _, err := originalOf(ctx, tx, seq)
	if err != nil {
		return "", err
	}
	return e.Event, nil
}

// EntryInside returns an entry that the command sees, by its sequence number, and
// whether it has been reversed. ErrEntryUnknown when there is none.
func EntryInside(ctx context.Context, tx *db.Tx, seq int64) (Entry, bool, error) {
	e, reversed, err := originalOf(ctx, tx, seq)
	if err != nil {
		return Entry{}, false, err
	}
	return *e, reversed, nil
}
