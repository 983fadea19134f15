package projects

import (
	"fmt"
	"reflect"
	"testing"

	"fundbook/internal/dbtest"
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
	fill := func(v reflect.Value) {
		var n int
		filled(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "facts_plan.golden", Format: "*projects.%s\n%x\n"}, fill,
		&Catalog{}, &NegativeList{}, &LoadedLists{}, &yearStated{}, &YearInputs{}, &fundingPlanned{}, &fundingRecovered{}, &Funding{}, &planAdopted{}, &planAdjusted{}, &Plan{},
		&contractSigned{}, &contractChanged{}, &contractFunded{}, &contractStep{}, &contractAccepted{}, &contractSettled{}, &contractTerminated{},
		&contractGuaranteed{}, &contractTransferred{}, &contractRepaired{}, &contractDefect{}, &Contract{}, &Loan{}, &LoanTerm{}, &loanOverdue{}, &LoanRepaid{},
	)
}
