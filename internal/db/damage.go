package db

import (
	"context"
	"fmt"

	"fundbook/internal/fault"
)

// ErrDamaged says that rows stand beyond a county's head, where the next record
// must go: somebody wrote to the database past the program. Nothing can be
// recorded until they are gone.
var ErrDamaged = fault.New(fault.Unavailable, "db.damaged", "账簿受损，暂停记账：日志头之外有程序以外写入的行；请运行 fundbook verify --full 查明，删去这些行或从备份恢复", "the store is damaged and takes no records: rows that the program did not write stand beyond the head of the log; run fundbook verify --full, then remove them or restore a backup")

// Damage returns ErrDamaged when lines or records of a county stand beyond its
// head, and names the first.
func (d *DB) Damage(ctx context.Context, county int32) error {
	var x struct {
		Code                      string
		NextSeq, Line, N, Records int64
	}
	err := d.Read.NewRaw(`SELECT h.code, h.next_seq,
 (SELECT coalesce(min(l.seq), 0) FROM line l WHERE l.county = h.county AND l.seq >= h.next_seq) AS line,
 (SELECT count(*) FROM line l WHERE l.county = h.county AND l.seq >= h.next_seq) AS n,
 (SELECT count(*) FROM record r WHERE r.county = h.county AND r.seq >= h.next_seq) AS records
 FROM head h WHERE h.county = ?`, county).Scan(ctx, &x)
	switch {
	case err != nil:
		return fmt.Errorf("look for rows beyond the head: %w", err)
	case x.N > 0:
		return ErrDamaged.With("县 %s 第 %d 条记录尚未记入，却有分录 %d 行（自第 %d 条起）没有凭证记录", x.Code, x.NextSeq, x.N, x.Line)
	case x.Records > 0:
		return ErrDamaged.With("县 %s 的日志头止于第 %d 条，其后另有 %d 条记录", x.Code, x.NextSeq-1, x.Records)
	}
	return nil
}
