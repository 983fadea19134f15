package projects

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"fundbook/internal/translog"
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
	var out bytes.Buffer
	for _, f := range []any{
		&rosterCreated{}, &rosterAmended{}, &rosterCommitted{}, &rosterConfirmed{}, &rosterBlocked{}, &rosterReleased{}, &rosterStruck{},
		&rosterCorrected{}, &rosterTaken{}, &rosterReturned{}, &rosterPaid{}, &projectRoster{}, &Roster{}, &Person{}, &place{},
	} {
		next := 0
		fillIn(reflect.ValueOf(f).Elem(), &next)
		var e translog.Encoder
		translog.AppendFields(&e, f)
		body, err := e.Finish()
		if err != nil {
			t.Fatal(err)
		}
		back := reflect.New(reflect.TypeOf(f).Elem()).Interface()
		d := translog.NewDecoder(body)
		translog.DecodeFields(d, back)
		if err := d.Finish(); err != nil || !reflect.DeepEqual(f, back) {
			t.Errorf("%T does not read back: %v", f, err)
		}
		fmt.Fprintf(&out, "%s %x\n", reflect.TypeOf(f).Elem().Name(), body)
	}
	path := filepath.Join("testdata", "roster_facts.golden")
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(want, out.Bytes()) {
		t.Errorf("the bytes of facts changed (%v):\n%s", err, out.Bytes())
	}
}
