package projects

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

// filled sets every field of a value to something that tells fields apart, so that
// a field that moves changes the bytes.
func filled(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("t%d", *n))
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*n))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		filled(v.Index(0), n)
	case reflect.Struct:
		for i := range v.NumField() {
			filled(v.Field(i), n)
		}
	default:
		v.SetInt(int64(*n))
	}
}

// TestFactBytesOfPlans holds the bytes of every fact and state of plans, contracts
// and loans: a change of them is a new version of the kind.
func TestFactBytesOfPlans(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, v := range []any{
		&Catalog{}, &NegativeList{}, &LoadedLists{}, &yearStated{}, &YearInputs{}, &fundingPlanned{}, &fundingRecovered{}, &Funding{}, &planAdopted{}, &planAdjusted{}, &Plan{},
		&contractSigned{}, &contractChanged{}, &contractFunded{}, &contractStep{}, &contractAccepted{}, &contractSettled{}, &contractTerminated{},
		&contractGuaranteed{}, &contractRepaired{}, &contractDefect{}, &Contract{}, &Loan{}, &LoanTerm{}, &loanOverdue{}, &LoanRepaid{},
	} {
		n := 0
		filled(reflect.ValueOf(v).Elem(), &n)
		var e translog.Encoder
		translog.AppendFields(&e, v)
		body, err := e.Finish()
		if err != nil {
			t.Fatalf("%T: %v", v, err)
		}
		back := reflect.New(reflect.TypeOf(v).Elem())
		d := translog.NewDecoder(body)
		translog.DecodeFields(d, back.Interface())
		if err := d.Finish(); err != nil || !reflect.DeepEqual(back.Interface(), v) {
			t.Errorf("%T does not read back: %v", v, err)
		}
		fmt.Fprintf(&b, "%T\n%s\n", v, hex.EncodeToString(body))
	}
	file := filepath.Join("testdata", "facts_plan.golden")
	want, err := os.ReadFile(file)
	if os.Getenv("UPDATE") == "1" {
		err = os.MkdirAll("testdata", 0o755)
		if err == nil {
			err = os.WriteFile(file, []byte(b.String()), 0o644)
		}
		want = []byte(b.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("bytes of facts have changed (-golden +code)\n%s", diff)
	}
}
