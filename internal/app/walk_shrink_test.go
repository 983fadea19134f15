package app_test

import (
	"slices"
	"testing"
)

// shrinkTries bounds how often a failed sequence is run again.
const shrinkTries = 60

// shrink runs a failed sequence again without some of its commands, in fresh stores,
// as long as it still fails, and returns the shortest that did.
func shrink(t *testing.T, failed *walk, why error) ([]walkStep, error) {
	t.Helper()
	steps, tries := slices.Clone(failed.steps), 0
	for size := max(len(steps)/2, 1); size >= 1; size /= 2 {
		for from := len(steps) - 1 - size; from >= 0 && tries < shrinkTries; from -= size {
			less := slices.Delete(slices.Clone(steps), from, from+size)
			tries++
			if ran, err := replay(t, failed.seed, less); err != nil {
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
