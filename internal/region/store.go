package region

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// divisionsThing is the county's divisions in the memory of its writer.
type divisionsThing struct{}

// Import records a list of divisions in the county of tx and returns the number of
// its record. Statements that are known already are left out of the table, but the
// record carries the list whole. ErrUnchanged when nothing in it is new,
// ErrConflict when a code already has another name from the same day; then nothing
// is recorded.
func Import(ctx context.Context, tx *db.Tx, l List) (seq int64, err error) {
	known, err := tx.Recall(ctx, divisionsThing{}, func(ctx context.Context, q bun.IDB) (any, error) {
		return loadDivisions(ctx, q, tx.CountyNo())
	})
	if err != nil {
		return 0, err
	}
	old := known.([]Division)
	fresh, err := l.beyond(old)
	if err != nil {
		return 0, err
	}
	if len(fresh) == 0 {
		return 0, ErrUnchanged.With("%s 共 %d 条", l.File, len(l.Rows))
	}
	payload, err := l.encode()
	if err != nil {
		return 0, err
	}
	seq = tx.AddRecord(KindDivisions, 0, 0, payload)
	tx.Remember(divisionsThing{}, append(append([]Division(nil), old...), fresh...))
	insertDivisions(tx, fresh, seq)
	return seq, nil
}

// beyond returns the statements of the list that are not among those known.
func (l *List) beyond(known []Division) ([]Division, error) {
	type key struct {
		code Code
		from Day
	}
	index := make(map[key]Division, len(known))
	for _, d := range known {
		index[key{d.Code, d.From}] = d
	}
	var out []Division
	for _, d := range l.Rows {
		k := key{d.Code, d.From}
		old, ok := index[k]
		if ok && (old.Name != d.Name || old.To != d.To || old.Successor != d.Successor) {
			return nil, ErrConflict.With("%s 自 %s 起已登记为 %q，文件 %s 为 %q", d.Code, d.From, old.Name, l.File, d.Name)
		}
		if !ok {
			out = append(out, d)
			index[k] = d
		}
	}
	return out, nil
}

const divisionChunk = 500 // rows of one statement

func insertDivisions(tx *db.Tx, rows []Division, seq int64) {
	no := tx.CountyNo()
	tx.Defer(func(ctx context.Context, q bun.IDB) error {
		for len(rows) > 0 {
			n := min(divisionChunk, len(rows))
			if err := insertSome(ctx, q, divisionRows(no, seq, rows[:n])); err != nil {
				return err
			}
			rows = rows[n:]
		}
		return nil
	})
}

func insertSome(ctx context.Context, q bun.IDB, rows []divisionRow) error {
	_, err := q.NewInsert().Model(&rows).Exec(ctx)
	return err
}

type divisionRow struct {
	bun.BaseModel `bun:"table:division"`

	County    int32
	Seq       int64
	Code      string
	Name      string
	Level     int32
	Parent    string
	ValidFrom int32
	ValidTo   int32
	Successor string
}

func divisionRows(county int32, seq int64, list []Division) []divisionRow {
	out := make([]divisionRow, len(list))
	for i, d := range list {
		out[i] = divisionRow{
			County: county, Seq: seq, Code: string(d.Code), Name: d.Name, Level: int32(d.Level), Parent: string(d.Parent),
			ValidFrom: int32(d.From), ValidTo: int32(d.To), Successor: string(d.Successor),
		}
	}
	return out
}

// AsOf returns what the log said of divisions up to record seq.
func AsOf(ctx context.Context, q bun.IDB, county int32, seq int64) (*Set, error) {
	rows, err := divisionRowsOf(ctx, q, county)
	if err != nil {
		return nil, err
	}
	var out []Division
	for i := range rows {
		if rows[i].Seq <= seq {
			out = append(out, rows[i].division())
		}
	}
	return NewSet(out), nil
}

// Load returns what a county's log says of divisions.
func Load(ctx context.Context, q bun.IDB, county int32) (*Set, error) {
	rows, err := loadDivisions(ctx, q, county)
	if err != nil {
		return nil, err
	}
	return NewSet(rows), nil
}

func loadDivisions(ctx context.Context, q bun.IDB, county int32) ([]Division, error) {
	rows, err := divisionRowsOf(ctx, q, county)
	if err != nil {
		return nil, err
	}
	out := make([]Division, len(rows))
	for i := range rows {
		out[i] = rows[i].division()
	}
	return out, nil
}

func divisionRowsOf(ctx context.Context, q bun.IDB, county int32) ([]divisionRow, error) {
	var rows []divisionRow
	err := q.NewRaw(`SELECT seq, code, name, level, parent, valid_from, valid_to, successor FROM division
 WHERE county = ? ORDER BY code, valid_from`, county).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read the divisions: %w", err)
	}
	return rows, nil
}

func (r *divisionRow) division() Division {
	return Division{
		Code: Code(r.Code), Name: r.Name, Level: Level(r.Level), Parent: Code(r.Parent),
		From: Day(r.ValidFrom), To: Day(r.ValidTo), Successor: Code(r.Successor),
	}
}

// Bad is a row that disagrees with the log (law 6); Seq is that of its record.
type Bad struct {
	Seq    int64
	Detail string
}

// Verify folds every list of divisions of a county's log again and compares the
// table, the number of each row's record included (law 6). It returns what
// disagrees, in order of sequence.
func Verify(ctx context.Context, q bun.IDB, county int32) ([]Bad, error) {
	rows, err := divisionRowsOf(ctx, q, county)
	if err != nil {
		return nil, err
	}
	recs, err := db.RecordsOfKind(ctx, q, county, KindDivisions)
	if err != nil {
		return nil, err
	}
	var bad []Bad
	var folded []Division
	seqs := map[Division]int64{}
	for i := range recs {
		l, err := listOf(&recs[i])
		if err == nil {
			var fresh []Division
			fresh, err = l.beyond(folded)
			folded = append(folded, fresh...)
			for _, d := range fresh {
				seqs[d] = recs[i].Seq
			}
		}
		if err != nil {
			bad = append(bad, Bad{recs[i].Seq, err.Error()})
		}
	}
	return append(bad, compare(seqs, rows)...), nil
}

func listOf(r *db.Record) (List, error) {
	d := translog.NewDecoder(r.Body)
	translog.DecodeHeader(d)
	return DecodeList(d)
}

// compare names the statements of which log and table disagree. logged gives the
// record of each statement; what is compared is taken out of it.
func compare(logged map[Division]int64, stored []divisionRow) []Bad {
	var bad []Bad
	for i := range stored {
		r := &stored[i]
		d := r.division()
		seq, ok := logged[d]
		switch {
		case !ok:
			bad = append(bad, Bad{r.Seq, fmt.Sprintf("区划表（division）中的 %s（自 %s 起 %q）没有记录", d.Code, d.From, d.Name)})
		case seq != r.Seq:
			bad = append(bad, Bad{seq, fmt.Sprintf("区划表（division）中的 %s（自 %s 起 %q）写作第 %d 条记录，应为第 %d 条", d.Code, d.From, d.Name, r.Seq, seq)})
		}
		delete(logged, d)
	}
	for d, seq := range logged {
		bad = append(bad, Bad{seq, fmt.Sprintf("区划 %s（自 %s 起 %q）不在表 division 中", d.Code, d.From, d.Name)})
	}
	slices.SortFunc(bad, func(a, b Bad) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Detail, b.Detail)) })
	return bad
}
