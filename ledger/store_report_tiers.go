package ledger

import (
	"context"
	"fmt"

	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

// TierStatement (分层级资金表) adds the lots up by tier of funds. Lines whose split
// no document states (推定) stay out of the figures and are shown beside them.
// Which lines are inferred stands only in the records, so it reads every entry up
// to the moment once: some seconds for a million of them.
func TierStatement(ctx context.Context, q bun.IDB, county int32, at At) (TierList, error) {
	lots, err := LotsReport(ctx, q, county, LotsQuery{At: at})
	if err != nil {
		return TierList{}, err
	}
	r, err := newReader(ctx, q, county, lots.At)
	if err != nil {
		return TierList{}, err
	}
	inferred := map[LotID]*leftOut{}
	err = r.eachEntry(ctx, func(e *Entry) { addInferred(inferred, e) })
	if err != nil {
		return TierList{}, err
	}
	return tierList(lots, inferred), nil
}

// eachEntry calls fn with every entry at the moment, in order of recording.
func (r *reader) eachEntry(ctx context.Context, fn func(*Entry)) error {
	const chunk = 1000
	for after := int64(0); ; {
		var rows []struct {
			Seq  int64
			Body []byte
		}
		err := r.q.NewRaw("SELECT seq, body FROM record WHERE county = ? AND seq > ? AND seq <= ? AND kind = ? AND day <= ? ORDER BY seq LIMIT ?",
			r.county, after, r.at.KnownAt, KindEntry, r.day, chunk).Scan(ctx, &rows)
		if err != nil {
			return fmt.Errorf("read the entries: %w", err)
		}
		for i := range rows {
			e, err := EntryOf(&db.Record{Seq: rows[i].Seq, Body: rows[i].Body})
			if err != nil {
				return err
			}
			fn(&e)
			after = rows[i].Seq
		}
		if len(rows) < chunk {
			return nil
		}
	}
}

// ProjectsReport (项目资金表) returns where the authority of every project stands,
// per lot, at a moment: planned, committed, payable, paid to date (DOMAIN 6.5),
// executed, recovered. A project, lot or unit that does not exist is ErrKeyUnknown
// or ErrLotUnknown.
func ProjectsReport(ctx context.Context, q bun.IDB, county int32, pq ProjectsQuery) (ProjectsList, error) {
	r, err := newReader(ctx, q, county, pq.At)
	if err != nil {
		return ProjectsList{}, err
	}
	kq := KeyQuery{Project: pq.Project, Lot: pq.Lot, Unit: pq.Unit}
	c, err := r.where(ctx, &kq)
	if err != nil {
		return ProjectsList{}, err
	}
	list, err := r.sums(ctx, []string{"lot", "account", "sub", "project"}, c.and("k.project <> '' AND k.account >= '7' AND k.account < '8'"))
	if err != nil {
		return ProjectsList{}, err
	}
	figures := projectFigures{}
	for i := range list {
		figures.of(&list[i].key).move(&list[i].key, list[i].net())
	}
	if err := r.correctProjects(ctx, figures, &kq); err != nil {
		return ProjectsList{}, err
	}
	ids := make([]LotID, 0, len(figures))
	for at := range figures {
		ids = append(ids, at.lot)
	}
	codes, err := r.codes(ctx, ids)
	if err != nil {
		return ProjectsList{}, err
	}
	out := ProjectsList{County: r.code, At: r.at, Rows: figures.list(r.code, codes)}
	if len(out.Rows) == 0 {
		err = r.mustExist(ctx, &kq)
	}
	return out, err
}

// correctProjects applies the corrections of lotFigures to the projects that a
// query selects.
func (r *reader) correctProjects(ctx context.Context, figures projectFigures, kq *KeyQuery) error {
	c := cond{sql: "1 = 1"}
	match := func(k *Key) bool {
		return (kq.Project == "" || kq.Project == k.Project) && (kq.Unit == "" || kq.Unit == k.Unit)
	}
	if kq.Lot != "" {
		id, err := r.lotID(ctx, kq.Lot)
		if err != nil {
			return err
		}
		c = cond{"k.lot = ?", []any{id[:]}, true}
		inner := match
		match = func(k *Key) bool { return k.Lot == id && inner(k) }
	}
	x, err := r.corrections(ctx, c)
	if err != nil {
		return err
	}
	for i := range x.closing {
		if l := &x.closing[i]; match(&l.Key) {
			figures.of(&l.Key).move(&l.Key, -l.Net())
		}
	}
	for i := range x.memo {
		if l := &x.memo[i]; match(&l.Key) {
			figures.of(&l.Key).memo(l.Net())
		}
	}
	for i := range x.back {
		figures.giveBack(&x.back[i], match)
	}
	return nil
}
