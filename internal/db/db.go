// Package db is the only way to the database: it opens SQLite and PostgreSQL
// with the settings that keep every acknowledged write, migrates them, classes
// their errors by code, and gives commands their transaction (Tx): a view of one
// county with the buffers of the batch that the county's writer will flush in
// one go.
//
// There is one implementation for both engines; the dialect is a parameter.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"fundbook/internal/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
)

// Engine is the database product.
type Engine string

// The engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

var (
	// ErrURL refuses a database URL that is neither form.
	ErrURL = fault.New(fault.Invalid, "db.url", "数据库地址须为 sqlite://文件 或 postgres://…", "the database URL must be sqlite://FILE or postgres://…")
	// ErrUnsafe refuses a server whose settings can lose an acknowledged write.
	ErrUnsafe = fault.New(fault.Unavailable, "db.unsafe", "数据库的落盘设置可能丢失已确认的记账，拒绝启动", "the database settings can lose acknowledged writes; refusing to start")
	// ErrUnguarded refuses a server on which the triggers that guard the log are off.
	ErrUnguarded = fault.New(fault.Unavailable, "db.unguarded", "数据库的触发器已被停用，凭证不受保护，拒绝启动", "the triggers of the database are off, so nothing guards the log; refusing to start")
	// ErrUnavailable stands for a database that does not answer.
	ErrUnavailable = fault.New(fault.Unavailable, "db.unavailable", "数据库暂不可用，请稍后用同一幂等键重试", "the database is not available; retry with the same key")
)

// DB holds two pools: Write for the writers, Read for everything else. Reads
// never wait for the writer and cannot write.
type DB struct {
	Engine Engine
	Write  *bun.DB
	Read   *bun.DB
	URL    string
	// verifying holds one token: a whole-store verification takes several
	// connections of the read pool, so two at once could wait for each other.
	verifying chan struct{}
	glances   glances
	// secret is the MAC secret of the store, read once it is migrated.
	secret []byte
}

// Open opens the database at url: sqlite://FILE or postgres://….
func Open(ctx context.Context, rawURL string) (*DB, error) {
	switch {
	case strings.HasPrefix(rawURL, "sqlite://"):
		return openSQLite(ctx, rawURL)
	case strings.HasPrefix(rawURL, "postgres://"), strings.HasPrefix(rawURL, "postgresql://"):
		return openPostgres(ctx, rawURL)
	}
	return nil, ErrURL.With("%q", redact(rawURL))
}

// redact hides a password that a URL carries.
func redact(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "?"
	}
	return u.Redacted()
}

// Close closes both pools.
func (d *DB) Close() error {
	errRead := d.Read.Close()
	if err := d.Write.Close(); err != nil {
		return err
	}
	return errRead
}

// pragmas stand in the DSN so that every pooled connection gets them;
// busy_timeout comes first because journal_mode may already have to wait. The writer
// has 24 MB of pages, each of eight readers 4 MB: the system keeps the rest.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=temp_store(MEMORY)" +
	"&_pragma=wal_autocheckpoint(8000)" // 32 MB: a page that every commit touches is copied back once for hundreds of them

func openSQLite(ctx context.Context, rawURL string) (*DB, error) {
	path := strings.TrimPrefix(rawURL, "sqlite://")
	if path == "" || strings.Contains(path, "?") {
		return nil, ErrURL.With("%q", rawURL)
	}
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the data directory: %w", err)
		}
	}
	// The file holds the store's secret: only its owner may read it.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, ErrUnavailable.Because(err).With("%s", path)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("make the database file: %w", err)
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath()
	connector, err := newLiteConnector(dsn + "?_txlock=immediate&" + pragmas + "&_pragma=cache_size(-24576)")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	w := sql.OpenDB(connector)
	w.SetMaxOpenConns(1)
	if err := w.PingContext(ctx); err != nil {
		return nil, ErrUnavailable.Because(err).With("%s", path)
	}
	r, err := sql.Open("sqlite", dsn+"?"+pragmas+"&_pragma=cache_size(-2048)&_pragma=query_only(1)")
	if err != nil {
		return nil, fmt.Errorf("open %s for reading: %w", path, err)
	}
	readers := max(4, min(8, runtime.GOMAXPROCS(0))) // each holds three megabytes
	r.SetMaxOpenConns(readers)
	r.SetMaxIdleConns(readers) // two by default: with more readers than that each read would open the file and parse the whole schema
	return &DB{
		Engine: SQLite, URL: rawURL, verifying: make(chan struct{}, 1),
		Write: bun.NewDB(w, sqlitedialect.New()), Read: bun.NewDB(r, sqlitedialect.New()),
	}, nil
}

func openPostgres(ctx context.Context, rawURL string) (*DB, error) {
	cfg, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return nil, ErrURL.With("%s", redact(rawURL)) // the cause may print the password
	}
	cfg.RuntimeParams["application_name"] = "fundbook"
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.StatementCacheCapacity = 256
	w := stdlib.OpenDB(*cfg)
	w.SetMaxOpenConns(16)
	w.SetMaxIdleConns(16)
	if err := w.PingContext(ctx); err != nil {
		_ = w.Close()
		return nil, ErrUnavailable.Because(err).With("%s", redact(rawURL))
	}
	ro := cfg.Copy()
	// bun writes values into the text, so a statement kept prepared is never used again.
	ro.DefaultQueryExecMode = pgx.QueryExecModeExec
	ro.RuntimeParams["default_transaction_read_only"] = "on"
	ro.RuntimeParams["statement_timeout"] = "60000"
	// A plan made for one value costs more than it saves: every prepared read names its index by equality.
	ro.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	r := stdlib.OpenDB(*ro)
	r.SetMaxOpenConns(16)
	r.SetMaxIdleConns(16)
	r.SetConnMaxIdleTime(5 * time.Minute)
	return &DB{
		Engine: PostgreSQL, URL: rawURL, verifying: make(chan struct{}, 1),
		Write: bun.NewDB(w, pgdialect.New()), Read: bun.NewDB(r, pgdialect.New()),
	}, nil
}

// CheckSafe refuses settings with which an acknowledged write can be lost
// (ErrUnsafe), or under which no trigger fires (ErrUnguarded): the latter can be set
// for a role or a database, where no catalogue of the tables shows it.
func (d *DB) CheckSafe(ctx context.Context) error {
	if d.Engine == SQLite {
		var level int
		if err := d.Write.NewRaw("PRAGMA synchronous").Scan(ctx, &level); err != nil {
			return fmt.Errorf("read the synchronous level: %w", err)
		}
		if level < 2 {
			return ErrUnsafe.With("synchronous = %d，须为 2 (FULL)", level)
		}
		return nil
	}
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var v string
		if err := d.Write.NewRaw("SELECT current_setting(?)", name).Scan(ctx, &v); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if v != "on" && !(name == "synchronous_commit" && (v == "remote_apply" || v == "local")) {
			return ErrUnsafe.With("%s = %s，须为 on", name, v)
		}
	}
	var role string
	if err := d.Write.NewRaw("SELECT current_setting('session_replication_role')").Scan(ctx, &role); err != nil {
		return fmt.Errorf("read session_replication_role: %w", err)
	}
	if role != "origin" {
		return ErrUnguarded.With("session_replication_role = %s，须为 origin（ALTER ROLE、ALTER DATABASE 或配置文件）", role)
	}
	return nil
}

// ErrVerifying says that a verification runs already.
var ErrVerifying = fault.New(fault.Unavailable, "db.verifying", "正在核验，请稍后再试", "a verification is running; try again later")

// Verifying takes the right to verify the store, which one may have at a time.
func (d *DB) Verifying() (release func(), err error) {
	select {
	case d.verifying <- struct{}{}:
		return func() { <-d.verifying }, nil
	default:
		return nil, ErrVerifying
	}
}

// ReadTx runs fn in one read-only transaction, so that everything it reads is
// of one moment.
func (d *DB) ReadTx(ctx context.Context, fn func(ctx context.Context, q bun.IDB) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.Engine == PostgreSQL {
		opts.Isolation = sql.LevelRepeatableRead
	}
	err := d.Read.RunInTx(ctx, opts, func(ctx context.Context, tx bun.Tx) error { return fn(ctx, snapshot{tx, d}) })
	d.prepareWanted(ctx)
	return err
}
