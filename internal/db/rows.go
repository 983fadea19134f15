package db

import (
	"cmp"
	"slices"
)

// The rows that a batch buffers and Flush writes. They hold only integers,
// text and bytes: meaning belongs to the rooms.

// KeyRow names an account with its dimensions; it is interned as a small
// number per county.
type KeyRow struct {
	Lot, Peer [16]byte
	Group     string
	Book      string
	Account   string
	Sub       string
	Project   string
	Contract  string
	Payee     string
	Unit      string
	Pool      string
}

// texts lists the key's texts in the order of the columns grp to pool.
func (k *KeyRow) texts() [9]string {
	return [9]string{k.Group, k.Book, k.Account, k.Sub, k.Project, k.Contract, k.Payee, k.Unit, k.Pool}
}

type keyRow struct {
	id int64
	k  KeyRow
}

// LineRow is one line of an entry.
type LineRow struct {
	Seq  int64
	Fen  int64 // signed on its own side: negative is red
	Key  int64
	Day  int32 // yyyymmdd
	N    int16
	Side int8 // 1 debit, -1 credit
}

// Record is one row of the log. Its body is the leaf: the canonical bytes that
// are hashed, stored and never changed.
type Record struct {
	Seq     int64
	At      int64 // microseconds of UTC
	Lines   int32
	Day     int32 // voucher date of an entry, else 0
	Count   int32 // records of the command, on its first record only
	ID      [16]byte
	Actor   [16]byte
	Kind    string
	Command string   // first record only
	MAC     [16]byte // first record only
	Slot    [16]byte // of the idempotency key; first record only
	Body    []byte
	payload []byte
	version uint // of the payload, in the header
}

// First reports whether the record is the first of its command.
func (r *Record) First() bool { return r.Command != "" }

// SeriesRow names a series of voucher numbers.
type SeriesRow struct {
	Book, Word string
	Period     int32
}

type seriesRow struct {
	id int32
	s  SeriesRow
}

type voucherRow struct {
	seq    int64
	no     int64
	series int32
}

// dayTotal is what an account moved on a day.
type dayTotal struct {
	key           int64
	day           int32
	debit, credit int64
}

// dayTotals adds up the movements of the batch per account and day, in order of
// both: neighbours stand on the same pages. What one side of a day cannot hold is
// errDaySum (Range).
func dayTotals(lines []LineRow) ([]dayTotal, error) {
	if daysOff {
		return nil, nil
	}
	all := make([]dayTotal, len(lines))
	for i := range lines {
		l := &lines[i]
		all[i].key, all[i].day = l.Key, l.Day
		if l.Side > 0 {
			all[i].debit = l.Fen
		} else {
			all[i].credit = l.Fen
		}
	}
	slices.SortFunc(all, func(a, b dayTotal) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.day, b.day))
	})
	out := all[:0]
	for i := range all {
		t := &all[i]
		if n := len(out); n > 0 && out[n-1].key == t.key && out[n-1].day == t.day {
			last := &out[n-1]
			for _, side := range [...]struct {
				sum *int64
				fen int64
			}{{&last.debit, t.debit}, {&last.credit, t.credit}} {
				sum := *side.sum + side.fen
				if (*side.sum^sum)&(side.fen^sum) < 0 {
					return nil, errDaySum
				}
				*side.sum = sum
			}
			continue
		}
		out = append(out, *t)
	}
	return out, nil
}
