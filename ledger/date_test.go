package ledger

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fundbook/internal/fault"

	"pgregory.net/rapid"
)

// Every day of the range agrees with package time.
func TestDateAgreesWithTime(t *testing.T) {
	t.Parallel()
	day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	d := MinDate
	for ; day.Year() < 2200; day, d = day.AddDate(0, 0, 1), d+1 {
		if int64(d) != day.Unix()/86400 || d.Year() != day.Year() || d.Month() != int(day.Month()) || d.Day() != day.Day() || d.Weekday() != day.Weekday() {
			t.Fatalf("Date(%d) = %d-%d-%d %v, want %v", d, d.Year(), d.Month(), d.Day(), d.Weekday(), day)
		}
		if d.String() != day.Format(time.DateOnly) || d.Chinese() != day.Format("2006年1月2日") {
			t.Fatalf("Date(%d) prints %q, %q", d, d, d.Chinese())
		}
		if got, err := ParseDate(d.String()); err != nil || got != d {
			t.Fatalf("ParseDate(%q) = %v, %v", d, got, err)
		}
		if got, err := ParseDateText(d.Chinese()); err != nil || got != d {
			t.Fatalf("ParseDateText(%q) = %v, %v", d.Chinese(), got, err)
		}
	}
	if d-1 != MaxDate {
		t.Errorf("the last day is %d, MaxDate %d", d-1, MaxDate)
	}
}

func TestZeroDateIsNotStated(t *testing.T) {
	t.Parallel()
	var d Date
	if !d.IsZero() || d.String() != "" || d.Chinese() != "" || d.Year() != 0 || d.Month() != 0 || d.Day() != 0 || d.AddDays(5) != 0 {
		t.Errorf("the zero date prints %q %q, year %d", d, d.Chinese(), d.Year())
	}
	var doc struct {
		D Date `json:"d"`
		E Date `json:"e,omitzero"`
	}
	if out, err := json.Marshal(doc); err != nil || string(out) != `{"d":""}` {
		t.Errorf("Marshal = %s, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"d":"2018-07-02","e":""}`), &doc); err != nil || doc.D.String() != "2018-07-02" || doc.E != 0 {
		t.Errorf("Unmarshal = %+v, %v", doc, err)
	}
	if err := json.Unmarshal([]byte(`{"d":"2018年7月2日"}`), &doc); !errors.Is(err, ErrDateForm) {
		t.Errorf("Unmarshal of a printed date = %v", err)
	}
	days := []Date{MaxDate, 0, MinDate}
	slices.Sort(days)
	if days[0] != 0 || days[2] != MaxDate {
		t.Errorf("sorted %v", days)
	}
}

func TestAddDays(t *testing.T) {
	t.Parallel()
	leap, err := NewDate(2024, 2, 28)
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{
		0: "2024-02-28", 1: "2024-02-29", 2: "2024-03-01", 366: "2025-02-28", -59: "2023-12-31",
		1 << 40: "2199-12-31", -1 << 40: "1990-01-01", 100_000: "2199-12-31",
	} {
		if got := leap.AddDays(n).String(); got != want {
			t.Errorf("AddDays(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestDateOfIsShanghai(t *testing.T) {
	t.Parallel()
	for instant, want := range map[string]string{
		"2018-07-01T15:59:59Z": "2018-07-01", "2018-07-01T16:00:00Z": "2018-07-02", "2018-07-02T00:00:00+08:00": "2018-07-02",
		"1990-07-01T15:30:00Z": "1990-07-02", // summer time, +09:00
		"1989-12-31T15:59:59Z": "", "1989-12-31T16:00:00Z": "1990-01-01", "2199-12-31T15:59:59Z": "2199-12-31", "2199-12-31T16:00:00Z": "", "0001-01-01T00:00:00Z": "",
	} {
		at, err := time.Parse(time.RFC3339, instant)
		if err != nil {
			t.Fatal(err)
		}
		if got := DateOf(at).String(); got != want {
			t.Errorf("DateOf(%s) = %q, want %q", instant, got, want)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	t.Parallel()
	for rule, texts := range map[*fault.Error][]string{
		ErrDateForm: {
			"", "2018-7-2", "2018/07/02", "20180702", "2018-07-02 ", "2018-07-02T00:00:00Z", "２０１８-07-02", "+018-07-02", "2018-0a-02", "2018年7月2日", "-018-07-02", "2018--7-02",
		},
		ErrDateUnknown: {"2018-02-29", "1900-02-29", "2018-13-01", "2018-00-01", "2018-01-00", "2018-04-31", "0000-00-00"},
		ErrDateRange:   {"1989-12-31", "2200-01-01", "0001-01-01", "9999-12-31"},
	} {
		for _, text := range texts {
			if got, err := ParseDate(text); !errors.Is(err, rule) || got != 0 {
				t.Errorf("ParseDate(%q) = %v, %v; want %v", text, got, err, rule)
			}
		}
	}
}

func TestParseDateText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"2018年7月2日", "2018年07月02日", "2018 年 7 月 2 日", " 2018年7月2日\n", "2018-07-02", "2018-7-2", "2018/7/2", "2018.7.2", "２０１８年７月２日", "２０１８／７／２", "201 8 年7月2日",
	} {
		if got, err := ParseDateText(text); err != nil || got.String() != "2018-07-02" {
			t.Errorf("ParseDateText(%q) = %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"2023-02": "缺 日", "2023年2月": "缺 日", "2023": "缺 月、日", "2023年": "缺 月、日", "7月2日": "缺 年", "7-2": "缺 年", "2日": "缺 年、月", "2023年2日": "缺 月", "2023.2": "缺 日",
	} {
		if got, err := ParseDateText(text); !errors.Is(err, ErrDateIncomplete) || !strings.HasSuffix(err.Error(), want) || got != 0 {
			t.Errorf("ParseDateText(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
	for rule, texts := range map[*fault.Error][]string{
		ErrDateForm: {
			"", " ", "年月日", "-", "--", "2018年7月2号", "2018年7月2", "18年7月2日", "18-7-2", "2018-7-2-1", "2018.7.2.", "...", "1.2.3.4", "2018-7/2", "2018年7月2日至9日", "2018年7月2日9时", "2018 7 2",
			"20180702", "二〇一八年七月二日", "2018年13a月2日", "2018年007月2日", "7月2018年2日", "长期", "2018-07-02 10:00", "\xff", strings.Repeat("1", 1<<20),
		},
		ErrDateUnknown: {"2018年2月30日", "2018-13-1", "2018.0.1"},
		ErrDateRange:   {"1979年1月1日", "2999-1-1"},
	} {
		for _, text := range texts {
			if got, err := ParseDateText(text); !errors.Is(err, rule) || got != 0 {
				t.Errorf("ParseDateText(%q) = %v, %v; want %v", text, got, err, rule)
			}
		}
	}
}

func TestDateLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := Date(rapid.Int32Range(int32(MinDate), int32(MaxDate)).Draw(t, "a"))
		b := Date(rapid.Int32Range(int32(MinDate), int32(MaxDate)).Draw(t, "b"))
		if (a < b) != (a.String() < b.String()) {
			t.Fatalf("%v and %v sort differently as text", a, b)
		}
		if got := a.AddDays(int(b - a)); got != b {
			t.Fatalf("%v + %d days = %v, want %v", a, b-a, got, b)
		}
		text, err := a.MarshalText()
		if appended, err := a.AppendText([]byte("x")); err != nil || string(appended) != "x"+string(text) {
			t.Fatalf("AppendText(%v) = %q, %v", a, appended, err)
		}
		var back Date
		if err != nil || back.UnmarshalText(text) != nil || back != a {
			t.Fatalf("%v → %q → %v, %v", a, text, back, err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2018-07-02", "2024-02-29", "2018-02-29", "1990-01-01", "2199-12-31", "", "0000-00-00", "-999-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil && (d.String() != s || d < MinDate || d > MaxDate) {
			t.Fatalf("ParseDate(%q) = %v", s, d)
		}
	})
}

func FuzzParseDateText(f *testing.F) {
	for _, s := range []string{"2018年7月2日", "2018-7-2", "２０１８／７／２", "2023年2月", "7月2日", "年月日", "1.2.3.4", "日月年", "\xff年"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDateText(s)
		if err != nil {
			if d != 0 {
				t.Fatalf("ParseDateText(%q) = %v, %v", s, d, err)
			}
			return
		}
		if back, err := ParseDateText(d.Chinese()); err != nil || back != d || d < MinDate || d > MaxDate {
			t.Fatalf("%q → %v → %v, %v", s, d, back, err)
		}
	})
}

func BenchmarkDateUnmarshalText(b *testing.B) {
	text := []byte("2018-07-02")
	var d Date
	b.ReportAllocs()
	for b.Loop() {
		if err := d.UnmarshalText(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDateString(b *testing.B) {
	d := MinDate + 10_000
	b.ReportAllocs()
	for b.Loop() {
		benchSink = d.String()
	}
}
