package ledger

import "strings"

// Tier (资金层级) is the tier of government, or the other origin, that a lot
// comes from. Merged tiers are never divided by the program: a later document
// divides them by E27.
type Tier string

// The tiers: four of government, and those that real notices also print.
const (
	TierCentral         Tier = "central"          // 中央
	TierProvince        Tier = "province"         // 省级
	TierCity            Tier = "city"             // 市级
	TierCounty          Tier = "county"           // 县级
	TierCentralProvince Tier = "central+province" // 中央及省级
	TierDonor           Tier = "donor"            // 社会帮扶、协作省市
	TierOwn             Tier = "own"              // 自筹
	TierOther           Tier = "other"            // 其他
	TierUnstated        Tier = "unstated"         // 未列明
)

var tiers = []struct {
	tier Tier
	zh   string
	sub  string // sub-account of 4001 and 6101
}{
	{TierCentral, "中央", "01"},
	{TierProvince, "省级", "02"},
	{TierCity, "市级", "03"},
	{TierCounty, "县级", "10"},
	{TierCentralProvince, "中央及省级", "09"},
	{TierDonor, "社会帮扶", "10"},
	{TierOwn, "自筹", "10"},
	{TierOther, "其他", "10"},
	{TierUnstated, "未列明", "10"},
}

// Valid reports whether t is one of the tiers.
func (t Tier) Valid() bool { return t.Chinese() != "" }

// Chinese returns the printed name of the tier, or "".
func (t Tier) Chinese() string {
	for _, x := range tiers {
		if x.tier == t {
			return x.zh
		}
	}
	return ""
}

func (t Tier) sub() string {
	for _, x := range tiers {
		if x.tier == t {
			return x.sub
		}
	}
	return "10"
}

// Class (资金类别) is the programme a lot belongs to.
type Class string

// The classes of DOMAIN 1.1; labels and validity are data.
const (
	ClassZX Class = "ZX" // 财政专项扶贫资金（至 2020）
	ClassXJ Class = "XJ" // 财政衔接推进乡村振兴补助资金（2021 起）
	ClassZH Class = "ZH" // 统筹整合财政涉农资金
	ClassZQ Class = "ZQ" // 地方政府一般债券
	ClassZC Class = "ZC" // 县本级安排
	ClassHZ Class = "HZ" // 东西部协作、定点帮扶
	ClassSH Class = "SH" // 社会捐赠
	ClassCP Class = "CP" // 中央专项彩票公益金
	ClassTX Class = "TX" // 扶贫小额信贷贴息
	ClassLX Class = "LX" // 存款利息
	ClassRZ Class = "RZ" // 融资资金
	ClassJZ Class = "JZ" // 收回结余、存量再安排
	ClassQT Class = "QT" // 其他配套、自筹资金（本程序所加：公告列明而不属以上各类）
	ClassBZ Class = "BZ" // 代管保证金（本程序所加：保证金自成批次）
	ClassDQ Class = "DQ" // 待确认来款（本程序所加：来款未识别前的挂账批次）
)

var classNames = map[Class]string{
	ClassZX: "财政专项扶贫资金", ClassXJ: "财政衔接推进乡村振兴补助资金", ClassZH: "统筹整合财政涉农资金",
	ClassZQ: "地方政府一般债券", ClassZC: "县本级安排", ClassHZ: "东西部协作、定点帮扶", ClassSH: "社会捐赠",
	ClassCP: "中央专项彩票公益金", ClassTX: "扶贫小额信贷贴息", ClassLX: "存款利息", ClassRZ: "融资资金",
	ClassJZ: "收回结余再安排", ClassQT: "其他配套、自筹资金", ClassBZ: "代管保证金", ClassDQ: "待确认来款",
}

// Chinese returns the name of the class, or "" for an unknown one.
func (c Class) Chinese() string { return classNames[c] }

// Lot (批次) is one line of one funding document: the unit in which every yuan
// keeps its origin for ever. It is logged when it is registered and never
// changed. A lot is unique by (county, document, line), never by the document
// number, which may be not stated.
type Lot struct {
	ID       LotID     `json:"id"`
	Code     string    `json:"code"` // short name given by the county, unique in it
	Tier     Tier      `json:"tier"`
	Class    Class     `json:"class"`
	Document string    `json:"document"`         // key of the document the line stands in
	Line     int       `json:"line"`             // line of the document, from 1
	Name     string    `json:"name"`             // 资金名称 as printed
	DocNo    DocNumber `json:"doc_no,omitempty"` // 指标文号; empty = not stated
	Printed  string    `json:"printed,omitempty"`
	DocDate  Date      `json:"doc_date,omitzero"`
	Received Date      `json:"received,omitzero"` // 收文日期
	Year     int       `json:"budget_year"`
	// Codes of the budget classification, with the edition of their year.
	FuncCode string `json:"func_code,omitempty"`
	GovEcon  string `json:"gov_econ_code,omitempty"`
	DeptEcon string `json:"dept_econ_code,omitempty"`
	Nature   string `json:"nature,omitempty"` // 资金性质
	Direct   bool   `json:"direct,omitempty"` // 直达资金
	Purpose  string `json:"purpose,omitempty"`
	// Integrable: whether the item may be pooled (整合), and which item it is.
	Integrable      bool   `json:"integrable,omitempty"`
	IntegrationItem string `json:"integration_item,omitempty"`
	Deadline        Date   `json:"recover_deadline,omitzero"`
	NegativeList    string `json:"negative_list,omitempty"`
	InterestPolicy  string `json:"interest_policy,omitempty"`
	Amount          Amount `json:"amount"`            // as the document states it
	Reissues        LotID  `json:"reissues,omitzero"` // the same money under the county's own number
	Remark          string `json:"remark,omitempty"`
}

// Revenue returns the revenue account (4xxx) and its sub-account for money of
// the lot.
func (l Lot) Revenue() (Code, string) {
	switch {
	case l.Class == ClassLX:
		return "4005", ""
	case l.Class == ClassZQ:
		return "4003", ""
	case l.Class == ClassSH || l.Class == ClassHZ || l.Tier == TierDonor:
		return "4004", ""
	case l.Tier == TierCounty:
		return "4002", ""
	}
	return "4001", l.Tier.sub()
}

// Source returns the authority account (61xx) and its sub-account for
// authority of the lot; arrived says whether its money has come (Y) or not (N).
func (l Lot) Source(arrived bool) (Code, string) {
	arr := "N"
	if arrived {
		arr = "Y"
	}
	switch {
	case l.Class == ClassLX:
		return "6105", arr
	case l.Class == ClassZQ:
		return "6103", arr
	case l.Class == ClassSH || l.Class == ClassHZ || l.Tier == TierDonor:
		return "6104", arr
	case l.Tier == TierCounty:
		return "6102", arr
	}
	return "6101", l.Tier.sub() + "." + arr
}

// arrivedSub reports whether a sub-account of 6xxx is the arrived half.
func arrivedSub(sub string) bool { return strings.HasSuffix(sub, "Y") }

// DocumentLabel is the document number to print: 未列明文号 when none is stated.
func (l Lot) DocumentLabel() string {
	if l.DocNo == "" {
		return "未列明文号"
	}
	return string(l.DocNo)
}
