package audit_test

import (
	"context"
	"errors"
	"testing"

	"fundbook/audit"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/translog"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

// forge writes records past the ledger's rules but through the county's writer:
// hashes, tiles and columns are all right, only what the records say is wrong.
func (s *store) forge(fn func(ctx context.Context, tx *db.Tx) error) {
	s.t.Helper()
	ctx := s.t.Context()
	b := s.db.NewBatch(db.NewCounty(360726))
	if err := b.Load(ctx); err != nil {
		s.t.Fatal(err)
	}
	call := db.Call{Actor: finance.ID, Command: "forged", Key: "forged-key-00000001", MAC: [16]byte{1}}
	if _, _, err := b.Run(ctx, call, s.clock.Load(), fn); err != nil {
		s.t.Fatal(err)
	}
	if err := b.Seal(); err != nil {
		s.t.Fatal(err)
	}
	if err := b.Commit(ctx); err != nil {
		s.t.Fatal(err)
	}
}

// forgedEntry writes an entry as it stands, with its rows; no is its voucher
// number when it is not to be the next.
func forgedEntry(h ledger.Head, no int64, lines ...ledger.Line) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		seq := tx.NextSeq()
		number := int32(h.Date.Year()*10000 + h.Date.Month()*100 + h.Date.Day())
		period := ledger.PeriodOf(h.Date, false)
		next, err := tx.Voucher(ctx, db.SeriesRow{Book: "C", Word: ledger.VoucherWord, Period: int32(period)}, seq)
		if err != nil {
			return err
		}
		if no != 0 {
			next = no
		}
		h.Vouchers = []ledger.VoucherNo{{Book: "C", Period: period, Word: ledger.VoucherWord, No: next}}
		e, err := ledger.NewEntry(h, lines)
		if err != nil {
			return err
		}
		for i, l := range lines {
			k := l.Key
			id, err := tx.Intern(ctx, &db.KeyRow{
				Lot: k.Lot, Peer: k.Peer, Group: ledger.GroupOf(k.Account).String(), Book: string(k.Book), Account: string(k.Account), Sub: k.Sub,
				Project: k.Project, Contract: k.Contract, Payee: k.Payee, Unit: k.Unit, Pool: k.Pool,
			})
			if err != nil {
				return err
			}
			tx.AddLine(db.LineRow{Seq: seq, Fen: int64(l.Amount), Key: id, Day: number, N: int16(i), Side: int8(l.Side)})
		}
		payload, err := audit.EncodeEntry(&e)
		if err != nil {
			return err
		}
		tx.AddRecord(ledger.KindEntry, int32(len(lines)), number, payload)
		return nil
	}
}

// TestSealedLiesAreNamed: records that are sealed and hashed in order, and break
// a rule of the ledger.
func TestSealedLiesAreNamed(t *testing.T) {
	t.Parallel()
	lot := lotID("A")
	key := func(c ledger.Code, sub string) ledger.Key {
		return ledger.Key{Book: "C", Account: c, Sub: sub, Lot: lot}
	}
	pair := func(debit, credit ledger.Key, amount string) []ledger.Line {
		return []ledger.Line{{Key: debit, Side: ledger.Debit, Amount: fen(amount)}, {Key: credit, Side: ledger.Credit, Amount: fen(amount)}}
	}
	unallocated := key("7101", "")
	department := key("7103", "")
	department.Unit = "交通局"
	issue := pair(unallocated, key("6101", "01.N"), "1.00")
	head := ledger.Head{Event: "E01", Date: day("2026-05-01")}
	with := func(fn func(h *ledger.Head)) ledger.Head {
		h := head
		fn(&h)
		return h
	}
	for _, c := range []struct {
		name, code string
		run        func(ctx context.Context, tx *db.Tx) error
	}{
		{"control", "", forgedEntry(head, 0, issue...)},
		{"more is allocated than there is", "guard.unit", forgedEntry(head, 0, pair(department, unallocated, "100000.00")...)},
		{"back-dated before the money was there", "guard.unit", forgedEntry(with(func(h *ledger.Head) { h.Date = day("2026-02-01") }), 0, pair(department, unallocated, "1.00")...)},
		{"cash moves without authority", "guard.unit", forgedEntry(head, 0, pair(key("1002", ""), key("4001", "01"), "1.00")...)},
		{"a closed period", "period.closed", forgedEntry(with(func(h *ledger.Head) { h.Date = day("2026-01-31") }), 0, issue...)},
		{"tomorrow", "entry.future", forgedEntry(with(func(h *ledger.Head) { h.Date = day("2026-06-16") }), 0, issue...)},
		{"a voucher number is left out", "voucher.number", forgedEntry(head, 9, issue...)},
		{"an entry that is not there is reversed", "reversal.link", forgedEntry(with(func(h *ledger.Head) { h.Reverses = 9999 }), 0, issue...)},
		{"a record that is no entry is reversed", "reversal.link", forgedEntry(with(func(h *ledger.Head) { h.Event, h.Reverses = "E23", 2 }), 0, issue...)},
		{"a reversal of other lines", "reversal.lines", forgedEntry(with(func(h *ledger.Head) { h.Event, h.Reverses = "E23", 6 }), 0, issue...)},
		{"a lot that is registered", "lot.duplicate", func(ctx context.Context, tx *db.Tx) error {
			q, err := tx.DB(ctx)
			if err != nil {
				return err
			}
			recs, err := db.RecordsOfKind(ctx, q, 360726, ledger.KindLot)
			if err != nil {
				return err
			}
			body := recs[0].Body
			tx.AddRecord(ledger.KindLot, 0, 0, body[len(body)-lotFields(body):])
			return nil
		}},
		{"an account without a name", "leaf.malformed", func(_ context.Context, tx *db.Tx) error {
			tx.AddRecord("user", 0, 0, []byte{1, 2, 3})
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.SQLite(t)
			s := newStore(t, d)
			s.lot("A", "1000.00")
			closeJanuary(s)
			s.forge(c.run)
			r := verify(t, d)
			named := c.code == "" && r.OK
			for _, b := range r.Bad {
				named = named || b.Code == c.code && b.Seq == r.Counties[0].Leaves
			}
			if !named {
				t.Errorf("want %q at %d, got %+v", c.code, r.Counties[0].Leaves, r.Bad)
			}
		})
	}
}

// lotFields is the length of the fields of a lot record.
func lotFields(body []byte) int {
	for n := range body {
		d := translog.NewDecoder(body[n:])
		if l, err := ledger.DecodeLot(d); err == nil && l.Code == "A" {
			return len(body) - n
		}
	}
	return 0
}

// TestOtherRoomsBringDecoders: records of a kind that nobody decodes are counted;
// a decoder that is given judges them, and the rows they stand for.
func TestOtherRoomsBringDecoders(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	s := newStore(t, d)
	s.forge(func(_ context.Context, tx *db.Tx) error {
		var enc translog.Encoder
		enc.Text("公告")
		payload, err := enc.Finish()
		tx.AddRecord("keepsake", 0, 0, payload)
		return err
	})
	r := verify(t, d)
	if !r.OK || r.Counties[0].Unknown["keepsake"] != 1 {
		t.Errorf("unknown kind: %+v", r)
	}
	full := func(dec audit.Decoder) audit.Report {
		r, err := audit.Verify(t.Context(), d, audit.Options{
			Full: true, Kinds: map[string]audit.Decoder{"keepsake": dec},
			Tables: []audit.Table{{Name: "policy2", Query: "SELECT 5 AS seq, '公告' AS title WHERE ? > 0"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	rows := func(text string) audit.Decoder {
		return func(_ translog.Header, dec *translog.Decoder) ([]audit.Row, error) {
			return []audit.Row{{Table: "policy2", Text: audit.RowText(dec.Text() + text)}}, dec.Err()
		}
	}
	if r := full(rows("")); !r.OK || len(r.Counties[0].Unknown) != 0 {
		t.Errorf("with its decoder: %+v", r)
	}
	codes := func(r audit.Report) (out []string) {
		for _, b := range r.Bad {
			out = append(out, b.Code)
		}
		return out
	}
	if diff := cmp.Diff([]string{"policy2.missing", "policy2.row"}, codes(full(rows("x")))); diff != "" {
		t.Errorf("another row (-want +got):\n%s", diff)
	}
	refuse := func(translog.Header, *translog.Decoder) ([]audit.Row, error) { return nil, errors.New("no") }
	if diff := cmp.Diff([]string{"leaf.malformed", "policy2.row"}, codes(full(refuse))); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
}
