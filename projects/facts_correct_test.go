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
	"fundbook/ledger"

	"github.com/google/go-cmp/cmp"
)

// TestFactBytesOfUnits holds the format of the facts of units and replaced lots:
// UPDATE=1 writes it anew, which is a new version of the fact.
func TestFactBytesOfUnits(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, f := range []any{&unitRenamed{}, &unitMerged{}, &UnitMoved{}, &rosterReplaced{}, &UnitFile{}} {
		n := 0
		filled(reflect.ValueOf(f).Elem(), &n)
		var e translog.Encoder
		translog.AppendFields(&e, f)
		body, err := e.Finish()
		if err != nil {
			t.Fatalf("%T: %v", f, err)
		}
		fmt.Fprintf(&b, "%s %s\n", reflect.TypeOf(f).Elem().Name(), hex.EncodeToString(body))
	}
	golden := filepath.Join("testdata", "facts_correct.golden")
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the bytes of facts changed (-golden +code)\n%s", diff)
	}
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
