package projects

import "slices"

// epoch (时期) is a span of library years with one tree of categories (DOMAIN 5.3);
// to 0: no end is stated.
type epoch struct {
	name     string
	from, to int
}

// The two epochs of the trees.
var (
	epochPoverty = epoch{"脱贫攻坚", 2018, 2020}
	epochRevival = epoch{"衔接推进乡村振兴", 2021, 0}
)

func (c *Category) holds(year int) bool { return year >= c.From && (c.To == 0 || year <= c.To) }

// Route (办理路径) is the way a project of a category takes from the plan to the
// last payment: which steps of the life cycle it has.
type Route string

// The routes.
const (
	// RouteWorks has every step: procurement, contract, start, completion,
	// acceptance, final account, completion notice.
	RouteWorks Route = "works"
	// RouteService is for goods, training and services: no start, completion or
	// final account; procurement where it is required.
	RouteService Route = "service"
	// RouteHousehold pays households by roster: neither procurement nor works; its
	// notice is N8 of the roster (DOMAIN 4.8).
	RouteHousehold Route = "household"
	// RouteFee is the management fee: a contract or an order, nothing built, no
	// notice first (DOMAIN 4.8).
	RouteFee Route = "fee"
)

// The kinds of assets that projects leave behind (DOMAIN 5.5).
const (
	AssetBusiness  = "经营性"
	AssetPublic    = "公益性"
	AssetHousehold = "到户类"
	AssetNone      = "无"
)

// Eligibility (使用限制) is what plans ask about the money of a category before a
// lot may be drawn on (DOMAIN 1.1, 4.4): bonds are for capital works and never for
// households, a management fee has a cap of its own.
type Eligibility struct {
	Household bool `json:"household"` // paid to households
	Capital   bool `json:"capital"`   // makes or repairs works or equipment
	Loan      bool `json:"loan"`      // interest subsidy (贴息)
	Fee       bool `json:"fee"`       // 项目管理费
}

// Category (项目类别) is one node of the tree of an epoch. The first level is that of
// DOMAIN 5.3, the words below it those that DOMAIN 1.3 gives for the function
// codes. Codes are the program's own, two digits a level, and no official codes.
type Category struct {
	Code      string      `json:"code"`
	Name      string      `json:"name"`
	Epoch     string      `json:"epoch"`
	From      int         `json:"from"`
	To        int         `json:"to,omitempty"`
	FuncCodes []string    `json:"func_codes"` // the last two digits below 21305: 04 05 06 07 99
	Route     Route       `json:"route"`
	Asset     string      `json:"asset"` // what a project leaves unless it states otherwise
	Eligible  Eligibility `json:"eligible"`
}

// Level1 returns the two digits that stand in a project's code.
func (c *Category) Level1() string { return c.Code[:2] }

// Action (十大行动) is one of the ten actions of the opinion: an overlay over the
// categories.
type Action struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

var actions = []Action{
	{"A01", "产业"},
	{"A02", "就业"},
	{"A03", "安居"},
	{"A04", "教育"},
	{"A05", "健康"},
	{"A06", "保障"},
	{"A07", "整村推进"},
	{"A08", "生态"},
	{"A09", "精神"},
	{"A10", "社会"},
}

// Actions returns the ten actions in the order of the opinion.
func Actions() []Action { return slices.Clone(actions) }

func isAction(code string) bool {
	return slices.ContainsFunc(actions, func(a Action) bool { return a.Code == code })
}

// branch is a row of the tables below: what its node and everything under it is.
type branch struct {
	code, name string
	funcs      string // two digits each
	route      Route
	asset      string
}

// povertyTree is the tree of 2018–20.
var povertyTree = []branch{
	{"01", "产业扶贫", "05", RouteWorks, AssetBusiness},
	{"0101", "种植业", "05", RouteWorks, AssetBusiness},
	{"0102", "养殖业", "05", RouteWorks, AssetBusiness},
	{"0103", "林果业", "05", RouteWorks, AssetBusiness},
	{"0104", "农产品加工", "05", RouteWorks, AssetBusiness},
	{"0105", "农业技术", "05", RouteService, AssetNone},
	{"0106", "到户产业奖补", "05", RouteHousehold, AssetNone},
	{"02", "就业扶贫", "05 99", RouteService, AssetNone},
	{"03", "易地扶贫搬迁", "04", RouteWorks, AssetPublic},
	{"04", "公益岗位", "99", RouteHousehold, AssetNone},
	{"05", "教育扶贫", "06", RouteHousehold, AssetNone},
	{"06", "健康扶贫", "06", RouteHousehold, AssetNone},
	{"07", "危房改造", "04", RouteHousehold, AssetHousehold},
	{"08", "金融扶贫", "07", RouteHousehold, AssetNone},
	{"0801", "扶贫小额信贷贴息", "07", RouteHousehold, AssetNone},
	{"0802", "贷款奖补", "07", RouteHousehold, AssetNone},
	{"09", "生活条件改善", "04", RouteWorks, AssetPublic},
	{"0901", "饮水", "04", RouteWorks, AssetPublic},
	{"0902", "到户生活条件改善", "04", RouteHousehold, AssetHousehold},
	{"10", "综合保障性扶贫", "99", RouteHousehold, AssetNone},
	{"11", "村基础设施", "04", RouteWorks, AssetPublic},
	{"1101", "道路", "04", RouteWorks, AssetPublic},
	{"1102", "基本农田", "04", RouteWorks, AssetPublic},
	{"1103", "水利", "04", RouteWorks, AssetPublic},
	{"1104", "生态", "04", RouteWorks, AssetPublic},
	{"12", "村公共服务", "06", RouteWorks, AssetPublic},
	{"1201", "学校", "06", RouteWorks, AssetPublic},
	{"1202", "文化", "06", RouteWorks, AssetPublic},
	{"1203", "广播电视", "06", RouteWorks, AssetPublic},
	{"1204", "卫生", "06", RouteWorks, AssetPublic},
	{"13", "项目管理费", "99", RouteFee, AssetNone},
}

// revivalTree is the tree from 2021 on.
var revivalTree = []branch{
	{"01", "产业发展", "05", RouteWorks, AssetBusiness},
	{"0101", "生产项目", "05", RouteWorks, AssetBusiness},
	{"010101", "种植业", "05", RouteWorks, AssetBusiness},
	{"010102", "养殖业", "05", RouteWorks, AssetBusiness},
	{"010103", "林果业", "05", RouteWorks, AssetBusiness},
	{"0102", "农产品加工", "05", RouteWorks, AssetBusiness},
	{"0103", "农业技术", "05", RouteService, AssetNone},
	{"0104", "到户产业奖补", "05", RouteHousehold, AssetNone},
	{"0105", "金融支持", "07", RouteHousehold, AssetNone},
	{"010501", "小额信贷贴息", "07", RouteHousehold, AssetNone},
	{"010502", "贷款奖补", "07", RouteHousehold, AssetNone},
	{"02", "就业项目", "05 99", RouteService, AssetNone},
	{"0201", "公益岗位", "99", RouteHousehold, AssetNone},
	{"0202", "技能培训", "05 99", RouteService, AssetNone},
	{"03", "乡村建设行动", "04 06", RouteWorks, AssetPublic},
	{"0301", "农村基础设施", "04", RouteWorks, AssetPublic},
	{"030101", "道路", "04", RouteWorks, AssetPublic},
	{"030102", "基本农田", "04", RouteWorks, AssetPublic},
	{"030103", "水利", "04", RouteWorks, AssetPublic},
	{"030104", "饮水", "04", RouteWorks, AssetPublic},
	{"030105", "生态", "04", RouteWorks, AssetPublic},
	{"0302", "农村公共服务", "06", RouteWorks, AssetPublic},
	{"030201", "学校", "06", RouteWorks, AssetPublic},
	{"030202", "文化", "06", RouteWorks, AssetPublic},
	{"030203", "广播电视", "06", RouteWorks, AssetPublic},
	{"030204", "卫生", "06", RouteWorks, AssetPublic},
	{"04", "易地搬迁后扶", "04 05", RouteWorks, AssetPublic},
	{"05", "巩固三保障成果", "04 06 99", RouteHousehold, AssetNone},
	{"0501", "住房", "04", RouteHousehold, AssetHousehold},
	{"0502", "教育", "06", RouteHousehold, AssetNone},
	{"0503", "健康", "06", RouteHousehold, AssetNone},
	{"06", "乡村治理和精神文明建设", "06 99", RouteService, AssetNone},
	{"07", "项目管理费", "99", RouteFee, AssetNone},
	{"08", "其他", "04 05 06 99", RouteWorks, AssetPublic},
}

var categories = append(grow(epochPoverty, povertyTree), grow(epochRevival, revivalTree)...)

func grow(e epoch, tree []branch) []Category {
	out := make([]Category, len(tree))
	for i, b := range tree {
		c := Category{Code: b.code, Name: b.name, Epoch: e.name, From: e.from, To: e.to, Route: b.route, Asset: b.asset}
		for at := 0; at+2 <= len(b.funcs); at += 3 {
			c.FuncCodes = append(c.FuncCodes, b.funcs[at:at+2])
		}
		c.Eligible = Eligibility{
			Household: b.route == RouteHousehold, Capital: b.route == RouteWorks, Fee: b.route == RouteFee,
			Loan: b.route == RouteHousehold && b.funcs == "07",
		}
		out[i] = c
	}
	return out
}

// Categories returns the tree of a library year in order of code; none for a year
// before the trees begin.
func Categories(year int) []Category {
	var out []Category
	for i := range categories {
		if c := &categories[i]; c.holds(year) {
			out = append(out, *c)
		}
	}
	return out
}

// CategoryOf returns the category of a code in a library year. The same code may
// mean another thing in another epoch.
func CategoryOf(code string, year int) (Category, bool) {
	for i := range categories {
		if c := &categories[i]; c.Code == code && c.holds(year) {
			return *c, true
		}
	}
	return Category{}, false
}

// fundedBy is the parent of the function codes of this field (DOMAIN 1.3).
const fundedBy = "21305"

// suits says whether a function code fits the category. Codes outside 21305 belong
// to integrated money and are judged by the plan; 2130599 fits every category.
func (c *Category) suits(funcCode string) bool {
	if funcCode == "" || funcCode[:5] != fundedBy || funcCode[5:] == "99" {
		return true
	}
	return slices.Contains(c.FuncCodes, funcCode[5:])
}
