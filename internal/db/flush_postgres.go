package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// flushPostgres sends the whole batch as one pipeline, head first: if the head
// has moved, everything after it is skipped by the server.
func (b *Batch) flushPostgres(ctx context.Context) error {
	if b.conn == nil {
		conn, err := b.db.Write.Conn(ctx)
		if err != nil {
			return err
		}
		b.conn = &conn
	}
	p := &pgx.Batch{}
	if !b.open {
		p.Queue("BEGIN")
		b.open = true
	}
	b.queueHead(p)
	b.queueKeys(p)
	b.queueLines(p)
	b.queueRecords(p)
	b.queueVouchers(p)
	b.queueDayTotals(p)
	for _, t := range b.tiles {
		p.Queue("INSERT INTO tile (county, level, n, data) VALUES ($1, $2, $3, $4)", b.c.No, t.Level, t.N, t.Data)
	}
	p.Queue("COMMIT")
	err := b.conn.Raw(func(dc any) error {
		return dc.(*stdlib.Conn).Conn().SendBatch(ctx, p).Close()
	})
	if err != nil {
		return fmt.Errorf("flush the batch: %w", err)
	}
	b.open = false
	return nil
}

const headSQL = `UPDATE head SET next_seq = CASE WHEN next_seq = $2 AND epoch = $3 THEN $4::bigint END,
 next_key = $5, next_series = $6, last_at = $7, frontier = $8 WHERE county = $1`

func (b *Batch) queueHead(p *pgx.Batch) {
	h := &b.after
	p.Queue(headSQL, b.c.No, b.start, b.epoch, h.NextSeq, h.NextKey, h.NextSeries, h.LastAt, b.frontier)
}

func (b *Batch) queueKeys(p *pgx.Batch) {
	for i := range b.keys {
		k := &b.keys[i].k
		p.Queue(`INSERT INTO account_key (county, id, lot, peer, grp, book, account, sub, project, contract, payee, unit, pool)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, b.c.No, b.keys[i].id, k.Lot[:], k.Peer[:], k.Group,
			k.Book, k.Account, k.Sub, k.Project, k.Contract, k.Payee, k.Unit, k.Pool)
	}
	for i := range b.series {
		s := &b.series[i]
		p.Queue("INSERT INTO voucher_series (county, id, period, book, word) VALUES ($1, $2, $3, $4, $5)",
			b.c.No, s.id, s.s.Period, s.s.Book, s.s.Word)
	}
}

func (b *Batch) queueLines(p *pgx.Batch) {
	n := len(b.lines)
	if n == 0 {
		return
	}
	seq, fen, key := make([]int64, n), make([]int64, n), make([]int64, n)
	day := make([]int32, n)
	num, side := make([]int16, n), make([]int16, n)
	for i := range b.lines {
		l := &b.lines[i]
		seq[i], fen[i], key[i], day[i], num[i], side[i] = l.Seq, l.Fen, l.Key, l.Day, l.N, int16(l.Side)
	}
	p.Queue(`INSERT INTO line (county, seq, fen, key, day, n, side)
 SELECT $1::int, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::smallint[], $7::smallint[])`,
		b.c.No, seq, fen, key, day, num, side)
}

func (b *Batch) queueRecords(p *pgx.Batch) {
	n := len(b.records)
	seq, at := make([]int64, n), make([]int64, n)
	lines, day, count := make([]int32, n), make([]*int32, n), make([]*int32, n)
	id, actor, mac, body := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	kind, command, key := make([]string, n), make([]*string, n), make([]*string, n)
	for i := range b.records {
		r := &b.records[i]
		seq[i], at[i], lines[i], id[i], actor[i], kind[i], body[i] = r.Seq, r.At, r.Lines, r.ID[:], r.Actor[:], r.Kind, r.Body
		if r.Day != 0 {
			day[i] = &r.Day
		}
		if r.First() {
			count[i], command[i], key[i], mac[i] = &r.Count, &r.Command, &r.Key, r.MAC
		}
	}
	p.Queue(`INSERT INTO record (county, seq, at, lines, day, count, id, actor, kind, command, key, mac, body)
 SELECT $1::int, * FROM unnest($2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::int[], $7::bytea[], $8::bytea[],
 $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[])`,
		b.c.No, seq, at, lines, day, count, id, actor, kind, command, key, mac, body)
}

func (b *Batch) queueVouchers(p *pgx.Batch) {
	n := len(b.vouchers)
	if n == 0 {
		return
	}
	seq, no, series := make([]int64, n), make([]int64, n), make([]int32, n)
	for i := range b.vouchers {
		v := &b.vouchers[i]
		seq[i], no[i], series[i] = v.seq, v.no, v.series
	}
	p.Queue("INSERT INTO voucher (county, seq, series, no) SELECT $1::int, * FROM unnest($2::bigint[], $3::int[], $4::bigint[])",
		b.c.No, seq, series, no)
}

func (b *Batch) queueDayTotals(p *pgx.Batch) {
	totals := dayTotals(b.lines)
	n := len(totals)
	if n == 0 {
		return
	}
	key, day := make([]int64, 0, n), make([]int32, 0, n)
	debit, credit := make([]int64, 0, n), make([]int64, 0, n)
	for k, t := range totals {
		key, day = append(key, k.key), append(day, k.day)
		debit, credit = append(debit, t.debit), append(credit, t.credit)
	}
	p.Queue(`INSERT INTO day_total (key, day, debit, credit)
 SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[])
 ON CONFLICT (key, day) DO UPDATE SET debit = day_total.debit + EXCLUDED.debit, credit = day_total.credit + EXCLUDED.credit`,
		key, day, debit, credit)
}
