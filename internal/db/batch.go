package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"

	"fundbook/internal/daysum"
	"fundbook/internal/fault"
	"fundbook/internal/translog"

	"github.com/uptrace/bun"
)

// ErrCounty says that the store does not keep the county asked for.
var ErrCounty = fault.New(fault.NotFound, "county.unknown", "没有这个县（账簿未建立）", "no such county in this store")

// Batch is what a county's writer runs in one database transaction: any number
// of commands, buffered in memory and flushed in one go. No database
// transaction is open until a command must read or the batch is flushed.
type Batch struct {
	db   *DB
	c    *County
	conn *bun.Conn // nil until begun; then it holds the head row

	records  []Record
	lines    []LineRow
	keys     []keyRow
	series   []seriesRow
	vouchers []voucherRow
	extras   []func(ctx context.Context, q bun.IDB) error
	undo     []undo // room for the list of the command that runs
	tiles    []translog.Tile
	start    int64 // next_seq when the batch began
	epoch    int64
	after    head         // what Commit writes to the head row; set by Seal
	frontier []byte       // the same
	before   func() error // waits for the batch before this one; see Follow
	open     bool         // the database transaction is open
	moved    bool
}

// NewBatch starts a batch on a county.
func (d *DB) NewBatch(c *County) *Batch {
	c.trim()
	return &Batch{db: d, c: c, start: c.head.NextSeq, epoch: c.head.Epoch}
}

// Follow lets the batch be built while the one before it commits: what that one
// did is in the county's memory already. Before this batch reads the database it
// calls wait; an error means that the earlier batch failed, and everything must
// start again.
func (b *Batch) Follow(wait func() error) { b.before = wait }

// Empty reports whether nothing was buffered.
func (b *Batch) Empty() bool { return len(b.records) == 0 && len(b.extras) == 0 }

// begin opens the database transaction and takes the head row. If the head is
// not where the memory says, the memory is dropped and errMoved returned: the
// caller starts the batch again, holding the row.
func (b *Batch) begin(ctx context.Context) error {
	if b.conn != nil {
		return nil
	}
	if b.before != nil {
		err := b.before()
		b.before = nil
		if err != nil {
			b.moved = true
			return errMoved
		}
	}
	h, err := b.takeHead(ctx)
	if err != nil {
		return err
	}
	if b.c.loaded() && h.NextSeq == b.start && h.Epoch == b.epoch {
		return nil
	}
	b.c.Drop()
	b.c.head = h
	if b.c.edge, err = LoadEdge(ctx, b.conn, b.c.No, h.Frontier); err != nil {
		return err
	}
	if size := b.c.edge.Size(); size != h.NextSeq-1 {
		b.c.Drop()
		return ErrDamaged.With("县 %s 的日志头止于第 %d 条，记录树止于第 %d 条：日志头被程序以外移动过", h.Code, h.NextSeq-1, size)
	}
	b.start, b.epoch = h.NextSeq, h.Epoch
	b.moved = true
	return errMoved
}

// takeHead opens the database transaction, takes the county's head row and
// returns it.
func (b *Batch) takeHead(ctx context.Context) (h head, err error) {
	conn, err := b.db.Write.Conn(ctx)
	if err != nil {
		return h, err
	}
	b.conn = &conn
	open, lock := "BEGIN", " FOR UPDATE"
	if b.db.Engine == SQLite {
		open, lock = "BEGIN IMMEDIATE", ""
	}
	if _, err := conn.ExecContext(ctx, open); err != nil {
		return h, err
	}
	b.open = true
	err = conn.NewRaw("SELECT code, name, next_seq, next_key, next_series, last_at, epoch, frontier FROM head WHERE county = ?"+lock, b.c.No).Scan(ctx, &h)
	if errors.Is(err, sql.ErrNoRows) {
		return h, ErrCounty.With("%06d", b.c.No)
	}
	return h, err
}

// Load makes sure that the county's memory is filled.
func (b *Batch) Load(ctx context.Context) error {
	if b.c.loaded() {
		return nil
	}
	if err := b.begin(ctx); err != nil && !errors.Is(err, errMoved) {
		return err
	}
	b.moved = false
	return nil
}

// LoadEdge rebuilds the right edge of county no's Merkle log from a frontier,
// the full tiles and the last records.
func LoadEdge(ctx context.Context, q bun.IDB, no int32, frontier []byte) (*translog.Edge, error) {
	f, err := translog.UnmarshalFrontier(frontier)
	if err != nil {
		return nil, err
	}
	return translog.RestoreEdge(f, Tiles(ctx, q, no), Leaves(ctx, q, no))
}

// Leaves returns the leaf hashes of county no as q shows its records.
func Leaves(ctx context.Context, q bun.IDB, no int32) translog.LeafSource {
	return func(from, to int64) ([]translog.Hash, error) {
		var bodies [][]byte
		err := q.NewRaw("SELECT body FROM record WHERE county = ? AND seq > ? AND seq <= ? ORDER BY seq", no, from, to).Scan(ctx, &bodies)
		if err != nil {
			return nil, fmt.Errorf("read the last records: %w", err)
		}
		out := make([]translog.Hash, len(bodies))
		for i, body := range bodies {
			out[i] = translog.LeafHash(body)
		}
		return out, nil
	}
}

// Tiles returns the full tiles of county no's log as q shows them.
func Tiles(ctx context.Context, q bun.IDB, no int32) translog.TileSource {
	return func(level int, n int64) ([]byte, error) {
		var data []byte
		err := q.NewRaw("SELECT data FROM tile WHERE county = ? AND level = ? AND n = ?", no, level, n).Scan(ctx, &data)
		if err != nil {
			return nil, fmt.Errorf("read tile %d/%d: %w", level, n, err)
		}
		return data, nil
	}
}

// Run runs one command in the batch. If it fails, nothing of it is left. It
// returns the command's records, with their bodies set when the batch is
// flushed. errors.Is(err, errMoved) asks for a restart: see Restart.
func (b *Batch) Run(ctx context.Context, call Call, now int64, fn func(ctx context.Context, tx *Tx) error) (first, count int, err error) {
	c := b.c
	t := &Tx{Call: call, Now: max(now, c.head.LastAt), b: b, undo: b.undo[:0]}
	defer func() { b.undo = t.undo }()
	t.mark = mark{
		len(b.records), len(b.lines), len(b.keys), len(b.series), len(b.vouchers), len(b.extras),
		c.head.NextSeq, c.head.NextKey, c.head.NextSeries,
	}
	err = guarded(ctx, t, fn)
	if err == nil && len(b.records) == t.mark.records {
		err = fmt.Errorf("invariant: command %s recorded nothing", call.Command)
	}
	if err != nil {
		if !b.moved {
			b.rollback(t)
		}
		return 0, 0, err
	}
	c.head.LastAt = t.Now
	head := &b.records[t.mark.records]
	head.Command, head.MAC, head.Slot = call.Command, call.MAC, translog.Slot(call.Actor, call.Key)
	head.Count = int32(len(b.records) - t.mark.records)
	c.replies[head.Slot] = reply{call.MAC, head.Seq, head.Count}
	return t.mark.records, int(head.Count), nil
}

// guarded runs a command's own code. A panic in it is the failure of this command,
// not of its neighbours and of the process.
func guarded(ctx context.Context, t *Tx, fn func(ctx context.Context, tx *Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("invariant: command %s panicked: %v\n%s", t.Command, p, debug.Stack())
		}
	}()
	return fn(ctx, t)
}

// rollback takes a refused command's changes back.
func (b *Batch) rollback(t *Tx) {
	c, m := b.c, t.mark
	for i := len(t.undo) - 1; i >= 0; i-- {
		if u := t.undo[i]; u.vec != nil {
			u.vec.Add(u.day, -u.net)
		} else if u.had {
			c.things[u.thing] = u.was
		} else {
			delete(c.things, u.thing)
		}
	}
	for i := len(b.vouchers) - 1; i >= m.vouchers; i-- {
		for _, s := range c.series {
			if s.id == b.vouchers[i].series {
				s.next = b.vouchers[i].no
			}
		}
	}
	for _, k := range b.keys[m.keys:] {
		delete(c.keys, k.k)
		delete(c.vectors, k.id)
	}
	for _, s := range b.series[m.series:] {
		delete(c.series, s.s)
	}
	b.records, b.lines, b.keys = b.records[:m.records], b.lines[:m.lines], b.keys[:m.keys]
	b.series, b.vouchers, b.extras = b.series[:m.series], b.vouchers[:m.vouchers], b.extras[:m.extras]
	c.head.NextSeq, c.head.NextKey, c.head.NextSeries = m.nextSeq, m.nextKey, m.nextSeries
}

// IsMoved reports whether err asks for the batch to start again.
func IsMoved(err error) bool { return errors.Is(err, errMoved) }

// Restart empties the batch after errMoved; the database transaction and the
// head row stay held, so the second run cannot be overtaken.
func (b *Batch) Restart() {
	b.records, b.lines, b.keys, b.series = nil, nil, nil, nil
	b.vouchers, b.extras, b.tiles, b.moved = nil, nil, nil, false
}

// Known looks an idempotency key up: in memory, and with lookup also in the
// table. A key used for another body is ErrKeyReused.
func (b *Batch) Known(ctx context.Context, call Call, lookup bool) (seq int64, count int32, found bool, err error) {
	slot := translog.Slot(call.Actor, call.Key)
	r, ok := b.c.replies[slot]
	if !ok && lookup {
		if err := b.begin(ctx); err != nil {
			return 0, 0, false, err
		}
		if r, ok, err = b.storedReply(ctx, slot); err != nil || !ok {
			return 0, 0, false, err
		}
		b.c.replies[slot] = r
	}
	if !ok {
		return 0, 0, false, nil
	}
	if r.mac != call.MAC {
		return 0, 0, false, ErrKeyReused.With("键 %q", call.Key)
	}
	return r.seq, r.count, true, nil
}

// storedReply reads what a slot stands for from the record that has it.
func (b *Batch) storedReply(ctx context.Context, slot [16]byte) (r reply, found bool, err error) {
	var row recordRow
	err = b.conn.NewRaw(recordColumns+" WHERE county = ? AND slot = ?", b.c.No, slot[:]).Scan(ctx, &row)
	if errors.Is(err, sql.ErrNoRows) {
		return reply{}, false, nil
	}
	if err != nil {
		return reply{}, false, fmt.Errorf("look an idempotency key up: %w", err)
	}
	rec, err := row.record()
	if err != nil {
		return reply{}, false, err
	}
	return reply{rec.MAC, rec.Seq, rec.Count}, true, nil
}

// Seal closes the batch: it writes the leaves, extends the Merkle log and notes
// what the head row will say. After it the next batch may be built.
func (b *Batch) Seal() error {
	c := b.c
	edge := c.edge.Clone()
	var enc translog.Encoder
	for i := range b.records {
		r := &b.records[i]
		h := translog.Header{Kind: r.Kind, Version: r.version, County: c.head.Code, Seq: r.Seq, ID: r.ID, At: r.At, Actor: r.Actor}
		if r.First() {
			h.Command, h.Slot, h.MAC, h.Count = r.Command, r.Slot, r.MAC, int64(r.Count)
		}
		translog.AppendHeader(&enc, h)
		head, err := enc.Finish()
		if err != nil {
			return err
		}
		r.Body = append(append(make([]byte, 0, len(head)+len(r.payload)), head...), r.payload...)
		if !logOff {
			b.tiles = edge.Append(translog.LeafHash(r.Body), b.tiles)
		}
	}
	front := edge.Frontier()
	var err error
	if b.frontier, err = front.MarshalBinary(); err != nil {
		return err
	}
	c.edge, b.after = edge, c.head
	return nil
}

// Records returns the records that Run told of, after the batch was flushed.
func (b *Batch) Records(first, count int) []Record { return b.records[first : first+count] }

// scanVector reads day and net in order of day.
func scanVector(ctx context.Context, q *bun.RawQuery) (*daysum.Vector, error) {
	var rows []struct {
		Day int32
		Net int64
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read the day totals: %w", err)
	}
	days, nets := make([]int32, len(rows)), make([]int64, len(rows))
	for i, r := range rows {
		days[i], nets[i] = r.Day, r.Net
	}
	return daysum.Load(days, nets), nil
}
