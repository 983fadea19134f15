package ledger

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

var amountTextForm = regexp.MustCompile(`^-?\d{1,16}\.\d{2}$`)

func drawSum(t *rapid.T) Amount {
	return Amount(rapid.Int64Range(int64(-MaxSum), int64(MaxSum)).Draw(t, "amount"))
}

func TestAmountPrints(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		amount              Amount
		plain, grouped, wan string
	}{
		{0, "0.00", "0.00", "0"},
		{1, "0.01", "0.01", "0.000001"},
		{-5, "-0.05", "-0.05", "-0.000005"},
		{123450, "1234.50", "1,234.50", "0.12345"},
		{-123450, "-1234.50", "-1,234.50", "-0.12345"},
		{99999, "999.99", "999.99", "0.099999"},
		{100000, "1000.00", "1,000.00", "0.1"},
		{96547120, "965471.20", "965,471.20", "96.54712"},
		{516547120, "5165471.20", "5,165,471.20", "516.54712"},
		{12_000_000, "120000.00", "120,000.00", "12"},
		{MaxLine, "1000000000000.00", "1,000,000,000,000.00", "100000000"},
		{MaxSum, "9999999999999999.99", "9,999,999,999,999,999.99", "999999999999.999999"},
		{math.MaxInt64, "92233720368547758.07", "92,233,720,368,547,758.07", "9223372036854.775807"},
		{math.MinInt64, "-92233720368547758.08", "-92,233,720,368,547,758.08", "-9223372036854.775808"},
	} {
		if got := tt.amount.String(); got != tt.plain {
			t.Errorf("Amount(%d).String() = %q, want %q", int64(tt.amount), got, tt.plain)
		}
		if got := tt.amount.Grouped(); got != tt.grouped {
			t.Errorf("Amount(%d).Grouped() = %q, want %q", int64(tt.amount), got, tt.grouped)
		}
		if got := tt.amount.Wan(); got != tt.wan {
			t.Errorf("Amount(%d).Wan() = %q, want %q", int64(tt.amount), got, tt.wan)
		}
	}
}

func TestAmountUnmarshalText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Amount{
		"0": 0, "-0": 0, "-0.00": 0, "0.01": 1, "-0.01": -1, "1234.5": 123450, "1234.50": 123450,
		"007": 700, "1000000000000": MaxLine, "9999999999999999.99": MaxSum, "-9999999999999999.99": -MaxSum,
		"0000000000000000000000000000000000000000000000000000000000001.25": 125, // 64 characters
	} {
		got := Amount(-1)
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("UnmarshalText(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestAmountUnmarshalTextRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"": ErrAmountText, "-": ErrAmountText, ".": ErrAmountText, ".5": ErrAmountText, "5.": ErrAmountText, "-.5": ErrAmountText,
		"1.234": ErrAmountText, "1.2.3": ErrAmountText, "1..2": ErrAmountText, "+1": ErrAmountText, "--1": ErrAmountText,
		" 1": ErrAmountText, "1 ": ErrAmountText, "1,234.50": ErrAmountText, "１２": ErrAmountText, "1e3": ErrAmountText,
		"0x10": ErrAmountText, "NaN": ErrAmountText, "Inf": ErrAmountText, "12元": ErrAmountText, "1万": ErrAmountText, "壹元": ErrAmountText,
		"00000000000000000000000000000000000000000000000000000000000000001": ErrAmountText,
		"10000000000000000":      ErrAmountOverflow,
		"-10000000000000000.00":  ErrAmountOverflow,
		"92233720368547758.08":   ErrAmountOverflow,
		"184467440737095516.17":  ErrAmountOverflow, // 2^64 + 1 fen
		"99999999999999999999.9": ErrAmountOverflow,
	} {
		got := Amount(42)
		if err := got.UnmarshalText([]byte(text)); !errors.Is(err, want) || got != 42 {
			t.Errorf("UnmarshalText(%q) = %v, %v; want %v and the value left alone", text, int64(got), err, want)
		}
	}
}

func TestAmountJSON(t *testing.T) {
	t.Parallel()
	var doc struct {
		A Amount  `json:"a"`
		P *Amount `json:"p"`
	}
	if err := json.Unmarshal([]byte(`{"a":"12.5","p":null}`), &doc); err != nil || doc.A != 1250 || doc.P != nil {
		t.Errorf("Unmarshal = %+v, %v", doc, err)
	}
	if out, err := json.Marshal(doc); err != nil || string(out) != `{"a":"12.50","p":null}` {
		t.Errorf("Marshal = %s, %v", out, err)
	}
	if out, err := json.Marshal(map[Amount]int{-5: 1}); err != nil || string(out) != `{"-0.05":1}` {
		t.Errorf("Marshal of a map key = %s, %v", out, err)
	}
	for _, body := range []string{`{"a":null}`, `{"a":12.5}`, `{"a":12}`, `{"a":true}`, `{"a":""}`, `{"a":"1,000"}`, `{"a":["1"]}`, `{"a":"1\u0030"}`} {
		if err := json.Unmarshal([]byte(body), &doc); !errors.Is(err, ErrAmountText) {
			t.Errorf("Unmarshal(%s) = %v, want %v", body, err, ErrAmountText)
		}
	}
}

func TestAddAndSum(t *testing.T) {
	t.Parallel()
	if got, err := Sum(MaxLine, MaxLine, -1); err != nil || got != 2*MaxLine-1 {
		t.Errorf("Sum = %v, %v", got, err)
	}
	if got, err := Sum(); err != nil || got != 0 {
		t.Errorf("Sum() = %v, %v", got, err)
	}
	for _, pair := range [][2]Amount{
		{MaxSum, 1}, {-MaxSum, -1}, {math.MaxInt64, 1}, {math.MaxInt64, math.MaxInt64}, {math.MinInt64, -1}, {math.MinInt64, math.MinInt64},
	} {
		if got, err := Add(pair[0], pair[1]); !errors.Is(err, ErrAmountOverflow) {
			t.Errorf("Add(%v, %v) = %v, %v; want %v", pair[0], pair[1], got, err, ErrAmountOverflow)
		}
	}
	if got, err := Sum(MaxSum, 1, -2); !errors.Is(err, ErrAmountOverflow) {
		t.Errorf("Sum past the limit and back = %v, %v; want %v", got, err, ErrAmountOverflow)
	}
}

func TestAddIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		exact := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		fits := new(big.Int).Abs(exact).Cmp(big.NewInt(int64(MaxSum))) <= 0
		got, err := Add(Amount(a), Amount(b))
		if fits != (err == nil) || fits && int64(got) != exact.Int64() {
			t.Fatalf("Add(%d, %d) = %d, %v; exact %s", a, b, got, err, exact)
		}
	})
}

func TestAmountRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawSum(t)
		text, err := a.MarshalText()
		if err != nil || !amountTextForm.Match(text) || string(text) != a.String() {
			t.Fatalf("MarshalText(%d) = %q, %v", int64(a), text, err)
		}
		if appended, err := a.AppendText([]byte("x")); err != nil || string(appended) != "x"+string(text) {
			t.Fatalf("AppendText(%d) = %q, %v", int64(a), appended, err)
		}
		var back Amount
		if err := back.UnmarshalText(text); err != nil || back != a {
			t.Fatalf("UnmarshalText(%q) = %d, %v; want %d", text, back, err, a)
		}
	})
}

func FuzzAmountUnmarshalText(f *testing.F) {
	for _, s := range []string{"0", "-0.01", "1234.5", "9999999999999999.99", "1e3", "", "-", "1.", "00.10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var a Amount
		if err := a.UnmarshalText([]byte(s)); err != nil {
			return
		}
		want, err := decimal.NewFromString(s)
		if err != nil || !want.Equal(decimal.New(int64(a), -2)) {
			t.Fatalf("UnmarshalText(%q) = %v, decimal says %v, %v", s, a, want, err)
		}
		var back Amount
		if err := back.UnmarshalText([]byte(a.String())); err != nil || back != a {
			t.Fatalf("%q → %v → %v, %v", s, a, back, err)
		}
	})
}

// benchSink keeps a result alive, so that its allocation is counted.
var benchSink string

func BenchmarkAmountUnmarshalText(b *testing.B) {
	text := []byte("965471.20")
	var a Amount
	b.ReportAllocs()
	for b.Loop() {
		if err := a.UnmarshalText(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAmountString(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		benchSink = Amount(96547120).String()
	}
}

func BenchmarkAmountMarshalText(b *testing.B) {
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		text, _ := Amount(96547120).MarshalText()
		n += len(text)
	}
	benchSink = strconv.Itoa(n)
}

func BenchmarkAmountAppendText(b *testing.B) {
	buf := make([]byte, 0, 32)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = Amount(96547120).AppendText(buf[:0])
	}
}

func BenchmarkAmountJSON(b *testing.B) {
	body := []byte(`{"a":"965471.20"}`)
	var doc struct {
		A Amount `json:"a"`
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := json.Unmarshal(body, &doc); err != nil {
			b.Fatal(err)
		}
	}
}
