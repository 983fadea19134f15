package audit

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/uptrace/bun"
)

// countyHead is the head row with what bounds the scan.
type countyHead struct {
	County                               int32
	Code, Name                           string
	NextSeq, NextKey, NextSeries, LastAt int64
	Frontier                             []byte
	// Of the record table.
	Records, First, Last int64
}

func loadHead(ctx context.Context, q bun.IDB, county int32) (countyHead, error) {
	var h countyHead
	err := q.NewRaw(`SELECT county, code, name, next_seq, next_key, next_series, last_at, frontier,
 (SELECT count(*) FROM record r WHERE r.county = h.county) AS records,
 (SELECT coalesce(min(seq), 0) FROM record r WHERE r.county = h.county) AS first,
 (SELECT coalesce(max(seq), 0) FROM record r WHERE r.county = h.county) AS last
 FROM head h WHERE county = ?`, county).Scan(ctx, &h)
	if err != nil {
		return h, fmt.Errorf("read the head of county %d: %w", county, err)
	}
	return h, nil
}

// keyBase is added to the number of an account within its county to make the one
// that the tables hold: the county stands in the high 32 bits.
func keyBase(county int32) int64 { return int64(county) << 32 }

// keyTable is account_key by number within the county.
type keyTable struct {
	keys  []ledger.Key // by id
	known []bool       // whether the table has the number
	used  []bool       // whether a line was met; only the fold's goroutine touches it
}

func (t *keyTable) get(id int64) (*ledger.Key, bool) {
	if id < 0 || id >= int64(len(t.keys)) || !t.known[id] {
		return nil, false
	}
	return &t.keys[id], true
}

// maxKeyGap bounds the table when a stored number is absurd.
const maxKeyGap = 1 << 20

func loadKeyTable(ctx context.Context, q bun.IDB, h *countyHead, f *finder) (*keyTable, error) {
	var rows []struct {
		ID                                                            int64
		Lot, Peer                                                     []byte
		Grp, Book, Account, Sub, Project, Contract, Payee, Unit, Pool string
	}
	err := q.NewRaw("SELECT id, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool FROM account_key WHERE county = ? ORDER BY id", h.County).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read the accounts: %w", err)
	}
	limit := int64(len(rows)) + maxKeyGap
	t := &keyTable{keys: make([]ledger.Key, 0, len(rows)+1), known: make([]bool, 0, len(rows)+1)}
	seen := make(map[ledger.Key]int64, len(rows))
	want := int64(1)
	for i := range rows {
		r := &rows[i]
		r.ID -= keyBase(h.County)
		if r.ID != want || r.ID >= h.NextKey {
			f.addf(0, "key.number", "账户编号 %d，应为 %d（下一编号 %d）", r.ID, want, h.NextKey)
		}
		want = r.ID + 1
		if r.ID < 0 || r.ID > limit || len(r.Lot) != 16 || len(r.Peer) != 16 {
			f.addf(0, "key.malformed", "账户编号 %d：编号、批次或对方批次不合规格", r.ID)
			continue
		}
		k := ledger.Key{
			Book: ledger.Book(r.Book), Account: ledger.Code(r.Account), Sub: r.Sub, Lot: ledger.LotID(r.Lot), Project: r.Project,
			Contract: r.Contract, Payee: r.Payee, Unit: r.Unit, Pool: r.Pool, Peer: ledger.LotID(r.Peer),
		}
		if g := ledger.GroupOf(k.Account); g == 0 || g.String() != r.Grp {
			f.addf(0, "key.group", "账户编号 %d %s：账组为 %q，应为 %s", r.ID, k, r.Grp, g)
		}
		if other, dup := seen[k]; dup {
			f.addf(0, "key.duplicate", "账户编号 %d 与 %d 含义相同：%s", other, r.ID, k)
		}
		seen[k] = r.ID
		for int64(len(t.keys)) <= r.ID {
			t.keys, t.known = append(t.keys, ledger.Key{}), append(t.known, false)
		}
		t.keys[r.ID], t.known[r.ID] = k, true
	}
	if want != h.NextKey {
		f.addf(0, "key.number", "账户编号至 %d，日志头的下一编号为 %d", want-1, h.NextKey)
	}
	t.used = make([]bool, len(t.keys))
	return t, nil
}

// headNote is a row of signed_head.
type headNote struct {
	Size int64
	Note string
}

func loadHeadNotes(ctx context.Context, q bun.IDB, county int32) ([]headNote, error) {
	var rows []headNote
	if err := q.NewRaw("SELECT size, note FROM signed_head WHERE county = ? ORDER BY size", county).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read the signed heads: %w", err)
	}
	return rows, nil
}

// tileSource reads tiles; a missing one is nil.
func tileSource(ctx context.Context, q bun.IDB, county int32) translog.TileSource {
	read := db.Tiles(ctx, q, county)
	return func(level int, n int64) ([]byte, error) {
		data, err := read(level, n)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return data, err
	}
}

type tileCount struct {
	Level   int
	Tiles   int64
	Highest int64
}

func loadTileCounts(ctx context.Context, q bun.IDB, county int32) ([]tileCount, error) {
	var rows []tileCount
	err := q.NewRaw("SELECT level, count(*) AS tiles, max(n) AS highest FROM tile WHERE county = ? GROUP BY level ORDER BY level", county).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count the tiles: %w", err)
	}
	return rows, nil
}

type strayRow struct {
	Seq  int64
	Rows int64
}

// loadStray returns lines whose record does not exist and records beyond the
// head, a hundred at most.
func loadStray(ctx context.Context, q bun.IDB, h *countyHead) (lines, records []strayRow, err error) {
	err = q.NewRaw(`SELECT seq, count(*) AS rows FROM line WHERE county = ? AND (seq >= ? OR seq < 1) GROUP BY seq ORDER BY seq LIMIT 100`,
		h.County, h.NextSeq).Scan(ctx, &lines)
	if err == nil {
		err = q.NewRaw(`SELECT seq, 1 AS rows FROM record WHERE county = ? AND (seq >= ? OR seq < 1) ORDER BY seq LIMIT 100`, h.County, h.NextSeq).Scan(ctx, &records)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("look for rows beyond the head: %w", err)
	}
	return lines, records, nil
}

// foreignRows names tables with rows of counties that have no head. It jumps from
// county to county by the key, so it costs nothing on a long table.
func foreignRows(ctx context.Context, q bun.IDB) ([]string, error) {
	const jump = `WITH RECURSIVE c(v) AS (SELECT min(county) FROM ?0
 UNION ALL SELECT (SELECT min(county) FROM ?0 WHERE county > v) FROM c WHERE v IS NOT NULL)
 SELECT v FROM c WHERE v IS NOT NULL AND v NOT IN (SELECT county FROM head) ORDER BY v LIMIT 10`
	const jumpKeys = `WITH RECURSIVE c(v) AS (SELECT min(key) / 4294967296 FROM day_total
 UNION ALL SELECT (SELECT min(key) / 4294967296 FROM day_total WHERE key >= (v + 1) * 4294967296) FROM c WHERE v IS NOT NULL)
 SELECT v FROM c WHERE v IS NOT NULL AND v NOT IN (SELECT county FROM head) ORDER BY v LIMIT 10`
	var out []string
	for _, t := range []string{"record", "line", "account_key", "voucher", "voucher_series", "reversal", "merger", "tile", "signed_head", "lot", "period_close", "policy", "document", "division", "notice", "dossier", "dossier_fact", "roster_row", "day_total"} {
		query := q.NewRaw(jump, bun.Ident(t))
		if t == "day_total" {
			query = q.NewRaw(jumpKeys)
		}
		var rows []int64
		if err := query.Scan(ctx, &rows); err != nil {
			return nil, fmt.Errorf("look for rows of unknown counties in %s: %w", t, err)
		}
		for _, c := range rows {
			out = append(out, fmt.Sprintf("表 %s 有县 %d 的行，但没有该县", t, c))
		}
	}
	return out, nil
}

// eachRow calls fn with every row of a query rendered as text: the sequence
// number apart, the other columns joined.
func eachRow(ctx context.Context, q bun.IDB, t *Table, county int32, fn func(seq int64, text string)) error {
	var args []any
	if strings.Contains(t.Query, "?") {
		args = append(args, county)
	}
	rows, err := q.QueryContext(ctx, t.Query, args...)
	if err != nil {
		return fmt.Errorf("read table %s: %w", t.Name, err)
	}
	defer func() { _ = rows.Close() }() // what went wrong, rows.Err tells
	cols, err := rows.Columns()
	if err != nil {
		return fmt.Errorf("read table %s: %w", t.Name, err)
	}
	vals, ptrs := make([]any, len(cols)), make([]any, len(cols))
	for i := range vals {
		ptrs[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return fmt.Errorf("read table %s: %w", t.Name, err)
		}
		seq, _ := vals[0].(int64)
		fn(seq, RowText(vals[1:]...))
	}
	return rows.Err()
}

// RowText joins the columns of a row into the text by which rows are compared.
// Numbers are decimal, byte strings hexadecimal, NULL is a NUL byte.
func RowText(cols ...any) string {
	var b strings.Builder
	for i, c := range cols {
		if i > 0 {
			b.WriteByte(0x1f)
		}
		switch c := c.(type) {
		case nil:
			b.WriteByte(0)
		case int64:
			b.WriteString(strconv.FormatInt(c, 10))
		case int32:
			b.WriteString(strconv.FormatInt(int64(c), 10))
		case int:
			b.WriteString(strconv.Itoa(c))
		case string:
			b.WriteString(c)
		case []byte:
			b.WriteString("x" + hex.EncodeToString(c))
		default:
			fmt.Fprintf(&b, "%v", c)
		}
	}
	return b.String()
}

type seriesRow struct {
	ID     int64
	Period int32
	Book   string
	Word   string
}

func loadSeries(ctx context.Context, q bun.IDB, county int32) ([]seriesRow, error) {
	var rows []seriesRow
	if err := q.NewRaw("SELECT id, period, book, word FROM voucher_series WHERE county = ? ORDER BY id", county).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read the voucher series: %w", err)
	}
	return rows, nil
}

// firstLine returns the first record that moved an account on a day, or 0.
func firstLine(ctx context.Context, q bun.IDB, county int32, key, day int64) int64 {
	var seq int64
	if err := q.NewRaw("SELECT coalesce(min(seq), 0) FROM line WHERE key = ? AND day = ?", keyBase(county)+key, day).Scan(ctx, &seq); err != nil {
		return 0 // the place only helps the reader
	}
	return seq
}

// eachVoucher and eachDayTotal stream the two large derived tables in order.
func eachVoucher(ctx context.Context, q bun.IDB, county int32, fn func(series, no, seq int64)) error {
	const query = "SELECT series, no, seq FROM voucher WHERE county = ? ORDER BY series, no"
	return eachInts(ctx, q, func(v []int64) { fn(v[0], v[1], v[2]) }, query, county)
}

func eachDayTotal(ctx context.Context, q bun.IDB, county int32, fn func(key, day, debit, credit int64)) error {
	const query = "SELECT key, day, debit, credit FROM day_total WHERE key >= ? AND key < ? ORDER BY key, day"
	base := keyBase(county)
	return eachInts(ctx, q, func(v []int64) { fn(v[0]-base, v[1], v[2], v[3]) }, query, base, keyBase(county+1))
}

func eachInts(ctx context.Context, q bun.IDB, fn func([]int64), query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read a derived table: %w", err)
	}
	defer func() { _ = rows.Close() }() // what went wrong, rows.Err tells
	var vals [4]any
	var ints [4]int64
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	ptrs := make([]any, len(cols))
	for i := range ptrs {
		ptrs[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return fmt.Errorf("read a derived table: %w", err)
		}
		for i := range ptrs {
			n, ok := vals[i].(int64)
			if !ok {
				return errColumn
			}
			ints[i] = n
		}
		fn(ints[:len(ptrs)])
	}
	return rows.Err()
}
