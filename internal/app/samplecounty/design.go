package samplecounty

import (
	"fmt"

	"fundbook/ledger"
	"fundbook/projects"
)

// template is a kind of project that the county runs, and how many there are.
type template struct {
	category string
	name     string // what is done, after the place
	task     string
	measure  string // of the first goal
	unit     string // department, when the county runs it
	count    int
	least    int // budget in 万元
	spread   int
}

// templates cover every category of the tree from 2021 on. The first of each stands
// for its category; roads, water and orchards are many, as they are in the field.
var templates = []template{
	{"030101", "通组道路硬化", "硬化路面、修建错车道", "公里", "交通运输局", 21, 36, 80},
	{"01", "产业基地配套", "机耕道、蓄水池、用电", "处", "农业农村局", 1, 60, 20},
	{"0101", "设施大棚建设", "搭建连栋大棚", "亩", "农业农村局", 1, 40, 20},
	{"010101", "脐橙标准园改造", "更新苗木、水肥一体化", "亩", "农业农村局", 9, 24, 40},
	{"010102", "肉牛养殖圈舍建设", "圈舍、青贮池", "平方米", "农业农村局", 5, 30, 30},
	{"010103", "低产油茶林改造", "抚育改造", "亩", "林业局", 9, 20, 30},
	{"0102", "果品分拣包装车间", "厂房、分拣线", "条", "农业农村局", 5, 70, 50},
	{"0103", "柑橘病虫害统防统治", "购买统防服务", "亩", "农业农村局", 1, 18, 6},
	{"0104", "到户产业奖补", "按种养规模奖补", "户", "农业农村局", 10, 0, 0},
	{"0105", "特色农业保险保费补贴", "按保单补贴保费", "户", "农业农村局", 1, 0, 0},
	{"010501", "小额信贷贴息", "按年贴息", "户", "农业农村局", 1, 0, 0},
	{"010502", "产业贷款奖补", "按还款奖补", "户", "农业农村局", 1, 0, 0},
	{"02", "外出务工交通服务", "包车返岗服务", "人", "人力资源和社会保障局", 1, 12, 4},
	{"0201", "乡村公益岗位", "保洁、护路、护林岗位", "人", "人力资源和社会保障局", 6, 0, 0},
	{"0202", "实用技术培训", "种植养殖技术培训", "人", "人力资源和社会保障局", 5, 10, 10},
	{"03", "和美乡村整治提升", "房前屋后整治、排水", "处", "农业农村局", 1, 50, 30},
	{"0301", "村组便桥建设", "新建便桥", "座", "交通运输局", 1, 45, 20},
	{"030102", "小块农田整治", "平整、排灌沟渠", "亩", "农业农村局", 7, 30, 30},
	{"030103", "灌溉渠道整修", "渠道衬砌、闸门", "公里", "水利局", 15, 26, 50},
	{"030104", "集中供水管网延伸", "取水、净化、管网", "户", "水利局", 11, 40, 60},
	{"030105", "小流域生态治理", "护岸、清淤、植绿", "公里", "水利局", 5, 40, 40},
	{"0302", "便民服务点改造", "屋面、门窗、设施", "处", "农业农村局", 1, 22, 10},
	{"030201", "村小学运动场改造", "场地、排水、围护", "平方米", "教育体育局", 1, 34, 10},
	{"030202", "文化活动广场", "场地、舞台、器材", "处", "文化广电旅游局", 5, 20, 14},
	{"030203", "应急广播补点", "终端、线路", "处", "文化广电旅游局", 1, 16, 6},
	{"030204", "村卫生室改造", "诊室、药房、设备", "处", "卫生健康委员会", 1, 18, 8},
	{"04", "安置点配套设施", "道路、照明、排污", "处", "农业农村局", 1, 66, 20},
	{"05", "防返贫综合补助", "按监测对象补助", "户", "农业农村局", 1, 0, 0},
	{"0501", "农村住房安全补助", "修缮、重建补助", "户", "住房和城乡建设局", 5, 0, 0},
	{"0502", "职业教育学生补助", "按学期补助", "人", "教育体育局", 1, 0, 0},
	{"0503", "医疗救助补充补助", "按目录外支出补助", "人", "卫生健康委员会", 1, 0, 0},
	{"06", "乡风文明积分服务", "积分兑换、宣讲服务", "村", "农业农村局", 1, 9, 3},
	{"07", "项目管理费", "设计、监理、审计", "项", "农业农村局", 1, 10, 2},
	{"08", "水毁道路应急抢修", "清障、回填、临时便道", "处", "交通运输局", 1, 24, 6},
}

// item is one project and what becomes of it.
type item struct {
	*template
	no     int
	title  string
	town   *town // nil: county-run, with no village
	own    bool  // the township's own
	inTown bool  // the township pays
	unit   string
	budget ledger.Amount
	from   source
	flow   func(*builder, *item)
	shift  int // days by which its works stand beside the others'
	people int // whom it reaches
	code   string
	plan   []projects.LotPart // once planned
	road   *works
	house  *household
}

// source is where an item's authority comes from.
type source struct {
	account ledger.Code // 7101 7102 7103 7104
	lot     string      // "" of the pool
}

var fromPool = source{account: "7102"}

// design decides what there is: which projects, where, how much, out of which lot.
func (b *builder) design() {
	for i := range templates {
		t := &templates[i]
		for n := range t.count {
			b.items = append(b.items, b.item(t, n))
		}
	}
	for _, it := range b.items {
		b.allot(it)
	}
}

// item makes the n-th project of a template.
func (b *builder) item(t *template, n int) *item {
	c, _ := projects.CategoryOf(t.category, Year)
	it := &item{template: t, no: len(b.items), unit: t.unit, shift: len(b.items) % 4}
	place := &b.towns[(it.no*5)%len(b.towns)]
	it.title = fmt.Sprintf("样例%03d %s", it.no+1, t.name)
	switch c.Route {
	case projects.RouteHousehold:
		it.own = n%2 == 1
		it.house = b.household(it, place, n)
		it.budget, it.flow = it.house.total(), (*builder).payHouseholds
	case projects.RouteFee:
		it.budget, it.flow = wan(t.least), (*builder).payFee
	case projects.RouteService:
		it.budget, it.flow = wan(t.least+b.random.IntN(t.spread)), (*builder).buy
	default:
		it.own = n%3 != 0
		it.budget, it.flow = wan(t.least+b.random.IntN(t.spread)), (*builder).build
	}
	if it.own {
		it.town, it.unit = place, place.name
		it.inTown = it.house != nil || n%3 == 1
	} else if c.Route == projects.RouteWorks {
		it.town = place
	}
	if it.flow != nil && c.Route == projects.RouteWorks {
		it.road = planWorks(it, n)
	}
	b.from(it, n)
	return it
}

// from decides which money an item is given.
func (b *builder) from(it *item, n int) {
	switch {
	case it.category == "010501":
		it.from = source{"7101", "TX-1"}
	case it.category == "0502":
		it.from = source{"7101", "SH-1"}
	case it.category == "07":
		it.from = source{"7101", "XJ-1"}
	case it.category == "08":
		it.from = source{"7103", "ZC-1"}
	case it.category == "0102" && !it.own:
		it.from = source{"7101", "HZ-1"}
	case it.category == "030101" && !it.own:
		it.from = source{"7103", "ZQ-1"}
	case it.inTown && it.no%2 == 0:
		it.from = source{"7104", "XJ-2"}
	case it.inTown:
		it.from = source{"7104", "XJ-3"}
	case it.house != nil:
		it.from = source{"7103", "XJ-1"}
	default:
		it.from = fromPool
	}
	if last := it.count > 4 && n == it.count-1; last && it.house == nil {
		it.reserve()
	}
}

// reserve leaves an item in the library: nobody plans it this year.
func (it *item) reserve() {
	it.from, it.road, it.inTown = source{}, nil, false
	it.flow = (*builder).wait
}

// allot adds an item to what its lot must hold, and to what its township is sent.
func (b *builder) allot(it *item) {
	switch {
	case it.from.account == "":
	case it.from == fromPool:
		b.pool().used += it.budget
	default:
		b.lot(it.from.lot).used += it.budget
	}
	if !it.inTown || it.from.lot == "" {
		return
	}
	name := it.town.name
	if b.books[name] == nil {
		b.books[name] = map[string]ledger.Amount{}
		b.order = append(b.order, name)
	}
	b.books[name][it.from.lot] += it.budget
}

// showcase is the project that the demo traces: the first that the county builds out
// of the pool.
func (b *builder) showcase() *item {
	return b.ofWorks(func(it *item) bool { return !it.inTown && it.from == fromPool }, 0)
}

// ofWorks is the n-th ordinary works item that a rule picks.
func (b *builder) ofWorks(rule func(*item) bool, n int) *item {
	for _, it := range b.items {
		if it.road == nil || it.road.kind != whole || !rule(it) {
			continue
		}
		if n == 0 {
			return it
		}
		n--
	}
	panic("invariant: the design has enough works") // invariant: see templates
}
