package intake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

const importedOn = "2026-06-15"

// bench is a store in which every county is opened when it is first used.
type bench struct {
	t        *testing.T
	db       *db.DB
	counties map[string]*db.County
	calls    int
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	return &bench{t: t, db: d, counties: map[string]*db.County{}}
}

func (b *bench) county(code, name string) *db.County {
	b.t.Helper()
	if c, ok := b.counties[code]; ok {
		return c
	}
	var empty translog.Frontier
	frontier, err := empty.MarshalBinary()
	if err != nil {
		b.t.Fatal(err)
	}
	no := int32(10_000_000 + len(b.counties))
	_, err = b.db.Write.NewRaw(`INSERT INTO head (county, code, name, next_seq, next_key, next_series, last_at, epoch, frontier)
 VALUES (?, ?, ?, 1, 1, 1, 0, 1, ?)`, no, code, name, frontier).Exec(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	b.counties[code] = db.NewCounty(no)
	return b.counties[code]
}

// importing runs the imports of plans of one county as one batch.
func (b *bench) importing(plans ...*Plan) ([]Result, []error) {
	b.t.Helper()
	c := b.county(plans[0].County, plans[0].CountyName)
	batch := b.db.NewBatch(c)
	if err := batch.Load(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	now := time.Date(2026, 6, 15, 2, 0, 0, 0, time.UTC).UnixMicro()
	results, errs := make([]Result, len(plans)), make([]error, len(plans))
	for i, p := range plans {
		b.calls++
		call := db.Call{Actor: [16]byte{15: 9}, Command: "import.notice", Key: fmt.Sprintf("test-import-%06d", b.calls), MAC: [16]byte{1}}
		_, _, errs[i] = batch.Run(b.t.Context(), call, now, func(ctx context.Context, tx *db.Tx) error {
			var err error
			results[i], err = Import(ctx, tx, p, day(b.t, importedOn))
			return err
		})
	}
	if err := batch.Flush(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	return results, errs
}

func day(t testing.TB, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// records counts what the store holds.
func (b *bench) records() (n int) {
	b.t.Helper()
	if err := b.db.Read.NewRaw("SELECT count(*) FROM record").Scan(b.t.Context(), &n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

// byDocument folds the entries of every county into balances per document, tier
// and account.
func (b *bench) byDocument() map[string]int64 {
	b.t.Helper()
	out := map[string]int64{}
	for _, c := range b.counties {
		lots, err := ledger.Lots(b.t.Context(), b.db.Read, c.No)
		if err != nil {
			b.t.Fatal(err)
		}
		name := map[ledger.LotID]string{}
		for _, l := range lots {
			name[l.ID] = l.Document + " " + string(l.Tier)
		}
		recs, err := db.RecordsOfKind(b.t.Context(), b.db.Read, c.No, ledger.KindEntry)
		if err != nil {
			b.t.Fatal(err)
		}
		for i := range recs {
			e, err := ledger.EntryOf(&recs[i])
			if err != nil {
				b.t.Fatal(err)
			}
			for _, l := range e.Lines() {
				out[name[l.Key.Lot]+" "+string(l.Key.Account)] += int64(l.Net())
			}
		}
	}
	maps.DeleteFunc(out, func(_ string, fen int64) bool { return fen == 0 })
	return out
}

// The importer is right when the balances per document and tier equal sources.csv
// (DATA), with what the lines allocate.
func TestImportSample(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		report := NewReport(sampleData(t))
		want := map[string]int64{}
		plans := samplePlans(t)
		for i := range plans {
			p := &plans[i]
			results, errs := b.importing(p)
			res, err := Outcome(p, results[0], errs[0])
			if err != nil {
				t.Fatalf("%s: %v", p.Document.ID, err)
			}
			report.Add(p, res)
			if res.Status != Posted {
				continue
			}
			for _, s := range p.Document.Sources {
				tier, _ := p.Document.readTier(s.Tier)
				want[p.Document.ID+" "+string(tier)] += int64(s.Amount)
			}
		}
		got := b.byDocument()
		for key, fen := range got {
			document, account := key[:strings.LastIndexByte(key, ' ')], key[strings.LastIndexByte(key, ' ')+1:]
			if account[0] == '6' {
				if want[document] != -fen {
					t.Errorf("%s: authority %d fen, sources.csv %d", document, -fen, want[document])
				}
				delete(want, document)
			}
		}
		for document, fen := range want {
			t.Errorf("%s: no authority, sources.csv %d fen", document, fen)
		}
		var text strings.Builder
		if err := report.Text(&text, false); err != nil {
			t.Fatal(err)
		}
		golden(t, "report.txt", text.String())

		before := b.records()
		for i := range plans {
			if plans[i].Refused() {
				continue
			}
			if _, errs := b.importing(&plans[i]); !errors.Is(errs[0], ErrUnchanged) {
				t.Errorf("%s imported again: %v", plans[i].Document.ID, errs[0])
			}
		}
		if now := b.records(); now != before {
			t.Errorf("importing again recorded %d records", now-before)
		}
	})
}

func TestImportKeepsDocument(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		plans := samplePlans(t)
		p := planOf(t, plans, "FJ-XIALIN-2017")
		results, errs := b.importing(p)
		if errs[0] != nil {
			t.Fatal(errs[0])
		}
		no := b.counties[p.County].No
		doc, stored, err := Load(t.Context(), d.Read, no, p.Document.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(p.Document, doc, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("document (-planned +stored):\n%s", diff)
		}
		if stored.Seq != results[0].Seq || stored.Seq != 1 {
			t.Errorf("record %d, result %d, want 1: the document comes first", stored.Seq, results[0].Seq)
		}
		lots, err := ledger.FindLots(t.Context(), d.Read, no, p.Document.ID)
		if err != nil || len(lots) != 1 {
			t.Fatalf("lots %v, %v", lots, err)
		}
		want := p.Lots[0]
		want.ID = lots[0].ID
		if diff := cmp.Diff(want, lots[0]); diff != "" {
			t.Errorf("lot (-planned +stored):\n%s", diff)
		}
		recs, err := db.RecordsOfKind(t.Context(), d.Read, no, ledger.KindEntry)
		if err != nil {
			t.Fatal(err)
		}
		if len(recs) != 4 {
			t.Fatalf("%d entries, want 4", len(recs))
		}
		for i := range recs {
			e, err := ledger.EntryOf(&recs[i])
			if err != nil {
				t.Fatal(err)
			}
			if e.Date.String() != importedOn || e.Business.String() != "2017-02-28" {
				t.Errorf("entry %d: voucher date %s, business date %s", recs[i].Seq, e.Date, e.Business)
			}
		}
		if _, _, err := Load(t.Context(), d.Read, no, "NOT-THERE"); !errors.Is(err, ErrUnknown) {
			t.Errorf("Load of an unknown document: %v", err)
		}
		docs, seqs, err := Documents(t.Context(), d.Read, no)
		if err != nil || len(docs) != 1 || seqs[0] != 1 {
			t.Errorf("Documents: %d, %v, %v", len(docs), seqs, err)
		}
	})
}

func TestImportRecordsTheDrawRule(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		p := planOf(t, samplePlans(t), "HA-BEIGUAN-2018")
		if _, errs := b.importing(p); errs[0] != nil {
			t.Fatal(errs[0])
		}
		recs, err := db.RecordsOfKind(t.Context(), d.Read, b.counties[p.County].No, ledger.KindEntry)
		if err != nil {
			t.Fatal(err)
		}
		for i := range recs {
			e, err := ledger.EntryOf(&recs[i])
			if err != nil {
				t.Fatal(err)
			}
			drawn := e.Event == "E04"
			if (e.Draw == ledger.DrawProRata) != drawn || e.Business != 0 {
				t.Errorf("%s: draw rule %q, business date %q", e.Event, e.Draw, e.Business)
			}
			for _, l := range e.Lines() {
				if l.Inferred != drawn || l.Note == "" {
					t.Errorf("%s %s: 推定 %v, label %q", e.Event, l.Key, l.Inferred, l.Note)
				}
			}
		}
	})
}

func TestPreviewAndVerify(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		data := sampleData(t)
		n := noticeOf(t, data, "FJ-XIALIN-2017")
		p := NewPlan(n, nil)
		no := b.county(p.County, p.CountyName).No
		expect := func(p *Plan, want Status, seq int64) {
			t.Helper()
			got, err := Preview(t.Context(), d.Read, no, p)
			if err != nil || got.Status != want || got.Seq != seq {
				t.Errorf("preview: %s %d, %v, want %s %d", got.Status, got.Seq, err, want, seq)
			}
		}
		expect(&p, Posted, 0)
		if _, errs := b.importing(&p); errs[0] != nil {
			t.Fatal(errs[0])
		}
		expect(&p, Unchanged, 1)
		other := *n
		other.Title += "（更正）"
		q := NewPlan(&other, nil)
		expect(&q, Refused, 0)
		refused := NewPlan(noticeOf(t, data, "GS-QINGSHUI-2020"), nil)
		expect(&refused, Refused, 0)

		bad, err := Verify(t.Context(), d.Read, no)
		if err != nil || bad != nil {
			t.Fatalf("Verify: %v, %v", bad, err)
		}
		_, err = d.Write.NewRaw(`INSERT INTO document (county, key, seq, fund_year, published, title, issuer, kind, digest)
 SELECT county, 'FORGED', 2, fund_year, published, title, issuer, kind, digest FROM document`).Exec(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		bad, err = Verify(t.Context(), d.Read, no)
		if err != nil || len(bad) != 1 || bad[0].Seq != 2 {
			t.Errorf("Verify of a forged row: %v, %v", bad, err)
		}
	})
}

func TestImportConflict(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		data := sampleData(t)
		n := noticeOf(t, data, "HN-BEITA-2020-1")
		p := NewPlan(n, nil)
		changed := *n
		changed.Lines = append([]Line(nil), n.Lines...)
		changed.Lines[2].Village = "田江新村"
		changed.Oddities = "another remark of the transcriber"
		q := NewPlan(&changed, nil)

		// The second content stands in the same batch, before anything is committed.
		_, errs := b.importing(&p, &q, &p)
		if errs[0] != nil || !errors.Is(errs[1], ErrConflict) || !errors.Is(errs[2], ErrUnchanged) {
			t.Fatalf("in one batch: %v", errs)
		}
		for _, want := range []string{"lines.csv 支出 3 village", "田江村", "田江新村"} {
			if !strings.Contains(errs[1].Error(), want) {
				t.Errorf("the conflict does not name %q: %v", want, errs[1])
			}
		}
		before := b.records()
		results, errs := b.importing(&q)
		if !errors.Is(errs[0], ErrConflict) {
			t.Fatalf("after the commit: %v", errs[0])
		}
		res, err := Outcome(&q, results[0], errs[0])
		if err != nil || res.Status != Refused || res.Findings[len(res.Findings)-1].Code != "intake.conflict" {
			t.Errorf("outcome %+v, %v", res, err)
		}
		if b.records() != before {
			t.Error("a conflict recorded something")
		}
		// Remarks of the transcriber are no content.
		onlyRemark := *n
		onlyRemark.Oddities = "another remark"
		r := NewPlan(&onlyRemark, nil)
		if _, errs := b.importing(&r); !errors.Is(errs[0], ErrUnchanged) {
			t.Errorf("another remark: %v", errs[0])
		}
	})
}

// A notice that the ledger refuses leaves nothing behind, and its neighbours of
// the same batch are posted.
func TestImportRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		data := sampleData(t)
		good, bad := *noticeOf(t, data, "HA-FENGQUAN-2022-P"), *noticeOf(t, data, "HA-FENGQUAN-2023-1")
		p, q := NewPlan(&good, nil), NewPlan(&bad, nil)
		q.Moves = append([]Move(nil), q.Moves...)
		q.Moves[2].Parts = append([]Share(nil), q.Moves[2].Parts...)
		q.Moves[2].Parts[0].Amount = 1e12 // beyond the lot: the guard of 7101 speaks
		other := *noticeOf(t, data, "HA-FENGQUAN-2023-2")
		r := NewPlan(&other, nil)
		results, errs := b.importing(&p, &q, &r)
		if errs[0] != nil || !errors.Is(errs[1], ledger.ErrOverdraw) || errs[2] != nil {
			t.Fatalf("%v", errs)
		}
		if res, err := Outcome(&q, results[1], errs[1]); err != nil || res.Status != Refused {
			t.Errorf("outcome %v, %v", res.Status, err)
		}
		for key := range b.byDocument() {
			if strings.HasPrefix(key, q.Document.ID) {
				t.Errorf("the refused notice left %s", key)
			}
		}
		if _, found, err := Find(t.Context(), d.Read, b.counties[q.County].No, q.Document.ID); found || err != nil {
			t.Errorf("the refused notice left a document: %v", err)
		}
		// Put right, it is posted.
		q = NewPlan(&bad, nil)
		if _, errs := b.importing(&q); errs[0] != nil {
			t.Errorf("after the correction: %v", errs[0])
		}
	})
}

func TestImportNotices(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		data := sampleData(t)
		n := *noticeOf(t, data, "HA-FENGQUAN-2022-P")
		p := NewPlan(&n, nil)
		again := n
		again.ID, again.Published = "HA-FENGQUAN-2022-AGAIN", "2030-01-01"
		q := NewPlan(&again, nil)
		refused := NewPlan(noticeOf(t, data, "HL-FUJIN-2025"), nil)
		if _, errs := b.importing(&p); errs[0] != nil {
			t.Fatal(errs[0])
		}
		results, errs := b.importing(&q)
		if errs[0] != nil {
			t.Fatal(errs[0])
		}
		for _, code := range []FindingCode{DocNoElsewhere, DateFuture} {
			if !hasFinding(results[0].Findings, code) {
				t.Errorf("no finding %s in %v", code, results[0].Findings)
			}
		}
		if _, errs := b.importing(&refused); !errors.Is(errs[0], ErrRefused) || !strings.Contains(errs[0].Error(), "33,050,000.00") {
			t.Errorf("library totals: %v", errs[0])
		}
		foreign := refused
		foreign.Document.Findings = nil
		foreign.County = "999999"
		b.counties["999999"] = b.counties[refused.County]
		if _, errs := b.importing(&foreign); !errors.Is(errs[0], ErrCounty) {
			t.Errorf("a plan in another county's transaction: %v", errs[0])
		}
	})
}

func TestDocumentTableIsAppendOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		p := planOf(t, samplePlans(t), "FJ-XIALIN-2017")
		if _, errs := b.importing(p); errs[0] != nil {
			t.Fatal(errs[0])
		}
		statements := []string{"UPDATE document SET title = ''", "DELETE FROM document"}
		if d.Engine == db.SQLite {
			statements = append(statements, "INSERT OR REPLACE INTO document SELECT * FROM document")
		} else {
			statements = append(statements, "TRUNCATE document")
		}
		for _, q := range statements {
			if _, err := d.Write.NewRaw(q).Exec(t.Context()); db.ClassOf(err) != db.Broken {
				t.Errorf("%s: %v, want refused by a trigger", q, err)
			}
		}
	})
}

// What the planner accepts the ledger accepts: generated notices of other shapes
// are posted whole, and their balances are those of the plan.
func TestImportGenerated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			data, err := ReadDir(generated(rt))
			if err != nil {
				rt.Fatalf("ReadDir: %v", err)
			}
			round++
			for i := range data.Notices {
				n := data.Notices[i]
				n.ID = fmt.Sprintf("%s-%d", n.ID, round)
				p := NewPlan(&n, nil)
				results, errs := b.importing(&p)
				if p.Refused() != errors.Is(errs[0], ErrRefused) || !p.Refused() && errs[0] != nil {
					rt.Fatalf("refused %v, import %v\n%s", p.Refused(), errs[0], p.Text())
				}
				if p.Refused() {
					continue
				}
				want := p.Result(Posted, results[0].Seq)
				want.Findings = results[0].Findings
				if diff := cmp.Diff(want, results[0]); diff != "" {
					rt.Fatalf("result (-planned +posted):\n%s", diff)
				}
			}
		})
		var sum int64
		for _, fen := range b.byDocument() {
			sum += fen
		}
		if sum != 0 {
			t.Errorf("debits less credits: %d fen", sum)
		}
	})
}
