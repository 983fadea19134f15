package db

import (
	"context"
	"encoding/binary"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// pgPipe gathers prepared statements and sends them in one write with one Sync.
// Columns of a flush travel as arrays in PostgreSQL's binary form, written
// straight from the rows: no value is boxed or looked at by reflection.
type pgPipe struct {
	conn  *pgx.Conn
	batch pgconn.Batch
	buf   []byte   // the parameters of the statement being made
	ends  []int    // where each of them ends
	args  [][]byte // the same as slices
	err   error
}

// pipeBuffers are the buffers of pipes that were sent.
var pipeBuffers = sync.Pool{New: func() any { return new([]byte) }}

// binaryFormat says that every parameter is in binary form.
var binaryFormat = []int16{pgtype.BinaryFormatCode}

// add queues one statement; fill writes its parameters in order.
func (p *pgPipe) add(ctx context.Context, query string, fill func(p *pgPipe)) {
	if p.err != nil {
		return
	}
	prepared, err := p.conn.Prepare(ctx, query, query) // once a connection
	if err != nil {
		p.err = err
		return
	}
	p.buf, p.ends, p.args = p.buf[:0], p.ends[:0], p.args[:0]
	if fill != nil {
		fill(p)
	}
	from := 0
	for _, to := range p.ends {
		p.args = append(p.args, p.buf[from:to:to])
		from = to
	}
	p.batch.ExecStatement(prepared, p.args, binaryFormat, nil)
}

// send runs what was queued. Outside a transaction block the Sync at its end is
// the COMMIT: the statements are one transaction, which is on disk when this
// returns nil.
func (p *pgPipe) send(ctx context.Context) error {
	if p.err != nil {
		return p.err
	}
	return p.conn.PgConn().ExecBatch(ctx, &p.batch).Close()
}

func (p *pgPipe) end() { p.ends = append(p.ends, len(p.buf)) }

// int4, int8 and bytes write a parameter that is one value.
func (p *pgPipe) int4(v int32) { p.buf = binary.BigEndian.AppendUint32(p.buf, uint32(v)); p.end() }

func (p *pgPipe) int8(v int64)   { p.buf = binary.BigEndian.AppendUint64(p.buf, uint64(v)); p.end() }
func (p *pgPipe) bytes(v []byte) { p.buf = append(p.buf, v...); p.end() }

// list writes a parameter that is an array of n values of one type; item writes
// the i-th with one of the methods below.
func (p *pgPipe) list(oid uint32, n int, item func(i int)) {
	for _, v := range [...]uint32{1, 1, oid, uint32(n), 1} { // dimensions, may hold NULL, type, length, first index
		p.buf = binary.BigEndian.AppendUint32(p.buf, v)
	}
	for i := range n {
		item(i)
	}
	p.end()
}

func (p *pgPipe) item2(v int16) {
	p.buf = binary.BigEndian.AppendUint16(append(p.buf, 0, 0, 0, 2), uint16(v))
}

func (p *pgPipe) item4(v int32) {
	p.buf = binary.BigEndian.AppendUint32(append(p.buf, 0, 0, 0, 4), uint32(v))
}

func (p *pgPipe) item8(v int64) {
	p.buf = binary.BigEndian.AppendUint64(append(p.buf, 0, 0, 0, 8), uint64(v))
}

func (p *pgPipe) itemText(v string) {
	p.buf = append(binary.BigEndian.AppendUint32(p.buf, uint32(len(v))), v...)
}

func (p *pgPipe) itemBytes(v []byte) {
	p.buf = append(binary.BigEndian.AppendUint32(p.buf, uint32(len(v))), v...)
}

func (p *pgPipe) itemNull() { p.buf = append(p.buf, 0xff, 0xff, 0xff, 0xff) }
