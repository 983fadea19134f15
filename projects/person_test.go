package projects

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"fundbook/ledger"

	"pgregory.net/rapid"
)

func dayFor(t testing.TB, s string) ledger.Date {
	t.Helper()
	d, err := ledger.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestResidentNumbers(t *testing.T) {
	t.Parallel()
	today := dayFor(t, "2026-06-15")
	for id, want := range map[string]string{
		"11010519491231002X":  "", // the vectors of GB 11643
		"440524188001010014":  "id_date",
		"110105194912310021":  "id_check",
		"11010519491231002x":  "id_digits", // folded before it is judged
		"1101051949123100":    "id_length",
		"110105194912310021X": "id_length",
		"11010519490231002X":  "id_date",
		"11010520991231002X":  "id_date",
		"00010519491231002X":  "id_region",
		"11O10519491231002X":  "id_digits",
		"":                    "id_length",
		"一二三四五六":              "id_digits", // eighteen bytes, no digit
	} {
		bad, ok := checkID(id, today)
		if ok != (want == "") || bad.code != want {
			t.Errorf("%q: %q, want %q", id, bad.code, want)
		}
	}
	if foldID(" 11010519491231002x ") != "11010519491231002X" {
		t.Error("a small x or a space makes another number")
	}
}

func TestEveryChangedDigitOfAResidentNumberIsFound(t *testing.T) {
	t.Parallel()
	today := dayFor(t, "2026-06-15")
	const id = "11010519491231002X"
	for i := range len(id) - 1 {
		for d := byte('0'); d <= '9'; d++ {
			if id[i] == d {
				continue
			}
			if _, ok := checkID(id[:i]+string(d)+id[i+1:], today); ok {
				t.Errorf("digit %d changed to %c passes", i+1, d)
			}
		}
	}
}

func TestCards(t *testing.T) {
	t.Parallel()
	for card, want := range map[string]string{
		"6222021234567890128":  "",
		"6222021234567890129":  "card_check",
		"622202123456789":      "card_digits",
		"62220212345678901280": "card_digits",
		"6222 0212 3456 7890":  "card_digits",
		"62220212345678９0128":  "card_digits",
		"":                     "card_digits",
	} {
		if want == "" && !luhn(card) {
			card = card[:len(card)-1] + lastOf(card)
		}
		bad, ok := checkCard(card)
		if ok != (want == "") || bad.code != want {
			t.Errorf("%q: %q, want %q", card, bad.code, want)
		}
	}
}

// luhn and lastOf are a second way to the check digit.
func luhn(card string) bool { return card[len(card)-1:] == lastOf(card) }

func lastOf(card string) string {
	double := []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	sum := 0
	for i := range len(card) - 1 {
		d := int(card[len(card)-2-i] - '0')
		if i%2 == 0 {
			d = double[d]
		}
		sum += d
	}
	return fmt.Sprint((10 - sum%10) % 10)
}

func TestCardsAgainstASecondReckoning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		card := rapid.StringMatching(`[0-9]{16,19}`).Draw(t, "card")
		if _, ok := checkCard(card); ok != luhn(card) {
			t.Errorf("%s: %v", card, ok)
		}
	})
}

func TestNamesAndTelephones(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"张三": true, "阿依古丽·买买提": true, "Zhang San": true, "𠮷田": true, "": false, " 张三": false, "张3": false, "=张三": false, "张\n三": false,
		strings.Repeat("张", 51): false, "张（小）": false,
	} {
		if _, ok := checkName(name); ok != want {
			t.Errorf("%q: %v, want %v", name, ok, want)
		}
	}
	for phone, want := range map[string]bool{"": true, "13800000000": true, "0797-1234567": true, "12345": false, "电话": false, "1380000000012": false} {
		if _, ok := checkPhone(phone); ok != want {
			t.Errorf("%q: %v, want %v", phone, ok, want)
		}
	}
}

// TestPersonPrintsNothing prints a person by every way that ends in a log.
func TestPersonPrintsNothing(t *testing.T) {
	t.Parallel()
	p := Person{"李小明", "11010519491231002X", "6222021234567890128", "13800000000", "户主", "7", "一组", "360726101201"}
	j, err := json.Marshal(struct{ P Person }{p})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{fmt.Sprint(p), fmt.Sprintf("%v %+v %#v %s", p, p, p, p), fmt.Sprintf("%v", []Person{p}), fmt.Sprintf("%+v", Payee{Person: p}), string(j)} {
		for _, secret := range []string{"小明", "110105", "6222", "1380", "一组"} {
			if strings.Contains(s, secret) {
				t.Errorf("%q shows %q", s, secret)
			}
		}
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"12.5": "12.5", "11010519491231002X": "****002X", "6222 0212 3456 7890 128": "**** 128", "abc 12345678 def": "abc****678 def", "亩": "亩",
		strings.Repeat("长", 40): strings.Repeat("长", 30) + "…",
	} {
		if got := Masked(in); got != want {
			t.Errorf("Masked(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringMatching(`[a-z ]{0,5}[0-9 -]{0,30}[0-9]{8}[ a-z]{0,3}`).Draw(t, "cell")
		digits := 0
		for _, r := range Masked(in) {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		if digits > 4 {
			t.Errorf("Masked(%q) shows %d digits", in, digits)
		}
	})
}

func TestQuantities(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Quantity{"1": 10_000, "0.0001": 1, "12.5": 125_000, "1000000000": maxQuantity, "007": 70_000} {
		if got, err := ParseQuantity(in); err != nil || got != want {
			t.Errorf("%q = %d, %v, want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "-1", "+1", "1.", ".5", "1.23456", "1,000", "1e3", "1000000000.0001", "９", "1 ", "0x10", "1_0", strings.Repeat("9", 30)} {
		if got, err := ParseQuantity(in); err == nil {
			t.Errorf("%q is taken for %s", in, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		q := Quantity(rapid.Int64Range(0, maxQuantity).Draw(t, "quantity"))
		if back, err := ParseQuantity(q.String()); err != nil || back != q {
			t.Errorf("%d prints %q and reads %d, %v", q, q, back, err)
		}
	})
}

func TestStandardTimesQuantityIsExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		standard ledger.Amount
		q        Quantity
		want     ledger.Amount // -1: refused
	}{
		{10_000, 15_000, 15_000},
		{6_666, 15_000, 9_999},
		{33, 15_000, -1}, // 49.5 fen
		{1, 10_000, 1},
		{1, 1, -1},
		{ledger.MaxLine, 10_000, ledger.MaxLine},
		{ledger.MaxLine, 10_001, -1},
		{ledger.MaxLine, maxQuantity, -1},
		{-1, 10_000, -1},
	} {
		got, err := c.q.Times(c.standard)
		if (err != nil) != (c.want < 0) || err == nil && got != c.want {
			t.Errorf("%s × %s = %s, %v, want %s", c.standard, c.q, got, err, c.want)
		}
	}
}
