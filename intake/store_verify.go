package intake

import (
	"context"
	"fmt"
	"strings"

	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

// Preview says what importing the plan would do to a county as q shows it, and
// records nothing: posted (without a number), unchanged or refused. A county that
// is not open yet has no documents; any number stands for it.
func Preview(ctx context.Context, q bun.IDB, county int32, p *Plan) (Result, error) {
	if p.Refused() {
		return p.Result(Refused, 0), nil
	}
	old, found, err := Find(ctx, q, county, p.Document.ID)
	if err != nil {
		return Result{}, err
	}
	if !found {
		return p.Result(Posted, 0), nil
	}
	digest, err := p.Document.Digest()
	if err != nil {
		return Result{}, err
	}
	if digest == old.Digest {
		return p.Result(Unchanged, old.Seq), nil
	}
	was, _, err := Load(ctx, q, county, p.Document.ID)
	if err != nil {
		return Result{}, err
	}
	return p.refusedBy(p.conflict(&was, old.Seq))
}

// Bad is a row that disagrees with the log (law 6).
type Bad struct {
	Seq    int64
	Detail string
}

// Verify reads every document of a county from the log again and compares every
// column of the table by which they are found. It returns what disagrees.
func Verify(ctx context.Context, q bun.IDB, county int32) ([]Bad, error) {
	var rows []documentRow
	if err := q.NewRaw("SELECT seq, fund_year, published, key, title, issuer, kind, digest FROM document WHERE county = ? ORDER BY seq", county).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read the documents: %w", err)
	}
	recs, err := db.RecordsOfKind(ctx, q, county, KindDocument)
	if err != nil {
		return nil, err
	}
	logged := map[int64]documentRow{}
	var bad []Bad
	for i := range recs {
		d, err := DocumentOf(&recs[i])
		if err != nil {
			bad = append(bad, Bad{recs[i].Seq, err.Error()})
			continue
		}
		digest, err := d.Digest()
		if err != nil {
			bad = append(bad, Bad{recs[i].Seq, err.Error()})
			continue
		}
		logged[recs[i].Seq] = d.row(Stored{recs[i].Seq, digest})
	}
	for i := range rows {
		r := &rows[i]
		want, ok := logged[r.Seq]
		if !ok {
			bad = append(bad, Bad{r.Seq, "资金文件表（document）中的 " + clip(r.Key) + " 没有记录"})
			continue
		}
		delete(logged, r.Seq)
		if columns := r.differences(&want); len(columns) > 0 {
			bad = append(bad, Bad{r.Seq, "资金文件表（document）中的 " + clip(r.Key) + " 与记录不符：" + strings.Join(columns, "、") + " 列"})
		}
	}
	for seq, want := range logged {
		bad = append(bad, Bad{seq, "资金文件 " + clip(want.Key) + " 不在表 document 中"})
	}
	return bad, nil
}
