package projects

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fundbook/internal/region"
	"fundbook/internal/sheet"
	"fundbook/ledger"
)

// The columns of a roster's file, by their headers, in any order.
const (
	colName      = "姓名"
	colID        = "身份证号"
	colCard      = "一卡通账号"
	colVillage   = "村代码"
	colGroup     = "村民小组"
	colHousehold = "户号"
	colRelation  = "与户主关系"
	colPhone     = "电话"
	colQuantity  = "数量"
	colMeasure   = "计量单位"
	colStandard  = "补助标准"
	colAmount    = "金额"
)

var (
	rosterColumns  = []string{colName, colID, colCard, colVillage, colQuantity, colMeasure, colStandard}
	rosterOptional = []string{colGroup, colHousehold, colRelation, colPhone, colAmount}
)

const (
	villageLength = 12
	maxRosterText = 40
)

// RosterTemplate returns the header of the file that roster.create takes.
func RosterTemplate() []string { return append(slices.Clone(rosterColumns), rosterOptional...) }

// rosterTable is a file of persons, read.
type rosterTable struct {
	people []Person
	rows   []rosterRow // without commitments; numbers are given later
	files  []int       // row of the file
	shared [][2]int    // people who use the card of an earlier one
	report RosterReport
}

// rosterRules are what the rows of one roster are held to.
type rosterRules struct {
	town    string // township of the project; "" any of the county
	measure string
	today   ledger.Date
	county  string
	places  *region.Set
}

// readRoster reads a file of persons and judges every row. A fault says that the
// file is no table; what is wrong with its rows stands in the report.
func readRoster(name string, file []byte, rules *rosterRules) (*rosterTable, error) {
	t, err := sheet.Read(name, bytes.NewReader(file))
	if err != nil {
		return nil, PrivateFault(err)
	}
	cols, err := t.Columns(rosterColumns, rosterOptional)
	if err != nil {
		return nil, err
	}
	out := &rosterTable{report: RosterReport{File: name, Rows: len(t.Rows), Findings: []RowFinding{}}}
	if len(t.Rows) == 0 {
		return nil, ErrRosterEmpty.With("%s", name)
	}
	if rules.places.Len() == 0 {
		return nil, ErrRosterDivisions.With("县 %s", rules.county)
	}
	for _, n := range cols.Unknown {
		out.report.warn(cell{1, n, n}, flaw{"column_unknown", "多余的列，未读取", "核对列名是否写错"})
	}
	for _, r := range t.Rows {
		out.read(r.No, func(col string) cell { return cell{r.No, col, strings.TrimSpace(cols.Cell(r, col))} }, rules)
	}
	out.repeats()
	return out, nil
}

// read judges one row.
func (t *rosterTable) read(no int, at func(col string) cell, rules *rosterRules) {
	id := at(colID)
	p := Person{
		Name: at(colName).text, ID: foldID(id.text), Card: at(colCard).text, Phone: at(colPhone).text, Relation: at(colRelation).text,
		Household: at(colHousehold).text, Group: at(colGroup).text, Village: at(colVillage).text,
	}
	hold := func(col string, bad flaw, ok bool) {
		if !ok {
			t.report.err(at(col), bad)
		}
	}
	bad, ok := checkName(p.Name)
	hold(colName, bad, ok)
	bad, ok = checkID(p.ID, rules.today)
	hold(colID, bad, ok)
	bad, ok = checkCard(p.Card)
	hold(colCard, bad, ok)
	bad, ok = checkPhone(p.Phone)
	hold(colPhone, bad, ok)
	bad, ok = rules.village(p.Village)
	hold(colVillage, bad, ok)
	for _, col := range []string{colGroup, colHousehold, colRelation} {
		text := at(col).text
		hold(col, flaw{"text", fmt.Sprintf("超过 %d 字或含换行、控制字符", maxRosterText), "缩短，改为一行"},
			utf8.RuneCountInString(text) <= maxRosterText && !strings.ContainsFunc(text, unicode.IsControl))
	}
	hold(colMeasure, flaw{"unit_mixed", "计量单位须全册一致，为 " + rules.measure, "改为 " + rules.measure + "，或另编一册"}, at(colMeasure).text == rules.measure)
	t.people, t.files = append(t.people, p), append(t.files, no)
	t.rows = append(t.rows, t.amounts(at))
}

// amounts reads quantity and standard and multiplies them.
func (t *rosterTable) amounts(at func(col string) cell) (row rosterRow) {
	q, errQ := ParseQuantity(at(colQuantity).text)
	switch {
	case errQ != nil && strings.HasPrefix(at(colQuantity).text, "-"):
		t.report.err(at(colQuantity), flaw{"quantity_negative", "数量不得为负", "核减请另办取消资格或追回，名册不记负数"})
	case errQ != nil:
		t.report.err(at(colQuantity), flaw{"quantity_form", ErrQuantity.ZH, "只填数字，单位填在“计量单位”列"})
	case q == 0:
		t.report.err(at(colQuantity), flaw{"quantity_zero", "数量为零", "删去此行，或填写实际数量"})
	}
	standard, errS := ledger.ParseAmount(at(colStandard).text)
	if errS != nil || standard <= 0 {
		t.report.err(at(colStandard), flaw{"standard_form", "补助标准须为大于零的金额，精确到分", "按政策文件的标准填写，单位元"})
	}
	if errQ != nil || errS != nil || q == 0 || standard <= 0 {
		return row
	}
	amount, err := q.Times(standard)
	if err != nil {
		t.report.err(at(colQuantity), flaw{"amount_inexact", "补助标准 × 数量不是整分（" + standard.String() + " × " + q.String() + "），不得四舍五入", "核对数量与标准；确需取整的，由政策文件规定后填取整后的数量"})
		return row
	}
	if stated := at(colAmount); stated.text != "" {
		if a, err := ledger.ParseAmount(stated.text); err != nil || a != amount {
			t.report.err(stated, flaw{"amount_differs", "金额与补助标准 × 数量不符，应为 " + amount.String(), "改正金额、数量或标准，或留空由程序计算"})
		}
	}
	total, err := ledger.Add(t.report.Total, amount)
	if err != nil {
		t.report.err(at(colAmount), flaw{"total", "名册合计超出可记范围", "分册"})
		return row
	}
	t.report.Total = total
	return rosterRow{Rev: 1, Quantity: q, Standard: standard, Amount: amount}
}

// village judges a village code: known today, of the county, of the township.
func (r *rosterRules) village(code string) (bad flaw, ok bool) {
	switch {
	case len(code) != villageLength || region.Code(code).Level() != region.Village:
		return flaw{"village_form", "村代码须为 12 位数字", "按统计用区划代码填写"}, false
	case code[:6] != r.county:
		return flaw{"village_county", "村不属于本县 " + r.county, "核对村代码"}, false
	case !r.places.Exists(region.Code(code), dayOf(r.today)):
		return flaw{"village_unknown", "区划表中没有此村", "核对村代码；新设的村先导入区划变更"}, false
	case !r.inTown(code):
		return flaw{"village_township", "村不属于项目所在乡镇 " + r.town, "只列本乡镇项目的对象；其他乡镇另编名册"}, false
	}
	return flaw{}, true
}

// inTown reports whether a village lies in the project's township, which is named
// by its code or by its name.
func (r *rosterRules) inTown(village string) bool {
	town := region.Code(village).Parent()
	if r.town == "" || r.town == string(town) {
		return true
	}
	name, ok := r.places.NameOn(town, dayOf(r.today))
	return ok && name == r.town
}

func dayOf(d ledger.Date) region.Day {
	return region.Day(d.Year()*10000 + d.Month()*100 + d.Day())
}

// repeats finds the same person twice (an error: one person, one row) and one card
// for several persons (doubt A02: a household may share one).
func (t *rosterTable) repeats() {
	ids, cards := map[string]int{}, map[string]int{}
	for i := range t.people {
		p := &t.people[i]
		if first, twice := ids[p.ID]; twice && p.ID != "" {
			t.report.err(cell{t.files[i], colID, p.ID}, flaw{"id_repeated", fmt.Sprintf("与第 %d 行为同一身份证号", t.files[first]), "一人一行：合并数量，或改正录错的号码"})
			continue
		}
		ids[p.ID] = i
		if first, twice := cards[p.Card]; twice && p.Card != "" {
			t.shared = append(t.shared, [2]int{i, first})
			t.report.warn(cell{t.files[i], colCard, p.Card}, flaw{"A02", fmt.Sprintf("与第 %d 行为同一银行账号而身份证号不同（A02）", t.files[first]), "核实是否同户共用一卡；不是则改正"})
			continue
		}
		cards[p.Card] = i
	}
}
