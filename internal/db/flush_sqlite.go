package db

import (
	"context"
	"fmt"
)

// The statements of a flush on SQLite, prepared once on its one connection.
const (
	liteHead   = "UPDATE head SET next_seq = CASE WHEN next_seq = ? AND epoch = ? THEN ? END, next_key = ?, next_series = ?, last_at = ?, frontier = ? WHERE county = ?"
	liteKey    = "INSERT INTO account_key (county, id, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
	liteSeries = "INSERT INTO voucher_series (county, id, period, book, word) VALUES (?,?,?,?,?)"
	liteLine   = "INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (?,?,?,?,?,?,?)"
	liteRecord = "INSERT INTO record (county, seq, at, lines, day, actor, kind, slot, body) VALUES (?,?,?,?,?,?,?,?,?)"
	liteVouch  = "INSERT INTO voucher (county, seq, series, no) VALUES (?,?,?,?)"
	liteDay    = "INSERT INTO day_total (key, day, debit, credit) VALUES (?,?,?,?) ON CONFLICT (key, day) DO UPDATE SET debit = day_total.debit + excluded.debit, credit = day_total.credit + excluded.credit"
	liteTile   = "INSERT INTO tile (county, level, n, data) VALUES (?,?,?,?)"
)

// flushSQLite writes the batch with prepared statements in one BEGIN IMMEDIATE.
func (b *Batch) flushSQLite(ctx context.Context) error {
	if b.conn == nil {
		conn, err := b.db.Write.Conn(ctx)
		if err != nil {
			return err
		}
		b.conn = &conn
	}
	err := b.conn.Raw(func(dc any) error {
		w := &liteWriter{ctx: ctx, conn: dc.(*liteConn)}
		if !b.open {
			w.run("BEGIN IMMEDIATE")
			b.open = w.err == nil
		}
		b.writeHead(w)
		b.writeKeys(w)
		b.writeEntries(w)
		b.writeTiles(w)
		w.run("COMMIT")
		return w.err
	})
	if err != nil {
		return fmt.Errorf("flush the batch: %w", err)
	}
	b.open = false
	return nil
}

func (b *Batch) writeHead(w *liteWriter) {
	h := &b.after
	w.each(liteHead, 1, func(int) {
		w.ints(b.start, b.epoch, h.NextSeq, h.NextKey, h.NextSeries, h.LastAt)
		w.add(b.frontier)
		w.ints(int64(b.c.No))
	})
}

func (b *Batch) writeKeys(w *liteWriter) {
	w.each(liteKey, len(b.keys), func(i int) {
		k := &b.keys[i].k
		w.ints(int64(b.c.No), b.keys[i].id)
		w.add(k.Lot[:])
		w.add(k.Peer[:])
		texts := k.texts()
		w.texts(texts[:]...)
	})
	w.each(liteSeries, len(b.series), func(i int) {
		s := &b.series[i]
		w.ints(int64(b.c.No), int64(s.id), int64(s.s.Period))
		w.texts(s.s.Book, s.s.Word)
	})
}

func (b *Batch) writeEntries(w *liteWriter) {
	w.each(liteLine, len(b.lines), func(i int) {
		l := &b.lines[i]
		w.ints(int64(b.c.No), l.Seq, l.Fen, l.Key, int64(l.Day), int64(l.N), int64(l.Side))
	})
	w.each(liteRecord, len(b.records), func(i int) {
		r := &b.records[i]
		w.ints(int64(b.c.No), r.Seq, r.At, int64(r.Lines))
		if r.Day != 0 {
			w.ints(int64(r.Day))
		} else {
			w.add(nil)
		}
		w.add(r.Actor[:])
		w.texts(r.Kind)
		if r.First() {
			w.add(r.Slot[:])
		} else {
			w.add(nil)
		}
		w.add(r.Body)
	})
	w.each(liteVouch, len(b.vouchers), func(i int) {
		v := &b.vouchers[i]
		w.ints(int64(b.c.No), v.seq, int64(v.series), v.no)
	})
	totals, err := dayTotals(b.lines)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.each(liteDay, len(totals), func(i int) {
		t := &totals[i]
		w.ints(t.key, int64(t.day), t.debit, t.credit)
	})
}

func (b *Batch) writeTiles(w *liteWriter) {
	w.each(liteTile, len(b.tiles), func(i int) {
		t := &b.tiles[i]
		w.ints(int64(b.c.No), int64(t.Level), t.N)
		w.add(t.Data)
	})
}
