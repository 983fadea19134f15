package rig

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"fundbook/internal/dbtest"

	"github.com/jackc/pgx/v5"
)

const superuser = "postgres"

// patience bounds every wait for a server.
const patience = 60 * time.Second

// Settings are those of the throw-away server: durable as in production. They
// are printed with the figures.
var Settings = [][2]string{
	{"fsync", "on"},
	{"synchronous_commit", "on"},
	{"full_page_writes", "on"},
	{"shared_buffers", "512MB"},
	{"max_wal_size", "4GB"},
	{"checkpoint_timeout", "15min"},
	{"max_connections", "200"},
}

// Postgres is a throw-away server in a directory of its own, reached over a Unix
// socket. It is gone, files and all, soon after this process ends, however that
// ends.
type Postgres struct {
	cluster *dbtest.Cluster
	count   atomic.Uint64
}

// StartPostgres makes a server with Settings below the folder parent ("" is the
// system's for temporary files).
func StartPostgres(parent string) (*Postgres, error) {
	c, err := dbtest.Make(dbtest.Options{Durable: true, Parent: parent, Settings: Settings}, "pgbench")
	if err != nil {
		return nil, err
	}
	return &Postgres{cluster: c}, nil
}

// URL is where a database is reached.
func (p *Postgres) URL(db string) string { return p.cluster.DSN(superuser, db) }

// NewDatabase makes an empty database and returns its name.
func (p *Postgres) NewDatabase(ctx context.Context) (string, error) {
	name := "bench_" + strconv.FormatUint(p.count.Add(1), 10)
	return name, p.cluster.Exec(ctx, superuser, "CREATE DATABASE "+name+" TEMPLATE template0")
}

// DropDatabase drops a database, cutting off who is connected.
func (p *Postgres) DropDatabase(ctx context.Context, name string) error {
	return p.cluster.Exec(ctx, superuser, "DROP DATABASE "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
}

// Scan runs one query and scans its one row.
func (p *Postgres) Scan(ctx context.Context, db, query string, into ...any) error {
	return p.cluster.Scan(ctx, db, query, into...)
}

// Close ends the server and deletes its files.
func (p *Postgres) Close() { p.cluster.Close() }
