package projects

import (
	"errors"
	"strings"
	"testing"
)

// TestCheckCharacter takes the published example of ISBT 128, which uses the same
// system of ISO 7064.
func TestCheckCharacter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]byte{"G123498654321": 'H', "3607261012032025010007": 'I'} {
		if got := checkCharacter(text); got != want {
			t.Errorf("check character of %s = %c, want %c", text, got, want)
		}
	}
}

// TestMistypedCodesAreRefused changes every digit to every other and swaps every
// two neighbours.
func TestMistypedCodesAreRefused(t *testing.T) {
	t.Parallel()
	n := Number{"360726101203", 2025, "01", 7}
	code := n.String()
	if code != "360726101203-2025-01-0007-I" {
		t.Fatalf("code = %s", code)
	}
	back, err := ParseNumber(code)
	if err != nil || back != n {
		t.Fatalf("ParseNumber = %v, %v", back, err)
	}
	tried := 0
	for i := range len(code) - 2 {
		if code[i] == '-' {
			continue
		}
		for d := byte('0'); d <= '9'; d++ {
			if d == code[i] {
				continue
			}
			tried++
			if bad := code[:i] + string(d) + code[i+1:]; !errors.Is(parseOnly(bad), ErrCodeForm) {
				t.Errorf("%s is taken", bad)
			}
		}
		if next := code[i+1]; next != '-' && next != code[i] {
			tried++
			if bad := code[:i] + string(next) + string(code[i]) + code[i+2:]; !errors.Is(parseOnly(bad), ErrCodeForm) {
				t.Errorf("%s is taken", bad)
			}
		}
	}
	for _, bad := range []string{"", "x", "360726101203-2025-01-0000-0", "360726101203-2025-01-007-I", "360726101203-2025-01-0007-*", "36072610120A-2025-01-0007-I", code + "-"} {
		if !errors.Is(parseOnly(bad), ErrCodeForm) {
			t.Errorf("%q is taken", bad)
		}
	}
	if tried < 200 {
		t.Errorf("tried %d codes only", tried)
	}
}

func parseOnly(code string) error {
	_, err := ParseNumber(code)
	return err
}

// TestNumbersAreNeverUsedTwice numbers until a series is full.
func TestNumbersAreNeverUsedTwice(t *testing.T) {
	t.Parallel()
	want := Number{Division: "360726101203", Year: 2026, Category: "03"}
	codes := []string{"360726101203-2026-01-0009-X", "360726101204-2026-03-0009-X", "PRJ-1"}
	seen := map[string]bool{}
	last := 0
	for {
		n, err := nextNumber(want, codes)
		if errors.Is(err, ErrCodeFull) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		code := n.String()
		if seen[code] || n.Seq <= last || strings.Contains(code, "*") {
			t.Fatalf("code %s after %04d", code, last)
		}
		seen[code] = true
		last = n.Seq
		codes = []string{codes[0], codes[1], codes[2], code} // the greatest alone decides
	}
	if len(seen) < 9_700 || last < 9_990 {
		t.Errorf("%d codes, last %04d", len(seen), last)
	}
}
