package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fundbook/internal/fault"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Every row of the published numbers: one that lost a bracket is refused and
// the true number is among the readings to ask about; all others normalise.
func TestNormalizeRealDocNumbers(t *testing.T) {
	t.Parallel()
	damaged := 0
	for _, row := range readCSV(t, "testdata/docnumber_printed.csv") {
		printed, want := row["as_printed"], DocNumber(row["normalised"])
		got, err := NormalizeDocNumber(printed)
		if !want.Valid() {
			t.Errorf("%q is not in normal form", want)
		}
		if strings.Contains(row["feature"], "bracket lost") {
			damaged++
			if !errors.Is(err, ErrDocNumberDamaged) || got != "" || !slices.Contains(DocNumberCandidates(printed), want) || !strings.Contains(err.Error(), string(want)) {
				t.Errorf("NormalizeDocNumber(%q) = %q, %v; want damaged, naming %s", printed, got, err, want)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("NormalizeDocNumber(%q) = %q, %v; want %q", printed, got, err, want)
		}
	}
	if damaged != 6 {
		t.Errorf("%d damaged rows, want 6", damaged)
	}
}

// Every cell of the sources of 28 notices is read whole, or asked about.
func TestParseDocNumbersOfRealNotices(t *testing.T) {
	t.Parallel()
	for _, row := range readCSV(t, "testdata/docnumber_sources.csv") {
		cell := row["doc_no_as_printed"]
		readings := ParseDocNumbers(cell)
		want := 0
		if cell != "" {
			want = 1 + strings.Count(cell, ";") + strings.Count(cell, "；")
		}
		if len(readings) != want {
			t.Errorf("%s: ParseDocNumbers(%q) has %d parts, want %d", row["notice_id"], cell, len(readings), want)
		}
		for _, r := range readings {
			if r.Err != nil && cell != "莆城农扶〔20176号" {
				t.Errorf("%s: %v", row["notice_id"], r.Err)
			}
		}
	}
}

func TestNormalizeDocNumber(t *testing.T) {
	t.Parallel()
	for printed, want := range map[string]DocNumber{
		"": "", " \u3000\n": "",
		"财农〔2017〕8号": "财农〔2017〕8号", "财农[2017]8号": "财农〔2017〕8号", "财农［2017］8号": "财农〔2017〕8号", "财农﹝2017﹞8号": "财农〔2017〕8号",
		"财农【2017】8号": "财农〔2017〕8号", "财农(2017)8号": "财农〔2017〕8号", "财农（2017）8号": "财农〔2017〕8号", "财农〔2017)8号": "财农〔2017〕8号",
		"财农〔２０１７〕８号": "财农〔2017〕8号", " 财 农 〔 2017 〕 8 号 ": "财农〔2017〕8号", "财农\u200b〔2017〕\n8号": "财农〔2017〕8号",
		"财农〔2017〕第8号": "财农〔2017〕8号", "财农〔2017〕8号文": "财农〔2017〕8号", "财农〔2017〕8号文件": "财农〔2017〕8号",
		"【财农〔2017〕8号】": "财农〔2017〕8号", "【财农【2017】8号】": "财农〔2017〕8号", "（财农〔2017〕8号）": "财农〔2017〕8号", "((财农(2017)8号))": "财农〔2017〕8号",
		"黑财指(农)〔2023〕34号": "黑财指(农)〔2023〕34号", "黑财指（农）(2023)34号": "黑财指(农)〔2023〕34号", "黑财指［农］〔2023〕34号": "黑财指(农)〔2023〕34号", "黑财(农)指〔2023〕34号": "黑财(农)指〔2023〕34号",
		"安府会议纪要〔2019〕5号": "安府会议纪要〔2019〕5号", "第七师财发〔2020〕5号": "第七师财发〔2020〕5号", "和田财农〔2020〕5号": "和田财农〔2020〕5号",
		"财农〔1998〕12345号": "财农〔1998〕12345号", "塅〇财〔2019〕1号": "塅〇财〔2019〕1号",
	} {
		if got, err := NormalizeDocNumber(printed); err != nil || got != want {
			t.Errorf("NormalizeDocNumber(%q) = %q, %v; want %q", printed, got, err, want)
		}
	}
	if got := DocNumber("黑财指(农)〔2023〕34号").Year(); got != 2023 {
		t.Errorf("Year = %d", got)
	}
	if DocNumber("").Valid() || DocNumber("").Year() != 0 || DocNumber("财农[2017]8号").Valid() {
		t.Error("an empty or printed number is valid")
	}
}

func TestNormalizeDocNumberRefuses(t *testing.T) {
	t.Parallel()
	for rule, texts := range map[*fault.Error][]string{
		ErrDocNumberDamaged: {
			"赣发〔201825号", "赣发2018〕25号", "赣发201825号", "赣发〔2018〔25号", "赣发〔20182〕5号", "赣发〔201〕825号", "赣发〔 2018 25 号", "【赣发〔201825号】", "黑财指(农)〔202334号",
			"赣发〔2018号", "赣发〔182025号", "赣发〔2018025号", "赣发〔2018123456号", "赣发18〕25号", "赣发〕2018〔25号", "财农()〔2018〕8号",
		},
		ErrDocNumberIncomplete: {
			"会议纪要", "县政府会议纪要", "安远县人民政府会议纪要12号", "会议纪要第5期", "县长办公会议纪要〔12〕号", "赣发25号", "赣发第25号", "赣发〔18〕号", "148号", "第148号", "〔2018〕25号", "[2018]25号", "财农〔二〇一八〕8号", "财农〔18〕25号",
		},
		ErrDocNumberForm: {
			"无", "/", "-", "【】", "()", "财农", "财农〔2018〕", "财农〔2018〕号", "财农〔2018〕8", "财农〔2018〕08号", "财农〔2018〕0号", "财农〔2018〕123456号", "财农〔1825〕3号", "财农〔2118〕3号",
			"财农〔2018〕8-9号", "财农〔2018〕8号等", "财〔2018〕8号", "CZ〔2018〕8号", "财农2018年8号", "财农〔2018〕8号财农〔2018〕9号", "财农〔2018〕8、9号", "2018年第8号", "财农(农〔2018〕8号",
			"会议纪要2019年第5期", "安府会议纪要〔2019〕005号", "财农〔2018〕25〔3〕号", "【财农〔2018〕8号", "\xff\xfe",
		},
		ErrDocNumberLength: {strings.Repeat("财", 65), strings.Repeat("\xff", 1<<20)},
	} {
		for _, text := range texts {
			if got, err := NormalizeDocNumber(text); !errors.Is(err, rule) || got != "" {
				t.Errorf("NormalizeDocNumber(%q) = %q, %v; want %v", text, got, err, rule)
			}
			if rule != ErrDocNumberDamaged && len(DocNumberCandidates(text)) > 0 {
				t.Errorf("DocNumberCandidates(%q) = %v", text, DocNumberCandidates(text))
			}
		}
	}
}

func TestDamagedDocNumberAsks(t *testing.T) {
	t.Parallel()
	_, err := NormalizeDocNumber("凤巩领〔202210号")
	f := fault.From(err)
	if f.Kind != fault.Invalid || f.Detail != `"凤巩领〔202210号" → 凤巩领〔2022〕10号?` {
		t.Errorf("fault = %v %q", f.Kind, f.Detail)
	}
	if diff := cmp.Diff([]fault.Field{{Location: "doc_no", Message: "candidate", Value: "凤巩领〔2022〕10号"}}, f.Fields); diff != "" {
		t.Error(diff)
	}
	for printed, want := range map[string][]DocNumber{
		"赣发〔20182〕5号": {"赣发〔2018〕25号"}, "赣发2018〕25号": {"赣发〔2018〕25号"}, "黑财指(农)〔202334号": {"黑财指(农)〔2023〕34号"},
		"赣发〔2018号": nil, "赣发〔182025号": nil, "赣发〔2018025号": nil, "赣发〔2018〕25号": nil, "": nil,
	} {
		if diff := cmp.Diff(want, DocNumberCandidates(printed)); diff != "" {
			t.Errorf("DocNumberCandidates(%q) (-want +got)\n%s", printed, diff)
		}
	}
}

func TestParseDocNumbers(t *testing.T) {
	t.Parallel()
	type reading struct {
		Printed, Number string
		Shared          bool
		Candidates      []DocNumber
		Err             *fault.Error
	}
	ok := func(printed, number string) reading { return reading{Printed: printed, Number: number} }
	shared := func(printed, number string) reading {
		return reading{Printed: printed, Number: number, Shared: true}
	}
	bad := func(printed string, rule *fault.Error, candidates ...DocNumber) reading {
		return reading{Printed: printed, Candidates: candidates, Err: rule}
	}
	for printed, want := range map[string][]reading{
		"": nil, " \n": nil, "；、": nil,
		"豫财农﹝2017﹞191号;郑财预﹝2017﹞814号":  {ok("豫财农﹝2017﹞191号", "豫财农〔2017〕191号"), ok("郑财预﹝2017﹞814号", "郑财预〔2017〕814号")},
		"财农[2018] 8 号； 财农[2018]9号；":    {ok("财农[2018] 8 号", "财农〔2018〕8号"), ok("财农[2018]9号", "财农〔2018〕9号")},
		"财农〔2018〕8号\n文财农〔2018〕9号":      {ok("财农〔2018〕8号", "财农〔2018〕8号"), ok("文财农〔2018〕9号", "文财农〔2018〕9号")},
		"财农〔2018〕8号财预〔2018〕9号文":        {ok("财农〔2018〕8号", "财农〔2018〕8号"), ok("财预〔2018〕9号文", "财预〔2018〕9号")},
		"财农〔2018〕148、149、150号文":        {ok("财农〔2018〕148", "财农〔2018〕148号"), shared("149", "财农〔2018〕149号"), shared("150号文", "财农〔2018〕150号")},
		"财农〔2018〕148号、149号；财预〔2019〕1号": {ok("财农〔2018〕148号", "财农〔2018〕148号"), shared("149号", "财农〔2018〕149号"), ok("财预〔2019〕1号", "财预〔2019〕1号")},
		"财农〔2018〕148、149和150号":         {ok("财农〔2018〕148", "财农〔2018〕148号"), shared("149", "财农〔2018〕149号"), shared("150号", "财农〔2018〕150号")},
		"财农〔2018〕148号 与第 １４９号":         {ok("财农〔2018〕148号", "财农〔2018〕148号"), shared("第 １４９号", "财农〔2018〕149号")},
		"148、149、150号文":                {bad("148", ErrDocNumberIncomplete), bad("149", ErrDocNumberIncomplete), bad("150号文", ErrDocNumberIncomplete)},
		"财农〔2018〕148、149":              {bad("财农〔2018〕148", ErrDocNumberForm), bad("149", ErrDocNumberForm)},
		"赣发〔201825、26号":                {bad("赣发〔201825", ErrDocNumberDamaged, "赣发〔2018〕25号"), bad("26号", ErrDocNumberIncomplete)},
		"凤巩领〔202210号；新财预〔2022〕289号":    {bad("凤巩领〔202210号", ErrDocNumberDamaged, "凤巩领〔2022〕10号"), ok("新财预〔2022〕289号", "新财预〔2022〕289号")},
		"【财农〔2018〕8号；财农〔2018〕9号】":      {ok("财农〔2018〕8号", "财农〔2018〕8号"), ok("财农〔2018〕9号", "财农〔2018〕9号")},
		"（财农〔2018〕8号）、（财农〔2018〕9号文）":   {ok("（财农〔2018〕8号）", "财农〔2018〕8号"), ok("（财农〔2018〕9号文）", "财农〔2018〕9号")},
		"县政府会议纪要；财农〔2018〕9号":           {bad("县政府会议纪要", ErrDocNumberIncomplete), ok("财农〔2018〕9号", "财农〔2018〕9号")},
		"财农〔2018〕8号 文件、财预〔2018〕9号文":    {ok("财农〔2018〕8号 文件", "财农〔2018〕8号"), ok("财预〔2018〕9号文", "财预〔2018〕9号")},
		"财农〔2018〕8号等":                  {ok("财农〔2018〕8号", "财农〔2018〕8号"), bad("等", ErrDocNumberForm)},
		"财农〔2018〕8号和财预〔2018〕9号":        {ok("财农〔2018〕8号", "财农〔2018〕8号"), bad("和财预〔2018〕9号", ErrDocNumberConjoined, "财预〔2018〕9号", "和财预〔2018〕9号")},
		"财农〔2018〕8号；和田财农〔2018〕9号":      {ok("财农〔2018〕8号", "财农〔2018〕8号"), ok("和田财农〔2018〕9号", "和田财农〔2018〕9号")},
		"财农〔2018〕8号，以及财预〔2018〕9号":      {ok("财农〔2018〕8号", "财农〔2018〕8号"), ok("以及财预〔2018〕9号", "财预〔2018〕9号")},
		"财农〔2018〕8号、及财预〔2018〕9号":       {ok("财农〔2018〕8号", "财农〔2018〕8号"), bad("及财预〔2018〕9号", ErrDocNumberConjoined, "财预〔2018〕9号", "及财预〔2018〕9号")},
	} {
		var got []reading
		for _, r := range ParseDocNumbers(printed) {
			var rule *fault.Error
			if r.Err != nil {
				rule = fault.From(r.Err)
			}
			got = append(got, reading{r.Printed, string(r.Number), r.Shared, r.Candidates, rule})
		}
		sameCode := cmp.Comparer(func(a, b *fault.Error) bool { return a == b || a != nil && b != nil && a.Code == b.Code })
		if diff := cmp.Diff(want, got, sameCode); diff != "" {
			t.Errorf("ParseDocNumbers(%q) (-want +got)\n%s", printed, diff)
		}
	}
	if got := ParseDocNumbers(strings.Repeat("8号", 1<<20)); len(got) != 1 || !errors.Is(got[0].Err, ErrDocNumberLength) {
		t.Errorf("a list of 4 MB has %d parts", len(got))
	}
}

// However a number is printed, its normal form is the same; a lost bracket is
// always asked about, and the truth is always offered.
func TestDocNumberLaws(t *testing.T) {
	t.Parallel()
	agencies := rapid.SampledFrom([]string{"财农", "黑财指(农)", "清脱贫领办发", "凤巩领", "第七师财发", "和田财农", "青财农字"})
	pairs := rapid.SampledFrom([][2]string{{"〔", "〕"}, {"[", "]"}, {"［", "］"}, {"﹝", "﹞"}, {"【", "】"}, {"(", ")"}, {"（", "）"}})
	blanks := rapid.SampledFrom([]string{"", "", " ", "\u3000", "\n", "\u200b"})
	rapid.Check(t, func(t *rapid.T) {
		agency, pair := agencies.Draw(t, "agency"), pairs.Draw(t, "pair")
		year := rapid.StringMatching(`(19|20)[0-9]{2}`).Draw(t, "year")
		serial := rapid.StringMatching(`[1-9][0-9]{0,4}`).Draw(t, "serial")
		want := DocNumber(agency + "〔" + year + "〕" + serial + "号")
		blank := func() string { return blanks.Draw(t, "blank") }
		printed := blank() + agency + blank() + pair[0] + year + blank() + pair[1] + rapid.SampledFrom([]string{"", "第"}).Draw(t, "第") + serial + blank() + "号"
		if got, err := NormalizeDocNumber(printed); err != nil || got != want {
			t.Fatalf("NormalizeDocNumber(%q) = %q, %v; want %q", printed, got, err, want)
		}
		if !want.Valid() || want.Year() == 0 {
			t.Fatalf("%q is not valid", want)
		}
		lost := rapid.SampledFrom([]string{pair[0] + year, year + pair[1], year}).Draw(t, "lost") + serial
		damaged := agency + lost + "号"
		if got, err := NormalizeDocNumber(damaged); !errors.Is(err, ErrDocNumberDamaged) || !slices.Contains(DocNumberCandidates(damaged), want) {
			t.Fatalf("NormalizeDocNumber(%q) = %q, %v", damaged, got, err)
		}
	})
}

func FuzzNormalizeDocNumber(f *testing.F) {
	for _, s := range []string{"财农〔2017〕8号", "黑财指(农)〔2023〕34号", "赣发〔201825号", "【闽财农指[2017]172号】", "会议纪要", "豫办[2016] 2 8号", "〔〕", "", "号", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := NormalizeDocNumber(s)
		if err != nil {
			if n != "" {
				t.Fatalf("NormalizeDocNumber(%q) = %q, %v", s, n, err)
			}
			for _, c := range DocNumberCandidates(s) {
				if !c.Valid() {
					t.Fatalf("candidate %q of %q is not valid", c, s)
				}
			}
			return
		}
		if n != "" && !n.Valid() {
			t.Fatalf("NormalizeDocNumber(%q) = %q, not in normal form", s, n)
		}
	})
}

func FuzzParseDocNumbers(f *testing.F) {
	for _, s := range []string{"豫财农﹝2017﹞191号;郑财预﹝2017﹞814号", "财农〔2018〕148、149、150号文", "【财农〔2018〕8号；财农〔2018〕9号】", "8号和财预〔2018〕9号", "((", "；；号号", "\u200b(a)\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range ParseDocNumbers(s) {
			if (r.Err == nil) != r.Number.Valid() || r.Printed == "" || !strings.Contains(s, r.Printed) {
				t.Fatalf("ParseDocNumbers(%q) has %+v", s, r)
			}
		}
	})
}

func ExampleNormalizeDocNumber() {
	n, _ := NormalizeDocNumber("豫办[2016] 2 8号")
	fmt.Println(n)
	_, err := NormalizeDocNumber("赣发〔201825号")
	fmt.Println(err)
	// Output:
	// 豫办〔2016〕28号
	// 文号括号残缺，不自动修补，请对照原件确认："赣发〔201825号" → 赣发〔2018〕25号?
}
