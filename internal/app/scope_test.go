package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"fundbook/internal/auth"
	"fundbook/internal/db"
	"fundbook/internal/dbtest"
	"fundbook/internal/fault"
	"fundbook/ledger"
)

// TestTownshipStaysInItsOwnBook tries what a township account may and may not
// post: its own book and contracts, never another's, never the county's approval.
func TestTownshipStaysInItsOwnBook(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		p    ledger.Posting
		ok   bool
	}{
		{"its own", ledger.Posting{Event: "E25", Step: "pay", Township: "T1", Unit: "T1"}, true},
		{"the county's", ledger.Posting{Event: "E12"}, false},
		{"another book", ledger.Posting{Event: "E25", Step: "pay", Township: "T2", Unit: "T2"}, false},
		{"another's contract", ledger.Posting{Event: "E25", Step: "pay", Township: "T1", Unit: "T2"}, false},
		{"another's contract in a part", ledger.Posting{Event: "E25", Step: "pay", Township: "T1", Parts: []ledger.Part{{Unit: "T2"}}}, false},
		{"to another", ledger.Posting{Event: "E16t", Township: "T1", To: &ledger.Target{Unit: "T2"}}, false},
		{"approval of its own claim", ledger.Posting{Event: "E25", Step: "approve", Township: "T1", Unit: "T1"}, false},
	} {
		if err := (PostCmd{Items: []ledger.Posting{c.p}}).within("T1"); (err == nil) != c.ok {
			t.Errorf("%s: %v, want allowed %v", c.name, err, c.ok)
		}
	}
	if (PostCmd{Items: []ledger.Posting{{Event: "E25", Step: "pay"}}}).within("") == nil {
		t.Error("an account without a unit may post")
	}
}

// TestRefusalTellsNoLotOfAnother: a township learned from what an event was refused
// for whether a lot exists that is another's.
func TestRefusalTellsNoLotOfAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := openTest(t, d, t.TempDir())
		lot, other := testLot(1), testLot(2)
		a.must(t, "register-lot-0001", lot)
		a.must(t, "register-lot-0002", other)
		a.must(t, "issue-some-fen-01", issue(lot.ID, 1000))
		a.must(t, "issue-some-fen-02", issue(other.ID, 1000))
		a.must(t, "allot-to-its-own-1", PostCmd{Items: []ledger.Posting{allot(lot.ID, 500, "7104", "T2")}})
		a.must(t, "allot-to-another-1", PostCmd{Items: []ledger.Posting{allot(other.ID, 500, "7104", "T1")}})
		who := auth.Who{ID: [16]byte{15: 7}, Name: "乡镇", Role: auth.Township, County: testCounty, Unit: "T2"}
		try := func(id ledger.LotID, items int) *fault.Error {
			p := onJune("E20", "keep", id, 1, func(p *ledger.Posting) { p.Township = "T2" })
			c := PostCmd{}
			for range items {
				c.Items = append(c.Items, p)
			}
			_, err := a.Do(t.Context(), Request{County: testCounty, Who: who, Key: fmt.Sprintf("lot-%x-%d", id[:6], items), Raw: id[:]}, c)
			return fault.From(err)
		}
		if f := try(lot.ID, 1); f == nil || f.Is(ledger.ErrLotUnknown) {
			t.Errorf("its own lot: %v, want the refusal of its class", f)
		}
		for items := 1; items <= 2; items++ {
			unknown := ledger.LotID{1: 99}
			text := func(id ledger.LotID) string {
				f := try(id, items)
				fields, err := json.Marshal([][]fault.Field{f.FieldsIn("zh"), f.FieldsIn("en")})
				if err != nil {
					t.Fatal(err)
				}
				return strings.ReplaceAll(fmt.Sprint(f.Kind, f.Code, f.Message("zh"), f.Message("en"), string(fields), f.Err), id.String(), "LOT")
			}
			if got, want := text(other.ID), text(unknown); got != want || !strings.Contains(want, "lot_unknown") && !strings.Contains(want, ledger.ErrLotUnknown.ZH) {
				t.Errorf("another's lot: %s\nan unknown lot: %s", got, want)
			}
		}
	})
}
