package audit

import (
	"bytes"
	"fmt"

	"fundbook/internal/translog"
	"fundbook/ledger"
)

// checkEntry decodes an entry's leaf, encodes it again, and compares it with its
// rows of the line table. The entry and the account numbers of its lines go into
// the item; the numbers are left out when a row differs.
func (s *scanner) checkEntry(r *rawRecord, d *translog.Decoder, lines []rawLine, it *item) {
	e, err := ledger.DecodeEntry(d)
	if err != nil {
		s.bad(r.seq, "leaf.malformed", "凭证内容不能还原：%v", err)
		return
	}
	it.entry = e
	translog.AppendHeader(&s.enc, it.head)
	encodeEntry(&s.enc, &it.entry)
	if again, err := s.enc.Finish(); err != nil || !bytes.Equal(r.body, again) {
		s.bad(r.seq, "leaf.not_canonical", "凭证内容重新编码后与原字节不同")
	}
	want := e.Lines()
	if r.lines != int64(len(want)) {
		s.bad(r.seq, "record.lines", "行数列为 %d，凭证有 %d 行", r.lines, len(want))
	}
	day := int64(e.Date.Number())
	if r.day != any(day) {
		s.bad(r.seq, "record.day", "日期列为 %v，凭证日期 %s", r.day, e.Date)
	}
	s.compareLines(r.seq, day, lines, it)
}

func (s *scanner) compareLines(seq, day int64, lines []rawLine, it *item) {
	want := it.entry.Lines()
	ids := s.ids(len(want))
	ok := len(lines) == len(want)
	next := 0
	for i := range want {
		for next < len(lines) && lines[next].n < int64(i) {
			s.bad(seq, "line.stray", "第 %d 行不属于凭证（编号 %d）", next+1, lines[next].n)
			next++
			ok = false
		}
		if next == len(lines) || lines[next].n != int64(i) {
			s.bad(seq, "line.missing", "缺第 %d 行：%s", i+1, lineText(&want[i]))
			ok = false
			continue
		}
		l := &lines[next]
		next++
		k, known := s.keys.get(l.key)
		switch w := &want[i]; {
		case !known:
			s.bad(seq, "line.key", "第 %d 行的账户编号 %d 不存在", i+1, l.key)
		case *k != w.Key:
			s.bad(seq, "line.account", "第 %d 行（账户编号 %d）为 %s 批次 %s，凭证为 %s 批次 %s", i+1, l.key, k, k.Lot, w.Key, w.Key.Lot)
		case l.fen != int64(w.Amount) || l.side != int64(w.Side):
			s.bad(seq, "line.amount", "第 %d 行为 %s %s，凭证为 %s %s", i+1, ledger.Side(l.side), ledger.Amount(l.fen), w.Side, w.Amount)
		case l.day != day:
			s.bad(seq, "line.day", "第 %d 行日期为 %d，凭证为 %d", i+1, l.day, day)
		default:
			ids[i] = int32(l.key)
			continue
		}
		ok = false
	}
	for ; next < len(lines); next++ {
		s.bad(seq, "line.stray", "多出第 %d 行（编号 %d）", next+1, lines[next].n)
		ok = false
	}
	if ok {
		it.ids = ids
	}
}

func lineText(l *ledger.Line) string {
	return fmt.Sprintf("%s %s %s", l.Side, l.Key, l.Amount)
}
