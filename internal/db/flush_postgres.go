package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
)

// flushPostgres sends the whole batch as one pipeline, head first: if the head
// has moved, everything after it is skipped by the server. The pipeline is a
// transaction of its own; where one is open already, COMMIT ends it.
func (b *Batch) flushPostgres(ctx context.Context) error {
	if b.conn == nil {
		conn, err := b.db.Write.Conn(ctx)
		if err != nil {
			return err
		}
		b.conn = &conn
	}
	totals, err := dayTotals(b.lines)
	if err != nil {
		return err
	}
	err = b.conn.Raw(func(dc any) error {
		buf := pipeBuffers.Get().(*[]byte)
		p := &pgPipe{conn: dc.(*stdlib.Conn).Conn(), buf: *buf}
		defer func() {
			*buf = p.buf
			pipeBuffers.Put(buf)
		}()
		b.queueHead(ctx, p)
		b.queueKeys(ctx, p)
		b.queueLines(ctx, p)
		b.queueRecords(ctx, p, totals)
		b.queueTiles(ctx, p)
		if b.open {
			p.add(ctx, "COMMIT", nil)
		}
		return p.send(ctx)
	})
	if err != nil {
		return fmt.Errorf("flush the batch: %w", err)
	}
	b.open = false
	return nil
}

const (
	pgHead = `UPDATE head SET next_seq = CASE WHEN next_seq = $2 AND epoch = $3 THEN $4::bigint END,
 next_key = $5, next_series = $6, last_at = $7, frontier = $8 WHERE county = $1`
	pgKeys = `INSERT INTO account_key (county, id, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool)
 SELECT $1::int, * FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[],
 $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])`
	pgSeries = `INSERT INTO voucher_series (county, id, period, book, word)
 SELECT $1::int, * FROM unnest($2::int[], $3::int[], $4::text[], $5::text[])`
	pgLines = `INSERT INTO line (county, seq, fen, key, day, n, side)
 SELECT $1::int, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::smallint[], $7::smallint[])`
	// Vouchers and day totals go with the records: a statement less is a twentieth of
	// the time of a single post.
	pgRecords = `WITH v AS (INSERT INTO voucher (county, seq, series, no)
 SELECT $1::int, * FROM unnest($10::bigint[], $11::int[], $12::bigint[])),
 d AS (INSERT INTO day_total (key, day, debit, credit)
 SELECT * FROM unnest($13::bigint[], $14::int[], $15::bigint[], $16::bigint[])
 ON CONFLICT (key, day) DO UPDATE SET debit = day_total.debit + EXCLUDED.debit, credit = day_total.credit + EXCLUDED.credit)
 INSERT INTO record (county, seq, at, lines, day, actor, kind, slot, body)
 SELECT $1::int, * FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::bytea[], $7::text[], $8::bytea[], $9::bytea[])`
	pgTile = "INSERT INTO tile (county, level, n, data) VALUES ($1, $2, $3, $4)"
)

func (b *Batch) queueHead(ctx context.Context, p *pgPipe) {
	h := &b.after
	p.add(ctx, pgHead, func(p *pgPipe) {
		p.int4(b.c.No)
		for _, v := range [...]int64{b.start, b.epoch, h.NextSeq, h.NextKey, h.NextSeries, h.LastAt} {
			p.int8(v)
		}
		p.bytes(b.frontier)
	})
}

func (b *Batch) queueKeys(ctx context.Context, p *pgPipe) {
	if n := len(b.keys); n > 0 {
		p.add(ctx, pgKeys, func(p *pgPipe) {
			p.int4(b.c.No)
			p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.keys[i].id) })
			p.list(pgtype.ByteaOID, n, func(i int) { p.itemBytes(b.keys[i].k.Lot[:]) })
			p.list(pgtype.ByteaOID, n, func(i int) { p.itemBytes(b.keys[i].k.Peer[:]) })
			for column := range len(b.keys[0].k.texts()) {
				p.list(pgtype.TextOID, n, func(i int) { p.itemText(b.keys[i].k.texts()[column]) })
			}
		})
	}
	if n := len(b.series); n > 0 {
		p.add(ctx, pgSeries, func(p *pgPipe) {
			p.int4(b.c.No)
			p.list(pgtype.Int4OID, n, func(i int) { p.item4(b.series[i].id) })
			p.list(pgtype.Int4OID, n, func(i int) { p.item4(b.series[i].s.Period) })
			p.list(pgtype.TextOID, n, func(i int) { p.itemText(b.series[i].s.Book) })
			p.list(pgtype.TextOID, n, func(i int) { p.itemText(b.series[i].s.Word) })
		})
	}
}

func (b *Batch) queueLines(ctx context.Context, p *pgPipe) {
	n := len(b.lines)
	if n == 0 {
		return
	}
	p.add(ctx, pgLines, func(p *pgPipe) {
		p.int4(b.c.No)
		p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.lines[i].Seq) })
		p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.lines[i].Fen) })
		p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.lines[i].Key) })
		p.list(pgtype.Int4OID, n, func(i int) { p.item4(b.lines[i].Day) })
		p.list(pgtype.Int2OID, n, func(i int) { p.item2(b.lines[i].N) })
		p.list(pgtype.Int2OID, n, func(i int) { p.item2(int16(b.lines[i].Side)) })
	})
}

func (b *Batch) queueRecords(ctx context.Context, p *pgPipe, totals []dayTotal) {
	n := len(b.records)
	p.add(ctx, pgRecords, func(p *pgPipe) {
		p.int4(b.c.No)
		p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.records[i].Seq) })
		p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.records[i].At) })
		p.list(pgtype.Int4OID, n, func(i int) { p.item4(b.records[i].Lines) })
		p.list(pgtype.Int4OID, n, func(i int) {
			if day := b.records[i].Day; day != 0 {
				p.item4(day)
			} else {
				p.itemNull()
			}
		})
		p.list(pgtype.ByteaOID, n, func(i int) { p.itemBytes(b.records[i].Actor[:]) })
		p.list(pgtype.TextOID, n, func(i int) { p.itemText(b.records[i].Kind) })
		p.list(pgtype.ByteaOID, n, func(i int) {
			if r := &b.records[i]; r.First() {
				p.itemBytes(r.Slot[:])
			} else {
				p.itemNull()
			}
		})
		p.list(pgtype.ByteaOID, n, func(i int) { p.itemBytes(b.records[i].Body) })
		b.voucherLists(p)
		dayLists(p, totals)
	})
}

func (b *Batch) voucherLists(p *pgPipe) {
	n := len(b.vouchers)
	p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.vouchers[i].seq) })
	p.list(pgtype.Int4OID, n, func(i int) { p.item4(b.vouchers[i].series) })
	p.list(pgtype.Int8OID, n, func(i int) { p.item8(b.vouchers[i].no) })
}

func dayLists(p *pgPipe, totals []dayTotal) {
	n := len(totals)
	p.list(pgtype.Int8OID, n, func(i int) { p.item8(totals[i].key) })
	p.list(pgtype.Int4OID, n, func(i int) { p.item4(totals[i].day) })
	p.list(pgtype.Int8OID, n, func(i int) { p.item8(totals[i].debit) })
	p.list(pgtype.Int8OID, n, func(i int) { p.item8(totals[i].credit) })
}

func (b *Batch) queueTiles(ctx context.Context, p *pgPipe) {
	for _, t := range b.tiles {
		p.add(ctx, pgTile, func(p *pgPipe) {
			p.int4(b.c.No)
			p.int4(int32(t.Level))
			p.int8(t.N)
			p.bytes(t.Data)
		})
	}
}
