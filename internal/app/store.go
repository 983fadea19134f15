package app

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/translog"

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

// storedHead returns the signed head of a size, "" when there is none.
func storedHead(ctx context.Context, q bun.IDB, county int32, size int64) (string, error) {
	var notes []string
	if err := q.NewRaw("SELECT note FROM signed_head WHERE county = ? AND size = ?", county, size).Scan(ctx, &notes); err != nil {
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
