package projects

import (
	"errors"
	"strings"
	"testing"

	"fundbook/ledger"
)

// TestEligibility holds class × category × object: what each lot may pay, and the
// clause that says no.
func TestEligibility(t *testing.T) {
	t.Parallel()
	road := Project{Code: "J1", Name: "通村道路", Category: "030101", Year: 2026, Village: "360726101203", Town: "欣山镇", FuncCode: "2130504"}
	house := Project{Code: "J2", Name: "产业奖补", Category: "0104", Year: 2026}
	interest := Project{Code: "J3", Name: "贴息", Category: "010501", Year: 2026}
	fee := Project{Code: "J4", Name: "项目管理费", Category: "07", Year: 2026}
	training := Project{Code: "J5", Name: "技能培训", Category: "0202", Year: 2026}
	lot := func(c ledger.Class, purpose string) ledger.Lot {
		return ledger.Lot{Code: "L", Class: c, Purpose: purpose, Year: 2026}
	}
	named := func(p Project, name string) *Project { p.Name = name; return &p }
	for _, c := range []struct {
		name string
		lot  ledger.Lot
		p    *Project
		use  func(*Use)
		want string // clause, "" when it may be used
	}{
		{"bond for a road", lot(ledger.ClassZQ, ""), &road, nil, ""},
		{"bond for households", lot(ledger.ClassZQ, ""), &house, nil, "1.1 ZQ"},
		{"bond for a household project of a works category", lot(ledger.ClassZQ, ""), &Project{Code: "J6", Category: "030101", Year: 2026, Household: true}, nil, "1.1 ZQ"},
		{"bond for recurrent spending", lot(ledger.ClassZQ, ""), &training, nil, "1.1 ZQ"},
		{"bond for a fee", lot(ledger.ClassZQ, ""), &fee, nil, "1.1 ZQ"},
		{"subsidy money for subsidy", lot(ledger.ClassTX, ""), &interest, nil, ""},
		{"subsidy money for a road", lot(ledger.ClassTX, ""), &road, nil, "1.1 TX"},
		{"subsidy money by contract", lot(ledger.ClassTX, ""), &interest, func(u *Use) { u.Contract = true }, "1.1 TX"},
		{"donation without a purpose", lot(ledger.ClassSH, ""), &road, nil, ""},
		{"donation for a fee", lot(ledger.ClassSH, ""), &fee, nil, "1.1 SH"},
		{"donation of the category", lot(ledger.ClassSH, "类别:0301"), &road, nil, ""},
		{"donation of another category", lot(ledger.ClassSH, "类别:0302"), &road, nil, "1.1 SH"},
		{"donation for one of several", lot(ledger.ClassSH, "项目:J9；村:360726101203"), &road, nil, ""},
		{"donation for a township", lot(ledger.ClassHZ, "单位：欣山镇"), &road, nil, ""},
		{"donation in words", lot(ledger.ClassSH, "用于助学"), &road, nil, "1.1 SH"},
		{"donation in words, confirmed", lot(ledger.ClassSH, "用于助学"), &road, func(u *Use) { u.Confirmed = "函" }, ""},
		{"function code", lot(ledger.ClassCP, "功能:2130504"), &road, nil, ""},
		{"interest kept", ledger.Lot{Code: "L", Class: ledger.ClassLX, InterestPolicy: "keep", Year: 2026}, &road, nil, ""},
		{"interest to be remitted", ledger.Lot{Code: "L", Class: ledger.ClassLX, InterestPolicy: "remit", Year: 2026}, &road, nil, "1.1 LX"},
		{"credit for training", lot(ledger.ClassRZ, ""), &training, nil, "8.1 A09"},
		{"entrusted bonds", lot(ledger.ClassBZ, ""), &road, nil, "1.1 BZ"},
		{"unidentified", lot(ledger.ClassDQ, ""), &road, nil, "1.1 DQ"},
		{"office building", lot(ledger.ClassXJ, ""), named(road, "乡政府办公楼"), nil, "楼堂馆所"},
		{"office building forbidden in the text", lot(ledger.ClassXJ, ""), named(road, "道路（不得用于办公楼）"), nil, ""},
		{"forbidden, then said", lot(ledger.ClassXJ, ""), named(road, "不得建宾馆。新建宾馆一座"), nil, "楼堂馆所"},
		{"debt by its economic code", lot(ledger.ClassXJ, ""), &road, func(u *Use) { u.Econ = []string{"30701"} }, "偿还债务和垫资"},
		{"officials' bonus by the payee", lot(ledger.ClassZH, ""), &road, func(u *Use) { u.PayeeKind = "official" }, "奖金津贴和福利补助"},
		{"以奖代补 is no bonus", lot(ledger.ClassXJ, ""), named(house, "以奖代补资金"), nil, ""},
		{"city works of pairing money", lot(ledger.ClassHZ, ""), named(road, "城区道路"), nil, "城市建设"},
		{"city works of transition money", lot(ledger.ClassXJ, ""), named(road, "城区道路"), nil, ""},
		{"losses before 2021", ledger.Lot{Code: "L", Class: ledger.ClassZX, Year: 2018}, named(road, "弥补亏损"), nil, "弥补亏损"},
		{"a list by its name", ledger.Lot{Code: "L", Class: ledger.ClassZC, Year: 2026, NegativeList: "协作帮扶清单 1"}, named(road, "城市建设"), nil, "城市建设"},
	} {
		u := UseOf(c.p)
		if c.use != nil {
			c.use(&u)
		}
		err := CheckUse(&c.lot, &u)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (!errors.Is(err, ErrIneligible) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.p.Code) || !strings.Contains(err.Error(), "批次 L")):
			t.Errorf("%s: %v, want lot, project and clause %s", c.name, err, c.want)
		}
	}
}

// TestNegativeListUnknown: a lot that names a list nobody has on file is not judged
// by another one.
func TestNegativeListUnknown(t *testing.T) {
	t.Parallel()
	u := UseOf(&Project{Code: "J1", Category: "030101", Year: 2026})
	err := CheckUse(&ledger.Lot{Code: "L", Class: ledger.ClassXJ, Year: 2026, NegativeList: "某清单"}, &u)
	if !errors.Is(err, ErrNegativeList) {
		t.Errorf("%v, want %s", err, ErrNegativeList.Code)
	}
}

// TestNegativeListsAreDated: of one class only one list holds on any day.
func TestNegativeListsAreDated(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i := range negativeLists {
		n := &negativeLists[i]
		if seen[n.Version] || n.Version == "" || n.From.IsZero() || len(n.Items) == 0 || n.To != 0 && n.To < n.From {
			t.Errorf("list %q: version twice, or days or clauses missing", n.Version)
		}
		seen[n.Version] = true
		for j := range negativeLists[:i] {
			o := &negativeLists[j]
			for _, c := range n.Classes {
				for _, d := range o.Classes {
					if c == d && (o.To == 0 || n.From <= o.To) {
						t.Errorf("%s and %s both hold for %s", n.Version, o.Version, c)
					}
				}
			}
		}
	}
}

// TestPoolable holds lots to the catalogue of their year and tier.
func TestPoolable(t *testing.T) {
	t.Parallel()
	cat := Catalog{Year: 2026, Tier: ledger.TierCentral, Document: "目录", Version: 2, Items: []CatalogItem{{Item: "林业", Integrable: true}, {Item: "直补"}}}
	for _, c := range []struct {
		name string
		lot  ledger.Lot
		cat  *Catalog
		want string // "" when it may be pooled
	}{
		{"in the catalogue", ledger.Lot{Code: "L", Class: ledger.ClassZH, IntegrationItem: "林业"}, &cat, ""},
		{"not integrable", ledger.Lot{Code: "L", Class: ledger.ClassZH, IntegrationItem: "直补"}, &cat, "不整合"},
		{"not in it", ledger.Lot{Code: "L", Class: ledger.ClassZH, IntegrationItem: "水利"}, &cat, "第 2 版"},
		{"no item", ledger.Lot{Code: "L", Class: ledger.ClassZH}, &cat, "未写明整合事项"},
		{"no catalogue", ledger.Lot{Code: "L", Class: ledger.ClassZH, IntegrationItem: "林业", Year: 2026, Tier: ledger.TierCity}, nil, "市级整合目录未登记"},
		{"donation", ledger.Lot{Code: "L", Class: ledger.ClassSH, IntegrationItem: "林业"}, &cat, "社会捐赠"},
	} {
		err := checkPoolable(&c.lot, c.cat)
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, ErrNotPoolable) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
