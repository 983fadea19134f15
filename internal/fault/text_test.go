package fault_test

import (
	"strings"
	"testing"

	"fundbook/internal/fault"
)

// TestEnglishOfADetail follows the catalogue: order of the arguments, words of the
// program, texts within texts, and what is somebody's data.
func TestEnglishOfADetail(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		got    *fault.Error
		zh, en string
	}{
		{
			"order", errSample.With("批次 %s 单位 %s 在 %s 超出 %s 元；请先分解下达（E04）或收回资金（E17）", "K1", "民政局", "2026-03-01", "5.00"),
			"批次 K1 单位 民政局 在 2026-03-01 超出 5.00 元；请先分解下达（E04）或收回资金（E17）",
			"lot K1 unit 民政局 is over by 5.00 yuan on 2026-03-01; allocate to it first (E04) or take money back (E17)",
		},
		{"a word", errSample.With("单位：%s", "乡镇"), "单位：乡镇", "unit: township"},
		{"words joined", errSample.With("单位：%s", "项目、合同/名册"), "单位：项目、合同/名册", "unit: project, contract/roster"},
		{"a sentence kept as text", errSample.With("单位：%s", "名册 R1 未确认"), "单位：名册 R1 未确认", "unit: roster R1 is not confirmed"},
		{"a list of sentences", errSample.With("单位：%s", "缺 项目；多 资金池"), "单位：缺 项目；多 资金池", "unit: missing: project; superfluous: pool"},
		{"data stays", errSample.With("单位：%s", "某某项目"), "单位：某某项目", "unit: 某某项目"},
		{"what was typed stays", errSample.With("键 %q", "乡镇"), `键 "乡镇"`, `key "乡镇"`},
		{"a text within", errSample.With("单位：%s", fault.Say("名册 %s", "K1")), "单位：名册 K1", "unit: roster K1"},
		{"a fault within", errSample.With("单位：%s", errSample.With("名册 %s", "K1")), "单位：样例被拒：名册 K1", "unit: sample refused: roster K1"},
		{"a term", errSample.With("单位：%s", fault.Word{ZH: "甲", EN: "first"}), "单位：甲", "unit: first"},
		{"a list", errSample.With("单位：%s", fault.List{fault.Say("名册 %s", "K1"), fault.Say("记录 %d", 3)}), "单位：名册 K1；记录 3", "unit: roster K1; record 3"},
		{"names", errSample.With("名册 %s", "018f").Renamed(strings.NewReplacer("018f", "K1")), "名册 K1", "roster K1"},
	} {
		if got := c.got.DetailIn("zh"); got != c.zh || got != c.got.Detail {
			t.Errorf("%s: zh %q, want %q", c.name, got, c.zh)
		}
		if got := c.got.DetailIn("en"); got != c.en {
			t.Errorf("%s: en %q, want %q", c.name, got, c.en)
		}
	}
}

// TestFieldsSpeakBothLanguages gives the messages of At in Chinese and those of
// AtText in English.
func TestFieldsSpeakBothLanguages(t *testing.T) {
	t.Parallel()
	e := errSample.At("date", "too early", "2026-01-01").AtText("lot", fault.Say("名册 %s", "K1"), "").AtFields(fault.FieldOf("x", errSample, ""))
	for lang, want := range map[string][]string{"zh": {"过早", "名册 K1", "样例被拒"}, "en": {"too early", "roster K1", "sample refused"}} {
		for i, f := range e.FieldsIn(lang) {
			if f.Message != want[i] {
				t.Errorf("%s field %d: %q, want %q", lang, i, f.Message, want[i])
			}
		}
	}
	if e.Fields[0].Message != "too early" || errSample.FieldsIn("zh") != nil {
		t.Errorf("the fault itself was changed: %v", e.Fields)
	}
}

// TestDetailSetByHand shows a detail that no format made.
func TestDetailSetByHand(t *testing.T) {
	t.Parallel()
	e := *errSample.With("名册 %s", "K1")
	e.Detail = "乡镇"
	if got := e.Message("en") + e.DetailText().In("en"); got != "sample refused: township乡镇" {
		t.Errorf("en %q", got)
	}
}
