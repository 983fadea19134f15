package app

import (
	"context"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/translog"
)

// keyCmd records a new signing key; the old public key stays published.
type keyCmd struct {
	everywhere
	change translog.KeyChange
}

func (keyCmd) Spec() Spec                     { return specKey }
func (keyCmd) check() error                   { return nil }
func (keyCmd) permissions() []auth.Permission { return []auth.Permission{specKey.Permission} }

func (c keyCmd) run(_ context.Context, tx *db.Tx) error {
	var enc translog.Encoder
	translog.AppendKeyChange(&enc, c.change)
	payload, err := enc.Finish()
	if err != nil {
		return err
	}
	tx.AddRecord(translog.KindKey, 0, 0, payload)
	return nil
}

// ReplaceKey makes the key in the county's key file the signing key from now
// on, for a key that was lost or must be retired. The file must already hold the
// new key.
func (a *App) ReplaceKey(ctx context.Context, who auth.Who, county, reason, idempotencyKey string) error {
	row, err := db.FindCounty(ctx, a.db.Read, county)
	if err != nil {
		return err
	}
	keys, err := PublicKeys(ctx, a.db.Read, row.County)
	if err != nil {
		return err
	}
	skey, err := a.keys.ensure(county)
	if err != nil {
		return err
	}
	vkey, err := translog.PublicOf(skey)
	if err != nil {
		return err
	}
	change := translog.KeyChange{Old: keys[len(keys)-1].VKey, New: vkey, Reason: reason}
	_, err = a.Do(ctx, Request{County: county, Who: who, Key: idempotencyKey, Raw: rawOf(change)}, keyCmd{change: change})
	return err
}
