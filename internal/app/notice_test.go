package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"fundbook/intake"
	"fundbook/intake/sample"
	"fundbook/internal/app"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/publicity"
)

// board is a store with the sample's notices, and the first document of them.
type board struct {
	*store
	data, county string
	in           app.IssueNotice
}

func newBoard(t *testing.T, d *db.DB) *board {
	t.Helper()
	b := &board{data: t.TempDir()}
	b.store = &store{t: t, db: d}
	b.clock.Store(at("2026-06-15"))
	b.App = app.Open(app.Options{DB: d, Data: b.data, Clock: b.clock.Load})
	t.Cleanup(b.Close)
	report, err := b.ImportNotices(t.Context(), auth.LocalOperator, sample.Notices(), false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range report.Items {
		if r := &report.Items[i]; r.Status == intake.Posted {
			b.county = r.County
			b.in = app.IssueNotice{Type: publicity.N1, About: r.ID, Wording: publicity.Wording{Published: day("2026-06-15"), From: day("2026-06-15"), Sample: true}}
			return b
		}
	}
	t.Fatal("nothing of the sample was posted")
	return nil
}

func (b *board) record(key string, in app.IssueNotice) (app.Outcome, error) {
	return b.RecordNotice(b.t.Context(), app.Request{County: b.county, Who: finance, Key: key, Raw: []byte(string(in.Type) + in.About + in.Wording.Number)}, in)
}

// papers are the names in the directory of issued PDFs.
func (b *board) papers() []string {
	b.t.Helper()
	list, err := filepath.Glob(filepath.Join(b.data, "notices", "*"))
	if err != nil {
		b.t.Fatal(err)
	}
	return list
}

func (b *board) mustHave(notices int) {
	b.t.Helper()
	items, err := b.Notices(b.t.Context(), b.county)
	if err != nil || len(items) != notices {
		b.t.Errorf("%d notices, %v; want %d", len(items), err, notices)
	}
	if p := b.papers(); len(p) != notices {
		b.t.Errorf("%d papers of %d notices: %v", len(p), notices, p)
	}
}

// TestReplayOfANoticeLeavesNoPaper: the same key again derived the notice anew, of a
// later moment, and left its paper behind.
func TestReplayOfANoticeLeavesNoPaper(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBoard(t, d)
		first, err := b.record("a-notice-key-0001", b.in)
		if err != nil {
			t.Fatal(err)
		}
		b.moreLater(t, b.county)
		again, err := b.record("a-notice-key-0001", b.in)
		if err != nil || !again.Replayed || again.Records[0].Seq != first.Records[0].Seq {
			t.Errorf("again: %+v, %v; want record %d", again, err, first.Records[0].Seq)
		}
		other := b.in
		other.Wording.Number = "另一份"
		if _, err := b.record("a-notice-key-0001", other); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("the key with another body: %v, want %s", err, db.ErrKeyReused.Code)
		}
		b.mustHave(1)
		if err := os.Remove(b.papers()[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := b.record("a-notice-key-0002", b.in); err != nil {
			t.Errorf("a notice of a later moment: %v", err)
		}
	})
}

// TestSameNoticeAtOneMomentIsAConflict: two notices of one document derived at the
// same moment are the same notice, and the second was answered as an internal error.
func TestSameNoticeAtOneMomentIsAConflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBoard(t, d)
		const n = 8
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = b.record(b.nextKey(), b.in) })
		}
		wg.Wait()
		issued := 0
		for _, err := range errs {
			switch {
			case err == nil:
				issued++
			case !errors.Is(err, publicity.ErrIssued):
				t.Errorf("at the same moment: %v, want %s", err, publicity.ErrIssued.Code)
			}
		}
		if issued == 0 {
			t.Error("none was issued")
		}
		b.mustHave(issued)
		b.same()
	})
}

// TestOneKeyAtOneMomentIsOneNotice: copies of one request give one notice, one
// paper, and one answer.
func TestOneKeyAtOneMomentIsOneNotice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBoard(t, d)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := b.record("a-notice-key-0001", b.in); err != nil {
					t.Errorf("a copy: %v", err)
				}
			})
		}
		wg.Wait()
		b.mustHave(1)
	})
}

// same issues one notice twice that was prepared once: in turn, and by a process
// that remembers nothing.
func (b *board) same() {
	b.t.Helper()
	fonts, err := publicity.LoadFonts("")
	if err != nil {
		b.t.Fatal(err)
	}
	var p publicity.Prepared
	err = b.Read(b.t.Context(), finance, b.county, "notice.issue", func(ctx context.Context, v app.View) error {
		n := publicity.Notice{ID: db.NewID(), Type: publicity.N1, About: b.in.About, CutoffSeq: v.County.NextSeq - 1, Wording: b.in.Wording}
		p, err = publicity.Prepare(ctx, publicity.Store{Q: v.Q, County: v.County.County}, n, fonts)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	issue := func(a *app.App) error {
		p.ID = db.NewID()
		_, err := a.Do(b.t.Context(), app.Request{County: b.county, Who: finance, Key: b.nextKey()},
			app.Inside(func(ctx context.Context, tx *db.Tx) error { return publicity.Issue(ctx, tx, p) }))
		return err
	}
	if err := issue(b.App); err != nil {
		b.t.Fatal(err)
	}
	cold := app.Open(app.Options{DB: b.db, Data: b.t.TempDir(), Clock: b.clock.Load})
	defer cold.Close()
	for name, a := range map[string]*app.App{"warm": b.App, "cold": cold} {
		if err := issue(a); !errors.Is(err, publicity.ErrIssued) {
			b.t.Errorf("the same notice, %s: %v, want %s", name, err, publicity.ErrIssued.Code)
		}
	}
}
