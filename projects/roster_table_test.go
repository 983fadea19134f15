package projects

import (
	"errors"
	"strings"
	"testing"

	"fundbook/internal/fault"
	"fundbook/internal/region"
	"fundbook/internal/sheet"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	goodID   = "11010519491231002X"
	otherID  = "360726195001010013"
	tableTop = "姓名,身份证号,一卡通账号,村代码,数量,计量单位,补助标准,金额,村民小组\n"
)

func goodCard() string { return "622202123456789012" + lastOf("6222021234567890120") }

func testRules(t testing.TB) *rosterRules {
	t.Helper()
	var rows []region.Division
	for code, name := range map[region.Code]string{"360726": "安远县", "360726101": "甲镇", "360726101201": "甲村", "360726102": "乙乡", "360726102201": "乙村"} {
		rows = append(rows, region.Division{Code: code, Name: name, Level: code.Level(), Parent: code.Parent(), From: 20200101})
	}
	gone := region.Code("360726101299")
	rows = append(rows, region.Division{Code: gone, Name: "丁村", Level: region.Village, Parent: gone.Parent(), From: 20200101, To: 20231231})
	return &rosterRules{town: "甲镇", measure: "亩", today: dayFor(t, "2026-06-15"), county: "360726", places: region.NewSet(rows)}
}

func line(over ...string) string {
	cells := []string{"张三", goodID, goodCard(), "360726101201", "1.5", "亩", "66.66", "", "一组"}
	for i := 0; i+1 < len(over); i += 2 {
		for j, h := range strings.Split(strings.TrimSpace(tableTop), ",") {
			if h == over[i] {
				cells[j] = over[i+1]
			}
		}
	}
	return strings.Join(cells, ",") + "\n"
}

// TestBadRowsAreReportedOneByOne gives each kind of bad cell once: where it stands,
// what is wrong, and that nothing of a person is shown.
func TestBadRowsAreReportedOneByOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, row, column, code, value string }{
		{"a digit of the resident number", line("身份证号", "110105194912310021"), "身份证号", "id_check", ""},
		{"a short resident number", line("身份证号", "1101051949"), "身份证号", "id_length", ""},
		{"no such day of birth", line("身份证号", "11010519490231002X"), "身份证号", "id_date", ""},
		{"no such province", line("身份证号", "99010519491231002X"), "身份证号", "id_region", ""},
		{"a letter in the resident number", line("身份证号", "11010519491231O02X"), "身份证号", "id_digits", ""},
		{"a digit of the card", line("一卡通账号", "6222021234567890120"), "一卡通账号", "card_check", "****0120"},
		{"a short card", line("一卡通账号", "62220212"), "一卡通账号", "card_digits", "****0212"},
		{"a card with spaces", line("一卡通账号", "6222 0212 3456 7890"), "一卡通账号", "card_digits", "****7890"},
		{"no name", line("姓名", ""), "姓名", "name", ""},
		{"a name with a figure", line("姓名", "张三1"), "姓名", "name", "张＊＊"},
		{"a negative quantity", line("数量", "-2"), "数量", "quantity_negative", "-2"},
		{"no quantity", line("数量", "0"), "数量", "quantity_zero", "0"},
		{"a quantity with a unit", line("数量", "2亩"), "数量", "quantity_form", "2亩"},
		{"five decimals", line("数量", "1.00001"), "数量", "quantity_form", "1.00001"},
		{"a resident number as quantity", line("数量", goodID), "数量", "quantity_form", "****002X"},
		{"another unit", line("计量单位", "头"), "计量单位", "unit_mixed", "头"},
		{"no standard", line("补助标准", ""), "补助标准", "standard_form", ""},
		{"a negative standard", line("补助标准", "-5"), "补助标准", "standard_form", "-5"},
		{"half a fen", line("补助标准", "0.33"), "数量", "amount_inexact", "1.5"},
		{"another amount", line("金额", "100.00"), "金额", "amount_differs", "100.00"},
		{"an unknown village", line("村代码", "360726101999"), "村代码", "village_unknown", "360726101999"},
		{"a village that is gone", line("村代码", "360726101299"), "村代码", "village_unknown", "360726101299"},
		{"a village of another township", line("村代码", "360726102201"), "村代码", "village_township", "360726102201"},
		{"a village of another county", line("村代码", "360727101201"), "村代码", "village_county", "360727101201"},
		{"a township's code", line("村代码", "360726101"), "村代码", "village_form", "****6101"},
		{"a group of two lines", line("村民小组", "\"一组\n二组\""), "村民小组", "text", ""},
	} {
		got, err := readRoster("r.csv", []byte(tableTop+c.row), testRules(t))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		f := got.report.Findings
		if len(f) != 1 || f[0].Row != 2 || f[0].Column != c.column || f[0].Code != c.code || f[0].Severity != "error" || f[0].Why == "" || f[0].Remedy == "" {
			t.Errorf("%s: %+v, want %s in %s", c.name, f, c.code, c.column)
			continue
		}
		if c.code != "text" && f[0].Value != c.value {
			t.Errorf("%s: shows %q, want %q", c.name, f[0].Value, c.value)
		}
		if !errors.Is(got.report.Fault(), ErrRosterRows) {
			t.Errorf("%s: %v", c.name, got.report.Fault())
		}
	}
}

func TestGoodRowsAreRead(t *testing.T) {
	t.Parallel()
	body := tableTop + line("身份证号", strings.ToLower(goodID), "金额", "99.99") + line("姓名", "李四", "身份证号", otherID, "数量", "2", "补助标准", "1,000.00元")
	body = strings.ReplaceAll(body, ",1,000.00元", ",\"1,000.00元\"")
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"UTF-8": body, "GB18030": gb, "with BOM": "\uFEFF" + body} {
		got, err := readRoster("r.csv", []byte(file), testRules(t))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		// Both use one card: a doubt, not an error.
		if got.report.Errors != 0 || got.report.Warnings != 1 || got.report.Findings[0].Code != "A02" || !cmp.Equal(got.shared, [][2]int{{1, 0}}) {
			t.Errorf("%s: %+v", name, got.report)
		}
		if got.people[0].ID != goodID || got.rows[0].Amount != 9_999 || got.rows[1].Amount != 200_000 || got.report.Total != 209_999 {
			t.Errorf("%s: rows %+v", name, got.rows)
		}
	}
}

func TestRepeatedPersonIsRefused(t *testing.T) {
	t.Parallel()
	got, err := readRoster("r.csv", []byte(tableTop+line()+line("身份证号", strings.ToLower(goodID))), testRules(t))
	if err != nil {
		t.Fatal(err)
	}
	if f := got.report.Findings; len(f) != 1 || f[0].Code != "id_repeated" || f[0].Row != 3 || !strings.Contains(f[0].Why, "第 2 行") {
		t.Errorf("findings %+v", f)
	}
}

// TestFileThatIsNoTableShowsNobody refuses broken files by place, without quoting
// what is in them.
func TestFileThatIsNoTableShowsNobody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want *fault.Error
		at   string
	}{
		"a formula":        {tableTop + line("姓名", "=HYPERLINK("+goodID+")"), sheet.ErrFormula, "r.csv[2].姓名"},
		"an open quote":    {tableTop + line("姓名", "\"张三"), sheet.ErrQuote, "r.csv[2]"},
		"a quote within":   {tableTop + line("身份证号", goodID+"\""), sheet.ErrQuote, "r.csv[2]"},
		"a cell too long":  {tableTop + line("姓名", strings.Repeat("张", 10_001)), sheet.ErrTooLarge, "r.csv[2]"},
		"a row cut short":  {tableTop + "张三," + goodID + "\n", sheet.ErrWidth, "r.csv[2]"},
		"a control":        {tableTop + line("姓名", "张\x01三"), sheet.ErrControl, "r.csv[2]"},
		"UTF-16":           {"\xff\xfe\x00", sheet.ErrEncoding, "r.csv[1]"},
		"no card column":   {"姓名,身份证号,村代码,数量,计量单位,补助标准\n张三," + goodID + ",x,1,亩,1\n", sheet.ErrHeader, "r.csv[1]"},
		"no rows":          {tableTop, ErrRosterEmpty, ""},
		"nothing":          {"", sheet.ErrHeader, "r.csv"},
		"beyond 16 MiB":    {strings.Repeat("x", sheet.MaxBytes+1), sheet.ErrTooLarge, "r.csv"},
		"too many columns": {strings.Repeat("a,", 300) + "\n", sheet.ErrTooLarge, "r.csv[1]"},
	} {
		_, err := readRoster("r.csv", []byte(c.body), testRules(t))
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want.Code)
			continue
		}
		f := fault.From(err)
		said := f.Message("zh") + f.Message("en")
		for _, x := range f.Fields {
			said += x.Location + x.Message + x.Value
		}
		if strings.Contains(said, goodID) || strings.Contains(said, "张三") || strings.Contains(said, "张张") {
			t.Errorf("%s shows a person: %s", name, said)
		}
		if c.at != "" && (len(f.Fields) == 0 || !strings.HasPrefix(f.Fields[0].Location, c.at)) {
			t.Errorf("%s: place %+v, want %s", name, f.Fields, c.at)
		}
	}
	rules := testRules(t)
	rules.places = nil
	if _, err := readRoster("r.csv", []byte(tableTop+line()), rules); !errors.Is(err, ErrRosterDivisions) {
		t.Errorf("without divisions: %v", err)
	}
}

func FuzzReadRoster(f *testing.F) {
	f.Add([]byte(tableTop + line()))
	f.Add([]byte(tableTop + line("数量", "-1") + line("姓名", "=1")))
	rules := testRules(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := readRoster("r.csv", file, rules)
		if err != nil {
			return
		}
		if len(got.rows) != len(got.people) || len(got.rows) != got.report.Rows {
			t.Errorf("%d rows, %d people, %d reported", len(got.rows), len(got.people), got.report.Rows)
		}
		if got.report.Fault() == nil {
			for i, r := range got.rows {
				if r.Amount <= 0 || r.Quantity <= 0 {
					t.Errorf("row %d is accepted with %s × %s", i, r.Standard, r.Quantity)
				}
			}
		}
	})
}
