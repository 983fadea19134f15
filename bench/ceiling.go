package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"fundbook/bench/load"

	"github.com/jackc/pgx/v5"
)

// The ceiling: the rows of an entry, four lines and a record of the usual size,
// sent by pgx as multi-row inserts into tables like ours without triggers,
// guards, log or idempotency.
const (
	rawTables = `DROP TABLE IF EXISTS raw_line, raw_record;
CREATE TABLE raw_line (LIKE line INCLUDING INDEXES);
CREATE TABLE raw_record (LIKE record INCLUDING INDEXES)`
	rawLines = `INSERT INTO raw_line (county, seq, fen, key, day, n, side)
 SELECT 1, * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::smallint[], $6::smallint[])`
	rawRecords = `INSERT INTO raw_record (county, at, lines, day, kind, seq, actor, slot, body)
 SELECT 1, 0, 4, 20260601, 'entry', * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[])`
	rawBody = 400 // bytes of a leaf
)

// rawShapes are the entries of one transaction, and the clients.
var rawShapes = []struct{ entries, clients int }{{1, 64}, {100, 8}, {1000, 8}}

func rawKey(entries int) Key { return Key{Stage: StageRounds, Name: "raw-" + strconv.Itoa(entries)} }

func (b *bench) ceiling(ctx context.Context, url string, round int) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, rawTables)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return err
	}
	var seq atomic.Int64
	for _, shape := range rawShapes {
		rate, err := rawRate(ctx, url, &seq, rawLoad{shape.entries, shape.clients, b.plan.Each})
		if err != nil {
			return fmt.Errorf("raw inserts: %w", err)
		}
		k := rawKey(shape.entries)
		b.report.Samples.add(k, round, rate)
		b.say("  %-9s %-26s %9.0f/s", "pgx", k.Name, rate)
	}
	return nil
}

type rawLoad struct {
	entries, clients int
	length           time.Duration
}

func rawRate(ctx context.Context, url string, seq *atomic.Int64, l rawLoad) (float64, error) {
	conns := make([]*pgx.Conn, l.clients)
	for i := range conns {
		var err error
		if conns[i], err = pgx.Connect(ctx, url); err != nil {
			return 0, err
		}
	}
	var done atomic.Int64
	errs := make([]error, l.clients)
	start := time.Now()
	var wg sync.WaitGroup
	for i, conn := range conns {
		wg.Go(func() {
			rows := newRawRows(l.entries)
			for errs[i] == nil && time.Since(start) < l.length {
				rows.fill(seq)
				if errs[i] = rows.send(ctx, conn); errs[i] == nil {
					done.Add(int64(l.entries))
				}
			}
			errs[i] = errors.Join(errs[i], conn.Close(ctx))
		})
	}
	wg.Wait()
	return load.Rate(int(done.Load()), time.Since(start)), errors.Join(errs...)
}

// rawRows are the columns of a transaction's rows.
type rawRows struct {
	rng                    *rand.Rand
	seq, lineSeq, fen, key []int64
	day                    []int32
	n, side                []int16
	actor, slot, body      [][]byte
}

func newRawRows(n int) *rawRows {
	r := &rawRows{
		rng: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
		seq: make([]int64, n), lineSeq: make([]int64, 4*n), fen: make([]int64, 4*n), key: make([]int64, 4*n), day: make([]int32, 4*n),
		n: make([]int16, 4*n), side: make([]int16, 4*n),
		actor: make([][]byte, n), slot: make([][]byte, n), body: make([][]byte, n),
	}
	for i := range n {
		r.actor[i], r.slot[i], r.body[i] = make([]byte, 16), make([]byte, 16), make([]byte, rawBody)
	}
	return r
}

func (r *rawRows) fill(seq *atomic.Int64) {
	first := seq.Add(int64(len(r.seq))) - int64(len(r.seq))
	for i := range r.seq {
		r.seq[i] = first + int64(i)
		for _, b := range [][]byte{r.slot[i], r.body[i][:200]} { // half of a leaf repeats
			for k := range b {
				b[k] = byte(r.rng.Uint32())
			}
		}
		for n := range 4 {
			l := 4*i + n
			r.lineSeq[l], r.n[l], r.side[l] = r.seq[i], int16(n), int16(1-n%2*2)
			r.fen[l], r.key[l], r.day[l] = 1+r.rng.Int64N(99_999), r.rng.Int64N(3_200), 20260601+r.rng.Int32N(3)
		}
	}
}

func (r *rawRows) send(ctx context.Context, conn *pgx.Conn) error {
	p := &pgx.Batch{}
	p.Queue("BEGIN")
	p.Queue(rawLines, r.lineSeq, r.fen, r.key, r.day, r.n, r.side)
	p.Queue(rawRecords, r.seq, r.actor, r.slot, r.body)
	p.Queue("COMMIT")
	return conn.SendBatch(ctx, p).Close()
}
