package publicity

import (
	"testing"

	"fundbook/projects"

	"pgregory.net/rapid"
)

// TestPrivateTellsNumbersOfPersons tries what people write, and what only looks alike.
func TestPrivateTellsNumbersOfPersons(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"李某，36072619900101123X，安远县":   "公民身份号码",
		"3607 2619 9001 0112 34":      "公民身份号码",
		"身份证３６０７２６１９９００１０１１２３４":       "公民身份号码",
		"360726900101123（旧证）":         "公民身份号码",
		"电话 13800000000":              "手机号码",
		"138-0000-0000":               "手机号码",
		"卡号6222020200000000006":       "银行卡号",
		"360726101203-2025-01-0007-K": "",
		"合同金额12,345,678,901.00元":      "",
		"赣财农指〔2025〕97号":               "",
		"0797-3732123":                "",
		"6222020200000000007":         "", // its check digit is wrong: no card
		"":                            "",
	} {
		if got := private(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestMasks shows of a name what the place allows.
func TestMasks(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][3]string{
		"张三":   {"张三", "张＊", "张＊"},
		"欧阳小明": {"欧阳小明", "欧＊＊明", "欧＊＊＊"},
		"李":    {"李", "李", "李"},
		"":     {"", "", ""},
		"𬭚𬱖𫖯":  {"𬭚𬱖𫖯", "𬭚＊𫖯", "𬭚＊＊"},
	} {
		for how, w := range want {
			if got := MaskName(&projects.Person{Name: name}, Mask(how)).String(); got != w {
				t.Errorf("%q by mask %d: %q, want %q", name, how, got, w)
			}
		}
	}
}

// TestNoHouseholdNoticeHoldsANumber generates lists of households, whose persons have
// every kind of number, and looks for any of them in what the paper would print.
func TestNoHouseholdNoticeHoldsANumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[1-9][0-9]{17}`)
		s := subsidy{roster: projects.Roster{Code: "R", Name: "名册", Measure: "户", Policy: "样例〔2026〕1号", Unit: "农业农村局", Year: 2026}, project: projects.Project{Name: "项目"}}
		for i := range rapid.IntRange(1, 30).Draw(t, "rows") {
			p := projects.Person{
				Name: rapid.StringMatching(`[甲乙丙丁]{2,4}`).Draw(t, "name"), ID: digits.Draw(t, "id"), Card: digits.Draw(t, "card"), Phone: rapid.StringMatching(`1[3-9][0-9]{9}`).Draw(t, "phone"),
				Relation: "残疾", Household: "12", Group: "第一组",
			}
			r := projects.RosterPerson{RosterLine: projects.RosterLine{N: i + 1, Amount: 100_00, Standard: 100_00, Quantity: 10_000}, Opened: true, Person: p}
			s.rows = append(s.rows, payeeOf(&r, projects.RosterHousehold, "甲村"))
		}
		sheet, err := s.sheet()
		if err != nil {
			t.Fatal(err)
		}
		if err := sheet.checkPrivate(); err != nil {
			t.Fatal(err)
		}
		for _, p := range sheet.Parts {
			for _, row := range p.Table.Rows {
				for _, c := range row.Cells {
					if len(c.Text) > 12 && digitsOnly(c.Text) || c.Text == "残疾" {
						t.Fatalf("a cell says %q", c.Text)
					}
				}
			}
		}
	})
}

func digitsOnly(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}
