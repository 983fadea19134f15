package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"fundbook/internal/fault"
	"fundbook/migrations"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
	"github.com/uptrace/bun"
)

var (
	// ErrSchemaChanged refuses a store whose migration files are not ours.
	ErrSchemaChanged = fault.New(fault.Unavailable, "db.schema_changed", "已执行的迁移文件与本程序不一致", "an applied migration file differs from this program's")
	// ErrSchemaNewer refuses a store that a newer program has migrated.
	ErrSchemaNewer = fault.New(fault.Unavailable, "db.schema_newer", "数据库已由更新版本的程序升级，请使用新版本", "the store was migrated by a newer program")
	// ErrSchemaOld refuses a store that has not been migrated yet.
	ErrSchemaOld = fault.New(fault.Unavailable, "db.schema_old", "数据库尚未升级，请先运行 fundbook migrate", "the store is not migrated; run fundbook migrate first")
)

// Migrate brings the schema up to this program's, one transaction a file. It
// refuses a store whose applied files differ from ours or that is newer. On
// PostgreSQL it must run as the owner of the schema.
func (d *DB) Migrate(ctx context.Context) error {
	if err := d.CheckSchema(ctx); err == nil {
		return d.loadSecret(ctx)
	} else if !errors.Is(err, ErrSchemaOld) {
		return err
	}
	p, err := d.provider()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := d.noteFiles(ctx); err != nil {
		return err
	}
	return d.loadSecret(ctx)
}

func (d *DB) provider() (*goose.Provider, error) {
	dialect, opts := database.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.Engine == PostgreSQL {
		dialect = database.DialectPostgres
		locker, err := lock.NewPostgresTableLocker()
		if err != nil {
			return nil, fmt.Errorf("make the migration lock: %w", err)
		}
		opts = append(opts, goose.WithLocker(locker))
	}
	p, err := goose.NewProvider(dialect, d.Write.DB, migrations.FS(string(d.Engine)), opts...)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return p, nil
}

type schemaFile struct {
	Name   string
	SHA256 string `bun:"sha256"`
}

// files lists our migration files with their digests, in order.
func (d *DB) files() ([]schemaFile, error) {
	fsys := migrations.FS(string(d.Engine))
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	out := make([]schemaFile, 0, len(names))
	for _, n := range names {
		body, err := fs.ReadFile(fsys, n)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		out = append(out, schemaFile{n, hex.EncodeToString(sum[:])})
	}
	return out, nil
}

// noteFiles keeps name and digest of every applied file. The table is made
// here, not by a migration, since it speaks about them.
func (d *DB) noteFiles(ctx context.Context) error {
	ours, err := d.files()
	if err != nil {
		return err
	}
	return d.Write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("CREATE TABLE IF NOT EXISTS schema_file (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL)").Exec(ctx); err != nil {
			return err
		}
		if d.Engine == PostgreSQL {
			if _, err := tx.NewRaw("GRANT SELECT ON schema_file TO fundbook_app").Exec(ctx); err != nil {
				return err
			}
		}
		for _, f := range ours {
			if _, err := tx.NewRaw("INSERT INTO schema_file (name, sha256) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", f.Name, f.SHA256).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// CheckSchema reports ErrSchemaOld, ErrSchemaNewer or ErrSchemaChanged unless
// the applied files are exactly ours. It also reads the store's secret.
func (d *DB) CheckSchema(ctx context.Context) error {
	ours, err := d.files()
	if err != nil {
		return err
	}
	exists, err := d.tableExists(ctx, "schema_file")
	if err != nil {
		return err
	}
	if !exists {
		return ErrSchemaOld
	}
	var theirs []schemaFile
	if err := d.Read.NewRaw("SELECT name, sha256 FROM schema_file ORDER BY name").Scan(ctx, &theirs); err != nil {
		return fmt.Errorf("read the applied migrations: %w", err)
	}
	for i, f := range theirs {
		switch {
		case i >= len(ours):
			return ErrSchemaNewer.With("%s", f.Name)
		case ours[i].Name != f.Name:
			return ErrSchemaChanged.With("%s / %s", f.Name, ours[i].Name)
		case ours[i].SHA256 != f.SHA256:
			return ErrSchemaChanged.With("%s", f.Name)
		}
	}
	if len(theirs) < len(ours) {
		return ErrSchemaOld.With("%s", ours[len(theirs)].Name)
	}
	return d.loadSecret(ctx)
}

func (d *DB) tableExists(ctx context.Context, name string) (bool, error) {
	q := "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?"
	if d.Engine == PostgreSQL {
		q = "SELECT count(*) FROM pg_class WHERE oid = to_regclass(?)"
	}
	var n int
	if err := d.Read.NewRaw(q, name).Scan(ctx, &n); err != nil {
		if ClassOf(err) == Lost {
			return false, ErrUnavailable.Because(err)
		}
		return false, fmt.Errorf("look for table %s: %w", name, err)
	}
	return n > 0, nil
}
