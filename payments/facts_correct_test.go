package payments

import (
	"errors"
	"reflect"
	"testing"

	"fundbook/internal/dbtest"
	"fundbook/projects"
)

// TestFactsOfCorrectionsKeepTheirBytes holds the format of every fact of corrections
// and mergers: UPDATE=1 writes it anew, which is a new version of the fact.
func TestFactsOfCorrectionsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	each := func(v reflect.Value) {
		var n int
		fill(v, &n)
	}
	dbtest.FactBytes(t, dbtest.FactFile{Name: "facts_correct.golden", Format: "%s %x\n"}, each,
		&Correction{}, &correctionDone{}, &correctionDropped{}, &correctionUndone{}, &projects.UnitMoved{},
	)
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
