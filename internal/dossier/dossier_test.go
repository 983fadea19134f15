package dossier_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/internal/fault"
	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

// A kind for the tests: a barrel that is filled and emptied.
type (
	barrel struct {
		Name  string
		Unit  string
		Level int64
		Marks []mark
	}
	mark struct {
		At    int64
		Level int64
	}
	made   struct{ Name, Unit string }
	filled struct{ By int64 }
)

var (
	barrels = dossier.NewKind("test-barrel", func(b *barrel) dossier.Index {
		status := "EMPTY"
		if b.Level > 0 {
			status = "FULL"
		}
		return dossier.Index{Status: status, Unit: b.Unit, Title: b.Name, Amount: b.Level, Year: 2026}
	})
	makes = dossier.On(barrels, "test-barrel.made", func(b *barrel, f *made, _ dossier.Stamp) { b.Name, b.Unit = f.Name, f.Unit })
	fills = dossier.On(barrels, "test-barrel.filled", func(b *barrel, f *filled, at dossier.Stamp) {
		b.Level += f.By
		b.Marks = append(b.Marks, mark{at.Seq, b.Level})
	})
)

const countyNo = 360726

// cellar is one county of a store, written without the app.
type cellar struct {
	t  *testing.T
	d  *db.DB
	c  *db.County
	no int
}

func newCellar(t *testing.T, d *db.DB) *cellar {
	t.Helper()
	var edge translog.Frontier
	empty, err := edge.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Write.NewRaw("INSERT INTO head (county, code, name, next_seq, next_key, next_series, last_at, epoch, frontier) VALUES (?, ?, ?, 1, 1, 1, 0, 0, ?)",
		countyNo, "360726", "安远县", empty).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &cellar{t: t, d: d, c: db.NewCounty(countyNo)}
}

// batch runs commands in one batch and flushes it; the errors are the commands'.
func (s *cellar) batch(unit string, fns ...func(ctx context.Context, tx *db.Tx) error) []error {
	s.t.Helper()
	ctx := s.t.Context()
	b := s.d.NewBatch(s.c)
	if err := b.Load(ctx); err != nil {
		s.t.Fatal(err)
	}
	errs := make([]error, len(fns))
	for i, fn := range fns {
		s.no++
		call := db.Call{Actor: [16]byte{15: 7}, Command: "test", Key: fmt.Sprintf("key-%012d", s.no), MAC: [16]byte{15: 1}, Unit: unit}
		_, _, errs[i] = b.Run(ctx, call, int64(s.no), fn)
		if db.IsMoved(errs[i]) {
			b.Restart()
			_, _, errs[i] = b.Run(ctx, call, int64(s.no), fn)
		}
	}
	if err := b.Flush(ctx); err != nil {
		s.t.Fatal(err)
	}
	return errs
}

func open(code, unit string) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		return makes.Open(ctx, tx, code, &barrel{}, made{"桶 " + code, unit})
	}
}

func fill(code string, by int64) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		b, err := barrels.Load(ctx, tx, code)
		if err != nil {
			return err
		}
		if b.Level+by < 0 {
			return errEmpty
		}
		return fills.Record(ctx, tx, code, &b, filled{by})
	}
}

var errEmpty = fault.New(fault.Refused, "test.empty", "桶空", "empty")

func (s *cellar) verify() []dossier.Bad {
	s.t.Helper()
	bad, err := dossier.Verify(s.t.Context(), s.d.Read, countyNo)
	if err != nil {
		s.t.Fatal(err)
	}
	return bad
}

// TestFactsFoldToTheState opens, fills and refuses within one batch and over
// several, and reads lists, states and histories.
func TestFactsFoldToTheState(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newCellar(t, d)
		got := s.batch("", open("a", ""), fill("a", 5), fill("a", -9), fill("a", 2), open("a", ""), open("b", "甲镇"), fill("c", 1))
		want := []error{nil, nil, errEmpty, nil, dossier.ErrExists, nil, dossier.ErrUnknown}
		for i := range want {
			if !errors.Is(got[i], want[i]) {
				t.Errorf("command %d: %v, want %v", i, got[i], want[i])
			}
		}
		s.c = db.NewCounty(countyNo) // another process
		if errs := s.batch("", fill("a", 1), fill("b", 4)); errs[0] != nil || errs[1] != nil {
			t.Fatalf("after a restart: %v", errs)
		}
		item, err := barrels.Find(t.Context(), d.Read, countyNo, "a", "")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(barrel{"桶 a", "", 8, []mark{{2, 5}, {3, 7}, {5, 8}}}, item.State); diff != "" {
			t.Errorf("state (-want +got):\n%s", diff)
		}
		list, err := barrels.List(t.Context(), d.Read, countyNo, dossier.Filter{Status: "FULL", Year: 2026})
		if err != nil || len(list) != 2 || list[0].Code != "a" || list[1].Index.Unit != "甲镇" || list[1].Index.Amount != 4 {
			t.Errorf("list: %+v, %v", list, err)
		}
		_, events, err := dossier.Look(t.Context(), d.Read, dossier.Ref{County: countyNo, Kind: "test-barrel", Code: "a"})
		if err != nil || len(events) != 4 || events[0].Record != "test-barrel.made" || *events[3].Fact.(*filled) != (filled{1}) || events[3].Seq != 5 {
			t.Errorf("history: %+v, %v", events, err)
		}
		if bad := s.verify(); bad != nil {
			t.Errorf("verify: %v", bad)
		}
	})
}

// TestAnotherTownshipsDossierDoesNotExist holds a township's account to its own.
func TestAnotherTownshipsDossierDoesNotExist(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newCellar(t, d)
		s.batch("", open("own", "甲镇"), open("other", "乙镇"), open("county", ""))
		errs := s.batch("甲镇", fill("own", 1), fill("other", 1), fill("county", 1))
		if errs[0] != nil || !errors.Is(errs[1], dossier.ErrUnknown) || errs[2] != nil {
			t.Errorf("as 甲镇: %v", errs)
		}
		if _, err := barrels.Find(t.Context(), d.Read, countyNo, "other", "甲镇"); !errors.Is(err, dossier.ErrUnknown) {
			t.Errorf("Find: %v", err)
		}
		list, err := barrels.List(t.Context(), d.Read, countyNo, dossier.Filter{Unit: "甲镇"})
		if err != nil || len(list) != 2 {
			t.Errorf("List: %d, %v; want 2", len(list), err)
		}
	})
}

// TestVerifyNamesWhatWasChangedByHand changes each stored thing of a dossier.
func TestVerifyNamesWhatWasChangedByHand(t *testing.T) {
	t.Parallel()
	for _, change := range []string{
		"UPDATE dossier SET body = (SELECT body FROM dossier WHERE code = 'b') WHERE code = 'a'",
		"UPDATE dossier SET status = 'EMPTY' WHERE code = 'a'",
		"UPDATE dossier SET amount = amount + 1 WHERE code = 'a'",
		"UPDATE dossier SET unit = '甲镇' WHERE code = 'a'",
		"UPDATE dossier SET seq = 1 WHERE code = 'a'",
		"UPDATE dossier SET opened = 2 WHERE code = 'a'",
		"DELETE FROM dossier WHERE code = 'a'",
		"UPDATE dossier SET code = 'z' WHERE code = 'a'",
		"INSERT INTO dossier_fact (county, kind, code, seq) VALUES (360726, 'test-barrel', 'a', 77)",
	} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			s := newCellar(t, d)
			s.batch("", open("a", ""), fill("a", 5), open("b", ""))
			if bad := s.verify(); bad != nil {
				t.Fatalf("control: %v", bad)
			}
			if _, err := d.Write.ExecContext(t.Context(), change); err != nil {
				t.Fatal(err)
			}
			if bad := s.verify(); bad == nil {
				t.Errorf("%s: verify is silent", change)
			}
		})
	}
}

// TestFactsOfADossierStay refuses UPDATE and DELETE on the index of facts.
func TestFactsOfADossierStay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newCellar(t, d)
		s.batch("", open("a", ""))
		for _, q := range []string{"UPDATE dossier_fact SET seq = 9", "DELETE FROM dossier_fact"} {
			if _, err := d.Write.ExecContext(t.Context(), q); db.ClassOf(err) != db.Broken {
				t.Errorf("%s: %v, want refused", q, err)
			}
		}
	})
}
