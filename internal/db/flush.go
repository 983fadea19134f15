package db

import (
	"context"
	"database/sql/driver"
)

// Flush makes the batch durable: it extends the log, writes every buffered row
// and commits. When it returns nil, everything is on disk. After an error the
// county's memory is dropped, and nothing of the batch is stored — unless the
// class of the error is Lost, when the outcome is unknown and the keys must be
// looked up.
func (b *Batch) Flush(ctx context.Context) error {
	defer b.release(ctx)
	if b.Empty() {
		return nil
	}
	if err := b.seal(); err != nil {
		b.c.drop()
		return err
	}
	if len(b.extras) > 0 {
		if err := b.runExtras(ctx); err != nil {
			b.c.drop()
			return err
		}
	}
	var err error
	if b.db.Engine == PostgreSQL {
		err = b.flushPostgres(ctx)
	} else {
		err = b.flushSQLite(ctx)
	}
	if err != nil {
		b.c.drop()
		return err
	}
	b.c.edge = b.edge
	return nil
}

func (b *Batch) runExtras(ctx context.Context) error {
	if err := b.begin(ctx); err != nil {
		return err
	}
	for _, fn := range b.extras {
		if err := fn(ctx, b.conn); err != nil {
			return err
		}
	}
	return nil
}

// Abandon ends a batch that is not to be flushed.
func (b *Batch) Abandon(ctx context.Context) {
	b.release(ctx)
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
