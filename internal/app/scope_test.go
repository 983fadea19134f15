package app

import (
	"testing"

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
