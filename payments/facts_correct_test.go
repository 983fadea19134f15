package payments

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"fundbook/internal/translog"
	"fundbook/projects"

	"github.com/google/go-cmp/cmp"
)

// TestFactsOfCorrectionsKeepTheirBytes holds the format of every fact of corrections
// and mergers: UPDATE=1 writes it anew, which is a new version of the fact.
func TestFactsOfCorrectionsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, f := range []any{&Correction{}, &correctionDone{}, &correctionDropped{}, &correctionUndone{}, &projects.UnitMoved{}} {
		n := 0
		fill(reflect.ValueOf(f).Elem(), &n)
		var e translog.Encoder
		translog.AppendFields(&e, f)
		body, err := e.Finish()
		if err != nil {
			t.Fatalf("%T: %v", f, err)
		}
		back := reflect.New(reflect.TypeOf(f).Elem()).Interface()
		d := translog.NewDecoder(body)
		if translog.DecodeFields(d, back); d.Finish() != nil || !reflect.DeepEqual(back, f) {
			t.Errorf("%T is not read back as it was written: %v", f, d.Finish())
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

// TestACorrectionWaitsForItsApprover: only what is proposed is approved, under four
// eyes by another account.
func TestACorrectionWaitsForItsApprover(t *testing.T) {
	t.Parallel()
	maker, other := [16]byte{1}, [16]byte{2}
	for _, c := range []struct {
		state    CorrectionState
		who      [16]byte
		fourEyes bool
		want     error
	}{
		{CorrectionProposed, maker, false, nil},
		{CorrectionProposed, other, true, nil},
		{CorrectionProposed, maker, true, ErrCorrectMaker},
		{CorrectionDone, other, false, ErrCorrectState},
		{CorrectionDropped, other, false, ErrCorrectState},
		{CorrectionUndone, other, false, ErrCorrectState},
	} {
		x := Correction{Code: "G1", State: c.state, Maker: maker}
		if err := x.approvable(c.who, c.fourEyes); !errors.Is(err, c.want) {
			t.Errorf("%s by the maker %v, four eyes %v: %v, want %v", c.state, c.who == maker, c.fourEyes, err, c.want)
		}
	}
}
