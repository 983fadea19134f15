package dbtest

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fundbook/internal/translog"

	"github.com/google/go-cmp/cmp"
)

// FactFile is a golden file below testdata; Format prints the name of a type and its
// bytes.
type FactFile struct{ Name, Format string }

// FactBytes holds the stored bytes of facts, each a pointer to an empty one that fill
// gives a value, to a golden file: another order or another field is another version
// of the fact. UPDATE=1 writes the file anew.
func FactBytes(t *testing.T, file FactFile, fill func(reflect.Value), facts ...any) {
	t.Helper()
	var b strings.Builder
	for _, fact := range facts {
		kind := reflect.TypeOf(fact).Elem()
		fill(reflect.ValueOf(fact).Elem())
		var e translog.Encoder
		translog.AppendFields(&e, fact)
		body, err := e.Finish()
		if err != nil {
			t.Fatalf("%T: %v", fact, err)
		}
		back := reflect.New(kind).Interface()
		d := translog.NewDecoder(body)
		translog.DecodeFields(d, back)
		if err := d.Finish(); err != nil || !reflect.DeepEqual(back, fact) {
			t.Errorf("%T is not read back as it was written: %v", fact, err)
		}
		fmt.Fprintf(&b, file.Format, kind.Name(), body)
	}
	golden := filepath.Join("testdata", file.Name)
	if os.Getenv("UPDATE") == "1" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
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
