package workday_test

import (
	"errors"
	"testing"
	"time"

	"fundbook/internal/workday"
)

const table2026 = "off 0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007; on 0104 0214 0228 0509 0920 1010"

func day(s string) workday.Day {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return workday.Day(t.Unix() / 86400)
}

func calendar(t *testing.T) workday.Calendar {
	t.Helper()
	var c workday.Calendar
	if err := c.Load(2026, table2026); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestHolidaysAndMovedWeekends(t *testing.T) {
	t.Parallel()
	c := calendar(t)
	for s, want := range map[string]bool{
		"2026-01-01": false, // holiday
		"2026-01-04": true,  // a Sunday on which people work
		"2026-01-05": true,  // Monday
		"2026-01-10": false, // Saturday
		"2026-05-05": false, "2026-05-06": true, "2026-05-09": true,
	} {
		if got, err := c.Works(day(s)); err != nil || got != want {
			t.Errorf("%s works: %v, %v; want %v", s, got, err, want)
		}
	}
}

func TestWorkingDaysBeginOnTheDayAfter(t *testing.T) {
	t.Parallel()
	c := calendar(t)
	for _, x := range []struct {
		from, to string
		want     int
	}{
		{"2026-04-30", "2026-05-09", 4}, // 6, 7, 8 and the Saturday 9
		{"2026-03-02", "2026-03-02", 0},
		{"2026-03-02", "2026-03-06", 4},
		{"2026-03-06", "2026-03-09", 1},
	} {
		if got, err := c.Between(day(x.from), day(x.to)); err != nil || got != x.want {
			t.Errorf("%s to %s: %d, %v; want %d", x.from, x.to, got, err, x.want)
		}
	}
}

func TestAYearNotLoadedIsRefused(t *testing.T) {
	t.Parallel()
	c := calendar(t)
	if _, err := c.Works(day("2027-01-04")); !errors.Is(err, workday.ErrYear) {
		t.Errorf("2027: %v, want it refused", err)
	}
	if _, err := c.Between(day("2026-12-30"), day("2027-01-04")); !errors.Is(err, workday.ErrYear) {
		t.Errorf("into 2027: %v, want it refused", err)
	}
}

func TestTablesThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"", "0101", "off 0230", "off 0105-0101", "off 0101 0101-0102", "off 1x01", "free 0101"} {
		var c workday.Calendar
		if err := c.Load(2026, table); !errors.Is(err, workday.ErrTable) {
			t.Errorf("%q: %v, want it refused", table, err)
		}
	}
}
