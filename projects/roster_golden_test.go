package projects

import (
	"fmt"
	"reflect"
	"testing"

	"fundbook/internal/dbtest"
)

// fillIn gives every field of a struct a value of its own.
func fillIn(v reflect.Value, next *int) {
	*next++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("t%d", *next))
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i), next)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillIn(v.Index(i), next)
		}
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(*next % 251))
		}
	default:
		v.SetInt(int64(*next))
	}
}

// TestBytesOfRosterFacts holds the bytes of each fact and of the state: another
// order or another field is another version.
func TestBytesOfRosterFacts(t *testing.T) {
	t.Parallel()
	fill := func(v reflect.Value) {
		var n int
		fillIn(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "roster_facts.golden", Format: "%s %x\n"}, fill,
		&rosterCreated{}, &rosterAmended{}, &rosterCommitted{}, &rosterConfirmed{}, &rosterBlocked{}, &rosterReleased{}, &rosterStruck{},
		&rosterCorrected{}, &rosterTaken{}, &rosterReturned{}, &rosterPaid{}, &projectRoster{}, &Roster{}, &Person{}, &place{},
	)
}
