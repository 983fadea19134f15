package db

import "testing"

// TestCachesAreBoundedByCount overfills a map and trims it.
func TestCachesAreBoundedByCount(t *testing.T) {
	t.Parallel()
	m := map[int]int{}
	for i := range 1001 {
		m[i] = i
	}
	trimMap(m, 1001)
	if len(m) != 1001 {
		t.Errorf("a map at its limit was trimmed to %d", len(m))
	}
	trimMap(m, 1000)
	if len(m) != 750 {
		t.Errorf("%d of 1001 are left under a limit of 1000, want 750", len(m))
	}
}
