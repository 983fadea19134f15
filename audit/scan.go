package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"runtime"
	"sync"

	"fundbook/internal/db"
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// chunkRecords is how many records one worker reads at a time.
const chunkRecords = 2048

// item is one record after the checks that need nothing but itself.
type item struct {
	seq     int64
	present bool
	good    bool // head was decoded
	head    translog.Header
	hash    translog.Hash
	entry   ledger.Entry
	ids     []int32 // account numbers of the lines; nil when a row differs
	body    []byte  // of kinds other than entry
}

// chunk is a stretch of records in order of sequence.
type chunk struct {
	from, to int64
	items    []item
	found    []finding
	err      error
}

// scanner is one worker: it reads chunks on its own connection and checks each
// record by itself. Records and lines are only ever added, so chunks below the
// head that was read first are of one moment, whatever the connection.
type scanner struct {
	d      *db.DB
	county int32
	code   string
	keys   *keyTable
	enc    translog.Encoder
	lines  []rawLine
	found  []finding
	idBuf  []int32
}

func (s *scanner) bad(seq int64, code, format string, args ...any) {
	s.found = append(s.found, finding{seq, code, fmt.Sprintf(format, args...)})
}

// ids cuts room for n account numbers from a block.
func (s *scanner) ids(n int) []int32 {
	if n > cap(s.idBuf)-len(s.idBuf) {
		s.idBuf = make([]int32, 0, max(n, 4*chunkRecords))
	}
	at := len(s.idBuf)
	s.idBuf = s.idBuf[:at+n]
	return s.idBuf[at : at+n : at+n]
}

// scanAll reads the records from ≤ seq < to with as many workers as there are
// processors and calls fn with the chunks in order.
func scanAll(ctx context.Context, proto scanner, from, to int64, fn func(*chunk) error) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := max(2, runtime.GOMAXPROCS(0))
	type slot struct {
		c    chunk
		done chan struct{}
	}
	jobs := make(chan *slot)
	order := make(chan *slot, workers+2)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s := proto
			conn, err := openScan(ctx, s.d)
			if err == nil {
				defer conn.close()
			}
			for j := range jobs {
				if j.c.err = err; err == nil {
					j.c.err = s.read(ctx, conn, &j.c)
				}
				close(j.done)
			}
		}()
	}
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer close(order)
		defer close(jobs)
		for at := from; at < to; at += chunkRecords {
			j := &slot{chunk{from: at, to: min(at+chunkRecords, to)}, make(chan struct{})}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				j.c.err = ctx.Err()
				close(j.done)
				return
			}
		}
	}()
	for j := range order {
		<-j.done
		if j.c.err != nil {
			return j.c.err
		}
		if err := fn(&j.c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *scanner) read(ctx context.Context, conn *scanConn, c *chunk) error {
	s.found, s.idBuf = nil, nil
	var err error
	if s.lines, err = conn.lines(ctx, s.county, c.from, c.to, s.lines[:0]); err != nil {
		return err
	}
	for i := range s.lines {
		s.lines[i].key -= keyBase(s.county)
	}
	c.items = make([]item, c.to-c.from)
	for i := range c.items {
		c.items[i].seq = c.from + int64(i)
	}
	at := 0
	take := func(seq int64) []rawLine {
		for at < len(s.lines) && s.lines[at].seq < seq {
			s.bad(s.lines[at].seq, "line.orphan", "第 %d 行没有凭证记录", s.lines[at].n)
			at++
		}
		first := at
		for at < len(s.lines) && s.lines[at].seq == seq {
			at++
		}
		return s.lines[first:at]
	}
	err = conn.records(ctx, s.county, c.from, c.to, func(r *rawRecord) error {
		it := &c.items[r.seq-c.from]
		if it.present {
			s.bad(r.seq, "order.twice", "序号出现两次")
			return nil
		}
		s.record(r, take(r.seq), it)
		return nil
	})
	take(c.to)
	c.found = s.found
	return err
}

// record checks one record by itself: the header against the columns, the
// fields by decoding and encoding again, the lines against their rows.
func (s *scanner) record(r *rawRecord, lines []rawLine, it *item) {
	it.present = true
	it.hash = translog.LeafHash(r.body)
	d := translog.NewDecoder(r.body)
	it.head = translog.DecodeHeader(d)
	if err := d.Err(); err != nil {
		s.bad(r.seq, "leaf.malformed", "记录头不能还原：%v", err)
		return
	}
	it.good = true
	s.compareColumns(r, &it.head)
	if it.head.Kind != ledger.KindEntry {
		it.body = bytes.Clone(r.body)
		if len(lines) != 0 || r.lines != 0 || r.day != nil {
			s.bad(r.seq, "record.not_entry", "%s 记录不是凭证，却有分录 %d 行（行数列 %d，日期列 %v）", it.head.Kind, len(lines), r.lines, r.day)
		}
		return
	}
	if it.head.Version != 1 {
		s.bad(r.seq, "leaf.version", "凭证版本 %d 不识", it.head.Version)
		return
	}
	s.checkEntry(r, d, lines, it)
}

func (s *scanner) compareColumns(r *rawRecord, h *translog.Header) {
	if h.County != s.code {
		s.differ(r.seq, "county", s.code, h.County)
	}
	if h.Seq != r.seq {
		s.differ(r.seq, "seq", r.seq, h.Seq)
	}
	if h.Kind != r.kind {
		s.differ(r.seq, "kind", r.kind, h.Kind)
	}
	if h.At != r.at {
		s.differ(r.seq, "at", r.at, h.At)
	}
	if string(r.actor) != string(h.Actor[:]) {
		s.differ(r.seq, "actor", hex.EncodeToString(r.actor), hex.EncodeToString(h.Actor[:]))
	}
	var slot []byte
	if h.First() {
		slot = h.Slot[:]
	}
	if got, _ := r.slot.([]byte); !bytes.Equal(got, slot) || (r.slot == nil) != (slot == nil) {
		s.differ(r.seq, "slot", hex.EncodeToString(got), hex.EncodeToString(slot))
	}
}

func (s *scanner) differ(seq int64, column string, got, want any) {
	s.bad(seq, "record."+column, "%s 列为 %v，记录内容为 %v", column, got, want)
}
