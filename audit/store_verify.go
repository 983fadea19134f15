package audit

import (
	"context"
	"fmt"
	"slices"

	"fundbook/internal/db"
	"fundbook/internal/fault"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// countyReader is one moment of the store.
type countyReader struct{ q bun.IDB }

// Verify (核验) checks laws 1–6 of DESIGN 2 over a store, and laws 9 and 10 where
// they are stored, and reports what it found; breakages are no error. An error
// means that it could not read to the end: ErrCounty of internal/db for an unknown
// county, ErrOtherHead, or the database's own.
//
// The leaves are the truth: each must decode and encode again to the same bytes,
// stand at its place in the one order, and lead to the stored tiles, the frontier
// and every signed head. Everything else in the store must equal what the leaves
// say. All small tables and derived tables are read in one read-only transaction;
// records and lines, which are only ever added to, are read up to the head of
// that moment on several connections. A store may be verified while it is
// written.
func Verify(ctx context.Context, d *db.DB, o Options) (Report, error) {
	r := Report{Full: o.Full, Counties: []CountyReport{}, Bad: []Bad{}}
	if !o.Full {
		r.NotChecked = leftOut
	}
	if err := checkOptions(&o); err != nil {
		return r, err
	}
	release, err := d.Verifying()
	if err != nil {
		return r, err
	}
	defer release()
	rows, err := db.Counties(ctx, d.Read)
	if err != nil {
		return r, err
	}
	found := false
	for _, row := range rows {
		if o.County != "" && o.County != row.Code {
			continue
		}
		found = true
		if err := verifyCounty(ctx, d, &o, row.County, &r); err != nil {
			return r, fmt.Errorf("verify county %s: %w", row.Code, err)
		}
	}
	if o.County != "" && !found {
		return r, db.ErrCounty.With("%s", o.County)
	}
	if err := verifyStore(ctx, d, &o, rows, &r); err != nil {
		return r, err
	}
	r.OK = len(r.Bad) == 0 && r.More == 0
	return r, nil
}

// verifyStore checks what belongs to no county.
func verifyStore(ctx context.Context, d *db.DB, o *Options, rows []db.CountyRow, r *Report) error {
	f := finder{first: map[string]Bad{}}
	for _, x := range lostHeads(o.Heads, rows) {
		r.add(badOf(x.county, x.finding))
	}
	secret, err := db.StoredSecret(ctx, d.Read)
	if err != nil {
		return err
	}
	used := slices.ContainsFunc(rows, func(row db.CountyRow) bool { return row.NextSeq > 1 })
	switch n := len(secret); {
	case n == 0 && used:
		f.addf(0, "secret.missing", "表 store 没有库密钥，而账簿已有记录；此前的幂等键不能再核对，请从备份恢复该行")
	case n != db.SecretBytes && n > 0:
		f.addf(0, "secret.malformed", "表 store 的库密钥有 %d 字节，应为 %d", n, db.SecretBytes)
	}
	if o.County == "" {
		stray, err := foreignRows(ctx, d.Read)
		if err != nil {
			return err
		}
		for _, s := range stray {
			r.add(badOf("", finding{0, "county.unknown", s}))
		}
	}
	f.take(r)
	changes, err := d.SchemaChanges(ctx)
	if err != nil {
		return err
	}
	for _, c := range changes {
		r.add(badOf("", schemaFinding(c)))
	}
	return nil
}

func verifyCounty(ctx context.Context, d *db.DB, o *Options, county int32, r *Report) error {
	return d.ReadTx(ctx, func(ctx context.Context, q bun.IDB) error {
		h, err := loadHead(ctx, q, county)
		if err != nil {
			return err
		}
		c := &countyCheck{countyReader: countyReader{q}, d: d, o: o, f: newFinder(h.Code), head: h, kinds: o.Kinds}
		c.report = CountyReport{County: h.Code, Leaves: h.NextSeq - 1}
		if c.secret, err = db.StoredSecret(ctx, q); err != nil {
			return err
		}
		if c.keys, err = loadKeyTable(ctx, q, &h, c.f); err != nil {
			return err
		}
		run := c.quick
		if o.Full {
			run = c.full
		}
		if err := run(ctx); err != nil {
			return err
		}
		c.f.take(r)
		r.Counties = append(r.Counties, c.report)
		return nil
	})
}

// loadEntry returns the entry of a record; false when it is none.
func loadEntry(ctx context.Context, q bun.IDB, county int32, seq int64) (ledger.Entry, bool, error) {
	recs, err := db.RecordsBySeq(ctx, q, county, []int64{seq})
	if err != nil || len(recs) == 0 || recs[0].Kind != ledger.KindEntry {
		return ledger.Entry{}, false, err
	}
	e, err := ledger.EntryOf(&recs[0])
	if err != nil && fault.KindOf(err) == fault.Internal {
		return ledger.Entry{}, false, nil // named where it stands
	}
	return e, err == nil, err
}
