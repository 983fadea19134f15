package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"fundbook/internal/auth"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/ledger"
	"fundbook/payments"
)

// ErrNoEvidence says that the store's folder lacks a file of evidence.
var ErrNoEvidence = fault.New(fault.NotFound, "evidence.no_file", "没有存放此材料的文件", "the file of this document is not stored")

// StoreEvidence keeps a document's file under its SHA-256 and returns the digest
// and the size. A file that is there already is kept. ErrEvidenceSize beyond
// payments.MaxEvidence.
func (a *App) StoreEvidence(r io.Reader) (ledger.Digest, int, error) {
	dir := filepath.Join(a.data, "evidence")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return ledger.Digest{}, 0, fmt.Errorf("make the folder of evidence: %w", err)
	}
	tmp, err := os.CreateTemp(dir, ".in-*")
	if err != nil {
		return ledger.Digest{}, 0, fmt.Errorf("store evidence: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // it has its own name by then
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(tmp, hash), io.LimitReader(r, payments.MaxEvidence+1))
	if err == nil && size > payments.MaxEvidence {
		err = payments.ErrEvidenceSize.With("多于 %d 字节；请分册或压缩后再存", payments.MaxEvidence)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return ledger.Digest{}, 0, err
	}
	digest := ledger.Digest(hash.Sum(nil))
	path := a.evidencePath(digest)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return digest, 0, fmt.Errorf("store evidence: %w", err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return digest, 0, fmt.Errorf("store evidence: %w", err)
	}
	return digest, int(size), syncFolder(filepath.Dir(path))
}

// evidencePath spreads files over 256 folders by their first byte.
func (a *App) evidencePath(d ledger.Digest) string {
	name := hex.EncodeToString(d[:])
	return filepath.Join(a.data, "evidence", name[:2], name)
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("store evidence: %w", err)
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}

// OpenEvidence returns the file of a document, checked against its
// digest. ErrNoEvidence when it is not stored or is not what was stored.
func (a *App) OpenEvidence(d ledger.Digest) ([]byte, error) {
	body, err := os.ReadFile(a.evidencePath(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoEvidence.With("%s", hex.EncodeToString(d[:]))
	}
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	if sha256.Sum256(body) != d {
		return nil, ErrNoEvidence.With("%s 的内容已变", hex.EncodeToString(d[:]))
	}
	return body, nil
}

// AddEvidence stores a document's file and records it: digest and size of c are
// those of the file.
func (a *App) AddEvidence(ctx context.Context, r Request, file io.Reader, c payments.EvidenceCmd) (Outcome, error) {
	var err error
	if c.Digest, c.Size, err = a.StoreEvidence(file); err != nil {
		return Outcome{}, err
	}
	return a.Run(ctx, r, "evidence.add", c)
}

// EvidenceFile returns the file of a document that the account may see.
func (a *App) EvidenceFile(ctx context.Context, who auth.Who, county, code string) (file []byte, err error) {
	err = a.Books(ctx, who, county, func(ctx context.Context, b Books) error {
		item, _, err := dossier.Look(ctx, b.v.Q, dossier.Ref{County: b.v.County.County, Kind: "evidence", Code: code, Unit: b.unit})
		if err != nil {
			return err
		}
		e, ok := item.State.(*payments.Evidence)
		if !ok { // invariant: the kind says what its state is
			panic("invariant: the state of evidence is not Evidence")
		}
		file, err = a.OpenEvidence(e.Digest)
		return err
	})
	return file, err
}
