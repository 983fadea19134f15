package app

import (
	"context"
	"fmt"

	"fundbook/internal/auth"
	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

type userRow struct {
	ID                       []byte
	Name, Role, County, Unit string
}

func (u *userRow) who() auth.Who {
	return auth.Who{ID: [16]byte(u.ID), Name: u.Name, Role: auth.Role(u.Role), County: u.County, Unit: u.Unit}
}

const userColumns = "SELECT id, name, role, county, unit FROM user_account u WHERE NOT EXISTS (SELECT 1 FROM user_revocation r WHERE r.id = u.id)"

func insertUser(tx *db.Tx, c userCmd, seq int64) {
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw("INSERT INTO user_account (seq, id, name, role, county, unit, token_hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
			seq, c.id[:], c.Name, string(c.Role), c.County, c.Unit, c.digest[:]).Exec(ctx)
		return err
	})
}

func insertRevocation(tx *db.Tx, id [16]byte, seq int64) {
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw("INSERT INTO user_revocation (seq, id) VALUES (?, ?)", seq, id[:]).Exec(ctx)
		return err
	})
}

func userNameTaken(ctx context.Context, q bun.IDB, name string) (bool, error) {
	var n int
	err := q.NewRaw("SELECT count(*) FROM user_account WHERE name = ?", name).Scan(ctx, &n)
	return n > 0, err
}

func userByName(ctx context.Context, q bun.IDB, name string) (id [16]byte, err error) {
	var rows []userRow
	if err := q.NewRaw(userColumns+" AND name = ?", name).Scan(ctx, &rows); err != nil {
		return id, err
	}
	if len(rows) == 0 {
		return id, ErrUserUnknown.With("%q", name)
	}
	return [16]byte(rows[0].ID), nil
}

// tokens are the tokens that were ever given, each with its account; present says
// of one that no other took its place.
const (
	tokens  = "(SELECT id, token_hash FROM user_account UNION ALL SELECT id, token_hash FROM user_token)" //nolint:gosec // a query, no credential
	present = "NOT EXISTS (SELECT 1 FROM user_token n WHERE n.replaces = t.token_hash)"
)

// presentToken returns the digest of an account's token.
func presentToken(ctx context.Context, q bun.IDB, id [16]byte) (digest [32]byte, err error) {
	var found [][]byte
	if err := q.NewRaw("SELECT t.token_hash FROM "+tokens+" t WHERE t.id = ? AND "+present, id[:]).Scan(ctx, &found); err != nil {
		return digest, fmt.Errorf("find the token of an account: %w", err)
	}
	if len(found) != 1 {
		return digest, fmt.Errorf("invariant: an account has %d tokens", len(found))
	}
	return [32]byte(found[0]), nil
}

// tokenRow is a new token in the place of another.
type tokenRow struct {
	id               [16]byte
	replaces, digest [32]byte
}

func insertToken(tx *db.Tx, t tokenRow, seq int64) {
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw("INSERT INTO user_token (seq, id, replaces, token_hash) VALUES (?, ?, ?, ?)",
			seq, t.id[:], t.replaces[:], t.digest[:]).Exec(ctx)
		return err
	})
}

func userByToken(ctx context.Context, q bun.IDB, digest [32]byte) (auth.Who, error) {
	var rows []userRow
	query := userColumns + " AND u.id IN (SELECT t.id FROM " + tokens + " t WHERE t.token_hash = ? AND " + present + ")"
	if err := q.NewRaw(query, digest[:]).Scan(ctx, &rows); err != nil {
		return auth.Who{}, fmt.Errorf("look a token up: %w", err)
	}
	if len(rows) == 0 {
		return auth.Who{}, auth.ErrUnauthenticated
	}
	return rows[0].who(), nil
}

func listUsers(ctx context.Context, q bun.IDB) ([]auth.Who, error) {
	var rows []userRow
	if err := q.NewRaw(userColumns+" ORDER BY seq").Scan(ctx, &rows); err != nil {
		return nil, err
	}
	out := make([]auth.Who, len(rows))
	for i := range rows {
		out[i] = rows[i].who()
	}
	return out, nil
}
