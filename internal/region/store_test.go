package region

import (
	"context"
	"errors"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

// openCounty makes the head row of county 360726 in a fresh store.
func openCounty(t *testing.T, d *db.DB) *db.County {
	t.Helper()
	var empty translog.Frontier
	frontier, err := empty.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Write.NewRaw(`INSERT INTO head (county, code, name, next_seq, next_key, next_series, last_at, epoch, frontier)
 VALUES (360726, '360726', '安远县', 1, 1, 1, 0, 1, ?)`, frontier).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return db.NewCounty(360726)
}

// run runs commands as one batch and returns the error of each.
func run(t *testing.T, d *db.DB, c *db.County, cmds ...func(context.Context, *db.Tx) error) []error {
	t.Helper()
	b := d.NewBatch(c)
	if err := b.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	var errs []error
	for _, cmd := range cmds {
		call := db.Call{Actor: [16]byte{15: 1}, Command: "import.divisions", Key: "test-key-" + t.Name(), MAC: [16]byte{1}}
		call.Key += string(rune('a' + len(errs)))
		_, _, err := b.Run(t.Context(), call, 1_700_000_000_000_000, cmd)
		errs = append(errs, err)
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return errs
}

func importing(l List) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		_, err := Import(ctx, tx, l)
		return err
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCounty(t, d)
		list, changes := anyuan(t)
		errs := run(t, d, c, importing(list), importing(changes), importing(list))
		if errs[0] != nil || errs[1] != nil || !errors.Is(errs[2], ErrUnchanged) {
			t.Fatalf("import of a list, its changes and the list again: %v", errs)
		}
		if errs := run(t, d, db.NewCounty(360726), importing(changes)); !errors.Is(errs[0], ErrUnchanged) {
			t.Errorf("import of the changes again, by another process: %v", errs[0])
		}
		other := List{County: "360726", File: "x.csv", Rows: []Division{{Code: "360726100", Name: "别名镇", Level: Township, Parent: "360726", From: 20230630}}}
		if errs := run(t, d, c, importing(other)); !errors.Is(errs[0], ErrConflict) {
			t.Errorf("import of another name from the same day: %v", errs[0])
		}
		s, err := Load(t.Context(), d.Read, 360726)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(anyuanSet(t), s, cmp.AllowUnexported(Set{})); d != "" {
			t.Errorf("divisions stored (-want +got):\n%s", d)
		}
		recs, err := db.RecordsOfKind(t.Context(), d.Read, 360726, KindDivisions)
		if err != nil || len(recs) != 2 {
			t.Fatalf("%d records, %v", len(recs), err)
		}
		dec := translog.NewDecoder(recs[0].Body)
		translog.DecodeHeader(dec)
		got, err := DecodeList(dec)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(list, got); d != "" {
			t.Errorf("the record carries the list whole (-want +got):\n%s", d)
		}
		if bad, err := Verify(t.Context(), d.Read, 360726); err != nil || bad != nil {
			t.Errorf("Verify: %v, %v", bad, err)
		}
		if _, err := d.Write.NewRaw(`INSERT INTO division (county, seq, code, valid_from, name, level, parent, valid_to, successor)
 VALUES (360726, 1, '360726100', 20240101, '别名镇', 4, '360726', 0, '')`).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		if bad, err := Verify(t.Context(), d.Read, 360726); err != nil || len(bad) != 1 {
			t.Errorf("Verify of a forged row: %v, %v", bad, err)
		}
	})
}

func TestDivisionTableIsAppendOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := openCounty(t, d)
		list, _ := anyuan(t)
		if errs := run(t, d, c, importing(list)); errs[0] != nil {
			t.Fatal(errs[0])
		}
		statements := []string{
			"UPDATE division SET name = '别名镇'",
			"DELETE FROM division",
		}
		if d.Engine == db.SQLite {
			statements = append(statements, "INSERT OR REPLACE INTO division SELECT * FROM division")
		} else {
			statements = append(statements, "TRUNCATE division")
		}
		for _, q := range statements {
			if _, err := d.Write.NewRaw(q).Exec(t.Context()); db.ClassOf(err) != db.Broken {
				t.Errorf("%s: %v, want refused by a trigger", q, err)
			}
		}
	})
}
