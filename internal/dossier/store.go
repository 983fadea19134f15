package dossier

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// thing and held are a dossier in the memory of the county's writer: its state as
// stored, so that every command decodes a copy of its own.
type thing struct{ kind, code string }

type held struct {
	body   []byte // nil: there is none
	unit   string
	opened int64
	seq    int64 // of its last fact
}

type codesThing string

type row struct {
	Seq, Opened, Amount                              int64
	County, Year                                     int32
	Kind, Code, Status, Unit, Village, Parent, Title string
	Body                                             []byte
}

func recall(ctx context.Context, tx *db.Tx, t thing) (held, error) {
	v, err := tx.Recall(ctx, t, func(ctx context.Context, q bun.IDB) (any, error) {
		var r row
		err := q.NewRaw("SELECT seq, opened, unit, body FROM dossier WHERE county = ? AND kind = ? AND code = ?", tx.CountyNo(), t.kind, t.code).Scan(ctx, &r)
		if errors.Is(err, sql.ErrNoRows) {
			return held{}, nil
		}
		return held{r.Body, r.Unit, r.Opened, r.Seq}, err
	})
	if err != nil {
		return held{}, fmt.Errorf("find a dossier: %w", err)
	}
	return v.(held), nil
}

func recallCodes(ctx context.Context, tx *db.Tx, kind string) ([]string, error) {
	v, err := tx.Recall(ctx, codesThing(kind), func(ctx context.Context, q bun.IDB) (any, error) {
		codes := []string{}
		err := q.NewRaw("SELECT code FROM dossier WHERE county = ? AND kind = ? ORDER BY opened, code", tx.CountyNo(), kind).Scan(ctx, &codes)
		return codes, err
	})
	if err != nil {
		return nil, fmt.Errorf("list dossiers: %w", err)
	}
	return v.([]string), nil
}

// save stores the state and the place of the fact in the flush.
func save(tx *db.Tx, r row) {
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		_, err := q.NewRaw(`INSERT INTO dossier (county, kind, code, seq, opened, status, unit, village, parent, title, year, amount, body)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
 ON CONFLICT (county, kind, code) DO UPDATE SET seq = excluded.seq, status = excluded.status, unit = excluded.unit, village = excluded.village,
 parent = excluded.parent, title = excluded.title, year = excluded.year, amount = excluded.amount, body = excluded.body`,
			r.County, r.Kind, r.Code, r.Seq, r.Opened, r.Status, r.Unit, r.Village, r.Parent, r.Title, r.Year, r.Amount, r.Body).Exec(ctx)
		if err != nil {
			return err
		}
		_, err = q.NewRaw("INSERT INTO dossier_fact (county, kind, code, seq) VALUES (?, ?, ?, ?)", r.County, r.Kind, r.Code, r.Seq).Exec(ctx)
		return err
	})
}

// Filter (筛选) says which dossiers of a kind are listed; an empty field says
// nothing. Unit is whose dossiers an account of a township may see: its own and
// the county's.
type Filter struct {
	Status, Village, Parent string
	Year                    int
	Unit                    string
	After                   string // codes greater than this one, for the next page
	Limit                   int    // 0: all
}

// Item is one dossier of a list.
type Item[S any] struct {
	Code   string
	Seq    int64 // of its last fact
	Opened int64 // of its first
	Index  Index
	State  S
}

// List returns the dossiers that the filter lets through, in order of code, as q
// shows them.
func (k *Kind[S]) List(ctx context.Context, q bun.IDB, county int32, f Filter) ([]Item[S], error) {
	rows, err := listRows(ctx, q, county, k.name, f)
	if err != nil {
		return nil, err
	}
	out := make([]Item[S], len(rows))
	for i := range rows {
		r := &rows[i]
		out[i] = Item[S]{Code: r.Code, Seq: r.Seq, Opened: r.Opened, Index: r.index()}
		if err := k.decode(r.Body, r.Code, &out[i].State); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func listRows(ctx context.Context, q bun.IDB, county int32, kind string, f Filter) ([]row, error) {
	cond, args := "county = ? AND kind = ? AND code > ?", []any{county, kind, f.After}
	and := func(on bool, text string, v any) {
		if on {
			cond, args = cond+" AND "+text, append(args, v)
		}
	}
	and(f.Status != "", "status = ?", f.Status)
	and(f.Village != "", "village = ?", f.Village)
	and(f.Parent != "", "parent <> '' AND parent = ?", f.Parent) // SQLite takes the index of parents only if its condition stands here
	and(f.Year != 0, "year = ?", f.Year)
	and(f.Unit != "", "unit IN ('', ?)", f.Unit)
	query := "SELECT code, seq, opened, status, unit, village, parent, title, year, amount, body FROM dossier WHERE " + cond + " ORDER BY code"
	if f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	var rows []row
	if err := q.NewRaw(query, args...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list dossiers: %w", err)
	}
	return rows, nil
}

func (r *row) index() Index {
	return Index{r.Status, r.Unit, r.Village, r.Parent, r.Title, int(r.Year), r.Amount}
}

// Find returns one dossier as q shows it; unit as in Filter. ErrUnknown when there
// is none that may be seen.
func (k *Kind[S]) Find(ctx context.Context, q bun.IDB, county int32, code, unit string) (Item[S], error) {
	r, err := findRow(ctx, q, Ref{county, k.name, code, unit})
	if err != nil {
		return Item[S]{}, err
	}
	out := Item[S]{Code: r.Code, Seq: r.Seq, Opened: r.Opened, Index: r.index()}
	err = k.decode(r.Body, r.Code, &out.State)
	return out, err
}

// Ref names one dossier, and who asks for it: Unit as in Filter.
type Ref struct {
	County     int32
	Kind, Code string
	Unit       string
}

func findRow(ctx context.Context, q bun.IDB, at Ref) (row, error) {
	var r row
	err := q.NewRaw(`SELECT code, seq, opened, status, unit, village, parent, title, year, amount, body FROM dossier
 WHERE county = ? AND kind = ? AND code = ?`, at.County, at.Kind, at.Code).Scan(ctx, &r)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && !visible(at.Unit, r.Unit)) {
		return row{}, ErrUnknown.With("%s %s", at.Kind, clip(at.Code))
	}
	if err != nil {
		return row{}, fmt.Errorf("find a dossier: %w", err)
	}
	return r, nil
}

// Event (经过) is one fact of a dossier's history.
type Event struct {
	Stamp
	Record string // kind of the record
	Fact   any    // pointer to the fact's struct
}

// historyOf returns the facts of a dossier in order of recording.
func historyOf(ctx context.Context, q bun.IDB, county int32, kind, code string) ([]Event, error) {
	var seqs []int64
	err := q.NewRaw("SELECT seq FROM dossier_fact WHERE county = ? AND kind = ? AND code = ? ORDER BY seq", county, kind, code).Scan(ctx, &seqs)
	if err != nil {
		return nil, fmt.Errorf("read a dossier's history: %w", err)
	}
	recs, err := db.RecordsBySeq(ctx, q, county, seqs)
	if err != nil {
		return nil, err
	}
	state := kinds[kind].blank()
	out := make([]Event, len(recs))
	for i := range recs {
		fact, err := unfold(&recs[i], func(string) any { return state })
		if err != nil {
			return nil, err
		}
		out[i] = Event{stampOf(&recs[i]), recs[i].Kind, fact}
	}
	return out, nil
}

func stampOf(r *db.Record) Stamp { return Stamp{r.Seq, r.At, r.Actor} }

// unfold decodes the fact of a record and applies it to the state that its code
// stands for.
func unfold(r *db.Record, state func(code string) any) (fact any, err error) {
	f, ok := facts[r.Kind]
	if !ok {
		return nil, ErrEncoding.With("记录 %d：%s", r.Seq, r.Kind)
	}
	d := translog.NewDecoder(r.Body)
	translog.DecodeHeader(d)
	code := d.Text()
	if d.Err() != nil {
		return nil, ErrEncoding.With("记录 %d", r.Seq).Because(d.Err())
	}
	fact, err = f.decode(d, state(code), stampOf(r))
	if err != nil {
		return nil, ErrEncoding.With("记录 %d", r.Seq).Because(err)
	}
	return fact, nil
}

// Bad is what disagrees with the log.
type Bad struct {
	Seq    int64
	Detail string
}

// Any reports whether a county has a row of any dossier.
func Any(ctx context.Context, q bun.IDB, county int32) (bool, error) {
	var n int
	err := q.NewRaw(`SELECT (SELECT count(*) FROM (SELECT 1 FROM dossier WHERE county = ? LIMIT 1) d)
 + (SELECT count(*) FROM (SELECT 1 FROM dossier_fact WHERE county = ? LIMIT 1) f)`, county, county).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for dossiers: %w", err)
	}
	return n > 0, nil
}

// folded is a dossier as the log has it.
type folded struct {
	state       any
	seq, opened int64
	seqs        []int64
}

// Verify folds every dossier of a county from the log again and compares states,
// indexes and histories with the tables (law 6). It returns what disagrees, in
// order of sequence.
func Verify(ctx context.Context, q bun.IDB, county int32) ([]Bad, error) {
	logged := map[thing]*folded{}
	var bad []Bad
	for after := int64(0); ; {
		recs, err := db.RecordsOfKinds(ctx, q, db.Span{County: county, After: after, Limit: verifyPage}, RecordKinds())
		if err != nil {
			return nil, err
		}
		for i := range recs {
			after = recs[i].Seq
			if err := fold(logged, &recs[i]); err != nil {
				bad = append(bad, Bad{after, err.Error()})
			}
		}
		if len(recs) < verifyPage {
			break
		}
	}
	return compare(ctx, q, county, logged, bad)
}

const verifyPage = 5_000

func fold(logged map[thing]*folded, r *db.Record) error {
	kind := facts[r.Kind].kind
	_, err := unfold(r, func(code string) any {
		t := thing{kind, code}
		f := logged[t]
		if f == nil {
			f = &folded{state: kinds[kind].blank(), opened: r.Seq}
			logged[t] = f
		}
		f.seq, f.seqs = r.Seq, append(f.seqs, r.Seq)
		return f.state
	})
	return err
}

// compare holds the tables against what was folded, and takes from it what it
// finds; the rest is missing.
func compare(ctx context.Context, q bun.IDB, county int32, logged map[thing]*folded, bad []Bad) ([]Bad, error) {
	history := map[thing][]int64{}
	var links []struct {
		Kind, Code string
		Seq        int64
	}
	if err := q.NewRaw("SELECT kind, code, seq FROM dossier_fact WHERE county = ? ORDER BY kind, code, seq", county).Scan(ctx, &links); err != nil {
		return nil, fmt.Errorf("read the facts of dossiers: %w", err)
	}
	for _, l := range links {
		t := thing{l.Kind, l.Code}
		history[t] = append(history[t], l.Seq)
	}
	for t, f := range logged {
		if !slices.Equal(f.seqs, history[t]) {
			bad = append(bad, Bad{f.opened, "案卷 " + t.kind + " " + clip(t.code) + " 的经过与记录不符 / its history is not that of the log"})
		}
		delete(history, t)
	}
	for t, seqs := range history {
		bad = append(bad, Bad{seqs[0], "案卷 " + t.kind + " " + clip(t.code) + " 的经过没有记录 / a history without records"})
	}
	var rows []row
	err := q.NewRaw(`SELECT kind, code, seq, opened, status, unit, village, parent, title, year, amount, body FROM dossier
 WHERE county = ? ORDER BY opened, kind, code`, county).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read the dossiers: %w", err)
	}
	for i := range rows {
		r := &rows[i]
		t := thing{r.Kind, r.Code}
		if why := r.differs(logged[t]); why != "" {
			bad = append(bad, Bad{r.Opened, "案卷 " + t.kind + " " + clip(t.code) + "：" + why})
		}
		delete(logged, t)
	}
	for t, f := range logged {
		bad = append(bad, Bad{f.opened, "案卷 " + t.kind + " " + clip(t.code) + " 不在表中 / is missing"})
	}
	slices.SortFunc(bad, func(a, b Bad) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Detail, b.Detail)) })
	return bad, nil
}

// differs says what of a row is not what the log folds to.
func (r *row) differs(f *folded) string {
	if f == nil {
		return "没有记录 / no record"
	}
	var e translog.Encoder
	translog.AppendFields(&e, f.state)
	body, err := e.Finish()
	switch {
	case err != nil:
		return err.Error()
	case f.seq != r.Seq || f.opened != r.Opened:
		return "记录序号不符 / sequence numbers"
	case !bytes.Equal(body, r.Body):
		return "状态与记录不符 / state"
	case kinds[r.Kind].index(f.state) != r.index():
		return "索引与记录不符 / index"
	}
	return ""
}

// CodeOf returns the code of the dossier that a record is a fact of, or "" when it
// is none.
func CodeOf(r *db.Record) string {
	if _, ok := facts[r.Kind]; !ok {
		return ""
	}
	d := translog.NewDecoder(r.Body)
	translog.DecodeHeader(d)
	return d.Text()
}
