package projects

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/seal"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// RowBad (加密行不符) is a sealed row that disagrees with the log.
type RowBad struct {
	Seq    int64 // of the record
	Detail string
}

// versionOf names one version of a row.
type versionOf struct {
	code   string
	n, rev int
}

// loggedRow is what the log says of it.
type loggedRow struct {
	rosterRow
	seq int64
}

// VerifyRows compares the sealed rows of a county's rosters with the log: every
// version that a fact commits to is there once, with its commitment, quantity,
// standard and amount, and no other; programme and year are the roster's. With the
// key each row is opened besides, and its commitment and indexes are made again; box
// is nil when the key is not at hand.
func VerifyRows(ctx context.Context, q bun.IDB, county int32, box *seal.Box) ([]RowBad, error) {
	logged, heads, err := loggedRows(ctx, q, county)
	if err != nil {
		return nil, err
	}
	var code string
	if err := q.NewRaw("SELECT code FROM head WHERE county = ?", county).Scan(ctx, &code); err != nil {
		return nil, fmt.Errorf("find the county: %w", err)
	}
	check := rowCheck{logged: logged, heads: heads, desk: Desk{County: code, No: county, Box: box}}
	var after rosterRowRow
	for {
		var rows []rosterRowRow
		err := q.NewRaw(rosterRowColumns+` WHERE county = ? AND (code > ? OR code = ? AND n > ? OR code = ? AND n = ? AND rev > ?)
 ORDER BY code, n, rev LIMIT ?`, county, after.Code, after.Code, after.N, after.Code, after.N, after.Rev, verifyPage).Scan(ctx, &rows)
		if err != nil {
			return nil, fmt.Errorf("read the sealed rows: %w", err)
		}
		for i := range rows {
			check.row(&rows[i])
		}
		if len(rows) < verifyPage {
			break
		}
		after = rows[len(rows)-1]
	}
	return check.missing(), nil
}

// verifyPage is how many rows are read at once.
const verifyPage = 2000

// rosterHead is what every row of a roster carries.
type rosterHead struct {
	programme string
	year      int
}

// loggedRows folds the facts that commit to rows.
func loggedRows(ctx context.Context, q bun.IDB, county int32) (map[versionOf]loggedRow, map[string]rosterHead, error) {
	logged, heads := map[versionOf]loggedRow{}, map[string]rosterHead{}
	for kind, read := range map[string]func(code string, d *translog.Decoder) []rosterRow{
		"roster.created": func(code string, d *translog.Decoder) []rosterRow {
			var f rosterCreated
			translog.DecodeFields(d, &f)
			heads[code] = rosterHead{f.Programme, f.Year}
			return f.Rows
		},
		"roster.amended": func(_ string, d *translog.Decoder) []rosterRow {
			var f rosterAmended
			translog.DecodeFields(d, &f)
			return f.Added
		},
		"roster.corrected": func(_ string, d *translog.Decoder) []rosterRow {
			var f rosterCorrected
			translog.DecodeFields(d, &f)
			return f.Rows
		},
	} {
		recs, err := db.RecordsOfKind(ctx, q, county, kind)
		if err != nil {
			return nil, nil, err
		}
		for i := range recs {
			d := translog.NewDecoder(recs[i].Body)
			translog.DecodeHeader(d)
			code := d.Text()
			rows := read(code, d)
			if err := d.Finish(); err != nil {
				return nil, nil, ErrPersonRow.With("记录 %d", recs[i].Seq).Because(err)
			}
			for _, r := range rows {
				logged[versionOf{code, r.N, r.Rev}] = loggedRow{r, recs[i].Seq}
			}
		}
	}
	return logged, heads, nil
}

// rowCheck takes from logged what it finds in the table.
type rowCheck struct {
	logged map[versionOf]loggedRow
	heads  map[string]rosterHead
	desk   Desk
	bad    []RowBad
}

func (c *rowCheck) row(r *rosterRowRow) {
	v := versionOf{r.Code, int(r.N), int(r.Rev)}
	where := fmt.Sprintf("名册 %s 第 %d 行第 %d 版", v.code, v.n, v.rev)
	l, ok := c.logged[v]
	if !ok {
		c.bad = append(c.bad, RowBad{r.Seq, where + "没有记录 / no record"})
		return
	}
	delete(c.logged, v)
	s, err := r.sealed()
	head := c.heads[v.code]
	switch {
	case err != nil:
	case l.seq != r.Seq || s.Quantity != l.Quantity || s.Standard != l.Standard || s.Amount != l.Amount:
		err = ErrPersonRow.With("%s：数量、标准、金额或记录号不符", where)
	case s.Commitment != l.Commitment:
		err = ErrPersonRow.With("%s：承诺值不符", where)
	case r.Programme != head.programme || int(r.Year) != head.year:
		err = ErrPersonRow.With("%s：政策或年度不符", where)
	case c.desk.Box != nil:
		_, err = s.open(c.desk.Box, c.desk.place(v.code, v.n, v.rev))
	}
	if err != nil {
		c.bad = append(c.bad, RowBad{l.seq, err.Error()})
	}
}

// missing adds what the log commits to and the table lacks, with its amount.
func (c *rowCheck) missing() []RowBad {
	for v, l := range c.logged {
		c.bad = append(c.bad, RowBad{l.seq, fmt.Sprintf("名册 %s 第 %d 行第 %d 版（%s 元）不在表中 / is missing", v.code, v.n, v.rev, l.Amount)})
	}
	slices.SortFunc(c.bad, func(a, b RowBad) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Detail, b.Detail)) })
	return c.bad
}
