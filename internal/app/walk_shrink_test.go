package app_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// shrinkTries bounds how often a failed sequence is run again.
const shrinkTries = 60

// shrink leaves out commands of a failed sequence, first many at once and then one
// by one, as long as the rest still fails; the last one always stays.
func shrink(steps []walkStep, why error, again func([]walkStep) ([]walkStep, error)) ([]walkStep, error) {
	tries := 0
	for size := max(len(steps)/2, 1); size >= 1; size /= 2 {
		for from := len(steps) - 1 - size; from >= 0 && tries < shrinkTries; from -= size {
			less := slices.Delete(slices.Clone(steps), from, from+size)
			tries++
			if ran, err := again(less); err != nil {
				steps, why = ran, err
				from = min(from, len(steps)-1)
			}
		}
	}
	return steps, why
}

// replay runs steps in the county of a seed, in fresh stores that are gone after it.
func replay(t *testing.T, seed uint64, steps []walkStep) (ran []walkStep, err error) {
	t.Helper()
	t.Run("again", func(t *testing.T) {
		w := newWalkPair(t).begin(seed)
		err = w.guard(func() {
			w.open()
			for _, s := range steps {
				s.fault, s.why, w.now = "", "", s.at
				w.do(s)
			}
			w.finish()
		})
		ran = w.steps
	})
	return ran, err
}

// TestAFailedWalkIsMadeShort: of forty commands the two that are needed stay.
func TestAFailedWalkIsMadeShort(t *testing.T) {
	t.Parallel()
	steps := make([]walkStep, 40)
	for i := range steps {
		steps[i].name = fmt.Sprint(i)
	}
	broken := errors.New("broken")
	short, err := shrink(steps, broken, func(list []walkStep) ([]walkStep, error) {
		if slices.ContainsFunc(list, func(s walkStep) bool { return s.name == "17" }) {
			return list, broken
		}
		return list, nil
	})
	if len(short) != 2 || short[0].name != "17" || short[1].name != "39" || !errors.Is(err, broken) {
		t.Errorf("left %v, %v", short, err)
	}
}
