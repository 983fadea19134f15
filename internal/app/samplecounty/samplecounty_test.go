package samplecounty_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"fundbook/audit"
	"fundbook/internal/app"
	"fundbook/internal/app/samplecounty"
	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/dossier"
	"fundbook/ledger"
	"fundbook/ledger/ledgertest"
	"fundbook/payments"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
)

// built is a sample county in a store of its own.
type built struct {
	t   *testing.T
	db  *db.DB
	app *app.App
	no  int32
	samplecounty.Result
}

func build(t *testing.T, d *db.DB) *built {
	t.Helper()
	data := t.TempDir()
	r, err := samplecounty.Build(t.Context(), samplecounty.Options{DB: d, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	row, err := db.FindCounty(t.Context(), d.Read, samplecounty.County)
	if err != nil {
		t.Fatal(err)
	}
	b := &built{t: t, db: d, app: app.Open(app.Options{DB: d, Data: data}), no: row.County, Result: r}
	t.Cleanup(b.app.Close)
	return b
}

// TestSampleCounty builds the demo county on both engines. Every record verifies,
// every lot balances, the library counts each project once, every category is
// there, and what the county is to show is in it.
func TestSampleCounty(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := build(t, d)
		r, err := audit.Verify(t.Context(), d, audit.Options{County: samplecounty.County, Full: true, Papers: b.app.Papers()})
		if err != nil || !r.OK {
			t.Errorf("verify: %v %+v", err, r.Bad)
		}
		bad, err := dossier.Verify(t.Context(), d.Read, b.no)
		if err != nil || len(bad) > 0 {
			t.Errorf("dossiers: %v %v", err, bad)
		}
		if bad, opened, err := b.app.VerifyPersons(t.Context(), samplecounty.County); err != nil || !opened || len(bad) > 0 {
			t.Errorf("persons: opened %v, %v %v", opened, err, bad)
		}
		b.balanced()
		b.library()
		b.shows()
		b.traced()
		b.announces()
	})
}

// balanced checks that debit is credit per book, group and lot, that the year is
// closed, and that nothing of it is left in revenue and expenditure.
func (b *built) balanced() {
	b.t.Helper()
	list, err := ledgertest.CountyBalances(b.t.Context(), b.db.Read, b.no)
	if err != nil {
		b.t.Fatal(err)
	}
	type ground struct {
		book  ledger.Book
		group byte
		lot   ledger.LotID
	}
	sums := map[ground]ledger.Amount{}
	for _, x := range list {
		group := byte('F')
		switch x.Key.Account[0] {
		case '6', '7':
			group = 'B'
		case '9':
			group = 'M'
		}
		sums[ground{x.Key.Book, group, x.Key.Lot}] += x.Net
		if c := x.Key.Account; '4' <= c[0] && c[0] <= '5' {
			b.t.Errorf("%s of lot %s is open after the close: %s", c, x.Key.Lot, x.Net)
		}
	}
	for g, sum := range sums {
		if sum != 0 {
			b.t.Errorf("%v: %s", g, sum)
		}
	}
}

// library holds the figures of the library: county total = county-run + Σ townships,
// each project once, reserve and plan apart.
func (b *built) library() {
	b.t.Helper()
	list, err := projects.ListProjects(b.t.Context(), b.db.Read, b.no, projects.ProjectFilter{Year: samplecounty.Year})
	if err != nil || len(list) < 120 || len(list) != b.Projects {
		b.t.Errorf("%d projects, %d built, %v; want at least 120", len(list), b.Projects, err)
	}
	codes, categories := map[string]bool{}, map[string]bool{}
	for i := range list {
		codes[list[i].Code], categories[list[i].Category] = true, true
	}
	if len(codes) != len(list) {
		b.t.Errorf("%d codes of %d projects", len(codes), len(list))
	}
	for _, c := range projects.Categories(samplecounty.Year) {
		if !categories[c.Code] {
			b.t.Errorf("no project of category %s %s", c.Code, c.Name)
		}
	}
	f, err := projects.LibraryReport(b.t.Context(), b.db.Read, b.no, samplecounty.Year)
	if err != nil {
		b.t.Fatal(err)
	}
	for name, part := range map[string]projects.LibraryPart{"reserve": f.Reserve, "plan": f.Plan} {
		sum := part.CountyRun
		for _, x := range part.Townships {
			sum.Projects += x.Projects
			sum.Budget += x.Budget
		}
		if sum.Projects != part.Total.Projects || sum.Budget != part.Total.Budget {
			b.t.Errorf("%s: county-run and townships are %+v, the total %+v", name, sum, part.Total)
		}
	}
	if got := f.Plan.Total.Projects + f.Reserve.Total.Projects + f.Pending + f.Rolled + f.Removed; got != len(list) {
		b.t.Errorf("plan, reserve, pending, rolled and removed are %d of %d projects", got, len(list))
	}
}

// shows checks that each thing the county is to show has happened, by the events of
// its entries and the states of its files.
func (b *built) shows() {
	b.t.Helper()
	recs, err := db.RecordsOfKind(b.t.Context(), b.db.Read, b.no, ledger.KindEntry)
	if err != nil {
		b.t.Fatal(err)
	}
	seen := map[string]int{}
	for i := range recs {
		e, err := ledger.EntryOf(&recs[i])
		if err != nil {
			b.t.Fatal(err)
		}
		seen[string(e.Event)]++
	}
	for _, e := range []string{
		"E01", "E02", "E04", "E04c", "E05", "E06", "E06r", "E07", "E08", "E10", "E10r", "E10x", "E11", "E12", "E12e", "E12v", "E12w", "E13", "E14", "E15a", "E15b",
		"E15c", "E15d", "E15e", "E15f", "E16", "E16p", "E17", "E18", "E20", "E21", "E22", "E24", "E25", "E25x",
	} {
		if seen[e] == 0 {
			b.t.Errorf("no entry of %s", e)
		}
	}
	kinds, err := db.RecordsOfKind(b.t.Context(), b.db.Read, b.no, ledger.KindPeriod)
	if err != nil || len(kinds) < 26 {
		b.t.Errorf("%d periods closed, %v", len(kinds), err)
	}
	waivers, err := dossier.Browse(b.t.Context(), b.db.Read, b.no, "waiver", dossier.Filter{})
	if err != nil || len(waivers) != 1 || len(waivers[0].State.(*payments.Waiver).Payments) == 0 {
		b.t.Errorf("waivers %+v, %v", waivers, err)
	}
}

// traced follows the project that the demo prints from its lots to its payee.
func (b *built) traced() {
	b.t.Helper()
	err := b.app.Read(b.t.Context(), auth.LocalOperator, samplecounty.County, "read.ledger", func(ctx context.Context, v app.View) error {
		g, err := audit.Trace(ctx, v.Q, v.County.County, audit.Selector{Project: b.Trace})
		if err != nil {
			return err
		}
		kinds := map[string]int{}
		for _, n := range g.Nodes {
			kinds[n.Kind]++
		}
		if len(g.Nodes) < 4 || len(g.Edges) < 4 {
			b.t.Errorf("the trace of %s has %v", b.Trace, kinds)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// picture is all of a county that does not hang on chance: each record's place, day,
// kind, actor and command, what each file says in its lists, and every balance.
// Identifiers, salts, signatures and the seals of bodies are new in every store.
func (b *built) picture() []string {
	b.t.Helper()
	var out []string
	recs, err := db.Records(b.t.Context(), b.db.Read, b.no, 1, 1_000_000)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, r := range recs {
		out = append(out, fmt.Sprint(r.Seq, r.At, r.Kind, r.Command, r.Count, r.Lines, r.Day))
	}
	for _, q := range []string{
		"SELECT seq, opened, kind, code, status, unit || '/' || village || '/' || parent || '/' || title, amount FROM dossier WHERE county = ? ORDER BY kind, code",
	} {
		rows, err := b.db.Read.QueryContext(b.t.Context(), q, b.no)
		if err != nil {
			b.t.Fatal(err)
		}
		for rows.Next() {
			var v [7]any
			if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]); err != nil {
				b.t.Fatal(err)
			}
			out = append(out, fmt.Sprint(v[:]...))
		}
		if err := rows.Err(); err != nil {
			b.t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			b.t.Fatal(err)
		}
	}
	list, err := ledgertest.CountyBalances(b.t.Context(), b.db.Read, b.no)
	if err != nil {
		b.t.Fatal(err)
	}
	var balances []string
	for _, x := range list {
		balances = append(balances, fmt.Sprintf("%s %s %s", x.Key, x.Key.Lot, x.Net))
	}
	slices.Sort(balances)
	return append(out, balances...)
}

// TestSampleCountyIsTheSameEveryTime builds the county twice and compares.
func TestSampleCountyIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	first, second := build(t, dbtest.SQLite(t)), build(t, dbtest.SQLite(t))
	if diff := cmp.Diff(first.picture(), second.picture()); diff != "" {
		t.Errorf("two builds differ:\n%.4000s", diff)
	}
}

// TestACountyInUseIsNotBuiltOver opens the county by itself, as an import of its
// divisions does: its log goes beyond the sample's year, which is refused.
func TestACountyInUseIsNotBuiltOver(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	data := t.TempDir()
	a := app.Open(app.Options{DB: d, Data: data})
	t.Cleanup(a.Close)
	if err := a.InitCounty(t.Context(), auth.LocalOperator, app.NewCounty{Code: samplecounty.County, Name: "安远县"}); err != nil {
		t.Fatal(err)
	}
	if _, err := samplecounty.Build(t.Context(), samplecounty.Options{DB: d, Data: data}); !errors.Is(err, samplecounty.ErrInUse) {
		t.Errorf("%v, want ErrInUse", err)
	}
}

// countdown is a context that ends the n-th time somebody asks whether it has.
type countdown struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

// Err implements context.Context.
func (c *countdown) Err() error {
	if c.left.Add(-1) <= 0 {
		c.cancel()
	}
	return c.Context.Err()
}

// TestSampleCountyGoesOnAfterAStop stops a build on its way and builds again: the
// same county comes out.
func TestSampleCountyGoesOnAfterAStop(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	data := t.TempDir()
	o := samplecounty.Options{DB: d, Data: data}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopping := &countdown{Context: ctx, cancel: cancel}
	stopping.left.Store(4000)
	if _, err := samplecounty.Build(stopping, o); err == nil {
		t.Fatal("the build was not stopped")
	}
	r, err := samplecounty.Build(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	whole := build(t, dbtest.SQLite(t))
	row, err := db.FindCounty(t.Context(), d.Read, samplecounty.County)
	if err != nil {
		t.Fatal(err)
	}
	again := &built{t: t, db: d, no: row.County, Result: r}
	if diff := cmp.Diff(whole.picture(), again.picture()); diff != "" {
		t.Errorf("the county built in two goes differs:\n%.4000s", diff)
	}
}
