package ledger

import (
	"bytes"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

func leafEntry(t testing.TB) Entry {
	t.Helper()
	lot := LotID{1, 2, 3}
	d, err := NewDate(2026, 6, 1)
	if err != nil {
		t.Fatal(err)
	}
	key := func(account Code) Key {
		return Key{Book: County, Account: account, Lot: lot, Project: "J1", Contract: "H1", Payee: "甲公司", Unit: "交通局"}.keep()
	}
	pay := key("7204")
	pay.Sub = "P"
	e, err := NewEntry(Head{
		Event: "E12", Step: "confirm", Date: d, Business: d, Memo: "支付", Decision: "文号", Waiver: "豁免",
		Attachments: []Digest{{7}}, Reverses: 3, Draw: DrawProRata, Maker: ID{9},
		Vouchers: []VoucherNo{{County, 202606, VoucherWord, 12}},
	}, []Line{
		{Key: key("2001"), Side: Debit, Amount: 123, Note: "备注", Inferred: true},
		{Key: key("1001"), Side: Credit, Amount: 123},
		{Key: key("7302"), Side: Debit, Amount: 123},
		{Key: pay, Side: Credit, Amount: 123},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestEntryLeafRoundTrip keeps every field of an entry through its leaf.
func TestEntryLeafRoundTrip(t *testing.T) {
	t.Parallel()
	e := leafEntry(t)
	b, err := e.encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeEntry(translog.NewDecoder(b))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, back, cmp.AllowUnexported(Entry{})); diff != "" {
		t.Errorf("decode∘encode differs (-want +got):\n%s", diff)
	}
}

// FuzzEntryLeaf accepts only bytes that encode again to themselves, so an entry
// has one leaf.
func FuzzEntryLeaf(f *testing.F) {
	e := leafEntry(f)
	b, err := e.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	for i := range b {
		c := bytes.Clone(b)
		c[i] ^= 1
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := DecodeEntry(translog.NewDecoder(data))
		if err != nil {
			return
		}
		again, err := e.encode()
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("accepted %x, which encodes to %x, %v", data, again, err)
		}
	})
}

// TestTablesHoldNothingTwice refuses a table of texts with an item repeated or
// empty, which would give one entry several leaves.
func TestTablesHoldNothingTwice(t *testing.T) {
	t.Parallel()
	for name, table := range map[string]lineTable{
		"repeated text": {texts: []string{"C", "C"}},
		"empty text":    {texts: []string{""}},
		"repeated lot":  {lots: []LotID{{1}, {1}}},
		"zero lot":      {lots: []LotID{{}}},
	} {
		d := translog.NewDecoder(nil)
		table.refuseTwice(d)
		if d.Err() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	d := translog.NewDecoder(nil)
	(&lineTable{texts: []string{"C", "1001"}, lots: []LotID{{1}}}).refuseTwice(d)
	if d.Err() != nil {
		t.Errorf("control: %v", d.Err())
	}
}
