package payments

import (
	"fmt"
	"reflect"
	"testing"

	"fundbook/internal/dbtest"
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

// fill gives every field of a struct a value of its own, so that a field that
// moves, comes or goes changes the bytes.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("s%d", *n))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*n % 256))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("invariant: a fact cannot carry " + v.Type().String())
	}
}

// TestFactsOfClaimsKeepTheirBytes holds the format of every fact of claims, requests
// and waivers: UPDATE=1 writes it anew, which is a new version of the fact.
func TestFactsOfClaimsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	each := func(v reflect.Value) {
		var n int
		fill(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "facts_claim.golden", Format: "%s %x\n"}, each,
		&Evidence{}, &invoiceDrawn{}, &invoiceReleased{}, &Claim{}, &claimReviewed{}, &claimEnded{}, &claimAccepted{}, &claimRequested{},
		&claimMoved{}, &claimRefunded{}, &claimDisallowed{}, &claimApproved{}, &claimRevoked{}, &payfileClaim{}, &Request{}, &requestPaid{}, &requestReturned{},
		&requestVoid{}, &requestWrong{}, &Transfer{}, &Recovery{}, &debtReceived{}, &Waiver{}, &waiverApproved{}, &waiverRevoked{}, &WaiverUse{},
		&waiverReleased{}, &Invoice{}, &PayFile{},
	)
}

// TestSplittingAPaymentOverReceivers gives every receiver its part of the lots, in
// order, to the fen.
func TestSplittingAPaymentOverReceivers(t *testing.T) {
	t.Parallel()
	a, b := ledger.LotID{15: 1}, ledger.LotID{15: 2}
	lines := []PayLine{{"J1", a, 60}, {"J1", b, 30}, {"J2", a, 10}}
	payees := []Receiver{{No: 1, Amount: 70}, {No: 2, Amount: 25}, {No: 3, Amount: 5}}
	r := Request{Payees: payees, Lines: allot(payees, lines)}
	want := []RequestLine{{1, "J1", a, 60}, {1, "J1", b, 10}, {2, "J1", b, 20}, {2, "J2", a, 5}, {3, "J2", a, 5}}
	if diff := cmp.Diff(want, r.Lines); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(lines, r.linesOf([]int{1, 2, 3})); diff != "" {
		t.Error(diff)
	}
	if got := takeLines(lines, 65); sumLines(got) != 65 || len(got) != 2 || got[1].Amount != 5 {
		t.Errorf("65 of it: %v", got)
	}
}
