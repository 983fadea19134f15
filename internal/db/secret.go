package db

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"fundbook/internal/fault"

	"github.com/uptrace/bun"
)

// SecretBytes is the length of a store's secret.
const SecretBytes = 32

// ErrSecret says that the secret of a store with records is missing or damaged. A
// fresh one would take every key used before for the key of another body.
var ErrSecret = fault.New(fault.Unavailable, "db.secret", "库密钥（store.mac_secret）缺失或残缺，而账簿已有记录：请停止记账，从备份恢复该行", "the store's secret (store.mac_secret) is missing or damaged while there are records: stop, and restore that row from a backup")

// loadSecret reads the MAC secret of the store, making it the first time. In a
// store with records a missing one is not made again: CheckSecret refuses to
// write, and verify names it.
func (d *DB) loadSecret(ctx context.Context) error {
	if len(d.secret) > 0 {
		return nil
	}
	var err error
	if d.secret, err = StoredSecret(ctx, d.Write); err != nil || len(d.secret) > 0 {
		return err
	}
	var used bool
	if err := d.Write.NewRaw("SELECT EXISTS (SELECT 1 FROM record)").Scan(ctx, &used); err != nil || used {
		return err
	}
	fresh := make([]byte, SecretBytes)
	if _, err := rand.Read(fresh); err != nil {
		return err
	}
	_, err = d.Write.NewRaw("INSERT INTO store (id, mac_secret) VALUES (1, ?)", fresh).Exec(ctx)
	if err != nil && ClassOf(err) != Unique && ClassOf(err) != Broken {
		return fmt.Errorf("make the store's secret: %w", err)
	}
	d.secret, err = StoredSecret(ctx, d.Write)
	return err
}

// StoredSecret reads the store's secret as q shows it; nil when there is none.
func StoredSecret(ctx context.Context, q bun.IDB) (secret []byte, err error) {
	err = q.NewRaw("SELECT mac_secret FROM store WHERE id = 1").Scan(ctx, &secret)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the store's secret: %w", err)
	}
	return secret, nil
}

// Secret returns the key of the HMAC under which request bodies are sealed.
func (d *DB) Secret() []byte { return d.secret }

// CheckSecret refuses to seal bodies under a secret that is not one: ErrSecret.
func (d *DB) CheckSecret() error {
	if len(d.secret) != SecretBytes {
		return ErrSecret.With("有 %d 字节，应为 %d", len(d.secret), SecretBytes)
	}
	return nil
}

// SecretCheck is what record 1 of a county keeps of a store's secret: the MAC of a
// constant, from which the secret cannot be found. It is never the MAC of a body,
// which begins with a command's name and a zero byte.
func SecretCheck(secret []byte) (check [32]byte) {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("fundbook/mac-secret/v1"))
	h.Sum(check[:0])
	return check
}

// BodyMAC seals a raw request body under the store's secret, so that a key used
// again can be told from a replay without keeping the body. Half of the HMAC is kept.
func (d *DB) BodyMAC(command string, raw []byte) (mac [16]byte) {
	whole := d.keyed(command, raw)
	copy(mac[:], whole[:])
	return mac
}

// keyed is the HMAC of a text under the store's secret, for one purpose.
func (d *DB) keyed(purpose string, raw []byte) (mac [32]byte) {
	h := hmac.New(sha256.New, d.secret)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(raw)
	h.Sum(mac[:0])
	return mac
}
