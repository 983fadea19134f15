package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

// maxStatementKeys bounds how many accounts one statement merges.
const maxStatementKeys = 500

// keysOf returns the selected accounts by number, at most limit. None is
// ErrKeyUnknown.
func (r *reader) keysOf(ctx context.Context, kq *KeyQuery) (map[int64]Key, error) {
	c, err := r.where(ctx, kq)
	if err != nil {
		return nil, err
	}
	rows, err := db.KeysWhere(ctx, r.q, r.county, c.sql, c.args...)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		if err := r.mustExist(ctx, kq); err != nil {
			return nil, err
		}
		return nil, ErrKeyUnknown.With("%s", kq)
	}
	out := make(map[int64]Key, len(rows))
	for id, row := range rows {
		out[id] = keyOfRow(&row)
	}
	return out, nil
}

// keyFlow is the turnover of some accounts: the balance before the first day, what
// moved from it on, and the balance before a day within.
type keyFlow struct{ Opening, Before, Debit, Credit int64 }

func (f keyFlow) plus(o keyFlow, sign int64) keyFlow {
	return keyFlow{f.Opening + sign*o.Opening, f.Before + sign*o.Before, f.Debit + sign*o.Debit, f.Credit + sign*o.Credit}
}

// flow adds up accounts at the reader's moment.
func (r *reader) flow(ctx context.Context, ids []int64, from, before int32) (keyFlow, error) {
	first, lessLater := r.sources(true)
	f, err := r.scanFlow(ctx, first, ids, [2]int32{from, before})
	if err != nil || !lessLater {
		return f, err
	}
	later, err := r.scanFlow(ctx, r.fromLater(), ids, [2]int32{from, before})
	return f.plus(later, -1), err
}

func (r *reader) scanFlow(ctx context.Context, src source, ids []int64, days [2]int32) (keyFlow, error) {
	net := "(" + src.debit + ") - (" + src.credit + ")"
	marks, keys := db.In(ids)
	args := append([]any{days[0], days[1], days[0], days[0]}, keys...)
	args = append(append(args, r.day), src.args...)
	var flows []keyFlow
	err := db.Fetch(ctx, r.q, &flows, "SELECT CAST(coalesce(sum(CASE WHEN d.day < ? THEN "+net+" ELSE 0 END), 0) AS BIGINT) AS opening,"+
		" CAST(coalesce(sum(CASE WHEN d.day < ? THEN "+net+" ELSE 0 END), 0) AS BIGINT) AS before,"+
		" CAST(coalesce(sum(CASE WHEN d.day >= ? THEN "+src.debit+" ELSE 0 END), 0) AS BIGINT) AS debit,"+
		" CAST(coalesce(sum(CASE WHEN d.day >= ? THEN "+src.credit+" ELSE 0 END), 0) AS BIGINT) AS credit"+
		" FROM "+src.table+" d WHERE "+src.key()+" IN "+marks+" AND d.day <= ?"+src.where, args...)
	if err != nil {
		return keyFlow{}, fmt.Errorf("add up accounts: %w", err)
	}
	if len(flows) != 1 {
		return keyFlow{}, fmt.Errorf("invariant: a sum has %d rows", len(flows))
	}
	return flows[0], nil
}

// BalanceOf (账户余额) returns the turnover and balance of one account at a
// moment, by its number or by conditions that fit one account only; others are
// ErrKeyMany, none is ErrKeyUnknown. An account that has not moved by then has
// zeros.
func BalanceOf(ctx context.Context, q bun.IDB, county int32, kq KeyQuery, at At) (AccountRow, error) {
	r, err := newReader(ctx, q, county, at)
	if err != nil {
		return AccountRow{}, err
	}
	keys, err := r.keysOf(ctx, &kq)
	if err != nil {
		return AccountRow{}, err
	}
	if len(keys) > 1 {
		return AccountRow{}, ErrKeyMany.With("%s 选中 %d 个账户；请补足维度，或用 id: 与 only", kq, len(keys))
	}
	var s sum
	for id, k := range keys {
		s = sum{id: keyNumber(id), group: GroupOf(k.Account).String(), key: k}
	}
	f, err := r.flow(ctx, []int64{r.keyID(s.id)}, 0, 0)
	if err != nil {
		return AccountRow{}, err
	}
	s.debit, s.credit = Amount(f.Debit), Amount(f.Credit)
	codes, err := r.codes(ctx, []LotID{s.key.Lot, s.key.Peer})
	if err != nil {
		return AccountRow{}, err
	}
	return accountRow(r.code, &s, codes), nil
}

// Statement (明细账) returns a page of the lines of an account, or of all accounts
// of one code that the query selects, in order of (day, record, line) with the
// running balance. A page costs the same wherever it stands: the balance brought
// forward comes from the day totals and the lines of one day. ErrKeyUnknown when
// no account fits, ErrStatement when accounts of several codes do or too many,
// ErrCursor for a cursor that is broken or of another query.
func Statement(ctx context.Context, q bun.IDB, county int32, sq StatementQuery, page Page) (StatementPage, error) {
	size, err := page.size()
	if err != nil {
		return StatementPage{}, err
	}
	var after linePlace
	if page.Cursor != "" {
		if sq, after, err = resumeStatement(county, sq, page.Cursor); err != nil {
			return StatementPage{}, err
		}
	}
	if err := sq.check(); err != nil {
		return StatementPage{}, err
	}
	r, err := newReader(ctx, q, county, sq.At)
	if err != nil {
		return StatementPage{}, err
	}
	sq.At = r.at
	keys, err := r.keysOf(ctx, &sq.Account)
	if err != nil {
		return StatementPage{}, err
	}
	ids, code, err := statementKeys(keys)
	if err != nil {
		return StatementPage{}, err
	}
	out := StatementPage{
		County: r.code, Account: sq.Account.String(), Code: code, Name: accountName(string(code)), At: r.at, From: sq.From,
	}
	start := placeBefore(after, sq.From.Number())
	if err := r.balances(ctx, &out, ids, start); err != nil {
		return StatementPage{}, err
	}
	lines, err := r.statementLines(ctx, ids, start, size+1)
	if err != nil {
		return StatementPage{}, err
	}
	if len(lines) > size {
		lines = lines[:size]
		if out.Next, err = statementCursor(county, sq, lines[size-1].place()); err != nil {
			return StatementPage{}, err
		}
	}
	out.Rows, err = r.statementRows(ctx, lines)
	runBalances(out.Carried, out.Rows, lines)
	return out, err
}

// statementKeys refuses accounts that have no running balance in common.
func statementKeys(keys map[int64]Key) (ids []int64, code Code, err error) {
	for id, k := range keys {
		if code != "" && k.Account != code {
			return nil, "", ErrStatement.With("同时选中科目 %s 与 %s；一次只列一个科目", min(code, k.Account), max(code, k.Account))
		}
		ids, code = append(ids, id), k.Account
	}
	if len(ids) > maxStatementKeys {
		return nil, "", ErrStatement.With("选中 %d 个账户，一次至多 %d 个；请加筛选条件", len(ids), maxStatementKeys)
	}
	slices.Sort(ids)
	return ids, code, nil
}

// placeBefore is the place after which the lines of a page begin.
func placeBefore(after linePlace, from int32) linePlace {
	if start := (linePlace{day: from, n: -1}); after.before(start) {
		return start
	}
	return after
}

// balances fills in the balances of a statement and the one brought to the page
// that begins after a place.
func (r *reader) balances(ctx context.Context, out *StatementPage, ids []int64, start linePlace) error {
	f, err := r.flow(ctx, ids, out.From.Number(), start.day)
	if err != nil {
		return err
	}
	out.Opening, out.Debit, out.Credit = Amount(f.Opening), Amount(f.Debit), Amount(f.Credit)
	out.Balance, out.Carried = out.Opening+out.Debit-out.Credit, Amount(f.Before)
	if start.seq == 0 {
		return nil
	}
	var day int64
	err = r.q.NewRaw("SELECT CAST(coalesce(sum(d.side * d.fen), 0) AS BIGINT) FROM line d WHERE d.key IN (?)"+
		" AND d.day = ? AND d.seq <= ? AND (d.seq < ? OR (d.seq = ? AND d.n <= ?))",
		bun.List(ids), start.day, r.at.KnownAt, start.seq, start.seq, start.n).Scan(ctx, &day)
	if err != nil {
		return fmt.Errorf("add up the day of a statement: %w", err)
	}
	out.Carried += Amount(day)
	return nil
}

// statementLines returns the next lines of some accounts after a place. Each
// account's lines are read from the index in order, and only as many as the page
// may take; then they are merged.
func (r *reader) statementLines(ctx context.Context, ids []int64, after linePlace, limit int) ([]lineRow, error) {
	const one = "SELECT d.seq, d.fen, d.key, d.day, d.n, d.side FROM line d WHERE d.key = ? AND d.day <= ? AND d.seq <= ?" +
		" AND (d.day, d.seq, d.n) > (?, ?, ?) ORDER BY d.day, d.seq, d.n LIMIT ?"
	const several = 100 // parts of one query; SQLite takes 500
	var out []lineRow
	for part := range slices.Chunk(ids, several) {
		var queries []string
		var args []any
		for _, id := range part {
			queries = append(queries, one)
			args = append(args, id, r.day, r.at.KnownAt, after.day, after.seq, after.n, limit)
		}
		query := one
		if len(queries) > 1 {
			query = "SELECT * FROM (" + strings.Join(queries, ") AS x UNION ALL SELECT * FROM (") + ") AS x"
		}
		var rows []lineRow
		if err := db.Fetch(ctx, r.q, &rows, query, args...); err != nil {
			return nil, fmt.Errorf("read the lines of a statement: %w", err)
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, func(a, b lineRow) int {
		if a.place().before(b.place()) {
			return -1
		}
		return 1
	})
	return out[:min(len(out), limit)], nil
}

// statementRows reads the entries of the lines and makes the rows.
func (r *reader) statementRows(ctx context.Context, lines []lineRow) ([]StatementRow, error) {
	seqs := make([]int64, 0, len(lines))
	for i := range lines {
		seqs = append(seqs, lines[i].Seq)
	}
	list, err := r.entries(ctx, seqs)
	if err != nil {
		return nil, err
	}
	bySeq := make(map[int64]*Entry, len(list))
	var lots []LotID
	for i := range list {
		bySeq[list[i].rec.Seq] = &list[i].entry
	}
	for i := range lines {
		if e := bySeq[lines[i].Seq]; e != nil && int(lines[i].N) < len(e.lines) {
			lots = append(lots, e.lines[lines[i].N].Key.Lot, e.lines[lines[i].N].Key.Peer)
		}
	}
	codes, err := r.codes(ctx, lots)
	if err != nil {
		return nil, err
	}
	rows := make([]StatementRow, 0, len(lines))
	for i := range lines {
		e := bySeq[lines[i].Seq]
		if e == nil {
			return nil, ErrEncoding.With("分录的记录 %d 不存在或不是凭证；请运行 fundbook verify", lines[i].Seq)
		}
		row, err := statementRow(e, &lines[i], codes)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
