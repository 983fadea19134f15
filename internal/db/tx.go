package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"fundbook/internal/daysum"
	"fundbook/internal/fault"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// ErrKeyReused refuses an idempotency key that was used for another body.
var ErrKeyReused = fault.New(fault.Conflict, "idempotency.key_reused", "幂等键已用于另一份内容", "the idempotency key was used for another body")

// errMoved says that another process wrote the county; the batch starts again
// with fresh caches, holding the head row.
var errMoved = errors.New("the county's head moved")

// Call is what a command is run for: who, under which key, with which body.
type Call struct {
	Actor   [16]byte
	Command string
	Key     string
	MAC     [16]byte
	// Unit is the township to which the account is confined, "" for none. It is not
	// recorded: the actor is.
	Unit string
}

// Tx is one command's view of its county inside a batch. It carries the one
// timestamp, the actor and the source of identifiers. Commands must be
// re-runnable: they read and write only through it.
//
// What the batch has buffered is visible through Intern, Vector, Sum, Voucher
// and Remember; DB shows committed rows only.
type Tx struct {
	Call
	Now  int64 // microseconds of UTC, never before the county's last record
	b    *Batch
	mark mark
	undo []undo
}

type mark struct {
	records, lines, keys, series, vouchers, extras int
	nextSeq, nextKey, nextSeries                   int64
}

// undo is a change to the county's memory that a refused command takes back.
type undo struct {
	vec   *daysum.Vector
	day   int32
	net   int64
	thing any // key of a thing to put back as it was
	was   any
	had   bool
}

// County returns the county's code.
func (t *Tx) County() string { return t.b.c.head.Code }

// CountyNo returns the county's number, the first column of every table.
func (t *Tx) CountyNo() int32 { return t.b.c.No }

// Engine returns the database product.
func (t *Tx) Engine() Engine { return t.b.db.Engine }

// NewID returns a fresh UUIDv7. It panics when the system has no randomness: then
// nothing can go on.
func NewID() [16]byte { return uuid.Must(uuid.NewV7()) }

// NewID returns a fresh identifier.
func (t *Tx) NewID() [16]byte { return NewID() }

// DB returns the batch's database transaction for reading committed rows. It
// takes the county's head row first, so what it shows cannot move until the
// batch ends.
func (t *Tx) DB(ctx context.Context) (bun.IDB, error) {
	if err := t.b.begin(ctx); err != nil {
		return nil, err
	}
	return t.b.conn, nil
}

// NextSeq is the sequence number that the next record will take.
func (t *Tx) NextSeq() int64 { return t.b.c.head.NextSeq }

// Keyed is a digest of a text under the store's secret: equal texts are told by it,
// but nobody without the secret can guess the text, however short.
func (t *Tx) Keyed(domain, text string) [32]byte { return t.b.db.keyed(domain, []byte(text)) }

// Intern returns the number of an account, giving it one if it is new.
func (t *Tx) Intern(ctx context.Context, k *KeyRow) (int64, error) {
	if id, ok := t.b.c.keys[*k]; ok {
		return id, nil
	}
	return t.intern(ctx, *k)
}

// intern is the rare part of Intern: an account that is not in memory. Memory
// soon holds all accounts of the lot, and then a new one is known to be new
// without a question to the database.
func (t *Tx) intern(ctx context.Context, k KeyRow) (id int64, err error) {
	c := t.b.c
	whole, tried := c.whole[k.Lot]
	if !tried {
		if whole, err = t.loadLot(ctx, k.Lot); err != nil {
			return 0, err
		}
		if id, ok := c.keys[k]; ok {
			return id, nil
		}
	}
	err = sql.ErrNoRows
	if !whole {
		q, errDB := t.DB(ctx)
		if errDB != nil {
			return 0, errDB
		}
		err = q.NewRaw(`SELECT id FROM account_key WHERE county = ? AND lot = ? AND book = ? AND account = ? AND sub = ?
 AND project = ? AND contract = ? AND payee = ? AND unit = ? AND pool = ? AND peer = ?`,
			c.No, k.Lot[:], k.Book, k.Account, k.Sub, k.Project, k.Contract, k.Payee, k.Unit, k.Pool, k.Peer[:]).Scan(ctx, &id)
	}
	switch {
	case err == nil:
	case errors.Is(err, sql.ErrNoRows):
		id = int64(c.No)<<32 | c.head.NextKey
		c.head.NextKey++
		t.b.keys = append(t.b.keys, keyRow{id, k})
		c.vectors[id] = &daysum.Vector{}
	default:
		return 0, fmt.Errorf("look for an account: %w", err)
	}
	c.keys[k] = id
	return id, nil
}

// loadLot brings every stored account of a lot into memory, unless they are too
// many. Those that the batch made are there already.
func (t *Tx) loadLot(ctx context.Context, lot [16]byte) (whole bool, err error) {
	q, err := t.DB(ctx)
	if err != nil {
		return false, err
	}
	c := t.b.c
	keys, err := lotKeys(ctx, q, c.No, lot, maxLotKeys+1)
	if err != nil {
		return false, err
	}
	if whole = len(keys) <= maxLotKeys; whole {
		for id, k := range keys {
			c.keys[k] = id
		}
	}
	c.whole[lot] = whole
	return whole, nil
}

// Vector returns the movements of one account by effective day, buffered ones
// included, times sign; an account always has the same sign.
func (t *Tx) Vector(ctx context.Context, key int64, sign int64) (*daysum.Vector, error) {
	if v, ok := t.b.c.vectors[key]; ok {
		return v, nil
	}
	q, err := t.DB(ctx)
	if err != nil {
		return nil, err
	}
	v, err := scanVector(ctx, q.NewRaw("SELECT day, (debit - credit) * ? AS net FROM day_total WHERE key = ? ORDER BY day", sign, key))
	if err != nil {
		return nil, err
	}
	t.overlay(v, func(k int64) int64 {
		if k == key {
			return sign
		}
		return 0
	})
	t.b.c.vectors[key] = v
	return v, nil
}

// overlay adds the lines already buffered to a vector loaded from the table.
// Those of this command are taken back with it if it is refused.
func (t *Tx) overlay(v *daysum.Vector, sign func(key int64) int64) {
	for i := range t.b.lines {
		l := &t.b.lines[i]
		s := sign(l.Key)
		if s == 0 {
			continue
		}
		net := s * int64(l.Side) * l.Fen
		v.Add(l.Day, net)
		if i >= t.mark.lines {
			t.undo = append(t.undo, undo{vec: v, day: l.Day, net: net})
		}
	}
}

// HasVector returns the vector of an account if it is in memory: a movement
// that no guard can refuse need not load it.
func (t *Tx) HasVector(key int64) (*daysum.Vector, bool) {
	v, ok := t.b.c.vectors[key]
	return v, ok
}

// HasSum returns the vector of a sum if it is in memory.
func (t *Tx) HasSum(id SumID) (*daysum.Vector, bool) {
	v, ok := t.b.c.sums[id]
	return v, ok
}

// Sum returns the movements of a sum of accounts of one lot; sign says with
// which sign an account takes part, 0 for none.
func (t *Tx) Sum(ctx context.Context, id SumID, sign func(*KeyRow) int64) (*daysum.Vector, error) {
	if v, ok := t.b.c.sums[id]; ok {
		return v, nil
	}
	keys, err := t.LotKeys(ctx, id.Lot)
	if err != nil {
		return nil, err
	}
	signs := map[int64]int64{}
	for key, row := range keys {
		if s := sign(&row); s != 0 {
			signs[key] = s
		}
	}
	var rows []struct {
		Key int64
		Day int32
		Net int64
	}
	if err := t.b.conn.NewRaw(`SELECT d.key, d.day, d.debit - d.credit AS net FROM account_key k
 JOIN day_total d ON d.key = k.id WHERE k.county = ? AND k.lot = ? ORDER BY d.day`,
		t.b.c.No, id.Lot[:]).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("sum the accounts of a lot: %w", err)
	}
	v := &daysum.Vector{}
	for _, r := range rows {
		if s := signs[r.Key]; s != 0 {
			v.Add(r.Day, s*r.Net)
		}
	}
	t.overlay(v, func(k int64) int64 { return signs[k] })
	t.b.c.sums[id] = v
	return v, nil
}

// LotKeys returns every account of a lot by number, buffered new ones included.
func (t *Tx) LotKeys(ctx context.Context, lot [16]byte) (map[int64]KeyRow, error) {
	q, err := t.DB(ctx)
	if err != nil {
		return nil, err
	}
	out, err := LotKeys(ctx, q, t.b.c.No, lot)
	if err != nil {
		return nil, err
	}
	for _, k := range t.b.keys {
		if k.k.Lot == lot {
			out[k.id] = k.k
		}
	}
	return out, nil
}

// Move changes a vector of the county's memory; a refused command takes it back.
func (t *Tx) Move(v *daysum.Vector, day int32, net int64) {
	v.Add(day, net)
	t.undo = append(t.undo, undo{vec: v, day: day, net: net})
}

// Voucher gives the next number of a series to the record being written.
func (t *Tx) Voucher(ctx context.Context, s SeriesRow, seq int64) (int64, error) {
	c := t.b.c
	x, ok := c.series[s]
	if !ok {
		var err error
		if x, err = t.loadSeries(ctx, s); err != nil {
			return 0, err
		}
		c.series[s] = x
	}
	no := x.next
	x.next++
	t.b.vouchers = append(t.b.vouchers, voucherRow{seq: seq, no: no, series: x.id})
	return no, nil
}

func (t *Tx) loadSeries(ctx context.Context, s SeriesRow) (*series, error) {
	q, err := t.DB(ctx)
	if err != nil {
		return nil, err
	}
	c := t.b.c
	var row struct {
		ID   int32
		Last int64
	}
	err = q.NewRaw(`SELECT s.id, (SELECT coalesce(max(v.no), 0) FROM voucher v WHERE v.county = s.county AND v.series = s.id) AS last
 FROM voucher_series s WHERE s.county = ? AND s.book = ? AND s.period = ? AND s.word = ?`, c.No, s.Book, s.Period, s.Word).Scan(ctx, &row)
	switch {
	case err == nil:
		return &series{row.ID, row.Last + 1}, nil
	case errors.Is(err, sql.ErrNoRows):
		id := int32(c.head.NextSeries)
		c.head.NextSeries++
		t.b.series = append(t.b.series, seriesRow{id, s})
		return &series{id, 1}, nil
	default:
		return nil, fmt.Errorf("look for a voucher series: %w", err)
	}
}

// AddLine buffers one line.
func (t *Tx) AddLine(l LineRow) { t.b.lines = append(t.b.lines, l) }

// AddRecord buffers one record with the payload that follows its header. Lines
// of an entry must be buffered before it, with the sequence number NextSeq.
func (t *Tx) AddRecord(kind string, lines, day int32, payload []byte) (seq int64) {
	return t.add(Record{Lines: lines, Day: day, Kind: kind, version: 1, payload: payload})
}

// AddVersion buffers a record without lines whose fields are of a later version of
// its kind.
func (t *Tx) AddVersion(kind string, version uint, payload []byte) (seq int64) {
	return t.add(Record{Kind: kind, version: version, payload: payload})
}

func (t *Tx) add(r Record) (seq int64) {
	c := t.b.c
	r.Seq, r.At, r.ID, r.Actor = c.head.NextSeq, t.Now, t.NewID(), t.Actor
	c.head.NextSeq++
	t.b.records = append(t.b.records, r)
	return r.Seq
}

// Defer runs fn inside the flush, for rows of tables that are not buffered.
func (t *Tx) Defer(fn func(ctx context.Context, q bun.IDB) error) {
	t.b.extras = append(t.b.extras, fn)
}

// Recall returns a thing remembered for the county, or loads and remembers it.
// load reads committed rows only, so a thing made by this batch must have been
// remembered when it was made.
func (t *Tx) Recall(ctx context.Context, key any, load func(ctx context.Context, q bun.IDB) (any, error)) (any, error) {
	if v, ok := t.b.c.things[key]; ok {
		return v, nil
	}
	q, err := t.DB(ctx)
	if err != nil {
		return nil, err
	}
	v, err := load(ctx, q)
	if err == nil {
		t.b.c.things[key] = v
	}
	return v, err
}

// Remember keeps a thing that this command made or changed; it is forgotten if
// the command is refused.
func (t *Tx) Remember(key, thing any) {
	was, had := t.b.c.things[key]
	t.b.c.things[key] = thing
	t.undo = append(t.undo, undo{thing: key, was: was, had: had})
}

// ForgetIf forgets the things whose key a changed thing makes stale.
func (t *Tx) ForgetIf(stale func(key any) bool) {
	for k, v := range t.b.c.things {
		if stale(k) {
			delete(t.b.c.things, k)
			t.undo = append(t.undo, undo{thing: k, was: v, had: true})
		}
	}
}

// Buffered returns a record of this batch that is not committed yet.
func (t *Tx) Buffered(seq int64) (kind string, payload []byte, ok bool) {
	for i := range t.b.records {
		if r := &t.b.records[i]; r.Seq == seq {
			return r.Kind, r.payload, true
		}
	}
	return "", nil, false
}

// BufferedRecords calls fn for every record of this batch that is not committed
// yet, in order, until fn fails.
func (t *Tx) BufferedRecords(fn func(seq int64, kind string, payload []byte) error) error {
	for i := range t.b.records {
		r := &t.b.records[i]
		if err := fn(r.Seq, r.Kind, r.payload); err != nil {
			return err
		}
	}
	return nil
}

// NewKeys calls fn for every account that this batch numbered.
func (t *Tx) NewKeys(fn func(id int64, k *KeyRow)) {
	for i := range t.b.keys {
		fn(t.b.keys[i].id, &t.b.keys[i].k)
	}
}

// BufferedLines calls fn for every line of this batch.
func (t *Tx) BufferedLines(fn func(*LineRow)) {
	for i := range t.b.lines {
		fn(&t.b.lines[i])
	}
}
