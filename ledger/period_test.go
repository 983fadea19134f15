package ledger

import (
	"errors"
	"testing"
)

func date(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestCalendarTakesWhatIsOpen walks through the rules of 4.7: two months open at
// once, period 13 beside the new year, nothing ahead of today, nothing closed.
func TestCalendarTakesWhatIsOpen(t *testing.T) {
	t.Parallel()
	cal := Calendar{Book: County, First: 202501, Closed: 202510, OpenMonths: 2}
	for _, c := range []struct {
		day        string
		thirteenth bool
		today      string
		want       error
	}{
		{"2025-12-31", false, "2026-01-15", nil},
		{"2026-01-15", false, "2026-01-15", nil},
		{"2025-12-31", true, "2026-01-15", nil},
		{"2025-12-31", true, "2026-12-31", nil},
		{"2026-01-16", false, "2026-01-15", ErrPeriodFuture},
		{"2025-10-31", false, "2025-11-15", ErrPeriodClosed},
		{"2025-11-30", false, "2026-01-15", ErrPeriodOpen},
		{"2024-12-31", false, "2025-01-15", ErrPeriodOpen},
		{"2025-12-31", true, "2025-12-31", ErrPeriodOpen},
		{"2025-12-30", true, "2026-01-15", ErrPeriodOpen},
		{"2025-12-31", true, "2027-01-01", ErrPeriodOpen},
	} {
		if err := cal.Check(date(t, c.day), c.thirteenth, date(t, c.today)); !errors.Is(err, c.want) {
			t.Errorf("Check(%s, %v) on %s = %v, want %v", c.day, c.thirteenth, c.today, err, c.want)
		}
	}
}

// TestPeriodsCloseInOrderAndStayClosed closes a year with its period 13.
func TestPeriodsCloseInOrderAndStayClosed(t *testing.T) {
	t.Parallel()
	cal := Calendar{Book: County, First: 202511, OpenMonths: 2}
	today := date(t, "2026-02-10")
	for _, c := range []struct {
		p    Period
		want error
	}{
		{202512, ErrPeriodOrder},
		{202511, nil},
		{202511, ErrPeriodClosed},
		{202512, nil},
		{202601, ErrPeriodOrder}, // period 13 comes first
		{202513, nil},
		{202601, nil},
		{202602, ErrPeriodFuture}, // February has not ended
	} {
		next, err := cal.Close(c.p, today)
		if !errors.Is(err, c.want) {
			t.Errorf("Close(%s) = %v, want %v", c.p, err, c.want)
		}
		cal = next
	}
	if cal.Closed != 202601 {
		t.Errorf("closed up to %s, want 2026-01", cal.Closed)
	}
	if err := cal.Check(date(t, "2025-12-31"), true, today); !errors.Is(err, ErrPeriodClosed) {
		t.Errorf("period 13 after its close: %v", err)
	}
}

// TestPeriodText refuses what is no period.
func TestPeriodText(t *testing.T) {
	t.Parallel()
	for s, ok := range map[string]bool{"2026-01": true, "2026-13": true, "2026-00": false, "2026-14": false, "2026-1": false, "202601": false, "": false, "2026-+5": false, "1989-12": false} {
		p, err := ParsePeriod(s)
		if (err == nil) != ok || (ok && p.String() != s) {
			t.Errorf("ParsePeriod(%q) = %s, %v", s, p, err)
		}
	}
}
