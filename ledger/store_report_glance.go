package ledger

import (
	"context"
	"slices"

	"fundbook/internal/db"
)

// glanceRow is an account with its turnover, and the head of the county.
type glanceRow struct {
	sumScan
	db.Head
}

// GlanceBalances is Balances of the accounts of one lot, named by code, in one
// statement, as of any day and as known at the head it returns. ok is false when the
// query is of another kind, or finds nothing: then Balances says why.
func GlanceBalances(ctx context.Context, d *db.DB, county string, kq KeyQuery, at At) (out AccountList, head db.Head, ok bool, err error) {
	if at.KnownAt != 0 || kq.ID != 0 || kq.Lot == "" || len(kq.Account) != 4 || kq.Book == "" || kq.Peer != "" || kq.Exact {
		return out, head, false, nil
	}
	if err := kq.check(); err != nil {
		return out, head, false, err
	}
	day := int32(endOfDays)
	if at.AsOf != 0 {
		day = at.AsOf.Number()
	}
	const turnover = ", coalesce((SELECT CAST(sum(d.debit) AS BIGINT) FROM day_total d WHERE d.key = k.id AND d.day <= ?), 0) AS debit" +
		", coalesce((SELECT CAST(sum(d.credit) AS BIGINT) FROM day_total d WHERE d.key = k.id AND d.day <= ?), 0) AS credit"
	// Scalar subqueries leave no planner a choice: two look-ups, then one index.
	query := "SELECT (SELECT next_seq - 1 FROM head WHERE code = ?) AS last, (SELECT last_at FROM head WHERE code = ?) AS last_at, k.id, k.grp, k.book, k.account, k.sub, k.lot, k.project, k.contract, k.payee, k.unit, k.pool, k.peer" +
		turnover + " FROM account_key k WHERE k.county = (SELECT county FROM head WHERE code = ?)" +
		" AND k.lot = (SELECT id FROM lot WHERE county = (SELECT county FROM head WHERE code = ?) AND code = ?)"
	args := []any{county, county, day, day, county, county, kq.Lot}
	for i := range keyFields {
		f := &keyFields[i]
		if v := *f.of(&kq); v != "" && f.name != "lot" {
			query += " AND k." + f.column + " = ?"
			args = append(args, v)
		}
	}
	var rows []glanceRow
	if err := d.Glance(ctx, &rows, query, args...); err != nil {
		return out, head, false, err
	}
	list := make([]sum, 0, len(rows))
	codes := lotCodes{}
	for i := range rows {
		s := rows[i].sum()
		if !s.key.Peer.IsZero() {
			return out, head, false, nil
		}
		codes[s.key.Lot] = kq.Lot
		head = rows[i].Head
		list = append(list, s)
	}
	list = slices.DeleteFunc(list, func(s sum) bool { return s.debit == 0 && s.credit == 0 })
	if len(list) == 0 {
		return AccountList{}, db.Head{}, false, nil
	}
	sortSums(list)
	out.County, out.At, out.Rows = county, At{AsOf: at.AsOf, KnownAt: head.Last}, make([]AccountRow, len(list))
	for i := range list {
		out.Rows[i] = accountRow(county, &list[i], codes)
	}
	return out, head, true, nil
}
