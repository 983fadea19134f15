package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/internal/translog"
)

// ErrSigningKey says that the key file of a county is missing or is not the one
// the log names.
var ErrSigningKey = fault.New(fault.Unavailable, "key.mismatch", "签名密钥缺失或与日志登记的公钥不符", "the signing key is missing or is not the one the log names")

// keyring finds the signing keys: files, never rows.
type keyring struct {
	dir  string
	file string
}

func (k keyring) path(county string) string {
	if k.file != "" && county != CommonCounty {
		return k.file
	}
	return filepath.Join(k.dir, county+".key")
}

// ensure returns a county's private key, making the file the first time.
func (k keyring) ensure(county string) (skey string, err error) {
	path := k.path(county)
	skey, err = translog.ReadKeyFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return skey, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	skey, _, err = translog.GenerateKey(translog.Origin(county))
	if err != nil {
		return "", err
	}
	if err := translog.WriteKeyFile(path, skey); err != nil {
		if errors.Is(err, translog.ErrKeyExists) { // another process was first
			return translog.ReadKeyFile(path)
		}
		return "", err
	}
	return skey, nil
}

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

// KeyFile is where a county's signing key belongs.
func (a *App) KeyFile(county string) string { return a.keys.path(county) }

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
