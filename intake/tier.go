package intake

import (
	"strconv"
	"strings"
	"unicode"

	"fundbook/ledger"

	"golang.org/x/text/unicode/norm"
)

// tierLabels are the labels that pages print for a tier, without spaces. 本级 is
// the tier of the publishing unit (ownTier).
var tierLabels = map[string]ledger.Tier{
	"中央": ledger.TierCentral, "中央级": ledger.TierCentral, "中央财政": ledger.TierCentral, "国家级": ledger.TierCentral,
	"省级": ledger.TierProvince, "省": ledger.TierProvince, "省财政": ledger.TierProvince, "省级财政": ledger.TierProvince,
	"自治区": ledger.TierProvince, "自治区级": ledger.TierProvince,
	"市级": ledger.TierCity, "市": ledger.TierCity, "市财政": ledger.TierCity, "市级财政": ledger.TierCity, "州级": ledger.TierCity,
	"州": ledger.TierCity, "盟级": ledger.TierCity, "地级": ledger.TierCity, "地区": ledger.TierCity, "地市级": ledger.TierCity,
	"县级": ledger.TierCounty, "县": ledger.TierCounty, "区级": ledger.TierCounty, "区": ledger.TierCounty, "旗级": ledger.TierCounty,
	"县本级": ledger.TierCounty, "区本级": ledger.TierCounty, "县区级": ledger.TierCounty, "县市级": ledger.TierCounty,
	"县财政": ledger.TierCounty, "区财政": ledger.TierCounty, "县级财政": ledger.TierCounty, "区级财政": ledger.TierCounty,
	"中央及省级": ledger.TierCentralProvince, "中央和省级": ledger.TierCentralProvince, "中央、省级": ledger.TierCentralProvince,
	"中央省级": ledger.TierCentralProvince, "中央及省": ledger.TierCentralProvince, "中央、省": ledger.TierCentralProvince,
	"中省": ledger.TierCentralProvince, "中央及自治区": ledger.TierCentralProvince, "中央和自治区": ledger.TierCentralProvince,
	"东西部协作": ledger.TierDonor, "东西部扶贫协作": ledger.TierDonor, "对口支援": ledger.TierDonor, "定点帮扶": ledger.TierDonor,
	"社会帮扶": ledger.TierDonor, "社会捐赠": ledger.TierDonor, "捐赠": ledger.TierDonor,
	"自筹": ledger.TierOwn, "群众自筹": ledger.TierOwn, "企业自筹": ledger.TierOwn, "村集体自筹": ledger.TierOwn,
	"债券": ledger.TierOther, "地方政府债券": ledger.TierOther, "一般债券": ledger.TierOther, "专项债券": ledger.TierOther,
	"结余": ledger.TierOther, "结转结余": ledger.TierOther, "收回结余": ledger.TierOther, "存量": ledger.TierOther,
	"利息": ledger.TierOther, "收益": ledger.TierOther, "其他": ledger.TierOther, "其它": ledger.TierOther,
}

// readTier reads a label. An unknown one is known=false: the tier is then not
// stated, and never divided or guessed.
func (n *Notice) readTier(label string) (tier ledger.Tier, known bool) {
	s := squash(label)
	if s == "" {
		return ledger.TierUnstated, true
	}
	s = strings.TrimSuffix(s, "资金")
	if s == "本级" {
		return n.ownTier(), true
	}
	if t, ok := tierLabels[s]; ok {
		return t, true
	}
	return ledger.TierUnstated, false
}

// ownTier is the tier of the publishing unit by its division code: a city's code
// ends in 00, a province's in 0000; a unit without a code counts as a county.
func (n *Notice) ownTier() ledger.Tier {
	switch {
	case len(n.Division) != 6 || !strings.HasSuffix(n.Division, "00"):
		return ledger.TierCounty
	case strings.HasSuffix(n.Division, "0000"):
		return ledger.TierProvince
	}
	return ledger.TierCity
}

// plainLabel reports whether a label says no more than the tier it was read as.
func plainLabel(label string, t ledger.Tier) bool { return squash(label) == t.Chinese() }

// classWords tell the class from the printed names, first match first.
var classWords = []struct {
	word  string
	class ledger.Class
}{
	{"债券", ledger.ClassZQ},
	{"彩票公益金", ledger.ClassCP},
	{"东西部", ledger.ClassHZ},
	{"对口支援", ledger.ClassHZ},
	{"定点帮扶", ledger.ClassHZ},
	{"捐赠", ledger.ClassSH},
	{"捐款", ledger.ClassSH},
	{"募集", ledger.ClassSH},
	{"贴息", ledger.ClassTX},
	{"存款利息", ledger.ClassLX},
	{"利息收入", ledger.ClassLX},
	{"结余", ledger.ClassJZ},
	{"存量", ledger.ClassJZ},
	{"收回", ledger.ClassJZ},
	{"统筹整合", ledger.ClassZH},
	{"整合资金", ledger.ClassZH},
}

// readClass finds the class of a source: by words of its label and name, then
// county money as such, then other money as such, then by name and year (to 2020
// ZX, from 2021 XJ). why is not empty when the class is unclear.
func (n *Notice) readClass(s *Source, tier ledger.Tier) (class ledger.Class, why string) {
	name := squash(s.Tier) + squash(s.Name)
	for _, w := range classWords {
		if strings.Contains(name, w.word) {
			return w.class, ""
		}
	}
	switch tier {
	case ledger.TierCounty:
		return ledger.ClassZC, ""
	case ledger.TierDonor:
		return ledger.ClassSH, ""
	case ledger.TierOwn, ledger.TierOther:
		return ledger.ClassQT, ""
	default: // of government above the county: by name and year
	}
	class = ledger.ClassXJ
	if yearOf(n.FundYear) <= lastYearZX {
		class = ledger.ClassZX
	}
	poverty := strings.Contains(name, "扶贫")
	linking := strings.Contains(name, "衔接") || strings.Contains(name, "乡村振兴")
	switch {
	case poverty && !linking && class == ledger.ClassXJ, linking && !poverty && class == ledger.ClassZX:
		return class, "名称“" + clip(s.Name) + "”与资金年度 " + n.FundYear + " 不一致，按年度归为" + class.Chinese()
	case poverty || linking:
		return class, ""
	}
	if title := squash(n.Title); strings.Contains(title, "扶贫") || strings.Contains(title, "衔接") || strings.Contains(title, "脱贫") ||
		strings.Contains(title, "乡村振兴") {
		return class, ""
	}
	return class, "名称“" + clip(s.Name) + "”和标题都没有说明资金类别，按资金年度 " + n.FundYear + " 归为" + class.Chinese()
}

// lastYearZX is the last fund year of 财政专项扶贫资金; from the next year on the
// money is 衔接资金 (DOMAIN 1.1).
const lastYearZX = 2020

// tierWords are the words by which a title or a name speaks of a tier.
var tierWords = []struct {
	word  string
	tiers []ledger.Tier
}{
	{"中央", []ledger.Tier{ledger.TierCentral}},
	{"中省", []ledger.Tier{ledger.TierCentral, ledger.TierProvince}},
	{"省级", []ledger.Tier{ledger.TierProvince}},
	{"省财政", []ledger.Tier{ledger.TierProvince}},
	{"和省", []ledger.Tier{ledger.TierProvince}},
	{"、省", []ledger.Tier{ledger.TierProvince}},
	{"自治区级", []ledger.Tier{ledger.TierProvince}},
	{"市级", []ledger.Tier{ledger.TierCity}},
	{"州级", []ledger.Tier{ledger.TierCity}},
	{"县级", []ledger.Tier{ledger.TierCounty}},
	{"县本级", []ledger.Tier{ledger.TierCounty}},
	{"区本级", []ledger.Tier{ledger.TierCounty}},
	{"上级", []ledger.Tier{ledger.TierCentral, ledger.TierProvince, ledger.TierCity}},
}

// tiersNamed lists the tiers that a printed text speaks of, in order of level.
// upper says that some are only meant together (上级).
func (n *Notice) tiersNamed(text string) (tiers []ledger.Tier, upper bool) {
	s := squash(text)
	seen := map[ledger.Tier]bool{}
	for _, w := range tierWords {
		if !strings.Contains(s, w.word) {
			continue
		}
		upper = upper || w.word == "上级"
		for _, t := range w.tiers {
			seen[t] = true
		}
	}
	if strings.Contains(strings.ReplaceAll(s, "自治区级", ""), "区级") {
		seen[ledger.TierCounty] = true
	}
	own := strings.NewReplacer("县本级", "", "区本级", "", "市本级", "").Replace(s)
	if strings.Contains(own, "本级") {
		seen[n.ownTier()] = true
	}
	if strings.Contains(s, "市本级") {
		seen[ledger.TierCity] = true
	}
	for _, t := range fourTiers {
		if seen[t] {
			tiers = append(tiers, t)
		}
	}
	return tiers, upper
}

var fourTiers = []ledger.Tier{ledger.TierCentral, ledger.TierProvince, ledger.TierCity, ledger.TierCounty}

// agrees reports whether a source of tier t may stand under a text that names
// the tiers. Tiers that are not of government agree with everything.
func agrees(t ledger.Tier, named []ledger.Tier) bool {
	if len(named) == 0 {
		return true
	}
	switch t {
	case ledger.TierCentralProvince:
		return has(named, ledger.TierCentral) || has(named, ledger.TierProvince)
	case ledger.TierCentral, ledger.TierProvince, ledger.TierCity, ledger.TierCounty:
		return has(named, t)
	default:
		return true
	}
}

func has(list []ledger.Tier, t ledger.Tier) bool {
	for _, x := range list {
		if x == t {
			return true
		}
	}
	return false
}

func tierNames(list []ledger.Tier) string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.Chinese()
	}
	return strings.Join(out, "、")
}

// checkTiers reports where title, name and label of the sources speak of
// different tiers.
func (n *Notice) checkTiers(tiers []ledger.Tier) []Finding {
	var out []Finding
	title, upper := n.tiersNamed(n.Title)
	for i, tier := range tiers {
		s := &n.Sources[i]
		if !agrees(tier, title) {
			out = append(out, find(TierContradiction, Warning, s.at("tier_as_labelled")).figured(s.Figure).
				say("标题写%s，来源第 %d 行为%s", tierNames(title), s.No, s.Tier))
		}
		if name, _ := n.tiersNamed(s.Name); !agrees(tier, name) {
			out = append(out, find(TierContradiction, Warning, s.at("source_name")).figured(s.Figure).
				say("名称“%s”写%s，层级列为%s", clip(s.Name), tierNames(name), s.Tier))
		}
	}
	for _, t := range title {
		stated := upper && t != ledger.TierCounty || len(n.Sources) == 0
		for _, x := range tiers {
			merged := x == ledger.TierCentralProvince && (t == ledger.TierCentral || t == ledger.TierProvince)
			stated = stated || x == t || merged
		}
		if !stated {
			out = append(out, find(TierContradiction, Warning, n.at("title")).say("标题写%s，来源中没有%s资金", tierNames(title), t.Chinese()))
		}
	}
	return out
}

// squash takes spaces and invisible characters out of a printed text (睢 县).
func squash(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			return -1
		}
		return r
	}, s))
}

// quoted shows a printed text in a finding.
func quoted(s string) string { return strconv.Quote(clip(s)) }
