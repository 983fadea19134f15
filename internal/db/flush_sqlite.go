package db

import (
	"context"
	"database/sql"
	"fmt"
)

// The statements of a flush on SQLite, prepared once per flush on its one
// connection.
const (
	liteHead   = "UPDATE head SET next_seq = CASE WHEN next_seq = ? AND epoch = ? THEN ? END, next_key = ?, next_series = ?, last_at = ?, frontier = ? WHERE county = ?"
	liteKey    = "INSERT INTO account_key (county, id, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
	liteSeries = "INSERT INTO voucher_series (county, id, period, book, word) VALUES (?,?,?,?,?)"
	liteLine   = "INSERT INTO line (county, seq, fen, key, day, n, side) VALUES (?,?,?,?,?,?,?)"
	liteRecord = "INSERT INTO record (county, seq, at, lines, day, count, id, actor, kind, command, key, mac, body) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
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
		if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		b.open = true
	}
	w := &liteWriter{ctx: ctx, conn: b.conn.Conn}
	h := &b.after
	w.each(liteHead, 1, func(int) []any {
		return []any{b.start, b.epoch, h.NextSeq, h.NextKey, h.NextSeries, h.LastAt, b.frontier, b.c.No}
	})
	b.writeKeys(w)
	b.writeEntries(w)
	w.each(liteTile, len(b.tiles), func(i int) []any {
		return []any{b.c.No, b.tiles[i].Level, b.tiles[i].N, b.tiles[i].Data}
	})
	if w.err != nil {
		return fmt.Errorf("flush the batch: %w", w.err)
	}
	if _, err := b.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("flush the batch: %w", err)
	}
	b.open = false
	return nil
}

func (b *Batch) writeKeys(w *liteWriter) {
	w.each(liteKey, len(b.keys), func(i int) []any {
		k := &b.keys[i].k
		return []any{b.c.No, b.keys[i].id, k.Lot[:], k.Peer[:], k.Group, k.Book, k.Account, k.Sub, k.Project, k.Contract, k.Payee, k.Unit, k.Pool}
	})
	w.each(liteSeries, len(b.series), func(i int) []any {
		s := &b.series[i]
		return []any{b.c.No, s.id, s.s.Period, s.s.Book, s.s.Word}
	})
}

func (b *Batch) writeEntries(w *liteWriter) {
	w.each(liteLine, len(b.lines), func(i int) []any {
		l := &b.lines[i]
		return []any{b.c.No, l.Seq, l.Fen, l.Key, l.Day, l.N, l.Side}
	})
	w.each(liteRecord, len(b.records), func(i int) []any {
		r := &b.records[i]
		var day, count, command, key, mac any
		if r.Day != 0 {
			day = r.Day
		}
		if r.First() {
			count, command, key, mac = r.Count, r.Command, r.Key, r.MAC
		}
		return []any{b.c.No, r.Seq, r.At, r.Lines, day, count, r.ID[:], r.Actor[:], r.Kind, command, key, mac, r.Body}
	})
	w.each(liteVouch, len(b.vouchers), func(i int) []any {
		v := &b.vouchers[i]
		return []any{b.c.No, v.seq, v.series, v.no}
	})
	totals := dayTotals(b.lines)
	rows := make([][]any, 0, len(totals))
	for k, t := range totals {
		rows = append(rows, []any{k.key, k.day, t.debit, t.credit})
	}
	w.each(liteDay, len(rows), func(i int) []any { return rows[i] })
}

// liteWriter runs one prepared statement for many rows and keeps the first
// error.
type liteWriter struct {
	ctx  context.Context
	conn *sql.Conn
	err  error
}

func (w *liteWriter) each(query string, n int, args func(i int) []any) {
	if n == 0 || w.err != nil {
		return
	}
	stmt, err := w.conn.PrepareContext(w.ctx, query)
	if err != nil {
		w.err = err
		return
	}
	for i := range n {
		if _, err := stmt.ExecContext(w.ctx, args(i)...); err != nil {
			w.err = err
			break
		}
	}
	if err := stmt.Close(); err != nil && w.err == nil {
		w.err = err
	}
}
