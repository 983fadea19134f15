package app

import (
	"context"
	"fmt"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

type headRow struct {
	County     int32
	Code, Name string
	Frontier   []byte
}

func insertHeadRow(ctx context.Context, q bun.IDB, h headRow) error {
	_, err := q.NewRaw("INSERT INTO head (county, code, name, next_seq, next_key, next_series, last_at, epoch, frontier) VALUES (?, ?, ?, 1, 1, 1, 0, 0, ?)",
		h.County, h.Code, h.Name, h.Frontier).Exec(ctx)
	return err
}

func lastCounty(ctx context.Context, q bun.IDB) (n int32, err error) {
	err = q.NewRaw("SELECT coalesce(max(county), 0) FROM head").Scan(ctx, &n)
	return n, err
}

// storedHead returns the signed head of a size, or the newest for size -1; ""
// when there is none.
func storedHead(ctx context.Context, q bun.IDB, county int32, size int64) (string, error) {
	query, args := "SELECT note FROM signed_head WHERE county = ? AND size = ?", []any{county, size}
	if size < 0 {
		query, args = "SELECT note FROM signed_head WHERE county = ? ORDER BY size DESC LIMIT 1", args[:1]
	}
	var notes []string
	if err := q.NewRaw(query, args...).Scan(ctx, &notes); err != nil {
		return "", fmt.Errorf("read a signed head: %w", err)
	}
	if len(notes) == 0 {
		return "", nil
	}
	return notes[0], nil
}

// insertHead stores a signed head; one that another process stored first stays.
func insertHead(ctx context.Context, q bun.IDB, county int32, size int64, note string) error {
	_, err := q.NewRaw("INSERT INTO signed_head (county, size, note) VALUES (?, ?, ?)", county, size, note).Exec(ctx)
	if c := db.ClassOf(err); err != nil && c != db.Unique && c != db.Broken {
		return fmt.Errorf("store a signed head: %w", err)
	}
	return nil
}

// PublicKeys returns the public keys of a county in order, the present one last.
func PublicKeys(ctx context.Context, q bun.IDB, county int32) ([]translog.PublicKey, error) {
	recs, err := db.Records(ctx, q, county, 1, 1)
	if err != nil {
		return nil, err
	}
	if len(recs) == 0 || recs[0].Kind != translog.KindCounty {
		return nil, ErrSigningKey.With("县 %d 没有建账记录", county)
	}
	d := translog.NewDecoder(recs[0].Body)
	body := translog.DecodeCounty(d, translog.DecodeHeader(d).Version)
	if err := d.Finish(); err != nil {
		return nil, err
	}
	keys := body.Keys()
	changes, err := db.RecordsOfKind(ctx, q, county, translog.KindKey)
	if err != nil {
		return nil, err
	}
	for i := range changes {
		d := translog.NewDecoder(changes[i].Body)
		translog.DecodeHeader(d)
		change := translog.DecodeKeyChange(d)
		if err := d.Finish(); err != nil {
			return nil, err
		}
		if keys, err = change.Apply(keys, changes[i].Seq); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

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
		return id, ErrUserName.With("没有账户 %q", name)
	}
	return [16]byte(rows[0].ID), nil
}

func userByToken(ctx context.Context, q bun.IDB, digest [32]byte) (auth.Who, error) {
	var rows []userRow
	if err := q.NewRaw(userColumns+" AND token_hash = ?", digest[:]).Scan(ctx, &rows); err != nil {
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

func newID() [16]byte {
	id, err := uuid.NewV7()
	if err != nil {
		return uuid.New()
	}
	return id
}

// Read runs fn over one moment of the store for somebody who may read it.
func (a *App) Read(ctx context.Context, who auth.Who, county string, p auth.Permission, fn func(ctx context.Context, v View) error) error {
	if err := who.May(p, county); err != nil {
		return err
	}
	return a.view(ctx, county, fn)
}

// view runs fn over one moment of a county, for what is public or has been
// permitted.
func (a *App) view(ctx context.Context, county string, fn func(ctx context.Context, v View) error) error {
	return db.Passing(a.db.ReadTx(ctx, func(ctx context.Context, q bun.IDB) error {
		row, err := db.FindCounty(ctx, q, county)
		if err != nil {
			return err
		}
		return fn(ctx, View{Q: q, County: row})
	}))
}

// View is one moment of one county, read-only.
type View struct {
	Q      bun.IDB
	County db.CountyRow
}

// Edge returns the right edge of a county's log at this moment.
func (v View) Edge(ctx context.Context) (*translog.Edge, error) {
	return db.LoadEdge(ctx, v.Q, v.County.County, v.County.Frontier)
}

// LatestHead returns the newest signed head of a county, or "".
func LatestHead(ctx context.Context, q bun.IDB, county int32) (string, error) {
	return storedHead(ctx, q, county, -1)
}

// bunIDB is a moment of the store, as the rooms' reads take it.
type bunIDB = bun.IDB

func countyCode(ctx context.Context, q bun.IDB, no int32) (code string, err error) {
	err = q.NewRaw("SELECT code FROM head WHERE county = ?", no).Scan(ctx, &code)
	return code, err
}
