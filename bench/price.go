package bench

import (
	"context"
	"fmt"

	"fundbook/bench/rig"
	"fundbook/internal/db"
)

// variant is the same writer with something taken away: guards of the schema by
// SQL in a store of the bench, parts of the writer by a build that can switch
// them off.
type variant struct {
	name, what string
	sql        map[string][]string // by engine
	off        string              // value of switchVar
}

// The tag of the build with switches, and the variable that they read.
const (
	switchTag = "fundbook_bench"
	switchVar = "FBBENCH_OFF"
)

const (
	dropForeignKey = `DO $$ DECLARE c TEXT; BEGIN
 SELECT conname INTO c FROM pg_constraint WHERE conrelid = 'line'::regclass AND contype = 'f';
 EXECUTE format('ALTER TABLE line DROP CONSTRAINT %I', c); END $$`
	fullName = "as it is"
	bareName = "all off"
)

var (
	noSeals = map[string][]string{
		postgres: {"DROP TRIGGER line_sealed ON line", "DROP TRIGGER record_seals ON record"},
		sqlite:   {"DROP TRIGGER line_sealed", "DROP TRIGGER record_seals"},
	}
	noReplaceGuards = []string{
		"DROP TRIGGER record_no_replace", "DROP TRIGGER voucher_no_replace",
	}
)

func variants() []variant {
	return []variant{
		{name: fullName},
		{name: "seals off", what: "the triggers that seal entries", sql: noSeals},
		{name: "foreign key off", what: "a line needs its record at COMMIT", sql: map[string][]string{postgres: {dropForeignKey}}},
		{name: "replace guards off", what: "the triggers against INSERT OR REPLACE", sql: map[string][]string{sqlite: noReplaceGuards}},
		{name: "log off", what: "hashing of leaves, Merkle edge, tiles", off: "log"},
		{name: "day totals off", what: "the movements per account and day", off: "days"},
		{name: bareName, what: "all of these", sql: map[string][]string{
			postgres: append([]string{dropForeignKey}, noSeals[postgres]...),
			sqlite:   append(append([]string(nil), noReplaceGuards...), noSeals[sqlite]...),
		}, off: "log,days"},
	}
}

// price measures each variant in turn, on fresh stores.
func (b *bench) price(ctx context.Context) error {
	program, err := rig.Build(ctx, b.dir, switchTag)
	if err != nil {
		return err
	}
	for round := range b.plan.Rounds {
		for _, engine := range engines {
			for _, v := range rotated(variants(), round) {
				if b.plan.Quick && v.name != fullName && v.name != bareName {
					continue
				}
				if len(v.sql[engine]) == 0 && v.off == "" && v.name != fullName {
					continue
				}
				if err := b.priceOf(ctx, program, Key{StagePrice, engine, v.name}, round, v); err != nil {
					return fmt.Errorf("%s, %s: %w", engine, v.name, err)
				}
			}
		}
	}
	return nil
}

// rotated starts the list at another place each round, so that no variant is
// always the first.
func rotated(list []variant, by int) []variant {
	by %= len(list)
	return append(list[by:len(list):len(list)], list[:by]...)
}

func (b *bench) priceOf(ctx context.Context, p rig.Program, k Key, round int, v variant) error {
	s, err := b.newStore(ctx, k.Engine, rig.NewStore)
	if err != nil {
		return err
	}
	for _, statement := range v.sql[k.Engine] {
		if err := s.exec(ctx, statement); err != nil {
			return err
		}
	}
	s.Program = p
	if v.off != "" {
		s.Env = []string{switchVar + "=" + v.off}
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	single := s.singles(64)
	if err := s.load(ctx, singleOf(k), round, single); err != nil {
		return err
	}
	if err := s.load(ctx, batchOf(k), round, s.batches()); err != nil {
		return err
	}
	return s.close()
}

// singleOf and batchOf name the two loads of a variant.
func singleOf(k Key) Key { k.Name += ", single-64"; return k }
func batchOf(k Key) Key  { k.Name += ", batch-100"; return k }

// exec runs one statement in the store's database, as its owner can.
func (s *site) exec(ctx context.Context, statement string) error {
	d, err := db.Open(ctx, s.URL)
	if err != nil {
		return err
	}
	_, err = d.Write.ExecContext(ctx, statement)
	if errClose := d.Close(); err == nil {
		err = errClose
	}
	return err
}
