package ledger

import (
	"testing"

	"pgregory.net/rapid"
)

// TestNamesThatLookAlikeAreOne: forms that differ by what cannot be seen, by width
// or by compatibility characters have one canonical form, and only that is taken.
func TestNamesThatLookAlikeAreOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ want, other string }{
		{"交通局", "交通\u200b局"},
		{"交通局", "\ufeff交通局"},
		{"交通局", "交通局\u3000"},
		{"交通局", " 交通局"},
		{"交通局", "交\u2060通局"},
		{"交通局", "交通局\ufe0f"},
		{"交通局", "交通局\u3164"},
		{"交通局", "\u202e交通局"},
		{"A1标段", "Ａ１标段"},
		{"A 1标段", "A\u3000１标段"},
		{"A 1", "A\u00a0\u00a01"},
		{"水利局（移民办）", "水利局(移民办)"},
		{"道路，水渠", "道路,水渠"},
		{"K1(a)", "K1（a）"},
		{"II标段", "Ⅱ标段"},
		{"项目1", "项目①"},
		{"（一）期", "㈠期"},
		{"20m2", "20㎡"},
		{"土地局", "⼟地局"},
		{"カナ", "ｶﾅ"},
		{"\u00e9tude", "e\u0301tude"},
		{"\u8c48乡", "\uf900乡"},
	} {
		if got := CleanName(c.other); got != c.want {
			t.Errorf("CleanName(%q) = %q, want %q", c.other, got, c.want)
		}
		if NameProblem(c.other) == "" {
			t.Errorf("%q is taken", c.other)
		}
		if why := NameProblem(c.want); why != "" {
			t.Errorf("%q: %s", c.want, why)
		}
	}
}

// TestRareNamesAreTaken: real names keep working, planes 2 and 3 and ideographic
// variation sequences included.
func TestRareNamesAreTaken(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "T1", "K1-2018/3", "安远县", "𠮷村", "𬭎公司", "\U00031350镇", "葛\U000e0100村", "㐂乡", "〇三村",
		"“两不愁”项目", "甲公司·乙公司", "赣财农〔2018〕25号", "2018年高标准农田（第一批）", "买买提·艾山", "西藏བོད",
	} {
		if why := NameProblem(s); why != "" {
			t.Errorf("%q: %s", s, why)
		}
	}
	for _, s := range []string{"交通\x00局", "交通\n局", "\xff", "交通\u2028局", "A\U000e0100"} {
		if NameProblem(s) == "" {
			t.Errorf("%q is taken", s)
		}
	}
}

// TestCleanNameIsFinal: cleaning twice changes nothing more, and a clean name
// without control characters is taken.
func TestCleanNameIsFinal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aA1 (（)）,，:：　Ａ１①㈠Ⅱ㎡⼟交通局𠮷é\u0301\u200b\ufeff\ufe0f\u00a0\u00a8\u2800ｶﾞ\U000e0100豈…～﹝")), 0, 20, -1).Draw(t, "name")
		clean := CleanName(s)
		if again := CleanName(clean); again != clean {
			t.Fatalf("CleanName(%q) = %q, then %q", s, clean, again)
		}
		if why := NameProblem(clean); why != "" {
			t.Fatalf("CleanName(%q): %s", s, why)
		}
	})
}
