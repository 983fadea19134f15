package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

type lotKeyRow struct {
	ID                                                            int64
	Lot, Peer                                                     []byte
	Grp, Book, Account, Sub, Project, Contract, Payee, Unit, Pool string
}

func (r *lotKeyRow) key() KeyRow {
	return KeyRow{
		Lot: [16]byte(r.Lot), Peer: [16]byte(r.Peer), Group: r.Grp, Book: r.Book, Account: r.Account, Sub: r.Sub,
		Project: r.Project, Contract: r.Contract, Payee: r.Payee, Unit: r.Unit, Pool: r.Pool,
	}
}

// LotKeys returns the committed accounts of a lot by number.
func LotKeys(ctx context.Context, q bun.IDB, county int32, lot [16]byte) (map[int64]KeyRow, error) {
	return scanKeys(ctx, q.NewRaw(keyColumns+" WHERE county = ? AND lot = ?", county, lot[:]))
}

// lotKeys returns at most limit of the committed accounts of a lot.
func lotKeys(ctx context.Context, q bun.IDB, county int32, lot [16]byte, limit int) (map[int64]KeyRow, error) {
	return scanKeys(ctx, q.NewRaw(keyColumns+" WHERE county = ? AND lot = ? LIMIT ?", county, lot[:], limit))
}

// KeysWhere returns the accounts of a county that a condition on the columns of
// account_key (named k) selects.
func KeysWhere(ctx context.Context, q bun.IDB, county int32, where string, args ...any) (map[int64]KeyRow, error) {
	var rows []lotKeyRow
	if err := Fetch(ctx, q, &rows, keyColumns+" AS k WHERE k.county = ? AND ("+where+")", append([]any{county}, args...)...); err != nil {
		return nil, fmt.Errorf("read the accounts: %w", err)
	}
	return keysOf(rows)
}

// Keys returns every account of a county by number.
func Keys(ctx context.Context, q bun.IDB, county int32) (map[int64]KeyRow, error) {
	return scanKeys(ctx, q.NewRaw(keyColumns+" WHERE county = ?", county))
}

const keyColumns = "SELECT id, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool FROM account_key"

func scanKeys(ctx context.Context, q *bun.RawQuery) (map[int64]KeyRow, error) {
	var rows []lotKeyRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read the accounts: %w", err)
	}
	return keysOf(rows)
}

// keysOf refuses a row that no program of ours has written.
func keysOf(rows []lotKeyRow) (map[int64]KeyRow, error) {
	out := make(map[int64]KeyRow, len(rows))
	for i := range rows {
		if len(rows[i].Lot) != 16 || len(rows[i].Peer) != 16 {
			return nil, fmt.Errorf("account %d: a lot is not 16 bytes", rows[i].ID)
		}
		out[rows[i].ID] = rows[i].key()
	}
	return out, nil
}

// KeyUsed reports whether an actor has recorded a command under an idempotency key.
func KeyUsed(ctx context.Context, q bun.IDB, county int32, actor [16]byte, key string) (bool, error) {
	var n int
	slot := translog.Slot(actor, key)
	err := q.NewRaw("SELECT count(*) FROM record WHERE county = ? AND slot = ?", county, slot[:]).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look an idempotency key up: %w", err)
	}
	return n > 0, nil
}

// CountyRow is a county of the store.
type CountyRow struct {
	County   int32
	Code     string
	Name     string
	NextSeq  int64
	LastAt   int64
	Frontier []byte
}

// Counties lists the counties of the store in order of number.
func Counties(ctx context.Context, q bun.IDB) ([]CountyRow, error) {
	var rows []CountyRow
	err := q.NewRaw("SELECT county, code, name, next_seq, last_at, frontier FROM head ORDER BY county").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list the counties: %w", err)
	}
	return rows, nil
}

// FindCounty returns the county with a code, or ErrCounty.
func FindCounty(ctx context.Context, q bun.IDB, code string) (CountyRow, error) {
	var rows []CountyRow
	err := Fetch(ctx, q, &rows, "SELECT county, code, name, next_seq, last_at, frontier FROM head WHERE code = ?", code)
	if err != nil {
		return CountyRow{}, fmt.Errorf("find a county: %w", err)
	}
	if len(rows) == 0 {
		return CountyRow{}, ErrCounty.With("%s", code)
	}
	return rows[0], nil
}

// CountyByNo returns the county with a number, or ErrCounty.
func CountyByNo(ctx context.Context, q bun.IDB, no int32) (CountyRow, error) {
	var rows []CountyRow
	err := Fetch(ctx, q, &rows, "SELECT county, code, name, next_seq, last_at, frontier FROM head WHERE county = ?", no)
	if err != nil {
		return CountyRow{}, fmt.Errorf("find a county: %w", err)
	}
	if len(rows) == 0 {
		return CountyRow{}, ErrCounty.With("%06d", no)
	}
	return rows[0], nil
}

// Head says where the log of a county ends: its last record and the microsecond it
// was recorded at. Two heads that are equal stand for the same log.
type Head struct {
	Last, LastAt int64
}

// HeadNow reads the head of a county, or ErrCounty.
func HeadNow(ctx context.Context, d *DB, code string) (Head, error) {
	var h Head
	err := d.glanceRow(ctx, "SELECT next_seq - 1, last_at FROM head WHERE code = ?", []any{code}, &h.Last, &h.LastAt)
	if errors.Is(err, sql.ErrNoRows) {
		return Head{}, ErrCounty.With("%s", code)
	}
	return h, err
}

type recordRow struct {
	Seq, At int64
	Lines   int32
	Day     sql.NullInt32
	Kind    string
	Body    []byte
}

const recordColumns = "SELECT seq, at, lines, day, kind, body FROM record"

// record adds what the header in the body says.
func (r *recordRow) record() (Record, error) {
	d := translog.NewDecoder(r.Body)
	h := translog.DecodeHeader(d)
	if err := d.Err(); err != nil {
		return Record{}, fmt.Errorf("record %d: %w", r.Seq, err)
	}
	out := Record{
		Seq: r.Seq, At: r.At, Lines: r.Lines, Day: r.Day.Int32, Count: int32(h.Count), ID: h.ID, Actor: h.Actor,
		Kind: r.Kind, Command: h.Command, Slot: h.Slot, MAC: h.MAC, Body: r.Body,
	}
	return out, nil
}

// Records returns count records of a county from seq on, in order.
func Records(ctx context.Context, q bun.IDB, county int32, seq int64, count int) ([]Record, error) {
	return scanRecords(ctx, q.NewRaw(recordColumns+" WHERE county = ? AND seq >= ? ORDER BY seq LIMIT ?", county, seq, count))
}

// RecordsBySeq returns the records with the given numbers, in order of number.
func RecordsBySeq(ctx context.Context, q bun.IDB, county int32, seqs []int64) ([]Record, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	if len(seqs) > maxBound {
		return scanRecords(ctx, q.NewRaw(recordColumns+" WHERE county = ? AND seq IN (?) ORDER BY seq", county, bun.List(seqs)))
	}
	marks, args := In(seqs)
	var rows []recordRow
	err := Fetch(ctx, q, &rows, recordColumns+" WHERE county = ? AND seq IN "+marks+" ORDER BY seq", append([]any{county}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	return recordsOf(rows)
}

// maxBound is the longest list that is bound value by value; longer ones stand in
// the text.
const maxBound = 512

// RecordsOfKind returns a county's records of one kind, in order.
func RecordsOfKind(ctx context.Context, q bun.IDB, county int32, kind string) ([]Record, error) {
	return scanRecords(ctx, q.NewRaw(recordColumns+" WHERE county = ? AND kind = ? ORDER BY seq", county, kind))
}

func scanRecords(ctx context.Context, q *bun.RawQuery) ([]Record, error) {
	var rows []recordRow
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	return recordsOf(rows)
}

func recordsOf(rows []recordRow) ([]Record, error) {
	out := make([]Record, len(rows))
	for i := range rows {
		var err error
		if out[i], err = rows[i].record(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Span is a page of a county's log: at most Limit records after a sequence number.
type Span struct {
	County int32
	After  int64
	Limit  int
}

// RecordsOfKinds returns the records of several kinds in a span, in order.
func RecordsOfKinds(ctx context.Context, q bun.IDB, s Span, kinds []string) ([]Record, error) {
	return scanRecords(ctx, q.NewRaw(recordColumns+" WHERE county = ? AND seq > ? AND kind IN (?) ORDER BY seq LIMIT ?", s.County, s.After, bun.List(kinds), s.Limit))
}

// CommandOf returns the first record of the command that made a record.
func CommandOf(ctx context.Context, q bun.IDB, county int32, seq int64) (Record, error) {
	list, err := scanRecords(ctx, q.NewRaw(recordColumns+" WHERE county = ? AND seq <= ? AND slot IS NOT NULL ORDER BY seq DESC LIMIT 1", county, seq))
	if err != nil {
		return Record{}, err
	}
	if len(list) == 0 {
		return Record{}, fmt.Errorf("invariant: record %d of county %d belongs to no command", seq, county)
	}
	return list[0], nil
}
