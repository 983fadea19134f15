package projects

import (
	"reflect"
	"testing"

	"fundbook/internal/dbtest"
	"fundbook/ledger"
)

// TestFactBytesOfUnits holds the format of the facts of units and replaced lots:
// UPDATE=1 writes it anew, which is a new version of the fact.
func TestFactBytesOfUnits(t *testing.T) {
	t.Parallel()
	fill := func(v reflect.Value) {
		var n int
		filled(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "facts_correct.golden", Format: "%s %x\n"}, fill,
		&unitRenamed{}, &unitMerged{}, &UnitMoved{}, &rosterReplaced{}, &UnitFile{},
	)
}

// TestAUnitIsCalledByItsNameOfTheDay: a rename counts from its day on, whenever it was
// recorded.
func TestAUnitIsCalledByItsNameOfTheDay(t *testing.T) {
	t.Parallel()
	u := UnitFile{Unit: "甲乡", Names: []UnitName{{Name: "甲镇", From: 20_000}, {Name: "旧甲乡", From: 10_000}}}
	for _, c := range []struct {
		day  int32
		want string
	}{{9_999, "甲乡"}, {10_000, "旧甲乡"}, {19_999, "旧甲乡"}, {20_000, "甲镇"}} {
		if got := u.NameOn(ledger.Date(c.day)); got != c.want {
			t.Errorf("on day %d it is called %s, want %s", c.day, got, c.want)
		}
	}
}
