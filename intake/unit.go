package intake

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"fundbook/internal/region"
	"fundbook/ledger"

	"golang.org/x/text/unicode/norm"
)

// recipient is where a line's money is allocated: the account of E04 and, but
// for 7106, the unit.
type recipient struct {
	into ledger.Code
	unit string
}

const (
	toDepartment ledger.Code = "7103"
	toTownship   ledger.Code = "7104"
	toCounty     ledger.Code = "7105"
	toUnnamed    ledger.Code = "7106"
)

const maxUnit = 64 // characters of a unit's name, as ledger.Posting takes it

// recipientOf finds the unit that the line states. The responsible unit (责任单位)
// goes before the place: a road in a township that the traffic bureau builds is the
// bureau's money. A line without one goes to the township it names; in a notice
// from a city to its counties to the county; else to a unit that the document does
// not name. Nothing is split or completed by guess.
func (n *Notice) recipientOf(l *Line, places *region.Set) (recipient, []Finding) {
	resp, town := squash(l.Unit), squash(l.Township)
	switch {
	case resp != "":
		return n.responsible(l, places, resp, town)
	case n.toCounties():
		name := town
		if name == "" {
			name = squash(l.Project)
		}
		return n.lowerCounty(l, name)
	case town != "":
		return n.township(l, places, town)
	}
	return recipient{into: toUnnamed}, nil
}

// toCounties reports whether the recipients are counties (市到县分配, 省到县分配).
func (n *Notice) toCounties() bool {
	return strings.Contains(n.Kind, "到县") || strings.Contains(n.Kind, "到区县")
}

func (n *Notice) responsible(l *Line, places *region.Set, resp, town string) (recipient, []Finding) {
	office := strings.TrimSuffix(resp, "人民政府")
	if short := strings.TrimSuffix(resp, "政府"); townshipLike(short) {
		office = short
	}
	switch {
	case severalNames(resp):
		return recipient{into: toUnnamed}, []Finding{
			find(UnitAmbiguous, Warning, l.at("responsible_unit")).figured(l.Figure).say("一格有几个单位：%s", quoted(l.Unit)),
		}
	case utf8.RuneCountInString(resp) > maxUnit:
		return recipient{into: toUnnamed}, []Finding{
			find(UnitAmbiguous, Warning, l.at("responsible_unit")).figured(l.Figure).say("单位名称超过 %d 字：%s", maxUnit, quoted(l.Unit)),
		}
	case town != "" && !severalNames(town) && sameTownship(office, town):
		return recipient{toTownship, n.townshipUnit(places, town)}, nil
	case townshipLike(office):
		return recipient{toTownship, n.townshipUnit(places, office)}, nil
	case villageLike(resp):
		if town != "" && !severalNames(town) && !glued(town) {
			return recipient{toTownship, n.townshipUnit(places, town)}, nil
		}
		return recipient{into: toUnnamed}, []Finding{
			find(UnitAmbiguous, Warning, l.at("responsible_unit")).figured(l.Figure).say("责任单位 %s 是村或社区，所属乡镇未列明", quoted(l.Unit)),
		}
	}
	return recipient{toDepartment, resp}, nil
}

// sameTownship reports whether an office is that of a township: 大块镇人民政府 and
// 大块镇, 霞林街道办事处 and 霞林街道.
func sameTownship(office, town string) bool {
	trimOffice := func(s string) string { return strings.TrimSuffix(s, "办事处") }
	return office == town || trimOffice(office) == trimOffice(town) && trimOffice(town) != ""
}

func (n *Notice) lowerCounty(l *Line, name string) (recipient, []Finding) {
	switch {
	case name == "", severalNames(name), utf8.RuneCountInString(name) > maxUnit:
		return recipient{into: toUnnamed}, []Finding{
			find(UnitAmbiguous, Warning, l.at("project_name")).figured(l.Figure).say("收款县区不能确定：%s", quoted(name)),
		}
	case zoneLike(name):
		return recipient{toCounty, name}, []Finding{
			find(UnitNoCode, Info, l.at("project_name")).figured(l.Figure).say("%s 没有区划代码，按所列名称登记", quoted(name)),
		}
	case countyLike(name):
		return recipient{toCounty, name}, nil
	}
	return recipient{into: toUnnamed}, []Finding{
		find(UnitAmbiguous, Warning, l.at("project_name")).figured(l.Figure).say("%s 不像县区名称，未作下级县区", quoted(name)),
	}
}

func (n *Notice) township(l *Line, places *region.Set, town string) (recipient, []Finding) {
	why := ""
	switch {
	case severalNames(town):
		why = "一格有几个地点或一个统称"
	case utf8.RuneCountInString(town) > maxUnit:
		why = "名称过长"
	case glued(town):
		why = "乡镇与村写在一起"
	}
	if why == "" {
		return recipient{toTownship, n.townshipUnit(places, town)}, nil
	}
	return recipient{into: toUnnamed}, []Finding{
		find(UnitAmbiguous, Warning, l.at("township")).figured(l.Figure).say("%s：%s，未作拆分", quoted(l.Township), why),
	}
}

// townshipUnit names a township as the ledger does: by its code where the county's
// divisions are known and exactly one fits, else by its printed name.
func (n *Notice) townshipUnit(places *region.Set, town string) string {
	if strings.HasSuffix(town, "街道办事处") {
		town = strings.TrimSuffix(town, "办事处")
	}
	if found := places.Find(region.Query{Township: town, On: n.day()}); len(found) == 1 {
		return string(found[0].Code)
	}
	return town
}

// day is the published date as region counts days, 0 when it is not whole.
func (n *Notice) day() region.Day {
	d, err := region.ParseDay(n.Published)
	if err != nil {
		return 0
	}
	return d
}

var numbered = regexp.MustCompile(`[0-9０-９一二三四五六七八九十两]+个|^全[市县区镇乡]|^各[乡镇县区村]|等$`)

// severalNames reports whether a cell holds more than one name, or a word for many.
func severalNames(s string) bool {
	return strings.ContainsAny(s, "、,，;；/／\\") || numbered.MatchString(s)
}

func townshipLike(s string) bool { return hasSuffix(s, "镇", "乡", "街道", "办事处", "苏木") }

func villageLike(s string) bool {
	return hasSuffix(s, "村", "村委会", "村民委员会", "居委会", "社区", "居民委员会")
}

// glued reports whether a township cell also holds a village: 龙门滩镇霞山村.
func glued(s string) bool {
	if !villageLike(s) {
		return false
	}
	for _, mark := range []string{"镇", "乡", "街道", "办事处"} {
		if at := strings.Index(s, mark); at > 0 {
			return true
		}
	}
	return false
}

func countyLike(s string) bool {
	return hasSuffix(s, "县", "市", "区", "旗") && !hasSuffix(s, "社区", "小区")
}

// zoneLike reports whether a name is that of a zone or an estate that has no
// division code (DATA, oddity 7).
func zoneLike(s string) bool {
	for _, x := range []string{
		"示范区", "高新区", "经开区", "开发区", "工业园区", "产业园区", "科技园区", "管委会", "管理区", "林场", "农场", "片区", "集聚区",
	} {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

func hasSuffix(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) && s != x {
			return true
		}
	}
	return false
}

// label is what a line of the ledger prints of a line of the notice: project,
// place, content. It is no dimension (issue: project and village are labels here).
func (l *Line) label() string {
	var parts []string
	for _, s := range []string{l.Project, l.Township + l.Village, l.Content} {
		if s != "" && (len(parts) == 0 || s != parts[0]) {
			parts = append(parts, s)
		}
	}
	return clipTo(norm.NFC.String(strings.Join(parts, "｜")), maxNote)
}

const maxNote = 400 // characters, as ledger.Part takes it
