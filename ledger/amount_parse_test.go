package ledger

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"fundbook/internal/fault"

	"pgregory.net/rapid"
)

func TestParseAmount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0": "0.00", "0.00": "0.00", "-0": "0.00", "1234.5": "1234.50", "1234.50": "1234.50", "1,234.50": "1234.50",
		"1,234,567": "1234567.00", "999,999": "999999.00", "007": "7.00", "+5": "5.00", "-5": "-5.00", " 12 ": "12.00", "\u300012\u00a0": "12.00",
		"１，２３４．５０": "1234.50", "－１２": "-12.00", "＋１２": "12.00", "−12": "-12.00",
		"12元": "12.00", "12 元": "12.00", "12圆整": "12.00", "12.50元整": "12.50", "¥12": "12.00", "￥12.3": "12.30", "¥ 12": "12.00", "-¥12": "-12.00", "¥-12": "-12.00",
		"人民币12元": "12.00", "人民币 12元": "12.00", "人民币￥12": "12.00", "12元人民币": "12.00", "12 人民币": "12.00", "人民币-12": "-12.00", "负12元": "-12.00",
		"25万": "250000.00", "25万元": "250000.00", "25.5万元": "255000.00", "0.000001万元": "0.01", "96.54712万元": "965471.20", "1,266.8 万元": "12668000.00",
		"3亿": "300000000.00", "3亿元": "300000000.00", "0.0000000001亿元": "0.01", "1万亿元": "1000000000000.00", "-1万亿": "-1000000000000.00", "0.00000000000001万亿元": "0.01",
		"1000000000000": "1000000000000.00", "1,000,000,000,000.00": "1000000000000.00",
		"壹仟肆佰零玖元伍角整": "1409.50", "人民币壹仟肆佰零玖元伍角整": "1409.50", "壹仟肆佰零玖元伍角": "1409.50", "一千二百万元": "12000000.00", "一千二百万": "12000000.00",
		"人民币壹拾万零柒仟元伍角叁分": "107000.53", "壹拾万柒仟元零伍角叁分": "107000.53", "十五": "15.00", "拾伍元正": "15.00", "二十": "20.00", "一百零五元": "105.00",
		"两百元": "200.00", "一千零二元": "1002.00", "一万零二元": "10002.00", "一万零二百元": "10200.00", "一亿零二千元": "100002000.00", "一万亿元整": "1000000000000.00",
		"壹兆元整": "1000000000000.00", "零元": "0.00", "零": "0.00", "人民币零元整": "0.00", "伍分": "0.05", "零伍分": "0.05", "伍角整": "0.50", "伍角陆分": "0.56", "壹元零伍分": "1.05", "负壹元整": "-1.00", "人民币负壹元整": "-1.00",
		"壹万零仟零佰零拾零元零角零分": "10000.00", "零佰零拾壹万贰仟叁佰零拾零元零角零分": "12300.00", "壹萬貳仟參佰圓整": "12300.00",
	} {
		got, err := ParseAmount(text)
		if err != nil || got.String() != want {
			t.Errorf("ParseAmount(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestParseAmountRefuses(t *testing.T) {
	t.Parallel()
	for rule, texts := range map[*fault.Error][]string{
		ErrAmountEmpty:  {"", " ", "\t\n", "\u3000"},
		ErrAmountLength: {strings.Repeat("1", 65), strings.Repeat("壹", 65), strings.Repeat("\xff", 1<<20)},
		ErrAmountForm: {
			"1e30", "1E3", "NaN", "Inf", "-Infinity", "0x10", "0b1", "1_000", "abc", "-", "+", "¥", "人民币", ".", ".5", "5.", "1.2.3", "1.234,50", ",", "$5",
			"5%", "(5)", "5元3角", "3百万元", "5千元", "1亿2000万元", "25万元人民币元", "人民币¥人民币5", "¥¥5", "五5", "\xff5", "5\x00", "—", "/", "无", "5元元", "2兆", "٣", "①",
		},
		ErrAmountSign:      {"--5", "+-5", "-负5", "-¥-5", "-人民币-5", "5-", "12-5", "5+"},
		ErrAmountSpace:     {"1 000", "1 234.5", "1234.5 0", "1 2万元", "１　０００", "- 5", "1 234元"},
		ErrAmountGrouping:  {"1,23", "12,34,567", "1234,567", ",123", "1,,234", "0,123", "00,123", "1,2345", "1,234,56.00", "1,"},
		ErrAmountPrecision: {"0.001", "1.500", "0.0000001万元", "1.0000000万元", "0.00000000001亿元", "0.000000000000001万亿元"},
		ErrAmountLimit: {
			"1000000000000.01", "-1000000000000.01", "1.00000000000001万亿元", "100000000.000001万元", "99999999999999999999999999999999", "二兆", "壹兆元零壹分", "一万二千亿元整",
		},
		ErrAmountWords: {
			"一千二", "一百五元", "一万二", "一亿二千", "一亿二千元", "二〇二〇元", "一二三", "百元", "万元", "元整万", "一千一千", "一百一千", "一万一万", "一亿一亿", "一亿一兆", "一兆二万亿", "一千五十元", "一万二百元",
			"一百零", "一百零五十元", "一亿零元", "伍元贰分", "五元三", "五元零", "十五角", "一万角", "壹元贰分整", "壹佰整", "壹元整整", "壹元元", "贰分壹角", "贰分贰分", "零零元", "五点五万元", "十五五元", "一万十五元", "零亿三万亿元", "三亿点", "元", "整", "一元一元",
		},
	} {
		for _, text := range texts {
			if got, err := ParseAmount(text); !errors.Is(err, rule) || got != 0 {
				t.Errorf("ParseAmount(%q) = %v, %v; want %v", text, got, err, rule)
			}
		}
	}
}

func TestAmountFaultNamesTheText(t *testing.T) {
	t.Parallel()
	_, err := ParseAmount("1,23\n")
	want := "千分位逗号位置不对：\"1,23\\n\""
	if err == nil || err.Error() != want {
		t.Errorf("fault = %v, want %s", err, want)
	}
	if f := fault.From(err); f.Kind != fault.Invalid || f.Message("en") != "a thousands separator is in the wrong place: \"1,23\\n\"" {
		t.Errorf("fault = %v %q", f.Kind, f.Message("en"))
	}
	if _, err := ParseAmount(strings.Repeat("9", 1<<20)); len(err.Error()) > 200 {
		t.Errorf("a long text makes a fault of %d bytes", len(err.Error()))
	}
}

func TestParseWan(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"25": "250000.00", "66.5": "665000.00", "96.54712": "965471.20", "0.000001": "0.01", "-1,266.8": "-12668000.00", "¥25": "250000.00",
		"25万": "250000.00", "25万元": "250000.00", "3亿元": "300000000.00", "20000元": "20000.00", "100000000": "1000000000000.00",
		"二十五": "250000.00", "二十五万元": "250000.00", "二十五万": "250000.00", "一万二千": "120000000.00", "壹佰元整": "100.00", "伍分": "0.05",
	} {
		if got, err := ParseWan(text); err != nil || got.String() != want {
			t.Errorf("ParseWan(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
	for text, rule := range map[string]error{
		"": ErrAmountEmpty, "0.0000001": ErrAmountPrecision, "100000000.000001": ErrAmountLimit, "一亿零一": ErrAmountLimit,
		"九千兆": ErrAmountLimit, "20000.001元": ErrAmountPrecision, "一千二": ErrAmountWords,
	} {
		if got, err := ParseWan(text); !errors.Is(err, rule) {
			t.Errorf("ParseWan(%q) = %v, %v; want %v", text, got, err, rule)
		}
	}
}

// The sources of 28 real notices: the amount as printed and the same amount in
// 万元 both give the fen that the data set states.
func TestParseAmountOfRealNotices(t *testing.T) {
	t.Parallel()
	for _, row := range readCSV(t, "testdata/docnumber_sources.csv") {
		if row["amount_fen"] == "" {
			continue
		}
		fen, err := strconv.ParseInt(row["amount_fen"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseAmount(row["amount_as_printed"]); err != nil || got != Amount(fen) {
			t.Errorf("%s: ParseAmount(%q) = %v, %v", row["notice_id"], row["amount_as_printed"], got, err)
		}
		if got, err := ParseWan(row["amount_wan"]); err != nil || got != Amount(fen) || got.Wan() != row["amount_wan"] {
			t.Errorf("%s: ParseWan(%q) = %v, %v", row["notice_id"], row["amount_wan"], got, err)
		}
	}
}

// readCSV returns the rows of a file of testdata by the names of its columns.
func readCSV(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("%s: %d records, %v", name, len(records), err)
	}
	rows := make([]map[string]string, 0, len(records)-1)
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestParseReadsEveryPrint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(rapid.Int64Range(int64(-MaxLine), int64(MaxLine)).Draw(t, "amount"))
		for _, text := range []string{a.String(), a.Grouped(), a.String() + "元", a.Wan() + "万元", "￥" + a.Grouped(), a.Words()} {
			if got, err := ParseAmount(text); err != nil || got != a {
				t.Fatalf("ParseAmount(%q) = %v, %v; want %v", text, got, err, a)
			}
		}
		if got, err := ParseWan(a.Wan()); err != nil || got != a {
			t.Fatalf("ParseWan(%q) = %v, %v; want %v", a.Wan(), got, err, a)
		}
	})
}

func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{
		"0", "1,234.50", "１，２３４．５０", "-¥5", "25.5万元", "0.0000000001亿元", "壹仟肆佰零玖元伍角整", "一千二百万元", "一万亿", "壹兆零伍元整", "零佰零拾壹万",
		"1e30", "NaN", "--5", "1 000", "一千二", "零零", "十", "伍分", "人民币负壹元整", "\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAmount(s)
		if err != nil {
			if a != 0 || fault.From(err).Code == "internal" {
				t.Fatalf("ParseAmount(%q) = %v, %v", s, a, err)
			}
			return
		}
		if a > MaxLine || a < -MaxLine {
			t.Fatalf("ParseAmount(%q) = %v, beyond MaxLine", s, a)
		}
		for _, text := range []string{a.String(), a.Grouped(), a.Wan() + "万元", a.Words()} {
			if back, err := ParseAmount(text); err != nil || back != a {
				t.Fatalf("%q → %q → %v, %v; want %v", s, text, back, err, a)
			}
		}
	})
}

func FuzzParseWan(f *testing.F) {
	for _, s := range []string{"25", "0.000001", "100000000", "二十五", "20000元", "九千兆", "1.0000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseWan(s)
		if err != nil {
			return
		}
		if back, err := ParseWan(a.Wan()); err != nil || back != a || a > MaxLine || a < -MaxLine {
			t.Fatalf("%q → %v → %v, %v", s, a, back, err)
		}
	})
}

func ExampleParseAmount() {
	for _, text := range []string{"25.5万元", "１，２３４．５０", "人民币壹仟肆佰零玖元伍角整", "一千二", "0.001"} {
		a, err := ParseAmount(text)
		fmt.Println(a, err != nil)
	}
	// Output:
	// 255000.00 false
	// 1234.50 false
	// 1409.50 false
	// 0.00 true
	// 0.00 true
}
