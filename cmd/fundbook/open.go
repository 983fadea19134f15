package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"strings"

	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
)

var (
	errNoStore = fault.New(fault.NotFound, "store.missing", "没有账簿，请先运行 fundbook county init 或 fundbook demo", "there is no store yet")
	errCounty  = fault.New(fault.Invalid, "cli.county", "请用 --county 指明县", "say which county with --county")
)

// open opens the store for writing, migrating its schema first. Where the role
// may not migrate, the schema must be ours already.
func (s *session) open() (*app.App, func(), error) {
	d, err := db.Open(s.ctx, s.cfg.DB)
	if err != nil {
		return nil, nil, err
	}
	if err := migrateOrCheck(s.ctx, d); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	return s.safe(s.door(d))
}

// openWrite opens a store that must be there for a command that records.
func (s *session) openWrite() (*app.App, func(), error) { return s.safe(s.openRead()) }

// safe refuses a store whose settings can lose what is recorded, or guard nothing.
func (s *session) safe(a *app.App, done func(), err error) (*app.App, func(), error) {
	if err == nil {
		if err = a.DB().CheckSafe(s.ctx); err != nil {
			done()
		}
	}
	return a, done, err
}

func migrateOrCheck(ctx context.Context, d *db.DB) error {
	err := d.CheckSchema(ctx)
	if !errors.Is(err, db.ErrSchemaOld) {
		return err
	}
	if merr := d.Migrate(ctx); merr != nil {
		if db.ClassOf(merr) == db.Denied {
			return err
		}
		return merr
	}
	return nil
}

// openRead opens a store that must be there.
func (s *session) openRead() (*app.App, func(), error) {
	if path, ok := strings.CutPrefix(s.cfg.DB, "sqlite://"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, nil, errNoStore.With("%s", path)
		}
	}
	d, err := db.Open(s.ctx, s.cfg.DB)
	if err != nil {
		return nil, nil, err
	}
	if err := d.CheckSchema(s.ctx); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	return s.door(d)
}

func (s *session) door(d *db.DB) (*app.App, func(), error) {
	a := app.Open(app.Options{DB: d, Data: s.cfg.Data, Log: s.log, SigningKeyFile: s.cfg.SigningKeyFile, Fonts: s.cfg.Fonts})
	return a, func() {
		a.Close()
		_ = d.Close() // everything is on disk
	}, nil
}

// counties returns the counties of the store that keep books, or the one named.
func (s *session) counties(a *app.App, code string) ([]db.CountyRow, error) {
	if code != "" {
		row, err := db.FindCounty(s.ctx, a.DB().Read, code)
		return []db.CountyRow{row}, err
	}
	rows, err := db.Counties(s.ctx, a.DB().Read)
	if err != nil {
		return nil, err
	}
	out := rows[:0]
	for _, r := range rows {
		if r.Code != app.CommonCounty {
			out = append(out, r)
		}
	}
	return out, nil
}

// each runs fn over one moment of each county, or of the one named.
func (s *session) each(a *app.App, code string, fn func(ctx context.Context, v app.View) error) error {
	rows, err := s.counties(a, code)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := a.Read(s.ctx, auth.LocalOperator, r.Code, "read.ledger", fn); err != nil {
			return err
		}
	}
	return nil
}

// freshKey is the idempotency key of a command that somebody types: typing it
// again is meant.
func freshKey(what string) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return "cli-" + what + "-" + hex.EncodeToString(b[:])
}
