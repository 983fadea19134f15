package app

import (
	"reflect"
	"strings"
	"testing"

	"fundbook/ledger"
)

// TestPlainPostingsKeepTheirTags puts an excess into every field of a posting and
// of its part, one at a time: what the tags refuse is never taken for plain.
func TestPlainPostingsKeepTheirTags(t *testing.T) {
	t.Parallel()
	base := func() ledger.Posting {
		return ledger.Posting{Event: "E12", Step: "confirm", Date: 20000, Parts: []ledger.Part{{Lot: ledger.LotID{1}, Amount: 1}}}
	}
	if p := base(); !plain(&p) || validate(PostCmd{Items: []ledger.Posting{p}}) != nil {
		t.Fatal("control: the posting to start from is not plain or not valid")
	}
	refused := 0
	try := func(name string, p ledger.Posting) {
		err := validate(PostCmd{Items: []ledger.Posting{p}})
		if err != nil {
			refused++
		}
		if err != nil && plain(&p) {
			t.Errorf("%s: plain, but %v", name, err)
		}
	}
	for i := range reflect.TypeFor[ledger.Posting]().NumField() {
		for _, n := range []int{0, 5, 9, 17, 65, 81, 201, 401, 10_000} {
			p := base()
			excess(reflect.ValueOf(&p).Elem().Field(i), n)
			try(reflect.TypeFor[ledger.Posting]().Field(i).Name, p)
		}
	}
	for i := range reflect.TypeFor[ledger.Part]().NumField() {
		for _, n := range []int{0, 65, 401} {
			p := base()
			excess(reflect.ValueOf(&p.Parts[0]).Elem().Field(i), n)
			try("part "+reflect.TypeFor[ledger.Part]().Field(i).Name, p)
		}
	}
	if refused < 40 {
		t.Errorf("only %d excesses were refused: the test sees too little", refused)
	}
}

// excess sets a field to n of whatever it counts.
func excess(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("x", n))
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n, n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Bool:
		v.SetBool(n > 0)
	default: // counts nothing
	}
}
