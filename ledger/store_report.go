package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fundbook/internal/db"

	"github.com/uptrace/bun"
)

// reader is one reading of a county's ledger at one moment.
type reader struct {
	q      bun.IDB
	county int32
	code   string
	last   int64 // the last record of the county
	at     At    // KnownAt is set
	day    int32 // the last effective day wanted, yyyymmdd
}

const endOfDays = 99991231

// newReader finds the county and fixes the moment. It refuses a record that does
// not exist yet: what is read there could still change.
func newReader(ctx context.Context, q bun.IDB, county int32, at At) (*reader, error) {
	var heads []struct {
		Code    string
		NextSeq int64
	}
	if err := db.Fetch(ctx, q, &heads, "SELECT code, next_seq FROM head WHERE county = ?", county); err != nil {
		return nil, fmt.Errorf("find a county: %w", err)
	}
	if len(heads) == 0 {
		return nil, db.ErrCounty.With("%06d", county)
	}
	h := heads[0]
	r := &reader{q: q, county: county, code: h.Code, last: h.NextSeq - 1, at: at, day: endOfDays}
	switch {
	case at.KnownAt < 0 || at.KnownAt > r.last:
		return nil, ErrAt.With("序号 %d 不在 1 至 %d 之内", at.KnownAt, r.last).At("known_at", "no such record", fmt.Sprint(at.KnownAt))
	case at.KnownAt == 0:
		r.at.KnownAt = r.last
	}
	if at.AsOf != 0 {
		r.day = at.AsOf.Number()
	}
	return r, nil
}

// cond is a condition on the columns of account_key, named k. A narrow one
// selects few of a county's accounts.
type cond struct {
	sql    string
	args   []any
	narrow bool
}

// where turns a query into a condition. It refuses a lot that does not exist.
func (r *reader) where(ctx context.Context, kq *KeyQuery) (cond, error) {
	c := cond{sql: "1 = 1"}
	if err := kq.check(); err != nil {
		return c, err
	}
	add := func(column string, value any) {
		c.sql += " AND k." + column + " = ?"
		c.args = append(c.args, value)
	}
	if c.narrow = kq.ID != 0 || kq.Lot != "" || kq.Project != "" || kq.Contract != "" || kq.Payee != "" || kq.Pool != ""; kq.ID != 0 {
		add("id", r.keyID(kq.ID))
		return c, nil
	}
	for i := range keyFields {
		f := &keyFields[i]
		v := *f.of(kq)
		switch {
		case (f.name == "lot" || f.name == "peer") && v != "":
			id, err := r.lotID(ctx, v)
			if err != nil {
				return c, err
			}
			add(f.column, id[:])
		case f.name == "peer" && kq.Exact:
			add(f.column, make([]byte, 16))
		case f.name == "account" && v != "" && len(v) < 4:
			c.sql += " AND k.account >= ? AND k.account < ?"
			c.args = append(c.args, v, v+":") // ':' follows '9'
		case v != "" || (kq.Exact && f.name != "group"):
			add(f.column, v)
		}
	}
	return c, nil
}

// lotID finds a lot by its code or identifier.
func (r *reader) lotID(ctx context.Context, text string) (LotID, error) {
	id, err := ParseID(text)
	if err != nil {
		id = LotID{}
	}
	var found [][]byte
	err = db.Fetch(ctx, r.q, &found, "SELECT id FROM lot WHERE county = ? AND (code = ? OR id = ?)", r.county, text, id[:])
	switch {
	case err != nil:
		return LotID{}, fmt.Errorf("find a lot: %w", err)
	case len(found) == 0:
		return LotID{}, ErrLotUnknown.With("%q", text).At("lot", "unknown lot", text)
	}
	return LotID(found[0]), nil
}

// mustExist is asked when a query found nothing: no account may have these
// dimensions together, but each of them must be known by itself. An empty answer
// would pass for a balance of zero.
func (r *reader) mustExist(ctx context.Context, kq *KeyQuery) error {
	if kq.ID != 0 {
		return r.mustOccur(ctx, keyField{column: "id", zh: "账户编号"}, r.keyID(kq.ID), fmt.Sprint(kq.ID))
	}
	for i := range keyFields {
		f := &keyFields[i]
		v := *f.of(kq)
		if v == "" || f.name == "lot" || f.name == "peer" || f.name == "group" || f.name == "account" || f.name == "sub" ||
			(f.name == "book" && v == string(County)) {
			continue // checked before, or part of the chart
		}
		if err := r.mustOccur(ctx, *f, v, v); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) mustOccur(ctx context.Context, f keyField, value any, shown string) error {
	var found []int64
	err := r.q.NewRaw("SELECT k.id FROM account_key k WHERE k.county = ? AND k."+f.column+" = ? LIMIT 1", r.county, value).Scan(ctx, &found)
	if err != nil {
		return fmt.Errorf("look for an account: %w", err)
	}
	if len(found) == 0 {
		return ErrKeyUnknown.With("没有账户带有%s %s", f.zh, shown).At(f.column, "never used", shown)
	}
	return nil
}

// sumScan is a row of sums: the columns asked for, and the turnover.
type sumScan struct {
	ID                                                            int64
	Lot, Peer                                                     []byte
	Grp, Book, Account, Sub, Project, Contract, Payee, Unit, Pool string
	Debit, Credit                                                 int64
}

func (x *sumScan) sum() sum {
	s := sum{id: keyNumber(x.ID), group: x.Grp, debit: Amount(x.Debit), credit: Amount(x.Credit), key: Key{
		Book: Book(x.Book), Account: Code(x.Account), Sub: x.Sub, Project: x.Project, Contract: x.Contract,
		Payee: x.Payee, Unit: x.Unit, Pool: x.Pool,
	}}
	copy(s.key.Lot[:], x.Lot)
	copy(s.key.Peer[:], x.Peer)
	return s
}

// allColumns are the columns of account_key that make an account.
var allColumns = []string{
	"id", "grp", "book", "account", "sub", "lot", "project", "contract", "payee", "unit", "pool", "peer",
}

// source is where turnover is added up from: a table, its columns, and what its
// rows must be besides.
type source struct {
	table, debit, credit string
	where                string
	args                 []any
	// byRecord: the lines are found by record, not by account. The plus before the
	// account then keeps an engine from taking that index all the same.
	byRecord bool
}

const (
	lineDebit  = "CASE WHEN d.side = 1 THEN d.fen ELSE 0 END"
	lineCredit = "CASE WHEN d.side = 1 THEN 0 ELSE d.fen END" //nolint:gosec // the credit side, no credential
)

// fromDays reads the day totals: one row per account and day, however many lines.
func (r *reader) fromDays() source {
	return source{table: "day_total", debit: "d.debit", credit: "d.credit"}
}

// fromAccounts reads the lines of accounts up to the moment.
func (r *reader) fromAccounts() source {
	return source{"line", lineDebit, lineCredit, " AND d.seq <= ?", []any{r.at.KnownAt}, false}
}

// fromRecords reads the lines of the whole county up to the moment, fromLater
// those after it.
func (r *reader) fromRecords() source {
	return source{"line", lineDebit, lineCredit, " AND d.county = ? AND d.seq <= ?", []any{r.county, r.at.KnownAt}, true}
}

func (r *reader) fromLater() source {
	return source{"line", lineDebit, lineCredit, " AND d.county = ? AND d.seq > ?", []any{r.county, r.at.KnownAt}, true}
}

// key is the column of the account.
func (s *source) key() string {
	if s.byRecord {
		return "+d.key"
	}
	return "d.key"
}

// recent is how many records back a state of some accounts is still read as
// "now, less the later lines".
const recent = 4096

// sources says how to read the reader's moment. What is known now comes from the
// day totals. An earlier state takes the later lines out again or adds the earlier
// ones up, whichever is less to read.
func (r *reader) sources(narrow bool) (first source, lessLater bool) {
	switch {
	case r.at.KnownAt == r.last:
		return r.fromDays(), false
	case narrow && r.at.KnownAt < r.last-recent:
		return r.fromAccounts(), false
	case !narrow && r.at.KnownAt <= r.last/2:
		return r.fromRecords(), false
	}
	return r.fromDays(), true
}

// sums adds up the turnover of the selected accounts, at the reader's moment, by
// the columns named. Rows without turnover are left out.
func (r *reader) sums(ctx context.Context, columns []string, c cond) ([]sum, error) {
	first, lessLater := r.sources(c.narrow)
	rows, err := r.scanSums(ctx, first, columns, c)
	if err != nil {
		return nil, err
	}
	if lessLater {
		later, err := r.scanSums(ctx, r.fromLater(), columns, c)
		if err != nil {
			return nil, err
		}
		for i := range later {
			later[i].debit, later[i].credit = -later[i].debit, -later[i].credit
		}
		rows = fold(append(rows, later...), func(s *sum) sum { return sum{id: s.id, group: s.group, key: s.key} })
	}
	rows = slices.DeleteFunc(rows, func(s sum) bool { return s.debit == 0 && s.credit == 0 })
	sortSums(rows)
	return rows, nil
}

// scanSums adds up per account first, in the order of the tables, and only then
// by the columns.
func (r *reader) scanSums(ctx context.Context, from source, columns []string, c cond) ([]sum, error) {
	inner, outer, group := "", "", ""
	if len(columns) > 0 {
		inner, outer = "k."+strings.Join(columns, ", k.")+", ", "t."+strings.Join(columns, ", t.")
		group = " GROUP BY " + outer
		outer += ", "
	}
	query := "SELECT " + outer + "CAST(coalesce(sum(t.debit), 0) AS BIGINT) AS debit, CAST(coalesce(sum(t.credit), 0) AS BIGINT) AS credit FROM (" +
		"SELECT " + inner + "sum(" + from.debit + ") AS debit, sum(" + from.credit + ") AS credit" +
		" FROM account_key k JOIN " + from.table + " d ON " + from.key() + " = k.id" +
		" WHERE " + r.mine(c.narrow) + " AND d.day <= ?" + from.where + " AND " + c.sql + " GROUP BY k.id) t" + group
	args := append([]any{r.day}, from.args...)
	var scan []sumScan
	if err := db.Fetch(ctx, r.q, &scan, query, append(args, c.args...)...); err != nil {
		return nil, fmt.Errorf("add up the accounts: %w", err)
	}
	out := make([]sum, len(scan))
	for i := range scan {
		out[i] = scan[i].sum()
	}
	return out, nil
}

// mine is the condition for the county's accounts: by name where few are wanted,
// else by number, so that they come in the order in which they are added up.
func (r *reader) mine(narrow bool) string {
	if narrow {
		return fmt.Sprintf("k.county = %d", r.county)
	}
	return fmt.Sprintf("k.id > %d AND k.id < %d", r.keyID(0), r.keyID(0)+1<<32)
}

// keyID is the stored number of an account: the county in the high 32 bits.
func (r *reader) keyID(id int32) int64 { return int64(r.county)<<32 + int64(id) }

// keyNumber is the number of an account within its county.
func keyNumber(id int64) int32 { return int32(id & (1<<31 - 1)) }

// codes names the lots of a list of sums.
func (r *reader) codes(ctx context.Context, ids []LotID) (lotCodes, error) {
	out := lotCodes{}
	var want [][]byte
	for i := range ids {
		if _, seen := out[ids[i]]; !seen && !ids[i].IsZero() {
			out[ids[i]] = ""
			want = append(want, ids[i][:])
		}
	}
	const chunk = 256
	for part := range slices.Chunk(want, chunk) {
		var rows []struct {
			ID   []byte
			Code string
		}
		marks, args := db.In(part)
		if err := db.Fetch(ctx, r.q, &rows, "SELECT id, code FROM lot WHERE county = ? AND id IN "+marks, append([]any{r.county}, args...)...); err != nil {
			return nil, fmt.Errorf("name the lots: %w", err)
		}
		for _, row := range rows {
			out[LotID(row.ID)] = row.Code
		}
	}
	return out, nil
}

func (r *reader) codesOf(ctx context.Context, list []sum) (lotCodes, error) {
	ids := make([]LotID, 0, 2*len(list))
	for i := range list {
		ids = append(ids, list[i].key.Lot, list[i].key.Peer)
	}
	return r.codes(ctx, ids)
}

// selected adds up a selection; when it finds nothing, every dimension must at
// least be known.
func (r *reader) selected(ctx context.Context, kq *KeyQuery, columns []string) ([]sum, lotCodes, error) {
	c, err := r.where(ctx, kq)
	if err != nil {
		return nil, nil, err
	}
	list, err := r.sums(ctx, columns, c)
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		if err := r.mustExist(ctx, kq); err != nil {
			return nil, nil, err
		}
	}
	codes, err := r.codesOf(ctx, list)
	return list, codes, err
}

// TrialBalance (试算平衡表) returns the turnover and balance of every account of a
// county at a moment, by lot or added up, with rule R1 checked per (book, group,
// lot) (DOMAIN 4.1). It reads every day total of the county once. Accounts whose
// turnover is zero on both sides are left out. ErrAt, county.unknown.
func TrialBalance(ctx context.Context, q bun.IDB, county int32, tq TrialQuery) (TrialReport, error) {
	r, err := newReader(ctx, q, county, tq.At)
	if err != nil {
		return TrialReport{}, err
	}
	tq.At = r.at
	list, codes, err := r.selected(ctx, &KeyQuery{}, []string{"grp", "book", "account", "sub", "lot"})
	if err != nil {
		return TrialReport{}, err
	}
	return trialReport(r.code, tq, list, codes), nil
}

// Balances (余额表) returns the turnover and balance of every selected account at
// a moment, in the order of CompareKeys; accounts without turnover are left out.
// A lot or account that does not exist is ErrLotUnknown or ErrAccount, and a
// dimension that no account carries is ErrKeyUnknown: an empty list means that
// the accounts exist and nothing has moved.
func Balances(ctx context.Context, q bun.IDB, county int32, kq KeyQuery, at At) (AccountList, error) {
	r, err := newReader(ctx, q, county, at)
	if err != nil {
		return AccountList{}, err
	}
	list, codes, err := r.selected(ctx, &kq, allColumns)
	if err != nil {
		return AccountList{}, err
	}
	out := AccountList{County: r.code, At: r.at, Rows: make([]AccountRow, len(list))}
	for i := range list {
		out.Rows[i] = accountRow(r.code, &list[i], codes)
	}
	return out, nil
}
