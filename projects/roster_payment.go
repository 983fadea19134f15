package projects

import (
	"context"

	"fundbook/internal/db"
)

// What card batches do with a roster. The batch decides; the roster keeps where
// each of its rows stands.

// LoadRoster returns a roster as the command sees it.
func LoadRoster(ctx context.Context, tx *db.Tx, code string) (Roster, error) {
	return rosterFile.Load(ctx, tx, code)
}

// TakeLines puts payable rows into a card batch.
func TakeLines(ctx context.Context, tx *db.Tx, r *Roster, batch string, lines []int) error {
	return factRosterTaken.Record(ctx, tx, r.Code, r, rosterTaken{batch, lines})
}

// ReturnLines gives rows of a card batch back: left out, cancelled, refused by the
// bank, or come back after they were paid. They are owed again.
func ReturnLines(ctx context.Context, tx *db.Tx, r *Roster, batch string, lines []int) error {
	if len(lines) == 0 {
		return nil
	}
	return factRosterReturned.Record(ctx, tx, r.Code, r, rosterReturned{batch, lines})
}

// PayLines notes that the bank has paid rows.
func PayLines(ctx context.Context, tx *db.Tx, r *Roster, batch string, lines []int) error {
	if len(lines) == 0 {
		return nil
	}
	return factRosterPaid.Record(ctx, tx, r.Code, r, rosterPaid{batch, lines})
}
