package audit

import (
	"fundbook/internal/translog"
	"fundbook/ledger"
)

// encodeEntry writes the fields of an entry, version 1, from the description of
// the format alone. It is a second implementation of the ledger's encoder: a leaf
// that decodes to an entry which does not encode to the same bytes has a second
// way to say the same thing, and so a place to hide a change.
func encodeEntry(enc *translog.Encoder, e *ledger.Entry) {
	enc.Text(string(e.Event))
	enc.Text(e.Step)
	enc.Day(int32(e.Date))
	enc.Day(int32(e.Business))
	enc.Bool(e.Period13)
	enc.Text(e.Memo)
	enc.Text(e.Decision)
	enc.Text(e.Waiver)
	enc.Uvarint(uint64(len(e.Attachments)))
	for _, d := range e.Attachments {
		enc.Digest(d)
	}
	enc.Varint(e.Reverses)
	enc.Text(string(e.Draw))
	for _, id := range []ledger.ID{e.Maker, e.Checker, e.Poster} {
		enc.ID(id)
	}
	enc.Uvarint(uint64(len(e.Vouchers)))
	for _, v := range e.Vouchers {
		enc.Text(string(v.Book))
		enc.Varint(int64(v.Period))
		enc.Text(v.Word)
		enc.Varint(v.No)
	}
	encodeLines(enc, e.Lines())
}

// encodeLines writes the tables of texts and lots, each in order of first use
// and numbered from 1, and then the lines, which refer to them.
func encodeLines(enc *translog.Encoder, lines []ledger.Line) {
	var texts table[string]
	var lots table[ledger.LotID]
	for i := range lines {
		for _, t := range lineTexts(&lines[i]) {
			texts.of(t)
		}
		lots.of(lines[i].Key.Lot)
		lots.of(lines[i].Key.Peer)
	}
	enc.Uvarint(uint64(len(texts.list)))
	for _, t := range texts.list {
		enc.Text(t)
	}
	enc.Uvarint(uint64(len(lots.list)))
	for _, id := range lots.list {
		enc.ID(id)
	}
	enc.Uvarint(uint64(len(lines)))
	for i := range lines {
		l := &lines[i]
		flags := uint64(0)
		if l.Side == ledger.Credit {
			flags |= 1
		}
		if l.Inferred {
			flags |= 2
		}
		enc.Uvarint(flags)
		enc.Varint(int64(l.Amount))
		for _, t := range lineTexts(l) {
			enc.Uvarint(texts.of(t))
		}
		enc.Uvarint(lots.of(l.Key.Lot))
		enc.Uvarint(lots.of(l.Key.Peer))
	}
}

func lineTexts(l *ledger.Line) [9]string {
	k := &l.Key
	return [9]string{string(k.Book), string(k.Account), k.Sub, k.Project, k.Contract, k.Payee, k.Unit, k.Pool, l.Note}
}

// table numbers what it sees from 1; 0 is the zero value. Few distinct values
// are searched, many are indexed.
type table[T comparable] struct {
	list  []T
	index map[T]uint64
}

func (t *table[T]) of(v T) uint64 {
	var zero T
	if v == zero {
		return 0
	}
	if t.index != nil {
		if no, ok := t.index[v]; ok {
			return no
		}
	} else {
		for i := range t.list {
			if t.list[i] == v {
				return uint64(i) + 1
			}
		}
	}
	t.list = append(t.list, v)
	no := uint64(len(t.list))
	switch {
	case t.index != nil:
		t.index[v] = no
	case no > 32:
		t.index = make(map[T]uint64, 64)
		for i := range t.list {
			t.index[t.list[i]] = uint64(i) + 1
		}
	}
	return no
}
