package projects

import "testing"

// TestPaidButForRetention says when nothing of a project is owed any more.
func TestPaidButForRetention(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		o    owing
		paid bool
	}{
		"nothing is left":           {owing{}, true},
		"retention is kept":         {owing{owed: 300, kept: 300}, true},
		"a claim is owed":           {owing{owed: 301, kept: 300}, false},
		"something is committed":    {owing{committed: 1}, false},
		"a request is open":         {owing{requested: 1}, false},
		"an advance or batch is on": {owing{transit: 1}, false},
	} {
		if got := c.o.paid(); got != c.paid {
			t.Errorf("%s: %v", name, got)
		}
	}
}
