package db

import (
	"context"
	"database/sql/driver"
)

// Flush seals the batch and commits it.
func (b *Batch) Flush(ctx context.Context) error {
	if err := b.Seal(); err != nil {
		b.release(ctx)
		return err
	}
	return b.Commit(ctx)
}

// Commit makes a sealed batch durable: it writes every buffered row and commits.
// When it returns nil, everything is on disk. After an error nothing of the batch
// is stored — unless the class of the error is Lost, when the outcome is unknown
// and the keys must be looked up — and the county's memory must be dropped.
// Commit does not touch that memory, so the next batch may be built meanwhile.
func (b *Batch) Commit(ctx context.Context) error {
	defer b.release(ctx)
	if b.Empty() {
		return nil
	}
	if len(b.extras) > 0 {
		if err := b.runExtras(ctx); err != nil {
			return err
		}
	}
	if b.db.Engine == PostgreSQL {
		return b.flushPostgres(ctx)
	}
	return b.flushSQLite(ctx)
}

// runExtras writes the rows that are not buffered; they go first.
func (b *Batch) runExtras(ctx context.Context) error {
	if b.conn == nil {
		h, err := b.takeHead(ctx)
		if err != nil {
			return err
		}
		if h.NextSeq != b.start || h.Epoch != b.epoch {
			return errMoved
		}
	}
	for _, fn := range b.extras {
		if err := fn(ctx, b.conn); err != nil {
			return err
		}
	}
	return nil
}

// Abandon ends a batch that is not to be flushed, and with it what the county's
// memory has of it.
func (b *Batch) Abandon(ctx context.Context) {
	b.release(ctx)
	b.c.Drop()
}

// release gives the connection back. A transaction still open is rolled back;
// a connection that cannot even do that is thrown away.
func (b *Batch) release(ctx context.Context) {
	if b.conn == nil {
		return
	}
	conn := b.conn
	b.conn = nil
	if b.open {
		b.open = false
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // the pool closes it
		}
	}
	_ = conn.Close() // a pooled connection: closing only hands it back
}
