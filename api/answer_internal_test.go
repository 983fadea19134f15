package api

import (
	"encoding/json"
	"testing"

	"fundbook/ledger"
)

// TestAnswerIsWhatMarshalWrites: clients keep answers as bytes, and a replay must
// give the same ones.
func TestAnswerIsWhatMarshalWrites(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "C", "欣山镇", `quote " back \ slash`, "<b>&", "line\u2028sep", "tab\tnul\x00del\x7f", "𠀀", "é"} {
		rec := Recorded{County: text, Seq: 1 << 40, Count: 2, Entries: []RecordedEntry{
			{Seq: -1, ID: ledger.ID{1, 15: 255}, Event: ledger.EventCode(text), Step: text, Date: 20_000, Vouchers: []ledger.VoucherNo{}},
			{Seq: 7, ID: ledger.ID{15: 1}, Event: "E12", Date: -1, Vouchers: []ledger.VoucherNo{
				{Book: ledger.Book(text), Period: 202613, Word: text, No: 12}, {Book: "C", Period: 202601, Word: "记", No: 1},
			}},
		}}
		want, err := json.Marshal(&rec)
		if err != nil {
			t.Fatal(err)
		}
		if got := rec.appendEntries(nil); string(got) != string(want) {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}
