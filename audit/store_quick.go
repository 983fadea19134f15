package audit

import (
	"context"
	"fmt"

	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

func (c *countyCheck) tiles(ctx context.Context) translog.TileSource {
	return db.Tiles(ctx, c.q, c.head.County)
}

func (c *countyCheck) restoreEdge(ctx context.Context, f translog.Frontier) (*translog.Edge, error) {
	return translog.RestoreEdge(f, c.tiles(ctx), db.Leaves(ctx, c.q, c.head.County))
}

// publicKeys reads the county's keys from its records alone.
func (c *countyCheck) publicKeys(ctx context.Context) ([]translog.PublicKey, error) {
	recs, err := db.Records(ctx, c.q, c.head.County, 1, 1)
	if err != nil {
		return nil, err
	}
	changes, err := db.RecordsOfKind(ctx, c.q, c.head.County, translog.KindKey)
	if err != nil {
		return nil, err
	}
	var keys []translog.PublicKey
	for i, r := range append(recs, changes...) {
		d := translog.NewDecoder(r.Body)
		h := translog.DecodeHeader(d)
		if i == 0 {
			county := translog.DecodeCounty(d, h.Version)
			c.checkSecret(county)
			keys = county.Keys()
		} else if keys, err = translog.DecodeKeyChange(d).Apply(keys, r.Seq); err != nil {
			return nil, err
		}
		if err := d.Finish(); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// unbalanced names groups whose day totals do not balance.
func (c *countyCheck) unbalanced(ctx context.Context) error {
	var rows []struct {
		Book, Grp string
		Lot       []byte
		Net       int64
	}
	err := c.q.NewRaw(`SELECT k.book, k.grp, k.lot, sum(d.debit - d.credit) AS net FROM account_key k JOIN day_total d ON d.key = k.id
 WHERE k.county = ? GROUP BY k.book, k.grp, k.lot HAVING sum(d.debit - d.credit) <> 0 ORDER BY k.book, k.grp LIMIT 20`, c.head.County).Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("balance the day totals: %w", err)
	}
	for _, r := range rows {
		c.f.addf(0, "day_total.unbalanced", "账套 %s 账组 %s 批次 %x：借贷差 %s", r.Book, r.Grp, r.Lot, ledger.Amount(r.Net))
	}
	return nil
}
