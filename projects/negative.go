package projects

import (
	"slices"
	"strings"

	"fundbook/ledger"
)

// NegativeList (负面清单) is one version of what the money of some classes may not
// be used for (DOMAIN 8), with the days it is in force: a rule over words,
// categories, kinds of payee and economic codes.
type NegativeList struct {
	Version string             `json:"version"`
	Name    string             `json:"name"`
	From    ledger.Date        `json:"from"`
	To      ledger.Date        `json:"to,omitzero"` // the last day, inclusive
	Classes []ledger.Class     `json:"classes"`
	Items   []NegativeListItem `json:"items"`
	// Document and Digest are of a list that the county has loaded.
	Document string        `json:"document,omitempty"`
	Digest   ledger.Digest `json:"digest,omitzero"`
}

// NegativeListItem (负面清单条目) is one clause of a list.
type NegativeListItem struct {
	Clause string   `json:"clause"`
	Text   string   `json:"text"`
	Words  []string `json:"words,omitempty"`
	Payees []string `json:"payees,omitempty"` // kinds of payee
	Econ   []string `json:"econ,omitempty"`   // prefixes of codes of the economic classification
}

// negativeItems are clauses that several lists share.
var (
	negativeUnit     = NegativeListItem{"单位基本支出", "单位基本支出", []string{"基本支出", "人员经费", "公用经费", "办公经费", "招待费", "接待费"}, nil, []string{"301", "501"}}
	negativeVehicle  = NegativeListItem{"交通工具及通讯设备", "购置交通工具及通讯设备", []string{"公务用车", "小汽车", "购置车辆", "购车", "通讯设备", "手机"}, nil, []string{"31013", "50305"}}
	negativeBuilding = NegativeListItem{"楼堂馆所", "修建楼堂馆所", []string{"楼堂馆所", "办公楼", "招待所", "宾馆", "培训中心"}, nil, nil}
	negativeBonus    = NegativeListItem{"奖金津贴和福利补助", "各种奖金、津贴和福利补助", []string{"奖金", "津贴", "福利补助", "加班费"}, []string{"official"}, nil}
	negativeDebt     = NegativeListItem{"偿还债务和垫资", "偿还债务和垫资", []string{"偿还债务", "偿还贷款", "归还贷款", "化解债务", "垫资"}, nil, []string{"307", "511", "512"}}
	negativeLoss     = NegativeListItem{"弥补亏损", "弥补企业亏损", []string{"弥补亏损", "企业亏损"}, nil, nil}
	negativeSurety   = NegativeListItem{"担保金", "设立担保金", []string{"担保金"}, nil, nil}
	negativeCity     = NegativeListItem{"城市建设", "城市基础设施建设", []string{"城市建设", "城市基础设施", "城市道路", "城区道路"}, nil, nil}
)

// negativeLists are the lists on file, later versions after earlier ones of the
// same classes. Their words find what the clauses speak of; they are no quotation.
var negativeLists = []NegativeList{
	{
		"财农〔2017〕8号", "中央财政专项扶贫资金", listDay(2017, 3, 15), listDay(2021, 3, 30),
		[]ledger.Class{ledger.ClassZX},
		[]NegativeListItem{negativeUnit, negativeVehicle, negativeBuilding, negativeBonus, negativeLoss, negativeDebt},
		"",
		ledger.Digest{},
	},
	{
		"财农〔2021〕19号", "中央财政衔接推进乡村振兴补助资金", listDay(2021, 3, 31), 0,
		[]ledger.Class{ledger.ClassXJ},
		[]NegativeListItem{negativeUnit, negativeVehicle, negativeBuilding, negativeBonus, negativeDebt},
		"",
		ledger.Digest{},
	},
	{
		"通用清单 1", "统筹整合、县级安排、彩票公益金、收回结余", listDay(2016, 1, 1), 0,
		[]ledger.Class{ledger.ClassZH, ledger.ClassCP, ledger.ClassZC, ledger.ClassJZ},
		[]NegativeListItem{negativeUnit, negativeVehicle, negativeBuilding, negativeBonus, negativeDebt},
		"",
		ledger.Digest{},
	},
	{
		"协作帮扶清单 1", "东西部协作、定点帮扶资金", listDay(2017, 1, 1), 0,
		[]ledger.Class{ledger.ClassHZ},
		[]NegativeListItem{negativeUnit, negativeVehicle, negativeBuilding, negativeBonus, negativeDebt, negativeLoss, negativeSurety, negativeCity},
		"",
		ledger.Digest{},
	},
}

// listDay is a day of the table above.
func listDay(year, month, day int) ledger.Date {
	d, err := ledger.NewDate(year, month, day)
	if err != nil { // invariant: the table states days that exist
		panic("invariant: " + err.Error())
	}
	return d
}

// listOf returns the list that holds for a lot: the one that it names, else that
// of its class on the day of its document (or the last day of its budget year); of
// several the one loaded last. ok
// is false when there is none for the class.
func listOf(l *ledger.Lot, loaded []NegativeList) (list *NegativeList, ok bool, err error) {
	all := slices.Concat(negativeLists, loaded)
	if l.NegativeList != "" {
		for i := range all {
			if all[i].Version == l.NegativeList {
				return &all[i], true, nil
			}
		}
		return nil, false, ErrNegativeList.With("批次 %s 载明“%s”；已收录：%s；未收录的先登记（plan.negative_list）", l.Code, l.NegativeList, strings.Join(versionsOf(all), "、"))
	}
	day := l.DocDate
	if day.IsZero() {
		if day, err = ledger.NewDate(l.Year, 12, 31); err != nil {
			return nil, false, err
		}
	}
	for i := range all {
		n := &all[i]
		if slices.Contains(n.Classes, l.Class) && n.From <= day && (n.To == 0 || day <= n.To) {
			list, ok = n, true
		}
	}
	return list, ok, nil
}

func versionsOf(lists []NegativeList) []string {
	out := make([]string, len(lists))
	for i := range lists {
		out[i] = lists[i].Version
	}
	return out
}

// negativeBars returns the clauses of the lot's list that a use falls under.
func negativeBars(l *ledger.Lot, u *Use) ([]Bar, error) {
	list, ok, err := listOf(l, u.Lists)
	if err != nil || !ok {
		return nil, err
	}
	var out []Bar
	for i := range list.Items {
		if why := list.Items[i].hit(u); why != "" {
			out = append(out, Bar{List: "负面清单", Version: list.Version, Clause: list.Items[i].Clause, Reason: list.Items[i].Text + "：" + why})
		}
	}
	return out, nil
}

// hit says by what a use falls under a clause, or "".
func (n *NegativeListItem) hit(u *Use) string {
	for _, w := range n.Words {
		if says(u.Words, w) {
			return "项目内容含“" + w + "”"
		}
	}
	if u.PayeeKind != "" && slices.Contains(n.Payees, u.PayeeKind) {
		return "收款方性质 " + u.PayeeKind
	}
	for _, code := range u.Econ {
		for _, prefix := range n.Econ {
			if strings.HasPrefix(code, prefix) {
				return "经济分类 " + code
			}
		}
	}
	return ""
}

// denials are words before a listed one that turn it into its opposite.
var denials = []string{"不得", "禁止", "严禁", "不用于", "不含", "不包括"}

// says reports whether a text speaks of something otherwise than to forbid it.
func says(text, word string) bool {
	for rest := text; ; {
		before, after, found := strings.Cut(rest, word)
		if !found {
			return false
		}
		near := []rune(before)
		sentence := string(near[max(0, len(near)-12):])
		if i := strings.LastIndexAny(sentence, "。；\n"); i >= 0 {
			sentence = sentence[i:]
		}
		if !slices.ContainsFunc(denials, func(d string) bool { return strings.Contains(sentence, d) }) {
			return true
		}
		rest = after
	}
}
