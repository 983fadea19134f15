package bench

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"fundbook/bench/load"
)

// The figures of the size stage.
const (
	bytesName = "bytes an entry"
	postsRSS  = "memory after single posts"
	fillRSS   = "memory after the fill"
	readsRSS  = "memory after the reads"
	peak      = ", peak" // behind one of these
	bigName   = "5000 lines"
	bigParts  = 1250 // of four lines

	relationName = "bytes an entry in " // followed by a table or index
)

// sizes measures what an entry takes on disk after single posts, indexes, log,
// tiles and idempotency included; what the service holds in memory then; and the
// greatest entry.
func (b *bench) sizes(ctx context.Context) error {
	for _, engine := range engines {
		b.say("size on %s: %d single posts", engine, b.plan.Single)
		s, err := b.newSite(ctx, engine)
		if err != nil {
			return err
		}
		if err := s.size(ctx); err != nil {
			return err
		}
		if err := s.close(); err != nil {
			return err
		}
	}
	return nil
}

func (s *site) size(ctx context.Context) error {
	before, err := s.bytes(ctx)
	if err != nil {
		return err
	}
	had, err := s.relations(ctx)
	if err != nil {
		return err
	}
	spec := s.singles(64)
	spec.Requests = s.b.plan.Single
	if err := s.load(ctx, s.key(StageSize, "single-64"), 0, spec); err != nil {
		return err
	}
	after, err := s.bytes(ctx)
	if err != nil {
		return err
	}
	per := float64(after-before) / float64(s.b.plan.Single)
	s.b.report.Samples.add(s.key(StageSize, bytesName), 0, per)
	s.b.say("  %-9s %-26s %9.0f", s.engine, bytesName, per)
	have, err := s.relations(ctx)
	if err != nil {
		return err
	}
	for name, n := range have {
		s.b.report.Samples.add(s.key(StageSize, relationName+name), 0, float64(n-had[name])/float64(s.b.plan.Single))
	}
	if err := s.memory(StageSize, postsRSS); err != nil {
		return err
	}
	tries := 7
	if s.b.plan.Quick {
		tries = 2
	}
	for round := range tries {
		big := load.Spec{Clients: 1, Requests: 1, Entries: 1, Next: s.Work.Big(bigParts)}
		if err := s.load(ctx, s.key(StageSize, bigName), round, big); err != nil {
			return err
		}
	}
	return nil
}

// memory notes the resident memory of the service, now and at its highest.
func (s *site) memory(stage, name string) error {
	now, high, err := s.server.Memory()
	if err != nil {
		return err
	}
	s.b.report.Samples.add(s.key(stage, name), 0, float64(now))
	s.b.report.Samples.add(s.key(stage, name+peak), 0, float64(high))
	s.b.say("  %-9s %-26s %9.0f MB, peak %.0f MB", s.engine, name, float64(now)/1e6, float64(high)/1e6)
	return nil
}

// relations are the bytes of each table, with what is stored beside it, and of
// each index, by name. SQLite does not tell.
func (s *site) relations(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	if s.engine != postgres {
		return out, nil
	}
	var names []string
	var sizes []int64
	err := s.b.pg.Scan(ctx, s.pgName, `SELECT array_agg(c.relname::text), array_agg(CASE c.relkind WHEN 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END)
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i')`, &names, &sizes)
	if err != nil {
		return nil, err
	}
	for i, name := range names {
		out[name] = sizes[i]
	}
	return out, nil
}

// bytes is what the store takes on disk.
func (s *site) bytes(ctx context.Context) (n int64, err error) {
	if s.engine == postgres {
		err = s.b.pg.Scan(ctx, s.pgName, `SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r'`, &n)
		return n, err
	}
	// With the write-ahead file moved into the database, as it is sooner or later.
	if err := s.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return 0, err
	}
	for _, suffix := range []string{"", "-wal"} {
		st, err := os.Stat(filepath.Join(s.Dir, "fundbook.db"+suffix))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return 0, err
		case strings.HasPrefix(st.Name(), "fundbook.db"):
			n += st.Size()
		}
	}
	return n, nil
}
